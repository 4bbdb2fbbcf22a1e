"""What each actor sees: noisy and late where things are hidden, exact where they are public.

Claim: nobody observes preferences, and outsiders observe a hidden arsenal late and with error that runs the
same way for years.

Equation: analysts' estimate w̃ follows log w̃' = (1 − `gain`)·log w̃ + `gain`·(log(1 + w) + `bias` +
`noise`·ε), ε standard normal: noise averages out, bias does not, and 1/`gain` months pass before a change is
seen.

Reference: Jervis (1976) on perception; SIPRI (2024) and Kristensen et al. (2024) on how far estimates lie
apart. Domain: public events are seen without error. Limits: one estimate stands for all hidden quantities;
the challenger sees the guarantor's acts without noise.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp

from detente.domain.actions import Actions, GuarantorMove
from detente.domain.agreements import Slots, strongest
from detente.domain.axes import Posture
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Normal
from detente.domain.quantity import Flag, Quantity, Real, bounded
from detente.domain.views import ChallengerView, GuarantorView, Standing
from detente.domain.world import Observation, World

READS = ("observation", "arsenal")
SITES = {"estimate": ()}


class Params(NamedTuple):
    """How well a hidden arsenal is seen."""

    gain: Annotated[Real, Quantity("1/month", 0.001, 1, "Weight of a month's evidence")]
    noise: Annotated[Real, Quantity("log ratio", 1e-3, 3, "Error of a month's evidence")]
    bias: Annotated[Real, Quantity("log ratio", -1.5, 1.5, "Error that does not average out")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """The month's evidence on the number of warheads, in logs."""
    del actions, frame
    return {"estimate": Normal(jnp.log1p(world.arsenal.warheads) + params.bias, params.noise)}


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Observation:
    """Move the estimate toward the month's evidence."""
    del actions, frame
    held = jnp.log1p(world.observation.warheads)
    estimate = held + params.gain * (draws["estimate"] - held)
    return bounded(Observation(warheads=jnp.expm1(estimate)))


def guarantor_view(world: World, frame: Frame) -> GuarantorView:
    """What the guarantor sees before it moves: last month, through its own estimates."""
    t, d, b = world.testing, world.diplomacy, world.beliefs
    return GuarantorView(
        standing=_standing(d.slots, world),
        warheads=world.observation.warheads,
        quiet_long=jnp.min(t.quiet[1:]),
        quiet_nuclear=t.quiet_nuclear,
        launches=jnp.sum(t.launches, dtype=jnp.int32).astype(jnp.float32),
        pledged=t.pledged,
        channel=d.channel,
        talking=d.talking,
        quiet_summit=d.quiet_summit,
        offered=d.offered,
        answer=d.answer,
        asked=d.asked,
        alarm=d.alarm,
        violated=d.violated,
        intent=b.intent,
        covert=jnp.sum(b.intent * b.covert),
        to_handover=frame.calendar.months_to_handover(world.month).astype(jnp.float32),
        exercise=frame.calendar.exercise(world.month),
    )


def challenger_view(world: World, move: GuarantorMove, frame: Frame) -> ChallengerView:
    """What the challenger sees before it moves: its own house, and the guarantor's move of the month."""
    a, t, d, b = world.arsenal, world.testing, world.diplomacy, world.beliefs
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
        backing=world.setting.backing,
        revenue=world.setting.revenue,
        enforcement=world.setting.enforcement,
        to_handover=frame.calendar.months_to_handover(world.month).astype(jnp.float32),
    )


def imagined(view: ChallengerView, world: World, covert: Flag) -> ChallengerView:
    """The challenger's view as the guarantor must imagine it: estimates for what is hidden, conduct supposed."""
    return view._replace(warheads=world.observation.warheads, covert=covert)


def _standing(slots: Slots, world: World) -> Standing:
    terms, live = slots.terms, slots.in_force

    def best(value: Real) -> Real:
        return strongest(value, live)

    return Standing(
        in_force=jnp.any(live),
        inherited=jnp.any(live & (slots.signatory != world.offices.holder)),
        reversing=jnp.any(live & slots.reversing),
        full=jnp.all(live),
        age=best(slots.age),
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
