"""The command that writes a brief: read a result, make the page, write it, one report."""

from __future__ import annotations

import argparse
from pathlib import Path

from alliance_metrics.analysis_commands import DONE, Commands
from alliance_metrics.console import emit, tell


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
    first, _, last = text.partition("-")
    years = int(first), int(last or first)
    if years[0] > years[1]:
        raise argparse.ArgumentTypeError(f"the first year lies after the last: {text}")
    return years


def _brief(options: argparse.Namespace) -> int:
    from alliance_metrics.page_files import check_page_replaceable, write_page
    from alliance_metrics.report.brief import MARK, make_brief
    from alliance_metrics.report.brief_files import check_folder, default_page, save_brief_tables
    from alliance_metrics.report.brief_tables import read_brief_tables
    from alliance_metrics.report.chart_style import USUAL_WIDTH, chosen_style

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
    lines = [*tables.passed_over]
    if brief.left_out:
        lines.append(f"Left out for want of tables: {', '.join(brief.left_out)}.")
    if options.tables is not None:
        folder, count = save_brief_tables(tables, brief, Path(options.tables))
        lines.append(f"{count} files in {folder}: figures as PNG and SVG, tables as CSV.")
    if options.tables is None or options.out is not None:
        write_page(target, brief.page)
        lines.append(f"Brief: {target} ({len(brief.page.encode()) / 1000:.0f} kB).")
    tell("")
    emit("\n".join(lines))
    return DONE
