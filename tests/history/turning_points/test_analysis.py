"""When trajectories turned, in which order, how strong the gate is: tables agree with one another and the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_metrics.history.turning_points import break_tables, strength_tables
from alliance_metrics.history.turning_points.analysis import order_text, turning_points_analysis
from alliance_metrics.history.turning_points.bedrock_strength import fit_strength
from alliance_metrics.history.turning_points.strength_tables import gated_pillars, strength_by_coders
from alliance_metrics.index.rescaling import SCALE
from alliance_metrics.results.collected import Skipped
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.drawn_study import DrawnStudy, draw_study
from alliance_metrics.study.study import open_study
from alliance_metrics.uncertainty import workers
from tests.small_record import open_variant

pytestmark = pytest.mark.slow

READ = ["dyad", "era", "turn", "reading"]


@pytest.fixture(scope="module", autouse=True)
def _few_simulations() -> Iterator[None]:
    """Simulate fewer series behind p-values and powers than an analysis does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(break_tables, "_REPLICATES", 499)
        patch.setattr(strength_tables, "_STUDIED", 20)
        yield


@pytest.fixture(scope="module")
def drawn(record: Path) -> DrawnStudy:
    """Give two trajectories of the made-up record, one that falls and one that rises, with few draws."""
    whole = draw_study(open_study(record, draws=40))
    return replace(whole, trajectories=(whole.trajectories[0], whole.trajectories[3]))


@pytest.fixture(scope="module")
def result(drawn: DrawnStudy) -> TidyResult:
    """Give their turning points."""
    return turning_points_analysis(drawn)


def changed(drawn: DrawnStudy, scores: dict[str, np.ndarray], noise: float = 0.0) -> DrawnStudy:
    """Keep the first trajectory and put other scores, and draws about them, in place of those of some components."""
    first, nominal, draws = drawn.trajectories[0], drawn.nominal.copy(), drawn.draws.scores.copy()
    rng = np.random.default_rng(11)
    for name, series in scores.items():
        nominal[drawn.place(name), first.rows] = series
        spread = noise * rng.standard_normal((len(series), drawn.n_draws))
        draws[drawn.place(name), first.rows] = np.clip(series[:, np.newaxis] + spread, 0, 1)
    return replace(drawn, nominal=nominal, draws=replace(drawn.draws, scores=draws), trajectories=(first,))


def planted(drawn: DrawnStudy, years: tuple[int, ...]) -> DrawnStudy:
    """Let each pillar fall by 0.6 in a year of its own, amid independent noise of 0.04; no gate is looked for."""
    calendar, rng = drawn.trajectories[0].years, np.random.default_rng(12)
    scores = {
        name: 0.8 - 0.6 * (calendar >= year) + 0.04 * rng.standard_normal(len(calendar))
        for name, year in zip(drawn.pillars, years, strict=True)
    }
    return changed(
        with_analysis(drawn, gate=None), {**scores, drawn.index_id: sum(scores.values()) / len(scores)}, noise=0.03
    )


@pytest.fixture(scope="module")
def fallen(drawn: DrawnStudy) -> TidyResult:
    """Give the turning points of pillars that fall in 1955, 1959 and 1963."""
    return turning_points_analysis(planted(drawn, (1955, 1959, 1963)))


def test_every_trajectory_and_component_has_its_rows(result: TidyResult) -> None:
    """Two trajectories, four components, three pillars, two turns by two readings, lags 0 to 3 of six ordered pairs."""
    sizes = {name: len(result.to_frame(name)) for name in result.names}
    assert sizes["break_tests"] == 2 * 4
    assert sizes["break_years"] == 4 * (21 + 21)
    assert sizes["order"] == 2 * 3 * 4
    assert sizes["order_places"] == 2 * 3 * 3 * 4
    assert sizes["before"] == 2 * 6 * 4
    assert sizes["leads"] == 2 * 6 * 4
    assert sizes["lead_findings"] == 2 * 3
    assert sizes["prediction"] == 2 * 3
    assert sizes["strength"] == 2
    assert sizes["skipped"] == 0


