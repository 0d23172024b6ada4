"""The scoreboard of claims: in what share of draws each holds, and the verdict on it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import pandas as pd

from alliance_metrics.report.charts import axes, marks
from alliance_metrics.report.charts.frame import Drawing, Sketch, layered, side_by_side
from alliance_metrics.report.charts.style import HAIR, INK, MUTED, PALE, SMALL, Style, romanised, wrapped
from alliance_metrics.report.charts.tables import SavedTables
from alliance_metrics.results.words import CONCLUSIONS, NEAR_TAUTOLOGY

_VERDICTS = CONCLUSIONS
_SHAPES = ("circle", "triangle-up", "diamond", "triangle-down", "square", "cross")
_LINE, _ROOM, _HEAD = 12, 5, 22  # pixels of a line of a statement, around a claim, and of the name of a row
_HALF = _LINE / 2
_WORDS = 0.66  # share of the width that statements have
_MOST = 42  # claims in a picture
_UNBROKEN = "\u2011"  # a hyphen at which no line is broken
_TAIL = 102  # pixels at the right for surprises


def claims(tables: SavedTables, style: Style) -> Iterator[Sketch]:
    """Draw each claim as a dot: the share of draws in which it holds, its verdict by shape and colour.

    Parameters
    ----------
    tables
        The saved tables.
    style
        The style.

    Yields
    ------
    Sketch
        One a side: the claims of the text, its rivals, and open questions.
    """
    stated = tables.frame("claims.rows").drop_duplicates("row")
    texts = dict(zip(stated["row"].astype(str), stated["text"].astype(str), strict=True))
    for side, part, rows in _parts(tables.frame("claims.claims")):
        counts = rows["verdict"].value_counts()
        counted = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _VERDICTS if verdict in counts)
        surprises = rows[rows["surprise"].fillna("") != ""].to_dict("records")
        listed = "; ".join(f"{row['statement']} ({row['surprise']})" for row in surprises)
        units = ", ".join(dict.fromkeys(str(name) for name in rows[tables.unit]))
        yield Sketch(
            name=("claims", side, part.partition(" of ")[0]),
            title=f"How the claims fare: {side}{part}",
            subtitle="Dot: share of draws in which the claim holds; shape and colour: verdict, which also weighs the "
            "p-value where there is one. Statements are grouped by the passage of the text they stand for",
            alt=f"Dots by claim about {units}: {counted}. {f'Surprises: {listed}.' if listed else 'No surprises.'}",
            body=side_by_side([_board(rows, texts, tables.unit, style)], columns=1),
        )


def _parts(frame: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Take claims apart by side, and long sides into parts that fit on a page, row by row of the text."""
    for side, rows in frame.groupby("side", sort=False):
        order = {name: place for place, name in enumerate(dict.fromkeys(rows["row"]))}
        sorted_rows = rows.iloc[rows["row"].map(order).argsort(kind="stable")]
        count = math.ceil(len(rows) / _MOST)
        size = math.ceil(len(rows) / count)
        for place in range(count):
            part = f", {place + 1} of {count}" if count > 1 else ""
            yield str(side), part, sorted_rows.iloc[place * size : (place + 1) * size]


def _placed(
    rows: pd.DataFrame, texts: Mapping[str, str], unit: str, *, width: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """Lay claims out from the top: each under the name of its row, with as many lines as its statement needs."""
    down, current = 0, ""
    heads: list[dict[str, Any]] = []
    dots: list[dict[str, Any]] = []
    for claim in rows.to_dict("records"):
        if claim["row"] != current:
            current = str(claim["row"])
            text = texts.get(current.split()[0], "") if current else ""
            lines = wrapped(romanised(f"{current}: {text}" if text else current), width=1.3 * width, size=SMALL + 0.5)
            heads.append({"down": down + _HEAD - _HALF, "row": lines})
            down += _HEAD + _LINE * (len(lines) - 1)
        marked = f"; {NEAR_TAUTOLOGY}" if claim.get("near_tautology") is True else ""
        text = f"{claim['statement']} ({f'{claim[unit]}{marked}'.replace('-', _UNBROKEN)})"
        lines = wrapped(romanised(text), width=width, size=SMALL + 0.5)
        high = _LINE * len(lines) + _ROOM
        cells = {str(name): cell for name, cell in claim.items()}
        dots.append({**cells, "down": down + high / 2, "top": down + _HALF + _ROOM / 2, "text": lines})
        down += high
    return heads, dots, down


def _board(rows: pd.DataFrame, texts: Mapping[str, str], unit: str, style: Style) -> Drawing:
    words, palette, ramp = _WORDS * style.width, style.palette, style.palette.ramp
    heads, placed, height = _placed(rows, texts, unit, width=words - 16)
    width = int(style.width - words - _TAIL)
    y = alt.Y("down:Q", axis=None, scale=alt.Scale(domain=[0, height], nice=False, reverse=True))
    axis = alt.Axis(format=".0%", values=[0, 0.5, 1], orient="top", domain=False, grid=True, gridColor=HAIR)
    x = alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=axis)
    colours = [ramp[3], ramp[2], "#FFFFFF", palette.series[-1], palette.series[1], PALE]
    colour = alt.Color("verdict:N", scale=alt.Scale(domain=list(_VERDICTS), range=colours), legend=None)
    legend = alt.Legend(
        title=None, orient="none", direction="horizontal", legendX=-words, legendY=-32, symbolSize=70, columns=0
    )
    shape = alt.Shape("verdict:N", scale=alt.Scale(domain=list(_VERDICTS), range=list(_SHAPES)), legend=legend)
    frame = pd.DataFrame(placed)
    dot = alt.Chart(marks.rows_of(frame, ("share", "verdict", "down"))).mark_point(
        filled=True, stroke=INK, strokeWidth=1, size=62, opacity=1
    )
    left: dict[str, Any] = {"align": "left", "x": -words, "fontSize": SMALL + 0.5}
    left |= {"baseline": "middle", "lineHeight": _LINE}
    names = alt.Chart(marks.inline(heads)).mark_text(**left, fontWeight="bold", color=MUTED)
    statements = alt.Chart(marks.inline([{"top": row["top"], "text": row["text"]} for row in placed]))
    surprises = alt.Chart(marks.rows_of(frame[frame["surprise"].fillna("") != ""], ("surprise", "down"))).mark_text(
        align="left", x=width + 10, fontSize=SMALL, fontWeight="bold", color=palette.inks[1]
    )
    views: list[alt.Chart] = [
        alt.Chart(marks.inline([{"down": row["down"]} for row in placed])).mark_rule(color=PALE).encode(y=y),
        names.encode(y=y, text="row:N"),
        statements.mark_text(**left, color=INK).encode(y=axes.on(y, "top"), text="text:N"),
        dot.encode(x=x, y=y, fill=colour, shape=shape),
        surprises.encode(y=y, text="surprise:N"),
    ]
    return layered(views, width=width, height=height)
