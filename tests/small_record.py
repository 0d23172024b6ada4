"""A made-up record long enough for every analysis: 4 states, 5 pairs in two eras of 21 years, 3 pillars, 3 coders."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from alliance_metrics import declare
from alliance_metrics.study.study import Study, open_study

EARLY, LATE = "1950-1970", "1990-2010"
INDICATORS = """indicator_id,pillar,dimension,role,visibility,arena,claim_ids,name,question
sermons,creed,doctrine,index,public,core,M1,Sermons,Do they preach the same?
letters,creed,doctrine,index,private,core,M1,Letters,Do they write the same?
feasts,creed,rites,index,public,core,M1,Feasts,Do they feast together?
warnings,danger,foes,index,public,core,M1,Warnings,Do they warn of the same foe?
whispers,danger,foes,index,private,core,M1,Whispers,Do they fear the same foe?
belief_a,danger,belief,diagnostic,private,core,Q1,Belief of the first,Does the first believe the second?
belief_b,danger,belief,diagnostic,private,core,Q1,Belief of the second,Does the second believe the first?
rescue,danger,arms,index,public,core,P2,Rescue,Do they come to each other's rescue?
drills,danger,arms,index,public,core,P2,Drills,Do they drill together?
trade,profit,goods,index,public,core,M1,Trade,How much do they trade?
loans,profit,goods,index,private,core,M1,Loans,How much do they lend?
visits,profit,others,index,public,core,M1,Visits,Do they visit each other?
friends,profit,others,index,public,periphery,P1,Friends,Do they share friends?
"""
IDS = tuple(line.split(",")[0] for line in INDICATORS.splitlines()[1:])
PILLARS = ("creed", "danger", "profit")
CODERS = {"ann": "forward in time", "bob": "backward in time", "cy": "year by year"}
PAIRS = (
    ("AA", "BB", EARLY, "aa-bb"),
    ("AA", "CC", EARLY, "aa-cc"),
    ("BB", "CC", EARLY, "bb-cc"),
    ("AA", "DD", LATE, "aa-bb"),
    ("DD", "CC", LATE, "bb-cc"),
)
COW = {"AA": 901, "BB": 902, "CC": 903, "DD": 902}
"""Numbers of the states: DD succeeds BB."""
STATES = {EARLY: ("AA", "BB", "CC"), LATE: ("AA", "CC", "DD")}
EVENTS = """event_id,date,dyad,title,description,pillar,theme,direction,visibility,venue,source_id,locator,status,url
oath,1950-05,AA-BB,An oath,They swore an oath.,creed,doctrine,1,public,bilateral,chronicle,p. 1,verified,
quarrel,1960,AA-BB,A quarrel,They fell out.,creed,doctrine,-1,private,bilateral,chronicle,,literature,
treaty,2001-07,AA-DD,A treaty,They signed a treaty.,danger,arms,1,public,bilateral,annals,p. 3,verified,
"""
SERIES = """dyad,year,measure,value,unit,source_id,locator,status,url,note
AA-BB,1950,trade_total,12.5,USD mn,chronicle,p. 2,verified,,
AA-DD,1990,trade_total,20,USD mn,annals,p. 4,verified,,
"""
SOURCES = """source_id,author,year,title,container,type,url,archive_ref,note
chronicle,A. Nobody,1960,A made-up chronicle,Nowhere Press,book,,,
annals,B. Nobody,2011,Made-up annals,Nowhere Press,book,,,
register,C. Nobody,2012,A made-up register,Nowhere Press,book,,,
ledger,D. Nobody,2013,A made-up ledger,Nowhere Press,book,,,
"""
CONTEXT = """indicator_id,claim_ids,name,question
storm,P2,Storm,How strong is the storm on a state?
"""
DECLARED = """measure,name,family,component,direction,independent,counted,shown_as,reason,coverage,missing_rule
grain,Grain,trade,trade,1,true,true,,It is not shown to coders,Whole,None
haste,Haste,noise,creed,-1,true,true,,It is not shown to coders,Whole,None
"""
COALITIONS = """coalition,state,cow,first_year,last_year,basis,source_id,status
club,CC,903,1940,,a made-up club,register,verified
"""
CONFIG = """# A made-up record of two eras.
schema = 1
name = "record"

