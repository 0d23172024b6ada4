"""Other names of pairs and eras: the other way round, by ISO code, and by an earlier id."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from alliance_metrics.commands.cli import main
from alliance_metrics.config.model import Config, parse_config
from alliance_metrics.errors import ConfigError
from alliance_metrics.explanation.explanation import asked_units
from alliance_metrics.package.table import FILE, LINE
from alliance_metrics.study.names import Names, era_faults, names_of, with_ids
from alliance_metrics.study.study import Study, open_study
from tests.small_eras import CONFIG, write_small_eras

DYADS = pd.DataFrame(
    [
        ("AA-BB", "AA", "BB", "AAA", "BBB", "old", 1950, 1959),
        ("AA-BB", "AA", "BB", "AAA", "BBB", "middle", 1960, 1969),
        ("AA-RR", "AA", "RR", "AAA", "BBB", "new", 1970, 1979),
    ],
    columns=["dyad", "state_a", "state_b", "iso3_a", "iso3_b", "era", "first_year", "last_year"],
)
ERAS = pd.DataFrame({"era": ["old", "new"], "aliases": ["1950-1959 first", ""], FILE: "eras.csv", LINE: [2, 3]})
NAMES = names_of({"dyads": DYADS, "eras": ERAS})


@pytest.mark.parametrize(
    ("name", "when", "unit"),
    [
        ("BB-AA", "old", "AA-BB"),
        ("BB-AA", "1950-1959", "AA-BB"),
        ("AAA-BBB", 1965, "AA-BB"),
        ("BBB-AAA", 1975, "AA-RR"),
        ("AAA-RR", "new", "AA-RR"),
        ("BBB-AAA", 1999, "BBB-AAA"),  # two pairs have the name, and neither the year
        ("RR-AA", 1999, "AA-RR"),  # one pair alone has the name: what is said is about its years
        ("ZZ-YY", 1950, "ZZ-YY"),
    ],
)
def test_a_pair_goes_by_its_other_names(name: str, when: str | int, unit: str) -> None:
    """The two states in either order, by id or ISO code; era or year decides between pairs of one name."""
    assert NAMES.unit(name, when) == unit


def test_an_era_goes_by_an_earlier_id() -> None:
    """An alias stands for the era, an unknown name for itself."""
    assert [NAMES.era(name) for name in ("old", "1950-1959", "first", "other")] == ["old", "old", "old", "other"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("index:BB-AA:1951", "index:AA-BB:1951"),
        ("index:*:*", "index:*:*"),
        ("gap:index:AAA-BBB:1951:BBB-AAA:1971", "gap:index:AA-BB:1951:AA-RR:1971"),
        ("era_gap:index:BBB-AAA:new:BB-AA:first", "era_gap:index:AA-RR:new:AA-BB:old"),
    ],
)
def test_outputs_are_written_with_ids(asked: str, meant: str) -> None:
    """Each pair is told by the year or era behind it."""
    assert NAMES.text(asked) == meant


def test_a_configuration_is_written_with_ids() -> None:
    """Filters take every pair of the name; a reference and treaties take the one of the year or era."""
    config: Config = parse_config(
        {
            "schema": 1,
            "name": "other",
            "data": {"dyads": ["BBB-AAA"], "eras": ["first", "new"]},
            "index": {"normalisation": {"method": "reference", "unit": "AAA-BBB", "year": 1972}},
            "analysis": {"origins": [{"dyad": "BB-AA", "era": "first", "year": 1950, "event": "treaty"}]},
            "sensitivity": {"outputs": ["index:BB-AA:1951"]},
        },
        name="other",
    )
    found = with_ids(config, NAMES)
    assert (found.data.dyads, found.data.eras) == (("AA-BB", "AA-RR"), ("old", "new"))
    assert found.index.normalisation.model_dump()["unit"] == "AA-RR"
    assert [(one.dyad, one.era) for one in found.analysis.origins] == [("AA-BB", "old")]
    assert found.sensitivity.outputs == ("index:AA-BB:1951",)


def test_aliases_that_mean_two_eras_are_refused() -> None:
    """An alias of two eras, one that is an era's id, and an era that no pair has: each with its row."""
    eras = pd.DataFrame(
        {"era": ["old", "new", "never"], "aliases": ["x new", "x", ""], FILE: "eras.csv", LINE: [2, 3, 4]}
    )
    faults = era_faults(eras, DYADS)
    assert [(fault.line, fault.column, fault.what) for fault in faults] == [
        (2, "aliases", "an alias names another era as well"),
        (3, "aliases", "an alias names another era as well"),
        (4, "era", "no dyad has this era"),
    ]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Give two eras whose configuration names a pair the other way round, by ISO code."""
    turned = CONFIG.replace('{ dyad = "AA-BB"', '{ dyad = "BBB-AAA"')
    return open_study(write_small_eras(tmp_path_factory.mktemp("names"), config=turned))


def test_an_open_study_has_ids(study: Study) -> None:
    """The configuration that results record names pairs by their ids."""
    assert [one.dyad for one in study.config.analysis.origins] == ["AA-BB", "AA-DD"]
    assert isinstance(study.names, Names)


def test_years_are_asked_for_by_any_name(study: Study) -> None:
    """`explain` finds a pair the other way round; a name that is none is refused as before."""
    assert asked_units(study, "DDD-AAA", 1961).tolist() == asked_units(study, "AA-DD", 1961).tolist()
    with pytest.raises(ConfigError, match="unknown dyad"):
        asked_units(study, "AA-ZZ", 1961)


@pytest.mark.slow
def test_a_brief_is_asked_for_by_any_name(tmp_path: Path) -> None:
    """A saved result records the other names of its pairs, so that a page needs no data."""
    assert main(["score", str(write_small_eras(tmp_path)), "--out", str(tmp_path / "result")]) == 0
    assert main(["brief", str(tmp_path / "result"), "--dyad", "DD-AA", "--out", str(tmp_path / "one.html")]) == 0
    assert "AA-DD" in (tmp_path / "one.html").read_text(encoding="utf-8")