def test_single_breaks_are_those_of_trying_every_split(drawn: DrawnStudy, result: TidyResult) -> None:
    """Year, means and shift in points of the nominal scores, by a slow search over splits of 15% and more."""
    breaks = result.to_frame("breaks").query("number == 1")
    for one in drawn.trajectories:
        own = breaks[(breaks["dyad"] == one.unit) & (breaks["era"] == one.era)].set_index("component")
        least = int(0.15 * len(one.years))
        for name in (*drawn.pillars, drawn.index_id):
            y = SCALE * drawn.nominal_of((name,), one)[0]
            splits = range(least, len(y) - least + 1)
            best = min(splits, key=lambda s: y[:s].var() * s + y[s:].var() * (len(y) - s))
            row = own.loc[name]
            assert row["estimate"] == one.years[best]
            assert row["mean_before"] == pytest.approx(y[:best].mean())
            assert row["shift"] == pytest.approx(y[best:].mean() - y[:best].mean())


def test_breaks_lie_within_their_intervals(result: TidyResult) -> None:
    """The year found between its ends, by both kinds of interval in order, and in their order in time."""
    breaks = result.to_frame("breaks")
    assert (breaks["lower"] <= breaks["estimate"]).all()
    assert (breaks["estimate"] <= breaks["upper"]).all()
    assert (breaks["drawn_lower"] <= breaks["drawn_median"]).all()
    assert (breaks["drawn_median"] <= breaks["drawn_upper"]).all()
    for _, group in breaks.groupby(["dyad", "era", "component", "number"]):
        assert all(one < other for one, other in pairwise(group["estimate"]))


def test_tests_and_dates_speak_of_the_same_break(result: TidyResult) -> None:
    """The year with the greatest F is the best single break, and its shift the same."""
    keys = ["dyad", "era", "component"]
    both = result.to_frame("break_tests").merge(result.to_frame("breaks").query("number == 1"), on=keys)
    assert (both["estimate_x"] == both["estimate_y"]).all()
    assert both["shift_x"].to_numpy() == pytest.approx(both["shift_y"].to_numpy())


def test_shares_of_draws_sum_to_one(result: TidyResult) -> None:
    """Years of the single break, numbers of breaks, orders; who was first, with no turn at all."""
    for table, keys in (
        ("break_years", ["dyad", "era", "component"]),
        ("break_numbers", ["dyad", "era", "component"]),
        ("orders", READ),
    ):
        sums = result.to_frame(table).groupby(keys)["share"].sum()
        assert sums.to_numpy() == pytest.approx(1.0), table
    none = result.to_frame("orders").query("order.str.startswith('(never')", engine="python")
    first = result.to_frame("order").groupby(READ)["first"].sum()
    assert (first + none.set_index(READ)["share"].reindex(first.index).fillna(0)).to_numpy() == pytest.approx(1.0)


def test_places_and_years_of_an_order_agree(result: TidyResult) -> None:
    """Alone and shared make the share of first places; places and never make one."""
    order = result.to_frame("order").set_index([*READ, "component"])
    places = result.to_frame("order_places")
    first = places[places["place"] == 1].set_index([*READ, "component"])["share"]
    assert (order["first_alone"] + order["first_shared"]).to_numpy() == pytest.approx(first.reindex(order.index))
    every = places.groupby([*READ, "component"])["share"].sum().reindex(order.index)
    assert (every + order["never"]).to_numpy() == pytest.approx(1.0)


def test_of_two_parts_one_at_most_is_before_the_other(result: TidyResult) -> None:
    """Both shares with ties make one, so they never exceed it; years between are the same with the sign turned."""
    before = result.to_frame("before").set_index([*READ, "component", "other"])
    turned = before.reset_index().rename(columns={"component": "other", "other": "component"})
    turned = turned.set_index([*READ, "component", "other"]).reindex(before.index)
    assert (before["share"] + turned["share"] <= 1.0 + 1e-9).all()
    assert (before["estimate"].dropna() == -turned["estimate"].dropna()).all()


