"""Words for probabilities, each tied to stated numbers, and the format of figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

SCALE_SOURCE = (
    "Words and bounds are those of the IPCC's Fourth Assessment Report (Working Group II, front matter, section F)"
)
SCALE: tuple[tuple[float, str, str], ...] = (
    (0.99, "virtually certain", "over 99%"),
    (0.90, "very likely", "90 to 99%"),
    (0.66, "likely", "66 to 90%"),
    (0.33, "about as likely as not", "33 to 66%"),
    (0.10, "unlikely", "10 to 33%"),
    (0.01, "very unlikely", "1 to 10%"),
    (0.0, "exceptionally unlikely", "under 1%"),
)
"""Least probability, word and bounds, from the surest; a probability at a bound has the surer word."""
INPUTS: Mapping[str, str] = {
    "coder_cell": "the level each coder meant",
    "coder_choice": "the choice of coders",
    "weights": "the weights",
    "normalisation": "the normalisation",
    "aggregation": "the aggregation",
    "treatment": "the treatment of missing cells",
    "strength": "the strength of the gate",
    "exponent": "the exponent of the means",
    "leave_out": "the indicator left out",
    "era_goalposts": "whether scales mean the same in every era",
}
"""What is uncertain, in words, by the name that configurations give it."""
MISSING = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"


def probability_word(share: float) -> str:
    """Give the word for a probability.

    Parameters
    ----------
    share
        A probability, or a share of draws. [0-1]

    Returns
    -------
    str
        The word of `SCALE`.

    Raises
    ------
    ValueError
        Where it is no probability.

    References
    ----------
    Intergovernmental Panel on Climate Change (2007). Fourth Assessment Report, Working Group II, front matter,
    section F, "Description of likelihood".

    Examples
    --------
    >>> probability_word(0.93), probability_word(0.5)
    ('very likely', 'about as likely as not')
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a probability lies between 0 and 1, and this does not: {share}")
    return next(word for least, word, _ in SCALE if share >= least)


def percent(share: float) -> str:
    """Format a share in whole percent; only none and all are 0% and 100%.

    Parameters
    ----------
    share
        The share. [0-1]

    Returns
    -------
    str
        Such as ``12%``; ``<1%`` and ``>99%`` for what would be rounded away.

    Examples
    --------
    >>> percent(0.997), percent(1.0), percent(0.004)
    ('>99%', '100%', '<1%')
    """
    whole = rounded(100.0 * share, 0)
    if whole == "100" and share < 1.0:
        return ">99%"
    if whole == "0":
        return "0%" if share == 0.0 else "<1%"
    return f"{whole}%"


def rounded(value: float, places: int, *, sign: bool = False) -> str:
    """Round as the axes and labels of the charts do: a half goes away from zero, and zero has no sign.

    Parameters
    ----------
    value
        The number.
    places
        Digits after the point.
    sign
        Whether a positive number has its sign too.

    Returns
    -------
    str
        The number.

    Examples
    --------
    >>> rounded(81.25, 1), rounded(-0.04, 1), rounded(2.0, 0, sign=True)
    ('81.3', '0.0', '+2')
    """
    exact = Decimal(float(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    before = _MINUS if exact < 0 else "+" if sign and exact > 0 else ""
    return f"{before}{abs(exact)}"


def plain_name(text: str) -> str:
    """Give an id as words: the last part of a place in the tree, without underscores.

    Parameters
    ----------
    text
        The id.

    Returns
    -------
    str
        Words.
    """
    return text.rpartition(".")[2].replace("_", " ")


FORMS: Mapping[str, Callable[[Any], str]] = {
    "text": str,
    "name": lambda value: plain_name(str(value)),
    "input": lambda value: INPUTS.get(str(value), plain_name(str(value))),
    "whole": lambda value: rounded(value, 0),
    "points": lambda value: rounded(value, 1),
    "size": lambda value: rounded(abs(value), 1),
    "signed": lambda value: rounded(value, 1, sign=True),
    "hundredths": lambda value: rounded(value, 2),
    "correlation": lambda value: rounded(value, 2, sign=True),
    "percent": percent,
}
"""How a cell is printed, by the name the page states beside it."""


def figure(value: object, form: str) -> str:
    """Print a cell.

    Parameters
    ----------
    value
        What stands in it.
    form
        A name of `FORMS`.

    Returns
    -------
    str
        The text; a dash where nothing stands in it.
    """
    if value is None or value == "" or (not isinstance(value, str) and bool(pd.isna(value))):  # type: ignore[call-overload]
        return MISSING
    return FORMS[form](value)
