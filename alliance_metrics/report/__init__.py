"""How results are shown: reads saved tables alone, and computes nothing."""
