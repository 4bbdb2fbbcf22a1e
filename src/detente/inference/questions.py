"""Questions with a date: what is asked, how likely samples make it, what came, and how often it came before.

A question is a target, how its months are taken together, a comparison and a number:

    nuclear_tests >= 1              the total over the window; the same as `nuclear_tests sum >= 1`
    missiles_launched max >= 10     the highest month
    launch_days any == 0            whether it holds in any single month

The window, a first and a last month, is not part of the text.
"""

import operator
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
import pandas as pd

from detente.inference.months import by_month, month, span
from detente.inference.reliability import wilson

COMPARISONS: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}

WAYS = ("sum", "max", "any")
"""How months are taken together."""

_FORM = re.compile(
    r"\s*(?P<target>\w+)(?:\s+(?P<way>\w+))?\s*(?P<sign>[<>=!]+)\s*(?P<number>\S+)\s*"
)

EXAMPLE = "nuclear_tests >= 1"


class Question(NamedTuple):
    """What is asked of a window: whether `target`, its months taken together by `way`, compares so with `number`."""

    target: str
    way: str
    sign: str
    number: float

    def __str__(self) -> str:
        way = "" if self.way == "sum" else f" {self.way}"
        return f"{self.target}{way} {self.sign} {self.number:g}"

    def holds(self, counts: np.ndarray) -> np.ndarray:
        """Whether it is true of each row: counts [row, month] to flags [row]."""
        compare = COMPARISONS[self.sign]
        if self.way == "any":
            return np.any(compare(counts, self.number), axis=1)
        together = counts.sum(axis=1) if self.way == "sum" else counts.max(axis=1)
        return compare(together, self.number)


class BaseRate(NamedTuple):
    """How often a question came true before.

    `share` of the `windows` of its length that history holds, a window beginning with every month; `low` and `high` are
    its interval, from the `apart` windows that don't overlap. All but the counts are NaN where there is no window.
    """

    share: float
    low: float
    high: float
    windows: int
    apart: int


def parse(text: str, targets: Iterable[str]) -> Question:
    """Read a question.

    Args:
        text: as above.
        targets: what can be asked about.

    Raises:
        ValueError: if it is no question, or about something else.
    """
    known = list(targets)
    found = _FORM.fullmatch(text)
    if not found:
        raise ValueError(
            f"a question is a target, a comparison and a number, such as {EXAMPLE!r}; received {text!r}"
        )
    target, way, sign, number = (
        found["target"],
        found["way"] or "sum",
        found["sign"],
        found["number"],
    )
    if target not in known:
        close = get_close_matches(target, known, n=1)
        hint = f": did you mean {close[0]}?" if close else ""
        raise ValueError(
            f"a question is about one of {', '.join(known)}; received {target!r}{hint}"
        )
    if way not in WAYS:
        raise ValueError(
            f"months are taken together by one of {', '.join(WAYS)}; received {way!r}: leave it out for the sum"
        )
    if sign not in COMPARISONS:
        raise ValueError(f"a comparison is one of {' '.join(COMPARISONS)}; received {sign!r}")
    try:
        value = float(number)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise ValueError(f"a question compares with a number, such as 1; received {number!r}")
    return Question(target, way, sign, value)


def probability(question: Question, samples: pd.DataFrame, first: str, last: str) -> float:
    """The share of samples in which a question comes true.

    Args:
        question: what is asked.
        samples: forecasts as of one origin: columns target, month, sample, value.
        first: the window's first month, YYYY-MM.
        last: its last month.

    Raises:
        ValueError: if the window runs backwards, or samples don't hold each of its months once.
    """
    months = [str(each) for each in span(first, last)]
    part = samples.loc[(samples.target == question.target) & samples.month.isin(months)]
    held = set(part.loc[:, "month"])
    missing = [each for each in months if each not in held]
    if missing:
        raise ValueError(
            f"a question needs samples of every month of its window; {question.target} has none of "
            f"{missing[0]}{' and others' if missing[1:] else ''}: forecast further, or ask of fewer months"
        )
    if part.duplicated(["sample", "month"]).any():
        raise ValueError(
            "a question is asked of one forecast; these samples hold a month more than once: choose one origin"
        )
    counts = part.pivot(index="sample", columns="month", values="value")
    return float(question.holds(counts.to_numpy(float)).mean())


def outcome(question: Question, actuals: pd.DataFrame, first: str, last: str) -> bool | None:
    """Whether a question came true; None where a month of its window is not known.

    Args:
        question: what is asked.
        actuals: a row a month and a column a target, NaN where missing.
        first: the window's first month, YYYY-MM.
        last: its last month.

    Raises:
        ValueError: if the window runs backwards.
    """
    counts = _counts(question, actuals).reindex(span(first, last)).to_numpy(float)
    return None if np.isnan(counts).any() else bool(question.holds(counts[None])[0])


def base_rate(question: Question, history: pd.DataFrame, origin: str, months: int) -> BaseRate:
    """How often a question came true in windows of so many months, up to an origin.

    Args:
        question: what is asked.
        history: a row a month, without gaps, and a column a target, NaN where missing; later rows are left aside.
        origin: the last month that is known, YYYY-MM.
        months: the window's length.
    """
    counts = _counts(question, history).loc[: month(origin)].to_numpy(float)
    if len(counts) < months:
        return BaseRate(np.nan, np.nan, np.nan, 0, 0)
    windows = np.lib.stride_tricks.sliding_window_view(counts, months)
    whole = windows[~np.isnan(windows).any(axis=1)]
    if not len(whole):
        return BaseRate(np.nan, np.nan, np.nan, 0, 0)
    share = float(question.holds(whole).mean())
    apart = max(int(np.sum(~np.isnan(counts))) // months, 1)
    return BaseRate(share, *wilson(share, apart), len(whole), apart)


def _counts(question: Question, table: pd.DataFrame) -> pd.Series:
    return by_month(table).loc[:, question.target]
