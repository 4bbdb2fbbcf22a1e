"""Patterns 2, 11 and 15: launches come in bursts; exercises; election windows.

Facts come from the project's tables: launches by CNS/NTI, exercises and meetings from many sources, provocations by
CSIS Beyond Parallel. Election days follow from the law: the Tuesday after the first Monday of November.
"""

from datetime import date

import numpy as np

from detente.app.patterns import record
from detente.app.patterns.finding import (
    CLEAR,
    Checks,
    Finding,
    Verdict,
    hangs,
    judged,
    leaning,
    rivals,
    spread,
    waited,
)
from detente.app.patterns.korea import Korea, governed
from detente.app.patterns.talks import false_alarms, past, world_means

CHECKS = Checks()

SINCE, LAST = "2018-05", "2024-12"
"""Months of the record that runs of the pack of 2018 are held against."""


# --- 2: launches come in bursts ---------------------------------------------------------------------------------------


def _record() -> np.ndarray:
    """Missiles and space launchers a month, as they were."""
    return record.panel().missiles_launched.loc[SINCE:LAST].to_numpy()


def _missiles(korea: Korea, policy: str = "wait-and-contain") -> np.ndarray:
    """Missiles a month, 2018-05 to 2024-12, while a state acts: [month, future]."""
    run = korea.run("korea-2018", policy)
    months = run.at(LAST) + 1
    return run.months.launches[:months].sum(1)[:, governed(run, months)]


def bursts(launches: np.ndarray) -> np.ndarray:
    """Variance over mean: one for launches that come at random. `launches`: [month, *future]."""
    return launches.var(0) / np.maximum(launches.mean(0), 1e-9)


@CHECKS
def p2_launches_a_month(korea: Korea) -> Finding:
    """Missiles and satellites a month, 2018-05 to 2024-12 (CNS/NTI)."""
    return spread(_missiles(korea).mean(0), float(_record().mean()))


@CHECKS
def p2_variance_over_mean(korea: Korea) -> Finding:
    """Variance over mean of missiles a month, 2018-05 to 2024-12 (CNS/NTI); over one in nineteen of twenty futures."""
    ratio = bursts(_missiles(korea))
    found = spread(ratio, float(bursts(_record())))
    holds = found.verdict is Verdict.HOLDS and float(np.quantile(ratio, 0.05)) > 1
    return found._replace(verdict=judged(holds))


@CHECKS
def p2_months_without_launch(korea: Korea) -> Finding:
    """Share of months without a launch, 2018-05 to 2024-12 (CNS/NTI)."""
    return spread((_missiles(korea) == 0).mean(0), float((_record() == 0).mean()))


@CHECKS
def p2_longest_gap(korea: Korea) -> Finding:
    """Longest run of months without a launch, those before the start counted in (from 2017-12 on), in talks."""
    flown = record.panel().missiles_launched
    before = int(np.argmax(flown.loc[:SINCE].to_numpy()[-2::-1] > 0))
    fact = longest(flown.loc[SINCE:LAST].to_numpy()[:, None] > 0, before)
    return spread(longest(_missiles(korea, "summit-first") > 0, before), float(fact[0]), ".0f")


def longest(flown: np.ndarray, before: int) -> np.ndarray:
    """Longest run of months in which nothing flew, with so many before the first: [future]."""
    gap = best = np.full(flown.shape[1], before)
    for month in flown:
        gap = np.where(month, 0, gap + 1)
        best = np.maximum(best, gap)
    return best


@CHECKS
def p2_gap_above_short_range(korea: Korea) -> Finding:
    """Months from May 2018 to the next launch above short range (a submarine-launched one, 2019-10), in talks."""
    frame = record.panel().loc[SINCE:]
    above = frame[["medium", "intercontinental", "submarine", "satellite"]].sum(axis=1) > 0
    run = korea.run("korea-2018", "summit-first")
    flown = run.months.launches[:, 1:].sum(1)[:, governed(run)] > 0
    return waited(flown, int(np.argmax(above.to_numpy())) + 1)


@CHECKS
def n2_no_bursts_at_random(korea: Korea) -> Finding:
    """Launches that come at random at the record's rate: bursts like the record's must not be found."""
    flown, rng = _record(), np.random.default_rng(0)
    made = bursts(rng.poisson(flown.mean(), (len(flown), 2000)))
    limit = float(np.quantile(made, 0.95))
    share = float(np.mean(bursts(rng.poisson(flown.mean(), (len(flown), 2000))) > limit))
    found = false_alarms(share, 2000)
    return found._replace(
        model=f"{found.model}; the record's {bursts(flown):.1f} against {limit:.1f}"
    )


# --- 11: exercises ----------------------------------------------------------------------------------------------------

CALM, RESPONSE = "no escalation", "a response"

EFFECT = "testing.exercise"
"""The number that tells the two apart: what a large exercise does to launches."""

SEASONAL = 0.5
"""Share of exercises foretold by the season from which the two can't be told apart."""


