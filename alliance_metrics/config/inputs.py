"""The uncertain inputs of a configuration: what is drawn, and from what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from alliance_metrics.config import index
from alliance_metrics.index.treatment import Treatment
from alliance_metrics.uncertainty import inputs

_Level = Literal["within_dimension", "within_pillar", "across_pillars"]
_Probabilities = Annotated[tuple[Annotated[float, Field(ge=0, le=1)], ...], Field(strict=False)]


class TreatmentSection(index.Section):
    """What is done with missing cells and outliers; see `Treatment`."""

    method: Literal["none", "carry_forward", "linear", "balanced", "median", "series_median", "multiple"] = "none"
    max_age: Annotated[int, Field(ge=1, le=100)] = 2
    outliers: Literal["none", "winsorise", "transform"] = "none"
    most: Annotated[int, Field(ge=0, le=1000)] = 5
    logarithm: Literal["shifted", "shifted_one", "directed", "box_cox"] = "directed"


class CoderCellSection(index.Section):
    """Uncertain input: the level of each coder's cell; see `CoderCell`."""

    input: Literal["coder_cell"]
    frequencies: bool = False


class CoderChoiceSection(index.Section):
    """Uncertain input: the difference between these coders and all such coders."""

    input: Literal["coder_choice"]


class WeightSection(index.Section):
    """Uncertain input: the weights, at every node or at one level; see `WeightDraw`."""

    input: Literal["weights"]
    concentration: Annotated[float, Field(gt=0, le=1e6)] = 10.0
    spread: Annotated[float | None, Field(ge=0, lt=1)] = None
    level: Literal["all", "within_dimension", "within_pillar", "across_pillars"] = "all"


class NormalisationSection(index.Section):
    """Uncertain input: the normalisation; see `NormalisationInput`."""

    input: Literal["normalisation"]
    choices: Annotated[tuple[index.NormalisationField, ...], Field(strict=False, min_length=1)]
    probabilities: _Probabilities = ()


class AggregationSection(index.Section):
    """Uncertain input: the aggregation at one level; see `AggregationInput`."""

    input: Literal["aggregation"]
    level: _Level
    choices: Annotated[tuple[index.AcrossField, ...], Field(strict=False, min_length=1)]
    probabilities: _Probabilities = ()


class TreatmentInputSection(index.Section):
    """Uncertain input: what is done with missing cells; see `TreatmentInput`."""

    input: Literal["treatment"]
    choices: Annotated[
        tuple[Annotated[TreatmentSection, BeforeValidator(index.spelt_out)], ...], Field(strict=False, min_length=1)
    ]
    probabilities: _Probabilities = ()


class TreeSection(index.Section):
    """Uncertain input: where dimensions stand; see `TreeInput`."""

    input: Literal["tree"]
    choices: Annotated[tuple[Mapping[str, str], ...], Field(strict=False, min_length=1)]
    probabilities: _Probabilities = ()


class StrengthSection(index.Section):
    """Uncertain input: the strength of the bedrock; see `StrengthInput`."""

    input: Literal["strength"]
    least: Annotated[float, Field(ge=0, le=1)] = 0.0
    most: Annotated[float, Field(ge=0, le=1)] = 1.0


class ExponentSection(index.Section):
    """Uncertain input: the exponent of power means; see `ExponentInput`."""

    input: Literal["exponent"]
    level: _Level
    least: Annotated[float, Field(ge=-100, le=100)] = -1.0
    most: Annotated[float, Field(ge=-100, le=100)] = 1.0


class LeaveOutSection(index.Section):
    """Uncertain input: an indicator or a dimension left out; see `LeaveOut`."""

    input: Literal["leave_out"]
    tier: Literal["indicator", "dimension"] = "indicator"
    probability: Annotated[float, Field(ge=0, le=1)] = 0.5


class EraGoalpostsSection(index.Section):
    """Uncertain input: the ends of each era's scales; see `EraGoalposts`."""

    input: Literal["era_goalposts"]
    reach: Annotated[float, Field(ge=0, le=1000)] = 0.5


InputSection = (
    CoderCellSection
    | CoderChoiceSection
    | WeightSection
    | NormalisationSection
    | AggregationSection
    | TreatmentInputSection
    | TreeSection
    | StrengthSection
    | ExponentSection
    | LeaveOutSection
    | EraGoalpostsSection
)
InputField = Annotated[InputSection, Field(discriminator="input"), BeforeValidator(index.with_readable_tag)]
_PLAIN: dict[str, type[Any]] = {
    "coder_cell": inputs.CoderCell,
    "coder_choice": inputs.CoderChoice,
    "weights": inputs.WeightDraw,
    "strength": inputs.StrengthInput,
    "exponent": inputs.ExponentInput,
    "leave_out": inputs.LeaveOut,
    "era_goalposts": inputs.EraGoalposts,
}


def to_inputs(sections: Sequence[InputSection]) -> tuple[inputs.UncertainInput, ...]:
    """Give uncertain inputs as the draws take them.

    Parameters
    ----------
    sections
        As parsed.

    Returns
    -------
    tuple
        The inputs, in the order of the file.
    """
    return tuple(_to_input(section) for section in sections)


def _to_input(section: InputSection) -> inputs.UncertainInput:
    if isinstance(section, NormalisationSection):
        return inputs.NormalisationInput(tuple(map(index.to_normalisation, section.choices)), section.probabilities)
    if isinstance(section, AggregationSection):
        return inputs.AggregationInput(section.level, tuple(map(index.to_rule, section.choices)), section.probabilities)
    if isinstance(section, TreatmentInputSection):
        choices = tuple(Treatment(**choice.model_dump()) for choice in section.choices)
        return inputs.TreatmentInput(choices, section.probabilities)
    if isinstance(section, TreeSection):
        return inputs.TreeInput(tuple(dict(choice) for choice in section.choices), section.probabilities)
    made: inputs.UncertainInput = _PLAIN[section.input](**section.model_dump())
    return made
