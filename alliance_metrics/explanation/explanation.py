"""Why an index moved from one year to another: parts of the change, levels, codings, evidence, sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.coding.evidence import SERIES
from alliance_metrics.config.model import Config
from alliance_metrics.errors import ConfigError, Fault, ScoringError, listed, nearest
from alliance_metrics.explanation.change_tables import level_table, part_table, summary_table
from alliance_metrics.explanation.drawn_change import change_nodes, drawn_ends, drawn_parts, is_additive
from alliance_metrics.index.change import ChangeParts, change_parts
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tables import declared_columns, rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.score import record_of
from alliance_metrics.study.study import Study, open_study
from alliance_metrics.uncertainty.draws import start_run
from alliance_metrics.uncertainty.run import Run


class Explanation(TidyResult):
    """Why an index moved from one year to another.

    ``summary`` has every component before and after, with intervals of both and of the change and the share of draws in
    which it rose or fell; ``parts`` what each makes up of the change of the index, in points, so that every tier sums
    to it, coverage (children missing in one of the years) apart; ``levels`` the indicators that moved or are in doubt,
    on the codebook's scale and in its words; ``codings`` what each coder gave, cited and noted in both years;
    ``evidence`` what they cite, with source and status; ``events`` the dyad's other events of these years; ``skipped``
    what could not be worked out.
    """

    KIND: ClassVar[str] = "explanation"


def explain(
    dyad: str,
    year: int,
    since: int | None = None,
    *,
    config: str | Path | Config = "baseline",
    data: str | Path | None = None,
    seed: int | None = None,
    draws: int | None = None,
) -> Explanation:
    """Explain why the index of a dyad moved.

    Parameters
    ----------
    dyad
        Its id.
    year
        The later year.
    since
        The earlier year; the latest one before in the same era that has a score where absent.
    config, data, seed, draws
        As in `score`.

    Returns
    -------
    Explanation
        Parts of the change, levels, codings, evidence.

    Raises
    ------
    ConfigError, DataError
        Where configuration or data are not as declared, or the dyad or a year is not among them.

    Examples
    --------
    >>> found = explain("PRC-USSR", 1960, draws=100)
    >>> index = found.to_frame("summary").iloc[0]
    >>> bool(index["change"] < 0)
    True
    >>> sums = found.to_frame("parts").groupby("tier")["estimate"].sum()
    >>> bool(np.allclose(sums, index["change"]))
    True
    """
    return explain_study(open_study(config, data=data, seed=seed, draws=draws), dyad, year, since=since)


def explain_study(
    study: Study, dyad: str, year: int, *, since: int | None = None, run: Run | None = None
) -> Explanation:
    """Explain why the index of a dyad of a study moved.

    Parameters
    ----------
    study
        As `open_study` gives it.
    dyad, year, since
        As in `explain`.
    run
        The study's run, where many changes are explained and what holds in each draw is to be realised once.

    Returns
    -------
    Explanation
        As `explain` gives it.

    Raises
    ------
    ConfigError
        Where the dyad or a year is not in the study.
    """
    units = asked_units(study, dyad, year, since=since)
    dyad = str(study.panel.units[study.panel.unit].iloc[units[1]])
    started = start_run(study.plan, study.config.to_uncertainty()) if run is None else run
    drawn = drawn_ends(started, units)
    nominal = nominal_scores(study.plan)[:, units]
    years = study.panel.units["year"].to_numpy()[units].tolist()
    skipped = Skipped()
    skipped.extend([] if since is not None else _passed_over(years[0], years[1]))
    codings = coding_table(study, dyad, (years[0], years[1]))
    tables = {
        "summary": summary_table(study, units, nominal, drawn=drawn),
        "parts": part_table(study, units, _parts_of(started, nominal, drawn, skipped)),
        "levels": level_table(study, units, nominal, drawn=drawn),
        "codings": codings,
        "evidence": evidence_table(study, dyad, codings),
        "events": event_table(study, dyad, codings, years=(years[0], years[1])),
        "skipped": skipped.rows,
    }
    asked = {"unit": dyad, "year": years[1], "since": years[0]}
    how = {"draws": started.uncertainty.draws, "additive": is_additive(study.plan)}
    record = {**record_of(study), "asked": asked, **how}
    return Explanation(tables, key=study.panel.unit, record=record)


def asked_units(study: Study, dyad: str, year: int, *, since: int | None = None) -> IntArray:
    """Find the two dyad-years that are asked about.

    Parameters
    ----------
    study
        The study.
    dyad, year, since
        As in `explain`.

    Returns
    -------
    ndarray of int, shape (2,)
        Places of the earlier and the later one among the units of the panel.

    Raises
    ------
    ConfigError
        Where the dyad or a year is not in the study, or there is no earlier year.
    """
    units, key = study.panel.units, study.panel.unit
    names = list(dict.fromkeys(map(str, units[key])))
    dyad = study.names.unit(dyad, year)
    if dyad not in names:
        folded = {name.casefold(): name for name in names}
        close = nearest(dyad.casefold(), folded)
        for low, name in folded.items():
            close = close.replace(f"'{low}'", f"'{name}'")
        raise _refused(f"unknown {key}", f"'{dyad}'{close}", listed(names, limit=40), "correct the name")
    own = units[units[key] == dyad]
    coded = listed(f"{group['year'].min()}-{group['year'].max()}" for _, group in own.groupby("era", sort=False))
    asked = [year] if since is None else [since, year]
    unknown = [one for one in asked if one not in set(own["year"])]
    if unknown:
        raise _refused(f"no such year of '{dyad}'", listed(unknown), f"years coded: {coded}", "correct the year")
    if since is not None and since >= year:
        what, found = "the later year does not come after the earlier", f"{since}, {year}"
        raise _refused(what, found, "the earlier year, then the later", "exchange them, or name another")
    later = int(own.index[own["year"] == year][0])
    if since is not None:
        return np.array([own.index[own["year"] == since][0], later], dtype=np.intp)
    scored = study.plan.usable[-1][own.index]
    earlier = own[(own["era"] == units["era"][later]) & (own["year"] < year) & scored]
    if earlier.empty:
        what = "no earlier year of the same era has a score to compare with"
        raise _refused(what, f"{dyad} {year}", f"a later one of the years coded: {coded}", "or name both years")
    return np.array([earlier["year"].idxmax(), later], dtype=np.intp)


def _refused(what: str, found: str, allowed: str, remedy: str) -> ConfigError:
    return ConfigError([Fault("explain", what, found, allowed, remedy)])


def _passed_over(since: int, year: int) -> list[tuple[str, str]]:
    """Say why a year before the later one is not what it is compared with."""
    why = f"the index has no score in that year; {since} is the latest one before that has"
    return [(f"comparison with {one}", why) for one in range(since + 1, year)]


def _parts_of(run: Run, nominal: Array, drawn: Array, skipped: Skipped) -> tuple[ChangeParts, ChangeParts] | None:
    """Share out the change, nominally and in the draws; nothing where it has no parts."""
    if np.isnan(nominal[-1]).any():
        skipped.skip("parts", "the index has no score in one of the years: too little is coded")
        return None
    try:
        found = change_parts(change_nodes(run.plan), nominal[:, :1], nominal[:, 1:])
    except ScoringError as cause:
        skipped.skip("parts", str(cause))
        return None
    try:
        return found, drawn_parts(run, drawn)[0]
    except ScoringError as cause:
        skipped.skip("intervals of parts", str(cause))
        nothing = np.full_like(found.component, np.nan)
        return found, ChangeParts(nothing, nothing)


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
    kept = declared_columns("explanation", "codings", key=study.panel.unit, present=ordered.columns)
    return ordered[kept].reset_index(drop=True)


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
        description=_with_breaks(near, study.package.tables["series_breaks"]),
        direction=np.nan,
        **dict.fromkeys(("pillar", "theme", "visibility"), ""),
    )


def _with_breaks(figures: pd.DataFrame, breaks: pd.DataFrame) -> list[str]:
    """Give the notes of figures; those that follow a declared break of their series say so."""
    notes = []
    for row in rows_of(figures[["dyad", "year", "measure", "note"]]):
        own = breaks[(breaks["measure"] == row["measure"]) & breaks["unit"].isin(["", row["dyad"]])]
        said = [f"series broken in {one['year']}: {one['note']}" for one in rows_of(own[own["year"] <= row["year"]])]
        notes.append("; ".join(part for part in (row["note"], *said) if part))
    return notes


def _with_sources(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Put beside each row its source, and the source's address where the row has none of its own."""
    sources = study.package.tables["sources"].rename(columns=_SOURCE)
    wanted = ["source_id", "author", "source_year", "source_title", "container", "archive_ref", "source_url"]
    merged = rows.merge(sources[wanted], on="source_id", how="left", validate="many_to_one")
    return merged.assign(url=merged["url"].where(merged["url"] != "", merged["source_url"]))
