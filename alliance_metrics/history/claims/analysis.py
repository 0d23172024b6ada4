"""The scoreboard of declared claims: the share of draws in which each holds, its verdict, and what surprises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from alliance_metrics.history.claims.answers import YEAR, Answer
from alliance_metrics.history.claims.binding import Binding, UnboundError
from alliance_metrics.history.claims.file_model import ClaimsFile
from alliance_metrics.history.claims.statements import AnyClaim
from alliance_metrics.history.claims.verdicts import Claim, Judgement, evaluate_claims
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import AGAINST, CONTRADICTED, LEANING, LEANS, SIDES, SUPPORTED, SURPRISE, VERDICTS
from alliance_metrics.study.drawn_study import DrawnStudy
from alliance_metrics.study.score import record_of

_SURPRISES = {
    (SIDES[0], CONTRADICTED): SURPRISE,
    (SIDES[0], AGAINST): LEANS,
    (SIDES[1], SUPPORTED): SURPRISE,
    (SIDES[1], LEANING): LEANS,
}


def claims_analysis(
    drawn: DrawnStudy, claims: ClaimsFile, *, progress: Callable[[float], None] | None = None
) -> TidyResult:
    """Judge declared claims over the draws of a study.

    Parameters
    ----------
    drawn
        The study with its draws.
    claims
        The claims, as `read_claims` gives them.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    TidyResult
        The scoreboard. What the study has no data for is in ``not_done``.
    """
    binding = Binding(drawn)
    not_done: dict[str, str] = {}

    def bound() -> Iterator[Claim]:
        for number, claim in enumerate(claims.claim):
            try:
                yield binding.bind(claim)
            except UnboundError as cause:
                not_done[claim.id] = str(cause)
            if progress is not None:
                progress((number + 1) / len(claims.claim))

    judged = evaluate_claims(
        binding.series,
        bound(),
        thresholds=claims.to_thresholds(),
        stream_of=lambda *names: drawn.stream("claims", *names),
    )
    not_done |= {name: one.reason for name, one in judged.items() if one.answer is None}
    rows = [_row(drawn, one, judged[one.id]) for one in claims.claim if one.id not in not_done]
    key = drawn.study.panel.unit
    verdicts = {str(row["id"]): str(row["verdict"]) for row in rows}
    skipped = Skipped()
    skipped.extend([(f"claim {one.id}", not_done[one.id]) for one in claims.claim if one.id in not_done])
    tables = {"claims": rows, "rows": _row_table(claims, verdicts, not_done), "skipped": skipped.rows}
    declared = claims.model_dump(mode="json", by_alias=True, exclude_none=True)
    return TidyResult(tables, key=key, record={**record_of(drawn.study), "claims": declared}, kind="claims")


def _row(drawn: DrawnStudy, claim: AnyClaim, judged: Judgement) -> dict[str, Any]:
    """Give the row of one claim."""
    answer = judged.answer
    if answer is None:
        raise ValueError(f"claim '{claim.id}' has no answer")
    lower, upper = _ends(answer, drawn.level)
    holds = "" if np.isnan(answer.nominal_holds) else "yes" if answer.nominal_holds else "no"
    return {
        drawn.study.panel.unit: claim.dyad,
        "era": claim.era,
        "id": claim.id,
        "row": " ".join(claim.rows),
        "side": claim.side,
        "kind": claim.kind,
        "statement": claim.statement,
        "answer": answer.text,
        "holds": holds,
        "estimate": answer.estimate,
        "lower": lower,
        "upper": upper,
        "confidence": drawn.level,
        "measured_in": answer.measured_in,
        "share": judged.share,
        "undefined": judged.undefined,
        "draws": len(answer.holds),
        "p_value": answer.p_value,
        "p_against": answer.p_against,
        "power": answer.power,
        "verdict": judged.verdict,
        "reason": judged.reason,
        "surprise": _SURPRISES.get((claim.side, judged.verdict), ""),
        "note": claim.note,
    }


def _ends(answer: Answer, level: float) -> tuple[float, float]:
    """Give the ends of the interval of what a claim turns on; of years, years that occur."""
    known = answer.quantity[~np.isnan(answer.quantity)]
    if not len(known):
        return float("nan"), float("nan")
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    lower, upper = np.quantile(known, tails, method="inverted_cdf" if answer.measured_in == YEAR else "linear")
    return float(lower), float(upper)


def _row_table(claims: ClaimsFile, verdict: Mapping[str, str], not_done: Mapping[str, str]) -> list[dict[str, Any]]:
    """Count the claims of each row of the essay, by side and verdict; rows without a claim stand with none."""
    found = []
    for row, text in claims.rows.items():
        own = [one for one in claims.claim if row in one.rows]
        for side in [side for side in SIDES if any(one.side == side for one in own)] or [""]:
            ids = [one.id for one in own if one.side == side]
            counts = {name.replace(" ", "_"): sum(verdict.get(one) == name for one in ids) for name in VERDICTS}
            left = sum(one in not_done for one in ids)
            found.append({"row": row, "text": text, "side": side, "claims": len(ids), **counts, "skipped": left})
    return found
