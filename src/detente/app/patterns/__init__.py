"""Patterns that the model must answer, each a named check with its figure. Nothing is tuned to make one pass."""
