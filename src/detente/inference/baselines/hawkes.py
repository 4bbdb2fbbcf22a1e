"""One event brings on others: a Hawkes process in months.

    mean_t = ground + branching · Σ_{k≥1} (1 − memory) · memory^(k−1) · count_{t−k}

with an exponential kernel, and counts negative binomial about the mean: `branching` is how many further events one
brings on in all, below one; `memory` how much of its pull is left a month later. Ground, branching, memory and size are
fitted by maximum likelihood. A binary target has the mean for its chance.

References: Hawkes (1971), Spectra of some self-exciting and mutually exciting point processes, Biometrika 58; Ferland,
Latour and Oraichi (2006), Integer-valued GARCH process, Journal of Time Series Analysis 27, of which this is order
(1, 1); Browning, Sulem, Mengersen, Rivoirard and Rousseau (2021), Simple discrete-time self-exciting models can
describe complex dynamic processes, PLoS ONE 16. Limits: events excite and never calm; the ground is constant; where
branching is near zero memory is not identified; no error of the fitted numbers in the spread.
"""

from typing import NamedTuple

import numpy as np

from detente.inference.baselines.chance import LOG_SIZE, draw, log_mass, most_likely, smoothed
from detente.inference.baselines.past import Past

HIGHEST = 0.98
"""Up to what branching and memory are looked for."""


class Hawkes(NamedTuple):
    """A fitted process.

    `ground` in events a month; `branching` and `memory` in 0..1; `size` of the negative binomial; `pull` the sum, in
    events a month, that the past has after the origin.
    """

    ground: float
    branching: float
    memory: float
    size: float
    pull: float


def fit(past: Past) -> Hawkes:
    """Fit the four numbers on the past."""

    def loss(at: np.ndarray) -> float:
        means = past.within(np.exp(at[0]) + at[1] * smoothed(past, 1 - at[2])[:-1])
        return -float(log_mass(past, means, np.exp(at[3])).sum())

    usual = max(float(past.observed.mean()), past.unseen)
    ends = np.log(past.within(np.array([0.0, np.inf])))
    starts = [(np.log(0.7 * usual), 0.3, memory, 0.0) for memory in (0.2, 0.7, 0.95)]
    bounds = [(float(ends[0]), float(ends[1])), (0.0, HIGHEST), (0.0, HIGHEST), LOG_SIZE]
    log_ground, branching, memory, log_size = (float(x) for x in most_likely(loss, starts, bounds))
    pull = float(smoothed(past, 1 - memory)[-1])
    return Hawkes(float(np.exp(log_ground)), branching, memory, float(np.exp(log_size)), pull)


def sample(past: Past, months: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Draw paths from a process fitted on the past: counts [sample, month]."""
    ground, branching, memory, size, start = fit(past)
    pull, paths = np.full(samples, start), np.empty((samples, months))
    for month in range(months):
        paths[:, month] = draw(past, past.within(ground + branching * pull), size, rng)
        pull = memory * pull + (1 - memory) * paths[:, month]
    return paths
