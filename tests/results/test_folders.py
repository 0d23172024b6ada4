"""A folder takes the place of another whole or not at all, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from alliance_metrics.errors import ResultError
from alliance_metrics.results import folders as storage
from alliance_metrics.results.folders import replaced_folder

pytestmark = pytest.mark.slow

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and file locks of POSIX systems")
ROOM = "allowed: a folder in which files can be created, on a disk with free space"

KILLED = """
import os, signal, sys
from pathlib import Path
from alliance_metrics.results.folders import replaced_folder

target, kill_at, exchange = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "exchange"
if not exchange:
    import alliance_metrics.results.folders
    alliance_metrics.results.folders._exchange = lambda one, other: False
steps = 0

def count(event, arguments):
    global steps
    if event == "open" or event.split(".")[0] in {"os", "shutil", "tempfile", "fcntl", "ctypes", "pathlib"}:
        steps += 1
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
with replaced_folder(target) as content:
    (content / "a.txt").write_text("new")
    (content / "b.txt").write_text("new")
print(steps)
"""
HOLDING = """
import sys
from pathlib import Path
from alliance_metrics.results.folders import replaced_folder

with replaced_folder(Path(sys.argv[1])) as content:
    (content / "a.txt").write_text("slow")
    print("inside", flush=True)
    sys.stdin.read()
"""


def contents(folder: Path) -> dict[str, str]:
    """Read every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> list[str]:
    """List a folder, hidden names too."""
    return sorted(path.name for path in folder.iterdir())


def write(target: Path, text: str) -> None:
    """Put a folder of two files in place."""
    with replaced_folder(target) as content:
        (content / "a.txt").write_text(text)
        (content / "b.txt").write_text(text)


