"""A regression on last month, last year and covariates, for counts.

    log mean_t = intercept + pull · (share · x_t + (1 − share) · z_t) + Σ_j weight_j · covariate_{t−1,j}

with x_t = log(`LITTLE` + count_{t−1}), z_t the same of the mean count of the twelve months before t, and counts
negative binomial about the mean; a binary target has a logit in place of the log. For counts `pull` is below one: above
it, paths run away. Covariates are taken less their mean over the past and in their standard deviations there, and their
weights have a normal prior about zero with standard deviation `SPREAD`, a ridge that keeps them in place where months
are few and covariates many. The most probable numbers are taken. Ahead, counts follow what each path draws, and so do
covariates: each goes back to its mean by its own autocorrelation a month, with the surprises of a past month drawn at
random, the same month for all of them.

References: Zeger and Qaqish (1988), Markov regression models for time series, Biometrics 44, on adding a little before
the log; Fokianos and Tjøstheim (2011), Log-linear Poisson autoregression, Journal of Multivariate Analysis 102; Hoerl
and Kennard (1970), Ridge regression, Technometrics 12; Cameron and Trivedi (2013), Regression Analysis of Count Data.
Limits: covariates don't follow the counts; one that is missing stands at its last known value, and before that at its
mean; no error of the fitted numbers in the spread.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import digamma, expit

from detente.inference.baselines.chance import LOG_SIZE, draw, log_mass
from detente.inference.baselines.past import YEAR, Past

SPREAD = 0.5
"""Standard deviation of a weight's prior: of the log mean, by a standard deviation of the covariate."""

PULL = 0.98
"""Up to what the pull of the past is looked for, in counts."""

BINARY_PULL = 5.0
"""The same for a binary target, which can't run away."""

LITTLE = 0.1
"""What is added to a count before its log is taken, so that none has one."""

FAR = 30.0
"""How far from zero a log mean or a logit may lie."""


class Autoregression(NamedTuple):
    """A fitted regression.

    The numbers of the equation, the size of the negative binomial, and what covariates do, in standard deviations:
    `last` [covariate] as they stand at the origin, `staying` [covariate] their autocorrelation a month in 0..1, and
    `surprises` [month, covariate] by which they then missed.
    """

    intercept: float
    pull: float
    share: float
    weights: np.ndarray
    size: float
    last: np.ndarray
    staying: np.ndarray
    surprises: np.ndarray


def fit(past: Past, spread: float = SPREAD) -> Autoregression:
    """Fit the most probable numbers on the past, from its second year on.

    Args:
        past: what was seen.
        spread: standard deviation of the weights' prior; the wider, the nearer to maximum likelihood.
    """
    standard = _standardised(past.covariates)
    covariates = standard[YEAR - 1 : -1]
    month, year = (part[YEAR - 1 : -1] for part in _lags(past.filled))
    later = past._replace(counts=past.counts[YEAR:])

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        (intercept, pull, share, log_size), weights = at[:4], at[4:]
        lag = share * month + (1 - share) * year
        mean = _mean(intercept + pull * lag + covariates @ weights, past.binary)
        size = np.exp(log_size)
        value = 0.5 * np.sum((weights / spread) ** 2) - log_mass(later, mean, size).sum()
        by_row, by_size = _slopes(later, mean, size)
        own = [by_row.sum(), by_row @ lag, by_row @ (pull * (month - year)), by_size]
        slopes = np.concatenate([own, by_row @ covariates - weights / spread**2])
        return float(value), -slopes

    start = np.zeros(4 + covariates.shape[1])
    start[:4] = np.log(max(float(later.observed.mean()), past.unseen)), 0.3, 0.5, 0.0
    own = [(-FAR, FAR), (0.0, BINARY_PULL if past.binary else PULL), (0.0, 1.0), LOG_SIZE]
    bounds = [*own, *[(None, None)] * covariates.shape[1]]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    intercept, pull, share, log_size = (float(x) for x in found[:4])
    staying = np.clip(np.mean(standard[1:] * standard[:-1], axis=0), 0.0, 1.0)
    surprises = standard[1:] - staying * standard[:-1]
    size = float(np.exp(log_size))
    return Autoregression(intercept, pull, share, found[4:], size, standard[-1], staying, surprises)


def sample(past: Past, months: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Draw paths from a regression fitted on the past: counts [sample, month]."""
    fitted = fit(past)
    before = np.tile(past.filled[-YEAR:], (samples, 1))
    covariates = np.tile(fitted.last, (samples, 1))
    paths = np.empty((samples, months))
    for month in range(months):
        last_month, last_year = np.log(LITTLE + before[:, -1]), np.log(LITTLE + before.mean(axis=1))
        lag = fitted.share * last_month + (1 - fitted.share) * last_year
        outside = fitted.intercept + covariates @ fitted.weights
        mean = past.within(_mean(outside + fitted.pull * lag, past.binary))
        paths[:, month] = draw(past, mean, fitted.size, rng)
        before = np.column_stack([before[:, 1:], paths[:, month]])
        drawn = fitted.surprises[rng.integers(len(fitted.surprises), size=samples)]
        covariates = fitted.staying * covariates + drawn
    return paths


def _mean(predictor: np.ndarray, binary: bool) -> np.ndarray:
    bounded = np.clip(predictor, -FAR, FAR)
    return expit(bounded) if binary else np.exp(bounded)


def _lags(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logs of each month's count and of the mean over the year that ends with it, a little added: both [month]."""
    year = np.convolve(counts, np.full(YEAR, 1 / YEAR))[: len(counts)]
    return np.log(LITTLE + counts), np.log(LITTLE + year)


def _standardised(covariates: np.ndarray) -> np.ndarray:
    """Covariates [month, covariate] less their mean, in standard deviations; zero where one never moved.

    Where missing they stand at the last known value, and before any is known at the mean.
    """
    known = pd.DataFrame(covariates).ffill()
    filled = known.fillna(known.mean()).fillna(0.0).to_numpy()
    spread = filled.std(axis=0)
    return (filled - filled.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)


def _slopes(later: Past, mean: np.ndarray, size: float) -> tuple[np.ndarray, float]:
    """Slopes of the log-likelihood by each month's predictor [month], zero where missing, and by log size."""
    over = np.where(later.seen, later.counts - mean, 0.0)
    if later.binary:
        return over, 0.0
    y, m = later.observed, mean[later.seen]
    each = digamma(y + size) - digamma(size) - np.log1p(m / size) - (y - m) / (size + m)
    return over * size / (size + mean), size * float(each.sum())
