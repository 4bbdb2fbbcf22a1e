"""The posterior as of one month: long chains of Hamiltonian Monte Carlo, side by side.

Chains start where a search for the mode has come from as many draws of the prior, and move with a metric that is made
twice on the way of what they have shown; so is the step. A start and a metric decide how fast a chain converges, not
to what. What R-hat and effective sizes say of it is kept with the draws.

Reference: Neal (2011) on Hamiltonian dynamics; Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021) on R-hat and bulk
effective size. Limits: paths are of random length, not of one that turns itself (the no-U-turn sampler): a density that
takes minutes to compile does not go into such a sampler's program, see `detente.inference.density`.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Bool, Float

from detente.engine.ahead import cores, together
from detente.inference.density import Posterior
from detente.inference.likelihood import Likelihood
from detente.inference.moving import move, steered

FIRST_STEP = 0.3
"""Step that the warm-up begins with."""

CLIMB, RATE = 120, 0.08
"""Gradients of the search that chains start from, and its rate of learning."""

START, SHRUNK = 0.2, 0.7
"""Variance of scores that the first metric takes, and the share of later ones that is taken from correlations."""

PATIENCE = 0.1
"""Weight of a new step in the one that is kept when warm-up ends."""


class Reference(NamedTuple):
    """Chains: [chain, draw, dial]; whether each move was accepted: [chain, draw]; and what they cost."""

    scores: Float[np.ndarray, "chain draw dial"]
    accepted: Bool[np.ndarray, "chain draw"]
    gradients: int
    step: float


def reference(
    likelihood: Likelihood,
    upto: int,
    *,
    chains: int = 16,
    warmup: int = 100,
    length: int = 400,
    seed: int = 3,
    told: Callable[[int], None] = lambda _: None,
) -> Reference:
    """Sample.

    Args:
        likelihood: of the numbers asked about.
        upto: how many months are told.
        chains: shared out evenly over the cores.
        warmup: iterations that find the metric and the step, and are thrown away.
        length: iterations that are kept.
        seed: of the chains.
        told: hears of every gradient of the search and of every iteration, for progress.
    """
    rng, posterior = np.random.default_rng(seed), Posterior(likelihood)
    parts = cores() if chains % cores() == 0 else 1
    posterior.program(chains // parts)
    groups = np.split(rng.standard_normal((chains, likelihood.dials.size)), parts)
    groups = together(lambda points: _climbed(posterior, points, upto, told), groups)
    lucks, step, kept_step, gradients = rng.spawn(parts), FIRST_STEP, np.log(FIRST_STEP), 0
    metric, seen = np.diag(np.full(likelihood.dials.size, START)), []
    scores, accepted = [], []
    for iteration in range(warmup + length):
        how = upto, step, metric
        tasks = list(zip(groups, lucks, strict=True))
        done = together(lambda task, how=how: move(posterior, task[0], *how, task[1]), tasks)
        groups = [part.points for part in done]
        gradients += sum(part.gradients for part in done)
        if iteration < warmup:
            seen.append(np.concatenate(groups))
            step = steered(step, float(np.mean([part.chance for part in done])))
            kept_step += PATIENCE * (np.log(step) - kept_step)
            if iteration in (warmup // 3, 2 * warmup // 3):
                metric = _spread(np.concatenate(seen[len(seen) // 2 :]))
            step = float(np.exp(kept_step)) if iteration == warmup - 1 else step
        else:
            scores.append(np.concatenate(groups))
            accepted.append(np.concatenate([part.moved for part in done]))
        told(1)
    return Reference(np.stack(scores, 1), np.stack(accepted, 1), gradients, step)


def _climbed(
    posterior: Posterior, points: np.ndarray, upto: int, told: Callable[[int], None]
) -> np.ndarray:
    """Climb from every point toward a mode, by Adam."""
    optimiser = optax.adam(optax.cosine_decay_schedule(RATE, CLIMB, 0.2))
    at = jnp.asarray(points, jnp.float32)
    state = optimiser.init(at)
    for _ in range(CLIMB):
        _, slopes = posterior(np.asarray(at), upto)
        change, state = optimiser.update(-jnp.asarray(slopes, jnp.float32), state)
        at = at + jnp.asarray(change)
        told(1)
    return np.asarray(at, np.float64)


def _spread(points: np.ndarray) -> np.ndarray:
    """Covariance of points, shrunk toward its diagonal: few chains tell little of correlations."""
    covariance = np.cov(points.T)
    return SHRUNK * covariance + (1 - SHRUNK) * np.diag(np.diag(covariance))
