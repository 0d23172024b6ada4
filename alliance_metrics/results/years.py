"""Years in one form, for cells of tables and for texts."""

from __future__ import annotations

from collections.abc import Iterable


def format_years(years: Iterable[int]) -> str:
    """List years, consecutive ones as a span.

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
    >>> format_years([1949, 1950, 1951, 1958])
    '1949-1951, 1958'
    """
    found = year_runs(int(year) for year in years)
    return ", ".join(f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in found)


def year_runs(years: Iterable[int]) -> list[list[int]]:
    """Split years into runs of consecutive ones.

    Parameters
    ----------
    years
        Years, rising.

    Returns
    -------
    list of list of int
        The runs.
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return runs
