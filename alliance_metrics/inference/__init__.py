"""How sure we are, what drives it, when it broke."""
