"""The numbers that history is asked about, on one scale: each a standard normal score of its own prior.

A score of nil is the prior's median, and the prior of all scores together is the standard normal law, whatever family a
number's own prior is of. Numbers that are not asked about stay at their medians here, and at their priors elsewhere.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr
from jaxtyping import Array, Float, Int

from detente.domain.contracts import Policy
from detente.domain.quantity import build, leaves
from detente.engine.deep import Priors, quantiles
from detente.inference.measurement import Measurement
from detente.scenarios.binding import Pack, named_rows, table_of

MEASUREMENT = Path(__file__).parent / "measurement.toml"


class Table(NamedTuple):
    """Every number behind a history: those of a situation, then those of the measurement model."""

    names: tuple[str, ...]
    priors: Priors
    measured: int

    @classmethod
    def of(cls, pack: Pack, policies: dict[str, Policy]) -> "Table":
        """Put the measurement model's table below a situation's."""
        names, priors = table_of(Measurement, MEASUREMENT)
        own = pack.situation.priors
        columns = (jnp.concatenate(pair) for pair in zip(own[:-1], priors[:-1], strict=True))
        named = (*named_rows(pack.head, policies), *(f"measurement.{name}" for name in names))
        return cls(named, Priors(*columns, mixing=own.mixing), len(names))

    def split(self, values: Float[Array, "number *batch"]) -> tuple[Array, Measurement]:
        """Rows of the situation, and the measurement model."""
        parts, at = [], values.shape[0] - self.measured
        own = values[:at]
        for leaf in leaves(Measurement):
            size = int(np.prod(leaf.quantity.shape))
            parts.append(values[at : at + size].reshape(leaf.quantity.shape + values.shape[1:]))
            at += size
        return own, build(Measurement, iter(parts))

    @property
    def medians(self) -> Float[Array, " number"]:
        """Every number at the median of its prior."""
        return quantiles(self.priors, jnp.full(len(self.names), 0.5))


class Dials(NamedTuple):
    """Which numbers are asked about: their places in the table."""

    places: Int[np.ndarray, " dial"]
    table: Table

    @classmethod
    def named(cls, names: Sequence[str], table: Table) -> "Dials":
        """Find numbers by name.

        Raises:
            ValueError: naming those that the table lacks, or that leave nothing to ask since they are points.
        """
        known = {name: place for place, name in enumerate(table.names)}
        uncertain = np.asarray(table.priors.family) > 0
        wrong = [name for name in names if name not in known or not uncertain[known[name]]]
        if wrong:
            raise ValueError(
                f"a number to calibrate is an uncertain one of the pack; received {', '.join(wrong)}"
            )
        return cls(np.asarray([known[name] for name in names]), table)

    @property
    def size(self) -> int:
        """How many numbers are asked about."""
        return len(self.places)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the numbers."""
        return tuple(self.table.names[place] for place in self.places)

    def own(self, scores: Float[Array, "dial *batch"]) -> Float[Array, "dial *batch"]:
        """The numbers in their own units."""
        shape = (-1,) + (1,) * (scores.ndim - 1)
        columns = (
            jnp.broadcast_to(column[self.places].reshape(shape), scores.shape)
            for column in self.table.priors[:-1]
        )
        return quantiles(Priors(*columns, mixing=None), ndtr(scores))  # type: ignore[arg-type]

    def values(self, scores: Float[Array, "dial *batch"]) -> Float[Array, "number *batch"]:
        """The whole table, numbers that are not asked about at their medians."""
        batch = scores.shape[1:]
        medians = self.table.medians.reshape((-1,) + (1,) * len(batch))
        whole = jnp.broadcast_to(medians, (medians.shape[0], *batch))
        return whole.at[self.places].set(self.own(scores))
