"""How far a figure can be relied on, kept apart from how likely the thing is.

A likelihood is what the run finds. Confidence is about what the finding hangs on: how well the run knows it (interval),
how much of the spread comes from not knowing the world (share of variance), and how far it moves with the private type.
One word sums up the three by the rule below. None is ever *high*: no doctrine here has been followed in full, so
that its futures can't be held against a record.
"""

from typing import NamedTuple

import numpy as np

from detente.app.report.findings import Policy
from detente.decision.comparison import Interval, Number, Share, Summary

REACH = 0.5
"""Low where the types' means lie so many standard deviations of single futures apart, clear of each other."""

DEEP = 0.5
"""Low where so much of the variance of futures lies between worlds."""

WIDE = 0.5
"""Low where the interval is so many standard deviations of single futures wide."""


class End(NamedTuple):
    """A private type with its mean or share, and the interval of it."""

    label: str
    value: float
    interval: Interval | None


class Confidence(NamedTuple):
    """What one figure hangs on. `low` and `high` are the types at the ends; None where no two types are known."""

    word: str
    reasons: tuple[str, ...]
    between: float | None
    low: End | None
    high: End | None


def confidence(policy: Policy, outcome: str, types: dict[str, dict[str, Summary]]) -> Confidence:
    """Say how far one figure of one policy can be relied on.

    Args:
        policy: whose figure.
        outcome: which.
        types: summaries by private type and outcome, of this policy.
    """
    found = policy.summaries[outcome]
    assert isinstance(found, Share | Number)
    if not found.n or constant(found):
        same = ("the same in every future",) if found.n else ()
        return Confidence("–", same, None, None, None)
    known = [_end(k, s[outcome]) for k, s in types.items() if s[outcome].n]
    low = min(known, key=lambda e: e.value) if len(known) > 1 else None
    high = max(known, key=lambda e: e.value) if len(known) > 1 else None
    sd = found.sd if isinstance(found, Number) else float(np.sqrt(found.share * (1 - found.share)))
    reasons = []
    if found.interval is None:
        reasons.append("one world alone")
    elif found.interval.high - found.interval.low > WIDE * sd > 0:
        reasons.append("few worlds: the interval is wide")
    if low and high and _apart(low, high) and high.value - low.value > REACH * sd:
        reasons.append("it hangs on the private type")
    if found.between is not None and found.between > DEEP:
        reasons.append("most of the spread comes from not knowing the world")
    return Confidence("low" if reasons else "moderate", tuple(reasons), found.between, low, high)


def constant(found: Number | Share) -> bool:
    """Whether every future has the same value."""
    return found.sd == 0 if isinstance(found, Number) else found.share in (0, 1)


def _end(label: str, found: Summary) -> End:
    assert isinstance(found, Share | Number)
    return End(label, found.share if isinstance(found, Share) else found.mean, found.interval)


def _apart(low: End, high: End) -> bool:
    """Whether the intervals of two types are clear of each other."""
    return bool(low.interval and high.interval and low.interval.high < high.interval.low)
