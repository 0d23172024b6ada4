"""Eras, facets and the sides of triads compared, as lines for the screen."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from alliance_metrics.errors import counted
from alliance_metrics.report.text import layout
from alliance_metrics.report.text.rows import Row, alike, first_row, where
from alliance_metrics.results.tables import rows_of
from alliance_metrics.results.tidy_result import TidyResult
from alliance_metrics.results.words import ALL, BELIEF, INDICATORS, PAIRED, PILLARS, WITHOUT
from alliance_metrics.results.years import format_years, year_runs

_MOST_YEARS, _MOST_COMPONENTS = 3, 3
_ERAS = tuple(column for column in PAIRED if column != "lineage")
_COMPARISON_READING = (
    "In parentheses: the share of draws in which a difference has this sign, or a year is the nearest; after coding "
    "error, in which two codings of the same year differ as much."
)
Tables = dict[str, pd.DataFrame]


def render_comparison(result: TidyResult) -> str:
    """Say how the eras of each pair of states compare.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each two eras: which is higher; which earlier years the latest is most like, how surely, and whether coding
        error explains the rest; what indicators whose meaning changed make of that; what differs most.
    """
    tables = {name: result.to_frame(name) for name in result.names}
    pairs = tables["era_differences"].drop_duplicates([*tables["era_differences"].columns[:1], *PAIRED])
    blocks = [_one_pair(tables, row, len(result.record["left_out"])) for row in rows_of(pairs)]
    coders = layout.coder_note(result.record["coders"])
    note = f"{_COMPARISON_READING} {coders} {result.record['basis']} Two eras are two cases."
    return layout.render(result, blocks, notes=(note,), nothing="No two eras of one pair of states could be compared.")


def _one_pair(tables: Tables, pair: Row, changed: int) -> list[str]:
    own = {name: alike(frame, pair, *_ERAS) for name, frame in tables.items() if set(_ERAS) <= set(frame.columns)}
    return [
        *_era_lines(pair, tables["eras"]),
        *_composition_lines(own),
        *_likeness_lines(own),
        *_meaning_lines(own, changed),
        *_difference_lines(where(own["differences"], tier="indicator").dropna(subset="estimate")),
    ]


def _era_lines(pair: Row, eras: pd.DataFrame) -> list[str]:
    unit = str(eras.columns[0])
    names = [(pair[unit], pair["era"]), (pair["other"], pair["other_era"])]
    head = " compared with ".join(" ".join(name) for name in names)
    if pd.isna(pair["estimate"]):
        return layout.paragraph(f"{head}: one of them has no index", hang=2)
    level = where(eras, measure="level").groupby([unit, "era"], sort=False)["estimate"].first()
    share = layout.percent(pair["above"] if pair["estimate"] >= 0 else pair["below"])
    apart = f"difference {layout.signed(pair['estimate'])} {layout.interval(pair['lower'], pair['upper'])} ({share})"
    return layout.paragraph(f"{head}: mean index {level[names[0]]:.1f} and {level[names[1]]:.1f}, {apart}", hang=2)


def _composition_lines(own: Tables) -> list[str]:
    """Name the indicators that only one era has, and give the difference on those that both have."""
    apart = own["composition"]
    if apart.empty:
        return []
    sides = (("the later", apart[apart["in_later"]]), ("the earlier", apart[apart["in_earlier"]]))
    parts = [f"{', '.join(side['indicator_id'])} in {name} era alone" for name, side in sides if len(side)]
    shared = first_row(own["common_indicators"].tail(1))
    text = f"Composition of the index: {'; '.join(parts)}."
    if shared is not None:
        difference = f"{layout.signed(shared['estimate'])} {layout.interval(shared['lower'], shared['upper'])}"
        text += f" On the {counted(shared['n_indicators'], 'common indicator')} the difference is {difference}."
    return layout.paragraph(text, indent=2)


def _latest(own: Tables, space: str, indicators: str) -> Row | None:
    """Give the latest year that has a nearest one."""
    nearest = where(own["nearest"], space=space, indicators=indicators).dropna(subset="other_year")
    return first_row(nearest.tail(1))


def _likeness_lines(own: Tables) -> list[str]:
    lines = []
    for space in (INDICATORS, PILLARS):
        row = _latest(own, space, ALL)
        if row is None:
            lines += layout.paragraph(f"By {space} no year has a nearest one.", indent=2)
            continue
        every = where(own["analogues"], space=space, indicators=ALL, year=row["year"])
        ranked = every.sort_values("probability", ascending=False, kind="stable").head(_MOST_YEARS)
        years = ", ".join(f"{one['other_year']} ({layout.percent(one['probability'])})" for one in rows_of(ranked))
        lines += layout.paragraph(f"Most like {row['year']} by {space}: {years}; {_against_error(row)}.", indent=2)
    return lines


def _against_error(row: Row) -> str:
    """Say whether coding error alone may explain the distance to the nearest year."""
    edge = "; it is the first or last year of its era" if row["at_edge"] else ""
    differs = "differs by more than" if row["beyond_noise"] else "is within"
    return f"{row['other_year']} {differs} coding error ({layout.percent(row['by_noise'])}){edge}"


def _meaning_lines(own: Tables, count: int) -> list[str]:
    parts = []
    for space, group in own["nearest_moved"].groupby("space", sort=False):
        latest = _latest(own, str(space), WITHOUT)
        if latest is not None:
            moved = int((group["moved"].fillna(0) != 0).sum())
            nearest = f"nearest by {space} {latest['other_year']} ({layout.percent(latest['probability'])})"
            parts.append(f"{nearest}, changed for {moved} of {counted(len(group), 'year')}")
    shift = where(own["changed_meaning"], quantity="level_difference").dropna(subset="estimate").tail(1)
    parts += [
        f"index difference changed by {layout.signed(row['estimate'])} {layout.interval(row['lower'], row['upper'])}"
        for row in rows_of(shift)
    ]
    without = f"Without the {counted(count, 'indicator')} whose meaning changed"
    return layout.paragraph(f"{without}: {'; '.join(parts)}.", indent=2) if parts else []


def _difference_lines(differences: pd.DataFrame) -> list[str]:
    lines = []
    for (reason, year, other_year), group in differences.groupby(["reason", "year", "other_year"], sort=False):
        if reason == "nearest analogue":
            continue
        ranked = group.sort_values("rank").head(_MOST_COMPONENTS)
        parts = [
            f"{row['component']}{'*' * bool(row['changed_meaning'])} {layout.signed(row['estimate'], form='.0f')} "
            f"{layout.interval(row['lower'], row['upper'], form='.0f')}"
            for row in rows_of(ranked)
        ]
        star = " (* meaning changed)" if ranked["changed_meaning"].any() else ""
        text = f"Largest differences, {year} minus {other_year} ({reason}): {', '.join(parts)}{star}."
        lines += layout.paragraph(text, indent=2)
    return lines


_SURE, _LIKELY = 0.95, 0.8
_MOST_RUNS = 2
_MARGINS = ("own margin", "same margin")
_SAME = ("era", "facets", "component", "one", "other")
_FACETS_READING = (
    "Points of the index [interval over draws] {using only dimensions that both have}; years in which 95% of draws "
    "agree on the sign; share of draws in which each was the first to turn, by two margins. Draws cover uncertainty in "
    "codings and weights only."
)


def render_facets(result: TidyResult) -> str:
    """Say how far facets of the index lie apart in each series, and which of them turned first.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each two facets and each series a line: the mean gap of the index with its interval, the same with matched
        dimensions, the years in which its sign is clear, and which turned first.
    """
    whole = where(result.to_frame("gap_summary"), measure="mean")
    whole = whole[whole["component"].isin([_index_of(result), ""])]
    shown = whole[~whole["matched"] & (whole["component"] != "")]
    blocks = []
    for (one, other), group in shown.groupby(["one", "other"], sort=False):
        clear = {side: int((group[side] >= _SURE).sum()) for side in ("above", "below")}
        signs = f"clearly positive in {clear['above']}, clearly negative in {clear['below']} of {len(group)} series"
        head = f"{one} minus {other}, mean gap: {signs}"
        blocks.append([head, *(_facet_line(row, result, whole[whole["matched"]]) for row in rows_of(group))])
    return layout.render(result, blocks, notes=(_FACETS_READING,), nothing="No facets could be compared.")


def _index_of(result: TidyResult) -> str:
    """Give the id of the index: the last component of any facet."""
    facets, beliefs = result.to_frame("facets")["component"], result.to_frame("beliefs")["component"]
    return next(map(str, [*facets.iloc[-1:], *beliefs[beliefs != ""].iloc[-1:]]), "")


def _facet_line(row: Row, result: TidyResult, matched: pd.DataFrame) -> str:
    unit = next(iter(row.values()))
    span = layout.interval(row["lower"], row["upper"], form=".0f", plus=True)
    text = f"  {unit} {row['era']}: {layout.signed(row['estimate'], form='.0f')} {span}"
    text += "".join(
        f" {{{layout.signed(one['estimate'], form='.0f')}}}" for one in rows_of(alike(matched, row, *_SAME))
    )
    gaps = alike(result.to_frame("beliefs" if row["facets"] == BELIEF else "gaps"), row, *_SAME)
    gaps = gaps[~gaps["matched"]]
    runs = {sign: _runs(gaps["year"][gaps[side] >= _SURE].tolist()) for sign, side in _CLEAR_SIDES.items()}
    clear = ", ".join(f"{sign} {years}" for sign, years in runs.items() if years) or "clear in no year"
    turns = alike(result.to_frame("turns"), row, *_SAME)
    return "; ".join([text, clear, *_turns(turns[~turns["matched"]])])


_CLEAR_SIDES = {"positive": "above", "negative": "below"}


def _runs(years: list[int]) -> str:
    """Format years; only the longest run where there are many."""
    runs = year_runs(years)
    if len(runs) <= _MOST_RUNS:
        return format_years(years)
    longest = max(runs, key=len)
    return f"{format_years(longest)} and {len(years) - len(longest)} more years"


def _turns(turns: pd.DataFrame) -> list[str]:
    """Say in how many draws each was first, for each direction in which both turned in most draws by either margin."""
    lines = []
    for direction, group in turns.groupby("direction", sort=False):
        rows = group[group["reading"].isin(_MARGINS)]
        if rows[["turned_one", "turned_other"]].to_numpy().min() < 0.5:
            continue
        shares = {rows["one"].iloc[0]: rows["before"], rows["other"].iloc[0]: rows["after"]}
        order = sorted(shares, key=lambda name: -float(shares[name].min()))
        open_ = "" if shares[order[0]].min() >= _LIKELY else " (undecided)"
        lines.append(f"first to {direction}: {', '.join(f'{name} {_range(shares[name])}' for name in order)}{open_}")
    return lines


def _range(shares: pd.Series) -> str:
    low, high = round(100 * float(shares.min())), round(100 * float(shares.max()))
    return f"{low}%" if low == high else f"{low}-{high}%"


_MORE_LIKELY_THAN_NOT = 0.5


def render_triads(result: TidyResult) -> str:
    """Say to which partner each state was closer in which years, and which side was the weakest.

    Parameters
    ----------
    result
        The analysis.

    Returns
    -------
    str
        For each triangle its three states, its weakest side and its balance.
    """
    sides, triangles = result.to_frame("sides"), result.to_frame("triangles")
    neutral, blocks = float(result.record["neutral"]), []
    for (triad, era), leanings in result.to_frame("leanings").groupby(["triad", "era"], sort=False):
        level = float(leanings["confidence"].iloc[0])
        about = {"triad": triad, "era": era}
        sure = f"to which partner each was closer in {100 * level:.6g}% of draws or more, and by how many points"
        lines = [f"{triad} {era}: {sure}"]
        for state, group in leanings.groupby("state", sort=False):
            lines += layout.paragraph(f"{state}: {', '.join(map(_leaning, rows_of(group)))}", indent=2)
        lines += layout.paragraph(f"Weakest side: {_weakest(where(sides, **about), level)}.", indent=2)
        blocks.append([*lines, *layout.paragraph(_balance(where(triangles, **about), level, neutral), indent=2)])
    note = f"{layout.coder_note(result.record['coders'])} {result.record['basis']}"
    nothing = "No three dyads of one era join three states with an index in the same years."
    return layout.render(result, blocks, notes=(note,), nothing=nothing)


def _leaning(row: Row) -> str:
    span = format_years(range(int(row["first_year"]), int(row["last_year"]) + 1))
    if not row["toward"]:
        return f"{span} undecided"
    first = row["partners"].split(", ")[0] == row["toward"]
    low, high = (row["lower"], row["upper"]) if first else (-row["upper"], -row["lower"])
    tilt = row["estimate"] if first else -row["estimate"]
    return f"{span} {row['toward']} by {tilt:.0f} {layout.interval(low, high, form='.0f')}"


def _weakest(sides: pd.DataFrame, level: float) -> str:
    """Name the side most often the weakest, consecutive years together."""
    known = sides.dropna(subset="weakest")
    if known.empty:
        return "no year has all three sides"
    leading = known.loc[known.groupby("year")["weakest"].idxmax()].sort_values("year")
    keyed = []
    for row in rows_of(leading):
        share = row["weakest"]
        word = "" if share >= level else " (likely)" if share > _MORE_LIKELY_THAN_NOT else " (undecided)"
        keyed.append((f"{row['side']}{word}", int(row["year"])))
    runs = groupby(keyed, key=lambda one: one[0])
    return ", ".join(f"{format_years(year for _, year in group)} {side}" for side, group in runs)


def _balance(triangles: pd.DataFrame, level: float, neutral: float) -> str:
    rows = where(triangles, measure="balance").sort_values("year")
    surely = {word: rows.loc[rows[column] >= level, "year"].tolist() for word, column in _BALANCES.items()}
    known = "; ".join(f"{word} {format_years(years)}" for word, years in surely.items() if years)
    open_ = counted(len(rows) - sum(map(len, surely.values())), "year")
    return f"Structural balance, with {neutral:g} as neutral: {known or 'sure in no year'}; undecided in {open_}."


_BALANCES = {"balanced": "above", "unbalanced": "below"}
