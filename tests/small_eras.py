"""A made-up pair of states in two eras, and a third state: every score certain, so that results can be worked out."""

from __future__ import annotations

from pathlib import Path

from alliance_metrics import declare
from tests.small_alliance import IDS, write_small_alliance

DYADS = """dyad,state_a,state_b,cow_a,cow_b,iso3_a,iso3_b,era,first_year,last_year,lineage
AA-BB,AA,BB,901,902,AAA,BBB,1950-1953,1950,1953,aa-bb
AA-CC,AA,CC,901,903,AAA,CCC,1950-1953,1950,1953,aa-cc
BB-CC,BB,CC,902,903,BBB,CCC,1950-1953,1950,1952,bb-cc
AA-DD,AA,DD,901,904,AAA,DDD,1960-1962,1960,1962,aa-bb
"""
LEVELS = {
    ("AA-BB", 1950): (4, 3, 2, 0),
    ("AA-CC", 1950): (1, 3, 2, 0),
    ("BB-CC", 1950): (2, 3, 4),
    ("AA-DD", 1960): (3, 1, 0),
}
"""Level of every indicator, year by year from the first."""
TALKS_IN_1960 = 4
"""The one indicator that has another level in one year: `talks` of AA-DD."""
CONFIG = """# Two eras, and three states in the first of them.
schema = 1
name = "eras"

[data]
package = "data/datapackage.json"

[index]
id = "closeness"

[weights]
trust = 2
gain = 1

[uncertainty]
seed = 7
draws = 50
inputs = []

[analysis]
changed_meaning = ["talks"]
origins = [
  { dyad = "AA-BB", era = "1950-1953", year = 1950, event = "handshake" },
  { dyad = "AA-DD", era = "1960-1962", year = 1960, event = "handshake" },
]
"""


def write_small_eras(folder: Path, *, config: str = CONFIG) -> Path:
    """Write the study into a folder and declare it.

    Returns
    -------
    Path
        The configuration; the data lie in ``data/`` beside it.
    """
    write_small_alliance(folder)
    data = folder / "data"
    (data / "dyads.csv").write_text(DYADS, encoding="utf-8", newline="")
    for coder in ("ann", "bob"):
        for old in (data / "codings" / coder).iterdir():
            old.unlink()
        for (dyad, first), levels in LEVELS.items():
            lines = ["dyad,year,indicator_id,coder,score,low,high,evidence_ids,note"]
            for indicator in IDS:
                for year, level in enumerate(levels, start=first):
                    moved = indicator == "talks" and year == 1960
                    score = TALKS_IN_1960 if moved else level
                    lines.append(f"{dyad},{year},{indicator},{coder},{score},{score},{score},,made up")
            name = f"{dyad}_{first}_{first + len(levels) - 1}.csv"
            (data / "codings" / coder / name).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    declare(data)
    path = folder / "eras.toml"
    path.write_text(config, encoding="utf-8", newline="")
    return path
