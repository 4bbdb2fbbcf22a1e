"""The guarantor as it behaves: quantal response of an office-holder who follows no doctrine.

Claim: without a doctrine an office-holder offers, presses, shows force and keeps its word as the other side's conduct,
its own estimates and politics at home make it pay, and as the holder leans. How far the holder matters, whether
pressure answers tests, and whether doubt or a growing arsenal makes it talk are open.

Equations, with talks = channel/3, seen = provocation/2, tested = 1 where a long launch or a nuclear test is less than
`recent` months old, doubt = belief in the regions that would not disarm (the last two), style = personal diplomacy − ½,
hunger = log(1 + people short of food/`hunger_scale`), waiting = 1 where a handover is due within a year:
  terms      a menu of texts, log-weights V − `shift`·(distance of bounds from what lay on the table),
             V = `worth_tests`·tests + `worth_declared`·declared + `worth_all`·everything·(1 − `suspicion`·doubt·e)
             + `worth_rollback`·rollback − `cost_relief`·relief/100 − `cost_assurance`·assurance
             − (`cost_recognition` + `cost_home`·(½ − credit))·recognition,
             e = (1 − detection)^`foresight` the chance that cheating is not seen
  relief     the text's, times a factor that rises by `concession` of what a counter-offer asks beyond it, to at most
             `concession_cap`, and starts anew once nothing is offered
  offer      log-odds `offer` + max V + `offer_habit`·(offered − ½) + `offer_talks`·talks + `offer_tested`·tested
             + `offer_refused`·(it was refused) + `offer_patience`·(patience − ½), for texts that bind what is free
  channel    log-weight i·level/3 − `inertia`·|level − level of late| + (s at the summit), i = `engage` and the effects
             named below, s = `summit` + `summit_personal`·style + `summit_credit`·(credit − ½) + `summit_ripe`·r,
             r = months of working talks over twelve, to at most one
  pressure, posture   log-weights −i, `steady`, i of less, as it is, more, each with its own effects
  delivery   log-weights 0 of delivering, and those of delaying, withholding and reversing below; to reverse needs terms
             in force, and an unreliable holder does it sooner, more so under a predecessor's signature
Letters, campaigns, aid, consultation, coalition effort and the allies' track are yes or no by log-odds of their own,
all but letters with `habit`·(carried on last month − ½).
Toward a challenger that no longer acts as a state nothing is offered.

Reference: McKelvey and Palfrey (1995); Putnam (1988) on the level at home; Horowitz, Stam and Ellis (2015) on
leaders; Leeds, Mattes and Vogel (2009) on successors; Drezner (1999) on when sanctions are chosen; Fearon (1995).
Domain: one guarantor, a holder in office. Limits: instruments are chosen apart, given the same view; four texts are
thinkable; levels are drawn anew each month; all that is foreseen is whether cheating is seen.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jax import tree
from jaxtyping import Array, Bool, Float

from detente.domain.actions import Carried, GuarantorMove
from detente.domain.agreements import Terms
from detente.domain.axes import Answer, Channel, Delivery, Provocation, Rung
from detente.domain.contracts import Law
from detente.domain.distributions import NEVER, Bernoulli, Categorical, OneOf
from detente.domain.private import Profile
from detente.domain.quantity import Flag, Quantity, Real, bounded, real
from detente.domain.views import GuarantorView

SITES: dict[str, tuple[int, ...]] = dict.fromkeys(GuarantorMove._fields, ())


class Menu(NamedTuple):
    """The texts that are thinkable."""

    tests: Terms
    sites: Terms
    freeze: Terms
    exchange: Terms


class Settings(NamedTuple):
    """What may be put on the table: the rest is behaviour."""

    menu: Menu


class Memory(NamedTuple):
    """How far the price has been raised, and whether there is ground for doubt."""

    raised: Annotated[
        Real, Quantity("ratio", 1, 10, "Relief offered, as a multiple of the text's own")
    ]
    alarmed: Annotated[
        Flag, Quantity("flag", 0, 1, "Inspectors have raised an alarm under this deal")
    ]


class Params(NamedTuple):
    """How office-holders weigh, and how noisily; what sets one apart from another is the profile."""

    recent: Annotated[Real, Quantity("month", 0, 24, "Months for which a test counts as recent")]
    foresight: Annotated[Real, Quantity("month", 1, 60, "Months within which cheating is found")]
    suspicion: Annotated[
        Real, Quantity("probability", 0, 1, "Cheating by a challenger that would not disarm")
    ]
    hunger_scale: Annotated[Real, Quantity("person", 1e5, 2e7, "People short of food: noticed")]
    warhead_scale: Annotated[Real, Quantity("count", 1, 500, "Warheads that count as a threat")]
    worth_tests: Annotated[Real, Quantity("log odds", -2, 8, "Worth of a full bound on tests")]
    worth_declared: Annotated[
        Real, Quantity("log odds", -2, 8, "Worth of a stop at declared sites")
    ]
    worth_all: Annotated[Real, Quantity("log odds", -2, 8, "Worth of a stop at all sites")]
    worth_rollback: Annotated[Real, Quantity("log odds", -2, 12, "Worth of full disarmament")]
    cost_relief: Annotated[Real, Quantity("log odds", -2, 8, "Cost of relief of 100 USD m a month")]
    cost_assurance: Annotated[Real, Quantity("log odds", -4, 8, "Cost of full assurance")]
    cost_recognition: Annotated[Real, Quantity("log odds", -4, 8, "Cost of full recognition")]
    cost_home: Annotated[
        Real, Quantity("log odds", -4, 8, "What no against full credit at home adds to that")
    ]
    shift: Annotated[Real, Quantity("log odds", 0, 12, "Cost of another text, a full bound apart")]
    concession: Annotated[
        Real, Quantity("share", 0, 1, "Share of the gap conceded to each counter-offer")
    ]
    concession_cap: Annotated[
        Real, Quantity("ratio", 1, 10, "Most relief, as a multiple of the text's own")
    ]
    offer: Annotated[Real, Quantity("log odds", -10, 6, "Readiness to put terms on the table")]
    offer_habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of an offer that stands")]
    offer_talks: Annotated[Real, Quantity("log odds", -4, 8, "Effect of talks at the top")]
    offer_tested: Annotated[Real, Quantity("log odds", -6, 4, "Effect of a recent test")]
    offer_refused: Annotated[Real, Quantity("log odds", -6, 4, "Effect of a refusal")]
    offer_patience: Annotated[Real, Quantity("log odds", -4, 6, "Effect of full patience")]
    inertia: Annotated[Real, Quantity("log odds", 0, 6, "Cost of a step up or down in level")]
    engage: Annotated[Real, Quantity("log odds", -8, 8, "Readiness to talk")]
    engage_personal: Annotated[
        Real, Quantity("log odds", -4, 8, "Effect of full against no value of personal diplomacy")
    ]
    engage_pledged: Annotated[Real, Quantity("log odds", -4, 6, "Effect of a moratorium")]
    engage_tested: Annotated[Real, Quantity("log odds", -6, 6, "Effect of a recent test")]
    engage_provoked: Annotated[Real, Quantity("log odds", -8, 4, "Effect of an attack")]
    engage_terms: Annotated[Real, Quantity("log odds", -4, 6, "Effect of terms in force")]
    engage_doubt: Annotated[
        Real, Quantity("log odds", -8, 4, "Effect of the belief that it would not disarm")
    ]
    engage_warheads: Annotated[
        Real, Quantity("log odds", -4, 4, "Effect of the arsenal, in logs: urgency, or no hope")
    ]
    engage_track: Annotated[Real, Quantity("log odds", -4, 6, "Effect of an ally's talks")]
    engage_waiting: Annotated[
        Real, Quantity("log odds", -6, 4, "Effect of a handover within a year")
    ]
    engage_loyalty: Annotated[
        Real,
        Quantity("log odds", -6, 6, "Effect of an elite held to be disloyal: wait, or reach out"),
    ]
    summit: Annotated[Real, Quantity("log odds", -10, 6, "Readiness to meet the other leader")]
    summit_personal: Annotated[
        Real, Quantity("log odds", -2, 12, "Effect of full against no value of personal diplomacy")
    ]
    summit_credit: Annotated[Real, Quantity("log odds", -4, 6, "Effect of credit at home")]
    summit_ripe: Annotated[Real, Quantity("log odds", -2, 8, "Effect of a year of working talks")]
    press: Annotated[Real, Quantity("log odds", -4, 4, "Readiness to tighten sanctions")]
    press_steady: Annotated[Real, Quantity("log odds", 0, 8, "Pull of leaving them as they are")]
    press_tested: Annotated[Real, Quantity("log odds", -3, 6, "Effect of a recent test")]
    press_provoked: Annotated[Real, Quantity("log odds", -3, 6, "Effect of an attack")]
    press_violated: Annotated[Real, Quantity("log odds", -3, 6, "Effect of a forbidden test")]
    press_talks: Annotated[Real, Quantity("log odds", -6, 4, "Effect of talks at the top")]
    press_terms: Annotated[Real, Quantity("log odds", -6, 4, "Effect of terms in force")]
    press_doubt: Annotated[
        Real, Quantity("log odds", -4, 6, "Effect of the belief that it would not disarm")
    ]
    press_hunger: Annotated[Real, Quantity("log odds", -4, 3, "Effect of hunger, in logs")]
    press_patience: Annotated[Real, Quantity("log odds", -5, 4, "Effect of full patience")]
    show: Annotated[Real, Quantity("log odds", -4, 4, "Readiness to show force")]
    show_steady: Annotated[Real, Quantity("log odds", 0, 8, "Pull of the usual posture")]
    show_tested: Annotated[Real, Quantity("log odds", -3, 6, "Effect of a recent test")]
    show_provoked: Annotated[Real, Quantity("log odds", -3, 6, "Effect of an attack")]
    show_rung: Annotated[Real, Quantity("log odds", -4, 8, "Effect of the ladder's top")]
    show_talks: Annotated[Real, Quantity("log odds", -8, 4, "Effect of talks at the top")]
    show_risk: Annotated[Real, Quantity("log odds", -2, 8, "Effect of full risk acceptance")]
    show_allies: Annotated[
        Real, Quantity("log odds", -4, 6, "Effect of allies without trust: reassurance")
    ]
    delay: Annotated[Real, Quantity("log odds", -8, 4, "Delay of relief that is due")]
    delay_home: Annotated[Real, Quantity("log odds", -4, 8, "Effect of no credit at home")]
    withhold: Annotated[Real, Quantity("log odds", -12, 4, "Withholding it")]
    withhold_doubt: Annotated[
        Real, Quantity("log odds", -2, 12, "Effect of the belief that it cheats")
    ]
    withhold_violated: Annotated[Real, Quantity("log odds", -2, 10, "Effect of a forbidden test")]
    reverse: Annotated[
        Real, Quantity("log odds", -15, 0, "Reversal in a month by a reliable signatory")
    ]
    reverse_unreliable: Annotated[
        Real, Quantity("log odds", -2, 10, "Effect of an unreliable holder")
    ]
    reverse_inherited: Annotated[
        Real, Quantity("log odds", -2, 10, "What a predecessor's signature adds to that")
    ]
    reverse_doubt: Annotated[
        Real, Quantity("log odds", -2, 12, "Effect of the belief that it cheats")
    ]
    habit: Annotated[Real, Quantity("log odds", 0, 12, "Pull of what was carried on last month")]
    letter: Annotated[Real, Quantity("log odds", -8, 4, "Readiness for letters and calls")]
    letter_personal: Annotated[
        Real, Quantity("log odds", -2, 14, "Effect of full against no value of personal diplomacy")
    ]
    letter_talks: Annotated[Real, Quantity("log odds", -4, 8, "Effect of talks at the top")]
    campaign: Annotated[Real, Quantity("log odds", -8, 8, "Readiness to campaign for rights")]
    campaign_talks: Annotated[Real, Quantity("log odds", -10, 4, "Effect of talks at the top")]
    aid: Annotated[Real, Quantity("log odds", -8, 6, "Readiness to give aid")]
    aid_hunger: Annotated[Real, Quantity("log odds", -2, 6, "Effect of hunger, in logs")]
    aid_talks: Annotated[Real, Quantity("log odds", -4, 8, "Effect of talks at the top")]
    aid_tested: Annotated[Real, Quantity("log odds", -6, 4, "Effect of a recent test")]
    consult: Annotated[Real, Quantity("log odds", -4, 8, "Readiness to consult allies")]
    consult_personal: Annotated[
        Real, Quantity("log odds", -10, 4, "Effect of full against no value of personal diplomacy")
    ]
    consult_trust: Annotated[Real, Quantity("log odds", -4, 6, "Effect of full against no trust")]
    rally: Annotated[Real, Quantity("log odds", -6, 6, "Effort to bring third states to enforce")]
    rally_lax: Annotated[Real, Quantity("log odds", -4, 6, "Effect of patrons that do not enforce")]
    rally_tested: Annotated[Real, Quantity("log odds", -4, 6, "Effect of a recent test")]
    rally_talks: Annotated[Real, Quantity("log odds", -8, 4, "Effect of talks at the top")]
    track: Annotated[Real, Quantity("log odds", -6, 6, "Readiness to back the allies' own talks")]
    track_talks: Annotated[Real, Quantity("log odds", -4, 8, "Effect of own talks at the top")]
    track_tested: Annotated[Real, Quantity("log odds", -6, 4, "Effect of a recent test")]


class Cues(NamedTuple):
    """What the holder goes by, as the docstring's equations name it."""

    talks: Real
    seen: Real
    tested: Real
    doubt: Real
    style: Real
    hunger: Real


