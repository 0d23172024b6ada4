"""The wheel holds all that scoring needs, and works in a fresh environment away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.slow

UNREACHABLE = (
    "No matching distribution found",
    "Could not find a version",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Max retries exceeded",
    "Read timed out",
)


def plain_environment() -> dict[str, str]:
    """Give an environment in which nothing leads to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def run_pip(python: str | Path, words: Sequence[str | Path], *, needs: str) -> None:
    """Run pip; where the package index cannot be reached, skip."""
    command = [python, "-m", "pip", "--disable-pip-version-check", *words]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, env=plain_environment())
    text = ended.stdout + ended.stderr
    if ended.returncode != 0 and any(phrase in text for phrase in UNREACHABLE):
        pytest.skip(f"the package index cannot be reached for {needs}")
    assert ended.returncode == 0, text[-2000:]


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    run_pip(sys.executable, ["wheel", root, "--no-deps", "-w", folder], needs="hatchling")
    built = list(folder.iterdir())
    assert [path.name.split("-")[0] for path in built] == ["alliance_metrics"]
    return built[0]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in a fresh environment, and give that environment's Python."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    run_pip(python, ["install", "--quiet", wheel], needs="numpy, pandas and pydantic")
    return python


def test_the_wheel_holds_data_and_configurations(root: Path, wheel: Path) -> None:
    """Every table, every configuration, the skeleton and the citation file lie in the wheel, byte for byte."""
    wanted = {
        f"alliance_metrics/bundled/{path.relative_to(root).as_posix()}": path.read_bytes()
        for path in (
            *(root / "data").rglob("*.csv"),
            root / "data" / "datapackage.json",
            *(root / "configs").glob("*.toml"),
            *(path for path in (root / "skeleton").rglob("*") if path.is_file()),
            root / "CITATION.cff",
        )
    }
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
        differing = [name for name, expected in wanted.items() if name not in names or content.read(name) != expected]
    assert differing == []
    assert len(wanted) > 35


def test_the_wheel_holds_the_templates_of_pages(root: Path, wheel: Path) -> None:
    """Every template, style and script lies in the wheel, byte for byte."""
    files = [path for path in (root / "alliance_metrics").rglob("templates/**/*") if path.is_file()]
    wanted = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    with zipfile.ZipFile(wheel) as content:
        assert {name: content.read(name) for name in content.namelist() if name in wanted} == wanted
    assert {Path(name).suffix for name in wanted} >= {".html", ".css", ".js"}


def test_the_wheel_holds_no_tests(wheel: Path) -> None:
    """Only the package and its papers lie in the wheel."""
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"alliance_metrics"}
    assert [name for name in names if "test" in name.lower() or "__pycache__" in name] == []


def test_the_installed_package_scores_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """A fresh installation scores all 283 dyad-years from the data it brought along."""
    command = [installed, "-m", "alliance_metrics", "score", "--draws", "200"]
    ended = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, env=plain_environment())
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(
        "baseline: cohesion 0-100, 187 dyad-years, 96 of reference pairs, 90% intervals in brackets\n"
    )
    assert f"\nData: {installed.parent.parent}" in ended.stdout
    scores = pd.read_csv(tmp_path / "results" / "baseline" / "scores.csv")
    assert (scores["tier"] == "index").sum() == 283


def test_the_installed_package_gives_the_scores_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    """Data and configuration of the installation are those of the checkout: the estimates are the same."""
    command = [installed, "-m", "alliance_metrics", "score", "bedrock", "--draws", "20"]
    subprocess.run(command, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL, env=plain_environment())
    code = "import sys, alliance_metrics as am; am.score('bedrock', draws=20).save('checkout')"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    fresh, here = (pd.read_csv(tmp_path / folder / "scores.csv") for folder in ("results/bedrock", "checkout"))
    pd.testing.assert_series_equal(fresh["estimate"], here["estimate"], rtol=0, atol=1e-9)


def test_excel_names_its_extra_in_a_plain_installation(installed: Path, tmp_path: Path) -> None:
    """Without the extra a format is refused with the command that installs it, and nothing is written."""
    command = [installed, "-m", "alliance_metrics", "score", "--draws", "20", "--format", "xlsx"]
    ended = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, env=plain_environment())
    assert ended.returncode == 1
    assert ended.stderr.endswith("\n  do: pip install 'alliance-metrics[excel]'\n")
    assert list(tmp_path.iterdir()) == []
