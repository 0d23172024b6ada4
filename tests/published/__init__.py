"""Facts of the published data."""
