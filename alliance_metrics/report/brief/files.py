"""A brief on disk: the page, or its figures and tables as a folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

from alliance_metrics.report.brief.page import Brief
from alliance_metrics.report.brief.tables import BriefTables, Subject
from alliance_metrics.report.charts.files import rendered
from alliance_metrics.results.files import RECORD, check_replaceable, file_digest, to_csv_text
from alliance_metrics.results.folders import replaced_folder

KIND = "brief_tables"


def default_page(source: Path, subject: Subject) -> Path:
    """Give the file of a brief for which no file is named: beside the result, whose folder holds only its own files.

    Parameters
    ----------
    source
        Folder of the score card.
    subject
        What the brief is about.

    Returns
    -------
    Path
        The file.
    """
    name = re.sub(r"[^A-Za-z0-9-]+", "-", f"{subject.unit}-{subject.first}-{subject.last}").strip("-")
    folder = source.resolve()
    return folder.parent / f"{folder.name}_brief_{name}.html"


def check_folder(folder: Path) -> None:
    """Make sure that writing figures and tables loses nothing but those of an earlier call.

    Parameters
    ----------
    folder
        The folder.

    Raises
    ------
    ResultError
        Where it holds anything else.
    """
    check_replaceable(folder, kind=KIND)


def save_brief_tables(tables: BriefTables, brief: Brief, folder: Path) -> tuple[Path, int]:
    """Write the figures of a brief and the tables it reads as a folder, whole or not at all.

    Parameters
    ----------
    tables
        The saved tables.
    brief
        The brief.
    folder
        The folder. Unchanged files of an earlier call that stand there are replaced; anything else is left alone.

    Returns
    -------
    tuple
        The folder, and how many files it holds beside its record.

    Raises
    ------
    ResultError
        Where the folder holds anything else, or cannot be written.
    """
    check_folder(folder)
    with replaced_folder(folder) as content:
        for picture in brief.pictures.values():
            for suffix, data in rendered(picture).items():
                (content / f"{picture.name}.{suffix}").write_bytes(data)
        for file in read_files(brief):
            kind = _kind_of(tables, file)
            table = file.rpartition("/")[2].removesuffix(".csv")
            own = tables.own(f"{kind}.{table}").frame
            frame = own if len(own) else tables.rows(f"{kind}.{table}").frame
            (content / file.replace("/", "-")).write_text(to_csv_text(frame), encoding="utf-8", newline="")
        files = {path.name: file_digest(path) for path in sorted(content.iterdir())}
        subject = tables.subject
        about = {"unit": subject.unit, "era": subject.era, "years": [subject.first, subject.last]}
        figures = {picture.name: {"title": picture.title, "alt": picture.alt} for picture in brief.pictures.values()}
        record = {"kind": KIND, "schema": 1, "about": about, "figures": figures, "files": files}
        text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        (content / RECORD).write_text(text, encoding="utf-8", newline="")
    return folder, len(files)


def read_files(brief: Brief) -> list[str]:
    """List the files of the result that the page shows cells of.

    Parameters
    ----------
    brief
        The brief.

    Returns
    -------
    list of str
        Names as seen from the result folder.
    """
    return sorted(set(re.findall(r'data-cell="([^":]+\.csv):', brief.page)))


def _kind_of(tables: BriefTables, file: str) -> str:
    folder = file.rpartition("/")[0]
    return next(kind for kind, (place, _) in tables.results.items() if place.rstrip("/") == folder)
