"""Every way in which the file of a table can be ill-formed, whatever its cells say."""

from __future__ import annotations

import codecs

from tests.bad_input.case import Case, added
from tests.bad_input.constants import ANN, EVENTS, MORE, SERIES, TWICE
from tests.bad_input.edits import Cell, Edit, Whole
from tests.small_alliance import coding_text

CODINGS = coding_text("ann")
HEADER = CODINGS.split("\n", 1)[0] + "\n"
UTF_16 = codecs.BOM_UTF16_LE + CODINGS.encode("utf-16-le")


def in_note(name: str, note: str | bytes, *fault: str) -> Case:
    """Give a case of line 6 being unreadable for its note."""
    return Case(name, Cell(ANN, 6, "note", note), 6, None, *fault)


def codings(name: str, edits: Edit | tuple[Edit, ...], *fault: str) -> Case:
    """Give a case of codings whose header is wrong."""
    return Case(name, edits, 1, "header", *fault)


def in_every_row(old: str, new: str) -> Edit:
    """Change what each of the 20 rows holds."""
    return Edit(ANN, old, new, times=20)


ENCODING = (
    Case("empty_file", Whole(ANN, ""), None, None, "the file is empty", "0 bytes", "a header line"),
    Case("empty_evidence", Whole(EVENTS, ""), None, None, "the file is empty", "0 bytes", "a header line"),
    Case("white_space_only", Whole(ANN, " \n\t\n"), None, None, "the file is empty", "4 bytes", "a header line"),
    in_note("latin_1", b"s\xe9ance", "not UTF-8", "byte 0xe9", "UTF-8"),
    Case("utf_16", Whole(ANN, UTF_16), 1, None, "not UTF-8", "byte 0xff", "UTF-8"),
    Case(
        "byte_order_mark",
        Whole(ANN, codecs.BOM_UTF8 + CODINGS.encode()),
        1,
        None,
        "byte order mark",
        "EF BB BF",
        "plain UTF-8",
    ),
    Case("crlf", Edit(ANN, "\n", "\r\n", times=21), 1, None, "CR or CRLF", "21 carriage returns", "LF alone"),
    Case("one_crlf", Cell(ANN, 4, "note", "made up\r"), 4, None, "CR or CRLF", "1 carriage returns", "LF alone"),
    Case("cr_only", Edit(ANN, "\n", "\r", times=21), 1, None, "CR or CRLF", "21 carriage returns", "LF alone"),
    in_note("nul", "made\0up", "control character", "0x00", "printable"),
    in_note("control_character", "ding\a", "control character", "0x07", "printable"),
)

ROWS = (
    in_note("row_too_long", "made up, badly", "more cells than the header", "10 cells", "9 cells"),
    Case(
        "row_too_short",
        Edit(ANN, "1951,secrets,ann,3,2,4,,", "1951,secrets,ann,3,2,4,"),
        7,
        None,
        "fewer cells than the header",
        "8 cells",
        "9 cells",
    ),
    added("blank_row", ANN, 6, "", None, "blank", "a blank line", "no blank lines"),
    added("blank_last_row", ANN, 22, "", None, "blank", "a blank line", "no blank lines"),
    added("blank_first_row", ANN, 1, "", None, "blank"),
    in_note("quote_not_closed", '"made up', "quoting", "", "double quotes"),
    in_note("text_after_quote", '"made" up', "quoting", "", "double quotes"),
)

COLUMNS = (
    codings("semicolons", Edit(ANN, ",", ";", times=168), "comma separated", "dyad;year", "dyad,year"),
    codings("tabs", Edit(ANN, ",", "\t", times=168), "comma separated", "dyad\\tyear", "dyad,year"),
    codings(
        "missing_column",
        (Edit(ANN, ",note\n", "\n"), in_every_row(",made up\n", "\n")),
        "a column is missing",
        "no 'note'",
        "evidence_ids,note",
    ),
    codings(
        "extra_column",
        (Edit(ANN, ",note\n", ",note,page\n"), in_every_row(",made up\n", ",made up,p. 1\n")),
        "a column is not declared",
        "'page'",
        "evidence_ids,note",
    ),
    codings(
        "column_order",
        (
            Edit(ANN, "dyad,year", "year,dyad"),
            *(Edit(ANN, f"AA-BB,{year}", f"{year},AA-BB", times=5) for year in range(1950, 1954)),
        ),
        "another order",
        "year,dyad,",
        "dyad,year,",
    ),
    codings("column_twice", Edit(ANN, "low,high", "low,low"), TWICE, "'low'", "score,low,high"),
    codings("column_misspelt", Edit(EVENTS, "title", "titel"), "not declared", "'titel' (nearest known: 'title')"),
    codings(
        "series_column_misspelt", Edit(SERIES, "measure", "meassure"), "not declared", "(nearest known: 'measure')"
    ),
    codings("header_missing", Edit(ANN, HEADER, ""), "a column is missing", "no 'dyad'", "dyad,year"),
)

DECLARATION = (
    Case(
        "changed_without_declare",
        Edit(ANN, "1950,talks,ann,4,3,4", "1950,talks,ann,3,3,3"),
        None,
        None,
        "differs from its declaration",
        "hash sha256:",
        declared=False,
    ),
    Case(
        "undeclared_file",
        Whole(MORE, HEADER),
        None,
        None,
        "not declared in datapackage.json",
        "more.csv",
        declared=False,
    ),
    Case(
        "undeclarable_file",
        Whole("data/notes.csv", "note\nseen\n"),
        None,
        None,
        "not declared in datapackage.json",
        "notes.csv",
    ),
)

CASES = (*ENCODING, *ROWS, *COLUMNS, *DECLARATION)
