"""Files of claims: what is wrong is named with file, claim, key and nearest known name; the published file is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_metrics.errors import ConfigError, Fault
from alliance_metrics.history.claims.file_model import read_claims

HEAD = """schema = 1
name = "mine"
[rows]
M1 = "They trust each other"
T2 = "They talk"
[[claim]]
id = "one"
rows = ["M1"]
side = "essay"
statement = "Trust is high"
kind = "above"
dyad = "AA-BB"
era = "1950-1953"
component = "trust"
years = [1950, 1951]
value = 50
"""
TOP = HEAD.partition("[[claim]]")[0]
SECOND = """[[claim]]
id = "two"
rows = ["M1"]
side = "essay"
statement = "Something holds"
dyad = "AA-BB"
era = "1950-1953"
"""


def written(folder: Path, text: str) -> Path:
    """Write a file of claims."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def only_fault(path: Path) -> Fault:
    """Give the one fault of a file."""
    with pytest.raises(ConfigError) as caught:
        read_claims(path)
    (fault,) = caught.value.faults
    assert fault.where == str(path)
    return fault


def second(kind: str, rest: str = "") -> str:
    """Give a file whose second claim is of a kind and says more."""
    return f'{HEAD}{SECOND}kind = "{kind}"\n{rest}\n'


