"""What it costs the people: hunger, deaths beyond the usual, flight.

Claim: hunger follows the food that is to be had and what it costs; aid eases it only as far as it gets in; deaths
come late, and then steeply.

Equations, with food F in kg a person and year and P the market price over its usual one:
  access     moves at `access_speed` toward border·(`unlicensed` + (1 − `unlicensed`)·exemptions).
  hungry     insecure = `population`·(1 − `eased`·g)·σ(`hunger` − `hunger_food`·log(F/`enough`) + `hunger_price`·log P);
             the aid that gets in is g = 1 − (1 − `delivered`·[a patron gives])(1 − access·[the guarantor gives]);
             the guarantor's is taken only where the two sides are in contact.
  disorder   fades: c = [collapse]·e^(−since/`fading`), and w = [war]·e^(−months/`fading`) from the war's beginning.
  deaths     `population`·(`famine_deaths`·s² + `collapse_deaths`·c), with s = (1 − F/`famine`)⁺: none above a
             threshold, convex below.
  flight     `population`·(`flight_clash`·[clash] + `flight_war`·w + `flight_collapse`·c): those who can, go first.

Reference: FAO and WFP (2019) on need; Goodkind and West (2001) and Spoorenberg and Schwekendiek (2012) on excess
deaths; Haggard and Noland (2007) on famine, markets and aid; Bennett and Lind (2011) and Coggins (2017) on collapse.
Domain: one population, months. Limits: no provinces, ages or diets; whom arms kill is counted by the crisis, who
leaves in ordinary times by the observation; nobody returns.
"""

from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp

from detente.domain.actions import Actions
from detente.domain.axes import Channel, Regime, Rung
from detente.domain.contracts import Draws, Frame, Law, Shape
from detente.domain.quantity import Quantity, Real, bounded, real
from detente.domain.world import Humanitarian, World

READS = ("economy", "sanctions", "transition", "diplomacy", "crisis", "humanitarian")
SITES: dict[str, Shape] = {}


class Params(NamedTuple):
    """Who goes hungry, who dies of it, and who flees."""

    population: Annotated[Real, Quantity("person", 1e3, 3e7, "Population")]
    unlicensed: Annotated[
        Real, Quantity("share", 0, 1, "Access of aid that does not hang on exemptions")
    ]
    access_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which access is won or lost")]
    enough: Annotated[Real, Quantity("kg/person/yr", 50, 300, "Food of a usual year")]
    hunger: Annotated[Real, Quantity("log odds", -8, 4, "Of being short of food in a usual year")]
    hunger_food: Annotated[Real, Quantity("log odds", 0, 20, "Effect of e times as much food")]
    hunger_price: Annotated[Real, Quantity("log odds", -2, 5, "Effect of e times the price")]
    delivered: Annotated[Real, Quantity("share", 0, 1, "A patron's aid that reaches those in need")]
    eased: Annotated[Real, Quantity("share", 0, 1, "Hungry whom aid with full access relieves")]
    famine: Annotated[Real, Quantity("kg/person/yr", 30, 250, "Food below which people die of it")]
    famine_deaths: Annotated[
        Real, Quantity("1/month", 0, 1, "Deaths with no food at all, as the square runs on")
    ]
    collapse_deaths: Annotated[
        Real, Quantity("1/month", 0, 0.05, "Deaths of disorder after a collapse")
    ]
    flight_clash: Annotated[Real, Quantity("1/month", 0, 0.1, "Driven out in a clash")]
    flight_war: Annotated[Real, Quantity("1/month", 0, 0.5, "Driven out as war begins")]
    flight_collapse: Annotated[Real, Quantity("1/month", 0, 0.5, "Driven out at a collapse")]
    fading: Annotated[Real, Quantity("month", 1, 120, "Months in which disorder fades")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Nothing is left to chance: food, prices and crises have had their draws."""
    return {}


def step(
    draws: Draws, world: World, actions: Actions, params: Params, frame: Frame
) -> Humanitarian:
    """Count the hungry, the dead and the driven out."""
    h, e, crisis = world.humanitarian, world.economy, world.crisis
    licensed = params.unlicensed + (1 - params.unlicensed) * world.sanctions.exemptions
    access = h.access + params.access_speed * (e.border * licensed - h.access)
    given = params.delivered * real(jnp.any(actions.patrons.aid))
    taken = actions.guarantor.aid & (world.diplomacy.channel >= Channel.CONTACT)
    aid = 1 - (1 - given) * (1 - access * real(taken))
    odds = (
        params.hunger
        - params.hunger_food * jnp.log(e.food / params.enough)
        + params.hunger_price * jnp.log(e.price)
    )
    short = jnp.maximum(1 - e.food / params.famine, 0.0)
    collapse = real(world.transition.regime == Regime.COLLAPSE)
    collapse *= jnp.exp(-world.transition.since / params.fading)
    war = real(crisis.rung >= Rung.WAR) * jnp.exp(-crisis.months / params.fading)
    died = params.famine_deaths * short * short + params.collapse_deaths * collapse
    fled = (
        params.flight_clash * real(crisis.rung == Rung.CLASH)
        + params.flight_war * war
        + params.flight_collapse * collapse
    )
    return bounded(
        Humanitarian(
            insecure=params.population * jax.nn.sigmoid(odds) * (1 - params.eased * aid),
            access=access,
            excess=params.population * died,
            refugees=params.population * fled,
        )
    )
