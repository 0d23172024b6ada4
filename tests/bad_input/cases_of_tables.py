"""Every way in which a table can be wrong."""

from __future__ import annotations

from tests.bad_input.case import Case

ANN = "data/codings/ann/AA-BB_1950_1953.csv"
BOB = "data/codings/bob/AA-BB_1950_1953.csv"
MORE = "data/codings/ann/AA-BB_more.csv"
LEVELS = "data/codebook/levels.csv"
INDICATORS = "data/codebook/indicators.csv"
DYADS = "data/dyads.csv"
CODERS = "data/coders.csv"
EVENTS = "data/evidence/events.csv"
SERIES = "data/evidence/series.csv"
SOURCES = "data/evidence/sources.csv"

CODINGS_FILE = "codings/ann/AA-BB_1950_1953.csv"
INDICATORS_FILE = "codebook/indicators.csv"
RANGE = "low+score+high"
CELL = "dyad+year+indicator_id+coder"
WHOLE, NUMBER, CHOICE = "not a whole number", "not a number", "not one of the allowed values"
FORM, SPAN, EMPTY, TWICE = "not of the allowed form", "outside the allowed range", "may not be empty", "stands twice"
TWO_DYADS = (("with_two_dyads.csv", DYADS),)

FORM_OF_THE_FILE = (
    Case("bad_empty_file.csv", ANN, None, None, "the file is empty", "0 bytes", "a header line"),
    Case("bad_empty_evidence.csv", EVENTS, None, None, "the file is empty", "0 bytes", "a header line"),
    Case("bad_white_space_only.csv", ANN, None, None, "the file is empty", "4 bytes", "a header line"),
    Case("bad_latin_1.csv", ANN, 6, None, "not UTF-8", "byte 0xe9", "UTF-8"),
    Case("bad_utf_16.csv", ANN, 1, None, "not UTF-8", "byte 0xff", "UTF-8"),
    Case("bad_byte_order_mark.csv", ANN, 1, None, "byte order mark", "EF BB BF", "plain UTF-8"),
    Case("bad_crlf.csv", ANN, 1, None, "CR or CRLF", "21 carriage returns", "LF alone"),
    Case("bad_one_crlf.csv", ANN, 4, None, "CR or CRLF", "1 carriage returns", "LF alone"),
    Case("bad_cr_only.csv", ANN, 1, None, "CR or CRLF", "21 carriage returns", "LF alone"),
    Case("bad_nul.csv", ANN, 6, None, "control character", "0x00", "printable"),
    Case("bad_control_character.csv", ANN, 6, None, "control character", "0x07", "printable"),
    Case("bad_row_too_long.csv", ANN, 6, None, "more cells than the header", "10 cells", "9 cells"),
    Case("bad_row_too_short.csv", ANN, 7, None, "fewer cells than the header", "8 cells", "9 cells"),
    Case("bad_blank_row.csv", ANN, 6, None, "blank", "a blank line", "no blank lines"),
    Case("bad_blank_last_row.csv", ANN, 22, None, "blank", "a blank line", "no blank lines"),
    Case("bad_blank_first_row.csv", ANN, 1, None, "blank"),
    Case("bad_quote_not_closed.csv", ANN, 6, None, "quoting", "", "double quotes"),
    Case("bad_text_after_quote.csv", ANN, 6, None, "quoting", "", "double quotes"),
    Case("bad_semicolons.csv", ANN, 1, "header", "comma separated", "dyad;year", "dyad,year"),
    Case("bad_tabs.csv", ANN, 1, "header", "comma separated", "dyad\\tyear", "dyad,year"),
    Case("bad_missing_column.csv", ANN, 1, "header", "a column is missing", "no 'note'", "evidence_ids,note"),
    Case("bad_extra_column.csv", ANN, 1, "header", "a column is not declared", "'page'", "evidence_ids,note"),
    Case("bad_column_order.csv", ANN, 1, "header", "another order", "year,dyad,", "dyad,year,"),
    Case("bad_column_twice.csv", ANN, 1, "header", TWICE, "'low'", "score,low,high"),
    Case("bad_column_misspelt.csv", EVENTS, 1, "header", "not declared", "'titel' (nearest known: 'title')"),
    Case("bad_series_column_misspelt.csv", SERIES, 1, "header", "not declared", "(nearest known: 'measure')"),
    Case("bad_header_missing.csv", ANN, 1, "header", "a column is missing", "no 'dyad'", "dyad,year"),
    Case("bad_changed_without_declare.csv", ANN, None, None, "not the one declared", "hash sha256:", declared=False),
    Case("bad_undeclared_file.csv", MORE, None, None, "not declared in datapackage.json", "more.csv", declared=False),
    Case("bad_undeclarable_file.csv", "data/notes.csv", None, None, "not declared in datapackage.json", "notes.csv"),
)

