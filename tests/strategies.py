"""What Hypothesis draws: scores, weights, panels."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

unit = st.floats(0.0, 1.0, allow_subnormal=False)
positive = st.floats(0.01, 100.0)


@st.composite
def scores_and_weights(draw: st.DrawFn, *, missing: bool = False, least: int = 1) -> tuple[Any, Any]:
    """Draw scores in [0, 1] of shape (rows, n), perhaps with gaps, and weights on the simplex."""
    count = draw(st.integers(least, 6))
    rows = draw(st.integers(1, 4))
    scores = draw(hnp.arrays(float, (rows, count), elements=unit))
    weights = draw(hnp.arrays(float, count, elements=positive))
    if missing:
        gaps = draw(hnp.arrays(bool, (rows, count)))
        scores = np.where(gaps, np.nan, scores)
    return scores, weights / weights.sum()
