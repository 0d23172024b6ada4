"""Figures from outside name their sources and terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_metrics.study.credits import credits_of
from alliance_metrics.study.study import Study, open_study


@pytest.fixture(scope="module")
def study(record: Path) -> Study:
    """Open the made-up record."""
    return open_study(record, draws=2)


def test_sources_stand_under_the_terms_of_their_class(study: Study) -> None:
    """Each source once, with its year, under the words that the descriptor has for its class."""
    lines = credits_of(study, "measures")
    assert lines
    named = {row["source_id"] for row in study.package.tables["measures"].to_dict("records")}
    titles = study.package.tables["sources"].set_index("source_id")["title"]
    assert all(any(titles[name] in line for line in lines) for name in named)
    assert sum(line.count(";") + 1 for line in lines) == len(named)


def test_a_table_without_classes_has_the_terms_of_its_licence(study: Study) -> None:
    """Of the table itself, else of the package, else it says that none are stated."""
    (line,) = credits_of(study, "capabilities")
    assert line == "terms not stated: A made-up ledger 2013."
