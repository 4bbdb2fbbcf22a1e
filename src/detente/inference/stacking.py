"""One forecast of several, weighted by how they have done.

Weights w maximise what the mixture would have scored, with p_ik the chance that model k gave to what happened:

    Σ_i log Σ_k w_k p_ik + Σ_k log(w_k) / K,

over w ≥ 0 that sum to one. The last term is worth one forecast in which all K did alike: without a past the weights are
equal, and no model is dropped for a few bad months. It is concave, so there is one answer. Weights as of an origin use
forecasts whose last month had passed by then.

References: Yao, Vehtari, Simpson and Gelman (2018), Using stacking to average Bayesian predictive distributions,
Bayesian Analysis 13; Hall and Mitchell (2007), Combining density forecasts, International Journal of Forecasting 23.
Limits: a mixture of calibrated forecasts is too wide; windows that overlap count as if they were separate.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from detente.inference.months import month

_KEY = ["origin", "target", "first", "last"]


def weights(scored: Mapping[str, pd.DataFrame], origin: str) -> pd.Series:
    """Weights of models as of an origin, from forecasts whose window had ended by then and which all models made.

    Args:
        scored: what `scores.score` gives, by model; of one target or window, where it is to have weights of its own.
        origin: the last month that is known, YYYY-MM.

    Returns:
        Weights by model, in 0..1, summing to one.
    """
    now = month(origin)
    ended = {
        name: table[_last_months(table) <= now].set_index(_KEY).log_score
        for name, table in scored.items()
    }
    losses = pd.concat(ended, axis=1, join="inner").to_numpy(float)
    return pd.Series(_best(losses), index=pd.Index(list(scored), name="model"), name="weight")


def mix(
    samples: Mapping[str, pd.DataFrame], weights: pd.Series, size: int, seed: int = 0
) -> pd.DataFrame:
    """Draw paths from the forecasts of several models as often as they weigh.

    A path is taken whole, with all its months and targets.

    Args:
        samples: forecasts at one origin by model, with columns target, month, sample, value and any others.
        weights: by model, as `weights` gives them.
        size: how many paths to draw.
        seed: of which paths are taken, and of what is left over when shares are rounded.

    Returns:
        The rows of the paths that were drawn, with samples counted anew from 0, in the columns of what was given.
    """
    rng = np.random.default_rng(seed)
    shares = weights.reindex(list(samples)).to_numpy(float)
    edges = np.concatenate([[0.0], np.cumsum(shares) / shares.sum()])
    counts = np.diff(np.floor(size * edges + rng.random())).astype(int)
    parts, start = [], 0
    for (_, table), count in zip(samples.items(), counts, strict=True):
        ids = table.loc[:, "sample"].unique()
        chosen = rng.permutation(np.resize(rng.permutation(ids), count))
        numbers = pd.DataFrame({"sample": chosen, "number": np.arange(start, start + count)})
        rows = table.merge(numbers, on="sample")
        parts.append(rows.assign(sample=rows.number)[table.columns])
        start += count
    return pd.concat(parts, ignore_index=True)


def _last_months(table: pd.DataFrame) -> np.ndarray:
    origins = pd.PeriodIndex(table.loc[:, "origin"], freq="M")
    return np.asarray(origins + table.loc[:, "last"].to_numpy(int))


def _best(losses: np.ndarray) -> np.ndarray:
    """The weights of least loss: log scores [forecast, model] to [model]."""
    models = losses.shape[1]
    chances = np.exp(losses.min(axis=1, keepdims=True, initial=np.inf) - losses)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        mixed = chances @ w
        slope = (chances / mixed[:, None]).sum(axis=0) + 1 / (models * w)
        return -float(np.log(mixed).sum() + np.log(w).sum() / models), -slope

    found = minimize(
        loss,
        np.full(models, 1 / models),
        jac=True,
        method="SLSQP",
        bounds=[(1e-6, 1.0)] * models,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
        options={"ftol": 1e-10, "maxiter": 500},
    )
    return found.x / found.x.sum()
