"""The section ``[analysis]`` of a configuration: settings of the historical analyses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from alliance_metrics.config.index import Section

_NAMES = Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
_Points = Annotated[float, Field(gt=0, lt=100)]


class BreakSection(Section):
    """How breaks are looked for; see `date_breaks`.

    Attributes
    ----------
    minimum_segment
        Least share of the years in a segment.
    maximum_breaks
        Most breaks looked for.
    criterion
        What decides their number.
    trend
        Whether a segment has a slope of its own.
    """

    minimum_segment: Annotated[float, Field(gt=0, lt=0.5)] = 0.15
    maximum_breaks: Annotated[int, Field(ge=1, le=20)] = 3
    criterion: Literal["bic", "lwz"] = "bic"
    trend: bool = False


class ConditionSection(Section):
    """Whether pressure from outside helps only on a condition; see `fit_condition`.

    Attributes
    ----------
    pressure
        Context indicator, coded for each state and year.
    combine
        How the pressure on the two states of a dyad is put together.
    condition
        Component on whose level the effect of pressure is made to depend.
    outcomes
        Indicators in which the effect is looked for: each alone, and their mean.
    """

    pressure: str
    combine: Literal["mean", "least", "greatest"] = "mean"
    condition: str
    outcomes: _NAMES


class FacetSection(Section):
    """Two scores of the same dyad-year from different indicators, and the gap between them.

    Attributes
    ----------
    name
        What the pair is called.
    column
        Column of the codebook's indicators that tells them apart.
    one, other
        Its values; the gap is the score from the first less that from the second.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    column: str
    one: str
    other: str


class BeliefSection(Section):
    """Indicators of what leaders believed, set against the score of one facet.

    Attributes
    ----------
    indicators
        Diagnostic indicators.
    column, value
        The facet: the score from the indicators with this value in this column.
    """

    indicators: _NAMES
    column: str
    value: str


class FragilitySection(Section):
    """How close a year's index is to a fall; see `plan_least_steps` and `forward_reading`.

    Attributes
    ----------
    thresholds
        Values of the index that count as a fall. [0-100]
    horizon
        Years within which falls are counted.
    neighbours
        Number of comparable years.
    """

    thresholds: Annotated[tuple[_Points, ...], Field(strict=False, min_length=1)] = (50.0,)
    horizon: Annotated[int, Field(ge=1, le=50)] = 5
    neighbours: Annotated[int, Field(ge=1, le=1000)] = 10


class OriginSection(Section):
    """The event from which the years of a dyad and era are counted.

    Attributes
    ----------
    dyad, era
        The dyad and era.
    year
        Year of the event.
    event
        Id of the event among the evidence.
    """

    dyad: str
    era: str
    year: Annotated[int, Field(ge=-9999, le=9999)]
    event: str


class AnalysisSection(Section):
    """Settings of the historical analyses. Names that the data lack are skipped, and the results list them.

    Attributes
    ----------
    gate
        Component whose strength as bedrock is estimated.
    breaks
        How breaks are looked for.
    condition
        Whether pressure helps only on a condition.
    facets
        Pairs of facets.
    belief
        What leaders believed.
    fragility
        How close to a fall.
    origins
        Events from which years are counted.
    changed_meaning
        Indicators or dimensions that do not mean the same in all eras; comparisons are made with and without them.
    references
        Reference pairs that are analysed like the pairs that the study is about.
    """

    gate: str | None = None
    breaks: BreakSection = Field(default_factory=BreakSection)
    condition: ConditionSection | None = None
    facets: Annotated[tuple[FacetSection, ...], Field(strict=False)] = ()
    belief: BeliefSection | None = None
    fragility: FragilitySection = Field(default_factory=FragilitySection)
    origins: Annotated[tuple[OriginSection, ...], Field(strict=False)] = ()
    changed_meaning: Annotated[tuple[str, ...], Field(strict=False)] = ()
    references: Annotated[tuple[str, ...], Field(strict=False)] = ()