def start() -> Memory:
    """The text's own price, and no ground for doubt."""
    return Memory(raised=jnp.float32(1.0), alarmed=jnp.asarray(False))


def act(
    view: GuarantorView, private: Profile, memory: Memory, settings: Settings, params: Params
) -> tuple[Law, Memory]:
    """Give the law over all instruments, and the memory of price and doubt."""
    p, cues = params, _cues(view, private, params)
    memory = _remember(view, memory, params)
    texts = tree.map(lambda *fields: jnp.stack(fields), *settings.menu)
    open_ = _binds_more(view, texts) & ~view.standing.full & view.governed
    worth = jnp.where(open_, _worth(view, cues, texts, params), NEVER)
    kept = -p.shift * _distance(texts, view.table) * real(view.offered)
    offer = (
        p.offer
        + jnp.max(worth)
        + p.offer_habit * (real(view.offered) - 0.5)
        + p.offer_talks * cues.talks
        + p.offer_tested * cues.tested
        + p.offer_refused * real(view.offered & (view.answer == Answer.REFUSE))
        + p.offer_patience * (private.patience - 0.5)
    )
    law: Law = {
        "pressure": _ordered(_pressure(view, private, cues, params), p.press_steady),
        "channel": _channel(view, private, cues, params),
        "personal": Bernoulli(
            p.letter + p.letter_personal * cues.style + p.letter_talks * cues.talks
        ),
        "offer": Bernoulli(jnp.where(jnp.any(open_), offer, NEVER)),
        "terms": OneOf(worth + kept, bounded(texts._replace(relief=texts.relief * memory.raised))),
        "delivery": _delivery(view, private, memory, params),
        "posture": _ordered(_posture(view, private, cues, params), p.show_steady),
        **_carried_on(view, cues, params),
    }
    return law, memory


