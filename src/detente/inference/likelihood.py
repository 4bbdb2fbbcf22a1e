"""How likely history is: the model's own month, told what happened, and asked how likely it held that to be.

There is no copy of a mechanism here. Every site that history speaks of is `given`, so that each month starts from what
truly went before; the log-probabilities of what was given, and of what was measured, add up.

What nobody saw is integrated month by month. Private preferences and unobserved choices are drawn in K lanes, each with
luck of its own that all numbers share, and a month is as likely as the lanes together held it to be:
  p(y_t | past, θ) = Σ_k π_{t,k} p(y_t | x_t^k(θ), θ),   π_{t,k} ∝ (π_{t−1,k} p(y_{t−1} | x_{t−1}^k, θ))^α.
That is dynamic model averaging with the forgetting factor α, a lane for a model: a lane that foresaw the last months
well counts for more, and is forgotten at the rate 1 − α. With α = 1 a handful of lanes would carry all weight after
thirty years; with α = 0 nothing hidden would be learned. It is a deterministic function of θ, so that samplers of any
kind can share it. Unobserved choices change in steps as θ moves; gradients leave these steps out. The state's own
continuous noise stands at its median (`NOISE`), so that errors of measurement stand for both; the filter follows it.

Reference: Raftery, Kárný and Ettler (2010) on forgetting; Gourieroux and Monfort (1996) on simulation with common
draws; Durbin and Koopman (2012) on state space. Limits: hidden things that last for decades are learned with a memory
of 1/(1 − α) months; `detente.inference.filter` has the unabridged filter, and says how far the two agree.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import tree
from jaxtyping import Array, Float, Int

from detente.domain.axes import Rung
from detente.domain.calendar import month_number
from detente.engine.deep import opening
from detente.engine.luck import Luck, seed_words
from detente.engine.month import IMPOSSIBLE, Cast, Month, State
from detente.engine.rollout import rollout
from detente.inference.dials import Dials
from detente.inference.measurement import Measurement, Year, begin, observe
from detente.inference.observed import Record
from detente.scenarios.binding import Pack

NOISE = frozenset(
    {
        "arsenal.output",
        "alignment.support",
        "economy.trade",
        "economy.exports",
        "economy.haul",
        "economy.output",
        "economy.harvest",
        "economy.price",
        "information.media",
        "loyalty.elite",
        "loyalty.mood",
        "observation.estimate",
        "observation.report",
        "observation.arrivals",
        "observation.trade",
        "offices.drift",
    }
)
"""Sites of continuous noise, which the likelihood holds at the median."""

BLOCK = 12
"""Months that are told or left as one; a history has a whole number of blocks, the last of them open in part."""

NO_WAR = -50.0
"""Log-probability that a month counts in which the model is at war while history was not."""


class Kept(NamedTuple):
    """What a history adds up to so far. Arrays: [future]."""

    year: Year
    logs: Float[Array, " future"]


class History(NamedTuple):
    """A situation from which history is told, who decides in it, and what is known."""

    pack: Pack
    cast: Cast
    settings: dict[str, Any]
    record: Record

    @property
    def months(self) -> int:
        """How many months are told or open."""
        return self.record.measured.growth.shape[0]

    @property
    def told_months(self) -> int:
        """How many months are told."""
        return int(np.sum(self.record.told))

    def upto(self, date: str) -> int:
        """How many months there are up to a date, itself included."""
        return month_number(date) - int(self.pack.situation.start) + 1


class Likelihood:
    """The likelihood of a history under a table of numbers."""

    def __init__(
        self,
        history: History,
        dials: Dials,
        *,
        lanes: int = 64,
        forgetting: float = 0.8,
        seed: int = 1,
    ):
        """Bind a history to the numbers it is asked about.

        Args:
            history: what happened, and where it starts.
            dials: which numbers.
            lanes: draws of what nobody saw.
            forgetting: the factor α, from 0 to 1.
            seed: of the draws.
        """
        self.history, self.dials, self.lanes, self.seed = history, dials, lanes, seed
        self.forgetting = forgetting

    def monthly(
        self, scores: Float[Array, "dial set"], record: Record, upto: Int[Array, ""]
    ) -> Float[Array, "month set"]:
        """Log-probability of each month given all before it, for one or several sets of scores.

        Args:
            scores: the sets.
            record: what happened, of a whole number of blocks: the history's own, or one like it.
            upto: how many months are told, in whole blocks; the rest counts as nothing, and costs nothing.
        """
        logs = self.told(scores, record, upto)
        return predictive(logs.reshape(logs.shape[0], self.lanes, -1), self.forgetting)

    def told(
        self, scores: Float[Array, "dial set"], record: Record, upto: Int[Array, ""]
    ) -> Float[Array, "month future"]:
        """Tell a history to sets of scores, each in every lane: log-probabilities of what was given and measured.

        Futures are sets within lanes: number lane times sets, plus set.
        """
        values = jnp.tile(self.dials.values(scores), (1, self.lanes))
        own, measurement = self.dials.table.split(values)
        luck, futures, h = self._luck(scores.shape[1]), values.shape[1], self.history
        state, nature = opening(h.pack.situation, own, h.settings, luck, h.cast)
        first = h.pack.situation.start
        blocks = tree.map(lambda x: x.reshape(-1, BLOCK, *x.shape[1:]), record)

        def tell(carry: tuple[State, Kept], part: Record, begins: Array) -> tuple[Any, Array]:
            months = begins + jnp.arange(BLOCK, dtype=jnp.int32)
            state, kept, logs = rollout(
                carry[0],
                luck,
                months,
                lambda _: nature,
                h.cast.policies,
                given=part.known,
                hook=partial(weigh, record=part, first=begins, since=first, p=measurement),
                kept=carry[1],
                still=NOISE,
            )
            return (state, kept), logs

        def block(carry: tuple[State, Kept], now: tuple[Record, Array]) -> tuple[Any, Array]:
            part, begins = now
            return jax.lax.cond(
                begins - first < upto,
                lambda carry: tell(carry, part, begins),
                lambda carry: (carry, jnp.zeros((BLOCK, futures))),
                carry,
            )

        number = record.told.shape[0] // BLOCK
        starts = first + BLOCK * jnp.arange(number, dtype=jnp.int32)
        kept = Kept(begin(futures), jnp.zeros(futures))
        _, logs = jax.lax.scan(block, (state, kept), (blocks, starts))
        return logs.reshape(-1, futures)

    def _luck(self, sets: int) -> Luck:
        lane = jnp.repeat(jnp.arange(self.lanes, dtype=jnp.int32), sets)
        return Luck(jnp.asarray(seed_words(self.seed)), lane, jnp.zeros_like(lane))


def weigh(
    kept: Kept,
    month: Month,
    *,
    record: Record,
    first: Int[Array, ""],
    since: Int[Array, ""],
    p: Measurement,
) -> tuple[Kept, Float[Array, " future"]]:
    """Hook: how likely the month was held to be, in each future.

    Args:
        kept: what history adds up to so far.
        month: the month that has been told.
        record: what is known, from the month `first` on.
        first: number of that month.
        since: number of history's first month.
        p: how the state is measured.
    """
    number = month.world.month[0]
    told, signed, now = tree.map(
        lambda x: jnp.take(x, number - first, axis=0),
        (record.told, record.signed, record.measured),
    )
    years = (number - since).astype(jnp.float32) / 12
    year, measured = observe(kept.year, month.world, now, years, p)
    war = jnp.where(told & (month.world.crisis.rung >= Rung.WAR), NO_WAR, 0.0)
    slots = month.world.diplomacy.slots
    took = jnp.any(slots.in_force & (slots.age == 0), axis=0)
    missed = jnp.where(told & signed & ~took, IMPOSSIBLE, 0.0)
    logs = month.evidence + measured + war + missed
    return Kept(year, kept.logs + logs), logs


def predictive(
    logs: Float[Array, "month lane set"], forgetting: float
) -> Float[Array, "month set"]:
    """Average lanes month by month, each weighing what it foresaw of late."""

    def step(weights: Array, now: Array) -> tuple[Array, Array]:
        prior = jax.nn.log_softmax(forgetting * weights, axis=0)
        joint = prior + now
        return joint, jax.nn.logsumexp(joint, axis=0)

    return jax.lax.scan(step, jnp.zeros(logs.shape[1:]), logs)[1]
