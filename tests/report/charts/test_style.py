"""Palettes hold in grey and for the colour-blind; names and sources are written in plain letters."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest

from alliance_metrics.errors import ResultError
from alliance_metrics.report.charts.style import PALETTES, chosen_style, readable, romanised, source_line, wrapped

LEAST_APART = 18.0  # CIE lightness (0-100) between neighbouring series: about three times what is just seen in print
LEAST_DISTANCE = 20.0  # CIE 1976 colour difference: some nine times what is just seen side by side
LEAST_CONTRAST = 4.5  # WCAG 2.1, success criterion 1.4.3, for letters of usual size
# Full dichromacy on linear RGB (orientation: Machado, Oliveira and Fernandes 2009, severity 1.0)
PROTAN = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
DEUTAN = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))


def linear(colour: str) -> list[float]:
    """Undo the gamma of sRGB (IEC 61966-2-1)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def bend(ratio: float) -> float:
    """Give CIE's function of a tristimulus value over that of white."""
    return ratio ** (1 / 3) if ratio > 216 / 24389 else (ratio * 24389 / 27 + 16) / 116


def lightness(colour: str) -> float:
    """Give CIE L* (0-100): what is left of a colour in grey."""
    return 116 * bend(luminance(colour)) - 16


def lab(colour: str, seen) -> tuple[float, float, float]:
    """Give CIE L*, a* and b* (white of D65) of a colour as somebody sees it."""
    parts = linear(colour)
    r, g, b = (min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, parts, strict=True)))) for row in seen)
    x = bend((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505)
    y = bend(0.2126 * r + 0.7152 * g + 0.0722 * b)
    z = bend((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.0890)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("name", PALETTES)
def test_series_keep_apart_by_lightness_alone(name):
    """Printed in grey, neighbouring series differ in lightness."""
    values = [lightness(colour) for colour in PALETTES[name].series]
    assert all(other - one >= LEAST_APART for one, other in pairwise(values))


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("seen", [PROTAN, DEUTAN], ids=["without red", "without green"])
def test_series_keep_apart_for_the_colour_blind(name, seen):
    """Seen without red or green, no two series are near one another."""
    places = [lab(colour, seen) for colour in PALETTES[name].series]
    assert all(math.dist(one, other) >= LEAST_DISTANCE for one, other in combinations(places, 2))


@pytest.mark.parametrize("name", PALETTES)
def test_a_ramp_grows_darker_at_every_step(name):
    """More is darker, at every step, so that a map can be read in grey."""
    values = [lightness(colour) for colour in PALETTES[name].ramp]
    assert all(one - other >= LEAST_APART - 3 for one, other in pairwise(values))


@pytest.mark.parametrize("name", PALETTES)
def test_names_of_series_can_be_read_on_white(name):
    """The colour of a direct label has the contrast that accessible text needs."""
    assert all(1.05 / (luminance(ink) + 0.05) >= LEAST_CONTRAST for ink in PALETTES[name].inks)


@pytest.mark.parametrize("name", PALETTES)
def test_a_palette_names_its_source(name):
    """Each palette says where its colours come from."""
    assert len(PALETTES[name].source) > 10


def test_an_unknown_palette_and_a_width_no_chart_can_have_are_refused_together():
    """Both faults stand in one message, with what is allowed."""
    with pytest.raises(ResultError) as caught:
        chosen_style("rainbow", width=20)
    assert "rainbow" in str(caught.value)
    assert "contrast, okabe-ito, grey" in str(caught.value)
    assert "480 to 2000 pixels" in str(caught.value)


def test_letters_without_fonts_are_romanised():
    """Korean syllables are written by their sound, Chinese signs by their number; nothing becomes an empty box."""
    assert romanised("북한 1961") == "bughan 1961"
    assert romanised("中") == "U+4E2D"


def test_an_id_is_written_in_words():
    """Underscores become spaces, and of a path in the tree the last part is written."""
    assert readable("trust.contact_at_top") == "contact at top"


def test_a_long_text_is_broken_into_lines_that_fit():
    """At half the width a text takes at least twice the lines, and no word is lost."""
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    wide, narrow = (wrapped(text, width=width, size=12) for width in (400, 200))
    assert " ".join(wide) == " ".join(narrow) == text
    assert len(narrow) >= 2 * len(wide) - 1 > 1


def test_the_source_line_names_data_version_and_coders():
    """Data, version, index and seed are named, and that language models coded."""
    record = {
        "name": "mine",
        "seed": 0,
        "data": {"name": "things", "version": "1.2.0"},
        "coders": [{"kind": "language_model"}, {"kind": "language_model"}, {"kind": "human"}],
    }
    assert source_line(record) == (
        "Source: data things 1.2.0, index 'mine', seed 0. "
        "Codings by 2 language models and 1 human coder: research inputs, not expert consensus."
    )


def test_a_record_that_says_nothing_gives_a_source_line_all_the_same():
    """Where nothing is known, nothing is invented."""
    assert source_line({}) == "Source: a saved result."
