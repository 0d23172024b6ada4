"""The pages of docs/ hold what they say: lists of tables are today's, words are the software's, links lead on."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.history.claims.verdicts import Thresholds
from alliance_metrics.report.brief.cells import SCALE, SCALE_SOURCE
from alliance_metrics.results.tables import UNIT as UNIT_COLUMN
from alliance_metrics.results.tables import declared_columns, declared_kinds
from tests.house import result_tables
from tests.house.result_tables import UNIT
from tests.house.test_docs import commands
from tests.house.test_layers import ROOT
from tests.published import figures

DOCS = ROOT / "docs"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ANCHOR = re.compile(r"\]\(([^)#:]*)#([^)]+)\)")


@pytest.mark.parametrize("language", ["r", "stata"])
def test_snippets_of_other_languages_name_files_and_columns_that_exist(language):
    """What R and Stata read is written, and each column they name stands in one of those files."""
    blocks = [block for page in PAGES.values() for name, block in FENCED.findall(page) if name == language]
    assert blocks
    for block in blocks:
        files = re.findall(r'"results/baseline/([a-z_/]+)\.(?:csv|dta)"', block)
        places = [("score", *name.split("/")) if "/" not in name else tuple(name.split("/")) for name in files]
        assert all(table in declared_kinds()[kind].tables for kind, table in places)
        columns = {name for kind, table in places for name in declared_columns(kind, table, key=UNIT)}
        patterns = {
            "r": r"\$([a-z_]+)|[(&] ?([a-z_]+) ==",
            "stata": r"(?:if|&) ([a-z_]+) ==|rarea (\w+) (\w+) (\w+)\)|line (\w+) (\w+)\)|^tabulate (\w+) (\w+)$",
        }
        named = {word for match in re.findall(patterns[language], block, re.MULTILINE) for word in match if word}
        assert len(named) >= 5
        assert named <= columns


def test_other_blocks_are_of_known_languages():
    """No block of a page escapes the tests because its language is misspelt."""
    assert {language for page in PAGES.values() for language, _ in FENCED.findall(page)} == {
        "sh",
        "python",
        "text",
        "r",
        "stata",
    }


def test_the_page_lists_the_tables_of_the_package():
    """docs/results.md is what `python -m tests.house.result_tables` writes today."""
    page = PAGES["results"]
    begin, end = page.index(result_tables.BEGIN), page.index(result_tables.END) + len(result_tables.END)
    assert page[begin:end] == result_tables.render_tables(), "run: python -m tests.house.result_tables"


def test_the_list_of_columns_is_that_of_the_package():
    """docs/columns.csv has every column of every table with its meaning, as declared today."""
    listed = result_tables.COLUMNS.read_text(encoding="utf-8")
    assert listed == result_tables.render_columns(), "run: python -m tests.house.result_tables"


def test_every_result_table_and_column_is_explained():
    """Each has a type and a meaning, numbers a unit or range, and no shared meaning is idle."""
    shared = {(row["kind"], row["column"]) for row in result_tables.declared_rows() if not row["table"]}
    used = {("", UNIT_COLUMN)}
    for kind in declared_kinds().values():
        assert kind.meaning
        used.add((kind.name, ""))
        for table in kind.tables.values():
            assert table.meaning, (kind.name, table.name)
            for column in table.columns:
                assert column.meaning not in {"", "?"}, (kind.name, table.name, column.name)
                assert column.type, (kind.name, table.name, column.name)
                assert column.unit or column.type in {"str", "bool", "boolean"}, (kind.name, table.name, column.name)
                used |= {(kind.name, column.name), ("", column.name)}
    assert shared <= used


def test_the_saved_tables_have_the_columns_of_the_page(small, tmp_path):
    """Files of a saved card begin with the columns listed, in their order."""
    card = am.score(small, draws=20)
    card.save(tmp_path / "card")
    for table in declared_kinds()["score"].tables:
        listed = declared_columns("score", table, key=UNIT)
        assert list(pd.read_csv(tmp_path / "card" / f"{table}.csv", nrows=1).columns)[: len(listed)] == listed


def test_figures_are_marked_and_known():
    """Each figure of a page has a name that can be worked out, each that can be is used, and none is left open."""
    named = [pair for page in PAGES.values() for pair in figures.marked(page)]
    assert {name for name, _ in named} == set(figures.FIGURES)
    assert [name for name, value in named if value in {"", "?"}] == []
    assert all(page.count("<!--=") == len(figures.marked(page)) == page.count("<!--.-->") for page in PAGES.values())


def test_one_figure_has_one_value():
    """A figure that stands in two places says the same in both."""
    values: dict[str, set[str]] = {}
    for page in PAGES.values():
        for name, value in figures.marked(page):
            values.setdefault(name, set()).add(value)
    assert [name for name, found in values.items() if len(found) > 1] == []


def test_a_figure_is_renewed_in_its_place():
    """Renewing changes what stands between the marks and nothing else."""
    page = "Of <!--=held_ranges-->99%<!--.--> some."
    assert figures.renewed(page, figures.Tables(Path())) == "Of <!--=held_ranges-->91.3%<!--.--> some."


def test_words_for_verdicts_are_those_of_the_software():
    """The thresholds of the page on reading are the defaults."""
    found = Thresholds()
    page = PAGES["reading"]
    assert f"| supported | {found.supported:.2f} and more | p-value of at most {found.chance:.2f}" in page
    assert f"| leaning | {found.leaning:.2f} to {found.supported:.2f} |" in page
    assert (
        f"| undecided | {1 - found.leaning:.2f} to {found.leaning:.2f} | or fewer than {found.answered:.2f} of" in page
    )
    assert f"| contradicted | {1 - found.supported:.2f} and less |" in page


def test_words_for_probabilities_are_those_of_the_software():
    """Each row of the table on the page begins where the word of the brief does, and says the same."""
    rows = re.findall(
        r"^\| (?:less than )?(\d\.\d\d)[^|]*\| ([a-z ]+) \|$", PAGES["reading"].split("## Two years")[1], re.MULTILINE
    )
    least = [float(text) for text, _ in rows[:-1]] + [0.0]
    assert list(zip(least, [word for _, word in rows], strict=True)) == [(bound, word) for bound, word, _ in SCALE]
    assert SCALE_SOURCE in PAGES["reading"]


def test_the_sceptic_asks_enough():
    """At least twelve questions, numbered without a gap."""
    numbers = [int(number) for number in re.findall(r"^## (\d+)\. .+[.?]$", PAGES["faq"], re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 12


def test_every_page_is_in_the_index():
    """docs/README.md links each page, and the two pages that live elsewhere."""
    linked = set(re.findall(r"\]\(([^)#]+)", PAGES["README"]))
    assert {f"{name}.md" for name in PAGES if name != "README"} | {"methods/README.md", "../data/README.md"} <= linked


def slug(heading: str) -> str:
    """Name the anchor of a heading as GitHub does."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_links_into_sections_find_them():
    """A link with an anchor names a heading that is there."""
    for page in [*DOCS.rglob("*.md"), *(ROOT / "skeleton").rglob("*.md")]:
        for target, anchor in ANCHOR.findall(page.read_text(encoding="utf-8")):
            path = page.parent / target if target else page
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {slug(heading) for heading in headings}, (page.name, target, anchor)


def test_commands_in_running_text_exist():
    """Each command that a page names in full is one of the program's."""
    skeleton = (ROOT / "skeleton" / "README.md").read_text(encoding="utf-8")
    for name, page in {**PAGES, "skeleton": skeleton}.items():
        named = set(re.findall(r"python -m alliance_metrics ([a-z]+)", page))
        assert named <= set(commands()), name


def test_configurations_named_by_the_pages_exist():
    """`geometric`, `bedrock` and the other configurations that pages name are published."""
    published = {path.stem for path in (ROOT / "configs").glob("*.toml")}
    assert {"bedrock", "geometric", "equal_weights", "coder_model", "baseline"} <= published
    for name, page in PAGES.items():
        named = set(re.findall(r"python -m alliance_metrics \w+ ([a-z_]+)\b", page))
        assert named <= published | {"mine", "gated", "data", "korea"}, name
