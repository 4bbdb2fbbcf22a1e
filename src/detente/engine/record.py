"""Hooks for the loop: outcomes, paths, whole months, and the status that turns a failing world into a row."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import tree
from jaxtyping import Array, Float, Int

from detente.domain.outcomes import OUTCOMES, Outcome, Timing
from detente.domain.quantity import leaves
from detente.domain.world import World
from detente.engine.lanes import BATCH, lanes
from detente.engine.month import Month


class Status(NamedTuple):
    """The first thing that went wrong in a future, if any. Code 0 is none, 1 not finite, 2 out of bounds."""

    code: Int[Array, "..."]
    month: Int[Array, "..."]
    field: Int[Array, "..."]


class Tally(NamedTuple):
    """Running values of the outcomes, and the status. Arrays: [future]."""

    months: Array
    values: dict[str, Array]
    status: Status


def _measure(outcome: Outcome, world: World) -> Array:
    """One outcome of every future in the batch: [future]."""
    return lanes(outcome.measure, (BATCH,))(world)


def _fold(outcome: Outcome, old: Array, new: Array, months: Array) -> Array:
    """Take one more month into an outcome's running value."""
    new = new.astype(old.dtype)
    match outcome.timing:
        case Timing.START:
            return old
        case Timing.HORIZON:
            return new
        case Timing.SUM:
            return old + new
        case Timing.MEAN:
            return old + (new - old) / (months.astype(old.dtype) + 1)
        case Timing.PEAK:
            return jnp.maximum(old, new)
        case Timing.ALWAYS:
            return old & new
        case Timing.FIRST:
            return jnp.where(old == 0, new, old)


def begin(world: World) -> Tally:
    """A tally before the first month, of a batch of starting worlds."""
    futures = world.month.shape[BATCH]
    values = {
        outcome.name: _measure(outcome, world).astype(outcome.dtype)
        if outcome.timing is Timing.START
        else jnp.full(futures, outcome.timing is Timing.ALWAYS, outcome.dtype)
        for outcome in OUTCOMES
    }
    none = jnp.zeros(futures, jnp.int32)
    return Tally(jnp.int32(0), values, Status(none, none, none))


def recount(outcome: Outcome, months: Month) -> float:
    """One outcome of one future from its months, apart from the running tally. What counts at the start has none.

    Args:
        outcome: any but those of `Timing.START`.
        months: one future; arrays have a leading axis of months.
    """
    path = np.asarray(jax.vmap(outcome.measure)(months.world)).astype(np.float64)
    match outcome.timing:
        case Timing.SUM:
            return path.sum()
        case Timing.MEAN:
            return path.mean()
        case Timing.PEAK:
            return path.max()
        case Timing.ALWAYS:
            return float(np.all(path))
        case Timing.FIRST:
            return path[np.argmax(path != 0)]
        case _:
            return path[-1]


def tally(kept: Tally, month: Month) -> tuple[Tally, None]:
    """Hook: fold a month into the outcomes."""
    values = {
        outcome.name: _fold(
            outcome, kept.values[outcome.name], _measure(outcome, month.world), kept.months
        )
        for outcome in OUTCOMES
    }
    return Tally(kept.months + 1, values, _check(kept.status, month.world)), None


def tally_and_paths(kept: Tally, month: Month) -> tuple[Tally, dict[str, Float[Array, " future"]]]:
    """Hook: fold a month into the outcomes and put out the tracked ones. Paths: [month, future]."""
    kept, _ = tally(kept, month)
    paths = {
        outcome.name: _measure(outcome, month.world).astype(jnp.float32)
        for outcome in OUTCOMES
        if outcome.track
    }
    return kept, paths


def whole(lane: Int[Array, ""]) -> Any:
    """Make a hook that puts out every month of one future of the batch, whole."""

    def hook(kept: Tally, month: Month) -> tuple[Tally, Month]:
        return kept, tree.map(lambda x: jnp.take(x, lane, axis=BATCH), month)

    return hook


def _check(status: Status, world: World) -> Status:
    """Find the first field of a world that is not finite or out of its bounds, where none was found before."""
    none = jnp.int32(2 * len(leaves(World)))
    first = jnp.full_like(status.code, none)
    for i, (leaf, values) in enumerate(zip(leaves(World), tree.leaves(world), strict=True)):
        if leaf.dtype == bool:
            continue
        low, high = leaf.dtype.type(leaf.quantity.low), leaf.dtype.type(leaf.quantity.high)
        for value in values.reshape(-1, values.shape[-1]):
            inside = (value >= low) & (value <= high)
            wrong = jnp.where(jnp.isfinite(value), jnp.int32(2 * i + 1), jnp.int32(2 * i))
            first = jnp.minimum(first, jnp.where(inside, none, wrong))
    fresh = (status.code == 0) & (first < none)
    return Status(
        jnp.where(fresh, 1 + first % 2, status.code),
        jnp.where(fresh, world.month, status.month),
        jnp.where(fresh, first // 2, status.field),
    )
