"""Errors and their messages: where, what was found, what is allowed, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN_OFFENDERS = 5


@dataclass(frozen=True)
class Fault:
    """One fault in one place.

    Parameters
    ----------
    where
        File, table or configuration the fault is in.
    what
        What is wrong, in words that hold for every fault of the kind.
    found
        What stands there, with the keys that find it.
    allowed
        What may stand there.
    remedy
        What to do about it.
    line
        Line of the file, counted from 1; None where a line means nothing.
    column
        Column or configuration key; None where it means nothing.
    """

    where: str
    what: str
    found: str
    allowed: str
    remedy: str
    line: int | None = None
    column: str | None = None

    @property
    def kind(self) -> tuple[str, str, str, str, str]:
        """What the faults listed in one paragraph share."""
        return (self.where, self.column or "", self.what, self.allowed, self.remedy)


class AllianceMetricsError(Exception):
    """Base of every error this package raises on purpose."""


class FaultsError(AllianceMetricsError):
    """An error that lists every fault found, not only the first.

    Parameters
    ----------
    faults
        All faults; the message shows the first five of each kind.

    Attributes
    ----------
    faults : tuple of Fault
        Every fault, in the order found.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.describe(limit=SHOWN_OFFENDERS))

    @property
    def summary(self) -> str:
        """What is wrong and what was found, all faults in one line."""
        return "; ".join(f"{fault.what}: {fault.found}" for fault in self.faults)

    def __reduce__(self) -> tuple[type[FaultsError], tuple[tuple[Fault, ...]]]:
        """Pass the faults, not their text, from one process to another."""
        return type(self), (self.faults,)

    def describe(self, *, limit: int | None = None) -> str:
        """Describe the faults, those of one kind together.

        Parameters
        ----------
        limit
            Offenders shown of each kind; None shows all.

        Returns
        -------
        str
            Several lines of text.
        """
        return describe_faults(self.faults, limit=limit)


class ScoringError(AllianceMetricsError, ValueError):
    """Scores that an aggregation cannot take, or for which it finds no answer."""


class DataError(FaultsError):
    """The data package, or a file of it, contradicts its declaration."""


class ConfigError(FaultsError):
    """The configuration cannot be read, or contradicts itself."""


class PanelError(FaultsError):
    """A frame cannot become a panel."""


class SpecError(FaultsError):
    """The specification of an index contradicts itself or its panel."""


class ResultError(FaultsError):
    """A result cannot be written, or is not what its record says."""


def describe_faults(faults: Sequence[Fault], *, limit: int | None) -> str:
    """Give the text of a list of faults, grouped by kind.

    Parameters
    ----------
    faults
        The faults.
    limit
        Offenders shown of each kind; None shows all.

    Returns
    -------
    str
        One paragraph a kind.
    """
    groups: dict[tuple[str, str, str, str, str], list[Fault]] = {}
    for fault in faults:
        groups.setdefault(fault.kind, []).append(fault)
    return "\n".join(_describe_group(group, limit) for group in groups.values())


def describe_warnings(warnings: Sequence[Fault], *, limit: int | None) -> str:
    """Give the text of a list of warnings, grouped by what they warn of across files.

    Parameters
    ----------
    warnings
        The warnings.
    limit
        Places shown of each kind; None shows all.

    Returns
    -------
    str
        One paragraph a kind.
    """
    groups: dict[tuple[str, ...], list[Fault]] = {}
    for warning in warnings:
        groups.setdefault(warning.kind[2:], []).append(warning)
    lines = []
    for group in groups.values():
        files = len({warning.where for warning in group})
        count = "" if len(group) == 1 else f" ({len(group)} times in {counted(files, 'file')})"
        lines.append(f"warning: {group[0].what}{count}")
        shown = group if limit is None else group[:limit]
        lines += [f"  {one.where}{f', line {one.line}' if one.line else ''}: {one.found}" for one in shown]
        if len(group) > len(shown):
            lines.append(f"  ... and {len(group) - len(shown)} more")
        lines += [f"  allowed: {group[0].allowed}", f"  do: {group[0].remedy}"]
    return "\n".join(lines)


def _describe_group(group: list[Fault], limit: int | None) -> str:
    first = group[0]
    place = first.where if first.column is None else f"{first.where}, {first.column}"
    count = "" if len(group) == 1 else f" ({len(group)} times)"
    shown = group if limit is None else group[:limit]
    lines = [f"{place}: {first.what}{count}"]
    lines += [f"  line {fault.line}: {fault.found}" if fault.line else f"  {fault.found}" for fault in shown]
    if len(group) > len(shown):
        lines.append(f"  ... and {len(group) - len(shown)} more")
    lines += [f"  allowed: {first.allowed}", f"  do: {first.remedy}"]
    return "\n".join(lines)


def nearest(word: str, known: Iterable[str]) -> str:
    """Name the known word most like an unknown one.

    Parameters
    ----------
    word
        The unknown word.
    known
        The words that are known.

    Returns
    -------
    str
        ``" (nearest known: 'x')"``, or an empty string where none is like it.

    Examples
    --------
    >>> nearest("draw", ["draws", "seed"])
    " (nearest known: 'draws')"
    >>> nearest("zzz", ["draws", "seed"])
    ''
    """
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.45)
    return f" (nearest known: '{close[0]}')" if close else ""


def quoted(value: object, *, limit: int = 80) -> str:
    """Show a value that came from a file, however large it is.

    Parameters
    ----------
    value
        The value.
    limit
        Characters shown at most.

    Returns
    -------
    str
        Its usual form, cut where it is long; its type where it is too large or too deep to be written down.

    Examples
    --------
    >>> quoted("x" * 9, limit=7)
    "'xxx..."
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        text = f"a {type(value).__name__} too large to show"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def counted(number: int, one: str) -> str:
    """Write a number of things.

    Parameters
    ----------
    number
        How many.
    one
        What one of them is called; with an s added, what more are called.

    Returns
    -------
    str
        The number and the noun.

    Examples
    --------
    >>> counted(1, "year"), counted(0, "year")
    ('1 year', '0 years')
    """
    return f"{number} {one}{'' if number == 1 else 's'}"


def listed(words: Iterable[object], *, limit: int = 12) -> str:
    """Join words for a message, cutting a long list.

    Parameters
    ----------
    words
        What to list.
    limit
        How many are shown at most.

    Returns
    -------
    str
        The words, comma separated.

    Examples
    --------
    >>> listed(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    texts = [str(word) for word in words]
    if len(texts) <= limit:
        return ", ".join(texts)
    return f"{', '.join(texts[:limit])} and {len(texts) - limit} more"
