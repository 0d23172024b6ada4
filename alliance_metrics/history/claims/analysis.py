"""The scoreboard of declared claims: the share of draws in which each holds, its verdict, and surprises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from alliance_metrics.history.claims.answers import YEAR, Answer
from alliance_metrics.history.claims.binding import Binding, UnboundError
from alliance_metrics.history.claims.file_model import ClaimsFile
from alliance_metrics.history.claims.statements import AnyClaim
from alliance_metrics.history.claims.verdicts import Claim, Judgement, evaluate_claims
from alliance_metrics.results.collected import Collected
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import AGAINST, CONTRADICTED, LEANING, LEANS, SIDES, SUPPORTED, SURPRISE, VERDICTS
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.score import record_of
from alliance_metrics.uncertainty.comparisons import tails_of

_SURPRISES = {
    (SIDES[0], CONTRADICTED): SURPRISE,
    (SIDES[0], AGAINST): LEANS,
    (SIDES[1], SUPPORTED): SURPRISE,
    (SIDES[1], LEANING): LEANS,
}


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
    binding, bound, causes = Binding(drawn), list[Claim](), dict[str, str]()
    for claim in claims.claim:
        try:
            bound.append(binding.bind(claim))
        except UnboundError as cause:
            causes[claim.id] = str(cause)
    judged = evaluate_claims(
        binding.series,
        bound,
        thresholds=claims.to_thresholds(),
        stream_of=lambda *names: drawn.stream("claims", *names),
    )
    verdicts: dict[str, str] = {}
    for claim in claims.claim:
        judgement = judged.get(claim.id)
        if judgement is None or judgement.answer is None:
            found.skip(f"claim {claim.id}", causes[claim.id] if judgement is None else judgement.reason)
            continue
        verdicts[claim.id] = judgement.verdict
        found.add("claims", [_row(drawn, claim, judgement, judgement.answer)])
    found.add("rows", _row_table(claims, verdicts))
    declared = claims.model_dump(mode="json", by_alias=True, exclude_none=True)
    return found.result({**record_of(drawn.study), "claims": declared})


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
    """Count the claims of each row of the essay, by side and verdict; rows without a claim stand with none."""
    found = []
    for row, text in claims.rows.items():
        own = [one for one in claims.claim if row in one.rows]
        for side in [side for side in SIDES if any(one.side == side for one in own)] or [""]:
            ids = [one.id for one in own if one.side == side]
            counts = {name.replace(" ", "_"): sum(verdicts.get(one) == name for one in ids) for name in VERDICTS}
            left = sum(one not in verdicts for one in ids)
            found.append({"row": row, "text": text, "side": side, "claims": len(ids), **counts, "skipped": left})
    return found
