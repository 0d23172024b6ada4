"""The commands that analyse: parse, one library call, write, one report."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from alliance_metrics.commands.console import emit, tell

DONE, FAILED = 0, 1

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives it no public name


def add_config(parser: argparse.ArgumentParser) -> None:
    """Let a command be told which configuration and data.

    Parameters
    ----------
    parser
        The command.
    """
    parser.add_argument(
        "config",
        nargs="?",
        default="baseline",
        metavar="CONFIG",
        help="name or path of a configuration (default: baseline)",
    )
    parser.add_argument("--data", metavar="DIR", help="folder of the data package (default: the configuration's)")


def add_analyses(commands: Commands[argparse.ArgumentParser]) -> None:
    """Describe the commands that analyse.

    Parameters
    ----------
    commands
        Where commands are added.
    """
    reliability = commands.add_parser("reliability", help="measure how far coders agree, by component, dyad and era")
    add_config(reliability)
    reliability.add_argument("--out", metavar="DIR", help="folder for the result (default: results/NAME/reliability)")
    reliability.add_argument("--into", metavar="FILE", help="write the section on reliability into a Markdown file")
    reliability.set_defaults(handler=_reliability)

    sensitivity = commands.add_parser("sensitivity", help="find what drives an output, and what would change it")
    add_config(sensitivity)
    sensitivity.add_argument("--out", metavar="DIR", help="folder for the result (default: results/NAME/sensitivity)")
    sensitivity.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="TEXT",
        help="what is asked about, such as index:PRC-USSR:1960; may be repeated (default: the configuration's)",
    )
    sensitivity.add_argument(
        "--seed", type=int, metavar="N", help="seed of all randomness (default: the configuration's)"
    )
    sensitivity.set_defaults(handler=_sensitivity)

    audit = commands.add_parser("audit", help="audit the index by the steps of the OECD/JRC Handbook")
    add_config(audit)
    audit.add_argument("--out", metavar="DIR", help="folder for the result (default: results/NAME/audit)")
    audit.set_defaults(handler=_audit)
    _add_past(commands)


def _add_past(commands: Commands[argparse.ArgumentParser]) -> None:
    """Describe the commands that ask the past."""
    for name, kind, text in (
        ("compare", "comparison", "set two eras of the same states side by side: level, mix, nearest analogues"),
        ("claims", "claims", "hold declared claims against the draws, and give each a verdict"),
        ("validate", "validation", "set the index beside measured series from outside"),
    ):
        command = commands.add_parser(name, help=text)
        _add_past_options(command, claims=kind == "claims", place=f"results/NAME/{kind}")
        command.set_defaults(handler=_one_analysis, kind=kind)
    everything = commands.add_parser("analyse", help="ask the past everything: breaks, order, conditions, eras, claims")
    _add_past_options(everything, claims=True, place="results/NAME, with a folder for each analysis")
    everything.add_argument("--only", default="", metavar="LIST", help="kinds of analyses, comma separated")
    everything.set_defaults(handler=_analyse)


def _add_past_options(command: argparse.ArgumentParser, *, claims: bool, place: str) -> None:
    add_config(command)
    command.add_argument("--out", metavar="DIR", help=f"folder for the result (default: {place})")
    command.add_argument("--seed", type=int, metavar="N", help="seed of all randomness (default: the configuration's)")
    command.add_argument("--draws", type=int, metavar="N", help="number of draws (default: the configuration's)")
    if claims:
        command.add_argument(
            "--claims", default="claims", metavar="FILE", help="name or path of a file of claims (default: claims)"
        )


def _reliability(options: argparse.Namespace) -> int:
    from alliance_metrics.coding.reliability import Reliability
    from alliance_metrics.report.text.reliability import BEGIN, END, render_reliability, render_section
    from alliance_metrics.results.files import check_replaceable
    from alliance_metrics.results.folders import replaced_section
    from alliance_metrics.study.score import measure_reliability
    from alliance_metrics.study.study import open_study

    tell("reading and checking")
    study = open_study(options.config, data=options.data)
    target = Path(options.out) if options.out is not None else Path("results") / study.config.name / Reliability.KIND
    check_replaceable(target, kind=Reliability.KIND)
    tell("measuring")
    result = measure_reliability(study)
    if options.into:
        replaced_section(Path(options.into), begin=BEGIN, end=END, text=render_section(result))
    result.save(target)
    tell("")
    emit(f"{render_reliability(result)}\nResult: {target} (alpha.csv, pairs.csv, disputes.csv, drift.csv).")
    return DONE


def _audit(options: argparse.Namespace) -> int:
    from alliance_metrics.audit.audit import audit_study
    from alliance_metrics.report.text.audit import render_audit, render_audit_page
    from alliance_metrics.results.files import check_replaceable
    from alliance_metrics.study.study import open_study

    tell("reading and checking")
    study = open_study(options.config, data=options.data)
    target = Path(options.out) if options.out is not None else Path("results") / study.config.name / "audit"
    check_replaceable(target, kind="audit")
    result = audit_study(study, progress=lambda share: tell(f"scoring {share:.0%}"))
    result.save(target, pages={"audit.md": render_audit_page(result)})
    tell("")
    emit(f"{render_audit(result)}\nResult: {target} (audit.md, steps.csv, importance.csv, variants.csv and others).")
    return DONE


def _sensitivity(options: argparse.Namespace) -> int:
    from alliance_metrics.report.text.sensitivity import render_sensitivity
    from alliance_metrics.results.files import check_replaceable
    from alliance_metrics.sensitivity.analysis import analyse_sensitivity, asked_outputs
    from alliance_metrics.study.study import open_study

    tell("reading and checking")
    study = open_study(options.config, data=options.data, seed=options.seed)
    wanted = tuple(options.output)
    asked_outputs(study, wanted)
    target = Path(options.out) if options.out is not None else Path("results") / study.config.name / "sensitivity"
    check_replaceable(target, kind="sensitivity")
    result = analyse_sensitivity(study, outputs=wanted, progress=lambda share: tell(f"rebuilding {share:.0%}"))
    result.save(target)
    tell("")
    emit(f"{render_sensitivity(result)}\nResult: {target} (outputs.csv, effects.csv, left_out.csv and others).")
    return DONE


def _one_analysis(options: argparse.Namespace) -> int:
    return _ask_past(options, (options.kind,), {options.kind: Path(options.out)} if options.out is not None else {})


def _analyse(options: argparse.Namespace) -> int:
    from alliance_metrics.history.analyses import check_kinds

    kinds = check_kinds(tuple(word.strip() for word in options.only.split(",") if word.strip()))
    places = {kind: Path(options.out) / kind for kind in kinds} if options.out is not None else {}
    return _ask_past(options, kinds, places)


def _ask_past(options: argparse.Namespace, kinds: tuple[str, ...], places: Mapping[str, Path]) -> int:
    """Run some analyses, write each into its folder, and tell what they found."""
    from alliance_metrics.history.analyses import analyse_study
    from alliance_metrics.report.text.analysis import render_analysis
    from alliance_metrics.results.files import check_replaceable
    from alliance_metrics.study.study import open_study

    tell("reading and checking")
    study = open_study(options.config, data=options.data, seed=options.seed, draws=options.draws)
    targets = {kind: places.get(kind, Path("results") / study.config.name / kind) for kind in kinds}
    for kind, target in targets.items():
        check_replaceable(target, kind=kind)
    claims = getattr(options, "claims", "claims")
    results = analyse_study(study, claims=claims, kinds=kinds, progress=lambda kind: tell(f"asking: {kind}"))
    tell("writing")
    for kind, result in results.items():
        result.save(targets[kind])
    tell("")
    texts = [f"{render_analysis(result)}\nResult: {targets[kind]}." for kind, result in results.items()]
    emit("\n\n".join(texts))
    return DONE
