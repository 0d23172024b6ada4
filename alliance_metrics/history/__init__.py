"""What the past says: one folder a question, each with its mathematics, tables and analysis."""
