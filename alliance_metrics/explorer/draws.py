"""The draws that a page carries: few, one byte a score, with the drawn weights beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.coder_draws import PIECE
from alliance_metrics.uncertainty.draws import draw_index, start_run

Codes = np.ndarray[Any, np.dtype[np.uint8]]
#: Draws in a page: an end of a 90% interval lies between its 12th and 13th, and a page stays under 3 MB.
SHIPPED = 240
#: Code of a cell that a draw leaves without a score.
MISSING = 255
_STEPS = MISSING - 1


@dataclass(frozen=True, eq=False)
class ShippedDraws:
    """Scores of the indicators that count, draw by draw, and how weights were drawn.

    Parameters
    ----------
    indicators : tuple of int
        Places of the indicators among the components of the study.
    codes : ndarray of uint8, shape (n_counted, n_units, n_draws)
        Scores in equal steps from the least; `MISSING` where there is none.
    least, step
        Score of code 0, and from one code to the next. [0-1]
    factors : ndarray of float32, shape (n_components, n_draws)
        Drawn weight of each component over its nominal one; 1 where weights are not drawn.
    """

    indicators: tuple[int, ...]
    codes: Codes
    least: float
    step: float
    factors: FloatArray

    def scores(self) -> Array:
        """Give the scores that the codes stand for.

        Returns
        -------
        ndarray, shape (n_counted, n_units, n_draws)
            Scores; NaN where missing. [0-1]
        """
        return np.where(self.codes == MISSING, np.nan, self.least + self.step * self.codes)


def ship_draws(study: Study, *, count: int = SHIPPED) -> ShippedDraws:
    """Draw a study a few times, as a page carries the draws.

    Parameters
    ----------
    study
        The study.
    count
        How many; no more than the study has, or share one stream of random numbers.

    Returns
    -------
    ShippedDraws
        The draws: the first ones of the same seed, where no discrete choice of method is drawn.
    """
    plan, wanted = study.plan, study.config.to_uncertainty()
    few = replace(wanted, draws=min(count, wanted.draws, PIECE))
    leaves = plan.hierarchy.components[: plan.hierarchy.n_indicators]
    counted = tuple(place for place, leaf in enumerate(leaves) if leaf.role == "index")
    drawn = draw_index(plan, few, tiers=("indicator",)).scores[list(counted)].astype(np.float64)
    bounded = study.spec.normalisation.on_unit_interval
    least = 0.0 if bounded else float(np.nan_to_num(np.nanmin(drawn)))
    most = 1.0 if bounded else float(np.nan_to_num(np.nanmax(drawn)))
    step = (most - least) / _STEPS or 1.0 / _STEPS
    codes = np.where(np.isnan(drawn), MISSING, np.clip(np.round((drawn - least) / step), 0, _STEPS))
    weights = start_run(plan, few).realised(0).weights
    factors = np.ones((len(plan.hierarchy.components), few.draws), dtype=np.float32)
    for node, share in weights.items():
        nominal = plan.weights[node]
        for position, child in enumerate(plan.hierarchy.components[node].children):
            if nominal[position] > 0:
                factors[child] = share[:, position] / nominal[position]
    return ShippedDraws(counted, codes.astype(np.uint8), least, step, factors)
