"""An indicator of which less is better is turned round in its score, and in its levels stays what was coded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import alliance_metrics as am


@pytest.mark.slow
def test_direction_turns_scores_and_leaves_levels(small: Path) -> None:
    """With direction -1 the score is 100 less what it was, the level and its interval are the same."""
    before = am.score(small, draws=400)
    data = small.parent / "data"
    table = data / "codebook" / "indicators.csv"
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    turned = [f"{row},{-1 if row.startswith('talks') else 1}" for row in rows]
    table.write_text("\n".join([f"{header},direction", *turned]) + "\n", encoding="utf-8")
    descriptor = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        if resource["name"] == "indicators":
            resource["schema"]["fields"].append({"name": "direction", "type": "integer"})
    (data / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    am.declare(data)
    after = am.score(small, draws=400)
    one, other = (card.scores.query("component == 'talks'") for card in (before, after))
    np.testing.assert_allclose(other["estimate"], 100 - one["estimate"])
    np.testing.assert_allclose(other["lower"], 100 - one["upper"])
    one, other = (card.to_frame("levels").query("indicator_id == 'talks'") for card in (before, after))
    for name in ("estimate", "lower", "upper", "nearest"):
        np.testing.assert_allclose(other[name], one[name], atol=1e-9)
