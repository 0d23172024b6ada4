"""The tables that stand in data/README.md and CHANGELOG.md, each worked out from the data and a saved result.

``python -m tests.published.data_page RESULTS`` writes them between ``<!-- name: begin -->`` and ``<!-- name: end -->``
from the result of ``score --all`` in that folder.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from alliance_metrics.coding.evidence import rests_on
from alliance_metrics.study.study import Study, open_study
from tests.house.test_layers import ROOT

SECTION = re.compile(r"(<!-- ([a-z]+): begin -->\n)(.*?)(<!-- \2: end -->)", re.DOTALL)
PAGES = (ROOT / "data" / "README.md", ROOT / "CHANGELOG.md")
BEFORE = ROOT / "docs" / "version1"
ERRORS = ROOT / "docs" / "known_errors.csv"
ERAS = {"1949-1969": "early-cold-war", "1992-2025": "post-cold-war"}
"""Eras of version 1, and what they are called now."""
SHOWN = {"early-cold-war": "1949-1969", "late-cold-war": "1970-1991", "post-cold-war": "1992-2025"}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Write rows as a table of Markdown."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def codings_of(study: Study) -> pd.DataFrame:
    """Give every cell with its era and what it rests on; nothing for an empty one."""
    cells = study.package.tables["codings"]
    dyads = study.package.tables["dyads"]
    spans = dyads[["dyad", "era", "first_year", "last_year"]]
    merged = cells.drop(columns=[name for name in ("era",) if name in cells]).merge(spans, on="dyad")
    merged = merged[(merged["year"] >= merged["first_year"]) & (merged["year"] <= merged["last_year"])]
    coded = merged["score"].notna()
    merged["rests_on"] = ""
    merged.loc[coded, "rests_on"] = rests_on(merged[coded], study.evidence).to_numpy()
    return merged


def coverage(_: Path) -> str:
    """Count the cells of each dyad and era: coded, empty, what they are said to rest on, what they cite."""
    cells = codings_of(open_study("baseline", data=ROOT / "data"))
    basis, status = ("direct", "carried", "inferred", "recalled"), ("verified", "copy", "literature", "note only")
    rows, references = [], cells["era"] == "reference"
    groups = [
        (f"{dyad} {SHOWN[era]}", own) for (dyad, era), own in cells[~references].groupby(["dyad", "era"], sort=False)
    ]
    for name, own in [*groups, ("twelve reference pairs", cells[references]), ("all", cells)]:
        coded = own[own["score"].notna()]
        shares = [f"{(coded['basis'] == word).mean():.0%}" for word in basis]
        shares += [f"{(coded['rests_on'] == word).mean():.0%}" for word in status]
        rows.append([name, f"{len(own):,}", f"{len(own) - len(coded):,}", *shares])
    return table(["", "cells", "empty", *basis, *status], rows)


def alphas(folder: Path) -> str:
    """Set the alpha of every indicator beside that of version 1, where that coded it."""
    now = pd.read_csv(folder / "reliability" / "alpha.csv", keep_default_na=False)
    now = now[(now["dyad"] == "") & (now["era"] != "") & now["scope"].isin(["overall", "indicator"])]
    before = pd.read_csv(BEFORE / "alpha.csv", keep_default_na=False)
    before = before.assign(era=before["era"].map(ERAS))
    wide, old = (
        frame.pivot_table("estimate", "component", "era", aggfunc="first", sort=False) for frame in (now, before)
    )
    eras = ("early-cold-war", "late-cold-war", "post-cold-war", "reference")
    rows = []
    for name in ["", *[one for one in wide.index if one]]:
        cells = [
            f"{_alpha(old, name, era)} to {_alpha(wide, name, era)}"
            if era in ERAS.values()
            else _alpha(wide, name, era)
            for era in eras
        ]
        rows.append([f"`{name}`" if name else "**all**", *cells])
    return table(["version 1 to version 2026.1.0", "1949-1969", "1970-1991", "1992-2025", "reference pairs"], rows)


def _alpha(frame: pd.DataFrame, name: str, era: str) -> str:
    if name not in frame.index or era not in frame.columns or frame.loc[name, era] in ("", None):
        return "-"
    value = pd.to_numeric(frame.loc[name, era], errors="coerce")
    return "-" if pd.isna(value) else f"{value:.2f}"


def movement(folder: Path) -> str:
    """Say how far the index moved from version 1, dyad and era by dyad and era."""
    now = pd.read_csv(folder / "scores.csv").query("tier in ['index', 'pillar']")
    before = pd.read_csv(BEFORE / "scores.csv")
    both = before.assign(era=before["era"].map(ERAS)).merge(
        now, on=["dyad", "era", "year", "tier"], suffixes=("_before", "")
    )
    both = both[(both["tier"] == "index") | (both["component_before"] == both["component"])]
    rows = []
    for (dyad, era), own in both[both["tier"] == "index"].groupby(["dyad", "era"], sort=False):
        moved = own["estimate"] - own["estimate_before"]
        most = own.loc[moved.abs().idxmax()]
        pillars = both[(both["tier"] == "pillar") & (both["dyad"] == dyad) & (both["era"] == era)]
        means = (pillars["estimate"] - pillars["estimate_before"]).groupby(pillars["component"], sort=False).mean()
        largest = f"{most['year']}: {most['estimate_before']:.1f} to {most['estimate']:.1f}"
        told = ", ".join(f"{name} {value:+.1f}" for name, value in means.items())
        rows.append(
            [
                f"{dyad} {SHOWN[era]}",
                f"{moved.mean():+.1f}",
                f"{own['estimate'].corr(own['estimate_before']):.2f}",
                largest,
                told,
            ]
        )
    return table(["", "mean change", "correlation", "largest change", "mean change of the pillars"], rows)


def errors(_: Path) -> str:
    """List the cells of the reading that still hold the level it calls wrong."""
    cells = pd.concat(pd.read_csv(path) for path in sorted((ROOT / "data" / "codings").rglob("*.csv")))
    rows, standing, read = [], 0, 0
    for row in pd.read_csv(ERRORS, keep_default_na=False).to_dict("records"):
        own = cells[
            (cells["coder"] == row["coder"])
            & (cells["dyad"] == row["dyad"])
            & (cells["indicator_id"] == row["indicator_id"])
        ]
        own = own[own["year"].between(int(row["first_year"]), int(row["last_year"]))]
        least, _, most = row["given"].partition("-")
        held = own[own["score"].between(float(least), float(most or least))]
        read, standing = read + len(own), standing + len(held)
        if len(held):
            rows.append(
                [
                    row["coder"],
                    row["dyad"],
                    _years(held["year"]),
                    f"`{row['indicator_id']}`",
                    row["given"],
                    row["right"],
                    row["why"],
                ]
            )
    head = ["coder", "dyad", "years that stand", "indicator", "given", "right by that reading", "why"]
    return f"Of {read} cells called wrong, {standing} still hold the level.\n\n" + table(head, rows)


def _years(years: Iterable[int]) -> str:
    from alliance_metrics.results.years import format_years

    return format_years(sorted(int(year) for year in years))


SECTIONS: dict[str, Callable[[Path], str]] = {
    "coverage": coverage,
    "alphas": alphas,
    "movement": movement,
    "errors": errors,
}


def renewed(text: str, folder: Path) -> str:
    """Give a page with every table as data and result have it."""
    return SECTION.sub(
        lambda found: f"{found[1]}{SECTIONS[found[2]](folder)}{found[4]}" if found[2] in SECTIONS else found[0], text
    )


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(renewed(page.read_text(encoding="utf-8"), Path(sys.argv[1])), encoding="utf-8", newline="")
