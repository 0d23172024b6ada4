"""Recovery: when a pair of states was at its lowest, and what returned first afterwards."""
