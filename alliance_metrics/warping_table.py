"""Two trajectories laid beside one another with time stretched: a picture, and never a test."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from alliance_metrics.drawn_study import DrawnStudy
from alliance_metrics.errors import counted
from alliance_metrics.inference.warping import warp, warp_draws
from alliance_metrics.lineages import PAIRED, Pairing, Steps

WARPING_TABLES: Mapping[str, Mapping[str, str]] = {
    "warping": {**PAIRED, "year": "int64", "other_year": "int64", "on_path": "bool", "matched": "float64"}
}


def warping_table(drawn: DrawnStudy, pairing: Pairing, steps: Steps) -> list[pd.DataFrame]:
    """Lay the pillars of two eras beside one another, nominally and in every draw.

    Parameters
    ----------
    drawn
        The study.
    pairing
        The eras compared.
    steps
        Where what was not done is told, with its cause.

    Returns
    -------
    list of DataFrame
        One table of the two years that stand beside one another, on the nominal path or in some draw; none where no
        pillar is there in both eras. Years that lack one of the pillars used are passed over.
    """
    nominal = [drawn.nominal_of(drawn.pillars, one) for one in (pairing.later, pairing.earlier)]
    used = [place for place in range(len(drawn.pillars)) if all((~np.isnan(one[place])).any() for one in nominal)]
    years = [~np.isnan(one[used]).any(axis=0) for one in nominal]
    whole = [
        drawn.drawn_of(drawn.pillars, one)[used][:, there]
        for one, there in zip((pairing.later, pairing.earlier), years, strict=True)
    ]
    complete = ~(np.isnan(whole[0]).any(axis=(0, 1)) | np.isnan(whole[1]).any(axis=(0, 1)))
    if not used or not all(there.any() for there in years) or not complete.any():
        steps.append((f"warping, {pairing.name}", "no pillar is there in both eras and some draw"))
        return []
    if any(not there.all() for there in years):
        steps.append((f"warping, {pairing.name}", "years that lack a pillar are passed over"))
    if not complete.all():
        steps.append(
            (f"warping, {pairing.name}", f"{counted(int((~complete).sum()), 'draw')} that lack a pillar passed over")
        )
    path = warp(*(one[used][:, there] for one, there in zip(nominal, years, strict=True))).path
    matched = warp_draws(*(one[..., complete] for one in whole)).matched
    on_path = np.zeros(matched.shape, dtype=bool)
    on_path[tuple(path.T)] = True
    rows, columns = np.nonzero(on_path | (matched > 0))
    frame = pd.DataFrame(
        {
            "year": pairing.later.years[years[0]][rows],
            "other_year": pairing.earlier.years[years[1]][columns],
            "on_path": on_path[rows, columns],
            "matched": matched[rows, columns],
        }
    )
    return [pairing.label(frame, key=drawn.study.panel.unit)]
