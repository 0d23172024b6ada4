"""The figures that stand in docs/, each worked out from a saved result or read from a benchmark.

In a page a figure stands between ``<!--=name-->`` and ``<!--.-->``. ``python -m tests.published.figures RESULTS``
brings all of them up to the result of ``score --all`` in that folder.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import pandas as pd

from tests.house.test_layers import ROOT

MARK = re.compile(r"(<!--=([a-z0-9_]+)-->)(.*?)(<!--\.-->)", re.DOTALL)
COVERAGE = ROOT / "benchmarks" / "coverage.md"
SIGNIFICANT = 0.05


class Tables:
    """The tables of one result, and of the data it rests on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self._folder / f"{name}.csv", keep_default_na=False, na_values={"reason": []})

    @cached_property
    def events(self) -> pd.DataFrame:
        return pd.read_csv(ROOT / "data" / "evidence" / "events.csv", keep_default_na=False)

    def numbers(self, name: str, **values: object) -> pd.DataFrame:
        """Give the rows of a table that have these values, with what are numbers as numbers."""
        frame = pd.read_csv(self._folder / f"{name}.csv")
        for column, value in values.items():
            frame = frame[frame[column] == value]
        return frame


def score_of(tables: Tables, dyad: str, year: int) -> str:
    row = tables.numbers("scores", dyad=dyad, year=year, tier="index").iloc[0]
    return f"{row['estimate']:.1f} [{row['lower']:.1f} to {row['upper']:.1f}]"


def probability_above(tables: Tables, one: tuple[str, int], other: tuple[str, int]) -> str:
    """Give the probability that one dyad-year stands above another; each two stand in the table once."""
    pairs = tables.numbers("pairs").set_index(["dyad", "year", "other", "other_year"])
    found = pairs["above"].get((*one, *other))
    return percent(pairs["below"][(*other, *one)] if found is None else found)


def percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def share_of_cells(tables: Tables, kind: str) -> str:
    cells = tables("cells")
    return percent(cells.loc[cells["rests_on"] == kind, "cells"].sum() / cells["cells"].sum())


def driver(tables: Tables, name: str) -> str:
    return percent(tables.numbers("sensitivity/effects", effect="shapley", input=name)["estimate"].mean())


def variant(tables: Tables, kind: str, name: str) -> pd.Series:
    return tables.numbers("audit/variants", kind=kind, variant=name).iloc[0]


def alpha(tables: Tables, era: str) -> str:
    rows = tables("reliability/alpha")
    row = rows[(rows["scope"] == "overall") & (rows["dyad"] == "") & (rows["era"] == era)].iloc[0]
    return f"{float(row['estimate']):.2f}"


def weak_indicators(tables: Tables) -> pd.DataFrame:
    rows = tables("reliability/alpha")
    rows = rows[(rows["scope"] == "indicator") & (rows["dyad"] == "") & (rows["era"] != "")]
    return rows.assign(estimate=pd.to_numeric(rows["estimate"])).sort_values("estimate")


def claim(tables: Tables, name: str) -> pd.Series:
    return tables.numbers("claims/claims", id=name).iloc[0]


def claim_value(tables: Tables, name: str) -> str:
    row = claim(tables, name)
    return f"{row['estimate']:.2f} [{row['lower']:.2f} to {row['upper']:.2f}]"


def placebo_gates(tables: Tables) -> str:
    """Count the dimensions that would pass for the bedrock as well."""
    rows = tables.numbers("claims/placebos", id="M2.bedrock")
    return f"{int(rows['verdict'].isin(['supported', 'leaning']).sum())} of {len(rows)}"


def verdicts(tables: Tables, verdict: str, side: str) -> str:
    return str(len(tables.numbers("claims/claims", verdict=verdict, side=side)))


def found_of(tables: Tables, name: str, column: str) -> str:
    rows = tables.numbers(name)
    return f"{int((rows[column] <= SIGNIFICANT).sum())} of {len(rows)}"


def agreement(tables: Tables, era: str, column: str) -> str:
    rows = tables.numbers("validation/summary", dyad="all", era=era, independent=True, against="index", form="levels")
    value = rows.iloc[0][column]
    return f"{value:.1f}" if column == "agrees_expected" else str(int(value))


def tested(tables: Tables, era: str) -> str:
    row = tables.numbers(
        "validation/summary", dyad="all", era=era, independent=True, against="index", form="levels"
    ).iloc[0]
    return str(int(row["measures"] - row["too_short"] - row["does_not_vary"]))


