"""Korea's packs under their doctrines in compiled loops, with the months that published patterns speak of.

Situations, settings and what is known of talks are data, so that every pattern and every doctrine shares one program
a pack. Under a posterior the numbers that are calibrated are taken from its draws, world by world, and all others stay
at their priors.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from detente.app import history
from detente.app.wiring import POLICIES, cast
from detente.decision.comparison import Column, Difference, Futures, Kind, difference
from detente.domain.axes import Answer, Channel, Posture, Regime, Rung
from detente.domain.calendar import month_number
from detente.domain.outcomes import OUTCOMES
from detente.domain.world import World
from detente.engine.deep import Situation, draw, opening
from detente.engine.lanes import BATCH, lanes
from detente.engine.luck import LANES, Luck, seed_words
from detente.engine.month import Given, Month
from detente.engine.record import Tally, begin, tally
from detente.engine.rollout import rollout
from detente.inference.posteriors import Dated
from detente.scenarios.binding import Pack, load_doctrine, load_pack, named_rows
from detente.scenarios.variants import vary_doctrine, vary_pack

WORLDS, REPLICATES, MONTHS, SEED = 256, 2, 96, 20
"""The design of every run: common luck makes any two of them twins."""

SEEDS = tuple(range(SEED, SEED + 8))
"""More worlds for what is rare."""

PAST = "korea-1994"
"""The pack whose futures run through the record: to its last month."""

LENGTHS = {PAST: month_number("2024-12") - month_number("1994-11") + 1}
"""Months of a run by pack, where they are not `MONTHS`."""

AS_OF = {PAST: "2024-12", "korea-2018": "2017-12", "korea-2025": "2024-12"}
"""Posteriors that runs take: as of the December before they start. No posterior is older than the pack of 1994, whose
runs are therefore in sample."""

TALKS = {"guarantor.channel": Channel.NONE, "challenger.channel": Channel.NONE}
TALKS |= {"challenger.answer": Answer.REFUSE}
"""Sites that may be given, and what they hold where they are not."""

Known = Mapping[str, Mapping[str, int]]
"""What is known of talks, by site and by month (YYYY-MM)."""


class Watched(NamedTuple):
    """Months as they went. Arrays: [month, ..., future]."""

    launches: Any
    tests: Any
    provoked: Any
    held: Any
    channel: Any
    expectations: Any
    in_force: Any
    trade: Any
    earned: Any
    revenue: Any
    output: Any
    fissile: Any
    warheads: Any
    hubs: Any
    rents: Any
    arrivals: Any
    discontent: Any
    dissent: Any
    report: Any
    regime: Any
    since: Any
    rung: Any
    demanded: Any
    complied: Any
    intent: Any
    true: Any


class Run(NamedTuple):
    """One policy's futures: outcomes by name [future], months as they went, and what worlds drew [number, world]."""

    outcomes: Futures
    months: Watched
    start: int
    names: tuple[str, ...]
    drawn: np.ndarray

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

    def number(self, name: str) -> np.ndarray:
        """What each world drew of a number: [world]."""
        return self.drawn[self.names.index(name)]

    @property
    def wanted(self) -> tuple[tuple[str, ...], np.ndarray]:
        """Numbers that worlds drew, what the challenger privately wants among them: names, and [number, world]."""
        private = [name for name in self.outcomes.columns if name.startswith("private_")]
        values = np.stack([self.values(name)[::REPLICATES] for name in private])
        return (*self.names, *private), np.vstack([self.drawn, values])

    @property
    def events(self) -> np.ndarray:
        """Whether a month saw a launch, a nuclear test or a provocation: [month, future]."""
        m = self.months
        return (m.launches.sum(1) > 0) | (m.tests > 0) | (m.provoked > 0)


