"""The posterior density of scores, as samplers want it: of one point, with a gradient; many points are told together.

A sampler that is mapped over chains or particles asks for many densities at once. They are told as sets of one batch,
which the engine takes through history side by side: an ensemble costs little more than one of its members. The
program that tells them is compiled once for a number of sets, apart from the sampler, which calls it: within a
sampler's own program it would be traced and compiled once for every place where it stands, minutes each.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from detente.inference.likelihood import Likelihood

Density = Callable[[Float[Array, " dial"]], Float[Array, ""]]


def log_prior(scores: Float[Array, "dial *set"]) -> Float[Array, "*set"]:
    """Log-density of the prior, but for a constant: scores are standard normal."""
    return -0.5 * jnp.sum(scores**2, axis=0)


class Posterior:
    """The unnormalised posterior of scores under one likelihood, as of any month."""

    def __init__(self, likelihood: Likelihood):
        """Take a likelihood."""
        self.likelihood = likelihood
        self.program = cache(self._compiled)

    def density(self, upto: Int[Array, ""]) -> Density:
        """The log-density as of a month.

        Args:
            upto: how many months are told.

        Returns:
            A function of scores [dial] that can be differentiated once, and mapped over a leading axis.
        """

        def asked(
            scores: Float[Array, " dial"], upto: Int[Array, ""]
        ) -> tuple[Float[Array, ""], Float[Array, " dial"]]:
            shapes = (
                jax.ShapeDtypeStruct((), jnp.float32),
                jax.ShapeDtypeStruct(scores.shape, jnp.float32),
            )
            return jax.pure_callback(self._answer, shapes, scores, upto, vmap_method="expand_dims")

        @jax.custom_vjp
        def log_density(scores: Float[Array, " dial"], upto: Int[Array, ""]) -> Float[Array, ""]:
            return asked(scores, upto)[0]

        log_density.defvjp(asked, lambda slopes, seed: (seed * slopes, None))
        return lambda scores: log_density(scores, upto)

    def _answer(self, scores: Any, upto: Any) -> tuple[np.ndarray, np.ndarray]:
        """Values and slopes of one point, or of many along a leading axis."""
        points = np.asarray(scores, np.float32)
        many = points.reshape(-1, points.shape[-1])
        number = np.asarray(upto, np.int32).ravel()[0]
        values, slopes = self.program(len(many))(many.T, number)
        return (
            np.asarray(values).reshape(points.shape[:-1]),
            np.asarray(slopes).T.reshape(points.shape),
        )

    def _compiled(self, sets: int) -> Any:
        some = jnp.zeros((self.likelihood.dials.size, sets))
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
