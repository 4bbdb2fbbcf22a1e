"""The part of the model in NumPy: a chunk of futures at once, in place, in buffers that fit the cache."""
