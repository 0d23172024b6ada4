"""The text of an explanation: what the tables say, in sentences, down to the source."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from alliance_metrics import declare
from alliance_metrics.explanation.explanation import Explanation, explain, explain_study
from alliance_metrics.report.text.analysis import render_tables
from alliance_metrics.report.text.explanation import WIDTH, render_explanation
from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.study.study import open_study


@pytest.fixture(scope="module")
def split() -> Explanation:
    """Explain the fall of 1960."""
    return explain("PRC-USSR", 1960, draws=400)


@pytest.fixture(scope="module")
def told(split: Explanation) -> str:
    """Give its text."""
    return render_explanation(split)


def joined(text: str) -> str:
    """Undo the wrapping."""
    return re.sub(r"\s+", " ", text)


def without(small: Path, pattern: str) -> None:
    """Leave out coded cells of the made-up alliance."""
    for path in (small.parent / "data/codings").rglob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not re.search(pattern, line)), encoding="utf-8", newline="")
    declare(small.parent / "data")


def test_the_first_sentence_is_the_answer(split: Explanation, told: str) -> None:
    """From where to where, by how much, each with its interval, as the tables have them."""
    index = split.to_frame("summary").iloc[0]
    sentence = joined(told).split(" It fell in ")[0]
    assert sentence == (
        f"The index (cohesion) of PRC-USSR fell from {index['before']:.1f} "
        f"[{index['before_lower']:.1f}-{index['before_upper']:.1f}] in 1959 to {index['after']:.1f} "
        f"[{index['after_lower']:.1f}-{index['after_upper']:.1f}] in 1960, a change of {index['change']:.1f} points "
        f"[{index['change_lower']:.1f} to {index['change_upper']:.1f}]."
    )


def test_pillars_stand_with_their_parts(split: Explanation, told: str) -> None:
    """Each pillar's part as the table has it, and its percent of a change whose sign is settled."""
    parts = split.to_frame("parts").query("tier == 'pillar'")
    for row in parts.to_dict("records"):
        percent = 100 * row["estimate"] / parts["estimate"].sum()
        assert re.search(
            rf"^  {row['component']} +{row['estimate']:.1f} \[.*\] +{percent:.0f}%  its own", told, re.MULTILINE
        )


def test_indicators_stand_by_what_they_did(split: Explanation, told: str) -> None:
    """The six greatest parts first, then the others that moved, each once, by falling size."""
    parts = split.to_frame("parts").query("tier == 'indicator'").set_index("component")["estimate"].abs()
    levels = split.to_frame("levels").query("moved and role == 'index'").set_index("indicator_id")
    places = {told.index(f"{row['name']}"): parts[name] for name, row in levels.iterrows()}
    sizes = [round(places[place], 6) for place in sorted(places)]
    assert sizes == sorted(sizes, reverse=True)
    assert f"The 6 indicators that did most, of {len(levels)} that moved:" in told


def test_levels_are_told_in_words_before_and_after(split: Explanation, told: str) -> None:
    """The descriptors of every indicator that moved."""
    text = joined(told)
    for row in split.to_frame("levels").query("moved").to_dict("records"):
        assert row["words_before"] in text
        assert row["words_after"] in text


def test_every_coder_stands_with_score_range_and_note(split: Explanation, told: str) -> None:
    """Of an indicator among the first six: three coders, two years."""
    text, codings = joined(told), split.to_frame("codings").query("indicator_id == 'aid_credit'")
    assert len(codings) == 6
    for row in codings.to_dict("records"):
        spread = f" ({row['low']:.0f}-{row['high']:.0f})" if row["low"] < row["high"] else ""
        assert f"{row['year']}: {row['score']:.0f}{spread} {row['note'] or 'no note'}" in text


def test_every_number_leads_to_evidence_with_status_and_source(split: Explanation, told: str) -> None:
    """Marks in the blocks and the list are the same, and each entry has title, status, source, place and address."""
    blocks, listed = told.split("Evidence cited for these indicators, by date\n")
    marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", blocks)}
    entries = re.split(r"^  \[\d+\] +", listed.split("\n\nHow to read this")[0], flags=re.MULTILINE)[1:]
    assert marks == set(range(1, len(entries) + 1))
    evidence = split.to_frame("evidence").set_index("title")
    for entry in map(joined, entries):
        row = next(row for title, row in evidence.iterrows() if title in entry)
        assert f"[{row['status']}]" in entry
        assert row["source_title"] in entry
        assert (row["locator"] or "no page or item given") in entry
        assert row["url"] in entry


def test_those_named_as_citing_do_cite(split: Explanation, told: str) -> None:
    """The coders of the cells told: who cites an event for another indicator alone is not among them."""
    codings = split.to_frame("codings")
    entry = joined(told.split("Yudin praises China's article on Tibet")[1])
    own = codings[codings["evidence_ids"].str.contains("yudin", regex=False)]
    assert set(own["coder"]) == {"coder_a", "coder_b", "coder_c"}
    assert entry.split(" Cited by ")[1].startswith("coder_a. ")


