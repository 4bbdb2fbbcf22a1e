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
  signing     V = H·(max(comply, cheat) − reservation − `face`·recognition·humiliation)
  countering  at price p: δ·e^(−`resistance`·(p − 1))·V(p)
  conduct     H times what complying or cheating is worth now, given what is still paid, plus `habit` for last
              month's hidden conduct, or for either in the first month; an open break costs `break_cost`
Each instrument has its own logit law with these values times `precision`. Level, push, pledge and test follow
indices whose coefficients are named below and span zero where scholars disagree. A bound on tests multiplies
the odds of a nuclear test by what it leaves open: to test against full terms, they have to be broken first.

Reference: McKelvey and Palfrey (1995); Signorino (1999) on strategic choice; Fearon (1995); Sechser and
Fuhrmann (2013) and Kroenig (2013) as rivals on coercion. Domain: a leader in office with stable government.
Limits: instruments are chosen apart, given the same view; foresight ends after F months, so long games are
played by rules of thumb.
"""

from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.special import expit, logit
from jaxtyping import Array, Float

from detente.domain.actions import PRICES
from detente.domain.axes import Channel
from detente.domain.contracts import Law
from detente.domain.distributions import NEVER, Bernoulli, Categorical
from detente.domain.private import Preferences
from detente.domain.quantity import Flag, Quantity, Real, pick, real
from detente.domain.views import ChallengerView

SITES: dict[str, tuple[int, ...]] = dict.fromkeys(
    ("channel", "answer", "price", "conduct", "posture", "pledge", "nuclear_test", "export"), ()
)


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
    squeeze: Annotated[
        Real, Quantity("share", 0, 1, "Other revenue lost to tightened, fully enforced pressure")
    ]
    w_tests: Annotated[Real, Quantity("share", 0, 2, "Part of the arsenal's worth that tests give")]
    w_declared: Annotated[Real, Quantity("share", 0, 2, "Part that declared production gives")]
    w_hidden: Annotated[Real, Quantity("share", 0, 2, "Part that undeclared production gives")]
    w_rollback: Annotated[Real, Quantity("1", 0, 20, "Worth of all warheads, in full securities")]
    exposure: Annotated[Real, Quantity("share", 0, 1, "Gain lost when cheating is seen")]
    face: Annotated[Real, Quantity("1", -2, 5, "Weight of humiliation against signing")]
    resistance: Annotated[
        Real, Quantity("1", 0, 10, "How fast a higher price loses the other side")
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
    engage_pressure: Annotated[Real, Quantity("log odds", -4, 4, "Effect of enforced pressure")]
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
    nuclear_pledge: Annotated[Real, Quantity("log odds", -10, 2, "Effect of an own moratorium")]
    export: Annotated[Real, Quantity("log odds", -8, 8, "Readiness to export at half backing")]
    export_habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of last month's exports")]
    export_backing: Annotated[
        Real, Quantity("log odds", -5, 15, "Effect of full against no backing")
    ]
    guarantee: Annotated[
        Real,
        Quantity("log odds", -4, 6, "Trust in promises that a patron or all parties guarantee"),
    ]


def start() -> Memory:
    """Nothing to remember yet."""
    return Memory()


def act(
    view: ChallengerView, private: Preferences, memory: Memory, settings: Settings, params: Params
) -> tuple[Law, Memory]:
    """Give the law over all instruments."""
    del settings
    offer, granted = _offer_values(view, private, params)
    counters = _counters(granted, private, params)
    answers = jnp.stack([jnp.zeros_like(offer), jnp.max(counters), offer])  # refuse, counter, sign
    law: Law = {
        "channel": _channel(view, private, params, offer),
        "answer": Categorical(params.precision * answers),
        "price": Categorical(params.precision * counters),
        "conduct": _conduct(view, private, params),
        "posture": _push(view, private, params),
        "pledge": Bernoulli(
            params.pledge
            + params.pledge_talks * view.channel.astype(jnp.float32) / 3
            + params.pledge_habit * real(view.pledged)
            + params.pledge_affront * view.affront
        ),
        "nuclear_test": Bernoulli(
            params.nuclear
            + params.nuclear_need * (1 - view.confidence)
            + params.nuclear_talks * view.channel.astype(jnp.float32) / 3
            + params.nuclear_backing * (view.backing - 0.5)
            + params.nuclear_pledge * real(view.pledged)
            + jnp.log(jnp.maximum(1 - view.standing.tests, 1e-7))
        ),
        "export": Bernoulli(
            params.export
            + params.export_habit * (real(view.exporting) - 0.5)
            + params.export_backing * (view.backing - 0.5)
        ),
    }
    return law, memory


def _horizon(private: Preferences, params: Params) -> Real:
    """Months of foresight, discounted."""
    return (1 - private.patience**params.foresight) / (1 - private.patience)


def _appetite(view: ChallengerView, private: Preferences, params: Params) -> Real:
    """What a dollar of relief is worth, given what comes in from elsewhere."""
    pressed = view.pressure.astype(jnp.float32) / 2 * view.enforcement
    other = view.revenue * (1 - params.squeeze * pressed)
    return private.revenue * (1 + other / params.scale) ** -params.satiety


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
        net = jnp.maximum(comply, cheat) - private.reservation - lost_face
        return net * _horizon(private, params)

    return value(1.0), jnp.stack([value(price) for price in PRICES])


def _counters(
    granted: Float[Array, " price"], private: Preferences, params: Params
) -> Float[Array, " price"]:
    """Value of asking each price: worth more if granted, granted less often. USD m."""
    markup = jnp.asarray(PRICES) - 1
    return private.patience * jnp.exp(-params.resistance * markup) * granted


def _channel(
    view: ChallengerView, private: Preferences, params: Params, offer: Real
) -> Categorical:
    """How high to talk: an index of engagement times the level, prestige at the top, and inertia."""
    worth = jnp.where(view.offered, jnp.tanh(params.precision * offer), 0.0)
    pressed = (view.pressure.astype(jnp.float32) - 1) * view.enforcement
    index = (
        params.engage
        + params.engage_offer * worth
        + params.engage_ties * view.ties
        + params.engage_personal * real(view.personal)
        + params.engage_rapport * view.rapport
        + params.engage_face * view.humiliation
        + params.engage_backing * (view.backing - 0.5)
        + params.engage_pressure * pressed
        + params.engage_exercise * real(view.exercise)
        + params.engage_waiting * real((view.to_handover > 0) & (view.to_handover <= 12))
    )
    level = jnp.arange(len(Channel), dtype=jnp.float32)
    steps = jnp.abs(level - view.channel.astype(jnp.float32))
    prestige = params.precision * params.summit * private.recognition * (1 - view.prestige)
    top = jnp.where(level == Channel.SUMMIT, prestige, 0.0)
    return Categorical(index * level / 3 + top - params.inertia * steps)


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
    return Categorical(
        jnp.stack(
            [
                clean,
                jnp.where(terms.everything > 0, cheating, NEVER),
                jnp.where(terms.in_force, broken, NEVER),
            ]
        )
    )


def _push(view: ChallengerView, private: Preferences, params: Params) -> Categorical:
    """Restrain, as usual, press."""
    index = (
        params.push
        + params.push_need * (view.need - 0.5)
        + params.push_talks * view.channel.astype(jnp.float32) / 3
        + params.push_affront * view.affront
        + params.push_backing * (view.backing - 0.5)
        + params.push_revision * jax.nn.tanh(params.precision * private.revision)
    )
    return Categorical(jnp.stack([-index, params.push_steady, index]))
