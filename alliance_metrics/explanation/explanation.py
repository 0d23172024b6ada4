"""Why an index moved from one year to another: parts of the change, levels, codings, evidence, sources."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from alliance_metrics.coding.arrays import Array, IntArray
from alliance_metrics.config.model import Config
from alliance_metrics.errors import ConfigError, Fault, ScoringError, listed, nearest
from alliance_metrics.explanation.change_tables import level_table, part_table, summary_table
from alliance_metrics.explanation.drawn_change import change_nodes, drawn_ends, drawn_parts, is_additive
from alliance_metrics.explanation.sources import coding_table, event_table, evidence_table
from alliance_metrics.index.change import ChangeParts, change_parts
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.results.collected import Skipped
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
    ``evidence`` what they cite, with source and status; ``events`` the dyad's other events of these years; ``not_done``
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