class Korea:
    """Runs what it is asked for, once.

    `posterior` holds draws by date; under the priors there is none.
    """

    def __init__(self, posterior: Dated | None = None) -> None:
        self.posterior = posterior
        self._runs: dict[Any, Run] = {}
        self._kept: dict[str, Any] = {}
        self._dates: dict[str, None] = {}

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What is made, the first time, and kept under a name."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def dates(self) -> tuple[str, ...]:
        """As of which months posteriors have been taken since this was last asked."""
        taken, self._dates = tuple(self._dates), {}
        return taken

    def scores(self, month: str) -> np.ndarray | None:
        """Draws as of a month or the last date before it, none under the priors: [draw, dial].

        Raises:
            ValueError: if the posterior begins later.
        """
        if self.posterior is None:
            return None
        date, scores = self.posterior.as_of(month)
        self._dates[date] = None
        return scores

    def run(
        self,
        pack: str,
        doctrine: str,
        changes: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        known: Known | None = None,
        seed: int = SEED,
        weights: tuple[float, ...] | None = None,
    ) -> Run:
        """Take every future through its months.

        Args:
            pack: name of the situation.
            doctrine: name of the guarantor's doctrine.
            changes: numbers and dates of the pack to fix.
            settings: settings of the doctrine to fix.
            known: what is known of talks.
            seed: another seed is another draw of worlds.
            weights: of the regions of preferences, if not the pack's.
        """
        scores = self.scores(AS_OF[pack])
        key = repr((pack, doctrine, changes, settings, known, seed, weights))
        if key not in self._runs:
            varied = _weighed(vary_pack(_pack(pack), POLICIES, dict(changes or {})), weights)
            chosen = load_doctrine(doctrine, POLICIES)
            chosen = vary_doctrine(chosen, POLICIES, dict(settings or {}))
            luck = _luck(seed)
            values = self._values(varied, luck, scores, frozenset(changes or ()))
            months = int(varied.situation.start) + jnp.arange(
                LENGTHS.get(pack, MONTHS), dtype=jnp.int32
            )
            sits = cast(chosen.policy).settings(guarantor=chosen.settings)
            given = _given(known or {}, int(months[0]), len(months))
            kept, watched = jax.device_get(
                _LOOP(varied.situation, values, sits, luck, months, given, who=chosen.policy)
            )
            assert not np.any(kept.status.code), f"worlds fail under {doctrine}"
            drawn = np.asarray(values)[:, ::REPLICATES]
            names = tuple(named_rows(varied.head, POLICIES))
            self._runs[key] = Run(_outcomes(kept), watched, int(months[0]), names, drawn)
        return self._runs[key]

    def drawn(
        self, pack: str, changes: Mapping[str, Any] | None = None, seed: int = SEED
    ) -> dict[str, np.ndarray]:
        """What each world draws of every number of a pack, without running anything: [world] by name."""
        varied = vary_pack(_pack(pack), POLICIES, dict(changes or {}))
        values = self._values(
            varied, _luck(seed), self.scores(AS_OF[pack]), frozenset(changes or ())
        )
        named = named_rows(varied.head, POLICIES)
        return dict(zip(named, np.asarray(values)[:, ::REPLICATES], strict=True))

    def _values(
        self, pack: Pack, luck: Luck, scores: np.ndarray | None, fixed: frozenset[str]
    ) -> Array:
        """The drawn table, [number, future]: calibrated numbers that no change fixes are the posterior's."""
        values = _DRAW(pack.situation.priors, luck)
        if scores is None:
            return values
        dials = history.dials()
        own = dials.own(jnp.asarray(scores.T))[:, luck.world % len(scores)]
        rows = {name: row for row, name in enumerate(named_rows(pack.head, POLICIES))}
        taken = [i for i, name in enumerate(dials.names) if name in rows and name not in fixed]
        places = jnp.asarray([rows[dials.names[i]] for i in taken])
        return values.at[places].set(own[jnp.asarray(taken)])


@cache
def _pack(name: str) -> Pack:
    """A pack at its priors, whatever it takes from what was filtered: a posterior is laid over them here."""
    pack = load_pack(name, POLICIES)
    return pack._replace(situation=pack.situation._replace(filtered=None), taken=None)


