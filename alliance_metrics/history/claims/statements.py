"""The kinds of statement that a file of claims may hold, each a closed section with its own keys."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from alliance_metrics.config.index import Section, with_readable_tag
from alliance_metrics.history.claims.orders import Reading, Turn
from alliance_metrics.history.claims.recorded import Direction
from alliance_metrics.history.claims.regularities import At

#: Stands for the index, whatever its id.
INDEX = "index"


def _as_list(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    return (value,) if isinstance(value, str) else value


def _as_than(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    return {"years": value} if isinstance(value, list | tuple) else value


def _rising(years: tuple[int, int]) -> tuple[int, int]:
    if years[0] > years[1]:
        raise PydanticCustomError("span", "[first, last], the first not after the last")
    return years


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise PydanticCustomError("twice", "each name once")
    return names


def _one_line(text: str) -> str:
    """Refuse text that is blank, or would break a line or steer the screen it is printed on."""
    if not text.strip() or any(unicodedata.category(sign) in _UNSEEN for sign in text):
        raise PydanticCustomError("line", "one line of text, without signs that are not seen")
    return text


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Line = Annotated[str, AfterValidator(_one_line)]
Year = Annotated[int, Field(ge=-9999, le=9999)]
Years = Annotated[tuple[Year, Year], Field(strict=False), AfterValidator(_rising)]
Name = Annotated[str, Field(min_length=1)]
Names = Annotated[
    tuple[Name, ...], Field(strict=False, min_length=1), BeforeValidator(_as_list), AfterValidator(_each_once)
]
Points = Annotated[float, Field(ge=0, le=100)]
Part = Annotated[float, Field(ge=0, le=1)]
Combine = Literal["mean", "least", "greatest"]
Tier = Literal["pillar", "dimension", "indicator"]

#: The middle of the scale. [points]
MIDDLE = 50.0


class FacetChoice(Section):
    """The indicators that count: those with a value in a column of the codebook.

    Attributes
    ----------
    column, value
        The column and the value.
    """

    column: str
    value: str


class StepsQuantity(Section):
    """Fewest one-level steps of codings, by all coders together, that bring the index below a value.

    Attributes
    ----------
    kind
        ``steps``.
    below
        The value.
    """

    kind: Literal["steps"]
    below: Annotated[float, Field(gt=0, le=100)] = MIDDLE


class CapabilityQuantity(Section):
    """Measured national capability of the two states of a dyad, as a percentage.

    Attributes
    ----------
    kind
        ``capability``.
    measure
        Measure in the table of capabilities.
    reading
        ``added``: the weaker state's, of the stronger's; ``lead``: 100 less that; ``ratio``: both together, of a
        coalition's.
    coalition
        The coalition, for ``ratio``.
    discounted
        Whether the weaker state's capability is multiplied by the index.
    """

    kind: Literal["capability"]
    measure: Name
    reading: Literal["added", "lead", "ratio"]
    coalition: Name | None = None
    discounted: bool = False


class PressureQuantity(Section):
    """Pressure from outside on the two states of a dyad.

    Attributes
    ----------
    kind
        ``pressure``.
    indicator
        Context indicator, coded for each state and year.
    reading
        Mean, least or greatest of the two; ``alike``: 100 less the difference between them.
    """

    kind: Literal["pressure"]
    indicator: Name
    reading: Literal["mean", "least", "greatest", "alike"] = "mean"


Quantity = StepsQuantity | CapabilityQuantity | PressureQuantity
QuantityField = Annotated[Quantity, Field(discriminator="kind"), BeforeValidator(with_readable_tag)]


class OtherSection(Section):
    """The series another is set against; what is not said here is as in the claim.

    Attributes
    ----------
    dyad, era, component, facet, quantity
        As in `ClaimSection`; a component of its own leaves out the claim's quantity.
    years
        Years of its own, for kinds that compare two spans.
    """

    dyad: str | None = None
    era: str | None = None
    component: Names | None = None
    facet: FacetChoice | None = None
    quantity: QuantityField | None = None
    years: Years | None = None


class ThanSection(Section):
    """The years, and the dyad and era, whose gap another is set against.

    Attributes
    ----------
    dyad, era
        As in `ClaimSection`; those of the claim where absent.
    years
        The years.
    """

    dyad: str | None = None
    era: str | None = None
    years: Years


class ClaimSection(Section):
    """What all claims have.

    Attributes
    ----------
    id
        Id of the claim; its random numbers depend on it.
    rows
        Ids of the rows of the essay's list that it bears on.
    side
        One of `SIDES`.
    statement
        What is claimed, in plain words.
    note
        Anything to be read beside it.
    dyad, era
        The dyad and era it is about.
    component
        The component, or several, whose plain mean is taken; ``index`` stands for the index.
    facet
        Scores from the indicators of one facet alone; for the index and pillars.
    quantity
        A quantity that takes the place of the component.
    near_tautology
        Whether the words of the component's levels are the claim itself, so that it could hardly fail.
    placebo_over
        A tier: every component of it that is no part of the claim's component takes its place in turn. What holds for
        these as well does not discriminate.
    placebos
        Ids of other claims of the file to be read in the same way.
    """

    id: Id
    rows: Names
    side: Literal["essay", "rival", "open"]
    statement: Line
    note: Line | Literal[""] = ""
    dyad: str
    era: str
    component: Names = (INDEX,)
    facet: FacetChoice | None = None
    quantity: QuantityField | None = None
    near_tautology: bool = False
    placebo_over: Tier | None = None
    placebos: Annotated[tuple[Id, ...], Field(strict=False), AfterValidator(_each_once)] = ()


class SpanClaim(ClaimSection):
    """The greatest or least score, or the greatest yearly fall, lies within years."""

    kind: Literal["peak_within", "low_within", "largest_drop_in"]
    years: Years


class LevelClaim(ClaimSection):
    """The mean over years is above or below a value."""

    kind: Literal["above", "below"]
    years: Years
    value: Points


class ChangeClaim(ClaimSection):
    """The last of some years lies below or above the first by more than a margin."""

    kind: Literal["falls", "rises"]
    years: Years
    margin: Points = 0.0


class ComparisonClaim(ClaimSection):
    """The mean over years exceeds that of another series, or of other years."""

    kind: Literal["higher_than"]
    years: Years
    other: OtherSection
    margin: Points = 0.0


class GapClaim(ClaimSection):
    """One series stands above another over the same years; with ``matched``, facets of like dimensions."""

    kind: Literal["gap_positive", "tilts_toward"]
    years: Years
    other: OtherSection
    matched: bool = False
    margin: Points = 0.0


class GapGrowthClaim(ClaimSection):
    """The gap between two series is larger in one span than in another, or than that of another dyad."""

    kind: Literal["gap_larger"]
    years: Years
    than: Annotated[ThanSection, BeforeValidator(_as_than)]
    other: OtherSection
    matched: bool = False
    margin: Points = 0.0


class EveryYearClaim(ClaimSection):
    """A series is above, or below, a value or another series in every one of some years."""

    kind: Literal["stays_above", "stays_below"]
    years: Years
    value: Points | None = None
    other: OtherSection | None = None


class PartClaim(ClaimSection):
    """A component makes more of a fall, or rise, between two years than any other of several."""

    kind: Literal["contributed_most"]
    years: Years
    among: Names
    direction: Direction = "down"


class OrderClaim(ClaimSection):
    """A component falls before every other of several."""

    kind: Literal["first_to_fall"]
    among: Names
    reading: Reading = "break"


class BeforeClaim(ClaimSection):
    """A series falls before another; with ``matched``, facets of like dimensions."""

    kind: Literal["falls_before"]
    other: OtherSection
    reading: Reading = "break"
    matched: bool = False


class TurnClaim(ClaimSection):
    """A series passes a value before another, or before every other of several.

    Attributes
    ----------
    other, among
        The other series, or components of which the claim's is one.
    value
        The value.
    direction
        Whether series fall below it or rise above it.
    lasting
        For how many years in a row they stay beyond it.
    years
        Years in which the first turn is looked for; all where absent.
    """

    kind: Literal["turns_first"]
    other: OtherSection | None = None
    among: Names | None = None
    value: Points = MIDDLE
    direction: Direction = "down"
    lasting: Annotated[int, Field(ge=1, le=20)] = 2
    years: Years | None = None


class BreakClaim(ClaimSection):
    """The one break that fits a series best lies within years."""

    kind: Literal["break_within"]
    years: Years
    direction: Turn = "either"


class LeadClaim(ClaimSection):
    """Changes of a series go before changes of another."""

    kind: Literal["leads"]
    other: OtherSection
    most_lag: Annotated[int, Field(ge=1, le=20)] = 3


class TogetherClaim(ClaimSection):
    """Two series change the same way in the same years."""

    kind: Literal["moves_with"]
    other: OtherSection


class GateClaim(ClaimSection):
    """A component lets others count only as far as it goes itself, more strongly than a value."""

    kind: Literal["gate_above"]
    gated: Names
    value: Part = 0.0


class PressureClaim(ClaimSection):
    """What pressure from outside has to do with a component, on a condition."""

    pressure: str
    combine: Combine = "mean"
    condition: str


class GrowthClaim(PressureClaim):
    """Pressure raises a component the more, the greater a condition."""

    kind: Literal["effect_grows"]


class EffectClaim(PressureClaim):
    """Pressure raises a component where a condition is high, low, or as it is on average."""

    kind: Literal["effect_positive"]
    at: At = "mean"


class LikenessClaim(ClaimSection):
    """Of the years of another record, the one most like a given year, component by component, lies within years."""

    kind: Literal["most_similar_within"]
    year: Year
    years: Years
    other: OtherSection


class UntestableSection(Section):
    """A sentence of the essay that no series can test.

    Attributes
    ----------
    rows
        Ids of the rows of the essay's list that it belongs to.
    sentence
        The sentence, or its gist.
    reason
        Why it cannot be tested.
    """

    rows: Names
    sentence: Line
    reason: Line


AnyClaim = (
    SpanClaim
    | LevelClaim
    | ChangeClaim
    | ComparisonClaim
    | GapClaim
    | GapGrowthClaim
    | EveryYearClaim
    | PartClaim
    | OrderClaim
    | BeforeClaim
    | TurnClaim
    | BreakClaim
    | LeadClaim
    | TogetherClaim
    | GateClaim
    | GrowthClaim
    | EffectClaim
    | LikenessClaim
)
ClaimField = Annotated[AnyClaim, Field(discriminator="kind"), BeforeValidator(with_readable_tag)]
