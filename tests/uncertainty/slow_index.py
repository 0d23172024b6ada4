"""The whole index of one draw, rebuilt in plain loops from what holds in that draw; and made-up panels to try it on."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from alliance_metrics.coding.panel import IndicatorPanel
from alliance_metrics.index.methods import Bedrock, PowerMean
from alliance_metrics.index.plan import IndexPlan, plan_index
from alliance_metrics.index.specification import IndexSpec
from alliance_metrics.uncertainty.coder_draws import PIECE
from alliance_metrics.uncertainty.realisation import Realisation, realise_piece
from tests.oracles import weighted_geometric_mean, weighted_mean

TREE = (
    ("talks", "trust", "contact", "index", 1, 0, 4),
    ("visits", "trust", "contact", "index", 1, 0, 4),
    ("noise", "trust", "contact", "index", 1, 0, 4),  # weight zero
    ("secrets", "trust", "depth", "index", 1, 0, 4),  # alone in its dimension
    ("belief", "trust", "contact", "diagnostic", 1, 0, 4),
    ("trade", "gain", "goods", "index", 1, 1, 6),
    ("debts", "gain", "goods", "index", -1, 0, 4),
    ("oath", "law", "treaty", "index", 1, 0, 2),  # alone in its pillar
)
UNITS = (
    *(("A-B", "one", year) for year in range(1950, 1954)),
    *(("A-B", "two", year) for year in range(1954, 1957)),
    *(("A-C", "one", year) for year in range(1950, 1953)),
)
WEIGHTS = {"trust": 2, "gain": 3, "talks": 2, "noise": 0}
LEVEL_OF = {"dimension": "within_dimension", "pillar": "within_pillar", "index": "across_pillars"}


def toy_plan(*, missing: tuple[tuple[int, str], ...] = (), coders: str = "uvw", **spec: Any) -> IndexPlan:
    """Bind a made-up panel of ten units and eight indicators; cells named by place of unit and indicator are empty."""
    rng, rows = np.random.default_rng(20), []
    for place, (dyad, era, year) in enumerate(UNITS):
        for name, *_, low, high in TREE:
            for coder in coders:
                score = int(rng.integers(low, high + 1))
                ends = max(low, score - 1), min(high, score + 1)
                if (place, name) not in missing:
                    rows.append((dyad, era, year, name, coder, score, *ends))
    frame = pd.DataFrame(rows, columns=["dyad", "era", "year", "indicator_id", "coder", "score", "low", "high"])
    units = pd.DataFrame(UNITS, columns=["dyad", "era", "year"])
    names = ["indicator_id", "pillar", "dimension", "role", "direction", "low", "high"]
    tree = pd.DataFrame(TREE, columns=names)
    panel = IndicatorPanel.from_frame(frame, units=units, coders=list(coders))
    return plan_index(panel, IndexSpec(tree, **{"weights": WEIGHTS, **spec}))


def plain_plan(scores: dict[str, tuple[float, ...]], *, weights: dict[str, float] | None = None, **spec: Any) -> Any:
    """Bind one dyad, one coder, and indicators of 0 to 4 that are each alone in a pillar ``P_...``; NaN is missing."""
    rows = [
        ("A-B", "era", 1950 + place, name, "c", value, value, value)
        for name, values in scores.items()
        for place, value in enumerate(values)
        if not math.isnan(value)
    ]
    frame = pd.DataFrame(rows, columns=["dyad", "era", "year", "indicator_id", "coder", "score", "low", "high"])
    count = len(next(iter(scores.values())))
    units = pd.DataFrame({"dyad": "A-B", "era": "era", "year": range(1950, 1950 + count)})
    tree = pd.DataFrame({"indicator_id": list(scores), "dimension": "d", "low": 0, "high": 4})
    tree["pillar"] = ["P_" + name for name in scores]
    return plan_index(IndicatorPanel.from_frame(frame, units=units), IndexSpec(tree, weights=weights or {}, **spec))


def slow_scores(
    plan: IndexPlan, inputs: tuple[Any, ...], realisation: Realisation, levels: np.ndarray, draw: int
) -> list[list[float]]:
    """Score every component (outer) in every unit (inner) in one draw, one number at a time."""
    spec = plan.spec
    for entry in inputs:
        if entry.name in realisation.choices:
            field = entry.level if entry.input == "aggregation" else entry.input
            spec = replace(spec, **{field: entry.choices[int(realisation.choices[entry.name][draw])]})
    column = draw if levels.shape[2] > 1 else 0
    table = [[float(value) for value in row] for row in levels[:, :, column].T]
    units = list(plan.panel.units.itertuples(index=False, name=None))
    ends = list(zip(plan.combination.low.tolist(), plan.combination.high.tolist(), strict=True))
    if realisation.goalposts is not None:
        table = _moved(table, units, ends, realisation.goalposts[:, :, draw].tolist())
    filled = _filled(table, units, spec.treatment)
    directions = spec.indicators["direction"].tolist() if "direction" in spec.indicators else [1] * len(ends)
    scores = [
        _normalised([row[i] for row in filled], units, spec.normalisation, ends[i], directions[i])
        for i in range(len(ends))
    ]
    return _aggregated(plan, spec, realisation, scores, draw)


def _moved(table: Any, units: Any, ends: Any, shifts: Any) -> list[list[float]]:
    eras = list(dict.fromkeys(unit[1] for unit in units))
    moved = []
    for row, unit in zip(table, units, strict=True):
        down, up = shifts[eras.index(unit[1])]
        values = []
        for value, (low, high) in zip(row, ends, strict=True):
            share = (value - (low + down)) / ((high + up) - (low + down))
            values.append(low + (high - low) * (share if math.isnan(share) else min(max(share, 0.0), 1.0)))
        moved.append(values)
    return moved


def _filled(table: Any, units: Any, treatment: Any) -> list[list[float]]:
    filled = [list(row) for row in table]
    for place, unit in enumerate(units):
        for column in range(len(table[0])):
            if not math.isnan(table[place][column]) or treatment.method == "none":
                continue
            coded = [(other[2], row[column]) for other, row in zip(units, table, strict=True) if other[:2] == unit[:2]]
            coded = [(year, value) for year, value in coded if not math.isnan(value)]
            before = [pair for pair in coded if 0 < unit[2] - pair[0] <= treatment.max_age]
            after = [pair for pair in coded if 0 < pair[0] - unit[2] <= treatment.max_age]
            if treatment.method == "carry_forward" and before:
                filled[place][column] = max(before)[1]
            elif treatment.method == "linear" and before and after:
                (first, low), (last, high) = max(before), min(after)
                filled[place][column] = low + (high - low) * (unit[2] - first) / (last - first)
            elif treatment.method == "series_median" and coded:
                filled[place][column] = float(np.median([value for _, value in coded]))
            elif treatment.method == "balanced" and before + after:
                nearest = min(before + after, key=lambda pair: (abs(pair[0] - unit[2]), pair[0]))
                filled[place][column] = nearest[1]
    return _without_gaps(filled, units) if treatment.method == "balanced" else filled


def _without_gaps(filled: list[list[float]], units: Any) -> list[list[float]]:
    whole = {
        (unit[:2], column): not any(
            math.isnan(row[column]) for row, other in zip(filled, units, strict=True) if other[:2] == unit[:2]
        )
        for unit in units
        for column in range(len(filled[0]))
    }
    return [
        [value if whole[unit[:2], column] else math.nan for column, value in enumerate(row)]
        for row, unit in zip(filled, units, strict=True)
    ]


def _normalised(values: list[float], units: Any, choice: Any, ends: Any, direction: int) -> list[float]:
    found = []
    for value, unit in zip(values, units, strict=True):
        key = {"panel": lambda _: 0, "era": lambda other: other[1], "year": lambda other: other[2]}[choice.within]
        alike = [other for other, one in zip(values, units, strict=True) if key(one) == key(unit)]
        peers = [direction * other for other in alike if not math.isnan(other)]
        found.append(math.nan if math.isnan(value) else _place(direction * value, peers, choice, ends, direction))
    return found


def _place(own: float, peers: list[float], choice: Any, ends: Any, direction: int) -> float:
    low, high = min(peers), max(peers)
    if choice.method == "goalposts":
        worse, better = ends if direction > 0 else (-ends[1], -ends[0])
        return (own - worse) / (better - worse)
    if choice.method == "minmax":
        return 0.5 if high == low else (own - low) / (high - low)
    if choice.method == "percentile_rank":
        return 0.5 if len(peers) == 1 else sum(other < own for other in peers) / (len(peers) - 1)
    if choice.method == "target":
        way = direction * choice.target - low
        return 1.0 if way <= 0 else min(1.0, (own - low) / way)
    mean = math.fsum(peers) / len(peers)
    spread = 0.0 if high == low else math.sqrt(math.fsum((other - mean) ** 2 for other in peers) / (len(peers) - 1))
    distance = (own - mean) / spread if spread else 0.0
    return min(max((choice.centre + choice.deviation * distance) / 100, 0.0), 1.0)


def _aggregated(plan: Any, spec: Any, realisation: Realisation, scores: list[list[float]], draw: int) -> Any:
    parts, n_units = plan.hierarchy.components, len(scores[0])
    out = {(tier, int(which[draw])) for tier, which in realisation.left_out.items()}
    found = [*scores, *([math.nan] * n_units for _ in parts[len(scores) :])]
    there = [[float(not math.isnan(value)) for value in row] for row in found]
    usable = [[value > 0 for value in row] for row in there]
    for node in plan.hierarchy.nodes:
        declared, children = plan.weights[node].tolist(), parts[node].children
        weights = [float(w) for w in realisation.weights[node][draw]] if node in realisation.weights else declared
        weights = _without(plan, node, weights, out)
        rule = getattr(spec, LEVEL_OF[parts[node].tier])
        for unit in range(n_units):
            shares = [w * usable[child][unit] for w, child in zip(declared, children, strict=True)]
            there[node][unit] = sum(s * there[child][unit] for s, child in zip(shares, children, strict=True))
            usable[node][unit] = there[node][unit] >= spec.availability_min - 1e-9 and sum(shares) > 0
            below = [found[child][unit] for child in children]
            gate = [parts[child].id for child in children].index(rule.pillar) if isinstance(rule, Bedrock) else None
            if gate is not None and not usable[children[gate]][unit]:
                usable[node][unit] = False
            if usable[node][unit]:
                found[node][unit] = _reduced(
                    rule, below, weights, gate, _parameter(rule, parts[node], realisation, draw)
                )
    return found


def _parameter(rule: Any, component: Any, realisation: Realisation, draw: int) -> float:
    if isinstance(rule, Bedrock):
        return rule.strength if realisation.strength is None else float(realisation.strength[draw])
    if isinstance(rule, PowerMean):
        drawn = realisation.exponents.get(component.tier)
        return rule.exponent if drawn is None else float(drawn[draw])
    return math.nan


def _without(plan: Any, node: int, weights: list[float], out: set[tuple[str, int]]) -> list[float]:
    """Set the weight of what is left out to zero; candidates are listed here anew: all that leave their pillar full."""
    for tier, which in out:
        if which < 0:
            continue
        name = left_out_candidates(plan, tier)[which]
        for place, child in enumerate(plan.hierarchy.components[node].children):
            if plan.hierarchy.components[child].id == name:
                weights = [0.0 if other == place else weight for other, weight in enumerate(weights)]
    total = math.fsum(weights)
    return [weight / total for weight in weights] if total else weights


def left_out_candidates(plan: Any, tier: str) -> list[str]:
    """Name what takes no weight any more when each indicator or dimension is left out, by hand for the toy tree."""
    assert {row[0] for row in TREE} >= set(plan.panel.indicators)
    by_hand = {
        "indicator": ["talks", "visits", "trust.depth", "trade", "debts"],
        "dimension": ["trust.contact", "trust.depth"],
    }
    return by_hand[tier]


def _reduced(rule: Any, below: list[float], weights: list[float], gate: int | None, parameter: float) -> float:
    if gate is not None:
        passed = 1.0 - parameter + parameter * below[gate]
        gated = [value if place == gate else value * passed for place, value in enumerate(below)]
        return weighted_mean(gated, weights)
    if rule.method in {"arithmetic", "geometric"}:
        return {"arithmetic": weighted_mean, "geometric": weighted_geometric_mean}[rule.method](below, weights)
    counted = [(v, w) for v, w in zip(below, weights, strict=True) if w > 0 and not math.isnan(v)]
    if not counted:
        return math.nan
    if rule.method == "minimum":
        return min(value for value, _ in counted)
    exponent = -1.0 if rule.method == "harmonic" else parameter
    if exponent <= 0 and any(value == 0 for value, _ in counted):
        return 0.0
    total = math.fsum(weight for _, weight in counted)
    return (math.fsum(w * v**exponent for v, w in counted) / total) ** (1 / exponent)


def realise(plan, uncertainty):
    """Put all pieces of a run's draws together."""
    parts = [realise_piece(plan, uncertainty, number) for number in range(-(-uncertainty.draws // PIECE))]
    first = parts[0]

    def along(name, axis):
        return None if getattr(first, name) is None else np.concatenate([getattr(p, name) for p in parts], axis=axis)

    def tables(name):
        return {key: np.concatenate([getattr(p, name)[key] for p in parts]) for key in getattr(first, name)}

    arrays = {name: along(name, -1) for name in ("multiples", "strength", "goalposts")}
    named = {name: tables(name) for name in ("weights", "choices", "exponents", "left_out")}
    return Realisation(uncertainty.draws, **arrays, **named)
