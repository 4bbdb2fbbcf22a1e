"""What might have been: history to a month as it was, a change, and the futures from there with it and without.

Both arms set out from the same filtered state of that month, under parameters from the posterior as of then, and meet
the same luck; what differs between them is the change alone. It may seat a doctrine in the guarantor's place, or fix
numbers of the model. How the world would have been without the change is simulated too, and not taken from history,
so that the two arms compare like with like.

Reference: Lewis (1973) on counterfactuals, close worlds; Fearon (1991) on their use in politics. Limits: the state of
the month is itself uncertain, and the futures are the model's.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from detente.domain.axes import EndedBy
from detente.domain.outcomes import OUTCOMES
from detente.domain.world import World
from detente.engine.deep import opening
from detente.engine.luck import Luck, seed_words
from detente.engine.month import Cast, Month, State
from detente.engine.record import Tally, begin, tally
from detente.engine.rollout import rollout
from detente.inference.filter import Cloud, Filter, Seen, seen_of

LUCK = 5
"""Seed of what happens after the fork."""


class Arm(NamedTuple):
    """Who decides after the fork, what the guarantor is set to, and numbers that are fixed, by place in the table."""

    cast: Cast
    settings: dict[str, Any]
    fixed: dict[int, float]


class Replayed(NamedTuple):
    """Futures of one arm: outcomes by name [future], and what forecasts are about [month, ..., future]."""

    outcomes: dict[str, np.ndarray]
    seen: Seen


class Replayer:
    """Takes filtered clouds into the future under one arm or another; a compiled program for each cast and length."""

    def __init__(self, filter_: Filter):
        """Set up.

        Args:
            filter_: that takes clouds to the fork.
        """
        self.filter = filter_
        self._programs: dict[tuple[str, int], Callable[..., Any]] = {}

    def onward(
        self, scores: Float[np.ndarray, "draw dial"], cloud: Cloud, arm: Arm, months: int
    ) -> Replayed:
        """Take clouds on from where they stand.

        Args:
            scores: the draws that the clouds are of.
            cloud: settled: all futures count alike.
            arm: what holds from now on.
            months: how many.
        """
        run = self._program(arm.cast, months)
        data = self.values(scores, arm), cloud.state, dict(arm.settings), jnp.int32(cloud.month + 1)
        kept, seen = jax.device_get(run(*data))
        return Replayed({outcome.name: kept.values[outcome.name] for outcome in OUTCOMES}, seen)

    def values(
        self, scores: Float[np.ndarray, "draw dial"], arm: Arm
    ) -> Float[np.ndarray, "number future"]:
        """The table of numbers in every future: what is fixed, and the rest as drawn."""
        drawn = np.asarray(self.filter.dials.values(jnp.asarray(scores.T)))
        values = np.tile(drawn, (1, self.filter.particles))
        for place, value in arm.fixed.items():
            values[place] = value
        return values

    def _program(self, cast: Cast, months: int) -> Callable[..., Any]:
        key = cast.sits["guarantor"], months
        if key not in self._programs:
            self._programs[key] = jax.jit(partial(self._futures, cast=cast, months=months))
        return self._programs[key]

    def _futures(
        self,
        values: Float[Array, "number future"],
        state: State,
        settings: dict[str, Any],
        first: Int[Array, ""],
        *,
        cast: Cast,
        months: int,
    ) -> tuple[Tally, Seen]:
        """What is compiled: seat who decides from now on, and go on."""
        history, world = self.filter.history, jnp.arange(values.shape[1], dtype=jnp.int32)
        luck = Luck(jnp.asarray(seed_words(LUCK)), world, jnp.zeros_like(world))
        own, _ = self.filter.dials.table.split(values)
        fresh, nature = opening(history.pack.situation, own, settings, luck, cast)
        memory = {
            role: state.memory[role] if history.cast.sits[role] == sits else fresh.memory[role]
            for role, sits in cast.sits.items()
        }

        def hook(kept: Tally, month: Month) -> tuple[Tally, Seen]:
            return tally(kept, month)[0], seen_of(month)

        now = begun_anew(state.world)
        _, kept, seen = rollout(
            State(now, memory),
            luck,
            first + jnp.arange(months, dtype=jnp.int32),
            lambda _: nature,
            cast.policies,
            given={},
            hook=hook,
            kept=begin(now),
        )
        return kept, seen


def begun_anew(world: World) -> World:
    """The world at a fork, without agreements that have ended: outcomes count what is signed or stands from here on."""
    slots = world.diplomacy.slots
    stands = slots.in_force
    left = slots._replace(
        signed=slots.signed & stands,
        breached=slots.breached & stands,
        ended_by=jnp.where(stands, slots.ended_by, EndedBy.NOBODY),
    )
    return world._replace(diplomacy=world.diplomacy._replace(slots=left))
