"""Hamiltonian Monte Carlo of many points side by side: a move that leaves the posterior as it is.

A point is given a random momentum, follows the posterior's own gradient for a while, and stays where it gets to with
the chance that makes up for what the steps of the path got wrong. How long a path is, is drawn anew for every move,
so that no period is hit.

Reference: Neal (2011), MCMC using Hamiltonian dynamics, in Brooks et al. (eds.), Handbook of Markov Chain Monte Carlo.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from detente.inference.density import Posterior

LEAPS = 6
"""Steps of a path, on average: from half of it to half as many more."""

TARGET = 0.75
"""Acceptance to which the step is steered: unobserved choices change in steps, which no path foresees."""


class Moved(NamedTuple):
    """Where points have got to. Arrays: [point, dial] and [point]."""

    points: Float[np.ndarray, "point dial"]
    chance: Float[np.ndarray, " point"]
    moved: Bool[np.ndarray, " point"]
    gradients: int


def move(
    posterior: Posterior,
    points: Float[np.ndarray, "point dial"],
    upto: int,
    step: float,
    metric: Float[np.ndarray, "dial dial"],
    rng: np.random.Generator,
) -> Moved:
    """Move every point once.

    Args:
        posterior: with its gradient.
        points: where they are.
        upto: how many months are told.
        step: of a path, in units of the metric.
        metric: about the posterior's covariance.
        rng: of momenta, lengths and acceptance.
    """
    leaps = int(rng.integers(LEAPS // 2, LEAPS + LEAPS // 2 + 1))
    root = np.linalg.cholesky(np.linalg.inv(metric))
    momentum = rng.standard_normal(points.shape) @ root.T
    value, slope = posterior(points, upto)
    start = value - _energy(momentum, metric)
    at = points.astype(np.float64)
    for _ in range(leaps):
        momentum = momentum + 0.5 * step * slope
        at = at + step * momentum @ metric
        value, slope = posterior(at, upto)
        momentum = momentum + 0.5 * step * slope
    change = np.nan_to_num(value - _energy(momentum, metric) - start, nan=-np.inf)
    chance = np.exp(np.minimum(change, 0.0))
    moved = rng.random(len(points)) < chance
    kept = np.where(moved[:, None], at, points).astype(np.float32)
    return Moved(kept, chance, moved, (leaps + 1) * len(points))


def steered(step: float, chance: float) -> float:
    """The next step, from how likely moves were to be accepted."""
    return float(np.clip(step * np.exp(chance - TARGET), 1e-3, 1.5))


def _energy(momentum: np.ndarray, metric: np.ndarray) -> np.ndarray:
    return 0.5 * np.sum(momentum @ metric * momentum, axis=1)
