"""What drives an output: effects of uncertain inputs, and how far weights can move it."""
