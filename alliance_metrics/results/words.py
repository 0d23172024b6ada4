"""Words in cells of saved tables: written by the analyses, read by reports."""

from __future__ import annotations

ALL, WITHOUT = "all", "without"
"""Every unit, era, year or indicator together; without those whose meaning changed."""
INDICATORS, PILLARS = "indicators", "pillars"
"""The components whose differences make a distance."""
BELIEF = "belief"
"""Stands where facets have their names, in comparisons with what leaders believed."""
JOINT, WORLD = "joint", "world"
"""Of capabilities: two allies together; all states on record."""
SUGGESTIVE, NOT_FOUND = "suggestive", "not found"
"""The two findings of a test; so few years justify no stronger word."""
SUPPORTED, LEANING, UNDECIDED, AGAINST, CONTRADICTED = VERDICTS = (
    "supported",
    "leaning",
    "undecided",
    "leaning against",
    "contradicted",
)
"""Verdicts on a claim, from the firmest for it to the firmest against it."""
SIDES = ("essay", "rival", "open")
"""Of a claim: what the essay says; what should fail if it is right; what it leaves open."""
SURPRISE, LEANS = "surprise", "leans to surprise"
"""A claim of the essay contradicted, or a rival supported; the same, leaning."""
PAIRED = ("era", "lineage", "other", "other_era")
"""Columns that name a later trajectory (after its unit) and the earlier one it is compared with."""
TEST_LEVEL = 0.05
"""Significance level of every test of turning points, to which its power belongs."""
