"""Fixtures shared by the tests of bad input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_alliance import write_small_alliance


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a valid alliance, to be copied and never changed."""
    folder = tmp_path_factory.mktemp("valid")
    write_small_alliance(folder)
    return folder
