"""The brief: one page about one pair of states, every number a cell of a saved table."""
