"""The state of a month as joint draws, hidden types included: what a situation can start from.

A draw is one filtered future: every number of its world, the calibrated numbers of the model under which history
was told to it, and what its challenger wants. Every draw of the posterior gives as many futures as any other.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from detente.domain.calendar import month_text
from detente.engine.lanes import BATCH
from detente.inference.dials import Dials
from detente.inference.filter import Cloud, Filter
from detente.scenarios.binding import LEFT_OUT, named_rows
from detente.scenarios.filtered import Draws

CLOCK = "state.month"
STATE, MEASURED = "state.", "measurement."
PRIVATE = tuple(f"{STATE}{field}" for field in LEFT_OUT if field.startswith("offices."))
"""Rows of the state that stand apart in a file of draws."""


def units(filter_: Filter) -> dict[str, str]:
    """Unit of every number of the situation, by name."""
    history = filter_.history
    return {
        name: leaf.quantity.unit
        for name, (leaf, _) in named_rows(history.pack.head, history.cast.known).items()
    }


def states(
    filter_: Filter, scores: Float[np.ndarray, "draw dial"], cloud: Cloud, size: int, seed: int = 0
) -> Draws:
    """Draw from settled clouds.

    Args:
        filter_: that took them there.
        scores: the draws of the posterior that the clouds are of.
        cloud: settled: all futures count alike.
        size: how many draws to take.
        seed: of which futures of each cloud are taken.
    """
    history = filter_.history
    at = _chosen(scores.shape[0], filter_.particles, size, np.random.default_rng(seed))
    world = jax.device_get(cloud.state.world)
    flat = [np.take(leaf, at, axis=BATCH).reshape(-1, size) for leaf in jax.tree.leaves(world)]
    known = named_rows(history.pack.head, history.cast.known)
    named = dict(zip(known, np.concatenate(flat).astype(np.float32), strict=False))
    kept = {n: v for n, v in named.items() if n != CLOCK and not n.startswith(PRIVATE)}
    asked = _asked(filter_.dials, scores[at % scores.shape[0]])
    together = kept | {name: value for name, value in asked.items() if name in known}
    offices = world.offices
    return Draws(
        names=tuple(together),
        values=np.stack([*together.values()], axis=1),
        intent=offices.intent[at],
        wants=np.stack([want[at] for want in offices.challenger], axis=1),
        about={"told_from": history.pack.head.name, "as_of": month_text(cloud.month)},
    )


def _asked(dials: Dials, scores: Float[np.ndarray, "draw dial"]) -> dict[str, np.ndarray]:
    """The calibrated numbers in their own units, by name."""
    own = np.asarray(dials.own(jnp.asarray(scores.T)))
    return {n: v for n, v in zip(dials.names, own, strict=True) if not n.startswith(MEASURED)}


def _chosen(draws: int, particles: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Places of futures in a cloud: draws in turn, in random order, and of each its futures without repeats.

    Raises:
        ValueError: if there are not so many futures.
    """
    if size > draws * particles:
        raise ValueError(f"at most the {draws * particles} filtered futures; received {size}")
    turns = -(-size // draws)
    own = np.array([rng.permutation(particles)[:turns] for _ in range(draws)])
    order = np.array([rng.permutation(draws) for _ in range(turns)])
    picked = np.array([own[order[turn], turn] * draws + order[turn] for turn in range(turns)])
    return picked.ravel()[:size]
