"""Moves that leave a posterior as it is: preconditioned Crank–Nicolson steps about a Student reference.

A proposal turns a point about the centre of a reference law, which is close to the posterior, towards a fresh draw of
it; what is accepted makes up for the difference between the two. Were the reference the posterior itself, every
proposal would be taken, however many dimensions there are. No gradient is needed, so that a likelihood with small steps
is no hindrance.

Reference: Cotter, Roberts, Stuart and White (2013) on such steps; Grumitt, Karamanis and Seljak (2024), Flow annealed
Kalman inversion, on the Student reference; Schäfer and Strimmer (2005) on covariances from few draws. Limits: moves to
a mode that the reference does not cover are rare.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

FREEDOM = 8.0
"""Degrees of freedom of the reference: tails wider than a normal law's, for where posteriors have them."""

TARGET = 0.25
"""Acceptance to which the angle is steered."""


class Reference(NamedTuple):
    """A Student law near a posterior: centre [dial] and root of its scale [dial, dial]."""

    centre: Float[np.ndarray, " dial"]
    root: Float[np.ndarray, "dial dial"]

    @classmethod
    def of(
        cls,
        points: Float[np.ndarray, "point dial"],
        chances: Float[np.ndarray, " point"] | None = None,
    ) -> "Reference":
        """The law with the mean and the covariance of points, weighted where chances are given.

        Correlations are shrunk towards nil by as much as their errors suggest.
        """
        if chances is None:
            chances = np.full(len(points), 1 / len(points))
        centre = chances @ points
        spread = np.sqrt(chances @ (points - centre) ** 2)
        units = (points - centre) / np.maximum(spread, 1e-6)
        correlation = (chances[:, None] * units).T @ units
        apart = ~np.eye(len(centre), dtype=bool)
        errors = np.sum(chances**2) * ((chances[:, None] * units**2).T @ units**2 - correlation**2)
        share = np.clip(errors[apart].sum() / np.sum(correlation[apart] ** 2), 0.0, 1.0)
        correlation[apart] *= 1 - share
        root = np.linalg.cholesky(correlation + 1e-6 * np.eye(len(centre)))
        return cls(centre, np.maximum(spread, 1e-6)[:, None] * root)

    def log_density(
        self, points: Float[np.ndarray, "point dial"]
    ) -> tuple[Float[np.ndarray, " point"], Float[np.ndarray, " point"]]:
        """Log-densities but for a constant, and squared distances from the centre in units of the scale."""
        far = np.sum(np.linalg.solve(self.root, (points - self.centre).T) ** 2, axis=0)
        return -0.5 * (FREEDOM + len(self.centre)) * np.log1p(far / FREEDOM), far


class Moved(NamedTuple):
    """Where points have got to, their log-densities, and how likely the moves were to be accepted."""

    points: Float[np.ndarray, "point dial"]
    values: Float[np.ndarray, " point"]
    acceptance: float


def move(
    density: Callable[[Float[np.ndarray, "point dial"]], Float[np.ndarray, " point"]],
    points: Float[np.ndarray, "point dial"],
    values: Float[np.ndarray, " point"],
    reference: Reference,
    angle: float,
    rng: np.random.Generator,
) -> Moved:
    """Move every point once.

    Args:
        density: log-density of what is left as it is, but for a constant.
        points: where they are.
        values: their log-densities.
        reference: a law near it.
        angle: share of a proposal that is fresh, from 0 to 1.
        rng: of proposals and acceptance.
    """
    size, dials = points.shape
    old, far = reference.log_density(points)
    scale = rng.gamma((dials + FREEDOM) / 2, 2 / (FREEDOM + far), size)
    fresh = rng.standard_normal(points.shape) @ reference.root.T / np.sqrt(scale)[:, None]
    away = points - reference.centre
    tried = reference.centre + np.sqrt(1 - angle**2) * away + angle * fresh
    new, _ = reference.log_density(tried)
    found = density(tried)
    chance = np.exp(np.minimum(found - values - (new - old), 0.0))
    taken = rng.random(size) < chance
    return Moved(
        np.where(taken[:, None], tried, points),
        np.where(taken, found, values),
        float(chance.mean()),
    )


def steered(angle: float, acceptance: float, gain: float = 1.0) -> float:
    """The next angle, from how likely moves were to be accepted; a gain under one smooths over many moves."""
    return float(np.clip(angle * np.exp(gain * (acceptance - TARGET)), 0.01, 0.99))
