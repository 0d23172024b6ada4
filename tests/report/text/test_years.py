"""Numbers and years as reports write them."""

from __future__ import annotations

import pytest

from alliance_metrics.report.text.years import interval, signed


@pytest.mark.parametrize(
    ("value", "form", "told"),
    [(-0.04, ".1f", "+0.0"), (0.04, ".1f", "+0.0"), (-0.06, ".1f", "-0.1"), (-0.4, ".0f", "+0"), (12.0, ".0f", "+12")],
)
def test_nothing_has_no_minus_sign(value: float, form: str, told: str) -> None:
    """What rounds to nothing is not told as below it."""
    assert signed(value, form=form) == told


def test_ends_that_are_nothing_have_no_minus_sign() -> None:
    """Intervals likewise."""
    assert interval(-0.04, 0.04) == "[0.0 to 0.0]"
    assert interval(-10.0, -0.4, form=".0f") == "[-10 to 0]"
