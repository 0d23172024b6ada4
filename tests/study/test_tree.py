"""Dimensions and indicators that a configuration puts elsewhere in the tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_metrics.errors import ConfigError
from alliance_metrics.index.plan import nominal_scores
from alliance_metrics.study.study import Study, open_study
from tests.small_alliance import CONFIG, write_small_alliance


def study_with(folder: Path, tree: str, weights: str = "") -> Study:
    """Open the made-up alliance with some components moved and only these weights."""
    path = write_small_alliance(folder)
    before, _, rest = CONFIG.partition("[weights]")
    path.write_text(f"{before}[tree]\n{tree}\n[weights]\n{weights}\n[{rest.partition('[')[2]}", encoding="utf-8")
    return open_study(path)


def test_a_moved_dimension_keeps_its_id_and_counts_in_its_new_pillar(tmp_path: Path) -> None:
    """`gain.goods` under `trust`: the pillar is the weighted mean of two dimensions, worked out by hand for 1950."""
    study = study_with(tmp_path, '"gain.goods" = "trust"', '"gain.goods" = 3')
    parts = {one.id: one for one in study.plan.hierarchy.components}
    assert (parts["gain.goods"].parent, parts["trade"].parent) == ("trust", "gain.goods")
    scores = dict(zip(parts, nominal_scores(study.plan)[:, 0], strict=True))
    contact, goods = (1.0 + 2.5 / 4) / 2, 1 / 4  # talks 4 and 4, secrets 3 and 2; trade 1 and 1, of 0 to 4
    assert scores["trust"] == pytest.approx((contact + 3 * goods) / 4)
    assert scores["gain"] == pytest.approx(scores["friends"])


def test_a_moved_indicator_counts_in_its_new_dimension(tmp_path: Path) -> None:
    """`secrets` under `gain.others`, beside `friends`; the codebook of the study says where it stands."""
    study = study_with(tmp_path, 'secrets = "gain.others"')
    parts = {one.id: one.parent for one in study.plan.hierarchy.components}
    assert parts["secrets"] == parts["friends"] == "gain.others"
    row = study.codebook.indicators.set_index("indicator_id").loc["secrets"]
    assert (row["pillar"], row["dimension"]) == ("gain", "others")


def test_without_moves_nothing_changes(tmp_path: Path) -> None:
    """An empty section is no section."""
    assert "dimension_id" not in study_with(tmp_path, "").codebook.indicators.columns


@pytest.mark.parametrize(
    ("tree", "key", "what"),
    [
        ('"gain.good" = "trust"', "tree.gain.good", "nothing of this name can be moved.*'gain.goods'"),
        ('"gain.goods" = "others"', "tree.gain.goods", "not a pillar"),
        ('talks = "gain"', "tree.talks", "not a dimension"),
        ('gain = "trust"', "tree.gain", "nothing of this name can be moved"),
        ('"gain.goods" = "trust"\n"gain.others" = "trust"', "tree.gain", "nothing that counts would be left"),
        ('trade = "gain.others"', "tree.gain.goods", "nothing that counts would be left"),
    ],
)
def test_moves_that_cannot_be_made_are_refused(tmp_path: Path, tree: str, key: str, what: str) -> None:
    """Each with its key and what is allowed."""
    with pytest.raises(ConfigError, match=what) as error:
        study_with(tmp_path, tree)
    assert error.value.faults[0].column == key
