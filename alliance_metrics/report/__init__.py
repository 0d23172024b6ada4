"""How results are shown. Nothing is computed here that is not a cell of a saved table."""