def test_leads_of_the_same_year_are_the_same_both_ways(result: TidyResult) -> None:
    """At lag 0 the correlation is that of changes of nominal scores; findings take the greatest other lag."""
    leads = result.to_frame("leads")
    level = leads[leads["lag"] == 0].groupby(["dyad", "era"])["estimate"].agg(lambda values: values.round(9).nunique())
    assert (level == 3).all()
    found = result.to_frame("lead_findings")
    greatest = leads[leads["lag"] > 0].assign(size=lambda frame: frame["estimate"].abs())
    for row in found.to_dict("records"):
        pair = {row["component"], row["other"]}
        own = greatest[
            (greatest["dyad"] == row["dyad"]) & greatest["component"].isin(pair) & greatest["other"].isin(pair)
        ]
        assert abs(row["estimate"]) == pytest.approx(own["size"].max())


def test_correlations_of_a_lead_are_those_of_changes(drawn: DrawnStudy, result: TidyResult) -> None:
    """Correlation of one pillar's changes with another's two years later, by numpy."""
    one, first, second = drawn.trajectories[0], *drawn.pillars[:2]
    early, late = np.diff(drawn.nominal_of((first, second), one), axis=1)
    row = result.to_frame("leads").query("dyad == @one.unit and component == @first and other == @second and lag == 2")
    assert row["estimate"].item() == pytest.approx(np.corrcoef(early[:-2], late[2:])[0, 1])


@pytest.mark.parametrize("table", ["break_tests", "order_tests", "lead_findings", "prediction", "strength_tests"])
def test_adjusted_chances_are_never_smaller(result: TidyResult, table: str) -> None:
    """Allowing for the number of tests makes no test surer."""
    frame = result.to_frame(table).dropna(subset=["p_value"])
    assert (frame["p_adjusted"] >= frame["p_value"] - 1e-12).all()


def test_falls_that_were_put_there_are_dated_and_shown(drawn: DrawnStudy, fallen: TidyResult) -> None:
    """Falls of fifteen deviations in 1955, 1959 and 1963 have their year, a small chance, and all the draws."""
    tests = fallen.to_frame("break_tests").set_index("component").loc[list(drawn.pillars)]
    assert tests["estimate"].tolist() == [1955, 1959, 1963]
    assert (tests["p_value"] <= 0.05).all()
    assert (tests["left_by_break"] < 0.1 * tests["left_by_line"]).all()
    shares = fallen.to_frame("break_years").set_index(["component", "year"])["share"]
    assert [shares[name, year] for name, year in zip(drawn.pillars, (1955, 1959, 1963), strict=True)] == [1.0] * 3


def test_the_order_that_was_put_there_is_found(drawn: DrawnStudy, fallen: TidyResult) -> None:
    """First, second and third by the break in every draw, and not by chance; no pillar rose."""
    places = fallen.to_frame("order_places").query("turn == 'fall' and reading == 'break' and share == 1")
    assert places["component"].tolist() == list(drawn.pillars)
    assert places["place"].tolist() == [1, 2, 3]
    p_value = fallen.to_frame("order_tests").query("turn == 'fall' and reading == 'break'")
    assert p_value["first"].item() == drawn.pillars[0]
    assert p_value["lead"].item() == 4
    assert p_value["p_value"].item() <= 0.05
    assert fallen.to_frame("order").query("turn == 'rise' and reading == 'break'")["never"].tolist() == [1.0] * 3


@pytest.mark.slow
def test_another_order_comes_out_otherwise(drawn: DrawnStudy) -> None:
    """With the last pillar falling first, it is first."""
    found = turning_points_analysis(planted(drawn, (1963, 1959, 1955)))
    order = found.to_frame("order").query("turn == 'fall' and reading == 'break'").set_index("component")
    assert order["first_alone"].tolist() == [0.0, 0.0, 1.0]


@pytest.mark.slow
def test_falls_turned_upside_down_are_rises(drawn: DrawnStudy, fallen: TidyResult) -> None:
    """The order of the rises of one less the scores is the order of the falls."""
    study = planted(drawn, (1955, 1959, 1963))
    upside = replace(
        study, nominal=1.0 - study.nominal, draws=replace(study.draws, scores=np.float32(1) - study.draws.scores)
    )
    rises = turning_points_analysis(upside).to_frame("order").query("turn == 'rise'")
    falls = fallen.to_frame("order").query("turn == 'fall'")
    assert rises["estimate"].tolist() == falls["estimate"].tolist()
    assert rises["first_alone"].to_numpy() == pytest.approx(falls["first_alone"].to_numpy(), abs=0.01)


