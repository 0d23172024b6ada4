"""The numbers of the explorer are those of the saved tables, and of the engine at any setting."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_metrics import declare
from alliance_metrics.study.study import open_study
from tests.browser.conftest import Made, Opened, page_of
from tests.browser.settings import digits, engine_reading, fragment_at_random, shown_component, shown_digits
from tests.small_eras import CONFIG, write_small_eras

pytestmark = pytest.mark.slow

ODD_RULES = """
[index]
id = "closeness"
availability_min = 0.5
within_dimension = "geometric"
within_pillar = { method = "power", exponent = 0.5 }
across_pillars = { method = "power", exponent = -0.5 }

[coding]
combine = "median"
"""


def with_gaps(folder: Path, *, name: str, extra: str) -> Path:
    """Write made-up states with cells missing for one coder, for both, and in whole dimensions, and doubt in all."""
    path = write_small_eras(folder)
    for file in sorted((folder / "data" / "codings").rglob("*.csv")):
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        kept = [row for place, row in enumerate(rows) if place % 7 != (2 if file.parent.name == "ann" else 4)]
        kept = [row for row in kept if not (",1951,trade," in row or ",1961,friends," in row)]
        file.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8", newline="")
    declare(folder / "data")
    text = CONFIG.replace('name = "eras"', f'name = "{name}"').replace("\n[index]\n" + 'id = "closeness"\n', extra)
    facets = 'facets = [{ name = "sight", column = "visibility", one = "public", other = "private" }]\n'
    text = text.replace("inputs = []", "").replace("[analysis]\n", f"[analysis]\n{facets}")
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make the page of made-up states with gaps, medians and power means."""
    folder = tmp_path_factory.mktemp("odd")
    return page_of(open_study(with_gaps(folder, name="odd", extra=ODD_RULES)), folder)


