"""What the record says of itself: contrasts of facts with errors that heed eras and runs of like months.

Ratios are pooled within eras by Mantel and Haenszel's weights. Their errors come from the same ratio with the exposure
moved around the clock of its era: that keeps how long talks last and how launches bunch, and breaks what links the two.

Reference: Mantel and Haenszel (1959); Politis and Romano (1994) on circular blocks; VanderWeele and Ding (2017) on the
sensitivity bound.
"""

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from detente.history import annual, monthly
from detente.history.tables import read

ERAS = ("1993-01", "2006-01", "2012-01", "2018-09")
"""First months of eras: before the first nuclear test year, before the present leader, until the list of talks ends."""

SHIFTS = 400
"""Times that an exposure is moved to learn the error of a ratio."""

DAYS_A_WEEK = 7.0


class Contrast(NamedTuple):
    """A logarithm of a ratio, its standard error, and what it would be by chance: [shift]."""

    log: float
    se: float
    chance: np.ndarray

    @property
    def by(self) -> float:
        """Standard errors from what chance gives."""
        return (self.log - float(np.mean(self.chance))) / self.se if self.se else 0.0

    def __str__(self) -> str:
        return f"{np.exp(self.log):.2f} times (log {self.log:+.2f} ± {self.se:.2f})"


# --- ratios -----------------------------------------------------------------------------------------------------------


def ratio(events: np.ndarray, exposed: np.ndarray, era: np.ndarray) -> Any:
    """Logarithm of the rate in exposed over other months, pooled within eras; not a number where there is none.

    Args:
        events: [month, *future].
        exposed: whether a month is: [month, *future].
        era: [month].
    """
    above = below = 0.0
    for e in np.unique(era):
        y, x = events[era == e], exposed[era == e].astype(float)
        months, among = len(y), x.sum(0)
        above = above + (y * x).sum(0) * (months - among) / months
        below = below + (y * (1 - x)).sum(0) * among / months
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(above) - np.log(below)
    return np.where(np.isfinite(log), log, np.nan)


