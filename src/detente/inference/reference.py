"""The reference posterior as of one month: the no-U-turn sampler, chains side by side.

Chains start from draws of the sequential sampler, spread out to twice their distance from the mean, and move with the
metric of these draws and a step found on the way; a start and a metric decide how fast a chain converges, not to
what. What R-hat and effective sizes say of it is kept with the draws.

Reference: Hoffman and Gelman (2014); Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021) on R-hat and bulk
effective size.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import blackjax
import jax
import jax.numpy as jnp
import numpy as np
from blackjax.adaptation.step_size import dual_averaging_adaptation
from jaxtyping import Array, Float

from detente.engine.ahead import cores, together
from detente.inference.density import Posterior
from detente.inference.likelihood import Likelihood

DEEPEST = 6
"""Most doublings of a trajectory."""

TARGET = 0.8
"""Acceptance to which the step is steered while chains warm up."""

PLAIN = {"xla_cpu_use_fusion_emitters": False}
"""How trajectories are compiled: the newer way of fusing loops aborts on them (jaxlib 0.10.2)."""

FIRST_STEP = 0.3
"""Step that the warm-up begins with."""

SPREAD = 2.0
"""How far starts are spread, in distances of draws from their mean."""


class Reference(NamedTuple):
    """Chains: [chain, draw, dial], and what they cost."""

    scores: Float[np.ndarray, "chain draw dial"]
    divergent: Float[np.ndarray, "chain draw"]
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
        chains: shared out over the cores.
        warmup: iterations that find the step, and are thrown away.
        length: iterations that are kept.
        seed: of the chains.
        told: hears of every iteration of the first core, for progress.
    """
    rng = np.random.default_rng(seed)
    mean, metric = draws.mean(0), np.cov(draws.T)
    chosen = draws[rng.choice(len(draws), chains, replace=False)]
    starts = (mean + SPREAD * (chosen - mean)).astype(np.float32)
    groups = np.array_split(starts, min(cores(), chains))
    run = _Chains(likelihood, jnp.asarray(metric, jnp.float32), upto)
    for group in {len(group): group for group in groups}.values():
        run.compile(group)

    def work(task: tuple[int, np.ndarray]) -> tuple[np.ndarray, np.ndarray, int, float]:
        number, group = task
        hear = told if number == 0 else lambda _: None
        return run.sampled(group, seed * 1000 + number, warmup, length, hear)

    parts = together(work, list(enumerate(groups)))
    scores, divergent, gradients, steps = zip(*parts, strict=True)
    return Reference(
        np.concatenate(scores), np.concatenate(divergent), sum(gradients), float(np.mean(steps))
    )


class _Chains:
    """Chains of one core, in lockstep: an iteration lasts as long as the longest of their trajectories."""

    def __init__(self, likelihood: Likelihood, metric: Float[Array, "dial dial"], upto: int):
        self.target = Posterior(likelihood)
        self.log_density = self.target.density(jnp.int32(upto))
        self.metric = metric
        self._step = jax.jit(jax.vmap(self._one, in_axes=(0, 0, None)), compiler_options=PLAIN)
        self._begin = jax.jit(jax.vmap(lambda at: blackjax.nuts.init(at, self.log_density)))

    def compile(self, starts: np.ndarray) -> None:
        """Compile for so many chains, before threads share it: the compiler does not take two of them at once."""
        self.target.program(len(starts))
        keys = jax.random.split(jax.random.key(0), len(starts))
        self._step(keys, self._begin(jnp.asarray(starts)), jnp.float32(1e-6))

    def _one(self, key: Array, state: Any, step: Array) -> tuple[Any, Any]:
        kernel = blackjax.nuts.build_kernel()
        return kernel(key, state, self.log_density, step, self.metric, DEEPEST)

    def sampled(
        self,
        starts: np.ndarray,
        seed: int,
        warmup: int,
        length: int,
        told: Callable[[int], None],
    ) -> tuple[np.ndarray, np.ndarray, int, float]:
        """Warm up and sample: scores [chain, draw, dial], divergences, gradients spent, and the step."""
        key, state = jax.random.key(seed), self._begin(jnp.asarray(starts))
        begin, update, final = dual_averaging_adaptation(TARGET)
        tuned, kept, divergent, gradients = begin(FIRST_STEP), [], [], 0
        step = FIRST_STEP
        for iteration in range(warmup + length):
            keys = jax.random.split(jax.random.fold_in(key, iteration), len(starts))
            state, info = self._step(keys, state, jnp.float32(step))
            gradients += int(np.max(info.num_integration_steps)) * len(starts)
            if iteration < warmup:
                tuned = update(tuned, jnp.mean(info.acceptance_rate))
                last = iteration == warmup - 1
                step = float(final(tuned) if last else jnp.exp(tuned.log_step_size))
            else:
                kept.append(np.asarray(state.position))
                divergent.append(np.asarray(info.is_divergent))
            told(iteration)
        return np.stack(kept, 1), np.stack(divergent, 1), gradients, step
