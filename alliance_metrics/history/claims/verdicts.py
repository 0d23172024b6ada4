"""Declared claims judged over draws: the share of draws in which each holds, and a verdict by stated thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import numpy as np

from alliance_metrics.history.claims import orders, recorded, regularities, turns
from alliance_metrics.history.claims.answers import Answer, DrawnSeries, Trials
from alliance_metrics.history.turning_points.break_calibration import BreakCalibration, calibrate_break_test
from alliance_metrics.results.words import AGAINST, CONTRADICTED, LEANING, SUPPORTED, UNDECIDED
from alliance_metrics.uncertainty.randomness import stream

Role = Literal["none", "caps", "requires"]

FEW_ANSWERS, NO_TEST = "too few draws give an answer", "no test could be made"
#: Reasons that limit a verdict.
NOT_BEYOND, NO_POWER = "not beyond chance", "no power"

#: Kinds about what the record shows: the draws alone decide.
RECORDED: Mapping[str, Callable[..., Answer]] = {
    "peak_within": partial(recorded.extreme_within, sign=1.0),
    "low_within": partial(recorded.extreme_within, sign=-1.0),
    "largest_drop_in": recorded.largest_drop_in,
    "most_similar_within": recorded.most_similar_within,
    "higher_than": recorded.higher_than,
    "above": partial(recorded.mean_beyond, sign=1.0),
    "below": partial(recorded.mean_beyond, sign=-1.0),
    "falls": partial(recorded.change_beyond, sign=-1.0),
    "rises": partial(recorded.change_beyond, sign=1.0),
    "gap_positive": recorded.gap_positive,
    "tilts_toward": recorded.gap_positive,
    "gap_larger": recorded.gap_larger,
    "stays_above": partial(recorded.every_year_beyond, sign=1.0),
    "stays_below": partial(recorded.every_year_beyond, sign=-1.0),
    "contributed_most": recorded.contributed_most,
    "turns_first": turns.turns_first,
}
#: Kinds that date a turn, which random swings of any series have too: the draws decide, a test limits the verdict.
DATED: Mapping[str, Callable[..., Answer]] = {
    "first_to_fall": orders.first_to_fall,
    "falls_before": orders.falls_before,
    "break_within": orders.break_within,
}
#: Kinds that go beyond the record: draws and a test against chance decide together.
REGULAR: Mapping[str, Callable[..., Answer]] = {
    "leads": regularities.leads,
    "moves_with": regularities.moves_with,
    "gate_above": regularities.gate_above,
    "effect_grows": regularities.effect_grows,
    "effect_positive": regularities.effect_positive,
}


@dataclass(frozen=True)
class Thresholds:
    """Thresholds of the verdicts; a value exactly at its threshold meets it.

    Parameters
    ----------
    supported, leaning
        Least share of the draws with an answer in which a claim holds; 1 less these is the greatest share for the two
        verdicts on the other side. [above 0.5 to 1]
    chance
        Greatest p-value that counts as significant. [0-1]
    power
        Least power at which a test that is not significant is informative. [0-1]
    answered
        Least share of draws that give an answer. [0-1]
    placebos
        Least share of a claim's placebos with whose verdict, the same or a firmer one, its own does not discriminate.
        [above 0 to 1]
    """

    supported: float = 0.95
    leaning: float = 0.80
    chance: float = 0.05
    power: float = 0.50
    answered: float = 0.50
    placebos: float = 0.50


@dataclass(frozen=True, eq=False)
class Claim:
    """A statement to be judged, bound to series by their names.

    Parameters
    ----------
    id
        Its id; its random numbers depend on it.
    kind
        One of `RECORDED`, `DATED` and `REGULAR`.
    series : tuple of str
        Names of the series it is about, in the order its kind takes them.
    arguments
        Further arguments of its kind, by name.
    """

    id: str
    kind: str
    series: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Judgement:
    """The verdict on a claim, with its answer.

    Parameters
    ----------
    id
        Id of the claim.
    answer
        Whether it holds draw by draw, with the point answer; None where there is none.
    share
        Share of the draws with an answer in which it holds; NaN without. [0-1]
    undefined
        Share of all draws that give no answer. [0-1]
    verdict
        One of `VERDICTS`; empty where it could not be judged.
    reason
        What limits the verdict, if anything; or why it could not be judged.
    """

    id: str
    answer: Answer | None
    share: float
    undefined: float
    verdict: str
    reason: str


def role_of(kind: str) -> Role:
    """Give the role of the test against chance for claims of a kind.

    Parameters
    ----------
    kind
        The kind.

    Returns
    -------
    str
        ``none``; ``caps``: without significance a verdict only leans; ``requires``: without it there is none.

    Raises
    ------
    ValueError
        Where there is no such kind.
    """
    roles: dict[Role, Mapping[str, Any]] = {"none": RECORDED, "caps": DATED, "requires": REGULAR}
    for role, kinds in roles.items():
        if kind in kinds:
            return role
    raise ValueError(f"kind '{kind}'; it is one of {', '.join([*RECORDED, *DATED, *REGULAR])}")


def verdict_of(
    answer: Answer, *, role: Role = "none", thresholds: Thresholds | None = None
) -> tuple[str, str, float, float]:
    """Judge an answer.

    Parameters
    ----------
    answer
        Whether a claim holds in each draw, and the result of its test against chance.
    role
        Role of the test; see `role_of`.
    thresholds
        Thresholds of the verdicts; the defaults where absent.

    Returns
    -------
    verdict, reason : str
        The verdict, and what limits it.
    share, undefined : float
        Share of the draws with an answer in which it holds, and share of all draws without one. [0-1]

    Notes
    -----
    The share s gives the verdict: supported from `supported` on, leaning from `leaning` on, contradicted and leaning
    against up to 1 less these, undecided between. Shares over draws reflect the uncertainty of the coding alone. A role
    of ``caps`` turns supported and contradicted into the leaning verdicts where the p-value (for the side of s) is
    above `chance` or unknown. A role of ``requires`` leaves any such claim undecided: with ``no power`` where the power
    is below its threshold, else ``not beyond chance``. Where there is no test of the opposite, a verdict against the
    claim needs sufficient power.
    """
    limits = thresholds or Thresholds()
    known = ~np.isnan(answer.holds)
    undefined = 1.0 - float(known.mean())
    share = float(answer.holds[known].mean()) if known.any() else float("nan")
    if 1.0 - undefined < limits.answered or not known.any():
        return UNDECIDED, FEW_ANSWERS, share, undefined
    verdict = _by_share(share, limits)
    if verdict == UNDECIDED or role == "none":
        return verdict, "", share, undefined
    one_sided = verdict in {AGAINST, CONTRADICTED} and np.isnan(answer.p_against)
    p_value = answer.p_against if verdict in {AGAINST, CONTRADICTED} else answer.p_value
    enough = bool(answer.power >= limits.power)
    if p_value <= limits.chance or (one_sided and enough and not np.isnan(answer.p_value)):
        return verdict, "", share, undefined
    weak = bool(answer.power < limits.power) or (one_sided and not enough)
    cause = NO_TEST if np.isnan(answer.p_value) else NO_POWER if weak else NOT_BEYOND
    if role == "caps":
        held_back = {SUPPORTED: LEANING, CONTRADICTED: AGAINST}.get(verdict, verdict)
        return held_back, "" if held_back == verdict else cause, share, undefined
    return UNDECIDED, cause, share, undefined


def _by_share(share: float, limits: Thresholds) -> str:
    held = round(share, 12)
    for least, verdict in ((limits.supported, SUPPORTED), (limits.leaning, LEANING)):
        if held >= round(least, 12):
            return verdict
    for least, verdict in ((limits.supported, CONTRADICTED), (limits.leaning, AGAINST)):
        if held <= round(1.0 - least, 12):
            return verdict
    return UNDECIDED


def evaluate_claims(
    drawn: Mapping[str, DrawnSeries],
    claims: Iterable[Claim],
    *,
    thresholds: Thresholds | None = None,
    stream_of: Callable[..., np.random.Generator] | None = None,
) -> dict[str, Judgement]:
    """Judge claims over draws of series.

    Parameters
    ----------
    drawn
        Draws of series by name. [0-100]
    claims
        The claims, each bound to names of series.
    thresholds
        Thresholds of the verdicts; the defaults where absent.
    stream_of
        Gives the stream of random numbers of some names; of seed 0 where absent.

    Returns
    -------
    dict of str to Judgement
        By id. A claim that the series cannot answer has no verdict; its reason gives the cause.

    Raises
    ------
    ValueError
        Where a claim names an unknown kind or series.

    Examples
    --------
    >>> import numpy as np
    >>> years, scores = np.arange(1950, 1954), np.array([60.0, 80.0, 70.0, 40.0])
    >>> trust = DrawnSeries("trust", years, scores, scores[:, np.newaxis] + np.array([-1.0, 0.0, 1.0]))
    >>> claim = Claim("peak", "peak_within", ("trust",), {"years": (1950, 1951)})
    >>> found = evaluate_claims({"trust": trust}, [claim])["peak"]
    >>> found.verdict, found.answer.text
    ('supported', 'trust is greatest in 1951; at most 80.0 points in 1950-1951 and 70.0 outside')
    """
    source = stream_of or (lambda *names: stream(0, *names))
    made: dict[int, BreakCalibration] = {}

    def calibration(n_years: int) -> BreakCalibration:
        if n_years not in made:
            made[n_years] = calibrate_break_test(n_years, rng=source("calibration", n_years))
        return made[n_years]

    found = {}
    for claim in claims:
        role = role_of(claim.kind)
        unknown = [name for name in claim.series if name not in drawn]
        if unknown:
            raise ValueError(f"claim '{claim.id}' names series that are not there: {', '.join(unknown)}")
        series = [drawn[name] for name in claim.series]
        try:
            if role == "none":
                answer = RECORDED[claim.kind](*series, **claim.arguments)
            else:
                trials = Trials(source(claim.id), calibration)
                answer = {**DATED, **REGULAR}[claim.kind](*series, trials=trials, **claim.arguments)
        except ValueError as cause:
            found[claim.id] = Judgement(claim.id, None, float("nan"), 1.0, "", str(cause))
            continue
        verdict, reason, share, undefined = verdict_of(answer, role=role, thresholds=thresholds)
        found[claim.id] = Judgement(claim.id, answer, share, undefined, verdict, reason)
    return found
