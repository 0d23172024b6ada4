"""When a trajectory broke, what fell first, and what went before what."""
