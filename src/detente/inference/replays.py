"""What might have been: history to a month as it was, a change, and the futures from there with it and without.

Both arms set out from the same filtered state of that month, under parameters from the posterior as of then, and meet
the same luck; what differs between them is the change alone. It may seat a doctrine in the guarantor's place, or fix
numbers of the model. How the world would have been without the change is simulated too, and not taken from history,
so that the two arms compare like with like.

Reference: Lewis (1973) on counterfactuals, close worlds; Fearon (1991) on their use in politics. Limits: the state of
the month is itself uncertain, and the futures are the model's.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from detente.domain.outcomes import OUTCOMES
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


def onward(
    filter_: Filter, scores: Float[np.ndarray, "draw dial"], cloud: Cloud, arm: Arm, months: int
) -> Replayed:
    """Take filtered clouds into the future.

    Args:
        filter_: that took them there.
        scores: the draws that the clouds are of.
        cloud: settled: all futures count alike.
        arm: what holds from now on.
        months: how many.
    """
    values = np.tile(
        np.asarray(filter_.dials.values(jnp.asarray(scores.T))), (1, filter_.particles)
    )
    for place, value in arm.fixed.items():
        values[place] = value
    run = jax.jit(
        lambda values, state: _futures(filter_, values, state, arm, cloud.month + 1, months)
    )
    kept, seen = jax.device_get(run(values, cloud.state))
    return Replayed({outcome.name: kept.values[outcome.name] for outcome in OUTCOMES}, seen)


def _futures(
    filter_: Filter, values: Array, state: State, arm: Arm, first: int, months: int
) -> tuple[Tally, Seen]:
    """What is compiled: seat who decides from now on, and go on."""
    history, futures = filter_.history, values.shape[1]
    world = jnp.arange(futures, dtype=jnp.int32)
    luck = Luck(jnp.asarray(seed_words(LUCK)), world, jnp.zeros_like(world))
    own, _ = filter_.dials.table.split(values)
    fresh, nature = opening(history.pack.situation, own, arm.settings, luck, arm.cast)
    memory = {
        role: state.memory[role] if history.cast.sits[role] == sits else fresh.memory[role]
        for role, sits in arm.cast.sits.items()
    }

    def hook(kept: Tally, month: Month) -> tuple[Tally, Seen]:
        return tally(kept, month)[0], seen_of(month)

    _, kept, seen = rollout(
        State(state.world, memory),
        luck,
        first + jnp.arange(months, dtype=jnp.int32),
        lambda _: nature,
        arm.cast.policies,
        given={},
        hook=hook,
        kept=begin(state.world),
    )
    return kept, seen
