"""Channels, summits, and the fate of agreements: kept, cheated on, broken, detected, snapped back, reversed.

Claim: words cost little and terms much. What is signed lives on through both sides' conduct: the challenger
may break it openly or cheat in hiding, inspectors may see that or cry wolf, the guarantor may delay,
withhold or reverse, a successor may undo it, somebody may block the snapback, and relief may or may not be
carried at home.

Equations and rules:
  talks      stand at the lower of the levels offered and accepted; answers to an offer are heard with contact or more.
             Terms in force keep contact alive: inspectors come, relief is handed over. Leaders do not meet again
             before `summit_gap` months: a meeting has to be prepared.
  signature  needs an offer, an answer that signs, working talks or more for `negotiation` months without a break, and
             a free slot of the three.
  ratifying  log-odds `ratify` + `ratify_credit`·(credit − ½) − `ratify_size`·log(1 + relief/`ratify_scale`);
             without it only the share `statutory` of relief can flow.
  credit     of the holder at home returns to what the holder brought by `credit_return` a month; a failed summit costs
             `credit_failure`·expectations, a signature gains `credit_signature`, a breach or forbidden test seen costs
             `credit_breach`. It starts anew with a new holder.
  track      the allies' own talks stand at the lower of what the nearest ally's stance offers and the challenger
             accepts, at a summit only where the guarantor backs them.
  alarm      a month's chance is the terms' detection while cheating, their false-alarm rate otherwise.
  relief     due = relief·(1 − upfront), less the share `on_verification` of it when the month is not clean, plus
             the upfront part over the first `upfront_months`; paid = due times 1, `delayed`, 0 when it is
             delivered, delayed, withheld. After a decision to reverse, relief still flows until snapback bites,
             `block_delay` months later if it is blocked.
  standing   a summit that leaves nothing in force costs face:
             Δhumiliation = `humiliated`·expectations·(1 − humiliation);
             rapport, prestige, expectations and affront rise with what feeds them and fade with half-lives.

Reference: Fearon (1995), Powell (2006) on commitment; Kydd (2005) on trust; Renshon, Dafoe and Huth (2018)
on leaders' signals; Barnhart (2020) on humiliation; Leeds, Mattes and Vogel (2009) on successors; Avenhaus
and Canty (1996) on alarms. Domain: one guarantor and one challenger; three agreements at a time. Limits:
conduct is one choice for all terms in force; bounds are seen to be kept at declared sites, so only
production bound everywhere can be cheated on. War or collapse ends what is in force, as if broken openly.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool

from detente.domain.actions import (
    PRICES,
    Actions,
    Carried,
    answer_heard,
    level_of_talks,
    level_of_track,
)
from detente.domain.agreements import Agreement, Slots, strongest
from detente.domain.axes import (
    SLOT,
    Answer,
    Channel,
    Conduct,
    Delivery,
    EndedBy,
    Posture,
    Pressure,
)
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Bernoulli, Each
from detente.domain.quantity import Count, Flag, Quantity, Real, bounded, choose, pick, real
from detente.domain.world import Diplomacy, World

READS = ("month", "offices", "testing", "diplomacy", "transition", "crisis")
SITES = {"alarm": (), "ratified": (), "blocked": (SLOT.size,)}

PerSlotFlag = Bool[Array, " slot"]


class Params(NamedTuple):
    """How deals are carried, undone and felt."""

    ratify: Annotated[
        Real,
        Quantity("log odds", -5, 5, "Full relief carried at home, for a small deal at credit ½"),
    ]
    ratify_credit: Annotated[Real, Quantity("log odds", -5, 10, "Effect of full against no credit")]
    ratify_size: Annotated[Real, Quantity("log odds", -3, 5, "Loss with the size of the relief")]
    ratify_scale: Annotated[Real, Quantity("USD m/month", 1, 500, "Relief that counts as sizeable")]
    statutory: Annotated[
        Real, Quantity("share", 0, 1, "Relief that can flow on the executive's word alone")
    ]
    upfront_months: Annotated[
        Real, Quantity("month", 1, 24, "Months over which upfront relief is paid")
    ]
    delayed: Annotated[Real, Quantity("share", 0, 1, "Relief that still flows when it is delayed")]
    block_delay: Annotated[Real, Quantity("month", 0, 48, "Months that a block adds to snapback")]
    negotiation: Annotated[
        Real, Quantity("month", 0, 36, "Months of working talks before a text can be signed")
    ]
    summit_gap: Annotated[Real, Quantity("month", 0, 60, "Months that leaders' meetings lie apart")]
    humiliated: Annotated[Real, Quantity("share", 0, 1, "Face lost in a failed summit")]
    face_half_life: Annotated[Real, Quantity("month", 1, 240, "Half-life of humiliation")]
    warmth: Annotated[
        Real, Quantity("share", -0.5, 0.5, "Rapport gained a month of personal diplomacy")
    ]
    summit_warmth: Annotated[Real, Quantity("share", -0.5, 1, "Rapport gained by a summit")]
    rapport_half_life: Annotated[Real, Quantity("month", 1, 240, "Half-life of rapport")]
    rapport_carried: Annotated[
        Real, Quantity("share", 0, 1, "Rapport that outlives a change of leader on either side")
    ]
    summit_prestige: Annotated[Real, Quantity("share", 0, 1, "Prestige gained by a summit")]
    prestige_half_life: Annotated[Real, Quantity("month", 1, 480, "Half-life of prestige")]
    hope: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which expectations follow talks")]
    affront_pressure: Annotated[Real, Quantity("share", 0, 1, "Affront of tightened pressure")]
    affront_posture: Annotated[Real, Quantity("share", 0, 1, "Affront of a high posture")]
    affront_exercise: Annotated[Real, Quantity("share", 0, 1, "Affront of a large exercise")]
    affront_half_life: Annotated[Real, Quantity("month", 0.5, 60, "Half-life of affront")]
    credit_return: Annotated[Real, Quantity("1/month", 0, 1, "Return of credit to the holder's")]
    credit_failure: Annotated[Real, Quantity("index", -0.5, 1, "Credit lost by a failed summit")]
    credit_signature: Annotated[Real, Quantity("index", -0.5, 1, "Credit gained by a signature")]
    credit_breach: Annotated[Real, Quantity("index", -0.5, 1, "Credit lost by a breach that shows")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Chances of an alarm, of a new deal's being carried at home, and of a block on each snapback."""
    del frame
    slots, move = world.diplomacy.slots, actions.challenger
    covert = _covert(slots, move.conduct)
    inspectors = strongest(slots.terms.detection, _held(slots, move.conduct))
    false = strongest(slots.terms.false_alarm, _held(slots, move.conduct))
    size = jnp.log1p(actions.guarantor.terms.relief / params.ratify_scale)
    credit = world.diplomacy.credit - 0.5
    return {
        "alarm": Bernoulli.of(jnp.where(covert, inspectors, false)),
        "ratified": Bernoulli(
            params.ratify + params.ratify_credit * credit - params.ratify_size * size
        ),
        "blocked": Each(Bernoulli.of(slots.terms.blockable)),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Diplomacy:
    """Talk, answer, sign; keep, cheat, break; inspect, pay, snap back; gain and lose face."""
    d, theirs, ours = world.diplomacy, actions.challenger, actions.guarantor
    covert = _covert(d.slots, theirs.conduct)
    limited = strongest(d.slots.terms.tests, _held(d.slots, theirs.conduct)) > 0
    tested = (jnp.sum(world.testing.launches[1:]) + world.testing.nuclear_tests) > 0
    violated = limited & tested
    alarm = draws["alarm"] & jnp.any(_held(d.slots, theirs.conduct))
    standing = _held(d.slots, theirs.conduct) & ~d.slots.reversing
    slots, due, paid = _live(d.slots, draws, world, actions, params, covert, alarm | violated)

    level, heard = level_of_talks(ours, theirs), answer_heard(ours, theirs)
    level = jnp.maximum(level, jnp.where(jnp.any(slots.in_force), Channel.CONTACT, Channel.NONE))
    ready = d.quiet_summit + 1 >= params.summit_gap
    level = jnp.minimum(level, jnp.where(ready, Channel.SUMMIT, Channel.WORKING))
    track = level_of_track(actions.allies, theirs)
    free = ~slots.in_force
    drafted = (level >= Channel.WORKING) & (d.talking + 1 >= params.negotiation)
    signs = heard & (theirs.answer == Answer.SIGN) & drafted & jnp.any(free)
    slots = _sign(slots, signs, free, draws["ratified"], world, actions)
    countered = heard & (theirs.answer == Answer.COUNTER)
    price = pick(jnp.asarray(PRICES), theirs.price)
    bargains = ours.offer & ~signs
    d = d._replace(
        channel=level,
        talking=jnp.where(level >= Channel.WORKING, d.talking + 1, 0.0),
        quiet_summit=jnp.where(level == Channel.SUMMIT, 0.0, d.quiet_summit + 1),
        table=ours.terms,
        offered=bargains,
        answer=jnp.where(heard, theirs.answer, Answer.REFUSE),
        asked=jnp.where(countered, price * ours.terms.relief, jnp.where(bargains, d.asked, 0.0)),
        slots=slots,
        covert=covert,
        alarm=alarm,
        violated=violated,
        reversed=jnp.any(standing) & (ours.delivery == Delivery.REVERSE),
        track=jnp.minimum(track, jnp.where(ours.track, Channel.SUMMIT, Channel.WORKING)),
        wedge=theirs.wedge,
        carried=Carried.of(ours),
        relief_due=due,
        relief_paid=paid,
    )
    return bounded(_standing(d, level == Channel.SUMMIT, signs, world, actions, params, frame))


def _held(slots: Slots, conduct: Count) -> PerSlotFlag:
    """Agreements that the challenger has not broken openly by this month's conduct."""
    return slots.in_force & (conduct != Conduct.BREAK)


def _covert(slots: Slots, conduct: Count) -> Flag:
    """Whether production goes on in hiding: there must be something to cheat on."""
    return (conduct == Conduct.CHEAT) & (strongest(slots.terms.everything, slots.in_force) > 0)


def _live(
    slots: Slots,
    draws: Draws,
    world: World,
    actions: Actions,
    params: Params,
    covert: Flag,
    unclean: Flag,
) -> tuple[Slots, Real, Real]:
    """Take every agreement through the month; give what was due and what was paid."""
    terms, delivery = slots.terms, actions.guarantor.delivery
    broken = slots.in_force & ((actions.challenger.conduct == Conduct.BREAK) | ~world.governed)
    live = slots.in_force & ~broken

    decided = live & (delivery == Delivery.REVERSE) & ~slots.reversing
    lag = terms.snapback_lag + jnp.where(draws["blocked"], params.block_delay, 0.0)
    reversing = live & (slots.reversing | decided)
    wait = jnp.where(decided, lag, jnp.maximum(slots.snapback_in - 1, 0.0))
    bites = reversing & (wait <= 0)
    expires = live & ~bites & (slots.age + 1 >= terms.length)
    ends = expires & ~reversing
    successor = slots.signatory != world.offices.holder
    by_guarantor = jnp.where(successor, EndedBy.SUCCESSOR, EndedBy.GUARANTOR)

    waits = jnp.where(unclean, terms.on_verification, 0.0)
    later = terms.relief * (1 - terms.upfront) * (1 - waits)
    early = terms.relief * terms.upfront * terms.length / params.upfront_months
    due = later + early * jnp.clip(params.upfront_months - slots.age, 0.0, 1.0)
    due = jnp.where(live & ~bites, due, 0.0)
    flows = pick(jnp.stack([jnp.ones(()), params.delayed, jnp.zeros(()), jnp.ones(())]), delivery)
    flows = jnp.where(reversing, 1.0, flows) * jnp.where(slots.ratified, 1.0, params.statutory)

    everything = terms.everything > 0
    slots = slots._replace(
        in_force=live & ~bites & ~expires,
        age=slots.age + 1,
        breached=slots.breached | (live & covert & everything),
        snapback_in=jnp.where(reversing, wait, 0.0),
        reversing=reversing & ~bites,
        ended_by=jnp.where(
            broken,
            EndedBy.CHALLENGER,
            jnp.where(decided, by_guarantor, jnp.where(ends, EndedBy.TERM, slots.ended_by)),
        ),
    )
    return slots, jnp.sum(due), jnp.sum(due * flows)


def _sign(
    slots: Slots, signs: Flag, free: PerSlotFlag, ratified: Flag, world: World, actions: Actions
) -> Slots:
    """Put a signed agreement into the first free slot."""
    first = free & (jnp.cumsum(free, dtype=jnp.int32) == 1)
    new = Agreement(
        terms=actions.guarantor.terms,
        signed=jnp.asarray(True),
        in_force=jnp.asarray(True),
        age=jnp.float32(0.0),
        ratified=ratified,
        signatory=world.offices.holder,
        breached=jnp.asarray(False),
        snapback_in=jnp.float32(0.0),
        reversing=jnp.asarray(False),
        ended_by=jnp.int32(EndedBy.NOBODY),
    )
    return choose(signs & first, new, slots)


def _standing(
    d: Diplomacy,
    summit: Flag,
    signs: Flag,
    world: World,
    actions: Actions,
    params: Params,
    frame: Frame,
) -> Diplomacy:
    """Rapport, prestige, humiliation, expectations and affront: what feeds them, and how they fade."""
    ours, expected = actions.guarantor, d.expectations
    failed, held = summit & ~jnp.any(d.slots.in_force), d.channel >= Channel.WORKING
    personal = real(ours.personal & (d.channel >= Channel.CONTACT))
    new_holder = world.offices.tenure == 0
    new_pair = new_holder | world.offices.leader_new
    kept = jnp.where(new_pair, params.rapport_carried, 1.0) * _fade(params.rapport_half_life)
    rapport = d.rapport * kept + jnp.where(new_holder, world.offices.elect_rapport, 0.0)
    warmer = params.warmth * personal + params.summit_warmth * real(summit & ~failed)
    cooler = params.summit_warmth * real(failed) * expected
    exercise = frame.calendar.exercise(world.month) & (ours.posture != Posture.LOW)
    prestige = d.prestige * _fade(params.prestige_half_life)
    face = d.humiliation * _fade(params.face_half_life)
    affront = d.affront * _fade(params.affront_half_life)
    affronted = (
        params.affront_pressure * real(ours.pressure == Pressure.TIGHTEN)
        + params.affront_posture * real(ours.posture == Posture.HIGH)
        + params.affront_exercise * real(exercise)
    )
    recognised = strongest(d.slots.terms.recognition, d.slots.in_force)
    brought = world.offices.guarantor.credit
    credit = jnp.where(new_holder, brought, d.credit + params.credit_return * (brought - d.credit))
    spent = (
        params.credit_failure * real(failed) * expected
        + params.credit_breach * real(d.violated | d.alarm)
        - params.credit_signature * real(signs)
    )
    return d._replace(
        rapport=rapport + (1 - rapport) * warmer - (1 + rapport) * cooler,
        prestige=jnp.maximum(
            prestige + (1 - prestige) * params.summit_prestige * real(summit), recognised
        ),
        humiliation=face + (1 - face) * params.humiliated * expected * real(failed),
        expectations=expected
        + params.hope * (jnp.where(held, d.channel.astype(jnp.float32) / 3, 0.0) - expected),
        affront=affront + (1 - affront) * jnp.minimum(affronted, 1.0),
        credit=credit - spent,
    )


def _fade(half_life: Real) -> Real:
    """What is left after a month."""
    return jnp.exp2(-1 / half_life)
