"""The state of a month, hidden types included: a particle filter through history, by the model's own month.

Every draw of the scores has a cloud of futures of its own, which differ in private preferences, unobserved choices
and noise. A month reweighs a cloud by how likely each future held what was given and measured; where few count, the
cloud is resampled. The mean weight estimates the month's probability without the likelihood's forgetting and without
its still noise.

Reference: Gordon, Salmond and Smith (1993); Douc, Cappé and Moulines (2005) on systematic resampling. Limits:
preferences do not change between successions, so that a small cloud keeps few of them.
"""

from functools import cached_property, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import tree
from jaxtyping import Array, Bool, Float, Int

from detente.engine.deep import opening
from detente.engine.lanes import BATCH
from detente.engine.luck import Luck, seed_words
from detente.engine.month import Month, Nature, State
from detente.engine.rollout import rollout
from detente.inference.dials import Dials
from detente.inference.likelihood import History, Kept, weigh
from detente.inference.measurement import Measurement, begin
from detente.inference.observed import Record

BLOCK = 12
"""Months that are told by one program at a time."""


class Seen(NamedTuple):
    """What forecasts are about, as it happened in the model. Arrays: [month, ..., future]."""

    launches: Int[Array, "month missile_class future"]
    nuclear_tests: Int[Array, "month future"]
    provocation: Int[Array, "month future"]
    channel: Int[Array, "month future"]


class Cloud(NamedTuple):
    """Futures as a month leaves them. future = particle x draws + draw.

    `logs` are the weights since the last resampling, `evidence` the log-probability of history under each draw.
    """

    state: State
    kept: Kept
    evidence: Float[Array, " draw"]
    month: int


