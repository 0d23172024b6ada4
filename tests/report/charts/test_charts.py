"""Every chart of a made-up result: its numbers are cells of tables, its labels can be read, its words are there."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import groupby

import altair as alt
import jsonschema
import pandas as pd
import pytest

from alliance_metrics.errors import ResultError
from alliance_metrics.report.charts.catalogue import CHARTS, draw_charts
from alliance_metrics.report.charts.change import steps_between
from alliance_metrics.report.charts.files import rendered
from alliance_metrics.report.charts.series import index_series
from alliance_metrics.report.charts.style import PALETTES, chosen_style, readable
from alliance_metrics.report.charts.tables import SavedTables, read_tables
from alliance_metrics.results.score_card import ScoreCard
from tests.report.made_up_analyses import ERAS, made_up_analyses
from tests.report.made_up_result import (
    PILLARS,
    PLACES,
    SERIES,
    made_up_card,
    made_up_reliability,
    made_up_sensitivity,
    pillar_score,
    write_made_up_result,
)

pytestmark = pytest.mark.slow

STYLE = chosen_style("contrast", width=720)
CELLS = {"estimate", "lower", "upper", "least", "greatest", "spread", "before", "after", "cells", "availability"} | {
    "share", "probability", "matched", "weakest", "alone", "full", "reach", "lower_all", "upper_all", "mean", "support",
    "p_value", "shift", "events",
}  # fmt: skip
UNDATED = {"effects", "ladder", "evidence", "first-to-last", "claims", "outside", "condition"}
SVG = "{http://www.w3.org/2000/svg}"
THOUSANDS = re.compile(r"\b[12],\d{3}\b")


@pytest.fixture(scope="module")
def tables():
    """Give the saved tables of the made-up result."""
    results = {"score": made_up_card(), "reliability": made_up_reliability(), "sensitivity": made_up_sensitivity()}
    return SavedTables({**results, **made_up_analyses()})


@pytest.fixture(scope="module")
def drawn(tables):
    """Draw every chart."""
    return draw_charts(tables, STYLE)


@pytest.fixture(scope="module")
def pictures(drawn):
    """Give the pictures of each chart."""
    return {name: [one for _, one in group] for name, group in groupby(drawn.pictures, key=lambda pair: pair[0])}


@pytest.fixture(scope="module")
def texts(pictures):
    """Give all words of the first picture of each chart as a reader sees them in the SVG."""
    found = {}
    for name, several in pictures.items():
        root = ET.fromstring(rendered(several[0], formats=("svg",))["svg"])  # noqa: S314 - our own file
        found[name] = ["".join(part) for part in (list(e.itertext()) for e in root.iter(f"{SVG}text"))]
    return found


def rows(picture) -> list[dict]:
    """Give every row that a picture draws."""
    return [row for data in picture.spec["datasets"].values() for row in data]


def cells_of(tables) -> set[float]:
    """Give every number of the saved tables."""
    names = [f"{kind}.{table}" for kind, result in tables._results.items() for table in result.names]  # noqa: SLF001
    frames = [frame.select_dtypes("number") for frame in (tables.references(), *map(tables.frame, names))]
    return {float(value) for frame in frames for value in frame.to_numpy(dtype=float).ravel() if not math.isnan(value)}


def test_every_chart_is_drawn(drawn, pictures):
    """A whole result has something for each chart."""
    assert drawn.skipped == ()
    assert list(pictures) == list(CHARTS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["trajectory", "evidence"])
def test_what_is_drawn_is_a_valid_specification(pictures, name):
    """The drawing library's schema accepts what is put together here; each single view it has accepted already."""
    spec = pictures[name][0].spec
    assert isinstance(alt.Chart.from_dict(spec), alt.TopLevelMixin)
    with pytest.raises(jsonschema.ValidationError, match="steep"):
        alt.Chart.from_dict({**spec, "title": {"text": "A title", "angle": "steep"}})


@pytest.mark.parametrize("name", CHARTS)
def test_every_number_is_a_cell_of_a_saved_table(tables, pictures, name):
    """Charts compute nothing: estimates, intervals and counts are cells, to the last digit."""
    known = cells_of(tables)
    numbers = [
        row[key]
        for picture in pictures[name]
        for row in rows(picture)
        for key in CELLS & set(row)
        if row[key] is not None and not isinstance(row[key], str)
    ]
    assert numbers or name == "mix"
    assert [number for number in numbers if float(number) not in known] == []


