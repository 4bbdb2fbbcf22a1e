"""One future as a chronicle: its months at hand, the names that people know, and what counts as a turn.

Actors choose anew each month and waver: a line counts as taken where it is then held for most of half a year.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from jax import tree

from detente.engine.month import Month
from detente.scenarios.schema import Scenario

HOLD, MOST = 6, 5
"""A new line is taken where it stands in so many (`MOST`) of the next months (`HOLD`)."""

GAP = 2
"""Months without talks that do not end a round of them."""


class Event(NamedTuple):
    """Something that happened in a month, counted from 0. `tag` is `hidden` for what nobody but the reader knows."""

    month: int
    text: str
    tag: str = ""


class Chronicle:
    """The months of one future, arrays with a leading axis of months, and the names of those who act."""

    def __init__(self, months: Month, head: Scenario):
        """Take a future."""
        host: Any = tree.map(np.asarray, months)
        self.world, self.actions, self.seen = host.world, host.actions, host.seen
        self.head = head
        roles = head.roles
        self.us, self.them = roles.guarantor.name, roles.challenger.name
        self.allies = [role.name for role in roles.allies]
        self.patrons = [role.name for role in roles.patrons]
        self.partner = roles.partner.name
        self.count = len(host.log_prob)


def begins(flags: np.ndarray) -> list[int]:
    """Months in which a state begins, the first included where it holds there."""
    before = np.concatenate([[False], flags[:-1]])
    return np.flatnonzero(flags & ~before).tolist()


def changes(series: np.ndarray) -> list[int]:
    """Months in which something differs from the month before."""
    return (1 + np.flatnonzero(series[1:] != series[:-1])).tolist()


def turns(series: np.ndarray) -> list[tuple[int, int]]:
    """Lines that are taken and held, with the months from which they are: the first from month 0."""
    series = np.asarray(series).astype(int)
    values, counts = np.unique(series[:HOLD], return_counts=True)
    line = int(values[np.argmax(counts)])
    found = [(0, line)]
    for month in range(1, len(series)):
        here = int(series[month])
        ahead = series[month : month + HOLD]
        if here != line and len(ahead) == HOLD and np.count_nonzero(ahead == here) >= MOST:
            line = here
            found.append((month, line))
    return found


def levels(series: np.ndarray, borders: Sequence[float], slack: float) -> list[tuple[int, int]]:
    """Which of the bands between borders a number is in, and from when; it leaves one by more than the slack."""
    band = int(np.searchsorted(borders, series[0]))
    found = [(0, band)]
    for month, value in enumerate(series):
        here = int(np.searchsorted(borders, value))
        edge = borders[min(band, here)] if here != band else 0.0
        if here != band and abs(value - edge) > slack:
            band = here
            found.append((month, band))
    return found


def spells(flags: np.ndarray, gap: int = GAP) -> list[tuple[int, int]]:
    """First and last months of a state, short interruptions overlooked."""
    found: list[tuple[int, int]] = []
    for month in np.flatnonzero(flags).tolist():
        if found and month - found[-1][1] <= gap + 1:
            found[-1] = found[-1][0], month
        else:
            found.append((month, month))
    return found


def told(
    series: np.ndarray, say: Callable[[int, int], str], *, first: bool = False
) -> Iterator[Event]:
    """Tell the turns of a line; how it stood at first only where asked. `say` takes the month and the new line."""
    for month, line in turns(series):
        if (month or first) and (text := say(month, line)):
            yield Event(month, text)


def joined(parts: Sequence[str]) -> str:
    """Parts as in a sentence."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def people(number: float) -> str:
    """How many people, to two digits where they are many."""
    if number < 100:
        return f"{number:.0f}"
    if number < 1e6:
        digits = 1 - int(np.floor(np.log10(number)))
        return f"{round(number, digits):,.0f}"
    return f"{number / 1e6:.1f} m"


def entry(records: Any, *place: int) -> Any:
    """One entry of every array in a tree of records."""
    return tree.map(lambda x: x[place], records)
