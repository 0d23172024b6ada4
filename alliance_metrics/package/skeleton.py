"""The start of a new alliance: a folder with made-up codings to replace, ready to check and score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from alliance_metrics.errors import DataError, Fault, ResultError, listed
from alliance_metrics.package.files import bundled_folder, read_bytes
from alliance_metrics.results.folders import replaced_folder

SKELETON = "skeleton"
_REMEDY = "name a folder that is not there yet"


def skeleton_files() -> dict[str, bytes]:
    """Read the files a new folder begins with.

    Returns
    -------
    dict
        Content of each by its path in the folder, in order of path; hidden files are passed over.

    Raises
    ------
    DataError
        Where the installation lacks them.
    """
    source = bundled_folder() / SKELETON
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    names = {path.relative_to(source).as_posix(): path for path in paths}
    files = {name: read_bytes(path, name=name) for name, path in names.items() if "/." not in f"/{name}"}
    if not files:
        fault = Fault(
            str(source), "the skeleton is not there", "no file", "the files of the package", "reinstall the package"
        )
        raise DataError([fault])
    return files


def new_package(folder: str | Path) -> list[str]:
    """Write a skeleton for another alliance, ready to check and score, whole or not at all.

    Everything in it is made up and says so: the coders, the notes, the evidence, the name of the era, and the years,
    which lie in the future.

    Parameters
    ----------
    folder
        The folder to make: absent, or empty.

    Returns
    -------
    list of str
        Paths of the files written, within the folder.

    Raises
    ------
    DataError
        Where something stands there already, or the folder cannot be written.
    """
    target = Path(folder)
    _check_free(target)
    files = skeleton_files()
    try:
        with replaced_folder(target) as content:
            _write(files, content)
    except ResultError as error:
        remedy = "choose another folder, or correct its permissions, or free some space"
        what = {"the result cannot be written": "the folder cannot be created"}
        faults = [replace(one, what=what.get(one.what, one.what), remedy=remedy) for one in error.faults]
        raise DataError(faults) from error
    return list(files)


def _check_free(target: Path) -> None:
    """Refuse a place where files would be lost, or that holds the working folder."""

    def refused(what: str, found: str) -> DataError:
        return DataError([Fault(str(target), what, found, "a new or empty folder", _REMEDY)])

    try:
        target.lstat()
        if target.is_symlink() or not target.is_dir():
            raise refused("there is something other than a folder here", "a file or a link")
        present = sorted(path.name for path in target.iterdir())
        here = target.name in {"", ".."} or Path.cwd().is_relative_to(target.resolve())
    except FileNotFoundError:
        return
    except (OSError, ValueError) as cause:  # ValueError: a name no folder can have
        raise refused("no folder can be created here", getattr(cause, "strerror", None) or str(cause)) from cause
    if present:
        raise refused("the folder holds files", listed(present, limit=5))
    if here:
        raise refused("the new folder would be the working folder, or hold it", str(target))


def _write(files: Mapping[str, bytes], content: Path) -> None:
    for name, text in files.items():
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
