"""Placebos of a claim: other components in its place, and whether its verdict says more than theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alliance_metrics.history.claims import statements
from alliance_metrics.history.claims.verdicts import Judgement, Thresholds
from alliance_metrics.results.words import LEANING, NOT_DISCRIMINATING, SUPPORTED
from alliance_metrics.study.drawn_study import DrawnStudy

#: The verdicts that placebos can take from a claim, each with those of placebos that share it.
_SHARED = {SUPPORTED: (SUPPORTED,), LEANING: (SUPPORTED, LEANING)}


def substitutes(drawn: DrawnStudy, claim: statements.AnyClaim) -> list[statements.AnyClaim]:
    """Repeat a claim with every other component of a tier in the place of its own.

    Parameters
    ----------
    drawn
        The study with its draws.
    claim
        The claim; its ``placebo_over`` names the tier.

    Returns
    -------
    list
        The claims, in the order of the tree; none where the claim names no tier. The id of each is that of the claim
        and the component that takes its place, with ``~`` between.

    Notes
    -----
    A component that contains the claim's own, or is part of it, is no placebo. Where the claim sets its component
    against one that contains the substitute, or is part of it, the two change places: no series is set against a part
    of itself.
    """
    if claim.placebo_over is None:
        return []
    (own,) = (drawn.index_id if name == statements.INDEX else name for name in claim.component)

    def related(one: str, other: str) -> bool:
        return one in drawn.line(other) or other in drawn.line(one)

    def swapped(names: Sequence[str], substitute: str) -> tuple[str, ...]:
        kept = [own if name != statements.INDEX and related(name, substitute) else name for name in names]
        return tuple(dict.fromkeys(kept))

    found = []
    for substitute in drawn.of_tier(claim.placebo_over):
        if related(own, substitute):
            continue
        changes: dict[str, object] = {"id": f"{claim.id}~{substitute}", "component": (substitute,)}
        changes |= {
            name: swapped(names, substitute) for name in ("gated", "among") if (names := getattr(claim, name, None))
        }
        other = getattr(claim, "other", None)
        if other is not None and other.component is not None:
            changes["other"] = other.model_copy(update={"component": swapped(other.component, substitute)})
        found.append(claim.model_copy(update=changes))
    return found


def weighed(own: Judgement, placebos: Sequence[Judgement], thresholds: Thresholds) -> tuple[Judgement, int, int]:
    """Set a verdict beside those of its placebos.

    Parameters
    ----------
    own
        The verdict on the claim.
    placebos
        The verdicts on its placebos; empty ones are left out.
    thresholds
        What share of them makes a verdict say nothing.

    Returns
    -------
    judgement
        The verdict; `NOT_DISCRIMINATING` where a claim is supported, or leaning, and at least that share of the
        placebos have the same verdict or a firmer one.
    judged, alike
        How many placebos have a verdict, and how many of them share the claim's.
    """
    verdicts = [one.verdict for one in placebos if one.verdict]
    alike = sum(verdict in _SHARED.get(own.verdict, ()) for verdict in verdicts)
    if alike and alike >= round(thresholds.placebos * len(verdicts), 12):
        reason = f"{own.verdict}, as are {alike} of {len(verdicts)} placebos"
        return replace(own, verdict=NOT_DISCRIMINATING, reason=reason), len(verdicts), alike
    return own, len(verdicts), alike
