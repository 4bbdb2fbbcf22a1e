"""What the challenger's citizens hear from outside, and what they come to expect of life.

Claim: outside media come with goods and people, and go where the state hunts them; who knows how others live
expects more. Broadcasts, campaigns and the hopes that talks raise are disputed: each may be nil or of the other sign.

Equations, for masses and elite a alike, Λ the logistic function, o the output over the usual:
  media         logit m_a' = logit m_a + `speed`·(z_a − logit m_a) + `noise`·ε, with
                z_a = `base`_a + `border`·(border − ½) + `broadcasts`·broadcasting + `campaign`·campaigning
                      − `hunted`·(crackdown − ½), broadcasting the share of the allies that broadcast.
  crackdown     goes to 0 when the grip eases and to 1 when it tightens, by the share `grip` a month, and up or down by
                `backlash` with a campaign.
  expectations  x_a' = x_a + `revision`·(1 + `lived`·(o − 1) + `lure`·m_a + `promise`·(hopes of talks) − x_a).

Reference: Kretchun and Kim (2012) on media; Baek (2016) on how they travel; Davies (1962) on expectations that
outrun life. Domain: shares of people with regular access, whatever the medium. Limits: one share for all media;
strata and provinces hear alike; remittances come only with the border.
"""

from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.special import logit

from detente.domain.actions import Actions
from detente.domain.axes import AUDIENCE, Grip
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Normal
from detente.domain.quantity import Quantity, Real, bounded, real
from detente.domain.world import Information, PerAudience, World

READS = ("economy", "information", "diplomacy")
SITES = {"media": (AUDIENCE.size,)}

_EDGE = 1e-4
"""Shares are held this far from 0 and 1 before their log-odds are taken."""


class Params(NamedTuple):
    """How media spread, and what they do to expectations."""

    base: Annotated[
        PerAudience,
        Quantity("log odds", -8, 8, "Access with border and crackdown half way", (AUDIENCE,)),
    ]
    border: Annotated[Real, Quantity("log odds", -3, 8, "Effect of an open against a shut border")]
    broadcasts: Annotated[Real, Quantity("log odds", -2, 3, "Effect of broadcasts by all allies")]
    campaign: Annotated[Real, Quantity("log odds", -2, 3, "Effect of the guarantor's campaign")]
    hunted: Annotated[Real, Quantity("log odds", -2, 6, "Loss under a full crackdown")]
    speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which access adjusts")]
    noise: Annotated[Real, Quantity("log odds", 1e-3, 1, "Disturbance of access in a month")]
    grip: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which a crackdown follows the grip")]
    backlash: Annotated[
        Real, Quantity("1/month", -0.2, 0.2, "Crackdown that a month of campaign provokes")
    ]
    revision: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which expectations adjust")]
    lived: Annotated[Real, Quantity("1", -1, 2, "Expectations that follow life as it is lived")]
    lure: Annotated[Real, Quantity("ratio", -1, 3, "Expectations where all have outside media")]
    promise: Annotated[Real, Quantity("ratio", -1, 1, "Expectations that hopes of talks raise")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """The month's disturbance of access, in log-odds."""
    del world, actions, frame
    return {"media": Normal(jnp.zeros(AUDIENCE.size), params.noise)}


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Information:
    """Let media spread or be hunted down, and expectations follow."""
    del frame
    i, grip = world.information, actions.challenger.repression
    campaign = real(actions.guarantor.campaign)
    target = (
        params.base
        + params.border * (world.economy.border - 0.5)
        + params.broadcasts * jnp.mean(real(actions.allies.broadcasts))
        + params.campaign * campaign
        - params.hunted * (i.crackdown - 0.5)
    )
    odds = logit(jnp.clip(i.media, _EDGE, 1 - _EDGE))
    media = jax.nn.sigmoid(odds + params.speed * (target - odds) + draws["media"])
    moved = jnp.where(grip == Grip.HOLD, 0.0, real(grip == Grip.TIGHTEN) - i.crackdown)
    expected = (
        1
        + params.lived * (world.economy.output / 100 - 1)
        + params.lure * i.media
        + params.promise * world.diplomacy.expectations
    )
    return bounded(
        Information(
            media=media,
            expectations=i.expectations + params.revision * (expected - i.expectations),
            crackdown=i.crackdown + params.grip * moved + params.backlash * campaign,
        )
    )
