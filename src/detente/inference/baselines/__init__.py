"""What a forecast has to beat: simple laws of a target's own past. None runs the model."""
