"""Is the index sound: the ten steps of the OECD/JRC Handbook, and how far other defensible choices move it."""
