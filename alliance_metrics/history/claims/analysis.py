"""The scoreboard of declared claims: the share of draws in which each holds, its verdict, and surprises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from alliance_metrics.history.claims.answers import YEAR, Answer
from alliance_metrics.history.claims.binding import Binding
from alliance_metrics.history.claims.file_model import ClaimsFile
from alliance_metrics.history.claims.placebos import substitutes, weighed
from alliance_metrics.history.claims.quantities import UnboundError
from alliance_metrics.history.claims.statements import AnyClaim
from alliance_metrics.history.claims.verdicts import Claim, Judgement, evaluate_claims
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import (
    AGAINST,
    CONCLUSIONS,
    CONTRADICTED,
    LEANING,
    LEANS,
    SIDES,
    SUPPORTED,
    SURPRISE,
)
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.comparisons import tails_of

_SURPRISES = {
    (SIDES[0], CONTRADICTED): SURPRISE,
    (SIDES[0], AGAINST): LEANS,
    (SIDES[1], SUPPORTED): SURPRISE,
    (SIDES[1], LEANING): LEANS,
}
_COUNTS = ("placebos", "placebos_alike")


def claims_analysis(drawn: DrawnStudy, claims: ClaimsFile) -> TidyResult:
    """Judge declared claims over the draws of a study.

    Parameters
    ----------
    drawn
        The study with its draws.
    claims
        The claims, as `read_claims` gives them.

    Returns
    -------
    TidyResult
        The scoreboard. Claims for which the study has no data are listed in ``skipped``.
    """
    found = Collected("claims", key=drawn.study.panel.unit)
    stand_ins = {claim.id: substitutes(drawn, claim) for claim in claims.claim}
    judged = _judged(drawn, [*claims.claim, *(one for some in stand_ins.values() for one in some)], claims)
    by_id, thresholds = {one.id: one for one in claims.claim}, claims.to_thresholds()
    verdicts: dict[str, str] = {}
    for claim in claims.claim:
        own = judged[claim.id]
        if own.answer is None:
            found.skip(f"claim {claim.id}", own.reason)
            continue
        placebos = [*stand_ins[claim.id], *(by_id[one] for one in claim.placebos)]
        final, n_judged, n_alike = weighed(own, [judged[one.id] for one in placebos], thresholds)
        verdicts[claim.id] = final.verdict
        counts = {"placebos": n_judged, "placebos_alike": n_alike} if placebos else dict.fromkeys(_COUNTS)
        found.add("claims", [{**_row(drawn, claim, final, own.answer), **counts}])
        found.add("placebos", [_placebo_row(drawn, claim, one, judged[one.id]) for one in placebos])
    found.add("rows", _row_table(claims, verdicts))
    found.add(
        "untestable", [{"row": " ".join(one.rows), **one.model_dump(exclude={"rows"})} for one in claims.untestable]
    )
    declared = claims.model_dump(mode="json", by_alias=True, exclude_none=True)
    return found.result({**record_of(drawn.study), "claims": declared})


def _judged(drawn: DrawnStudy, claims: Iterable[AnyClaim], declared: ClaimsFile) -> dict[str, Judgement]:
    """Judge claims and placebos, those that the study cannot answer by their cause."""
    binding, bound, found = Binding(drawn), list[Claim](), dict[str, Judgement]()
    for claim in claims:
        try:
            bound.append(binding.bind(claim))
        except UnboundError as cause:
            found[claim.id] = Judgement(claim.id, None, float("nan"), 1.0, "", str(cause))
    judged = evaluate_claims(
        binding.series,
        bound,
        thresholds=declared.to_thresholds(),
        stream_of=lambda *names: drawn.stream("claims", *names),
    )
    return {**found, **judged}


def _placebo_row(drawn: DrawnStudy, claim: AnyClaim, placebo: AnyClaim, judged: Judgement) -> dict[str, Any]:
    answer = judged.answer
    numbers: dict[str, Any] = {"estimate": np.nan, "p_value": np.nan, "measured_in": ""}
    if answer is not None:
        numbers = {name: getattr(answer, name) for name in numbers}
    return {
        drawn.study.panel.unit: placebo.dyad,
        "era": placebo.era,
        "id": claim.id,
        "placebo": placebo.id.removeprefix(f"{claim.id}~"),
        **numbers,
        **{name: getattr(judged, name) for name in ("share", "verdict", "reason")},
    }


def _row(drawn: DrawnStudy, claim: AnyClaim, judged: Judgement, answer: Answer) -> dict[str, Any]:
    """Give the row of one claim."""
    lower, upper = _ends(answer, drawn.level)
    holds = "" if np.isnan(answer.nominal_holds) else "yes" if answer.nominal_holds else "no"
    return {
        drawn.study.panel.unit: claim.dyad,
        "era": claim.era,
        "row": " ".join(claim.rows),
        **{name: getattr(claim, name) for name in ("id", "side", "kind", "statement", "note")},
        "answer": answer.text,
        "holds": holds,
        "estimate": answer.estimate,
        "lower": lower,
        "upper": upper,
        "confidence": drawn.level,
        **{name: getattr(answer, name) for name in ("measured_in", "p_value", "p_against", "power")},
        **{name: getattr(judged, name) for name in ("share", "undefined", "verdict", "reason")},
        "draws": len(answer.holds),
        "surprise": _SURPRISES.get((claim.side, judged.verdict), ""),
        "near_tautology": claim.near_tautology,
    }


def _ends(answer: Answer, level: float) -> tuple[float, float]:
    """Give the ends of the interval of the quantity; for years, years that occur in the draws."""
    known = answer.quantity[~np.isnan(answer.quantity)]
    if not len(known):
        return float("nan"), float("nan")
    lower, _, upper = np.quantile(
        known, tails_of(level), method="inverted_cdf" if answer.measured_in == YEAR else "linear"
    )
    return float(lower), float(upper)


def _row_table(claims: ClaimsFile, verdicts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Count the claims of each row of the essay, by side and verdict; rows without a claim stand with none.

    Near-tautologies are in a column of their own and in no other count.
    """
    found = []
    for row, text in claims.rows.items():
        own = [one for one in claims.claim if row in one.rows]
        for side in [side for side in SIDES if any(one.side == side for one in own)] or [""]:
            here = [one for one in own if one.side == side]
            ids = [one.id for one in here if not one.near_tautology]
            counts = {name.replace(" ", "_"): sum(verdicts.get(one) == name for one in ids) for name in CONCLUSIONS}
            counts |= {"near_tautologies": len(here) - len(ids), "skipped": sum(one not in verdicts for one in ids)}
            found.append({"row": row, "text": text, "side": side, "claims": len(ids), **counts})
    return found
