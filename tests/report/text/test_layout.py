"""Numbers, years, skipped steps and coders in one form for every text."""

from __future__ import annotations

import pandas as pd
import pytest

from alliance_metrics.report.text.layout import (
    WIDTH,
    coder_kinds,
    coder_note,
    interval,
    paragraph,
    percent,
    render,
    signed,
    skipped_lines,
)
from tests.report.text.saved import HUMANS, MODELS, saved, skips


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [(-0.04, ".1f", "0.0"), (0.04, ".1f", "0.0"), (-0.06, ".1f", "-0.1"), (-0.4, ".0f", "0"), (12.0, ".0f", "+12")],
)
def test_zero_has_no_sign(value: float, form: str, text: str) -> None:
    """What rounds to zero is neither above nor below it."""
    assert signed(value, form=form) == text


@pytest.mark.parametrize(
    ("ends", "options", "text"),
    [
        ((-0.04, 0.04), {}, "[0.0 to 0.0]"),
        ((-10.0, -0.4), {"form": ".0f"}, "[-10 to 0]"),
        ((-1.44, 2.0), {"plus": True}, "[-1.4 to +2.0]"),
        ((0.5, 1.0), {"form": ".2f", "dash": True}, "[0.50-1.00]"),
        ((-0.5, 1.0), {"dash": True}, "[-0.5 to 1.0]"),
        ((float("nan"), 1.0), {}, "[interval unknown]"),
        ((1.0, float("nan")), {"dash": True}, "[interval unknown]"),
    ],
)
def test_intervals(ends: tuple[float, float], options: dict[str, object], text: str) -> None:
    """With 'to' where a dash could be read as a minus, and in words where an end is not known."""
    assert interval(*ends, **options) == text


def test_shares_are_never_rounded_to_none_or_all() -> None:
    """Only 0 and 1 are 0% and 100%."""
    assert [percent(share) for share in (0.0, 0.004, 0.25, 0.996, 1.0)] == ["0%", "under 1%", "25%", "over 99%", "100%"]


def test_each_cause_of_skipping_is_given_once() -> None:
    """With the first three of its steps; the same step twice is one."""
    rows = skips(*((step, "too few years") for step in "abcdeaa"), ("f", "no pressure"))
    assert skipped_lines(pd.DataFrame(rows)) == [
        "Skipped: a, b, c and 2 more: too few years",
        "Skipped: f: no pressure",
    ]


def test_many_causes_end_with_the_number_of_other_steps() -> None:
    """Four causes are listed; the table has the rest."""
    rows = skips(*((f"s{k}", f"cause {k}") for k in range(6)), ("again", "cause 5"))
    assert skipped_lines(pd.DataFrame(rows))[3:] == ["Skipped: s3: cause 3", "Skipped: 3 more, see skipped.csv"]


def test_parts_stand_in_one_order() -> None:
    """Head, blocks, notes, skipped steps."""
    result = saved("triads", skipped=skips(("b", "none")))
    text = render(result, [["one", "two"], ["three"]], head="Head.", notes=["Note."], nothing="Nothing.")
    assert text.splitlines() == ["Head.", "one", "two", "three", "Note.", "Skipped: b: none"]
    assert render(result, [], head="Head.", notes=["Note."], nothing="Nothing.") == "Nothing.\nSkipped: b: none"


def test_paragraphs_keep_to_the_width_and_leave_addresses_whole() -> None:
    """A word longer than a line is not broken."""
    address = "https://example.org/" + "a-" * 60
    lines = paragraph(f"{'word ' * 40}{address}", indent=2, hang=3)
    assert lines[-1] == f"     {address}"
    assert all(len(line) <= WIDTH for line in lines[:-1])
    assert lines[0].startswith("  word")
    assert lines[1].startswith("     word")


@pytest.mark.parametrize(
    ("coders", "kinds", "note"),
    [
        (MODELS, "language model", "All codings are language-model codings: research inputs, not expert consensus."),
        (HUMANS, "human", "Codings are research inputs."),
        (
            [*HUMANS, MODELS[0]],
            "human, language model",
            "1 of 3 coders are language models. Codings are research inputs.",
        ),
        ([], "", "Codings are research inputs."),
    ],
)
def test_language_models_are_named(coders: list[dict[str, str]], kinds: str, note: str) -> None:
    """Whether all, some or no coders are."""
    assert coder_kinds(coders) == kinds
    assert coder_note(coders) == note
