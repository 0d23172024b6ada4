"""How charts look: palettes, sizes, fonts, and how names and sources are written.

The habits are those of printed charts: a title at the left that names the subject, a grey subtitle that says what is
drawn and in what unit, lines across and none down, labels on the lines instead of a legend, the source at the foot.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alliance_metrics.errors import Fault, ResultError, listed

#: The first is carried by the renderer itself, so that letters are as wide on every machine; the next two match it.
FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"
INK, MUTED, FAINT, HAIR, PALE = "#1A1A1A", "#595959", "#B4B4B4", "#D8D8D8", "#EFEFEF"
#: Sizes of letters, in pixels of a chart that is printed at its own size.
TITLE, SUBTITLE, TEXT, SMALL = 17, 12.5, 11.5, 10
#: A second sign beside colour: the first series is a full line, the next ones are broken in their own ways.
DASHES: tuple[tuple[int, ...], ...] = ((1, 0), (7, 3), (3, 2), (9, 3, 2, 3))
LEAST_WIDTH, MOST_WIDTH, USUAL_WIDTH = 480, 2000, 720
_LETTER = 0.48  # mean width of a letter of the font, as a share of its size


@dataclass(frozen=True)
class Palette:
    """Colours that keep apart for the colour-blind and in grey.

    Parameters
    ----------
    source
        Where the colours come from.
    series
        Colours of series, from the darkest to the lightest.
    inks
        The same, dark enough for letters on white.
    ramp
        Colours of a quantity, from little (light) to much (dark); between them the renderer blends.
    """

    source: str
    series: tuple[str, ...]
    inks: tuple[str, ...]
    ramp: tuple[str, ...]


PALETTES: Mapping[str, Palette] = {
    "contrast": Palette(
        source="P. Tol, Colour Schemes: 'high-contrast', made to work in grey",
        series=("#004488", "#BB5566", "#DDAA33"),
        inks=("#004488", "#A03E50", "#7D5A00"),
        ramp=("#E9EFF6", "#9DB7D5", "#4F7FB5", "#004488", "#001F44"),
    ),
    "okabe-ito": Palette(
        source="M. Okabe and K. Ito, Color Universal Design: those of the eight colours that keep apart in grey",
        series=("#000000", "#0072B2", "#E69F00"),
        inks=("#000000", "#00619A", "#7F5700"),
        ramp=("#E6F1F7", "#99C7E0", "#4C9CC8", "#0072B2", "#00344F"),
    ),
    "grey": Palette(
        source="greys alone, in even steps of lightness",
        series=("#111111", "#666666", "#A6A6A6"),
        inks=("#111111", "#555555", "#707070"),
        ramp=("#F0F0F0", "#BDBDBD", "#888888", "#555555", "#111111"),
    ),
}


@dataclass(frozen=True)
class Style:
    """Choices for all charts of a folder.

    Parameters
    ----------
    palette
        The colours.
    width
        Width of a chart, in pixels. [480-2000]
    """

    palette: Palette
    width: int = USUAL_WIDTH

    @property
    def theme(self) -> dict[str, Any]:
        """Settings of the drawing library."""
        text: dict[str, Any] = {"labelFont": FONT, "titleFont": FONT, "labelColor": MUTED, "titleColor": MUTED}
        text |= {"labelFontSize": TEXT, "titleFontSize": TEXT, "titleFontWeight": "normal"}
        lines = {"gridColor": HAIR, "gridWidth": 0.7, "tickColor": MUTED, "domainColor": MUTED}
        return {
            "aria": False,  # the picture has a title and description of its own
            "background": "white",
            "font": FONT,
            "view": {"stroke": None},
            "axis": {**text, **lines, "labelPadding": 4},
            "axisX": {"grid": False, "tickSize": 4, "labelFlush": False},
            "axisY": {"domain": False, "ticks": False, "titleAnchor": "start"},
            "legend": {**text, "orient": "top", "symbolStrokeWidth": 2, "offset": 8},
            "title": {"font": FONT, "subtitleFont": FONT, "color": INK, "subtitleColor": MUTED},
            "text": {"font": FONT, "fontSize": TEXT, "color": INK},
        }


def chosen_style(palette: str, *, width: int) -> Style:
    """Put a style together from its name.

    Parameters
    ----------
    palette
        Name of a palette.
    width
        Width of a chart, in pixels. [480-2000]

    Returns
    -------
    Style
        The style.

    Raises
    ------
    ResultError
        Where the palette is unknown, or the width is not one a chart can have.
    """
    faults = []
    if palette not in PALETTES:
        faults.append(Fault("--palette", "unknown palette", palette, listed(PALETTES), "choose one of these"))
    if not LEAST_WIDTH <= width <= MOST_WIDTH:
        allowed = f"{LEAST_WIDTH} to {MOST_WIDTH} pixels"
        faults.append(Fault("--width", "no chart can be read at this width", str(width), allowed, "choose another"))
    if faults:
        raise ResultError(faults)
    return Style(palette=PALETTES[palette], width=width)


def wrapped(text: str, *, width: float, size: float) -> list[str]:
    """Break a text into lines that fit.

    Parameters
    ----------
    text
        The text.
    width
        Room for a line, in pixels.
    size
        Size of the letters, in pixels.

    Returns
    -------
    list of str
        The lines.
    """
    return textwrap.wrap(text, max(20, int(width / (_LETTER * size))), break_long_words=False)


def romanised(text: str) -> str:
    """Give a text in letters that every machine can draw.

    Chinese and Korean print as empty boxes where their fonts are missing, which is worse than any romanisation.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    str
        Latin, Greek and Cyrillic letters as they are; Korean and Japanese syllables by their Unicode names; what has no
        sound in its name by its number.

    Examples
    --------
    >>> romanised("Zürich")
    'Zürich'
    >>> romanised("조선")
    'joseon'
    >>> romanised("中")
    'U+4E2D'
    """
    return "".join(character if ord(character) < 0x2190 else _sound(character) for character in text)


def _sound(character: str) -> str:
    name = unicodedata.name(character, "")
    for syllables in ("HANGUL SYLLABLE ", "HIRAGANA LETTER ", "KATAKANA LETTER "):
        if name.startswith(syllables):
            return name.removeprefix(syllables).split()[-1].lower()
    return f"U+{ord(character):04X}"


def readable(name: str) -> str:
    """Write the id of a component, an input or a facet in words.

    Parameters
    ----------
    name
        The id; of a path in the tree only the last part is written.

    Returns
    -------
    str
        Words.

    Examples
    --------
    >>> readable("trust.contact_at_top")
    'contact at top'
    """
    return romanised(name.rpartition(".")[2].replace("_", " "))


def source_line(record: Mapping[str, Any]) -> str:
    """Say where the numbers of a chart come from, and that they are codings.

    Parameters
    ----------
    record
        The record of the score card.

    Returns
    -------
    str
        One sentence or more.
    """
    data = record.get("data") or {}
    place = " ".join(str(data[part]) for part in ("name", "version") if data.get(part))
    parts = [f"data {romanised(place)}"] if place else []
    parts += [f"index '{romanised(str(record['name']))}'"] if record.get("name") else []
    parts += [f"seed {record['seed']}"] if record.get("seed") is not None else []
    return " ".join([f"Source: {', '.join(parts) or 'a saved result'}.", *_coder_words(record.get("coders") or [])])


def _coder_words(coders: list[Mapping[str, Any]]) -> list[str]:
    counts = Counter(str(coder.get("kind", "coder")).replace("_", " ") for coder in coders)
    counted = " and ".join(f"{count} {_coder_noun(kind)}{'s'[: count > 1]}" for kind, count in counts.items())
    return [f"Codings by {counted}: research inputs, not expert consensus."] if counted else []


def _coder_noun(kind: str) -> str:
    return f"{kind} coder" if kind == "human" else kind
