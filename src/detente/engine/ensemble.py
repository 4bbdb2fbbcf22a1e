"""Futures by the chunk: fixed size, padded, each a pure function of situation, doctrine, seed and index.

Future k belongs to world k // replicates and is its replicate k % replicates. A chunk's bytes do not depend
on which other chunks are run, nor on where.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from detente.domain.quantity import choose
from detente.engine.ahead import ahead
from detente.engine.deep import Situation, draw, opening
from detente.engine.lanes import lanes
from detente.engine.luck import LANES, Luck, seed_words
from detente.engine.month import Cast, Given, Month, Nature
from detente.engine.record import Status, Tally, begin, tally, tally_and_paths, whole
from detente.engine.rollout import Hook, rollout

CHUNK = 1008
"""Futures in a chunk. One size for all, so that one compiled program serves every run.

An odd number of cache lines: were rows a power of two apart, they would drive each other out of the cache.
"""


class Design(NamedTuple):
    """How many futures, how long, from which seed."""

    worlds: int
    replicates: int
    months: int
    seed: int

    @property
    def futures(self) -> int:
        """Number of futures."""
        return self.worlds * self.replicates

    @property
    def chunks(self) -> int:
        """Number of chunks, the last one padded."""
        return -(-self.futures // CHUNK)


class Chunk(NamedTuple):
    """The results of one chunk, padding cut off. Arrays: [future]; paths: [month, future]."""

    world: np.ndarray
    replicate: np.ndarray
    tally: Tally
    paths: dict[str, np.ndarray]


class Fork(NamedTuple):
    """Another setting for the guarantor from a month on, under the same luck."""

    month: Int[Array, ""]
    settings: Any


class Ensemble:
    """A situation under given policies, ready to run: one compiled program for each length and kind of record."""

    def __init__(self, situation: Situation, cast: Cast):
        """Bind a situation to who decides in it."""
        self.situation = situation
        run = partial(_run, cast=cast)
        self._draw = jax.jit(partial(_values, cast=cast))
        self._tally = jax.jit(partial(run, hook=tally))
        self._paths = jax.jit(partial(run, hook=tally_and_paths))
        self._whole = jax.jit(lambda *data, lane: run(*data, hook=whole(lane)))

    def bound_to(self, situation: Situation) -> "Ensemble":
        """Another situation of the same cast, to be run by the same programs: all of it is data."""
        other = copy(self)
        other.situation = situation
        return other

    def chunks(
        self,
        settings: Mapping[str, Any],
        design: Design,
        *,
        paths: bool = False,
        numbers: Iterable[int] | None = None,
    ) -> Iterator[Chunk]:
        """Run chunks of a design in order.

        Args:
            settings: by role, what its policy is set to: the doctrine, for one.
            design: how many futures, how long, from which seed.
            paths: also give the monthly paths of tracked outcomes.
            numbers: which chunks, counted from 0; all if None.
        """
        run = self._paths if paths else self._tally

        def make(number: int) -> Chunk:
            return self._chunk(run, settings, design, number)

        return ahead(make, range(design.chunks) if numbers is None else numbers)

    def _chunk(self, run: Any, settings: Mapping[str, Any], design: Design, chunk: int) -> Chunk:
        """Run one chunk, and cut its padding off."""
        kept, out = jax.device_get(run(*self._data(settings, design, chunk, {}, None)))
        k = np.arange(chunk * CHUNK, min((chunk + 1) * CHUNK, design.futures))
        n = len(k)
        status = Status(*(v[:n] for v in kept.status))
        values = {name: v[:n] for name, v in kept.values.items()}
        tracks = {name: v[:, :n] for name, v in (out or {}).items()}
        tallied = Tally(kept.months, values, status)
        return Chunk(k // design.replicates, k % design.replicates, tallied, tracks)

    def drawn(self, design: Design) -> np.ndarray:
        """What every world of a design draws, apart from private preferences.

        Returns:
            [world, row], rows in the order of `deep.rows`.
        """
        parts = []
        for first in range(0, design.worlds, CHUNK):
            luck = Luck(
                seed=jnp.asarray(seed_words(design.seed)),
                world=jnp.arange(first, first + CHUNK, dtype=jnp.int32),
                replicate=jnp.zeros(CHUNK, jnp.int32),
            )
            parts.append(jax.device_get(self._draw(self.situation, luck)))
        return np.concatenate(parts, axis=1)[:, : design.worlds].T

    def future(
        self,
        settings: Mapping[str, Any],
        design: Design,
        k: int,
        *,
        given: Mapping[str, Given] | None = None,
        fork: Fork | None = None,
    ) -> Month:
        """Replay one future whole, in its own chunk, so that it is the very one that a run counted.

        Args:
            settings: by role, what its policy is set to.
            design: the design of the run it belongs to.
            k: index of the future in that run.
            given: outcomes that are known, by site, with a leading axis of months; applied to the whole chunk.
            fork: another setting for the guarantor from a month on, under the same luck.

        Returns:
            Its months: arrays with a leading axis of months.

        Raises:
            IndexError: if the run has no such future.
        """
        if not 0 <= k < design.futures:
            raise IndexError(
                f"a run of {design.worlds} worlds and {design.replicates} replicates has futures 0 to "
                f"{design.futures - 1}; received {k}"
            )
        data = self._data(settings, design, k // CHUNK, given or {}, fork)
        return jax.device_get(self._whole(*data, lane=jnp.int32(k % CHUNK))[1])

    def _data(
        self,
        settings: Mapping[str, Any],
        design: Design,
        chunk: int,
        given: Mapping[str, Given],
        fork: Fork | None,
    ) -> tuple[Any, ...]:
        """The arguments of a compiled run, all of them data."""
        k = np.arange(chunk * CHUNK, (chunk + 1) * CHUNK)
        luck = Luck(
            seed=jnp.asarray(seed_words(design.seed)),
            world=jnp.asarray(k // design.replicates, jnp.int32),
            replicate=jnp.asarray(k % design.replicates, jnp.int32),
        )
        months = self.situation.start + jnp.arange(design.months, dtype=jnp.int32)
        values = self._draw(self.situation, luck)
        never = Fork(self.situation.start + design.months, settings["guarantor"])
        # The priors have done their part: without them, situations that differ in shape there share one program.
        settled = self.situation._replace(priors=None)
        return settled, values, dict(settings), luck, months, dict(given), fork or never


def _values(situation: Situation, luck: Luck, *, cast: Cast) -> Float[Array, "row future"]:
    """What the world of each future draws."""
    priors, filtered = situation.priors, situation.filtered
    return lanes(lambda luck: draw(priors, luck, cast.known, filtered), (LANES,))(luck)


def _run(
    situation: Situation,
    values: Float[Array, "row future"],
    settings: Mapping[str, Any],
    luck: Luck,
    months: Int[Array, " month"],
    given: Mapping[str, Given],
    fork: Fork,
    *,
    cast: Cast,
    hook: Hook,
) -> tuple[Any, Any]:
    """Settle a chunk of worlds and take them through their months: what is compiled."""
    state, nature = opening(situation, values, settings, luck, cast)

    def course(month: Array) -> Nature:
        guarantor = nature.seats["guarantor"]
        forked = choose(month >= fork.month, fork.settings, guarantor.settings)
        seats = {**nature.seats, "guarantor": guarantor._replace(settings=forked)}
        return nature._replace(seats=seats)

    _, kept, out = rollout(
        state,
        luck,
        months,
        course,
        cast.policies,
        given=given,
        hook=hook,
        kept=begin(state.world),
    )
    return kept, out