YEARS = "years = [1950, 1951]\n"
OTHER = 'other = { component = "gain" }\n'
CASES = {
    "unknown kind": (
        second("peak_withn", YEARS),
        "claim 'two'",
        "unknown kind",
        "'peak_withn' (nearest known: 'peak_within')",
    ),
    "no kind": (HEAD + SECOND, "claim 'two'", "an invalid value", "'id': 'two'"),
    "kind is a number": (HEAD + SECOND + "kind = 3\n", "claim 'two'", "an invalid value", ""),
    "unknown key": (
        second("peak_within", YEARS + "yeers = 3"),
        "claim 'two', yeers",
        "unknown key",
        "'yeers' (nearest known: 'years')",
    ),
    "key of another kind": (second("peak_within", YEARS + "value = 3"), "claim 'two', value", "unknown key", "'value'"),
    "unknown key of other": (
        second("leads", 'other = { componant = "gain" }'),
        "claim 'two', other.componant",
        "unknown key",
        "(nearest known: 'component')",
    ),
    "years missing": (second("peak_within"), "claim 'two', years", "a key is missing", "no 'years'"),
    "years backward": (
        second("peak_within", "years = [1951, 1950]"),
        "claim 'two', years",
        "an invalid value",
        "[1951, 1950]",
    ),
    "years of three": (
        second("peak_within", "years = [1951, 1952, 1953]"),
        "claim 'two', years",
        "an invalid value",
        "",
    ),
    "year in words": (
        second("peak_within", 'years = ["then", 1953]'),
        "claim 'two', years.0",
        "an invalid value",
        "'then'",
    ),
    "value beyond 100": (second("above", YEARS + "value = 101"), "claim 'two', value", "an invalid value", "101"),
    "value not a number": (second("above", YEARS + "value = nan"), "claim 'two', value", "an invalid value", "nan"),
    "unknown reading": (
        second("falls_before", OTHER + 'reading = "brake"'),
        "claim 'two', reading",
        "an invalid value",
        "'brake'",
    ),
    "unknown side": (HEAD.replace('"essay"', '"esay"'), "claim 'one', side", "an invalid value", "'esay'"),
    "unknown row": (
        HEAD.replace('["M1"]', '["M1", "T3"]'),
        "claim 'one', rows",
        "unknown row",
        "'T3' (nearest known: 'T2')",
    ),
    "no row": (HEAD.replace('["M1"]', "[]"), "claim 'one', rows", "an invalid value", "[]"),
    "no id": (HEAD.replace('id = "one"\n', ""), "claim 1, id", "a key is missing", "no 'id'"),
    "id twice": (
        HEAD + SECOND.replace('"two"', '"one"') + 'kind = "below"\nvalue = 1\n' + YEARS,
        "claim",
        "an id stands twice",
        "'one'",
    ),
    "id with a space": (HEAD.replace('"one"', '"the one"'), "claim 'the one', id", "an invalid value", "'the one'"),
    "claim is no table": ("claim = [3]\n" + TOP, "claim 1", "an invalid value", ""),
    "no claims": ("claim = []\n" + TOP, "claim", "an invalid value", ""),
    "neither value nor other": (
        second("stays_above", YEARS),
        "claim 'two'",
        "contradicts itself",
        "neither value nor other",
    ),
    "value and other": (
        second("stays_above", YEARS + OTHER + "value = 3"),
        "claim 'two'",
        "contradicts itself",
        "value and other",
    ),
    "nothing else to be first among": (
        second("first_to_fall", 'component = "trust"\namong = ["trust"]'),
        "claim 'two'",
        "contradicts itself",
        "among trust",
    ),
    "two claimed first": (
        second("first_to_fall", 'component = ["trust", "gain"]\namong = ["faith"]'),
        "claim 'two'",
        "contradicts itself",
        "components trust, gain",
    ),
    "matched without facets": (
        second("gap_positive", YEARS + OTHER + "matched = true"),
        "claim 'two'",
        "contradicts itself",
        "matched without two facets",
    ),
    "years of its own": (
        second("gap_positive", YEARS + "other = { years = [1952, 1953] }"),
        "claim 'two'",
        "contradicts itself",
        "years in other",
    ),
    "components of its own": (
        second("most_similar_within", YEARS + OTHER + "year = 1953"),
        "claim 'two'",
        "contradicts itself",
        "components of their own",
    ),
    "component twice": (
        HEAD.replace('component = "trust"', 'component = ["trust", "trust"]'),
        "claim 'one', component",
        "an invalid value",
        "'trust', 'trust'",
    ),
    "component without a name": (HEAD.replace('"trust"', '""'), "claim 'one', component.0", "an invalid value", ""),
    "blank statement": (HEAD.replace("Trust is high", "  "), "claim 'one', statement", "an invalid value", "'  '"),
    "statement of two lines": (
        HEAD.replace("Trust is high", "Trust\\nis high"),
        "claim 'one', statement",
        "an invalid value",
        "Trust\\nis high",
    ),
    "statement that colours the screen": (
        HEAD.replace("Trust is high", "\\u001b[31mTrust"),
        "claim 'one', statement",
        "an invalid value",
        "\\x1b[31mTrust",
    ),
    "statement written backward": (
        HEAD.replace("Trust is high", "Trust \\u202e is high"),
        "claim 'one', statement",
        "an invalid value",
        "u202e",
    ),
    "row id with a space": (HEAD.replace("T2 =", '"T 2" ='), "rows.T 2.[key]", "an invalid value", "T 2"),
    "row text of two lines": (HEAD.replace("They talk", "They\\ntalk"), "rows.T2", "an invalid value", "They\\ntalk"),
    "fall within a year": (
        second("falls", "years = [1951, 1951]"),
        "claim 'two'",
        "contradicts itself",
        "the one year 1951",
    ),
    "gap larger than itself": (
        second("gap_larger", YEARS + "than = [1950, 1951]\n" + OTHER),
        "claim 'two'",
        "contradicts itself",
        "the same years twice",
    ),
    "placebo that is not there": (HEAD + "placebos = ['onne']\n", "claim 'one', placebos", "unknown placebo", "'onne'"),
    "placebo of itself": (HEAD + "placebos = ['one']\n", "claim 'one', placebos", "unknown placebo", "'one'"),
    "placebos of a tier that is none": (
        HEAD + "placebo_over = 'pilar'\n",
        "claim 'one', placebo_over",
        "an invalid value",
        "'pilar'",
    ),
    "placebos of several components": (
        HEAD.replace('"trust"', '["trust", "gain"]') + "placebo_over = 'pillar'\n",
        "claim 'one'",
        "contradicts itself",
        "placebo_over with several components",
    ),
    "first of none": (
        second("turns_first", 'component = "trust"'),
        "claim 'two'",
        "contradicts itself",
        "neither among nor other",
    ),
    "quantity beside a component": (
        HEAD + "quantity = { kind = 'steps' }\n",
        "claim 'one'",
        "contradicts itself",
        "a quantity beside a component",
    ),
    "quantity as a gate": (
        second("gate_above", "quantity = { kind = 'steps' }\ngated = ['trust']"),
        "claim 'two'",
        "contradicts itself",
        "a quantity in a claim of the kind gate_above",
    ),
    "ratio to nobody": (
        second("above", YEARS + "value = 1\nquantity = { kind = 'capability', measure = 'ships', reading = 'ratio' }"),
        "claim 'two'",
        "contradicts itself",
        "reading ratio, coalition None",
    ),
    "lead discounted": (
        second(
            "above",
            YEARS + "value = 1\n"
            "quantity = { kind = 'capability', measure = 'ships', reading = 'lead', discounted = true }",
        ),
        "claim 'two'",
        "contradicts itself",
        "a lead that is discounted",
    ),
    "sentence of no row": (
        HEAD + "[[untestable]]\nrows = ['M2']\nsentence = 'They feel'\nreason = 'no series'\n",
        "untestable 1, rows",
        "unknown row",
        "'M2' (nearest known: 'T2')",
    ),
    "thresholds out of order": (
        HEAD.replace("[rows]", "[verdicts]\nsupported = 0.7\n[rows]"),
        "verdicts",
        "out of order",
        "leaning 0.8, supported 0.7",
    ),
    "threshold of one half": (
        HEAD.replace("[rows]", "[verdicts]\nleaning = 0.5\n[rows]"),
        "verdicts.leaning",
        "an invalid value",
        "0.5",
    ),
    "unknown threshold": (
        HEAD.replace("[rows]", "[verdicts]\nsuported = 0.9\n[rows]"),
        "verdicts.suported",
        "unknown key",
        "(nearest known: 'supported')",
    ),
    "unknown section": (HEAD + "[extra]\nx = 1\n", "extra", "unknown key", "'extra'"),
    "version 2": (HEAD.replace("schema = 1", "schema = 2"), "schema", "an invalid value", "2"),
}


