"""A folder of charts is written whole, the same each time, and replaces nothing but unchanged charts."""

from __future__ import annotations

import json
import struct
import xml.etree.ElementTree as ET
import zlib
from dataclasses import replace

import altair as alt
import pytest
import vl_convert

from alliance_metrics.errors import ResultError
from alliance_metrics.report.charts.files import compact_png, rendered, save_charts
from alliance_metrics.report.charts.frame import Sketch, framed, layered, side_by_side, titled
from alliance_metrics.report.charts.style import chosen_style
from alliance_metrics.results.files import file_digest

SVG = "{http://www.w3.org/2000/svg}"
STYLE = chosen_style("contrast", width=480)


def some_picture(name: str = "one", title: str = "A title", text: str = "What it shows."):
    """Draw a clipped line, so that the SVG has numbered parts."""
    view = alt.Chart({"values": [{"a": 1, "b": 2.5}, {"a": 2, "b": 0.5}]}).mark_line(clip=True).encode(x="a:Q", y="b:Q")
    panel = titled(layered([view], width=100, height=60), "a panel")
    body = side_by_side([panel, panel], columns=2)
    sketch = Sketch(name=(name,), title=title, subtitle="a subtitle", alt=text, body=body)
    return framed(sketch, source="Source: nothing.", style=STYLE)


def pixels(png: bytes) -> tuple[bytes, bytes]:
    """Take header and unpacked pixels out of a PNG."""
    place, header, packed = 8, b"", b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        header, packed = (body if kind == b"IHDR" else header), packed + (body if kind == b"IDAT" else b"")
        place += length + 12
    return header, zlib.decompress(packed)


@pytest.mark.slow
def test_an_svg_has_the_same_bytes_each_time():
    """The renderer counts clipping paths through its life; the file does not show it."""
    first = rendered(some_picture(), formats=("svg",))
    rendered(some_picture("two"), formats=("svg",))
    assert rendered(some_picture(), formats=("svg",)) == first


def test_a_png_has_the_same_bytes_each_time():
    """The picture in pixels is as deterministic as the one in lines."""
    assert rendered(some_picture(), formats=("png",)) == rendered(some_picture(), formats=("png",))


def test_title_and_description_are_in_the_svg():
    """An SVG names itself for a screen reader by title and description."""
    root = ET.fromstring(rendered(some_picture(), formats=("svg",))["svg"])  # noqa: S314 - our own file
    assert (root[0].tag, root[0].text) == (f"{SVG}title", "A title")
    assert (root[1].tag, root[1].text) == (f"{SVG}desc", "What it shows.")
    assert root.get("aria-labelledby").split() == [root[0].get("id"), root[1].get("id")]


def test_hostile_words_stay_words():
    """Angle brackets and quotes in a title or description are text, not markup."""
    hostile = '<script>alert("1")</script> & more'
    svg = rendered(some_picture(title=hostile, text=hostile), formats=("svg",))["svg"]
    root = ET.fromstring(svg)  # noqa: S314 - our own file
    assert root[0].text == root[1].text == hostile
    assert b"<script" not in svg


def test_parts_of_an_svg_carry_the_name_of_the_picture():
    """Two pictures in one page do not clip one another: no id is in both."""
    ids = []
    for name in ("one", "two"):
        root = ET.fromstring(rendered(some_picture(name), formats=("svg",))["svg"])  # noqa: S314 - our own file
        ids.append({element.get("id") for element in root.iter() if element.get("id")})
    assert len(ids[0]) > 2
    assert not ids[0] & ids[1]


def test_every_clipping_path_that_is_used_is_there():
    """Renaming parts leaves no reference without its part."""
    text = rendered(some_picture(), formats=("svg",))["svg"].decode()
    used = {piece.split(")")[0] for piece in text.split("url(#")[1:]}
    assert used
    assert all(f'id="{name}"' in text for name in used)


