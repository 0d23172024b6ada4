"""What the documents say is what the software does."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import alliance_metrics as am
from alliance_metrics.commands.cli import build_parser
from alliance_metrics.config.model import parse_config
from tests.house.test_layers import PACKAGE, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "data").rglob("*.md")])
METHODS = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "methods").rglob("*.md"))}
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *(ROOT / "skeleton").rglob("*.md")])  # test_pages runs their snippets


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands() -> dict[str, argparse.ArgumentParser]:
    actions = build_parser()._actions  # noqa: SLF001 - argparse offers no other way to list commands
    found = next(action for action in actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001
    return found.choices


def test_the_readme_lists_every_command_and_option():
    """Usage in the README and in --help are the same."""
    usage = blocks(README, "text")[1]
    told = {line.split()[3]: set(re.findall(r"--[a-z-]+", line)) for line in usage.strip().split("\n")}
    helped = {
        name: {o for action in parser._actions for o in action.option_strings if o.startswith("--")} - {"--help"}  # noqa: SLF001
        for name, parser in commands().items()
    }
    assert told == helped


def test_every_option_is_explained():
    """No option stands in --help without a word."""
    for name, parser in commands().items():
        assert all(action.help for action in parser._actions), name  # noqa: SLF001


@pytest.mark.slow
def test_python_snippets_run(tmp_path, monkeypatch):
    """Every Python block of every document runs, in order, beside a fresh result."""
    am.score("baseline", draws=20).save(tmp_path / "results" / "baseline")
    monkeypatch.chdir(tmp_path)
    snippets = [snippet for path in DOCUMENTS for snippet in blocks(path.read_text(encoding="utf-8"), "python")]
    assert len(snippets) >= 2
    for snippet in snippets:
        done = subprocess.run([sys.executable, "-c", snippet], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_toml_snippets_are_configurations():
    """Every TOML block of every document parses and, over the published index, is a valid configuration."""
    base = tomllib.loads((ROOT / "configs/baseline.toml").read_text(encoding="utf-8"))
    found = [block for path in DOCUMENTS for block in blocks(path.read_text(encoding="utf-8"), "toml")]
    assert found
    for block in found:
        values = tomllib.loads(block)
        assert values.pop("extends") == "baseline"
        assert parse_config({**base, **values}, name="README.md").name == values["name"]


def test_the_test_command_is_the_one_that_is_run():
    """The README's test command, CONTRIBUTING's and the automatic run's are one and the same."""
    command = next(block.strip() for block in blocks(README, "sh") if "pytest" in block)
    assert command in (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert command in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_configuration_is_in_the_readme_and_says_why_it_exists():
    """Each file of configs/ begins with a comment and has a description; but for the claims it stands in the README."""
    for path in (ROOT / "configs").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# "), path.name
        assert path.stem == "claims" or f"`{path.stem}`" in README, path.name
        assert tomllib.loads(text)["name"] == path.stem, path.name
        assert tomllib.loads(text)["description"], path.name


def test_links_between_documents_lead_somewhere():
    """Every relative link of every document names a file that is there."""
    for path in [*DOCUMENTS, *PAGES]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_function_named_in_methods_exists():
    """The pages on methods name the function that computes each formula, and it is there."""
    text = "\n".join(METHODS.values())
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*\.py)(?:::([A-Za-z_.]+))?`", text))
    assert len(named) >= 100
    missing = []
    for module, function in sorted(named):
        path = PACKAGE / module
        source = path.read_text(encoding="utf-8") if path.exists() else ""
        pattern = rf"^\s*(def|class) {function.split('.')[-1]}\b" if function else "."
        missing += [] if re.search(pattern, source, re.MULTILINE) else [f"{module}::{function}"]
    assert missing == []


def test_the_pages_on_methods_are_the_folders_of_the_package():
    """Each page is named after a folder, each question about the past has its page, and the index links them all."""
    home = ROOT / "docs" / "methods"
    pages = {path.relative_to(home).with_suffix("").as_posix() for path in METHODS} - {"README"}
    questions = {f"history/{path.parent.name}" for path in (PACKAGE / "history").glob("*/__init__.py")}
    assert [page for page in sorted(pages) if not (PACKAGE / page).is_dir()] == []
    assert questions == {page for page in pages if page.startswith("history/")}
    assert pages == set(re.findall(r"^\| \[[a-z ]+\]\(([^)]+)\.md\)", METHODS[home / "README.md"], re.MULTILINE))


def test_pages_on_methods_can_be_read_beside_code():
    """No line of theirs is longer than a line of code."""
    lines = [(path.name, line) for path, text in METHODS.items() for line in text.splitlines() if len(line) > 120]
    assert lines == []


def test_the_project_speaks_only_of_itself():
    """No tracked text names a machine path or a package index."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    pattern = re.compile(
        r"(^|[^A-Za-z0-9._])/(home|root|work|farm|tmp/bash)/[A-Za-z.]|pypi\.org|pythonhosted", re.MULTILINE
    )
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".toml", ".txt", ".cff"}
            and path != Path(__file__).resolve()
            and path.is_file()
        ):
            assert not pattern.search(path.read_text(encoding="utf-8", errors="replace")), name


def test_versions_agree():
    """pyproject.toml, CITATION.cff and the changelog name one version."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f'version: "{version}"' in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_unstated_environment_changes_no_number(small, tmp_path):
    """Hash seed and locale do not reach the results."""
    outputs = []
    for seed, locale in (("0", "C"), ("1", "C.UTF-8")):
        out = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "alliance_metrics", "score", str(small), "--out", str(out)],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale},
            check=True,
            capture_output=True,
        )
        outputs.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert outputs[0] == outputs[1]
