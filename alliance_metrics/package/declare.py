"""Update ``datapackage.json`` to the files beside it: data change by a command, never as a side effect."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

from alliance_metrics.errors import DataError, Fault, listed
from alliance_metrics.package.contract import OPTIONAL, TABLES, known_field
from alliance_metrics.package.descriptor import DESCRIPTOR, is_table, parse_descriptor, table_of
from alliance_metrics.package.files import bundled_folder, digest_of, read_bytes
from alliance_metrics.results.folders import replace_text

_CODED_FOLDERS = {"codings": "codings", "context": "context_codings"}
_NOT_NAME = re.compile(r"[^a-z0-9._-]+")
_FORM = {
    "profile": "tabular-data-resource",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "dialect": {"csv": {"delimiter": ","}},
}


def declare(folder: str | Path) -> list[str]:
    """Declare the tables of a folder: add what is new, drop what is gone, renew size and digest.

    Parameters
    ----------
    folder
        Folder of a data package. Where it has no ``datapackage.json`` yet, one is made with the schemas of the
        published package.

    Returns
    -------
    list of str
        What changed, a line each; empty where nothing did.

    Raises
    ------
    DataError
        Where the folder holds no table, a table no schema is known for, or cannot be written.
    """
    root = Path(folder)
    target = root / DESCRIPTOR
    published = json.loads(read_bytes(bundled_folder() / "data" / DESCRIPTOR, name=DESCRIPTOR))
    known = {table_of(resource["name"]): resource for resource in published["resources"]}
    if target.is_file():
        content = read_bytes(target, name=str(target))
        known.update({table_of(entry["name"]): entry for entry in parse_descriptor(content, name=str(target))})
        descriptor = json.loads(content)
    else:
        descriptor = {
            "$schema": published["$schema"],
            "name": _NOT_NAME.sub("-", root.resolve().name.lower()).strip("-.") or "data",
            "version": "0.1.0",
            "resources": [],
        }
    earlier = {resource["path"]: resource for resource in descriptor["resources"]}
    resources = _declared(root, earlier, known)
    descriptor["resources"] = resources
    changes = _changes(earlier, {resource["path"]: resource for resource in resources})
    if changes or not target.is_file():
        _write(target, json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n")
    return changes


def _declared(root: Path, earlier: dict[str, Any], known: dict[str, Any]) -> list[dict[str, Any]]:
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if is_table(path))
    paths = [path for path in paths if not any(part.startswith(".") for part in PurePosixPath(path).parts)]
    by_path = {resource["path"]: name for name, resource in known.items()}
    taken = {earlier[path]["name"] for path in paths if path in earlier}
    resources, orphans = [], []
    for path in paths:
        table = table_of(earlier[path]["name"]) if path in earlier else by_path.get(path, _usual_table(path))
        if table not in known and table not in TABLES:
            orphans.append(path)
            continue
        content = read_bytes(root / path, name=path)
        like = known.get(table) or {"title": table.replace("_", " "), "schema": {"fields": []}}
        template = earlier.get(path) or _template(table, path, like, taken)
        if "schema" not in template:
            what, allowed = "a table is declared without a schema", "a schema for every table"
            raise DataError([Fault(str(root / DESCRIPTOR), what, path, allowed, "restore the schema")])
        schema = template["schema"] if path in earlier else _without_absent_columns(template["schema"], table, content)
        template = {**template, "schema": _with_further_columns(schema, table, content)}
        rest = {key: value for key, value in template.items() if key not in {"name", "path", "bytes", "hash"}}
        facts = {"bytes": len(content), "hash": digest_of(content)}
        resources.append({"name": template["name"], "path": path, **_FORM, **facts, **rest})
    if orphans or not resources:
        found = listed(orphans) if orphans else "no .csv file"
        allowed = "the tables of the published package, codings/<coder>/*.csv and context/<coder>/*.csv"
        raise DataError([Fault(str(root), "tables that cannot be declared", found, allowed, "move or rename them")])
    order = [*known, *TABLES]
    return sorted(resources, key=lambda resource: (order.index(table_of(resource["name"])), resource["path"]))


def _template(table: str, path: str, like: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    """Describe a new file after another one of its table, under a name of its own."""
    name = wanted = _resource_name(table, path)
    count = 1
    while name in taken:
        count += 1
        name = f"{wanted}-{count}"
    taken.add(name)
    *_, coder, file = ("", *PurePosixPath(path).with_suffix("").parts)
    title = f"Codings: {coder}, {file}" if table in _CODED_FOLDERS.values() else like.get("title", table)
    return {"name": name, "title": title} | ({"schema": like["schema"]} if "schema" in like else {})


def _usual_table(path: str) -> str:
    """Name the table of a file by its folder where it holds codings, else by its name."""
    place = PurePosixPath(path)
    return _CODED_FOLDERS.get(place.parts[0], "") if len(place.parts) == 3 else place.stem


def _header_of(content: bytes) -> list[str]:
    return content.split(b"\n", 1)[0].decode("utf-8", errors="replace").split(",")


def _without_absent_columns(schema: Any, table: str, content: bytes) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Leave out of the schema of another file what this one lacks, as far as a table may lack it."""
    lacking = set(OPTIONAL.get(table, {})) - set(_header_of(content))
    fields = [field for field in schema["fields"] if field["name"] not in lacking]
    kept = {field["name"] for field in fields}
    return {**schema, "fields": fields} if kept >= set(schema.get("primaryKey", [])) else schema


def _with_further_columns(schema: Any, table: str, content: bytes) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Add to a schema the columns of a file that a table may have."""
    header = _header_of(content)
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        return schema
    declared = {field.get("name"): field for field in fields}
    added = {name: field for name in header if name not in declared and (field := known_field(table, name))}
    if not added or set(header) != {*declared, *added}:
        return schema
    return {**schema, "fields": [{**declared, **added}[name] for name in header]}


def _resource_name(table: str, path: str) -> str:
    if table not in _CODED_FOLDERS.values():
        return table
    parts = PurePosixPath(path).with_suffix("").parts[1:]
    return ".".join([table, *(_NOT_NAME.sub("-", part.lower()) for part in parts)])


def _changes(earlier: dict[str, Any], now: dict[str, Any]) -> list[str]:
    lines = [f"added {path}" for path in now if path not in earlier]
    lines += [f"removed {path}" for path in earlier if path not in now]
    for path, resource in now.items():
        if path in earlier and resource != earlier[path]:
            what = "renewed" if resource.get("hash") != earlier[path].get("hash") else "restated"
            lines.append(f"{what} {path}")
    return lines


def _write(target: Path, text: str) -> None:
    try:
        replace_text(target, text)
    except OSError as cause:
        what, allowed = "the declaration cannot be written", "a folder that can be written, on a disk with free space"
        fault = Fault(str(target), what, str(cause), allowed, "correct its permissions, or free some space")
        raise DataError([fault]) from cause
