"""Who holds office, what they want, and who comes next.

Claim: policy turns on persons as well as on states. A handover that the calendar announces changes the
guarantor's profile; a succession redraws the challenger's preferences; both can be foreseen or feared.

Equations: in the month of an election a holder who may run again stays with probability `incumbent_wins`;
otherwise the holder's bloc keeps the office with probability `bloc_holds`. A newcomer's profile is normal around
its bloc's mean, cut to [0, 1]: partial pooling of leader effects. At the inauguration the elected take over. The
challenger's leader dies with a Gompertz hazard, h(age) = `mortality` · exp(`ageing` · (age − 40)) a year; the heir
keeps the region of preferences with probability `continuity`, else draws it from the prior, and draws preferences
uniformly within. A living leader's worth of the arsenal drifts by `drift` a year, in logs.

Reference: Horowitz, Stam and Ellis (2015) on leaders; Jones and Olken (2005) on leader effects; Gompertz (1825).
Domain: two blocs, a fixed term, at most two terms of office. Limits: no resignation or death of the guarantor's
holder; removal of the challenger's leader by force belongs to another mechanism, so hazards here are natural.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp

from detente.domain.actions import Actions
from detente.domain.axes import INTENT
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Bernoulli, Categorical, Normal, Uniform
from detente.domain.private import Preferences, Profile
from detente.domain.quantity import Quantity, Real, bounded, choose, pick, real
from detente.domain.world import Offices, World

READS = ("month", "offices")
SITES = {
    "stays": (),
    "bloc_holds": (),
    "profile": (len(Profile._fields),),
    "death": (),
    "heir": (),
    "heir_preferences": (len(Preferences._fields),),
    "drift": (),
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


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Chances of re-election, of the bloc's hold and of a death, and how newcomers and heirs would differ."""
    del actions
    o = world.offices
    may_run = o.terms.astype(jnp.float32) < params.term_limit
    death_a_year = params.mortality * jnp.exp(params.ageing * (o.leader_age - 40.0))
    same = real(jnp.arange(INTENT.size, dtype=jnp.int32) == o.intent)
    heir = params.continuity * same + (1 - params.continuity) * frame.regions.weight
    return {
        "stays": Bernoulli.of(jnp.where(may_run, params.incumbent_wins, 0.0)),
        "bloc_holds": Bernoulli.of(params.bloc_holds),
        "profile": Normal(jnp.float32(0.0), params.spread),
        "death": Bernoulli.of(1 - jnp.exp(-death_a_year / 12)),
        "heir": Categorical(jnp.log(heir + 1e-7)),
        "heir_preferences": Uniform(jnp.float32(0.0), jnp.float32(1.0)),
        "drift": Normal(jnp.float32(0.0), params.drift / jnp.sqrt(12.0)),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Offices:
    """Hold the election or the handover that the calendar sets, and the succession that nature sets."""
    del actions
    o = world.offices
    o = choose(frame.calendar.election(world.month), _elect(o, draws, params), o)
    o = o._replace(tenure=o.tenure + 1)
    o = choose(frame.calendar.months_to_handover(world.month) == 0, _inaugurate(o), o)
    o = o._replace(
        leader_new=jnp.asarray(False),
        leader_age=o.leader_age + 1.0 / 12,
        challenger=o.challenger._replace(arsenal=o.challenger.arsenal * jnp.exp(draws["drift"])),
    )
    return bounded(choose(draws["death"], _succeed(o, draws, params, frame), o))


def _elect(o: Offices, draws: Draws, params: Params) -> Offices:
    """The elected are known from the election on: the holder again, or a newcomer of either bloc."""
    bloc = jnp.where(draws["bloc_holds"], o.bloc, 1 - o.bloc)
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
    low, high = pick(frame.regions.low, draws["heir"]), pick(frame.regions.high, draws["heir"])
    heir = (a + (b - a) * u for a, b, u in zip(low, high, draws["heir_preferences"], strict=True))
    return o._replace(
        challenger=Preferences(*heir),
        intent=draws["heir"],
        leader_new=jnp.asarray(True),
        leader_age=params.heir_age,
    )
