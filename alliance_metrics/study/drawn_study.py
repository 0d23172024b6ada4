"""A study with every draw of every component, shared by all historical analyses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray, IntArray
from alliance_metrics.errors import nearest
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.results.tables import rows_of
from alliance_metrics.study.study import Study
from alliance_metrics.uncertainty.draws import Draws, draw_index, start_run
from alliance_metrics.uncertainty.randomness import stream
from alliance_metrics.uncertainty.run import Run

_TIERS = ("indicator", "dimension", "pillar", "index")


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The years of one unit in one era.

    Parameters
    ----------
    unit
        Id of the unit, such as a dyad.
    era
        The era.
    rows : ndarray of int, shape (n_years,)
        Its places among the units of the panel.
    years : ndarray of int, shape (n_years,)
        Its years, rising.
    """

    unit: str
    era: str
    rows: IntArray
    years: IntArray

    @property
    def name(self) -> str:
        """The unit and its era, as reports call them."""
        return f"{self.unit} {self.era}"


@dataclass(frozen=True, eq=False)
class DrawnStudy:
    """A study, its nominal scores and all draws of them.

    Parameters
    ----------
    study
        The study.
    nominal : ndarray, shape (n_components, n_units)
        Nominal scores. [0-1]
    draws
        Draws of every component, in the order of the plan's hierarchy.
    trajectories
        Every unit and era that is analysed, in the order of the panel: reference pairs only where the configuration
        names them.
    """

    study: Study
    nominal: Array
    draws: Draws
    trajectories: tuple[Trajectory, ...]

    @cached_property
    def run(self) -> Run:
        """Weights and methods of each draw, for scores that are paired with the draws."""
        return start_run(self.study.plan, self.study.config.to_uncertainty())

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return int(self.draws.scores.shape[-1])

    @property
    def level(self) -> float:
        """Probability of the intervals."""
        return self.study.config.uncertainty.level

    @property
    def pillars(self) -> tuple[str, ...]:
        """Ids of the pillars, as the codebook orders them."""
        return self.of_tier("pillar")

    @property
    def index_id(self) -> str:
        """Id of the index."""
        return self.study.plan.hierarchy.components[-1].id

    def of_tier(self, tier: str) -> tuple[str, ...]:
        """List the components of one tier.

        Parameters
        ----------
        tier
            ``indicator``, ``dimension``, ``pillar`` or ``index``.

        Returns
        -------
        tuple of str
            Their ids.
        """
        return tuple(one.id for one in self.study.plan.hierarchy.components if one.tier == tier)

    def place(self, component: str) -> int | None:
        """Find a component.

        Parameters
        ----------
        component
            Its id.

        Returns
        -------
        int or None
            Its position on the first axis of the scores; None where there is no such component.
        """
        known = self.draws.components
        return known.index(component) if component in known else None

    def line(self, component: str) -> tuple[str, ...]:
        """List a component and its ancestors.

        Parameters
        ----------
        component
            Its id.

        Returns
        -------
        tuple of str
            The component, its parent, and so on up to the index; itself alone where it has no parent.
        """
        known = self.study.plan.hierarchy.components
        parents = {known[child].id: whole.id for whole in known for child in whole.children}
        found = [component]
        while found[-1] in parents:
            found.append(parents[found[-1]])
        return tuple(found)

    def absence(self, component: str) -> str:
        """Say that there is no such component, and name the nearest known one.

        Parameters
        ----------
        component
            The id asked for.

        Returns
        -------
        str
            A cause for the table of skipped steps.
        """
        return f"there is no component '{component}'{nearest(component, list(self.draws.components))}"

    def trajectory(self, unit: str, era: str) -> Trajectory | None:
        """Find the years of one unit in one era.

        Parameters
        ----------
        unit, era
            Their ids.

        Returns
        -------
        Trajectory or None
            Its years; None where there are none.
        """
        return next((one for one in self.trajectories if (one.unit, one.era) == (unit, era)), None)

    def nominal_of(self, components: tuple[str, ...], trajectory: Trajectory) -> Array:
        """Give the nominal scores of some components in the years of a trajectory.

        Parameters
        ----------
        components
            Ids, all known.
        trajectory
            The years.

        Returns
        -------
        ndarray, shape (n_components, n_years)
            Scores; NaN where missing. [0-1]
        """
        places = [self.draws.components.index(one) for one in components]
        return self.nominal[places][:, trajectory.rows]

    def drawn_of(self, components: tuple[str, ...], trajectory: Trajectory) -> FloatArray:
        """Give the draws of some components in the years of a trajectory.

        Parameters
        ----------
        components
            Ids, all known.
        trajectory
            The years.

        Returns
        -------
        ndarray of float32, shape (n_components, n_years, n_draws)
            Scores; NaN where missing. [0-1]
        """
        places = np.array([self.draws.components.index(one) for one in components], dtype=np.intp)
        drawn: FloatArray = self.draws.scores[np.ix_(places, trajectory.rows)]
        return drawn

    def stream(self, *names: object) -> np.random.Generator:
        """Give the stream of random numbers of one purpose.

        Parameters
        ----------
        *names
            Names of the purpose.

        Returns
        -------
        numpy.random.Generator
            A generator that depends on the seed and the names alone.
        """
        return stream(self.study.config.uncertainty.seed, *names)


def draw_study(study: Study) -> DrawnStudy:
    """Draw every component of a study.

    Parameters
    ----------
    study
        As `open_study` gives it.

    Returns
    -------
    DrawnStudy
        The study with all its draws in memory: four bytes a component, unit and draw.
    """
    draws = draw_index(study.plan, study.config.to_uncertainty(), tiers=_TIERS)
    return DrawnStudy(study, nominal_scores(study.plan), draws, trajectories_of(study))


def trajectories_of(study: Study) -> tuple[Trajectory, ...]:
    """List every unit and era that is analysed with its years, in the order of the panel.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    tuple of Trajectory
        The years of each, rising; reference pairs only where the configuration names them.
    """
    left_out = references_left_out(study)
    return tuple(one for one in every_trajectory(study) if (one.unit, one.era) not in left_out)


def references_left_out(study: Study) -> set[tuple[str, str]]:
    """List the reference pairs that analyses leave out: those that the configuration does not name.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    set
        Units with their eras.
    """
    asked = {one for name in study.config.analysis.references for one in study.names.candidates(name)}
    return {(unit, era) for unit, era in study.references if unit not in asked}


def every_trajectory(study: Study) -> tuple[Trajectory, ...]:
    """List every unit and era with its years, in the order of the panel.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    tuple of Trajectory
        The years of each, rising.
    """
    units, key = study.panel.units, study.panel.unit
    found = []
    for row in rows_of(units[[key, "era"]].drop_duplicates()):
        rows = np.flatnonzero((units[key] == row[key]) & (units["era"] == row["era"]))
        years = units["year"].to_numpy()[rows]
        order = np.argsort(years, kind="stable")
        found.append(Trajectory(str(row[key]), str(row["era"]), rows[order], years[order].astype(np.intp)))
    return tuple(found)