def fill(disk: Path) -> None:
    """Leave no byte free on a small disk."""
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError as cause:
            if cause.errno != errno.ENOSPC:
                raise


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 300 kB, where that is allowed."""
    place = tmp_path / "disk"
    place.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by root on Linux only")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", place], check=False, text=True)
    if mounted.returncode != 0:
        pytest.skip("mounting is refused here")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_new_folder_appears_with_its_parents(tmp_path: Path) -> None:
    """Where nothing stands, the folder and the folders above it are made, and nothing else."""
    write(tmp_path / "deep" / "er" / "result", "new")
    assert contents(tmp_path) == {"deep/er/result/a.txt": "new", "deep/er/result/b.txt": "new"}
    assert names(tmp_path / "deep" / "er") == ["result"]


def test_an_earlier_folder_is_replaced_whole(tmp_path: Path) -> None:
    """No file of the earlier folder is left among the new ones."""
    target = tmp_path / "result"
    with replaced_folder(target) as content:
        (content / "old.txt").write_text("old")
    write(target, "new")
    assert contents(tmp_path) == {"result/a.txt": "new", "result/b.txt": "new"}
    assert names(tmp_path) == ["result"]


def test_the_earlier_folder_stands_while_the_new_one_is_written(tmp_path: Path) -> None:
    """A reader sees the earlier folder until the block ends."""
    target = tmp_path / "result"
    write(target, "old")
    with replaced_folder(target) as content:
        (content / "a.txt").write_text("new")
        assert contents(target) == {"a.txt": "old", "b.txt": "old"}


@pytest.mark.parametrize("failure", [ValueError, MemoryError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_the_earlier_folder_untouched(tmp_path: Path, failure: type[BaseException]) -> None:
    """A failure inside the block passes through; the earlier folder stays, and no litter."""
    target = tmp_path / "result"
    write(target, "old")

    def fail() -> None:
        with replaced_folder(target) as content:
            (content / "a.txt").write_text("new")
            raise failure("inside")

    with pytest.raises(failure, match=r"^inside$"):
        fail()
    assert contents(target) == {"a.txt": "old", "b.txt": "old"}
    assert names(tmp_path) == ["result"]


def test_a_failure_of_a_new_folder_leaves_nothing(tmp_path: Path) -> None:
    """Where nothing stood, nothing stands after a failure."""
    target = tmp_path / "result"

    def fail() -> None:
        with replaced_folder(target) as content:
            (content / "a.txt").write_text("new")
            raise ValueError("inside")

    with pytest.raises(ValueError, match=r"^inside$"):
        fail()
    assert names(tmp_path) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """A write that finds no room, on the disk or in the quota, says that the disk is full."""
    target = tmp_path / "result"
    write(target, "old")

    def full(path: Path, text: str) -> int:
        raise OSError(number, "no room", str(path.parent.name), None, text)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(ResultError) as caught:
            write(target, "new")
    assert str(caught.value) == (f"{target}: the disk is full\n  no room: result\n  {ROOM}\n  do: free some space")
    assert contents(tmp_path) == {"result/a.txt": "old", "result/b.txt": "old"}
    assert names(tmp_path) == ["result"]


def test_a_disk_found_full_on_flushing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some disks say only on flushing that they are full, which comes before the exchange."""
    target = tmp_path / "result"
    write(target, "old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "no room", str(handle > 2))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ResultError, match=r"result: the disk is full\n  no room: True\n"):
            write(target, "new")
    assert contents(tmp_path) == {"result/a.txt": "old", "result/b.txt": "old"}
    assert names(tmp_path) == ["result"]


def test_another_failure_to_write_is_not_called_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken disk is told with the system's words and the way out."""
    target = tmp_path / "result"

    def broken(path: Path, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error", path.name, None, text)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", broken)
        with pytest.raises(ResultError) as caught:
            write(target, "new")
    assert str(caught.value) == (
        f"{target}: the result cannot be written\n  Input/output error: a.txt\n  {ROOM}\n"
        "  do: choose another folder with --out, or correct its permissions"
    )
    assert names(tmp_path) == []


def test_a_really_full_disk_is_named_and_loses_nothing(small_disk: Path) -> None:
    """On a disk without a free byte the earlier folder stays whole, and no litter."""
    target = small_disk / "result"
    write(target, "old")
    fill(small_disk)
    with pytest.raises(ResultError, match=r"^.*/result: the disk is full\n") as caught:
        write(target, "new")
    assert f"\n  {os.strerror(errno.ENOSPC)}: " in str(caught.value)
    assert contents(target) == {"a.txt": "old", "b.txt": "old"}
    assert names(small_disk) == ["filler", "result"]


def test_a_really_read_only_disk_is_reported(small_disk: Path) -> None:
    """On a disk that may only be read the message says so, and the earlier folder stays."""
    target = small_disk / "result"
    write(target, "old")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(ResultError, match=r"^.*/result: the result cannot be written\n") as caught:
        write(target, "new")
    assert f"\n  {os.strerror(errno.EROFS)}: " in str(caught.value)
    assert contents(target) == {"a.txt": "old", "b.txt": "old"}
    assert names(small_disk) == ["result"]


@pytest.mark.parametrize("below", ["x", "x/y"])
def test_a_path_below_a_file_is_refused(tmp_path: Path, below: str) -> None:
    """A folder cannot be made below a file, and the file stays."""
    (tmp_path / "file").write_text("kept")
    with pytest.raises(ResultError, match=r"the result cannot be written\n  (Not a directory|File exists): "):
        write(tmp_path / "file" / below, "new")
    assert contents(tmp_path) == {"file": "kept"}


@POSIX
def test_a_living_maker_keeps_its_staging_folder(tmp_path: Path) -> None:
    """A run does not sweep away the folder another run is still writing; both end well."""
    target = tmp_path / "result"
    command = [sys.executable, "-c", HOLDING, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as slow:
        assert slow.stdout is not None
        assert slow.stdout.readline() == "inside\n"
        write(target, "quick")
        assert contents(target) == {"a.txt": "quick", "b.txt": "quick"}
        slow.communicate("")
    assert slow.returncode == 0
    assert contents(target) == {"a.txt": "slow"}
    assert names(tmp_path) == ["result"]


class Outcome(NamedTuple):
    """What a run killed at one step left behind."""

    step: int
    left: dict[str, str]
    litter: list[str]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """Kill a run before each single step it takes in the file system, and run once more after each."""
    found = []
    for step in range(1, 200):
        parent = tmp_path_factory.mktemp("killed")
        target = parent / "result"
        write(target, "old")
        command = [sys.executable, "-c", KILLED, str(target), str(step), "exchange"]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        if ended.returncode == 0:
            return found
        left = contents(target)
        write(target, "next")
        assert contents(target) == {"a.txt": "next", "b.txt": "next"}
        found.append(Outcome(step, left, [name for name in names(parent) if name != "result"]))
    raise AssertionError("the run takes more than 200 steps")


@POSIX
def test_a_run_killed_at_any_step_leaves_one_whole_folder(outcomes: list[Outcome]) -> None:
    """Whatever step a run is killed before, the folder is the earlier one or the new one, first to last."""
    old, new = {"a.txt": "old", "b.txt": "old"}, {"a.txt": "new", "b.txt": "new"}
    first_new = next(place for place, outcome in enumerate(outcomes) if outcome.left == new)
    assert first_new > 5
    assert [outcome.left for outcome in outcomes[:first_new]] == [old] * first_new
    assert [outcome.left for outcome in outcomes[first_new:]] == [new] * (len(outcomes) - first_new)


@POSIX
def test_the_next_run_removes_what_a_killed_run_left(outcomes: list[Outcome]) -> None:
    """Whatever step a run is killed before, the next run leaves no trace of it."""
    assert len(outcomes) > 10
    assert [(outcome.step, outcome.litter) for outcome in outcomes if outcome.litter] == []


@POSIX
def test_litter_is_removed_below_a_name_with_brackets(tmp_path: Path) -> None:
    """A folder name that reads like a pattern, such as ``[x]``, is cleaned up after like any other."""
    target = tmp_path / "[x]"
    command = [sys.executable, "-c", HOLDING, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "inside\n"
        killed.kill()
    write(target, "next")
    assert names(tmp_path) == ["[x]"]


def test_a_folder_is_replaced_where_names_cannot_be_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an exchange in one step the new folder still takes the place of the earlier, without litter."""
    target = tmp_path / "result"
    write(target, "old")
    monkeypatch.setattr(storage, "_exchange", lambda _one, _other: False)
    write(target, "new")
    assert contents(tmp_path) == {"result/a.txt": "new", "result/b.txt": "new"}
    assert names(tmp_path) == ["result"]


def test_a_failure_between_two_renames_brings_the_earlier_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the new folder cannot move in after the earlier moved out, the earlier moves back."""
    target = tmp_path / "result"
    write(target, "old")
    rename, moves = Path.rename, []

    def failing(path: Path, goal: Path) -> Path:
        moves.append((path.name, goal.name))
        if path.name == "result" and goal == target:
            raise OSError(errno.EIO, "Input/output error", str(goal))
        return rename(path, goal)

    monkeypatch.setattr(storage, "_exchange", lambda _one, _other: False)
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(ResultError) as caught:
        write(target, "new")
    assert f"{target}: the result cannot be written\n  Input/output error: {target}\n" in str(caught.value)
    assert moves == [("result", "earlier"), ("result", "result"), ("earlier", "result")]
    assert contents(tmp_path) == {"result/a.txt": "old", "result/b.txt": "old"}
    assert names(tmp_path) == ["result"]


@pytest.mark.slow
@POSIX
def test_a_kill_between_two_renames_loses_nothing(tmp_path: Path) -> None:
    """Without an exchange, a run killed while no folder stands is mended by the next, even one that fails."""
    target = tmp_path / "result"

    def fail() -> None:
        with replaced_folder(target):
            raise ValueError("inside")

    for step in range(1, 200):
        write(target, "old")
        command = [sys.executable, "-c", KILLED, str(target), str(step), "renames"]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        if ended.returncode == 0:
            break
        if not target.exists():
            with pytest.raises(ValueError, match=r"^inside$"):
                fail()
            assert target.is_dir(), f"killed at step {step}, the earlier and the new folder are both gone"
            assert contents(target) in ({"a.txt": "old", "b.txt": "old"}, {"a.txt": "new", "b.txt": "new"})
    assert ended.returncode == 0