@pytest.mark.slow
def test_a_gate_that_was_put_there_has_its_strength(drawn: DrawnStudy) -> None:
    """Two pillars that count as far as the first lets them, by 0.6: the interval holds it, chance does not make it."""
    gate = np.clip(0.5 + 0.35 * np.sin(np.arange(21) * 1.7), 0, 1)
    opened = 1 - 0.6 + 0.6 * gate
    scores = dict(zip(drawn.pillars, (gate, 0.9 * opened, 0.7 * opened), strict=True))
    found = turning_points_analysis(changed(drawn, scores, noise=0.02))
    row = found.to_frame("strength").iloc[0]
    assert row["lower"] <= 0.6 <= row["upper"]
    assert row["estimate"] == pytest.approx(0.6, abs=0.01)
    assert found.to_frame("strength_scales")["estimate"].tolist() == pytest.approx([0.9, 0.7], abs=0.02)
    assert found.to_frame("strength_tests")["p_value"].item() <= 0.05


def test_strengths_by_coders_are_those_of_studies_of_one_coder(drawn: DrawnStudy, record: Path) -> None:
    """Gate from one coder, the others from another: the fit to two studies of one coder each."""
    one, *_ = drawn.trajectories
    gate = drawn.pillars[0]
    table = pd.DataFrame(strength_by_coders(drawn, gate, skipped=Skipped())).set_index(
        ["dyad", "gate_coder", "gated_coder"]
    )
    alone = [draw_study(open_variant(record, name, draws=1)) for name in ("ann", "bob")]
    gates, gated = (
        study.nominal_of(names, one) for study, names in zip(alone, ((gate,), gated_pillars(drawn, gate)), strict=True)
    )
    expected, share = fit_strength(gates[0], gated)
    row = table.loc[(one.unit, *alone[0].study.panel.coders, *alone[1].study.panel.coders)]
    assert row["estimate"] == pytest.approx(float(expected))
    assert row["share"] == pytest.approx(float(share))


def test_a_gate_does_not_gate_the_pillar_it_belongs_to(drawn: DrawnStudy) -> None:
    """A dimension gates all pillars but its own; the index gates none."""
    first, *others = drawn.pillars
    dimension = next(one.id for one in drawn.study.plan.hierarchy.components if one.parent == first)
    assert gated_pillars(drawn, first) == tuple(others)
    assert gated_pillars(drawn, dimension) == tuple(others)
    assert gated_pillars(drawn, drawn.index_id) == drawn.pillars


@pytest.mark.slow
def test_the_number_of_processes_changes_nothing(drawn: DrawnStudy, result: TidyResult, monkeypatch) -> None:
    """One process gives the same bytes as several."""
    monkeypatch.setattr(workers, "processors", lambda: 1)
    assert turning_points_analysis(drawn).equals(result)


def test_what_is_saved_is_what_is_read(result: TidyResult, tmp_path: Path) -> None:
    """Every table comes back as it was."""
    result.save(tmp_path / "turning_points")
    assert TidyResult.load(tmp_path / "turning_points").equals(result)


def test_missing_years_and_pillars_are_reported(drawn: DrawnStudy) -> None:
    """A pillar without scores is left out of the order; one that lacks 1950 shortens it; the index is read whole."""
    first, gone, short = drawn.trajectories[0], *drawn.pillars[1:]
    study = changed(
        with_analysis(drawn, gate=None), {gone: np.full(21, np.nan), short: np.r_[np.nan, np.linspace(0.9, 0.1, 20)]}
    )
    found = turning_points_analysis(study)
    missed = found.to_frame("skipped")
    assert (f"{first.name}: order and leads", f"{gone} has no scores") in set(zip(*missed.to_numpy().T, strict=True))
    assert missed["cause"].str.startswith("read in 1951-1970 alone").any()
    assert set(found.to_frame("order")["component"]) == {drawn.pillars[0], short}
    assert (found.to_frame("break_tests").set_index("component")["n_years"] == 21).loc[drawn.index_id]
    assert gone not in set(found.to_frame("breaks")["component"])


