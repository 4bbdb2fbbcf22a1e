"""What the tables hold, how far they are verified, and where publishers differ."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from detente.history.panel import ANNUAL
from detente.history.schema import Fault, faults
from detente.history.tables import FACTS, TABLES, read, rows, sources


class Holding(NamedTuple):
    """What a table holds: rows, those of them that nobody verified, and the first and last date in it."""

    table: str
    rows: int
    unverified: int
    first: str
    last: str


class Dispute(NamedTuple):
    """A figure of which several are published: where, the lowest, the highest, and whose they are."""

    table: str
    when: str
    low: float
    high: float
    between: str


def wrong(folder: Path = FACTS) -> list[Fault]:
    """Everything that is wrong in any table.

    Args:
        folder: where the tables lie.
    """
    return [
        fault
        for name, table in TABLES.items()
        for fault in faults(table, rows(name, folder), sources())
    ]


def holdings() -> list[Holding]:
    """What every table holds.

    Raises:
        InvalidFactsError: a ValueError, with everything that is wrong in the first table that is wrong.
    """
    found = []
    for name, table in TABLES.items():
        frame = read(name)
        dates = [str(text) for text in frame.loc[:, table.dated]] or [""]
        unread = int((frame.verified != "yes").sum())
        found.append(Holding(name, len(frame), unread, min(dates), max(dates)))
    return found


def disputes() -> Iterator[Dispute]:
    """Figures that are published in more than one version: a range within a row, or rows of several publishers."""
    for name, table in TABLES.items():
        frame = read(name)
        if "low" not in frame:
            continue
        value = frame.loc[:, "value" if "value" in frame else "count"]
        low, high = frame.low.fillna(value), frame.high.fillna(value)
        if name in ANNUAL:
            yield from _years(name, frame, low, high)
            continue
        for when, least, most in zip(frame.loc[:, table.dated], low, high, strict=True):
            if least < most:
                yield Dispute(name, when, least, most, "one row")


def _years(name: str, frame: pd.DataFrame, low: pd.Series, high: pd.Series) -> Iterator[Dispute]:
    """Years of which publishers, or what one published earlier and later, differ."""
    for year, same in frame.groupby("year"):
        least, most = float(low[same.index].min()), float(high[same.index].max())
        if least < most:
            yield Dispute(name, str(year), least, most, ", ".join(dict.fromkeys(same.publisher)))
