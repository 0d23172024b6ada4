"""The command that draws: read a result, draw, write, one report."""

from __future__ import annotations

import argparse
from pathlib import Path

from alliance_metrics.analysis_commands import DONE, Commands
from alliance_metrics.console import emit, tell


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
    from alliance_metrics.report.chart_files import CHARTS, INDEX, check_chart_formats, save_charts
    from alliance_metrics.report.chart_style import chosen_style
    from alliance_metrics.report.chart_tables import read_tables
    from alliance_metrics.report.charts import chosen_charts, draw_charts
    from alliance_metrics.result_files import check_replaceable

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
    lines = [*tables.passed_over, *drawn.told]
    count = "1 chart" if len(drawn.pictures) == 1 else f"{len(drawn.pictures)} charts"
    place = f"{count} in {target} ({', '.join(formats)}; {INDEX} has a text for each)."
    emit("\n".join([*lines, place]))
    return DONE


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
