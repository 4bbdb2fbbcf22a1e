"""Situations and doctrines as data: packs, their schema, and how they are bound to the model."""
