"""What the machine allows: products of matrices, random numbers, copies; and how near the engine comes."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_metrics.uncertainty.coder_draws import PIECE
from benchmarks.panel import CODERS, INDICATORS, LINES, Line, made_up_plan
from benchmarks.plain_loop import CONCENTRATION
from benchmarks.sizes import Sizes
from benchmarks.tables import Cell, Section, Table
from benchmarks.timing import one_core, seconds

_CHANCES_IN_A_WORD = 4


def limits_section(sizes: Sizes, rates: dict[str, float]) -> Section:
    """Measure the machine, and set the engine's rates beside it.

    Parameters
    ----------
    sizes
        How much is measured.
    rates
        For each line its rate on one core. [rebuilds a CPU second]

    Returns
    -------
    Section
        The tables.
    """
    with one_core():
        products, numbers = _products(sizes), _numbers(sizes)
        rows = [_line_row(line, sizes, rates, products["benchmark float32"]) for line in LINES]
    names = {
        "square float32": f"product of matrices of {sizes.side} by {sizes.side}, float32",
        "square float64": f"product of matrices of {sizes.side} by {sizes.side}, float64",
        "benchmark float32": f"draws by {INDICATORS} times {INDICATORS} by {sizes.dyad_years}, float32",
        "benchmark float64": f"draws by {INDICATORS} times {INDICATORS} by {sizes.dyad_years}, float64",
    }
    machine = [(names[name], products[name] / 1e9, "GFLOP/s") for name in names]
    machine += [(name, rate / 1e6, "million a second") for name, rate in numbers.items()]
    machine.append(("copy of a large array, read and written", _copy_rate(sizes) / 1e9, "GB/s"))
    columns = ("uncertain", "gamma numbers", "64-bit words for cells", "random numbers alone", "engine")
    more = ("engine, share of random numbers alone", "product of matrices alone", "engine, share of the product")
    return Section(
        "Limits of the machine",
        (
            (
                f"One core, one thread, best of several rounds; random numbers in lots of {_words(PIECE):,}, as the "
                "engine draws the cells of one dyad-year."
            ),
            Table(("what", "rate", "unit"), tuple(machine)),
            (
                "Distance of the engine from these bounds. Random numbers alone: as many gamma numbers (a Dirichlet "
                "weight takes one), words (a word holds the random numbers of four cells) and normal numbers of coders "
                "as a rebuild takes, drawn and thrown away. Product alone: an index of arithmetic means with nothing "
                "but weights uncertain "
                f"is one product of matrices, 2 x {INDICATORS} x {sizes.dyad_years} = {_flops(sizes):,} operations a "
                "rebuild, at the rate of the benchmark's shape in float32. That bound leaves out dimensions and "
                "pillars, which the engine scores on the way, and every other normalisation and aggregation. Rebuilds "
                "a second."
            ),
            Table((*columns, *more), tuple(rows)),
        ),
    )


def numbers_needed(line: Line, *, dyad_years: int) -> tuple[int, float]:
    """Count the random numbers that one rebuild takes.

    Parameters
    ----------
    line
        What is uncertain.
    dyad_years
        How many.

    Returns
    -------
    gammas : int
        One for each weight of each node.
    words : float
        64-bit words for the cells of all coders.
    """
    hierarchy = made_up_plan(1).hierarchy
    inputs = {entry.input for entry in line.inputs}
    gammas = sum(len(hierarchy.components[node].children) for node in hierarchy.nodes) if "weights" in inputs else 0
    cells = (CODERS + 1) * INDICATORS * dyad_years if "coder_cell" in inputs else 0  # one says whether they err alike
    return gammas, cells / _CHANCES_IN_A_WORD


def _line_row(line: Line, sizes: Sizes, rates: dict[str, float], product: float) -> tuple[Cell, ...]:
    gammas, words = numbers_needed(line, dyad_years=sizes.dyad_years)
    alone, bound = 1.0 / _drawing(line, sizes, gammas), product / _flops(sizes)
    rate = rates[line.name]
    return line.name, gammas, words, alone, rate, rate / alone, bound, rate / bound


def _drawing(line: Line, sizes: Sizes, gammas: int) -> float:
    """Time the random numbers of one rebuild, in seconds, by those of a piece of draws."""
    rng, inputs = np.random.default_rng(1), {entry.input for entry in line.inputs}
    whole = seconds(lambda: rng.standard_gamma(CONCENTRATION, size=PIECE * gammas))
    if "coder_cell" in inputs:
        whole += sizes.dyad_years * seconds(lambda: _random_words(rng, _words(PIECE)))
    if "coder_choice" in inputs:
        whole += seconds(lambda: rng.standard_normal((PIECE, CODERS)))
    return whole / PIECE


def _words(draws: int) -> int:
    return (CODERS + 1) * INDICATORS * draws // _CHANCES_IN_A_WORD


def _flops(sizes: Sizes) -> int:
    return 2 * INDICATORS * sizes.dyad_years


def _random_words(rng: np.random.Generator, count: int) -> np.ndarray[Any, Any]:
    return np.asarray(rng.bit_generator.random_raw(count))


def _products(sizes: Sizes) -> dict[str, float]:
    """Measure products of matrices, in operations a second."""
    rng, found = np.random.default_rng(2), dict[str, float]()
    for kind in (np.float32, np.float64):
        name = np.dtype(kind).name
        square = rng.random((sizes.side, sizes.side)).astype(kind)
        answer = np.empty_like(square)
        once = seconds(lambda square=square, answer=answer: np.matmul(square, square, out=answer), repeats=3)
        found[f"square {name}"] = 2 * sizes.side**3 / once
        weights = rng.random((PIECE, INDICATORS)).astype(kind)
        scores = rng.random((INDICATORS, sizes.dyad_years)).astype(kind)
        index = np.empty((PIECE, sizes.dyad_years), dtype=kind)
        once = seconds(lambda one=weights, other=scores, out=index: np.matmul(one, other, out=out))
        found[f"benchmark {name}"] = _flops(sizes) * PIECE / once
    return found


def _numbers(sizes: Sizes) -> dict[str, float]:
    """Measure generators of random numbers, in numbers a second."""
    rng, count = np.random.default_rng(3), min(_words(PIECE), sizes.numbers)
    tasks = {
        "64-bit words of PCG64": lambda: _random_words(rng, count),
        "uniform numbers, float64": lambda: rng.random(count),
        "uniform numbers, float32": lambda: rng.random(count, dtype=np.float32),
        "normal numbers, float64": lambda: rng.standard_normal(count),
        f"gamma numbers of shape {CONCENTRATION:g}": lambda: rng.standard_gamma(CONCENTRATION, count),
    }
    return {name: count / seconds(task) for name, task in tasks.items()}


def _copy_rate(sizes: Sizes) -> float:
    """Measure copying, in bytes read and written a second."""
    source = np.ones(sizes.numbers)
    target = np.zeros(sizes.numbers)
    return 2 * source.nbytes / seconds(lambda: np.copyto(target, source))
