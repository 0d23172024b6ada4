"""The ten steps of the Handbook, each with what was done, a finding made of figures, and a flag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliance_metrics.coding.evidence import rests_on
from alliance_metrics.errors import listed
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.study.contents import grades_of
from alliance_metrics.study.study import Study

HOLDS, WEAK, ABSENT = "holds", "weak", "not done"
TENTATIVE = 0.667
_MOST_SKEWED, _MOST_PEAKED = 2.0, 3.5
_ROBUST_SHIFT = 0.05

Row = dict[str, str | float]
#: What was done, the finding, and the flag.
Judged = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Facts:
    """What the steps are judged by.

    Parameters
    ----------
    study
        The study.
    tables
        The other tables of the audit.
    index
        Estimate and interval of the index in each unit.
    alpha
        Krippendorff's alpha by component and era.
    worth
        Effective number of independent observations among the years of the index.
    """

    study: Study
    tables: TidyResult
    index: pd.DataFrame
    alpha: pd.DataFrame
    worth: float


def handbook_steps(facts: Facts) -> list[Row]:
    """Judge each step.

    Parameters
    ----------
    facts
        What the steps are judged by.

    Returns
    -------
    list of dict
        Number of the step, title, what was done, finding, flag.

    References
    ----------
    OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, the ten steps
    (orientation).
    """
    steps = {
        "theoretical framework": _framework(facts),
        "data selection": _data(facts),
        "imputation of missing data": _imputation(facts),
        "multivariate analysis": _multivariate(facts),
        "normalisation": _normalisation(facts),
        "weighting and aggregation": _weighting(facts),
        "uncertainty and sensitivity analysis": _uncertainty(facts),
        "back to the data": _back(facts),
        "links to other indicators": _links(facts),
        "visualisation of the results": (
            "charts with intervals, a brief, and a page on which readers try weights of their own",
            "each number shown is a cell of a saved table",
            HOLDS,
        ),
    }
    return [
        {"step": number, "title": title, "done": done, "finding": finding, "flag": flag}
        for number, (title, (done, finding, flag)) in enumerate(steps.items(), start=1)
    ]


def _framework(facts: Facts) -> Judged:
    book = facts.study.codebook.indicators
    counts = book[book["role"] == "index"]
    done = (
        f"{len(counts)} indicators in {counts.groupby(['pillar', 'dimension']).ngroups} dimensions and "
        f"{counts['pillar'].nunique()} pillars, each with described levels; {len(book) - len(counts)} diagnostic"
    )
    single = counts.groupby(["pillar", "dimension"]).size()
    alone = [".".join(map(str, pair)) for pair in single[single == 1].index]
    finding = f"dimensions of one indicator: {listed(alone)}" if alone else "every dimension has two or more indicators"
    return done, finding, WEAK if alone else HOLDS


def _data(facts: Facts) -> Judged:
    study = facts.study
    coded = study.codings[study.codings["score"].notna()]
    kinds = rests_on(coded, study.evidence).value_counts(normalize=True)
    best = grades_of(study.package)[0]
    share = float(kinds.get(best, 0.0))
    done = f"{len(coded)} coded cells, {100 * share:.0f}% citing {best} evidence; alpha of coders by era"
    by_era = facts.alpha[(facts.alpha.iloc[:, 0] == "") & (facts.alpha["era"] != "")]
    own = by_era[by_era["scope"] == "indicator"].dropna(subset="estimate")
    low = own[own["estimate"] < TENTATIVE]
    if own.empty:
        return done, "one coder: agreement cannot be known", WEAK
    cells = low[["component", "era", "estimate"]].itertuples(index=False)
    names = [f"{name} {era} ({value:.2f})" for name, era, value in cells]
    finding = f"alpha below {TENTATIVE}: {listed(names)}" if names else f"alpha {TENTATIVE} or more everywhere"
    return done, finding, WEAK if names else HOLDS


def _imputation(facts: Facts) -> Judged:
    plan = facts.study.plan
    filled, method = len(plan.filling), facts.study.spec.treatment.method
    unscored = int(facts.index["estimate"].isna().sum())
    done = f"treatment '{method}': {filled} cells filled, all on record"
    share = float(facts.tables.to_frame("indicators")["missing"].max())
    finding = (
        f"{unscored} of {len(facts.index)} years not scored; the thinnest indicator lacks {100 * share:.0f}% of years"
    )
    return done, finding, WEAK if unscored or filled else HOLDS


def _multivariate(facts: Facts) -> Judged:
    groups, table = facts.tables.to_frame("groups"), facts.tables.to_frame("indicators")
    pillars = groups[groups["tier"] == "pillar"]
    pairs = zip(pillars["component"], pillars["alpha"], strict=True)
    alphas = [f"{name} of one child alone" if np.isnan(value) else f"{name} {value:.2f}" for name, value in pairs]
    wrong = list(table.loc[table["wrong_way"], "indicator_id"])
    repeated = len(facts.tables.to_frame("redundant"))
    done = (
        f"Cronbach's alpha ({', '.join(alphas)}), principal components, correlations; "
        f"{len(facts.index)} years worth about {facts.worth:.0f} independent observations"
    )
    finding = (
        f"runs against its group or the index: {listed(wrong) or 'none'}; pairs that repeat one another: {repeated}; "
        "neighbouring years are alike, so that correlations mix one history repeated with real association"
    )
    weak = bool(wrong) or repeated > 0 or facts.worth < 5 * len(table)
    return done, finding, WEAK if weak else HOLDS


def _normalisation(facts: Facts) -> Judged:
    table = facts.tables.to_frame("indicators")
    odd = table[(table["skewness"].abs() > _MOST_SKEWED) & (table["kurtosis"] > _MOST_PEAKED)]
    done = f"'{facts.study.spec.normalisation.method}'; ordinal levels taken as equal steps"
    spaced = facts.tables.to_frame("variants").query("kind == 'ordinal steps'")
    finding = (
        f"skewed and peaked: {listed(odd['indicator_id']) or 'none'}; with random steps a year's rank moves by "
        f"up to {spaced['greatest_shift'].max():.0f} of {len(facts.index)} places in the farthest draw"
    )
    return done, finding, WEAK if len(odd) else HOLDS


def _weighting(facts: Facts) -> Judged:
    spec, table = facts.study.spec, facts.tables.to_frame("importance")
    pillars = table[table["tier"] == "pillar"]
    pairs = zip(pillars["component"], pillars["nominal"], pillars["importance"], strict=True)
    shares = [f"{name} {nominal:.2f} / {importance:.2f}" for name, nominal, importance in pairs]
    ratio = (table["importance"] / table["nominal"])[table["nominal"] > 0]
    off = list(table.loc[ratio[(ratio < 0.5) | (ratio > 2.0)].index, "component"])
    done = (
        f"weighting '{spec.weighting}'; {spec.within_dimension.method} within dimensions, {spec.within_pillar.method} "
        f"within pillars, {spec.across_pillars.method} across; nominal weight / importance: {', '.join(shares)}"
    )
    finding = f"importance less than half or more than twice the weight: {listed(off) or 'none'}"
    return done, finding, WEAK if off else HOLDS


def _uncertainty(facts: Facts) -> Judged:
    section = facts.study.config.uncertainty
    width = (facts.index["upper"] - facts.index["lower"]).dropna()
    table = facts.tables.to_frame("variants")
    limit = _ROBUST_SHIFT * len(facts.index)
    moved = table[(table["mean_shift"] > limit) & ~table["variant"].str.contains("farthest")]
    cells = moved[["kind", "variant", "mean_shift"]].itertuples(index=False)
    names = [f"{kind} {name} ({shift:.1f})" for kind, name, shift in cells]
    done = (
        f"{section.draws} draws over {listed(entry.input for entry in section.inputs) or 'nothing'}; {len(table)} "
        "other choices one at a time; `sensitivity` shares the variance among them"
    )
    finding = (
        f"{100 * section.level:.6g}% intervals {width.median():.1f} points wide in the middle; ranks move by more than "
        f"{limit:.0f} places on average under: {listed(names) or 'no other choice'}"
    )
    return done, finding, WEAK if names else HOLDS


def _back(facts: Facts) -> Judged:
    done = "contributions of every indicator, dimension and pillar, exact; evidence and source of every coded cell"
    shared = bool(facts.study.plan.sharers)
    finding = (
        "in each tier the parts sum to the index" if shared else "under these methods parts of the index mean nothing"
    )
    return done, finding, HOLDS if shared else WEAK


def _links(facts: Facts) -> Judged:
    measures = facts.study.package.tables["measures"]
    if measures.empty:
        return "none", "the data hold no measured series from outside to set beside the index", ABSENT
    done = f"not by this audit: `validate` does it, with {measures['measure'].nunique()} measured series from outside"
    return done, "whether they agree is not judged here but in the result of `validate`", ABSENT