class Filter:
    """Takes clouds through one history; compiled programs of a block and of a month."""

    def __init__(self, history: History, dials: Dials, *, particles: int = 32, seed: int = 2):
        """Set up.

        Args:
            history: what happened, and where it starts.
            dials: which numbers the scores are of.
            particles: futures of each draw.
            seed: of their luck.
        """
        self.history, self.dials = history, dials
        self.particles, self.seed = particles, seed

    def begin(self, scores: Float[np.ndarray, "draw dial"]) -> tuple[Cloud, "Bound"]:
        """Clouds before the first month, and what binds them."""
        draws = scores.shape[0]
        state, nature, measurement = self._open(jnp.asarray(scores.T))
        none = jnp.zeros(draws * self.particles)
        start = int(self.history.pack.situation.start)
        kept = Kept(begin(draws * self.particles), none)
        return Cloud(state, kept, jnp.zeros(draws), start - 1), Bound(nature, measurement)

    def tell(
        self, cloud: Cloud, bound: "Bound", record: Record, until: int
    ) -> tuple[Cloud, Seen | None]:
        """Take clouds to the end of a month: through what is told, and on through months that are open.

        Args:
            cloud: where they stand.
            bound: what binds them.
            record: history, from its first month on.
            until: number of the month.

        Returns:
            Where they stand then, and what happened on the way, None if there was none. Across a month that is told,
            futures may be resampled: what happened before it is no longer in their order.
        """
        first, seen = int(self.history.pack.situation.start), []
        while cloud.month < until:
            size = BLOCK if until - cloud.month >= BLOCK else 1
            months = jnp.arange(cloud.month + 1, cloud.month + 1 + size, dtype=jnp.int32)
            at = cloud.month + 1 - first
            part = tree.map(lambda x, at=at, size=size: x[at : at + size], record)
            state, kept, evidence, happened = self._advance(
                cloud.state, cloud.kept, cloud.evidence, bound, months, part
            )
            cloud = Cloud(state, kept, evidence, cloud.month + size)
            seen.append(happened)
        return cloud, tree.map(lambda *parts: np.concatenate(parts), *seen) if seen else None

    def settled(self, cloud: Cloud) -> Cloud:
        """The same clouds with futures of equal weight within each draw."""
        kept, state = self._even(cloud.kept, cloud.state)
        return cloud._replace(kept=kept, state=state)

    @cached_property
    def _open(self) -> Any:
        def start(scores: Float[Array, "dial draw"]) -> tuple[State, Nature, Measurement]:
            values = jnp.tile(self.dials.values(scores), (1, self.particles))
            own, measurement = self.dials.table.split(values)
            h = self.history
            state, nature = opening(
                h.pack.situation, own, h.settings, self._luck(values.shape[1]), h.cast
            )
            return state, nature, measurement

        return jax.jit(start)

    @cached_property
    def _advance(self) -> Any:
        def advance(
            state: State, kept: Kept, evidence: Array, bound: Bound, months: Array, record: Record
        ) -> tuple[State, Kept, Array, Seen]:
            since = self.history.pack.situation.start
            state, (kept, evidence, _, _), seen = rollout(
                state,
                self._luck(kept.logs.shape[0]),
                months,
                lambda _: bound.nature,
                self.history.cast.policies,
                given=record.known,
                hook=partial(
                    _reweigh, record=record, first=months[0], since=since, p=bound.measurement
                ),
                kept=(kept, evidence, months[0], jnp.asarray(False)),
                sift=partial(_sift, particles=self.particles, seed=self.seed),
            )
            return state, kept, evidence, seen

        return jax.jit(advance)

    @cached_property
    def _even(self) -> Any:
        def even(kept: Kept, state: State) -> tuple[Kept, State]:
            key = jax.random.key(self.seed)
            every = jnp.ones(kept.logs.shape[0] // self.particles, bool)
            return _resampled(kept, state, every, key, self.particles)

        return jax.jit(even)

    def _luck(self, futures: int) -> Luck:
        world = jnp.arange(futures, dtype=jnp.int32)
        return Luck(jnp.asarray(seed_words(self.seed)), world, jnp.zeros_like(world))


class Bound(NamedTuple):
    """What holds for every future of a cloud throughout: parameters, and how it is measured."""

    nature: Nature
    measurement: Measurement


def seen_of(month: Month) -> Seen:
    """What forecasts are about, in a month of the batch."""
    return Seen(
        month.world.testing.launches,
        month.world.testing.nuclear_tests,
        month.actions.challenger.provocation,
        month.world.diplomacy.channel,
    )


def _reweigh(
    kept: Any, month: Month, *, record: Record, first: Any, since: Any, p: Measurement
) -> tuple[Any, Seen]:
    """Hook: weigh the month, remember its number for the luck of resampling, and put out what is forecast."""
    inner, evidence, _, _ = kept
    number = month.world.month[0]
    inner, _ = weigh(inner, month, record=record, first=first, since=since, p=p)
    return (inner, evidence, number, jnp.take(record.told, number - first)), seen_of(month)


def _sift(kept: Any, state: State, *, particles: int, seed: int) -> tuple[Any, State]:
    """After a month that was told: count its mean weight as evidence, and resample clouds in which few count."""
    inner, evidence, month, told = kept
    logs = inner.logs.reshape(particles, -1)
    total = jax.nn.logsumexp(logs, axis=0) - np.float32(np.log(particles))
    # What is counted is taken off the weights, whose mean is one again.
    inner = inner._replace(logs=(logs - total).ravel())
    few = told & (_count(logs) < particles / 2)
    key = jax.random.fold_in(jax.random.key(seed), month)
    inner, state = _resampled(inner, state, few, key, particles)
    return (inner, evidence + total, month, told), state


def _count(logs: Float[Array, "particle draw"]) -> Float[Array, " draw"]:
    """Effective number of futures in each cloud."""
    return 1 / jnp.sum(jax.nn.softmax(logs, axis=0) ** 2, axis=0)


def _resampled(
    kept: Kept, state: State, which: Bool[Array, " draw"], key: Array, particles: int
) -> tuple[Kept, State]:
    """Resample some clouds; the others stay as they are."""
    logs = kept.logs.reshape(particles, -1)
    itself = jnp.arange(particles, dtype=jnp.int32)[:, None]
    ancestors = jnp.where(which, _systematic(key, jax.nn.softmax(logs, axis=0)), itself)
    flat = (ancestors * logs.shape[1] + jnp.arange(logs.shape[1], dtype=jnp.int32)).ravel()

    def taken(x: Array) -> Array:
        return jnp.take(x, flat, axis=BATCH) if x.shape[-1:] == flat.shape else x

    state, year = tree.map(taken, (state, kept.year))
    return Kept(year, jnp.where(which, 0.0, logs).ravel()), state


def _systematic(key: Array, weights: Float[Array, "particle draw"]) -> Int[Array, "particle draw"]:
    """Ancestors by one uniform a draw, evenly spread."""
    particles, draws = weights.shape
    u = jax.random.uniform(key, (draws,))
    points = (jnp.arange(particles, dtype=jnp.float32)[:, None] + u) / particles
    upto = jnp.cumsum(weights, axis=0)
    return jnp.minimum(jnp.sum(points[:, None] > upto[None], axis=1), particles - 1).astype(
        jnp.int32
    )
