"""Files to text, and text to cells: nothing is repaired or guessed."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from pathlib import Path
from typing import Any

from alliance_metrics.errors import ConfigError, DataError, Fault, FaultsError, quoted
from alliance_metrics.package.table import RawTable

_BOM = b"\xef\xbb\xbf"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PACKAGE_FOLDER = Path(__file__).resolve().parents[1]


def bundled_folder() -> Path:
    """Give the folder of the files shipped with the package: ``data``, ``configs``, ``skeleton``.

    Returns
    -------
    Path
        The copy inside an installed wheel, or the checkout the package is run from.
    """
    inside = _PACKAGE_FOLDER / "bundled"
    return inside if inside.is_dir() else _PACKAGE_FOLDER.parent


def read_bytes(path: Path, *, name: str, error: type[FaultsError] = DataError) -> bytes:
    """Read a whole file.

    Parameters
    ----------
    path
        The file.
    name
        What messages call it.
    error
        Class of the error raised.

    Returns
    -------
    bytes
        The content.

    Raises
    ------
    FaultsError
        Of the class asked for: where the file is missing, is a directory or may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as cause:
        raise error([_file_fault(name, "the file is not there", str(path))]) from cause
    except (IsADirectoryError, NotADirectoryError) as cause:
        raise error([_file_fault(name, "there is a directory where a file should be", str(path))]) from cause
    except (OSError, ValueError) as cause:  # ValueError: a name no file can have
        reason = getattr(cause, "strerror", None) or str(cause)
        raise error([_file_fault(name, "the file cannot be read", f"{quoted(str(path))}: {reason}")]) from cause


def _file_fault(name: str, what: str, found: str) -> Fault:
    return Fault(name, what, found, "a readable file", "correct the path, or put the file there")


def digest_of(content: bytes) -> str:
    """Give the SHA-256 digest of some bytes, as data packages write it.

    Parameters
    ----------
    content
        The bytes.

    Returns
    -------
    str
        ``sha256:`` and 64 hexadecimal digits.
    """
    return "sha256:" + hashlib.sha256(content).hexdigest()


def parse_text(content: bytes, *, name: str) -> str:
    """Decode the bytes of a table.

    Parameters
    ----------
    content
        The bytes of the file.
    name
        What messages call it.

    Returns
    -------
    str
        The text, with line feeds between lines.

    Raises
    ------
    DataError
        Where the file is empty, is not UTF-8, or holds a byte order mark, carriage returns or control
        characters. One table has one form in bytes, so that its digest names its content.
    """

    def _fault(what: str, found: str, allowed: str, remedy: str, line: int | None = None) -> DataError:
        return DataError([Fault(name, what, found, allowed, remedy, line)])

    if not content.strip():
        raise _fault("the file is empty", f"{len(content)} bytes", "a header line and rows", "restore the file")
    save_as = "save it as plain UTF-8 without byte order mark, lines ending in LF"
    if content.startswith(_BOM):
        raise _fault("the file begins with a byte order mark", "EF BB BF", "plain UTF-8", save_as, 1)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as cause:
        line = content.count(b"\n", 0, cause.start) + 1
        found = f"byte {content[cause.start]:#04x} at position {cause.start}"
        raise _fault("the file is not UTF-8", found, "text encoded as UTF-8", save_as, line) from cause
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        found = f"{text.count(chr(13))} carriage returns (CR)"
        raise _fault("lines end in CR or CRLF", found, "lines ending in LF alone", save_as, line)
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        found = f"character {ord(control.group()):#04x}"
        raise _fault("the file holds a control character", found, "printable text", "remove it", line)
    return text


def parse_table(text: str, *, name: str) -> RawTable:
    """Split the text of a table into cells.

    Parameters
    ----------
    text
        The whole text.
    name
        What messages call the file.

    Returns
    -------
    RawTable
        Its header and columns, each row with the line it begins on.

    Raises
    ------
    DataError
        Listing every row with too many or too few cells and every blank row, or the place where quoting breaks.
    """
    rows, lines = _split_rows(text, name)
    header, body = tuple(rows[0]), rows[1:]
    if not header:
        raise DataError([_blank_fault(name, 1)])
    faults = _row_faults(body, lines[1:], len(header), name)
    if faults:
        raise DataError(faults)
    columns = tuple(list(column) for column in zip(*body, strict=True)) if body else tuple([] for _ in header)
    return RawTable(name, header, columns, lines[1:])


def _split_rows(text: str, name: str) -> tuple[list[list[str]], list[int]]:
    """Give the rows of a text, and the line each begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    begin = 1
    limit = csv.field_size_limit(len(text) + 1)
    try:
        for row in reader:
            rows.append(row)
            lines.append(begin)
            begin = reader.line_num + 1
    except csv.Error as cause:
        fault = Fault(
            where=name,
            what="the quoting of a row is broken",
            found=str(cause),
            allowed="cells with commas, quotes or line breaks in double quotes, inner quotes doubled",
            remedy="correct the quotes on this line, or on an earlier one",
            line=begin,
        )
        raise DataError([fault]) from cause
    finally:
        csv.field_size_limit(limit)
    return rows, lines


def _blank_fault(name: str, line: int) -> Fault:
    return Fault(name, "a row is blank", "a blank line", "no blank lines", "remove it", line)


def _row_faults(body: list[list[str]], lines: list[int], width: int, name: str) -> list[Fault]:
    faults = []
    for row, line in zip(body, lines, strict=True):
        if len(row) == width:
            continue
        if not row:
            faults.append(_blank_fault(name, line))
            continue
        what = f"a row has {'more' if len(row) > width else 'fewer'} cells than the header"
        found = f"{len(row)} cells beginning {','.join(row[:3])!r}"
        remedy = "put cells that hold a comma in double quotes, or complete the row"
        faults.append(Fault(name, what, found, f"{width} cells, as the header", remedy, line))
    return faults


def parse_toml(content: bytes, *, name: str) -> dict[str, Any]:
    """Parse the bytes of a configuration.

    Parameters
    ----------
    content
        The bytes of the file.
    name
        What messages call it.

    Returns
    -------
    dict
        The tables as plain Python values.

    Raises
    ------
    ConfigError
        Where the bytes are not UTF-8, or the text is not TOML, or nests too deep.
    """
    allowed = "a TOML 1.0 document in plain UTF-8"

    def fault(what: str, found: str, line: int | None = None) -> ConfigError:
        remedy = "correct the file; see the comments in the published configurations for the form"
        return ConfigError([Fault(name, what, found, allowed, remedy, line)])

    if content.startswith(_BOM):
        raise fault("the file begins with a byte order mark", "EF BB BF", 1)
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as cause:
        line = content.count(b"\n", 0, cause.start) + 1
        raise fault("the file is not UTF-8", f"byte {content[cause.start]:#04x}", line) from cause
    except RecursionError as cause:
        raise fault("values are nested too deeply", "hundreds of brackets inside one another") from cause
    except ValueError as cause:
        match = re.search(r"at line (\d+)", str(cause))
        hint = ""
        if "overwrite" in str(cause):
            hint = ' (a weight for a component with a dot in its name is written "pillar.dimension" = 2)'
        raise fault("the file is not valid TOML", f"{cause}{hint}", int(match.group(1)) if match else None) from cause
