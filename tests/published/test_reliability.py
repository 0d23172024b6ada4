"""The reliability of the published codings."""

from __future__ import annotations

from pathlib import Path

from alliance_metrics.report.shown import shown
from alliance_metrics.report.text.quality import BEGIN, END, render_section
from alliance_metrics.study.score import measure_reliability
from alliance_metrics.study.study import open_study


def test_the_section_of_the_data_page_is_current(root: Path) -> None:
    """`data/README.md` holds what `reliability baseline --into data/README.md` writes today."""
    text = (root / "data" / "README.md").read_text(encoding="utf-8")
    study = open_study(root / "configs" / "baseline.toml", data=root / "data")
    section = render_section(shown(measure_reliability(study)))
    assert text[text.index(BEGIN) : text.index(END) + len(END)] == section