@pytest.mark.parametrize("name", CHARTS)
def test_no_year_has_a_thousands_separator(texts, name):
    """1950 is not 1,950."""
    assert [text for text in texts[name] if THOUSANDS.search(text)] == []


@pytest.mark.parametrize("name", [name for name in CHARTS if name not in UNDATED])
def test_years_stand_on_the_chart(texts, name):
    """A chart through time has its years written on it."""
    years = {str(year) for _, _, span, _ in SERIES for year in span} | {str(since) for since in range(-3, 4)}
    assert years & set(texts[name])


@pytest.mark.parametrize("name", CHARTS)
def test_no_label_is_lost_in_the_picture(texts, pictures, name):
    """Title, subtitle and source line stand in the SVG, word for word."""
    picture = pictures[name][0]
    shown = " ".join(texts[name])
    for words in (picture.title, picture.subtitle, "Source: data made-up-data 0.9.1", "2 language models"):
        assert all(word in shown for word in words.split())


@pytest.mark.parametrize("name", CHARTS)
def test_every_picture_has_a_text_for_those_who_cannot_see_it(pictures, name):
    """The text names a series it shows, and is more than the title."""
    for picture in pictures[name]:
        assert len(picture.alt) > 60
        assert any(unit in picture.alt for unit in (*(unit for unit, *_ in SERIES), *map(", ".join, ERAS.values())))


@pytest.mark.parametrize(
    "name", ["small-multiples", "ranks", "weights", "drivers", "first-to-last", "evidence", "availability"]
)
def test_every_series_has_its_panel(texts, name):
    """Each pair and era is named over its panel."""
    assert {f"{unit} {era}" for unit, era, *_ in SERIES} <= set(texts[name])


@pytest.mark.parametrize("name", ["era-together", "event-time"])
def test_lines_are_named_where_they_end(texts, name):
    """Lines carry their names; there is no legend to look them up in."""
    assert {"AA-BB"} < set(texts[name]) & {"AA-BB", "AA-CC", "AA-BD"}


@pytest.mark.parametrize("name", ["levels", "disputes"])
def test_every_indicator_has_its_row(texts, name):
    """Indicators are named in words."""
    assert {readable(indicator) for indicator in PLACES} <= set(texts[name])


@pytest.mark.parametrize("name", ["pillars", "waterfall", "levels"])
def test_pillars_are_named_in_words(texts, name):
    """No underscore is left of an id."""
    assert {readable(pillar) for pillar in PILLARS} <= set(texts[name])


@pytest.mark.parametrize(
    "name",
    ["trajectory", "era-together", "small-multiples", "lineage", "event-time", "pillars", "waterfall", "first-to-last",
     "ranks", "drivers", "effects", "weights", "facets", "breaks", "tilt", "triangle", "capability", "fragility",
     "outside", "condition"],
)  # fmt: skip
def test_the_interval_is_drawn_and_named(pictures, name):
    """Rows with an estimate have their interval beside it, and the subtitle says what it is."""
    for picture in pictures[name]:
        assert any({"estimate", "lower", "upper"} <= set(row) for row in rows(picture))
        assert "90% interval" in picture.subtitle


def test_names_of_pictures_are_names_of_files(drawn):
    """No two pictures share a name, and no name needs quoting."""
    names = [picture.name for _, picture in drawn.pictures]
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in names)


def test_units_whose_names_differ_in_signs_alone_have_files_of_their_own():
    """AA/BB and AA BB are two units, and have two pictures."""
    card = made_up_card()
    frame = card.scores.query("era != 'window'")
    both = pd.concat([frame.assign(dyad="AA/BB"), frame.assign(dyad="AA BB")], ignore_index=True)
    held = {name: card.to_frame(name) for name in card.names}
    doubled = ScoreCard({**held, "scores": both}, key="dyad", record=card.record)
    names = [
        picture.name for _, picture in draw_charts(SavedTables({"score": doubled}), STYLE, only=["pillars"]).pictures
    ]
    assert names[:4] == [
        "pillars_AA-BB_1950-1955",
        "pillars_AA-BB_2000-2006",
        "pillars_AA-BB_1950-1955-2",
        "pillars_AA-BB_2000-2006-2",
    ]