def _carried_on(view: GuarantorView, cues: Cues, params: Params) -> Law:
    """What goes on from month to month, once it is begun."""
    p = params
    index = Carried(
        campaign=p.campaign + p.campaign_talks * cues.talks,
        aid=p.aid
        + p.aid_hunger * cues.hunger
        + p.aid_talks * cues.talks
        + p.aid_tested * cues.tested,
        consult=p.consult
        + p.consult_personal * cues.style
        + p.consult_trust * (view.cohesion - 0.5),
        coalition=p.rally
        + p.rally_lax * (0.5 - view.enforcement)
        + p.rally_tested * cues.tested
        + p.rally_talks * cues.talks,
        track=p.track + p.track_talks * cues.talks + p.track_tested * cues.tested,
    )
    lasting = (p.habit * (real(on) - 0.5) for on in view.carried)
    return {
        name: Bernoulli(odds + habit)
        for name, odds, habit in zip(Carried._fields, index, lasting, strict=True)
    }


def _cues(view: GuarantorView, private: Profile, params: Params) -> Cues:
    quiet = jnp.minimum(view.quiet_long, view.quiet_nuclear)
    return Cues(
        talks=view.channel.astype(jnp.float32) / Channel.SUMMIT,
        seen=view.provoked.astype(jnp.float32) / Provocation.ATTACK,
        tested=real(quiet < params.recent),
        doubt=jnp.sum(view.intent[-2:]),
        style=private.personal_diplomacy - 0.5,
        hunger=jnp.log1p(view.hunger / params.hunger_scale),
    )


