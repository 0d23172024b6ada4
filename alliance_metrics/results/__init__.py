"""Saved results: tables, their declaration, files and folders."""
