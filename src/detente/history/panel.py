"""Facts by month and by year: what happened as far as it could be known, missing where nobody counted."""

import numpy as np
import pandas as pd

from detente.history.schema import FIRST, checked
from detente.history.tables import CLASSES, MEETINGS, TABLES, read

ANNUAL = ("warheads", "warheads_could_build", "output_growth", "china_trade", "arrivals")
"""Tables of yearly figures."""

TARGETS = {
    "launch_days": "launch_days",
    "missiles_launched": "missiles_launched",
    "icbm_launches": "intercontinental",
    "nuclear_tests": "nuclear_tests",
    "provocations": "provocations",
    "us_dprk_talks": "us_dprk_talks",
    "us_dprk_summit": "us_dprk_summit",
    "satellite_launches": "satellite",
}
"""What is forecast, and the column of the panel that it is."""

HARASSMENT, ATTACKS = ("balloon", "incursion", "artillery", "other"), ("attack",)
"""Kinds of provocations short of an attack, and attacks; launches, tests and work on a programme are neither."""

BETWEEN = ("us-dprk", "six-party")
"""Agreements that bind the U.S. and the North."""


def monthly(as_of: str | None = None) -> pd.DataFrame:
    """What happened, month by month, as it could be known at the end of a month.

    Args:
        as_of: that month, YYYY-MM; the last of the facts, 2024-12, if none is given.

    Returns:
        A row a month from 1993-01 to `as_of`, indexed by period; columns of floats (docs/facts.md says what each
        counts), NaN where nobody counted or it was not yet known.

    Raises:
        ValueError: if `as_of` is no month between 1993-01 and 2024-12, or a table is wrong.
    """
    end = checked(as_of)
    index = pd.period_range(FIRST, end, freq="M", name="month")
    parts = (_launches, _provocations, _talks, _acts, _attention)
    return pd.DataFrame({name: kept for part in parts for name, kept in part(end, index).items()})


def targets(as_of: str | None = None) -> pd.DataFrame:
    """The columns of the monthly panel that forecasts are about, by the names that forecasts use.

    Args:
        as_of: as in `monthly`.
    """
    panel = monthly(as_of)
    return pd.DataFrame({name: panel[column] for name, column in TARGETS.items()})


