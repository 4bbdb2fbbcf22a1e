"""How much better a model scored than a reference, and how far chance might have made it so.

On forecasts that both made: for CRPS and Brier score, skill = 1 − mean loss / mean loss of the reference, 1 at best, 0
for no better; for the log score, mean loss of the reference less the model's, in nats a forecast. Over all targets the
mean losses are averaged first, each target counting alike, since the ratio says little where a target was nearly always
right; CRPS is in the target's counts, so it is taken in units of the reference's mean over all windows.

Intervals by a moving-block bootstrap over origins: origins are drawn again in blocks of neighbours, going on at the
beginning when the end is reached, the same for every target and for both models, so that what is alike within an origin
and in neighbouring ones stays together. A block spans the window at least, and n^(1/3) origins of n.

References: Künsch (1989), Annals of Statistics 17, on moving blocks; Politis and Romano (1992), in LePage and Billard
(eds.), Exploring the Limits of Bootstrap, on going round; Wilks (2011), Statistical Methods in the Atmospheric
Sciences, on skill. Limits: with some twenty origins intervals come out too narrow; a reference that was never wrong in
a draw gives no skill there, and such draws are left out.
"""

import numpy as np
import pandas as pd

from detente.inference.reliability import LEVEL

METRICS = ("log_score", "crps", "brier")
"""Columns of losses."""

ALL = "all"
"""The name under which the mean over targets stands."""

DRAWS = 2000
"""Bootstrap draws."""

_KEY = ["origin", "target", "first", "last"]


def skill(model: pd.DataFrame, reference: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Compare two tables of scores on the forecasts that both hold.

    Args:
        model: what `scores.score` gives of one model.
        reference: the same of another.
        seed: of the bootstrap.

    Returns:
        A row a window, target (and `ALL`) and metric: columns target, first, last, metric, skill, low, high (interval
        at `LEVEL`), loss and reference_loss (the means that it compares), n (origins), block (origins in a block),
        block_months.

    Raises:
        ValueError: if they have no forecast in common.
    """
    both = model[[*_KEY, *METRICS]].merge(reference[[*_KEY, *METRICS]], on=_KEY)
    if both.empty:
        raise ValueError(
            "skill compares forecasts of the same origin, target and window; the two tables share none: "
            "score both on the same origins"
        )
    usual = both.groupby("target").crps_y.mean()
    both = both.assign(scale=both.target.map(usual.where(usual > 0)))
    parts = [_window(part, seed) for _, part in both.groupby(["first", "last"], sort=False)]
    return pd.concat(parts, ignore_index=True)


def _window(both: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Skill over one window, by target and over all."""
    first, last = (int(both[end].iloc[0]) for end in ("first", "last"))
    targets = list(dict.fromkeys(both.loc[:, "target"]))
    origins = pd.PeriodIndex(sorted(set(both.loc[:, "origin"])), freq="M")
    block, months = _block(origins, last - first + 1)
    again = _blocks(len(origins), block, seed)
    scale = both.groupby("target").scale.first()[targets].to_numpy(float)
    rows = []
    for metric in METRICS:
        losses = np.stack([_losses(both, f"{metric}_{side}", targets) for side in "xy"])
        units = scale if metric == "crps" else np.ones(len(targets))
        mine, theirs, found = _skills(metric, losses, units)
        *_, drawn = _skills(metric, losses[:, again], units)
        low, high = _ends(drawn)
        n = np.append(np.sum(~np.isnan(losses[0]), axis=0), len(origins))
        rows.append(
            pd.DataFrame(
                {"target": [*targets, ALL], "first": first, "last": last, "metric": metric}
                | {"skill": found, "low": low, "high": high}
                | {"loss": mine, "reference_loss": theirs}
                | {"n": n, "block": block, "block_months": months}
            )
        )
    return pd.concat(rows, ignore_index=True)


def _losses(both: pd.DataFrame, column: str, targets: list[str]) -> np.ndarray:
    """Losses [origin, target], oldest origin first; NaN where there is no forecast."""
    table = both.pivot(index="origin", columns="target", values=column)
    return table[targets].sort_index().to_numpy(float)


def _skills(
    metric: str, losses: np.ndarray, units: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean losses of both and skill, by target and last over all: [..., target + 1].

    Args:
        metric: which loss.
        losses: of model and reference: [2, ..., origin, target]; NaN is no forecast.
        units: in which losses are averaged over targets: [target]; NaN leaves a target out.
    """
    each = _mean(losses, -2)
    whole = _mean(each / units, -1)[..., None]
    mine, theirs = np.concatenate([each, whole], axis=-1)
    ratio = mine / np.where(theirs > 0, theirs, np.nan)
    return mine, theirs, theirs - mine if metric == "log_score" else 1 - ratio


def _mean(values: np.ndarray, axis: int) -> np.ndarray:
    """Mean of what is no NaN; NaN where nothing is."""
    n = np.sum(~np.isnan(values), axis=axis)
    return np.where(n > 0, np.nansum(values, axis=axis) / np.maximum(n, 1), np.nan)


def _ends(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the interval of each column [draw, column], leaving out NaN."""
    ends = np.full((2, drawn.shape[1]), np.nan)
    for k, column in enumerate(drawn.T):
        kept = column[~np.isnan(column)]
        if len(kept):
            ends[:, k] = np.quantile(kept, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return ends[0], ends[1]


def _block(origins: pd.PeriodIndex, span: int) -> tuple[int, int]:
    """Length of a block that is no shorter than a window: in origins, and in months."""
    ordinals = np.asarray(origins.astype("int64"))
    step = int(np.median(np.diff(ordinals))) if len(ordinals) > 1 else span
    block = max(-(-span // step), round(len(ordinals) ** (1 / 3)), 1)
    block = min(block, len(ordinals))
    return block, block * step


def _blocks(n: int, block: int, seed: int) -> np.ndarray:
    """Indexes of n origins, drawn again in blocks: [draw, origin]."""
    starts = np.random.default_rng(seed).integers(n, size=(DRAWS, -(-n // block), 1))
    return ((starts + np.arange(block)) % n).reshape(DRAWS, -1)[:, :n]
