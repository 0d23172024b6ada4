"""Agreement with measures from outside as lines for the screen: the tables' own numbers, disagreement first."""

from __future__ import annotations

from typing import Any

from alliance_metrics.report.text.analysis import render_validation
from tests.report.text.saved import Row, saved, skips

ERA: Row = {"era": "1950-1969"}
FIGURES: Row = {"years": 20, "effective_years": 4.25, "power": 0.5, "confidence": 0.9}


def measured(name: str, reading: str, estimate: float, p_value: float, **about: object) -> list[Row]:
    base: Row = {"dyad": "AA-BB", **ERA, "measure": name, "tier": "index", "counted": True, "independent": True}
    span = {"estimate": estimate, "lower": estimate - 0.25, "upper": estimate + 0.125, "p_value": p_value}
    levels = {**base, **FIGURES, **span, "form": "levels", "reading": reading, **about}
    return [levels, {**levels, "form": "trendless", "estimate": -0.125, "reading": "leans against"}]


def counts(agrees: int, *, form: str = "levels", independent: bool = True, against: str = "index") -> Row:
    about = {"dyad": "all", **ERA, "form": form, "independent": independent, "against": against}
    return {**about, "agrees": agrees, "leans_with": 2, "leans_against": 3, "disagrees": 4, "agrees_expected": 0.75}


SUMMARY = [
    counts(1),
    counts(5, form="trendless"),
    counts(6, against="declared"),
    counts(7, independent=False),
    {**counts(9), "dyad": "AA-BB"},
]
AGREEMENT = [
    *measured("ships", "agrees", 0.75, 0.0625),
    *measured("votes", "disagrees", -0.5, 0.001),
    *measured("seen", "agrees", 0.9, 0.01, independent=False),
    *measured("short", "too short", 0.9, 0.01),
]


def text_of(**tables: Any) -> str:
    return render_validation(saved("validation", **{"agreement": AGREEMENT, "summary": SUMMARY, **tables}))


def test_each_era_has_its_counts_then_disagreement_then_agreement() -> None:
    """Independent measures that were tested, with what chance would give; those that coders had seen come after."""
    lines = text_of().splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("1950-1969"))
    assert lines[start:] == [
        "1950-1969, independent measures: 1 agree, 2 lean with, 3 lean against, 4 disagree",
        "    (0.8 would agree by chance; 1 are too short or do not vary; median power 0.50).",
        "    With trends removed: 5 agree, 2 lean with, 3 lean against, 4 disagree.",
        "    With the component that each should match: 6 agree, 2 lean with, 3 lean against, 4 disagree.",
        "    disagrees: AA-BB votes -0.50 [-0.75 to -0.38], n=20 (effective 4), p<0.01, detrended -0.12",
        "    agrees: AA-BB ships +0.75 [+0.50 to +0.88], n=20 (effective 4), p=0.06, detrended -0.12",
        "Measures that coders had seen, weaker evidence:",
        "    1950-1969: 7 agree, 2 lean with, 3 lean against, 4 disagree",
    ]


def test_more_than_seven_measures_end_with_their_number() -> None:
    """The table has the rest."""
    rows = [row for k in range(9) for row in measured(f"m{k}", "agrees", 0.5, 0.01 * k)]
    assert "\n    and 2 more, see agreement.csv\n" in text_of(agreement=rows)


def test_a_rival_index_is_given_with_the_years_in_which_they_differ() -> None:
    """What it is rebuilt from, how it correlates, and which is higher in which year."""
    gaps = {1960: 30.0, 1961: -40.0, 1962: 5.0}
    table = [
        {"dyad": "AA-BB", **ERA, "rival": "score", "year": year, "gap": gap, "parted": abs(gap) > 25}
        | {"indicators": 4, "indicators_published": 6}
        for year, gap in gaps.items()
    ]
    rows = [*AGREEMENT, *measured("score", "leans with", 0.5, 0.25, counted=False)]
    assert text_of(agreement=rows, cooperation_index=table).splitlines()[-3:] == [
        "Rival index score (AA-BB), rebuilt from 4 of 6 indicators without its own rules:",
        "    +0.50 [+0.25 to +0.62], n=20 (effective 4), p=0.25; detrended -0.12 (leans against)",
        "    They differ in 2 of 3 years: index higher 1960; rival higher 1961.",
    ]


def test_the_head_says_how_to_read_the_figures() -> None:
    """What is correlated, effective n, p, how little so few years bear, and who coded."""
    head = " ".join(text_of().partition("1950-1969")[0].split())
    for words in ("+ is the expected direction", "90% intervals", "(effective: independent years", "p: share of"):
        assert words in head
    assert "no result is more than suggestive. All codings are language-model codings" in head


def test_an_era_without_an_independent_measure_says_so() -> None:
    """In place of counts."""
    rows = measured("seen", "agrees", 0.9, 0.01, independent=False)
    assert "\n1950-1969: no independent measure.\n" in text_of(agreement=rows)


def test_without_measures_it_says_so() -> None:
    """One sentence and the cause."""
    result = saved("validation", skipped=skips(("validation", "the data have no measures")))
    sentence = "The index was not compared with measures from outside."
    assert render_validation(result) == f"{sentence}\nSkipped: validation: the data have no measures"
