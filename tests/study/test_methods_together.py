"""Methods in any combination: scored, or refused by our own error; never anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alliance_metrics as am
from alliance_metrics.errors import AllianceMetricsError
from tests.small_alliance import write_small_alliance

RULES = (
    *('"arithmetic"', '"geometric"', '"harmonic"', '"minimum"', '"copeland"', '"kemeny"', '"mazziotta_pareto"'),
    *('"adjusted_mazziotta_pareto"', '"benefit_of_the_doubt"', '{ method = "power", exponent = -2 }'),
    *('{ method = "power", exponent = 0.5 }', '{ method = "mazziotta_pareto", penalty = "plus" }'),
)
SCALES = (
    *('"goalposts"', '"minmax"', '"zscore"', '"rank"', '"percentile_rank"', '"borda"', '"best"'),
    *('{ method = "target", target = 3 }', '{ method = "reference", unit = "AA-BB", year = 1951 }'),
    *('{ method = "minmax", within = "era" }', '{ method = "zscore", within = "year" }'),
)
CHOICES = {
    "coding.combine": ('"mean"', '"median"', '"model"'),
    "treatment.method": ('"none"', '"carry_forward"', '"linear"', '"median"', '"series_median"', '"multiple"'),
    "treatment.outliers": ('"none"', '"winsorise"', '"transform"'),
    "treatment.logarithm": ('"shifted"', '"shifted_one"', '"directed"', '"box_cox"'),
    "index.availability_min": ("0.0", "0.5", "1.0"),
    "index.normalisation": SCALES,
    "index.weighting": (
        *('"declared"', '"equal_indicators"', '"principal_components"', '"first_component"'),
        *('"entropy"', '"critic"', '"balanced"'),
    ),
    "index.within_dimension": RULES,
    "index.within_pillar": RULES,
    "index.across_pillars": (*RULES, '{ method = "bedrock", pillar = "trust", strength = 0.5 }'),
}


@pytest.fixture(scope="module")
def gappy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with an alliance in which every fourth cell is missing."""
    folder = tmp_path_factory.mktemp("gappy")
    write_small_alliance(folder)
    for coder in ("ann", "bob"):
        path = folder / "data" / "codings" / coder / "AA-BB_1950_1953.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [row for place, row in enumerate(rows) if place % 4 != (coder == "bob")]
        path.write_text(header + "".join(kept), encoding="utf-8")
    am.declare(folder / "data")
    return folder


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({key: st.sampled_from(values) for key, values in CHOICES.items()}))
def test_any_methods_together_give_a_result_or_our_error(gappy: Path, choices: dict[str, str]) -> None:
    """What is scored is saved and read back the same; estimates that are there have intervals that are there."""
    config = gappy / "any.toml"
    sections: dict[str, list[str]] = {"data": ['package = "data/datapackage.json"'], "uncertainty": ["draws = 7"]}
    for key, value in choices.items():
        section, name = key.split(".")
        sections.setdefault(section, []).append(f"{name} = {value}")
    text = "\n".join(f"[{section}]\n" + "\n".join(lines) for section, lines in sections.items())
    config.write_text(f'schema = 1\nname = "any"\n{text}\n', encoding="utf-8")
    try:
        card = am.score(config)
    except AllianceMetricsError:
        return
    known = card.scores["estimate"].notna()
    assert card.scores.loc[known, ["lower", "upper", "median"]].notna().all().all()
    assert am.load_result(card.save(gappy / "result")).equals(card)