CODINGS = (
    Case("bad_level_not_described.csv", LEVELS, 2, "score", "not a described level", "= 4", "'talks'", CODINGS_FILE),
    Case("bad_score_out_of_range.csv", ANN, 2, "score", SPAN, "'5'", "0 to 4"),
    Case("bad_score_negative.csv", ANN, 5, "score", SPAN, "'-1'", "0 to 4"),
    Case("bad_seven_scores_out_of_range.csv", ANN, 8, "score", SPAN, "'9'", "0 to 4", times=7),
    Case("bad_low_above_score.csv", ANN, 4, RANGE, "does not hold the score", "low 3, score 2", "low <= score"),
    Case("bad_score_above_high.csv", ANN, 4, RANGE, "does not hold the score", "score 2, high 1", "score <= high"),
    Case("bad_low_empty.csv", ANN, 4, RANGE, "half empty", "AA-BB 1952 talks ann", "all filled or all empty"),
    Case("bad_range_without_score.csv", ANN, 4, RANGE, "half empty", "AA-BB 1952 talks ann", "all filled"),
    Case("bad_missing_score_without_note.csv", ANN, 4, RANGE, "has no reason", "AA-BB 1952 talks ann", "a note"),
    Case("bad_unknown_indicator.csv", ANN, 3, "indicator_id", "unknown indicator_id", "(nearest known: 'talks')"),
    Case("bad_unknown_dyad.csv", ANN, 3, "dyad", "unknown dyad", "'AA-BC' (nearest known: 'AA-BB')", "'dyads'"),
    Case("bad_unknown_coder.csv", ANN, 3, "coder", "unknown coder", "'anna' (nearest known: 'ann')", "ann, bob"),
    Case("bad_unknown_evidence.csv", ANN, 3, "evidence_ids", "unknown evidence", "(nearest known: 'handshake')"),
    Case("bad_unknown_series.csv", ANN, 3, "evidence_ids", "unknown evidence", "(nearest known: 'series:trade_total')"),
    Case("bad_evidence_after_comma.csv", ANN, 3, "evidence_ids", FORM, "handshake, rumour", "the form"),
    Case("bad_evidence_after_two_spaces.csv", ANN, 3, "evidence_ids", FORM, "handshake  rumour", "the form"),
    Case(
        "bad_series_of_another_dyad.csv",
        SERIES,
        2,
        "evidence_ids",
        "a series of another dyad",
        "AA-BB 1950 talks ann cites 'series:trade_total'",
        "for the same dyad",
        CODINGS_FILE,
        beside=TWO_DYADS,
    ),
    Case("bad_cell_twice.csv", ANN, 3, CELL, "the same key stands twice", "line 2 already", "one row for each"),
    Case("bad_cell_twice_across_files.csv", MORE, 2, CELL, TWICE, f"{CODINGS_FILE} line 2 already"),
    Case("bad_year_outside_era.csv", ANN, 5, "year", "outside every era", "AA-BB 1954 talks ann", "1950-1953"),
    Case("bad_year_in_words.csv", ANN, 5, "year", WHOLE, "'MCMLIII'", "digits 0-9"),
    Case("bad_year_empty_twice.csv", ANN, 3, "year", EMPTY, "an empty cell", "a value", times=2),
    Case("bad_year_of_nineteen_digits.csv", ANN, 5, "year", WHOLE, "1111111111111111111"),
    Case("bad_full_width_digits.csv", ANN, 2, "year", WHOLE, "'１９５０'", "no point, space or other digits"),  # noqa: RUF001
    Case("bad_score_na.csv", ANN, 6, "score", WHOLE, "'NA'", "digits 0-9"),
    Case("bad_score_nan.csv", ANN, 6, "score", WHOLE, "'nan'", "digits 0-9"),
    Case("bad_score_with_space.csv", ANN, 6, "score", WHOLE, "' 3'", "digits 0-9"),
    Case("bad_score_with_point.csv", ANN, 6, "score", WHOLE, "'3.0'", "digits 0-9"),
    Case("bad_score_with_underscore.csv", ANN, 6, "score", WHOLE, "'1_0'", "digits 0-9"),
    Case("bad_score_superscript.csv", ANN, 6, "score", WHOLE, "'³'", "digits 0-9"),
    Case(
        "bad_coder_folder.csv",
        ANN,
        6,
        "coder",
        "another coder's folder",
        "bob",
        "'ann' in codings/ann/",
        removes=(BOB,),
    ),
    Case(
        "bad_no_codings.csv",
        ANN,
        None,
        "data",
        "no coded cell is left",
        where="configuration 'small'",
        removes=(BOB,),
    ),
)

