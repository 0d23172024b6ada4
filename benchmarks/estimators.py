"""Estimators of shares of variance: how long they take on runs already made, and how near they come."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import sobol_indices as scipy_indices
from scipy.stats import uniform

from alliance_metrics.sensitivity.designs import EffectDesign, plan_effects
from alliance_metrics.sensitivity.effects import Effects, EffectSums
from alliance_metrics.sensitivity.points import base_points, mixed_points
from alliance_metrics.sensitivity.sobol import sobol_indices
from benchmarks.functions import Known, ishigami, root_mean_square, sobol_g
from benchmarks.sizes import Sizes
from benchmarks.tables import Cell, Section, Table, told
from benchmarks.timing import one_core, seconds

Array = np.ndarray[Any, np.dtype[np.float64]]

_SCRAMBLES = 16
_SCIPY, _SALIB = "scipy.stats.sobol_indices", "SALib"
_PAIRS_AT_ONCE = 1024
_BOOTSTRAPPED = 256
"""Base points of the runs that scipy bootstraps: its memory grows with their square."""


def estimators_section(sizes: Sizes) -> Section:
    """Time the estimators and measure their errors.

    Parameters
    ----------
    sizes
        How much is measured.

    Returns
    -------
    Section
        The tables.
    """
    with one_core():
        timed_rows = _timed_rows(sizes)
        accuracy = [row for known in (ishigami(), sobol_g()) for row in _accuracy_rows(known, sizes)]
    columns = ("estimator", "inputs", "runs", "base pairs", "ms, best")
    errors = ("function", "estimator", "runs", "first order, RMSE", "total order, RMSE")
    against = ("first order, times scipy's at as many runs", "total order, times scipy's at as many runs")
    table = Table((*errors, *against), tuple(accuracy))
    return Section(
        "Estimators of shares of variance",
        (
            (
                f"On runs already made, one core, {sizes.estimator_inputs} inputs, one output. Ours gives first order, "
                "total order and Shapley shares, each with its standard error, at a quarter, half and all of the runs, "
                "and sums with their rounding error carried along; scipy's gives first and total order, its bootstrap "
                "their intervals, 999 resamples. The designs differ: from a base pair of k inputs ours makes 3k - 1 "
                "runs (2^k of up to seven inputs), scipy's k + 2."
            ),
            Table(columns, tuple(timed_rows)),
            _time_verdict(timed_rows),
            (
                f"Root mean square error over all inputs and {sizes.accuracy_seeds} repetitions. Ours are "
                f"{_SCRAMBLES} independently scrambled sequences, which also give the standard errors; one long "
                "scramble is the same estimator on one sequence as long as all of them, which gives none. Scipy's "
                "error at as many runs is read off between its own numbers of runs, on logarithmic scales."
            ),
            table,
            _error_verdict(table),
        ),
    )


def _time_verdict(rows: list[tuple[Cell, ...]]) -> str:
    ours, theirs = (next(float(row[4]) for row in rows if str(row[0]).startswith(name)) for name in ("ours", "scipy"))
    if ours > theirs:
        return f"Ours are the slower: {ours / theirs:.1f} times as long as scipy's without intervals."
    return f"Ours are the faster: {theirs / ours:.1f} times as fast as scipy's without intervals."


def _error_verdict(table: Table) -> str:
    worse: dict[str, list[str]] = {}
    for name, estimator, runs, _, _, *ratios in table.rows:
        for order, ratio in zip(("first", "total"), ratios, strict=True):
            if float(ratio) > 1 and estimator not in {_SCIPY, _SALIB}:
                places = worse.setdefault(f"{name}, {estimator}, {order} order", [])
                places.append(f"{told(runs)} runs ({told(float(ratio))} times)")
    if not worse:
        return "Nowhere in this table is our error greater than scipy's at as many runs."
    lines = [f"- {where}: {', '.join(places)}" for where, places in worse.items()]
    return "\n".join(["Our error is greater than scipy's at as many runs here:", "", *lines])


def _timed_rows(sizes: Sizes) -> list[tuple[Cell, ...]]:
    inputs = sizes.estimator_inputs
    design = plan_effects(inputs, bases=sizes.estimator_bases, replicates=sizes.estimator_replicates)
    blocks, runs = random_runs(design)
    pairs = design.bases * design.replicates
    rows: list[tuple[Cell, ...]] = [
        ("ours", inputs, runs, pairs, 1e3 * seconds(lambda: effects_of(design, blocks), repeats=3))
    ]
    count = 1 << max(1, round(np.log2(runs / (inputs + 2))))
    rng = np.random.default_rng(6)
    values = {name: rng.random((1, count)) for name in ("f_A", "f_B")} | {"f_AB": rng.random((inputs, 1, count))}
    whole, once = count * (inputs + 2), seconds(lambda: scipy_indices(func=values, n=count), repeats=3)
    rows.append(("scipy.stats.sobol_indices", inputs, whole, count, 1e3 * once))
    few = min(count, _BOOTSTRAPPED)
    part = scipy_indices(func={name: runs[..., :few] for name, runs in values.items()}, n=few)
    once = seconds(lambda: part.bootstrap(n_resamples=999), least=0.0, repeats=2)
    rows.append(("scipy, its bootstrap, of fewer runs", inputs, few * (inputs + 2), few, 1e3 * once))
    return [*rows, _salib_row(values, count)]


def random_runs(design: EffectDesign) -> tuple[list[tuple[int, int, dict[int, Array]]], int]:
    """Make up the runs of a design.

    Parameters
    ----------
    design
        Which runs there are.

    Returns
    -------
    blocks : list of tuple
        Replicate, first base pair, and runs of every mask.
    runs : int
        How many there are.
    """
    rng, blocks, runs = np.random.default_rng(5), list[tuple[int, int, dict[int, Array]]](), 0
    for replicate in range(design.replicates):
        for block in design.blocks(replicate, most=_PAIRS_AT_ONCE):
            count = block.stop - block.start
            values = rng.random((len(block.masks), count, 1))
            blocks.append((replicate, block.start, dict(zip(block.masks, values, strict=True))))
            runs += len(block.masks) * count
    return blocks, runs


def effects_of(design: EffectDesign, blocks: list[tuple[int, int, dict[int, Array]]]) -> Effects:
    """Estimate from runs already made.

    Parameters
    ----------
    design
        Which runs there are.
    blocks
        As `random_runs` gives them.

    Returns
    -------
    Effects
        The estimates from all of them.
    """
    sums = EffectSums(design)
    for replicate, start, values in blocks:
        sums.add(replicate, start, values)
    return sums.effects()[-1]


def _salib_row(values: dict[str, Array], count: int) -> tuple[Cell, ...]:
    inputs = len(values["f_AB"])
    if importlib.util.find_spec("SALib") is None:
        return "SALib", inputs, "not installed", "", ""
    from SALib.analyze.sobol import analyze  # type: ignore[import-not-found]

    problem = {"num_vars": inputs, "names": [str(place) for place in range(inputs)], "bounds": [[0, 1]] * inputs}
    runs = np.concatenate([values["f_A"], values["f_AB"][:, 0], values["f_B"]]).T.ravel()
    once = seconds(lambda: analyze(problem, runs, calc_second_order=False, num_resamples=2), repeats=3)
    return "SALib, 2 resamples", inputs, len(runs), count, 1e3 * once


def _accuracy_rows(known: Known, sizes: Sizes) -> list[tuple[Cell, ...]]:
    inputs, rows = len(known.first), list[tuple[Cell, ...]]()
    each_pair = 2**inputs if inputs <= 7 else 3 * inputs - 1
    least, most = (_SCRAMBLES * ends * each_pair for ends in (min(sizes.accuracy_bases), max(sizes.accuracy_bases)))
    theirs = []
    count = 1 << int(np.log2(least / (inputs + 2)))
    while not theirs or theirs[-1][0] < most:
        theirs.append((count * (inputs + 2), *_errors(known, sizes, lambda seed, n=count: _by_scipy(known, n, seed))))
        count *= 2
    runs_of_theirs, first, total = (np.log([row[place] for row in theirs]) for place in range(3))
    kinds: dict[str, Callable[[int, int], tuple[Array, Array]]] = {
        f"ours, {_SCRAMBLES} scrambles": lambda bases, seed: _by_ours(known, bases, seed),
        "ours, one long scramble": lambda bases, seed: _by_one_scramble(known, _SCRAMBLES * bases, seed),
    }
    for name, estimate in kinds.items():
        for bases in sizes.accuracy_bases:
            runs = _SCRAMBLES * bases * each_pair
            errors = _errors(known, sizes, lambda seed, bases=bases, estimate=estimate: estimate(bases, seed))
            at = [float(np.exp(np.interp(np.log(runs), runs_of_theirs, theirs_own))) for theirs_own in (first, total)]
            rows.append((known.name, name, runs, *errors, errors[0] / at[0], errors[1] / at[1]))
    rows += [(known.name, _SCIPY, *row, 1.0, 1.0) for row in theirs]
    if importlib.util.find_spec("SALib") is not None:
        for runs, *at in theirs:
            errors = _errors(known, sizes, lambda seed, n=runs // (inputs + 2): _by_salib(known, n, seed))
            rows.append((known.name, _SALIB, runs, *errors, errors[0] / at[0], errors[1] / at[1]))
    return rows


def _errors(known: Known, sizes: Sizes, estimate: Callable[[int], tuple[Array, Array]]) -> tuple[float, float]:
    found = [estimate(seed) for seed in range(sizes.accuracy_seeds)]
    return (
        root_mean_square([first for first, _ in found], known.first),
        root_mean_square([total for _, total in found], known.total),
    )


def _by_ours(known: Known, bases: int, seed: int) -> tuple[Array, Array]:
    effects = sobol_indices(known.function, len(known.first), bases=bases, replicates=_SCRAMBLES, seed=seed)
    return effects.first[:, 0], effects.total[:, 0]


def _by_one_scramble(known: Known, pairs: int, seed: int) -> tuple[Array, Array]:
    """Run one sequence, its halves entered as two replicates: the estimates, unlike the errors, do not tell."""
    inputs = len(known.first)
    design = plan_effects(inputs, bases=pairs // 2, replicates=2, seed=seed)
    whole = plan_effects(inputs, bases=pairs, replicates=2, seed=seed)
    both, groups = base_points(whole, columns=inputs, replicate=0), tuple((place,) for place in range(inputs))
    sums = EffectSums(design)
    for replicate in range(2):
        for block in design.blocks(replicate, most=_PAIRS_AT_ONCE):
            own = slice(replicate * design.bases + block.start, replicate * design.bases + block.stop)
            points = {mask: mixed_points(both[0][own], both[1][own], groups=groups, mask=mask) for mask in block.masks}
            values = {mask: known.function(found)[:, np.newaxis] for mask, found in points.items()}
            sums.add(replicate, block.start, values)
    effects = sums.effects()[-1]
    return effects.first[:, 0], effects.total[:, 0]


def _by_scipy(known: Known, count: int, seed: int) -> tuple[Array, Array]:
    found = scipy_indices(
        func=lambda points: known.function(points.T),
        n=count,
        dists=[uniform()] * len(known.first),
        rng=np.random.default_rng(seed),
    )
    return found.first_order, found.total_order


def _by_salib(known: Known, count: int, seed: int) -> tuple[Array, Array]:
    from SALib.analyze.sobol import analyze
    from SALib.sample.sobol import sample

    inputs = len(known.first)
    problem = {"num_vars": inputs, "names": [str(place) for place in range(inputs)], "bounds": [[0, 1]] * inputs}
    points = sample(problem, count, calc_second_order=False, seed=seed)
    found = analyze(problem, known.function(points), calc_second_order=False, num_resamples=2)
    return found["S1"], found["ST"]