def test_the_steps_of_a_waterfall_lead_from_one_index_to_the_next(tables):
    """The first step begins at the index of the year before, the last ends at that of the year."""
    one = index_series(tables)[0]
    steps = steps_between(tables, one, PILLARS, years=(1950, 1951))
    before, after = (sum(pillar_score(0, year, k) for k in range(3)) / 3 for year in (1950, 1951))
    assert steps[0]["start"] == pytest.approx(before)
    assert steps[-1]["end"] == pytest.approx(after)
    assert [step["end"] for step in steps[:-1]] == [step["start"] for step in steps[1:]]
    assert steps[1]["after"] == pytest.approx(pillar_score(0, 1951, 1) / 3)


def test_a_missing_contribution_leaves_the_step_out(tables):
    """No step is drawn from a cell that is not there."""
    assert steps_between(tables, index_series(tables)[0], PILLARS, years=(1950, 1999)) == []


def test_the_mix_of_equal_pillars_is_the_middle_of_the_triangle():
    """Three equal scores lie at the centre: a half to the right, a third of the height up."""
    card = made_up_card()
    scores = card.to_frame("scores")
    pillar = scores["tier"] == "pillar"
    scores.loc[pillar, ["estimate", "lower", "upper"]] = [60.0, 57.0, 63.0]
    held = {name: card.to_frame(name) for name in card.names}
    equal = ScoreCard({**held, "scores": scores}, key="dyad", record=card.record)
    (first, *_) = draw_charts(SavedTables({"score": equal}), STYLE, only=["mix"]).pictures
    points = [row for row in rows(first[1]) if "index" in row]
    assert {(round(row["x"], 9), round(row["y"], 9)) for row in points} == {(0.5, round(math.sqrt(3) / 6, 9))}


def test_the_mix_needs_three_pillars():
    """With two pillars there is no triangle, and the report says so."""
    card = made_up_card()
    scores = card.to_frame("scores").query("component != 'gain'")
    held = {name: card.to_frame(name) for name in card.names}
    two = ScoreCard({**held, "scores": scores}, key="dyad", record=card.record)
    skipped = draw_charts(SavedTables({"score": two}), STYLE, only=["mix"]).skipped
    assert skipped == ("mix: not drawn; it needs just three pillars, with scores that are not below zero.",)


def test_eras_on_event_time_meet_at_their_events(pictures):
    """1952 of the one pair and 2003 of the other stand at year 0."""
    at_event = {row["estimate"] for row in rows(pictures["event-time"][0]) if "lower" in row and row["since"] == 0}
    scores = [sum(pillar_score(unit, year, k) for k in range(3)) / 3 for unit, year in ((0, 1952), (2, 2003))]
    assert sorted(at_event) == pytest.approx(sorted(scores))


def test_events_are_marked_only_where_the_configuration_names_them(pictures):
    """Two of four series have an event; the others have no mark."""
    marked = [any("event" in row for row in rows(picture)) for picture in pictures["trajectory"]]
    assert marked == [True, False, True, False]


def test_a_year_without_a_score_leaves_a_gap():
    """The line breaks where nothing is scored; nothing is drawn across."""
    card = made_up_card()
    scores = card.to_frame("scores")
    gone = (scores["tier"] == "index") & (scores["year"] == 1952)
    scores.loc[gone, ["estimate", "lower", "upper"]] = float("nan")
    held = {name: card.to_frame(name) for name in card.names}
    gappy = ScoreCard({**held, "scores": scores}, key="dyad", record=card.record)
    (first, *_) = draw_charts(SavedTables({"score": gappy}), STYLE, only=["trajectory"]).pictures
    root = ET.fromstring(rendered(first[1], formats=("svg",))["svg"])  # noqa: S314 - our own file
    lines = [path.get("d") for path in root.iter() if path.get("stroke") == STYLE.palette.series[0] and path.get("d")]
    assert [line.count("M") for line in lines] == [2]


