"""The section ``[index]`` of a configuration: how scores become the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from alliance_metrics.config.faults import TAGS
from alliance_metrics.index import methods

_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Section(BaseModel):
    """A closed, frozen section of a configuration."""

    model_config = _STRICT


def with_readable_tag(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Refuse the name of a choice that is not text before the validator tries to print it.

    Parameters
    ----------
    value
        Whatever stands in the file.

    Returns
    -------
    object
        The same.

    Raises
    ------
    PydanticCustomError
        Where the key that names a choice holds something other than text.
    """
    for tag in TAGS if isinstance(value, Mapping) else ():
        if tag in value and not isinstance(value[tag], str):
            raise PydanticCustomError("choice", "a choice named by text")
    return value


class MeanChoice(Section):
    """An aggregation by a mean or the minimum; see `Mean`."""

    method: Literal["arithmetic", "geometric", "harmonic", "minimum"]


class PowerChoice(Section):
    """An aggregation by a power mean; see `PowerMean`."""

    method: Literal["power"]
    exponent: Annotated[float, Field(ge=-100, le=100)]


class MazziottaParetoChoice(Section):
    """An aggregation by a Mazziotta-Pareto index; see `MazziottaPareto`."""

    method: Literal["mazziotta_pareto", "adjusted_mazziotta_pareto"]
    penalty: Literal["minus", "plus"] = "minus"


class OutrankingChoice(Section):
    """An aggregation by contests among units; see `Outranking`."""

    method: Literal["copeland", "kemeny"]


class BenefitOfTheDoubtChoice(Section):
    """An aggregation with each unit's own best weights; see `BenefitOfTheDoubt`."""

    method: Literal["benefit_of_the_doubt"]
    lower: Annotated[float, Field(ge=0, le=1)] = 0.0
    upper: Annotated[float, Field(ge=0, le=1)] = 1.0


class BedrockChoice(Section):
    """The bedrock aggregation; see `Bedrock`."""

    method: Literal["bedrock"]
    pillar: str
    strength: Annotated[float, Field(ge=0, le=1)]


class NormalisationChoice(Section):
    """How levels come onto a common scale; see `Normalisation`."""

    method: Literal["goalposts", "minmax", "rank", "percentile_rank", "borda", "best"]
    within: Literal["panel", "era", "year"] = "panel"


class StandardisedChoice(Section):
    """Distances from the mean, in standard deviations or on a scale of 0 to 100; see `Normalisation`."""

    method: Literal["zscore"]
    within: Literal["panel", "era", "year"] = "panel"
    centre: Annotated[float | None, Field(ge=0, le=100)] = None
    deviation: Annotated[float, Field(gt=0, le=100)] = 15.0


class TargetChoice(Section):
    """Levels measured by the way to a target; see `Normalisation`."""

    method: Literal["target"]
    target: float
    within: Literal["panel", "era", "year"] = "panel"


class ReferenceChoice(Section):
    """Levels measured by one unit in one year; see `Normalisation`."""

    method: Literal["reference"]
    unit: str
    year: int


class Allocation(Section):
    """Points that an expert gave a component; see `budget_weights`."""

    expert: str
    component: str
    points: Annotated[float, Field(ge=0, le=1e9)]


def spelt_out(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Turn the bare name of a method into the table that it stands for.

    Parameters
    ----------
    value
        Whatever stands in the file.

    Returns
    -------
    object
        The table.
    """
    return with_readable_tag({"method": value} if isinstance(value, str) else value)


_RuleChoice = MeanChoice | PowerChoice | MazziottaParetoChoice | OutrankingChoice | BenefitOfTheDoubtChoice
_Rule = Annotated[_RuleChoice, Field(discriminator="method"), BeforeValidator(spelt_out)]
AcrossField = Annotated[_RuleChoice | BedrockChoice, Field(discriminator="method"), BeforeValidator(spelt_out)]
NormalisationField = Annotated[
    NormalisationChoice | StandardisedChoice | TargetChoice | ReferenceChoice,
    Field(discriminator="method"),
    BeforeValidator(spelt_out),
]


class IndexSection(Section):
    """How scores become the index.

    Attributes
    ----------
    id
        Id of the index itself.
    normalisation, within_dimension, within_pillar, across_pillars
        Methods, by name or as a table with what the method needs.
    weighting
        Where weights come from; see docs/methods/index.md.
    budget
        For the weighting ``budget``: CSV file with the columns ``expert,component,points``, relative to this file.
    allocations
        What the file holds; filled in on reading.
    availability_min
        Share of a component's weight that must be there for it to be scored.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = "cohesion"
    normalisation: NormalisationField = NormalisationChoice(method="goalposts")
    weighting: Literal[
        "declared",
        "equal_indicators",
        "principal_components",
        "first_component",
        "entropy",
        "critic",
        "balanced",
        "budget",
    ] = "declared"
    budget: str | None = None
    allocations: Annotated[tuple[Allocation, ...], Field(strict=False)] = ()
    availability_min: Annotated[float, Field(ge=0, le=1)] = 0.6
    within_dimension: _Rule = MeanChoice(method="arithmetic")
    within_pillar: _Rule = MeanChoice(method="arithmetic")
    across_pillars: AcrossField = MeanChoice(method="arithmetic")

    def to_rules(self) -> dict[str, Any]:
        """Give normalisation and aggregations as a specification takes them.

        Returns
        -------
        dict
            ``normalisation``, ``within_dimension``, ``within_pillar`` and ``across_pillars``.
        """
        levels = ("within_dimension", "within_pillar", "across_pillars")
        rules = {level: to_rule(getattr(self, level)) for level in levels}
        return {"normalisation": to_normalisation(self.normalisation), **rules}


def to_rule(choice: Section) -> Any:  # noqa: ANN401 - one of the rules
    """Give an aggregation as a specification takes it.

    Parameters
    ----------
    choice
        As parsed.

    Returns
    -------
    Rule or Bedrock
        The aggregation.
    """
    return _RULES[type(choice)](**choice.model_dump())


def to_normalisation(choice: Section) -> methods.Normalisation:
    """Give a normalisation as a specification takes it.

    Parameters
    ----------
    choice
        As parsed.

    Returns
    -------
    Normalisation
        The normalisation.
    """
    return methods.Normalisation(**choice.model_dump())


_RULES: Mapping[type[Section], Callable[..., methods.Rule | methods.Bedrock]] = {
    MeanChoice: methods.Mean,
    PowerChoice: methods.PowerMean,
    MazziottaParetoChoice: methods.MazziottaPareto,
    OutrankingChoice: methods.Outranking,
    BenefitOfTheDoubtChoice: methods.BenefitOfTheDoubt,
    BedrockChoice: methods.Bedrock,
}
