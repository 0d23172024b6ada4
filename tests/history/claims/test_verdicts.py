"""Each kind of claim on made-up draws whose answers are worked out by hand, and the verdicts."""

from __future__ import annotations

import numpy as np
import pytest

from alliance_metrics.history.claims.answers import Answer, DrawnSeries
from alliance_metrics.history.claims.recorded import (
    contributed_most,
    gap_larger,
    gap_positive,
    higher_than,
    largest_drop_in,
    most_similar_within,
)
from alliance_metrics.history.claims.verdicts import (
    DATED,
    RECORDED,
    REGULAR,
    Claim,
    Thresholds,
    evaluate_claims,
    role_of,
    verdict_of,
)
from alliance_metrics.history.eras.analogues import coder_noise, nearest_analogues

NAN = float("nan")
above, below, falls, rises, stays_above, stays_below, peak_within, low_within = (
    RECORDED[kind]
    for kind in ("above", "below", "falls", "rises", "stays_above", "stays_below", "peak_within", "low_within")
)


def series(*draws: tuple[float, ...], name: str = "trust", first: int = 1950, nominal: tuple[float, ...] = ()):
    """Give a series whose draws are given one by one; the nominal scores are the first draw's unless given."""
    years = np.arange(first, first + len(draws[0]))
    return DrawnSeries(name, years, np.array(nominal or draws[0]), np.array(draws).T)


def same(found: np.ndarray, expected: list[float]) -> None:
    """Hold one array to another, NaN equal to NaN."""
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_peak_within_is_refuted_by_an_equal_year_outside() -> None:
    """Greatest inside, outside, in both, and no score at all; a missing year is passed over."""
    one = series((1, 9, 3, 2), (1, 2, 9, 3), (1, 9, 9, 3), (NAN,) * 4, (NAN, 5, 4, NAN))
    found = peak_within(one, years=(1950, 1951))
    same(found.holds, [1, 0, 0, NAN, 1])
    same(found.quantity, [1951, 1952, 1951, NAN, 1951])
    assert (found.estimate, found.nominal_holds, found.measured_in) == (1951, 1, "year")
    assert found.text == "trust is greatest in 1951; at most 9.0 points in 1950-1951 and 3.0 outside"


def test_low_within_is_the_peak_upside_down() -> None:
    """Least in 1953, in 1950, and tied."""
    found = low_within(series((5, 4, 3, 1), (1, 4, 3, 2), (2, 4, 3, 2)), years=(1953, 1953))
    same(found.holds, [1, 0, 0])
    same(found.quantity, [1953, 1950, 1950])
    assert found.text == "trust is least in 1953; at least 1.0 points in 1953 and 3.0 outside"


def test_largest_drop_leads_into_the_year() -> None:
    """Falls of 1 and 4, of 4 and 1, alike, and none; a gap in the years is no fall."""
    one = series((5, 4, 0), (5, 1, 0), (4, 2, 0), (1, 2, 3))
    found = largest_drop_in(one, years=(1952, 1952))
    same(found.holds, [1, 0, 0, NAN])
    same(found.quantity, [1952, 1951, 1951, NAN])
    levels = np.array([90.0, 10.0, 5.0, 4.0])
    gapped = DrawnSeries("trust", np.array([1950, 1952, 1953, 1954]), levels, levels[:, np.newaxis])
    same(largest_drop_in(gapped, years=(1953, 1953)).holds, [1])


def test_most_similar_year_is_that_of_nearest_analogues() -> None:
    """Share of draws in which the nearest year lies within, against the tested function, on draws in two components."""
    rng = np.random.default_rng(11)
    own, there = (
        [
            DrawnSeries(name, np.arange(first, first + n), levels, np.clip(levels[:, None] + spread, 0, 100))
            for name in "ab"
            for levels in [rng.uniform(20, 80, n)]
            for spread in [rng.normal(0, 15, (n, 300))]
        ]
        for first, n in ((2000, 3), (1950, 6))
    )
    found = most_similar_within(*own, *there, year=2001, years=(1951, 1953))
    here, others = (np.stack([part.draws / 100 for part in group]) for group in (own, there))
    analogues = nearest_analogues(here, others, coder_noise(here, others))
    assert found.holds.mean() == pytest.approx(analogues.probability[1, 1:4].sum(), abs=1e-9)
    assert 0.05 < found.holds.mean() < 0.95


