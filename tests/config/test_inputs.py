"""Uncertain inputs in a configuration: each is read as it stands, and each wrong one refused with one clear message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alliance_metrics.commands.cli import main
from alliance_metrics.config.reader import read_config
from alliance_metrics.errors import ConfigError
from alliance_metrics.index.methods import Bedrock, Mean, Normalisation, PowerMean
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.study.study import check, open_study
from alliance_metrics.uncertainty.inputs import (
    AggregationInput,
    CoderCell,
    CoderChoice,
    EraGoalposts,
    ExponentInput,
    LeaveOut,
    NormalisationInput,
    StrengthInput,
    TreatmentInput,
    WeightDraw,
)

BEDROCK = '[index]\nacross_pillars = { method = "bedrock", pillar = "trust", strength = 0.5 }\n'
GATED = '{ method = "bedrock", pillar = "trust", strength = 1 }'
SCALED = '{ method = "zscore", centre = 50, deviation = 10 }, { method = "target", target = 3 }'
SQUARED, OLDER = '{ method = "power", exponent = 2 }', '{ method = "linear", max_age = 5 }'
DRAWN_IN = '{ outliers = "winsorise" }'


def written(small: Path, text: str) -> Path:
    """Extend the small configuration by some text."""
    config = small.parent / "more.toml"
    config.write_text(f'extends = "small"\nname = "more"\n{text}\n', encoding="utf-8")
    return config


def inputs_of(small: Path, entries: str):
    """Read the inputs of a configuration."""
    config, _ = read_config(written(small, f"[uncertainty]\ninputs = [{entries}]"))
    return config.to_uncertainty().inputs


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ('{ input = "coder_cell" }', CoderCell()),
        ('{ input = "coder_choice" }', CoderChoice()),
        ('{ input = "weights" }', WeightDraw()),
        (
            '{ input = "weights", concentration = 3, level = "within_pillar" }',
            WeightDraw("weights", 3, None, "within_pillar"),
        ),
        ('{ input = "weights", spread = 0 }', WeightDraw(spread=0)),
        (
            '{ input = "normalisation", choices = ["goalposts", { method = "minmax", within = "era" }] }',
            NormalisationInput((Normalisation(), Normalisation("minmax", within="era"))),
        ),
        (
            f'{{ input = "normalisation", choices = [{SCALED}, "best"], probabilities = [0.5, 0.25, 0.25] }}',
            NormalisationInput(
                (
                    Normalisation("zscore", centre=50, deviation=10),
                    Normalisation("target", target=3),
                    Normalisation("best"),
                ),
                (0.5, 0.25, 0.25),
            ),
        ),
        (
            f'{{ input = "aggregation", level = "across_pillars", choices = ["minimum", {GATED}, {SQUARED}] }}',
            AggregationInput("across_pillars", (Mean("minimum"), Bedrock("trust", 1), PowerMean(2))),
        ),
        (
            f'{{ input = "treatment", choices = ["none", {DRAWN_IN}, {OLDER}], probabilities = [1, 0, 0] }}',
            TreatmentInput((Treatment(), Treatment(outliers="winsorise"), Treatment("linear", 5)), (1, 0, 0)),
        ),
        ('{ input = "strength" }', StrengthInput()),
        ('{ input = "strength", least = 0.25, most = 0.5 }', StrengthInput(0.25, 0.5)),
        ('{ input = "exponent", level = "within_pillar", least = -3 }', ExponentInput("within_pillar", -3, 1)),
        ('{ input = "leave_out" }', LeaveOut()),
        ('{ input = "leave_out", tier = "dimension", probability = 1 }', LeaveOut("dimension", 1)),
        ('{ input = "era_goalposts", reach = 0.25 }', EraGoalposts(0.25)),
    ],
)
def test_each_input_is_read_as_it_stands(small: Path, entry: str, expected) -> None:
    """Every kind, with its usual values and with all it takes."""
    assert inputs_of(small, entry) == (expected,)


def test_inputs_keep_the_order_of_the_file(small: Path) -> None:
    """And none is drawn that does not stand there; an empty list draws nothing."""
    given = inputs_of(small, '{ input = "leave_out" }, { input = "coder_cell" }')
    assert given == (LeaveOut(), CoderCell())
    assert inputs_of(small, "") == ()


def test_inputs_of_levels_of_their_own_stand_beside_one_another(small: Path) -> None:
    """Weights of two levels, two tiers left out."""
    study = open_study(
        written(
            small,
            '[uncertainty]\ninputs = [{ input = "weights", level = "across_pillars" }, '
            '{ input = "weights", level = "within_dimension" }, { input = "leave_out" }, '
            '{ input = "leave_out", tier = "dimension" }]',
        )
    )
    assert len(study.config.to_uncertainty().inputs) == 4


def test_a_changed_seed_leaves_inputs_alone(small: Path) -> None:
    """What the command changes is written out and read again; every input survives it."""
    text = f"""{BEDROCK}[uncertainty]
