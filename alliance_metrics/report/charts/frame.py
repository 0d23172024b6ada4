"""How drawings are put together: one over another, as small multiples, and into a frame of title, subtitle and source.

Single views are made by the drawing library; they are put together here, as plain specifications, because the library
copies every view anew each time it becomes part of another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import altair as alt

from alliance_metrics.report.charts.style import INK, MUTED, SMALL, SUBTITLE, TEXT, TITLE, Style, romanised, wrapped

#: A specification: views in layers, or several such side by side. ``datasets`` holds the rows, by a digest of them.
Drawing = dict[str, Any]
#: Room for the labels of the axis at the left of a picture, and for what juts out at its right, in pixels.
LEFT, RIGHT = 34, 20
_MOST_IN_ROW, _SQUARE = 3, 4
_OVER = 17  # pixels from a drawing up to its title: a label of its highest point has room between
_GAP = 18  # pixels between drawings
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Sketch:
    """A drawing and the words that go with it, before they are framed.

    Parameters
    ----------
    name
        Parts of the file name: of the chart, and of what it is about.
    title, subtitle
        What it is about; what is drawn, in what unit.
    alt
        What it shows, for those who cannot see it.
    body
        The drawing.
    """

    name: Sequence[str]
    title: str
    subtitle: str
    alt: str
    body: Drawing


@dataclass(frozen=True)
class Panel:
    """The room of one panel among small multiples.

    Parameters
    ----------
    width, most
        Its width; the width of the whole picture, in pixels.
    first, last
        Whether it begins a row, and so has the labels of the axis; whether it ends one, and so the names of lines.
    """

    width: int
    most: int
    first: bool
    last: bool

    def height(self, *, share: float = 0.8, most: float = 0.5) -> int:
        """Give its height where nothing else determines it.

        Parameters
        ----------
        share
            The height as a share of its width.
        most
            The greatest height, as a share of the width of the whole picture.

        Returns
        -------
        int
            Pixels.
        """
        return int(min(share * self.width, most * self.most))

    def layered(self, views: Iterable[alt.Chart | Drawing], *, height: int) -> Drawing:
        """Put views over one another in its width, the first at the bottom.

        Parameters
        ----------
        views
            The views.
        height
            Its height, in pixels.

        Returns
        -------
        Drawing
            The layers.
        """
        return layered(views, width=self.width, height=height)


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


def side_by_side(panels: Iterable[Drawing], *, columns: int, gap: int = _GAP, shared: Sequence[str] = ()) -> Drawing:
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
    """Give the number of drawings in a row.

    Parameters
    ----------
    count
        Number of drawings.
    most
        How many have room.

    Returns
    -------
    int
        No more than have room; two of four where three have room, so that no row has one alone.

    Examples
    --------
    >>> [columns_for(count) for count in (1, 2, 3, 4, 6)]
    [1, 2, 3, 2, 3]
    """
    return 2 if count == _SQUARE > most > 1 else max(1, min(most, count))


def panel_width(style: Style, *, columns: int, gap: int = _GAP, left: int = LEFT, right: int = RIGHT) -> int:
    """Give the width of one of several drawings in a row.

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


def small_multiples(  # noqa: PLR0913 - one shape for all charts of several panels
    items: Sequence[_Item],
    style: Style,
    draw: Callable[[_Item, Panel], Drawing],
    *,
    title: Callable[[_Item], str],
    most: int = _MOST_IN_ROW,
    gap: int = _GAP,
    step: int = 0,
    left: int = LEFT,
    right: int = RIGHT,
    over: int = _OVER,
    shared: Sequence[str] = (),
) -> Drawing:
    """Draw one panel an item, in rows, each under its title.

    Parameters
    ----------
    items
        What the panels are about.
    style
        The style.
    draw
        Draws an item in the room it is given.
    title
        Gives the title of a panel.
    most
        Panels in a row, at most.
    gap
        Room between panels, in pixels.
    step
        Room from one panel to the next with the labels between them, in pixels; ``gap`` where 0.
    left, right
        Room at the left and right of the picture, in pixels.
    over
        Room between a panel and its title, in pixels.
    shared
        Axes that have one scale in all panels.

    Returns
    -------
    Drawing
        The panels.
    """
    columns = columns_for(len(items), most=most)
    width = panel_width(style, columns=columns, gap=step or gap, left=left, right=right)
    panels = []
    for place, item in enumerate(items):
        last = place % columns == columns - 1 or place == len(items) - 1
        panel = Panel(width, style.width, first=place % columns == 0, last=last)
        panels.append(titled(draw(item, panel), title(item), over=over))
    return side_by_side(panels, columns=columns, gap=gap, shared=shared)


def framed(sketch: Sketch, *, source: str, style: Style) -> Picture:
    """Put a drawing into its frame.

    Parameters
    ----------
    sketch
        The drawing and its words.
    source
        The source line.
    style
        The style.

    Returns
    -------
    Picture
        The picture.
    """
    title, subtitle, text = (romanised(words) for words in (sketch.title, sketch.subtitle, sketch.alt))
    foot: dict[str, Any] = {"orient": "bottom", "anchor": "start", "offset": 12}
    foot |= {"text": wrapped(source, width=style.width, size=SMALL)}
    foot |= {"fontSize": SMALL, "fontWeight": "normal", "color": MUTED}
    head: dict[str, Any] = {"text": wrapped(title, width=style.width, size=1.12 * TITLE), "fontSize": TITLE}
    head |= {"subtitle": wrapped(subtitle, width=style.width, size=SUBTITLE), "subtitleFontSize": SUBTITLE}
    head |= {"anchor": "start", "subtitlePadding": 5, "offset": 14}
    inner = _together("vconcat", [sketch.body], title=foot)
    padding = {"left": 14, "right": 14, "top": 12, "bottom": 10}
    whole = _together("vconcat", [inner], title=head, padding=padding)
    spec = {"$schema": alt.SCHEMA_URL, **whole, "config": style.theme}
    file_name = "_".join(_plain(part) for part in sketch.name if part)
    return Picture(name=file_name, title=title, subtitle=subtitle, alt=text, spec=spec)


def _plain(part: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", romanised(part)).strip("-") or "unnamed"
