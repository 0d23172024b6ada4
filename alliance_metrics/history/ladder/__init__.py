"""What a number means: a year beside the years of reference pairs whose standing is known."""
