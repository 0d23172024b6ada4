"""The commands that analyse a study: open it, make one library call, write the result, report it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from alliance_metrics.commands.console import emit, show_progress
from alliance_metrics.commands.options import CLAIMS, DONE, open_named_study, split_words, target_of

if TYPE_CHECKING:
    from alliance_metrics.study.study import Study


def write_reliability(study: Study, target: Path, *, into: str | None = None) -> None:
    """Measure how far coders agree, write the result and report it.

    Parameters
    ----------
    study
        The study.
    target
        Folder of the result.
    into
        Markdown file that gets the section on reliability too.
    """
    from alliance_metrics.coding.reliability import Reliability
    from alliance_metrics.report.shown import shown
    from alliance_metrics.report.text.quality import BEGIN, END, render_reliability, render_section
    from alliance_metrics.results.files import check_replaceable
    from alliance_metrics.results.folders import replaced_section
    from alliance_metrics.study.score import measure_reliability

    check_replaceable(target, kind=Reliability.KIND)
    show_progress("measuring")
    result = measure_reliability(study)
    if into:
        replaced_section(Path(into), begin=BEGIN, end=END, text=render_section(shown(result)))
    result.save(target)
    emit(f"{render_reliability(shown(result))}\nResult: {target} (alpha.csv, pairs.csv, disputes.csv, drift.csv).")


def write_sensitivity(study: Study, target: Path, *, outputs: tuple[str, ...] = ()) -> None:
    """Find what drives some outputs, write the result and report it.

    Parameters
    ----------
    study
        The study.
    target
        Folder of the result.
    outputs
        The outputs; those of the configuration where empty.
    """
    from alliance_metrics.report.shown import shown
    from alliance_metrics.report.text.quality import render_sensitivity
    from alliance_metrics.results.files import check_replaceable
    from alliance_metrics.sensitivity.analysis import analyse_sensitivity, asked_outputs

    asked_outputs(study, outputs)
    check_replaceable(target, kind="sensitivity")
    result = analyse_sensitivity(
        study, outputs=outputs, progress=lambda share: show_progress(f"rebuilding {share:.0%}")
    )
    result.save(target)
    emit(f"{render_sensitivity(shown(result))}\nResult: {target} (outputs.csv, effects.csv, left_out.csv and others).")


def write_audit(study: Study, target: Path) -> None:
    """Audit the index, write the result and report it.

    Parameters
    ----------
    study
        The study.
    target
        Folder of the result.
    """
    from alliance_metrics.audit.audit import audit_study
    from alliance_metrics.report.shown import shown
    from alliance_metrics.report.text.quality import render_audit, render_audit_page
    from alliance_metrics.results.files import check_replaceable

    check_replaceable(target, kind="audit")
    result = audit_study(study, progress=lambda share: show_progress(f"scoring {share:.0%}"))
    result.save(target, pages={"audit.md": render_audit_page(shown(result))})
    place = f"Result: {target} (audit.md, steps.csv, importance.csv, variants.csv and others)."
    emit(f"{render_audit(shown(result))}\n{place}")


def write_analyses(
    study: Study, targets: Mapping[str, Path], *, claims: str = CLAIMS, all_claims: bool = False
) -> None:
    """Run some historical analyses, write each into its folder and report them.

    Parameters
    ----------
    study
        The study.
    targets
        Folders by kind of analysis.
    claims
        Name or path of a file of claims.
    all_claims
        Whether the report lists every claim.
    """
    from alliance_metrics.history.analyses import analyse_study
    from alliance_metrics.report.shown import shown
    from alliance_metrics.report.text.analysis import render_analysis
    from alliance_metrics.report.text.scoreboard import render_claims
    from alliance_metrics.results.files import check_replaceable

    for kind, target in targets.items():
        check_replaceable(target, kind=kind)
    results = analyse_study(
        study, claims=claims, kinds=tuple(targets), progress=lambda kind: show_progress(f"analysing: {kind}")
    )
    show_progress("writing")
    for kind, result in results.items():
        result.save(targets[kind])
    texts = {kind: render_analysis(shown(result)) for kind, result in results.items()}
    if all_claims and CLAIMS in results:
        texts[CLAIMS] = render_claims(shown(results[CLAIMS]), every=True)
    emit("\n\n".join(f"{text}\nResult: {targets[kind]}." for kind, text in texts.items()))


def write_all(study: Study, folder: Path, *, seed: int | None, draws: int | None) -> None:
    """Run reliability, sensitivity, audit and every historical analysis of a study, each into a folder of its own.

    Parameters
    ----------
    study
        The study, under the seed and number of draws of its configuration.
    folder
        Folder of its score card.
    seed, draws
        Seed of sensitivity and of the historical analyses, and number of draws of the latter; those of the
        configuration where absent. Reliability and audit keep those of the configuration.
    """
    from alliance_metrics.history.analyses import check_kinds
    from alliance_metrics.study.study import with_draws

    emit("")
    write_reliability(study, folder / "reliability")
    emit("")
    write_sensitivity(with_draws(study, seed=seed), folder / "sensitivity")
    emit("")
    write_audit(study, folder / "audit")
    emit("")
    write_analyses(with_draws(study, seed=seed, draws=draws), {kind: folder / kind for kind in check_kinds(())})


def reliability(options: argparse.Namespace) -> int:
    """Measure how far coders agree, by component, dyad and era.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    study = open_named_study(options)
    write_reliability(study, _target(options, study, "reliability"), into=options.into)
    return DONE


def sensitivity(options: argparse.Namespace) -> int:
    """Find what drives an output, and what would change it.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    study = open_named_study(options)
    write_sensitivity(study, _target(options, study, "sensitivity"), outputs=tuple(options.output))
    return DONE


def audit(options: argparse.Namespace) -> int:
    """Audit the index by the steps of the OECD/JRC Handbook.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    study = open_named_study(options)
    write_audit(study, _target(options, study, "audit"))
    return DONE


def compare(options: argparse.Namespace) -> int:
    """Compare two eras of the same states: level, mix, nearest analogues.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    return _one_analysis(options, "comparison")


def claims(options: argparse.Namespace) -> int:
    """Test declared claims against the draws, and give each a verdict.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    return _one_analysis(options, CLAIMS)


def validate(options: argparse.Namespace) -> int:
    """Compare the index with measured series from outside.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    return _one_analysis(options, "validation")


def analyse(options: argparse.Namespace) -> int:
    """Run every historical analysis: breaks, order, conditions, eras, claims.

    Parameters
    ----------
    options
        The parsed arguments.

    Returns
    -------
    int
        Exit code.
    """
    from alliance_metrics.history.analyses import check_kinds

    kinds = check_kinds(split_words(options.only))
    study = open_named_study(options)
    folder = target_of(options, Path("results") / study.config.name)
    write_analyses(study, {kind: folder / kind for kind in kinds}, claims=options.claims, all_claims=options.all_claims)
    return DONE


def _one_analysis(options: argparse.Namespace, kind: str) -> int:
    study = open_named_study(options)
    claims, all_claims = getattr(options, "claims", CLAIMS), getattr(options, "all_claims", False)
    write_analyses(study, {kind: _target(options, study, kind)}, claims=claims, all_claims=all_claims)
    return DONE


def _target(options: argparse.Namespace, study: Study, kind: str) -> Path:
    return target_of(options, Path("results") / study.config.name / kind)
