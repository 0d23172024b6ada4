"""Charts of saved tables."""
