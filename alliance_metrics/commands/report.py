"""The command that writes a brief: read a result, make the page, write it, one report."""

from __future__ import annotations

import argparse
from pathlib import Path

from alliance_metrics.commands.analyses import DONE, Commands
from alliance_metrics.commands.console import emit, tell


def add_brief(commands: Commands[argparse.ArgumentParser]) -> None:
    """Describe the command that writes a brief.

    Parameters
    ----------
    commands
        Where commands are added.
    """
    brief = commands.add_parser("brief", help="write a brief of one pair of states from the tables of a result")
    brief.add_argument("results", metavar="RESULTS", help="folder that `score` wrote, such as results/baseline")
    brief.add_argument("--dyad", metavar="DYAD", help="id of the dyad (default: that whose record ends last)")
    brief.add_argument(
        "--years", type=_years, metavar="FIRST-LAST", help="years shown; they pick the era (default: the latest era)"
    )
    brief.add_argument("--out", metavar="FILE", help="the HTML file (default: RESULTS_brief_DYAD-YEARS.html)")
    brief.add_argument(
        "--tables",
        metavar="DIR",
        help="write figures and tables alone into this folder; a page too where --out is given",
    )
    brief.set_defaults(handler=_brief)


def _years(text: str) -> tuple[int, int]:
    first, between, last = text.partition("-")
    years = int(first), int(last if between else first)
    if years[0] > years[1]:
        raise argparse.ArgumentTypeError(f"the first year lies after the last: {text}")
    return years


def _brief(options: argparse.Namespace) -> int:
    from alliance_metrics.report.brief.files import check_folder, default_page, save_brief_tables
    from alliance_metrics.report.brief.page import MARK, make_brief
    from alliance_metrics.report.brief.tables import read_brief_tables
    from alliance_metrics.report.charts.style import USUAL_WIDTH, chosen_style
    from alliance_metrics.results.pages import check_page_replaceable, write_page

    source = Path(options.results)
    tell("reading")
    tables = read_brief_tables(source, dyad=options.dyad, years=options.years)
    target = Path(options.out) if options.out is not None else default_page(source, tables.subject)
    if options.tables is None or options.out is not None:
        check_page_replaceable(target, mark=str(MARK))
    if options.tables is not None:
        check_folder(Path(options.tables))
    tell("drawing")
    brief = make_brief(tables, chosen_style("contrast", width=USUAL_WIDTH))
    lines = [*tables.skipped]
    if brief.left_out:
        lines.append(f"Left out because tables are missing: {', '.join(brief.left_out)}.")
    if options.tables is not None:
        folder, count = save_brief_tables(tables, brief, Path(options.tables))
        lines.append(f"{count} files in {folder}: figures as PNG and SVG, tables as CSV.")
    if options.tables is None or options.out is not None:
        write_page(target, brief.page)
        lines.append(f"Brief: {target} ({len(brief.page.encode()) / 1000:.0f} kB).")
    tell("")
    emit("\n".join(lines))
    return DONE


def add_charts(commands: Commands[argparse.ArgumentParser]) -> None:
    """Describe the command that draws.

    Parameters
    ----------
    commands
        Where commands are added.
    """
    charts = commands.add_parser("charts", help="draw every chart of a result from its saved tables")
    charts.add_argument("results", metavar="RESULTS", help="folder that `score` wrote, such as results/baseline")
    charts.add_argument("--out", metavar="DIR", help="folder for the charts (default: RESULTS/charts)")
    charts.add_argument("--only", default="", metavar="LIST", help="names of charts, comma separated (default: all)")
    charts.add_argument("--width", type=int, default=720, metavar="N", help="width in pixels, 480-2000 (default: 720)")
    charts.add_argument(
        "--palette",
        default="contrast",
        metavar="NAME",
        help="contrast (default), okabe-ito or grey; all read in grey and to the colour-blind",
    )
    charts.add_argument(
        "--format", default="png,svg", metavar="LIST", help="any of png,svg,pdf, comma separated (default: png,svg)"
    )
    charts.set_defaults(handler=_charts)


def _charts(options: argparse.Namespace) -> int:
    from alliance_metrics.report.charts.catalogue import chosen_charts, draw_charts
    from alliance_metrics.report.charts.files import CHARTS, INDEX, check_chart_formats, save_charts
    from alliance_metrics.report.charts.style import chosen_style
    from alliance_metrics.report.charts.tables import read_tables
    from alliance_metrics.results.files import check_replaceable

    style = chosen_style(options.palette, width=options.width)
    formats, only = check_chart_formats(_words(options.format)), _words(options.only)
    chosen_charts(only)
    source = Path(options.results)
    target = Path(options.out) if options.out is not None else source / CHARTS
    check_replaceable(target, kind=CHARTS)
    tell("reading")
    tables = read_tables(source)
    tell("drawing")
    drawn = draw_charts(tables, style, only=only)
    record = {**tables.origin, "palette": options.palette, "width": options.width, "only": list(only)}
    save_charts(
        drawn.pictures, target, formats=formats, record=record, progress=lambda share: tell(f"rendering {share:.0%}")
    )
    tell("")
    lines = [*tables.passed_over, *drawn.skipped]
    count = "1 chart" if len(drawn.pictures) == 1 else f"{len(drawn.pictures)} charts"
    place = f"{count} in {target} ({', '.join(formats)}; {INDEX} has a text for each)."
    emit("\n".join([*lines, place]))
    return DONE


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