[data]
package = "data/datapackage.json"

[index]
id = "closeness"

[uncertainty]
seed = 7
draws = 100
inputs = [
  { input = "coder_cell" },
  { input = "coder_choice" },
  { input = "weights", concentration = 10.0 },
]

[analysis]
gate = "creed"
changed_meaning = ["sermons"]
facets = [
  { name = "openness", column = "visibility", one = "public", other = "private" },
  { name = "place", column = "arena", one = "core", other = "periphery" },
]
origins = [
  { dyad = "AA-BB", era = "1950-1970", year = 1950, event = "oath" },
  { dyad = "AA-DD", era = "1990-2010", year = 2001, event = "treaty" },
]

[analysis.condition]
pressure = "storm"
condition = "creed"
outcomes = ["rescue", "drills"]

[analysis.belief]
indicators = ["belief_a", "belief_b"]
column = "visibility"
value = "private"
"""
BEDROCK = '{ method = "bedrock", pillar = "creed", strength = 0.5 }'
VARIANTS = {
    "open": '[data]\nfacets = { visibility = ["public"] }\n',
    "hidden": '[data]\nfacets = { visibility = ["private"] }\n',
    "core": '[data]\nfacets = { arena = ["core"] }\n',
    "ann": '[data]\ncoders = ["ann"]\n',
    "bob": '[data]\ncoders = ["bob"]\n',
    "gated": f"[index]\nacross_pillars = {BEDROCK}\n",
    "product": '[index]\nacross_pillars = "geometric"\n',
    "alike": '[index]\nweighting = "equal_indicators"\n',
    "modelled": '[coding]\ncombine = "model"\n',
    "doubtful": f"""[uncertainty]
inputs = [
  {{ input = "coder_cell" }},
  {{ input = "coder_choice" }},
  {{ input = "weights", concentration = 10.0 }},
  {{ input = "normalisation", choices = ["goalposts", "minmax"], probabilities = [0.7, 0.3] }},
  {{ input = "aggregation", level = "across_pillars", choices = ["arithmetic", "geometric", {BEDROCK}] }},
  {{ input = "strength", least = 0.0, most = 1.0 }},
  {{ input = "leave_out", tier = "indicator", probability = 0.5 }},
  {{ input = "era_goalposts", reach = 0.25 }},
]
""",
}
"""Configurations that extend the record's, each with one choice of its own."""


def years_of(era: str) -> range:
    """List the years of an era."""
    first, last = map(int, era.split("-"))
    return range(first, last + 1)


def _walk(rng: np.random.Generator, start: float, end: float, length: int) -> np.ndarray:
    return np.linspace(start, end, length) + 0.7 * rng.standard_normal(length)


def _row(rng: np.random.Generator, keys: str, indicator: str, coder: str, level: float, cited: str = "") -> str:
    score = int(np.clip(round(level + 0.5 * rng.standard_normal()), 0, 4))
    low, high = max(0, score - int(rng.integers(2))), min(4, score + int(rng.integers(2)))
    return f"{keys},{indicator},{coder},{score},{low},{high},{cited},made up"


def coding_files() -> dict[str, str]:
    """Give the file of each coder and pair: early pairs fall from high to low, late ones rise."""
    rng, found = np.random.default_rng(5), {}
    for place, (one, other, era, _) in enumerate(PAIRS):
        ends = (3.4, 0.8 + 0.3 * place) if era == EARLY else (0.8, 3.0)
        levels = {name: _walk(rng, *ends, len(years_of(era))) for name in IDS}
        cited = {1950: "oath series:trade_total", 1960: "quarrel"} if place == 0 else {2001: "treaty"}
        for coder in CODERS:
            lines = ["dyad,year,indicator_id,coder,score,low,high,evidence_ids,note"]
            for name in IDS:
                for year, level in zip(years_of(era), levels[name], strict=True):
                    evidence = cited.get(year, "") if place in {0, 3} else ""
                    lines.append(_row(rng, f"{one}-{other},{year}", name, coder, level, evidence))
            found[f"codings/{coder}/{one}-{other}_{era.replace('-', '_')}.csv"] = "\n".join(lines) + "\n"
    return found


