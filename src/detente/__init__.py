"""Détente: a strategy lab for nuclear diplomacy."""