def _remember(view: GuarantorView, memory: Memory, params: Params) -> Memory:
    """Raise the price toward what was asked; a lapsed offer starts anew, and so do doubts once terms have ended."""
    gap = jnp.maximum(view.asked / jnp.maximum(view.table.relief, 1e-6) - 1, 0.0)
    asked = view.offered & (view.answer == Answer.COUNTER)
    raised = memory.raised * (1 + jnp.where(asked, params.concession * gap, 0.0))
    return Memory(
        raised=jnp.where(view.offered, jnp.minimum(raised, params.concession_cap), 1.0),
        alarmed=view.standing.in_force & (memory.alarmed | view.alarm),
    )


def _binds_more(view: GuarantorView, texts: Terms) -> Bool[Array, " text"]:
    """Which texts bind something that is free so far."""
    s = view.standing
    return ~s.in_force | (
        (texts.tests > s.tests)
        | (texts.declared > s.declared)
        | (texts.everything > s.everything)
        | (texts.rollback > s.rollback)
    )


def _worth(view: GuarantorView, cues: Cues, texts: Terms, params: Params) -> Float[Array, " text"]:
    """What each text is worth, in log odds."""
    p = params
    unseen = (1 - texts.detection) ** p.foresight
    holds = 1 - p.suspicion * cues.doubt * unseen
    recognised = p.cost_recognition + p.cost_home * (0.5 - view.credit)
    return (
        p.worth_tests * texts.tests
        + p.worth_declared * texts.declared
        + p.worth_all * texts.everything * holds
        + p.worth_rollback * texts.rollback
        - p.cost_relief * texts.relief / 100
        - p.cost_assurance * texts.assurance
        - recognised * texts.recognition
    )


