"""How coded indicators become one number: arrays in, arrays out; `cohesion` puts the labels on."""