def test_availability_is_not_drawn_where_all_is_coded():
    """A chart without anything to see is listed, not drawn."""
    whole = SavedTables({"score": made_up_card(availability=1.0)})
    found = draw_charts(whole, STYLE, only=["availability"])
    assert found.pictures == ()
    assert found.skipped == ("availability: not drawn; every score rests wholly on coded values.",)


@pytest.mark.slow
def test_charts_without_their_tables_are_listed_and_are_no_error():
    """Of a score card alone, what needs an analysis is not drawn, and the report names the command that gives it."""
    found = draw_charts(SavedTables({"score": made_up_card()}), STYLE)
    own = {name for name, chart in CHARTS.items() if all(table.startswith("score.") for table in chart.needs)}
    assert {line.split(":")[0] for line in found.skipped} == set(CHARTS) - own
    assert "weights: not drawn; it needs sensitivity.weight_ranges: run `sensitivity` first." in found.skipped


def test_an_unknown_chart_is_refused_with_the_nearest(tables):
    """A misspelt name finds its chart."""
    with pytest.raises(ResultError, match="nearest known: 'waterfall'"):
        draw_charts(tables, STYLE, only=["waterfal"])


@pytest.mark.parametrize("palette", PALETTES)
def test_colours_are_those_of_the_palette(tables, palette):
    """The main line has the first colour of the palette asked for."""
    style = chosen_style(palette, width=600)
    (first, *_) = draw_charts(tables, style, only=["trajectory"]).pictures
    svg = rendered(first[1], formats=("svg",))["svg"].decode()
    assert f'stroke="{style.palette.series[0]}"' in svg


def test_a_wider_chart_is_wider(tables):
    """The width asked for is about the width given."""
    widths = []
    for width in (500, 1000):
        (first, *_) = draw_charts(tables, chosen_style("grey", width=width), only=["small-multiples"]).pictures
        svg = rendered(first[1], formats=("svg",))["svg"]
        widths.append(float(ET.fromstring(svg).get("width")))  # noqa: S314 - our own file
    assert widths == pytest.approx([500, 1000], rel=0.08)


def test_analyses_beside_the_score_card_are_read(tmp_path):
    """Tables of the subfolders stand under their kind."""
    found = read_tables(write_made_up_result(tmp_path / "made-up"))
    assert found.skipped == ()
    assert len(found.frame("reliability.disputes")) == 16
    assert set(found.origin["drawn_from"]) == {"score", "reliability", "sensitivity"}


ONE_CHART = """
import sys
from pathlib import Path
from alliance_metrics.report.charts.catalogue import draw_charts
from alliance_metrics.report.charts.style import chosen_style
from alliance_metrics.report.charts.tables import read_tables

drawn = draw_charts(read_tables(Path(sys.argv[1])), chosen_style("contrast", width=600), only=["trajectory"])
print(len(drawn.pictures), sum(name.startswith("alliance_metrics") for name in sys.modules))
"""


@pytest.mark.slow
def test_reading_a_result_and_drawing_a_chart_loads_few_modules(tmp_path):
    """Charts read saved tables: none of what computes them is loaded."""
    folder = write_made_up_result(tmp_path / "made-up")
    command = [sys.executable, "-c", ONE_CHART, str(folder)]
    pictures, modules = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert int(pictures) == len(SERIES)
    assert int(modules) <= 60


def test_an_analysis_of_another_seed_is_skipped_with_the_reason(tmp_path):
    """Charts do not mix results: what was made from another seed stays out."""
    folder = write_made_up_result(tmp_path / "made-up")
    record = {**made_up_card().record, "seed": 8}
    held = made_up_card()
    ScoreCard({name: held.to_frame(name) for name in held.names}, key="dyad", record=record).save(folder)
    found = read_tables(folder)
    assert [line.split(":")[0] for line in found.skipped] == ["reliability/ is skipped", "sensitivity/ is skipped"]
    assert found.missing(("sensitivity.effects",)) == ["sensitivity.effects"]


def test_a_damaged_analysis_is_skipped_with_the_reason(tmp_path):
    """One changed file of an analysis does not stop the charts of the score card."""
    folder = write_made_up_result(tmp_path / "made-up")
    (folder / "sensitivity/effects.csv").write_text("changed", encoding="utf-8")
    (line,) = read_tables(folder).skipped
    assert line.startswith("sensitivity/ is skipped: it is damaged")
