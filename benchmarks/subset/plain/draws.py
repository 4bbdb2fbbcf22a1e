"""Draws by their quantiles, and where they come from."""

import random
from collections.abc import Callable, Mapping, Sequence
from math import exp, log1p
from statistics import NormalDist
from typing import Any

from benchmarks.subset.luck import NORMAL, NORMALS, UNIFORM, UNIFORMS, block, pick

Draws = Sequence[float]

Luck = Callable[[int], tuple[Draws, Draws]]
"""From a month to its uniforms and its standard normal numbers, in the order of `UNIFORM` and of `NORMAL`."""


def counted_luck(shared: Mapping[str, Any], world: int, replicate: int) -> Luck:
    """Détente's own luck, by counter."""
    normal, layout = NormalDist().inv_cdf, shared["layout"]

    def draw(month: int) -> tuple[Draws, Draws]:
        uniforms = block(layout, shared["key"], world, replicate, month)
        return pick(layout, uniforms, UNIFORM), [normal(u) for u in pick(layout, uniforms, NORMAL)]

    return draw


def own_luck(seed: int) -> Luck:
    """Python's own generator, which is far faster here."""
    source = random.Random(seed)
    uniform, normal = source.random, source.gauss

    def draw(month: int) -> tuple[Draws, Draws]:
        del month
        return [uniform() for _ in range(UNIFORMS)], [normal() for _ in range(NORMALS)]

    return draw


def chance_of(p: float) -> float:
    """A probability, kept away from 0 and 1 as the model keeps it."""
    return min(max(p, 1e-7), 1 - 1e-7)


def happens(u: float, logit: float) -> bool:
    """Yes in the upper tail of u."""
    return u * (1 + exp(logit)) > 1


def choice(u: float, weights: Sequence[float]) -> int:
    """The first of three choices whose cumulative weight reaches u."""
    first, second, third = weights
    at = u * (first + second + third)
    return (first < at) + (first + second < at)


def habitual(u: float, index: float, habit: float, now: float) -> int:
    """Which of three levels, at 0, ½ and 1, by an index and the pull of where things stand."""
    first = exp(-habit * now)
    second = exp(0.5 * index - habit * abs(0.5 - now))
    return choice(u, (first, second, exp(index - habit * (1 - now))))


def count(u: float, mean: float, k: float) -> int:
    """A negative binomial count by its quantile."""
    ratio, mass = mean / (k + mean), exp(-k * log1p(mean / k))
    below, n = mass, 0
    while below < u and n < 40:
        mass *= ratio * ((n + k) / (n + 1))
        below += mass
        n += 1
    return n
