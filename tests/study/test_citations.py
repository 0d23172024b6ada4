"""The sources listed are those the codings cite, with as many rows of evidence as they cite."""

from __future__ import annotations

import csv
import importlib.metadata
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.study.citations import cited_sources, further_sources, render_citations, software_citation
from alliance_metrics.study.study import Study, open_study

CITATIONS = "handshake series:trade_total"


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Read a table row by row."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def recount(data: Path, keep: Callable[[dict[str, str]], bool]) -> dict[str, tuple[int, int]]:
    """Count by hand: for each source its cited rows, verified and recalled."""
    cited_anywhere, cited_series = set(), set()
    for path in (data / "codings").rglob("*.csv"):
        for row in filter(keep, rows_of(path)):
            for name in row["evidence_ids"].split():
                cited_anywhere.add(name)
                cited_series.add((row["dyad"], name))
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows_of(data / "evidence" / "events.csv"):
        if row["event_id"] in cited_anywhere:
            counts[row["source_id"], row["status"]] += 1
    for row in rows_of(data / "evidence" / "series.csv"):
        if (row["dyad"], "series:" + row["measure"]) in cited_series:
            counts[row["source_id"], row["status"]] += 1
    return {source: (counts[source, "verified"], counts[source, "literature"]) for source, _ in counts}


def counts_of(study: Study) -> dict[str, tuple[int, int]]:
    """Give the counts of the package by source."""
    frame = cited_sources(study)
    pairs = zip(frame["verified"].tolist(), frame["literature"].tolist(), strict=True)
    return dict(zip(frame["source_id"], pairs, strict=True))


def recoded(small: Path, replace: Callable[[str], str]) -> Path:
    """Change every coding file of the made-up alliance, and declare it."""
    for path in (small.parent / "data" / "codings").rglob("*.csv"):
        path.write_text(replace(path.read_text(encoding="utf-8")), encoding="utf-8")
    am.declare(small.parent / "data")
    return small


def test_the_small_alliance_rests_on_three_rows(small: Path) -> None:
    """One event and one yearly figure are verified, one event is recalled, all from one source."""
    assert counts_of(open_study(small)) == {"chronicle": (2, 1)}


def test_the_small_alliance_equals_a_recount(small: Path) -> None:
    """The counts equal those of a slow count in the files."""
    assert counts_of(open_study(small)) == recount(small.parent / "data", lambda _: True)


def test_evidence_not_cited_is_not_counted(small: Path) -> None:
    """Only what a coding cites counts: without the handshake two rows are left."""
    study = open_study(recoded(small, lambda text: text.replace(CITATIONS, "series:trade_total")))
    assert counts_of(study) == {"chronicle": (1, 1)}


def test_sources_not_cited_are_not_listed(small: Path) -> None:
    """A source no coding leads to is left out."""
    path = small.parent / "data" / "evidence" / "sources.csv"
    path.write_text(path.read_text(encoding="utf-8") + "other,B. Nobody,1970,Other,,book,,,\n", encoding="utf-8")
    am.declare(small.parent / "data")
    assert counts_of(open_study(small)) == {"chronicle": (2, 1)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        pytest.param("", lambda _: True, id="all"),
        pytest.param('dyads = ["AA-BB"]', lambda row: row["dyad"] == "AA-BB", id="one dyad"),
        pytest.param(
            'dyads = ["AA-DD"]\ncoders = ["bob"]\nyears = [1995, 2005]',
            lambda row: row["dyad"] == "AA-DD" and row["coder"] == "bob" and "1995" <= row["year"] <= "2005",
            id="one coder of some years",
        ),
    ],
)
def test_a_record_of_two_eras_equals_a_recount(
    record: Path, tmp_path: Path, filters: str, keep: Callable[[dict[str, str]], bool]
) -> None:
    """The counts of a whole record and of parts of it equal those of a slow count in its files."""
    config = tmp_path / "part.toml"
    config.write_text(f'schema = 1\nname = "part"\n[data]\n{filters}\n', encoding="utf-8")
    expected = recount(record.parent / "data", keep)
    assert sum(map(sum, expected.values())) == {"": 4, 'dyads = ["AA-BB"]': 3}.get(filters, 1)
    assert counts_of(open_study(config, data=record.parent / "data")) == expected


def test_the_text_names_everything_due(small: Path) -> None:
    """Software, data, coders and sources stand in the text, each source with its counts."""
    assert render_citations(open_study(small), software="THE SOFTWARE") == (
        "What the result of 'small' rests on, and what is due for it\n"
        "\n"
        "Software\n"
        "  THE SOFTWARE\n"
        "\n"
        "Data\n"
        "  data, version 0.1.0\n"
        "\n"
        "Coders\n"
        "  ann (human)\n"
        "  bob (human)\n"
        "\n"
        "Evidence: 1 sources, with the number of rows of evidence cited from each\n"
        "  (verified: read at the source or a citable copy; copy: read in a copy that cannot be cited; "
        "recalled: from the literature, not looked up)\n"
        "  A. Nobody (1960). A made-up chronicle. Nowhere Press. [2 verified, 1 recalled]"
    )


