"""The posterior of the coder model: its parameters, their prior, and what the codings say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_metrics.coding import graded_response
from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.coding.random_walk import Smoothed, smooth, walk_kernel, walk_slopes

_LAPSE = 1e-9  # added to each probability, so that no coding is impossible and no logarithm infinite
_MARGIN = 1.0  # the grid reaches this many levels beyond the scale


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


@dataclass(frozen=True, eq=False)
class Codings:
    """The codings, laid out for the model.

    Parameters
    ----------
    incidence : sparse array, shape (n_coders * n_indicators * n_reports, n_years * n_indicators * n_series)
        1 where a coder gave a report on a cell.
    reports : ndarray, shape (n_reports, n_levels)
        Share of each level, counted from the least, in what a report says; a single 1 where only the score counts.
    least, greatest : ndarray of int, shape (n_indicators,)
        Ends of the scales.
    shape : tuple of int
        Numbers of coders, years, indicators, series.
    nodes : ndarray, shape (n_indicators, n_nodes)
        Grid of each indicator. [levels]
    """

    incidence: Any
    reports: Array
    least: IntArray
    greatest: IntArray
    shape: tuple[int, int, int, int]
    nodes: Array

    @property
    def start(self) -> Array:
        """Distribution of the first year: normal around the middle of the scale, half the scale wide."""
        middle, half = (self.least + self.greatest) / 2.0, (self.greatest - self.least) / 2.0
        mass = np.exp(-0.5 * ((self.nodes - middle[:, np.newaxis]) / half[:, np.newaxis]) ** 2)
        return np.asarray(mass / mass.sum(axis=-1, keepdims=True))


def grid(least: IntArray, greatest: IntArray, *, per_level: int) -> Array:
    """Lay a grid over each scale and one level beyond its ends.

    Parameters
    ----------
    least, greatest : ndarray of int, shape (n_indicators,)
        Ends of the scales.
    per_level
        Nodes in one level of the longest scale.

    Returns
    -------
    ndarray, shape (n_indicators, n_nodes)
        Evenly spaced; each scale has as many nodes as the longest. [levels]
    """
    count = round(per_level * (float((greatest - least).max()) + 2.0 * _MARGIN)) + 1
    return np.linspace(least - _MARGIN, greatest + _MARGIN, count, axis=-1)


@dataclass(frozen=True, eq=False)
class Parameters:
    """Parameters on their natural scales.

    Parameters
    ----------
    severity, discrimination : ndarray, shape (n_coders, n_indicators)
        Severity of each coder on each indicator, and discrimination. [levels], [1 / level]
    sharpness : ndarray, shape (n_indicators,)
        Discrimination of the average coder. [1 / level]
    step, jump : ndarray, shape (n_indicators,)
        Step of a year, and probability of a jump (the same for all indicators). [levels], [0-1]
    spacings : ndarray, shape (n_indicators, n_levels - 2)
        Logarithms of the relative widths of the inner levels.
    thresholds : ndarray, shape (n_indicators, n_levels - 1)
        Thresholds of the average coder. [levels]
    """

    severity: Array
    discrimination: Array
    sharpness: Array
    step: Array
    jump: Array
    spacings: Array
    thresholds: Array


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each parameter stands in the two arrays that the search moves.

    ``shared`` holds, in units of their prior standard deviation, the coders' severities and discriminations, the odds
    of a jump, the average sharpness and the average step; ``own`` holds one row an indicator: the coders' leanings, the
    spacings, the indicator's sharpness and step.
    """

    n_coders: int
    n_inner: int
    codings: Codings
    prior: CoderPrior

    @property
    def shared_size(self) -> int:
        """Length of ``shared``."""
        return 2 * self.n_coders + 3

    @property
    def own_size(self) -> int:
        """Length of a row of ``own``."""
        return self.n_coders + self.n_inner + 2

    @property
    def groups(self) -> tuple[slice, slice, slice, slice]:
        """Columns of ``own`` that share a spread: leanings, spacings, sharpness, step."""
        coders, inner = self.n_coders, self.n_inner
        ends = (0, coders, coders + inner, coders + inner + 1, coders + inner + 2)
        return slice(*ends[0:2]), slice(*ends[1:3]), slice(*ends[2:4]), slice(*ends[3:5])

    def parameters(self, shared: Array, own: Array) -> Parameters:
        """Give the parameters on their natural scales.

        Parameters
        ----------
        shared : ndarray, shape (shared_size,)
            What all indicators share, in prior standard deviations.
        own : ndarray, shape (n_indicators, own_size)
            What is each indicator's own, on natural scales, uncentred.

        Returns
        -------
        found : Parameters
            Severities, leanings and log discriminations centred over coders.
        """
        prior, coders = self.prior, self.n_coders
        leanings, spacings, sharpness, step = (own[:, columns] for columns in self.groups)
        average = np.log(prior.sharpness) + prior.sharpness_spread * shared[-2] + sharpness[:, 0]
        keenness = prior.discrimination * _centred(shared[coders : 2 * coders])
        severity = prior.severity * _centred(shared[:coders])[:, np.newaxis] + _centred(leanings.T)
        pace = np.log(prior.step) + prior.step_spread * shared[-1] + step[:, 0]
        odds = prior.jump / (1.0 - prior.jump) * np.exp(prior.jump_spread * shared[-3])
        least, greatest = self.codings.least, self.codings.greatest
        return Parameters(
            severity,
            np.exp(average + keenness[:, np.newaxis]),
            np.exp(average),
            np.exp(pace),
            np.full(len(pace), odds / (1.0 + odds)),
            spacings,
            graded_response.spaced_thresholds(spacings, least=least, greatest=greatest),
        )

    def slopes(self, found: Parameters, smoothed: Smoothed) -> tuple[Array, Array]:
        """Slopes of the log likelihood in ``shared`` and ``own``.

        Parameters
        ----------
        found
            The parameters.
        smoothed
            The latent scale under them.

        Returns
        -------
        by_shared : ndarray, shape (shared_size,)
            Slopes in what is shared.
        by_own : ndarray, shape (n_indicators, own_size)
            Slopes in what is each indicator's own.

        Notes
        -----
        By Fisher's identity the slope of the likelihood is the mean, over the smoothed latent scale, of the slope of
        the likelihood with the latent scale known.
        """
        prior = self.prior
        by_severity, by_keenness, by_threshold = _response_slopes(self.codings, found, smoothed.posterior)
        start, nodes = self.codings.start, self.codings.nodes
        by_step, by_jump = walk_slopes(smoothed.moves, nodes, found.step, jump=found.jump, landing=start)
        by_sharpness = by_keenness.sum(axis=0)
        widths = graded_response.inner_widths(found.spacings, least=self.codings.least, greatest=self.codings.greatest)
        by_shared = np.concatenate(
            [
                prior.severity * _centred(by_severity.sum(axis=1)),
                prior.discrimination * _centred(by_keenness.sum(axis=1)),
                [prior.jump_spread * by_jump.sum()],
                [prior.sharpness_spread * by_sharpness.sum(), prior.step_spread * by_step.sum()],
            ]
        )
        by_spacing = graded_response.spacing_slopes(by_threshold.sum(axis=0), found.thresholds, widths)
        columns = [_centred(by_severity).T, by_spacing, by_sharpness[:, np.newaxis], by_step[:, np.newaxis]]
        return by_shared, np.concatenate(columns, axis=1)


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean(axis=0))


