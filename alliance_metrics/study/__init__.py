"""A configuration and its data, bound; scored once and in every draw."""