def test_most_similar_year_by_hand() -> None:
    """50 lies nearer to 48 than to 60, and in the second draw nearer to 51."""
    own, there = series((50.0,), (50.0,), first=2000), series((48.0, 60.0), (30.0, 51.0), first=1950)
    found = most_similar_within(own, there, year=2000, years=(1951, 1951))
    same(found.holds, [0, 1])
    same(found.quantity, [1950, 1951])


def test_higher_than_compares_means_of_two_spans() -> None:
    """Means 5 and 3, 3 and 5, 4 and 4; a margin must be exceeded; years without a score are passed over."""
    one = series((4, 6, 3, 3), (2, 4, 5, 5), (4, 4, 4, 4), (NAN, 6, 3, NAN))
    spans = {"years": (1950, 1951), "other_years": (1952, 1953)}
    found = higher_than(one, one, **spans)
    same(found.holds, [1, 0, 0, 1])
    same(found.quantity, [2, -2, 0, 3])
    same(higher_than(one, one, **spans, margin=2).holds, [0, 0, 0, 1])
    assert found.text == "trust 5.0 in 1950-1951, trust 3.0 in 1952-1953: difference 2.0"


def test_above_and_below_are_strict() -> None:
    """Means 3, 4 and none, against 3."""
    one = series((2, 4), (4, 4), (NAN, NAN))
    same(above(one, years=(1950, 1951), value=3).holds, [0, 1, NAN])
    same(below(one, years=(1950, 1951), value=3).holds, [0, 0, NAN])
    same(below(one, years=(1950, 1951), value=4).holds, [1, 0, NAN])
    assert above(one, years=(1950, 1951), value=3).text == "trust is 3.0 on average in 1950-1951, against 3.0"


def test_falls_and_rises_set_the_last_year_against_the_first() -> None:
    """Changes of -3, +3 and one unknown; what lies between does not matter."""
    one = series((5, 9, 2), (2, 0, 5), (NAN, 1, 1))
    same(falls(one, years=(1950, 1952), margin=2).holds, [1, 0, NAN])
    same(falls(one, years=(1950, 1952), margin=3).holds, [0, 0, NAN])
    same(rises(one, years=(1950, 1952)).holds, [0, 1, NAN])
    same(rises(one, years=(1950, 1952)).quantity, [-3, 3, NAN])


def test_gaps_are_taken_in_years_that_both_have() -> None:
    """Mean gaps 2, -1, and 4 from the one year both have."""
    one, other = series((5, 5), (3, 4), (9, NAN)), series((2, 4), (4, 5), (5, 1), name="gain")
    found = gap_positive(one, other, years=(1950, 1951))
    same(found.holds, [1, 0, 1])
    same(found.quantity, [2, -1, 4])
    assert found.text == "trust less gain is 2.0 on average in 1950-1951"


def test_gap_larger_takes_the_difference_of_two_gaps() -> None:
    """Gaps 1 then 4, and 4 then 1; 1951 less 1950."""
    one, other = series((5, 5), (5, 5)), series((4, 1), (1, 4), name="gain")
    found = gap_larger(one, other, years=(1951, 1951), than=(1950, 1950))
    same(found.quantity, [3, -3])
    same(found.holds, [1, 0])


