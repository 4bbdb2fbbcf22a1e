"""How outcomes go month by month: what the fans are drawn from, and what the JSON holds.

Two fans stand apart. The *predictive* one mixes both levels: what differs between worlds, and chance. The one of *world
means* shows the first alone: each world's mean over its futures, month by month. With few futures a world, such means
still hold chance, so they are drawn together by what is left of their variance without it. With V the variance of
the world means, C the mean variance within worlds, r the mean number of futures in a world and m the mean of the means,

    corrected = m + √max(0, 1 − (C / r) / V) · (mean − m),

the variance component of one-way random effects (Searle, Casella and McCulloch 1992, Variance Components). There is
no fan of world means with one world, or with one future in each.
"""

from typing import NamedTuple

import numpy as np

from detente.app.report.findings import Findings, Policy
from detente.app.report.measures import Measure, scale
from detente.app.usecases import Results
from detente.decision.comparison import QUANTILES
from detente.domain.outcomes import OUTCOMES

EDGES = (0.01, 0.99)
"""What the dotted lines of a fan mark: the tail."""

WORLDS = (0.05, 0.50, 0.95)
"""Quantiles of the world means."""

FIRST = ("warheads", "verified_freeze_months", "food_insecure_person_months")
"""Outcomes whose course is shown first, and stands open."""


class Fan(NamedTuple):
    """The course of a number under one policy, in the unit in which it is shown.

    `bands` at `QUANTILES`, `edges` at `EDGES`, `extremes` least and most: [quantile, month]. `samples`: [place, month],
    the futures that stand at `QUANTILES` in the last month; equal ones in the order of futures. `worlds`: the world
    means at `WORLDS`, [quantile, month], or None.
    """

    bands: np.ndarray
    edges: np.ndarray
    extremes: np.ndarray
    samples: np.ndarray
    worlds: np.ndarray | None


class State(NamedTuple):
    """The share of futures in a state, month by month: [month], and of world shares at `WORLDS` or None."""

    share: np.ndarray
    worlds: np.ndarray | None


class Course(NamedTuple):
    """One outcome under every policy, in their order: fans of a number, or shares of a state."""

    measure: Measure
    fans: list[Fan]
    states: list[State]

    @property
    def label(self) -> str:
        """What is called by the month what is counted over all of them elsewhere."""
        said = self.measure.label.replace("Months of", "Futures in")
        return said.replace(" at its peak", "")

    @property
    def unit(self) -> str:
        """The unit of one month of what is summed over months."""
        return self.measure.told.replace("person-months", "persons")


def courses(results: Results, findings: Findings) -> list[Course]:
    """The course of every tracked outcome, those that stand open first; none where a policy has no future left."""
    tracked = {outcome.name for outcome in OUTCOMES if outcome.track}
    first = [findings.measure(name) for name in FIRST if name in tracked]
    rest = [m for m in findings.measures if m.name in tracked and m.name not in FIRST]
    if not all(policy.sound.any() for policy in findings.policies):
        return []
    return [_course(measure, results, findings.policies) for measure in (*first, *rest)]


def _course(measure: Measure, results: Results, policies: list[Policy]) -> Course:
    tracks = [results.paths[p.name][measure.name][:, p.sound] for p in policies]
    worlds = [p.futures.world[p.sound] for p in policies]
    pairs = zip(tracks, worlds, strict=True)
    if measure.unit == "month":
        return Course(measure, [], [state_of(track > 0.5, world) for track, world in pairs])
    unit = np.float32(scale(measure.name))
    return Course(measure, [fan_of(track / unit, world) for track, world in pairs], [])


def fan_of(paths: np.ndarray, world: np.ndarray) -> Fan:
    """Read the fan of many paths: [month, future], with the world of each future."""
    ordered, n = np.sort(paths, axis=1), paths.shape[1]
    inner = ordered[:, [_place(q, n) for q in QUANTILES]].T
    edges = ordered[:, [_place(q, n) for q in EDGES]].T
    last = np.argsort(paths[-1], kind="stable")
    samples = paths[:, last[[_place(q, n) for q in QUANTILES]]].T
    return Fan(inner, edges, ordered[:, [0, -1]].T, samples, world_means(paths, world))


def state_of(flags: np.ndarray, world: np.ndarray) -> State:
    """Read the share of futures in a state: flags [month, future], with the world of each future."""
    return State(np.mean(flags, axis=1), world_means(flags, world))


def _place(quantile: float, n: int) -> int:
    """Which of n values in order stands at a quantile: always one of them."""
    return min(max(int(np.ceil(quantile * n - 1e-9)) - 1, 0), n - 1)


def world_means(paths: np.ndarray, world: np.ndarray) -> np.ndarray | None:
    """World means at `WORLDS`, chance taken out of their variance: [quantile, month].

    Args:
        paths: [month, future], futures of a world side by side.
        world: the world of each future.
    """
    starts = np.flatnonzero(np.diff(world, prepend=-1))
    sizes = np.diff(np.append(starts, len(world)))
    worlds, futures = len(starts), len(world)
    if worlds < 2 or worlds == futures:
        return None
    values = paths.astype(np.float64)
    means = np.add.reduceat(values, starts, axis=1) / sizes
    apart = values - np.repeat(means, sizes, axis=1)
    chance = np.sum(apart**2, axis=1) / (futures - worlds) / (futures / worlds)
    variance = np.var(means, axis=1, ddof=1)
    kept = np.sqrt(np.maximum(0.0, 1 - chance / np.where(variance > 0, variance, 1.0)))
    middle = np.mean(means, axis=1, keepdims=True)
    corrected = np.sort(middle + kept[:, None] * (means - middle), axis=1)
    return corrected[:, [_place(q, worlds) for q in WORLDS]].T
