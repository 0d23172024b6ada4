"""The score card: what `score` writes, and how it is read back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pandas as pd

from alliance_metrics.results.tidy_result import TidyResult


class ScoreCard(TidyResult):
    """The scored index of every dyad-year with its intervals: what ``score`` writes.

    ``scores`` holds estimate and interval of every component, ``contributions`` what each makes up of the index,
    ``levels`` every indicator with its interval on the codebook's own scale, ``treated`` the cells filled, ``cells``
    how many coded cells rest on what, ``evidence`` how many events are on record by year and pillar; ``ranks`` and
    ``pairs`` set years beside one another, ``runs`` logs the draws.
    """

    KIND: ClassVar[str] = "score"
    UNKEYED: ClassVar[frozenset[str]] = frozenset({"runs"})
    TABLES: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "scores": {
            "era": "str",
            "year": "int64",
            "tier": "str",
            "component": "str",
            "parent": "str",
            "estimate": "float64",
            "lower": "float64",
            "upper": "float64",
            "level": "float64",
            "availability": "float64",
            "filled": "float64",
            "role": "str",
            "reason": "str",
            "median": "float64",
            "deviation": "float64",
            "rose": "float64",
            "fell": "float64",
            "drawn": "float64",
        },
        "contributions": {
            "era": "str",
            "year": "int64",
            "tier": "str",
            "component": "str",
            "parent": "str",
            "estimate": "float64",
            "weight": "float64",
            "contribution": "float64",
        },
        "levels": {
            "era": "str",
            "year": "int64",
            "indicator_id": "str",
            "estimate": "float64",
            "lower": "float64",
            "upper": "float64",
            "level": "float64",
            "nearest": "float64",
        },
        "treated": {
            "era": "str",
            "year": "int64",
            "indicator_id": "str",
            "method": "str",
            "from_year": "int64",
            "to_year": "int64",
            "estimate": "float64",
        },
        "cells": {"era": "str", "coder": "str", "coder_kind": "str", "rests_on": "str", "cells": "int64"},
        "evidence": {"era": "str", "year": "int64", "pillar": "str", "events": "int64", "verified": "int64"},
        "ranks": {
            "era": "str",
            "year": "int64",
            "tier": "str",
            "component": "str",
            "parent": "str",
            "estimate": "float64",
            "lower": "float64",
            "median": "float64",
            "upper": "float64",
            "level": "float64",
            "draws": "int64",
        },
        "pairs": {
            "era": "str",
            "year": "int64",
            "other": "str",
            "other_era": "str",
            "other_year": "int64",
            "above": "float64",
            "below": "float64",
            "draws": "int64",
        },
        "runs": {"first_draw": "int64", "last_draw": "int64", "choices": "str", "outcome": "str", "cause": "str"},
    }

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
