"""What happened: facts, and the formats that analysts have them in."""
