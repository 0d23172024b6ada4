"""A score card in a few lines: the series, the years that matter with their intervals, and who coded."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.report.text.terminal import BLOCKS, PLAIN_BLOCKS, render_score_card, sparkline
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tables import declared_columns

NAN = math.nan


def card_of(
    series: dict[tuple[str, str], list[float]],
    *,
    level: float = 0.9,
    first_year: int = 1950,
    coders: tuple[tuple[str, str], ...] = (("ann", "human"),),
) -> ScoreCard:
    """Make a score card of index series alone, each interval two wide, three cells for each coder."""
    rows = [
        {"dyad": dyad, "era": era, "year": first_year + place, "estimate": value}
        for (dyad, era), values in series.items()
        for place, value in enumerate(values)
    ]
    scores = pd.DataFrame(rows).assign(
        tier="index",
        component="closeness",
        parent="",
        confidence=level,
        availability=1.0,
        filled=0.0,
        role="index",
        reason="",
    )
    scores = scores.assign(lower=scores["estimate"] - 1, upper=scores["estimate"] + 1, median=scores["estimate"])
    scores = scores.assign(deviation=1.0, rose=0.5, fell=0.5, drawn=1.0)
    cells = [
        {"dyad": dyad, "era": era, "coder": coder, "coder_kind": kind, "rests_on": rests_on, "cells": count}
        for dyad, era in series
        for coder, kind in coders
        for rests_on, count in (("verified", 2), ("note only", 1))
    ]
    tables = {
        "scores": scores,
        "contributions": scores.assign(weight=1.0, contribution=scores["estimate"]),
        "levels": pd.DataFrame(columns=declared_columns("score", "levels", key="dyad")),
        "treated": pd.DataFrame(columns=declared_columns("score", "treated", key="dyad")),
        "composition": pd.DataFrame(columns=declared_columns("score", "composition", key="dyad")),
        "cells": pd.DataFrame(cells),
        "evidence": pd.DataFrame(columns=declared_columns("score", "evidence", key="dyad")),
        "ranks": pd.DataFrame(columns=declared_columns("score", "ranks", key="dyad")),
        "pairs": pd.DataFrame(columns=declared_columns("score", "pairs", key="dyad")),
        "runs": pd.DataFrame(columns=declared_columns("score", "runs", key="dyad")),
    }
    return ScoreCard(tables, key="dyad", record={"name": "made_up"})


def lines_of(card: ScoreCard, *, blocks: str = BLOCKS) -> list[str]:
    """Give the lines of a score card without their indent."""
    return [line.strip() for line in render_score_card(card, blocks=blocks).split("\n")]


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([NAN, NAN], "  ", id="all missing"),
        pytest.param([0.0], "▁", id="least"),
        pytest.param([100.0], "█", id="greatest"),
        pytest.param([-5.0, 105.0], "▁█", id="beyond the scale"),
        pytest.param([12.4, 12.5, 24.9, 25.0, 99.9], "▁▂▂▃█", id="where blocks change"),
        pytest.param([50.0, NAN, 50.0], "▅ ▅", id="a gap"),
    ],
)
def test_sparkline(values: list[float], drawn: str) -> None:
    """Each value is one block on a fixed scale, a missing value a gap."""
    assert sparkline(values) == drawn


def test_sparkline_takes_another_scale() -> None:
    """The ends of the scale can be set, for a capability or an availability."""
    assert sparkline([-1.0, 0.0, 1.0], low=-1.0, high=1.0) == "▁▅█"


@pytest.mark.parametrize("blocks", [BLOCKS, PLAIN_BLOCKS])
def test_the_blocks_are_eight_different_ones(blocks: str) -> None:
    """Eight steps can be kept apart, in plain characters too."""
    assert len(set(blocks)) == len(blocks) == 8


def test_the_plain_blocks_are_ascii() -> None:
    """A terminal without Unicode draws the same series in plain characters."""
    assert sparkline([0.0, 50.0, 100.0], blocks=PLAIN_BLOCKS) == "_=#"
    assert PLAIN_BLOCKS.isascii()


def test_a_whole_score_card() -> None:
    """The text says what is measured, each dyad-era's course, what it rests on, and who coded."""
    coders = (("ann", "human"), ("bob", "human"))
    card = card_of({("AA-BB", "1950-1953"): [50.0, 75.0, 25.0, 30.0]}, coders=coders)
    assert render_score_card(card) == (
        "made_up: closeness 0-100, 4 dyad-years, 90% intervals in brackets\n"
        "\n"
        "AA-BB 1950-1953      ▅▇▃▃\n"
        "    first 1950: 50.0 [49.0-51.0]   peak 1951: 75.0 [74.0-76.0]   "
        "low 1952: 25.0 [24.0-26.0]   last 1953: 30.0 [29.0-31.0]\n"
        "    6 coded cells: 4 cite verified evidence, 0 only recalled literature, 2 only a note\n"
        "\n"
        "Coders: 2 human coders (ann, bob). Codings are research inputs, not expert consensus."
    )


