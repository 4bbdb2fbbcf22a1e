"""What a forecast by samples was worth, once the outcome is known.

A forecast is many paths of counts by month after an origin. What is scored is the total over a window of months ahead,
such as the first, or the first twelve; a single month is a window too. All scores are losses: less is better.

*Log score*, in nats: −log of the chance that was given to what happened. n samples give no chance to a count that none
of them shows, and little is known of one that few do, so the chance is smoothed: a sample x above nine is spread evenly
over x ± ⌊x/10⌋, and one sample more, the `spare` one, over all counts as 1 / ((y + 1)(y + 2)):

    chance(y) = (Σ_i spread(y; x_i) + 1 / ((y + 1)(y + 2))) / (n + 1).

That is a law, its chances sum to one, so the score is proper for it and always finite. Its bias against the law that
the samples come from: about (1 − p) / (2 n p) nats too high for a count of chance p; at most log((n + 1)(y + 1)(y + 2))
for one beyond all samples (8 nats for y = 1 and n = 500). It shrinks as n grows, so forecasts that are compared need
the same n, and n is at least `FEWEST`. Spreading costs at most .03 nats where a law is as wide as a Poisson's and its
mean is up to a hundred, and more for one that is narrower: log 7 for a certain thirty.

*CRPS*, in counts: how far the samples lie from what happened, less half of how far they lie from each other; for a
single value its distance. By probability-weighted moments, which is unbiased for the law that the samples come from.
*Brier score*: (chance − happened)² of the event that the total is one or more; sampling adds chance (1 − chance) / n.

References: Good (1952), Rational decisions, JRSS B 14; Gneiting and Raftery (2007), Strictly proper scoring rules, JASA
102; Czado, Gneiting and Held (2009), Predictive model assessment for count data, Biometrics 65; Zamo and Naveau (2018),
Estimation of the CRPS with limited information, Mathematical Geosciences 50; Brier (1950), Monthly Weather Review 78.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

import numpy as np
import pandas as pd
import scoringrules

from detente.inference.months import ahead, by_month

FEWEST = 500
"""Samples that a forecast needs to be scored."""

FINE = 10
"""A sample is spread over a tenth of itself to both sides."""

LEVELS = (0.5, 0.8, 0.9)
"""Central intervals of which it is kept whether they held what happened."""


class Window(NamedTuple):
    """Months ahead of an origin, from `first` to `last`; the month after the origin is 1."""

    first: int
    last: int


WINDOWS = (Window(1, 1), Window(1, 3), Window(1, 6), Window(1, 12))
"""The first month, three, six and twelve."""


def score(
    samples: pd.DataFrame, actuals: pd.DataFrame, windows: Sequence[Window] = WINDOWS
) -> pd.DataFrame:
    """Score forecasts against what happened, a row an origin, target and window.

    A window with a month that is not known, or not yet, is left out.

    Args:
        samples: columns origin, target, month (YYYY-MM both), sample, value; for each origin and target every sample
            has every month from the first after the origin on, and all have the same number of samples.
        actuals: a row a month and a column a target, NaN where missing.
        windows: over which months totals are taken.

    Returns:
        Columns origin, target, first, last (the window), actual (the total), mean (of the samples), log_score, crps,
        brier; chance and event (of a total of one or more: how likely it was said to be, and whether it came); below
        and at_most (the samples' share under the total, and up to it); inside_50, inside_80, inside_90 (whether the
        central interval held it).

    Raises:
        ValueError: if samples are too few, incomplete, no counts, or of something that `actuals` doesn't have.
    """
    known = by_month(actuals)
    rows, drawn = [], []
    for origin, target, paths in _paths(samples):
        if target not in known:
            raise ValueError(f"a target is one of {', '.join(known)}; received {target!r}")
        outcome = known.loc[:, target].reindex(ahead(origin, paths.shape[1])).to_numpy(float)
        for window in windows:
            if window.last > len(outcome):
                raise ValueError(
                    f"a window lies within the months that were forecast; {origin} has {len(outcome)} months of "
                    f"{target} and the window ends with {window.last}: forecast further"
                )
            months = slice(window.first - 1, window.last)
            total = outcome[months].sum()
            if not np.isnan(total):
                rows.append((origin, target, *window, total))
                drawn.append(paths[:, months].sum(axis=1))
    table = pd.DataFrame(rows, columns=["origin", "target", "first", "last", "actual"])
    draws = np.stack(drawn) if drawn else np.empty((0, FEWEST))
    return table.assign(**_scores(draws, table.actual.to_numpy(float)))


def log_score(draws: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """Log score in nats, smoothed as above.

    Args:
        draws: counts, [..., sample].
        actual: what happened, [...].
    """
    width = np.floor(draws / FINE)
    far = np.abs(draws - actual[..., None])
    hits = np.where(far <= width, 1 / (2 * width + 1), 0.0).sum(axis=-1)
    spare = 1 / ((actual + 1) * (actual + 2))
    return -np.log((hits + spare) / (draws.shape[-1] + 1))


def crps(draws: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """CRPS in counts. `draws`: [..., sample]; `actual`: [...]."""
    ordered = np.sort(draws, axis=-1)
    found = scoringrules.crps_ensemble(
        actual, ordered, estimator="pwm", sorted_ensemble=True, backend="numpy"
    )
    return np.asarray(found)


def _scores(draws: np.ndarray, actual: np.ndarray) -> dict[str, np.ndarray]:
    """What `score` gives of totals: [row, sample] and [row]."""
    chance, event = (draws >= 1).mean(axis=1), actual >= 1
    found = {
        "mean": draws.mean(axis=1),
        "log_score": log_score(draws, actual),
        "crps": crps(draws, actual),
        "brier": (chance - event) ** 2,
        "chance": chance,
        "event": event,
        "below": (draws < actual[:, None]).mean(axis=1),
        "at_most": (draws <= actual[:, None]).mean(axis=1),
    }
    for level in LEVELS:
        ends = [(1 - level) / 2, (1 + level) / 2]
        low, high = np.quantile(draws, ends, axis=1, method="inverted_cdf")
        found[f"inside_{level * 100:.0f}"] = (low <= actual) & (actual <= high)
    return found


def _paths(samples: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray]]:
    """Origin, target and counts [sample, month], of months from the first after the origin on."""
    sizes = set()
    for keys, part in samples.groupby(["origin", "target"], sort=False):
        origin, target = cast(tuple[str, str], keys)
        due = ahead(origin, part.loc[:, "month"].nunique()).astype(str)
        column = due.get_indexer(part.loc[:, "month"])
        row, ids = pd.factorize(part.loc[:, "sample"], sort=True)
        n, cells = len(ids), np.arange(len(ids) * len(due))
        if not np.array_equal(np.sort(row * len(due) + column), cells) or np.any(column < 0):
            raise ValueError(
                f"every sample has every month from the first after the origin on, once; {target} as of {origin} "
                f"has {len(part)} rows for {n} samples and {len(due)} months: complete them"
            )
        sizes.add(n)
        if n < FEWEST or len(sizes) > 1:
            raise ValueError(
                f"a forecast has at least {FEWEST} samples, and all have as many; received "
                f"{', '.join(map(str, sorted(sizes)))}: draw more"
            )
        values = part.loc[:, "value"].to_numpy(float)
        if not np.all((values >= 0) & (values == np.round(values))):
            raise ValueError(
                f"samples are counts: 0, 1, 2, …; {target} as of {origin} has others: round what is drawn"
            )
        paths = np.empty((n, len(due)))
        paths[row, column] = values
        yield origin, target, paths
