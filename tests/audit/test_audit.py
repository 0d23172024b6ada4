"""The audit of any configuration: figures where they are defined, ranks, and the command that writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alliance_metrics.audit.audit import audit_study
from alliance_metrics.commands.cli import main
from alliance_metrics.report.text.quality import render_audit, render_audit_page
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.robustness import ranks_of

pytestmark = pytest.mark.slow


def test_ranks_count_from_the_highest_and_share_ties() -> None:
    """3, 1, 3 and missing: 1.5, 3, 1.5 and missing."""
    np.testing.assert_array_equal(ranks_of(np.array([3.0, 1.0, 3.0, np.nan])), [1.5, 3, 1.5, np.nan])


@pytest.mark.slow
def test_the_command_writes_a_folder_that_loads_and_a_page(small: Path, monkeypatch, capsys) -> None:
    """Another alliance is audited without a change of code, twice the same; the page holds every step."""
    monkeypatch.chdir(small.parent)
    assert main(["audit", "small.toml"]) == 0
    told = capsys.readouterr().out
    folder = small.parent / "results" / "small" / "audit"
    saved = TidyResult.load(folder)
    assert saved.equals(audit_study(open_study(small)))
    page = (folder / "audit.md").read_text(encoding="utf-8")
    assert page == render_audit_page(saved)
    assert told.startswith(render_audit(saved))
    for title in saved.to_frame("steps")["title"]:
        assert f"| {title} |" in page


@pytest.mark.parametrize(
    "text",
    [
        '[index]\nnormalisation = "zscore"',
        pytest.param(
            '[index]\nacross_pillars = { method = "bedrock", pillar = "trust", strength = 0.5 }', marks=pytest.mark.slow
        ),
        pytest.param('[index]\nacross_pillars = "copeland"\nweighting = "critic"', marks=pytest.mark.slow),
        '[data]\ncoders = ["ann"]',
        "[data]\nyears = [1950, 1950]",
        '[data]\nfacets = { visibility = ["private"] }',
    ],
)
def test_any_configuration_can_be_audited(small: Path, text: str) -> None:
    """One coder, one year, one pillar, other scales: figures where they are defined, and no failure."""
    config = small.parent / "more.toml"
    base = small.read_text(encoding="utf-8").replace('"small"', '"more"').replace("draws = 500", "draws = 50")
    if "years" in text or "coders" in text or "facets" in text:
        base = base.replace("[data]\n", text + "\n")
        text = ""
    base = base.replace("[index]\n", f"{text}\n" if text else "[index]\n") if text else base
    if "facets" in base:
        base = base.replace("gain = 1\n", "").replace("trust = 2\n", "")
    config.write_text(base, encoding="utf-8")
    audit = audit_study(open_study(config))
    assert len(audit.to_frame("steps")) == 10
    table = audit.to_frame("variants")
    assert ((table["reason"] == "") == table["mean_shift"].notna()).all()
