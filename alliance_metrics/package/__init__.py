"""A data package on disk: read, check, declare, begin."""
