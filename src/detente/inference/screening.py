"""Which numbers history can speak to: a posterior mode of all of them, and what it would cost to leave one alone.

The mode is climbed to by steps of the outer product of slopes, one row a month. Around it, the log-likelihood is taken
as quadratic with that curvature, and numbers are chosen one after another: each time the one that, freed, brings the
others back least and history's probability up most, all that is not yet chosen staying at its prior's median. So what
is told apart by pairs only is chosen once, and what history merely confirms is left at its prior.

Reference: Berndt, Hall, Hall and Hausman (1974) on the outer product. Limits: one mode, one point, a quadratic far from
where it was taken.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from detente.inference.density import Posterior

DAMPED = (0.0, 0.3, 1.0, 3.0, 10.0)
"""Shares by which the curvature is raised, for shorter steps that turn to the slope."""

LENGTHS = (1.4, 1.0, 0.7, 0.5, 0.25, 0.1)
"""Lengths of step that are tried."""

LEAST = 1.0
"""Gain in log-density under which a search ends."""


class Mode(NamedTuple):
    """Scores that history and prior together favour most, as far as the search came: [dial].

    `slopes` are those of each month's log-probability there.
    """

    scores: Float[np.ndarray, " dial"]
    log_posterior: float
    slopes: Float[np.ndarray, "dial month"]

    @property
    def curvature(self) -> Float[np.ndarray, "dial dial"]:
        """About minus the second derivative of the log-density."""
        return self.slopes @ self.slopes.T + np.eye(len(self.scores))


def mode(
    posterior: Posterior,
    upto: int,
    start: Float[np.ndarray, " dial"],
    *,
    steps: int = 30,
    told: Callable[[int], None] = lambda _: None,
) -> Mode:
    """Climb to a mode of the posterior as of a month.

    Args:
        posterior: of the numbers asked about.
        upto: how many months are told.
        start: where from.
        steps: at most.
        told: hears of every step, for progress.
    """
    here = Mode(start, float(posterior(start[None], upto)[0]), posterior.slopes(start, upto))
    for step in range(steps):
        slope, curvature = here.slopes.sum(axis=1) - here.scores, here.curvature
        ways = (
            np.linalg.solve(curvature + damped * np.diag(np.diag(curvature)), slope)
            for damped in DAMPED
        )
        tried = np.stack([here.scores + length * way for way in ways for length in LENGTHS])
        values = posterior(tried, upto)
        best, gain = tried[values.argmax()], values.max() - here.log_posterior
        if gain > 0:
            here = Mode(best, float(values.max()), posterior.slopes(best, upto))
        told(step)
        if gain < LEAST:
            break
    return here


def chosen(mode: Mode, first: Sequence[int], number: int) -> list[tuple[int, float]]:
    """Numbers in the order in which freeing them raises history's probability most, and by how much each does.

    Args:
        mode: of all numbers.
        first: places of those that are chosen in any case.
        number: how many are wanted.
    """
    curvature = mode.curvature
    pull = curvature @ mode.scores  # slope at nil of the quadratic that has its top at the mode
    places, gains = list(first), [0.0] * len(first)
    while len(places) < number:
        block = curvature[np.ix_(places, places)]
        to = np.linalg.solve(block, np.column_stack([curvature[places], pull[places, None]]))
        left = pull - curvature[:, places] @ to[:, -1]
        free = np.diag(curvature) - np.sum(curvature[places] * to[:, :-1], axis=0)
        gain = 0.5 * left**2 / np.maximum(free, 1e-9)
        gain[places] = -np.inf
        places.append(int(gain.argmax()))
        gains.append(float(gain.max()))
    return list(zip(places, gains, strict=True))
