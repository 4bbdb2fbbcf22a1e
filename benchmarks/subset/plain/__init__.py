"""The part of the model in plain Python: one future at a time, floats and `math`."""
