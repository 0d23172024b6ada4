"""A model of several coders: what each cell most likely is, how sure that is, how severe each coder is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alliance_metrics.coding import coder_posterior
from alliance_metrics.coding.arrays import Array, BoolArray, FloatArray, IntArray
from alliance_metrics.coding.coder_layout import Ranges, laid_out, unit_places
from alliance_metrics.coding.coder_search import Mode, find_mode, parameters_at
from alliance_metrics.coding.random_walk import sample_paths

_PARAMETER_DRAWS = 40
_MOST_PATHS = 256  # of one draw of the parameters


@dataclass(frozen=True, eq=False)
class CoderModel:
    """What the codings say of cells and coders.

    Parameters
    ----------
    estimate, sd, lower, upper : ndarray, shape (n_units, n_indicators)
        Posterior mean, standard deviation and interval of the level to expect of an average coder. [levels]
    level : float
        Probability of every interval. [0-1]
    probabilities : ndarray, shape (n_units, n_indicators, n_levels)
        Probability that an average coder gives each level, from the least; zero beyond a shorter scale. [0-1]
    coded : ndarray of bool, shape (n_units, n_indicators)
        Whether any coder coded the cell; where none did the estimate rests on neighbouring years alone.
    severity, severity_sd, severity_lower, severity_upper : ndarray, shape (n_coders,)
        How far a coder's thresholds lie above the average coder's, over the indicators of the panel: positive is
        severe. They sum to 0. [levels]
    discrimination, discrimination_lower, discrimination_upper : ndarray, shape (n_coders,)
        How sharply a coder tells levels apart: geometric mean over the indicators of the panel. [1 / level]
    discrimination_sd : ndarray, shape (n_coders,)
        Standard deviation of its logarithm.
    leaning : ndarray, shape (n_coders, n_indicators)
        Severity on each indicator less the coder's severity; sums to 0 over indicators. [levels]
    jump : float
        Probability that a year jumps anywhere on the scale instead of stepping. [0-1]
    sharpness, step : ndarray, shape (n_indicators,)
        The average coder's discrimination, and how far the latent scale moves in a year. [1 / level], [levels]
    thresholds : ndarray, shape (n_indicators, n_levels - 1)
        Where an average coder is as likely to give the level as one below; infinite beyond a shorter scale. [levels]
    spreads : dict
        Estimated standard deviations of ``leaning`` and, between indicators, of the logarithms of ``spacing``,
        ``sharpness`` and ``step``.
    log_likelihood : float
        Of the codings at the mode of the parameters, the latent scale summed out.
    converged : bool
        Whether the search ended well.
    reason : str
        Why not; empty where it did.
    """

    estimate: Array
    sd: Array
    lower: Array
    upper: Array
    level: float
    probabilities: Array
    coded: BoolArray
    severity: Array
    severity_sd: Array
    severity_lower: Array
    severity_upper: Array
    discrimination: Array
    discrimination_sd: Array
    discrimination_lower: Array
    discrimination_upper: Array
    leaning: Array
    jump: float
    sharpness: Array
    step: Array
    thresholds: Array
    spreads: dict[str, float]
    log_likelihood: float
    converged: bool
    reason: str
    _layout: coder_posterior.Layout = field(repr=False)
    _mode: Mode = field(repr=False)
    _places: tuple[IntArray, IntArray] = field(repr=False)

    def __repr__(self) -> str:
        state = "converged" if self.converged else "not converged"
        units, indicators = self.coded.shape
        return f"CoderModel({len(self.severity)} coders, {units} units, {indicators} indicators, {state})"

    def draw(self, count: int, *, rng: np.random.Generator, parameter_draws: int = _PARAMETER_DRAWS) -> FloatArray:
        """Draw the cells from their posterior, whole series at a time.

        Parameters
        ----------
        count
            Number of draws, one or more.
        rng
            Source of randomness.
        parameter_draws
            Number of draws of the parameters; draws of the cells that are this far apart share one.

        Returns
        -------
        ndarray of float32, shape (n_units, n_indicators, count)
            Level an average coder would be expected to give. [levels]

        Raises
        ------
        ValueError
            Where ``count`` or ``parameter_draws`` is less than one.

        Notes
        -----
        The parameters (severities, discriminations, thresholds, steps) are drawn from the normal distribution at their
        mode, with all their correlations; a coder drawn as severe is severe in every cell of that draw. Given the
        parameters, the years of a series are drawn together, by forward filtering and backward sampling.
        """
        if count < 1 or parameter_draws < 1:
            raise ValueError("count and parameter_draws must be one or more")
        groups = min(count, max(parameter_draws, -(-count // _MOST_PATHS)))
        drawn = np.empty((*self.coded.shape, count), dtype=np.float32)
        for group in range(groups):
            drawn[..., group::groups] = self._paths(len(range(group, count, groups)), rng)
        return drawn

    def _paths(self, count: int, rng: np.random.Generator) -> Array:
        point, curvature, codings = self._mode.point, self._mode.curvature, self._layout.codings
        shared, own = (np.asarray(rng.standard_normal(part.shape)) for part in (point.shared, point.own))
        moved = point.moved(*curvature.directed(shared, own))
        found = parameters_at(self._layout, moved, self._mode.spreads)
        filtered = coder_posterior.smooth_codings(codings, found).filtered
        nodes = sample_paths(filtered, coder_posterior.kernel_of(codings, found), count=count, rng=rng)
        _, expected = coder_posterior.average_levels(codings, found)
        years, series = self._places
        chosen = nodes[years, :, series]
        return np.asarray(expected[np.arange(len(expected))[:, np.newaxis], chosen])


def coder_model(
    score: Array,
    *,
    low_level: Array | float,
    high_level: Array | float,
    series: IntArray,
    years: IntArray,
    prior: coder_posterior.CoderPrior | None = None,
    ranges: Ranges | None = None,
    level: float = 0.90,
) -> CoderModel:
    r"""Fit the coder model.

    Parameters
    ----------
    score : ndarray, shape (n_coders, n_units, n_indicators)
        Levels given; NaN where a coder gave none. [codebook levels]
    low_level, high_level : array_like of int, shape () or (n_indicators,)
        Least and greatest level of each scale.
    series : ndarray of int, shape (n_units,)
        Which series a unit belongs to: years of one series are tied, series are not.
    years : ndarray of int, shape (n_units,)
        Year of each unit, in any order; a year missing between two is walked through.
    prior
        What is believed before; `CoderPrior` as it stands unless given.
    ranges : tuple of two ndarrays, shape (n_coders, n_units, n_indicators), optional
        Least and greatest level a fair reader could give. Where given, a coding says that the level is one of its
        range, most likely the score, in the shares of the discrete triangular distribution. Left out by default: the
        model learns from disagreement how far a coder errs, and a stated range would count the same doubt twice.
    level
        Probability of the intervals, between 0 and 1.

    Returns
    -------
    CoderModel
        Cells, coders, and what it takes to draw from their posterior.

    Raises
    ------
    ValueError
        Where shapes do not fit, a score is no level of its scale, a series has a year twice or spans too many, or
        nothing is coded.

    Notes
    -----
    Each indicator of each series has a place :math:`z_t` on a latent scale with the unit and the origin of the
    codebook. It walks at random, :math:`z_{t+1} \sim N(z_t, \sigma_k^2)`, or jumps anywhere with a small probability,
    the same for all indicators. Coder :math:`j` gives level :math:`m` or more of indicator :math:`k` with probability
    :math:`1 / (1 + \exp(-a_{jk} (z_t - \tau_{km} - s_j - e_{jk})))`, with severity :math:`s_j` and leaning
    :math:`e_{jk}` (both of mean zero over coders) and discrimination :math:`\log a_{jk} = \log a_k + b_j`.
    Thresholds, discriminations, steps and leanings of indicators are pooled partially: each is drawn toward the
    average indicator, the more so the less its codings say, by spreads that are estimated. The latent scale is
    summed out exactly on a grid; the parameters are at the mode of what remains. Intervals of cells join, as the root
    of the sum of squares, their width at that mode and the uncertainty of the parameters to first order.

    Coders are taken to err independently, given their severities and leanings. What they get wrong together the model
    cannot tell from the truth. Errors that one coder carries from year to year make its intervals too narrow: where
    errors of neighbouring years correlate by 0.5, 90% intervals held the truth in 85% of made-up cells; by 0.9, in 75%.

    References
    ----------
    D. Pemstein, K. L. Marquardt, E. Tzelgov, Y. Wang, J. Medzihorsky, J. Krusell, F. Miri and J. von Roemer (2022), The
    V-Dem measurement model, V-Dem Working Paper 21, 7th edition (opened: abstract, and the Stan program of the V-Dem
    Institute's ``dataset_construction``: severities as thresholds of each coder around the common ones, reliabilities
    around 1, a normal latent scale). There thresholds are free, errors normal and years not tied.

    Examples
    --------
    >>> score = np.array([[[1.0], [2.0], [2.0]], [[2.0], [3.0], [2.0]]])
    >>> years = np.array([1950, 1951, 1952])
    >>> model = coder_model(score, low_level=0, high_level=4, series=np.zeros(3, int), years=years)
    >>> model.estimate.shape, model.converged, bool(model.severity[0] > model.severity[1])
    ((3, 1), True, True)
    """
    if not 0.0 < level < 1.0:
        raise ValueError("level must lie between 0 and 1")
    prior = prior or coder_posterior.CoderPrior()
    values = np.asarray(score, dtype=float)
    years_at, series_at = unit_places(values, series=np.asarray(series), years=np.asarray(years))
    ends = (low_level, high_level)
    codings = laid_out(values, places=(years_at, series_at), ends=ends, ranges=ranges, per_level=prior.nodes_per_level)
    layout = coder_posterior.Layout(len(values), codings.reports.shape[1] - 2, codings, prior)
    mode = find_mode(layout)
    found = parameters_at(layout, mode.point, mode.spreads)
    return CoderModel(
        **_cells(layout, mode, found, (years_at, series_at), level),
        **_coders(layout, mode, found, level),
        level=level,
        coded=~np.isnan(values).all(axis=0),
        jump=float(found.jump[0]),
        sharpness=found.sharpness,
        step=found.step,
        thresholds=found.thresholds,
        spreads=dict(zip(("leaning", "spacing", "sharpness", "step"), mode.spreads.tolist(), strict=True)),
        log_likelihood=mode.log_likelihood,
        converged=not mode.reason,
        reason=mode.reason,
        _layout=layout,
        _mode=mode,
        _places=(years_at, series_at),
    )


def _cells(
    layout: coder_posterior.Layout,
    mode: Mode,
    found: coder_posterior.Parameters,
    places: tuple[IntArray, IntArray],
    level: float,
) -> dict[str, Any]:
    posterior = coder_posterior.smooth_codings(layout.codings, found).posterior[places[0], :, places[1]]
    probabilities, expected = coder_posterior.average_levels(layout.codings, found)
    estimate = (posterior * expected).sum(axis=-1)
    within = (posterior * (expected - estimate[..., np.newaxis]) ** 2).sum(axis=-1)
    between = mode.curvature.cell_variance()[places[0], :, places[1]]
    lower, upper = (_quantile(posterior, expected, tail) for tail in ((1.0 - level) / 2.0, (1.0 + level) / 2.0))
    reach = _normal_reach(level) ** 2 * between
    least, greatest = layout.codings.least, layout.codings.greatest
    return {
        "estimate": estimate,
        "sd": np.sqrt(within + between),
        "lower": np.maximum(estimate - np.sqrt((estimate - lower) ** 2 + reach), least),
        "upper": np.minimum(estimate + np.sqrt((upper - estimate) ** 2 + reach), greatest),
        "probabilities": np.einsum("ukg,klg->ukl", posterior, probabilities),
    }


def _quantile(posterior: Array, values: Array, tail: float) -> Array:
    """Give the first of ascending values, shape (n_indicators, n_nodes), by which the tail's mass is reached."""
    node = (np.cumsum(posterior, axis=-1) < tail).sum(axis=-1)
    return np.asarray(values[np.arange(len(values)), np.minimum(node, values.shape[-1] - 1)])