def test_every_year_counts_in_stays() -> None:
    """One year too low refutes it, a missing year leaves it open; another series in place of a value."""
    one, other = series((5, 6), (5, 3), (NAN, 9)), series((4, 4), (4, 4), (4, 4), name="gain")
    same(stays_above(one, years=(1950, 1951), value=4).holds, [1, 0, NAN])
    same(stays_above(one, other, years=(1950, 1951)).quantity, [1, -1, NAN])
    same(stays_below(one, years=(1950, 1951), value=6).holds, [0, 1, NAN])
    same(stays_below(one, years=(1950, 1951), value=6).quantity, [6, 5, NAN])


def test_contribution_is_weight_times_change() -> None:
    """Falls of 10 at weight 0.5 and 20 at 0.2: 5 against 4; a tie and a rise refute it."""
    one = series((50, 40), (50, 42), (50, 60))
    other = series((50, 30), (50, 30), (50, 50), name="gain")
    found = contributed_most(one, other, years=(1950, 1951), weights=np.array([0.5, 0.2]))
    same(found.quantity, [-5, -4, 5])
    same(found.holds, [1, 0, 0])
    up = contributed_most(one, other, years=(1950, 1951), weights=np.array([0.5, 0.2]), direction="up")
    same(up.holds, [0, 0, 1])


def test_nothing_contributed_to_a_fall_that_did_not_come() -> None:
    """Where every part rose, the one that rose least made no part of a fall, nor the other way round."""
    one, other = series((50, 51), (50, 49)), series((50, 60), (50, 40), name="gain")
    same(contributed_most(one, other, years=(1950, 1951), weights=np.array([0.5, 0.5])).holds, [0, 0])
    up = contributed_most(one, other, years=(1950, 1951), weights=np.array([0.5, 0.5]), direction="up")
    same(up.holds, [0, 0])


def test_a_span_beyond_the_record_is_refused() -> None:
    """A claim about years that are not all there would be another claim."""
    with pytest.raises(ValueError, match="trust covers 1950-1952, not the whole of 1951-1955"):
        above(series((1, 2, 3)), years=(1951, 1955), value=0)
    with pytest.raises(ValueError, match="1950-1952 is the whole record of trust, so nothing is claimed"):
        peak_within(series((1, 2, 3)), years=(1950, 1952))


def test_single_precision_makes_no_difference() -> None:
    """0.1 + 0.2 in single precision is not above 0.3."""
    draws = np.array([[np.float32(0.1) + np.float32(0.2)]])
    one = DrawnSeries("trust", np.array([1950]), np.array([0.3]), draws)
    same(above(one, years=(1950, 1950), value=0.3).holds, [0])


def answered(share: float, n: int = 100, undefined: int = 0, **tested: float) -> Answer:
    """Give an answer that holds in a share of so many draws."""
    holds = np.array([1.0] * round(share * n) + [0.0] * (n - round(share * n)) + [NAN] * undefined)
    return Answer(holds, holds, 1.0, 0.0, "points", "", **tested)


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (1.0, "supported"),
        (0.95, "supported"),
        (0.94, "leaning"),
        (0.80, "leaning"),
        (0.79, "undecided"),
        (0.21, "undecided"),
        (0.20, "leaning against"),
        (0.06, "leaning against"),
        (0.05, "contradicted"),
        (0.0, "contradicted"),
    ],
)
def test_shares_give_verdicts_on_both_sides_alike(share: float, verdict: str) -> None:
    """Thresholds belong to the verdict they open."""
    assert verdict_of(answered(share))[:3] == (verdict, "", pytest.approx(share))


def test_draws_without_an_answer_count_by_themselves() -> None:
    """The share is of the draws with an answer; with too few of them there is no verdict."""
    verdict, _, share, undefined = verdict_of(answered(1.0, 60, 40))
    assert (verdict, share, undefined) == ("supported", 1.0, pytest.approx(0.4))
    verdict, reason, _, undefined = verdict_of(answered(1.0, 40, 60))
    assert (verdict, reason, undefined) == ("undecided", "too few draws give an answer", pytest.approx(0.6))
    assert np.isnan(verdict_of(answered(0, 0, 5))[2])