@pytest.fixture(scope="module")
def unbounded(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make the page of made-up states whose scores are standardised, so that they leave the scale of 0 to 100."""
    folder = tmp_path_factory.mktemp("unbounded")
    extra = '\n[index]\nid = "closeness"\nnormalisation = "zscore"\n'
    return page_of(open_study(with_gaps(folder, name="unbounded", extra=extra)), folder)


def assert_shown(page: Opened, made: Made, fragment: str) -> bool:
    """Go to a setting and hold every row of the ranking against the engine; say whether there was anything to show."""
    page.set_fragment(fragment)
    reading = engine_reading(made, fragment)
    assert page.page.is_visible("#fault") == (reading is None), fragment
    if reading is None:
        return False
    wanted = shown_digits(made, reading, shown_component(fragment))
    references = {unit for unit, _ in made.study.references}
    wanted = {key: one for key, one in wanted.items() if key[0] not in references}
    shown = {(row[1], row[2]): (row[3], row[4]) for row in page.rows()}
    assert shown == wanted, fragment
    return True


def test_published_scores_are_those_of_the_saved_table(
    published: Made, published_folder: Path, open_page: Callable[..., Opened]
) -> None:
    """At the published setting index and pillars stand with the digits of scores.csv, intervals too."""
    scores = pd.read_csv(published_folder / "scores.csv")
    page = open_page(published.path)
    for component in published.data.facts["published"]:
        page.set_fragment(f"show={component}")
        own = scores[(scores["component"] == component) & (scores["era"] != "reference")]
        wanted = {
            (row["dyad"], str(row["year"])): (
                digits(row["estimate"]),
                f"{digits(row['lower'])} to {digits(row['upper'])}",
                digits(row["estimate"]),
            )
            for row in own.to_dict("records")
        }
        assert {(row[1], row[2]): tuple(row[3:6]) for row in page.rows()} == wanted
        assert len(wanted) == 187


def test_settings_at_random_are_those_of_the_engine(published: Made, open_page: Callable[..., Opened]) -> None:
    """Weights, aggregation, strength, coders, facets and certainty drawn together: every digit is the engine's."""
    rng, page = np.random.default_rng(50), open_page(published.path)
    told = [assert_shown(page, published, fragment_at_random(published, rng)) for _ in range(20)]
    assert sum(told) >= 14
    assert page.errors == []


@pytest.mark.parametrize("kind", ["odd", "unbounded"])
def test_gaps_medians_and_power_means_are_those_of_the_engine(
    kind: str, request: pytest.FixtureRequest, open_page: Callable[..., Opened]
) -> None:
    """Where cells are missing, coders count by their median, means are powers or scores leave the scale, too."""
    made = request.getfixturevalue(kind)
    rng, page = np.random.default_rng(7), open_page(made.path)
    assert_shown(page, made, f"show={made.data.facts['published'][0]}")
    told = [assert_shown(page, made, fragment_at_random(made, rng)) for _ in range(15)]
    assert sum(told) >= 9
    assert page.errors == []


def test_csv_holds_what_is_shown_in_full(published: Made, open_page: Callable[..., Opened]) -> None:
    """The saved table has the rows shown, in their order, with the engine's numbers to nine decimals."""
    fragment = (
        "weight.threat=0.3&across=geometric&line=PRC-RUS/post-cold-war&line=PRC-USSR/early-cold-war&show=cohesion"
    )
    page = open_page(published.path, fragment)
    rows = list(csv.DictReader(io.StringIO(page.saved("#csv").read_text(encoding="utf-8"))))
    assert [(row["dyad"], row["year"]) for row in rows] == [(row[1], row[2]) for row in page.rows()]
    assert [digits(float(row["estimate"])) for row in rows] == [row[3] for row in page.rows()]
    reading = engine_reading(published, fragment)
    units = list(published.study.panel.units.itertuples(index=False, name=None))
    for row in rows:
        place = units.index((row["dyad"], row["era"], int(row["year"])))
        for name in ("estimate", "lower", "upper"):
            assert float(row[name]) == pytest.approx(getattr(reading, name)[0, place], abs=1e-9)
    assert {(row["tier"], row["component"], row["confidence"]) for row in rows} == {("index", "cohesion", "0.9")}
    assert len(rows) == 55


def test_csv_at_the_published_setting_is_the_saved_table(
    published: Made, published_folder: Path, open_page: Callable[..., Opened]
) -> None:
    """Untouched, the saved table joins to scores.csv without a difference."""
    page = open_page(published.path)
    table = pd.read_csv(page.saved("#csv"))
    scores = pd.read_csv(published_folder / "scores.csv")
    keys = ["dyad", "era", "year", "tier", "component"]
    both = table.merge(scores, on=keys, suffixes=("", "_saved"), validate="one_to_one")
    assert len(both) == 187
    for name in ("estimate", "lower", "upper"):
        np.testing.assert_allclose(both[name], both[f"{name}_saved"], rtol=0, atol=1e-9)
    assert set(table["setting"]) == {"published"}


def test_intervals_move_with_the_weights(published: Made, open_page: Callable[..., Opened]) -> None:
    """With all weight on one pillar the index has that pillar's score and, taken as certain, close to its interval."""
    page = open_page(published.path)
    first, others = published.data.facts["published"][1], published.data.facts["published"][2:]
    page.set_fragment(f"show={first}&year=PRC-USSR/early-cold-war/1960")
    pillar = page.rows()
    zero = "&".join(f"weight.{name}=0" for name in others)
    page.set_fragment(f"{zero}&year=PRC-USSR/early-cold-war/1960")
    index = page.rows()
    assert [row[3] for row in index] == [row[3] for row in pillar]
    widths = [
        np.mean([np.subtract(*map(float, row[4].split(" to ")[::-1])) for row in rows]) for rows in (index, pillar)
    ]
    assert widths[0] == pytest.approx(widths[1], rel=0.1)
