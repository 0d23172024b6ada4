"""The coding rules that hold where a package says what each score rests on (the column ``basis`` of its codings)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from alliance_metrics.coding.consistency import BASIS, era_of, is_blank
from alliance_metrics.coding.evidence import SERIES, citations_of, fault_at
from alliance_metrics.errors import Fault, counted
from alliance_metrics.package.table import FILE, LINE
from alliance_metrics.results.tables import rows_of

#: Basis of a score that rests on facts of its own year.
DIRECT = "direct"
#: Timing of an indicator that takes the state of most of the year.
STATE = "state"
#: A turn from this month on counts in the next year.
LATE_MONTH = 7
_CELL = ["dyad", "year", "indicator_id", "coder"]


@dataclass(frozen=True)
class Ground:
    """The tables by which the rules judge codings.

    Parameters
    ----------
    indicators, dyads, events, series
        The checked tables of those names.
    theory
        Ids of the sources that are the theory under test.
    open_word
        Value of ``visibility``, of indicators and events, for what an outsider could see at the time; empty where the
        package does not say.
    """

    indicators: pd.DataFrame
    dyads: pd.DataFrame
    events: pd.DataFrame
    series: pd.DataFrame
    theory: Sequence[str]
    open_word: str


def rule_faults(codings: pd.DataFrame, ground: Ground) -> list[Fault]:
    """Find cells that break a coding rule.

    Parameters
    ----------
    codings
        The coded cells of dyads, with the place of each row.
    ground
        What they are judged by.

    Returns
    -------
    list of Fault
        Scores without a basis, a basis without a score, scores said to rest on facts of the year without a citation,
        evidence of later years, evidence from the theory under test. None where the codings have no basis.
    """
    if BASIS not in codings.columns or codings.empty:
        return []
    scored, based, cited = codings["score"].notna(), codings[BASIS] != "", codings["evidence_ids"] != ""
    faults = _cell_faults(
        codings[scored & ~based],
        ("a score has no basis", "a basis for every score", "say in 'basis' what the score rests on"),
        column=BASIS,
    )
    faults += _cell_faults(
        codings[~scored & based],
        ("a cell without a score has a basis", "score, range and basis all filled or all empty", "empty the basis"),
        column=BASIS,
    )
    faults += _cell_faults(
        codings[scored & (codings[BASIS] == DIRECT) & ~cited],
        (
            f"a score is '{DIRECT}' and cites nothing",
            f"evidence for every score of basis '{DIRECT}'",
            "cite the facts of the year, or name another basis",
        ),
        column="evidence_ids",
    )
    facts = _cited_facts(codings, ground)
    later = facts[facts["first_year"] > facts["year"]]
    faults += _citation_faults(
        codings,
        later.assign(said=" of " + later["date"]),
        ("evidence of a later year", "evidence dated up to the end of the coded year", "remove the id, and recode"),
    )
    faults += _citation_faults(
        codings,
        facts[facts["theory"]].assign(said=", which comes from the theory under test"),
        (
            "evidence from the theory under test",
            "evidence from sources that the descriptor does not list as theory_sources",
            "cite other evidence, and recode",
        ),
    )
    return faults


def rule_warnings(codings: pd.DataFrame, ground: Ground) -> list[Fault]:
    """Find cells that a reader should look at before trusting them, and sheets that are not finished.

    Parameters
    ----------
    codings
        The coded cells of dyads, free of faults, with the place of each row.
    ground
        What they are judged by.

    Returns
    -------
    list of Fault
        Indicators of what an outsider could see that cite only events which no outsider saw; changes of a state that
        only facts of the second half of the same year explain; sheets with rows that are missing or blank. None where
        the codings have no basis.
    """
    if BASIS not in codings.columns or codings.empty:
        return []
    scored = codings[codings["score"].notna()].reset_index(drop=True)
    facts = _cited_facts(scored, ground)
    book = ground.indicators.set_index("indicator_id")
    return [
        *_secret_warnings(scored, facts, book, ground.open_word),
        *_timing_warnings(scored, facts, book),
        *_sheet_warnings(codings, ground),
    ]


def _cited_facts(codings: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Give every known citation: its year, date, first year of its facts, visibility, whether it is of the theory."""
    cited = citations_of(codings)
    own = codings[["dyad", "year"]].astype({"year": "int64"})
    cited = cited.join(own).assign(cell=cited.index).reset_index(drop=True)
    events = ground.events.set_index("event_id")
    shown = events["visibility"] if "visibility" in events.columns else pd.Series(dtype=object)
    date = cited["evidence_id"].map(events["date"]).astype("str")
    theory = set(events.index[events["source_id"].isin(list(ground.theory))])
    facts = cited.assign(date=date, visibility=cited["evidence_id"].map(shown), measured=date.isna())
    facts["first_year"] = pd.to_numeric(date.str.slice(0, 4))
    facts["month"] = pd.to_numeric(date.str.slice(5, 7), errors="coerce")
    facts["theory"] = facts["evidence_id"].isin(theory)
    if ground.series.empty or "year" not in ground.series.columns:
        return facts
    figures = ground.series.assign(
        evidence_id=SERIES + ground.series["measure"].astype(object),
        theory=ground.series["source_id"].isin(list(ground.theory)),
    )
    spans = figures.groupby(["dyad", "evidence_id"])["year"].min().rename("begins").reset_index()
    begins = facts[["dyad", "evidence_id"]].merge(spans, how="left")["begins"].astype("float64")
    facts["first_year"] = facts["first_year"].fillna(begins)
    facts["date"] = facts["date"].fillna(begins.map("{:.0f} and after".format))
    essay = figures[figures["theory"]][["dyad", "evidence_id", "year"]].drop_duplicates()
    facts["theory"] |= (
        facts[["dyad", "evidence_id", "year"]].merge(essay, how="left", indicator=True)["_merge"] == "both"
    )
    return facts