def interaction(tables: Tables) -> pd.DataFrame:
    return tables.numbers("condition/interaction_tests", outcome="mean of outcomes", lagged=False, shuffle="pressure")


def held(table: str, kind: str) -> str:
    """Read from the benchmark how often intervals hold the truth."""
    section = COVERAGE.read_text(encoding="utf-8").split(f"## Uncertain: {table}\n", 1)[1].split("\n## ", 1)[0]
    row = next(line for line in section.splitlines() if line.startswith(f"| {kind} |"))
    return f"{row.split('|')[3].strip()}%"


def meaning(tables: Tables, column: str) -> str:
    row = tables.numbers(
        "comparison/changed_meaning", dyad="PRC-RUS", quantity="level_difference", component="cohesion"
    ).iloc[0]
    if column == "estimate":
        return f"{row['estimate']:+.1f} [{row['lower']:+.1f} to {row['upper']:+.1f}]"
    return f"{row[column]:.1f}"


def gap(tables: Tables, *, matched: bool) -> str:
    row = tables.numbers(
        "facets/gap_summary",
        dyad="PRC-USSR",
        era="early-cold-war",
        facets="public_private",
        matched=matched,
        component="cohesion",
        measure="mean",
    ).iloc[0]
    return f"{row['estimate']:.0f} [{row['lower']:.0f} to {row['upper']:.0f}]"


def independent_years(tables: Tables) -> str:
    done = str(tables("audit/steps").set_index("step").loc[4, "done"])
    return re.search(r"worth about (\d+) independent", done)[1]


def nearest(tables: Tables, space: str) -> str:
    row = tables.numbers("comparison/nearest", dyad="PRC-RUS", year=2025, space=space, indicators="all").iloc[0]
    return f"{int(row['other_year'])} ({percent(row['probability'])})"


def without_run(tables: Tables) -> str:
    row = tables.numbers(
        "condition/without",
        dyad="all",
        era="all",
        outcome="mean of outcomes",
        lagged=False,
        without="RUS-DPRK post-cold-war",
    ).iloc[0]
    return f"{row['p_value']:.2f}"


def strength_profile(tables: Tables) -> str:
    row = tables.numbers("turning_points/strength", dyad="PRC-USSR", era="early-cold-war").iloc[0]
    return f"{row['lower']:.2f} to {row['upper']:.2f}"


def break_year(tables: Tables, component: str) -> str:
    rows = tables.numbers("turning_points/break_tests", dyad="PRC-USSR", era="early-cold-war", component=component)
    return str(int(rows["estimate"].iloc[0]))


def read_as(tables: Tables, era: str, reading: str) -> str:
    """Name the counted measures not shown to coders that are read so, by level and index."""
    rows = tables.numbers(
        "validation/agreement", era=era, independent=True, counted=True, tier="index", form="levels", reading=reading
    )
    return ", ".join(f"`{measure}` of {dyad}" for dyad, measure in zip(rows["dyad"], rows["measure"], strict=True))


def ideology_of_strong(tables: Tables) -> str:
    """Give the least ideology of the years in which the index is nearer level 3 than level 2."""
    scores = tables.numbers("scores", dyad="PRC-USSR", era="early-cold-war")
    wide = scores[scores["tier"].isin(["index", "pillar"])].pivot_table("estimate", "year", "component")
    return f"{wide.loc[wide['cohesion'] > 62.5, 'ideology'].min():.0f}"


def widths(tables: Tables) -> pd.Series:
    index = tables.numbers("scores", tier="index")
    return index["upper"] - index["lower"]


def weight_reach(tables: Tables) -> float:
    ranges = tables.numbers("sensitivity/weight_ranges", weights="across pillars")
    return float((ranges["greatest"] - ranges["least"]).max())


