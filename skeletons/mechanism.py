"""Trade with third states: the challenger's other revenue, drifting back to its usual level.

Claim: what comes in from elsewhere is disturbed month by month and recovers; tightened pressure lowers it as
far as third states enforce it.

Equation: log R' = log R + `recovery`·(log U − log R) + `noise`·ε, with R the revenue in USD m/month plus one, U the
same of `usual`·(1 − `bite`·pressed·enforcement), pressed 0, ½ or 1 for pressure eased, held or tightened, and ε
standard normal.

Reference: none; an example of form. Domain: months; one stream of revenue. Limits: smuggling does not adapt.

This is a template. It has no record of its own in `World`, so it writes a new version of `Setting`, which no other
mechanism writes. In a mechanism of yours, give it a record in `domain/world.py` that bears its name.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp

from detente.domain.actions import Actions
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Normal
from detente.domain.quantity import Quantity, Real, bounded
from detente.domain.world import Setting, World

# Every record of the world that law or step looks at, the own one included. A test perturbs all others.
READS = ("setting",)

# What is left open, and the shape of each draw. The engine makes the luck; nothing here draws.
SITES = {"disturbance": ()}


class Params(NamedTuple):
    """Names, units, bounds, meanings. Values, priors and sources stand in packs."""

    usual: Annotated[Real, Quantity("USD m/month", 0, 5e3, "Revenue in undisturbed times")]
    recovery: Annotated[Real, Quantity("1/month", 0, 1, "Share of a gap that closes in a month")]
    bite: Annotated[Real, Quantity("share", 0, 1, "Revenue lost to full, enforced pressure")]
    noise: Annotated[Real, Quantity("log ratio", 1e-3, 1, "Disturbance of a month, in logs")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """The chances, which can be read without being drawn. One world, plain code: `vmap` makes many."""
    return {"disturbance": Normal(jnp.float32(0.0), params.noise)}


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Setting:
    """What the draws do: the own record for the end of the phase, and nothing else."""
    s = world.setting
    # dtypes do not mix by themselves: levels are integers until they are made reals.
    pressed = actions.guarantor.pressure.astype(jnp.float32) / 2
    usual = params.usual * (1 - params.bite * pressed * s.enforcement)
    held = jnp.log1p(s.revenue)
    revenue = held + params.recovery * (jnp.log1p(usual) - held) + draws["disturbance"]
    # Declared ranges hold whatever the draws: scales saturate instead of overflowing.
    return bounded(s._replace(revenue=jnp.expm1(revenue)))
