"""The saved tables that charts are drawn from: a score card, and the analyses in the folders beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.errors import ResultError
from alliance_metrics.report.charts.files import CHARTS
from alliance_metrics.report.shown import shown
from alliance_metrics.results.files import RECORD, analyses_in, file_digest, read_record
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.results.tidy_result import TidyResult

SCORE = ScoreCard.KIND
BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
#: Kinds of results that charts show.
DRAWN = declared_kinds().keys() - {"explanation", "cohesion_index"}


def subjects_of(frame: pd.DataFrame, record: Mapping[str, Any]) -> pd.DataFrame:
    """Leave the rows of reference pairs out of a table.

    Parameters
    ----------
    frame
        The table.
    record
        The record of the score card.

    Returns
    -------
    DataFrame
        The other rows; all where the table has no ``era``.
    """
    return frame[~_is_reference(frame, record)].reset_index(drop=True)


def _is_reference(frame: pd.DataFrame, record: Mapping[str, Any]) -> BoolArray:
    """Mark the rows of reference pairs."""
    references = {tuple(one) for one in record.get("references") or ()}
    if not references or "era" not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    about = pd.MultiIndex.from_arrays([frame.iloc[:, 0].astype(str), frame["era"].astype(str)])
    return np.asarray(about.isin(references))


class SavedTables:
    """The tables of a score card and of its analyses, each under the name ``kind.table``.

    Parameters
    ----------
    results
        The results by kind; that of the score card is needed.
    skipped
        What was found beside them and cannot be used, one sentence each.
    digests
        Digest of the record of each result, by kind.
    """

    def __init__(
        self,
        results: Mapping[str, TidyResult],
        *,
        skipped: tuple[str, ...] = (),
        digests: Mapping[str, str] | None = None,
    ) -> None:
        self._results = {kind: shown(result) for kind, result in results.items()}
        self._digests = dict(digests or {})
        self.skipped = skipped

    @property
    def origin(self) -> dict[str, Any]:
        """What the tables are: names and versions, and the digests of the records they come from."""
        record, data = self.record, self.record.get("data") or {}
        source = {part: data.get(part) for part in ("name", "version")}
        return {"name": record.get("name"), "seed": record.get("seed"), "data": source, "drawn_from": self._digests}

    @property
    def record(self) -> dict[str, Any]:
        """How the score card came about."""
        return self._results[SCORE].record

    @property
    def unit(self) -> str:
        """Name of the column of units."""
        return str(self.frame("score.scores").columns[0])

    @property
    def index(self) -> str:
        """Id of the index."""
        scores = self.frame("score.scores")
        return str(scores.loc[scores["tier"] == "index", "component"].iloc[0])

    @property
    def pillars(self) -> list[str]:
        """Ids of the pillars, in the order of the codebook."""
        scores = self.frame("score.scores")
        return list(dict.fromkeys(scores.loc[scores["tier"] == "pillar", "component"].astype(str)))

    def frame(self, name: str) -> pd.DataFrame:
        """Give one table.

        Parameters
        ----------
        name
            Kind and table, such as ``score.scores``.

        Returns
        -------
        DataFrame
            A copy.
        """
        kind, _, table = name.partition(".")
        return subjects_of(self._results[kind].to_frame(table), self.record)

    def credits(self, kinds: Collection[str]) -> list[str]:
        """Give the credits of figures from outside that stand in some results.

        Parameters
        ----------
        kinds
            Kinds of results.

        Returns
        -------
        list of str
            One line for each kind of terms.
        """
        held = [self._results[kind] for kind in sorted(kinds) if kind in self._results]
        return list(dict.fromkeys(line for result in held for line in result.record.get("credits", ())))

    def references(self) -> pd.DataFrame:
        """Give the scores of reference pairs.

        Returns
        -------
        DataFrame
            Their rows of the table of scores; empty where there are no such pairs.
        """
        scores = self._results[SCORE].to_frame("scores")
        return scores[_is_reference(scores, self.record)].reset_index(drop=True)

    def missing(self, names: tuple[str, ...]) -> list[str]:
        """List which of some tables are missing.

        Parameters
        ----------
        names
            Kind and table of each.

        Returns
        -------
        list of str
            The names of those that are missing.
        """
        return [name for name in names if name.partition(".")[0] not in self._results]


def read_tables(folder: Path) -> SavedTables:
    """Read a score card and the analyses that stand beside it.

    Parameters
    ----------
    folder
        Folder of the score card.

    Returns
    -------
    SavedTables
        The tables. An analysis that is damaged, of no known kind, or made from other data or another configuration
        than the score card is skipped, with the reason in ``skipped``.

    Raises
    ------
    ResultError
        Where the folder does not hold an unchanged score card.
    """
    results: dict[str, TidyResult] = {SCORE: ScoreCard.load(folder)}
    places, skipped = {SCORE: folder}, []
    for place in analyses_in(folder):
        try:
            kind = str(read_record(place).get("kind"))
            if kind == CHARTS:
                continue
            reason = _unfit(kind, results)
            result = None if reason else TidyResult.load(place)
        except ResultError as error:
            reason, result = f"it is damaged ({error.faults[0].what}: {error.faults[0].where})", None
        if result is not None and not _same_origin(result, results[SCORE]):
            reason = "it was made from other data, or under another configuration, than the score card"
        if reason or result is None:
            skipped.append(f"{place.name}/ is skipped: {reason}.")
        else:
            results[kind], places[kind] = result, place
    digests = {kind: file_digest(place / RECORD) for kind, place in places.items()}
    return SavedTables(results, skipped=tuple(skipped), digests=digests)


def _unfit(kind: str, results: Mapping[str, TidyResult]) -> str:
    if kind not in DRAWN:
        return f"no chart shows results of kind '{kind}'"
    return f"there is another result of kind '{kind}'" if kind in results else ""


def _same_origin(result: TidyResult, card: TidyResult) -> bool:
    return all(result.record.get(name) == card.record.get(name) for name in ("name", "data", "seed"))
