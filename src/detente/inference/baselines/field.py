"""All baselines, by name, and what each says at an origin."""

import zlib
from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from detente.inference.baselines import autoregression, hawkes, level, resampling
from detente.inference.baselines.past import Past, cut
from detente.inference.months import ahead

Baseline = Callable[[Past, int, int, np.random.Generator], np.ndarray]
"""A past, months ahead, samples, and what draws; gives counts [sample, month]."""

BASELINES: dict[str, Baseline] = {
    "climatology": resampling.climatology,
    "climatology-36": resampling.recent,
    "persistence": resampling.persistence,
    "level": level.sample,
    "hawkes": hawkes.sample,
    "autoregression": autoregression.sample,
}


def forecast(
    targets: pd.DataFrame,
    origin: str,
    months: int,
    *,
    samples: int = 1000,
    seed: int = 0,
    binary: Collection[str] = (),
    covariates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Draw from every baseline, for every target, what comes after an origin.

    Each baseline and target has luck of its own, so that leaving one out changes no other.

    Args:
        targets: a row a month, without gaps, and a column a target; rows after the origin are left aside.
        origin: the last month that is known, YYYY-MM.
        months: how many months ahead.
        samples: paths drawn of each.
        seed: of the luck.
        binary: targets that are 0 or 1.
        covariates: what the autoregression looks at beside the target's own past, a row a month.

    Returns:
        Columns baseline, origin, target, month (YYYY-MM), sample (from 0), value (float).

    Raises:
        ValueError: if a target's past is none that a baseline can use.
    """
    following = [str(month) for month in ahead(origin, months)]
    parts = []
    for target in targets:
        past = cut(targets, target, origin, binary=target in binary, covariates=covariates)
        for name, baseline in BASELINES.items():
            words = [zlib.crc32(text.encode()) for text in (origin, target, name)]
            drawn = baseline(past, months, samples, np.random.default_rng([seed, *words]))
            parts.append(
                pd.DataFrame(
                    {
                        "baseline": name,
                        "origin": origin,
                        "target": target,
                        "month": np.tile(following, samples),
                        "sample": np.repeat(np.arange(samples), months),
                        "value": drawn.ravel(),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)
