"""The score card: what `score` writes, and how it is read back."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pandas as pd

from alliance_metrics.results.tidy_result import TidyResult


class ScoreCard(TidyResult):
    """The scored index of every dyad-year with its intervals: what ``score`` writes.

    ``scores`` holds estimate and interval of every component, ``contributions`` what each makes up of the index,
    ``levels`` every indicator with its interval on the codebook's own scale, ``treated`` the cells filled,
    ``composition`` which indicators are part of the index in each dyad and era, ``cells`` how many coded cells rest on
    what, ``evidence`` how many events are on record by year and pillar; ``ranks`` and ``pairs`` set years beside one
    another, ``runs`` logs the draws.
    """

    KIND: ClassVar[str] = "score"

    @property
    def scores(self) -> pd.DataFrame:
        """Estimate and interval of every component in every dyad-year (a copy)."""
        return self.to_frame("scores")

    @property
    def contributions(self) -> pd.DataFrame:
        """What each component makes up of the index (a copy)."""
        return self.to_frame("contributions")


def load_result(folder: str | Path) -> ScoreCard:
    """Read a folder that ``score`` wrote.

    Parameters
    ----------
    folder
        For example ``results/baseline``.

    Returns
    -------
    ScoreCard
        The result.

    Raises
    ------
    ResultError
        Where the folder does not hold an unchanged result.
    """
    return ScoreCard.load(folder)
