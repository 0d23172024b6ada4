"""One page on which readers try their own settings; scores anew, so it stands above the study."""
