"""What the challenger produces, trades, eats and earns.

Claim: sanctions bite on trade as they are enforced, a closed border bites harder, and a patron's demand makes up for
much; output follows what is earned abroad, far less than in proportion.

Equations, a month at a time; logs move toward their targets x* by Δlog x = speed·(log x* − log x) + noise:
  border     moves toward what the challenger seeks, 0, ½ or 1, at `border_speed`; an epidemic, at a yearly rate or on
             the calendar's date, shuts it for `epidemic_length` months; open = `leak` + (1 − `leak`)·border.
  trade      with patron p, where m_p = multilateral·enforcement_p is what is forbidden and enforced:
             T* = `usual`·open·exp(`support`·(support_p − ½) − `bite`·m_p). Exports to everybody else:
             X* = `usual_exports`·open·exp(−`exports_bite`·effective). Both lose `ruin` in logs while no state acts.
  earnings   licit = `margin`·(`export_share`·Σ T_p·exp(−`skew`·m_p·(1 − adaptation)) + X): exports are forbidden first,
             and smuggling, which no customs record, wins part of them back. Theft brings a lognormal haul. Arms =
             arms exported + `labour`·Σ [p buys]·support_p where labour is sent.
  reserve    takes in earnings and relief; the share `spent` leaves it.
  output     log(Y*/100) = `growth`·years since `reference` + `earning`·log((licit + arms + relief)/`usual_earnings`)
             + `farming`·log harvest − `ruin`·[no state acts].
  harvest    once a year, lognormal; mean of logs `inputs`·log(trade over usual), for fertiliser and fuel. It fails with
             chance `failure`, or on the calendar's date, and loses the share `loss`.
  food       moves at `stocks` toward `grown`·harvest + `imported`·open·reserve/(reserve + `comfort`)
             + `patron_aid`·(patrons that give) + `guarantor_aid`·access, the guarantor's where there is contact.
  price      log P* = `scarcity`·log(`need`/food) + `closure`·(1 − border).
  hubs       move at `hub_speed` toward `hub_base` + `hub_shift`·effective.

Reference: Bank of Korea (2024) on output; Haggard and Noland (2017) on trade under sanctions, and with patrons; Lee
(2018) and Son and Cho (2021) on hubs, against each other; FAO and WFP (2019) on food; Chainalysis (2024) on theft.
Domain: a poor, half-closed economy with few partners. Limits: trade both ways in one number, so no deficit and no
debt; one harvest a year and no lean season; one market and no exchange rate; capacity grows whatever is invested.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp

from detente.domain.actions import Actions
from detente.domain.axes import PATRON, Border, Channel
from detente.domain.calendar import NO_DATE
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Bernoulli, Normal
from detente.domain.quantity import Count, Flag, Quantity, Real, bounded, real
from detente.domain.world import Economy, PerPatron, Sanctions, World

READS = (
    "month",
    "arsenal",
    "economy",
    "sanctions",
    "transition",
    "alignment",
    "diplomacy",
    "crisis",
    "humanitarian",
)
SITES = {
    "epidemic": (),
    "trade": (PATRON.size,),
    "exports": (),
    "haul": (),
    "output": (),
    "harvest": (),
    "failure": (),
    "price": (),
}

_LEAST = 0.01
"""Flows are taken to be at least this where their logarithm is, USD m/month: smuggling never stops."""

_SPAN = 12.0
"""Logs of trade, output and prices are held within this of zero, so that wild parameters stay finite."""


class Params(NamedTuple):
    """What trade and food would be, and how strongly they answer."""

    border_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which a border opens")]
    epidemic: Annotated[Real, Quantity("1/yr", 0, 1, "Rate of epidemics that close the border")]
    epidemic_length: Annotated[Real, Quantity("month", 1, 120, "Months that one closes it for")]
    leak: Annotated[Real, Quantity("share", 1e-3, 1, "Trade that passes a closed border")]

    usual: Annotated[
        PerPatron,
        Quantity("USD m/month", 0.1, 5e3, "Trade without sanctions at support ½", (PATRON,)),
    ]
    support: Annotated[Real, Quantity("log ratio", -2, 4, "Effect of full against no support")]
    bite: Annotated[Real, Quantity("log ratio", 0, 6, "Trade that full enforcement takes away")]
    skew: Annotated[Real, Quantity("log ratio", -1, 6, "Exports that it takes away beyond that")]
    usual_exports: Annotated[
        Real, Quantity("USD m/month", 0.1, 2e3, "Exports to everybody else without sanctions")
    ]
    exports_bite: Annotated[Real, Quantity("log ratio", 0, 8, "Those that full pressure takes")]
    trade_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which trade adjusts")]
    trade_noise: Annotated[
        Real, Quantity("log ratio", 1e-3, 1, "Standard deviation of a month's trade, in logs")
    ]

    export_share: Annotated[Real, Quantity("share", 0, 1, "Exports in trade without sanctions")]
    margin: Annotated[Real, Quantity("share", 0, 1, "Exports that become hard currency at hand")]
    labour: Annotated[
        Real, Quantity("USD m/month", 0, 500, "Labour bought by a patron of full support")
    ]
    haul: Annotated[Real, Quantity("USD m/month", 0.1, 1e3, "Median haul in a month of theft")]
    haul_spread: Annotated[
        Real, Quantity("log ratio", 0.01, 3, "Standard deviation of hauls, in logs")
    ]
    spent: Annotated[Real, Quantity("1/month", 1e-3, 1, "Share of the reserve spent in a month")]

    growth: Annotated[Real, Quantity("1/yr", -0.1, 0.15, "Growth of what could be produced")]
    reference: Annotated[
        Real, Quantity("month", 0, 40000, "Month in which usual earnings go with output 100")
    ]
    earning: Annotated[Real, Quantity("1", -0.2, 1, "Elasticity of output to hard currency earned")]
    usual_earnings: Annotated[
        Real, Quantity("USD m/month", 0.1, 5e3, "Earnings that go with output 100")
    ]
    farming: Annotated[Real, Quantity("1", 0, 1, "Elasticity of output to the harvest")]
    adjustment: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which output adjusts")]
    output_noise: Annotated[
        Real, Quantity("log ratio", 1e-4, 0.2, "Standard deviation of a month's output, in logs")
    ]
    ruin: Annotated[Real, Quantity("log ratio", 0, 4, "Lost while no state functions")]

    inputs: Annotated[Real, Quantity("1", -0.2, 1, "Elasticity of the harvest to trade")]
    harvest_spread: Annotated[
        Real, Quantity("log ratio", 0.01, 0.6, "Standard deviation of harvests, in logs")
    ]
    failure: Annotated[Real, Quantity("probability", 0, 1, "A harvest fails")]
    loss: Annotated[Real, Quantity("share", 0, 0.9, "Loss where it fails")]
    grown: Annotated[Real, Quantity("kg/person/yr", 20, 300, "Food of a usual harvest")]
    imported: Annotated[
        Real, Quantity("kg/person/yr", 0, 200, "Food bought with an open border and ample reserve")
    ]
    comfort: Annotated[Real, Quantity("USD m", 1, 1e5, "Reserve at which half of that is bought")]
    patron_aid: Annotated[Real, Quantity("kg/person/yr", 0, 100, "Food aid from a patron")]
    guarantor_aid: Annotated[
        Real, Quantity("kg/person/yr", 0, 100, "Food aid from the guarantor with full access")
    ]
    stocks: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which food follows its sources")]

    need: Annotated[
        Real, Quantity("kg/person/yr", 50, 300, "Food at which rice has its usual price")
    ]
    scarcity: Annotated[Real, Quantity("1", 0, 8, "Elasticity of the price to scarcity")]
    closure: Annotated[Real, Quantity("log ratio", -1, 2, "Effect of a closed border on the price")]
    price_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which the price adjusts")]
    price_noise: Annotated[
        Real, Quantity("log ratio", 1e-3, 1, "Standard deviation of a month's price, in logs")
    ]

    hub_base: Annotated[Real, Quantity("share", 0, 1, "Activity in hubs without sanctions")]
    hub_shift: Annotated[Real, Quantity("share", -1, 1, "Shift toward hubs under full pressure")]
    hub_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which activity moves")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Chances of an epidemic and of a failed harvest, and the month's noise."""
    none = jnp.float32(0.0)
    trade = jnp.maximum(jnp.sum(world.economy.trade), _LEAST)
    return {
        "epidemic": Bernoulli.of(-jnp.expm1(-params.epidemic / 12)),
        "trade": Normal(jnp.zeros(PATRON.size), params.trade_noise),
        "exports": Normal(none, params.trade_noise),
        "haul": Normal(jnp.log(params.haul), params.haul_spread),
        "output": Normal(none, params.output_noise),
        "harvest": Normal(
            params.inputs * jnp.log(trade / jnp.sum(params.usual)), params.harvest_spread
        ),
        "failure": Bernoulli.of(params.failure),
        "price": Normal(none, params.price_noise),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Economy:
    """Open or shut the border, trade, earn and spend, reap, eat, produce."""
    e = _border(world.economy, draws, world, actions, params, frame)
    passes = params.leak + (1 - params.leak) * e.border
    e = _trade(e, passes, draws, world, params)
    e = _earn(e, draws, world, actions, params)
    e = _eat(e, passes, draws, world, actions, params, frame)
    return bounded(_produce(e, draws, world, params))


def _border(
    e: Economy, draws: Draws, world: World, actions: Actions, params: Params, frame: Frame
) -> Economy:
    """An epidemic shuts the border at once; otherwise it moves toward what is sought."""
    breaks_out = draws["epidemic"] | _dated(frame.calendar.closure, world)
    left = jnp.maximum(e.epidemic - 1, 0.0)
    epidemic = jnp.where(breaks_out, jnp.maximum(left, params.epidemic_length), left)
    sought = actions.challenger.border.astype(jnp.float32) / Border.OPEN
    border = e.border + params.border_speed * (sought - e.border)
    return e._replace(epidemic=epidemic, border=jnp.where(epidemic > 0, 0.0, border))


def _trade(e: Economy, passes: Real, draws: Draws, world: World, params: Params) -> Economy:
    """Trade with patrons as each enforces, exports to others as pressure bites."""
    s, common = world.sanctions, jnp.log(passes) - params.ruin * _lost(world)
    supported = params.support * (world.alignment.support - 0.5)
    trade = jnp.log(params.usual) + common + supported - params.bite * _forbidden(s)
    others = jnp.log(params.usual_exports) + common - params.exports_bite * s.effective
    return e._replace(
        trade=_toward(e.trade, trade, params.trade_speed, draws["trade"]),
        exports=_toward(e.exports, others, params.trade_speed, draws["exports"]),
    )


def _earn(e: Economy, draws: Draws, world: World, actions: Actions, params: Params) -> Economy:
    """Hard currency by source, and what is left of it."""
    s = world.sanctions
    kept = jnp.exp(-params.skew * _forbidden(s) * (1 - s.adaptation))
    exported = params.export_share * jnp.sum(e.trade * kept) + e.exports
    bought = jnp.sum(world.alignment.support * real(actions.patrons.purchases))
    sent = params.labour * real(actions.challenger.export)
    e = e._replace(
        licit=params.margin * exported,
        cyber=real(actions.challenger.theft) * jnp.exp(draws["haul"]),
        arms=world.arsenal.exported + sent * bought,
    )
    taken = e.revenue + world.diplomacy.relief_paid
    return e._replace(reserve=e.reserve * (1 - params.spent) + taken)


def _eat(
    e: Economy,
    passes: Real,
    draws: Draws,
    world: World,
    actions: Actions,
    params: Params,
    frame: Frame,
) -> Economy:
    """Reap once a year; food from harvest, purchases and aid; its price."""
    reaped = world.month % 12 + 1 == frame.calendar.harvest
    fails = (reaped & draws["failure"]) | _dated(frame.calendar.food_shock, world)
    harvest = jnp.where(reaped, jnp.exp(draws["harvest"]), e.harvest)
    harvest = harvest * jnp.where(fails, 1 - params.loss, 1.0)
    bought = params.imported * passes * e.reserve / (e.reserve + params.comfort)
    taken = actions.guarantor.aid & (world.diplomacy.channel >= Channel.CONTACT)
    ours = real(taken) * world.humanitarian.access
    aid = params.patron_aid * jnp.sum(real(actions.patrons.aid)) + params.guarantor_aid * ours
    sources = params.grown * harvest + bought + aid
    food = e.food + params.stocks * (sources - e.food)
    dear = params.scarcity * jnp.log(params.need / food) + params.closure * (1 - e.border)
    price = _toward(e.price, dear, params.price_speed, draws["price"])
    return e._replace(harvest=harvest, food=food, price=price)


def _produce(e: Economy, draws: Draws, world: World, params: Params) -> Economy:
    """Output follows capacity, earnings and harvest; activity moves between places."""
    years = (world.month.astype(jnp.float32) - params.reference) / 12
    earned = jnp.maximum(e.licit + e.arms + world.diplomacy.relief_paid, _LEAST)
    level = (
        params.growth * years
        + params.earning * jnp.log(earned / params.usual_earnings)
        + params.farming * jnp.log(e.harvest)
        - params.ruin * _lost(world)
    )
    output = 100 * _toward(e.output / 100, level, params.adjustment, draws["output"])
    drawn_in = params.hub_base + params.hub_shift * world.sanctions.effective
    return e._replace(output=output, hubs=e.hubs + params.hub_speed * (drawn_in - e.hubs))


def _toward(value: Real, target: Real, speed: Real, noise: Real) -> Real:
    """Move toward a target given in logs."""
    now = jnp.log(jnp.maximum(value, _LEAST))
    return jnp.exp(jnp.clip(now + speed * (target - now) + noise, -_SPAN, _SPAN))


def _forbidden(s: Sanctions) -> PerPatron:
    """What is forbidden in trade with each patron, and enforced by it."""
    return s.multilateral * s.patrons


def _lost(world: World) -> Real:
    """One while no state functions."""
    return 1 - real(world.governed)


def _dated(date: Count, world: World) -> Flag:
    """Whether a shock has this month for its date."""
    return (date != NO_DATE) & (date == world.month)
