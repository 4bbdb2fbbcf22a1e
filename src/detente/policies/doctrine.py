"""The guarantor by doctrine: named rules with settings that an analyst writes, carried out by an office-holder.

Claim: a doctrine says what is sought, offered and answered; who holds office decides how it is carried out,
and may depart from it.

Rules: talks are offered up to `channel`, and up to a summit after `summit_after` months of working talks, once
tests above short range have been quiet for `quiet_required` months. Terms stay on the table while `offers` is
set; a counter-offer is met by the share `concession` of the gap, to at most `concession_cap` times the first
relief. Pressure and posture have a level at rest, one while a test or an attack is recent, and one while talks
run or terms are in force, which an attack interrupts and a test does not. While blood is shed talks stay at
contact. Once inspectors have raised an alarm, a belief above `withhold_at` or `reverse_at` that the other side
cheats withholds or reverses relief; a forbidden test that is seen gets `on_violation`. After `walk_out`
fruitless months, or a reversal, talks fall back to contact for `cool_off` months. Terms may be offered in
`stages` equal parts, each once the last has been in force for `stage_months`: bounds, assurance and recognition
rise with the stage, relief adds up. Where `responds_to` names provocations or loyalty, more than contact and
any offer wait for that cue: a provocation or a test of late, or a belief that the elite's loyalty has fallen to
`trigger`; what has begun goes on. Campaigns, aid, consultation of allies, coalition effort and backing of the
allies' track are carried out as set.

Equation: each level has log-weight −`adherence`·|level − rule|, plus tilts of the office-holder's profile:
personal diplomacy and credit toward summits, personal diplomacy against consultation, lax enforcement toward
coalition effort, risk acceptance toward a high posture, and a log-odds of reversal that grows with
unreliability, more so under a predecessor's signature.

Reference: Horowitz, Stam and Ellis (2015) on leaders; Leeds, Mattes and Vogel (2009) on successors; Osgood
(1962) on reciprocal steps. Domain: one guarantor. Limits: one set of terms at a time; campaigns and aid are on or off.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from detente.domain.actions import GuarantorMove
from detente.domain.agreements import Terms
from detente.domain.axes import (
    Answer,
    Channel,
    Cue,
    Delivery,
    Posture,
    Pressure,
    Provocation,
    Rung,
    labels,
)
from detente.domain.contracts import Law
from detente.domain.distributions import NEVER, Bernoulli, Categorical, Certain
from detente.domain.private import Profile
from detente.domain.quantity import Count, Flag, Quantity, Real, bounded, real
from detente.domain.views import GuarantorView

SITES: dict[str, tuple[int, ...]] = dict.fromkeys(GuarantorMove._fields, ())


class Settings(NamedTuple):
    """A doctrine: the levers that an analyst reads, copies and changes."""

    channel: Annotated[
        Count, Quantity("level", 0, 3, "Level of talks sought", labels=labels(Channel))
    ]
    summit_after: Annotated[
        Real, Quantity("month", 0, 1200, "Months of working talks before a summit; 1200 for never")
    ]
    quiet_required: Annotated[
        Real,
        Quantity("month", 0, 120, "Months without tests before more than contact"),
    ]
    offers: Annotated[Flag, Quantity("flag", 0, 1, "Terms are put on the table")]
    terms: Terms
    concession: Annotated[
        Real, Quantity("share", 0, 1, "Share of the gap conceded to each counter-offer")
    ]
    concession_cap: Annotated[
        Real, Quantity("ratio", 1, 10, "Most relief, as a multiple of the first offer")
    ]
    pressure_rest: Annotated[
        Count, Quantity("level", 0, 2, "Pressure at rest", labels=labels(Pressure))
    ]
    pressure_tested: Annotated[
        Count, Quantity("level", 0, 2, "Pressure after a test", labels=labels(Pressure))
    ]
    pressure_talking: Annotated[
        Count,
        Quantity("level", 0, 2, "Pressure during talks and under terms", labels=labels(Pressure)),
    ]
    posture_rest: Annotated[
        Count, Quantity("level", 0, 2, "Posture at rest", labels=labels(Posture))
    ]
    posture_tested: Annotated[
        Count, Quantity("level", 0, 2, "Posture after a test", labels=labels(Posture))
    ]
    posture_talking: Annotated[
        Count,
        Quantity("level", 0, 2, "Posture during talks and under terms", labels=labels(Posture)),
    ]
    recent: Annotated[Real, Quantity("month", 0, 24, "Months for which a test counts as recent")]
    withhold_at: Annotated[
        Real, Quantity("probability", 0, 1, "Belief in cheating that withholds relief")
    ]
    reverse_at: Annotated[
        Real, Quantity("probability", 0, 1, "Belief in cheating that reverses the deal")
    ]
    on_violation: Annotated[
        Count, Quantity("level", 0, 3, "Answer to a forbidden test", labels=labels(Delivery))
    ]
    walk_out: Annotated[Real, Quantity("month", 1, 1200, "Fruitless months before walking out")]
    cool_off: Annotated[Real, Quantity("month", 0, 120, "Months of contact only after that")]
    personal: Annotated[Flag, Quantity("flag", 0, 1, "Personal diplomacy is part of it")]
    stages: Annotated[Real, Quantity("count", 1, 3, "Stages in which the terms are offered")]
    stage_months: Annotated[Real, Quantity("month", 0, 120, "Months between stages")]
    responds_to: Annotated[
        Count, Quantity("category", 0, 2, "What opens engagement", labels=labels(Cue))
    ]
    trigger: Annotated[
        Real, Quantity("index", 0, 1, "Belief about the elite's loyalty that opens it, at most")
    ]
    campaign: Annotated[Flag, Quantity("flag", 0, 1, "A campaign for information and rights")]
    aid: Annotated[Flag, Quantity("flag", 0, 1, "Humanitarian aid is offered")]
    consult: Annotated[Flag, Quantity("flag", 0, 1, "Allies are consulted before steps")]
    coalition: Annotated[Flag, Quantity("flag", 0, 1, "Effort to bring third states to enforce")]
    track: Annotated[Flag, Quantity("flag", 0, 1, "The allies' own track is backed")]


class Params(NamedTuple):
    """How closely office-holders follow a doctrine, and where they depart from it."""

    adherence: Annotated[Real, Quantity("log odds", 0, 20, "Pull of the rule, a step of level")]
    tilt_personal: Annotated[
        Real, Quantity("log odds", -2, 12, "Summits and letters, by value of personal diplomacy")
    ]
    tilt_credit: Annotated[Real, Quantity("log odds", -4, 6, "Summits, by credit at home")]
    tilt_consult: Annotated[
        Real, Quantity("log odds", -6, 4, "Consultation, by value of personal diplomacy")
    ]
    tilt_lax: Annotated[
        Real, Quantity("log odds", -4, 6, "Coalition effort, by patrons seen to enforce laxly")
    ]
    tilt_patience: Annotated[
        Real, Quantity("log odds", -2, 6, "Keeping an offer on the table, by patience")
    ]
    tilt_risk: Annotated[Real, Quantity("log odds", -2, 6, "A high posture, by risk acceptance")]
    reversal: Annotated[
        Real, Quantity("log odds", -15, 0, "Reversal in a month by a reliable signatory")
    ]
    reversal_unreliable: Annotated[
        Real, Quantity("log odds", -2, 10, "Reversal by an unreliable holder")
    ]
    reversal_inherited: Annotated[
        Real, Quantity("log odds", -2, 10, "Reversal of what a predecessor signed")
    ]


class Memory(NamedTuple):
    """How talks have gone under this doctrine."""

    raised: Annotated[
        Real, Quantity("ratio", 1, 10, "Relief offered, as a multiple of the first offer")
    ]
    fruitless: Annotated[Real, Quantity("month", 0, 1200, "Months of talks without an agreement")]
    cooling: Annotated[Real, Quantity("month", 0, 120, "Months of cooling off still to come")]
    struck: Annotated[Real, Quantity("month", 0, 1200, "Months since an attack or a clash")]
    alarmed: Annotated[
        Flag, Quantity("flag", 0, 1, "Inspectors have raised an alarm under this deal")
    ]


def start() -> Memory:
    """First offer, nothing tried yet."""
    zero = jnp.float32(0.0)
    return Memory(
        raised=jnp.float32(1.0),
        fruitless=zero,
        cooling=zero,
        struck=jnp.float32(1200.0),
        alarmed=jnp.asarray(False),
    )


def act(
    view: GuarantorView, private: Profile, memory: Memory, settings: Settings, params: Params
) -> tuple[Law, Memory]:
    """Give the law over all instruments, and the memory of how talks go."""
    memory = _remember(view, memory, settings)
    talking = (view.channel >= Channel.WORKING) | view.standing.in_force
    tested = (jnp.minimum(view.quiet_long, view.quiet_nuclear) < settings.recent) & ~talking
    struck = memory.struck < settings.recent
    style = private.personal_diplomacy - 0.5
    personal = params.tilt_personal * style
    summit = personal + params.tilt_credit * (view.credit - 0.5)
    risky = params.tilt_risk * (private.risk_acceptance - 0.5)
    patient = params.tilt_patience * (private.patience - 0.5)

    def by_situation(rest: Count, after_test: Count, in_talks: Count) -> Count:
        quiet = jnp.where(talking, in_talks, rest)
        return jnp.where(struck | tested, after_test, quiet)

    def as_set(flag: Flag, tilt: Real | float = 0.0) -> Bernoulli:
        return Bernoulli(params.adherence * (real(flag) - 0.5) + tilt)

    s = settings
    cued = _cued(view, s) | talking
    terms = _staged(view, s)
    pressure = by_situation(s.pressure_rest, s.pressure_tested, s.pressure_talking)
    posture = by_situation(s.posture_rest, s.posture_tested, s.posture_talking)
    ripe = ~view.standing.in_force | (view.standing.youngest >= s.stage_months)
    free = (memory.cooling <= 0) & ~view.standing.full & view.governed
    stands = s.offers & cued & ripe & free & ~_served(view, terms)
    law: Law = {
        "pressure": Categorical(_lean(pressure, len(Pressure), params)),
        "channel": Categorical(
            _lean(_level(view, memory, cued, s), len(Channel), params)
            + summit * real(_is(Channel.SUMMIT, len(Channel)))
        ),
        "personal": as_set(s.personal, personal),
        "offer": Bernoulli(jnp.where(stands, params.adherence + patient, NEVER)),
        "terms": Certain(bounded(terms._replace(relief=terms.relief * memory.raised))),
        "delivery": _delivery(view, private, memory, s, params),
        "posture": Categorical(
            _lean(posture, len(Posture), params) + risky * real(_is(Posture.HIGH, len(Posture)))
        ),
        "campaign": as_set(s.campaign),
        "aid": as_set(s.aid),
        "consult": as_set(s.consult, params.tilt_consult * style),
        "coalition": as_set(s.coalition, params.tilt_lax * (0.5 - view.enforcement)),
        "track": as_set(s.track),
    }
    return law, memory


def _is(level: int, levels: int) -> Bool[Array, " level"]:
    """Mark one level of a ladder."""
    return jnp.arange(levels, dtype=jnp.int32) == level


def _lean(rule: Count, levels: int, params: Params) -> Float[Array, " level"]:
    """Log-weights that fall with the distance from the rule's level."""
    level = jnp.arange(levels, dtype=jnp.float32)
    return -params.adherence * jnp.abs(level - rule.astype(jnp.float32))


