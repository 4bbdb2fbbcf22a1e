"""What the challenger builds: material, warheads, and the readiness of what would carry them.

Claim: production grows unless something binds it. An agreement binds what its terms name, and only as far as
the challenger complies; what is not named, or is hidden, goes on.

Equations, a month at a time, with capacities in kg a year:
  material   ΔHEU = (declared · (1 − b_d) + covert · (1 − b_e)) · ε / 12, with b_d, b_e the bounds that hold,
             ε lognormal with mean one; plutonium likewise from the reactor.
  capacity   ΔC = (`linear` + `growth` · C) · (1 − C/`ceiling`)⁺ / 12 while nothing binds. Rivals are regions of this
             one equation: linear (`growth` near 0), exponential (`ceiling` far off), capacity-limited.
  warheads   rise toward Pu/`pu_per_warhead` + HEU/`heu_per_warhead` at no more than `assembly` a year; rollback
             dismantles the named share evenly over the agreement's length.
  readiness  r += (1 − r)(1 − e^(−`learning`·launches)) + (1 − r)·(`technology`·T + `exchange`·X)/12 − `fading`·r/12:
             diminishing returns, decay of skill without tests, and technology from patrons who give it as far as
             they support, T = 1 − Π(1 − given·support), and from exchange X with the partner.
  confidence in the design rises by the share `design` of what is lacking with each nuclear test.
  exports    earn `export_revenue` · B a month, B = 1 − Π(1 − bought·support), and draw short-range readiness down by
             `export_wear`.
A challenger that no longer acts as a state builds nothing.

Reference: Hecker, Carlin and Serbin (2018) on material; Albright (2023) on capacity; Kristensen et al. (2024) and SIPRI
(2024) on warheads; Bennett et al. (2021) as the upper rival. Domain: a programme past its first test. Limits: one
enriched-uranium stream of each kind; tritium and delivery systems in numbers are not modelled; launches teach
whether they succeed or fail.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp

from detente.domain.actions import Actions
from detente.domain.agreements import strongest
from detente.domain.axes import MISSILE_CLASS, Conduct
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Normal
from detente.domain.quantity import Quantity, Real, bounded, real
from detente.domain.world import Arsenal, PerClass, World

READS = ("arsenal", "testing", "diplomacy", "alignment", "transition", "crisis")
SITES = {"output": ()}


class Params(NamedTuple):
    """Rates of production, assembly and learning."""

    growth: Annotated[Real, Quantity("1/yr", -0.2, 1, "Proportional growth of enrichment capacity")]
    linear: Annotated[Real, Quantity("kg/yr/yr", 0, 200, "Capacity added a year whatever its size")]
    ceiling: Annotated[Real, Quantity("kg/yr", 10, 1e4, "Capacity at which growth stops")]
    covert_share: Annotated[Real, Quantity("share", 0, 1, "Share of new capacity that is hidden")]
    variability: Annotated[
        Real, Quantity("log ratio", 1e-3, 1, "Standard deviation of monthly output, in logs")
    ]
    pu_per_warhead: Annotated[Real, Quantity("kg", 1, 20, "Plutonium in a warhead")]
    heu_per_warhead: Annotated[Real, Quantity("kg", 5, 60, "Enriched uranium in a warhead")]
    assembly: Annotated[Real, Quantity("1/yr", 0, 200, "Warheads that can be assembled a year")]
    learning: Annotated[
        PerClass, Quantity("1/launch", 0, 2, "Readiness gained from a launch", (MISSILE_CLASS,))
    ]
    technology: Annotated[
        Real, Quantity("1/yr", 0, 2, "Readiness gained from a patron's technology")
    ]
    exchange: Annotated[Real, Quantity("1/yr", 0, 2, "Readiness gained from the partner")]
    fading: Annotated[Real, Quantity("1/yr", 0, 1, "Readiness lost without tests")]
    design: Annotated[Real, Quantity("share", 0, 1, "Confidence gained from a nuclear test")]
    export_revenue: Annotated[
        Real, Quantity("USD m/month", 0, 2000, "Revenue from arms at full support of a buyer")
    ]
    export_wear: Annotated[
        Real, Quantity("1/month", 0, 0.2, "Short-range readiness given away with exports")
    ]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """The month's output around its capacity, in logs."""
    del world, actions, frame
    return {"output": Normal(-0.5 * params.variability**2, params.variability)}


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Arsenal:
    """Produce, assemble, dismantle, learn."""
    del frame
    a, move, slots = world.arsenal, actions.challenger, world.diplomacy.slots
    holds = slots.in_force & (move.conduct != Conduct.BREAK)
    everything = strongest(slots.terms.everything, holds)
    declared = jnp.maximum(strongest(slots.terms.declared, holds), everything)
    hidden = jnp.where(move.conduct == Conduct.COMPLY, everything, 0.0)
    output = real(world.governed) * jnp.exp(draws["output"]) / 12

    capacity = a.declared + a.covert
    room = jnp.maximum(1 - capacity / params.ceiling, 0.0)
    gained = real(world.governed) * (params.linear + params.growth * capacity) * room / 12
    plutonium = a.plutonium + a.reactor * (1 - declared) * output
    heu = a.heu + (a.declared * (1 - declared) + a.covert * (1 - hidden)) * output

    could = plutonium / params.pu_per_warhead + heu / params.heu_per_warhead
    assembled = jnp.clip(could - a.warheads, 0.0, params.assembly / 12)
    assembled = assembled * (1 - hidden) * real(world.governed)
    dismantled = strongest(slots.terms.rollback / slots.terms.length, holds)
    left = 1 - jnp.where(move.conduct == Conduct.COMPLY, jnp.minimum(dismantled, 1.0), 0.0)

    lacking = 1 - a.readiness
    taught = 1 - jnp.exp(-params.learning * world.testing.launches.astype(jnp.float32))
    support, patrons = world.alignment.support, actions.patrons
    given = 1 - jnp.prod(1 - support * real(patrons.technology))
    bought = 1 - jnp.prod(1 - support * real(patrons.purchases))
    learned = (params.technology * given + params.exchange * world.alignment.exchange) / 12
    readiness = a.readiness + lacking * (taught + learned) - params.fading * a.readiness / 12
    given_away = real(move.export) * params.export_wear
    short = jnp.arange(MISSILE_CLASS.size, dtype=jnp.int32) == 0
    return bounded(
        a._replace(
            plutonium=plutonium * left,
            heu=heu * left,
            warheads=(a.warheads + assembled) * left,
            declared=a.declared + gained * (1 - params.covert_share) * (1 - declared),
            covert=a.covert + gained * params.covert_share * (1 - hidden),
            readiness=readiness - jnp.where(short, given_away, 0.0),
            confidence=a.confidence
            + (1 - a.confidence) * params.design * world.testing.nuclear_tests.astype(jnp.float32),
            exported=real(move.export) * params.export_revenue * bought,
        )
    )
