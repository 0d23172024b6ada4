"""What is uncertain in an index: one small specification for each kind of uncertain input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from alliance_metrics.index.methods import Bedrock, Normalisation, Rule
from alliance_metrics.index.treatment import Treatment

Level = Literal["within_dimension", "within_pillar", "across_pillars"]
#: Levels of aggregation, and the tier of the components that are made there.
LEVELS: dict[str, str] = {"within_dimension": "dimension", "within_pillar": "pillar", "across_pillars": "index"}


@dataclass(frozen=True)
class CoderCell:
    """Which level a coder's cell really is: between the coder's low and high, most often the score.

    Parameters
    ----------
    input
        Tells the kinds apart in a configuration.
    frequencies
        Whether a level is as likely beforehand as it was given for the indicator in the unit and era; otherwise all
        levels are alike. See `coder_doubt`.
    """

    input: Literal["coder_cell"] = "coder_cell"
    frequencies: bool = False

    @property
    def name(self) -> str:
        """Name in tables."""
        return self.input


@dataclass(frozen=True)
class CoderChoice:
    """How far the coders at hand lie from all such coders: along their leanings, the same in every year.

    What they disagree on beside, and their ranges do not account for, moves each cell for itself.
    """

    input: Literal["coder_choice"] = "coder_choice"

    @property
    def name(self) -> str:
        """Name in tables."""
        return self.input


@dataclass(frozen=True)
class WeightDraw:
    """Which weights hold, around the declared ones: at every node, or at those of one level.

    Parameters
    ----------
    input
        Tells the kinds apart in a configuration.
    concentration
        Closeness to the declared weights, unless a spread is given; above zero. See `dirichlet_weights`.
    spread
        Share by which each weight may be off before they are scaled to sum 1 again: uniform within. [0-1]
    level
        ``all``, or the level of aggregation whose weights are uncertain.
    """

    input: Literal["weights"] = "weights"
    concentration: float = 10.0
    spread: float | None = None
    level: Literal["all"] | Level = "all"

    @property
    def name(self) -> str:
        """Name in tables."""
        return self.input if self.level == "all" else f"{self.input} {self.level}"


@dataclass(frozen=True)
class NormalisationInput:
    """Which normalisation holds.

    Parameters
    ----------
    choices
        Normalisations, all with scores between 0 and 1, so that their draws can stand on one scale.
    probabilities
        Of each choice; alike where empty. [0-1]
    input
        Tells the kinds apart in a configuration.
    """

    choices: tuple[Normalisation, ...]
    probabilities: tuple[float, ...] = ()
    input: Literal["normalisation"] = "normalisation"

    @property
    def name(self) -> str:
        """Name in tables."""
        return self.input


@dataclass(frozen=True)
class AggregationInput:
    """Which aggregation holds at one level.

    Parameters
    ----------
    level
        The level.
    choices
        Aggregations.
    probabilities
        Of each choice; alike where empty. [0-1]
    input
        Tells the kinds apart in a configuration.
    """

    level: Level
    choices: tuple[Rule | Bedrock, ...]
    probabilities: tuple[float, ...] = ()
    input: Literal["aggregation"] = "aggregation"

    @property
    def name(self) -> str:
        """Name in tables."""
        return f"{self.input} {self.level}"


@dataclass(frozen=True)
class TreatmentInput:
    """What is done with missing cells.

    Parameters
    ----------
    choices
        Treatments.
    probabilities
        Of each choice; alike where empty. [0-1]
    input
        Tells the kinds apart in a configuration.
    """

    choices: tuple[Treatment, ...]
    probabilities: tuple[float, ...] = ()
    input: Literal["treatment"] = "treatment"

    @property
    def name(self) -> str:
        """Name in tables."""
        return self.input


@dataclass(frozen=True)
class TreeInput:
    """Where dimensions stand in the tree.

    Parameters
    ----------
    choices
        For each arrangement the dimensions that stand elsewhere than configured, each with its pillar; an empty one is
        the arrangement configured.
    probabilities
        Of each choice; alike where empty. [0-1]
    input
        Tells the kinds apart in a configuration.
    """

    choices: tuple[Mapping[str, str], ...]
    probabilities: tuple[float, ...] = ()
    input: Literal["tree"] = "tree"

    @property
    def name(self) -> str:
        """Name in tables."""
        return self.input


@dataclass(frozen=True)
class StrengthInput:
    """How strong the bedrock is, wherever the aggregation across pillars is one: uniform between two ends.

    Parameters
    ----------
    least, most
        Ends. [0-1]
    input
        Tells the kinds apart in a configuration.
    """

    least: float = 0.0
    most: float = 1.0
    input: Literal["strength"] = "strength"

    @property
    def name(self) -> str:
        """Name in tables."""
        return self.input


@dataclass(frozen=True)
class ExponentInput:
    """Which exponent holds wherever the aggregation of a level is a power mean: uniform between two ends.

    Parameters
    ----------
    level
        The level.
    least, most
        Ends.
    input
        Tells the kinds apart in a configuration.
    """

    level: Level
    least: float = -1.0
    most: float = 1.0
    input: Literal["exponent"] = "exponent"

    @property
    def name(self) -> str:
        """Name in tables."""
        return f"{self.input} {self.level}"


@dataclass(frozen=True)
class LeaveOut:
    """Whether one indicator or one dimension is left out, and which.

    Parameters
    ----------
    tier
        ``indicator`` or ``dimension``.
    probability
        Probability that one is left out; all that may be are equally likely. What is alone in its pillar is never left
        out. [0-1]
    input
        Tells the kinds apart in a configuration.
    """

    tier: Literal["indicator", "dimension"] = "indicator"
    probability: float = 0.5
    input: Literal["leave_out"] = "leave_out"

    @property
    def name(self) -> str:
        """Name in tables."""
        return f"{self.input} {self.tier}"


@dataclass(frozen=True)
class EraGoalposts:
    """How far the ends of the scales mean the same in every era.

    Parameters
    ----------
    reach
        How far each end of each era's scales may lie from the codebook's, the same for all indicators: uniform within,
        each era for itself. Less than half a scale. [levels]
    input
        Tells the kinds apart in a configuration.
    """

    reach: float = 0.5
    input: Literal["era_goalposts"] = "era_goalposts"

    @property
    def name(self) -> str:
        """Name in tables."""
        return self.input


Discrete = NormalisationInput | AggregationInput | TreatmentInput | TreeInput
#: The kinds of `Discrete`.
DISCRETE = (NormalisationInput, AggregationInput, TreatmentInput, TreeInput)
UncertainInput = (
    CoderCell
    | CoderChoice
    | WeightDraw
    | NormalisationInput
    | AggregationInput
    | TreatmentInput
    | TreeInput
    | StrengthInput
    | ExponentInput
    | LeaveOut
    | EraGoalposts
)


@dataclass(frozen=True)
class Uncertainty:
    """What is uncertain, and how it is drawn.

    Parameters
    ----------
    seed
        Seed of all randomness, zero or more.
    draws
        Number of draws, one or more.
    level
        Probability of the intervals. [0-1]
    inputs
        What is uncertain; nothing else is drawn.
    block_megabytes
        Memory for the draws that `score` holds at once. Ranks and pairs compare as many draws as fit in it; no other
        number depends on it. Analyses, claims and explanations are not bound by it: they hold all draws of the
        components they need, 4 bytes for each component, unit and draw. [MB]
    """

    seed: int = 1949
    draws: int = 10_000
    level: float = 0.90
    inputs: tuple[UncertainInput, ...] = field(default_factory=lambda: (CoderCell(), CoderChoice(), WeightDraw()))
    block_megabytes: int = 64
