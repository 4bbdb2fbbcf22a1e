"""Outside media as contagion: who has them hands them on, and those who are caught lose them.

Claim: outside media travel from hand to hand, so that access grows fastest where about half have it, and a crackdown
works only where it takes media away faster than people pass them on.

Equations, for masses and elite a alike, a month at a time:
  media         m_a' = m_a + (`seeding`_a·border + `handed`·m_a)·(1 − m_a) − `seized`·crackdown·m_a + `noise`·ε_a
  expectations  x_a' = x_a + `revision`·(1 + `lure`·m_a − x_a)
  crackdown     goes to 0 when the grip eases and to 1 when it tightens, by the share `grip` a month.

Reference: Bass (1969) on diffusion; an example of form. Domain: shares of people with regular access. Limits: masses
and elite hand nothing to each other; broadcasts and campaigns reach nobody; talks raise no expectations.

This is a template: a rival of `mechanisms/information.py` that writes the same record by another law. The tutorial
(`docs/tutorial.md`) plugs one in. A mechanism for something new has a record of its own in `domain/world.py`.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp

from detente.domain.actions import Actions
from detente.domain.axes import AUDIENCE, Grip
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Normal
from detente.domain.quantity import Quantity, Real, bounded, real
from detente.domain.world import Information, PerAudience, World

# Every record of the world that law or step looks at, the own one included. Tests hold it against what is read.
READS = ("economy", "information")

# What is left to chance, and the shape of each draw. The engine makes the luck; nothing here draws.
SITES = {"media": (AUDIENCE.size,)}


class Params(NamedTuple):
    """Names, units, bounds, meanings. Values, priors and sources stand in packs."""

    seeding: Annotated[
        PerAudience, Quantity("1/month", 0, 1, "New access across an open border", (AUDIENCE,))
    ]
    handed: Annotated[Real, Quantity("1/month", -1, 1, "Access that those who have it pass on")]
    seized: Annotated[Real, Quantity("1/month", 0, 1, "Access lost to a full crackdown")]
    noise: Annotated[Real, Quantity("share", 1e-4, 0.2, "Disturbance of access in a month")]
    revision: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which expectations adjust")]
    lure: Annotated[Real, Quantity("ratio", -1, 3, "Expectations where all have outside media")]
    grip: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which a crackdown follows the grip")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """The chances, which can be read without being drawn. One world, plain code: `vmap` makes many."""
    return {"media": Normal(jnp.zeros(AUDIENCE.size), params.noise)}


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Information:
    """What the draws do: the own record for the end of the phase, and nothing else."""
    i, grip = world.information, actions.challenger.repression
    gained = (params.seeding * world.economy.border + params.handed * i.media) * (1 - i.media)
    lost = params.seized * i.crackdown * i.media
    # No Python branch on what is computed. Flags and levels are made real first: dtypes don't mix by themselves.
    moved = jnp.where(grip == Grip.HOLD, 0.0, real(grip == Grip.TIGHTEN) - i.crackdown)
    # Declared ranges hold whatever the draws: scales saturate instead of overflowing.
    return bounded(
        Information(
            media=i.media + gained - lost + draws["media"],
            expectations=i.expectations
            + params.revision * (1 + params.lure * i.media - i.expectations),
            crackdown=i.crackdown + params.grip * moved,
        )
    )
