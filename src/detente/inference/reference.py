"""The reference posterior as of one month: long chains of Hamiltonian Monte Carlo, side by side.

Chains start from draws of the sequential sampler, spread out to twice their distance from the mean, and move with the
metric of these draws and a step found on the way; a start and a metric decide how fast a chain converges, not to what.
What R-hat and effective sizes say of it is kept with the draws.

Reference: Neal (2011) on Hamiltonian dynamics; Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021) on R-hat and
bulk effective size. Limits: paths are of random length, not of one that turns itself (the no-U-turn sampler): a
density that takes minutes to compile does not go into such a sampler's program, see `detente.inference.density`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from detente.engine.ahead import cores, together
from detente.inference.density import Posterior
from detente.inference.likelihood import Likelihood
from detente.inference.moving import move, steered

FIRST_STEP = 0.3
"""Step that the warm-up begins with."""

SPREAD = 2.0
"""How far starts are spread, in distances of draws from their mean."""

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
    draws: Float[np.ndarray, "draw dial"],
    upto: int,
    *,
    chains: int = 8,
    warmup: int = 100,
    length: int = 400,
    seed: int = 3,
    told: Callable[[int], None] = lambda _: None,
) -> Reference:
    """Sample.

    Args:
        likelihood: of the numbers asked about.
        draws: draws near the posterior, for starts and metric.
        upto: how many months are told.
        chains: shared out evenly over the cores.
        warmup: iterations that find the step, and are thrown away.
        length: iterations that are kept.
        seed: of the chains.
        told: hears of every iteration, for progress.
    """
    rng, posterior = np.random.default_rng(seed), Posterior(likelihood)
    mean, metric = draws.mean(0), np.cov(draws.T)
    chosen = draws[rng.choice(len(draws), chains, replace=False)]
    groups = np.split(mean + SPREAD * (chosen - mean), cores() if chains % cores() == 0 else 1)
    posterior.program(len(groups[0]))
    lucks, step, kept_step, gradients = rng.spawn(len(groups)), FIRST_STEP, np.log(FIRST_STEP), 0
    scores, accepted = [], []
    for iteration in range(warmup + length):
        how = upto, step, metric
        tasks = list(zip(groups, lucks, strict=True))
        done = together(lambda task, how=how: move(posterior, task[0], *how, task[1]), tasks)
        groups = [part.points for part in done]
        gradients += sum(part.gradients for part in done)
        if iteration < warmup:
            step = steered(step, float(np.mean([part.chance for part in done])))
            kept_step += PATIENCE * (np.log(step) - kept_step)
            step = float(np.exp(kept_step)) if iteration == warmup - 1 else step
        else:
            scores.append(np.concatenate(groups))
            accepted.append(np.concatenate([part.moved for part in done]))
        told(iteration)
    return Reference(np.stack(scores, 1), np.stack(accepted, 1), gradients, step)
