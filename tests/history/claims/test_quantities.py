"""Quantities in the place of components: steps of codings, capability and pressure, each against figures by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alliance_metrics import declare
from alliance_metrics.history.claims import statements
from alliance_metrics.history.claims.analysis import claims_analysis
from alliance_metrics.history.claims.quantities import UnboundError, quantity_series
from alliance_metrics.history.fragility.analysis import fragility_analysis
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from tests.history.capability.test_analysis import CAPABILITIES, COALITIONS
from tests.history.claims.test_analysis import declared
from tests.small_alliance import write_small_alliance

NAN = float("nan")
STEPS = {"kind": "steps", "below": 50}


@pytest.fixture(scope="module")
def alliance(tmp_path_factory: pytest.TempPathFactory) -> DrawnStudy:
    """Give a made-up alliance with one measure of capability and two coalitions."""
    config = write_small_alliance(tmp_path_factory.mktemp("small"))
    folder = config.parent / "data" / "capabilities"
    folder.mkdir()
    (folder / "national_capabilities.csv").write_text(CAPABILITIES, encoding="utf-8", newline="")
    (folder / "coalitions.csv").write_text(COALITIONS, encoding="utf-8", newline="")
    declare(config.parent / "data")
    return draw_study(open_study(config, draws=60))


def none(*_: str) -> tuple[np.ndarray, np.ndarray]:
    """Give no pressure."""
    raise UnboundError("nothing is coded of states")


def capability(alliance: DrawnStudy, **about: object):
    """Give a series of capability."""
    quantity = statements.CapabilityQuantity(kind="capability", measure="steel", **about)
    return quantity_series(alliance, alliance.trajectories[0], quantity, pressure=none)


def test_steps_are_those_of_the_fragility_tables(alliance: DrawnStudy) -> None:
    """Nominal steps and, at the declared weights, the ends of their interval over the same draws."""
    quantity = statements.StepsQuantity(kind="steps", below=50.0)
    found = quantity_series(alliance, alliance.trajectories[0], quantity, pressure=none)
    steps = fragility_analysis(alliance).to_frame("steps")
    table = steps[(steps["target"] == "threshold") & (steps["coders"] == "all")]
    assert found.unit == "steps"
    assert found.nominal.tolist() == table["estimate"].tolist()
    lower, upper = np.quantile(found.draws, [0.05, 0.95], axis=1, method="inverted_cdf")
    assert (lower.tolist(), upper.tolist()) == (table["lower"].tolist(), table["upper"].tolist())


def test_capability_in_percent(alliance: DrawnStudy) -> None:
    """Steel of 6 and 3 in 1950, of a coalition 8; no figure of the second state afterwards."""
    np.testing.assert_allclose(capability(alliance, reading="added").nominal, [50, NAN, NAN, NAN])
    np.testing.assert_allclose(capability(alliance, reading="lead").nominal, [50, NAN, NAN, NAN])
    joint = capability(alliance, reading="ratio", coalition="rivals")
    assert (joint.nominal[0], joint.unit) == (112.5, "percent")
    assert np.ptp(joint.draws[0]) == 0
    assert np.isnan(capability(alliance, reading="ratio", coalition="club").nominal).all()


def test_discounted_capability_takes_the_index_of_the_same_draw(alliance: DrawnStudy) -> None:
    """The weaker state's three count by the index."""
    first = alliance.trajectories[0]
    index = alliance.drawn_of((alliance.index_id,), first)[0][0]
    found = capability(alliance, reading="added", discounted=True).draws[0]
    np.testing.assert_allclose(found, 50 * index, rtol=1e-5)
    found = capability(alliance, reading="ratio", coalition="rivals", discounted=True).draws[0]
    np.testing.assert_allclose(found, 100 * (6 + 3 * index) / 8, rtol=1e-5)


def test_unknown_measures_and_coalitions_are_named(alliance: DrawnStudy) -> None:
    """With the nearest known name."""
    with pytest.raises(UnboundError, match="no coalition 'rival' \\(nearest known: 'rivals'\\)"):
        capability(alliance, reading="ratio", coalition="rival")
    quantity = statements.CapabilityQuantity(kind="capability", measure="steal", reading="added")
    with pytest.raises(UnboundError, match="no measure of capability 'steal' \\(nearest known: 'steel'\\)"):
        quantity_series(alliance, alliance.trajectories[0], quantity, pressure=none)


