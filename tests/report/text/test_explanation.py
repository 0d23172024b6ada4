"""The text of an explanation: what the tables say, in sentences, down to the source."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from alliance_metrics import declare
from alliance_metrics.explanation.explanation import Explanation, explain, explain_study
from alliance_metrics.report.text.analysis import render_tables
from alliance_metrics.report.text.explanation import render_explanation
from alliance_metrics.report.text.layout import WIDTH
from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.study.study import open_study
from tests.report.text.saved import Row, saved
from tests.small_alliance import write_small_alliance

INDEX: Row = {"component": "closeness", "tier": "index", "role": "index", "since": 1950, "year": 1951}
SPANS: Row = {"before": 50.0, "before_lower": 45.0, "before_upper": 55.0, "after": 52.0, "after_lower": 47.0} | {
    "after_upper": 57.0,
    "change": 2.0,
    "change_lower": -1.0,
    "change_upper": 5.0,
}


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Explanation:
    """Explain the fall of the made-up alliance."""
    return explain("AA-BB", 1952, since=1950, config=write_small_alliance(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def text(split: Explanation) -> str:
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


def written(*, moved: int = 0, index: Row | None = None, pillars: Sequence[Row] = (), **tables: Any) -> str:
    """Give the text of tables written by hand, with so many indicators that moved."""
    parts = [
        {
            "tier": "indicator",
            "kind": "component",
            "component": f"i{k}",
            "estimate": float(k),
            "lower": 0.0,
            "upper": 9.0,
        }
        for k in range(moved)
    ]
    level = {"before": 1.0, "after": 2.0, "change": 1.0, "moved": True, "role": "index", "since": 1950, "year": 1951}
    levels = [
        {**level, "indicator_id": f"i{k}", "name": f"Item {k}", "parent": "trust", "words_before": "less"}
        | {"words_after": "more", "lower_before": 0.0}
        for k in range(moved)
    ]
    row = {**INDEX, **SPANS, "fell": 0.25, "rose": 0.75, "confidence": 0.9, **(index or {})}
    record: Row = {
        "asked": {"unit": "AA-BB", "year": 1951, "since": 1950},
        "draws": 400,
        "name": "small",
        "additive": True,
    }
    return render_explanation(
        saved("explanation", record, summary=[row], parts=[*pillars, *parts], levels=levels, **tables)
    )


@pytest.mark.parametrize(("verb", "sign"), [("fell", -1.0), ("rose", 1.0)])
def test_the_first_sentence_is_the_answer(verb: str, sign: float) -> None:
    """From where to where, by how much, each with its interval; then in how many draws."""
    ends = sorted((sign * 30.5, sign * 10.0))
    index = {"change": sign * 20.0, "change_lower": ends[0], "change_upper": ends[1], verb: 0.999}
    sentence = f"{20 * sign:+.1f} points [{ends[0]:+.1f} to {ends[1]:+.1f}]. It {verb} in over 99% of 400 draws. "
    assert joined(written(index=index)).startswith(
        f"The index (closeness) of AA-BB {verb} from 50.0 [45.0-55.0] in 1950 to 52.0 [47.0-57.0] in 1951, a change of "
        f"{sentence}Brackets: 90% intervals over the draws."
    )


def test_pillars_stand_with_their_parts(split: Explanation, text: str) -> None:
    """Each pillar's part as the table has it, beside its own score."""
    for row in split.to_frame("parts").query("tier == 'pillar'").to_dict("records"):
        assert re.search(rf"^  {row['component']} +{re.escape(format(row['estimate'], '+.1f'))} \[", text, re.MULTILINE)
    assert len(re.findall(r"  own score \d+\.\d \[", text)) == 2


@pytest.mark.parametrize(
    ("trust", "change", "shares"), [(-15.0, -20.0, ["75%", "25%"]), (15.0, -20.0, []), (-15.0, 20.0, [])]
)
def test_parts_have_percents_of_a_settled_change(trust: float, change: float, shares: list[str]) -> None:
    """Where all have its sign; else the shares would exceed all of it."""
    index = {"change": change, "change_lower": -30.0, "change_upper": -10.0}
    pillars = [
        {"tier": "pillar", "kind": "component", "component": name, "estimate": size}
        for name, size in (("trust", trust), ("gain", -5.0))
    ]
    assert re.findall(r"\] +(-?\d+%) ", written(index=index, pillars=pillars)) == shares


