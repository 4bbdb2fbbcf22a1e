"""What a policy's worst futures have in common, against the rest of its futures.

*Worst tenth*: the futures of one policy in which a measure of harm is highest, a tenth of them; futures that share the
border are all taken in, and where that makes more than `CROWDED` of all, there is no worst tenth to speak of.

Two sets of things are held against it. A *trait* is a number that is drawn once for each world: its mean over the
worst futures less its mean over the rest, in standard deviations over worlds. A *mark* is an event: its share among
the worst less its share among the rest. Both are differences of ratios over worlds. With p and q the two means, A and
B the two counts of futures, and for each world w the sums S_w, R_w and counts a_w, b_w among the worst and the rest,

    se² = W / (W − 1) · Σ_w ((S_w − p·a_w) / A − (R_w − q·b_w) / B)²,

by linearisation, worlds as clusters, over the W worlds. Few worlds may hold most of the worst futures, so Student's t
has the degrees of freedom of Kish's effective number of them, A² / Σ a_w², less one.

Many things are looked at, and the ones told are picked for being large: something counts as *clear* only where it
would be under Bonferroni's correction at `CHANCE` for all that was looked at.

References: Liang and Zeger (1986), Biometrika 73, on clustered errors; Binder (1983), International Statistical Review
51, on linearisation; Kish (1965), Survey Sampling; Dunn (1961), JASA 56, on the correction; Bryant and Lempert (2010),
Technological Forecasting and Social Change 77, on finding what bad futures share. Domain: some hundred worlds. Limits:
one thing at a time, so that two that act only together are missed, and one that merely goes along with another is
shown beside it; association within the model, not proof of cause.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from detente.decision.comparison import Interval, around

TENTH = 0.1
"""Share of futures that are counted among the worst."""

CROWDED = 0.2
"""Share of futures beyond which sharing the border leaves nothing to tell apart."""

CHANCE = 0.05
"""Chance that anything at all is called clear where nothing differs."""


class Tenth(NamedTuple):
    """The worst futures: flags [future], how many, of how many worlds, and the least harm among them."""

    flags: np.ndarray
    n: int
    worlds: int
    border: float


class Trait(NamedTuple):
    """A number drawn for each world: its means among the worst futures and the rest, and how far they lie apart.

    `shift` and its `interval` are in standard deviations over worlds. `worst` and `rest` have the number's unit.
    """

    name: str
    worst: float
    rest: float
    shift: float
    interval: Interval | None
    clear: bool


class Mark(NamedTuple):
    """An event: its shares among the worst futures and the rest, and the interval of their difference."""

    name: str
    worst: float
    rest: float
    interval: Interval | None
    clear: bool

    @property
    def ratio(self) -> float:
        """How many times as often it happens among the worst; infinite where it never happens in the rest."""
        return self.worst / self.rest if self.rest else np.inf


def worst_tenth(harm: np.ndarray, defined: np.ndarray, world: np.ndarray) -> Tenth | None:
    """Mark the futures in which harm is highest; None where nothing sets them apart.

    Args:
        harm: [future], higher is worse.
        defined: futures that count: [future].
        world: the world of each future.
    """
    count = int(np.count_nonzero(defined))
    if not count:
        return None
    ordered = np.sort(harm[defined])
    border = ordered[-max(1, int(np.ceil(TENTH * count - 1e-9)))]
    flags = defined & (harm >= border)
    n = int(np.count_nonzero(flags))
    if n > CROWDED * count:
        return None
    return Tenth(flags, n, len(np.unique(world[flags])), float(border))


def traits(
    tenth: Tenth,
    defined: np.ndarray,
    world: np.ndarray,
    names: Sequence[str],
    drawn: np.ndarray,
    most: int = 10,
) -> list[Trait]:
    """Hold every number that is drawn for each world against the worst futures; give those farthest apart.

    Args:
        tenth: the worst futures.
        defined: futures that count: [future].
        world: the world of each future, an index of what is drawn.
        names: names of the numbers.
        drawn: their values: [world, number].
        most: how many to give, the farthest apart first.
    """
    worlds = len(drawn)
    a = np.bincount(world[tenth.flags], minlength=worlds).astype(float)
    b = np.bincount(world[defined & ~tenth.flags], minlength=worlds).astype(float)
    seen = (a + b) > 0
    a, b, values = a[seen], b[seen], drawn[seen].astype(float)
    middle = np.mean(values, axis=0)
    values -= middle
    sd = np.std(values, axis=0)
    moving = sd > 1e-12 * np.abs(middle)
    p, q, se = _apart(values * a[:, None], values * b[:, None], a, b)
    shift = np.where(moving, (p - q) / np.where(moving, sd, 1.0), 0.0)
    worlds = _effective(a)
    limit = _limit(int(np.count_nonzero(moving)), worlds)
    found = []
    order: list[int] = np.argsort(-np.abs(shift), kind="stable").tolist()
    for k in order[:most]:
        if not moving[k]:
            break
        apart, error = float(shift[k]), None if se is None else float(se[k] / sd[k])
        found.append(
            Trait(
                name=names[k],
                worst=float(p[k] + middle[k]),
                rest=float(q[k] + middle[k]),
                shift=apart,
                interval=around(apart, error, worlds),
                clear=error is not None and abs(apart) > limit * error,
            )
        )
    return found


def marks(
    tenth: Tenth, defined: np.ndarray, world: np.ndarray, events: Mapping[str, np.ndarray]
) -> list[Mark]:
    """Hold every event against the worst futures; the largest difference of shares first.

    Args:
        tenth: the worst futures.
        defined: futures that count: [future].
        world: the world of each future, counted from 0.
        events: flags by name: [future].
    """
    rest = defined & ~tenth.flags
    worlds = int(np.max(world, initial=-1)) + 1

    def sums(flags: np.ndarray) -> np.ndarray:
        return np.bincount(world[flags], minlength=worlds).astype(float)

    happened = list(events.values())
    s = np.stack([sums(tenth.flags & event) for event in happened], axis=1)
    r = np.stack([sums(rest & event) for event in happened], axis=1)
    a, b = sums(tenth.flags), sums(rest)
    seen = (a + b) > 0
    p, q, se = _apart(s[seen], r[seen], a[seen], b[seen])
    clusters = _effective(a)
    limit = _limit(len(happened), clusters)
    found = []
    for k, name in enumerate(events):
        error = None if se is None else float(se[k])
        apart = float(p[k] - q[k])
        clear = error is not None and abs(apart) > limit * error and apart != 0
        interval = around(apart, error, clusters)
        found.append(Mark(name, float(p[k]), float(q[k]), interval, clear))
    return sorted(found, key=lambda mark: (-abs(mark.worst - mark.rest), mark.name))


def _apart(
    s: np.ndarray, r: np.ndarray, a: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Means among the worst and the rest, and the error of their difference. Sums: [world, thing]; counts: [world]."""
    p, q = np.sum(s, axis=0) / np.sum(a), np.sum(r, axis=0) / max(float(np.sum(b)), 1.0)
    worlds = len(a)
    if worlds < 2:
        return p, q, None
    pull = (s - p * a[:, None]) / np.sum(a) - (r - q * b[:, None]) / max(float(np.sum(b)), 1.0)
    return p, q, np.sqrt(worlds / (worlds - 1) * np.sum(pull**2, axis=0))


def _effective(counts: np.ndarray) -> int:
    """Worlds that would hold as much, each alike, as these with their counts: Kish's effective number, two at least."""
    return max(2, round(float(np.sum(counts)) ** 2 / max(float(np.sum(counts**2)), 1.0)))


def _limit(things: int, worlds: int) -> float:
    """Standard errors beyond which one of so many things is clear."""
    if worlds < 2 or not things:
        return np.inf
    return float(-stdtrit(worlds - 1, CHANCE / (2 * things)))
