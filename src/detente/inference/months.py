"""Months as text, YYYY-MM, and tables by month."""

import re

import pandas as pd

_FORM = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def month(text: str) -> pd.Period:
    """Read a month.

    Raises:
        ValueError: if it isn't written YYYY-MM.
    """
    if not _FORM.fullmatch(text):
        raise ValueError(f"a month is written YYYY-MM, such as 2025-01; received {text!r}")
    return pd.period_range(text, periods=1, freq="M")[0]


def ahead(origin: str, months: int) -> pd.PeriodIndex:
    """The months that follow an origin, which is the last month that is known.

    Raises:
        ValueError: if the origin isn't written YYYY-MM.
    """
    return pd.period_range(month(origin) + pd.offsets.MonthEnd(), periods=months, freq="M")


def span(first: str, last: str) -> pd.PeriodIndex:
    """The months from one to another, both included.

    Raises:
        ValueError: if one isn't written YYYY-MM, or the last comes before the first.
    """
    months = pd.period_range(month(first), month(last), freq="M")
    if not len(months):
        raise ValueError(
            f"a window ends no earlier than it begins; received {first} to {last}: swap them"
        )
    return months


def by_month(table: pd.DataFrame) -> pd.DataFrame:
    """A table with a row a month, indexed by period, whose index may be text."""
    return table.set_axis(pd.PeriodIndex(table.index, freq="M"))