def test_series_that_do_not_vary_are_reported(drawn: DrawnStudy) -> None:
    """A flat pillar has no break to test, and the cause is put down."""
    flat = drawn.pillars[0]
    found = turning_points_analysis(changed(with_analysis(drawn, gate=None), {flat: np.full(21, 0.5)}))
    missed = found.to_frame("skipped")
    assert missed["step"].str.contains(f"breaks of {flat}, test").any()
    assert flat not in set(found.to_frame("break_tests")["component"])


def with_analysis(drawn: DrawnStudy, **changes: object) -> DrawnStudy:
    """Ask something else of the past."""
    config = drawn.study.config
    analysis = config.analysis.model_copy(update=changes)
    study = replace(drawn.study, config=config.model_copy(update={"analysis": analysis}))
    return replace(drawn, study=study, trajectories=drawn.trajectories[:1])


@pytest.mark.slow
def test_a_gate_that_is_not_there_is_reported(drawn: DrawnStudy) -> None:
    """An unknown gate is named with the nearest known component; without one none is asked for."""
    found = turning_points_analysis(with_analysis(drawn, gate="creeed"))
    assert found.to_frame("skipped")["cause"].tolist() == [drawn.absence("creeed")]
    assert found.to_frame("strength").empty
    assert not found.to_frame("not_identified")["subject"].str.startswith("strength").any()
    without = turning_points_analysis(with_analysis(drawn, gate=None))
    assert without.to_frame("skipped")["step"].tolist() == ["strength of the gate"]


@pytest.mark.slow
def test_breaks_are_looked_for_as_the_configuration_says(drawn: DrawnStudy) -> None:
    """Broken trends, segments of five years and one break at most."""
    asked = drawn.study.config.analysis.breaks.model_copy(
        update={"trend": True, "maximum_breaks": 1, "minimum_segment": 0.24}
    )
    found = turning_points_analysis(with_analysis(drawn, breaks=asked, gate=None))
    assert found.to_frame("breaks")["number"].max() == 1
    assert found.to_frame("break_numbers")["number"].max() == 1
    years = found.to_frame("break_years").query("share > 0")["year"]
    assert years.between(1955, 1966).all()


@pytest.mark.slow
def test_one_coder_has_no_other(record: Path) -> None:
    """Where there is one coder, strengths by coders are not done, and the reason is told."""
    alone = draw_study(open_variant(record, "ann", draws=20))
    found = turning_points_analysis(replace(alone, trajectories=alone.trajectories[:1]))
    assert found.to_frame("strength_coders").empty
    assert found.to_frame("skipped")["cause"].tolist() == ["there is one coder"]


def test_four_years_of_another_alliance_are_enough_for_breaks_alone(small: Path) -> None:
    """Two pillars, four years: breaks and order are read, leads and predictions are not, and no gate is named."""
    found = turning_points_analysis(draw_study(open_study(small)))
    assert set(found.to_frame("breaks")["component"]) == {"trust", "gain", "closeness"}
    assert found.to_frame("break_tests")["estimate"].tolist() == [1952, 1952, 1952]
    assert found.to_frame("leads").empty
    steps = found.to_frame("skipped")["step"].tolist()
    expected = ["strength of the gate", "AA-BB 1950-1953: lead of trust and gain", "AA-BB 1950-1953: prediction"]
    assert steps == expected


@pytest.mark.parametrize(
    ("ranks", "text"),
    [
        ((1, 2, 3), "a < b < c"),
        ((2, 1, 1), "b = c < a"),
        ((0, 1, 0), "b (never: a, c)"),
        ((0, 0, 0), "(never: a, b, c)"),
    ],
)
def test_orders_are_written_down(ranks: tuple[int, ...], text: str) -> None:
    """Earlier before later, ties with one sign, those that never turned last."""
    assert order_text(np.array(ranks), ("a", "b", "c")) == text
