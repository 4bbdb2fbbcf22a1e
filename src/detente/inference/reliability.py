"""Whether forecasts mean what they say: uniformity, reliability, discrimination, coverage.

All of them look at a table that `scores.score` gives. They take its rows as independent; windows that overlap are not,
and then bands and intervals are too narrow: look at windows that don't, such as the first twelve months from yearly
origins.

*Uniformity*: where in the forecast's distribution the outcome fell, drawn evenly between the share below it and the
share up to it, since counts jump (the randomised PIT). If forecasts are right, these are uniform; the band holds their
whole distribution function with the stated chance.

References: Czado, Gneiting and Held (2009), Predictive model assessment for count data, Biometrics 65, on the
randomised PIT; Säilynoja, Bürkner and Vehtari (2022), Graphical test for discrete uniformity, Statistics and Computing
32, on the band; Wilson (1927), JASA 22, on intervals of a share; Mason and Graham (2002), Areas beneath the relative
operating characteristics (ROC) and relative operating levels (ROL) curves, QJRMS 128.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import binom, rankdata

LEVEL = 0.90
"""Coverage of every interval and band."""

EDGES = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
"""Where bins of forecast chances begin and end; narrow where chances are small."""

PLACES = np.arange(1, 20) / 20
"""Where the distribution of PIT values is looked at."""

TRIALS = 4000
"""Uniform samples of which a band is made."""


def pit(scored: pd.DataFrame, seed: int = 0) -> np.ndarray:
    """Randomised PIT values in 0..1 of the rows of a table of scores: [row]."""
    below, at_most = scored.loc[:, "below"], scored.loc[:, "at_most"]
    luck = np.random.default_rng(seed).random(len(scored))
    return (below + luck * (at_most - below)).to_numpy()


def uniformity(scored: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Hold the PIT values of each target and window against a uniform's, with a band that holds all places at once.

    Args:
        scored: a table of scores of one model.
        seed: of what is drawn between counts, and of the band.

    Returns:
        A row a target, window and place: columns target, first, last, n, place (0..1), share (of PIT values up to it),
        low, high (the band), inside.
    """
    table = scored.assign(pit=pit(scored, seed))
    parts = []
    for keys, part in table.groupby(["target", "first", "last"], sort=False):
        target, first, last = cast(tuple[str, int, int], keys)
        n = len(part)
        share = np.searchsorted(np.sort(part.pit), PLACES, side="right") / n
        low, high = (np.asarray(end) / n for end in band(n, seed))
        parts.append(
            pd.DataFrame(
                {"target": target, "first": first, "last": last, "n": n, "place": PLACES}
                | {"share": share, "low": low, "high": high}
                | {"inside": (low <= share) & (share <= high)}
            )
        )
    return pd.concat(parts, ignore_index=True)


@lru_cache(maxsize=64)
def band(n: int, seed: int = 0) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """How many of n uniform values lie up to each of `PLACES`: least and most, so that `LEVEL` of samples keep to it.

    A sample keeps to it where, at every place, the two-sided chance of its number is no less than a bound; the bound is
    the largest that enough of the simulated samples meet.
    """
    cells = np.full(len(PLACES) + 1, 1 / (len(PLACES) + 1))
    counts = np.cumsum(np.random.default_rng(seed).multinomial(n, cells, TRIALS), axis=1)[:, :-1]
    numbers = np.arange(n + 1)[:, None]
    tail = 2 * np.minimum(binom.cdf(numbers, n, PLACES), binom.sf(numbers - 1, n, PLACES))
    rarest = tail[counts, np.arange(len(PLACES))].min(axis=1)
    allowed = tail >= np.quantile(rarest, 1 - LEVEL, method="lower")
    most = n - np.argmax(allowed[::-1], axis=0)
    return tuple(np.argmax(allowed, axis=0).tolist()), tuple(most.tolist())


def reliability(scored: pd.DataFrame, edges: Sequence[float] = EDGES) -> pd.DataFrame:
    """Hold the chances that were said against how often the event came, bin by bin.

    Args:
        scored: a table of scores, or any with columns chance and event.
        edges: of the bins; each holds its lower edge, the last its upper as well.

    Returns:
        A row a bin, empty ones too: columns from, to, n, chance (the mean said), share (in which it came), low, high
        (the share's interval); NaN where the bin is empty.
    """
    chance, event = scored.loc[:, "chance"].to_numpy(), scored.loc[:, "event"].to_numpy(float)
    bins = np.clip(np.searchsorted(edges, chance, side="right") - 1, 0, len(edges) - 2)
    n = np.bincount(bins, minlength=len(edges) - 1)
    with np.errstate(invalid="ignore"):
        said = np.bincount(bins, chance, minlength=len(n)) / n
        share = np.bincount(bins, event, minlength=len(n)) / n
    ends = [wilson(s, k) for s, k in zip(share, n, strict=True)]
    frame = {"from": edges[:-1], "to": edges[1:], "n": n, "chance": said, "share": share}
    return pd.DataFrame(frame).assign(low=[low for low, _ in ends], high=[high for _, high in ends])


def discrimination(scored: pd.DataFrame) -> float:
    """How often of two windows, one with the event and one without, the former had the higher chance; ties by half.

    The area under the ROC curve: 1 is perfect, .5 is none; NaN where the event came always or never.

    Args:
        scored: a table of scores, or any with columns chance and event.
    """
    event = scored.loc[:, "event"].to_numpy(bool)
    came, stayed = int(event.sum()), int((~event).sum())
    if not came or not stayed:
        return np.nan
    ranks = rankdata(scored.loc[:, "chance"])
    return float((ranks[event].sum() - came * (came + 1) / 2) / (came * stayed))


def coverage(scored: pd.DataFrame) -> pd.DataFrame:
    """Hold central intervals against how often they held what happened.

    Counts are discrete, so that even a perfect forecast's intervals hold more than their name says; the PIT is the
    test of calibration.

    Args:
        scored: a table of scores.

    Returns:
        A row an interval: columns level (its name), n, share, low, high (the share's interval).
    """
    held = scored.filter(like="inside_").mean()
    n = len(scored)
    ends = [wilson(float(share), n) for share in held]
    levels = [int(str(name).removeprefix("inside_")) / 100 for name in held.index]
    frame = pd.DataFrame({"level": levels, "n": n, "share": held.to_numpy(float)})
    return frame.assign(low=[low for low, _ in ends], high=[high for _, high in ends])


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's interval at `LEVEL` of a share of n independent cases, which may be a fraction; NaN without cases."""
    if not n:
        return np.nan, np.nan
    z2 = float(ndtri((1 + LEVEL) / 2)) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = float(np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2)))) / (1 + z2 / n)
    low = max(0.0, centre - half) if share > 0 else 0.0
    return low, min(1.0, centre + half) if share < 1 else 1.0
