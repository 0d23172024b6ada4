"""What the codings of two years rest on: coders' notes, cited evidence with its sources, events nobody cites."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.evidence import SERIES
from alliance_metrics.results.tables import declared_columns, rows_of
from alliance_metrics.study.study import Study

_SOURCE = {"year": "source_year", "title": "source_title", "url": "source_url"}


def coding_table(study: Study, unit: str, years: tuple[int, int]) -> pd.DataFrame:
    """Give every coder's cells in two years.

    Parameters
    ----------
    study
        The study.
    unit
        Id of the dyad.
    years
        The years.

    Returns
    -------
    DataFrame
        One row a coder, indicator and year: score, range, what it cites, the note; in the order of the codebook.
    """
    codings = study.codings
    own = codings[(codings[study.panel.unit] == unit) & codings["year"].isin(years)]
    kinds = study.package.tables["coders"].set_index("coder")["kind"]
    order = [{name: place for place, name in enumerate(names)} for names in (study.plan.panel.indicators, years)]
    ranked = own.assign(
        coder_kind=own["coder"].map(kinds),
        rank=own["indicator_id"].map(order[0]),
        turn=own["year"].map(order[1]),
        place=own["coder"].map({name: place for place, name in enumerate(study.panel.coders)}),
        **{name: own[name].astype("float64") for name in ("score", "low", "high")},
    )
    ordered = ranked.sort_values(["rank", "place", "turn"], kind="stable")
    return ordered[declared_columns("explanation", "codings", key=study.panel.unit)].reset_index(drop=True)


def evidence_table(study: Study, unit: str, codings: pd.DataFrame) -> pd.DataFrame:
    """Give the evidence that codings cite.

    Parameters
    ----------
    study
        The study.
    unit
        Id of the dyad.
    codings
        As `coding_table` gives them.

    Returns
    -------
    DataFrame
        One row an event, or a figure of a series and year, by date. Of a series the figures from the first to the last
        year of the codings are given; where it has none, those of the nearest year it has.
    """
    links = _citations(codings)
    events = study.package.tables["events"].rename(columns={"event_id": "evidence_id"})
    events = events[events["evidence_id"].isin(links["evidence_id"])].assign(kind="event", value=np.nan, unit="")
    years = codings["year"].tolist()
    figures = _figures(study, unit, set(links["evidence_id"]), (min(years, default=0), max(years, default=0)))
    rows = [frame for frame in (events, figures) if len(frame)]
    if not rows:
        return pd.DataFrame()
    sourced = _with_sources(study, pd.concat(rows, ignore_index=True))
    cited = links.groupby("evidence_id", sort=False)[["coders", "cited_years", "indicators"]].agg(_together)
    found = sourced.merge(cited, left_on="evidence_id", right_index=True, how="left", validate="many_to_one")
    return found.sort_values(["date", "evidence_id"], kind="stable")[
        declared_columns("explanation", "evidence", key=study.panel.unit)
    ]


def event_table(study: Study, unit: str, codings: pd.DataFrame, *, years: tuple[int, int]) -> pd.DataFrame:
    """Give the dyad's other events from the first to the last of two years.

    Parameters
    ----------
    study
        The study.
    unit
        Id of the dyad.
    codings
        The codings of both years.
    years
        The years.

    Returns
    -------
    DataFrame
        Events that these codings do not cite, by date; ``cited_years`` names the years whose codings do.
    """
    events = study.package.tables["events"].rename(columns={"event_id": "evidence_id"})
    dated = np.array([min(years) <= int(str(date)[:4]) <= max(years) for date in events["date"]], dtype=bool)
    left = ~events["evidence_id"].isin(_citations(codings)["evidence_id"])
    found = _with_sources(study, events[(events[study.panel.unit] == unit) & dated & left])
    everywhere = study.codings[study.codings[study.panel.unit] == unit]
    cited = _citations(everywhere).groupby("evidence_id")["cited_years"].agg(_together)
    found["cited_years"] = found["evidence_id"].map(cited).fillna("")
    return found.sort_values(["date", "evidence_id"], kind="stable")[
        declared_columns("explanation", "events", key=study.panel.unit)
    ]


def _citations(codings: pd.DataFrame) -> pd.DataFrame:
    """List who cites what, for which indicator and year."""
    rows = [
        (name, row["coder"], str(row["year"]), row["indicator_id"])
        for row in rows_of(codings[["coder", "year", "indicator_id", "evidence_ids"]])
        for name in str(row["evidence_ids"]).split()
    ]
    return pd.DataFrame(rows, columns=["evidence_id", "coders", "cited_years", "indicators"], dtype=object)


def _together(words: pd.Series) -> str:
    return " ".join(sorted(set(words)))


def _figures(study: Study, unit: str, cited: set[Any], years: tuple[int, int]) -> pd.DataFrame:
    series = study.package.tables["series"]
    series = series.assign(evidence_id=[SERIES + str(name) for name in series["measure"]])
    own = series[(series[study.panel.unit] == unit) & series["evidence_id"].isin(cited)]
    off = (years[0] - own["year"]).clip(lower=0) + (own["year"] - years[1]).clip(lower=0)
    near = own[off == off.groupby(own["evidence_id"]).transform("min")]
    return near.assign(
        kind="series",
        date=near["year"].astype(str),
        title=[str(name).replace("_", " ") for name in near["measure"]],
        description=near["note"],
        direction=np.nan,
        **dict.fromkeys(("pillar", "theme", "visibility"), ""),
    )


def _with_sources(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Put beside each row its source, and the source's address where the row has none of its own."""
    sources = study.package.tables["sources"].rename(columns=_SOURCE)
    wanted = ["source_id", "author", "source_year", "source_title", "container", "archive_ref", "source_url"]
    merged = rows.merge(sources[wanted], on="source_id", how="left", validate="many_to_one")
    return merged.assign(url=merged["url"].where(merged["url"] != "", merged["source_url"]))