def annual(as_of: str | None = None) -> pd.DataFrame:
    """Yearly figures by publisher, each as last published by the end of a month; rivals stand side by side.

    Args:
        as_of: that month, YYYY-MM; the last of the facts if none is given.

    Returns:
        A row a series, source (publisher and basis) and year: columns series, source, year (int), value, low, high
        (floats; low and high are the ends that are published, equal to the value where they don't differ; the value
        is the middle where only a range is published), known_from.

    Raises:
        ValueError: if `as_of` is no month between 1993-01 and 2024-12, or a table is wrong.
    """
    end = checked(as_of)
    parts = []
    for series in ANNUAL:
        frame = read(series, end).sort_values("known_from", kind="stable")
        last = frame.drop_duplicates(["publisher", "year"], keep="last").sort_values(
            ["publisher", "year"]
        )
        parts.append(
            pd.DataFrame(
                {
                    "series": series,
                    "source": last.publisher,
                    "year": last.year.astype(int),
                    "value": last.value,
                    "low": last.low.fillna(last.value),
                    "high": last.high.fillna(last.value),
                    "known_from": last.known_from,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _offsets(days: pd.Series, index: pd.PeriodIndex) -> np.ndarray:
    """Months from the index's first to each day, or month, written as text."""
    months = [12 * int(text[:4]) + int(text[5:7]) - 1 for text in days]
    return np.asarray(months, int) - 12 * index[0].year - index[0].month + 1


def _covered(table: str, index: pd.PeriodIndex) -> np.ndarray:
    """Months in which a table counts: there, a month without a row is zero."""
    (since,) = _offsets(pd.Series([TABLES[table].since]), index)
    return np.arange(len(index)) >= since


def _counted(table: str, rows: pd.DataFrame, index: pd.PeriodIndex, by: str = "") -> pd.Series:
    """Count rows of a table, or sum one of their columns, by the month in which they are dated."""
    offsets = _offsets(rows.loc[:, TABLES[table].dated], index)
    weights = rows.loc[:, by].to_numpy() if by else np.ones(len(rows))
    inside = offsets >= 0
    sums = np.bincount(offsets[inside], weights[inside], minlength=len(index))
    return pd.Series(np.where(_covered(table, index), sums, np.nan), index)


def _highest(
    table: str, rows: pd.DataFrame, index: pd.PeriodIndex, values: np.ndarray
) -> pd.Series:
    """The highest value of rows that last from one day to another, by month."""
    first = rows.loc[:, TABLES[table].dated]
    starts, ends = (
        _offsets(first, index),
        _offsets(rows.loc[:, "last"].replace("", np.nan).fillna(first), index),
    )
    highest = np.where(_covered(table, index), 0.0, np.nan)
    for start, end, value in zip(starts, ends, values, strict=True):
        months = slice(max(start, 0), max(end + 1, 0))
        highest[months] = np.fmax(highest[months], value)
    return pd.Series(highest, index)


def _launches(end: str, index: pd.PeriodIndex) -> dict[str, pd.Series]:
    frame, tests = read("launches", end), read("tests", end)
    by_class = {
        name: _counted("launches", frame.loc[frame["class"] == name], index, "count")
        for name in CLASSES
    }
    failed = frame.loc[frame.outcome == "failure"]
    return {
        "launch_days": _counted("launches", frame.drop_duplicates("date"), index),
        "missiles_launched": _counted("launches", frame, index, "count"),
        **by_class,
        "failures": _counted("launches", failed, index, "count"),
        "nuclear_tests": _counted("tests", tests, index),
    }


def _provocations(end: str, index: pd.PeriodIndex) -> dict[str, pd.Series]:
    frame = read("provocation_kinds", end)
    kinds = {
        "provocations": frame,
        "harassment": frame.loc[frame.kind.isin(HARASSMENT)],
        "attacks": frame.loc[frame.kind.isin(ATTACKS)],
    }
    return {
        name: _counted("provocation_kinds", rows, index, "count") for name, rows in kinds.items()
    }


def _talks(end: str, index: pd.PeriodIndex) -> dict[str, pd.Series]:
    frame = read("talks", end)
    level = frame.level.map({name: float(code) for code, name in enumerate(MEETINGS, 1)})
    between, meeting = frame.track == "us-dprk", frame.form == "meeting"
    summit, track = between & (frame.level == "summit"), frame.track == "inter-korean"

    def highest(chosen: pd.Series, values: pd.Series) -> pd.Series:
        return _highest("talks", frame.loc[chosen], index, values.loc[chosen].to_numpy())

    return {
        "us_dprk_talks": highest(between & meeting, meeting.astype(float)),
        "us_dprk_summit": highest(summit, summit.astype(float)),
        "talks_level": highest(between, level),
        "track_level": highest(track, level),
    }


def _acts(end: str, index: pd.PeriodIndex) -> dict[str, pd.Series]:
    exercises, votes = read("exercises", end), read("security_council", end)
    agreements, cooperation = read("agreements", end), read("russia_events", end)
    held, ours = (
        exercises.loc[exercises.held == "yes"],
        agreements.loc[agreements.parties.isin(BETWEEN)],
    )
    return {
        "exercise": _highest("exercises", held, index, np.ones(len(held))),
        "resolutions": _counted("security_council", votes.loc[votes.kind == "sanctions"], index),
        "vetoes": _counted("security_council", votes.loc[votes.kind == "vetoed"], index),
        "agreements_signed": _counted("agreements", ours.loc[ours.event == "signed"], index),
        "agreements_broken": _counted("agreements", ours.loc[ours.event == "broken"], index),
        "russia_cooperation": _counted("russia_events", cooperation, index, "count"),
    }


def _attention(end: str, index: pd.PeriodIndex) -> dict[str, pd.Series]:
    def column(table: str, name: str) -> pd.Series:
        frame = read(table, end)
        offsets, found = _offsets(frame.month, index), np.full(len(index), np.nan)
        found[offsets[offsets >= 0]] = frame[name].to_numpy()[offsets >= 0]
        return pd.Series(found, index)

    return {
        "arrivals_month": pd.Series(np.nan, index),
        "gpr_korea": column("geopolitical_risk", "korea"),
        "kim_military": column("leader_activities", "military"),
    }
