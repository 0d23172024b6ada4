"""Every way in which the cells of a table can be wrong, and with ``CASES`` every way in which a table can."""

from __future__ import annotations

from tests.bad_input import cases_of_codings, cases_of_files
from tests.bad_input.case import Case, added, cell
from tests.bad_input.constants import (
    CHOICE,
    CODERS,
    CODINGS_FILE,
    DYADS,
    EMPTY,
    EVENTS,
    FORM,
    INDICATORS,
    INDICATORS_FILE,
    LEVELS,
    NUMBER,
    SERIES,
    SOURCES,
    SPAN,
    TWICE,
    WHOLE,
)
from tests.bad_input.edits import Cell, Edit, Whole
from tests.small_alliance import DYADS as DYADS_TEXT
from tests.small_alliance import INDICATORS as INDICATORS_TEXT

TALKS = "talks,trust,contact,index,public,core,M1,Talks,How often do they talk?"
DYAD = "AA-BB,AA,BB,901,902,AAA,BBB,1950-1953"
SOURCE = "chronicle,A. Nobody,1960,A made-up chronicle,Nowhere Press,book,,,"
SERIES_ROW = "AA-BB,1950,trade_total,12.5,USD mn,chronicle,p. 2,verified,,"


def header_of(text: str) -> str:
    """Give the first line of a table."""
    return text.split("\n", 1)[0] + "\n"


def levels_without(indicator: str, *levels: int) -> tuple[Edit, ...]:
    """Take levels of an indicator away."""
    return tuple(Edit(LEVELS, f"{indicator},{level},Level {level}\n", "") for level in levels)


CODEBOOK = (
    cell("role_unknown", INDICATORS, 4, "role", "diagnostics", CHOICE, "'diagnostics'", "index, diagnostic"),
    cell("arena_unknown", INDICATORS, 4, "arena", "centre", CHOICE, "'centre'", "core, periphery"),
    cell("indicator_id_empty", INDICATORS, 4, "indicator_id", "", EMPTY, "an empty cell"),
    added("indicator_twice", INDICATORS, 3, TALKS, "indicator_id", TWICE, "talks", "one row for each indicator_id"),
    Case(
        "indicator_named_like_pillar",
        (Cell(INDICATORS, 5, "pillar", "trade"), Cell(INDICATORS, 6, "pillar", "trade")),
        5,
        "indicator_id",
        "two components",
        "'trade'",
    ),
    cell("dot_in_dimension", INDICATORS, 2, "dimension", "con.tact", FORM, "'con.tact'", "[a-z]"),
    Case(
        "no_indicators",
        Whole(INDICATORS, header_of(INDICATORS_TEXT)),
        2,
        "indicator_id",
        "unknown indicator_id",
        "'talks'",
        where=CODINGS_FILE,
    ),
    Case(
        "levels_with_gap",
        levels_without("talks", 2),
        2,
        "indicator_id",
        "not all",
        "4 levels from 0 to 4",
        where=INDICATORS_FILE,
    ),
    Case(
        "indicator_without_levels",
        levels_without("belief", 0, 1, 2, 3, 4),
        4,
        "indicator_id",
        "not all",
        "no level",
        where=INDICATORS_FILE,
    ),
    Case(
        "indicator_with_one_level",
        levels_without("belief", 0, 1, 2, 4),
        4,
        "indicator_id",
        "not all",
        "1 levels",
        "two",
        INDICATORS_FILE,
    ),
    Case(
        "level_twice",
        Cell(LEVELS, 4, "level", "1"),
        4,
        "indicator_id+level",
        TWICE,
        "talks 1 stands in codebook/levels.csv line 3",
    ),
    cell("level_in_words", LEVELS, 4, "level", "two", WHOLE, "'two'", "digits 0-9"),
    cell("level_empty", LEVELS, 4, "level", "", EMPTY, "an empty cell"),
    cell("level_out_of_range", LEVELS, 6, "level", "40", SPAN, "'40'", "0 to 4"),
    added(
        "level_of_unknown_indicator",
        LEVELS,
        27,
        "talk,0,Level 0",
        "indicator_id",
        "unknown",
        "(nearest known: 'talks')",
    ),
)

