"""Reliability of a panel: the right cells under each name, with one coder, many, and gaps."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.coding.agreement import krippendorff_alpha
from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.coding.reliability import Reliability, reliability
from alliance_metrics.commands.cli import main
from alliance_metrics.report.text.quality import BEGIN, END
from alliance_metrics.study.score import measure_reliability
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty.randomness import stream

STREAMS = partial(stream, 1)


TREE = pd.DataFrame(
    {
        "indicator_id": ["a", "b", "c"],
        "pillar": ["p", "p", "q"],
        "dimension": ["d", "d", "e"],
        "role": ["index", "diagnostic", "index"],
    }
)


def panel_of(n_coders, *, gaps=0.0, years=12):
    """Make a panel of two dyads whose coders slip at random."""
    rng = np.random.default_rng(n_coders)
    rows = [
        (dyad, "early" if year < 1956 else "late", year, name, f"k{coder}", np.clip(level + rng.integers(-1, 2), 0, 4))
        for dyad in ("A-B", "A-C")
        for year in range(1950, 1950 + years)
        for name in "abc"
        for level in [rng.integers(0, 5)]
        for coder in range(n_coders)
        if rng.random() >= gaps
    ]
    return IndicatorPanel.from_frame(
        pd.DataFrame(rows, columns=["dyad", "era", "year", "indicator_id", "coder", "score"])
    )


def test_each_row_is_about_the_cells_it_names():
    """A pillar holds its indicators that count, an indicator itself alone, an era its years, all of them the items."""
    panel = panel_of(3)
    alpha = reliability(panel, TREE, streams=STREAMS).to_frame("alpha").set_index(["dyad", "era", "scope", "component"])
    a = panel.score[:, :, panel.indicators.index("a")]
    late = (panel.units["era"] == "late").to_numpy()
    own = late & (panel.units["dyad"] == "A-C").to_numpy()
    assert alpha.loc[("", "", "indicator", "a"), "estimate"] == pytest.approx(krippendorff_alpha(a))
    assert alpha.loc[("", "late", "pillar", "p"), "estimate"] == pytest.approx(krippendorff_alpha(a[:, late]))
    assert alpha.loc[("A-C", "late", "dimension", "p.d"), "estimate"] == pytest.approx(krippendorff_alpha(a[:, own]))
    assert alpha.loc[("", "", "overall", ""), "items"] == 48
    assert alpha.loc[("", "", "indicator", "b"), "items"] == 24
    assert set(alpha.index.get_level_values("scope")) == {"overall", "pillar", "dimension", "indicator"}


def test_one_coder_has_no_reliability():
    """Alpha is missing with a reason, and nobody is compared with nobody."""
    found = reliability(panel_of(1), TREE, streams=STREAMS)
    alpha = found.to_frame("alpha")
    assert alpha["estimate"].isna().all()
    assert set(alpha["reason"]) == {"no cell has two coders"}
    assert [len(found.to_frame(name)) for name in ("pairs", "disputes", "drift")] == [0, 0, 0]


@pytest.mark.parametrize("coders", [2, 12])
def test_any_number_of_coders_with_gaps(coders):
    """Two or twelve, a third of the cells missing: every pair compared, every coder's drift told."""
    found = reliability(panel_of(coders, gaps=0.3), TREE, streams=STREAMS, resamples=50)
    assert found.to_frame("alpha").query("dyad == '' and scope == 'overall'")["estimate"].notna().all()
    assert len(found.to_frame("pairs").query("era == '' and scope == 'overall'")) == coders * (coders - 1) / 2
    assert len(found.to_frame("drift").query("era == ''")) == coders


def test_disputes_hold_every_score_of_a_disputed_cell_widest_first():
    """Three coders' scores of a cell stand together; cells on which all agree are left out."""
    panel = panel_of(3)
    disputes = reliability(panel, TREE, streams=STREAMS).to_frame("disputes")
    spread = panel.score.max(axis=0) - panel.score.min(axis=0)
    assert len(disputes) == 3 * (spread > 0).sum()
    cells = disputes.groupby(["dyad", "year", "indicator_id"], sort=False)
    assert (cells["score"].agg(lambda scores: scores.max() - scores.min()) == cells["spread"].first()).all()
    assert disputes["spread"].is_monotonic_decreasing
    assert (disputes["coder"].to_numpy().reshape(-1, 3) == ["k0", "k1", "k2"]).all()


@pytest.mark.slow
def test_a_drifting_coder_is_found():
    """One coder starts level with the other and ends two levels above after 40 years: half a level a decade."""
    years = np.arange(1900, 1940)
    rows = [
        (year, name, coder, min(4.0, 2.0 + (coder == "k1") * (year - 1900) / 20))
        for year in years
        for name in "abc"
        for coder in ("k0", "k1")
    ]
    frame = pd.DataFrame(rows, columns=["year", "indicator_id", "coder", "score"]).assign(dyad="A-B")
    drift = reliability(IndicatorPanel.from_frame(frame), TREE, streams=STREAMS).to_frame("drift").set_index("coder")
    assert drift.loc["k1", "per_decade"].tolist() == pytest.approx([0.5, 0.5])
    assert drift.loc["k0", "per_decade"].tolist() == pytest.approx([-0.5, -0.5])
    assert (drift["lower"] <= drift["per_decade"] + 1e-9).all()


@pytest.mark.slow
def test_the_command_writes_a_result_and_a_section(small: Path, monkeypatch, capsys) -> None:
    """The folder loads as it was saved, with the coders' notes; the section replaces what stood between its marks."""
    monkeypatch.chdir(small.parent)
    page = small.parent / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    assert main(["reliability", "small.toml", "--into", "page.md"]) == 0
    saved = Reliability.load(small.parent / "results" / "small" / "reliability")
    assert saved.equals(measure_reliability(open_study(small)))
    assert saved.to_frame("disputes")["note"].eq("made up").all()
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n| | 1950-1953: alpha | agree |")
    assert text.endswith(f"{END}\nafter\n")
    assert "Weakest indicators: " in capsys.readouterr().out
    record = json.loads((small.parent / "results" / "small" / "reliability" / "result.json").read_text("utf-8"))
    assert (record["kind"], record["seed"]) == ("reliability", 7)
    assert main(["score", "small.toml"]) == 0
    assert Reliability.load(small.parent / "results" / "small" / "reliability").equals(saved)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["no marks", f"{END}\n{BEGIN}"])
def test_a_page_without_marks_is_left_alone(small: Path, monkeypatch, capsys, text) -> None:
    """Where the section has no place the page stays, no result is written, and both marks are named."""
    monkeypatch.chdir(small.parent)
    page = small.parent / "page.md"
    page.write_text(text, encoding="utf-8")
    assert main(["reliability", "small.toml", "--into", "page.md"]) == 1
    assert page.read_text(encoding="utf-8") == text
    assert "reliability: begin" in capsys.readouterr().err
    assert not (small.parent / "results").exists()
