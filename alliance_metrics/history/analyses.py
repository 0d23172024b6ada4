"""Every historical analysis, run on one set of draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from pkgutil import resolve_name

from alliance_metrics.config.model import Config
from alliance_metrics.errors import ConfigError, Fault, listed, nearest, quoted
from alliance_metrics.history.claims.file_model import read_claims
from alliance_metrics.results.files import analyses_in
from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import Study, open_study

#: Every historical analysis by the kind of its result, in the order in which `tables.csv` declares them.
ANALYSES: Mapping[str, Callable[..., TidyResult]] = {
    kind.name: resolve_name(f"alliance_metrics.{kind.function}") for kind in declared_kinds().values() if kind.function
}
CLAIMS = "claims"


def analyse(
    config: str | Path | Config = "baseline",
    *,
    data: str | Path | None = None,
    seed: int | None = None,
    draws: int | None = None,
    claims: str | Path = "claims",
    kinds: tuple[str, ...] = (),
) -> dict[str, TidyResult]:
    """Run every historical analysis the configuration requests.

    Parameters
    ----------
    config, data, seed, draws
        As in `score`.
    claims
        Name or path of a file of claims.
    kinds
        Which analyses, by the kind of their result; all where empty.

    Returns
    -------
    dict
        Results by kind.

    Raises
    ------
    ConfigError, DataError
        Where configuration, claims or data are not as declared; every fault is listed.
    """
    return analyse_study(open_study(config, data=data, seed=seed, draws=draws), claims=claims, kinds=kinds)


def analyse_study(
    study: Study,
    *,
    claims: str | Path = "claims",
    kinds: tuple[str, ...] = (),
    progress: Callable[[str], None] | None = None,
    drawn: DrawnStudy | None = None,
) -> dict[str, TidyResult]:
    """Run every historical analysis the configuration of a study requests.

    Parameters
    ----------
    study
        As `open_study` gives it.
    claims, kinds
        As in `analyse`.
    progress
        Called with the kind of each analysis before it runs.
    drawn
        The study with its draws, where they are at hand; drawn anew where absent.

    Returns
    -------
    dict
        Results by kind.

    Raises
    ------
    ConfigError
        Where the file of claims is not as declared, or a kind is unknown.
    """
    wanted = check_kinds(kinds)
    declared = read_claims(claims) if CLAIMS in wanted else None
    drawn = draw_study(study) if drawn is None else drawn
    results: dict[str, TidyResult] = {}
    for kind in wanted:
        if progress is not None:
            progress(kind)
        results[kind] = ANALYSES[kind](drawn, *((declared,) if kind == CLAIMS else ()))
    return results


def check_kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Check the requested kinds of analysis.

    Parameters
    ----------
    kinds
        Kinds of results; all where empty.

    Returns
    -------
    tuple of str
        Known kinds, in the order they are run.

    Raises
    ------
    ConfigError
        Where one is unknown.
    """
    unknown = [kind for kind in kinds if kind not in ANALYSES]
    if unknown:
        found = ", ".join(f"{quoted(kind)}{nearest(kind, ANALYSES)}" for kind in unknown)
        fault = Fault("--only", "unknown analysis", found, listed(ANALYSES, limit=20), "choose from these")
        raise ConfigError([fault])
    return tuple(kind for kind in ANALYSES if not kinds or kind in kinds)


def load_analyses(folder: str | Path) -> dict[str, TidyResult]:
    """Read the analyses inside the folder of a result.

    Parameters
    ----------
    folder
        For example ``results/baseline``.

    Returns
    -------
    dict
        Results by kind; other kinds are ignored.

    Raises
    ------
    ResultError
        Where one is not an unchanged result.
    """
    found = {path.name: path for path in analyses_in(Path(folder))}
    return {kind: TidyResult.load(found[kind]) for kind in ANALYSES if kind in found}
