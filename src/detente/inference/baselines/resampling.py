"""The past drawn again: climatology, its last 36 months, and persistence.

Climatology says that what comes looks like some stretch of the past: a path is a run of consecutive months that starts
anywhere, going on at the beginning when the end is reached, so that months which came in clusters stay together.
Persistence says that what comes looks like the last twelve months: a path draws each month from them on its own, since
a run of twelve from twelve would always hold the same total. Missing months are left out of what is drawn from.

What the months drawn from lack is granted the chance of the unseen (`past.py`): one more than the most of them, or, for
a binary target that was always the same in them, the other value.

References: Politis and Romano (1992), A circular block-resampling procedure, in LePage and Billard (eds.), Exploring
the Limits of Bootstrap; Jolliffe and Stephenson (2012), Forecast Verification, on climatology and persistence.
Limits: no trend, no season, no covariate; the error of a short past is not in the spread.
"""

import numpy as np

from detente.inference.baselines.past import YEAR, Past

RECENT = 36
"""Months of the recent climatology."""


def climatology(
    past: Past, months: int, samples: int, rng: np.random.Generator, last: int = 0
) -> np.ndarray:
    """Draw stretches of the past.

    Args:
        past: what was seen.
        months: how many months ahead.
        samples: how many paths.
        rng: what draws.
        last: how many months of the past to draw from; all of them if zero.

    Returns:
        Counts [sample, month].
    """
    pool = past.observed[-last:]
    starts = rng.integers(len(pool), size=(samples, 1))
    return _unseen(past, pool, pool[(starts + np.arange(months)) % len(pool)], rng)


def recent(past: Past, months: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Draw stretches of the last 36 months: [sample, month]."""
    return climatology(past, months, samples, rng, RECENT)


def persistence(past: Past, months: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Draw each month from the last twelve: [sample, month]."""
    pool = past.observed[-YEAR:]
    return _unseen(past, pool, rng.choice(pool, (samples, months)), rng)


def _unseen(
    past: Past, pool: np.ndarray, drawn: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Put, as often as is granted, what the pool has not in place of what was drawn from it."""
    if past.binary and len(np.unique(pool)) == 2:
        return drawn
    other = 1 - pool[0] if past.binary else pool.max() + 1
    return np.where(rng.random(drawn.shape) < past.unseen, other, drawn)
