"""Draws for many futures at once, where they come from, and the buffers that all parts share."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.special import ndtri

from benchmarks.subset.luck import NORMAL, NORMALS, UNIFORM, UNIFORMS, block, pick

Array = np.ndarray

F = np.float32
"""Single precision, as in Détente."""

Worlds = Mapping[str, SimpleNamespace]
"""The numbers of the futures' worlds by section: [axis, future] or [future]."""

Luck = Callable[[int], tuple[Array, Array]]
"""From a month to its uniforms and its standard normal numbers: [draw, future], in the order of `UNIFORM`, `NORMAL`."""

MOST = 40
"""Counts end here."""


def counted_luck(shared: Mapping[str, Any], world: Array, replicate: Array) -> Luck:
    """Détente's own luck, by counter."""
    layout = shared["layout"]

    def draw(month: int) -> tuple[Array, Array]:
        uniforms = block(layout, shared["key"], world, replicate, month)
        u, z = np.stack(pick(layout, uniforms, UNIFORM)), np.stack(pick(layout, uniforms, NORMAL))
        return u.astype(F), ndtri(z).astype(F)

    return draw


def own_luck(seed: int, futures: int) -> Luck:
    """NumPy's own fastest generator, into buffers that are filled again each month."""
    source = np.random.Generator(np.random.SFC64(seed))
    u, z = np.empty((UNIFORMS, futures), F), np.empty((NORMALS, futures), F)

    def draw(month: int) -> tuple[Array, Array]:
        del month
        source.random(dtype=F, out=u)
        source.standard_normal(dtype=F, out=z)
        return u, z

    return draw


class Room:
    """Buffers for what is needed for a moment."""

    def __init__(self, futures: int):
        """Make room for so many futures."""
        self.a, self.b, self.c, self.d = np.empty((4, futures), F)
        self.pair, self.pair2, self.pair3 = np.empty((3, 2, futures), F)
        self.five, self.five2 = np.empty((2, 5, futures), F)
        self.weights = np.empty((3, 2, futures), F)


def chance_of(p: Array) -> Array:
    """A probability, kept away from 0 and 1 as the model keeps it."""
    return np.clip(p, F(1e-7), F(1 - 1e-7))


def happens(u: Array, odds: Array, out: Array) -> None:
    """Yes in the upper tail of u; uses up the odds."""
    np.exp(odds, out=odds)
    odds += F(1)
    odds *= u
    np.greater(odds, 1, out=out)


def three(u: Array, weights: Array, out: Array) -> None:
    """Which of three choices, as 0, 1 or 2; uses up the weights: [choice, ..., future]."""
    first, second, third = weights
    second += first
    third += second
    third *= u
    np.less(first, third, out=out)
    out += second < third


def habitual(u: Array, index: Array, pull: Array, now: Array, weights: Array, out: Array) -> None:
    """Which of three levels, at 0, ½ and 1, by an index and what pulls away from where things stand: uses up both.

    Args:
        u: uniforms.
        index: what speaks for a higher level.
        pull: log-weight of being one away from now; negative.
        now: where things stand.
        weights: room for three weights.
        out: for 0, 1 or 2.
    """
    first, second, third = weights
    np.multiply(pull, now, out=first)
    np.subtract(F(1), now, out=third)
    third *= pull
    third += index
    np.subtract(now, F(0.5), out=second)
    np.abs(second, out=second)
    second *= pull
    index *= F(0.5)
    second += index
    np.exp(weights, out=weights)
    three(u, weights, out)


def counts(u: Array, mean: Array, k: Array) -> Array:
    """Negative binomial counts by their quantile: those not reached yet are gathered as they grow fewer.

    With log(1 + x), which NumPy has in vector form, and not log1p, which it has not: the exponent's error is the same.
    """
    mass = mean / k
    mass += F(1)
    np.log(mass, out=mass)
    mass *= -k
    np.exp(mass, out=mass)
    shape, every = u.shape, np.zeros(u.size, F)
    at = np.flatnonzero(mass < u)
    k, mean, u, mass = (x.ravel().take(at) for x in (np.broadcast_to(k, shape), mean, u, mass))
    n, below, ratio = np.ones(at.size, F), mass.copy(), mean / (k + mean)
    first, factor = k * ratio, np.empty_like(k)
    for i in range(MOST - 1):
        np.multiply(ratio, F(i), out=factor)
        factor += first
        mass *= factor
        mass *= F(1 / (i + 1))
        below += mass
        on = below < u
        n += on
        left = np.count_nonzero(on)
        if not left:
            break
        if left < 0.5 * at.size:
            every[at] = n
            gone_on = np.flatnonzero(on)
            at, factor = at.take(gone_on), factor[:left]
            n, first, ratio, u, mass, below = (
                x.take(gone_on) for x in (n, first, ratio, u, mass, below)
            )
    every[at] = n
    return every.reshape(shape)
