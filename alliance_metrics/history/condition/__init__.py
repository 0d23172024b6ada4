"""Whether one series' effect on another depends on a third."""