def test_half_the_draws_are_enough_where_half_must_answer() -> None:
    """At the threshold of answered draws a verdict is given; one draw fewer, and none is."""
    assert verdict_of(answered(1.0, 50, 50))[0] == "supported"
    assert verdict_of(answered(1.0, 49, 51))[0] == "undecided"


@pytest.mark.parametrize(("share", "verdict"), [(5 / 6, "supported"), (1 / 6, "contradicted")])
def test_thresholds_without_a_finite_decimal_are_met_exactly(share: float, verdict: str) -> None:
    """Five draws of six meet a threshold of 5/6, and one of six its opposite, whatever rounding does."""
    thresholds = Thresholds(supported=5 / 6, leaning=0.6)
    assert verdict_of(answered(share, 6), thresholds=thresholds)[0] == verdict


def test_one_third_is_contradicted_at_two_thirds() -> None:
    """1 less two thirds is one third, and not the last digit more or less."""
    assert verdict_of(answered(1 / 3, 3), thresholds=Thresholds(supported=2 / 3, leaning=0.6))[0] == "contradicted"


@pytest.mark.parametrize(
    ("share", "p_value", "against", "power", "caps", "requires"),
    [
        (1.0, 0.01, 0.9, 0.9, ("supported", ""), ("supported", "")),
        (1.0, 0.20, 0.9, 0.9, ("leaning", "not beyond chance"), ("undecided", "not beyond chance")),
        (1.0, 0.20, 0.9, 0.2, ("leaning", "no power"), ("undecided", "no power")),
        (1.0, 0.05, 0.9, 0.2, ("supported", ""), ("supported", "")),
        (0.9, 0.20, 0.9, 0.2, ("leaning", ""), ("undecided", "no power")),
        (0.5, 0.01, 0.9, 0.9, ("undecided", ""), ("undecided", "")),
        (0.0, 0.90, 0.01, 0.9, ("contradicted", ""), ("contradicted", "")),
        (0.0, 0.01, 0.90, 0.9, ("leaning against", "not beyond chance"), ("undecided", "not beyond chance")),
        (0.0, 0.90, NAN, 0.9, ("contradicted", ""), ("contradicted", "")),
        (0.0, 0.90, NAN, 0.5, ("contradicted", ""), ("contradicted", "")),
        (1.0, 0.20, 0.9, 0.5, ("leaning", "not beyond chance"), ("undecided", "not beyond chance")),
        (0.0, 0.90, NAN, 0.2, ("leaning against", "no power"), ("undecided", "no power")),
        (1.0, NAN, NAN, NAN, ("leaning", "no test could be made"), ("undecided", "no test could be made")),
        (1.0, 1.00, 1.0, NAN, ("leaning", "not beyond chance"), ("undecided", "not beyond chance")),
    ],
)
def test_a_share_alone_bears_out_no_regularity(share, p_value, against, power, caps, requires) -> None:
    """A test caps the verdict on a dated turn, and is required for a regularity, for and against alike."""
    answer = answered(share, p_value=p_value, p_against=against, power=power)
    assert verdict_of(answer, role="caps")[:2] == caps
    assert verdict_of(answer, role="requires")[:2] == requires
    assert verdict_of(answer)[1] == ""


def test_thresholds_are_those_given() -> None:
    """A lower bar is lower on both sides."""
    loose = Thresholds(supported=0.7, leaning=0.6, chance=0.5)
    assert verdict_of(answered(0.7), thresholds=loose)[0] == "supported"
    assert verdict_of(answered(0.3), thresholds=loose)[0] == "contradicted"
    assert verdict_of(answered(1.0, p_value=0.4, power=0.0), role="requires", thresholds=loose)[0] == "supported"


