"""Charts of the analyses of the past: what is marked, split and passed over is what the tables say."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from alliance_metrics.report.charts.catalogue import draw_charts
from alliance_metrics.report.charts.files import rendered
from alliance_metrics.report.charts.style import INK, chosen_style
from alliance_metrics.report.charts.tables import SavedTables, read_tables
from alliance_metrics.results.tidy_result import TidyResult
from tests.report.made_up_analyses import made_up_analyses
from tests.report.made_up_result import PILLARS, SERIES, made_up_card, write_made_up_result

STYLE = chosen_style("contrast", width=720)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def tables():
    """Give the saved tables of the made-up result."""
    return SavedTables({"score": made_up_card(), **made_up_analyses()})


def drawn(tables, name):
    """Draw the pictures of one chart."""
    return [picture for _, picture in draw_charts(tables, STYLE, only=[name]).pictures]


def rows(picture, *keys):
    """Give the rows of a picture that have all of some cells."""
    found = [row for data in picture.spec["datasets"].values() for row in data]
    return [row for row in found if set(keys) <= set(row)]


def root_of(picture):
    """Give the SVG of a picture."""
    return ET.fromstring(rendered(picture, formats=("svg",))["svg"])  # noqa: S314 - our own file


def marks(picture):
    """Give fills of the shapes that have an outline in ink."""
    return [one.get("fill") for one in root_of(picture).iter(f"{SVG}path") if one.get("stroke") == INK]


def test_every_pair_of_facets_has_its_pictures(tables):
    """Two pairs of facets of four series are eight pictures, named after their sides."""
    names = [picture.name for picture in drawn(tables, "facets")]
    assert len(names) == 2 * len(SERIES)
    assert {name.partition("_")[0] for name in names} == {"open-hidden", "inner-outer"}


def test_a_gap_is_drawn_as_saved(tables):
    """The lower panel has the gaps of the table, interval and all, and none of another series."""
    first = drawn(tables, "facets")[0]
    gaps = tables.frame("facets.gaps").query("facets == 'open_hidden' and dyad == 'AA-BB'")
    known = set(gaps["estimate"])
    assert known <= {row["estimate"] for row in rows(first, "estimate", "lower", "upper")}


@pytest.mark.slow
def test_significant_breaks_are_full_and_others_hollow(tables):
    """Chances are 0.03125 for the first series and above 0.05 for the other three."""
    (picture,) = drawn(tables, "breaks")
    fills = marks(picture)
    components = len(PILLARS) + 1
    assert (fills.count(INK), fills.count("white")) == (components, 3 * components)


@pytest.mark.slow
def test_an_untested_break_is_hollow():
    """Without a test no break counts as significant."""
    held = {**made_up_analyses(), "score": made_up_card()}
    turns = held["turning_points"]
    frames = {name: turns.to_frame(name) for name in turns.names}
    frames["break_tests"] = frames["break_tests"].iloc[:0]
    untested = SavedTables(
        {**held, "turning_points": TidyResult(frames, kind="turning_points", key="dyad", record=turns.record)}
    )
    (picture,) = drawn(untested, "breaks")
    assert INK not in marks(picture)


@pytest.mark.slow
def test_a_nearest_year_beyond_noise_is_hollow(tables):
    """Of seven years in two spaces, those at even places are beyond noise: eight hollow, six full."""
    fills = marks(drawn(tables, "analogues")[0])
    assert (fills.count("white"), fills.count(INK)) == (8, 6)


def test_an_alignment_joins_the_years_on_its_path_alone(tables):
    """Seven matched years are seven lines; what only some draws match is not drawn."""
    first = drawn(tables, "alignment")[0]
    joined = rows(first, "matched")
    assert [(row["year"], row["matched"]) for row in joined] == [(year, 0.8125) for year in range(2000, 2007)]
    assert "not a test" in first.subtitle


def test_the_ends_of_an_alignment_stand_at_the_edges(tables):
    """First years at the left, last years at the right, of either course."""
    joined = rows(drawn(tables, "alignment")[0], "matched")
    assert (joined[0]["across"], joined[0]["to"]) == (0, 0)
    assert (joined[-1]["across"], joined[-1]["to"]) == (1, 1)


@pytest.mark.slow
def test_each_state_of_each_triangle_has_a_panel(tables):
    """Three states in two eras, each with whom it leans to."""
    (picture,) = drawn(tables, "tilt")
    words = ["".join(text.itertext()) for text in root_of(picture).iter(f"{SVG}text")]
    assert {"AA 1950-1955", "BB 1950-1955", "CC 1950-1955", "AA 2000-2006", "BD 2000-2006"} <= set(words)
    assert words.count("toward CC") == 2 * 4  # twice: the halo and the word


def test_a_coalition_is_drawn_where_it_is_part_of_the_whole(tables):
    """Beside the globe there is no other side; beside the rivals there is."""
    globe, rivals = drawn(tables, "capability")
    assert 0.4375 not in {row["estimate"] for row in rows(globe, "estimate")}
    assert 0.4375 in {row["estimate"] for row in rows(rivals, "estimate")}


@pytest.mark.slow
def test_no_line_crosses_a_break_of_the_source(tables):
    """A break in the third year parts the lines of its pair in two, and the text says why; other pairs keep theirs."""
    whole = made_up_analyses()["capability"]
    name, era = SERIES[0][:2]
    years = sorted(whole.to_frame("added").query("dyad == @name and era == @era")["year"].unique())
    row = {"dyad": name, "era": era, "year": years[2], "indicator": "ships", "side": "AA", "note": "new rates"}
    own = {table: whole.to_frame(table) for table in whole.names}
    broken = TidyResult({**own, "breaks": [row]}, key="dyad", record=whole.record, kind="capability")
    results = {"score": made_up_card(), **made_up_analyses()}
    picture, plain = (drawn(one, "capability")[0] for one in (SavedTables({**results, "capability": broken}), tables))
    spans = [sorted(row["year"] for row in data if "alone" in row) for data in picture.spec["datasets"].values()]
    assert years[:2] in spans
    assert years[2:] in spans
    assert f"Gap: the source breaks (AA in {years[2]}: new rates)" in picture.subtitle
    assert "Gap:" not in plain.subtitle


def test_long_sides_of_claims_are_split_and_lose_none(tables):
    """45 claims of the text are two pictures; every claim is a dot, once."""
    pictures = drawn(tables, "claims")
    assert [picture.name for picture in pictures] == ["claims_text_1", "claims_text_2", "claims_rival"]
    shares = [row["share"] for picture in pictures for row in rows(picture, "share", "verdict")]
    assert sorted(shares) == sorted(tables.frame("claims.claims")["share"])


def test_surprises_are_labelled(tables):
    """The one surprise stands beside its claim, and in the text for those who cannot see it."""
    labelled = [picture for picture in drawn(tables, "claims") if rows(picture, "surprise")]
    assert [picture.name for picture in labelled] == ["claims_text_1"]
    assert "Surprises: Claim 4 holds, says a text (surprise)." in labelled[0].alt


def test_measures_shown_to_coders_are_hollow(tables):
    """Of three measures the one coders were shown is white inside, in each of two panels."""
    picture = drawn(tables, "outside")[0]
    kinds = [row["seen"] for row in rows(picture, "seen")]
    assert (kinds.count("shown to coders"), kinds.count("not shown to coders")) == (2, 4)


def test_a_measure_has_its_row_whatever_its_signs(tables):
    """Names are written in words: the row and its dots have one name."""
    picture = drawn(tables, "outside")[0]
    assert {row["name"] for row in rows(picture, "seen")} == {"Letters sent", "Ships seen off", "Votes"}
    words = {"".join(text.itertext()) for text in root_of(picture).iter(f"{SVG}text")}
    assert "Ships seen off" in words


def test_values_without_years_have_no_dot_at_the_foot(tables):
    """The scale of effects is that of supported values, and years near a value are handed on as saved."""
    (picture,) = drawn(tables, "condition")
    supports = {row["support"] for row in rows(picture, "support")}
    assert supports == {0, 1, 2, 3}
    assert "all series pooled" in picture.alt


@pytest.mark.slow
def test_analyses_are_read_from_their_folders(tmp_path):
    """What `analyse` saves beside a score card is there for charts."""
    folder = write_made_up_result(tmp_path / "made-up")
    for kind, result in made_up_analyses().items():
        result.save(folder / kind)
    found = read_tables(folder)
    assert found.skipped == ()
    assert len(found.frame("triads.tilt")) == 3 * (6 + 7)
