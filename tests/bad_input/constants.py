"""The files of the valid alliance, and phrases that the faults of many cases share."""

from __future__ import annotations

CONFIGURATION = "small.toml"
DESCRIPTOR = "data/datapackage.json"
ANN = "data/codings/ann/AA-BB_1950_1953.csv"
BOB = "data/codings/bob/AA-BB_1950_1953.csv"
MORE = "data/codings/ann/AA-BB_more.csv"
LEVELS = "data/codebook/levels.csv"
INDICATORS = "data/codebook/indicators.csv"
DYADS = "data/dyads.csv"
CODERS = "data/coders.csv"
EVENTS = "data/evidence/events.csv"
SERIES = "data/evidence/series.csv"
SOURCES = "data/evidence/sources.csv"

CODINGS_FILE = "codings/ann/AA-BB_1950_1953.csv"
INDICATORS_FILE = "codebook/indicators.csv"

WHOLE, NUMBER, CHOICE = "not a whole number", "not a number", "not one of the allowed values"
FORM, SPAN, EMPTY, TWICE = "not of the allowed form", "outside the allowed range", "may not be empty", "stands twice"
CANNOT, MISSING, UNKNOWN, TOML = "an invalid value", "a key is missing", "unknown key", "not valid TOML"
