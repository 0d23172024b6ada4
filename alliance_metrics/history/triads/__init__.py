"""Three dyads as a triangle: balance, tilt, leanings."""
