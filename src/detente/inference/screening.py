"""Which numbers history can speak to: a posterior mode of all of them, and how sharply the months bend around it.

A number's information is the sum over months of the squared slope of the month's log-probability in its score (the
outer product of gradients). Alone, it would shrink the score's variance from one to 1/(1 + information): that is its
contraction. A number that acts through unobserved choices alone has no slope here: history does not speak to it
directly.

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

from detente.inference.density import Posterior
from detente.inference.likelihood import Likelihood

PROBES, SETS = 96, 16
"""Random signs under which slopes are summed, and how many of them at once."""


class Mode(NamedTuple):
    """The scores that history and prior together favour most, as far as the search came: [dial]."""

    scores: Float[np.ndarray, " dial"]
    log_posterior: float


def mode(
    likelihood: Likelihood,
    *,
    steps: int = 300,
    rate: float = 0.05,
    told: Callable[[int], None] = lambda _: None,
) -> Mode:
    """Climb to a mode of the posterior by Adam.

    Args:
        likelihood: of the numbers asked about.
        steps: gradients.
        rate: of learning.
        told: hears of every step, for progress.
    """
    climb = Posterior(likelihood)
    optimiser = optax.adam(optax.cosine_decay_schedule(rate, steps, 0.1))
    scores = jnp.zeros(likelihood.dials.size)
    state, best = optimiser.init(scores), Mode(np.asarray(scores), -np.inf)
    for step in range(steps):
        values, slopes = climb(np.asarray(scores)[None], likelihood.history.months)
        if values[0] > best.log_posterior:
            best = Mode(np.asarray(scores), float(values[0]))
        change, state = optimiser.update(-jnp.asarray(slopes[0], jnp.float32), state)
        scores = scores + jnp.asarray(change)
        told(step)
    return best


def information(
    likelihood: Likelihood, at: Float[np.ndarray, " dial"], *, seed: int = 4
) -> Float[np.ndarray, " dial"]:
    """Information of the months on each number, alone, at given scores.

    Months' slopes are summed under random signs: the square of such a sum is, on average, the sum of the squares. The
    mean over `PROBES` of them has a relative error of a tenth or two.
    """

    def probed(signs: Float[Array, "month set"]) -> Float[Array, "dial set"]:
        here = jnp.broadcast_to(jnp.asarray(at, jnp.float32)[:, None], (len(at), signs.shape[1]))
        return jax.vjp(likelihood.monthly, here)[1](signs)[0]

    run, rng = jax.jit(probed), np.random.default_rng(seed)
    found = np.zeros(len(at))
    for _ in range(PROBES // SETS):
        signs = rng.choice(np.asarray([-1, 1], np.float32), (likelihood.history.months, SETS))
        found += np.sum(np.nan_to_num(np.asarray(run(signs), np.float64)) ** 2, axis=1)
    return found / PROBES