def _distance(texts: Terms, table: Terms) -> Float[Array, " text"]:
    """How far the bounds of each text lie from those on the table."""
    return (
        jnp.abs(texts.tests - table.tests)
        + jnp.abs(texts.declared - table.declared)
        + jnp.abs(texts.everything - table.everything)
        + jnp.abs(texts.rollback - table.rollback)
    )


def _ordered(index: Real, steady: Real) -> Categorical:
    """Less, as it is, more."""
    return Categorical(jnp.stack([-index, steady, index]))


def _channel(view: GuarantorView, private: Profile, cues: Cues, params: Params) -> Categorical:
    """How high to talk: an index of engagement times the level, inertia, and the leader's own wish at the top."""
    p = params
    waiting = real((view.to_handover > 0) & (view.to_handover <= 12))
    index = (
        p.engage
        + p.engage_personal * cues.style
        + p.engage_pledged * real(view.pledged)
        + p.engage_tested * cues.tested
        + p.engage_provoked * cues.seen
        + p.engage_terms * real(view.standing.in_force)
        + p.engage_doubt * (cues.doubt - 0.5)
        + p.engage_warheads * jnp.log1p(view.warheads / p.warhead_scale)
        + p.engage_track * view.track.astype(jnp.float32) / Channel.SUMMIT
        + p.engage_waiting * waiting
        + p.engage_loyalty * (0.5 - view.loyalty)
    )
    summit = (
        p.summit
        + p.summit_personal * cues.style
        + p.summit_credit * (view.credit - 0.5)
        + p.summit_ripe * jnp.minimum(view.talking / 12, 1.0)
    )
    level = jnp.arange(len(Channel), dtype=jnp.float32)
    steps = jnp.abs(level - view.channel.astype(jnp.float32))
    top = jnp.where(level == Channel.SUMMIT, summit, 0.0)
    return Categorical(index * level / Channel.SUMMIT - p.inertia * steps + top)


def _pressure(view: GuarantorView, private: Profile, cues: Cues, params: Params) -> Real:
    """Index of tightening over easing."""
    p = params
    return (
        p.press
        + p.press_tested * cues.tested
        + p.press_provoked * cues.seen
        + p.press_violated * real(view.violated)
        + p.press_talks * cues.talks
        + p.press_terms * real(view.standing.in_force)
        + p.press_doubt * (cues.doubt - 0.5)
        + p.press_hunger * cues.hunger
        + p.press_patience * (private.patience - 0.5)
    )


def _posture(view: GuarantorView, private: Profile, cues: Cues, params: Params) -> Real:
    """Index of showing force over holding it back."""
    p = params
    return (
        p.show
        + p.show_tested * cues.tested
        + p.show_provoked * cues.seen
        + p.show_rung * view.rung.astype(jnp.float32) / Rung.NUCLEAR_WAR
        + p.show_talks * cues.talks
        + p.show_risk * (private.risk_acceptance - 0.5)
        + p.show_allies * (0.5 - view.cohesion)
    )


def _delivery(view: GuarantorView, private: Profile, memory: Memory, params: Params) -> Categorical:
    """Deliver, delay, withhold or reverse; suspicion alone, without an alarm, is no ground."""
    p = params
    doubt = jnp.where(memory.alarmed, view.covert, 0.0)
    unreliable = 1 - private.reliability
    reverse = (
        p.reverse
        + p.reverse_unreliable * unreliable
        + p.reverse_inherited * unreliable * real(view.standing.inherited)
        + p.reverse_doubt * doubt
    )
    may = view.standing.in_force & ~view.standing.reversing
    weights = {
        Delivery.DELIVER: jnp.zeros(()),
        Delivery.DELAY: p.delay + p.delay_home * (0.5 - view.credit),
        Delivery.WITHHOLD: p.withhold
        + p.withhold_doubt * doubt
        + p.withhold_violated * real(view.violated),
        Delivery.REVERSE: jnp.where(may, reverse, NEVER),
    }
    return Categorical(jnp.stack([weights[level] for level in Delivery]))
