"""Declared claims, judged draw by draw."""