CODEBOOK = (
    Case("bad_role_unknown.csv", INDICATORS, 4, "role", CHOICE, "'diagnostics'", "index, diagnostic"),
    Case("bad_arena_unknown.csv", INDICATORS, 4, "arena", CHOICE, "'centre'", "core, periphery"),
    Case("bad_indicator_id_empty.csv", INDICATORS, 4, "indicator_id", EMPTY, "an empty cell"),
    Case("bad_indicator_twice.csv", INDICATORS, 3, "indicator_id", TWICE, "talks", "one row for each indicator_id"),
    Case("bad_indicator_named_like_pillar.csv", INDICATORS, 5, "indicator_id", "two components", "'trade'"),
    Case("bad_dot_in_dimension.csv", INDICATORS, 2, "dimension", FORM, "'con.tact'", "[a-z]"),
    Case("bad_no_indicators.csv", INDICATORS, 2, "indicator_id", "unknown indicator_id", "'talks'", where=CODINGS_FILE),
    Case("bad_levels_with_gap.csv", LEVELS, 2, "indicator_id", "not all", "4 levels from 0 to 4", "", INDICATORS_FILE),
    Case("bad_indicator_without_levels.csv", LEVELS, 4, "indicator_id", "not all", "no level", "", INDICATORS_FILE),
    Case("bad_indicator_with_one_level.csv", LEVELS, 4, "indicator_id", "not all", "1 levels", "two", INDICATORS_FILE),
    Case("bad_level_twice.csv", LEVELS, 4, "indicator_id+level", TWICE, "talks 1 stands in codebook/levels.csv line 3"),
    Case("bad_level_in_words.csv", LEVELS, 4, "level", WHOLE, "'two'", "digits 0-9"),
    Case("bad_level_empty.csv", LEVELS, 4, "level", EMPTY, "an empty cell"),
    Case("bad_level_out_of_range.csv", LEVELS, 6, "level", SPAN, "'40'", "0 to 4"),
    Case("bad_level_of_unknown_indicator.csv", LEVELS, 27, "indicator_id", "unknown", "(nearest known: 'talks')"),
)

DYADS_AND_CODERS = (
    Case("bad_eras_overlap.csv", DYADS, 3, "first_year", "share years", "1953-1955 overlaps 1950-1953", "one era"),
    Case("bad_era_ends_before_it_begins.csv", DYADS, 2, "first_year", "ends before", "1953-1950", "first_year <="),
    Case("bad_era_twice.csv", DYADS, 3, "dyad+era", TWICE, "dyads.csv line 2 already"),
    Case("bad_era_year_in_words.csv", DYADS, 2, "first_year", WHOLE, "'MCML'", "digits 0-9"),
    Case("bad_era_year_empty.csv", DYADS, 2, "last_year", EMPTY, "an empty cell"),
    Case("bad_dyad_in_lower_case.csv", DYADS, 2, "dyad", FORM, "'aa-bb'", "[A-Z]"),
    Case("bad_country_code.csv", DYADS, 2, "cow_a", SPAN, "'9010'", "2 to 999"),
    Case("bad_no_dyads.csv", DYADS, 2, "dyad", "unknown dyad", "'AA-BB'", where=CODINGS_FILE),
    Case("bad_coder_twice.csv", CODERS, 4, "coder", "a value stands twice", "line 2 already"),
    Case("bad_coder_kind_unknown.csv", CODERS, 2, "kind", CHOICE, "'robot'", "language_model, human"),
    Case("bad_coder_in_capitals.csv", CODERS, 2, "coder", FORM, "'Ann'", "[a-z]"),
)

