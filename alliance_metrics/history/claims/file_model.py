"""Files of claims: statements to be judged by a study's draws; a file is checked whole before any is judged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from alliance_metrics.config.faults import is_echo, validation_fault
from alliance_metrics.config.index import Section
from alliance_metrics.config.model import VersionField
from alliance_metrics.config.reader import find_config
from alliance_metrics.errors import ConfigError, Fault, listed, nearest, quoted
from alliance_metrics.history.claims import statements
from alliance_metrics.history.claims.verdicts import Thresholds
from alliance_metrics.package.files import parse_toml, read_bytes

Share = Annotated[float, Field(gt=0.5, le=1)]


class VerdictSection(Section):
    """Thresholds of the verdicts; see `Thresholds`."""

    supported: Share = 0.95
    leaning: Share = 0.80
    chance: statements.Part = 0.05
    power: statements.Part = 0.50
    answered: statements.Part = 0.50
    placebos: Annotated[float, Field(gt=0, le=1)] = 0.50


class ClaimsFile(Section):
    """One whole file of claims, every default filled in.

    Attributes
    ----------
    schema_version
        Version of this form; written ``schema`` in the file.
    name, description
        Its name, and its purpose in a sentence.
    verdicts
        Thresholds of the verdicts.
    rows
        Ids of what the essay claims or asks, each with its text.
    claim
        The claims.
    untestable
        Sentences of the essay that have no claim.
    """

    schema_version: VersionField
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    description: str = ""
    verdicts: VerdictSection = Field(default_factory=VerdictSection)
    rows: Annotated[Mapping[statements.Id, statements.Line], Field(min_length=1)]
    claim: Annotated[tuple[statements.ClaimField, ...], Field(strict=False, min_length=1)]
    untestable: Annotated[tuple[statements.UntestableSection, ...], Field(strict=False)] = ()

    def to_thresholds(self) -> Thresholds:
        """Give the thresholds.

        Returns
        -------
        Thresholds
            Thresholds of the verdicts.
        """
        return Thresholds(**self.verdicts.model_dump())


def parse_claims(values: Mapping[str, Any], *, name: str) -> ClaimsFile:
    """Check the values of a file of claims.

    Parameters
    ----------
    values
        Tables as parsed from TOML.
    name
        Name of the file in messages.

    Returns
    -------
    ClaimsFile
        The claims.

    Raises
    ------
    ConfigError
        Listing every fault with the claim it is in: unknown kinds, keys and rows with the nearest known one, wrong
        types, values out of range, ids that stand twice, claims that contradict themselves.
    """
    try:
        claims = ClaimsFile.model_validate(dict(values))
    except ValidationError as error:
        entries = [dict(entry) for entry in error.errors(include_url=False)]
        raise ConfigError([_fault(entry, values, name) for entry in entries if not is_echo(entry)]) from error
    faults = _contradictions(claims, name)
    if faults:
        raise ConfigError(faults)
    return claims


def _fault(entry: dict[str, Any], values: Mapping[str, Any], name: str) -> Fault:
    """Turn a validation error into a fault that names the claim."""
    fault = validation_fault(entry, ClaimsFile, values, file_of=lambda _: name, extends=False)
    location = entry["loc"]
    if entry["type"] == "union_tag_invalid":
        known = [word.strip(" '") for word in entry["ctx"]["expected_tags"].split(",")]
        tag = str(entry["ctx"]["tag"])
        allowed = listed(known, limit=len(known))
        fault = replace(fault, what="unknown kind of claim", found=quoted(tag) + nearest(tag, known), allowed=allowed)
    if location[0] != "claim" or len(location) < 2:
        return fault
    given = values["claim"][location[1]]
    own = given.get("id") if isinstance(given, Mapping) else None
    called = f"claim '{own}'" if isinstance(own, str) else f"claim {location[1] + 1}"
    rest = str(fault.column).split(".", 2)[2:]
    return replace(fault, column=", ".join([called, *rest]))


def _contradictions(claims: ClaimsFile, name: str) -> list[Fault]:
    """Find contradictions among values that are each allowed."""
    faults = []
    if claims.verdicts.leaning > claims.verdicts.supported:
        found = f"leaning {claims.verdicts.leaning}, supported {claims.verdicts.supported}"
        allowed = "leaning at most as great as supported"
        faults.append(Fault(name, "thresholds out of order", found, allowed, "correct them", column="verdicts"))
    ids = [claim.id for claim in claims.claim]
    faults += [
        Fault(name, "an id stands twice", f"'{twice}'", "each id once", "rename one", column="claim")
        for twice in sorted({one for one in ids if ids.count(one) > 1})
    ]
    for claim in claims.claim:
        place = f"claim '{claim.id}'"
        faults += _unknown(claim.rows, claims.rows, name, "row", place)
        faults += _unknown(claim.placebos, [one for one in ids if one != claim.id], name, "placebo", place)
        contradiction = _contradiction(claim)
        if contradiction:
            found, allowed = contradiction
            what = "a claim contradicts itself"
            faults.append(Fault(name, what, found, allowed, "complete or correct the claim", column=place))
    for number, one in enumerate(claims.untestable, start=1):
        faults += _unknown(one.rows, claims.rows, name, "row", f"untestable {number}")
    return faults


_REMEDIES = {"row": "correct the row, or list it under [rows]", "placebo": "name another claim of this file"}


def _unknown(names: Iterable[str], known: Collection[str], name: str, what: str, place: str) -> list[Fault]:
    """List the names that are not known."""
    return [
        Fault(
            name,
            f"unknown {what}",
            f"'{one}'{nearest(one, known)}",
            listed(known, limit=40) or f"no {what}: there is no other",
            _REMEDIES[what],
            column=f"{place}, {what}s",
        )
        for one in names
        if one not in known
    ]


def _contradiction(claim: statements.AnyClaim) -> tuple[str, str] | None:
    """Say what is found and allowed instead, where the keys of a claim do not go together."""
    found = None
    if isinstance(claim, statements.EveryYearClaim) and (claim.value is None) == (claim.other is None):
        found = "neither value nor other" if claim.value is None else "value and other", "one of value and other"
    if isinstance(claim, statements.TurnClaim) and (claim.among is None) == (claim.other is None):
        found = "neither among nor other" if claim.among is None else "among and other", "one of among and other"
    if isinstance(claim, statements.PartClaim | statements.OrderClaim | statements.TurnClaim) and claim.among:
        if len(claim.component) != 1:
            found = f"components {listed(claim.component)}", "one component, of which it is claimed"
        elif not set(claim.among) - set(claim.component):
            found = f"among {listed(claim.among)}", "one or more other components"
    if isinstance(claim, statements.GapClaim | statements.GapGrowthClaim | statements.BeforeClaim) and claim.matched:
        one, two = claim.facet, claim.other.facet
        if one is None or two is None or one.column != two.column:
            found = "matched without two facets of one column", "a facet here and one in other, of the same column"
    if isinstance(claim, statements.LikenessClaim) and (claim.other.component or claim.facet or claim.other.facet):
        found = "components of their own in other, or a facet", "the same components of both records, without facets"
    if not isinstance(claim, statements.ComparisonClaim) and getattr(getattr(claim, "other", None), "years", None):
        found = "years in other", "years of its own only where the kind is higher_than"
    return found or _quantities(claim) or _same_years(claim)


_WITHOUT_QUANTITIES = (
    statements.GateClaim,
    statements.PressureClaim,
    statements.PartClaim,
    statements.OrderClaim,
    statements.LikenessClaim,
)


def _quantities(claim: statements.AnyClaim) -> tuple[str, str] | None:
    """Say what is found and allowed instead, where quantities and placebos do not go with the other keys."""
    if claim.placebo_over is not None and (len(claim.component) != 1 or claim.quantity is not None):
        return "placebo_over with several components or a quantity", "placebo_over where there is one component"
    for section in (claim, getattr(claim, "other", None)):
        quantity = getattr(section, "quantity", None)
        if quantity is None or section is None:
            continue
        if isinstance(claim, _WITHOUT_QUANTITIES):
            return f"a quantity in a claim of the kind {claim.kind}", "components alone"
        if section.component not in (None, (statements.INDEX,)) or section.facet is not None:
            return "a quantity beside a component or facet", "one of them"
        if isinstance(quantity, statements.CapabilityQuantity):
            if (quantity.coalition is None) == (quantity.reading == "ratio"):
                return (
                    f"reading {quantity.reading}, coalition {quantity.coalition}",
                    "a coalition for ratio, and only then",
                )
            if quantity.discounted and quantity.reading == "lead":
                return "a lead that is discounted", "discounted for added and ratio alone"
    return None


def _same_years(claim: statements.AnyClaim) -> tuple[str, str] | None:
    """Say what is found and allowed instead, where years are set against themselves."""
    if isinstance(claim, statements.ChangeClaim | statements.PartClaim) and claim.years[0] == claim.years[1]:
        return f"the one year {claim.years[0]}", "two years, the first before the last"
    if isinstance(claim, statements.GapGrowthClaim) and claim.than == statements.ThanSection(years=claim.years):
        return "the same years twice", "other years in than"
    return None


DEFAULT = "claims"


def read_claims(name: str | Path = DEFAULT) -> ClaimsFile:
    """Read a file of claims.

    Parameters
    ----------
    name
        A path ending in ``.toml``, or a name: looked for in ``configs/`` here, then among the published ones.

    Returns
    -------
    ClaimsFile
        The claims, complete.

    Raises
    ------
    ConfigError
        Listing every fault: no such file, not TOML, and all that `parse_claims` refuses.
    """
    path = find_config(name)
    content = read_bytes(path, name=str(path), error=ConfigError)
    return parse_claims(parse_toml(content, name=str(path)), name=str(path))
