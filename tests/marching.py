"""A handful of harbour's futures in one small compiled loop, with every site open to be given.

What is known is data here, as are worlds, parameters and luck: one program serves simulation, teacher forcing,
forks by an answer, and comparison of twins that differ in one thing.
"""

from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import tree

from detente.app.wiring import BY_DOCTRINE, POLICIES
from detente.engine.deep import Deep, Situation, draw, settle
from detente.engine.luck import Luck, seed_words
from detente.engine.month import Given, Month, Nature, Seat, State, start as start_of
from detente.engine.rollout import rollout
from detente.scenarios.binding import Pack

LANES, MONTHS = 8, 24
REPLICATE = 3


class Start(NamedTuple):
    """Where the lanes stand before the first month: batch last."""

    deep: Deep
    luck: Luck


class March:
    """The harbour crisis in eight lanes over two years."""

    def __init__(self, pack: Pack, settings: dict[str, Any]):
        self.situation: Situation = pack.situation
        self.settings = settings
        self.months = pack.situation.start + jnp.arange(MONTHS, dtype=jnp.int32)

    @cached_property
    def start(self) -> Start:
        """Eight worlds, one future each."""
        luck = Luck(
            jnp.asarray(seed_words(11)),
            jnp.arange(LANES, dtype=jnp.int32),
            jnp.full(LANES, REPLICATE, jnp.int32),
        )
        axes = Luck(None, 0, 0)  # type: ignore[arg-type]

        def make(luck: Luck) -> Deep:
            values = draw(self.situation.priors, luck, POLICIES)
            return settle(self.situation, values, luck, POLICIES)

        return Start(jax.jit(jax.vmap(make, in_axes=(axes,), out_axes=-1))(luck), luck)

    def loop(self, start: Start, given: dict[str, Given]) -> Month:
        """The loop itself, to be compiled or differentiated."""
        deep, luck = start
        size = luck.world.shape[0]
        memory = tree.map(
            lambda x: jnp.broadcast_to(x[..., None], (*x.shape, size)),
            start_of(BY_DOCTRINE.policies),
        )
        seats = {
            role: Seat(self.settings[role], deep.behaviour[name])
            for role, name in BY_DOCTRINE.sits.items()
        }
        nature = Nature(deep.params, seats, self.situation.frame)
        _, _, months = rollout(
            State(deep.world, memory),
            luck,
            self.months,
            lambda _: nature,
            BY_DOCTRINE.policies,
            given=given,
            hook=lambda kept, month: (kept, month),
            kept=(),
        )
        return months

    @cached_property
    def _compiled(self) -> Any:
        return jax.jit(self.loop)

    @cached_property
    def open(self) -> dict[str, Given]:
        """Every site, nothing known of it."""
        months = jax.eval_shape(self.loop, self.start, {})
        none = jnp.zeros(MONTHS, bool)
        return {
            site: Given(none, tree.map(lambda x: jnp.zeros(x.shape[:-1], x.dtype), draws))
            for site, draws in months.draws.items()
        }

    def known(self, months: Month, lane: int, sites: Any = None) -> dict[str, Given]:
        """What happened in one lane, given whole: at all sites, or at some."""
        every = jnp.ones(MONTHS, bool)
        told = {
            site: Given(every, tree.map(lambda x: jnp.asarray(x[..., lane]), draws))
            for site, draws in months.draws.items()
            if sites is None or site in sites
        }
        return {**self.open, **told}

    def run(self, start: Start | None = None, given: dict[str, Given] | None = None) -> Month:
        """Take the lanes through their months. Arrays of `Month`: months first, lanes last."""
        start = self.start if start is None else start
        return jax.device_get(self._compiled(start, self.open if given is None else given))

    @cached_property
    def base(self) -> Month:
        """The lanes as luck has them."""
        return self.run()


def lane(tree_: Any, i: int) -> Any:
    """One lane of a tree, batch axis dropped."""
    return tree.map(lambda x: np.asarray(x)[..., i], tree_)


def spread(tree_: Any, order: list[int]) -> Any:
    """Lanes picked anew along the last axis: `[0, 0, 1, 1]` makes twins."""
    return tree.map(lambda x: x[..., jnp.asarray(order)], tree_)
