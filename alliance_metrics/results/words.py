"""Words in cells of saved tables: written by the analyses, read by reports."""

from __future__ import annotations

#: Every unit, era, year or indicator together; without those whose meaning changed.
ALL, WITHOUT = "all", "without"
#: The components whose differences make a distance.
INDICATORS, PILLARS = "indicators", "pillars"
#: Stands where facets have their names, in comparisons with what leaders believed.
BELIEF = "belief"
#: Of capabilities: two allies together; all states on record.
JOINT, WORLD = "joint", "world"
#: The two findings of a test; so few years justify no stronger word.
SUGGESTIVE, NOT_FOUND = "suggestive", "not found"
#: Verdicts on a claim, from the firmest for it to the firmest against it.
SUPPORTED, LEANING, UNDECIDED, AGAINST, CONTRADICTED = VERDICTS = (
    "supported",
    "leaning",
    "undecided",
    "leaning against",
    "contradicted",
)
#: A verdict for a claim that its placebos share.
NOT_DISCRIMINATING = "not discriminating"
#: Every conclusion on a claim.
CONCLUSIONS = (*VERDICTS, NOT_DISCRIMINATING)
#: Of a claim that could hardly fail, since the words of the codebook are the claim.
NEAR_TAUTOLOGY = "near-tautology"
#: Of a claim: what the essay says; what should fail if it is right; what it leaves open.
SIDES = ("essay", "rival", "open")
#: A claim of the essay contradicted, or a rival supported; the same, leaning.
SURPRISE, LEANS = "surprise", "leans to surprise"
#: Columns that name a later trajectory (after its unit) and the earlier one it is compared with.
PAIRED = ("era", "lineage", "other", "other_era")
#: Significance level of every test of turning points, to which its power belongs.
TEST_LEVEL = 0.05