def test_years_not_scored_are_counted() -> None:
    """Missing years are gaps in the line, are said, and are neither first, peak, low nor last."""
    lines = lines_of(card_of({("AA-BB", "1950-1954"): [NAN, 50.0, NAN, 75.0, NAN]}))
    assert lines[2] == "AA-BB 1950-1954       ▅ ▇"
    assert lines[3] == (
        "first 1951: 50.0 [49.0-51.0]   peak 1953: 75.0 [74.0-76.0]   low 1951: 50.0 [49.0-51.0]   "
        "last 1953: 75.0 [74.0-76.0]   (3 of 5 years not scored: too little coded)"
    )


def test_an_era_without_any_score_says_so() -> None:
    """Where no year has a score there is no number."""
    lines = lines_of(card_of({("AA-BB", "1950-1951"): [NAN, NAN], ("AA-CC", "1950-1951"): [1.0, 2.0]}))
    assert lines[2:4] == ["AA-BB 1950-1951", "no year has enough coded to be scored"]
    assert lines[5].startswith("AA-CC 1950-1951")


def test_eras_of_one_dyad_are_told_apart() -> None:
    """Two eras of one dyad are two lines, each with its own cells."""
    lines = lines_of(card_of({("AA-BB", "1950-1951"): [1.0, 2.0], ("AA-BB", "1990-1991"): [3.0, 4.0]}))
    assert [line[:15] for line in lines[2:8:3]] == ["AA-BB 1950-1951", "AA-BB 1990-1991"]
    assert [line[:13] for line in lines[4:10:3]] == ["3 coded cells", "3 coded cells"]


def test_years_stand_in_order() -> None:
    """The order of the rows in the table does not matter."""
    card = card_of({("AA-BB", "1950-1952"): [0.0, 50.0, 100.0]})
    tables = {name: card.to_frame(name) for name in card.names}
    tables["scores"] = tables["scores"].iloc[[2, 0, 1]]
    lines = lines_of(ScoreCard(tables, key="dyad", record=card.record))
    assert lines[2] == "AA-BB 1950-1952      ▁▅█"
    assert lines[3].startswith("first 1950: 0.0 [-1.0 to 1.0]   peak 1952: 100.0 [99.0-101.0]")


@pytest.mark.parametrize(("level", "text"), [(0.9, "90%"), (0.5, "50%"), (0.975, "97.5%"), (0.999, "99.9%")])
def test_the_level_is_not_rounded(level: float, text: str) -> None:
    """The probability of the interval is not rounded: no interval holds with certainty."""
    lines = lines_of(card_of({("AA-BB", "1950-1951"): [50.0, 60.0]}, level=level))
    assert lines[0] == f"made_up: closeness 0-100, 2 dyad-years, {text} intervals in brackets"


@pytest.mark.parametrize(
    ("coders", "text"),
    [
        ((("ann", "human"), ("bob", "human")), "2 human coders (ann, bob)"),
        ((("a", "language_model"), ("b", "language_model")), "2 language models (a, b)"),
        ((("ann", "human"), ("a", "language_model")), "1 human coder, 1 language model (ann, a)"),
    ],
)
def test_the_kinds_of_coders_are_named(coders: tuple[tuple[str, str], ...], text: str) -> None:
    """The last line says how many coders are people and how many are language models."""
    lines = lines_of(card_of({("AA-BB", "1950-1951"): [50.0, 60.0]}, coders=coders))
    assert lines[-1] == f"Coders: {text}. Codings are research inputs, not expert consensus."


def test_the_small_alliance_names_its_human_coders(small: Path) -> None:
    """The made-up alliance has a line with its scores and its two human coders."""
    lines = lines_of(am.score(small, draws=50))
    assert lines[0] == "small: closeness 0-100, 4 dyad-years, 90% intervals in brackets"
    assert lines[2] == "AA-BB 1950-1953      ▆▆▅▃"
    assert lines[4] == ("40 coded cells: 10 cite verified evidence, 10 only recalled literature, 20 only a note")
    assert lines[-1].startswith("Coders: 2 human coders (ann, bob).")


def test_invented_codings_are_said_to_be() -> None:
    """Codings that show the form of the data carry a warning in place of advice."""
    lines = lines_of(card_of({("AA-BB", "1950-1951"): [50.0, 60.0]}, coders=(("x", "made_up"), ("y", "made_up"))))
    assert lines[-1] == (
        "Coders: 2 made-up coders (x, y). The codings are invented examples: they show the format and say nothing "
        "about the states named."
    )
