"""A folder of charts: pictures in the forms asked for, an index with a text for each, and a record with digests."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from alliance_metrics.errors import Fault, ResultError, listed
from alliance_metrics.report.charts.frame import Picture
from alliance_metrics.results.files import RECORD, check_replaceable, file_digest
from alliance_metrics.results.folders import replaced_folder

#: Kind of a folder of charts.
CHARTS = "charts"
INDEX = "charts.json"
FORMATS = ("png", "svg", "pdf")
USUAL_FORMATS = ("png", "svg")
SCHEMA = 1
#: Pixels of a PNG for each pixel of the chart, so that it prints sharply.
SCALE = 2.0
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NUMBERED = re.compile(r'(id="|url\(#)([A-Za-z_]+)(\d+)(?=["\)])')


def check_chart_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """Make sure that charts can be written in the forms asked for.

    Parameters
    ----------
    formats
        Names of forms.

    Returns
    -------
    tuple of str
        The forms, each once.

    Raises
    ------
    ResultError
        Where one is unknown, or none is asked for.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        found = listed(unknown) or "none"
        raise ResultError([Fault("--format", "unknown form of a chart", found, listed(FORMATS), "choose from these")])
    return tuple(dict.fromkeys(formats))


def save_charts(
    pictures: Sequence[tuple[str, Picture]],
    folder: Path,
    *,
    formats: Sequence[str] = USUAL_FORMATS,
    record: Mapping[str, Any] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Path:
    """Write charts as a folder, whole or not at all.

    Parameters
    ----------
    pictures
        Name of the chart and picture, one of each picture.
    folder
        The folder. Unchanged charts that stand there are replaced; anything else is left alone.
    formats
        Forms: ``png`` (two pixels a pixel), ``svg``, ``pdf``.
    record
        What they were drawn from, and how; plain JSON values.
    progress
        Called now and then with the share of the work done. [0-1]

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ResultError
        Where a form is unknown, or the folder holds anything but unchanged charts, or cannot be written.
    """
    forms = check_chart_formats(formats)
    check_replaceable(folder, kind=CHARTS)
    with replaced_folder(folder) as content:
        entries = []
        for place, (chart, picture) in enumerate(pictures):
            written = rendered(picture, formats=forms)
            for suffix, data in written.items():
                (content / f"{picture.name}.{suffix}").write_bytes(data)
            words = {"title": picture.title, "subtitle": picture.subtitle, "alt": picture.alt}
            names = [f"{picture.name}.{suffix}" for suffix in written]
            entries.append({"name": picture.name, "chart": chart, **words, "files": names})
            if progress is not None:
                progress((place + 1) / len(pictures))
        (content / INDEX).write_text(_json({"charts": entries}), encoding="utf-8", newline="")
        files = {path.name: file_digest(path) for path in sorted(content.iterdir())}
        whole = {"kind": CHARTS, "schema": SCHEMA, **(record or {}), "files": files}
        (content / RECORD).write_text(_json(whole), encoding="utf-8", newline="")
    return folder


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def rendered(picture: Picture, *, formats: Sequence[str] = USUAL_FORMATS) -> dict[str, bytes]:
    """Render one picture.

    Parameters
    ----------
    picture
        The picture.
    formats
        Forms.

    Returns
    -------
    dict
        The file's bytes by form.

    Notes
    -----
    PNG and SVG are the same bytes each time; a PDF holds its time and is not.
    """
    import altair as alt
    import vl_convert

    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    svg = described_svg(vl_convert.vegalite_to_svg(json.dumps(picture.spec), vl_version=version), picture)
    found: dict[str, bytes] = {}
    for form in formats:
        if form == "png":
            found[form] = compact_png(vl_convert.svg_to_png(svg, scale=SCALE))
        elif form == "pdf":
            found[form] = bytes(vl_convert.svg_to_pdf(svg))
        else:
            found[form] = svg.encode("utf-8")
    return found


def described_svg(svg: str, picture: Picture) -> str:
    """Give an SVG its title and description, and names of parts that are its own.

    The renderer numbers clipping paths through the life of a process. Here they are numbered anew and carry the
    picture's name, so that the bytes are the same each time and several pictures can stand in one page.

    Parameters
    ----------
    svg
        As rendered.
    picture
        The picture.

    Returns
    -------
    str
        The SVG.
    """
    numbers: dict[str, int] = {}

    def renamed(found: re.Match[str]) -> str:
        number = numbers.setdefault(found[2] + found[3], len(numbers) + 1)
        return f"{found[1]}{picture.name}-{number}"

    settled = _NUMBERED.sub(renamed, svg)
    title, text = f"{picture.name}-title", f"{picture.name}-desc"
    labels = quoteattr(f"{title} {text}")
    head, _, rest = settled.partition(">")
    described = f"<title id={quoteattr(title)}>{escape(picture.title)}</title><desc id={quoteattr(text)}>"
    return f'{head} role="img" aria-labelledby={labels}>{described}{escape(picture.alt)}</desc>{rest}\n'


def compact_png(data: bytes) -> bytes:
    """Pack the pixels of a PNG more tightly; the renderer packs for speed, four times as large.

    Parameters
    ----------
    data
        The file.

    Returns
    -------
    bytes
        A file with the same pixels.
    """
    chunks, place = [], len(_SIGNATURE)
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        chunks.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += length + 12
    pixels = zlib.compress(zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT")), 7)
    before = [chunk for chunk in chunks if chunk[0] not in {b"IDAT", b"IEND"}]
    packed = [*before, (b"IDAT", pixels), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in packed)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