def context_files() -> dict[str, str]:
    """Give each coder's file of what is coded of states by themselves."""
    rng, found = np.random.default_rng(6), {}
    levels = {(state, era): _walk(rng, 1, 3, len(years_of(era))) for era, states in STATES.items() for state in states}
    for coder in CODERS:
        lines = ["state,year,indicator_id,coder,score,low,high,evidence_ids,note"]
        for (state, era), series in levels.items():
            for year, level in zip(years_of(era), series, strict=True):
                lines.append(_row(rng, f"{state},{year}", "storm", coder, level))
        found[f"context/{coder}/storm.csv"] = "\n".join(lines) + "\n"
    return found


def measures_text() -> str:
    """Give two measures from outside: one that goes with time, one that does not."""
    rng = np.random.default_rng(8)
    lines = ["dyad,year,measure,value,unit,source_id,status,licence_class,url"]
    for one, other, era, _ in PAIRS:
        for place, year in enumerate(years_of(era)):
            for name, value in (("grain", 100 + place * (-1 if era == EARLY else 1)), ("haste", rng.integers(50))):
                lines.append(f"{one}-{other},{year},{name},{value},tons,register,verified,A,")
    return "\n".join(lines) + "\n"


def capabilities_text() -> str:
    """Give the ships of each state and of the world, year by year."""
    lines = ["state,cow,kind,year,indicator,value,unit,members,absent,source_id,status"]
    for era, states in STATES.items():
        for year in years_of(era):
            for state, ships in zip(states, (6, 3, 8), strict=True):
                lines.append(f"{state},{COW[state]},state,{year},ships,{ships},hulls,1,0,ledger,verified")
            lines.append(f"world,,world,{year},ships,{30 + year % 10},hulls,9,0,ledger,derived")
    return "\n".join(lines) + "\n"


def tables() -> dict[str, str]:
    """Give every table of the data package by its place."""
    dyads = ["dyad,state_a,state_b,cow_a,cow_b,iso3_a,iso3_b,era,first_year,last_year,lineage"]
    for one, other, era, lineage in PAIRS:
        codes = f"{COW[one]},{COW[other]},{one}A,{other}A"
        dyads.append(f"{one}-{other},{one},{other},{codes},{era},{era.replace('-', ',')},{lineage}")
    states = ["state,cow,iso3,era,first_year,last_year"] + [
        f"{state},{COW[state]},{state}A,{era},{era.replace('-', ',')}" for era, own in STATES.items() for state in own
    ]
    coders = ["coder,kind,order,description"] + [f"{name},human,{way},A made-up coder" for name, way in CODERS.items()]
    levels = [f"{name},{level},Level {level}" for name in (*IDS, "storm") for level in range(5)]
    header = "indicator_id,level,descriptor"
    return {
        "codebook/indicators.csv": INDICATORS,
        "codebook/levels.csv": "\n".join([header, *levels[:-5]]) + "\n",
        "context/indicators.csv": CONTEXT,
        "context/levels.csv": "\n".join([header, *levels[-5:]]) + "\n",
        "context/states.csv": "\n".join(states) + "\n",
        "dyads.csv": "\n".join(dyads) + "\n",
        "coders.csv": "\n".join(coders) + "\n",
        "evidence/events.csv": EVENTS,
        "evidence/series.csv": SERIES,
        "evidence/sources.csv": SOURCES,
        "capabilities/national_capabilities.csv": capabilities_text(),
        "capabilities/coalitions.csv": COALITIONS,
        "measures/measures_declared.csv": DECLARED,
        "measures/measures.csv": measures_text(),
        **coding_files(),
        **context_files(),
    }


def write_small_record(folder: Path) -> Path:
    """Write the record into a folder, with the configurations that extend its own, and declare it.

    Returns
    -------
    Path
        The configuration; the others and ``data/`` lie beside it.
    """
    for name, text in tables().items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    declare(folder / "data")
    for name, text in VARIANTS.items():
        own = f'schema = 1\nextends = "record"\nname = "{name}"\n\n{text}'
        (folder / f"{name}.toml").write_text(own, encoding="utf-8", newline="")
    config = folder / "record.toml"
    config.write_text(CONFIG, encoding="utf-8", newline="")
    return config


def open_variant(record: Path, name: str, *, draws: int) -> Study:
    """Open the configuration of that name beside the record's."""
    return open_study(record.with_name(f"{name}.toml"), draws=draws)