def test_evidence_later_than_both_years_is_marked(told: str) -> None:
    """A coder of 1960 cites the congress of October 1961."""
    assert re.search(r"1961-10-17 .*\(dated after 1960\)", joined(told))
    assert told.count("(dated after 1960)") == 1


def test_it_says_who_coded_and_what_it_cannot_say(told: str) -> None:
    """Language models; no cause."""
    text = joined(told)
    assert "The codings are by language models (coder_a, coder_b, coder_c)" in text
    assert "not expert consensus" in text
    assert "The change of an index is no cause." in text
    assert "Configuration 'baseline': a part is weight times change." in text


def test_lines_keep_to_the_width(told: str) -> None:
    """Lines are longer only where an address is."""
    long = [line for line in told.splitlines() if len(line) > WIDTH]
    assert all("http" in line and " " not in line.strip() for line in long)


def test_a_change_whose_sign_is_not_settled_is_not_told_as_one() -> None:
    """PRC-RUS 2022: some draws fall, some rise; no percent of parts."""
    text = joined(render_explanation(explain("PRC-RUS", 2022, draws=400)))
    assert "whether it rose or fell is not settled" in text
    assert re.search(r"It fell in \d\d% of 400 draws of what is uncertain and rose in \d\d%\.", text)
    assert not re.search(r"\] +\d+% +its own score", text)


def test_shapley_values_are_told_as_such() -> None:
    """Under a geometric mean, with the number of draws."""
    text = joined(render_explanation(explain("PRC-USSR", 1960, config="geometric", draws=100)))
    assert "(Shapley value), in 100 of the draws." in text


def test_figures_of_series_are_told_with_unit_and_year(told: str) -> None:
    """Experts in China, 1960."""
    assert re.search(r'1960 Figures "soviet experts in prc" \[verified\] 1960: 1,500 persons', joined(told))


def test_human_coders_are_called_so(small: Path) -> None:
    """And the made-up alliance needs no address."""
    text = joined(render_explanation(explain("AA-BB", 1952, config=small)))
    assert "The codings are by human coders (ann, bob)" in text
    assert "Source: A. Nobody (1960), A made-up chronicle, Nowhere Press; no page or item given." in text


def test_other_events_are_named(small: Path) -> None:
    """The rumour of 1952, between 1951 and 1953."""
    text = render_explanation(explain("AA-BB", 1953, since=1951, config=small))
    assert "which no coding of either year cites\n  1952  A rumour [literature]" in text


def test_a_year_without_a_score_is_told_in_words(small: Path) -> None:
    """Which year lacks one, what stands in the other, and nothing that is not a number."""
    without(small, ",1952,(talks|secrets),")
    text = render_explanation(explain("AA-BB", 1952, since=1951, config=small))
    assert "The index (closeness) of AA-BB has no score in 1952: too little is coded." in joined(text)
    assert "Talks (trust.contact)" in text
    assert "1952: not coded" in text
    assert "Not done: parts: " in text
    assert not re.search(r"\bnan\b", text)


def test_coverage_is_told_apart(small: Path) -> None:
    """A cell missing in one year."""
    without(small, ",1952,friends,")
    config = small.parent / "more.toml"
    config.write_text('extends = "small"\nname = "more"\n[index]\navailability_min = 0.5\n', encoding="utf-8")
    text = render_explanation(explain("AA-BB", 1952, config=config))
    assert re.search(
        r"^  Of this [+-]\d+\.\d is coverage: some indicators are coded in one of the years", text, re.MULTILINE
    )


def test_no_change_is_told_as_none(small: Path) -> None:
    """Every level the same in both years."""
    for path in (small.parent / "data/codings").rglob("*.csv"):
        text = re.sub(r"(,195[12],\w+,\w+),\d,\d,\d,", r"\1,2,2,2,", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8", newline="")
    declare(small.parent / "data")
    text = render_explanation(explain_study(open_study(small), "AA-BB", 1952))
    assert "a change of 0.0 points" in joined(text)
    assert "No indicator that counts has moved." in text


def test_json_holds_every_table(split: Explanation) -> None:
    """Row by row and cell by cell, missing ones null."""
    found = json.loads(render_tables(split), parse_constant=pytest.fail)
    assert list(found["tables"]) == list(declared_kinds()["explanation"].tables)
    assert found["record"]["asked"] == {"unit": "PRC-USSR", "year": 1960, "since": 1959}
    for name, rows in found["tables"].items():
        assert len(rows) == len(split.to_frame(name))
    figures = [row for row in found["tables"]["evidence"] if row["kind"] == "series"]
    assert figures
    assert {row["direction"] for row in figures} == {None}
    assert found["tables"]["parts"][0]["estimate"] == split.to_frame("parts")["estimate"].iloc[0]
