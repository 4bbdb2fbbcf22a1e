"""Which numbers history can speak to: a posterior mode of all of them, and how sharply the months bend around it.

A number's information is the sum over months of the squared slope of the month's log-probability in its score (the outer
product of gradients). Alone, it would shrink the score's variance from one to 1/(1 + information): that is its contraction.
Slopes are differences between whole runs, so that what acts through unobserved choices counts too.

Reference: Berndt, Hall, Hall and Hausman (1974) on the outer product. Limits: one point; numbers that only together are
told apart show as informed, each alone.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float

from detente.inference.likelihood import Likelihood

STEP = 0.25
"""Half the distance of scores between which a slope is taken."""

SETS = 64
"""Sets of scores told at once."""


class Mode(NamedTuple):
    """The scores that history and prior together favour most, as far as the search came: [dial]."""

    scores: Float[np.ndarray, " dial"]
    log_posterior: float


def mode(
    likelihood: Likelihood, *, steps: int = 300, rate: float = 0.05, told: Callable[[int], None] = lambda _: None
) -> Mode:
    """Climb to a mode of the posterior by Adam.

    Args:
        likelihood: of the numbers asked about.
        steps: gradients.
        rate: of learning.
        told: hears of every step, for progress.
    """
    climb = jax.jit(jax.value_and_grad(lambda scores: log_posterior(likelihood, scores[:, None])[0]))
    optimiser = optax.adam(optax.cosine_decay_schedule(rate, steps, 0.1))
    scores = jnp.zeros(likelihood.dials.size)
    state, best = optimiser.init(scores), Mode(np.asarray(scores), -np.inf)
    for step in range(steps):
        value, slope = climb(scores)
        if value > best.log_posterior:
            best = Mode(np.asarray(scores), float(value))
        change, state = optimiser.update(-slope, state)
        scores = optax.apply_updates(scores, change)
        told(step)
    return best


def log_posterior(likelihood: Likelihood, scores: Float[Array, "dial set"]) -> Float[Array, " set"]:
    """Unnormalised log-posterior of sets of scores."""
    return jnp.sum(likelihood.monthly(scores), axis=0) - 0.5 * jnp.sum(scores**2, axis=0)


def information(likelihood: Likelihood, at: Float[np.ndarray, " dial"]) -> Float[np.ndarray, " dial"]:
    """Information of the months on each number, alone, at given scores."""
    run, size = jax.jit(likelihood.monthly), len(at)
    found = np.zeros(size)
    for first in range(0, size, SETS // 2):
        dials = np.arange(first, min(first + SETS // 2, size))
        sets = np.tile(at[:, None], (1, SETS)).astype(np.float32)
        sets[dials, 2 * np.arange(len(dials))] -= STEP
        sets[dials, 2 * np.arange(len(dials)) + 1] += STEP
        logs = np.asarray(run(jnp.asarray(sets)), np.float64)
        slopes = (logs[:, 1::2] - logs[:, ::2]) / (2 * STEP)
        found[dials] = np.sum(slopes[:, : len(dials)] ** 2, axis=0)
    return found