def _remember(view: GuarantorView, memory: Memory, settings: Settings) -> Memory:
    """Count fruitless months, walk out, and concede to a counter-offer."""
    talks = (view.channel >= Channel.WORKING) & ~view.standing.in_force
    fruitless = jnp.where(talks, memory.fruitless + 1, 0.0)
    walks = fruitless >= settings.walk_out
    shed = (view.provoked == Provocation.ATTACK) | (view.rung >= Rung.CLASH)
    first = jnp.maximum(settings.terms.relief / settings.stages, 1e-6)
    gap = jnp.maximum(view.asked / first - memory.raised, 0.0)
    asked = view.offered & (view.answer == Answer.COUNTER)
    raised = memory.raised + jnp.where(asked, settings.concession * gap, 0.0)
    return Memory(
        raised=jnp.minimum(raised, settings.concession_cap),
        fruitless=jnp.where(walks, 0.0, fruitless),
        cooling=jnp.where(
            walks | view.standing.reversing,
            settings.cool_off,
            jnp.maximum(memory.cooling - 1, 0.0),
        ),
        struck=jnp.where(shed, 0.0, jnp.minimum(memory.struck + 1, 1200.0)),
        alarmed=view.standing.in_force & (memory.alarmed | view.alarm),
    )


def _cued(view: GuarantorView, settings: Settings) -> Flag:
    """Whether what the doctrine waits for has come."""
    noisy = jnp.minimum(view.quiet_long, view.quiet_nuclear) < settings.recent
    return jnp.where(
        settings.responds_to == Cue.PROVOCATIONS,
        noisy | (view.provoked > 0),
        jnp.where(settings.responds_to == Cue.LOYALTY, view.loyalty <= settings.trigger, True),
    )


