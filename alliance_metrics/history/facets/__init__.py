"""Public against private, core against periphery: gaps between two facets of one index."""
