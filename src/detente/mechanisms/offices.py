"""Who holds office, what they want, and who comes next.

Claim: policy turns on persons as well as on states. A handover that the calendar announces changes the
guarantor's profile or an ally's; a succession redraws the challenger's preferences; both can be foreseen or feared.

Equations: in the month of an election a holder who may run again stays with probability `incumbent_wins`; who is
beaten is beaten by the other bloc. The bloc of one who must leave keeps the office with probability `bloc_holds`. A
newcomer's profile is normal around its bloc's mean, cut to [0, 1]: partial pooling of leader effects. At the
inauguration the elected take over. The challenger's leader dies with a Gompertz hazard, h(age) = `mortality` ·
exp(`ageing` · (age − 40)) a year; the heir keeps the region of preferences with probability `continuity`, else
draws it from the prior, and draws preferences uniformly within. A leadership overthrown is replaced alike in the
month after, with `changed_continuity`; one that changes course draws its own preferences anew in that way. A death
that the calendar sets is certain. A living leader's worth of the arsenal drifts by `drift` a year, in logs. When an
ally inaugurates, its profile becomes
  (1 − k)·(mean + spread·ε) + k·old, cut to [0, 1], k nil for its leaning and `ally_kept` for what a state keeps;
a patron's likewise, with `patron_kept` throughout, in a month of turnover, which has the rate `patron_turnover` a year.

Reference: Horowitz, Stam and Ellis (2015) on leaders; Jones and Olken (2005) on leader effects; Gompertz (1825).
Domain: two blocs, a fixed term, at most two terms of office. Limits: no resignation or death of the guarantor's
holder; allies change on fixed dates; the partner stays; removal of the challenger's leader by force is drawn by
another mechanism and only followed here, so hazards here are natural.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp

from detente.domain.actions import Actions
from detente.domain.axes import ALLY, INTENT, PATRON, Regime
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Bernoulli, Categorical, Each, Normal, Uniform
from detente.domain.private import AllyProfile, PatronProfile, Preferences, Profile
from detente.domain.quantity import Flag, Quantity, Real, bounded, choose, pick, real
from detente.domain.world import Offices, PerAlly, PerPatron, World

READS = ("month", "offices", "transition")
SITES = {
    "stays": (),
    "bloc_holds": (),
    "profile": (len(Profile._fields),),
    "death": (),
    "heir": (),
    "heir_preferences": (len(Preferences._fields),),
    "drift": (),
    "allies": (len(AllyProfile._fields), ALLY.size),
    "turnover": (PATRON.size,),
    "patrons": (len(PatronProfile._fields), PATRON.size),
}


class Params(NamedTuple):
    """Base rates of elections and successions, and what newcomers are like."""

    incumbent_wins: Annotated[
        Real, Quantity("probability", 0, 1, "A holder who may run again is re-elected")
    ]
    bloc_holds: Annotated[
        Real, Quantity("probability", 0, 1, "The bloc keeps the office when the holder leaves it")
    ]
    term_limit: Annotated[Real, Quantity("count", 1, 10, "Terms of office that a holder may begin")]
    bloc_a: Profile
    bloc_b: Profile
    spread: Annotated[
        Real, Quantity("index", 0.01, 0.5, "Standard deviation of newcomers around their bloc")
    ]
    mortality: Annotated[
        Real, Quantity("1/yr", 1e-5, 0.2, "Death rate of the challenger's leader at 40")
    ]
    ageing: Annotated[Real, Quantity("1/yr", 0, 0.3, "Growth of the death rate with age")]
    continuity: Annotated[
        Real, Quantity("probability", 0, 1, "An heir keeps the region of preferences")
    ]
    heir_age: Annotated[Real, Quantity("year", 18, 80, "Age of an heir at succession")]
    drift: Annotated[
        Real, Quantity("log ratio/yr^.5", 1e-4, 1, "Drift of the worth of the arsenal")
    ]
    changed_continuity: Annotated[
        Real, Quantity("probability", 0, 1, "Reform or coup keeps the region of preferences")
    ]
    allies: Annotated[AllyProfile, ALLY]
    ally_spread: Annotated[
        PerAlly, Quantity("index", 0.01, 0.5, "Standard deviation of its governments", (ALLY,))
    ]
    ally_kept: Annotated[
        Real, Quantity("share", 0, 1, "Autonomy and gain from a separate deal that outlast one")
    ]
    patrons: Annotated[PatronProfile, PATRON]
    patron_spread: Annotated[
        PerPatron, Quantity("index", 0.01, 0.5, "Standard deviation of its governments", (PATRON,))
    ]
    patron_kept: Annotated[Real, Quantity("share", 0, 1, "Profile that outlasts a government")]
    patron_turnover: Annotated[
        PerPatron, Quantity("1/yr", 1e-4, 1, "Rate of changes of government", (PATRON,))
    ]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Chances of elections, deaths and turnovers, and how newcomers and heirs would differ."""
    del actions
    o = world.offices
    may_run = o.terms.astype(jnp.float32) < params.term_limit
    death_a_year = params.mortality * jnp.exp(params.ageing * (o.leader_age - 40.0))
    same = real(jnp.arange(INTENT.size, dtype=jnp.int32) == o.intent)
    upheaval = _changed(world) | _reformed(world)
    continuity = jnp.where(upheaval, params.changed_continuity, params.continuity)
    heir = continuity * same + (1 - continuity) * frame.regions.weight
    dies = jnp.where(frame.calendar.death == world.month, 1.0, 1 - jnp.exp(-death_a_year / 12))
    turns = 1 - jnp.exp(-params.patron_turnover / 12)
    return {
        "stays": Bernoulli.of(jnp.where(may_run, params.incumbent_wins, 0.0)),
        "bloc_holds": Bernoulli.of(params.bloc_holds),
        "profile": Normal(jnp.float32(0.0), params.spread),
        "death": Bernoulli.of(dies),
        "heir": Categorical(jnp.log(heir + 1e-7)),
        "heir_preferences": Uniform(jnp.float32(0.0), jnp.float32(1.0)),
        "drift": Normal(jnp.float32(0.0), params.drift / jnp.sqrt(12.0)),
        "allies": Normal(jnp.zeros(SITES["allies"]), params.ally_spread),
        "turnover": Each(Bernoulli.of(turns)),
        "patrons": Normal(jnp.zeros(SITES["patrons"]), params.patron_spread),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Offices:
    """Hold the elections and handovers that the calendar sets, and the successions that nature and force set."""
    del actions
    o = world.offices
    o = choose(frame.calendar.election(world.month), _elect(o, draws, params), o)
    o = o._replace(tenure=o.tenure + 1)
    o = choose(frame.calendar.months_to_handover(world.month) == 0, _inaugurate(o), o)
    o = o._replace(
        leader_new=jnp.asarray(False),
        leader_age=o.leader_age + 1.0 / 12,
        challenger=o.challenger._replace(arsenal=o.challenger.arsenal * jnp.exp(draws["drift"])),
        allies=_allies(world, draws, params, frame),
        patrons=_patrons(o.patrons, draws, params),
    )
    o = choose(_reformed(world), _turn(o, draws, frame), o)
    ends = draws["death"] | _changed(world)
    return bounded(choose(ends, _succeed(o, draws, params, frame), o))


def _changed(world: World) -> Flag:
    """Whether the challenger's leadership fell last month, with a state left to lead."""
    return (world.transition.since < 1) & (world.transition.regime == Regime.COUP)


def _reformed(world: World) -> Flag:
    """Whether it changed course last month under the leader it has."""
    return (world.transition.since < 1) & (world.transition.regime == Regime.REFORM)


def _allies(world: World, draws: Draws, params: Params, frame: Frame) -> AllyProfile:
    """Where an ally inaugurates, its line turns over, and what rests on the state turns in part."""
    held, mean = world.offices.allies, params.allies
    fresh = AllyProfile(*(m + d for m, d in zip(mean, draws["allies"], strict=True)))
    kept = AllyProfile(
        engagement=jnp.float32(0.0), autonomy=params.ally_kept, separate=params.ally_kept
    )
    mixed = AllyProfile(*(k * h + (1 - k) * f for k, h, f in zip(kept, held, fresh, strict=True)))
    return choose(frame.calendar.ally_changes(world.month), mixed, held)


def _patrons(held: PatronProfile, draws: Draws, params: Params) -> PatronProfile:
    """Where a patron's government turns over, its profile goes part of the way to a fresh one."""
    kept = params.patron_kept
    fresh = (m + d for m, d in zip(params.patrons, draws["patrons"], strict=True))
    mixed = PatronProfile(*(kept * h + (1 - kept) * f for h, f in zip(held, fresh, strict=True)))
    return choose(draws["turnover"], mixed, held)


def _elect(o: Offices, draws: Draws, params: Params) -> Offices:
    """The elected are known from the election on: the holder again, or a newcomer of either bloc."""
    leaves = o.terms.astype(jnp.float32) >= params.term_limit
    bloc = jnp.where(draws["bloc_holds"] & leaves, o.bloc, 1 - o.bloc)
    mean = choose(bloc == 0, params.bloc_a, params.bloc_b)
    newcomer = Profile(*(m + d for m, d in zip(mean, draws["profile"], strict=True)))
    stays = draws["stays"]
    return o._replace(
        elect=bounded(choose(stays, o.guarantor, newcomer)),
        elect_new=~stays,
        elect_rapport=jnp.zeros_like(o.elect_rapport),
        elect_bloc=jnp.where(stays, o.bloc, bloc),
        elect_terms=jnp.where(stays, o.terms + 1, 1),
    )


def _inaugurate(o: Offices) -> Offices:
    """The elected take office; the tenure of one who stays runs on."""
    return o._replace(
        guarantor=o.elect,
        bloc=o.elect_bloc,
        terms=o.elect_terms,
        holder=o.holder + jnp.where(o.elect_new, 1, 0),
        tenure=jnp.where(o.elect_new, 0.0, o.tenure),
        elect_new=jnp.zeros_like(o.elect_new),
    )


def _succeed(o: Offices, draws: Draws, params: Params, frame: Frame) -> Offices:
    """The heir takes over, with preferences drawn within a region that may be another."""
    turned = _turn(o, draws, frame)
    return turned._replace(leader_new=jnp.asarray(True), leader_age=params.heir_age)


def _turn(o: Offices, draws: Draws, frame: Frame) -> Offices:
    """Preferences are drawn anew, within a region that may be another."""
    low, high = pick(frame.regions.low, draws["heir"]), pick(frame.regions.high, draws["heir"])
    heir = (a + (b - a) * u for a, b, u in zip(low, high, draws["heir_preferences"], strict=True))
    return o._replace(challenger=Preferences(*heir), intent=draws["heir"])