def test_every_kind_has_one_role() -> None:
    """The three groups do not overlap; another kind is refused with those there are."""
    assert not (set(RECORDED) & set(DATED)) | (set(RECORDED) & set(REGULAR)) | (set(DATED) & set(REGULAR))
    assert [role_of(kind) for kind in ("above", "first_to_fall", "leads")] == ["none", "caps", "requires"]
    with pytest.raises(ValueError, match="kind 'abov'; it is one of peak_within, "):
        role_of("abov")


def test_what_cannot_be_answered_says_why_and_spares_the_rest() -> None:
    """A span beyond the record and one within it."""
    claims = [
        Claim(name, "above", ("a",), {"years": years, "value": 1.0})
        for name, years in (("beyond", (1950, 1960)), ("within", (1950, 1951)))
    ]
    found = evaluate_claims({"a": series((2, 2), (2, 2))}, claims)
    assert (found["beyond"].answer, found["beyond"].verdict) == (None, "")
    assert found["beyond"].reason == "trust covers 1950-1951, not the whole of 1950-1960"
    assert found["within"].verdict == "supported"
    with pytest.raises(ValueError, match="claim 'x' names series that are not there: b"):
        evaluate_claims({}, [Claim("x", "above", ("b",), {})])


def test_gaps_of_two_pairs_of_series_are_compared() -> None:
    """By hand: 3 against 1 points, and 1 against 2 in the second draw; each pair in its own span."""
    one, two = series((9, 9, 0), (4, 4, 0)), series((6, 6, 0), (3, 3, 0), name="gain")
    three, four = series((5, 8, 8), (5, 8, 8)), series((0, 7, 7), (0, 6, 6), name="gain")
    found = gap_larger(one, two, three, four, years=(1950, 1951), than=(1951, 1952))
    same(found.quantity, [2, -1])
    same(found.holds, [1, 0])
    assert found.text == "trust less gain is 3.0 in 1950-1951, trust less gain 1.0 in 1951-1952: difference 2.0"


turns_first = RECORDED["turns_first"]


def test_a_turn_is_the_first_of_years_beyond_after_one_that_is_not() -> None:
    """Down for two years in a row; a dip of one year, the middle itself and what was below all along are no turns."""
    other = series((60, 60, 60, 40, 40), name="gain")
    for levels, holds, year in (
        ((60, 40, 40, 40, 40), 1, 1951),
        ((60, 40, 60, 60, 40), 0, NAN),
        ((60, 50, 50, 40, 40), 0, 1953),
        ((40, 40, 40, 40, 40), 0, NAN),
        ((40, 60, 40, 40, 60), 1, 1952),
        ((60, NAN, 60, 60, 60), 0, NAN),
    ):
        found = turns_first(series(levels), other, value=50.0)
        same(found.holds, [holds])
        same(found.quantity, [year])
    assert found.text == "first below 50.0: trust not at all, gain 1953"
    assert found.measured_in == "year"


def test_turns_upward_within_a_span_and_none_at_all() -> None:
    """A span leaves out earlier turns; draws in which nothing turns give no answer."""
    one, two = series((40, 60, 40, 60, 60), (40,) * 5), series((40, 40, 40, 40, 60), (40,) * 5, name="gain")
    found = turns_first(one, two, value=50.0, direction="up", lasting=1, years=(1952, 1954))
    same(found.quantity, [1953, NAN])
    same(found.holds, [1, NAN])


def test_different_units_are_not_compared() -> None:
    """Points are no steps; such a claim has no verdict, and its cause is given."""
    steps = DrawnSeries("steps", np.arange(1950, 1952), np.ones(2), np.ones((2, 1)), unit="steps")
    drawn = {"trust": series((1, 2)), "steps": steps}
    claims = [
        Claim("apart", "gap_positive", ("trust", "steps"), {"years": (1950, 1951)}),
        Claim("own", "above", ("steps",), {"years": (1950, 1951), "value": 0.0}),
    ]
    found = evaluate_claims(drawn, claims)
    assert (found["apart"].verdict, found["apart"].reason) == ("", "points and steps cannot be compared")
    assert found["own"].answer.measured_in == "steps"
