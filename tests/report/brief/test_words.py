"""Words for probabilities are bound to numbers, and figures are rounded as the charts round."""

from __future__ import annotations

import pytest

from alliance_metrics.report.brief.cells import SCALE, figure, percent, plain_name, probability_word, rounded


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (1.0, "virtually certain"),
        (0.99, "virtually certain"),
        (0.9899, "very likely"),
        (0.90, "very likely"),
        (0.8999, "likely"),
        (0.66, "likely"),
        (0.6599, "about as likely as not"),
        (0.5, "about as likely as not"),
        (0.33, "about as likely as not"),
        (0.3299, "unlikely"),
        (0.10, "unlikely"),
        (0.0999, "very unlikely"),
        (0.01, "very unlikely"),
        (0.0099, "exceptionally unlikely"),
        (0.0, "exceptionally unlikely"),
    ],
)
def test_every_bound_has_its_word(share: float, word: str) -> None:
    """A bound belongs to the band above it."""
    assert probability_word(share) == word


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_has_no_word(share: float) -> None:
    """It is refused, not rounded."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        probability_word(share)


def test_the_key_shows_the_bounds_that_are_used() -> None:
    """The numbers in the printed bounds are those that decide."""
    for (least, _, bounds), above in zip(SCALE, (None, *SCALE), strict=False):
        numbers = [int(word.rstrip("%")) / 100 for word in bounds.split() if word.rstrip("%").isdigit()]
        ends = {least} if above is None else {least, above[0]} - {0.0}
        assert set(numbers) == ends


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (0.0004, "<1%"), (0.005, "1%"), (0.425, "43%"), (0.994, "99%"), (0.9951, ">99%"), (1.0, "100%")],
)
def test_percent_never_rounds_to_none_or_all(share: float, text: str) -> None:
    """0% and 100% stand for none and all of the draws alone."""
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(81.25, 1, "81.3"), (-81.25, 1, "\N{MINUS SIGN}81.3"), (0.35, 1, "0.3"), (-0.04, 1, "0.0"), (1954.0, 0, "1954")],
)
def test_halves_go_away_from_zero(value: float, places: int, text: str) -> None:
    """As JavaScript's toFixed rounds the labels of the charts: 0.35 is stored a little below its name."""
    assert rounded(value, places) == text


def test_nothing_is_a_dash() -> None:
    """A cell with nothing in it is a dash in every form."""
    assert [figure(value, "points") for value in (None, float("nan"), "")] == ["\N{EN DASH}"] * 3


def test_ids_are_words() -> None:
    """The last part of a place in the tree, without underscores."""
    assert plain_name("trust.contact_at_top") == "contact at top"