def _normal_reach(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1.0 + level) / 2.0))


def _coders(
    layout: coder_posterior.Layout, mode: Mode, found: coder_posterior.Parameters, level: float
) -> dict[str, Array]:
    """Average each coder over the indicators of the panel; the averages are sums of parameters."""
    prior, coders, reach = layout.prior, layout.n_coders, _normal_reach(level)
    leaning, _, sharpness, _ = layout.groups
    shared = np.zeros((2, coders, layout.shared_size))
    own = np.zeros((2, coders, layout.own_size))
    centring = np.eye(coders) - 1.0 / coders
    shared[0, :, :coders] = prior.severity * centring
    shared[1, :, coders : 2 * coders] = prior.discrimination * centring
    shared[1, :, -2] = prior.sharpness_spread
    own[0, :, leaning] = mode.spreads[0] * centring
    own[1, :, sharpness] = mode.spreads[2]
    severity_sd, keenness_sd = (
        np.sqrt(mode.curvature.variance_of_means(*sums)) for sums in zip(shared, own, strict=True)
    )
    severity, keenness = found.severity.mean(axis=1), np.log(found.discrimination).mean(axis=1)
    return {
        "severity": severity,
        "severity_sd": severity_sd,
        "severity_lower": severity - reach * severity_sd,
        "severity_upper": severity + reach * severity_sd,
        "discrimination": np.exp(keenness),
        "discrimination_sd": keenness_sd,
        "discrimination_lower": np.exp(keenness - reach * keenness_sd),
        "discrimination_upper": np.exp(keenness + reach * keenness_sd),
        "leaning": found.severity - severity[:, np.newaxis],
    }
