"""What is claimed, what would show it, and what the model makes of it."""
