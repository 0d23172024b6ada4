"""Configuration files: closed models, faults with their location."""