@CHECKS
def r11_by_month(korea: Korea) -> Finding:
    """Months with a launch in months of a large exercise over others, within eras, from 2001 on."""
    frame = record.panel()
    frame = frame.loc[frame.exercise.notna()]
    held, flown = frame.exercise.to_numpy() > 0, frame.launch_days.to_numpy() > 0
    found = record.contrast(flown, held, record.eras(frame.index))
    foretold = record.foretold(held, frame.index.str[5:].astype(int).to_numpy())
    run, stands, era = past(korea)
    since = run.at(str(frame.index[0]))
    logs = record.ratio(
        (run.months.launches.sum(1) > 0)[since:, stands],
        run.months.held[since:, stands],
        era[since:],
    )
    means, which = world_means(logs, stands)
    lean = leaning(run.names, run.drawn[:, which], means)
    effect = run.number(EFFECT)[which]
    times = support(means[effect > 0], means[effect <= 0], found.log, found.se)
    place = spread(logs[np.isfinite(logs)], found.log)
    model = f"{place.model}; {hangs(lean)}"
    verdict, why = rivals(found.by * found.se, found.se, CALM, RESPONSE)
    if foretold > SEASONAL:
        verdict = Verdict.UNKNOWN
        why = f"the month of the year foretells {foretold:.0%} of exercises: season and exercise are one"
    why += f"; {times:.1f} times as likely where {EFFECT} > 0"
    return Finding(str(found), model, verdict, found.by, "se", why)


def support(one: np.ndarray, other: np.ndarray, fact: float, se: float) -> float:
    """Density of a fact, measured with an error, among draws under one hypothesis over that under another."""

    def density(values: np.ndarray) -> float:
        return float(np.mean(np.exp(-0.5 * ((fact - values) / se) ** 2)))

    return density(one) / density(other) if density(other) else np.inf


@CHECKS
def r11_by_day(korea: Korea) -> Finding:
    """Days with a launch or test during exercises over others, 2008 to 2024 (D'Orazio 2012; Bernhardt & Sukin 2021)."""
    days = _since(2008)
    first, last = record.exercise_spells()
    found = record.spells(days, first, last)
    verdict, why = rivals(found.by * found.se, found.se, CALM, RESPONSE)
    if verdict is Verdict.UNKNOWN:
        why += f"; a response of more than {np.exp(found.log + CLEAR * found.se):.1f} times is ruled out"
    model = "the model has no days: r11_by_month"
    return Finding(str(found), model, verdict, found.by, "se", why)


def _since(year: int) -> np.ndarray:
    days = record.launch_days()
    return days[days >= date(year, 1, 1).toordinal()]


@CHECKS
def n11_moved_exercises(korea: Korea) -> Finding:
    """The calendar of exercises moved by random spells of days: a response must not be found."""
    days, (first, last) = _since(2008), record.exercise_spells()
    found = record.spells(days, first, last)
    again = record.spells(days, first, last, seed=1, draws=200).chance
    return false_alarms(float(np.mean(np.abs(again - found.chance.mean()) > CLEAR * found.se)), 200)


# --- 15: election windows ---------------------------------------------------------------------------------------------

LEADERS = ((1994, 2010), (2012, 2024))
"""Elections under the leader before, and under the present one."""

NARROW, WIDE = "closer than random dates", "no closer than random dates"


@CHECKS
def r15_weeks_to_elections(korea: Korea) -> Finding:
    """Weeks from U.S. elections to the nearest launch or test, reported to narrow: against random dates, by leader."""
    days = record.launch_days()
    spans = [record.elections(*years) for years in LEADERS]
    before, after = (record.closeness(anchors, days) for anchors in spans)
    weeks = [float(record.nearest(anchors, days).mean()) for anchors in spans]
    verdict, why = rivals(after.log, after.se, NARROW, WIDE)
    text = (
        f"{weeks[1]:.1f} weeks, random dates {weeks[1] - after.log:.1f}; "
        f"before 2011 {weeks[0]:.1f} and {weeks[0] - before.log:.1f}"
    )
    why = f"random dates narrow as well, since launches became more; {why}"
    model = "the model has no days: r15_months_of_elections"
    return Finding(text, model, verdict, after.by, "se", why)


@CHECKS
def r15_months_of_elections(korea: Korea) -> Finding:
    """Months with a provocation in the quarter around U.S. elections over others, within eras."""
    frame = record.panel()
    years, months = (np.array([int(m[part]) for m in frame.index]) for part in _PARTS)
    found = record.contrast(
        frame.provocations.to_numpy() > 0, _around(years, months), record.eras(frame.index)
    )
    run, stands, era = past(korea)
    number = run.start + np.arange(len(era))
    window = _around(number // 12, number % 12 + 1)
    events = run.events[:, stands]
    logs = record.ratio(events, np.broadcast_to(window[:, None], events.shape), era)
    means, which = world_means(logs, stands)
    lean = leaning(run.names, run.drawn[:, which], means)
    place = spread(logs[np.isfinite(logs)], found.log)
    verdict, why = rivals(
        found.by * found.se, found.se, "more around elections", "no more", above=True
    )
    return Finding(str(found), f"{place.model}; {hangs(lean)}", verdict, found.by, "se", why)


_PARTS = (slice(0, 4), slice(5, 7))


def _around(years: np.ndarray, months: np.ndarray) -> np.ndarray:
    """October to December of even years."""
    return (years % 2 == 0) & (months >= 10)


@CHECKS
def n15_random_dates(korea: Korea) -> Finding:
    """Random dates in place of elections: they must not be found to be closer."""
    days = record.launch_days()
    anchors = record.elections(*LEADERS[1])
    found = record.closeness(anchors, days)
    again = record.closeness(anchors, days, seed=1, draws=200).chance
    share = float(np.mean(np.abs(again) > CLEAR * found.se))
    return false_alarms(share, 200)
