"""Other names of pairs of states and of eras: pairs the other way round, by ISO code, and earlier ids of eras."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import pandas as pd

from alliance_metrics.coding.evidence import fault_at
from alliance_metrics.config.model import Config
from alliance_metrics.errors import Fault
from alliance_metrics.results.tables import rows_of

Spell = tuple[str, int, int]


@dataclass(frozen=True)
class Names:
    """What names may stand for.

    Parameters
    ----------
    units
        Era, first and last year of every spell of every pair, by its id.
    others
        Ids of the pairs that another name may mean, in the order of the table.
    eras
        Id of the era that an earlier id means.
    """

    units: Mapping[str, tuple[Spell, ...]]
    others: Mapping[str, tuple[str, ...]]
    eras: Mapping[str, str]

    def era(self, name: str) -> str:
        """Give the id of an era.

        Parameters
        ----------
        name
            Its id, or an earlier one.

        Returns
        -------
        str
            The id; the name itself where it is unknown.
        """
        return self.eras.get(name, name)

    def candidates(self, name: str) -> tuple[str, ...]:
        """List the pairs that a name may mean.

        Parameters
        ----------
        name
            Id of a pair, or another name of one or more.

        Returns
        -------
        tuple of str
            Ids; the name itself where it is unknown.
        """
        return (name,) if name in self.units else self.others.get(name, (name,))

    def unit(self, name: str, when: str | int) -> str:
        """Give the id of the pair that a name means in an era or year.

        Parameters
        ----------
        name
            Id of a pair, or another name.
        when
            Id of the era, or an earlier one; or the year.

        Returns
        -------
        str
            The id; the name itself where no pair of that name has the era or year.
        """
        era, year = self.era(str(when)), int(when) if str(when).isdecimal() else None
        for one in self.candidates(name):
            for spell, first, last in self.units.get(one, ()):
                if spell == era or (year is not None and first <= year <= last):
                    return one
        found = self.candidates(name)
        return found[0] if len(found) == 1 else name

    def text(self, output: str) -> str:
        """Write an output of a sensitivity analysis with the ids of its pairs and eras.

        Parameters
        ----------
        output
            As it was asked for.

        Returns
        -------
        str
            The same with ids.
        """
        parts = output.split(":")
        for place, (part, when) in enumerate(zip(parts, [*parts[1:], ""], strict=True)):
            parts[place] = self.era(self.unit(part, when))
        return ":".join(parts)


def names_of(tables: Mapping[str, pd.DataFrame]) -> Names:
    """Collect the names in a data package.

    Parameters
    ----------
    tables
        Its tables: ``dyads``, with states and ISO codes where it has them, and ``eras`` with ``aliases``.

    Returns
    -------
    Names
        The names.
    """
    units: dict[str, list[Spell]] = {}
    others: dict[str, list[str]] = {}
    for row in rows_of(tables["dyads"]):
        unit = str(row["dyad"])
        units.setdefault(unit, []).append((str(row["era"]), int(row["first_year"]), int(row["last_year"])))
        sides = [{str(row[name]) for name in (f"state_{side}", f"iso3_{side}") if row.get(name)} for side in "ab"]
        pairs = [*product(*sides), *product(*reversed(sides))]
        for name in sorted(f"{one}-{other}" for one, other in pairs):
            if unit not in others.setdefault(name, []):
                others[name].append(unit)
    eras = {alias: str(row["era"]) for row in rows_of(tables["eras"]) for alias in str(row["aliases"]).split()}
    return Names(
        {name: tuple(spells) for name, spells in units.items()},
        {name: tuple(found) for name, found in others.items() if name not in units},
        eras,
    )


def era_faults(eras: pd.DataFrame, dyads: pd.DataFrame) -> list[Fault]:
    """Find eras that no pair has, and earlier ids that mean two eras.

    Parameters
    ----------
    eras, dyads
        The checked tables of those names, with the place of each row.

    Returns
    -------
    list of Fault
        One for each.
    """
    known, faults, meant = set(dyads["era"]), [], dict[str, str]()
    for row in rows_of(eras):
        era = str(row["era"])
        if era not in known:
            allowed, remedy = "eras of the table of dyads", "correct the id, or remove the row"
            faults.append(
                fault_at(row, "no dyad has this era", repr(era), allowed=allowed, remedy=remedy, column="era")
            )
        for alias in str(row["aliases"]).split():
            if alias in known or meant.setdefault(alias, era) != era:
                other = alias if alias in known else meant[alias]
                what, found = "an alias names another era as well", f"'{alias}' of '{era}' and of '{other}'"
                allowed, remedy = "names that are no era's id and one era's alias", "remove it from one of the two"
                faults.append(fault_at(row, what, found, allowed=allowed, remedy=remedy, column="aliases"))
    return faults


def with_ids(config: Config, names: Names) -> Config:
    """Write a configuration with the ids of its pairs and eras.

    Parameters
    ----------
    config
        The configuration.
    names
        The names of its data package.

    Returns
    -------
    Config
        The same; a name of several pairs that picks data picks all of them.
    """
    kept, analysis, sensitivity = config.data, config.analysis, config.sensitivity
    changes = {
        "dyads": None if kept.dyads is None else _each(one for name in kept.dyads for one in names.candidates(name)),
        "eras": None if kept.eras is None else _each(map(names.era, kept.eras)),
    }
    origins = tuple(
        one.model_copy(update={"dyad": names.unit(one.dyad, one.era), "era": names.era(one.era)})
        for one in analysis.origins
    )
    index, choice = config.index, config.index.normalisation
    if choice.method == "reference":
        reference = choice.model_copy(update={"unit": names.unit(choice.unit, choice.year)})
        index = index.model_copy(update={"normalisation": reference})
    outputs = tuple(map(names.text, sensitivity.outputs))
    return config.model_copy(
        update={
            "data": kept.model_copy(update=changes),
            "index": index,
            "analysis": analysis.model_copy(update={"origins": origins}),
            "sensitivity": sensitivity.model_copy(update={"outputs": outputs}),
        }
    )


def _each(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