def _secret_warnings(scored: pd.DataFrame, facts: pd.DataFrame, book: pd.DataFrame, open_word: str) -> list[Fault]:
    if "visibility" not in book.columns or not open_word:
        return []
    seen = facts["measured"] | facts["visibility"].isna() | (facts["visibility"] == open_word)
    secret = (~seen).groupby(facts["cell"]).all()
    outward = scored["indicator_id"].map(book["visibility"]) == open_word
    return _cell_faults(
        scored[outward & secret.reindex(scored.index, fill_value=False)],
        (
            f"a {open_word} indicator cites only events that are not {open_word}",
            f"what an outsider could see at the time: a {open_word} event or a yearly figure among the evidence",
            f"cite what was {open_word} then, or let the coder code the cell anew",
        ),
        column="evidence_ids",
    )


def _timing_warnings(scored: pd.DataFrame, facts: pd.DataFrame, book: pd.DataFrame) -> list[Fault]:
    """Find changes of a state that nothing explains but facts of the second half of the year itself."""
    if "timing" not in book.columns:
        return []
    before = scored[[*_CELL, "score"]].assign(year=scored["year"] + 1).rename(columns={"score": "before"})
    moved = scored[_CELL].merge(before, on=_CELL, how="left")["before"]
    changed = moved.notna() & (moved != scored["score"])
    changed &= scored["indicator_id"].map(book["timing"]) == STATE
    same, last = facts["first_year"] == facts["year"], facts["first_year"] == facts["year"] - 1
    late = facts["month"] >= LATE_MONTH
    explains = facts["measured"] | (same & ~late) | (last & (late | facts["month"].isna()))
    only_late = (same & late).groupby(facts["cell"]).any() & ~explains.groupby(facts["cell"]).any()
    return _cell_faults(
        scored[changed & only_late.reindex(scored.index, fill_value=False)],
        (
            "a state changes on facts of July to December of the same year alone",
            "a change that facts from July of the year before to June of this year explain",
            "move the change to the next year, or cite what changed earlier",
        ),
        column="score+evidence_ids",
    )


def _sheet_warnings(codings: pd.DataFrame, ground: Ground) -> list[Fault]:
    """Find what one coder has not filled in yet of a dyad in an era."""
    framed = codings[[*_CELL, FILE, LINE]].assign(
        era=era_of(codings, ground.dyads, unit="dyad"), blank=is_blank(codings)
    )
    dyads = rows_of(ground.dyads)
    length = {(row["dyad"], row["era"]): int(row["last_year"]) - int(row["first_year"]) + 1 for row in dyads}
    what, allowed = "a sheet is not finished", "a row for every year and indicator, each with a score or a note"
    remedy = "fill in the rest, or say in a note why there is no score; what is missing is left out of the scores"
    found = []
    for (coder, dyad, era), rows in framed[framed["era"] != ""].groupby(["coder", "dyad", "era"], sort=False):
        wanted = length[dyad, era] * len(ground.indicators)
        absent, blank = wanted - len(rows), rows[rows["blank"]]
        if not absent and blank.empty:
            continue
        place = (rows if blank.empty else blank).iloc[0]
        parts = [f"{counted(absent, 'row')} missing"] * bool(absent)
        parts += [f"{counted(len(blank), 'row')} blank"] * bool(len(blank))
        said = f"{coder} {dyad} {era}: {' and '.join(parts)} of {counted(wanted, 'cell')}"
        line = None if blank.empty else int(place[LINE])
        found.append(Fault(str(place[FILE]), what, said, allowed, remedy, line))
    return found


def _cell_faults(rows: pd.DataFrame, words: tuple[str, str, str], *, column: str) -> list[Fault]:
    what, allowed, remedy = words
    return [
        fault_at(
            row,
            what,
            f"{_key(row)} cites {row['evidence_ids'] or 'nothing'}",
            allowed=allowed,
            remedy=remedy,
            column=column,
        )
        for row in rows_of(rows)
    ]


def _citation_faults(codings: pd.DataFrame, facts: pd.DataFrame, words: tuple[str, str, str]) -> list[Fault]:
    what, allowed, remedy = words
    rows = rows_of(codings.loc[facts["cell"]])
    cited = zip(rows, facts["evidence_id"], facts["said"], strict=True)
    return [
        fault_at(row, what, f"{_key(row)} cites {name!r}{said}", allowed=allowed, remedy=remedy, column="evidence_ids")
        for row, name, said in cited
    ]


def _key(row: dict[str, object]) -> str:
    return " ".join(str(row[name]) for name in _CELL)