def test_indicators_stand_by_what_they_did(split: Explanation, text: str) -> None:
    """Those of the index by falling size of their part."""
    parts = split.to_frame("parts").query("tier == 'indicator'").set_index("component")["estimate"].abs()
    levels = split.to_frame("levels").query("moved and role == 'index'").set_index("indicator_id")
    places = {text.index(f"\n{row['name']} ("): parts[name] for name, row in levels.iterrows()}
    sizes = [round(places[place], 6) for place in sorted(places)]
    assert sizes == sorted(sizes, reverse=True)
    assert f"The {len(levels)} indicators that moved:" in text


def test_what_lies_outside_the_index_stands_apart(text: str) -> None:
    """The diagnostic indicator, in one line, without coders."""
    outside = text.partition("Also moved, reported outside the index:\n")[2]
    assert outside.startswith("  Belief, level 3.5 -> 2.5: Level ")


def test_levels_stand_in_words_before_and_after(split: Explanation, text: str) -> None:
    """The descriptors of every indicator that moved."""
    for row in split.to_frame("levels").query("moved").to_dict("records"):
        assert row["words_before"] in joined(text)
        assert row["words_after"] in joined(text)


def test_every_coder_stands_with_score_range_and_note(split: Explanation, text: str) -> None:
    """Two coders, two years."""
    codings = split.to_frame("codings").query("indicator_id == 'secrets'")
    assert len(codings) == 4
    for row in codings.to_dict("records"):
        assert f"{row['year']}: {row['score']:.0f} ({row['low']:.0f}-{row['high']:.0f}) made up" in joined(text)


def test_every_mark_leads_to_evidence_with_status_and_source(split: Explanation, text: str) -> None:
    """Marks in the blocks and the list are the same, and each entry has title, status, source and place."""
    blocks, listed = text.split("Evidence cited for these indicators, by date\n")
    marks = {int(mark) for mark in re.findall(r" \[(\d+)\]", blocks)}
    entries = re.split(r"^  \[\d+\] +", listed.split("\n\n")[0], flags=re.MULTILINE)[1:]
    assert marks == set(range(1, len(entries) + 1))
    evidence = split.to_frame("evidence").set_index("title")
    for entry in map(joined, entries):
        row = next(row for title, row in evidence.iterrows() if title in entry)
        assert f"[{row['status']}]" in entry
        assert row["source_title"] in entry
        assert (row["locator"] or "no page or item given") in entry


def test_figures_of_series_stand_with_unit_and_year(text: str) -> None:
    """Trade in 1950."""
    assert 'Figures "trade total" [verified] 1950: 12.5 USD mn' in joined(text)


def test_it_says_who_coded_and_what_it_cannot_show(text: str) -> None:
    """People; no cause; how parts are computed."""
    assert "The codings are by human coders (ann, bob), following a published codebook." in joined(text)
    assert "not expert consensus" in joined(text)
    assert "which codings moved the index and by how much, not why." in joined(text)
    assert "Configuration 'small': a part is weight times change." in joined(text)


def test_lines_keep_to_the_width(text: str) -> None:
    """No address is longer here."""
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_change_whose_sign_is_not_settled_is_not_given_as_one() -> None:
    """Some draws fall, some rise."""
    assert joined(written()).startswith(
        "The index (closeness) of AA-BB stood at 50.0 [45.0-55.0] in 1950 and at 52.0 [47.0-57.0] in 1951, a change of "
        "+2.0 points [-1.0 to +5.0]: whether it rose or fell is not settled. It fell in 25% of 400 draws and rose "
        "in 75%."
    )


def test_a_change_is_not_settled_where_estimate_and_interval_disagree() -> None:
    """An interval above zero around draws whose estimate fell."""
    text = joined(written(index={"change": -0.5, "change_lower": 1.0, "change_upper": 5.0}))
    assert "whether it rose or fell is not settled" in text


def test_six_indicators_stand_in_full_and_others_in_a_line() -> None:
    """The greatest parts first."""
    text = written(moved=8)
    assert "\nThe 6 indicators that contributed most, of 8 that moved:\n" in text
    assert re.findall(r"^Item (\d)", text, re.MULTILINE) == list("765432")
    assert (
        "Other indicators that moved, by their contribution:\n  +1.0  Item 1, level 1.0 -> 2.0: less -> more\n" in text
    )


