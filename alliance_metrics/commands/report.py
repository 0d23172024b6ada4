"""The commands that show a result: read or make its tables, draw or write, report in a line or two."""

from __future__ import annotations

import argparse
from pathlib import Path

from alliance_metrics.commands.console import emit, show_progress
from alliance_metrics.commands.options import DONE, open_named_study, split_words, target_of
from alliance_metrics.errors import counted


def brief(options: argparse.Namespace) -> int:
    """Write a brief of one pair of states from the tables of a result.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    from alliance_metrics.report.brief.files import check_folder, default_page, save_brief_tables
    from alliance_metrics.report.brief.page import MARK, make_brief
    from alliance_metrics.report.brief.tables import read_brief_tables
    from alliance_metrics.report.charts.style import USUAL_WIDTH, chosen_style
    from alliance_metrics.results.pages import check_page_replaceable, write_page

    source, with_page = Path(options.results), options.tables is None or options.out is not None
    show_progress("reading")
    tables = read_brief_tables(source, dyad=options.dyad, years=options.years)
    target = target_of(options, default_page(source, tables.subject))
    if with_page:
        check_page_replaceable(target, mark=str(MARK))
    if options.tables is not None:
        check_folder(Path(options.tables))
    show_progress("drawing")
    brief = make_brief(tables, chosen_style("contrast", width=USUAL_WIDTH))
    lines = [*tables.skipped]
    if brief.left_out:
        lines.append(f"Left out because tables are missing: {', '.join(brief.left_out)}.")
    if options.tables is not None:
        folder, count = save_brief_tables(tables, brief, Path(options.tables))
        lines.append(f"{count} files in {folder}: figures as PNG and SVG, tables as CSV.")
    if with_page:
        write_page(target, brief.page)
        lines.append(f"Brief: {target} ({len(brief.page.encode()) / 1000:.0f} kB).")
    emit("\n".join(lines))
    return DONE


def place(options: argparse.Namespace) -> int:
    """Place a year among the years of reference pairs.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    from alliance_metrics.history.ladder.analysis import KIND, place_study, placed_row
    from alliance_metrics.report.shown import shown
    from alliance_metrics.report.text.analysis import render_tables
    from alliance_metrics.report.text.ladder import render_ladder
    from alliance_metrics.results.files import check_replaceable

    study = open_named_study(options)
    placed_row(study, options.dyad, options.year)
    target = None if options.out is None else Path(options.out)
    if target is not None:
        check_replaceable(target, kind=KIND)
    show_progress("placing")
    result = place_study(study, options.dyad, options.year)
    if target is not None:
        result.save(target)
    saved = "" if target is None else f"\n\nResult: {target} (ladder.csv, skipped.csv)."
    emit(render_tables(result) if options.json else f"{render_ladder(shown(result))}{saved}")
    return DONE


def charts(options: argparse.Namespace) -> int:
    """Draw every chart of a result from its saved tables.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    from alliance_metrics.report.charts.catalogue import chosen_charts, draw_charts
    from alliance_metrics.report.charts.files import CHARTS, INDEX, check_chart_formats, save_charts
    from alliance_metrics.report.charts.style import chosen_style
    from alliance_metrics.report.charts.tables import read_tables
    from alliance_metrics.results.files import check_replaceable

    style = chosen_style(options.palette, width=options.width)
    formats, only = check_chart_formats(split_words(options.format)), split_words(options.only)
    chosen_charts(only)
    source = Path(options.results)
    target = target_of(options, source / CHARTS)
    check_replaceable(target, kind=CHARTS)
    show_progress("reading")
    tables = read_tables(source)
    show_progress("drawing")
    drawn = draw_charts(tables, style, only=only)
    record = {**tables.origin, "palette": options.palette, "width": options.width, "only": list(only)}

    def progress(share: float) -> None:
        show_progress(f"rendering {share:.0%}")

    save_charts(drawn.pictures, target, formats=formats, record=record, progress=progress)
    place = f"{counted(len(drawn.pictures), 'chart')} in {target} ({', '.join(formats)}; {INDEX} has a text for each)."
    emit("\n".join([*tables.skipped, *drawn.skipped, place]))
    return DONE


def explain(options: argparse.Namespace) -> int:
    """Explain why the index of a dyad moved, down to codings and sources.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    from alliance_metrics.explanation.explanation import Explanation, asked_units, explain_study
    from alliance_metrics.report.shown import shown
    from alliance_metrics.report.text.analysis import render_tables
    from alliance_metrics.report.text.explanation import render_explanation
    from alliance_metrics.results.files import check_replaceable

    study = open_named_study(options)
    year, since = (options.year, None) if options.later is None else (options.later, options.year)
    asked_units(study, options.dyad, year, since=since)
    target = None if options.out is None else Path(options.out)
    if target is not None:
        check_replaceable(target, kind=Explanation.KIND)
    show_progress("explaining")
    result = explain_study(study, options.dyad, year, since=since)
    place = ""
    if target is not None:
        result.save(target)
        place = f"\n\nResult: {target} (summary.csv, parts.csv, levels.csv, codings.csv, evidence.csv and others)."
    emit(render_tables(result) if options.json else f"{render_explanation(shown(result))}{place}")
    return DONE


_MEGABYTE = 1e6


def explorer(options: argparse.Namespace) -> int:
    """Write a page on which readers try their own weights, offline.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    from alliance_metrics.explorer.data import explorer_data
    from alliance_metrics.explorer.page import MARK, render_explorer
    from alliance_metrics.explorer.reading import open_saved, saved_folder
    from alliance_metrics.results.pages import check_page_replaceable, write_page

    folder, card = saved_folder(options.config), None
    if folder is None:
        study = open_named_study(options)
        usual = Path("results") / f"{study.config.name}_explorer.html"
    else:
        show_progress("reading and checking")
        study, card = open_saved(folder, data=options.data, seed=options.seed, draws=options.draws)
        usual = folder.parent / f"{folder.name}_explorer.html"
    target = target_of(options, usual)
    check_page_replaceable(target, mark=MARK)
    show_progress("drawing")
    text = render_explorer(explorer_data(study, card=card))
    write_page(target, text)
    emit(f"{target}: {len(text.encode('utf-8')) / _MEGABYTE:.1f} MB, one page, opens without a network.")
    return DONE
