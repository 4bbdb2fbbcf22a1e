"""Posteriors as of every month, in one pass: sequential Monte Carlo over the data, rejuvenated as months arrive.

Particles are draws of the scores. A month's probability reweighs them; when too few of them count, or a date is
reached whose posterior is wanted, they are resampled, and moved in ways that leave the posterior as of that month as it
is. A month that surprises all of them is told in parts.

Reference: Chopin (2002) on data tempering; Douc, Cappé and Moulines (2005) on systematic resampling. Limits: a finite
number of moves leaves particles dependent, and, of a few hundred in sixty dimensions, somewhat too close together: by a
tenth of the variance against a posterior in closed form. `Moves` reports how far they went.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from detente.inference.density import Posterior as Target
from detente.inference.likelihood import BLOCK
from detente.inference.moving import Reference, move, steered

ENOUGH = 0.2
"""Share of particles that must count for weights to be left as they are."""

LEAST = 0.1
"""Share of particles that must count after a month; one that would leave fewer is told in parts."""

FEW, MANY = 12, 32
"""Moves after resampling: on the way, and at a date whose posterior is wanted."""

LATE = 32
"""Moves whose points tell the spread of the reference: those of one are so few, for so many numbers, that the law would
be too narrow in some direction, and particles with it."""


class Posterior(NamedTuple):
    """Equally weighted draws of the scores as of a month, the log-evidence of history to it, and how they moved."""

    scores: Float[np.ndarray, "draw dial"]
    upto: int
    evidence: float
    moves: "Moves"


class Moves(NamedTuple):
    """The moves before a date: how many, their acceptance, and the share of independence that they reached."""

    number: int
    acceptance: float
    distance: float


class Standing(NamedTuple):
    """All that a pass needs to go on after a date as if it had not stopped there.

    `late` are the points of the last moves, `luck` the state of the generator.
    """

    scores: Float[np.ndarray, "draw dial"]
    upto: int
    evidence: float
    late: Float[np.ndarray, "move draw dial"]
    angle: float
    luck: dict[str, Any]


class Sampler:
    """Moves particles of one history's posterior."""

    def __init__(self, target: Target, particles: int, seed: int):
        """Set up.

        Args:
            target: the posterior, as of any month.
            particles: draws that are kept.
            seed: of draws and moves.
        """
        self.target, self.particles = target, particles
        self.rng = np.random.default_rng(seed)
        self.angle = 0.9
        self.late: deque[np.ndarray] = deque(maxlen=LATE)

    def standing(self, found: Posterior) -> Standing:
        """Where the pass stands after a date, of the posterior that it gave last."""
        luck = dict(self.rng.bit_generator.state)
        return Standing(
            found.scores, found.upto, found.evidence, np.stack(self.late), self.angle, luck
        )

    def posteriors(
        self,
        dates: Sequence[int],
        *,
        since: Standing | None = None,
        told: Callable[[int, float], None] = lambda *_: None,
    ) -> Iterator[Posterior]:
        """Pass through history.

        Args:
            dates: numbers of months after which a posterior is wanted, in order.
            since: where a pass to the same dates stood that is to go on; else it starts from the prior.
            told: hears of each month and of the share of particles that count, for progress.
        """
        if since:
            scores, upto, evidence = since.scores, since.upto, since.evidence
            self.late.extend(since.late)
            self.angle, self.rng.bit_generator.state = since.angle, since.luck
        else:
            scores = self.rng.standard_normal((self.particles, self.target.size))
            upto, evidence = 0, 0.0
            self.late.append(scores)
        weights, report = np.zeros(self.particles), Moves(0, 1.0, 0.0)
        months = np.empty((self.particles, 0))
        for month in range(upto + 1, dates[-1] + 1):
            told_share = 0.0
            while told_share < 1.0:
                if month > months.shape[1]:
                    ahead = min(-(-month // BLOCK) * BLOCK, dates[-1])
                    months = self.target.months(scores, ahead)
                now = months[:, month - 1]
                more = _bearable(weights, now, 1.0 - told_share)
                before = _log_mean(weights)
                weights = weights + more * now
                evidence += _log_mean(weights) - before
                told_share = 1.0 if more == 1.0 - told_share else told_share + more
                wanted = told_share == 1.0 and month in dates
                if told_share < 1.0 or wanted or _share(weights) < ENOUGH:
                    scores, report = self._rejuvenated(
                        scores, weights, month, told_share, often=MANY if wanted else FEW
                    )
                    weights, months = np.zeros(self.particles), np.empty((self.particles, 0))
            told(month, _share(weights))
            if month in dates:
                yield Posterior(scores, month, evidence, report)

    def _rejuvenated(
        self, scores: np.ndarray, weights: np.ndarray, upto: int, share: float, *, often: int
    ) -> tuple[np.ndarray, Moves]:
        """Resample by weight, and move so often; the reference's spread is that of all points of late."""
        chances = np.exp(weights - weights.max())
        chances /= chances.sum()
        density = partial(self.target, upto=upto, share=share)
        points = started = scores[_systematic(chances, self.rng)]
        values, centre = density(points), chances @ scores
        accepted = []
        for _ in range(often):
            reference = Reference.of(np.concatenate(self.late))._replace(centre=centre)
            moved = move(density, points, values, reference, self.angle, self.rng)
            points, values = moved.points, moved.values
            self.late.append(points)
            centre = points.mean(axis=0)
            self.angle = steered(self.angle, moved.acceptance)
            accepted.append(moved.acceptance)
        gone = float(np.mean((points - started) ** 2 / np.var(points, axis=0))) / 2
        return points, Moves(often, float(np.mean(accepted)), gone)


def _bearable(weights: np.ndarray, now: np.ndarray, most: float) -> float:
    """The share of a month, up to `most`, after which enough particles still count, or the least that is taken."""
    if _share(weights + most * now) >= LEAST:
        return most
    low, high = 0.0, most
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if _share(weights + middle * now) >= LEAST else (low, middle)
    return max(low, 0.01)


def _log_mean(weights: np.ndarray) -> float:
    """Logarithm of the mean of what logarithms are given of."""
    return float(np.logaddexp.reduce(weights) - np.log(len(weights)))


def _share(weights: np.ndarray) -> float:
    """Share of particles that count: effective number over number."""
    chances = np.exp(weights - weights.max())
    return float(chances.sum() ** 2 / np.sum(chances**2) / len(chances))


def _systematic(chances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ancestors by one uniform, evenly spread."""
    points = (np.arange(len(chances)) + rng.random()) / len(chances)
    return np.minimum(np.searchsorted(np.cumsum(chances), points), len(chances) - 1)
