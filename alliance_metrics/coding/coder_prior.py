"""What the coder model believes of coders and indicators before any coding is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_metrics.coding.arrays import Array


@dataclass(frozen=True)
class CoderPrior:
    """What is believed before any coding is read.

    Parameters
    ----------
    severity : float
        Standard deviation of the coders' severities. [levels]
    discrimination : float
        Standard deviation of the logarithm of a coder's discrimination around the average coder's.
    sharpness, sharpness_spread : float
        Median of the average coder's discrimination, and the standard deviation of its logarithm. [1 / level]
    step, step_spread : float
        Median of the step of the average indicator in a year, and the standard deviation of its logarithm. [levels]
    jump, jump_spread : float
        Median of the probability that a year jumps instead of stepping, and the standard deviation of its log odds;
        with 0 there are no jumps. [0-1]
    leaning : float
        First guess of the standard deviation of a coder's severity on one indicator around that coder's severity.
        Estimated, as are the four below. [levels]
    spacing, indicator_sharpness, indicator_step : float
        First guess of the standard deviation, between indicators, of the logarithms of the levels' relative widths, of
        the discrimination and of the step.
    weight : float
        How many indicators each of these first guesses counts for; above zero.
    nodes_per_level : int
        Nodes of the grid in one level, two or more.
    """

    severity: float = 0.5
    discrimination: float = 0.5
    sharpness: float = 4.0
    sharpness_spread: float = 0.5
    step: float = 0.35
    step_spread: float = 0.7
    jump: float = 0.02
    jump_spread: float = 1.0
    leaning: float = 0.15
    spacing: float = 0.2
    indicator_sharpness: float = 0.2
    indicator_step: float = 0.2
    weight: float = 4.0
    nodes_per_level: int = 8

    @property
    def first_spreads(self) -> Array:
        """First guesses of the spreads that are estimated: of leanings, spacings, sharpness and step."""
        return np.array([self.leaning, self.spacing, self.indicator_sharpness, self.indicator_step])