FIGURES: dict[str, Callable[[Tables], str]] = {
    # scores
    "peak": lambda t: score_of(t, "PRC-USSR", 1954),
    "low": lambda t: score_of(t, "PRC-USSR", 1969),
    "latest": lambda t: score_of(t, "PRC-RUS", 2025),
    "year_before": lambda t: score_of(t, "PRC-RUS", 2024),
    "before_speech": lambda t: score_of(t, "PRC-USSR", 1955),
    "after_speech": lambda t: score_of(t, "PRC-USSR", 1956),
    "latest_above_year_before": lambda t: probability_above(t, ("PRC-RUS", 2025), ("PRC-RUS", 2024)),
    "before_above_after_speech": lambda t: probability_above(t, ("PRC-USSR", 1955), ("PRC-USSR", 1956)),
    "width": lambda t: f"{widths(t).median():.1f}",
    "dyad_years": lambda t: str(len(widths(t))),
    "subject_years": lambda t: str(int((t.numbers("scores", tier="index")["era"] != "reference").sum())),
    # what scores rest on
    "cells": lambda t: f"{t('cells')['cells'].sum():,}",
    "cells_verified": lambda t: share_of_cells(t, "verified"),
    "cells_copy": lambda t: share_of_cells(t, "copy"),
    "cells_literature": lambda t: share_of_cells(t, "literature"),
    "cells_note": lambda t: share_of_cells(t, "note only"),
    "events": lambda t: f"{len(t.events):,}",
    "events_recalled": lambda t: f"{(t.events['status'] == 'literature').sum():,}",
    "coders": lambda t: str(t("cells")["coder"].nunique()),
    "coders_language_model": lambda t: str(t("cells").query("coder_kind == 'language_model'")["coder"].nunique()),
    # agreement of coders
    "alpha_early": lambda t: alpha(t, "early-cold-war"),
    "alpha_middle": lambda t: alpha(t, "late-cold-war"),
    "alpha_late": lambda t: alpha(t, "post-cold-war"),
    "alpha_weak": lambda t: f"{int((weak_indicators(t)['estimate'] < 0.667).sum())} of {len(weak_indicators(t))}",
    "alpha_least": lambda t: f"{weak_indicators(t)['estimate'].iloc[0]:.2f}",
    "alpha_least_name": lambda t: f"`{weak_indicators(t)['component'].iloc[0]}`",
    # what drives the spread, and what other choices do
    "driver_cells": lambda t: driver(t, "coder_cell"),
    "driver_weights": lambda t: driver(t, "weights"),
    "driver_choice": lambda t: driver(t, "coder_choice"),
    "weight_reach": lambda t: f"{weight_reach(t):.1f}",
    "equal_correlation": lambda t: f"{variant(t, 'weighting', 'equal_indicators')['rank_correlation']:.3f}",
    "equal_shift": lambda t: f"{variant(t, 'weighting', 'equal_indicators')['mean_shift']:.1f}",
    "equal_outside": lambda t: percent(variant(t, "weighting", "equal_indicators")["outside"]),
    "bedrock_outside": lambda t: percent(variant(t, "across pillars", "bedrock ideology 0.5")["outside"]),
    "bedrock_shift": lambda t: f"{variant(t, 'across pillars', 'bedrock ideology 0.5')['mean_shift']:.1f}",
    "minimum_shift": lambda t: f"{variant(t, 'across pillars', 'minimum')['mean_shift']:.1f}",
    "geometric_shift": lambda t: f"{variant(t, 'across pillars', 'geometric')['mean_shift']:.1f}",
    "steps_shift": lambda t: f"{variant(t, 'ordinal steps', 'unequal, median of draws')['mean_shift']:.1f}",
    "steps_farthest": lambda t: f"{variant(t, 'ordinal steps', 'unequal, farthest draw')['greatest_shift']:.0f}",
    "median_shift": lambda t: f"{variant(t, 'coders combined', 'median')['mean_shift']:.1f}",
    # turning points and the bedrock
    "strength_ideology": lambda t: claim_value(t, "M2.bedrock_strong"),
    "strength_profile": strength_profile,
    "strength_utility": lambda t: claim_value(t, "R.utility_is_the_bedrock"),
    "verdict_ideology": lambda t: claim(t, "M2.bedrock_strong")["verdict"],
    "verdict_utility": lambda t: claim(t, "R.utility_is_the_bedrock")["verdict"],
    "verdict_threat": lambda t: claim(t, "R.threat_is_the_bedrock")["verdict"],
    "verdict_first": lambda t: claim(t, "M3.ideology_first")["verdict"],
    "break_ideology": lambda t: break_year(t, "ideology"),
    "break_utility": lambda t: break_year(t, "utility"),
    "ideology_of_strong": ideology_of_strong,
    "breaks_found": lambda t: found_of(t, "turning_points/break_tests", "p_value"),
    "breaks_found_adjusted": lambda t: found_of(t, "turning_points/break_tests", "p_adjusted"),
    "leads_found": lambda t: (
        f"{int((t('turning_points/lead_findings')['finding'] == 'suggestive').sum())} "
        f"of {len(t('turning_points/lead_findings'))}"
    ),
    "independent_years": independent_years,
    # conditions, eras, outside measures, claims
    "condition_suggestive": lambda t: (
        f"{int((interaction(t)['finding'] == 'suggestive').sum())} of {len(interaction(t))}"
    ),
    "condition_without": without_run,
    "meaning_with": lambda t: meaning(t, "with_all"),
    "meaning_without": lambda t: meaning(t, "without"),
    "meaning_moved": lambda t: meaning(t, "estimate"),
    "nearest_indicators": lambda t: nearest(t, "indicators"),
    "nearest_pillars": lambda t: nearest(t, "pillars"),
    "gap_all": lambda t: gap(t, matched=False),
    "gap_matched": lambda t: gap(t, matched=True),
    "agrees_early": lambda t: agreement(t, "early-cold-war", "agrees"),
    "agrees_middle": lambda t: agreement(t, "late-cold-war", "agrees"),
    "tested_middle": lambda t: tested(t, "late-cold-war"),
    "by_chance_middle": lambda t: agreement(t, "late-cold-war", "agrees_expected"),
    "agreeing_middle": lambda t: read_as(t, "late-cold-war", "agrees"),
    "agrees_late": lambda t: agreement(t, "post-cold-war", "agrees"),
    "disagrees_early": lambda t: agreement(t, "early-cold-war", "disagrees"),
    "disagrees_late": lambda t: agreement(t, "post-cold-war", "disagrees"),
    "leans_against_early": lambda t: agreement(t, "early-cold-war", "leans_against"),
    "tested_early": lambda t: tested(t, "early-cold-war"),
    "tested_late": lambda t: tested(t, "post-cold-war"),
    "by_chance_early": lambda t: agreement(t, "early-cold-war", "agrees_expected"),
    "by_chance_late": lambda t: agreement(t, "post-cold-war", "agrees_expected"),
    "agreeing_early": lambda t: read_as(t, "early-cold-war", "agrees"),
    "disagreeing_early": lambda t: read_as(t, "early-cold-war", "disagrees"),
    "claims": lambda t: str(len(t("claims/claims"))),
    "essay_supported": lambda t: verdicts(t, "supported", "essay"),
    "essay_claims": lambda t: str(len(t.numbers("claims/claims", side="essay"))),
    "essay_undecided": lambda t: verdicts(t, "undecided", "essay"),
    "essay_not_discriminating": lambda t: verdicts(t, "not discriminating", "essay"),
    "essay_leaning_against": lambda t: verdicts(t, "leaning against", "essay"),
    "near_tautologies": lambda t: str(
        int(t.numbers("claims/claims", side="essay")["near_tautology"].fillna(False).sum())
    ),
    "placebo_gates": placebo_gates,
    "essay_contradicted": lambda t: verdicts(t, "contradicted", "essay"),
    "rival_supported": lambda t: verdicts(t, "supported", "rival"),
    # coverage, from the benchmark
    "held_ranges": lambda _: held("cells, coders", "slips as the ranges say"),
    "held_weights": lambda _: held("cells, coders, weights", "slips, weights"),
    "held_alike": lambda _: held("cells, coders", "all coders lean alike"),
    "held_alike_weights": lambda _: held("cells, coders, weights", "all coders lean alike"),
    "held_end": lambda _: held("cells, coders", "slips, truths near an end"),
    "held_all": lambda _: held("cells, coders, weights", "all of these"),
}


def marked(text: str) -> list[tuple[str, str]]:
    """List the figures that stand in a page, with what stands there."""
    return [(name, value) for _, name, value, _ in MARK.findall(text)]


def renewed(text: str, tables: Tables) -> str:
    """Give a page with every figure as the tables have it."""
    return MARK.sub(lambda found: f"{found[1]}{FIGURES[found[2]](tables)}{found[4]}", text)


if __name__ == "__main__":
    for page in sorted((ROOT / "docs").glob("*.md")):
        before = page.read_text(encoding="utf-8")
        page.write_text(renewed(before, Tables(Path(sys.argv[1]))), encoding="utf-8", newline="")
