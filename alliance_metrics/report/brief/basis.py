"""The sections of a brief on what it rests on: the method, the coders and their evidence, citations due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from alliance_metrics.report.brief.answer import given
from alliance_metrics.report.brief.cells import EMPTY, record_cell
from alliance_metrics.report.brief.parts import PageTable, Section
from alliance_metrics.report.brief.tables import BriefTables


def method(tables: BriefTables) -> Section:
    """Say in a few lines how the numbers are computed.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        Lines of text.
    """
    record = tables.record
    lines = [
        Markup("Coders read evidence and give each indicator, year by year, one of the levels described in the "
               "codebook, with the lowest and highest defensible level; coders are combined by their {}.").format(
            _of(record, "coding", "combine")),
        Markup("Levels become scores of {} by the method '{}'; weights are '{}'.").format(
            given("0 to 100"), _mean(record, "normalisation"), _mean(record, "weighting")),
        Markup("Indicators are combined into dimensions ({}), dimensions into pillars ({}), and pillars into the "
               "index ({}).").format(
            *(_mean(record, name) for name in ("within_dimension", "within_pillar", "across_pillars"))),
        Markup("A component is scored where at least {} of its weight is coded; missing cells are treated by the "
               "method '{}'.").format(
            _of(record, "index", "availability_min", form="percent"), _of(record, "treatment", "method")),
        Markup("Everything is recomputed in {} draws (seed {}) that vary what is uncertain: {}.").format(
            _of(record, "uncertainty", "draws", form="whole"), record_cell(record, "seed", form="whole"),
            _inputs(record)),
        Markup("Intervals hold the middle {} of the draws. Shares of draws, and the words for them, reflect "
               "uncertainty in codings and weights; they cannot show what all coders missed together.").format(
            _of(record, "uncertainty", "level", form="percent")),
        Markup("The year most like another is the nearest one by its indicators; a break is a step in the mean, tested "
               "against series without one that are equally autocorrelated; claims were declared before testing."),
        Markup("The software's docs/methods gives every formula with its source and its function."),
    ]  # fmt: skip
    return Section("Method", words=tuple(lines))


def _of(record: Mapping[str, Any], *keys: str, form: str = "name") -> Markup:
    return record_cell(record, "config", *keys, form=form)


def _mean(record: Mapping[str, Any], name: str) -> Markup:
    chosen = ((record.get("config") or {}).get("index") or {}).get(name)
    return _of(record, "index", name, "method") if isinstance(chosen, Mapping) else _of(record, "index", name)


def _inputs(record: Mapping[str, Any]) -> Markup:
    inputs = ((record.get("config") or {}).get("uncertainty") or {}).get("inputs") or []
    names = [_of(record, "uncertainty", "inputs", str(place), "input", form="input") for place in range(len(inputs))]
    return Markup(", ").join(names) or Markup("nothing")


def coding(tables: BriefTables) -> Section:
    """Say who coded, on what evidence, and how far coders agree.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        A table of cells, the coders, and their agreement.
    """
    record, cells = tables.record, tables.own("score.cells")
    kinds = list(dict.fromkeys(cells.frame["rests_on"]))
    rows = []
    for coder in dict.fromkeys(cells.frame["coder"]):
        own = cells.where(coder=coder)
        first = next(iter(own))
        counts = [own.one(rests_on=kind) for kind in kinds]
        cells_of = [row.cell("cells", "whole") if row else Markup("none") for row in counts]
        rows.append((*first.cells("coder:text", "coder_kind:name"), *cells_of))
    firsts = [cells.one(rests_on=kind) for kind in kinds]
    head = ("coder", "type", *(row.cell("rests_on", "text") if row else EMPTY for row in firsts))
    caption = Markup("Coded cells of this record by basis: evidence read at its source or in a copy (verified), "
                     "recalled from the literature (literature), or only a note")  # fmt: skip
    words = [
        Markup("{}: {}.").format(record_cell(record, "coders", str(k), "coder"),
                                 record_cell(record, "coders", str(k), "description"))
        for k in range(len(record.get("coders") or []))
    ]  # fmt: skip
    words += _agreement(tables)
    words.append(Markup("Codings are research inputs, not expert consensus: coders of one kind may share an error that "
                        "no interval shows."))  # fmt: skip
    table = (PageTable(head, tuple(rows), caption, texts=(1,)),) if rows else ()
    return Section("Who coded it, and on what evidence", words=(Markup(" ").join(words),), tables=table)


def _agreement(tables: BriefTables) -> list[Markup]:
    if not tables.has("reliability"):
        return [Markup("Their agreement is not saved here; <code>reliability</code> measures it.")]
    row = tables.own("reliability.alpha").known("estimate").one(scope="overall")
    if row is None:
        return []
    text = (
        "On this record Krippendorff's alpha is {estimate:hundredths} {}; coders gave the same level in "
        "{agreement:percent} of the cells."
    )
    return [row.fill(text, row.between("hundredths"))]


def citations(tables: BriefTables) -> Section:
    """Say what is to be cited.

    Parameters
    ----------
    tables
        The saved tables.

    Returns
    -------
    Section
        Data and software; where the works of evidence are listed.
    """
    record = tables.record
    data = record.get("data") or {}
    lines = [
        Markup("Data: {}, version {}.").format(
            record_cell(record, "data", "title" if data.get("title") else "name"),
            record_cell(record, "data", "version"),
        )
    ]
    licences = data.get("licenses") or []
    named = [
        Markup(", ").join(
            record_cell(record, "data", "licenses", str(k), part) for part in ("title", "path") if one.get(part)
        )
        for k, one in enumerate(licences)
    ]
    if named:
        lines.append(Markup("Licence of the data: {}.").format(Markup("; ").join(named)))
    version = record_cell(record, "versions", "alliance-metrics")
    lines.append(Markup("Software: alliance_metrics {}; CITATION.cff says how it is cited.").format(version))
    lines.append(
        Markup("The tables of a result do not name the works the evidence comes from: <code>cite {}</code> lists "
               "every one, with the licences to state.").format(record_cell(record, "name"))
    )  # fmt: skip
    return Section("What to cite", words=tuple(lines))
