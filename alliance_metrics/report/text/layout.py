"""The layout of every text: numbers and years in one form; head, blocks, notes and skipped steps in one order."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

import pandas as pd

from alliance_metrics.errors import listed
from alliance_metrics.report.text.rows import Row
from alliance_metrics.results.tidy_result import TidyResult

#: Columns of a paragraph. A line that stands for one row of a table may be longer.
WIDTH = 100
#: Series shown where each takes several lines.
MOST_SERIES = 6
_MOST_CAUSES = 4
_LANGUAGE_MODEL = "language_model"


def render(
    result: TidyResult, blocks: Iterable[Sequence[str]], *, nothing: str, head: str = "", notes: Sequence[str] = ()
) -> str:
    """Join the parts of a text in their order: head, blocks, notes, skipped steps.

    Parameters
    ----------
    result
        The result; its table ``skipped`` gives the last lines.
    blocks
        Lines, one block a series.
    nothing
        The sentence that stands for head, blocks and notes where there is no block.
    head, notes
        Paragraphs before and after the blocks.

    Returns
    -------
    str
        Lines for the terminal.
    """
    found = list(blocks)
    lines = [*paragraph(head), *(line for block in found for line in block)] if found else [nothing]
    for note in notes if found else ():
        lines += paragraph(note)
    return "\n".join([*lines, *skipped_lines(result.to_frame("skipped"))])


def skipped_lines(frame: pd.DataFrame, *, most: int = _MOST_CAUSES) -> list[str]:
    """List the steps that were skipped, each cause once.

    Parameters
    ----------
    frame
        Columns ``step`` and ``cause``.
    most
        Causes listed at most.

    Returns
    -------
    list of str
        A paragraph for each cause with its first three steps, in the order they come; then the number of the rest.
    """
    groups = list(frame.drop_duplicates().groupby("cause", sort=False)["step"])
    lines = []
    for cause, steps in groups[:most]:
        lines += paragraph(f"Skipped: {listed(steps.tolist(), limit=3)}: {cause}", hang=4)
    rest = sum(len(steps) for _, steps in groups[most:])
    return [*lines, f"Skipped: {rest} more, see skipped.csv"] if rest else lines


def percent(share: float) -> str:
    """Format a share; only none and all are 0% and 100%.

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


def signed(value: float, *, form: str = ".1f") -> str:
    """Format a number with its sign; what rounds to zero has none.

    Parameters
    ----------
    value
        The number.
    form
        Its format.

    Returns
    -------
    str
        Such as ``-1.4``, ``+0.3``, ``0.0``.

    Examples
    --------
    >>> signed(-1.44), signed(-0.04)
    ('-1.4', '0.0')
    """
    text = f"{value:+{form}}"
    return text if text.strip("+-0.") else text[1:]


def interval(lower: float, upper: float, *, form: str = ".1f", plus: bool = False, dash: bool = False) -> str:
    """Format an interval.

    Parameters
    ----------
    lower, upper
        Its ends.
    form
        Format of the ends.
    plus
        Whether ends above zero have a plus.
    dash
        Whether a dash stands between ends that are not negative.

    Returns
    -------
    str
        Such as ``[-1.4 to 1.3]`` or ``[69.8-79.8]``; ``[interval unknown]`` where an end is.

    Examples
    --------
    >>> interval(-1.44, 1.3), interval(-1.44, 1.3, plus=True), interval(69.8, 79.8, dash=True)
    ('[-1.4 to 1.3]', '[-1.4 to +1.3]', '[69.8-79.8]')
    """
    if pd.isna(lower) or pd.isna(upper):
        return "[interval unknown]"
    ends = [signed(end, form=form) for end in (lower, upper)]
    between = "-" if dash and not ends[0].startswith("-") else " to "
    return f"[{between.join(end if plus else end.removeprefix('+') for end in ends)}]"


def coder_kinds(coders: Sequence[Row]) -> str:
    """Name the kinds of coders.

    Parameters
    ----------
    coders
        Rows of the table of coders.

    Returns
    -------
    str
        Such as ``language model``; nothing where the kinds are not on record.
    """
    return ", ".join(sorted({str(coder["kind"]).replace("_", " ") for coder in coders if "kind" in coder}))


def coder_note(coders: Sequence[Row]) -> str:
    """Say by whom the cells were coded, and what that makes of them.

    Parameters
    ----------
    coders
        Rows of the table of coders.

    Returns
    -------
    str
        A sentence.
    """
    models = sum(one.get("kind") == _LANGUAGE_MODEL for one in coders)
    if models and models == len(coders):
        return "All codings are language-model codings: research inputs, not expert consensus."
    if models:
        return f"{models} of {len(coders)} coders are language models. Codings are research inputs."
    return "Codings are research inputs."


def paragraph(text: str, *, indent: int = 0, hang: int = 0) -> list[str]:
    """Break a paragraph into lines, without breaking words or addresses.

    Parameters
    ----------
    text
        The paragraph.
    indent
        Spaces before each line.
    hang
        Further spaces before each line but the first.

    Returns
    -------
    list of str
        Lines of at most `WIDTH` characters.
    """
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
