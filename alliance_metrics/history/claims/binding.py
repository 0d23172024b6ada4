"""Claims bound to a study: names of dyads, components, facets and pressure resolved to series of draws."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from alliance_metrics.coding.arrays import Array, FloatArray
from alliance_metrics.config.analysis import ConditionSection
from alliance_metrics.errors import nearest
from alliance_metrics.history.claims import statements
from alliance_metrics.history.claims.answers import DECIMALS, DrawnSeries
from alliance_metrics.history.claims.quantities import UnboundError, quantity_series
from alliance_metrics.history.claims.verdicts import Claim
from alliance_metrics.history.facets.scores import FacetScores, facet_scores
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.study.context_scores import pressure_of
from alliance_metrics.study.drawn_study import DrawnStudy, Trajectory

_COMMON = {
    *statements.ClaimSection.model_fields,
    "kind",
    "other",
    "matched",
    "among",
    "than",
    "gated",
    "pressure",
    "combine",
    "condition",
}


@dataclass(frozen=True)
class _Wanted:
    """One series a claim asks for."""

    unit: str
    era: str
    components: tuple[str, ...]
    facet: statements.FacetChoice | None = None
    against: str | None = None
    quantity: statements.Quantity | None = None


@dataclass(frozen=True, eq=False)
class Binding:
    """A study's series of draws, computed when a claim first needs them.

    Parameters
    ----------
    drawn
        The study with its draws.
    series
        Series by name, filled as claims are bound.
    facets
        Scores of facets, or why there are none.
    pressures
        Pressure by indicator and how two states are put together, or why there is none.
    """

    drawn: DrawnStudy
    series: dict[str, DrawnSeries] = field(default_factory=dict)
    facets: dict[tuple[str, str, str | None], FacetScores | str] = field(default_factory=dict)
    pressures: dict[tuple[str, str], tuple[Array, FloatArray] | str] = field(default_factory=dict)

    def bind(self, claim: statements.AnyClaim) -> Claim:
        """Bind one claim.

        Parameters
        ----------
        claim
            As the file declares it.

        Returns
        -------
        Claim
            Bound to names of `series`.

        Raises
        ------
        UnboundError
            Where the study lacks a name, or the claim is true or false whatever the data.
        """
        wanted = _wanted_by(claim)
        several = len({(one.unit, one.era) for one in wanted}) > 1
        names = [self._name_of(one, several=several) for one in wanted]
        _refuse_certain(self.drawn, claim, names)
        if isinstance(claim, statements.PressureClaim):
            names.insert(1, self._pressure_name(claim))
        arguments = {name: getattr(claim, name) for name in type(claim).model_fields if name not in _COMMON}
        other = getattr(claim, "other", None)
        if isinstance(claim, statements.GapGrowthClaim):
            arguments["than"] = claim.than.years
        if claim.kind == "higher_than":
            arguments["other_years"] = (other.years if other is not None else None) or arguments["years"]
        if isinstance(claim, statements.PartClaim):
            arguments["weights"] = np.array([_weight_of(self.drawn, one.components[0]) for one in wanted])
        return Claim(claim.id, claim.kind, tuple(names), arguments)

    def _name_of(self, wanted: _Wanted, *, several: bool) -> str:
        """Give the name under which a series stands, putting it there first where it is new."""
        trajectory = _trajectory_of(self.drawn, wanted)
        if wanted.quantity is not None:
            return self._quantity_name(wanted.quantity, trajectory, several=several)
        name = " and ".join(self._own(one) for one in wanted.components)
        name = name if len(wanted.components) == 1 else f"the mean of {name}"
        if wanted.facet is not None:
            name += f" ({wanted.facet.value}{', like dimensions' if wanted.against else ''})"
        name = f"{name}, {trajectory.name}," if several else name
        key = f"{trajectory.name}: {name}"
        if key not in self.series:
            parts = [self._scores_of(self._own(one), wanted, trajectory) for one in wanted.components]
            nominal, draws = (np.mean([part[side] for part in parts], axis=0) for side in (0, 1))
            self.series[key] = _in_points(name, trajectory, nominal, draws)
        return key

    def _quantity_name(self, quantity: statements.Quantity, trajectory: Trajectory, *, several: bool) -> str:
        """Give the name under which a quantity stands, putting it there first where it is new."""
        key = f"{trajectory.name}: {quantity!r}{', named apart' if several else ''}"
        if key not in self.series:
            found = quantity_series(self.drawn, trajectory, quantity, pressure=self._pressure)
            name = f"{found.name}, {trajectory.name}," if several else found.name
            self.series[key] = replace(found, name=name)
        return key

    def _own(self, component: str) -> str:
        return self.drawn.index_id if component == statements.INDEX else component

    def _scores_of(self, component: str, wanted: _Wanted, trajectory: Trajectory) -> tuple[Array, FloatArray]:
        if wanted.facet is None:
            if self.drawn.place(component) is None:
                raise UnboundError(self.drawn.absence(component))
            own = (component,)
            return self.drawn.nominal_of(own, trajectory)[0], self.drawn.drawn_of(own, trajectory)[0]
        key = (wanted.facet.column, wanted.facet.value, wanted.against)
        if key not in self.facets:
            self.facets[key] = facet_scores(self.drawn, key[0], key[1], against=key[2])
        found = self.facets[key]
        if isinstance(found, str):
            raise UnboundError(found)
        if component not in found.components:
            raise UnboundError(
                f"of the indicators with '{key[1]}' of '{key[0]}' there is no index or pillar '{component}'"
                f"{nearest(component, found.components)}"
            )
        place = found.components.index(component)
        return found.nominal[place][trajectory.rows], found.scores[place][trajectory.rows]

    def _pressure_name(self, claim: statements.PressureClaim) -> str:
        trajectory = _trajectory_of(self.drawn, _Wanted(claim.dyad, claim.era, ()))
        name = f"{trajectory.name}: {claim.pressure} ({claim.combine})"
        if name not in self.series:
            nominal, draws = (part[trajectory.rows] for part in self._pressure(claim.pressure, claim.combine))
            self.series[name] = _in_points(claim.pressure, trajectory, nominal, draws)
        return name

    def _pressure(self, indicator: str, combine: statements.Combine) -> tuple[Array, FloatArray]:
        """Give pressure on every unit, nominal and drawn."""
        key = (indicator, combine)
        if key not in self.pressures:
            section = ConditionSection(
                pressure=indicator, combine=combine, condition=self.drawn.index_id, outcomes=(self.drawn.index_id,)
            )
            self.pressures[key] = pressure_of(self.drawn, section)
        found = self.pressures[key]
        if isinstance(found, str):
            raise UnboundError(found)
        return found


def _in_points(name: str, trajectory: Trajectory, nominal: Array, draws: FloatArray) -> DrawnSeries:
    shown = np.round(np.float32(SCALE) * draws, DECIMALS).astype(np.float32)
    return DrawnSeries(name, trajectory.years, np.round(SCALE * nominal, DECIMALS), shown)


def _trajectory_of(drawn: DrawnStudy, wanted: _Wanted) -> Trajectory:
    names = drawn.study.names
    found = drawn.trajectory(names.unit(wanted.unit, wanted.era), names.era(wanted.era))
    if found is not None:
        return found
    key = drawn.study.panel.unit
    units = list(dict.fromkeys(one.unit for one in drawn.trajectories))
    if wanted.unit not in units:
        raise UnboundError(f"there is no {key} '{wanted.unit}'{nearest(wanted.unit, units)}")
    eras = [one.era for one in drawn.trajectories if one.unit == wanted.unit]
    raise UnboundError(f"{wanted.unit} has no era '{wanted.era}'{nearest(wanted.era, eras)}")


def _wanted_by(claim: statements.AnyClaim) -> list[_Wanted]:
    """List the series a claim asks for, in the order its kind takes them."""
    own = _Wanted(claim.dyad, claim.era, claim.component, claim.facet, quantity=claim.quantity)
    singly: tuple[str, ...] = ()
    if isinstance(claim, statements.PartClaim | statements.OrderClaim | statements.TurnClaim) and claim.among:
        singly = tuple(name for name in claim.among if name not in claim.component)
    elif isinstance(claim, statements.GateClaim):
        singly = claim.gated
    elif isinstance(claim, statements.PressureClaim):
        singly = (claim.condition,)
    other: statements.OtherSection | None = getattr(claim, "other", None)
    if other is None:
        return [own, *(replace(own, components=(name,)) for name in singly)]
    second = _Wanted(
        other.dyad or claim.dyad,
        other.era or claim.era,
        other.component or claim.component,
        other.facet or claim.facet,
        quantity=other.quantity or (None if other.component else claim.quantity),
    )
    if isinstance(claim, statements.LikenessClaim):
        return [replace(one, components=(name,)) for one in (own, second) for name in claim.component]
    if getattr(claim, "matched", False):
        one, two = (None if side.facet is None else side.facet.value for side in (own, second))
        own, second = replace(own, against=two), replace(second, against=one)
    if isinstance(claim, statements.GapGrowthClaim) and (claim.than.dyad or claim.than.era):
        there, when = claim.than.dyad, claim.than.era
        return [own, second, *(replace(one, unit=there or one.unit, era=when or one.era) for one in (own, second))]
    return [own, second]


def _refuse_certain(drawn: DrawnStudy, claim: statements.AnyClaim, names: list[str]) -> None:
    """Refuse a claim that holds, or fails, whatever the scores are."""
    own_years = getattr(getattr(claim, "other", None), "years", None)
    elsewhen = own_years is not None and own_years != getattr(claim, "years", None)
    if isinstance(claim, statements.PressureClaim):
        if any(claim.condition in drawn.line(name) for name in claim.component):
            raise UnboundError(f"what is raised is a part of the condition '{claim.condition}'")
    elif len(set(names)) < len(names) and not elsewhen:
        raise UnboundError("it sets a series against itself")
    if isinstance(claim, statements.LeadClaim | statements.TogetherClaim):
        _refuse_parts(drawn, *_wanted_by(claim))


def _refuse_parts(drawn: DrawnStudy, one: _Wanted, other: _Wanted) -> None:
    """Refuse two series of one record of which one contains a part of the other."""
    if (one.unit, one.era) != (other.unit, other.era) or one.quantity is not None or other.quantity is not None:
        return
    own, rest = (
        [drawn.index_id if name == statements.INDEX else name for name in side.components] for side in (one, other)
    )
    for parts, wholes in ((own, rest), (rest, own)):
        for part in parts:
            whole = next((name for name in drawn.line(part) if name in wholes), None)
            if whole is not None:
                raise UnboundError(f"'{part}' is a part of '{whole}', and moves it")


def _weight_of(drawn: DrawnStudy, component: str) -> float:
    """Give the nominal weight of a component in the index: the product of the weights on the way down to it."""
    plan = drawn.study.plan
    known = plan.hierarchy.components
    own = drawn.index_id if component == statements.INDEX else component
    if drawn.line(own)[1:][-1:] != (drawn.index_id,):
        raise UnboundError(f"'{own}' has no weight in the index: it is the whole, or does not count")
    weight, place = 1.0, next(number for number, one in enumerate(known) if one.id == own)
    while place != len(known) - 1:
        node = next(number for number in plan.weights if place in known[number].children)
        weight *= float(plan.weights[node][list(known[node].children).index(place)])
        place = node
    return weight
