"""How drawings are put together: one over another, side by side, and into the frame of title, subtitle and source.

Single views are made by the drawing library; they are put together here, as plain specifications, because the library
copies every view anew each time it becomes part of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from alliance_metrics.report.charts.style import INK, MUTED, SMALL, SUBTITLE, TEXT, TITLE, Style, romanised, wrapped

Drawing = dict[str, Any]
"""A specification: views in layers, or several such side by side. ``datasets`` holds the rows, by a digest of them."""
LEFT, RIGHT = 34, 20
"""Room for the labels of the axis at the left of a picture, and for what juts out at its right, in pixels."""
_MOST_IN_ROW, _SQUARE = 3, 4
_OVER = 17  # pixels from a drawing up to its title: a label of its highest point has room between


@dataclass(frozen=True)
class Picture:
    """One picture with the words that go with it.

    Parameters
    ----------
    name
        Name of its files, without ending.
    title, subtitle
        What it is about; what is drawn, in what unit.
    alt
        What it shows, for those who cannot see it.
    spec
        The whole picture as a Vega-Lite specification.
    """

    name: str
    title: str
    subtitle: str
    alt: str
    spec: dict[str, Any]


def layered(views: Iterable[alt.Chart | Drawing], *, width: int, height: int) -> Drawing:
    """Put views over one another, the first at the bottom.

    Parameters
    ----------
    views
        The views.
    width, height
        Size of the drawing, in pixels.

    Returns
    -------
    Drawing
        The layers.
    """
    plain = [view if isinstance(view, dict) else view.to_dict(validate=False) for view in views]
    return _together("layer", plain, width=width, height=height)


def side_by_side(panels: Iterable[Drawing], *, columns: int, gap: int = 18, shared: Sequence[str] = ()) -> Drawing:
    """Place drawings in rows.

    Parameters
    ----------
    panels
        The drawings.
    columns
        Number of drawings in a row.
    gap
        Room between them, in pixels.
    shared
        Axes that have one scale in all of them, where no drawing states its own.

    Returns
    -------
    Drawing
        All of them. Legends that are alike stand once, on top.
    """
    resolve = {"scale": dict.fromkeys(shared, "shared")}
    return _together("concat", list(panels), columns=columns, spacing=gap, resolve=resolve)


def _together(how: str, parts: list[Drawing], **further: Any) -> Drawing:  # noqa: ANN401 - settings of the library
    datasets = {name: rows for part in parts for name, rows in part.get("datasets", {}).items()}
    left_out = {"datasets", "config", "$schema"}
    bare = [{name: value for name, value in part.items() if name not in left_out} for part in parts]
    return {how: bare, **further, "datasets": datasets}


def titled(panel: Drawing, text: str, *, over: int = _OVER) -> Drawing:
    """Write the title of one drawing among several over it, at one height in all of them.

    Parameters
    ----------
    panel
        The drawing, in layers.
    text
        The title.
    over
        Room between the two, in pixels.

    Returns
    -------
    Drawing
        The drawing with its title.
    """
    letters: dict[str, Any] = {"fontSize": TEXT + 0.5, "fontWeight": "bold", "color": INK}
    place: dict[str, Any] = {"x": 0, "y": -over, "align": "left", "baseline": "bottom"}
    head = alt.Chart({"values": [{}]}).mark_text(text=romanised(text), **letters, **place)
    return layered([panel, head], width=panel["width"], height=panel["height"])


def columns_for(count: int, *, most: int = _MOST_IN_ROW) -> int:
    """Say how many of some drawings stand in a row.

    Parameters
    ----------
    count
        Number of drawings.
    most
        How many have room.

    Returns
    -------
    int
        No more than have room; two of four, so that no row has one alone.

    Examples
    --------
    >>> [columns_for(count) for count in (1, 2, 3, 4, 6)]
    [1, 2, 3, 2, 3]
    """
    return min(2, most) if count == _SQUARE else max(1, min(most, count))


def panel_width(style: Style, *, columns: int, gap: int = 18, left: int = LEFT, right: int = RIGHT) -> int:
    """Say how wide one of several drawings in a row may be.

    Parameters
    ----------
    style
        The style.
    columns
        Number of drawings in a row.
    gap
        Room between them, in pixels.
    left, right
        Room at the left and right of the picture, in pixels.

    Returns
    -------
    int
        Pixels.
    """
    return max(60, int((style.width - left - right - gap * (columns - 1)) / columns))


def picture(body: Drawing, *, name: Sequence[str], words: Sequence[str], source: str, style: Style) -> Picture:
    """Put a drawing into its frame.

    Parameters
    ----------
    body
        The drawing.
    name
        Parts of the name: of the chart, and of what it is about.
    words
        Title, subtitle and the text for those who cannot see it.
    source
        The source line.
    style
        The style.

    Returns
    -------
    Picture
        The picture.
    """
    title, subtitle, told = (romanised(text) for text in words)
    foot = {
        "text": wrapped(source, width=style.width, size=SMALL),
        "orient": "bottom",
        "anchor": "start",
        "fontSize": SMALL,
        "fontWeight": "normal",
        "color": MUTED,
        "offset": 12,
    }
    head = {
        "text": wrapped(title, width=style.width, size=1.12 * TITLE),
        "subtitle": wrapped(subtitle, width=style.width, size=SUBTITLE),
        "anchor": "start",
        "fontSize": TITLE,
        "subtitleFontSize": SUBTITLE,
        "subtitlePadding": 5,
        "offset": 14,
    }
    inner = _together("vconcat", [body], title=foot)
    padding = {"left": 14, "right": 14, "top": 12, "bottom": 10}
    spec = {"$schema": alt.SCHEMA_URL, **_together("vconcat", [inner], title=head, padding=padding)}
    file_name = "_".join(_plain(part) for part in name if part)
    return Picture(name=file_name, title=title, subtitle=subtitle, alt=told, spec={**spec, "config": style.theme})


def _plain(part: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", romanised(part)).strip("-") or "unnamed"