def test_pressure_is_alike_where_the_two_are_equal(alliance: DrawnStudy) -> None:
    """100 less the difference of greatest and least, in the same draw."""
    values = {"greatest": np.array([0.75, 1.0, 0.5, 0.5]), "least": np.array([0.25, 1.0, 0.25, 0.0])}

    def pressure(indicator: str, combine: str) -> tuple[np.ndarray, np.ndarray]:
        assert indicator == "storm"
        return values[combine], np.repeat(values[combine][:, np.newaxis], 2, axis=1)

    quantity = statements.PressureQuantity(kind="pressure", indicator="storm", reading="alike")
    found = quantity_series(alliance, alliance.trajectories[0], quantity, pressure=pressure)
    assert found.nominal.tolist() == [50, 100, 75, 50]
    assert found.draws[:, 1].tolist() == [50, 100, 75, 50]
    assert (found.name, found.unit) == ("storm (alike)", "points")
    least = quantity.model_copy(update={"reading": "least"})
    assert quantity_series(alliance, alliance.trajectories[0], least, pressure=pressure).nominal[0] == 25


def test_claims_name_quantities(alliance: DrawnStudy) -> None:
    """Of their own, of the other, taken over where only years differ; what the study lacks is listed."""
    capable = {"kind": "capability", "measure": "steel", "reading": "added"}
    result = claims_analysis(
        alliance,
        declared(
            {"kind": "above", "quantity": STEPS, "years": [1950, 1950], "value": 1},
            {"kind": "higher_than", "quantity": STEPS, "years": [1950, 1950], "other": {"years": [1953, 1953]}},
            {"kind": "gap_positive", "quantity": STEPS, "years": [1950, 1950], "other": {"component": "talks"}},
            {
                "kind": "above",
                "quantity": {"kind": "pressure", "indicator": "storm"},
                "years": [1950, 1950],
                "value": 1,
            },
            {"kind": "falls", "quantity": capable, "years": [1950, 1951]},
            {"kind": "higher_than", "quantity": STEPS, "years": [1950, 1950], "other": {}},
        ),
    )
    table = result.to_frame("claims").set_index("id")
    assert list(table.index) == ["c1", "c2", "c5"]
    assert table["measured_in"].tolist() == ["steps", "steps", "percent"]
    assert table.loc["c5", "reason"] == "too few draws give an answer"
    causes = result.to_frame("skipped").set_index("step")["cause"].to_dict()
    assert causes == {
        "claim c3": "steps and points cannot be compared",
        "claim c4": "nothing is coded of states by themselves",
        "claim c6": "it sets a series against itself",
    }


def test_an_index_that_is_not_arithmetic_has_no_steps(tmp_path: Path) -> None:
    """The cause is given in place of a verdict."""
    config = write_small_alliance(tmp_path)
    text = config.read_text(encoding="utf-8").replace(
        'id = "closeness"', 'id = "closeness"\nacross_pillars = "geometric"'
    )
    config.write_text(text, encoding="utf-8")
    drawn = draw_study(open_study(config, draws=20))
    claim = {"kind": "above", "quantity": STEPS, "years": [1950, 1950], "value": 1}
    (cause,) = claims_analysis(drawn, declared(claim)).to_frame("skipped")["cause"]
    assert cause == "steps of codings: the index is not arithmetic"


def test_a_gap_is_set_against_that_of_another_dyad(tmp_path: Path) -> None:
    """`than` may name a dyad and era of its own: by hand, trust and gain of one level everywhere, so no gap differs."""
    from tests.small_eras import write_small_eras

    drawn = draw_study(open_study(write_small_eras(tmp_path)))
    claim = {"kind": "gap_larger", "component": "talks", "years": [1950, 1950], "other": {"component": "trade"}}
    found = claims_analysis(
        drawn, declared({**claim, "than": {"dyad": "AA-DD", "era": "1960-1962", "years": [1960, 1960]}})
    ).to_frame("claims")
    # AA-DD in 1960: talks at level 4, trade at level 3
    assert found.loc[0, "estimate"] == pytest.approx(-25.0)
    assert found.loc[0, "verdict"] == "contradicted"
    assert "talks, AA-DD 1960-1962," in found.loc[0, "answer"]
