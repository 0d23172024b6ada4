"""Years, shares and paragraphs as reports write them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from alliance_metrics.errors import listed

WIDTH = 100


def told_years(years: Iterable[int]) -> str:
    """List years, those that follow one another as a span.

    Parameters
    ----------
    years
        Years, rising.

    Returns
    -------
    str
        Such as ``1949-1954, 1958``.

    Examples
    --------
    >>> told_years([1949, 1950, 1951, 1958])
    '1949-1951, 1958'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)


def percent(share: float) -> str:
    """Write a share; one that is not quite nothing or all is not rounded to it.

    Parameters
    ----------
    share
        The share. [0-1]

    Returns
    -------
    str
        Such as ``33%``, ``under 1%``, ``over 99%``.

    Examples
    --------
    >>> percent(0.334), percent(0.002), percent(0.999), percent(1.0)
    ('33%', 'under 1%', 'over 99%', '100%')
    """
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 <= share < 1:
        return "over 99%"
    return f"{100 * share:.0f}%"


def interval(lower: float, upper: float, *, form: str = ".1f") -> str:
    """Write an interval.

    Parameters
    ----------
    lower, upper
        Its ends.
    form
        How numbers are written.

    Returns
    -------
    str
        Such as ``[-1.4 to 1.3]``.
    """
    ends = (signed(end, form=form).removeprefix("+") for end in (lower, upper))
    return f"[{' to '.join(ends)}]"


def signed(value: float, *, form: str = ".1f") -> str:
    """Write a number with its sign; nothing has a plus.

    Parameters
    ----------
    value
        The number.
    form
        How it is written.

    Returns
    -------
    str
        Such as ``-1.4``, ``+0.0``.

    Examples
    --------
    >>> signed(-1.44), signed(-0.04)
    ('-1.4', '+0.0')
    """
    text = f"{value:+{form}}"
    return text if text.strip("+-0.") else text.replace("-", "+")


def causes_told(steps: Iterable[str], causes: Iterable[str], *, shown: int = 3) -> list[str]:
    """Tell what was not done, each cause once.

    Parameters
    ----------
    steps, causes
        Each step with its cause.
    shown
        Steps named at most for one cause.

    Returns
    -------
    list of str
        One line a cause, in the order they come.

    Examples
    --------
    >>> causes_told(["a", "b"], ["no data", "no data"], shown=1)
    ['Not done: a and 1 more: no data']
    """
    found: dict[str, list[str]] = {}
    for step, cause in zip(steps, causes, strict=True):
        found.setdefault(cause, []).append(step)
    return [f"Not done: {listed(names, limit=shown)}: {cause}" for cause, names in found.items()]


def coders_told(coders: Sequence[dict[str, str]]) -> str:
    """Say who coded.

    Parameters
    ----------
    coders
        Rows of the table of coders.

    Returns
    -------
    str
        A sentence.
    """
    models = sum(one["kind"] == "language_model" for one in coders)
    if models == len(coders):
        return "All codings are language-model codings: research inputs, not expert consensus."
    if models:
        return f"{models} of {len(coders)} coders are language models. Codings are research inputs."
    return "Codings are research inputs."


def paragraph(text: str, *, indent: str = "  ") -> list[str]:
    """Break a paragraph into lines.

    Parameters
    ----------
    text
        The paragraph.
    indent
        What stands before each line.

    Returns
    -------
    list of str
        Lines of at most `WIDTH` characters.
    """
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
