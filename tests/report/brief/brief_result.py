"""A result with every analysis a brief shows, of a made-up pair of states in its two eras, over few draws."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alliance_metrics.commands.cli import main
from alliance_metrics.history.turning_points import break_tables, strength_tables
from tests.small_record import write_small_record

CONFIG = """# Two eras of one pair, few draws.
schema = 1
name = "two"
extends = "record"

[data]
dyads = ["AA-BB", "AA-DD"]

[uncertainty]
draws = 50
"""
KINDS = "turning_points,comparison,claims,validation"
LICENCE = {"name": "CC0-1.0", "title": "No rights reserved", "path": "https://licences.example/"}
EARLIER = 'dyad = "AA-BB"\nera = "1950-1970"\nyears = [1950, 1970]\nmargin = 25'
LATER = 'dyad = "AA-DD"\nera = "1990-2010"\nyears = [1990, 2010]\nmargin = 25'
COMPONENTS = ("creed", "danger", "profit", "trade", "loans", "sermons")


def claims_text() -> str:
    """Claim of each era and of several components that they fall: half of it is wrong."""
    lines = ['schema = 1\nname = "claims"\n\n[rows]\nA = "The first era falls"\nB = "The second era falls"']
    for row, span in (("A", EARLIER), ("B", LATER)):
        for name in COMPONENTS:
            head = f'id = "{row}.{name}"\nrows = ["{row}"]\nside = "essay"\nstatement = "The {name} falls"'
            lines.append(f'[[claim]]\n{head}\nkind = "falls"\ncomponent = "{name}"\n{span}')
    return "\n\n".join(lines) + "\n"


def write_two_eras(folder: Path) -> Path:
    """Score the pair and save the analyses as the commands do, with fewer simulated series.

    Returns
    -------
    Path
        Folder of the score card.
    """
    write_small_record(folder)
    path = folder / "data" / "datapackage.json"
    package = {**json.loads(path.read_text(encoding="utf-8")), "title": "A made-up record", "licenses": [LICENCE]}
    path.write_text(json.dumps(package), encoding="utf-8")
    config, claims, result = folder / "two.toml", folder / "claims.toml", folder / "two"
    config.write_text(CONFIG, encoding="utf-8", newline="")
    claims.write_text(claims_text(), encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(break_tables, "_REPLICATES", 199)
        patch.setattr(strength_tables, "_STUDIED", 10)
        for words in (
            ["score", str(config), "--out", str(result)],
            ["reliability", str(config), "--out", str(result / "reliability")],
            ["sensitivity", str(config), "--output", "index:AA-DD:2010", "--out", str(result / "sensitivity")],
            ["analyse", str(config), "--only", KINDS, "--claims", str(claims), "--out", str(result)],
            ["explain", "AA-DD", "2010", "--config", str(config), "--out", str(result / "why")],
        ):
            assert main(words) == 0
    return result
