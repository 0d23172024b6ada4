"""What was coded, by whom, on what evidence."""
