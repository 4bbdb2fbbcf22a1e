"""Launches by class and nuclear tests: overdispersed counts with one dependence term.

Claim: tests serve the programme and send signals; what moves them is disputed, so the covariates compete and
each may be nil or of the other sign.

Equation: launches of class c are negative binomial with dispersion k and mean
  μ_c = base_c · exp( `push`·(posture − 1) + `need`·(½ − readiness_c) + `talks`·level/3 + `exercise`·exercise
                      + `affront`·affront + `backing`·(backing − ½) + `dependence`·log(1 + momentum/Σ base) ),
above short range times exp(−`pledge`) under a moratorium, and times one less the bound on tests under terms
that hold; a satellite launch escapes that bound with the share `loophole`. Momentum fades by `fading` a month
toward the launches seen. Where it is well over the usual pace, Σ base, `dependence` is an elasticity: at nil the
past says nothing of the next month, at one a pace keeps itself up; what lasts moves a pace, in logs, by up to
1/(1 − `dependence`) times what it does at once. A nuclear test or an intercontinental launch ends a moratorium,
whatever is said. A challenger that no longer acts as a state launches nothing. The nuclear test is the
challenger's choice, not a draw.

Reference: CSIS Beyond Parallel and CNS/NTI for counts; D'Orazio (2012) against Bernhardt and Sukin (2021) on
exercises; Fokianos and Tjøstheim (2011), Log-linear Poisson autoregression, for the dependence. Domain: months;
counts to 40 a class. Limits: no successes and failures, no days within the month, one dispersion.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
import numpy as np

from detente.domain.actions import Actions
from detente.domain.agreements import strongest
from detente.domain.axes import MISSILE_CLASS, Conduct, Posture
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import NegativeBinomial
from detente.domain.quantity import Quantity, Real, bounded, real
from detente.domain.world import PerClass, Testing, World

READS = ("month", "arsenal", "testing", "diplomacy", "alignment", "transition", "crisis")
SITES = {"launches": (MISSILE_CLASS.size,)}

LIMITED = np.array([0, 1, 1, 1, 1], np.float32)
"""Which classes a moratorium or a bound on tests covers: all above short range. [missile_class]"""


LONG = np.array([0, 0, 1, 0, 0], np.int32)
"""Launches that end a moratorium, whatever is said. [missile_class]"""

_GUARD = (1e-6, 20.0)
"""Means are held here so that a wild index gives a wild count and not an overflow."""


class Params(NamedTuple):
    """Rates of launches and what may move them."""

    base: Annotated[
        PerClass,
        Quantity("count/month", 1e-3, 20, "Launches in a month of usual push", (MISSILE_CLASS,)),
    ]
    dispersion: Annotated[Real, Quantity("1", 0.05, 20, "Dispersion k: variance = mean + mean²/k")]
    push: Annotated[Real, Quantity("log ratio", -2, 3, "Effect of a step of launch posture")]
    need: Annotated[Real, Quantity("log ratio", -4, 4, "Effect of lacking readiness")]
    talks: Annotated[Real, Quantity("log ratio", -4, 4, "Effect of talks at the summit level")]
    exercise: Annotated[Real, Quantity("log ratio", -2, 2, "Effect of a large exercise")]
    affront: Annotated[Real, Quantity("log ratio", -3, 3, "Effect of pressure and shows of force")]
    backing: Annotated[Real, Quantity("log ratio", -3, 3, "Effect of full against no backing")]
    dependence: Annotated[Real, Quantity("1", -1, 2, "Elasticity to the pace of past launches")]
    fading: Annotated[Real, Quantity("1/month", 0, 1, "Weight of the last month in the momentum")]
    pledge: Annotated[Real, Quantity("log ratio", 0, 8, "How far a moratorium holds launches down")]
    loophole: Annotated[
        Real, Quantity("share", 0, 1, "Share of satellite launches that a bound does not stop")
    ]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Chances of launches of each class."""
    t, d, move = world.testing, world.diplomacy, actions.challenger
    held = frame.calendar.exercise(world.month) & (actions.guarantor.posture != Posture.LOW)
    index = (
        params.push * (move.posture.astype(jnp.float32) - 1)
        + params.need * (0.5 - world.arsenal.readiness)
        + params.talks * d.channel.astype(jnp.float32) / 3
        + params.exercise * real(held)
        + params.affront * d.affront
        + params.backing * (world.alignment.backing - 0.5)
        + params.dependence * jnp.log1p(t.momentum / jnp.sum(params.base))
    )
    pledged = jnp.exp(-params.pledge * LIMITED * real(move.pledge))
    holds = d.slots.in_force & (move.conduct != Conduct.BREAK)
    satellite = jnp.arange(MISSILE_CLASS.size, dtype=jnp.int32) == MISSILE_CLASS.size - 1
    reach = LIMITED * jnp.where(satellite, 1 - params.loophole, 1.0)
    unbound = 1 - strongest(d.slots.terms.tests, holds) * reach
    mean = jnp.clip(params.base * jnp.exp(index), *_GUARD) * pledged * unbound
    mean = mean * real(world.governed)
    return {"launches": NegativeBinomial(jnp.maximum(mean, _GUARD[0]), params.dispersion)}


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Testing:
    """Record what flew and how long each class has been quiet."""
    del frame
    t, move, launches = world.testing, actions.challenger, draws["launches"]
    total = jnp.sum(launches, dtype=jnp.int32).astype(jnp.float32)
    return bounded(
        t._replace(
            launches=launches,
            nuclear_tests=jnp.where(move.nuclear_test, 1, 0),
            quiet=jnp.where(launches > 0, 0.0, t.quiet + 1),
            quiet_nuclear=jnp.where(move.nuclear_test, 0.0, t.quiet_nuclear + 1),
            momentum=t.momentum + params.fading * (total - t.momentum),
            pledged=move.pledge & ~move.nuclear_test & ~jnp.any((launches * LONG) > 0),
        )
    )
