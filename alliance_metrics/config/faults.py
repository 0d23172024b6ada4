"""Messages about an invalid configuration, in terms of the file instead of the validator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from alliance_metrics.errors import Fault, listed, nearest, quoted

CANNOT_BE = "an invalid value"
#: Keys that say which kind of choice a table makes.
TAGS = ("method", "input", "kind")

_LIST, _TABLE = "a list in square brackets", "a section, or a table in curly braces, with keys of its own"
_EXPECTED = {
    **dict.fromkeys(("tuple_type", "list_type"), _LIST),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type", "mapping_type", "dataclass_type"), _TABLE),
}


def validation_fault(
    entry: Mapping[str, Any],
    model: type[BaseModel],
    values: Mapping[str, Any],
    *,
    file_of: Callable[[tuple[Any, ...]], str],
    extends: bool = True,
) -> Fault:
    """Turn one error of the validator into a fault located in the file.

    Parameters
    ----------
    entry
        The error, as the validator lists it.
    model
        What the values were checked against.
    values
        The values as parsed.
    file_of
        Names the file that holds a location.
    extends
        Whether such a file may extend another.

    Returns
    -------
    Fault
        Where, what was found, what is allowed.
    """
    path = _path_in_file(entry["loc"], values)
    where, key, kind = file_of(path), ".".join(map(str, path)), entry["type"]
    if kind == "extra_forbidden":
        known = [*_known_keys(entry["loc"], model), *(["extends"] if extends and len(path) == 1 else [])]
        found = f"{quoted(path[-1])}{nearest(str(path[-1]), known)}"
        return Fault(where, "unknown key", found, listed(known), "correct or remove the key", column=key)
    if kind == "missing":
        allowed = "see the published configurations"
        return Fault(where, "a key is missing", f"no '{path[-1]}'", allowed, "add it", column=key)
    return Fault(where, CANNOT_BE, quoted(entry.get("input")), _allowed(entry), "correct the value", column=key)


def is_echo(entry: Mapping[str, Any]) -> bool:
    """Whether an error of too few values only repeats that the values given are invalid.

    Parameters
    ----------
    entry
        The error, as the validator lists it.

    Returns
    -------
    bool
        True where the file has as many as are needed.
    """
    given = entry.get("input")
    enough = isinstance(given, (list, tuple)) and len(given) >= entry.get("ctx", {}).get("min_length", 0)
    return entry["type"] == "too_short" and enough


def _path_in_file(location: tuple[Any, ...], values: Any) -> tuple[Any, ...]:  # noqa: ANN401 - parsed TOML
    """Leave out of a validator's location the names of choices, which are not in the file."""
    *above, last = location
    path: list[Any] = []
    here = values
    for part in above:
        if isinstance(here, Mapping):
            stands = part in here and part not in _tags_of(here)
        else:
            stands = isinstance(here, (list, tuple)) and isinstance(part, int)
        if stands:
            path.append(part)
            here = here[part]
    is_choice = isinstance(here, Mapping) and last in _tags_of(here) and last not in here
    return tuple(path) if is_choice else (*path, last)


def _tags_of(values: Mapping[str, Any]) -> list[Any]:
    return [values.get(tag) for tag in TAGS if isinstance(values.get(tag), str)]


def _known_keys(location: tuple[Any, ...], root: type[BaseModel]) -> list[str]:
    """List the keys that may stand where a validator found an unknown one."""
    models = [root]
    for part in location[:-1]:
        below = [found for model in models if part in model.model_fields for found in _models_in(model, part)]
        models = below or [model for model in models if part in _tag_values(model)] or models
    return [info.alias or key for model in models for key, info in model.model_fields.items()]


def _models_in(model: type[BaseModel], key: str) -> list[type[BaseModel]]:
    def inside(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - any annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return [annotation]
        return [found for part in get_args(annotation) for found in inside(part)]

    return inside(model.model_fields[key].annotation)


def _tag_values(model: type[BaseModel]) -> tuple[Any, ...]:
    return tuple(
        value for tag in TAGS if tag in model.model_fields for value in get_args(model.model_fields[tag].annotation)
    )


def _allowed(entry: Mapping[str, Any]) -> str:
    """Describe the allowed values, in terms of the file instead of the validator."""
    context = entry.get("ctx", {})
    kind = str(entry["type"])
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    if kind == "union_tag_invalid":
        return f"{context['discriminator']} one of {context['expected_tags']}"
    if kind == "union_tag_not_found":
        return f"a table that says its {context['discriminator']}, such as {{ {context['discriminator']} = ... }}"
    if kind == "too_short":
        return f"{context['min_length']} or more values"
    if kind == "too_long":
        return f"{context['max_length']} values at most"
    return str(entry["msg"]).replace("Input should be", "").replace("Input should", "").strip()
