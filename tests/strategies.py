"""States, moves and parameters made from what their records declare: units, bounds, labels.

One byte a number, so that a whole world is cheap to draw and a failure prints short: the lowest bytes give the
lower bound itself, the highest the upper, the rest lies between, wide ranges more densely below. Hypothesis draws
the bytes (`raw`); where a test wants many cases at once and no search, `luck_of` does.
"""

import zlib
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from detente.domain.actions import Actions
from detente.domain.axes import INTENT
from detente.domain.calendar import Calendar
from detente.domain.contracts import Frame, Regions
from detente.domain.private import Preferences
from detente.domain.quantity import Leaf, build, leaves
from detente.domain.world import World

EDGE = 24
WIDE = 100.0


class Case(NamedTuple):
    """All that a mechanism is given, and luck for what it leaves open."""

    world: World
    actions: Actions
    params: Any
    frame: Frame


def size(record: type) -> int:
    """How many numbers, and so bytes, a record takes."""
    return sum(int(np.prod(leaf.quantity.shape)) for leaf in leaves(record))


def is_belief(leaf: Leaf) -> bool:
    """Tell a probability vector over regions, which must sum to one, from other numbers."""
    axes, unit = leaf.quantity.axes, leaf.quantity.unit
    return axes == (INTENT,) and unit == "probability" and leaf.path[-1] == "intent"


def _values(leaf: Leaf, raw: np.ndarray) -> np.ndarray:
    low, high = leaf.quantity.low, leaf.quantity.high
    place = np.clip((raw.astype(np.float64) - EDGE) / (255 - 2 * EDGE), 0, 1)
    if leaf.dtype == bool:
        return raw >= 128
    if high - low > WIDE:
        place = place**4
    value = low + (high - low) * place
    if leaf.dtype == np.int32:
        return np.clip(np.round(value), low, high).astype(np.int32)
    if is_belief(leaf):
        value = value + 1e-3
        value = value / value.sum()
    return np.clip(value.astype(np.float32), np.float32(low), np.float32(high))


def fill(record: type, raw: np.ndarray) -> Any:
    """Make a record of bytes, one a number."""
    at, made = 0, []
    for leaf in leaves(record):
        count = int(np.prod(leaf.quantity.shape))
        part = raw[at : at + count].reshape(leaf.quantity.shape)
        made.append(np.asarray(_values(leaf, part)))
        at += count
    return build(record, iter(made))


def fill_regions(raw: np.ndarray) -> Regions:
    """Make regions of preferences: weights that sum to one, ranges with low below high."""
    weight = raw[: INTENT.size].astype(np.float64) + 1
    spans = raw[INTENT.size :].reshape(2, INTENT.size, len(Preferences._fields))
    low, high = [], []
    for i, leaf in enumerate(leaves(Preferences)):
        ends = np.stack([_values(leaf, spans[0, :, i]), _values(leaf, spans[1, :, i])])
        low.append(ends.min(0))
        high.append(ends.max(0))
    share = (weight / weight.sum()).astype(np.float32)
    return Regions(share, Preferences(*low), Preferences(*high))


REGIONS = INTENT.size * (1 + 2 * len(Preferences._fields))
"""Bytes that regions take."""


def fill_luck(raw: np.ndarray) -> np.ndarray:
    """Make uniforms as the engine makes them, its smallest and largest included."""
    steps = np.clip((raw.astype(np.float64) - EDGE) / (255 - 2 * EDGE), 0, 1)
    return ((np.round(steps * (2**23 - 1)) + 0.5) * 2.0**-23).astype(np.float32)


def case_size(params: type, luck: int) -> int:
    """Bytes that a case and its luck take."""
    return sum(size(record) for record in (World, Actions, params, Calendar)) + REGIONS + luck + 1


def fill_case(params: type, luck: int, raw: bytes) -> tuple[Case, np.ndarray]:
    """Make all that a mechanism is given, and as many uniforms as it needs."""
    rest = np.frombuffer(raw, np.uint8)
    if rest[-1] % 2:  # every other case has every number on one of its bounds
        rest = np.where(rest >= 128, 255, 0).astype(np.uint8)

    def take(count: int) -> np.ndarray:
        nonlocal rest
        part, rest = rest[:count], rest[count:]
        return part

    made = (fill(record, take(size(record))) for record in (World, Actions, params, Calendar))
    world, actions, chosen, calendar = made
    frame = Frame(calendar, fill_regions(take(REGIONS)))
    return Case(world, actions, chosen, frame), fill_luck(take(luck))


def raw(count: int) -> st.SearchStrategy[bytes]:
    """Bytes to make something of."""
    return st.binary(min_size=count, max_size=count)


def luck_of(name: str, count: int) -> bytes:
    """Bytes that depend on a name alone, where many cases are wanted and no search."""
    return np.random.default_rng(zlib.crc32(name.encode())).bytes(count)
