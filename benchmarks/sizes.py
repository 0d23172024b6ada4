"""How much is measured: in full for the published tables, or next to nothing to see that everything runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of draws, dyad-years, runs and repeats.

    Parameters
    ----------
    dyad_years
        Of the panel on which rates are measured.
    draws, repeats
        Of each rate, and how often it is measured.
    plain_draws, checked_draws
        Draws of the plain loop, and those compared with the engine.
    stage_draws
        Draws over which stages are timed.
    side
        Of the large square matrices.
    numbers
        How many numbers the copy and the generators work on.
    finished_draws
        Draws of an index brought to finished intervals.
    weights_scaling, coders_scaling, methods_scaling
        Dyad-years and draws of each line of the scaling table.
    draws_scaling
        Numbers of draws on the panel of rates.
    memory
        Dyad-years, draws and `block_megabytes` of each run whose memory is measured.
    estimator_inputs, estimator_bases, estimator_replicates
        Of the estimators timed alone; scipy's have as many base points as come nearest to as many runs.
    accuracy_seeds, accuracy_bases
        Repetitions behind each root mean square error, and base pairs of each of 16 scrambles.
    starts
        How often each interpreter is started.
    command_draws
        Draws of the command that scores.
    """

    dyad_years: int
    draws: int
    repeats: int
    plain_draws: int
    checked_draws: int
    stage_draws: int
    side: int
    numbers: int
    finished_draws: int
    weights_scaling: tuple[tuple[int, int], ...]
    coders_scaling: tuple[tuple[int, int], ...]
    methods_scaling: tuple[tuple[int, int], ...]
    draws_scaling: tuple[int, ...]
    memory: tuple[tuple[int, int, int], ...]
    estimator_inputs: int
    estimator_bases: int
    estimator_replicates: int
    accuracy_seeds: int
    accuracy_bases: tuple[int, ...]
    starts: int
    command_draws: int


FULL = Sizes(
    dyad_years=170,
    draws=10_240,
    repeats=5,
    plain_draws=500,
    checked_draws=256,
    stage_draws=10_240,
    side=2048,
    numbers=1 << 25,
    finished_draws=10_000,
    weights_scaling=((170, 20_480), (1_700, 4_096), (17_000, 2_048), (170_000, 256)),
    coders_scaling=((170, 10_240), (1_700, 4_096), (17_000, 2_048), (170_000, 512)),
    methods_scaling=((170, 10_240), (1_700, 2_048)),
    draws_scaling=(1_000, 10_000, 100_000, 1_000_000),
    memory=(
        (165, 10_000, 64),
        (165, 10_000, 256),
        (165, 100_000, 64),
        (165, 100_000, 256),
        (5, 1_000_000, 64),
        (16, 1_000_000, 256),
    ),
    estimator_inputs=30,
    estimator_bases=256,
    estimator_replicates=23,
    accuracy_seeds=20,
    accuracy_bases=(8, 32, 128, 512),
    starts=5,
    command_draws=10_000,
)

QUICK = Sizes(
    dyad_years=17,
    draws=32,
    repeats=1,
    plain_draws=2,
    checked_draws=16,
    stage_draws=32,
    side=64,
    numbers=1 << 12,
    finished_draws=60,
    weights_scaling=((17, 16), (34, 8)),
    coders_scaling=((17, 16), (34, 8)),
    methods_scaling=((17, 32),),
    draws_scaling=(10, 20),
    memory=((17, 100, 1), (17, 200, 2)),
    estimator_inputs=8,
    estimator_bases=32,
    estimator_replicates=2,
    accuracy_seeds=2,
    accuracy_bases=(4, 8),
    starts=1,
    command_draws=20,
)