@pytest.mark.parametrize(("text", "column", "what", "found"), CASES.values(), ids=CASES)
def test_a_fault_is_located(tmp_path: Path, text: str, column: str, what: str, found: str) -> None:
    """File, claim and key, what stands there, and the nearest known name where one is like it."""
    fault = only_fault(written(tmp_path, text))
    assert fault.column == column
    assert what in fault.what
    assert found in fault.found
    assert fault.allowed
    assert fault.remedy


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Two claims, three faults."""
    text = second("peak_within", "yeers = 3").replace("value = 50", "value = -1")
    with pytest.raises(ConfigError) as caught:
        read_claims(written(tmp_path, text))
    assert {fault.column for fault in caught.value.faults} == {
        "claim 'one', value",
        "claim 'two', years",
        "claim 'two', yeers",
    }


def test_a_file_that_is_not_there_is_named() -> None:
    """By path, and by name with the nearest known one."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        read_claims("nowhere.toml")
    with pytest.raises(ConfigError, match=r"'clams' \(nearest known: 'claims'\)"):
        read_claims("clams")


def test_no_key_is_offered_that_would_be_refused(tmp_path: Path) -> None:
    """Files of claims extend nothing."""
    assert only_fault(written(tmp_path, "extends = 'claims'\n" + HEAD)).allowed == (
        "schema, name, description, verdicts, rows, claim, untestable"
    )


def test_claims_are_found_like_configurations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`configs/claims.toml` here before the published one."""
    monkeypatch.chdir(tmp_path)
    assert len(read_claims().claim) > 45
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "claims.toml").write_text(HEAD, encoding="utf-8")
    assert [claim.id for claim in read_claims().claim] == ["one"]


def test_text_stands_for_a_list_of_one(tmp_path: Path) -> None:
    """Components and rows; what is not said has its default."""
    claim = read_claims(written(tmp_path, HEAD.replace('["M1"]', '"M1"'))).claim[0]
    assert (claim.rows, claim.component, claim.note, claim.facet) == (("M1",), ("trust",), "", None)
    assert read_claims(written(tmp_path, HEAD)).to_thresholds().supported == 0.95
