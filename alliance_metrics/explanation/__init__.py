"""Why an index moved between two years, down to codings and evidence."""
