"""The posterior density of scores, as samplers want it: of one point, with a gradient; many points are told together.

A sampler that is mapped over chains or particles asks for many densities at once. They are told as sets of one batch,
which the engine takes through history side by side: an ensemble costs little more than one of its members.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.custom_batching import custom_vmap
from jaxtyping import Array, Float, Int

from detente.inference.likelihood import Likelihood

Density = Callable[[Float[Array, " dial"]], Float[Array, ""]]


def log_prior(scores: Float[Array, "dial *set"]) -> Float[Array, "*set"]:
    """Log-density of the prior, but for a constant: scores are standard normal."""
    return -0.5 * jnp.sum(scores**2, axis=0)


def density(likelihood: Likelihood, upto: Int[Array, ""]) -> Density:
    """Unnormalised log-posterior of one point, as of a month.

    Args:
        likelihood: of the numbers asked about.
        upto: how many months are told; data, so that one program serves every date.

    Returns:
        A function of scores [dial] that can be differentiated once, and mapped over a leading axis.
    """

    def many(scores: Float[Array, "dial set"], upto: Int[Array, ""]) -> Float[Array, " set"]:
        months = likelihood.monthly(scores, upto)
        told = (jnp.arange(months.shape[0], dtype=jnp.int32) < upto)[:, None]
        return log_prior(scores) + jnp.sum(jnp.where(told, months, 0.0), axis=0)

    def both(scores: Float[Array, "dial set"], upto: Int[Array, ""]) -> tuple[Array, Array]:
        values, back = jax.vjp(lambda scores: many(scores, upto), scores)
        (slopes,) = back(jnp.ones_like(values))
        return values, jnp.nan_to_num(slopes)

    @custom_vmap
    def one(scores: Float[Array, " dial"], upto: Int[Array, ""]) -> tuple[Array, Array]:
        values, slopes = both(scores[:, None], upto)
        return values[0], slopes[:, 0]

    @one.def_vmap
    def _(
        size: int, batched: list[bool], scores: Float[Array, "set dial"], upto: Int[Array, ""]
    ) -> tuple[Any, Any]:
        del size, batched
        values, slopes = both(jax.lax.optimization_barrier(scores.T), upto)
        return jax.lax.optimization_barrier((values, slopes.T)), (True, True)

    @jax.custom_vjp
    def log_density(scores: Float[Array, " dial"], upto: Int[Array, ""]) -> Float[Array, ""]:
        return one(scores, upto)[0]

    log_density.defvjp(one, lambda slopes, seed: (seed * slopes, None))
    return lambda scores: log_density(scores, upto)
