"""Every way in which the codings can be wrong, by themselves or beside what they cite."""

from __future__ import annotations

from tests.bad_input.case import Case, added, cell
from tests.bad_input.constants import (
    ANN,
    BOB,
    CODINGS_FILE,
    DYADS,
    EMPTY,
    FORM,
    LEVELS,
    MORE,
    SERIES,
    SPAN,
    TWICE,
    WHOLE,
)
from tests.bad_input.edits import Cell, Edit, Gone, Line, Whole
from tests.small_alliance import coding_text

HEADER, FIRST_ROW, *_ = coding_text("ann").splitlines(keepends=True)
CELL = "dyad+year+indicator_id+coder"
OTHER_DYAD = Line(DYADS, 3, "CC-DD,CC,DD,903,904,CCC,DDD,1950-1953,1950,1953,cc-dd")
FULL_WIDTH = "\uff11\uff19\uff15\uff10"  # 1950 in the digits of East Asian type


def line_4(name: str, cells: dict[str, str], what: str, found: str, allowed: str) -> Case:
    """Give a case of a score and a range that do not fit together in line 4, where 2 lies within 1 to 2."""
    edits = tuple(Cell(ANN, 4, column, text) for column, text in cells.items())
    return Case(name, edits, 4, "low+score+high", what, found, allowed)


def no_score(name: str, score: str) -> Case:
    """Give a case of a score in line 6 that is no whole number."""
    return cell(name, ANN, 6, "score", score, WHOLE, f"'{score}'", "digits 0-9")


SCORES = (
    Case(
        "level_not_described",
        Edit(LEVELS, "talks,4,Level 4\n", ""),
        2,
        "score",
        "not a described level",
        "= 4",
        "'talks'",
        CODINGS_FILE,
    ),
    cell("score_out_of_range", ANN, 2, "score", "5", SPAN, "'5'", "0 to 4"),
    cell("score_negative", ANN, 5, "score", "-1", SPAN, "'-1'", "0 to 4"),
    Case(
        "seven_scores_out_of_range",
        tuple(Cell(ANN, line, "score", "9") for line in range(2, 9)),
        8,
        "score",
        SPAN,
        "'9'",
        "0 to 4",
        times=7,
    ),
    line_4("low_above_score", {"low": "3"}, "does not hold the score", "low 3, score 2", "low <= score"),
    line_4("score_above_high", {"high": "1"}, "does not hold the score", "score 2, high 1", "score <= high"),
    line_4("low_empty", {"low": ""}, "half empty", "AA-BB 1952 talks ann", "all filled or all empty"),
    line_4("range_without_score", {"score": ""}, "half empty", "AA-BB 1952 talks ann", "all filled"),
    line_4(
        "missing_score_without_note",
        {"score": "", "low": "", "high": "", "note": ""},
        "has no reason",
        "AA-BB 1952 talks ann",
        "a note",
    ),
    no_score("score_na", "NA"),
    no_score("score_nan", "nan"),
    no_score("score_with_space", " 3"),
    no_score("score_with_point", "3.0"),
    no_score("score_with_underscore", "1_0"),
    no_score("score_superscript", "³"),
)

YEARS = (
    cell("year_outside_era", ANN, 5, "year", "1954", "outside every era", "AA-BB 1954 talks ann", "1950-1953"),
    cell("year_in_words", ANN, 5, "year", "MCMLIII", WHOLE, "'MCMLIII'", "digits 0-9"),
    Case(
        "year_empty_twice",
        (Cell(ANN, 2, "year", ""), Cell(ANN, 3, "year", "")),
        3,
        "year",
        EMPTY,
        "an empty cell",
        "a value",
        times=2,
    ),
    cell("year_of_nineteen_digits", ANN, 5, "year", "1" * 19, WHOLE, "1111111111111111111"),
    cell("full_width_digits", ANN, 2, "year", FULL_WIDTH, WHOLE, f"'{FULL_WIDTH}'", "no point, space or other digits"),
)

REFERENCES = (
    cell("unknown_indicator", ANN, 3, "indicator_id", "talk", "unknown indicator_id", "(nearest known: 'talks')"),
    cell("unknown_dyad", ANN, 3, "dyad", "AA-BC", "unknown dyad", "'AA-BC' (nearest known: 'AA-BB')", "'dyads'"),
    cell("unknown_coder", ANN, 3, "coder", "anna", "unknown coder", "'anna' (nearest known: 'ann')", "ann, bob"),
    cell("unknown_evidence", ANN, 3, "evidence_ids", "handshak", "unknown evidence", "(nearest known: 'handshake')"),
    cell(
        "unknown_series",
        ANN,
        3,
        "evidence_ids",
        "rumour series:trade_totl",
        "unknown evidence",
        "(nearest known: 'series:trade_total')",
    ),
    cell("evidence_after_comma", ANN, 3, "evidence_ids", '"handshake, rumour"', FORM, "handshake, rumour", "the form"),
    cell(
        "evidence_after_two_spaces", ANN, 3, "evidence_ids", "handshake  rumour", FORM, "handshake  rumour", "the form"
    ),
    Case(
        "series_of_another_dyad",
        (Cell(SERIES, 2, "dyad", "CC-DD"), OTHER_DYAD),
        2,
        "evidence_ids",
        "a series of another dyad",
        "AA-BB 1950 talks ann cites 'series:trade_total'",
        "for the same dyad",
        CODINGS_FILE,
    ),
)

FILES = (
    added(
        "cell_twice",
        ANN,
        3,
        FIRST_ROW.rstrip("\n"),
        CELL,
        "the same key stands twice",
        "line 2 already",
        "one row for each",
    ),
    Case("cell_twice_across_files", Whole(MORE, HEADER + FIRST_ROW), 2, CELL, TWICE, f"{CODINGS_FILE} line 2 already"),
    Case(
        "coder_folder",
        (Cell(ANN, 6, "coder", "bob"), Gone(BOB)),
        6,
        "coder",
        "another coder's folder",
        "bob",
        "'ann' in codings/ann/",
    ),
    Case(
        "no_codings",
        (Whole(ANN, HEADER), Gone(BOB)),
        None,
        "data",
        "no coded cell is left",
        where="configuration 'small'",
    ),
)

CASES = (*SCORES, *YEARS, *REFERENCES, *FILES)
