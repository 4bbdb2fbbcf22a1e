"""Who stands by the leadership: an elite that is paid, citizens who are content or not, and those who say so.

Claim: the elite's loyalty follows what it is given and what it fears, the masses' private discontent follows life
against what was expected of it, and neither shows. Public dissent is another thing: each speaks out when enough others
do, so that small changes in private can turn it over at once, to everybody's surprise. What threat from outside,
repression, outside media, sanctioned trade and talks do is disputed: their signs are free.

Equations, Λ the logistic function, all indices moved a month:
  rents      r' = r + `rents_speed`·((revenue + relief)/`usual` · (1 + `evasion`·(effective − ½)) − r), effective the
             sanctions that bite.
  elite      logit ℓ' = logit ℓ + `elite_speed`·(z − logit ℓ) + `elite_noise`·ε, with
             z = `elite_base` + `elite_rents`·log r + `elite_prestige`·prestige − `elite_face`·humiliation
                 + `elite_rally`·affront − `elite_gap`·log x_e + `elite_media`·m_e + `elite_fear`·(repression − ½)
                 − `elite_dissent`·Σ w_s p_s.
  masses     logit d_s' = logit d_s + `speed`·(z_s − logit d_s) + `noise`·η, one η for all strata s, with
             z_s = `base`_s − `hardship`·log o − `hunger`·log(food/`enough`) + `gap`·(x_m − o)
                   + `resentment`·(repression − ½) − `rally`·affront − `pride`·prestige − `hope`·talks.
  dissent    p_s ← d_s · Φ((v·Σ w_s p_s − `threshold`_s − `fear`·repression·ℓ + spark)/`spread`_s), a few rounds a
             month from last month's p, v = `visibility` + `visible_media`·m_m, w_s the strata's shares, spark normal
             with sd `spark`. Fear is worth as much as the loyalty of those who are to enforce it.
  grip       repression goes to 0 when eased and to 1 when tightened, by the share `grip` a month.
Here o is output over the usual, x and m expectations and outside media of elite e and masses m. In the month after a
leadership has fallen, whatever follows is forgiven the share `renewal` of disloyalty, discontent and dissent.

Reference: Granovetter (1978) and Kuran (1991) on thresholds; Bueno de Mesquita et al. (2003) on rents; Byman and Lind
(2010) on the tools of loyalty; Davies (1962) on the gap. Domain: the mean field of a large population. Limits: no
networks or provinces within a stratum; one index for the elite; nobody leaves a stratum.
"""

from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.special import logit

from detente.domain.actions import Actions
from detente.domain.axes import STRATUM, Channel, Grip
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Normal
from detente.domain.quantity import Quantity, Real, bounded, real
from detente.domain.world import Loyalty, PerStratum, World

READS = ("economy", "sanctions", "information", "loyalty", "transition", "diplomacy")
SITES = {"elite": (), "mood": (), "spark": ()}

ROUNDS = 4
"""How often in a month each looks around: news of dissent takes about a week."""

_EDGE = 1e-4
"""Shares are held this far from 0 and 1 before their log-odds are taken."""

_LEAST = 0.05
"""Ratios are held above this before their logarithm is taken."""