def test_a_png_has_two_pixels_for_each_of_the_chart():
    """Twice the width of the SVG, so that it prints sharply."""
    both = rendered(some_picture(), formats=("png", "svg"))
    width = float(ET.fromstring(both["svg"]).get("width"))  # noqa: S314 - our own file
    assert struct.unpack(">I", pixels(both["png"])[0][:4]) == (round(2 * width),)


def test_a_compact_png_has_the_same_pixels_in_fewer_bytes():
    """Packing changes no pixel."""
    loose = vl_convert.svg_to_png(vl_convert.vegalite_to_svg(some_picture().spec), scale=2)
    packed = compact_png(loose)
    assert pixels(packed) == pixels(loose)
    assert len(packed) < len(loose)


def test_a_pdf_is_written_on_request():
    """PDF is a form like the others."""
    assert rendered(some_picture(), formats=("pdf",))["pdf"].startswith(b"%PDF-")


def test_the_index_has_a_text_for_every_file(tmp_path):
    """charts.json names chart, words and files of each picture."""
    save_charts([("kind", some_picture())], tmp_path / "charts", formats=("svg",))
    (entry,) = json.loads((tmp_path / "charts/charts.json").read_text(encoding="utf-8"))["charts"]
    assert entry == {
        "name": "one",
        "chart": "kind",
        "title": "A title",
        "subtitle": "a subtitle",
        "alt": "What it shows.",
        "files": ["one.svg"],
    }


def test_the_record_has_the_digest_of_every_file(tmp_path):
    """What is in the folder is what the record says, and what it was drawn from."""
    folder = save_charts([("kind", some_picture())], tmp_path / "charts", record={"palette": "contrast"})
    record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert record["kind"] == "charts"
    assert record["palette"] == "contrast"
    assert record["files"] == {name: file_digest(folder / name) for name in ("charts.json", "one.png", "one.svg")}


def test_unchanged_charts_are_replaced(tmp_path):
    """A second run takes the place of the first, and leaves nothing of it."""
    save_charts([("kind", some_picture())], tmp_path / "charts", formats=("svg",))
    save_charts([("kind", some_picture("two"))], tmp_path / "charts", formats=("svg",))
    assert sorted(path.name for path in (tmp_path / "charts").iterdir()) == ["charts.json", "result.json", "two.svg"]


def test_changed_charts_are_left_alone(tmp_path):
    """A picture somebody worked on is not overwritten."""
    save_charts([("kind", some_picture())], tmp_path / "charts", formats=("svg",))
    (tmp_path / "charts/one.svg").write_text("mine", encoding="utf-8")
    with pytest.raises(ResultError, match="not the one recorded"):
        save_charts([("kind", some_picture("two"))], tmp_path / "charts", formats=("svg",))
    assert (tmp_path / "charts/one.svg").read_text(encoding="utf-8") == "mine"


def test_a_folder_of_other_files_is_left_alone(tmp_path):
    """Nothing is written among files that are not charts."""
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ResultError, match="the folder holds other files"):
        save_charts([("kind", some_picture())], tmp_path, formats=("svg",))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_chart_that_cannot_be_rendered_leaves_the_earlier_ones(tmp_path):
    """Whole or not at all: a fault half-way changes nothing."""
    folder = save_charts([("kind", some_picture())], tmp_path / "charts", formats=("svg",))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    broken = replace(some_picture("two"), spec={"mark": "no such mark"})
    with pytest.raises(ValueError, match="Vega-Lite"):
        save_charts([("kind", some_picture()), ("kind", broken)], folder, formats=("svg",))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["charts"]


@pytest.mark.parametrize("formats", [("png", "gif"), ()])
def test_an_unknown_form_is_refused(tmp_path, formats):
    """What can be asked for is named, and nothing is written."""
    with pytest.raises(ResultError, match="png, svg, pdf"):
        save_charts([("kind", some_picture())], tmp_path / "charts", formats=formats)
    assert list(tmp_path.iterdir()) == []


def test_the_two_libraries_share_one_version_of_vega_lite():
    """The describing and the rendering library are pinned together: the one's version is among the other's."""
    wanted = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    assert wanted in vl_convert.get_vegalite_versions()
