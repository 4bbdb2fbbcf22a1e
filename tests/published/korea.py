"""Korea's packs under their doctrines in one compiled loop, with the months that published patterns speak of.

Situations, settings and what is known of talks are data, so that every pattern and every doctrine shares one program.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from detente.app.wiring import BY_DOCTRINE, POLICIES
from detente.decision.comparison import Column, Difference, Futures, Kind, difference
from detente.domain.axes import Answer, Channel
from detente.domain.calendar import month_number
from detente.domain.outcomes import OUTCOMES
from detente.domain.quantity import pick
from detente.domain.world import World
from detente.engine.deep import Situation, draw, opening
from detente.engine.lanes import BATCH, lanes
from detente.engine.luck import LANES, Luck, seed_words
from detente.engine.month import Given, Month
from detente.engine.record import Tally, begin, tally
from detente.engine.rollout import rollout
from detente.scenarios.binding import Pack, load_doctrine, load_pack
from detente.scenarios.variants import vary_doctrine, vary_pack

WORLDS, REPLICATES, MONTHS, SEED = 256, 2, 96, 20
"""The design of every run: common luck makes any two of them twins."""

TALKS = {"guarantor.channel": Channel.NONE, "challenger.channel": Channel.NONE}
TALKS |= {"challenger.answer": Answer.REFUSE}
"""Sites that may be given, and what they hold where they are not."""

Known = Mapping[str, Mapping[str, int]]
"""What is known of talks, by site and by month (YYYY-MM)."""


class Watched(NamedTuple):
    """Months as they went. Arrays: [month, ..., future]."""

    launches: Any
    channel: Any
    expectations: Any
    in_force: Any
    trade: Any
    earned: Any
    output: Any
    fissile: Any
    hubs: Any
    rents: Any
    arrivals: Any
    discontent: Any
    dissent: Any
    report: Any
    regime: Any
    since: Any
    rung: Any
    truth: Any


class Run(NamedTuple):
    """One policy's futures: outcomes by name [future], and months as they went."""

    outcomes: Futures
    months: Watched
    start: int

    def at(self, month: str) -> int:
        """Place of a month (YYYY-MM) in the run."""
        return month_number(month) - self.start

    def year(self, path: np.ndarray, year: int) -> np.ndarray:
        """A path's months of one calendar year."""
        first = self.at(f"{year}-01")
        return path[first : first + 12]

    def values(self, outcome: str) -> np.ndarray:
        """Values of an outcome: [future]."""
        return self.outcomes.column(outcome).values


class Korea:
    """Runs what it is asked for, once."""

    def __init__(self) -> None:
        self._loop = jax.jit(_futures)
        self._draw = jax.jit(
            lambda s, luck: lanes(lambda u: draw(s.priors, u, POLICIES, s.filtered), (LANES,))(luck)
        )
        self._runs: dict[Any, Run] = {}

    def run(
        self,
        pack: str,
        doctrine: str,
        changes: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        known: Known | None = None,
        seed: int = SEED,
    ) -> Run:
        """Take every future through its months.

        Args:
            pack: name of the situation.
            doctrine: name of the guarantor's doctrine.
            changes: numbers and dates of the pack to fix.
            settings: settings of the doctrine to fix.
            known: what is known of talks.
            seed: another seed is another draw of worlds.
        """
        key = repr((pack, doctrine, changes, settings, known, seed))
        if key not in self._runs:
            self._runs[key] = self._make(
                pack, doctrine, changes or {}, settings or {}, known or {}, seed
            )
        return self._runs[key]

    def _make(
        self,
        pack: str,
        doctrine: str,
        changes: Mapping[str, Any],
        settings: Mapping[str, Any],
        known: Known,
        seed: int,
    ) -> Run:
        situation = vary_pack(_pack(pack), POLICIES, dict(changes)).situation
        chosen = vary_doctrine(load_doctrine(doctrine, POLICIES), POLICIES, dict(settings))
        sits = BY_DOCTRINE.settings(guarantor=chosen.settings)
        first = int(situation.start)
        k = jnp.arange(WORLDS * REPLICATES, dtype=jnp.int32)
        luck = Luck(jnp.asarray(seed_words(seed)), k // REPLICATES, k % REPLICATES)
        data = (situation, self._draw(situation, luck), sits, luck)
        kept, months = jax.device_get(self._loop(*data, _given(known, first)))
        assert not np.any(kept.status.code), f"worlds fail under {doctrine}"
        return Run(_outcomes(kept), months, first)


@cache
def _pack(name: str) -> Pack:
    return load_pack(name, POLICIES)


def _given(known: Known, first: int) -> dict[str, Given]:
    """Sites of talks: what is known of them, by month."""
    found = {}
    for site, rest in TALKS.items():
        told, value = np.zeros(MONTHS, bool), np.full(MONTHS, int(rest), np.int32)
        for month, level in known.get(site, {}).items():
            told[month_number(month) - first] = True
            value[month_number(month) - first] = level
        found[site] = Given(jnp.asarray(told), jnp.asarray(value))
    return found


def _outcomes(kept: Tally) -> Futures:
    """Outcomes as columns, to be compared future by future."""
    k = np.arange(WORLDS * REPLICATES)
    kinds = {"bool": Kind.FLAG, "float32": Kind.NUMBER, "int32": Kind.NUMBER}
    columns = {}
    for outcome in OUTCOMES:
        values = np.asarray(kept.values[outcome.name], np.float64)
        defined = kept.values[outcome.only_if] if outcome.only_if else np.ones(len(k), bool)
        kind = Kind.LABEL if outcome.labels else kinds[outcome.dtype]
        columns[outcome.name] = Column(kind, values, np.asarray(defined), outcome.labels)
    return Futures(k // REPLICATES, k % REPLICATES, columns)


def _watch(w: World) -> Watched:
    """What patterns speak of, in one world."""
    return Watched(
        launches=w.testing.launches,
        channel=w.diplomacy.channel,
        expectations=w.diplomacy.expectations,
        in_force=jnp.any(w.diplomacy.slots.in_force),
        trade=w.economy.trade,
        earned=w.economy.licit,
        output=w.economy.output,
        fissile=w.arsenal.plutonium + w.arsenal.heu,
        hubs=w.economy.hubs,
        rents=w.loyalty.rents,
        arrivals=w.observation.arrivals,
        discontent=jnp.mean(w.loyalty.discontent),
        dissent=jnp.mean(w.loyalty.dissent),
        report=w.observation.report,
        regime=w.transition.regime,
        since=w.transition.since,
        rung=w.crisis.rung,
        truth=pick(w.beliefs.intent, w.offices.intent),
    )


def _hook(kept: Tally, month: Month) -> tuple[Tally, Watched]:
    return tally(kept, month)[0], lanes(_watch, (BATCH,))(month.world)


def _futures(
    situation: Situation, values: Any, settings: Any, luck: Luck, given: Mapping[str, Given]
) -> tuple[Tally, Watched]:
    """What is compiled."""
    state, nature = opening(situation, values, settings, luck, BY_DOCTRINE)
    _, kept, months = rollout(
        state,
        luck,
        situation.start + jnp.arange(MONTHS, dtype=jnp.int32),
        lambda _: nature,
        BY_DOCTRINE.policies,
        given=given,
        hook=_hook,
        kept=begin(state.world),
    )
    return kept, months


def paired(one: Run, other: Run, outcome: str) -> Difference:
    """`one` less `other` under the same luck."""
    return difference(one.outcomes, other.outcomes, outcome)
