"""What becomes of the leadership, and who holds the weapons then.

Claim: leaderships of this kind end rarely, and from within: by a coup or by a dissolution of the state; as rarely
they change course from above. Each has a hazard of its own that moves with the elite's loyalty and with public
dissent. Whether weapons make the holder safer at home, or an ageing leader less so, is disputed: the signs are free.

Equations: in a month the odds of fate k against none are
  h_k = `base`_k/12 · exp( `elite`_k·(`usual` − loyalty) + `dissent`_k·dissent + `age`·(leader's age − 45)
           + `unsettled`_k·2^(−since/`settling`) + `arsenal`_k·log((1 + n)/(1 + `warheads`)) + `war`·[at war] ),
with dissent the mean over strata and n the warheads: a multinomial hazard in discrete time. A reform is mostly the
leader's own; with probability `replaced` insiders use it to replace the leader, which counts as a coup. `since`
counts from the last such change, a natural succession included. Dissolution absorbs. In the month of fate k the
share `lost` of the control over the weapons is lost if u < `loosened`_k, u uniform. In other months it regains the
share `recovery` of what is lacking; after a dissolution the share `seized`, and only where a patron's forces step
in.

Reference: Geddes, Wright and Frantz (2014) and Kailitz and Stockemer (2017) on base rates; Song and Wright (2018) on
the party and the family; Svolik (2012) on new rulers; Bennett and Lind (2011) on what follows. Domain: single-party
and dynastic rule; months. Limits: fates come without warning but through loyalty and dissent; a successor's kind is
drawn elsewhere; no civil war apart from dissolution.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from detente.domain.actions import Actions
from detente.domain.axes import Regime, Rung, labels
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import NEVER, Bernoulli, Categorical, Uniform
from detente.domain.quantity import Axis, Quantity, Real, bounded, real
from detente.domain.world import Transition, World

READS = ("offices", "arsenal", "loyalty", "transition", "crisis")
SITES = {"fate": (), "replaced": (), "chaos": ()}

FATE = Axis("fate", labels(Regime)[1:])
"""What may become of a leadership in office."""

PerFate = Float[Array, " fate"]

_MIDDLE_AGE = 45.0
"""Age of the leader at which base rates are given."""

_GUARD = (-20.0, 8.0)
"""The index is held here so that a wild one gives a near-certain fate and not an overflow."""


class Params(NamedTuple):
    """Base rates, what moves them, and what happens to the weapons."""

    base: Annotated[
        PerFate, Quantity("1/yr", 1e-6, 1, "Rate with usual loyalty and no dissent", (FATE,))
    ]
    elite: Annotated[
        PerFate, Quantity("log ratio", -10, 20, "Effect of an elite wholly disloyal", (FATE,))
    ]
    replaced: Annotated[Real, Quantity("probability", 0, 1, "A reform replaces the leader")]
    usual: Annotated[Real, Quantity("index", 0, 1, "Elite loyalty at which base rates hold")]
    dissent: Annotated[PerFate, Quantity("log ratio", -5, 30, "Effect of full dissent", (FATE,))]
    age: Annotated[Real, Quantity("log ratio/yr", -0.1, 0.1, "Effect of the leader's age")]
    unsettled: Annotated[
        PerFate, Quantity("log ratio", -3, 5, "Effect of a leader who has just come", (FATE,))
    ]
    settling: Annotated[Real, Quantity("month", 1, 240, "Half-life of that")]
    arsenal: Annotated[PerFate, Quantity("1", -3, 3, "Effect of warheads, in logs", (FATE,))]
    warheads: Annotated[Real, Quantity("count", 0, 500, "Warheads at which base rates hold")]
    war: Annotated[Real, Quantity("log ratio", -3, 6, "Effect of war")]
    loosened: Annotated[
        PerFate, Quantity("probability", 0, 1, "Control of the weapons is loosened", (FATE,))
    ]
    lost: Annotated[Real, Quantity("share", 0, 1, "Control that is lost then")]
    recovery: Annotated[Real, Quantity("1/month", 0, 1, "Control regained by a state")]
    seized: Annotated[Real, Quantity("1/month", -0.5, 0.5, "Control regained by a patron's forces")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Chances of each fate, and what decides whether control is loosened."""
    del actions, frame
    o, t, dissent = world.offices, world.transition, jnp.mean(world.loyalty.dissent)
    index = (
        params.elite * (params.usual - world.loyalty.elite)
        + params.dissent * dissent
        + params.age * (o.leader_age - _MIDDLE_AGE)
        + params.unsettled * jnp.exp2(-t.since / params.settling)
        + params.arsenal * jnp.log((1 + world.arsenal.warheads) / (1 + params.warheads))
        + params.war * real(world.crisis.rung >= Rung.WAR)
    )
    odds = jnp.log(params.base / 12) + jnp.clip(index, *_GUARD)
    fates = jnp.where(t.regime == Regime.COLLAPSE, NEVER, odds)
    return {
        "fate": Categorical(jnp.concatenate([jnp.zeros(1), fates])),
        "replaced": Bernoulli.of(params.replaced),
        "chaos": Uniform(jnp.float32(0.0), jnp.float32(1.0)),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Transition:
    """Let the month's fate befall the leadership, and see who holds the weapons after it."""
    del frame
    t = world.transition
    replaced = draws["replaced"] & (draws["fate"] == Regime.REFORM)
    fate = jnp.where(replaced, Regime.COUP, draws["fate"])
    befell = fate > 0
    regime = jnp.where(befell, fate, t.regime)
    # Offices bring a new leader in the month after a change, so a natural succession counts as one month old.
    since = jnp.where(world.offices.leader_new, 1.0, t.since + 1)

    chance = jnp.where(jnp.arange(FATE.size, dtype=jnp.int32) + 1 == fate, params.loosened, 0.0)
    loosened = draws["chaos"] < jnp.sum(chance)
    custody = t.custody * (1 - params.lost * real(loosened))
    stepped_in = params.seized * real(jnp.any(actions.patrons.intervention))
    regained = jnp.where(regime == Regime.COLLAPSE, stepped_in, params.recovery)
    return bounded(
        Transition(
            regime=regime,
            since=jnp.where(befell, 0.0, since),
            custody=custody + jnp.where(befell, 0.0, regained * (1 - custody)),
        )
    )
