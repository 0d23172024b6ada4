"""The index beside measured series from outside."""