DYADS_AND_CODERS = (
    added(
        "eras_overlap",
        DYADS,
        3,
        "AA-BB,AA,BB,901,902,AAA,BBB,1953-1955,1953,1955,aa-bb",
        "first_year",
        "share years",
        "1953-1955 overlaps 1950-1953",
        "one era",
    ),
    Case(
        "era_ends_before_it_begins",
        Edit(DYADS, ",1950,1953,", ",1953,1950,"),
        2,
        "first_year",
        "ends before",
        "1953-1950",
        "first_year <=",
    ),
    added("era_twice", DYADS, 3, f"{DYAD},1960,1963,aa-bb", "dyad+era", TWICE, "dyads.csv line 2 already"),
    cell("era_year_in_words", DYADS, 2, "first_year", "MCML", WHOLE, "'MCML'", "digits 0-9"),
    cell("era_year_empty", DYADS, 2, "last_year", "", EMPTY, "an empty cell"),
    cell("dyad_in_lower_case", DYADS, 2, "dyad", "aa-bb", FORM, "'aa-bb'", "[A-Z]"),
    cell("country_code", DYADS, 2, "cow_a", "9010", SPAN, "'9010'", "2 to 999"),
    Case("no_dyads", Whole(DYADS, header_of(DYADS_TEXT)), 2, "dyad", "unknown dyad", "'AA-BB'", where=CODINGS_FILE),
    added(
        "coder_twice", CODERS, 4, "ann,human,forward in time,Again", "coder", "a value stands twice", "line 2 already"
    ),
    cell("coder_kind_unknown", CODERS, 2, "kind", "robot", CHOICE, "'robot'", "language_model, human"),
    cell("coder_in_capitals", CODERS, 2, "coder", "Ann", FORM, "'Ann'", "[a-z]"),
)

EVENT_CELLS = (
    cell(
        "event_unknown_source",
        EVENTS,
        2,
        "source_id",
        "chronicles",
        "unknown source_id",
        "(nearest known: 'chronicle')",
    ),
    cell("event_unknown_dyad", EVENTS, 3, "dyad", "AA-CC", "unknown dyad", "(nearest known: 'AA-BB')", "'dyads'"),
    cell("event_unknown_pillar", EVENTS, 3, "pillar", "trsut", "unknown pillar", "(nearest known: 'trust')"),
    cell("event_twice", EVENTS, 3, "event_id", "handshake", TWICE, "handshake stands in evidence/events.csv line 2"),
    cell("event_month_13", EVENTS, 2, "date", "1950-13", FORM, "'1950-13'", "the form"),
    cell("event_date_in_words", EVENTS, 2, "date", "May 1950", FORM, "'May 1950'", "the form"),
    cell("event_30_february", EVENTS, 2, "date", "1950-02-30", "", "1950-02-30"),
    cell("event_status_unknown", EVENTS, 2, "status", "confirmed", CHOICE, "'confirmed'", "verified, copy, literature"),
    cell("event_direction", EVENTS, 2, "direction", "2", SPAN, "'2'", "-1 to 1"),
    cell("event_visibility_unknown", EVENTS, 2, "visibility", "secret", CHOICE, "'secret'", "public, private"),
    cell("event_url_javascript", EVENTS, 2, "url", "javascript:alert(1)", FORM, "'javascript:alert(1)'", "https?://"),
)

SOURCE_AND_SERIES_CELLS = (
    cell("source_url_javascript", SOURCES, 2, "url", "javascript:alert(1)", "", "javascript:alert(1)"),
    added("source_twice", SOURCES, 3, SOURCE, "source_id", TWICE, "line 2 already"),
    cell("source_type_unknown", SOURCES, 2, "type", "rumour", CHOICE, "'rumour'", "archive, article, book"),
    cell("source_year", SOURCES, 2, "year", "19600", SPAN, "'19600'", "1900 to 2100"),
    cell("source_without_title", SOURCES, 2, "title", "", EMPTY, "an empty cell"),
    added("series_twice", SERIES, 3, SERIES_ROW, "dyad+year+measure+source_id+unit", TWICE, "line 2 already"),
    cell(
        "series_unknown_source",
        SERIES,
        2,
        "source_id",
        "chronicel",
        "unknown source_id",
        "(nearest known: 'chronicle')",
    ),
    cell("series_year_with_fraction", SERIES, 2, "year", "1950.5", WHOLE, "'1950.5'", "digits 0-9"),
    cell("decimal_comma", SERIES, 2, "value", '"12,5"', NUMBER, "'12,5'", "no comma"),
    cell("thousands_separator", SERIES, 2, "value", '"1,200.5"', NUMBER, "'1,200.5'", "no comma"),
    cell("thousands_space", SERIES, 2, "value", "1 200.5", NUMBER, "'1 200.5'", "no comma, space"),
    cell("value_nan", SERIES, 2, "value", "nan", NUMBER, "'nan'", "nan or inf"),
    cell("value_inf", SERIES, 2, "value", "inf", NUMBER, "'inf'", "nan or inf"),
    cell("value_1e400", SERIES, 2, "value", "1e400", NUMBER, "'1e400'", "nan or inf"),
    cell("value_empty", SERIES, 2, "value", "", EMPTY, "an empty cell"),
    cell("value_with_unit", SERIES, 2, "value", "$12.5", NUMBER, "'$12.5'", "digits"),
)

EVIDENCE = (*EVENT_CELLS, *SOURCE_AND_SERIES_CELLS)
CASES = (*cases_of_files.CASES, *cases_of_codings.CASES, *CODEBOOK, *DYADS_AND_CODERS, *EVIDENCE)
