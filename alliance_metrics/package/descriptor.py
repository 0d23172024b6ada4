"""The descriptor of a data package, checked before any of its files is opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from alliance_metrics.errors import DataError, Fault, quoted

DESCRIPTOR = "datapackage.json"
#: Properties of a package beyond the standard: sources that are the theory under test, so that no coding may rest on
#: them; hosts whose pages nobody can cite.
THEORY_SOURCES, REFUSED_HOSTS = "theory_sources", "refused_hosts"
#: What the codebook's frame makes of a score: the words for its middle, and for what lies above and below it.
FRAME, FRAME_WORDS = "frame", ("middle", "above", "below")
_DIALECTS: tuple[Mapping[str, Any], ...] = ({}, {"delimiter": ","}, {"csv": {"delimiter": ","}})


def table_of(resource_name: str) -> str:
    """Name the table a resource belongs to: what stands before the first dot.

    Parameters
    ----------
    resource_name
        Name of the resource.

    Returns
    -------
    str
        Name of the table.

    Examples
    --------
    >>> table_of("codings.coder_a.aa-bb_1949_1969")
    'codings'
    """
    return resource_name.split(".", 1)[0]


def is_table(path: Path) -> bool:
    """Say whether a file is meant as a table.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    bool
        True where its name ends in ``.csv``, in capitals or not.
    """
    return path.suffix.lower() == ".csv" and path.is_file()


def parse_descriptor(content: bytes, *, name: str) -> list[dict[str, Any]]:
    """Parse ``datapackage.json``.

    Parameters
    ----------
    content
        Its bytes.
    name
        What messages call it.

    Returns
    -------
    list of dict
        Its resources, each with a name and a relative path.

    Raises
    ------
    DataError
        Where it is not JSON, or lists no usable resources.
    """

    def fault(found: str, line: int | None = None) -> DataError:
        allowed = "a Data Package descriptor: JSON with a list of resources, each with name, path and schema"
        return DataError([Fault(name, "the descriptor cannot be used", found, allowed, "correct the file", line)])

    try:
        descriptor = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
        json.dumps(descriptor, allow_nan=False, ensure_ascii=False).encode()
    except json.JSONDecodeError as cause:
        raise fault(cause.msg, cause.lineno) from cause
    except UnicodeEncodeError as cause:
        raise fault(f"an incomplete character: {cause.object[cause.start : cause.end]!a}") from cause
    except (UnicodeDecodeError, RecursionError, ValueError) as cause:
        raise fault(str(cause)) from cause
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(resources, list) or not resources:
        raise fault("no resources are listed")
    complaint = _property_complaint(descriptor) or _resource_complaint(resources)
    if complaint:
        raise fault(complaint)
    return resources


def declared_words(descriptor: Mapping[str, Any], table: str, column: str) -> tuple[str, ...]:
    """List the words that a column may hold, in the order of the declaration.

    Parameters
    ----------
    descriptor
        A parsed descriptor.
    table, column
        The column.

    Returns
    -------
    tuple of str
        The words of its ``enum``; empty where it declares none.
    """
    for resource in descriptor["resources"]:
        if table_of(resource["name"]) != table or not isinstance(resource.get("schema"), dict):
            continue
        for field in resource["schema"].get("fields", []):
            if isinstance(field, dict) and field.get("name") == column:
                return tuple(field.get("constraints", {}).get("enum", ()))
    return ()


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text}, which is not a JSON number")


def _property_complaint(descriptor: Mapping[str, Any]) -> str:
    """Say what is wrong with the properties that results and citations show, or nothing."""
    for key in ("name", "title", "version"):
        if not isinstance(descriptor.get(key, ""), str):
            return f"{key} is {quoted(descriptor[key])}, not a text"
    for key in ("licenses", "sources"):
        entries = descriptor.get(key, [])
        if not isinstance(entries, list) or not all(_is_titled(entry) for entry in entries):
            return f"{key} is {quoted(entries)}, not a list of properties in braces, each a text"
    for key in (THEORY_SOURCES, REFUSED_HOSTS):
        entries = descriptor.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, str) and entry for entry in entries):
            return f"{key} is {quoted(entries)}, not a list of texts"
    frame = descriptor.get(FRAME, dict.fromkeys(FRAME_WORDS, "said"))
    if (
        not isinstance(frame, dict)
        or set(frame) != set(FRAME_WORDS)
        or not all(isinstance(words, str) and words for words in frame.values())
    ):
        return f"{FRAME} is {quoted(frame)}, not the texts {', '.join(FRAME_WORDS)} in braces"
    return ""


def _is_titled(entry: object) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(key, ""), str) for key in ("name", "title", "path"))


def _resource_complaint(resources: list[Any]) -> str:
    """Say what is wrong with the names and paths of the resources, or nothing."""
    names: set[str] = set()
    for resource in resources:
        texts = [resource.get(key) for key in ("name", "path")] if isinstance(resource, dict) else [None]
        if not all(isinstance(text, str) and text for text in texts):
            return f"a resource without name or path: {quoted(resource)}"
        name, path = resource["name"], PurePosixPath(resource["path"])
        if path.is_absolute() or ".." in path.parts:
            return f"resource '{name}' points outside the package: {path}"
        if not resource["path"].isprintable():
            return f"resource '{name}' has a path no file can have: {quoted(resource['path'])}"
        dialect = resource.get("dialect", {})
        if dialect not in _DIALECTS:
            return f"resource '{name}' declares the dialect {quoted(dialect)}; only commas are read"
        if name in names:
            return f"resource '{name}' is listed twice"
        names.add(name)
    return ""
