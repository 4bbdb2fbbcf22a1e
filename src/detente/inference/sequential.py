"""Posteriors as of every month, in one pass: sequential Monte Carlo over the data, rejuvenated as months arrive.

Particles are draws of the scores. A month's probability reweighs them; when too few of them count, or a date is
reached whose posterior is wanted, they are resampled, and moved in ways that leave the posterior as of that month as it
is until they have forgotten where they came from.

Reference: Chopin (2002) on data tempering; Douc, Cappé and Moulines (2005) on systematic resampling; Buchholz, Chopin
and Jacob (2021) on how long to move. Limits: a finite number of moves leaves particles dependent; `Moves` reports how
far they went.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from detente.inference.density import Posterior as Target
from detente.inference.likelihood import BLOCK, Likelihood
from detente.inference.moving import Reference, move, steered

ENOUGH = 0.5
"""Share of particles that must count for weights to be left as they are."""

FAR, MOST = 0.8, 40
"""Mean square of the way from where particles started, as a share of what independence gives, after which they are
left alone; and moves after which they are in any case."""


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


class Sampler:
    """Moves particles of one likelihood; one compiled program for every date."""

    def __init__(self, likelihood: Likelihood, particles: int, seed: int):
        """Set up.

        Args:
            likelihood: of the numbers asked about.
            particles: draws that are kept.
            seed: of draws and moves.
        """
        self.target = Target(likelihood)
        self.particles = particles
        self.rng = np.random.default_rng(seed)
        self.angle = 0.9

    def posteriors(
        self, dates: Sequence[int], *, told: Callable[[int, float], None] = lambda *_: None
    ) -> Iterator[Posterior]:
        """Pass through history.

        Args:
            dates: numbers of months after which a posterior is wanted, in order.
            told: hears of each month and of the share of particles that count, for progress.
        """
        scores = self.rng.standard_normal((self.particles, self.target.size))
        weights, evidence = np.zeros(self.particles), 0.0
        months = np.empty((self.particles, 0))
        for month in range(1, dates[-1] + 1):
            if month > months.shape[1]:
                ahead = min(-(-month // BLOCK) * BLOCK, dates[-1])
                months = self.target.months(scores, ahead)
            before = _log_mean(weights)
            weights = weights + months[:, month - 1]
            evidence += _log_mean(weights) - before
            share = _share(weights)
            told(month, share)
            if share < ENOUGH or month in dates:
                scores, report = self._rejuvenated(scores, weights, month)
                weights, months = np.zeros(self.particles), np.empty((self.particles, 0))
                if month in dates:
                    yield Posterior(scores, month, evidence, report)

    def _rejuvenated(
        self, scores: np.ndarray, weights: np.ndarray, upto: int
    ) -> tuple[np.ndarray, Moves]:
        """Resample by weight, and move."""
        chances = np.exp(weights - weights.max())
        chances /= chances.sum()
        reference = Reference.of(scores, chances)
        points = started = scores[_systematic(chances, self.rng)]
        values = self.target(points, upto)
        accepted, gone = [], 0.0
        while gone < FAR and len(accepted) < MOST:
            moved = move(self.target, points, values, upto, reference, self.angle, self.rng)
            points, values = moved.points, moved.values
            self.angle = steered(self.angle, moved.acceptance)
            accepted.append(moved.acceptance)
            gone = float(np.mean((points - started) ** 2 / np.var(points, axis=0))) / 2
            reference = Reference.of(points)
        return points, Moves(len(accepted), float(np.mean(accepted)), gone)


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
