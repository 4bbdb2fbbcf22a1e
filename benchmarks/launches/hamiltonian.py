"""Hamiltonian Monte Carlo on a density in JAX: chains side by side, a dense metric, paths of random length.

Slopes are by reverse differentiation. Blocks of draws are one compiled program. While it warms up, the metric is taken
from each block's draws, and the step is steered to an acceptance; then both stay.

Reference: Neal (2011), MCMC using Hamiltonian dynamics, on paths of random length. Limits: one step and one metric for
all chains, learned in short blocks.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from detente.engine.ahead import cores, together
from detente.inference.moving import Reference

BLOCK, WARM = 20, 15
"""Draws of a block, and blocks of warming up."""

TARGET, FAST = 0.8, 2.0
"""Acceptance to which the step is steered, and how fast."""

SPAN, LEAPS = np.float32(np.pi), np.int32(32)
"""Longest path, in units of the metric: half a turn about a normal law; and its most leaps, while steps are short."""

Density = Callable[[Float[Array, "dial chain"]], Float[Array, " chain"]]


class Hamiltonian:
    """Chains on one density, shared out over the cores."""

    def __init__(self, density: Density, size: int, chains: int, seed: int):
        """Compile the program, and set out from the prior.

        Args:
            density: log-density of points, but for a constant.
            size: how many numbers a point has.
            chains: in all.
            seed: of starts, paths and acceptance.
        """
        rng = np.random.default_rng(seed)
        groups = cores()
        starts = rng.standard_normal((groups, size, chains // groups)).astype(np.float32)
        self.points, self.root, self.step = (
            list(starts),
            np.eye(size, dtype=np.float32),
            np.float32(0.2),
        )
        self.key, self.blocks = jax.random.key(seed), 0
        some = self.key, starts[0], self.root, self.step
        self.program = jax.jit(partial(block, density)).lower(*some).compile()

    def warm(self) -> None:
        """Learn the metric and the step."""
        for _ in range(WARM):
            draws, acceptance = self._block()
            self.root = Reference.of(draws.reshape(-1, draws.shape[-1])).root.astype(np.float32)
            self.step = np.float32(self.step * np.exp(FAST * (acceptance - TARGET)))

    def draw(self, number: int) -> Float[np.ndarray, "chain draw dial"]:
        """Draw on, whole blocks, until there are so many of each chain."""
        return np.concatenate([self._block()[0] for _ in range(-(-number // BLOCK))], axis=1)

    def _block(self) -> tuple[Float[np.ndarray, "chain draw dial"], float]:
        """A block of draws, and their acceptance."""

        def one(group: int) -> tuple[np.ndarray, float]:
            key = jax.random.fold_in(self.key, self.blocks * len(self.points) + group)
            drawn, acceptance = self.program(key, self.points[group], self.root, self.step)
            return np.asarray(drawn), float(acceptance)

        parts = together(one, range(len(self.points)))
        self.blocks += 1
        self.points = [drawn[-1] for drawn, _ in parts]
        drawn = np.concatenate([drawn for drawn, _ in parts], axis=-1)
        return drawn.transpose(2, 0, 1), float(np.mean([acceptance for _, acceptance in parts]))


def block(
    density: Density,
    key: Array,
    points: Float[Array, "dial chain"],
    root: Float[Array, "dial dial"],
    step: Float[Array, ""],
) -> tuple[Float[Array, "draw dial chain"], Float[Array, ""]]:
    """Draws one after another, all chains side by side, and their mean acceptance."""
    longest = jnp.minimum(jnp.ceil(SPAN / step).astype(jnp.int32), LEAPS)

    def seen(points: Array) -> tuple[Array, Array, Array]:
        values, back = jax.vjp(density, points)
        (slopes,) = back(jnp.ones_like(values))
        return points, values, root.T @ slopes

    def leap(_: Any, now: tuple[Any, Array]) -> tuple[Any, Array]:
        (points, _, slopes), pace = now
        pace = pace + 0.5 * step * slopes
        there = seen(points + step * (root @ pace))
        return there, pace + 0.5 * step * there[2]

    def draw(here: Any, key: Array) -> tuple[Any, Any]:
        length, push, luck = jax.random.split(key, 3)
        pace = jax.random.normal(push, points.shape)
        leaps = jax.random.randint(length, (), 1, longest + 1)
        there, after = lax.fori_loop(0, leaps, leap, (here, pace))
        gain = there[1] - here[1] + 0.5 * jnp.sum(pace**2 - after**2, axis=0)
        chance = jnp.where(jnp.isnan(gain), 0.0, jnp.exp(jnp.minimum(gain, 0.0)))
        taken = jax.random.uniform(luck, chance.shape) < chance
        here = jax.tree.map(lambda a, b: jnp.where(taken, a, b), there, here)
        return here, (here[0], jnp.mean(chance))

    _, (drawn, chances) = lax.scan(draw, seen(points), jax.random.split(key, BLOCK))
    return drawn, jnp.mean(chances)
