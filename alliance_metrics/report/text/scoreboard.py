"""The scoreboard of claims as text: one line a row of the essay, what goes against it first; or every claim."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text.layout import coder_kinds, render
from alliance_metrics.report.text.rows import Row, missing, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import (
    AGAINST,
    CONCLUSIONS,
    CONTRADICTED,
    LEANING,
    LEANS,
    NEAR_TAUTOLOGY,
    NOT_DISCRIMINATING,
    SIDES,
    SUPPORTED,
    SURPRISE,
    UNDECIDED,
)

_COUNTED = {
    CONTRADICTED: "contradicted",
    AGAINST: "leaning against",
    NOT_DISCRIMINATING: "not discriminating",
    UNDECIDED: "undecided",
    LEANING: "leaning",
    SUPPORTED: "supported",
}
_WIDTH = 19  # of a column of counts
_ALL = "--all-claims prints every claim with its share; claims.csv has all columns, placebos.csv the placebos."


def render_claims(result: TidyResult, *, every: bool = False) -> str:
    """Give the scoreboard: the rows of the essay, those with results against it first.

    Parameters
    ----------
    result
        The analysis.
    every
        Whether every claim is printed, under the first of its rows, after the results against the essay.

    Returns
    -------
    str
        One line a row of the essay: the finding in words, how many claims have each verdict, rivals that hold; or one
        line a claim.
    """
    claims = result.to_frame("claims")
    blocks: list[list[str]] = []
    if len(claims):
        rows = result.to_frame("rows")
        untestable = result.to_frame("untestable")
        detail = [*_against(claims), *_by_row(claims, rows), *_untestable(untestable)]
        blocks = [_verdict_counts(claims), *(detail if every else [_board(rows), _rest(claims, untestable)])]
    models = coder_kinds(result.record.get("coders", [])) == "language model"
    codings = "language-model codings" if models else "codings"
    head = (
        f"{counted(len(claims), 'claim')} over {counted(max(claims['draws'], default=0), 'draw')} of {codings}. A "
        "share is the proportion of draws in which a claim holds: it reflects uncertainty in the index, not "
        "alternative histories."
    )
    return render(result, blocks, head=head, nothing="No claim could be judged.")


def _verdict_counts(claims: pd.DataFrame) -> list[str]:
    """Count verdicts by side, near-tautologies in a line of their own."""
    near = claims["near_tautology"].fillna(value=False).astype(bool)
    lines = [" " * 18 + "".join(f"{verdict:>{_WIDTH}}" for verdict in CONCLUSIONS)]
    groups = [*((side, where(claims[~near], side=side)) for side in SIDES), ("near-tautologies", claims[near])]
    for name, own in groups:
        if len(own) or name in SIDES:
            counts = [int((own["verdict"] == verdict).sum()) for verdict in CONCLUSIONS]
            lines.append(f"{name:<18}" + "".join(f"{count:>{_WIDTH}}" for count in counts))
    return lines


def _board(rows: pd.DataFrame) -> list[str]:
    """Give one line a row of the essay, the greatest share of results against it first."""
    found = []
    for place, row in enumerate(rows_of(rows.drop_duplicates("row"))):
        sides = {str(one["side"]): one for one in rows_of(rows[rows["row"] == row["row"]])}
        finding, rank = _finding(sides)
        parts = [part for part in (_counts(sides.get(SIDES[0])), _rivals(sides), _open(sides)) if part]
        counts = f" ({'; '.join(parts)})" if parts else ""
        found.append((rank, place, f"{row['row']:<4}{finding}{counts} - {row['text']}"))
    title = "Rows of the essay, those with results against it first:"
    return [title, *(line for _, _, line in sorted(found))]


def _finding(sides: Mapping[str, Row]) -> tuple[str, float]:
    """Put the verdicts on one row into words, with a rank: the less the more goes against the essay."""
    essay, held = sides.get(SIDES[0]), _held(sides.get(SIDES[1]))
    if essay is None or not essay["claims"]:
        near = essay is not None and essay["near_tautologies"]
        return ("near-tautologies alone" if near else "open questions alone" if SIDES[2] in sides else "no claim"), 9.0
    against, held_for = int(essay["contradicted"]) + int(essay["leaning_against"]), _held(essay)
    judged = int(essay["claims"]) - int(essay["skipped"])
    share = (against + held) / max(judged + held, 1)
    if against:
        return ("for and against", 1.0 - share) if held_for else ("against the essay", 0.0 - share)
    if held_for:
        word = "borne out" if held_for > judged / 2 else "borne out in part"
        return (f"{word}, rivals too", 2.0 - share) if held else (word, 7.0 - held_for / judged)
    if held:
        return "rivals hold, the essay's claims do not", 0.5 - share
    unfirm = (NOT_DISCRIMINATING, 4.0) if essay["not_discriminating"] else (UNDECIDED, 5.0)
    return unfirm if judged else ("not judged", 5.5)


def _held(row: Row | None) -> int:
    return 0 if row is None else int(row["supported"]) + int(row["leaning"])


def _counts(row: Row | None) -> str:
    """List how many claims have each verdict, those against first."""
    if row is None:
        return ""
    counts = [(int(row[verdict.replace(" ", "_")]), words) for verdict, words in _COUNTED.items()]
    counts += [(int(row["near_tautologies"]), "near-tautological"), (int(row["skipped"]), "skipped")]
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def _rivals(sides: Mapping[str, Row]) -> str:
    row = sides.get(SIDES[1])
    return "" if row is None else f"{_held(row)} of {counted(int(row['claims']), 'rival')} held"


def _open(sides: Mapping[str, Row]) -> str:
    row = sides.get(SIDES[2])
    return "" if row is None else f"{int(row['claims']) + int(row['near_tautologies'])} open"


def _rest(claims: pd.DataFrame, untestable: pd.DataFrame) -> list[str]:
    """Say what is counted apart, and where everything stands."""
    lines = []
    judged = claims[claims["placebos"].fillna(0) > 0]
    if len(judged):
        lost = int((judged["verdict"] == NOT_DISCRIMINATING).sum())
        lines.append(f"Placebos: {counted(len(judged), 'claim')} with placebos, of which {lost} not discriminating.")
    if len(untestable):
        lines.append(f"{counted(len(untestable), 'sentence')} of the essay without a test, each with its reason.")
    return [*lines, _ALL]


def _against(claims: pd.DataFrame) -> list[list[str]]:
    blocks = []
    for mark, what, which in (
        (SURPRISE, "against", "claims contradicted or rivals supported"),
        (LEANS, "leaning against", "short of contradicted or supported"),
    ):
        chosen = rows_of(where(claims, surprise=mark))
        title = f"{counted(len(chosen), 'result') if chosen else 'No result'} {what} the essay ({which})"
        blocks.append([title, *(line for row in chosen for line in (_claim_line(row), f"          {row['answer']}"))])
    return blocks


def _by_row(claims: pd.DataFrame, rows: pd.DataFrame) -> list[list[str]]:
    blocks, first = [["All claims, by row of the essay:"]], claims["row"].str.split(" ").str[0]
    for row in rows_of(rows.drop_duplicates("row")):
        own = rows_of(claims[first == row["row"]])
        lines = [f"{row['row']}  {row['text']}{'' if own else _elsewhere(claims, str(row['row']))}"]
        for one in own:
            lines += [_claim_line(one), *([f"          note: {one['note']}"] if one["note"] else [])]
        blocks.append(lines)
    return blocks


def _untestable(frame: pd.DataFrame) -> list[list[str]]:
    lines = [f"   {row['row']}: {row['sentence']} - {row['reason']}" for row in rows_of(frame)]
    return [["Sentences without a test:", *lines]] if lines else []


def _claim_line(row: Row) -> str:
    share = "  -  " if missing(row["share"]) else f"{row['share']:.3f}"
    verdict = f"{row['verdict']}{': ' + row['reason'] if row['reason'] else ''}"
    near = not missing(row["near_tautology"]) and bool(row["near_tautology"])
    marks = [*([] if row["side"] == SIDES[0] else [str(row["side"])]), *([NEAR_TAUTOLOGY] if near else [])]
    side = f" ({', '.join(marks)})" if marks else ""
    gone = f" [no answer in {row['undefined']:.0%} of draws]" if row["undefined"] >= 0.005 else ""
    return f"   {share}  {verdict}{side} - {row['statement']}{gone}"


def _elsewhere(claims: pd.DataFrame, row: str) -> str:
    """Say under which rows a row's claims stand, where it comes first in none."""
    among = claims[claims["row"].str.split(" ").map(lambda own: row in own)]
    if among.empty:
        return ": no claim judged"
    return ": see " + ", ".join(dict.fromkeys(among["row"].str.split(" ").str[0]))