def _staged(view: GuarantorView, settings: Settings) -> Terms:
    """The terms of the stage that is next: what binds rises with the stage, relief comes in equal parts."""
    terms, stages = settings.terms, settings.stages
    reached = jnp.minimum(view.standing.number + 1, stages) / stages
    rising = {
        name: getattr(terms, name) * reached
        for name in ("tests", "declared", "everything", "rollback", "assurance", "recognition")
    }
    return terms._replace(relief=terms.relief / stages, **rising)


def _level(view: GuarantorView, memory: Memory, cued: Flag, settings: Settings) -> Count:
    """The level of talks that the rule offers."""
    ripe = view.talking >= settings.summit_after
    sought = jnp.where(ripe, Channel.SUMMIT, settings.channel)
    noisy = jnp.minimum(view.quiet_tests, view.quiet_nuclear) < settings.quiet_required
    held = (noisy & ~view.standing.in_force) | (memory.cooling > 0) | (memory.struck < 1) | ~cued
    return jnp.where(held, jnp.minimum(sought, Channel.CONTACT), sought)


def _served(view: GuarantorView, terms: Terms) -> Flag:
    """Whether what stands already binds all that the terms would bind."""
    standing = view.standing
    return (
        standing.in_force
        & (standing.tests >= terms.tests)
        & (standing.declared >= terms.declared)
        & (standing.everything >= terms.everything)
        & (standing.rollback >= terms.rollback)
    )


def _delivery(
    view: GuarantorView, private: Profile, memory: Memory, settings: Settings, params: Params
) -> Categorical:
    """Deliver, unless conduct or the holder says otherwise; doubt alone, without an alarm, is no ground."""
    doubt = jnp.where(memory.alarmed, view.covert, 0.0)
    doubted = jnp.where(
        doubt > settings.reverse_at,
        Delivery.REVERSE,
        jnp.where(doubt > settings.withhold_at, Delivery.WITHHOLD, Delivery.DELIVER),
    )
    rule = jnp.where(view.violated, jnp.maximum(doubted, settings.on_violation), doubted)
    unreliable = 1 - private.reliability
    undoes = (
        params.reversal
        + params.reversal_unreliable * unreliable
        + params.reversal_inherited * unreliable * real(view.standing.inherited)
    )
    logits = _lean(rule, len(Delivery), params)
    reverse = jnp.where(
        view.standing.in_force & ~view.standing.reversing,
        jnp.logaddexp(logits[Delivery.REVERSE], undoes),
        NEVER,
    )
    return Categorical(jnp.where(_is(Delivery.REVERSE, len(Delivery)), reverse, logits))