def moved(exposed: np.ndarray, era: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same months of exposure moved around the clock of each era: [month]."""
    found = exposed.copy()
    for e in np.unique(era):
        inside = era == e
        found[inside] = np.roll(exposed[inside], rng.integers(inside.sum()))
    return found


def contrast(
    events: np.ndarray, exposed: np.ndarray, era: np.ndarray, seed: int = 0, shifts: int = SHIFTS
) -> Contrast:
    """The rate in exposed over other months, with an error from moved exposures."""
    rng = np.random.default_rng(seed)
    every = np.stack([moved(exposed, era, rng) for _ in range(shifts)], 1)
    chance = ratio(events[:, None], every, era)
    chance = chance[np.isfinite(chance)]
    return Contrast(float(ratio(events, exposed, era)), float(np.std(chance)), chance)


def lagged(events: np.ndarray, exposed: np.ndarray, era: np.ndarray, lag: int) -> Contrast:
    """The rate so many months after exposure (before it, if negative) over that after other months."""
    apart = abs(lag)
    whole = slice(None, len(events) - apart), slice(apart, None)
    first, later = whole if lag >= 0 else whole[::-1]
    same = era[whole[0]] == era[whole[1]]
    return contrast(events[later][same], exposed[first][same], era[whole[0]][same])


def bound(log: float) -> float:
    """The ratio by which something unseen must go with both sides of a ratio to explain it away (E-value)."""
    size = np.exp(abs(log))
    return float(size + np.sqrt(size * (size - 1)))


def alarms(
    events: np.ndarray, exposed: np.ndarray, era: np.ndarray, tries: int = 200, seed: int = 1
) -> float:
    """How often the contrast finds something at two errors where exposure was moved, so that nothing is there."""
    found = contrast(events, exposed, era, seed)
    again = contrast(events, exposed, era, seed + 1, tries)
    return float(np.mean(np.abs(again.chance - found.chance.mean()) > 2 * found.se))


def foretold(exposed: np.ndarray, months: np.ndarray) -> float:
    """Share of an exposure's variance that the month of the year alone foretells.

    Args:
        exposed: [month].
        months: of the year, 1 to 12: [month].
    """
    x = exposed.astype(float)
    within = sum(((x[months == m] - x[months == m].mean()) ** 2).sum() for m in np.unique(months))
    whole = ((x - x.mean()) ** 2).sum()
    return float(1 - within / whole) if whole else 0.0


# --- days -------------------------------------------------------------------------------------------------------------


def election(year: int) -> date:
    """The Tuesday after the first Monday of November."""
    first = date(year, 11, 1).weekday()
    return date(year, 11, 2 + (-first) % 7)


def elections(first: int, last: int) -> np.ndarray:
    """Days of presidential and midterm elections, as ordinals."""
    return np.array([election(y).toordinal() for y in range(first + first % 2, last + 1, 2)])


def nearest(anchors: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Weeks from each anchor to the nearest day: [anchor]."""
    return np.abs(anchors[..., None] - days).min(-1) / DAYS_A_WEEK


def closeness(
    anchors: np.ndarray, days: np.ndarray, seed: int = 0, draws: int = SHIFTS
) -> Contrast:
    """Mean weeks from anchors to the nearest day, less what dates drawn within a year of each anchor give.

    Returns:
        The difference in weeks (`log` holds it as it stands), its error by chance, and differences of random dates.
    """
    rng = np.random.default_rng(seed)
    random = anchors + rng.integers(-365, 366, (draws, len(anchors)))
    chance = nearest(random, days).mean(-1)
    mean = float(chance.mean())
    return Contrast(float(nearest(anchors, days).mean()) - mean, float(chance.std()), chance - mean)


def within(days: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Whether each day lies in any of the spells: [day]."""
    return np.any((days[..., None] >= first) & (days[..., None] <= last), axis=-1)


def spells(
    days: np.ndarray, first: np.ndarray, last: np.ndarray, seed: int = 0, draws: int = SHIFTS
) -> Contrast:
    """The rate of days inside spells over outside, with an error from spells moved around their years.

    Args:
        days: of events, ordinals, within the years of the spells.
        first: day of each spell.
        last: day of each spell.
        seed: of the moves.
        draws: how many.
    """
    rng = np.random.default_rng(seed)
    start, end = days.min(), days.max()
    span = end - start + 1
    length = within(np.arange(start, end + 1), first, last).sum()

    def log(by: int) -> float:
        inside = within(start + (days - start + by) % span, first, last).sum()
        share = (inside + 0.5) / length / ((len(days) - inside + 0.5) / (span - length))
        return float(np.log(share))

    chance = np.array([log(int(by)) for by in rng.integers(span, size=draws)])
    return Contrast(log(0), float(chance.std()), chance)


# --- facts ------------------------------------------------------------------------------------------------------------


def panel() -> pd.DataFrame:
    """The monthly panel to the last month of the facts, indexed by YYYY-MM."""
    frame = monthly()
    return frame.set_axis(frame.index.astype(str))


def eras(labels: pd.Index) -> np.ndarray:
    """The era of each month: [month]."""
    return np.searchsorted(np.array(ERAS), labels.to_numpy(str), side="right") - 1


def yearly(series: str, year: int, publisher: str = "") -> float:
    """A yearly figure as last published, of one publisher if it is named.

    Raises:
        LookupError: if nobody published it.
    """
    rows = annual()
    rows = rows.loc[(rows.series == series) & (rows.year == year)]
    rows = rows.loc[rows.source == publisher] if publisher else rows
    if rows.empty:
        raise LookupError(f"no figure of {series} for {year} by {publisher or 'anybody'}")
    return float(rows.value.iloc[0])


def launch_days() -> np.ndarray:
    """Days with a launch or a nuclear test that are known to the day, as ordinals."""
    days = pd.concat([read("launches").date, read("tests").date])
    return _ordinals(days.loc[days.str.len() == 10].drop_duplicates())


def exercise_spells() -> tuple[np.ndarray, np.ndarray]:
    """First and last days of large exercises that were held and are known to the day, as ordinals."""
    rows = read("exercises")
    known = rows.loc[
        (rows.held == "yes") & (rows["first"].str.len() == 10) & (rows["last"].str.len() == 10)
    ]
    return _ordinals(known["first"]), _ordinals(known["last"])


def _ordinals(days: pd.Series) -> np.ndarray:
    return np.array([date.fromisoformat(day).toordinal() for day in days])
