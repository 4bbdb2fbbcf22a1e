"""Who stands with whom: patrons behind the challenger, allies beside the guarantor, and what each side fears.

Claim: a patron's support is one latent that its war, its rivalry and what is given and taken feed; money,
technology, vetoes and refuge follow from it elsewhere. Allies fear two things at once, to be left alone and to
be drawn in, and what cures one fear feeds the other.

Equations, a month at a time; push(x, p) = x + p·(1 − x) for p > 0 and x + p·x otherwise, so that scales saturate:
  war          ends with the hazard `war_ends`, and on a date that the calendar sets; begins with `war_begins`.
  ties         fade toward `ties_base`, pushed by aid, purchases and technology; a nuclear test costs
               `ties_affront` times the patron's fear for stability.
  support      s += `support_speed`·(σ(index) − s) + noise, index = `support` + `support_war`·war
               + `support_ties`·(ties − ½) + `support_rivalry`·(rivalry − ½) + `support_bloc`·(bloc − ½)
               + `support_pressure`·(pressure − 1) + `support_posture`·(posture − 1)
  lasting      what the challenger believes moves toward σ(logit q + `lasting_bias`), q the mean, weighted by
               support, of ties + (1 − ties)·war·e^(−12·`war_ends`): wars end, ties stay.
  leverage     moves toward the patron's share of trade and arms, a dollar for arms counted `leverage_arms` times.
  cohesion     fades toward `cohesion_base` + `reliable`·(reliability − ½), pushed by consultation and by joint
               enforcement, against it by slights (a summit unconsulted counts 1, a month of low posture
               `lull`) and by a separate deal that the ally inclines to. Between allies, one line binds and two
               divide.
  abandonment  fades toward its base + `decoupling`·intercontinental readiness, pushed by slights, against it by
               a high posture and consultation; entrapment toward its base + `entrapment_rung`·rung/5
               + `entrapment_risk`·(risk acceptance − ½), pushed by a high posture.
  option       pushed by a step toward arms, lost at `option_fading`·cohesion.
  bloc         moves toward (1 − `bloc_exchange`)·support + `bloc_exchange`·exchange, pushed by vetoes.

Reference: Snyder (1984, 1997) on the alliance dilemma; Morrow (1991) on asymmetric alliances; Martin (1992) on
coalitions; Wohlforth (1999) and Pape (2005) as rivals on whether pressure gathers a counterweight; Lanoszka
(2018) on allies' arms. Domain: two patrons and two allies, months. Limits: no alliance is dissolved; a patron's
war is one flag without a course; allies feel a summit a month after it was held.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jax.scipy.special import expit, logit
from jaxtyping import Array, Float

from detente.domain.actions import Actions
from detente.domain.axes import (
    ALLY,
    MISSILE_CLASS,
    PATRON,
    Channel,
    Enforcement,
    Posture,
    Rung,
    Stance,
)
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Bernoulli, Each, Normal
from detente.domain.quantity import Quantity, Real, bounded, real
from detente.domain.world import Alignment, PerAlly, PerPatron, World

READS = ("month", "offices", "arsenal", "economy", "alignment", "diplomacy", "crisis")
SITES = {"war_turns": (PATRON.size,), "support": (PATRON.size,)}

INTERCONTINENTAL = MISSILE_CLASS.labels.index("intercontinental")

_OPEN = 1e-6
"""Shares and sums are held this far from nothing, so that log-odds and quotients stay finite."""


class Params(NamedTuple):
    """What binds patrons and allies, and how fast."""

    war_begins: Annotated[
        PerPatron, Quantity("1/month", 0, 0.1, "Hazard of a patron's war", (PATRON,))
    ]
    war_ends: Annotated[
        PerPatron, Quantity("1/month", 0, 0.5, "Hazard of the end of a patron's war", (PATRON,))
    ]
    ties_base: Annotated[
        PerPatron, Quantity("index", 0, 1, "Ties in the long run, if nothing is given", (PATRON,))
    ]
    ties_fading: Annotated[Real, Quantity("1/month", 0, 0.5, "Speed of the return to them")]
    ties_aid: Annotated[Real, Quantity("share", -0.1, 0.5, "Ties gained a month of aid")]
    ties_purchases: Annotated[Real, Quantity("share", 0, 0.5, "Ties gained a month of purchases")]
    ties_technology: Annotated[
        Real, Quantity("share", 0, 0.5, "Ties gained by a month of technology")
    ]
    ties_affront: Annotated[
        Real, Quantity("share", -0.5, 1, "Ties lost by a nuclear test, at full fear for stability")
    ]
    support: Annotated[
        PerPatron,
        Quantity("log odds", -6, 6, "Support in peace, all else at the middle", (PATRON,)),
    ]
    support_war: Annotated[Real, Quantity("log odds", -4, 8, "Effect of the patron's war")]
    support_ties: Annotated[Real, Quantity("log odds", -4, 8, "Effect of full against no ties")]
    support_rivalry: Annotated[
        Real, Quantity("log odds", -4, 8, "Effect of full against no rivalry with the guarantor")
    ]
    support_bloc: Annotated[Real, Quantity("log odds", -4, 6, "Effect of full against no bloc")]
    support_pressure: Annotated[Real, Quantity("log odds", -3, 3, "Effect of tightened pressure")]
    support_posture: Annotated[Real, Quantity("log odds", -3, 3, "Effect of a high posture")]
    support_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed of support")]
    support_noise: Annotated[
        Real, Quantity("index", 1e-4, 0.3, "Standard deviation of support's monthly shocks")
    ]
    lasting_bias: Annotated[
        Real,
        Quantity("log odds", -5, 5, "How much brighter than it is the future of support looks"),
    ]
    lasting_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed of that belief")]
    leverage_arms: Annotated[
        Real, Quantity("ratio", 0, 10, "Dependence made by a dollar for arms, over one of trade")
    ]
    leverage_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed of dependence")]
    cohesion_base: Annotated[
        PerAlly, Quantity("index", 0, 1, "Trust in the long run, at half reliability", (ALLY,))
    ]
    cohesion_fading: Annotated[Real, Quantity("1/month", 0, 0.5, "Speed of the return to it")]
    reliable: Annotated[
        Real, Quantity("index", -1, 1, "Effect of full against no reliability on trust")
    ]
    consulted: Annotated[Real, Quantity("share", 0, 0.5, "Trust gained a month of consultation")]
    slighted: Annotated[Real, Quantity("share", -0.5, 1, "Trust lost by a summit unconsulted")]
    lull: Annotated[
        Real, Quantity("ratio", -1, 2, "A month of low posture unconsulted, in such summits")
    ]
    split: Annotated[
        Real, Quantity("share", -0.5, 1, "Trust lost by a separate deal that the ally inclines to")
    ]
    joint: Annotated[
        Real, Quantity("share", -0.5, 0.5, "Trust gained where coalition effort is followed")
    ]
    between_base: Annotated[
        Real, Quantity("index", 0, 1, "Trust between the allies in the long run")
    ]
    concord: Annotated[
        Real, Quantity("share", -0.1, 0.5, "Trust between allies gained by one line, lost by two")
    ]
    fear_fading: Annotated[Real, Quantity("1/month", 0, 0.5, "Speed of both fears' return")]
    abandonment_base: Annotated[
        PerAlly, Quantity("index", 0, 1, "Fear of abandonment in the long run", (ALLY,))
    ]
    decoupling: Annotated[
        Real, Quantity("index", -1, 1, "Fear of abandonment that intercontinental readiness adds")
    ]
    deserted: Annotated[Real, Quantity("share", -0.5, 1, "Fear of abandonment gained by a slight")]
    assured_posture: Annotated[
        Real, Quantity("share", -0.5, 0.5, "Fear of abandonment lost by a high posture")
    ]
    assured_consult: Annotated[
        Real, Quantity("share", -0.5, 0.5, "Fear of abandonment lost by consultation")
    ]
    entrapment_base: Annotated[
        PerAlly, Quantity("index", 0, 1, "Fear of entrapment in the long run", (ALLY,))
    ]
    entrapment_rung: Annotated[
        Real, Quantity("index", -1, 2, "Fear of entrapment added by the top of the ladder")
    ]
    entrapment_risk: Annotated[
        Real, Quantity("index", -1, 1, "Effect of full against no risk acceptance")
    ]
    entrapment_posture: Annotated[
        Real, Quantity("share", -0.5, 0.5, "Fear of entrapment gained by a high posture")
    ]
    option_step: Annotated[
        Real, Quantity("share", 0, 0.5, "Share of the way to arms that a step covers")
    ]
    option_fading: Annotated[
        Real, Quantity("1/month", 0, 0.2, "Loss of the option under full trust")
    ]
    bloc_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed of the bloc's cohesion")]
    bloc_exchange: Annotated[
        Real, Quantity("share", 0, 1, "Part of the bloc's cohesion that exchange makes")
    ]
    bloc_veto: Annotated[
        Real, Quantity("share", 0, 1, "Cohesion of the bloc gained when both patrons veto")
    ]
    exchange_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed of recent exchange")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Chances that wars begin or end, and the shocks to support."""
    del actions, frame
    hazard = jnp.where(world.alignment.war, params.war_ends, params.war_begins)
    return {
        "war_turns": Each(Bernoulli.of(-jnp.expm1(-hazard))),
        "support": Normal(jnp.zeros(PATRON.size), params.support_noise),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Alignment:
    """Move ties and support, trust and fear."""
    a = world.alignment
    war = (a.war ^ draws["war_turns"]) & (frame.calendar.war_ends != world.month)
    allies = actions.allies
    a = a._replace(war=war, stance=allies.stance, broadcasts=allies.broadcasts)
    a = _patrons(a, draws, world, actions, params)
    return bounded(_allies(a, world, actions, params))


def _patrons(
    a: Alignment, draws: Draws, world: World, actions: Actions, params: Params
) -> Alignment:
    """Ties, support, leverage, and what the challenger makes of them."""
    ours, moves, profile = actions.guarantor, actions.patrons, world.offices.patrons
    given = (
        params.ties_aid * real(moves.aid)
        + params.ties_purchases * real(moves.purchases)
        + params.ties_technology * real(moves.technology)
        - params.ties_affront * profile.stability * real(actions.challenger.nuclear_test)
    )
    index = (
        params.support
        + params.support_war * real(a.war)
        + params.support_ties * (a.ties - 0.5)
        + params.support_rivalry * (profile.rivalry - 0.5)
        + params.support_bloc * (a.bloc - 0.5)
        + params.support_pressure * (ours.pressure.astype(jnp.float32) - 1)
        + params.support_posture * (ours.posture.astype(jnp.float32) - 1)
    )
    stays = a.ties + (1 - a.ties) * real(a.war) * jnp.exp(-12 * params.war_ends)
    lasts = jnp.sum(a.support * stays) / jnp.maximum(jnp.sum(a.support), _OPEN)
    believed = expit(logit(jnp.clip(lasts, _OPEN, 1 - _OPEN)) + params.lasting_bias)

    economy, buying = world.economy, real(moves.purchases) * a.support
    arms = params.leverage_arms * economy.arms
    earned = economy.trade + arms * buying / jnp.maximum(jnp.sum(buying), _OPEN)
    abroad = jnp.maximum(jnp.sum(economy.trade) + economy.exports + arms, _OPEN)

    exchange = _toward(a.exchange, real(actions.partner.exchange), params.exchange_speed)
    bond = (1 - params.bloc_exchange) * jnp.mean(a.support) + params.bloc_exchange * exchange
    return a._replace(
        ties=_push(_toward(a.ties, params.ties_base, params.ties_fading), given),
        support=_toward(a.support, expit(index), params.support_speed) + draws["support"],
        lasting=_toward(a.lasting, believed, params.lasting_speed),
        leverage=_toward(a.leverage, earned / abroad, params.leverage_speed),
        bloc=_push(
            _toward(a.bloc, bond, params.bloc_speed),
            params.bloc_veto * jnp.mean(real(moves.veto)),
        ),
        exchange=exchange,
    )


def _allies(a: Alignment, world: World, actions: Actions, params: Params) -> Alignment:
    """Trust among the guarantor and its allies, their fears, and their way to arms of their own."""
    ours, moves, holder = actions.guarantor, actions.allies, world.offices.guarantor
    consult, high = real(ours.consult), real(ours.posture == Posture.HIGH)
    met = real(world.diplomacy.channel == Channel.SUMMIT)
    slight = (1 - consult) * (met + params.lull * real(ours.posture == Posture.LOW))
    inclined = real(actions.challenger.wedge & (moves.stance == Stance.ENGAGE))
    followed = 2 * moves.enforcement.astype(jnp.float32) / Enforcement.STRICT - 1
    trusted = (
        params.consulted * consult
        - params.slighted * slight
        - params.split * inclined
        + params.joint * real(ours.coalition) * followed
    )
    lonely = (
        params.deserted * slight - params.assured_posture * high - params.assured_consult * consult
    )
    base = params.cohesion_base + params.reliable * (holder.reliability - 0.5)
    exposed = params.decoupling * world.arsenal.readiness[INTERCONTINENTAL]
    rung = world.crisis.rung.astype(jnp.float32) / Rung.NUCLEAR_WAR
    drawn = params.entrapment_rung * rung + params.entrapment_risk * (holder.risk_acceptance - 0.5)
    one_line = jnp.where(moves.stance[0] == moves.stance[1], params.concord, -params.concord)
    return a._replace(
        cohesion=_push(_toward(a.cohesion, base, params.cohesion_fading), trusted),
        between=_push(_toward(a.between, params.between_base, params.cohesion_fading), one_line),
        abandonment=_push(
            _toward(a.abandonment, params.abandonment_base + exposed, params.fear_fading), lonely
        ),
        entrapment=_push(
            _toward(a.entrapment, params.entrapment_base + drawn, params.fear_fading),
            params.entrapment_posture * high,
        ),
        option=_push(
            a.option * (1 - params.option_fading * a.cohesion),
            params.option_step * real(moves.arms),
        ),
    )


def _toward(
    level: Float[Array, "..."], target: Float[Array, "..."], speed: Real
) -> Float[Array, "..."]:
    """Part of the way to a target that itself stays on the scale."""
    return level + speed * (jnp.clip(target, 0.0, 1.0) - level)


def _push(level: Float[Array, "..."], push: Float[Array, "..."]) -> Float[Array, "..."]:
    """Up by a share of what is lacking, or down by a share of what is there."""
    push = jnp.clip(push, -1.0, 1.0)
    return level + push * jnp.where(push > 0, 1 - level, level)
