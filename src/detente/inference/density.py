"""The posterior density of scores with its gradient, of many points at once, as of any month.

Points are sets of one batch, which the engine takes through history side by side: many cost little more than one. The
program that tells them is compiled once for a number of points and called from samplers as it is: inside a sampler's
own program it would be traced and compiled for every place where it stands, minutes each, and a callback from there
waits for threads that wait for it.
"""

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from detente.inference.likelihood import Likelihood


class Posterior:
    """The unnormalised posterior of scores under one likelihood."""

    def __init__(self, likelihood: Likelihood):
        """Take a likelihood."""
        self.likelihood = likelihood
        self.program = cache(self._compiled)

    def __call__(
        self, points: Float[np.ndarray, "point dial"], upto: int
    ) -> tuple[Float[np.ndarray, " point"], Float[np.ndarray, "point dial"]]:
        """Log-densities as of a month, but for a constant, and their gradients.

        Args:
            points: the scores. A number of points is compiled for when it is first met; `program` does so beforehand.
            upto: how many months are told.
        """
        values, slopes = self.program(len(points))(points.T.astype(np.float32), np.int32(upto))
        return np.asarray(values, np.float64), np.asarray(slopes, np.float64).T

    def _compiled(self, points: int) -> Any:
        some = jnp.zeros((self.likelihood.dials.size, points))
        return jax.jit(self._both).lower(some, jnp.int32(1)).compile()

    def _both(
        self, scores: Float[Array, "dial set"], upto: Int[Array, ""]
    ) -> tuple[Float[Array, " set"], Float[Array, "dial set"]]:
        def many(scores: Float[Array, "dial set"]) -> Float[Array, " set"]:
            months = self.likelihood.monthly(scores, upto)
            told = (jnp.arange(months.shape[0], dtype=jnp.int32) < upto)[:, None]
            return log_prior(scores) + jnp.sum(jnp.where(told, months, 0.0), axis=0)

        values, back = jax.vjp(many, scores)
        (slopes,) = back(jnp.ones_like(values))
        return values, jnp.nan_to_num(slopes)


def log_prior(scores: Float[Array, "dial *set"]) -> Float[Array, "*set"]:
    """Log-density of the prior, but for a constant: scores are standard normal."""
    return -0.5 * jnp.sum(scores**2, axis=0)
