"""The challenger as it behaves: quantal response, by preferences, with short foresight.

Claim: choices lean toward what pays by the leader's own preferences, with noise; who wants different things
acts differently, and cheating is what some preferences make of some terms.

Equations, values in USD m, H = Σ_{t<F} δ^t months of foresight with patience δ and F = `foresight`:
  gain        g = revenue·φ·relief·(upfront + (1 − upfront)·q) + survival·assurance·q + recognition·conceded, q the
              belief that promises are kept, in log-odds raised by `guarantee` where others stand behind them,
              φ = (1 + other revenue/`scale`)^(−`satiety`)
  bounds      cost arsenal·(`w_tests`·tests + `w_declared`·declared), arsenal·`w_hidden`·everything unless it
              cheats, and survival·`w_rollback`·rollback
  cheating    keeps the hidden part, at the cost of concealment and of losing the share `exposure` of g when it
              is seen, with the chance 1 − (1 − detection)^F
  signing     V = H·(max(comply, cheat) − reservation − `face`·recognition·humiliation), the reservation where the
              terms bind at all
  countering  at price p: δ·e^(−`resistance`·(p − 1))·V(p); what was asked for the offer before isn't gone beyond
  conduct     H times what complying or cheating is worth now, given what is still paid, plus `habit` for last
              month's hidden conduct, or for either in the first month; an open break costs `break_cost`
Each instrument has its own logit law with these values times `precision`. Level, push, pledge, test, provocation,
demand, theft, border, repression and what is offered to the allies follow indices whose coefficients are named below
and span zero where scholars disagree. The worth of coercion enters as tanh(`precision`·revision), nuclear strength as
1 − e^(−warheads/`strength_scale`), and the wish to hedge against the end of patrons' support as backing·(1 − belief
that it lasts). A bound on tests multiplies the odds of a nuclear test by what it leaves open: to test against full
terms, they have to be broken first. A challenger that no longer acts as a state does nothing.

Reference: McKelvey and Palfrey (1995); Signorino (1999) on strategic choice; Fearon (1995); Sechser and
Fuhrmann (2013) and Kroenig (2013) as rivals on coercion; Barnhart (2020) on humiliation; Crawford (2011) on wedges.
Domain: a leader in office with stable government.
Limits: instruments are chosen apart, given the same view; foresight ends after F months, so long games are
played by rules of thumb.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jax.scipy.special import expit, logit
from jaxtyping import Array, Float

from detente.domain.actions import PRICES, ChallengerMove
from detente.domain.axes import Answer, Border, Channel, Conduct, Grip, LaunchPosture, Provocation
from detente.domain.contracts import Law
from detente.domain.distributions import NEVER, Bernoulli, Categorical
from detente.domain.private import Preferences
from detente.domain.quantity import Flag, Quantity, Real, pick, real
from detente.domain.views import ChallengerView

SITES: dict[str, tuple[int, ...]] = dict.fromkeys(ChallengerMove._fields, ())

ASKED_AGAIN = 1.01
"""Room for rounding when a price is held against what was asked before."""


class Settings(NamedTuple):
    """Nothing for an analyst to choose: behaviour follows preferences."""


class Memory(NamedTuple):
    """Nothing beyond what the view holds."""


class Params(NamedTuple):
    """How this actor weighs, and how noisily."""

    precision: Annotated[Real, Quantity("1/USD m", 1e-4, 1, "Quantal-response precision")]
    foresight: Annotated[Real, Quantity("month", 1, 60, "Months of foresight")]
    satiety: Annotated[Real, Quantity("exponent", -1, 3, "How other revenue cheapens relief")]
    scale: Annotated[Real, Quantity("USD m/month", 1, 1000, "Other revenue that counts as ample")]
    w_tests: Annotated[Real, Quantity("share", 0, 2, "Part of the arsenal's worth that tests give")]
    w_declared: Annotated[Real, Quantity("share", 0, 2, "Part that declared production gives")]
    w_hidden: Annotated[Real, Quantity("share", 0, 2, "Part that undeclared production gives")]
    w_rollback: Annotated[Real, Quantity("1", 0, 20, "Worth of all warheads, in full securities")]
    exposure: Annotated[Real, Quantity("share", 0, 1, "Gain lost when cheating is seen")]
    face: Annotated[Real, Quantity("1", -2, 5, "Weight of humiliation against signing")]
    resistance: Annotated[
        Real, Quantity("1", 0, 10, "How fast a higher price loses the other side")
    ]
    price_waiting: Annotated[
        Real, Quantity("share", -1, 1, "How far a handover within a year weakens that")
    ]
    break_cost: Annotated[Real, Quantity("USD m", -1000, 5000, "Cost of breaking terms openly")]
    habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of last month's hidden conduct")]
    engage: Annotated[Real, Quantity("log odds", -6, 6, "Readiness to talk")]
    engage_offer: Annotated[Real, Quantity("log odds", -4, 6, "Effect of an offer worth taking")]
    engage_ties: Annotated[
        Real, Quantity("log odds", -4, 8, "Effect of ties held to be worth much")
    ]
    engage_personal: Annotated[Real, Quantity("log odds", -4, 4, "Effect of personal diplomacy")]
    engage_rapport: Annotated[Real, Quantity("log odds", -4, 4, "Effect of warmth")]
    engage_face: Annotated[Real, Quantity("log odds", -8, 4, "Effect of humiliation")]
    engage_backing: Annotated[
        Real, Quantity("log odds", -5, 5, "Effect of full against no backing")
    ]
    engage_lasting: Annotated[
        Real, Quantity("log odds", -5, 5, "Effect of backing that is held to end")
    ]
    engage_pressure: Annotated[Real, Quantity("log odds", -4, 4, "Effect of pressure that bites")]
    engage_track: Annotated[Real, Quantity("log odds", -4, 4, "Effect of talks with the ally")]
    engage_exercise: Annotated[Real, Quantity("log odds", -4, 4, "Effect of a large exercise")]
    engage_waiting: Annotated[
        Real, Quantity("log odds", -4, 4, "Effect of a handover within a year")
    ]
    summit: Annotated[Real, Quantity("1", -2, 5, "Weight of the prestige that a summit gives")]
    inertia: Annotated[Real, Quantity("log odds", 0, 6, "Cost of a step up or down in level")]
    push: Annotated[Real, Quantity("log odds", -4, 4, "Readiness to press launches")]
    push_need: Annotated[Real, Quantity("log odds", -6, 8, "Effect of lacking readiness")]
    push_talks: Annotated[Real, Quantity("log odds", -6, 4, "Effect of talks")]
    push_affront: Annotated[Real, Quantity("log odds", -4, 6, "Effect of affronts")]
    push_backing: Annotated[Real, Quantity("log odds", -4, 4, "Effect of full against no backing")]
    push_revision: Annotated[Real, Quantity("log odds", -2, 4, "Effect of the wish to coerce")]
    push_face: Annotated[Real, Quantity("log odds", -4, 4, "Effect of humiliation")]
    push_waiting: Annotated[Real, Quantity("log odds", -4, 4, "Effect of a handover within a year")]
    push_steady: Annotated[Real, Quantity("log odds", 0, 6, "Pull of the usual posture")]
    pledge: Annotated[Real, Quantity("log odds", -8, 4, "Readiness to proclaim a moratorium")]
    pledge_talks: Annotated[Real, Quantity("log odds", -4, 8, "Effect of talks")]
    pledge_habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of a moratorium that stands")]
    pledge_affront: Annotated[Real, Quantity("log odds", -8, 4, "Effect of affronts")]
    nuclear: Annotated[Real, Quantity("log odds", -12, 0, "Readiness for a nuclear test")]
    nuclear_need: Annotated[Real, Quantity("log odds", -6, 10, "Effect of lacking confidence")]
    nuclear_talks: Annotated[Real, Quantity("log odds", -10, 4, "Effect of talks")]
    nuclear_backing: Annotated[
        Real, Quantity("log odds", -6, 6, "Effect of full against no backing")
    ]
    nuclear_face: Annotated[Real, Quantity("log odds", -6, 6, "Effect of humiliation")]
    nuclear_pledge: Annotated[Real, Quantity("log odds", -10, 2, "Effect of an own moratorium")]
    export: Annotated[Real, Quantity("log odds", -8, 8, "Readiness to export at half backing")]
    export_habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of last month's exports")]
    export_backing: Annotated[
        Real, Quantity("log odds", -5, 15, "Effect of full against no backing")
    ]
    export_war: Annotated[Real, Quantity("log odds", -5, 15, "Effect of a patron's war demand")]
    guarantee: Annotated[
        Real,
        Quantity("log odds", -4, 6, "Trust in promises that a patron or all parties guarantee"),
    ]
    strength_scale: Annotated[Real, Quantity("count", 1, 1000, "Warheads that give 63 % strength")]
    provoke: Annotated[Real, Quantity("log odds", -10, 2, "Readiness to harass")]
    attack: Annotated[Real, Quantity("log odds", -12, 0, "Readiness to attack short of war")]
    provoke_talks: Annotated[Real, Quantity("log odds", -6, 4, "Effect of talks")]
    provoke_affront: Annotated[Real, Quantity("log odds", -4, 6, "Effect of affronts")]
    provoke_backing: Annotated[
        Real, Quantity("log odds", -4, 4, "Effect of full against no backing")
    ]
    provoke_face: Annotated[Real, Quantity("log odds", -4, 4, "Effect of humiliation")]
    provoke_strength: Annotated[Real, Quantity("log odds", -4, 4, "Effect of nuclear strength")]
    provoke_revision: Annotated[Real, Quantity("log odds", -2, 4, "Effect of the wish to coerce")]
    provoke_disloyal: Annotated[Real, Quantity("log odds", -6, 6, "Effect of a disloyal elite")]
    target: Annotated[Real, Quantity("log odds", -6, 6, "Leaning to aim at the guarantor")]
    target_backing: Annotated[
        Real, Quantity("log odds", -4, 4, "Effect of full against no backing")
    ]
    demand: Annotated[Real, Quantity("log odds", -12, 2, "Readiness to make demands")]
    demand_strength: Annotated[Real, Quantity("log odds", -4, 6, "Effect of nuclear strength")]
    demand_revision: Annotated[Real, Quantity("log odds", -2, 6, "Effect of the wish to coerce")]
    theft: Annotated[Real, Quantity("log odds", -6, 6, "Readiness to steal currency")]
    theft_need: Annotated[Real, Quantity("log odds", -4, 4, "Effect of scant other revenue")]
    opening: Annotated[Real, Quantity("log odds", -6, 6, "Readiness to open the border")]
    opening_media: Annotated[Real, Quantity("log odds", -10, 4, "Effect of outside media")]
    opening_food: Annotated[Real, Quantity("log odds", -6, 6, "Effect of scarce food")]
    usual_food: Annotated[Real, Quantity("kg/person/yr", 50, 400, "Food that is not scarce")]
    opening_habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of the border as it stands")]
    grip: Annotated[Real, Quantity("log odds", -4, 4, "Readiness to tighten repression")]
    grip_dissent: Annotated[Real, Quantity("log odds", -10, 40, "Effect of public dissent")]
    grip_media: Annotated[Real, Quantity("log odds", -6, 8, "Effect of outside media")]
    grip_standing: Annotated[Real, Quantity("log odds", -8, 4, "Effect of repression that stands")]
    grip_steady: Annotated[Real, Quantity("log odds", 0, 6, "Pull of leaving it as it is")]
    track: Annotated[Real, Quantity("log odds", -8, 6, "Readiness to talk with an ally")]
    track_engaged: Annotated[Real, Quantity("log odds", -4, 8, "Effect of an ally that engages")]
    track_talks: Annotated[Real, Quantity("log odds", -6, 6, "Effect of talks with the guarantor")]
    track_backing: Annotated[Real, Quantity("log odds", -6, 6, "Effect of full against no backing")]
    wedge: Annotated[Real, Quantity("log odds", -10, 4, "Readiness to offer separate deals")]
    wedge_distrust: Annotated[
        Real, Quantity("log odds", -4, 8, "Effect of distrust between guarantor and allies")
    ]
    wedge_squeezed: Annotated[Real, Quantity("log odds", -4, 6, "Effect of pressure that bites")]


def start() -> Memory:
    """Nothing to remember yet."""
    return Memory()


def act(
    view: ChallengerView, private: Preferences, memory: Memory, settings: Settings, params: Params
) -> tuple[Law, Memory]:
    """Give the law over all instruments."""
    del settings
    offer, granted = _offer_values(view, private, params)
    counters = _counters(view, granted, private, params)
    asked = jnp.asarray(PRICES) * view.table.relief
    above = (view.asked > 0) & (asked > ASKED_AGAIN * jnp.maximum(view.asked, asked[0]))
    counters = jnp.where(above, NEVER, counters)
    answers = jnp.stack([jnp.zeros_like(offer), jnp.max(counters), offer])  # refuse, counter, sign
    strength = -jnp.expm1(-view.warheads / params.strength_scale)
    talks = view.channel.astype(jnp.float32) / 3
    backed = view.backing - 0.5
    acts = view.governed
    law: Law = {
        "channel": _channel(view, private, params, offer),
        "answer": _only(acts, Answer.REFUSE, params.precision * answers),
        "price": Categorical(jnp.where(above, NEVER, params.precision * counters)),
        "conduct": _conduct(view, private, params),
        "posture": _push(view, private, params),
        "pledge": _if(
            acts,
            params.pledge
            + params.pledge_talks * talks
            + params.pledge_habit * real(view.pledged)
            + params.pledge_affront * view.affront,
        ),
        "nuclear_test": _if(
            acts,
            params.nuclear
            + params.nuclear_need * (1 - view.confidence)
            + params.nuclear_talks * talks
            + params.nuclear_backing * backed
            + params.nuclear_face * view.humiliation
            + params.nuclear_pledge * real(view.pledged)
            + jnp.log(jnp.maximum(1 - view.standing.tests, 1e-7)),
        ),
        "export": _if(
            acts,
            params.export
            + params.export_habit * (real(view.exporting) - 0.5)
            + params.export_backing * backed
            + params.export_war * view.bought,
        ),
        "provocation": _provocation(view, private, params, strength),
        "target": _target(view, params),
        "demand": _if(
            acts,
            params.demand
            + params.demand_strength * strength
            + params.demand_revision * _coercive(private, params),
        ),
        "theft": _if(acts, params.theft + params.theft_need * _scant(view, params)),
        "border": _border(view, params),
        "repression": _grip(view, params),
        "track": _track(view, params),
        "wedge": _if(
            acts,
            params.wedge
            + params.wedge_distrust * (1 - view.cohesion)
            + params.wedge_squeezed * view.squeezed,
        ),
    }
    return law, memory


def _if(acts: Flag, odds: Real) -> Bernoulli:
    """A yes or no that is open to a challenger that acts as a state."""
    return Bernoulli(jnp.where(acts, odds, NEVER))


def _only(acts: Flag, rest: int, logits: Float[Array, " level"]) -> Categorical:
    """A choice of levels, closed but for the level of rest where it no longer acts as a state."""
    level = jnp.arange(logits.shape[0], dtype=jnp.int32)
    return Categorical(jnp.where(acts | (level == rest), logits, NEVER))


def _ordered(index: Real, steady: Real) -> Float[Array, " level"]:
    """Log-weights of less, as it is, and more."""
    return jnp.stack([-index, steady, index])


def _coercive(private: Preferences, params: Params) -> Real:
    """The wish to coerce, from 0 to 1."""
    return jnp.tanh(params.precision * private.revision)


def _scant(view: ChallengerView, params: Params) -> Real:
    """How far other revenue falls short of ample: 0 to 1."""
    return params.scale / (params.scale + view.revenue)


def _waiting(view: ChallengerView) -> Real:
    """One where a handover is due within a year."""
    return real((view.to_handover > 0) & (view.to_handover <= 12))


def _horizon(private: Preferences, params: Params) -> Real:
    """Months of foresight, discounted."""
    return (1 - private.patience**params.foresight) / (1 - private.patience)


def _appetite(view: ChallengerView, private: Preferences, params: Params) -> Real:
    """What a dollar of relief is worth, given what comes in from elsewhere."""
    return private.revenue * (1 + view.revenue / params.scale) ** -params.satiety


def _trust(view: ChallengerView, guaranteed: Flag, params: Params) -> Real:
    """Belief that promises are kept, given who stands behind them."""
    odds = logit(jnp.clip(view.reliability, 1e-6, 1 - 1e-6))
    return expit(odds + params.guarantee * real(guaranteed))


def _counted(upfront: Real, trust: Real) -> Real:
    """Share of promised relief that is counted on: what comes first, and the rest as far as it is trusted."""
    return upfront + (1 - upfront) * trust


def _terms_value(
    gain: Real,
    tests: Real,
    declared: Real,
    everything: Real,
    rollback: Real,
    detection: Real,
    private: Preferences,
    params: Params,
) -> tuple[Real, Real]:
    """What a month under terms is worth if it complies, and if it cheats. USD m/month."""
    seen = params.w_tests * tests + params.w_declared * jnp.maximum(declared, everything)
    visible = private.arsenal * seen
    hidden = private.arsenal * params.w_hidden * everything
    dismantled = private.survival * params.w_rollback * rollback
    caught = 1 - (1 - detection) ** params.foresight
    comply = gain - visible - hidden - dismantled
    cheat = gain * (1 - params.exposure * caught) - visible - dismantled - private.concealment
    return comply, jnp.where(everything > 0, cheat, comply)


def _offer_values(
    view: ChallengerView, private: Preferences, params: Params
) -> tuple[Real, Float[Array, " price"]]:
    """Value of signing the terms on the table as they are, and at each price in `PRICES`. USD m."""
    terms = view.table
    q = _trust(view, terms.guarantors > 0, params)
    relief = _appetite(view, private, params) * terms.relief * _counted(terms.upfront, q)
    other = private.survival * terms.assurance * q + private.recognition * terms.recognition
    bound = jnp.maximum(jnp.maximum(terms.tests, terms.declared), terms.everything + terms.rollback)
    least = private.reservation * real(bound > 0)
    lost_face = params.face * private.recognition * view.humiliation

    def value(price: float) -> Real:
        comply, cheat = _terms_value(
            relief * price + other,
            terms.tests,
            terms.declared,
            terms.everything,
            terms.rollback,
            terms.detection,
            private,
            params,
        )
        net = jnp.maximum(comply, cheat) - least - lost_face
        return net * _horizon(private, params)

    return value(1.0), jnp.stack([value(price) for price in PRICES])


def _counters(
    view: ChallengerView,
    granted: Float[Array, " price"],
    private: Preferences,
    params: Params,
) -> Float[Array, " price"]:
    """Value of asking each price: worth more if granted, granted less often. USD m."""
    markup = jnp.asarray(PRICES) - 1
    resistance = params.resistance * (1 - params.price_waiting * _waiting(view))
    return private.patience * jnp.exp(-resistance * markup) * granted


def _channel(
    view: ChallengerView, private: Preferences, params: Params, offer: Real
) -> Categorical:
    """How high to talk: an index of engagement times the level, prestige at the top, and inertia."""
    worth = jnp.where(view.offered, jnp.tanh(params.precision * offer), 0.0)
    index = (
        params.engage
        + params.engage_offer * worth
        + params.engage_ties * view.ties
        + params.engage_personal * real(view.personal)
        + params.engage_rapport * view.rapport
        + params.engage_face * view.humiliation
        + params.engage_backing * (view.backing - 0.5)
        + params.engage_lasting * view.backing * (1 - view.lasting)
        + params.engage_pressure * view.squeezed
        + params.engage_track * view.track.astype(jnp.float32) / 3
        + params.engage_exercise * real(view.exercise)
        + params.engage_waiting * _waiting(view)
    )
    level = jnp.arange(len(Channel), dtype=jnp.float32)
    steps = jnp.abs(level - view.channel.astype(jnp.float32))
    prestige = params.precision * params.summit * private.recognition * (1 - view.prestige)
    top = jnp.where(level == Channel.SUMMIT, prestige, 0.0)
    weights = index * level / 3 + top - params.inertia * steps
    return _only(view.governed, Channel.NONE, weights)


def _conduct(view: ChallengerView, private: Preferences, params: Params) -> Categorical:
    """Comply, cheat or break: what is still paid against what is given up."""
    terms = view.standing
    paid = pick(jnp.asarray([1.0, 0.5, 0.0, 0.0]), view.delivery)
    q = _trust(view, terms.guaranteed, params)
    gain = (
        _appetite(view, private, params) * terms.relief * _counted(terms.upfront, q) * paid
        + private.survival * terms.assurance * q
        + private.recognition * terms.recognition
    )
    comply, cheat = _terms_value(
        gain,
        terms.tests,
        terms.declared,
        terms.everything,
        terms.rollback,
        terms.detection,
        private,
        params,
    )
    months = _horizon(private, params)
    fresh = terms.age < 1  # who signs to cheat has made up its mind by the first month
    clean, cheating, broken = (
        params.precision * months * comply + params.habit * real(~view.covert),
        params.precision * months * cheat + params.habit * real(view.covert | fresh),
        -params.precision * params.break_cost,
    )
    weights = jnp.stack(
        [
            clean,
            jnp.where(terms.everything > 0, cheating, NEVER),
            jnp.where(terms.in_force, broken, NEVER),
        ]
    )
    return _only(view.governed, Conduct.COMPLY, weights)


def _push(view: ChallengerView, private: Preferences, params: Params) -> Categorical:
    """Restrain, as usual, press."""
    index = (
        params.push
        + params.push_need * (view.need - 0.5)
        + params.push_talks * view.channel.astype(jnp.float32) / 3
        + params.push_affront * view.affront
        + params.push_backing * (view.backing - 0.5)
        + params.push_face * view.humiliation
        + params.push_waiting * _waiting(view)
        + params.push_revision * _coercive(private, params)
    )
    return _only(view.governed, LaunchPosture.RESTRAIN, _ordered(index, params.push_steady))


def _provocation(
    view: ChallengerView, private: Preferences, params: Params, strength: Real
) -> Categorical:
    """Nothing, harassment, an attack: what moves one moves the other."""
    index = (
        params.provoke_talks * view.channel.astype(jnp.float32) / 3
        + params.provoke_affront * view.affront
        + params.provoke_backing * (view.backing - 0.5)
        + params.provoke_face * view.humiliation
        + params.provoke_strength * strength
        + params.provoke_disloyal * (0.5 - view.elite)
        + params.provoke_revision * _coercive(private, params)
    )
    weights = jnp.stack([jnp.zeros_like(index), params.provoke + index, params.attack + index])
    return _only(view.governed, Provocation.NONE, weights)


def _target(view: ChallengerView, params: Params) -> Categorical:
    """Allies or guarantor."""
    guarantor = params.target + params.target_backing * (view.backing - 0.5)
    return Categorical(jnp.stack([jnp.zeros_like(guarantor), guarantor]))


def _border(view: ChallengerView, params: Params) -> Categorical:
    """Closed, restricted, open: trade and food against what comes in with them."""
    scarce = params.usual_food / view.food - 1
    index = params.opening + params.opening_media * view.media + params.opening_food * scarce
    level = jnp.arange(len(Border), dtype=jnp.float32) / 2
    away = jnp.abs(level - view.border)
    return Categorical(index * level - params.opening_habit * away)


def _grip(view: ChallengerView, params: Params) -> Categorical:
    """Ease, hold, tighten."""
    index = (
        params.grip
        + params.grip_dissent * view.dissent
        + params.grip_media * view.media
        + params.grip_standing * view.grip
    )
    return _only(view.governed, Grip.HOLD, _ordered(index, params.grip_steady))


def _track(view: ChallengerView, params: Params) -> Categorical:
    """How high to talk with the nearest ally."""
    index = (
        params.track
        + params.track_engaged * real(view.engaged)
        + params.track_talks * view.channel.astype(jnp.float32) / 3
        + params.track_backing * (view.backing - 0.5)
    )
    level = jnp.arange(len(Channel), dtype=jnp.float32)
    steps = jnp.abs(level - view.track.astype(jnp.float32))
    return _only(view.governed, Channel.NONE, index * level / 3 - params.inertia * steps)