class Params(NamedTuple):
    """What loyalty, discontent and dissent rest on."""

    usual: Annotated[
        Real, Quantity("USD m/month", 1, 5e3, "Revenue and relief that pay the usual rents")
    ]
    evasion: Annotated[
        Real, Quantity("1", -1, 1, "Rents that sanctions add for those who evade them")
    ]
    rents_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which rents follow")]

    elite_base: Annotated[Real, Quantity("log odds", -6, 8, "Loyalty with usual rents")]
    elite_rents: Annotated[Real, Quantity("log odds", -2, 4, "Effect of rents, in logs")]
    elite_prestige: Annotated[Real, Quantity("log odds", -2, 4, "Effect of full prestige")]
    elite_face: Annotated[Real, Quantity("log odds", -2, 4, "Loyalty lost to full humiliation")]
    elite_rally: Annotated[Real, Quantity("log odds", -3, 3, "Effect of affronts from outside")]
    elite_gap: Annotated[Real, Quantity("log odds", -5, 6, "Loyalty lost to expectations, in logs")]
    elite_media: Annotated[Real, Quantity("log odds", -4, 4, "Effect of the elite's outside media")]
    elite_fear: Annotated[Real, Quantity("log odds", -3, 3, "Effect of repression")]
    elite_dissent: Annotated[Real, Quantity("log odds", -4, 12, "Loyalty lost to full dissent")]
    elite_speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which loyalty adjusts")]
    elite_noise: Annotated[Real, Quantity("log odds", 1e-3, 1, "Disturbance of loyalty in a month")]

    base: Annotated[
        PerStratum, Quantity("log odds", -8, 6, "Discontent with usual life", (STRATUM,))
    ]
    hardship: Annotated[Real, Quantity("log odds", -4, 8, "Effect of lost output, in logs")]
    hunger: Annotated[Real, Quantity("log odds", -4, 10, "Effect of lost food, in logs")]
    enough: Annotated[
        Real, Quantity("kg/person/yr", 50, 400, "Food with which nobody is the less content")
    ]
    gap: Annotated[Real, Quantity("log odds", -4, 6, "Effect of expectations beyond life")]
    resentment: Annotated[Real, Quantity("log odds", -3, 3, "Effect of repression")]
    rally: Annotated[Real, Quantity("log odds", -3, 3, "Discontent that affronts quell")]
    pride: Annotated[Real, Quantity("log odds", -2, 3, "Discontent that prestige quells")]
    hope: Annotated[Real, Quantity("log odds", -2, 2, "Discontent that talks quell")]
    speed: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which discontent adjusts")]
    noise: Annotated[Real, Quantity("log odds", 1e-3, 1, "Disturbance of discontent in a month")]

    share: Annotated[
        PerStratum, Quantity("share", 0.01, 1, "Weight of the stratum among citizens", (STRATUM,))
    ]
    threshold: Annotated[
        PerStratum,
        Quantity("share", -0.5, 2, "Dissent of others that a middling citizen needs", (STRATUM,)),
    ]
    spread: Annotated[
        PerStratum, Quantity("share", 0.02, 1, "Standard deviation of thresholds", (STRATUM,))
    ]
    visibility: Annotated[Real, Quantity("ratio", 0, 2, "Dissent seen over dissent that there is")]
    visible_media: Annotated[
        Real, Quantity("ratio", -1, 2, "What is seen besides where all have outside media")
    ]
    fear: Annotated[Real, Quantity("share", 0, 2, "Rise of thresholds under full repression")]
    spark: Annotated[Real, Quantity("share", 1e-3, 0.5, "Shocks to what is dared in a month")]
    grip: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which repression follows the grip")]
    renewal: Annotated[
        Real, Quantity("share", 0, 1, "Disloyalty that a new leadership is forgiven")
    ]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Disturbances of loyalty and of discontent, in log-odds, and the month's spark."""
    del world, actions, frame
    zero = jnp.float32(0.0)
    return {
        "elite": Normal(zero, params.elite_noise),
        "mood": Normal(zero, params.noise),
        "spark": Normal(zero, params.spark),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Loyalty:
    """Pay the elite, weigh life against expectations, and let dissent spread or die."""
    del frame
    held, grip = _renewed(world, params), actions.challenger.repression
    income = (world.economy.revenue + world.diplomacy.relief_paid) / params.usual
    evaded = 1 + params.evasion * (world.sanctions.effective - 0.5)
    rents = held.rents + params.rents_speed * (income * evaded - held.rents)
    share = params.share / jnp.sum(params.share)
    wanted = _elite(world, rents, params) - params.elite_dissent * jnp.sum(share * held.dissent)
    elite = _toward(held.elite, wanted, params.elite_speed, draws["elite"])
    discontent = _toward(held.discontent, _masses(world, params), params.speed, draws["mood"])
    dissent = spread_of_dissent(
        held.dissent,
        discontent,
        share=share,
        threshold=params.threshold + params.fear * held.repression * elite - draws["spark"],
        spread=params.spread,
        visibility=params.visibility + params.visible_media * world.information.media[0],
    )
    moved = jnp.where(grip == Grip.HOLD, 0.0, real(grip == Grip.TIGHTEN) - held.repression)
    return bounded(
        Loyalty(
            elite=elite,
            rents=rents,
            discontent=discontent,
            dissent=dissent,
            repression=held.repression + params.grip * moved,
        )
    )


def spread_of_dissent(
    dissent: PerStratum,
    discontent: PerStratum,
    *,
    share: PerStratum,
    threshold: PerStratum,
    spread: PerStratum,
    visibility: Real,
    rounds: int = ROUNDS,
) -> PerStratum:
    """Let everybody look around so many times, and speak out where enough others do: the mean field.

    Args:
        dissent: share of each stratum that speaks out at first.
        discontent: share that would speak out if nothing held it back.
        share: weight of each stratum, summing to one.
        threshold: mean, over a stratum, of the dissent that each must see before it speaks out.
        spread: standard deviation of thresholds within a stratum.
        visibility: dissent that is seen over dissent that there is.
        rounds: how many times.

    One stratum, all discontent, with thresholds of mean ¼: Granovetter's crowd of a hundred. From nobody, it settles
    near .06 for a spread just under .1222, and near 1 just above.
    """
    for _ in range(rounds):
        z = (visibility * jnp.sum(share * dissent) - threshold) / spread
        dissent = discontent * 0.5 * (1 + jax.lax.erf(z * jnp.sqrt(0.5)))
    return dissent


def _toward(index: jax.Array, target: jax.Array, speed: Real, shock: Real) -> jax.Array:
    """Move a share toward the log-odds that it tends to."""
    odds = logit(jnp.clip(index, _EDGE, 1 - _EDGE))
    return jax.nn.sigmoid(odds + speed * (target - odds) + shock)


def _renewed(world: World, params: Params) -> Loyalty:
    """After a leadership has fallen, what follows is forgiven a part of what the old one had earned."""
    held = world.loyalty
    kept = 1 - params.renewal * real(world.transition.since < 1)
    return held._replace(
        elite=1 - kept * (1 - held.elite),
        discontent=kept * held.discontent,
        dissent=kept * held.dissent,
    )


def _elite(world: World, rents: Real, params: Params) -> Real:
    """Log-odds that the elite's loyalty tends to."""
    d, i = world.diplomacy, world.information
    return (
        params.elite_base
        + params.elite_rents * jnp.log(jnp.maximum(rents, _LEAST))
        + params.elite_prestige * d.prestige
        - params.elite_face * d.humiliation
        + params.elite_rally * d.affront
        - params.elite_gap * jnp.log(i.expectations[1])
        + params.elite_media * i.media[1]
        + params.elite_fear * (world.loyalty.repression - 0.5)
    )


def _masses(world: World, params: Params) -> PerStratum:
    """Log-odds that discontent tends to, by stratum."""
    d, life = world.diplomacy, world.economy.output / 100
    return params.base + (
        params.gap * (world.information.expectations[0] - life)
        - params.hardship * jnp.log(life)
        - params.hunger * jnp.log(world.economy.food / params.enough)
        + params.resentment * (world.loyalty.repression - 0.5)
        - params.rally * d.affront
        - params.pride * d.prestige
        - params.hope * real(d.channel >= Channel.WORKING)
    )
