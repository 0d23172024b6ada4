"""Made-up analyses of the past beside the made-up score card: nothing in them is real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alliance_metrics.history.analyses import ANALYSES
from alliance_metrics.results.tables import declared_kinds
from alliance_metrics.results.tidy_result import TidyResult
from tests.report.made_up_result import PILLARS, RECORD, SERIES, pillar_score

Row = dict[str, Any]
ERAS = {"1950-1955": ("AA", "BB", "CC"), "2000-2006": ("AA", "BD", "CC")}
VERDICTS = ("supported", "leaning", "undecided", "leaning against", "contradicted")


def _years() -> list[tuple[Row, float]]:
    """Give every unit and year with a number that is its own."""
    return [
        ({"dyad": name, "era": era, "year": year}, round(pillar_score(unit, year, 0) + 0.015625, 6))
        for unit, (name, era, years, _) in enumerate(SERIES)
        for year in years
    ]


def _span(middle: float, below: float = 3.125, above: float = 4.0625) -> Row:
    return {"estimate": middle, "lower": middle - below, "upper": middle + above, "confidence": 0.9}


def _facets() -> dict[str, list[Row]]:
    scores, gaps = [], []
    for key, value in _years():
        for sides in (("open", "hidden"), ("inner", "outer")):
            about = {**key, "facets": "_".join(sides), "matched": False, "component": "closeness", "drawn": 1.0}
            scores += [{**about, "value": side, **_span(value - 2.5 * k)} for k, side in enumerate(sides)]
            share = {"above": 0.75, "below": 0.25}
            gaps.append({**about, "one": sides[0], "other": sides[1], **_span(value - 40.0), **share})
    return {"facets": scores, "gaps": gaps}


def _turning_points() -> dict[str, list[Row]]:
    breaks, shares, tests = [], [], []
    for unit, (name, era, years, _) in enumerate(SERIES):
        for place, component in enumerate((*PILLARS, "closeness")):
            key = {"dyad": name, "era": era, "component": component}
            date = {"estimate": years[2], "lower": years[1], "upper": years[-1] + 1, "confidence": 0.9}
            beyond = {"lower_beyond_record": False, "upper_beyond_record": place == 0}
            shift = {"shift": -30.5 + 20.25 * place, "chosen": True, "number": 1, "place": 1}
            breaks.append({**key, **date, **beyond, **shift})
            tests.append({**key, "estimate": years[2], "p_value": 0.03125 * (unit + 1), "test_level": 0.05})
            shares += [{**key, "year": year, "share": 0.3125 if year == years[2] else 0.0625} for year in years]
    return {"breaks": breaks, "break_years": shares, "break_tests": tests}


def _comparison() -> dict[str, list[Row]]:
    every, nearest, path = [], [], []
    pairs = ((SERIES[2], SERIES[0]), (SERIES[3], SERIES[1]))
    for (name, era, years, _), (other, other_era, other_years, _) in pairs:
        about = {"dyad": name, "era": era, "lineage": "one", "other": other, "other_era": other_era}
        for place, year in enumerate(years):
            best = other_years[min(place, len(other_years) - 1)]
            path.append({**about, "year": year, "other_year": best, "on_path": True, "matched": 0.8125})
            path.append({**about, "year": year, "other_year": other_years[0], "on_path": False, "matched": 0.1875})
            for space in ("indicators", "pillars"):
                row = {**about, "year": year, "space": space, "indicators": "all"}
                shares = {one: 0.4375 if one == best else 0.1125 for one in other_years}
                every += [{**row, "other_year": one, "probability": share} for one, share in shares.items()]
                noise = {"beyond_noise": place % 2 == 0, "at_edge": False, "confidence": 0.9}
                nearest.append({**row, "other_year": best, "probability": 0.4375, **noise})
    return {"analogues": every, "nearest": nearest, "warping": path}


def _triads() -> dict[str, list[Row]]:
    tilt, sides = [], []
    for era, states in ERAS.items():
        about = {"triad": ", ".join(states), "era": era}
        years = next(span for _, one, span, _ in SERIES if one == era)
        for year in years:
            for place, state in enumerate(states):
                toward, away = (one for one in states if one != state)
                value = round(pillar_score(place, year, 1) - 45.0, 6)
                lean = {"state": state, "toward": toward, "away": away, "above": 0.5, "below": 0.5}
                tilt.append({**about, "year": year, **lean, **_span(value)})
                side = f"{state}-{states[(place + 1) % 3]}"
                sides.append({**about, "year": year, "side": side, **_span(value + 45.0), "weakest": 0.15625 * place})
    return {"tilt": tilt, "sides": sides}


def _capability() -> dict[str, list[Row]]:
    shares, ends, added = [], [], []
    for key, value in _years():
        one, other = key["dyad"].split("-")
        for whole in ("globe", "rivals"):
            about = {**key, "indicator": "ships", "whole": whole}
            middle = round(value / 300.0, 8)
            for side, share in ((one, middle), (other, 0.05), ("joint", middle + 0.05), (whole, 0.4375)):
                if side != "globe":
                    shares.append({**about, "side": side, "estimate": share})
            whole_of = {"alone": middle, "full": middle + 0.05}
            ends += [{**about, "side": side, **whole_of, **_span(middle + 0.03, 0.01, 0.0125)} for side in (one, other)]
            added.append({**about, "strongest": one, **whole_of, "times": 1.5, **_span(0.03, 0.01, 0.0125)})
    return {"shares": shares, "discounted": ends, "added": added}


def _fragility() -> dict[str, list[Row]]:
    return {
        "steps": [
            {**key, "target": "threshold", "bar": 50.0, "coders": who, **_span(float(round(value)) * times, 2.0, 3.0)}
            for key, value in _years()
            for who, times in (("all", 1.0), ("one", 3.0))
        ]
    }


def _claims() -> dict[str, list[Row]]:
    found = []
    for number in range(50):
        name, era, _, _ = SERIES[number % len(SERIES)]
        rest = {"row": f"M{number // 9}", "side": "text" if number < 45 else "rival", "kind": "falls"}
        words = {"id": f"c{number}", "statement": f"Claim {number} holds, says a text", "verdict": VERDICTS[number % 5]}
        surprise = {"surprise": "surprise" if number == 4 else "", "share": 0.015625 * number}
        found.append({"dyad": name, "era": era, **rest, **words, **surprise, **_span(1.0)})
    rows = [{"row": f"M{number}", "text": f"Row {number} of a text", "side": "text"} for number in range(6)]
    return {"claims": found, "rows": rows}


def _validation() -> dict[str, list[Row]]:
    found = []
    for unit, (name, era, _, _) in enumerate(SERIES):
        for place, measure in enumerate(("Letters sent", "Ships seen_off", "Votes")):
            about = {"dyad": name, "era": era, "measure": f"m{place}", "name": measure, "independent": place != 1}
            kind = {"component": "closeness", "tier": "index", "form": "levels", "reading": "leans with"}
            found.append({**about, **kind, **_span(0.25 * place - 0.0625 * unit, 0.125, 0.1875), "reach": 0.53125})
    return {"agreement": found}


def _condition() -> dict[str, list[Row]]:
    found = []
    for name, era in (("all", "all"), *((name, era) for name, era, _, _ in SERIES)):
        for step in range(11):
            about = {"dyad": name, "era": era, "outcome": "talks", "lagged": False, "at": "grid"}
            wide = {"lower_all": 6.25 * step - 40.5, "upper_all": 6.25 * step + 12.75, "mean": 6.25 * step - 24.5}
            row = {"condition": 10.0 * step, "support": step % 4, **_span(6.25 * step - 25.0, 10.5, 11.5), **wide}
            found.append({**about, **row})
    return {"marginal_effects": found}


_TABLES: Mapping[type[TidyResult], Mapping[str, list[Row]]] = {
    "facets": _facets(),
    "turning_points": _turning_points(),
    "comparison": _comparison(),
    "triads": _triads(),
    "capability": _capability(),
    "fragility": _fragility(),
    "claims": _claims(),
    "validation": _validation(),
    "condition": _condition(),
}


def made_up_analyses() -> dict[str, TidyResult]:
    """Give an analysis of each kind; those that no chart draws, and such columns, hold nothing of meaning."""
    return {kind: _result(kind, _TABLES.get(kind, {})) for kind in ANALYSES}


def _result(kind: str, rows: Mapping[str, list[Row]]) -> TidyResult:
    plain = {"str": "", "bool": False, "int64": 0, "float64": 0.0}
    tables = {}
    for name, table in declared_kinds()[kind].tables.items():
        blank = {column: plain.get(dtype) for column, dtype in table.dtypes("dyad").items()}
        tables[name] = [{**blank, **row} for row in rows.get(name, [])]
    return TidyResult(tables, key="dyad", record=RECORD, kind=kind)
