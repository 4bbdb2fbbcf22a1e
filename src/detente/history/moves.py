"""Coded moves: what each side did, month by month, by the model's instruments."""

import pandas as pd

from detente.history.panel import checked
from detente.history.tables import read

COLUMNS = ["month", "role", "instrument", "level"]


def moves(as_of: str | None = None, table: str = "moves") -> pd.DataFrame:
    """What each side did, as coded; a month of an instrument without a row is unknown.

    Args:
        as_of: a month, YYYY-MM; later months are left out, and what could not be known by its end.
        table: the reconciled coding, `moves`, or one coder's, `moves_a` or `moves_b`.

    Returns:
        A row each, by role, instrument and month: month (a period), role, instrument, level (text).

    Raises:
        ValueError: if `as_of` is no month between 1993-01 and 2024-12, or the table is wrong.
    """
    end = checked(as_of)
    spells = read(table, end)
    found = [
        (month, *instrument.rsplit(".", 1), level)
        for first, last, instrument, level in zip(
            spells["first"], spells["last"], spells.instrument, spells.level, strict=True
        )
        for month in pd.period_range(first, min(last, end), freq="M")
    ]
    frame = pd.DataFrame(found, columns=COLUMNS)
    frame["month"] = pd.PeriodIndex(frame.month, freq="M")
    return frame.sort_values(["role", "instrument", "month"], ignore_index=True)
