"""The posterior density of scores, of many points at once, as of any month.

Points are sets of one batch, which the engine takes through history side by side, batches shared out over the cores:
many cost little more than one. There is one compiled program, of months under one batch, which samplers, modes and
screening all call. Slopes are central differences of it: two hundred points at once cost less than one gradient by
reverse differentiation, compile in a tenth of the time, and see what unobserved choices do, whose steps a gradient
leaves out.
"""

from copy import copy
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from detente.engine.ahead import together
from detente.inference.likelihood import Likelihood
from detente.inference.observed import Record

BATCH = 128
"""Sets of scores that one call of the program takes through history, unless fewer are wanted."""

REACH = 0.15
"""How far to either side slopes are taken, in scores: wide beside the steps of unobserved choices."""


class Posterior:
    """The unnormalised posterior of scores under one likelihood."""

    def __init__(self, likelihood: Likelihood, *, batch: int = BATCH):
        """Take a likelihood, and the history that it is of.

        Args:
            likelihood: of a history.
            batch: sets of scores that one call of the program takes.
        """
        self.likelihood, self.record = likelihood, likelihood.history.record
        self.batch = batch

    def of(self, record: Record) -> "Posterior":
        """The posterior of another history of the same shape, by the same program."""
        _ = self._program  # compiled once, for both
        other = copy(self)
        other.record = record
        return other

    def by(self, batch: int) -> "Posterior":
        """The same, by a program that takes batches of another size."""
        other = type(self)(self.likelihood, batch=batch)
        other.record = self.record
        return other

    @property
    def size(self) -> int:
        """How many numbers are asked about."""
        return self.likelihood.dials.size

    def __call__(
        self, points: Float[np.ndarray, "point dial"], upto: int, share: float = 1.0
    ) -> Float[np.ndarray, " point"]:
        """Log-densities as of a month, but for a constant.

        Args:
            points: the scores.
            upto: how many months are told.
            share: of the last month's log-probability that counts.
        """
        months = self.months(points, upto)
        logs = log_prior(points) + months[:, :-1].sum(axis=1) + share * months[:, -1]
        return np.nan_to_num(logs, nan=-np.inf)

    def months(
        self, points: Float[np.ndarray, "point dial"], upto: int
    ) -> Float[np.ndarray, "point month"]:
        """Log-probability of each month up to one, given all before it."""
        short, program = -len(points) % self.batch, self._program
        batches = np.concatenate([points, np.zeros((short, self.size))]).astype(np.float32)
        parts = together(
            lambda part: np.asarray(program(part.T, self.record, np.int32(upto))).T[:, :upto],
            list(batches.reshape(-1, self.batch, self.size)),
        )
        return np.concatenate(parts)[: len(points)].astype(np.float64)

    def slopes(self, at: Float[np.ndarray, " dial"], upto: int) -> Float[np.ndarray, "dial month"]:
        """How each month's log-probability changes with each score."""
        step = REACH * np.eye(self.size)
        above, below = np.split(self.months(np.concatenate([at + step, at - step]), upto), 2)
        return np.nan_to_num((above - below) / (2 * REACH))

    @cached_property
    def _program(self) -> Any:
        """Compiled before threads share it: the compiler does not take two of them at once."""
        some = jnp.zeros((self.size, self.batch))
        return jax.jit(self.likelihood.monthly).lower(some, self.record, jnp.int32(1)).compile()


def log_prior(points: Float[np.ndarray, "*point dial"]) -> Float[np.ndarray, "*point"]:
    """Log-density of the prior, but for a constant: scores are standard normal."""
    return -0.5 * np.sum(points**2, axis=-1)