EVIDENCE = (
    Case("bad_event_unknown_source.csv", EVENTS, 2, "source_id", "unknown source_id", "(nearest known: 'chronicle')"),
    Case("bad_event_unknown_dyad.csv", EVENTS, 3, "dyad", "unknown dyad", "(nearest known: 'AA-BB')", "'dyads'"),
    Case("bad_event_unknown_pillar.csv", EVENTS, 3, "pillar", "unknown pillar", "(nearest known: 'trust')"),
    Case("bad_event_twice.csv", EVENTS, 3, "event_id", TWICE, "handshake stands in evidence/events.csv line 2"),
    Case("bad_event_month_13.csv", EVENTS, 2, "date", FORM, "'1950-13'", "the form"),
    Case("bad_event_date_in_words.csv", EVENTS, 2, "date", FORM, "'May 1950'", "the form"),
    Case("bad_event_30_february.csv", EVENTS, 2, "date", "", "1950-02-30"),
    Case("bad_event_status_unknown.csv", EVENTS, 2, "status", CHOICE, "'confirmed'", "verified, literature"),
    Case("bad_event_direction.csv", EVENTS, 2, "direction", SPAN, "'2'", "-1 to 1"),
    Case("bad_event_visibility_unknown.csv", EVENTS, 2, "visibility", CHOICE, "'secret'", "public, private"),
    Case("bad_event_url_javascript.csv", EVENTS, 2, "url", FORM, "'javascript:alert(1)'", "https?://"),
    Case("bad_source_url_javascript.csv", SOURCES, 2, "url", "", "javascript:alert(1)"),
    Case("bad_source_twice.csv", SOURCES, 3, "source_id", TWICE, "line 2 already"),
    Case("bad_source_type_unknown.csv", SOURCES, 2, "type", CHOICE, "'rumour'", "archive, article, book"),
    Case("bad_source_year.csv", SOURCES, 2, "year", SPAN, "'19600'", "1900 to 2100"),
    Case("bad_source_without_title.csv", SOURCES, 2, "title", EMPTY, "an empty cell"),
    Case("bad_series_twice.csv", SERIES, 3, "dyad+year+measure+source_id+unit", TWICE, "line 2 already"),
    Case("bad_series_unknown_source.csv", SERIES, 2, "source_id", "unknown source_id", "(nearest known: 'chronicle')"),
    Case("bad_series_year_with_fraction.csv", SERIES, 2, "year", WHOLE, "'1950.5'", "digits 0-9"),
    Case("bad_decimal_comma.csv", SERIES, 2, "value", NUMBER, "'12,5'", "no comma"),
    Case("bad_thousands_separator.csv", SERIES, 2, "value", NUMBER, "'1,200.5'", "no comma"),
    Case("bad_thousands_space.csv", SERIES, 2, "value", NUMBER, "'1 200.5'", "no comma, space"),
    Case("bad_value_nan.csv", SERIES, 2, "value", NUMBER, "'nan'", "nan or inf"),
    Case("bad_value_inf.csv", SERIES, 2, "value", NUMBER, "'inf'", "nan or inf"),
    Case("bad_value_1e400.csv", SERIES, 2, "value", NUMBER, "'1e400'", "nan or inf"),
    Case("bad_value_empty.csv", SERIES, 2, "value", EMPTY, "an empty cell"),
    Case("bad_value_with_unit.csv", SERIES, 2, "value", NUMBER, "'$12.5'", "digits"),
)

CASES = (*FORM_OF_THE_FILE, *CODINGS, *CODEBOOK, *DYADS_AND_CODERS, *EVIDENCE)
