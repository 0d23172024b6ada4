"""A result with every analysis a brief shows, of one pair of states in its two eras, over few draws."""

from __future__ import annotations

from pathlib import Path

from alliance_metrics.commands.cli import main

CONFIG = """# Two eras of one pair, few draws.
schema = 1
name = "two"
extends = "baseline"

[data]
dyads = ["PRC-USSR", "PRC-RUS"]

[uncertainty]
draws = 100
"""
KINDS = "turning_points,comparison,claims,validation"


def write_two_eras(folder: Path) -> Path:
    """Score the pair and save the analyses as the commands do.

    Returns
    -------
    Path
        Folder of the score card.
    """
    config, result = folder / "two.toml", folder / "two"
    config.write_text(CONFIG, encoding="utf-8", newline="")
    for words in (
        ["score", str(config), "--out", str(result)],
        ["reliability", str(config), "--out", str(result / "reliability")],
        ["sensitivity", str(config), "--output", "index:PRC-RUS:2025", "--out", str(result / "sensitivity")],
        ["analyse", str(config), "--only", KINDS, "--out", str(result)],
        ["explain", "PRC-RUS", "2025", "--config", str(config), "--out", str(result / "why")],
    ):
        assert main(words) == 0
    return result
