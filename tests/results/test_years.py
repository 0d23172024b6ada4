"""Years as single years and spans."""

from __future__ import annotations

import pytest

from alliance_metrics.results.years import format_years


@pytest.mark.parametrize(("years", "told"), [([], ""), ([1950], "1950"), ([1950, 1951, 1953], "1950-1951, 1953")])
def test_years_are_told_by_runs(years, told):
    """Years that follow one another become a span."""
    assert format_years(years) == told
