"""What a baseline is given: the months of one target up to an origin, and nothing later.

Three rules hold for every baseline. A missing month is no evidence; where a later month looks back on it, it stands at
the mean of the past. Nothing is held impossible for not having been seen: of n months seen, half of one more is
granted to it, so that a mean is never below 1 / (2 (n + 1)). And no path runs away: a mean is at most `CEILING` times
one more than the most that was seen.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from detente.inference.months import by_month, month

SHORTEST = 24
"""Months that must have been seen before a baseline says anything."""

YEAR = 12

CEILING = 5.0
"""Times one more than the most that was seen: the highest mean."""


class Past(NamedTuple):
    """One target's past.

    `counts` [month]: whole numbers, oldest first and the origin's last, nan where missing. `covariates`
    [month, covariate]: any unit, nan where missing. `binary`: whether the target is 0 or 1, a thing that happens in a
    month or doesn't.
    """

    counts: np.ndarray
    covariates: np.ndarray
    binary: bool

    @property
    def seen(self) -> np.ndarray:
        """Flags [month]: where the target is known."""
        return ~np.isnan(self.counts)

    @property
    def observed(self) -> np.ndarray:
        """The counts of the months in which they are known."""
        return self.counts[self.seen]

    @property
    def filled(self) -> np.ndarray:
        """Counts [month] to look back on: the mean of the past where missing."""
        return np.where(self.seen, self.counts, self.observed.mean())

    @property
    def unseen(self) -> float:
        """What is granted a month to what has not been seen: 1 / (2 (n + 1))."""
        return 0.5 / (len(self.observed) + 1)

    def within(self, mean: np.ndarray) -> np.ndarray:
        """Keep a month's mean, or a binary target's chance, off the impossible and from running away."""
        if self.binary:
            return np.clip(mean, self.unseen, 1 - self.unseen)
        return np.clip(mean, self.unseen, CEILING * (self.observed.max() + 1))


def cut(
    targets: pd.DataFrame,
    target: str,
    origin: str,
    *,
    binary: bool = False,
    covariates: pd.DataFrame | None = None,
) -> Past:
    """Take a target's past from a panel: from its first known month up to the origin's, and no further.

    Args:
        targets: a row a month, without gaps, and a column a target.
        target: which column.
        origin: the last month that is known, YYYY-MM.
        binary: whether the target is 0 or 1.
        covariates: a row a month and a column a covariate; any other months than those of the past are left aside.

    Raises:
        ValueError: if there is no such target or month, months are missing from the index, values are no counts, or
            fewer than `SHORTEST` months are known.
    """
    if target not in targets:
        raise ValueError(f"a target is one of {', '.join(targets)}; received {target!r}")
    known, end = by_month(targets).loc[:, target], month(origin)
    whole = pd.period_range(known.index[0], known.index[-1], freq="M")
    if end not in whole or not known.index.equals(whole):
        raise ValueError(
            f"a past is every month up to its origin, one row each; received {len(known)} rows from "
            f"{known.index[0]} to {known.index[-1]} for {origin}: reindex them, missing values may stay missing"
        )
    counts = known.loc[:end].to_numpy(float)
    seen = np.flatnonzero(~np.isnan(counts))
    if len(seen) < SHORTEST:
        raise ValueError(
            f"a baseline needs {SHORTEST} known months; {target} has {len(seen)} up to {origin}: "
            "take a later origin"
        )
    counts = counts[seen[0] :]
    _check(counts[~np.isnan(counts)], target, binary)
    months = pd.period_range(end=end, periods=len(counts), freq="M")
    return Past(counts, _aligned(covariates, months), binary)


def _aligned(covariates: pd.DataFrame | None, months: pd.PeriodIndex) -> np.ndarray:
    if covariates is None:
        return np.empty((len(months), 0))
    return by_month(covariates).reindex(months).to_numpy(float)


def _check(counts: np.ndarray, target: str, binary: bool) -> None:
    most = 1 if binary else np.inf
    wrong = counts[(counts < 0) | (counts > most) | (counts != np.round(counts))]
    if len(wrong):
        rule = "a binary target is 0 or 1" if binary else "a target is a count: 0, 1, 2, …"
        raise ValueError(f"{rule}; {target} has {wrong[0]:g}: mend the panel")
