"""The command line does each job with one command, says one thing, and ends with the right code."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
import pytest

import alliance_metrics as am
from alliance_metrics.commands.cli import build_parser, main
from alliance_metrics.results.score_card import ScoreCard
from alliance_metrics.results.tables import declared_kinds

PROGRAM = (sys.executable, "-m", "alliance_metrics")
QUICK = ("--draws", "20")
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and terminals of POSIX systems")
HEADER = "small: closeness 0-100, 4 dyad-years, 90% intervals in brackets\n"


@pytest.fixture
def home(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in the folder of the made-up alliance."""
    monkeypatch.chdir(small.parent)
    return small.parent


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def environment(**changes: str) -> dict[str, str]:
    """Give the environment of a user, who sets nothing of Python's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | changes


def run(*words: str, shell_ending: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does, in a shell where an ending such as ``>&-`` is given."""
    command = [*PROGRAM, *words]
    if shell_ending:
        command = ["sh", "-c", f'"$@" {shell_ending}', "sh", *command]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment(**changes))


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text in a file, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def tree(folder: Path) -> list[str]:
    """List every file below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def failing(error: type[BaseException]) -> object:
    """Make a function that raises."""

    def fail(*_arguments: object, **_options: object) -> NoReturn:
        raise error

    return fail


# The four commands.


def test_score_writes_the_result_and_tells_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The main job: a result folder, the scores in a few lines, and where both lie."""
    assert main(["score", "small.toml", *QUICK]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(HEADER)
    assert "\n    first 1950: 66.7 [" in told.out
    assert told.out.endswith(
        "Data: data. Result: results/small (scores.csv, contributions.csv, levels.csv, result.json).\n"
    )
    assert told.err == ""
    assert tree(home / "results") == [
        "small/cells.csv",
        "small/composition.csv",
        "small/contributions.csv",
        "small/evidence.csv",
        "small/levels.csv",
        "small/pairs.csv",
        "small/ranks.csv",
        "small/result.json",
        "small/runs.csv",
        "small/scores.csv",
        "small/treated.csv",
    ]


@pytest.mark.slow
def test_score_equals_the_library(home: Path) -> None:
    """The command writes what the library computes."""
    assert main(["score", "small.toml", *QUICK, "--seed", "3"]) == 0
    assert am.load_result(home / "results" / "small").equals(am.score("small.toml", draws=20, seed=3))


@pytest.mark.slow
def test_score_replaces_its_own_result(home: Path) -> None:
    """Running twice is allowed; the second result stands."""
    assert main(["score", "small.toml", *QUICK, "--seed", "1"]) == 0
    assert main(["score", "small.toml", *QUICK, "--seed", "2"]) == 0
    assert am.load_result(home / "results" / "small").record["seed"] == 2


@pytest.mark.usefixtures("home")
def test_check_finds_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """Sound data are told in a line with their number of files and rows."""
    assert main(["check", "small.toml"]) == 0
    told = capsys.readouterr()
    assert told.out == "data/datapackage.json: 9 files, 77 rows, and small.toml: no faults.\n"
    assert told.err == ""


def test_check_lists_every_fault(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Eight wrong cells are eight lines, not the first five, and nothing is written."""
    edit(home / "data" / "codings" / "ann" / "AA-BB_1950_1953.csv", ",ann,4,", ",ann,9,")
    edit(home / "data" / "codings" / "bob" / "AA-BB_1950_1953.csv", ",bob,4,", ",bob,9,")
    before = tree(home)
    assert main(["check", "small.toml"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert len(re.findall(r" = 9$", told.err, re.MULTILINE)) == 8
    assert "AA-BB 1950 talks ann = 9\n" in told.err
    assert tree(home) == before


def test_check_counts_the_faults(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The last line counts the faults, in grammar that holds for one."""
    (home / "data" / "notes.csv").write_text("a\n1\n", encoding="utf-8")
    assert main(["check", "small.toml"]) == 1
    assert capsys.readouterr().err.endswith("\n1 fault.\n")


def test_score_shows_the_first_faults_and_counts_the_rest(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scoring faulty data is refused with five of nine offenders, and nothing is written."""
    for score in ("4", "3"):
        edit(home / "data" / "codings" / "ann" / "AA-BB_1950_1953.csv", f",ann,{score},", ",ann,9,")
    assert main(["score", "small.toml"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    first, *offenders = told.err.split("\n")[:7]
    assert first == "DataError: codings/ann/AA-BB_1950_1953.csv, score: outside the allowed range (9 times)"
    assert offenders == [*(f"  line {line}: '9'" for line in (2, 3, 6, 7, 10)), "  ... and 4 more"]
    assert not (home / "results").exists()


def test_cite_names_software_data_and_sources(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is due is printed, and nothing is written."""
    before = tree(home)
    assert main(["cite", "small.toml"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(
        "What the result of 'small' rests on, and what is due for it\n\nSoftware\n  The alliance_"
    )
    assert told.out.endswith("A. Nobody (1960). A made-up chronicle. Nowhere Press. [2 verified, 1 recalled]\n")
    assert told.err == ""
    assert tree(home) == before


def test_declare_tells_what_changed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edited file is told; a second time there is nothing to tell."""
    edit(home / "data" / "coders.csv", "Another", "One more")
    assert main(["declare", "data"]) == 0
    assert main(["declare", "data"]) == 0
    told = capsys.readouterr()
    assert told.out == "renewed coders.csv\nnothing changed\n"
    assert told.err == ""


def test_declare_refuses_an_unknown_table(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table without schema ends with code 1 and its name."""
    (home / "data" / "notes.csv").write_text("a\n1\n", encoding="utf-8")
    assert main(["declare", "data"]) == 1
    assert capsys.readouterr().err.startswith("DataError: data: tables that cannot be declared\n  notes.csv\n")


# Every option.


def test_every_option_of_the_help_is_tested() -> None:
    """The options below are those the help names."""
    commands = next(action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001
    found = {
        name: sorted(set(re.findall(r"--[a-z-]+", parser.format_help())) - {"--help"})
        for name, parser in commands.choices.items()
    }
    assert found == {
        "score": ["--all", "--data", "--draws", "--format", "--keep-draws", "--out", "--seed"],
        "check": ["--data", "--out"],
        "cite": ["--data"],
        "reliability": ["--data", "--into", "--out"],
        "sensitivity": ["--data", "--out", "--output", "--seed"],
        "audit": ["--data", "--out"],
        "compare": ["--data", "--draws", "--out", "--seed"],
        "claims": ["--all-claims", "--claims", "--data", "--draws", "--out", "--seed"],
        "validate": ["--data", "--draws", "--out", "--seed"],
        "explorer": ["--data", "--draws", "--out", "--seed"],
        "analyse": ["--all-claims", "--claims", "--data", "--draws", "--only", "--out", "--seed"],
        "place": ["--config", "--data", "--draws", "--json", "--out", "--seed"],
        "explain": ["--config", "--data", "--draws", "--json", "--out", "--seed"],
        "charts": ["--format", "--only", "--out", "--palette", "--width"],
        "brief": ["--dyad", "--out", "--tables", "--years"],
        "new": [],
        "declare": [],
    }


def test_out_names_the_folder(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The result goes where it is told to go, and nowhere else."""
    assert main(["score", "small.toml", *QUICK, "--out", "deep/er"]) == 0
    assert "Result: deep/er (scores.csv" in capsys.readouterr().out
    assert (home / "deep" / "er" / "scores.csv").is_file()
    assert not (home / "results").exists()


def test_seed_and_draws_are_taken(home: Path) -> None:
    """Seed (0 is one) and number of draws stand in the record."""
    assert main(["score", "small.toml", "--draws", "11", "--seed", "0"]) == 0
    record = json.loads((home / "results" / "small" / "result.json").read_text(encoding="utf-8"))
    assert (record["seed"], record["config"]["uncertainty"]["draws"]) == (0, 11)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "further"),
    [
        ("csv", []),
        ("", []),
        ("dta", sorted(f"{name}.dta" for name in declared_kinds()["score"].tables)),
        ("xlsx, csv", ["result.xlsx"]),
        ("parquet,xlsx", sorted(["result.xlsx", *(f"{name}.parquet" for name in declared_kinds()["score"].tables)])),
    ],
)
def test_format_adds_files(home: Path, given: str, further: list[str]) -> None:
    """CSV is always written, and each format asked for beside it."""
    assert main(["score", "small.toml", *QUICK, "--format", given]) == 0
    always = {"result.json", *(f"{name}.csv" for name in declared_kinds()["score"].tables)}
    assert sorted(set(tree(home / "results" / "small")) - always) == further


def test_keep_draws_writes_the_draws_behind_the_intervals(home: Path) -> None:
    """The draws of index and pillars are kept, and their quantiles are the bounds of the intervals."""
    assert main(["score", "small.toml", "--draws", "50", "--keep-draws"]) == 0
    draws = pd.read_parquet(home / "results" / "small" / "draws.parquet")
    assert list(draws.columns) == ["dyad", "era", "year", "component", "draw", "score"]
    assert draws.groupby("component", observed=True).size().to_dict() == {"closeness": 200, "gain": 200, "trust": 200}
    scores = am.load_result(home / "results" / "small").scores
    for component in ("closeness", "trust", "gain"):
        drawn = draws[(draws["component"] == component) & (draws["year"] == 1952)]["score"].to_numpy(dtype=float)
        held = scores[(scores["component"] == component) & (scores["year"] == 1952)].iloc[0]
        # draws are kept in single precision: about 7 digits of scores up to 100
        np.testing.assert_allclose(np.quantile(drawn, [0.05, 0.95]), [held["lower"], held["upper"]], atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["score", "check", "cite"])
def test_data_names_the_package(home: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Another data folder is taken instead of the configuration's."""
    (home / "data").rename(home / "moved")
    assert main([command, "small.toml"]) == 1
    assert "the file is not there" in capsys.readouterr().err
    assert main([command, "small.toml", "--data", "moved"]) == 0


# What goes wrong is told once, with the right code.


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--draws", "0"], "uncertainty.draws: an invalid value\n  0\n  allowed: greater than or equal to 1\n"),
        (["--draws", "-5"], "uncertainty.draws: an invalid value\n  -5\n  allowed: greater than or equal to 1\n"),
        (["--seed", "-1"], "uncertainty.seed: an invalid value\n  -1\n  allowed: greater than or equal to 0\n"),
        (["--format", "pdf"], "--format: unknown format\n  pdf\n  allowed: csv, parquet, xlsx, dta\n"),
        (["--format", "csv,PDF,xls"], "--format: unknown format\n  PDF, xls\n"),
        (["--data", "nowhere"], "nowhere: the file is not there\n"),
        (["--out", "data"], "data: the folder holds other files\n"),
        (["--out", "small.toml"], "small.toml: there is something else where the result folder should be\n"),
        (["--out", "small.toml/x"], "small.toml/x: the result cannot be written\n  File exists: small.toml\n"),
        (["--out", "a" * 300], "too long"),
        (["--data", "a" * 300], "too long"),
    ],
)
def test_a_wrong_value_is_reported(home: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    """A value that cannot be ends with code 1 and one message, and nothing is written."""
    before = tree(home)
    assert main(["score", "small.toml", *words]) == 1
    found = capsys.readouterr()
    assert found.out == ""
    assert told in found.err
    assert tree(home) == before


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="/dev/null is for POSIX systems")
@pytest.mark.parametrize("out", ["/dev/null", "/dev/null/x"])
@pytest.mark.usefixtures("home")
def test_a_device_is_no_folder(out: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A result cannot be written onto or below a device."""
    assert main(["score", "small.toml", *QUICK, "--out", out]) == 1
    assert capsys.readouterr().err.startswith(f"ResultError: {out}: the")


@pytest.mark.parametrize("name", ["basline", "a" * 300, "nowhere/x", "x.toml", "."])
@pytest.mark.usefixtures("empty")
def test_an_unknown_configuration_is_reported(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A name nothing stands under ends with code 1 and one message."""
    assert main(["score", name]) == 1
    assert capsys.readouterr().err.startswith("ConfigError: ")


@pytest.mark.usefixtures("empty")
def test_a_mistyped_configuration_gets_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest known name is told."""
    assert main(["score", "basline"]) == 1
    assert "\n  'basline' (nearest known: 'baseline')\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["scroe"], "invalid choice: 'scroe'"),
        (["score", "--colour", "red"], "unrecognized arguments: --colour"),
        (["score", "a", "b"], "unrecognized arguments: b"),
        (["score", "--draws", "many"], "argument --draws: invalid int value: 'many'"),
        (["score", "--seed", "1.5"], "argument --seed: invalid int value: '1.5'"),
        (["score", "--out"], "argument --out: expected one argument"),
        (["declare"], "the following arguments are required: DIR"),
    ],
)
def test_wrong_usage_ends_with_2(capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    """A command that cannot be understood ends with code 2 and how it is used."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.startswith("usage: python -m alliance_metrics")
    assert told in found.err


def test_a_foreign_folder_is_refused_before_scoring(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for scores that cannot be written."""
    (home / "out").mkdir()
    (home / "out" / "thesis.txt").write_text("mine", encoding="utf-8")
    monkeypatch.setattr("alliance_metrics.study.score.score_study", failing(AssertionError))
    assert main(["score", "small.toml", "--out", "out"]) == 1
    assert tree(home / "out") == ["thesis.txt"]


@pytest.mark.usefixtures("home")
def test_too_little_memory_is_answered_with_remedies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where memory runs out the way to need less is named."""
    monkeypatch.setattr("alliance_metrics.study.score.score_study", failing(MemoryError))
    assert main(["score", "small.toml"]) == 1
    remedies = "lower --draws, run single analyses with --only, or lower block_megabytes (score alone)"
    assert capsys.readouterr().err == f"MemoryError: not enough memory; {remedies}.\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "step", ["alliance_metrics.study.score.score_study", "alliance_metrics.results.tidy_result.file_digest"]
)
def test_an_interrupted_run_writes_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], step: str
) -> None:
    """Ctrl-C while scoring or writing ends with code 1, the earlier result intact, and no litter."""
    assert main(["score", "small.toml", *QUICK, "--seed", "1"]) == 0
    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(step, failing(KeyboardInterrupt))
        assert main(["score", "small.toml", *QUICK, "--seed", "2"]) == 1
    assert capsys.readouterr() == ("", "Interrupted: nothing was written; an earlier result is as it was.\n")
    assert am.load_result("results/small").record["seed"] == 1
    assert [path.name for path in (home / "results").iterdir()] == ["small"]


def test_a_run_interrupted_after_writing_does_not_deny_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C while the report is made does not claim that nothing was written, for the new result stands."""
    monkeypatch.setattr("alliance_metrics.report.text.terminal.render_score_card", failing(KeyboardInterrupt))
    assert main(["score", "small.toml", *QUICK, "--seed", "2"]) == 1
    assert am.load_result(home / "results" / "small").record["seed"] == 2
    told = capsys.readouterr().err
    assert told.startswith("Interrupted")
    assert "nothing was written" not in told


def read_until(terminal: int, word: bytes) -> bytes:
    """Read from a terminal until a word is seen."""
    seen = b""
    while word not in seen:
        seen += os.read(terminal, 1024)
    return seen


@POSIX
@pytest.mark.slow
def test_ctrl_c_at_a_terminal(home: Path) -> None:
    """A real SIGINT during scoring ends with code 1 and one message, the earlier result intact, and no litter."""
    import pty

    assert main(["score", "small.toml", *QUICK, "--seed", "1"]) == 0
    watcher, terminal = pty.openpty()
    command = [*PROGRAM, "score", "small.toml", "--draws", "2000000", "--seed", "2"]
    # a suite that runs in the background ignores the signal, and so would what it starts
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, env=environment()) as scoring:
        signal.signal(signal.SIGINT, ours)
        os.close(terminal)
        read_until(watcher, b"scoring")
        scoring.send_signal(signal.SIGINT)
        told = read_until(watcher, b"\n")
        out, _ = scoring.communicate()
    os.close(watcher)
    assert scoring.returncode == 1
    assert out == b""
    assert told.endswith(b"\r\x1b[KInterrupted: nothing was written; an earlier result is as it was.\r\n")
    assert am.load_result("results/small").record["seed"] == 1
    assert [path.name for path in (home / "results").iterdir()] == ["small"]


@pytest.mark.slow
@POSIX
@pytest.mark.usefixtures("home")
def test_progress_is_shown_at_a_terminal_and_cleared() -> None:
    """Somebody who watches sees what is going on, and at the end a clean line."""
    import pty

    watcher, terminal = pty.openpty()
    subprocess.run([*PROGRAM, "score", "small.toml", *QUICK], stdout=subprocess.DEVNULL, stderr=terminal, check=True)
    seen = os.read(watcher, 4096).decode()
    os.close(terminal)
    os.close(watcher)
    steps = [step for step in seen.split("\r\x1b[K") if step]
    assert (steps[0], steps[-2], steps[-1]) == ("reading and checking", "scoring 100%", "writing")
    assert seen.endswith("\r\x1b[K")


# Output that somebody cuts short, redirects or cannot show.


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_nothing_is_said_on_stderr_where_nobody_watches() -> None:
    """Without a terminal a run that goes well is silent on stderr."""
    ended = run("score", "small.toml", *QUICK)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(HEADER)


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_plain_characters_where_output_is_ascii() -> None:
    """Where only ASCII can be shown the series is drawn in plain characters."""
    ended = run("score", "small.toml", *QUICK, PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\nAA-BB 1950-1953      ++=:\n" in ended.stdout
    assert ended.stdout.isascii()


@pytest.mark.slow
def test_an_author_beyond_ascii_is_cited_where_output_is_ascii(home: Path) -> None:
    """A letter that cannot be shown does not end the citations."""
    edit(home / "data" / "evidence" / "sources.csv", "A. Nobody", "É. Niemand")
    am.declare(home / "data")
    ended = run("cite", "small.toml", PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ". Niemand (1960). A made-up chronicle." in ended.stdout


@pytest.mark.slow
def test_a_folder_beyond_ascii_is_told_where_output_is_ascii(home: Path) -> None:
    """A folder name that cannot be shown does not end the report of a result already written."""
    ended = run("score", "small.toml", *QUICK, "--out", "été", PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (home / "été" / "scores.csv").is_file()


COMMANDS = (
    ("--help",),
    ("score", "small.toml", *QUICK),
    ("check", "small.toml"),
    ("cite", "small.toml"),
    ("declare", "data"),
)


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.usefixtures("home")
def test_a_reader_who_left_gets_no_traceback(words: Iterable[str]) -> None:
    """Where the pipe is closed before a word is written nothing is said about it."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [*PROGRAM, *words], stdout=writing, stderr=subprocess.PIPE, text=True, check=False, env=environment()
    )
    os.close(writing)
    assert ended.stderr == ""


@pytest.mark.slow
@POSIX
def test_a_reader_of_the_first_line_gets_it(home: Path) -> None:
    """Piped into ``head -1`` a text longer than a pipe holds ends after its first line, without a traceback."""
    edit(home / "data" / "evidence" / "sources.csv", "A. Nobody", '"' + "A. Nobody, " * 20_000 + '"')
    am.declare(home / "data")
    ended = run("cite", "small.toml", shell_ending="| head -1")
    assert ended.stderr == ""
    assert ended.stdout == "What the result of 'small' rests on, and what is due for it\n"


@pytest.mark.slow
@POSIX
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is for Linux")
@pytest.mark.parametrize("buffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.usefixtures("home")
def test_output_that_finds_no_room_is_reported(buffered: str) -> None:
    """A report that cannot be written out is an error told in a line, not a traceback."""
    ended = run("check", "small.toml", shell_ending="> /dev/full", PYTHONUNBUFFERED=buffered)
    assert ended.returncode == 1
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("ending", [">&-", "2>&-", ">&- 2>&-"])
def test_a_run_without_output_does_its_work(home: Path, ending: str) -> None:
    """Where output or error output is closed, as under some schedulers, the result is written all the same."""
    ended = run("score", "small.toml", *QUICK, shell_ending=ending)
    assert ended.stderr == ""
    assert ended.returncode == 0
    assert (home / "results" / "small" / "scores.csv").is_file()


# Where things are looked for.


def test_a_local_configuration_wins(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A configuration in ``configs/`` here is taken before the published one of that name."""
    (home / "configs").mkdir()
    (home / "configs" / "bedrock.toml").write_text(
        'extends = "core_only"\nname = "mine"\n[uncertainty]\ndraws = 20\n', encoding="utf-8"
    )
    assert main(["score", "bedrock", "--data", "data"]) == 0
    assert capsys.readouterr().out.startswith("mine: cohesion 0-100, 4 dyad-years")
    assert (home / "results" / "mine" / "scores.csv").is_file()


@pytest.mark.usefixtures("home")
def test_local_data_win(capsys: pytest.CaptureFixture[str]) -> None:
    """A package in ``data/`` here is taken before the published one."""
    assert main(["cite"]) == 0
    told = capsys.readouterr().out
    assert "\nData\n  data, version " in told
    assert "\nEvidence: 1 sources" in told


def test_a_config_of_ones_own_keeps_its_own_data(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A configuration named by path takes its data from beside itself, wherever one stands."""
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    os.chdir(elsewhere)
    assert main(["check", "../small.toml"]) == 0
    assert capsys.readouterr().out.startswith("../data/datapackage.json: 9 files")


def test_a_result_stands_where_one_is(home: Path) -> None:
    """The default result folder is made in the working folder, not beside the configuration."""
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    os.chdir(elsewhere)
    assert main(["score", "../small.toml", *QUICK]) == 0
    assert tree(elsewhere)[0] == "results/small/cells.csv"
    assert not (home / "results").exists()


# Starting.


@pytest.mark.parametrize("words", [["--help"], ["score", "--help"], ["declare", "--help"], ["scroe"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    """Help and wrong usage come without numpy, pandas and pydantic."""
    code = (
        "import sys\n"
        "from alliance_metrics.commands.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'pydantic', 'pyarrow'}\n"
        "print('loaded:', *sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, *words]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    assert ended.stdout.endswith("loaded:\n")


def test_importing_the_package_loads_nothing_heavy() -> None:
    """Importing the package, and listing its names, comes without numpy, pandas and pydantic."""
    code = (
        "import sys, alliance_metrics as am\n"
        "names = dir(am)\n"
        "print('score' in names, sorted({'numpy', 'scipy', 'pandas', 'pydantic', 'pyarrow'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout == "True []\n"


def test_every_public_name_is_there() -> None:
    """Each name the package lists can be had, and another cannot."""
    assert [name for name in dir(am) if getattr(am, name).__name__ != name] == []
    assert am.ScoreCard is ScoreCard
    with pytest.raises(AttributeError, match=r"^module 'alliance_metrics' has no attribute 'nothing'$"):
        _ = am.nothing


def test_the_help_names_every_command_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """Help ends with code 0 and tells the commands and what the codes mean."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert [name for name in ("score", "check", "cite", "declare") if f" {name} " not in text] == []
    assert text.endswith("Exit codes: 0 done, 1 an error (message on stderr, nothing half-written), 2 wrong usage.")


def test_the_installed_script_is_the_same_program() -> None:
    """The script the installation makes answers as the module does."""
    script = Path(sys.executable).with_name("alliance-metrics")
    if not script.is_file():
        pytest.skip("the package is run from a checkout, without its script")
    by_script = subprocess.run([script, "score", "--help"], check=True, capture_output=True, text=True)
    assert by_script.stdout == run("score", "--help").stdout
