"""The state of a month, hidden types included: a particle filter through history, with the model's own month as its law.

Every draw of the scores has a cloud of futures of its own, which differ in private preferences, unobserved choices and noise.
A month reweighs a cloud by how likely each future held what was given and measured; where few count, the cloud is resampled.
The mean weight estimates the month's probability without the likelihood's forgetting and without its still noise.

Reference: Gordon, Salmond and Smith (1993); Douc, Cappé and Moulines (2005) on systematic resampling. Limits: preferences do not
change between successions, so that a small cloud keeps few of them.
"""

from functools import cached_property, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import tree
from jaxtyping import Array, Float, Int

from detente.engine.deep import opening
from detente.engine.lanes import BATCH
from detente.engine.luck import Luck, seed_words
from detente.engine.month import Nature, State
from detente.engine.rollout import rollout
from detente.inference.dials import Dials
from detente.inference.likelihood import History, Kept, weigh
from detente.inference.measurement import Measurement, begin

BLOCK = 12
"""Months that are told by one program at a time."""


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

    def tell(self, cloud: Cloud, bound: "Bound", until: int) -> Cloud:
        """Take clouds through history to the end of a month.

        Args:
            cloud: where they stand.
            bound: what binds them.
            until: number of the month.
        """
        first = int(self.history.pack.situation.start)
        while cloud.month < until:
            size = BLOCK if until - cloud.month >= BLOCK else 1
            months = jnp.arange(cloud.month + 1, cloud.month + 1 + size, dtype=jnp.int32)
            at = cloud.month + 1 - first
            record = tree.map(lambda x, at=at, size=size: x[at : at + size], self.history.record)
            state, kept, evidence = self._advance(cloud, bound, months, record)
            cloud = Cloud(state, kept, cloud.evidence + evidence, cloud.month + size)
        return cloud

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
        def advance(cloud: Cloud, bound: Bound, months: Any, record: Any) -> Any:
            draws = cloud.evidence.shape[0]
            _, kept, evidence = cloud.state, cloud.kept, jnp.zeros(draws)
            first = self.history.pack.situation.start
            hook = partial(
                _reweigh, record=record, first=months[0], since=first, p=bound.measurement
            )
            state, (kept, evidence, _), _ = rollout(
                cloud.state,
                self._luck(draws * self.particles),
                months,
                lambda _: bound.nature,
                self.history.cast.policies,
                given=record.known,
                hook=hook,
                kept=(kept, evidence, months[0]),
                sift=partial(_resample, particles=self.particles, seed=self.seed),
            )
            return state, kept, evidence

        return jax.jit(advance)

    def _luck(self, futures: int) -> Luck:
        world = jnp.arange(futures, dtype=jnp.int32)
        return Luck(jnp.asarray(seed_words(self.seed)), world, jnp.zeros_like(world))


class Bound(NamedTuple):
    """What holds for every future of a cloud throughout: parameters, and how it is measured."""

    nature: Nature
    measurement: Measurement


def _reweigh(kept: Any, month: Any, *, record: Any, first: Any, since: Any, p: Measurement) -> Any:
    """Hook: weigh the month, and remember its number for the luck of resampling."""
    (inner, evidence, _), number = kept, month.world.month[0]
    inner, _ = weigh(inner, month, record=record, first=first, since=since, p=p)
    return (inner, evidence, number), None


def _resample(kept: Any, state: State, *, particles: int, seed: int) -> tuple[Any, State]:
    """Sift: add a month's mean weight to each draw's evidence, and resample the clouds in which few count."""
    inner, evidence, month = kept
    logs = inner.logs.reshape(particles, -1)
    total = jax.nn.logsumexp(logs, axis=0)
    weights = jnp.exp(logs - total)
    poor = 1 / jnp.sum(weights**2, axis=0) < particles / 2
    key = jax.random.fold_in(jax.random.key(seed), month)
    ancestors = jnp.where(poor, _systematic(key, weights), jnp.arange(particles)[:, None])
    flat = (ancestors * logs.shape[1] + jnp.arange(logs.shape[1])).ravel()

    def taken(x: Array) -> Array:
        return jnp.take(x, flat, axis=BATCH) if x.shape[-1:] == flat.shape else x

    state, year = tree.map(taken, state), tree.map(taken, inner.year)
    # A cloud that is left as it is keeps its weights, scaled to a mean of one; what they held has been counted.
    fresh = jnp.where(poor, 0.0, logs - total + np.float32(np.log(particles))).ravel()
    evidence = evidence + total - np.float32(np.log(particles))
    return (Kept(year, fresh), evidence, month), state


def _systematic(key: Array, weights: Float[Array, "particle draw"]) -> Int[Array, "particle draw"]:
    """Ancestors by one uniform a draw, evenly spread."""
    particles, draws = weights.shape
    u = jax.random.uniform(key, (draws,))
    points = (jnp.arange(particles)[:, None] + u) / particles
    upto = jnp.cumsum(weights, axis=0)
    return jnp.minimum(jnp.sum(points[:, None] > upto[None], axis=1), particles - 1).astype(jnp.int32)