def _luck(seed: int) -> Luck:
    k = jnp.arange(WORLDS * REPLICATES, dtype=jnp.int32)
    return Luck(jnp.asarray(seed_words(seed)), k // REPLICATES, k % REPLICATES)


def _weighed(pack: Pack, weights: tuple[float, ...] | None) -> Pack:
    """The pack with other weights of the regions that preferences are drawn from."""
    if weights is None:
        return pack
    regions = pack.situation.frame.regions._replace(weight=jnp.asarray(weights, jnp.float32))
    return pack._replace(situation=pack.situation.among(regions))


def _given(known: Known, first: int, months: int) -> dict[str, Given]:
    """Sites of talks: what is known of them, by month."""
    found = {}
    for site, rest in TALKS.items():
        told, value = np.zeros(months, bool), np.full(months, int(rest), np.int32)
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


def _watch(w: World, held: Any) -> Watched:
    """What patterns speak of, in one world."""
    return Watched(
        launches=w.testing.launches,
        tests=w.testing.nuclear_tests,
        provoked=w.crisis.provoked,
        held=held,
        channel=w.diplomacy.channel,
        expectations=w.diplomacy.expectations,
        in_force=jnp.any(w.diplomacy.slots.in_force),
        trade=w.economy.trade,
        earned=w.economy.licit,
        revenue=w.economy.revenue,
        output=w.economy.output,
        fissile=w.arsenal.plutonium + w.arsenal.heu,
        warheads=w.arsenal.warheads,
        hubs=w.economy.hubs,
        rents=w.loyalty.rents,
        arrivals=w.observation.arrivals,
        discontent=jnp.mean(w.loyalty.discontent),
        dissent=jnp.mean(w.loyalty.dissent),
        report=w.observation.report,
        regime=w.transition.regime,
        since=w.transition.since,
        rung=w.crisis.rung,
        demanded=w.crisis.demanded,
        complied=w.crisis.complied,
        intent=w.beliefs.intent,
        true=w.offices.intent,
    )


def _futures(
    situation: Situation,
    values: Any,
    settings: Any,
    luck: Luck,
    months: Array,
    given: Mapping[str, Given],
    who: str,
) -> tuple[Tally, Watched]:
    """What is compiled: `who` names the policy that sits for the guarantor."""
    calendar, seated = situation.frame.calendar, cast(who)

    def hook(kept: Tally, month: Month) -> tuple[Tally, Watched]:
        drill = calendar.exercise(month.world.month[0])
        held = drill & (month.actions.guarantor.posture != Posture.LOW)
        return tally(kept, month)[0], lanes(_watch, (BATCH, BATCH))(month.world, held)

    state, nature = opening(situation, values, settings, luck, seated)
    _, kept, watched = rollout(
        state,
        luck,
        months,
        lambda _: nature,
        seated.policies,
        given=given,
        hook=hook,
        kept=begin(state.world),
    )
    return kept, watched


_LOOP = jax.jit(_futures, static_argnames="who")
_DRAW = jax.jit(lanes(lambda priors, luck: draw(priors, luck, POLICIES), (None, LANES)))
"""Shared by all sides, so that priors and posterior are compiled once."""


def truth(run: Run, intent: np.ndarray | None = None) -> np.ndarray:
    """Belief that the guarantor gives to a region, the true one if no other is named: [month, future]."""
    at = run.months.true if intent is None else np.broadcast_to(intent, run.months.true.shape)
    return np.take_along_axis(run.months.intent, at[:, None], 1)[:, 0]


def paired(one: Run, other: Run, outcome: str) -> Difference:
    """`one` less `other` under the same luck."""
    return difference(one.outcomes, other.outcomes, outcome)


def governed(run: Run, months: int | None = None) -> np.ndarray:
    """Futures without war or dissolution, up to a month: [future]."""
    m = run.months
    return ~((m.regime[:months] == Regime.COLLAPSE) | (m.rung[:months] >= Rung.WAR)).any(0)


def worlds(run: Run, seed: int, futures: Any) -> Any:
    """Which world each chosen future belongs to, whatever the seed. `futures`: indexes."""
    return seed * len(run.outcomes.world) + futures // REPLICATES
