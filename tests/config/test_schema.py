"""The JSON Schema for editors says what the configuration's own models say."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from alliance_metrics.config.model import config_schema
from alliance_metrics.package.files import bundled_folder
from tests.bad_input.cases_of_configurations import KEYS_AND_TYPES
from tests.bad_input.cases_of_methods import INDEX, UNCERTAINTY

CLAIMS = "claims"  # a file of claims, which has a form of its own
CONFIGS = sorted(path for path in (bundled_folder() / "configs").glob("*.toml") if path.stem != CLAIMS)
NOT_IN_ONE_FILE = {
    "schema_missing",  # may stand in the configuration that is extended
    "name_missing",
    "input_repeated",
    "budget_without_file",
    "budget_ignored",
    "budget_missing",
    "budget_points",
    "budget_expert_twice",
    "schema_with_point",  # JSON knows one kind of number
    "fraction_for_whole_number",
    "nan",  # no JSON
    "inf",
    "1e400",
    "date_for_number",
}
CASES = [
    case for case in (*KEYS_AND_TYPES, *INDEX, *UNCERTAINTY) if not case.where and case.name not in NOT_IN_ONE_FILE
]


def accepted(path: Path) -> bool:
    """Whether the schema accepts a file."""
    values = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8"))))
    return jsonschema.Draft202012Validator(config_schema()).is_valid(values)


def test_the_published_schema_is_the_models() -> None:
    """The file is what `config_schema` gives; write it anew from there when a section changes."""
    text = json.dumps(config_schema(), indent=1, ensure_ascii=False) + "\n"
    assert (bundled_folder() / "configs" / "config.schema.json").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_published_configurations_are_accepted(path: Path) -> None:
    """Every published configuration is valid against the schema."""
    assert accepted(path)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_one_file_shows_to_be_wrong_is_refused(case, small) -> None:
    """An editor marks what reading the file would refuse."""
    case.spoil(small.parent)
    assert not accepted(small)
