"""One small run, complete: what `score` writes for the made-up alliance, to the byte.

To renew after a meant change: `python -m tests.golden.test_small_run`, then read the difference line by line.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

import alliance_metrics as am
from alliance_metrics.results.tables import declared_kinds
from tests import oracles
from tests.small_alliance import SCORES, YEARS, write_small_alliance

EXPECTED = Path(__file__).parent / "expected"
TABLES = tuple(f"{name}.csv" for name in declared_kinds()["score"].tables)


def run(folder: Path) -> Path:
    return am.score(write_small_alliance(folder)).save(folder / "result")


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_tables_are_the_expected_bytes(tmp_path, table):
    """Every table of the small run is, byte for byte, the one stored here."""
    assert (run(tmp_path) / table).read_text(encoding="utf-8") == (EXPECTED / table).read_text(encoding="utf-8")


def test_the_expected_index_is_the_obvious_one():
    """The stored estimates equal the means of means worked out by a slow loop over the made-up scores."""
    import pandas as pd

    table = pd.read_csv(EXPECTED / "scores.csv").query("tier == 'index'").set_index("year")["estimate"]
    tree = {"trust": {"contact": ["talks", "secrets"]}, "gain": {"goods": ["trade"], "others": ["friends"]}}
    for place, year in enumerate(YEARS):
        cells = {(coder, name): scores[place] for coder, given in SCORES.items() for name, scores in given.items()}
        expected = oracles.cohesion(cells, tree, {"trust": 2, "gain": 1}, high=4)
        assert table[year] == pytest.approx(expected, abs=1e-9)


def test_the_record_names_what_it_rests_on(tmp_path):
    """result.json holds kind, configuration, seed, coders, weights and the digests of data and tables."""
    record = json.loads((run(tmp_path) / "result.json").read_text(encoding="utf-8"))
    assert record["kind"] == "score"
    assert record["seed"] == 7
    assert [coder["kind"] for coder in record["coders"]] == ["human", "human"]
    assert record["weights"]["trust"] == pytest.approx(2 / 3)
    assert record["config"]["index"]["availability_min"] == 0.6
    assert set(record["files"]) == set(TABLES)
    assert "codings/ann/AA-BB_1950_1953.csv" in record["data"]["digests"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        result = run(Path(scratch))
        EXPECTED.mkdir(exist_ok=True)
        for name in TABLES:
            (EXPECTED / name).write_bytes((result / name).read_bytes())
