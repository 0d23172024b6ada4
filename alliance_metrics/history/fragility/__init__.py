"""How little would bring an index below a value, and what followed comparable years."""
