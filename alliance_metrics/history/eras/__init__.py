"""Two eras of a lineage compared: differences, analogues, time-warped alignment."""
