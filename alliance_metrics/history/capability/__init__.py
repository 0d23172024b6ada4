"""What a state could draw on: joint shares, an ally discounted by cohesion, Lanchester's laws."""