inputs = [
  {{ input = "normalisation", choices = ["goalposts", "minmax"] }}, {{ input = "strength" }},
  {{ input = "weights", spread = 0.5 }}, {{ input = "treatment", choices = ["linear"] }},
  {{ input = "aggregation", level = "across_pillars", choices = [{GATED}] }},
]"""
    config = written(small, text)
    one, other = open_study(config).config.to_uncertainty(), open_study(config, seed=99).config.to_uncertainty()
    assert other.inputs == one.inputs
    assert (one.seed, other.seed) == (7, 99)


WRONG = {
    "unknown input": ('{ input = "wieghts" }', "inputs.0", "weights"),
    "no input": ("{ level = 'all' }", "inputs.0", "input"),
    "input is a number": ("{ input = 5 }", "inputs.0", "named by text"),
    "unknown level": ('{ input = "weights", level = "within_era" }', "inputs.0.level", "'across_pillars'"),
    "unknown level of aggregation": (
        '{ input = "aggregation", level = "all", choices = ["minimum"] }',
        "inputs.0.level",
        "'within_dimension'",
    ),
    "level missing": ('{ input = "exponent" }', "inputs.0.level", "level"),
    "unknown key": ('{ input = "leave_out", teir = "indicator" }', "inputs.0.teir", "nearest known: 'tier'"),
    "unknown tier": ('{ input = "leave_out", tier = "pillar" }', "inputs.0.tier", "'dimension'"),
    "chance above one": (
        '{ input = "leave_out", probability = 1.5 }',
        "inputs.0.probability",
        "less than or equal to 1",
    ),
    "spread of one": ('{ input = "weights", spread = 1.0 }', "inputs.0.spread", "less than 1"),
    "spread below zero": ('{ input = "weights", spread = -0.1 }', "inputs.0.spread", "greater than or equal to 0"),
    "spread is text": ('{ input = "weights", spread = "wide" }', "inputs.0.spread", "number"),
    "concentration of zero": ('{ input = "weights", concentration = 0 }', "inputs.0.concentration", "greater than 0"),
    "no choices": ('{ input = "normalisation", choices = [] }', "inputs.0.choices", "1 or more"),
    "choices missing": ('{ input = "treatment" }', "inputs.0.choices", "choices"),
    "choice unknown": (
        '{ input = "normalisation", choices = ["minmax", "median"] }',
        "inputs.0.choices.1",
        "percentile_rank",
    ),
    "choice of another kind": (
        '{ input = "aggregation", level = "within_pillar", choices = ["minmax"] }',
        "inputs.0.choices.0",
        "arithmetic",
    ),
    "treatment unknown": (
        '{ input = "treatment", choices = ["forward"] }',
        "inputs.0.choices.0.method",
        "carry_forward",
    ),
    "choice without exponent": (
        '{ input = "aggregation", level = "within_pillar", choices = ["power"] }',
        "inputs.0.choices.0.exponent",
        "exponent",
    ),
    "probability above one": (
        '{ input = "normalisation", choices = ["goalposts", "minmax"], probabilities = [1.5, -0.5] }',
        "inputs.0.probabilities",
        "1",
    ),
    "strength above one": ('{ input = "strength", most = 1.5 }', "inputs.0.most", "less than or equal to 1"),
    "exponent out of reach": (
        '{ input = "exponent", level = "within_pillar", least = -1000 }',
        "inputs.0.least",
        "greater than or equal to -100",
    ),
    "reach below zero": ('{ input = "era_goalposts", reach = -1 }', "inputs.0.reach", "greater than or equal to 0"),
    "probabilities that miss one": (
        '{ input = "normalisation", choices = ["goalposts", "minmax"], probabilities = [0.5, 0.4] }',
        "inputs",
        "summing to 1",
    ),
    "too few probabilities": (
        '{ input = "treatment", choices = ["none", "linear"], probabilities = [1] }',
        "inputs",
        "one for each choice",
    ),
    "reach too large": ('{ input = "era_goalposts", reach = 2 }', "inputs", "0 to less than 2 levels"),
    "strength without bedrock": ('{ input = "strength" }', "inputs", "bedrock across pillars"),
    "exponent without power mean": (
        '{ input = "exponent", level = "within_pillar" }',
        "inputs",
        "a power mean at that level",
    ),
    "weights twice": ('{ input = "weights" }, { input = "weights", spread = 0.1 }', "inputs", "each input once"),
    "weights at all levels and one": (
        '{ input = "weights" }, { input = "weights", level = "across_pillars" }',
        "inputs",
        "all, or single levels",
    ),
    "cells twice": ('{ input = "coder_cell" }, { input = "coder_cell" }', "inputs", "each input once"),
    "bedrock within pillars": (
        f'{{ input = "aggregation", level = "within_pillar", choices = [{GATED}] }}',
        "inputs",
        "a bedrock across pillars alone",
    ),
    "ranks among choices": (
        '{ input = "normalisation", choices = ["goalposts", "rank"] }',
        "inputs",
        "zscore with centre",
    ),
    "zscore without centre": (
        '{ input = "normalisation", choices = ["goalposts", { method = "zscore" }] }',
        "inputs",
        "zscore with",
    ),
    "ends of strength crossed": (
        f"""{{ input = "aggregation", level = "across_pillars", choices = [{GATED}] }},
            {{ input = "strength", least = 0.9, most = 0.1 }}""",
        "inputs",
        "least, then most",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_input_is_refused_with_one_message_that_names_its_key(small: Path, name: str) -> None:
    """One fault with the key in the file and what is allowed."""
    entries, key, allowed = WRONG[name]
    with pytest.raises(ConfigError) as caught:
        open_study(written(small, f"[uncertainty]\ninputs = [{entries}]"))
    faults = caught.value.faults
    assert len(faults) == (2 if name == "probability above one" else 1), [fault.what for fault in faults]
    assert faults[0].column.startswith(f"uncertainty.{key}")
    assert allowed in f"{faults[0].what} {faults[0].found} {faults[0].allowed}"
    assert "pydantic" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["probabilities that miss one", "reach too large", "weights twice", "unknown level"])
def test_check_and_score_tell_the_same_fault(small: Path, name: str, monkeypatch, capsys) -> None:
    """`check` lists it, `score` and `sensitivity` end with code 1 before anything is computed or written."""
    monkeypatch.chdir(small.parent)
    written(small, f"[uncertainty]\ninputs = [{WRONG[name][0]}]")
    faults = check("more.toml").faults
    assert faults
    for command in ("check", "score", "sensitivity"):
        assert main([command, "more.toml"]) == 1
        told = capsys.readouterr().err
        assert "uncertainty.inputs" in told
        assert "Traceback" not in told
    assert not (small.parent / "results").exists()


@pytest.mark.parametrize(
    ("line", "key", "allowed"),
    [
        ("bases = 100", "bases", "a power of two"),
        ("bases = 2", "bases", "greater than or equal to 4"),
        ("bases = 0", "bases", "greater than or equal to 4"),
        ("bases = 256.0", "bases", "integer"),
        ("replicates = 1", "replicates", "greater than or equal to 2"),
        ("radius = 1.5", "radius", "less than or equal to 1"),
        ("outputs = []", "outputs", "1 or more"),
        ('outputs = "index:*:*"', "outputs", "list"),
        ("outputs = [5]", "outputs.0", "string"),
        ("base = 256", "base", "nearest known: 'bases'"),
    ],
)
def test_a_wrong_section_on_sensitivity_is_refused(small: Path, line: str, key: str, allowed: str) -> None:
    """One fault with the key in the file and what is allowed."""
    with pytest.raises(ConfigError) as caught:
        open_study(written(small, f"[sensitivity]\n{line}"))
    (fault,) = caught.value.faults
    assert fault.column == f"sensitivity.{key}"
    assert re.search(re.escape(allowed), f"{fault.what} {fault.found} {fault.allowed}")