def _level_tables(codings: Codings, found: Parameters) -> Array:
    """Probability of each level, shape (n_coders, n_indicators, n_levels, n_nodes)."""
    tables = graded_response.level_probabilities(
        codings.nodes, found.thresholds, severity=found.severity, discrimination=found.discrimination
    )
    return np.asarray(tables + _LAPSE)


def kernel_of(codings: Codings, found: Parameters) -> Array:
    """Give the moves of a year under given parameters.

    Parameters
    ----------
    codings
        What the coders said.
    found
        The parameters.

    Returns
    -------
    ndarray, shape (n_indicators, n_nodes, n_nodes)
        Probability of moves; a jump lands as the first year does.
    """
    return walk_kernel(codings.nodes, found.step, jump=found.jump, landing=codings.start)


def smooth_codings(codings: Codings, found: Parameters) -> Smoothed:
    """Smooth the latent scale under given parameters.

    Parameters
    ----------
    codings
        What the coders said.
    found
        The parameters.

    Returns
    -------
    Smoothed
        Arrays of shape (n_years, n_indicators, n_series, n_nodes).
    """
    _, n_years, n_indicators, n_series = codings.shape
    tables = np.log(codings.reports @ _level_tables(codings, found))
    log_seen = codings.incidence.T @ tables.reshape(-1, tables.shape[-1])
    return smooth(log_seen.reshape(n_years, n_indicators, n_series, -1), codings.start, kernel_of(codings, found))


def _response_slopes(codings: Codings, found: Parameters, posterior: Array) -> tuple[Array, Array, Array]:
    n_nodes = posterior.shape[-1]
    reported = codings.reports @ _level_tables(codings, found)
    expected = (codings.incidence @ posterior.reshape(-1, n_nodes)).reshape(reported.shape)
    weights = np.swapaxes(codings.reports, -1, -2) @ (expected / reported)
    return graded_response.response_slopes(
        weights, codings.nodes, found.thresholds, severity=found.severity, discrimination=found.discrimination
    )


def average_levels(codings: Codings, found: Parameters) -> tuple[Array, Array]:
    """Say what an average coder would give at each node.

    Parameters
    ----------
    codings
        What the coders said.
    found
        The parameters.

    Returns
    -------
    probabilities : ndarray, shape (n_indicators, n_levels, n_nodes)
        Probability of each level, of a coder of severity 0 and average discrimination. [0-1]
    expected : ndarray, shape (n_indicators, n_nodes)
        The expected level. [levels]
    """
    nodes, nowhere = codings.nodes, np.zeros(len(codings.least))
    probabilities = graded_response.level_probabilities(
        nodes, found.thresholds, severity=nowhere, discrimination=found.sharpness
    )
    return probabilities, graded_response.expected_level(probabilities, least=codings.least.astype(float))
