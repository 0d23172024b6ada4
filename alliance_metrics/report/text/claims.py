"""A scoreboard of claims as lines for the screen."""

from __future__ import annotations

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import Row, coder_kinds, missing, render, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import LEANS, SIDES, SURPRISE, VERDICTS


def render_claims(result: TidyResult) -> str:
    """Give the scoreboard: results against the essay first, then every claim under the first of its rows.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        One line a claim: the share of draws in which it holds, its verdict with what held it back, and the statement;
        for results against the essay the point answer too.
    """
    claims = result.to_frame("claims")
    blocks = [_counts(claims), *_against(claims), *_by_row(claims, result.to_frame("rows"))] if len(claims) else []
    models = coder_kinds(result.record.get("coders", [])) == "language model"
    codings = "language-model codings" if models else "codings"
    head = (
        f"{counted(len(claims), 'claim')} over {counted(max(claims['draws'], default=0), 'draw')} of {codings}. A "
        "share is the proportion of draws in which a claim holds: it reflects uncertainty in the index, not "
        "alternative histories."
    )
    return render(result, blocks, head=head, nothing="No claim could be judged.")


def _counts(claims: pd.DataFrame) -> list[str]:
    """Count verdicts by side."""
    lines = ["         " + "".join(f"{verdict:>17}" for verdict in VERDICTS)]
    for side in SIDES:
        own = where(claims, side=side)["verdict"]
        lines.append(f"{side:<9}" + "".join(f"{int((own == verdict).sum()):>17}" for verdict in VERDICTS))
    return lines


def _against(claims: pd.DataFrame) -> list[list[str]]:
    blocks = []
    for mark, what, which in (
        (SURPRISE, "against", "claims contradicted or rivals supported"),
        (LEANS, "leaning against", "short of contradicted or supported"),
    ):
        chosen = rows_of(where(claims, surprise=mark))
        title = f"{counted(len(chosen), 'result') if chosen else 'No result'} {what} the essay ({which})"
        blocks.append([title, *(line for row in chosen for line in (_line(row), f"          {row['answer']}"))])
    return blocks


def _by_row(claims: pd.DataFrame, rows: pd.DataFrame) -> list[list[str]]:
    blocks, first = [["All claims, by row of the essay:"]], claims["row"].str.split(" ").str[0]
    for row in rows_of(rows.drop_duplicates("row")):
        own = rows_of(claims[first == row["row"]])
        lines = [f"{row['row']}  {row['text']}{'' if own else _elsewhere(claims, str(row['row']))}"]
        for one in own:
            lines += [_line(one), *([f"          note: {one['note']}"] if one["note"] else [])]
        blocks.append(lines)
    return blocks


def _line(row: Row) -> str:
    share = "  -  " if missing(row["share"]) else f"{row['share']:.3f}"
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
