"""A made-up alliance of two states: 5 indicators, 2 pillars, 2 coders, 4 years. Nothing in it is real."""

from __future__ import annotations

from pathlib import Path

from alliance_metrics import declare

INDICATORS = """indicator_id,pillar,dimension,role,visibility,arena,claim_ids,name,question
talks,trust,contact,index,public,core,M1,Talks,How often do they talk?
secrets,trust,contact,index,private,core,M1,Secrets,Do they share secrets?
belief,trust,faith,diagnostic,private,core,M1,Belief,Do they believe each other?
trade,gain,goods,index,public,core,M1,Trade,How much do they trade?
friends,gain,others,index,public,periphery,P1,Friends,Do they share friends?
"""
YEARS = (1950, 1951, 1952, 1953)
IDS = ("talks", "secrets", "belief", "trade", "friends")
SCORES = {
    "ann": {
        "talks": (4, 3, 2, 0),
        "secrets": (3, 3, 1, 0),
        "belief": (4, 4, 3, 1),
        "trade": (1, 2, 3, 4),
        "friends": (2, 2, 2, 1),
    },
    "bob": {
        "talks": (4, 4, 2, 1),
        "secrets": (2, 3, 2, 0),
        "belief": (3, 4, 2, 1),
        "trade": (1, 1, 3, 4),
        "friends": (2, 3, 2, 2),
    },
}
DYADS = """dyad,state_a,state_b,cow_a,cow_b,iso3_a,iso3_b,era,first_year,last_year,lineage
AA-BB,AA,BB,901,902,AAA,BBB,1950-1953,1950,1953,aa-bb
"""
CODERS = """coder,kind,order,description
ann,human,forward in time,A made-up coder
bob,human,backward in time,Another made-up coder
"""
EVENTS = """event_id,date,dyad,title,description,pillar,theme,direction,visibility,venue,source_id,locator,status,url
handshake,1950-05,AA-BB,A handshake,They shook hands.,trust,contact,1,public,bilateral,chronicle,p. 1,verified,
rumour,1952,AA-BB,A rumour,Somebody said something.,trust,contact,-1,private,bilateral,chronicle,,literature,
"""
SERIES = """dyad,year,measure,value,unit,source_id,locator,status,url,note
AA-BB,1950,trade_total,12.5,USD mn,chronicle,p. 2,verified,,
"""
SOURCES = """source_id,author,year,title,container,type,url,archive_ref,note
chronicle,A. Nobody,1960,A made-up chronicle,Nowhere Press,book,,,
"""
CONFIG = """# Two made-up states.
schema = 1
name = "small"

[data]
package = "data/datapackage.json"

[index]
id = "closeness"

[weights]
trust = 2
gain = 1

[uncertainty]
seed = 7
draws = 500
"""


def coding_text(coder: str) -> str:
    """Give one coder's file."""
    lines = ["dyad,year,indicator_id,coder,score,low,high,evidence_ids,note"]
    for indicator in IDS:
        for year, score in zip(YEARS, SCORES[coder][indicator], strict=True):
            low, high = max(0, score - 1), min(4, score + 1) if indicator == "secrets" else score
            cited = {1950: "handshake series:trade_total", 1952: "rumour"}.get(year, "")
            lines.append(f"AA-BB,{year},{indicator},{coder},{score},{low},{high},{cited},made up")
    return "\n".join(lines) + "\n"


def levels_text() -> str:
    """Describe five levels for each indicator."""
    rows = [f"{indicator},{level},Level {level}" for indicator in IDS for level in range(5)]
    return "\n".join(["indicator_id,level,descriptor", *rows]) + "\n"


def write_small_alliance(folder: Path) -> Path:
    """Write the whole study into a folder and declare it.

    Returns
    -------
    Path
        The configuration; the data lie in ``data/`` beside it.
    """
    data = folder / "data"
    files = {
        "codebook/indicators.csv": INDICATORS,
        "codebook/levels.csv": levels_text(),
        "dyads.csv": DYADS,
        "coders.csv": CODERS,
        "evidence/events.csv": EVENTS,
        "evidence/series.csv": SERIES,
        "evidence/sources.csv": SOURCES,
        **{f"codings/{coder}/AA-BB_1950_1953.csv": coding_text(coder) for coder in SCORES},
    }
    for name, text in files.items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    declare(data)
    config = folder / "small.toml"
    config.write_text(CONFIG, encoding="utf-8", newline="")
    return config
