"""Where people come in: commands, use cases, and what they read. No modelling."""
