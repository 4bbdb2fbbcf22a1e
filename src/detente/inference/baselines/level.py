"""A level that follows what happens: exponential smoothing, with counts about it.

    level_{t+1} = level_t + smoothing · (count_t − level_t)        count_t ~ negative binomial(level_t, size)

Smoothing and size are fitted by maximum likelihood. Ahead, the level follows what each path draws, so that paths part
as months go by while their mean stays.

References: Harvey and Fernandes (1989), Time series models for count or qualitative observations, Journal of Business
and Economic Statistics 7; Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing. Domain: a
year or so ahead; left alone for long, a path's level ends near zero. Limits: no return to a mean, no error of the
fitted numbers in the spread.
"""

from typing import NamedTuple

import numpy as np

from detente.inference.baselines.chance import LOG_SIZE, draw, log_mass, most_likely, smoothed
from detente.inference.baselines.past import Past

SMOOTHING = (0.005, 0.95)
"""Between what the smoothing is looked for."""


class Level(NamedTuple):
    """A fitted level: its smoothing a month, the size of counts about it, and where it stands after the origin."""

    smoothing: float
    size: float
    level: float


def fit(past: Past) -> Level:
    """Fit smoothing and size on the past."""

    def loss(at: np.ndarray) -> float:
        means = past.within(smoothed(past, at[0])[:-1])
        return -float(log_mass(past, means, np.exp(at[1])).sum())

    smoothing, log_size = most_likely(loss, [(0.05, 0.0), (0.4, 0.0)], [SMOOTHING, LOG_SIZE])
    return Level(float(smoothing), float(np.exp(log_size)), float(smoothed(past, smoothing)[-1]))


def sample(past: Past, months: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Draw paths from a level fitted on the past: counts [sample, month]."""
    smoothing, size, start = fit(past)
    level, paths = np.full(samples, start), np.empty((samples, months))
    for month in range(months):
        paths[:, month] = draw(past, past.within(level), size, rng)
        level = level + smoothing * (paths[:, month] - level)
    return paths
