"""How published series measure the state: each has an error, a bias or a trend of its own.

Each is weighed in the month in which it is known, against the last whole year. Equations, y a year, o̅ its mean
output, T trade with the first patron, A arrivals and w warheads at its end:
  growth       = 100·(o̅_y/o̅_{y−1} − 1) + `growth_error`·ε
  log trade    = log Σ T + `trade_level` + `trade_trend`·(y − y₀) + `trade_error`·ε: the patron's own growth and prices
                 are no part of the model, so their trend is part of the measurement
  log arrivals = log Σ A + `arrivals_level` + `arrivals_error`·ε
  log(1 + estimate) = log(1 + w) + `warhead_bias` + r, r_y = `warhead_memory`·r_{y'} + innovation, stationary with the
                 standard deviation `warhead_error`: estimates lean on last year's. A new method is another source.

The likelihood holds the state's own noise at its median, so that errors here stand for both.

Reference: Harvey (1989) on level, trend and irregular; Jervis (1976) on estimates that lean one way. Domain: annual
series. Limits: errors of different series are independent; known revisions are not modelled.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jax import tree
from jaxtyping import Array, Bool, Float

from detente.domain.quantity import Axis, Quantity, Real
from detente.domain.world import World
from detente.inference.observed import WARHEADS, Measured

SOURCE = Axis("source", tuple(WARHEADS))
"""Who publishes estimates of warheads; a method that changed counts as another source."""

PerSource = Float[Array, " source"]
PerFuture = Float[Array, " future"]


class Measurement(NamedTuple):
    """Errors, biases and trends of what is published."""

    growth_error: Annotated[Real, Quantity("%", 0.1, 20, "Error of a year's growth")]
    trade_level: Annotated[Real, Quantity("log ratio", -3, 3, "Customs' trade over the model's")]
    trade_trend: Annotated[Real, Quantity("log ratio/yr", -0.3, 0.3, "Growth that the model lacks")]
    trade_error: Annotated[Real, Quantity("log ratio", 0.02, 3, "Error of a year's trade, in logs")]
    arrivals_level: Annotated[Real, Quantity("log ratio", -3, 3, "Counted over modelled arrivals")]
    arrivals_error: Annotated[Real, Quantity("log ratio", 0.02, 3, "Error of arrivals, in logs")]
    warhead_bias: Annotated[
        PerSource, Quantity("log ratio", -2, 2, "An institute's lasting error, in logs", (SOURCE,))
    ]
    warhead_error: Annotated[Real, Quantity("log ratio", 0.02, 2, "Error of an estimate, in logs")]
    warhead_memory: Annotated[Real, Quantity("1", 0, 0.98, "Share of it that next year's repeats")]


class Year(NamedTuple):
    """What has added up since the year began, and what the last whole year came to. Arrays: [future]."""

    months: Float[Array, ""]
    output: PerFuture
    trade: PerFuture
    arrivals: PerFuture
    before: PerFuture
    last: "Last"
    residual: Float[Array, "source future"]
    estimated: Bool[Array, " source"]


class Last(NamedTuple):
    """The last whole year, which publications of this one speak of. Arrays: [future]."""

    growth: PerFuture
    trade: PerFuture
    arrivals: PerFuture
    warheads: PerFuture


def begin(futures: int) -> Year:
    """Nothing measured yet."""
    none, sources = jnp.zeros(futures), SOURCE.size
    last = Last(none, none + 1, none, none)
    residual, estimated = jnp.zeros((sources, futures)), jnp.zeros(sources, bool)
    return Year(jnp.float32(0), none, none, none, none, last, residual, estimated)


def observe(
    year: Year, world: World, now: Measured, years: Real, p: Measurement
) -> tuple[Year, PerFuture]:
    """Weigh what is published this month about the last whole year, and add the month up.

    Args:
        year: what has added up.
        world: the batch after the month, batch last.
        now: what is published; not a number where nothing is.
        years: years since the history began.
        p: the measurement model; arrays of the batch, batch last.

    Returns:
        What has added up, begun anew after a December, and the log-density: [future].
    """
    last = year.last
    trade = jnp.log(last.trade) + p.trade_level + p.trade_trend * years
    logs = (
        _normal(now.growth, last.growth, p.growth_error)
        + _normal(jnp.log(now.trade), trade, p.trade_error)
        + _normal(
            jnp.log1p(now.arrivals), jnp.log1p(last.arrivals) + p.arrivals_level, p.arrivals_error
        )
    )
    year, more = _estimates(year, now, p)
    return _count(year, world), logs + more


def _count(year: Year, world: World) -> Year:
    """Add the month up; after a December close the year, of however many months it had."""
    e = world.economy
    year = year._replace(
        months=year.months + 1,
        output=year.output + e.output,
        trade=year.trade + e.trade[0],
        arrivals=year.arrivals + world.observation.arrivals,
    )
    whole, mean = 12.0 / year.months, year.output / year.months
    before = jnp.where(year.before > 0, year.before, mean)
    closed = begin(e.output.shape[0])._replace(
        before=mean,
        last=Last(
            growth=100 * (mean / before - 1),
            trade=year.trade * whole,
            arrivals=year.arrivals * whole,
            warheads=world.arsenal.warheads,
        ),
        residual=year.residual,
        estimated=year.estimated,
    )
    ends = world.month[0] % 12 == 11
    return tree.map(lambda new, old: jnp.where(ends, new, old), closed, year)


def _estimates(year: Year, now: Measured, p: Measurement) -> tuple[Year, PerFuture]:
    """Each source's residual follows its last one, and is stationary before the first."""
    told = ~jnp.isnan(now.warheads)
    estimate = jnp.log1p(jnp.where(told, now.warheads, 1.0))[:, None]
    residual = estimate - jnp.log1p(year.last.warheads)[None] - p.warhead_bias
    leans = jnp.where(year.estimated[:, None], p.warhead_memory, 0.0)
    scale = p.warhead_error * jnp.sqrt(1 - leans**2)
    z = (residual - leans * year.residual) / scale
    logs = jnp.where(told[:, None], -0.5 * z * z - jnp.log(scale) - _HALF_LOG_2PI, 0.0)
    kept = year._replace(
        residual=jnp.where(told[:, None], residual, year.residual),
        estimated=year.estimated | told,
    )
    return kept, jnp.sum(logs, axis=0)


_HALF_LOG_2PI = 0.9189385332046727


def _normal(value: Array, mean: PerFuture, scale: Real) -> PerFuture:
    """Log-density of a measurement, nil where there is none."""
    told = ~jnp.isnan(value)
    z = (jnp.where(told, value, mean) - mean) / scale
    return jnp.where(told, -0.5 * z * z - jnp.log(scale) - _HALF_LOG_2PI, 0.0)
