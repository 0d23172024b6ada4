"""An analysis of sensitivity as lines for the screen: every number is one of its tables, and none is 'nan'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alliance_metrics import declare
from alliance_metrics.report.text.quality import render_sensitivity
from alliance_metrics.sensitivity.analysis import analyse_sensitivity
from alliance_metrics.study.study import open_study

STILL = '[uncertainty]\ninputs = [{ input = "weights", spread = 0 }]'


def analysed(small: Path, outputs: tuple[str, ...], text: str = ""):
    """Analyse the small alliance under a configuration that says a little more."""
    config = small.parent / "more.toml"
    quick = "[sensitivity]\nbases = 16\nreplicates = 4\n"
    config.write_text(f'extends = "small"\nname = "more"\n{text}\n{quick}', encoding="utf-8")
    return analyse_sensitivity(open_study(config), outputs=outputs)


@pytest.mark.slow
def test_few_outputs_are_given_one_by_one(small: Path) -> None:
    """Estimate and spread, then the shares from the greatest down, as the tables have them."""
    result = analysed(small, ("index:AA-BB:1950", "peak:index:AA-BB:1950-1953"))
    lines = render_sensitivity(result).splitlines()
    outputs = result.to_frame("outputs")
    assert lines[1] == f"index:AA-BB:1950: 66.7, standard deviation of the draws {outputs['deviation'][0]:.1f}"
    assert lines[3].startswith("peak:index:AA-BB:1950-1953: 1951, ")
    shares = [int(share) for share in re.findall(r" (-?\d+)% \[", lines[2])]
    own = result.to_frame("effects").query("output == 'index:AA-BB:1950' and effect == 'shapley'")["estimate"]
    assert shares == sorted(shares, reverse=True)
    assert sorted(shares) == sorted(round(100 * share) for share in own)


@pytest.mark.slow
def test_many_outputs_are_given_by_era_and_others_one_by_one(small: Path) -> None:
    """Sixteen scores of one dyad and era together, and the one that is no plain score by itself."""
    result = analysed(small, ("index:*:*", "trust:*:*", "gain:*:*", "talks:*:*", "change:index:AA-BB:1950:1953"))
    text = render_sensitivity(result)
    assert re.search(r"^AA-BB 1950-1953, mean of .*: .*coder_cell \d+%", text, re.MULTILINE)
    assert "\nchange:index:AA-BB:1950:1953: -39.6, " in text
    assert "\nindex:AA-BB:1950:" not in text


@pytest.mark.slow
def test_years_are_counted_once_where_several_components_are_asked_about(small: Path) -> None:
    """Four years of four components are not sixteen years."""
    text = render_sensitivity(analysed(small, ("index:*:*", "trust:*:*", "gain:*:*", "talks:*:*")))
    assert "mean of 16 years" not in text


@pytest.mark.slow
def test_reversals_are_given_with_what_they_take(small: Path) -> None:
    """Difference, its range and the radius, both at the index alone and at all levels."""
    result = analysed(small, ("change:index:AA-BB:1950:1953",))
    found = re.findall(
        r"^change:index:AA-BB:1950:1953, weights (.+) within 0.1: difference -39\.6 \[",
        render_sensitivity(result),
        re.MULTILINE,
    )
    assert found == ["across pillars", "all levels"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("outputs", "text"),
    [
        (("index:*:*",), STILL),
        (("index:*:*", "trust:*:*", "gain:*:*", "talks:*:*"), STILL),
        (("break:index:AA-BB:1950-1953", "index:AA-BB:1950"), ""),
        (("index:*:*", "trust:*:*", "gain:*:*", "break:index:AA-BB:1950-1953", "talks:*:*"), ""),
    ],
    ids=["still", "many still", "no value", "many and no value"],
)
def test_what_is_not_there_is_said_in_words(small: Path, outputs: tuple[str, ...], text: str) -> None:
    """What does not vary or gives no value has a reason, and no empty list after a colon."""
    told = render_sensitivity(analysed(small, outputs, text))
    assert not re.search(r"\bnan\b", told)
    assert not re.search(r": *$", told.split("\n", 1)[1], re.MULTILINE)


@pytest.mark.slow
def test_a_pair_that_cannot_be_compared_is_said_in_words(small: Path) -> None:
    """Where the two years miss different components there is no range, and none is printed."""
    for path in (small.parent / "data" / "codings").rglob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = "".join(line for line in lines if not re.search(r",1950,(trade|friends),|,1952,(talks|secrets),", line))
        path.write_text(kept, encoding="utf-8", newline="")
    declare(small.parent / "data")
    thin = "[index]\navailability_min = 0.2"
    told = render_sensitivity(analysed(small, ("gap:index:AA-BB:1950:AA-BB:1952",), thin))
    assert "cannot be compared" in told
    assert not re.search(r"\bnan\b", told)


def test_what_could_not_be_done_is_said(small: Path) -> None:
    """Each failure with its cause."""
    told = render_sensitivity(analysed(small, ("index:AA-BB:1950",), '[index]\nacross_pillars = "copeland"'))
    assert "\nSkipped: weight ranges: " in told
