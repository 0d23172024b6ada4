"""The explorer as one file: template, style, script and data, under a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from alliance_metrics.explorer.data import ExplorerData
from alliance_metrics.report.text.layout import coder_note

Numbers = np.ndarray[Any, np.dtype[Any]]

#: Text that marks a page as an explorer page.
MARK = '<meta name="generator" content="alliance_metrics explorer '
_SCRIPTS = (
    "numbers", "engine", "nearest", "change", "setting", "page", "chart", "controls", "answer", "why", "files", "start",
)  # fmt: skip
_KINDS = {"float64": "f8", "float32": "f4", "uint8": "u1"}
_ALIGNED = 8


def render_explorer(data: ExplorerData) -> str:
    """Put the page together.

    Parameters
    ----------
    data
        Its data.

    Returns
    -------
    str
        HTML. The same data give the same text.

    Notes
    -----
    Names and texts of the data stand in the page compressed and in base64, whose letters end no element, and the
    script sets them as text alone. The policy allows the one script and the one style by their digests, pictures that
    the page makes itself, and nothing from anywhere.
    """
    from jinja2 import Environment, PackageLoader
    from markupsafe import Markup

    pages = Environment(
        loader=PackageLoader("alliance_metrics.explorer", "templates"), autoescape=True, keep_trailing_newline=True
    )
    loader = pages.loader
    if loader is None:
        raise RuntimeError("the templates of the package are not there")

    def source(name: str) -> str:
        return loader.get_source(pages, name)[0]

    parts = "\n".join(source(f"explorer/{name}.js") for name in _SCRIPTS)
    script = f'"use strict";\n(() => {{\n{parts}}})();\n'
    style = source("explorer.css")
    layout, numbers = packed(data.arrays)
    texts = json.dumps({**data.facts, "arrays": layout}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    facts = data.facts
    return pages.get_template("explorer.html").render(
        facts=facts,
        title=f"{str(facts['published'][0]).replace('_', ' ').capitalize()} explorer: {facts['name']}",
        coded=coder_note(facts["coders"]),
        percent=f"{100 * facts['level']:g}",
        coverage=f"{100 * facts['availability_min']:g}",
        policy=_policy(script, style),
        # our own files, unchanged, so that their digests hold; neither holds a closing tag
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        study=_compressed(texts.encode("utf-8")),
        numbers=_compressed(numbers),
    )


def packed(arrays: Mapping[str, Numbers]) -> tuple[dict[str, Any], bytes]:
    """Lay arrays out one after another.

    Parameters
    ----------
    arrays
        Arrays of float64, float32 or uint8 by name.

    Returns
    -------
    layout : dict
        For each its ``kind``, ``offset`` in bytes and ``shape``.
    content : bytes
        The numbers, least byte first.
    """
    layout, pieces, offset = dict[str, Any](), list[bytes](), 0
    for name, values in arrays.items():
        content = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
        layout[name] = {"kind": _KINDS[values.dtype.name], "offset": offset, "shape": list(values.shape)}
        filled = content + bytes(-len(content) % _ALIGNED)
        pieces.append(filled)
        offset += len(filled)
    return layout, b"".join(pieces)


def _compressed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, compresslevel=9, mtime=0)).decode("ascii")


def _policy(script: str, style: str) -> str:
    """Allow the script and the style by their digests, and pictures made by the page; forbid all else."""
    digests = [
        base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") for text in (script, style)
    ]
    rules = (
        "default-src 'none'",
        f"script-src 'sha256-{digests[0]}'",
        f"style-src 'sha256-{digests[1]}'",
        "img-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)
