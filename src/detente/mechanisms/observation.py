"""What each actor sees: noisy and late where things are hidden, exact where they are public.

Claim: nobody observes preferences; outsiders observe a hidden arsenal, an elite's loyalty and other states'
enforcement late, and with error that runs the same way for years.

Equations: analysts' estimate w̃ follows log w̃' = (1 − `gain`)·log w̃ + `gain`·(log(1 + w) + `bias` + `noise`·ε), ε
standard normal: noise averages out, bias does not, and 1/`gain` months pass before a change is seen. Likewise
  report      = elite loyalty + `loyalty_bias` + `loyalty_noise`·ε: what a month's reports make of the elite,
  arrivals    = `leaving`·discontent·border·(1 − `deterred`·crackdown)·e^(`leaving_noise`·ε): a wish to leave, as far as
                one can, with discontent the mean of the strata,
  enforcement moves by `trade_gain` toward the patron's true one plus `trade_noise`·ε, the noise halved while a
                panel of experts reports.

Reference: Jervis (1976) on perception; SIPRI (2024) and Kristensen et al. (2024) on how far estimates lie
apart; Kuran (1991) on what precedes dissent. Domain: public events are seen without error. Limits: one
estimate stands for all hidden quantities of the arsenal; other actors than the guarantor see its estimates.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp

from detente.domain.actions import Actions, AllyMove, GuarantorMove
from detente.domain.agreements import Slots, strongest
from detente.domain.axes import PATRON, Posture, Stance
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Normal
from detente.domain.quantity import Flag, Quantity, Real, bounded, real
from detente.domain.views import (
    AllyView,
    ChallengerView,
    GuarantorView,
    PartnerView,
    PatronView,
    Standing,
)
from detente.domain.world import Observation, World

READS = ("observation", "arsenal", "economy", "sanctions", "information", "loyalty")
SITES = {"estimate": (), "report": (), "arrivals": (), "trade": (PATRON.size,)}


class Params(NamedTuple):
    """How well what is hidden is seen."""

    gain: Annotated[Real, Quantity("1/month", 0.001, 1, "Weight of a month's evidence")]
    noise: Annotated[Real, Quantity("log ratio", 1e-3, 3, "Error of a month's evidence")]
    bias: Annotated[Real, Quantity("log ratio", -1.5, 1.5, "Error that does not average out")]
    loyalty_noise: Annotated[Real, Quantity("index", 1e-3, 1, "Error of a month's reports")]
    loyalty_bias: Annotated[
        Real, Quantity("index", -0.5, 0.5, "Error of reports on loyalty that does not average out")
    ]
    leaving: Annotated[
        Real, Quantity("person/month", 0, 2000, "Arrivals at full discontent and an open border")
    ]
    deterred: Annotated[Real, Quantity("share", 0, 1, "Arrivals that a full crackdown prevents")]
    leaving_noise: Annotated[Real, Quantity("log ratio", 1e-3, 2, "Scatter of arrivals")]
    trade_gain: Annotated[Real, Quantity("1/month", 0.001, 1, "Weight of a month's mirror trade")]
    trade_noise: Annotated[Real, Quantity("share", 1e-3, 1, "Error of a month's mirror trade")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """The month's evidence: warheads and arrivals in logs, loyalty and enforcement on their scales."""
    del actions, frame
    noise = params.trade_noise * jnp.where(world.sanctions.panel, 0.5, 1.0)
    return {
        "estimate": Normal(jnp.log1p(world.arsenal.warheads) + params.bias, params.noise),
        "report": Normal(world.loyalty.elite + params.loyalty_bias, params.loyalty_noise),
        "arrivals": Normal(jnp.float32(0.0), params.leaving_noise),
        "trade": Normal(world.sanctions.patrons, noise),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Observation:
    """Move the estimates toward the month's evidence."""
    del actions, frame
    o = world.observation
    held = jnp.log1p(o.warheads)
    estimate = held + params.gain * (draws["estimate"] - held)
    wish = params.leaving * jnp.mean(world.loyalty.discontent)
    passed = world.economy.border * (1 - params.deterred * world.information.crackdown)
    return bounded(
        Observation(
            warheads=jnp.expm1(estimate),
            report=draws["report"],
            arrivals=wish * passed * jnp.exp(draws["arrivals"]),
            enforcement=o.enforcement + params.trade_gain * (draws["trade"] - o.enforcement),
        )
    )


def guarantor_view(world: World, frame: Frame) -> GuarantorView:
    """What the guarantor sees before it moves: last month, through its own estimates."""
    t, d, b = world.testing, world.diplomacy, world.beliefs
    return GuarantorView(
        standing=_standing(d.slots, world),
        warheads=world.observation.warheads,
        quiet_tests=jnp.min(t.quiet[1:]),
        quiet_long=jnp.minimum(t.quiet[2], t.quiet[4]),
        quiet_nuclear=t.quiet_nuclear,
        launches=jnp.sum(t.launches, dtype=jnp.int32).astype(jnp.float32),
        pledged=t.pledged,
        channel=d.channel,
        talking=d.talking,
        quiet_summit=d.quiet_summit,
        offered=d.offered,
        table=d.table,
        answer=d.answer,
        asked=d.asked,
        alarm=d.alarm,
        violated=d.violated,
        intent=b.intent,
        covert=jnp.sum(b.intent * b.covert),
        to_handover=frame.calendar.months_to_handover(world.month).astype(jnp.float32),
        exercise=frame.calendar.exercise(world.month),
        loyalty=b.loyalty,
        provoked=world.crisis.provoked,
        rung=world.crisis.rung,
        track=d.track,
        carried=d.carried,
        cohesion=jnp.mean(world.alignment.cohesion),
        credit=d.credit,
        hunger=world.humanitarian.insecure,
        enforcement=jnp.mean(world.observation.enforcement),
        governed=world.governed,
    )


def ally_views(world: World) -> AllyView:
    """What each ally sees before it moves: last month, and its own fears. Arrays: [ally]."""
    a, d, c = world.alignment, world.diplomacy, world.crisis
    shared = AllyView(
        warheads=world.observation.warheads,
        launches=jnp.sum(world.testing.launches, dtype=jnp.int32).astype(jnp.float32),
        provoked=c.provoked,
        rung=c.rung,
        channel=d.channel,
        in_force=jnp.any(d.slots.in_force),
        wedge=d.wedge,
        stance=a.stance,
        broadcasts=a.broadcasts,
        cohesion=a.cohesion,
        abandonment=a.abandonment,
        entrapment=a.entrapment,
        option=a.option,
        enforcement=world.sanctions.allies,
        governed=world.governed,
    )
    return AllyView(*(jnp.broadcast_to(x, a.cohesion.shape) for x in shared))


def patron_views(world: World, actions: Actions) -> PatronView:
    """What each patron sees before it moves: the moves of the month, its own ties. Arrays: [patron]."""
    a, move, theirs = world.alignment, actions.guarantor, actions.challenger
    shared = PatronView(
        tested=theirs.nuclear_test | (world.testing.nuclear_tests > 0),
        provoked=theirs.provocation,
        exports=theirs.export,
        pressure=move.pressure,
        posture=move.posture,
        coalition=move.coalition,
        channel=world.diplomacy.channel,
        tabled=world.sanctions.tabled,
        war=a.war,
        ties=a.ties,
        support=a.support,
        bloc=a.bloc,
        enforcement=world.sanctions.patrons,
        others=world.sanctions.patrons[::-1],
        food=world.economy.food,
        elite=world.observation.report,
        rung=world.crisis.rung,
        governed=world.governed,
    )
    return PatronView(*(jnp.broadcast_to(x, a.ties.shape) for x in shared))


def partner_view(world: World, actions: Actions) -> PartnerView:
    """What the partner sees before it moves."""
    return PartnerView(
        bloc=world.alignment.bloc,
        exchange=world.alignment.exchange,
        pressure=actions.guarantor.pressure,
        governed=world.governed,
    )


def challenger_view(
    world: World, move: GuarantorMove, allies: AllyMove, frame: Frame
) -> ChallengerView:
    """What the challenger sees before it moves: its own house, and the moves of guarantor and allies."""
    a, t, d, b = world.arsenal, world.testing, world.diplomacy, world.beliefs
    e, g = world.economy, world.alignment
    return ChallengerView(
        standing=_standing(d.slots, world),
        warheads=a.warheads,
        need=1 - jnp.mean(a.readiness),
        confidence=a.confidence,
        covert=d.covert,
        pledged=t.pledged,
        quiet_nuclear=t.quiet_nuclear,
        exporting=a.exported > 0,
        channel=d.channel,
        invited=move.channel,
        personal=move.personal,
        offered=move.offer,
        table=move.terms,
        asked=d.asked,
        pressure=move.pressure,
        posture=move.posture,
        delivery=move.delivery,
        exercise=frame.calendar.exercise(world.month) & (move.posture != Posture.LOW),
        rapport=d.rapport,
        prestige=d.prestige,
        humiliation=d.humiliation,
        affront=d.affront,
        reliability=b.kept / jnp.maximum(b.kept + b.failed, 1e-6),
        ties=b.ties,
        backing=g.backing,
        lasting=g.lasting,
        revenue=e.revenue,
        reserve=e.reserve,
        squeezed=world.sanctions.effective,
        bought=jnp.max(g.support * real(g.war)),
        elite=world.loyalty.elite,
        dissent=jnp.mean(world.loyalty.dissent),
        media=world.information.media[0],
        border=e.border,
        grip=world.loyalty.repression,
        food=e.food,
        engaged=allies.stance[0] == Stance.ENGAGE,
        track=d.track,
        cohesion=jnp.mean(g.cohesion),
        governed=world.governed,
        to_handover=frame.calendar.months_to_handover(world.month).astype(jnp.float32),
    )


def imagined(view: ChallengerView, world: World, covert: Flag) -> ChallengerView:
    """The challenger's view as the guarantor must imagine it: estimates for what is hidden, conduct supposed."""
    return view._replace(
        warheads=world.observation.warheads, elite=world.beliefs.loyalty, covert=covert
    )


def _standing(slots: Slots, world: World) -> Standing:
    terms, live = slots.terms, slots.in_force

    def best(value: Real) -> Real:
        return strongest(value, live)

    return Standing(
        in_force=jnp.any(live),
        inherited=jnp.any(live & (slots.signatory != world.offices.holder)),
        reversing=jnp.any(live & slots.reversing),
        full=jnp.all(live),
        number=jnp.sum(real(live)),
        age=best(slots.age),
        youngest=jnp.min(jnp.where(live, slots.age, best(slots.age))),
        tests=best(terms.tests),
        declared=best(terms.declared),
        everything=best(terms.everything),
        rollback=best(terms.rollback),
        detection=best(terms.detection),
        false_alarm=best(terms.false_alarm),
        relief=jnp.sum(jnp.where(live, terms.relief, 0.0)),
        upfront=best(terms.upfront),
        guaranteed=jnp.any(live & (terms.guarantors > 0)),
        assurance=best(terms.assurance),
        recognition=best(terms.recognition),
    )
