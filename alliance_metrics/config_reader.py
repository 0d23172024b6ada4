"""Configuration files to configurations: found by name, merged over what they extend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alliance_metrics.config import Config, parse_config
from alliance_metrics.errors import ConfigError, Fault, listed, nearest
from alliance_metrics.readers import bundled_folder, parse_toml, read_bytes

SUFFIX = ".toml"


def find_config(name: str | Path, *, beside: Path | None = None) -> Path:
    """Find the file of a configuration.

    Parameters
    ----------
    name
        A path, or the name of a configuration without its ending.
    beside
        Folder to look in first.

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
    if text.endswith(SUFFIX) or "/" in text or "\\" in text:
        return Path(text) if beside is None else beside / text
    folders = [*([beside] if beside else []), Path("configs"), bundled_folder() / "configs"]
    for folder in folders:
        if (folder / f"{text}{SUFFIX}").exists():
            return folder / f"{text}{SUFFIX}"
    known = sorted({path.stem for folder in folders for path in folder.glob(f"*{SUFFIX}")})
    fault = Fault(
        where="configuration",
        what="there is no configuration of that name",
        found=repr(text) + nearest(text, known),
        allowed=f"a path ending in .toml, or one of {listed(known, limit=20)}",
        remedy="correct the name",
    )
    raise ConfigError([fault])


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
        Where its data package lies. A package named by a published configuration is looked for in ``data/``
        here first.

    Raises
    ------
    ConfigError
        Listing every fault: no such file, not TOML, unknown keys, wrong types, values out of range, a circle.
    """
    path = find_config(name)
    merged, declared_in = _merged(path, ())
    merged.pop("extends", None)
    config = parse_config(merged, name=str(path))
    return config, _package_path(config.data.package, declared_in)


def _merged(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], Path]:
    """Merge a file over what it extends: sections key by key, each value replaced whole."""
    resolved = path.resolve()
    if resolved in seen:
        circle = " -> ".join(step.name for step in (*seen[seen.index(resolved) :], resolved))
        fault = Fault(
            str(path),
            "configurations extend each other in a circle",
            circle,
            "a chain that ends",
            "remove one `extends`",
            column="extends",
        )
        raise ConfigError([fault])
    values = parse_toml(read_bytes(path, name=str(path), error=ConfigError), name=str(path))
    parent_name = values.get("extends")
    if parent_name is None:
        return values, path
    if not isinstance(parent_name, str):
        fault = Fault(
            str(path),
            "a value of the wrong type",
            repr(parent_name),
            "the name or path of one configuration",
            "correct it",
            column="extends",
        )
        raise ConfigError([fault])
    parent, declared_in = _merged(find_config(parent_name, beside=path.parent), (*seen, resolved))
    merged = dict(parent)
    for key, value in values.items():
        below = merged.get(key)
        merged[key] = {**below, **value} if isinstance(below, dict) and isinstance(value, dict) else value
    own_data = values.get("data")
    return merged, path if isinstance(own_data, dict) and "package" in own_data else declared_in


def _package_path(package: str, declared_in: Path) -> Path:
    local = Path("data") / "datapackage.json"
    published = declared_in.resolve().is_relative_to(bundled_folder() / "configs")
    if published and local.is_file():
        return local
    return declared_in.parent / package
