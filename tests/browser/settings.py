"""Settings at random, as addresses of the explorer, and what the engine gives at them."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np

from alliance_metrics.errors import SpecError
from alliance_metrics.explorer.reading import Reading, explorer_reading
from alliance_metrics.explorer.setting import setting_from_fragment
from tests.browser.conftest import Made


def fragment_at_random(made: Made, rng: np.random.Generator) -> str:
    """Draw a setting: weights of some components, an aggregation, coders, facets, certainty, what is shown."""
    facts = made.data.facts
    pairs: list[tuple[str, str]] = []
    ids = [one["id"] for one in facts["components"][:-1] if one["role"] == "index"]
    pillars = [one["id"] for one in facts["components"] if one["tier"] == "pillar"]
    chosen = [*pillars, *rng.choice(ids, size=rng.integers(0, 6), replace=False)]
    for name in dict.fromkeys(map(str, chosen)):
        weight = 0 if rng.random() < 0.08 else round(float(rng.uniform(0.1, 3)), 2)
        pairs.append((f"weight.{name}", str(weight)))
    method = str(rng.choice(facts["offered"]))
    pairs.append(("across", method))
    if method == "bedrock":
        pairs += [("gate", str(rng.choice(pillars))), ("strength", str(round(float(rng.random()), 2)))]
    coders = facts["coder_sets"][rng.integers(len(facts["coder_sets"]))]
    pairs.append(("coders", " ".join(facts["coders"][place]["coder"] for place in coders)))
    for column, values in facts["facets"].items():
        value = str(rng.choice(["", "", *values]))
        if value:
            pairs.append((f"only.{column}", value))
    if rng.random() < 0.25:
        pairs.append(("weights", "certain"))
    pairs.append(("show", str(rng.choice(facts["published"]))))
    return urlencode(pairs)


def shown_component(fragment: str) -> str:
    """Say which component a fragment shows."""
    return fragment.rpartition("show=")[2]


def engine_reading(made: Made, fragment: str) -> Reading | None:
    """Give what the engine gives at an address; nothing where the setting leaves nothing to score."""
    try:
        setting = setting_from_fragment(made.study, fragment)
        return explorer_reading(made.study, setting, shipped=made.data.shipped, published=made.data.published)
    except SpecError:
        return None


def shown_digits(made: Made, reading: Reading, component: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Write the scores of one component as the page should: unit and year to score and interval."""
    row = reading.components.index(component)
    found = {}
    for place, unit in enumerate(made.study.panel.units.itertuples(index=False, name=None)):
        estimate, lower, upper = (values[row, place] for values in (reading.estimate, reading.lower, reading.upper))
        known = np.isfinite(estimate)
        span = f"{digits(lower)} to {digits(upper)}" if known else ""
        found[str(unit[0]), str(unit[2])] = (digits(estimate) if known else "none", span)
    return found


def digits(value: float) -> str:
    """Write a score with the one digit that tables show."""
    text = f"{round(float(value), 10):.1f}"
    return text if float(text) else text.lstrip("-")
