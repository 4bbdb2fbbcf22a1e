"""What a published pattern says, what the model makes of it, and whether the two agree."""

from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from tests.published.korea import REPLICATES, Run

BAND = 0.90
"""Predictive range that a fact has to lie in, a series or what happened once."""

NEVER = 10_000
"""Months until what does not happen before the horizon."""


class Finding(NamedTuple):
    """One line of the page: what is published, what the model gives, and whether that will do."""

    published: str
    model: str
    holds: bool


class Checks(dict[str, FunctionType]):
    """Checks by name, in the order in which they are written: from `Korea` to a `Finding`."""

    def __call__(self, check: FunctionType) -> FunctionType:
        """Enter a check under its own name: a decorator."""
        self[check.__name__] = check
        return check


def spread(values: np.ndarray, fact: float, form: str = ".2f") -> Finding:
    """Hold a fact against the predictive range of futures."""
    low, middle, high = (float(q) for q in np.quantile(values, _ends(BAND)))
    text = f"{middle:{form}} ({low:{form}} to {high:{form}})"
    return Finding(f"{fact:{form}}", text, low <= fact <= high)


def waited(happens: np.ndarray, fact: int) -> Finding:
    """Hold months until something against those in futures. `happens`: [month, future], from the next month on."""
    months = np.where(happens.any(0), happens.argmax(0) + 1, NEVER)
    sooner, later = float(np.mean(months <= fact)), float(np.mean(months >= fact))
    low, middle, high = (_month(q) for q in np.quantile(months, _ends(BAND), method="lower"))
    rare = (1 - BAND) / 2
    return Finding(
        f"after {fact} months",
        f"{middle} ({low} to {high}); {sooner:.0%} by then",
        min(sooner, later) >= rare,
    )


def _ends(level: float) -> tuple[float, float, float]:
    return (1 - level) / 2, 0.5, (1 + level) / 2


def _month(value: float) -> str:
    return "never" if value >= NEVER else f"{value:.0f}"


def by_world(values: np.ndarray, world: np.ndarray) -> tuple[float, float]:
    """Mean over futures, and its standard error clustered by world."""
    values, (_, world) = values - 0.0, np.unique(world, return_inverse=True)
    mean, worlds = float(values.mean()), int(world.max()) + 1
    sums = np.bincount(world, values - mean)
    return mean, float(np.sqrt(worlds / (worlds - 1) * np.sum(sums**2)) / len(values))


def worlds(run: Run, seed: int, futures: Any) -> Any:
    """Which world each chosen future belongs to, whatever the seed. `futures`: indexes."""
    return seed * len(run.outcomes.world) + futures // REPLICATES


def governed(run: Run, months: int | None = None) -> np.ndarray:
    """Futures without war or dissolution, up to a month: [future]."""
    m = run.months
    return ~((m.regime[:months] == 3) | (m.rung[:months] >= 4)).any(0)
