"""How sure we are: uncertain inputs, draws, and their summary."""
