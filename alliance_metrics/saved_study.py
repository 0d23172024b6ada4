"""The study behind a saved result: its configuration from the record, its data as they were, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alliance_metrics.config import parse_config
from alliance_metrics.errors import Fault, ResultError, listed
from alliance_metrics.result_files import RECORD
from alliance_metrics.score_card import ScoreCard, load_result
from alliance_metrics.study import Study, open_study


def saved_folder(name: str) -> Path | None:
    """Say whether a name is that of a saved result.

    Parameters
    ----------
    name
        What the command was given.

    Returns
    -------
    Path or None
        The folder, where it holds a record.
    """
    try:
        return Path(name) if (Path(name) / RECORD).is_file() else None
    except (OSError, ValueError):  # a name no folder can have
        return None


def open_saved(
    folder: Path, *, data: str | Path | None = None, seed: int | None = None, draws: int | None = None
) -> tuple[Study, ScoreCard]:
    """Open the study that a saved result came from.

    Parameters
    ----------
    folder
        Folder that ``score`` wrote.
    data
        Folder of the data package; where its configuration finds it, where absent.
    seed, draws
        Refused: they are those of the result.

    Returns
    -------
    study : Study
        The study.
    card : ScoreCard
        The saved scores.

    Raises
    ------
    ResultError
        Where the result was changed, or the data are not those it came from.
    """
    card = load_result(folder)
    if seed is not None or draws is not None:
        what, allowed = "a saved result has its seed and draws", "no --seed and --draws beside a result"
        raise ResultError(
            [Fault(str(folder), what, "another was asked for", allowed, "name the configuration instead")]
        )
    record = card.record
    if not isinstance(record.get("config"), dict) or not isinstance(record.get("data", {}).get("digests"), dict):
        what, allowed = "the record is damaged", "a configuration and the digests of the data"
        raise ResultError([Fault(str(folder / RECORD), what, "one is missing", allowed, "run `score` again")])
    config = parse_config(_without_empty(record["config"]), name=str(folder / RECORD))
    study = open_study(config, data=data)
    recorded, found = record["data"]["digests"], dict(study.package.digests)
    changed = sorted(name for name in {*recorded, *found} if recorded.get(name) != found.get(name))
    if changed:
        allowed = "the data that the result was made of"
        remedy = "name them with --data, or run `score` again"
        raise ResultError([Fault(str(folder), "the data are not those recorded", listed(changed), allowed, remedy)])
    return study, card


def _without_empty(values: Any) -> Any:  # noqa: ANN401 - JSON
    """Leave out what the record holds as null: it stood in no file."""
    if isinstance(values, dict):
        return {key: _without_empty(value) for key, value in values.items() if value is not None}
    return [_without_empty(value) for value in values] if isinstance(values, list) else values
