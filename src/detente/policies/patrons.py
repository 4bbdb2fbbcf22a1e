"""A patron as it behaves: quantal response by what it has from the challenger, and by what it fears.

Claim: commerce and rivalry with the guarantor draw a patron to the challenger's side; fear for stability makes it
hold the challenger back and yet keep it alive; a war of its own turns it into a customer.

Equations, with acted = tested + provocation/2, unrest = 1 − reports on the elite, hunger = (1 − food/`enough`)⁺,
each site with its own logit law:
  enforcement   log-weight e·level/2 − `enforce_habit`·|level/2 − enforcement so far|, with e = `enforce`
                − `enforce_commerce`·(commerce − ½) − `enforce_rivalry`·(rivalry − ½)
                + `enforce_stability`·stability·acted + `enforce_pressure`·(pressure − 1)
                + `enforce_coalition`·coalition + `enforce_talks`·channel/3 − `enforce_war`·war
                + `enforce_others`·(enforcement by the other − ½)
  aid           `aid` + `aid_hunger`·hunger + `aid_stability`·stability·unrest + `aid_ties`·(ties − ½)
                − `aid_tested`·tested
  restraint     `restrain` + `restrain_stability`·(stability − ½) + `restrain_acted`·acted
                + `restrain_rung`·rung/5 − `restrain_rivalry`·(rivalry − ½) − `restrain_war`·war
  purchases     `buy` + `buy_war`·war + `buy_commerce`·(commerce − ½) − `buy_enforcing`·enforcement so far,
                where arms and labour are on offer
  technology    `teach` + `teach_war`·war + `teach_rivalry`·(rivalry − ½) + `teach_support`·(support − ½)
                + `teach_exports`·(on offer) + `teach_pressure`·(pressure − 1) − `teach_stability`·stability·tested
  veto          `veto` + `veto_rivalry`·(rivalry − ½) + `veto_support`·(support − ½) + `veto_war`·war
                + `veto_bloc`·(bloc − ½) − `veto_tested`·tested − `veto_coalition`·coalition, on a draft
  intervention  `intervene` + `intervene_stability`·(stability − ½) + `intervene_unrest`·unrest
                + `intervene_rung`·rung/5 + `intervene_posture`·(posture − 1) + `intervene_collapse`·(collapse or war)
Once the challenger no longer acts as a state, aid, restraint, purchases and technology close and enforcement rests.

Reference: McKelvey and Palfrey (1995); Drezner (1999), Martin (1992) and Early (2015) on joining and busting
sanctions; Olson and Zeckhauser (1966) on free riding; Reilly (2014) and Haggard and Noland (2017) on the
patron's dilemma; Voeten (2001) on vetoes. Domain: two patrons with a veto each. Limits: one list of instruments
for both; no memory beyond the view; no bargaining between patrons.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from detente.domain.axes import Channel, Enforcement, Provocation, Rung
from detente.domain.contracts import Law
from detente.domain.distributions import NEVER, Bernoulli, Categorical
from detente.domain.private import PatronProfile
from detente.domain.quantity import Quantity, Real, real
from detente.domain.views import PatronView

SITES: dict[str, tuple[int, ...]] = dict.fromkeys(
    ("enforcement", "aid", "restraint", "purchases", "technology", "veto", "intervention"), ()
)


class Settings(NamedTuple):
    """Nothing for an analyst to choose: behaviour follows interests."""


class Memory(NamedTuple):
    """Nothing beyond what the view holds."""


class Params(NamedTuple):
    """How patrons weigh, and how noisily; what sets one apart from the other is its profile."""

    enforce: Annotated[Real, Quantity("log odds", -6, 6, "Readiness to enforce")]
    enforce_habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of the own record")]
    enforce_commerce: Annotated[Real, Quantity("log odds", -2, 8, "Effect of gain from trade")]
    enforce_rivalry: Annotated[Real, Quantity("log odds", -2, 8, "Effect of rivalry")]
    enforce_stability: Annotated[
        Real,
        Quantity("log odds", -2, 8, "Effect of a test or an attack on who fears for stability"),
    ]
    enforce_pressure: Annotated[
        Real, Quantity("log odds", -4, 4, "Effect of tightened pressure: threat, or defiance")
    ]
    enforce_coalition: Annotated[
        Real, Quantity("log odds", -3, 4, "Effect of the guarantor's effort for a coalition")
    ]
    enforce_talks: Annotated[Real, Quantity("log odds", -5, 4, "Effect of talks at the top")]
    enforce_war: Annotated[Real, Quantity("log odds", -2, 8, "Effect of its own war")]
    enforce_others: Annotated[
        Real,
        Quantity("log odds", -4, 5, "Effect of the other's enforcement: example, or free ride"),
    ]
    aid: Annotated[Real, Quantity("log odds", -6, 6, "Readiness to give food and fuel")]
    aid_hunger: Annotated[Real, Quantity("log odds", -2, 20, "Effect of a lack of all food")]
    aid_stability: Annotated[
        Real, Quantity("log odds", -2, 8, "Effect of unrest on who fears for stability")
    ]
    aid_ties: Annotated[Real, Quantity("log odds", -2, 6, "Effect of full against no ties")]
    aid_tested: Annotated[Real, Quantity("log odds", -2, 4, "Effect of a nuclear test")]
    enough: Annotated[Real, Quantity("kg/person/yr", 50, 400, "Food below which hunger is seen")]
    restrain: Annotated[Real, Quantity("log odds", -6, 6, "Readiness to urge restraint")]
    restrain_stability: Annotated[
        Real, Quantity("log odds", -2, 8, "Effect of full against no fear for stability")
    ]
    restrain_acted: Annotated[Real, Quantity("log odds", -2, 6, "Effect of a test or an attack")]
    restrain_rung: Annotated[Real, Quantity("log odds", -2, 10, "Effect of the ladder's top")]
    restrain_rivalry: Annotated[Real, Quantity("log odds", -2, 6, "Effect of rivalry")]
    restrain_war: Annotated[Real, Quantity("log odds", -2, 6, "Effect of its own war")]
    buy: Annotated[Real, Quantity("log odds", -8, 6, "Readiness to buy arms and labour")]
    buy_war: Annotated[Real, Quantity("log odds", -2, 12, "Effect of its own war")]
    buy_commerce: Annotated[Real, Quantity("log odds", -2, 8, "Effect of gain from trade")]
    buy_enforcing: Annotated[Real, Quantity("log odds", -2, 8, "Effect of full own enforcement")]
    teach: Annotated[Real, Quantity("log odds", -10, 6, "Readiness to give technology")]
    teach_war: Annotated[Real, Quantity("log odds", -2, 8, "Effect of its own war")]
    teach_rivalry: Annotated[Real, Quantity("log odds", -2, 8, "Effect of rivalry")]
    teach_support: Annotated[Real, Quantity("log odds", -2, 8, "Effect of full against no support")]
    teach_exports: Annotated[
        Real, Quantity("log odds", -2, 6, "Effect of arms and labour on offer: one for the other")
    ]
    teach_pressure: Annotated[Real, Quantity("log odds", -3, 3, "Effect of tightened pressure")]
    teach_stability: Annotated[
        Real, Quantity("log odds", -2, 8, "Effect of a test on who fears for stability")
    ]
    veto: Annotated[Real, Quantity("log odds", -8, 8, "Readiness to veto")]
    veto_rivalry: Annotated[Real, Quantity("log odds", -2, 12, "Effect of rivalry")]
    veto_support: Annotated[Real, Quantity("log odds", -2, 10, "Effect of full against no support")]
    veto_war: Annotated[Real, Quantity("log odds", -2, 8, "Effect of its own war")]
    veto_bloc: Annotated[Real, Quantity("log odds", -2, 6, "Effect of full against no bloc")]
    veto_tested: Annotated[Real, Quantity("log odds", -2, 8, "Effect of a nuclear test")]
    veto_coalition: Annotated[Real, Quantity("log odds", -3, 4, "Effect of the coalition effort")]
    intervene: Annotated[Real, Quantity("log odds", -14, 2, "Readiness to ready forces")]
    intervene_stability: Annotated[
        Real, Quantity("log odds", -2, 8, "Effect of full against no fear for stability")
    ]
    intervene_unrest: Annotated[Real, Quantity("log odds", -2, 8, "Effect of an elite in revolt")]
    intervene_rung: Annotated[Real, Quantity("log odds", -4, 10, "Effect of the ladder's top")]
    intervene_posture: Annotated[Real, Quantity("log odds", -3, 4, "Effect of a high posture")]
    intervene_collapse: Annotated[Real, Quantity("log odds", -2, 12, "Effect of collapse or war")]


def start() -> Memory:
    """Nothing to remember yet."""
    return Memory()


def act(
    view: PatronView, private: PatronProfile, memory: Memory, settings: Settings, params: Params
) -> tuple[Law, Memory]:
    """Give the law over all instruments of one patron."""
    del settings
    tested, war = real(view.tested), real(view.war)
    alarm = tested + view.provoked.astype(jnp.float32) / Provocation.ATTACK
    unrest, rung = 1 - view.elite, view.rung.astype(jnp.float32) / Rung.NUCLEAR_WAR
    pressed = view.pressure.astype(jnp.float32) - 1
    rival, steady = private.rivalry - 0.5, private.stability - 0.5
    aid = (
        params.aid
        + params.aid_hunger * jnp.maximum(1 - view.food / params.enough, 0.0)
        + params.aid_stability * private.stability * unrest
        + params.aid_ties * (view.ties - 0.5)
        - params.aid_tested * tested
    )
    restraint = (
        params.restrain
        + params.restrain_stability * steady
        + params.restrain_acted * alarm
        + params.restrain_rung * rung
        - params.restrain_rivalry * rival
        - params.restrain_war * war
    )
    purchases = (
        params.buy
        + params.buy_war * war
        + params.buy_commerce * (private.commerce - 0.5)
        - params.buy_enforcing * view.enforcement
    )
    technology = (
        params.teach
        + params.teach_war * war
        + params.teach_rivalry * rival
        + params.teach_support * (view.support - 0.5)
        + params.teach_exports * real(view.exports)
        + params.teach_pressure * pressed
        - params.teach_stability * private.stability * tested
    )
    veto = (
        params.veto
        + params.veto_rivalry * rival
        + params.veto_support * (view.support - 0.5)
        + params.veto_war * war
        + params.veto_bloc * (view.bloc - 0.5)
        - params.veto_tested * tested
        - params.veto_coalition * real(view.coalition)
    )
    intervention = (
        params.intervene
        + params.intervene_stability * steady
        + params.intervene_unrest * unrest
        + params.intervene_rung * rung
        + params.intervene_posture * (view.posture.astype(jnp.float32) - 1)
        + params.intervene_collapse * real(~view.governed)
    )
    enforcement = _enforcement(view, private, params, alarm, pressed)
    rests = jnp.asarray([NEVER, 0.0, NEVER])
    law: Law = {
        "enforcement": Categorical(jnp.where(view.governed, enforcement, rests)),
        "aid": Bernoulli(jnp.where(view.governed, aid, NEVER)),
        "restraint": Bernoulli(jnp.where(view.governed, restraint, NEVER)),
        "purchases": Bernoulli(jnp.where(view.governed & view.exports, purchases, NEVER)),
        "technology": Bernoulli(jnp.where(view.governed, technology, NEVER)),
        "veto": Bernoulli(jnp.where(view.tabled, veto, NEVER)),
        "intervention": Bernoulli(intervention),
    }
    return law, memory


def _enforcement(
    view: PatronView, private: PatronProfile, params: Params, alarm: Real, pressed: Real
) -> Float[Array, " enforcement"]:
    """Log-weights of lax, partial and strict enforcement."""
    index = (
        params.enforce
        - params.enforce_commerce * (private.commerce - 0.5)
        - params.enforce_rivalry * (private.rivalry - 0.5)
        + params.enforce_stability * private.stability * alarm
        + params.enforce_pressure * pressed
        + params.enforce_coalition * real(view.coalition)
        + params.enforce_talks * view.channel.astype(jnp.float32) / Channel.SUMMIT
        - params.enforce_war * real(view.war)
        + params.enforce_others * (view.others - 0.5)
    )
    level = jnp.arange(len(Enforcement), dtype=jnp.float32) / Enforcement.STRICT
    return index * level - params.enforce_habit * jnp.abs(level - view.enforcement)
