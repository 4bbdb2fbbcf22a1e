"""How a month's count varies about its mean, for every baseline with parameters, and how these are fitted.

Counts are negative binomial: mean m and variance m + m² / size, a Poisson's for a large size. Binary targets are
Bernoulli, with the mean for their chance; size is then of no account.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.signal import lfilter
from scipy.special import gammaln

from detente.inference.baselines.past import YEAR, Past

LOG_SIZE = (np.log(0.05), np.log(1000.0))
"""Between what a size is looked for; at the upper end the law is a Poisson's but for a thousandth of the mean."""


def log_mass(past: Past, mean: np.ndarray, size: float) -> np.ndarray:
    """Log chance of each month that was seen.

    Args:
        past: what was seen.
        mean: the mean of each month, within what `past` allows: [month].
        size: of the negative binomial.
    """
    y, m = past.observed, mean[past.seen]
    if past.binary:
        return np.where(y == 1, np.log(m), np.log1p(-m))
    ways = gammaln(y + size) - gammaln(size) - gammaln(y + 1)
    return ways - size * np.log1p(m / size) + y * (np.log(m) - np.log(size + m))


def draw(past: Past, mean: np.ndarray, size: float, rng: np.random.Generator) -> np.ndarray:
    """Draw a month's count for each of many paths. `mean`: [sample]."""
    if past.binary:
        return (rng.random(mean.shape) < mean).astype(float)
    return rng.negative_binomial(size, size / (size + mean)).astype(float)


def opening(past: Past) -> float:
    """Where a recursion over the past starts: the mean of its first year."""
    return float(past.observed[:YEAR].mean())


def smoothed(past: Past, weight: float) -> np.ndarray:
    """Exponentially weighted mean of what went before each month, and before the one after the origin: [month + 1]."""
    start = opening(past)
    after, _ = lfilter([weight], [1.0, weight - 1.0], past.filled, zi=[(1 - weight) * start])
    return np.append(start, after)


def most_likely(
    loss: Callable[[np.ndarray], float],
    starts: Sequence[Sequence[float]],
    bounds: Sequence[tuple[float, float]],
) -> np.ndarray:
    """Find the parameters of least loss, a log-likelihood's negative: the best of what several starts lead to."""
    low, high = np.transpose(bounds)
    found = [
        minimize(loss, np.clip(start, low, high), method="L-BFGS-B", bounds=bounds)
        for start in starts
    ]
    return min(found, key=lambda one: one.fun).x
