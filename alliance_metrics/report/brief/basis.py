"""The sections of a brief on what it rests on: the method, the coders and their evidence, citations due."""

from __future__ import annotations

from markupsafe import Markup

from alliance_metrics.report.brief.answer import given
from alliance_metrics.report.brief.cells import EMPTY, record_cell
from alliance_metrics.report.brief.parts import PageTable, Section, template
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
    uncertain = (tables.record.get("config") or {}).get("uncertainty") or {}
    inputs = len(uncertain.get("inputs") or [])
    return Section(words=_lines("method.html", tables, scale=given("0 to 100"), inputs=inputs))


def _lines(name: str, tables: BriefTables, **values: object) -> tuple[Markup, ...]:
    """Fill a template of one sentence a line with entries of the record."""

    def entry(way: str, form: str = "text") -> Markup:
        return record_cell(tables.record, *way.split("/"), form=form)

    def config(way: str, form: str = "name") -> Markup:
        return entry(f"config/{way}", form)

    text = template(name).render(entry=entry, config=config, **values)
    return tuple(Markup(line) for line in text.splitlines())  # noqa: S704 - the template escapes what it fills in


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
    words = _lines("coders.html", tables, coders=len(record.get("coders") or []), agreement=_agreement(tables))
    table = (PageTable(head, tuple(rows), caption, texts=(1,)),) if rows else ()
    return Section(words=(Markup(" ").join(words),), tables=table)


def _agreement(tables: BriefTables) -> Markup:
    if not tables.has("reliability"):
        return Markup("Their agreement is not saved here; <code>reliability</code> measures it.")
    row = tables.own("reliability.alpha").known("estimate").one(scope="overall")
    if row is None:
        return EMPTY
    text = (
        "On this record Krippendorff's alpha is {estimate:hundredths} {}; coders gave the same level in "
        "{agreement:percent} of the cells."
    )
    return row.fill(text, row.between("hundredths"))


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
    data = tables.record.get("data") or {}
    licences = [
        [f"data/licenses/{k}/{part}" for part in ("title", "path") if one.get(part)]
        for k, one in enumerate(data.get("licenses") or [])
    ]
    return Section(words=_lines("citations.html", tables, data={"title": data.get("title")}, licences=licences))
