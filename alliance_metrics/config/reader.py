"""Reading configuration files: found by name, merged over the files they extend."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance_metrics.config.model import Config, parse_config
from alliance_metrics.errors import ConfigError, DataError, Fault, listed, nearest, quoted
from alliance_metrics.package.descriptor import DESCRIPTOR
from alliance_metrics.package.files import bundled_folder, parse_table, parse_text, parse_toml, read_bytes
from alliance_metrics.package.table import check_primary_key, check_table
from alliance_metrics.package.table_schema import Field, TableSchema

SUFFIX = ".toml"


def find_config(name: str | Path, *, asked_by: Path | None = None) -> Path:
    """Find the file of a configuration.

    Parameters
    ----------
    name
        A path, or the name of a configuration without its ending.
    asked_by
        The configuration that extends it; its folder is looked in first.

    Returns
    -------
    Path
        The file. A name is looked for beside the file that asks, in ``configs/`` here, then among the published ones.

    Raises
    ------
    ConfigError
        Where there is none.
    """
    text = str(name)
    beside = asked_by.parent if asked_by is not None else None
    is_path = text.endswith(SUFFIX) or "/" in text or "\\" in text
    if is_path and "\0" not in text:
        return Path(text) if beside is None else beside / text
    folders = [*([beside] if beside else []), Path("configs"), bundled_folder() / "configs"]
    found = [path for folder in folders if _is_there(path := folder / f"{text}{SUFFIX}")]
    others = [path for path in found if asked_by is None or path.resolve() != asked_by.resolve()]
    if found:
        return (others or found)[0]
    known = sorted({path.stem for folder in folders for path in folder.glob(f"*{SUFFIX}")})
    fault = Fault(
        where="configuration" if asked_by is None else str(asked_by),
        what="there is no configuration of that name",
        found=quoted(text) + nearest(text, known),
        allowed=f"a path ending in .toml, or one of {listed(known, limit=20)}",
        remedy="correct the name",
        column=None if asked_by is None else "extends",
    )
    raise ConfigError([fault])


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name no file can have
        return False


@dataclass(frozen=True)
class _Merged:
    """Values of a configuration over those it extends, and the file each comes from."""

    values: dict[str, Any]
    origins: dict[tuple[str, ...], Path]


def read_config(name: str | Path) -> tuple[Config, Path]:
    """Read a configuration with everything it extends.

    Parameters
    ----------
    name
        A path or a name; see `find_config`.

    Returns
    -------
    config : Config
        The configuration, complete.
    package : Path
        Where its data package lies. Unless a configuration of the reader's own names one, it is looked for in
        ``data/`` here first, then beside the configuration.

    Raises
    ------
    ConfigError
        Listing every fault: no such file, not TOML, unknown keys, wrong types, values out of range, a circle.
    """
    path = find_config(name)
    merged = _read_merged(path, ())
    origins = {key: str(origin) for key, origin in merged.origins.items()}
    values = _with_allocations(merged)
    config = parse_config(values, name=str(path), origins=origins)
    return config, _package_path(config, merged.origins.get(("data", "package")), path)


def _read_merged(path: Path, seen: tuple[Path, ...]) -> _Merged:
    """Merge a file over what it extends: sections key by key, each value replaced whole."""
    content = read_bytes(path, name=str(path), error=ConfigError)
    resolved = path.resolve()
    if resolved in seen:
        circle = " -> ".join(step.name for step in (*seen[seen.index(resolved) :], resolved))
        raise _extends_error(path, "configurations extend each other in a circle", circle)
    values = parse_toml(content, name=str(path))
    parent_name = values.pop("extends", None)
    if parent_name is None:
        return _over(_Merged({}, {}), values, path)
    if not isinstance(parent_name, str):
        raise _extends_error(path, "a value of the wrong type", quoted(parent_name))
    return _over(_read_merged(find_config(parent_name, asked_by=path), (*seen, resolved)), values, path)


def _extends_error(path: Path, what: str, found: str) -> ConfigError:
    allowed = "the name or path of one configuration, in a chain that ends"
    return ConfigError([Fault(str(path), what, found, allowed, "correct `extends`", column="extends")])


def _over(parent: _Merged, values: dict[str, Any], path: Path) -> _Merged:
    own = {"name", "description"}  # a variant has a name and a description of its own
    merged = {key: value for key, value in parent.values.items() if key not in own}
    origins = {key: origin for key, origin in parent.origins.items() if key[0] not in own}
    for key, value in values.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = {**below, **value}
        else:
            merged[key], origins[key,] = value, path
        if isinstance(value, dict):
            origins |= {(key, inner): path for inner in value}
    return _Merged(merged, origins)


def _with_allocations(merged: _Merged) -> dict[str, Any]:
    """Add the points that experts gave to the configuration, so that it holds all inputs of the weights."""
    section = merged.values.get("index")
    budget = section.get("budget") if isinstance(section, dict) else None
    if not isinstance(section, dict) or not isinstance(budget, str) or section.get("weighting") != "budget":
        return merged.values
    path = merged.origins["index", "budget"].parent / budget
    content = read_bytes(path, name=str(path), error=ConfigError)
    try:
        frame, faults = check_table(parse_table(parse_text(content, name=str(path)), name=str(path)), _ALLOCATIONS)
    except DataError as error:
        raise ConfigError(error.faults) from error
    faults = faults or check_primary_key(frame, _ALLOCATIONS.primary_key)
    if faults:
        raise ConfigError(faults)
    rows = frame[list(_ALLOCATIONS.names)].to_dict("records")
    return {**merged.values, "index": {**section, "allocations": rows}}


_POINTS = {"required": True, "minimum": 0, "maximum": 1e9}
#: What a file of points looks like.
_ALLOCATIONS = TableSchema(
    fields=(
        Field("expert", "string", {"required": True}),
        Field("component", "string", {"required": True}),
        Field("points", "number", _POINTS),
    ),
    primary_key=("expert", "component"),
    foreign_keys=(),
)


def _package_path(config: Config, declared_in: Path | None, beside: Path) -> Path:
    """Find the data package: as declared, unless a published configuration declares it or none does.

    Then ``data/`` here is looked for first, then beside the configuration and above it, then the published data.
    """
    published = bundled_folder()
    if declared_in is not None and not declared_in.resolve().is_relative_to(published / "configs"):
        return declared_in.parent / config.data.package
    places = [Path("data"), beside.parent / "data", beside.parent.parent / "data"]
    found = [place / DESCRIPTOR for place in places if (place / DESCRIPTOR).is_file()]
    return found[0] if found else published / "data" / DESCRIPTOR


def package_of(config: Config) -> Path:
    """Find the data package of a configuration that comes from no file.

    Parameters
    ----------
    config
        The configuration.

    Returns
    -------
    Path
        Its package relative to the working folder if it is there; else ``data/`` here, else the published data.
    """
    own = Path(config.data.package)
    return own if own.is_file() else _package_path(config, None, Path("configs") / "none")
