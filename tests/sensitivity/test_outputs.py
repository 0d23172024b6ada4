"""What may be asked about: each form read and worked out, each wrong form refused with what is allowed."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.errors import SpecError
from alliance_metrics.index.plan import plan_index
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.sensitivity.outputs import FORMS, break_years, parse_output, parse_outputs
from alliance_metrics.uncertainty.draws import draw_index
from alliance_metrics.uncertainty.inputs import Uncertainty, WeightDraw
from tests.uncertainty.slow_index import UNITS, plain_plan, toy_plan

PLACE = {(dyad, year): place for place, (dyad, _, year) in enumerate(UNITS)}


@pytest.fixture(scope="module")
def plan():
    """Bind the toy panel: A-B in two eras, A-C in one."""
    return toy_plan()


@pytest.fixture(scope="module")
def scores(plan):
    """Make up scores of every component and unit in three draws."""
    return np.random.default_rng(3).random((len(plan.hierarchy.components), len(UNITS), 3)).astype(np.float32)


def refusal(plan, *texts):
    """Give the faults for which outputs are refused."""
    with pytest.raises(SpecError) as caught:
        parse_outputs(texts, plan)
    return caught.value.faults


# Each form, worked out by hand from made-up scores.


def test_a_score_is_that_of_its_component_and_year(plan, scores):
    """On the scale of 0 to 100; the index by either name."""
    trust = plan.hierarchy.place_of("trust")
    found = parse_output("trust:A-C:1951", plan)
    assert (found.kind, found.years.tolist()) == ("score", [1951])
    np.testing.assert_allclose(found.values(scores), 100 * scores[trust, PLACE["A-C", 1951]], rtol=1e-6)
    for name in ("index", "cohesion"):
        own = parse_output(f"{name}:A-B:1955", plan).values(scores)
        np.testing.assert_allclose(own, 100 * scores[-1, PLACE["A-B", 1955]], rtol=1e-6)


@pytest.mark.parametrize("name", ["talks", "trust.contact", "trust", "belief"])
def test_every_tier_may_be_asked_about(plan, scores, name):
    """Indicators, diagnostic ones too, dimensions and pillars."""
    place = plan.hierarchy.place_of(name)
    found = parse_output(f"{name}:A-B:1950", plan).values(scores)
    np.testing.assert_allclose(found, 100 * scores[place, 0], rtol=1e-6)


def test_a_change_is_the_later_named_less_the_first_named(plan, scores):
    """Across eras of one dyad, backward too."""
    expected = 100 * (scores[-1, PLACE["A-B", 1956]] - scores[-1, PLACE["A-B", 1951]])
    forward = parse_output("change:index:A-B:1951:1956", plan).values(scores)
    backward = parse_output("change:index:A-B:1956:1951", plan).values(scores)
    np.testing.assert_allclose(forward, expected, atol=1e-4)
    np.testing.assert_allclose(backward, -expected, atol=1e-4)


def test_a_gap_is_the_first_named_less_the_other(plan, scores):
    """Between two dyads in years of their own."""
    found = parse_output("gap:gain:A-C:1950:A-B:1953", plan).values(scores)
    gain = scores[plan.hierarchy.place_of("gain")]
    np.testing.assert_allclose(found, 100 * (gain[PLACE["A-C", 1950]] - gain[PLACE["A-B", 1953]]), atol=1e-4)


def test_a_gap_of_eras_is_that_of_their_means(plan, scores):
    """A-B's second era, of three years, less A-C's first, of three."""
    found = parse_output("era_gap:index:A-B:two:A-C:one", plan).values(scores)
    np.testing.assert_allclose(found, 100 * (scores[-1, 4:7].mean(axis=0) - scores[-1, 7:10].mean(axis=0)), atol=1e-4)


def test_peak_and_low_are_years(plan, scores):
    """The year of the greatest and of the least score of the era."""
    own = scores[-1, :4]
    for kind, pick in (("peak", np.argmax), ("low", np.argmin)):
        found = parse_output(f"{kind}:index:A-B:one", plan).values(scores)
        assert found.tolist() == [1950 + int(pick(own[:, draw])) for draw in range(3)]


def test_peak_and_low_pass_over_missing_years(plan, scores):
    """A missing year is neither; an era without any score has none; the first of equals counts."""
    given = np.array(scores)
    given[-1, :4] = np.array([[np.nan, 0.2, 0.2, 0.1], [0.3, np.nan, 0.3, 0.3], [np.nan] * 4]).T
    peak, low = (parse_output(f"{kind}:index:A-B:one", plan).values(given) for kind in ("peak", "low"))
    np.testing.assert_array_equal(peak, [1951, 1950, np.nan])
    np.testing.assert_array_equal(low, [1953, 1950, np.nan])


@pytest.mark.parametrize(
    "text",
    ["index:A-B:1950", "change:index:A-B:1950:1952", "gap:index:A-C:1950:A-B:1950", "era_gap:index:A-B:one:A-B:two"],
)
def test_where_a_score_is_missing_there_is_no_output(plan, scores, text):
    """NaN in the draw that lacks it, a number in the others."""
    given = np.array(scores)
    given[-1, 0, 1] = np.nan
    assert np.isnan(parse_output(text, plan).values(given)).tolist() == [False, True, False]


# Breaks.


def brute_break(series, years):
    """Try every split, three years or more on either side, and take the first with the least sum of squares."""
    found, least = math.nan, math.inf
    for split in range(3, len(series) - 2):
        parts = series[:split], series[split:]
        squares = sum(sum((value - sum(part) / len(part)) ** 2 for value in part) for part in parts)
        if squares < least - 1e-9:
            found, least = float(years[split]), squares
    return found


@pytest.mark.parametrize("n", [5, 6, 7, 12])
def test_breaks_are_those_of_trying_every_split(n):
    """Two hundred random series and years with gaps; none where there are fewer than six years."""
    rng = np.random.default_rng(n)
    years = np.cumsum(rng.integers(1, 3, n)) + 1950
    series = rng.random((n, 200))
    expected = [brute_break(column.tolist(), years) for column in series.T]
    np.testing.assert_array_equal(break_years(series, years), expected)
    assert np.isnan(expected).all() == (n < 6)


def test_breaks_of_whole_levels_and_their_ties_are_those_of_trying_every_split():
    """All series of 0 and 1 over seven years: of equal splits the earliest; none is preferred by rounding."""
    series = np.array(list(itertools.product((0.0, 1.0), repeat=7))).T
    years = np.arange(1950, 1957)
    expected = [brute_break(column.tolist(), years) for column in series.T]
    np.testing.assert_array_equal(break_years(series, years), expected)


def test_a_series_with_a_missing_year_has_no_break():
    """NaN, beside series that have one."""
    series = np.array([[0, 0, 0, 1, 1, 1], [0, 0, np.nan, 1, 1, 1]], dtype=float).T
    np.testing.assert_array_equal(break_years(series, np.arange(1950, 1956)), [1953, np.nan])


def test_a_tie_of_two_splits_falls_to_the_earlier_in_every_draw():
    """Three low years, one between, three high: both splits fit alike whatever the weights, which move nothing."""
    series = (1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0)
    plan = plain_plan({"a": series, "b": series})
    drawn = draw_index(
        plan,
        Uncertainty(seed=1, draws=500, inputs=(WeightDraw(),)),
        tiers=("index", "pillar", "dimension", "indicator"),
    )
    assert set(parse_output("break:index:A-B:era", plan).values(drawn.scores).tolist()) == {1953.0}


# Wrong forms.


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "index",
        "index:A-B",
        "index:A-B:1950:1951",
        "change:index:A-B:1950",
        "change:index:A-B:1950:1951:1952",
        "gap:index:A-B:1950:A-C",
        "era_gap:index:A-B:one:two",
        "peak:index:A-B",
        "low:index:A-B:one:two",
        "break:A-B:one",
        "score:index:A-B:1950",
        "chance:index:A-B:1950:1951",
        "PEAK:index:A-B:one",
    ],
)
def test_what_has_no_form_is_refused_with_every_form(plan, text):
    """The text as it stands, and all forms that are allowed."""
    (fault,) = refusal(plan, text)
    assert fault.what in {"an output is not written as one", "unknown component"}
    assert fault.found == f"'{text}'"
    if fault.what == "an output is not written as one":
        assert all(form in fault.allowed for form in FORMS.values())
    assert fault.column == "sensitivity.outputs"


@pytest.mark.parametrize(
    ("text", "what", "allowed"),
    [
        ("trsut:A-B:1950", "unknown component (nearest known: 'trust')", "index, cohesion"),
        ("peak:trusty:A-B:one", "unknown component (nearest known: 'trust')", "index, cohesion"),
        ("index:A-D:1950", "unknown dyad (nearest known: 'A-C')", "A-B, A-C"),
        ("index:A-B:1949", "no such year of 'A-B'", "1950 to 1953, 1954 to 1956"),
        ("index:A-B:1950.0", "no such year of 'A-B'", "1950 to 1953"),
        ("index:A-C:1953", "no such year of 'A-C'", "1950 to 1952"),
        ("change:index:A-B:1950:1960", "no such year of 'A-B'", "1954 to 1956"),
        ("gap:index:A-B:1950:A-C:1956", "no such year of 'A-C'", "1950 to 1952"),
        ("peak:index:A-C:two", "no such era of 'A-C'", "one"),
        ("break:index:A-B:three", "no such era of 'A-B'", "one, two"),
        ("era_gap:index:A-B:one:A-X:one", "unknown dyad", "A-B, A-C"),
        ("index:*:1800", "no such year", "1950"),
        ("index:A-B:18*", "no such year of 'A-B'", "1950 to 1953"),
        ("index:X:*", "unknown dyad", "A-B, A-C"),
        ("trsut:*:*", "unknown component (nearest known: 'trust')", "trust"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(plan, text, what, allowed):
    """Component, dyad, year and era, with the nearest known name and those there are."""
    (fault,) = refusal(plan, text)
    assert what in fault.what
    assert allowed in fault.allowed


def test_the_index_is_the_nearest_name_to_a_misspelt_one(plan):
    """The word of the forms is a name like the ids, where one is near."""
    (fault,) = refusal(plan, "indx:A-B:1950")
    assert "(nearest known: 'index')" in fault.what


def test_a_year_that_stands_in_two_eras_is_refused():
    """What is not one unit cannot be asked about by its year; the eras can."""
    rows = [
        ("A-B", era, year, "a", 2) for era, first in (("one", 1950), ("two", 1952)) for year in range(first, first + 3)
    ]
    frame = pd.DataFrame(rows, columns=["dyad", "era", "year", "indicator_id", "score"])
    tree = pd.DataFrame({"indicator_id": ["a"], "pillar": "p", "dimension": "d", "low": 0, "high": 4})
    plan = plan_index(IndicatorPanel.from_frame(frame), IndexSpec(tree))
    (fault,) = refusal(plan, "index:A-B:1952")
    assert fault.what == "a year stands in two eras of 'A-B'"
    assert parse_output("peak:index:A-B:two", plan).units.tolist() == [3, 4, 5]


def test_every_wrong_output_is_listed(plan):
    """Two wrong ones of three, both told."""
    found = refusal(plan, "trsut:A-B:1950", "index:A-B:1950", "index:A-D:1950")
    assert [fault.found for fault in found] == ["'trsut:A-B:1950'", "'index:A-D:1950'"]


# Stars.


def test_a_star_stands_for_every_unit_and_year(plan):
    """All ten, the seven of one dyad, the two of one year; by the order of the panel."""
    assert [one.name for one in parse_outputs(["index:*:*"], plan)] == [f"index:{d}:{y}" for d, _, y in UNITS]
    assert [one.name for one in parse_outputs(["gain:A-B:*"], plan)] == [f"gain:A-B:{y}" for y in range(1950, 1957)]
    assert [one.name for one in parse_outputs(["gain:*:1951"], plan)] == ["gain:A-B:1951", "gain:A-C:1951"]
    assert all(one.units.tolist() == [place] for place, one in enumerate(parse_outputs(["index:*:*"], plan)))


def test_a_star_leaves_out_what_is_named(plan):
    """A star for the unit stands for every other unit and era; a unit by its name is asked about all the same."""
    left_out = [("A-C", era) for dyad, era, _ in UNITS if dyad == "A-C"]
    names = [one.name for one in parse_outputs(["gain:*:1951", "index:A-C:*"], plan, left_out=left_out)]
    assert names[0] == "gain:A-B:1951"
    assert all(name.startswith("index:A-C:") for name in names[1:])
    assert len(names) == 1 + len(left_out)


def test_each_output_is_given_once(plan):
    """What a star and a name both say stands where it came first."""
    found = [one.name for one in parse_outputs(["index:A-C:1952", "index:A-C:*", "index:A-C:1950"], plan)]
    assert found == ["index:A-C:1952", "index:A-C:1950", "index:A-C:1951"]


@pytest.mark.parametrize("text", ["*:A-B:1950", "peak:index:*:one", "change:index:A-B:*:1951", "peak:index:A-B:*"])
def test_a_star_stands_nowhere_else(plan, text):
    """Neither for components nor in other forms."""
    (fault,) = refusal(plan, text)
    assert fault.found == f"'{text}'"