def test_coders_left_out_are_not_named(small: Path) -> None:
    """A result that rests on one coder names that one."""
    small.write_text(small.read_text(encoding="utf-8").replace("[data]", '[data]\ncoders = ["bob"]'), encoding="utf-8")
    text = render_citations(open_study(small), software="")
    assert "  bob (human)\n" in text
    assert "  ann (human)\n" not in text


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("chronicle,,1960,A title,Press,book,,,", "Unknown author (1960). A title. Press. [2 verified"),
        ("chronicle,A. Nobody,,A title,,book,,,", "A. Nobody (n.d.). A title. [2 verified"),
        ("chronicle,A. Nobody,1960,A title.,,book,,box 3,", "A. Nobody (1960). A title. box 3 [2 verified"),
        (
            "chronicle,A. Nobody,1960,A title,,book,https://x.org/a,box 3,",
            "A. Nobody (1960). A title. https://x.org/a [2 verified",
        ),
    ],
)
def test_a_source_is_told_as_far_as_it_is_known(small: Path, row: str, told: str) -> None:
    """What is not known of a source is left out or said, and no mark is doubled."""
    path = small.parent / "data" / "evidence" / "sources.csv"
    header = path.read_text(encoding="utf-8").split("\n")[0]
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    am.declare(small.parent / "data")
    assert f"\n  {told}" in render_citations(open_study(small), software="")


def test_without_any_citation_the_list_is_empty(small: Path) -> None:
    """Codings that rest on notes alone have no sources due."""
    study = open_study(recoded(small, lambda text: text.replace(CITATIONS, "").replace("rumour", "")))
    assert "\nEvidence: 0 sources" in render_citations(study, software="")


def test_without_any_evidence_table_the_list_is_empty(small: Path) -> None:
    """Evidence tables are not required: without them the citations are told all the same."""
    shutil.rmtree(small.parent / "data" / "evidence")
    study = open_study(recoded(small, lambda text: text.replace(CITATIONS, "").replace("rumour", "")))
    assert "\nEvidence: 0 sources" in render_citations(study, software="")


def test_licences_sources_and_models_are_named(small: Path) -> None:
    """The data's licence, what they start from, and coders that are language models stand in the text."""
    coders = small.parent / "data" / "coders.csv"
    coders.write_text(coders.read_text(encoding="utf-8").replace("ann,human", "ann,language_model"), encoding="utf-8")
    am.declare(small.parent / "data")
    path = small.parent / "data" / "datapackage.json"
    licence = {"name": "CC0-1.0", "title": "No rights reserved", "path": "https://licences.example/"}
    package = {**json.loads(path.read_text(encoding="utf-8")), "licenses": [licence]}
    path.write_text(json.dumps({**package, "sources": [{"title": "A made-up essay (A. Nobody)"}]}), encoding="utf-8")
    text = render_citations(open_study(small), software="")
    assert "\n  Licence: No rights reserved, https://licences.example/\n" in text
    assert "\n  Source: A made-up essay (A. Nobody)" in text
    assert "\n  ann (language model)\n" in text


def test_the_software_is_cited_with_its_installed_version() -> None:
    """Authors, title, version and licence come from the citation file, and the version is the installed one."""
    version = importlib.metadata.version("alliance-metrics")
    text = software_citation()
    assert text.startswith("The alliance_metrics founders (20")
    assert text.endswith(f", version {version}. MIT licence.")


def test_sources_of_figures_beside_the_index_are_due_as_well(record: Path) -> None:
    """National capabilities and measures from outside name their sources, each with the rows that come from it."""
    study = open_study(record)
    further = further_sources(study).set_index("source_id")
    expected: dict[str, int] = {}
    for name in ("capabilities/national_capabilities", "capabilities/coalitions", "measures/measures"):
        ids = pd.read_csv(record.parent / "data" / f"{name}.csv", keep_default_na=False)["source_id"]
        for source in ids[ids != ""]:
            expected[source] = expected.get(source, 0) + 1
    told = {source: sum(map(int, re.findall(r"(\d+) in ", words))) for source, words in further["rows"].items()}
    assert told == expected
    text = render_citations(study, software="x")
    assert f"Figures that analyses set beside the index: {len(expected)} sources" in text
    assert "terms of use differ" in text


def test_a_package_without_such_figures_has_no_such_heading(small: Path) -> None:
    """Nothing is told of figures that are not there."""
    study = open_study(small)
    assert further_sources(study).empty
    assert "Figures that analyses" not in render_citations(study, software="x")