def test_evidence_later_than_both_years_is_marked() -> None:
    """By every date of it."""
    coding = {"indicator_id": "i0", "coder": "ann", "coder_kind": "human", "year": 1951, "evidence_ids": "late soon"}
    events = [
        {"evidence_id": name, "kind": "event", "title": name, "date": date, "status": "verified", "direction": 0}
        for name, date in (("soon", "1951-12"), ("late", "1952-01"))
    ]
    text = joined(written(moved=1, codings=[coding], evidence=events))
    assert "1951-12 soon [verified] . (neither for nor against cohesion) Cited by ann." in text
    assert "1952-01 late [verified] (dated after 1951)" in text
    assert "[1] [2]" in text


def test_shapley_values_are_named_as_such(small: Path) -> None:
    """Under a geometric mean, with the number of draws."""
    config = small.parent / "more.toml"
    config.write_text('extends = "small"\nname = "more"\n[index]\nacross_pillars = "geometric"\n', encoding="utf-8")
    text = joined(render_explanation(explain("AA-BB", 1951, config=config, draws=20)))
    assert "over all orders of changing them (Shapley value), in 20 of the draws." in text


def test_human_coders_are_called_so(small: Path) -> None:
    """And the made-up alliance needs no address."""
    text = joined(render_explanation(explain("AA-BB", 1952, config=small)))
    assert "The codings are by human coders (ann, bob)" in text
    assert "Source: A. Nobody (1960), A made-up chronicle, Nowhere Press; no page or item given." in text


def test_other_events_are_named(small: Path) -> None:
    """The rumour of 1952, between 1951 and 1953."""
    text = render_explanation(explain("AA-BB", 1953, since=1951, config=small))
    assert "which no coding of either year cites\n  1952  A rumour [literature]" in text


def test_a_year_without_a_score_is_said_in_words(small: Path) -> None:
    """Which year lacks one, what stands in the other, and nothing that is not a number."""
    without(small, ",1952,(talks|secrets),")
    text = render_explanation(explain("AA-BB", 1952, since=1951, config=small))
    assert "The index (closeness) of AA-BB has no score in 1952: too little is coded." in joined(text)
    assert "Talks (trust.contact)" in text
    assert "1952: not coded" in text
    assert "Skipped: parts: " in text
    assert not re.search(r"\bnan\b", text)


def test_coverage_stands_apart(small: Path) -> None:
    """A cell missing in one year."""
    without(small, ",1952,friends,")
    config = small.parent / "more.toml"
    config.write_text('extends = "small"\nname = "more"\n[index]\navailability_min = 0.5\n', encoding="utf-8")
    text = render_explanation(explain("AA-BB", 1952, config=config))
    assert re.search(
        r"^  Of this [+-]\d+\.\d is coverage: some indicators are coded in only one of the years", text, re.MULTILINE
    )


def test_no_change_is_given_as_none(small: Path) -> None:
    """Every level the same in both years."""
    for path in (small.parent / "data/codings").rglob("*.csv"):
        text = re.sub(r"(,195[12],\w+,\w+),\d,\d,\d,", r"\1,2,2,2,", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8", newline="")
    declare(small.parent / "data")
    text = render_explanation(explain_study(open_study(small), "AA-BB", 1952))
    assert "a change of 0.0 points" in joined(text)
    assert "No indicator of the index has moved." in text


def test_json_holds_every_table(split: Explanation) -> None:
    """Row by row and cell by cell, missing ones null."""
    found = json.loads(render_tables(split), parse_constant=pytest.fail)
    assert list(found["tables"]) == list(declared_kinds()["explanation"].tables)
    assert found["record"]["asked"] == {"unit": "AA-BB", "year": 1952, "since": 1950}
    for name, rows in found["tables"].items():
        assert len(rows) == len(split.to_frame(name))
    figures = [row for row in found["tables"]["evidence"] if row["kind"] == "series"]
    assert figures
    assert {row["direction"] for row in figures} == {None}
    assert found["tables"]["parts"][0]["estimate"] == split.to_frame("parts")["estimate"].iloc[0]
