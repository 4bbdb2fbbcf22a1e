"""The posterior of the law of launches, a subset of the likelihood of history that other tools can state.

The launches of each class in each month are as history has them; what moves them, from readiness to affronts, is taken
from one path of the whole model, told history with all numbers at their medians. What is asked are the numbers of the
law, as standard normal scores of their priors, and nothing else.

`told` runs Détente's own code and hands over what `peer` states anew in PyMC, in an environment of its own.
`hamiltonian` samples the density of `told` by its slopes, for reference.
"""
