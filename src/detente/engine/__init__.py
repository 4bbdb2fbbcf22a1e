"""The month and the one loop: how parts become a future, and futures an ensemble."""
