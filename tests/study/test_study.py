"""What is bound together before scoring: uncoded years, the order of coders, where the data lie, one fault for one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.config.reader import package_of, read_config
from alliance_metrics.package.files import bundled_folder
from alliance_metrics.study.study import check, open_study
from tests.small_alliance import CONFIG, DYADS, coding_text

ANN, BOB = (f"codings/{coder}/AA-BB_1950_1953.csv" for coder in ("ann", "bob"))


def edited(small: Path, name: str, change) -> Path:
    """Change a table and declare it."""
    path = small.parent / "data" / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    am.declare(small.parent / "data")
    return small


def without_year(text: str, year: int) -> str:
    """Leave out the rows of a year."""
    return "".join(line for line in text.splitlines(keepends=True) if f",{year}," not in line)


def test_a_year_nobody_coded_is_counted(small: Path) -> None:
    """Rows left out and cells left empty come to the same: a dyad-year that is not scored, with the reason."""
    for name in (ANN, BOB):
        edited(small, name, lambda text: without_year(text, 1951))
    scores = am.score(small, draws=20).scores.query("tier == 'index'").set_index("year")
    assert scores.index.tolist() == [1950, 1951, 1952, 1953]
    assert np.isnan(scores.loc[1951, "estimate"])
    assert scores.loc[1951, "availability"] == 0
    assert "too low" in scores.loc[1951, "reason"]


def test_a_year_nobody_coded_is_filled_where_asked(small: Path) -> None:
    """On the line between its neighbours, on record."""
    for name in (ANN, BOB):
        edited(small, name, lambda text: without_year(text, 1951))
    config = small.parent / "linear.toml"
    config.write_text('extends = "small"\nname = "linear"\n[treatment]\nmethod = "linear"\n', encoding="utf-8")
    card = am.score(config, draws=20)
    assert card.scores["estimate"].notna().all()
    assert card.to_frame("treated")["year"].unique().tolist() == [1951]


def test_an_era_nobody_coded_is_counted(small: Path) -> None:
    """A declared era without codings stands in the result, not scored."""
    edited(
        small, "dyads.csv", lambda text: text + DYADS.splitlines()[1].replace("1950", "1960").replace("1953", "1961")
    )
    index = am.score(small, draws=20).scores.query("tier == 'index'")
    assert index["year"].tolist() == [1950, 1951, 1952, 1953, 1960, 1961]
    assert index["estimate"].isna().tolist() == [False] * 4 + [True] * 2


@pytest.mark.slow
def test_no_dyad_moves_the_intervals_of_another_through_the_order_of_coders(small: Path) -> None:
    """Where the first coder did not code the first dyad, the draws of the second are what they were."""
    second = DYADS.splitlines()[1].replace("AA-BB", "AA-CC").replace(",BB,", ",CC,").replace("BBB", "CCC")
    edited(small, "dyads.csv", lambda text: text + second + "\n")
    for coder in ("ann", "bob"):
        text = coding_text(coder).replace("AA-BB", "AA-CC").replace("series:trade_total", "rumour")
        (small.parent / "data" / f"codings/{coder}/AA-CC.csv").write_text(text, encoding="utf-8")
    am.declare(small.parent / "data")
    before = am.score(small).scores.query("dyad == 'AA-CC'")
    edited(small, ANN, lambda text: text.splitlines(keepends=True)[0])
    after = am.score(small).scores.query("dyad == 'AA-CC'")
    pd.testing.assert_frame_equal(before, after)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("dyads.csv", ",901,", ",,"),
        ("dyads.csv", ",901,", ",abc,"),
        ("coders.csv", ",A made-up coder", ","),
        ("evidence/sources.csv", ",1960,", ",abc,"),
        ("codebook/indicators.csv", ",Trade,", ",,"),
    ],
)
def test_one_bad_cell_is_one_fault(small: Path, name: str, old: str, new: str) -> None:
    """Rows that refer to the row with the bad cell are not blamed for it."""
    edited(small, name, lambda text: text.replace(old, new, 1))
    faults = check(small).faults
    assert [(fault.where, fault.line is not None) for fault in faults] == [(name, True)]


@pytest.mark.slow
def test_a_configuration_already_read_is_scored(small: Path, monkeypatch) -> None:
    """Its package is looked for from the working folder, then `data/` here, then the published data."""
    config, _ = read_config(small)
    monkeypatch.chdir(small.parent)
    assert am.score(config, draws=20).equals(am.score(small, draws=20))
    monkeypatch.chdir(small.parent / "data" / "codings")
    assert package_of(config) == bundled_folder() / "data" / "datapackage.json"


def test_a_new_configuration_finds_the_data_beside_it(small: Path, monkeypatch) -> None:
    """Three lines of one's own beside `data/`, from whatever folder."""
    own = small.parent / "own.toml"
    own.write_text('schema = 1\nname = "own"\n', encoding="utf-8")
    elsewhere = small.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert open_study(own).package.folder == small.parent / "data"


