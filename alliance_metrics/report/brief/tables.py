"""What a brief may read: the tables of a result folder, seen from one pair of states in one era."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from alliance_metrics.errors import Fault, ResultError, listed, nearest
from alliance_metrics.report.brief.cells import SavedRow, SavedRows
from alliance_metrics.report.charts.tables import subjects_of
from alliance_metrics.report.shown import shown
from alliance_metrics.results.files import analyses_in, read_record
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.results.tidy_result import TidyResult

SCORE = ScoreCard.KIND
_ORIGIN = ("name", "data", "seed")
EXPLANATION = "explanation"
#: Kinds of results beside a score card that a brief reads.
_READ = declared_kinds().keys() - {SCORE, "audit", "cohesion_index"}


@dataclass(frozen=True)
class Subject:
    """What a brief is about.

    Parameters
    ----------
    unit, era
        The pair of states and its era, by their ids.
    first, last
        The years shown, both included.
    """

    unit: str
    era: str
    first: int
    last: int

    @property
    def pair(self) -> tuple[str, str]:
        """Unit and era."""
        return self.unit, self.era


class BriefTables:
    """The saved tables, and the subject of the brief.

    Parameters
    ----------
    results
        Results with the folder of each seen from the result folder, by kind; that of the score card is needed.
    subject
        What the brief is about.
    skipped
        What is in the folder and cannot be used, one sentence each.
    """

    def __init__(
        self, results: Mapping[str, tuple[str, TidyResult]], *, subject: Subject, skipped: tuple[str, ...] = ()
    ) -> None:
        self.results = dict(results)
        self.subject = subject
        self.skipped = skipped
        self.unit = str(results[SCORE][1].to_frame("scores").columns[0])

    @property
    def paired(self) -> tuple[str, ...]:
        """Columns that name two eras compared."""
        return self.unit, "era", "other", "other_era"

    @property
    def record(self) -> dict[str, Any]:
        """How the score card came about."""
        return self.results[SCORE][1].record

    @property
    def index(self) -> str:
        """Id of the index."""
        scores = self.rows("score.scores").frame
        return str(scores.loc[scores["tier"] == "index", "component"].iloc[0])

    def has(self, kind: str) -> bool:
        """Say whether an analysis is saved.

        Parameters
        ----------
        kind
            Its kind.

        Returns
        -------
        bool
            Whether it is.
        """
        return kind in self.results

    def rows(self, name: str) -> SavedRows:
        """Give all rows of a table.

        Parameters
        ----------
        name
            Kind and table, such as ``score.scores``.

        Returns
        -------
        SavedRows
            The rows.
        """
        kind, _, table = name.partition(".")
        place, result = self.results[kind]
        return SavedRows(f"{place}{table}.csv", result.to_frame(table))

    def own(self, name: str) -> SavedRows:
        """Give the rows of a table that are about the pair in its era; of tables by year, in the years shown.

        Parameters
        ----------
        name
            Kind and table.

        Returns
        -------
        SavedRows
            The rows.
        """
        rows = self.rows(name)
        found = rows.where(**{self.unit: self.subject.unit, "era": self.subject.era})
        if "year" not in found.frame or found.frame["year"].isna().any():
            return found
        shown = found.frame["year"].between(self.subject.first, self.subject.last)
        return SavedRows(rows.file, found.frame[shown])

    def latest(self) -> SavedRow | None:
        """Give the score of the index in the last year that has one.

        Returns
        -------
        SavedRow or None
            The row of ``scores``.
        """
        scored = list(self.own("score.scores").where(tier="index").known("estimate").ordered("year"))
        return scored[-1] if scored else None

    def before(self, row: SavedRow) -> SavedRow | None:
        """Give the row of the same component in the last scored year before.

        Parameters
        ----------
        row
            A row of ``scores``.

        Returns
        -------
        SavedRow or None
            The row of ``scores``.
        """
        same = self.own("score.scores").where(tier=row["tier"], component=row["component"]).known("estimate")
        earlier = [one for one in same.ordered("year") if one["year"] < row["year"]]
        return earlier[-1] if earlier else None

    def pairing(self) -> tuple[SavedRows, bool] | None:
        """Give the differences from the era that the pair is set beside, and whether the pair is the later one.

        Returns
        -------
        tuple or None
            Rows of ``era_differences`` for one other era, and whether the subject is the later: of earlier eras that
            with the year most like the latest year shown, of later ones the nearest in time.
        """
        if not self.has("comparison"):
            return None
        every = self.rows("comparison.era_differences")
        later = every.where(**{self.unit: self.subject.unit, "era": self.subject.era})
        earlier = every.where(other=self.subject.unit, other_era=self.subject.era)
        for rows, is_later in ((later, True), (earlier, False)):
            if len(rows):
                one = self._most_alike(list(rows)) if is_later else next(iter(rows))
                return rows.like(one, *self.paired), is_later
        return None

    def _most_alike(self, rows: list[SavedRow]) -> SavedRow:
        """Pick the earlier era whose nearest year is least distant; the last one where no distance is known."""
        nearest = self.own("comparison.nearest").where(indicators="all", year=self.subject.last).known("distance")
        ordered = list(nearest.ordered("distance"))
        spaces = list(dict.fromkeys(row["space"] for row in nearest))
        for found in ordered:
            for row in rows:
                if found["space"] == spaces[0] and row["other_era"] == found["other_era"]:
                    return row
        return rows[-1]


def read_brief_tables(folder: Path, *, dyad: str | None = None, years: tuple[int, int] | None = None) -> BriefTables:
    """Read a score card and the analyses within its folder, and settle what the brief is about.

    Parameters
    ----------
    folder
        Folder of the score card.
    dyad
        Id of the pair of states; that whose record ends last, the first of them, where absent.
    years
        First and last year shown, both included; they pick the era where the pair has several. The latest era, whole,
        where absent.

    Returns
    -------
    BriefTables
        The tables.

    Raises
    ------
    ResultError
        Where the folder holds no unchanged score card, or it does not score the pair in these years.
    """
    card = shown(ScoreCard.load(folder))
    subject = _subject(card, dyad=dyad, years=years)
    results: dict[str, tuple[str, TidyResult]] = {SCORE: ("", card)}
    skipped = []
    for place in analyses_in(folder):
        try:
            kind = str(read_record(place).get("kind"))
            result = shown(TidyResult.load(place)) if kind in _READ else None
        except ResultError as error:
            skipped.append(f"{place.name}/ was skipped: it is damaged ({error.faults[0].what}).")
            continue
        if result is None or kind in results or not _covers(result, subject):
            continue
        if any(result.record.get(name) != card.record.get(name) for name in _ORIGIN):
            skipped.append(f"{place.name}/ was skipped: it was made from other data, or with another configuration.")
            continue
        results[kind] = (f"{place.name}/", result)
    return BriefTables(results, subject=subject, skipped=tuple(skipped))


def _covers(result: TidyResult, subject: Subject) -> bool:
    """Say whether an explanation is of the latest year shown; other results are of all years."""
    if result.kind != EXPLANATION:
        return True
    asked = result.record.get("asked") or {}
    return asked.get("unit") == subject.unit and asked.get("year") == subject.last


def _subject(card: ScoreCard, *, dyad: str | None, years: tuple[int, int] | None) -> Subject:
    scores = card.scores
    key = str(scores.columns[0])
    index = scores[(scores["tier"] == "index") & scores["estimate"].notna()]
    index = subjects_of(index, card.record)
    names = list(dict.fromkeys(index[key].astype(str)))
    meant = [dyad] if dyad in names else [one for one in card.record.get("names", {}).get(dyad, ()) if one in names]
    if dyad is not None and not meant:
        found = f"{dyad}{nearest(dyad, names)}"
        raise ResultError([Fault("--dyad", "the result scores no such pair", found, listed(names), "name one of them")])
    own = index if dyad is None else index[index[key].isin(meant)]
    spans = own.groupby([key, "era"], sort=False)["year"].agg(["min", "max"]).reset_index()
    if years is not None:
        spans = spans[(spans["min"] <= years[1]) & (spans["max"] >= years[0])]
    if spans.empty or (dyad is not None and years is not None and len(spans) > 1):
        what = "no record lies in these years" if spans.empty else "these years lie in more than one era"
        wanted = "" if years is None else f"{years[0]}-{years[1]}"
        raise ResultError([Fault("--years", what, wanted, _format_spans(own, key), "name years of one era")])
    one = spans.iloc[int(spans["max"].to_numpy().argmax())]
    first, last = int(one["min"]), int(one["max"])
    if years is not None:
        first, last = max(first, years[0]), min(last, years[1])
    return Subject(str(one[key]), str(one["era"]), first, last)


def _format_spans(index: pd.DataFrame, key: str) -> str:
    spans = index.groupby([key, "era"], sort=False)["year"].agg(["min", "max"]).reset_index()
    return listed([f"{row[key]} {row['min']}-{row['max']}" for row in spans.to_dict("records")], limit=len(spans) or 1)
