"""A scoreboard of claims as lines for the screen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.years import causes_told
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import LEANS, SIDES, SURPRISE, VERDICTS

_MODEL = "model"


def render_claims(result: TidyResult) -> str:
    """Tell the scoreboard: what surprises first, then every claim under the first of its rows.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        One line a claim: the share of draws in which it holds, its verdict with what held it back, and the statement;
        for surprises the point answer too.
    """
    claims, rows = result.to_frame("claims"), result.to_frame("rows")
    if claims.empty:
        return "\n".join(["None of the claims could be judged.", *_left_out(result)])
    lines = [_head(result, claims), *_counts(claims)]
    for title, mark in (
        ("Against the essay: its claims contradicted, rivals supported", SURPRISE),
        ("Leaning against the essay", LEANS),
    ):
        chosen = claims[claims["surprise"] == mark]
        lines += [f"{title}: {'none' if chosen.empty else len(chosen)}"]
        for row in chosen.to_dict("records"):
            lines += [_line(row), f"          {row['answer']}"]
    lines.append("Every claim, by row of the essay:")
    first = claims["row"].str.split(" ").str[0]
    for row in rows.drop_duplicates("row").to_dict("records"):
        own = claims[first == row["row"]]
        lines.append(f"{row['row']}  {row['text']}{_elsewhere(claims, str(row['row'])) if own.empty else ''}")
        for one in own.to_dict("records"):
            lines += [_line(one), *([f"          note: {one['note']}"] if one["note"] else [])]
    return "\n".join([*lines, *_left_out(result)])


def _head(result: TidyResult, claims: pd.DataFrame) -> str:
    kinds = {str(coder.get("kind", "")) for coder in result.record.get("coders", [])}
    codings = "language-model codings" if kinds and all(_MODEL in kind for kind in kinds) else "codings"
    return (
        f"{counted(len(claims), 'claim')} over {counted(claims['draws'].iloc[0], 'draw')} of {codings}. Shares are of "
        "draws in which a claim holds: they tell what is doubtful in the index, not how history might have gone."
    )


def _counts(claims: pd.DataFrame) -> list[str]:
    """Count verdicts by side."""
    lines = ["         " + "".join(f"{verdict:>17}" for verdict in VERDICTS)]
    for side in SIDES:
        own = claims.loc[claims["side"] == side, "verdict"]
        lines.append(f"{side:<9}" + "".join(f"{int((own == verdict).sum()):>17}" for verdict in VERDICTS))
    return lines


def _line(row: Mapping[Hashable, Any]) -> str:
    share = "  -  " if pd.isna(row["share"]) else f"{row['share']:.3f}"
    verdict = f"{row['verdict']}{': ' + row['reason'] if row['reason'] else ''}"
    side = "" if row["side"] == SIDES[0] else f" ({row['side']})"
    gone = f" [no answer in {row['undefined']:.0%} of draws]" if row["undefined"] >= 0.005 else ""
    return f"   {share}  {verdict}{side} - {row['statement']}{gone}"


def _elsewhere(claims: pd.DataFrame, row: str) -> str:
    """Say under which rows a row's claims stand, where it comes first in none."""
    among = claims[claims["row"].str.split(" ").map(lambda own: row in own)]
    if among.empty:
        return ": no claim judged"
    return ": see " + ", ".join(dict.fromkeys(among["row"].str.split(" ").str[0]))


def _left_out(result: TidyResult) -> list[str]:
    rows = result.to_frame("skipped")
    return causes_told(rows["step"].str.removeprefix("claim "), rows["cause"])