def test_any_alliance_scores_under_the_published_configuration(small: Path) -> None:
    """No pillar is named in `baseline`, so that a tree of one's own needs no configuration."""
    card = am.score("baseline", data=small.parent / "data", draws=20)
    assert set(card.scores.query("tier == 'pillar'")["component"]) == {"trust", "gain"}


def test_a_variant_says_its_own_name(small: Path) -> None:
    """What extends another does not take its name, under which it would replace its result."""
    (small.parent / "more.toml").write_text('extends = "small"\n[weights]\ntrust = 3\n', encoding="utf-8")
    with pytest.raises(am.ConfigError, match="no 'name'"):
        am.score(small.parent / "more.toml")


def test_a_local_file_may_extend_the_published_one_of_its_name(tmp_path: Path, monkeypatch) -> None:
    """`configs/baseline.toml` here adjusts the published `baseline`."""
    (tmp_path / "configs").mkdir()
    text = 'extends = "baseline"\nname = "baseline"\n[uncertainty]\ndraws = 7\n'
    (tmp_path / "configs" / "baseline.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_config("baseline")[0].uncertainty.draws == 7


def test_a_table_named_in_capitals_is_not_overlooked(small: Path) -> None:
    """`AA-BB.CSV` is a file that is not declared, until it is."""
    data = small.parent / "data"
    shutil.copyfile(data / ANN, data / "codings" / "ann" / "MORE.CSV")
    assert [fault.where for fault in check(small).faults] == ["codings/ann/MORE.CSV"]
    assert am.declare(data) == ["added codings/ann/MORE.CSV"]


@pytest.mark.slow
def test_the_median_of_coders_has_an_interval_of_its_own(small: Path) -> None:
    """With three coders it is not the interval of the mean."""
    (small.parent / "data" / "codings" / "cyd").mkdir()
    third = coding_text("ann").replace(",ann,", ",cyd,")
    (small.parent / "data" / "codings" / "cyd" / "AA-BB.csv").write_text(third, encoding="utf-8")
    edited(small, "coders.csv", lambda text: text + "cyd,human,any,A third made-up coder\n")
    config = small.parent / "median.toml"
    config.write_text('extends = "small"\nname = "median"\n[coding]\ncombine = "median"\n', encoding="utf-8")
    mean, median = (am.score(name, draws=2000).scores for name in (small, config))
    assert not mean["upper"].equals(median["upper"])
    ends = median.query("tier == 'indicator'")
    assert ((ends["lower"] <= ends["estimate"] + 1e-9) & (ends["estimate"] <= ends["upper"] + 1e-9)).all()


def test_weights_drawn_next_to_nothing_leave_no_hole(small: Path) -> None:
    """Where all but a component of almost no weight is missing, its draws are there."""
    edited(small, ANN, lambda text: "".join(line for line in text.splitlines(True) if ",tr" not in line))
    edited(small, BOB, lambda text: "".join(line for line in text.splitlines(True) if ",tr" not in line))
    config = small.parent / "thin.toml"
    config.write_text(
        CONFIG.replace('"small"', '"thin"').replace("gain = 1", "gain = 1e-4\nfriends = 1e-5"), encoding="utf-8"
    )
    scores = am.score(config, draws=2000).scores
    known = scores["estimate"].notna()
    assert scores.loc[known, ["lower", "median", "upper"]].notna().all().all()


def test_many_components_are_shared_out_at_once() -> None:
    """Forty indicators in a dimension: contributions in closed form, not over all sets of forty."""
    names = [f"i{number}" for number in range(40)]
    rows = pd.DataFrame({"dyad": "A-B", "year": 1950, "indicator_id": names, "score": range(40)})
    tree = pd.DataFrame({"indicator_id": names, "pillar": "p", "dimension": "d", "low": 0, "high": 39})
    index = am.cohesion_index(am.IndicatorPanel.from_frame(rows), am.IndexSpec(tree))
    parts = index.to_frame("contributions").query("tier == 'indicator'")["contribution"]
    assert parts.sum() == pytest.approx(50)
