"""Posteriors as of every month, in one pass: sequential Monte Carlo over the data, rejuvenated as months arrive.

Particles are draws of the scores. A month's probability reweighs them; when too few of them count, or a date is
reached whose posterior is wanted, they are resampled and each is moved by Hamiltonian Monte Carlo that leaves the
posterior as of that month as it is, with a metric from the particles themselves.

Reference: Chopin (2002) on data tempering; Neal (2011) on Hamiltonian dynamics; Buchholz, Chopin and Jacob (2021) on
tuning the moves. Limits: a finite number of moves leaves particles dependent; `Moves` reports how far they went.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from blackjax.smc import resampling
from jaxtyping import Array, Float

from detente.engine.ahead import cores, together
from detente.inference.density import Posterior as Target
from detente.inference.likelihood import Likelihood
from detente.inference.moving import move, steered

ENOUGH = 0.5
"""Share of particles that must count for weights to be left as they are."""


class Posterior(NamedTuple):
    """Equally weighted draws of the scores as of a month, and how they came about.

    Arrays: [draw, dial] and [draw, month].
    """

    scores: Float[np.ndarray, "draw dial"]
    monthly: Float[np.ndarray, "draw month"]
    upto: int
    evidence: float
    moves: "Moves"


class Moves(NamedTuple):
    """How particles moved before a date: acceptance, step, and the distance in standard deviations, all on average."""

    number: int
    acceptance: float
    step: float
    distance: float


class Sampler:
    """Moves particles of one likelihood; one compiled program for every date."""

    def __init__(self, likelihood: Likelihood, particles: int, seed: int):
        """Set up.

        Args:
            likelihood: of the numbers asked about.
            particles: draws that are kept; shared out over the cores.
            seed: of draws and moves.
        """
        self.likelihood, self.particles = likelihood, particles
        self.target = Target(likelihood)
        self.rng = np.random.default_rng(seed)
        self.step = 0.2

    @cached_property
    def _monthly(self) -> Any:
        """Compiled before threads share it: the compiler does not take two of them at once."""
        some = jnp.zeros((self.likelihood.dials.size, self._share))
        return jax.jit(lambda scores: self.likelihood.monthly(scores)).lower(some).compile()

    @property
    def _share(self) -> int:
        """Particles of one core."""
        return self.particles // cores() if self.particles % cores() == 0 else self.particles

    def posteriors(
        self,
        dates: Sequence[int],
        *,
        moves: int = 2,
        told: Callable[[int, float], None] = lambda *_: None,
    ) -> Iterator[Posterior]:
        """Pass through history.

        Args:
            dates: numbers of months after which a posterior is wanted, in order.
            moves: Hamiltonian moves of every rejuvenation.
            told: hears of each month and of the share of particles that count, for progress.
        """
        dials = self.likelihood.dials.size
        scores = self.rng.standard_normal((self.particles, dials)).astype(np.float32)
        months, weights, evidence = self.monthly(scores), np.zeros(self.particles), 0.0
        report = Moves(0, 1.0, self.step, 0.0)
        for month in range(1, dates[-1] + 1):
            before = _log_mean(weights)
            weights = weights + months[:, month - 1]
            evidence += _log_mean(weights) - before
            share = _share(weights)
            told(month, share)
            if share < ENOUGH or month in dates:
                scores, months, report = self._rejuvenated(scores, weights, month, moves)
                weights = np.zeros(self.particles)
            if month in dates:
                yield Posterior(scores, months, month, evidence, report)

    def monthly(self, scores: Float[np.ndarray, "draw dial"]) -> Float[np.ndarray, "draw month"]:
        """Log-probability of each month under each draw."""
        run = self._monthly
        parts = together(lambda part: np.asarray(run(part.T)).T, self._parts(scores))
        return np.concatenate(parts).astype(np.float64)

    def _parts(self, scores: np.ndarray) -> list[np.ndarray]:
        """Equal shares of the particles, one a core."""
        return np.split(scores, self.particles // self._share)

    def _rejuvenated(
        self, scores: np.ndarray, weights: np.ndarray, upto: int, moves: int
    ) -> tuple[np.ndarray, np.ndarray, Moves]:
        """Resample by weight, and move."""
        chances = np.exp(weights - weights.max())
        chances /= chances.sum()
        metric = _metric(scores, chances)
        kept = resampling.systematic(self._key(), jnp.asarray(chances), self.particles)
        self.target.program(self._share)
        scores = started = scores[np.asarray(kept)]
        accepted = []
        for _ in range(moves):
            tasks = list(
                zip(self.rng.spawn(self.particles // self._share), self._parts(scores), strict=True)
            )
            how = upto, self.step, metric
            done = together(lambda task, how=how: move(self.target, task[1], *how, task[0]), tasks)
            scores = np.concatenate([part.points for part in done])
            accepted.append(float(np.mean(np.concatenate([part.chance for part in done]))))
            self.step = steered(self.step, accepted[-1])
        gone = np.sqrt(np.mean((scores - started) ** 2 / np.diag(metric)[None]))
        report = Moves(moves, float(np.mean(accepted)), self.step, float(gone))
        return scores, self.monthly(scores), report

    def _key(self) -> Array:
        return jax.random.key(int(self.rng.integers(2**31)))


def _metric(scores: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Covariance of the particles, shrunk toward its diagonal: few particles tell little of correlations."""
    centred = scores - chances @ scores
    covariance = (chances[:, None] * centred).T @ centred
    count = 1 / np.sum(chances**2)
    kept = count / (count + scores.shape[1])
    return kept * covariance + (1 - kept) * np.diag(np.diag(covariance))


def _log_mean(weights: np.ndarray) -> float:
    return float(np.logaddexp.reduce(weights) - np.log(len(weights)))


def _share(weights: np.ndarray) -> float:
    """Effective share of the particles."""
    w = np.exp(weights - weights.max())
    return float(w.sum() ** 2 / (w**2).sum() / len(w))
