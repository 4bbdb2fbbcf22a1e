"""The charts of one briefing: which are drawn, from which numbers, and what they are called."""

from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from detente.app.report import charts, words
from detente.app.report.charts import Dot, Point, Row
from detente.app.report.courses import FIRST, Course, Fan
from detente.app.report.findings import Findings, Policy
from detente.app.report.measures import Measure
from detente.app.report.sentences import difference_words
from detente.app.report.svg import Words
from detente.decision.comparison import Difference, Interval, Kind, Number, Share, Summary

AGAINST = (
    ("warheads", "all_deaths"),
    ("effective_sanctions", "food_insecure_person_months"),
)
"""Strategic outcomes, and the human cost that each is drawn against."""


class Panel(NamedTuple):
    """Charts that belong together, and what they show; of world means only where the panel stands open."""

    name: str
    title: str
    meaning: str
    svgs: list[Markup]
    worlds: list[Markup]
    open: bool


class Chart(NamedTuple):
    """One chart of a measure."""

    measure: Measure
    svg: Markup


def panels(courses: list[Course], policies: list[Policy], start: int) -> list[Panel]:
    """Draw every course: numbers as fans, flags as the share of futures in that state. `start`: the first month."""
    drawn = []
    for course in courses:
        measure, unit, monthly = course.measure, course.unit, bool(course.states)
        meaning = f"{measure.meaning}{f', in {unit}' if unit else ''}."
        if monthly:
            meaning = f"{measure.meaning}: the share of futures that are in this state."
        draw = _states if monthly else _fans
        svgs = [Markup(svg) for svg in draw(course, start, policies)]
        stands = measure.name in FIRST
        worlds = _world_fans(course, start, policies) if stands and not monthly else []
        parts = course.label, meaning, svgs, [Markup(w) for w in worlds]
        drawn.append(Panel(measure.name, *parts, stands))
    return drawn


def _fans(course: Course, start: int, policies: list[Policy]) -> list[str]:
    name = course.measure.name
    said = [
        Words(
            f"fan-{name}-{policy.key}",
            f"{policy.key} {policy.title}",
            _course(course.label, fan, start),
            f"most {_end(fan, float(fan.extremes[1, -1]))}",
        )
        for policy, fan in zip(policies, course.fans, strict=True)
    ]
    return charts.fans(course.fans, start, said, f"fan-{name}")


def _world_fans(course: Course, start: int, policies: list[Policy]) -> list[str]:
    name = course.measure.name
    said = []
    for policy, fan in zip(policies, course.fans, strict=True):
        if fan.worlds is None:
            return []
        low, high = float(fan.worlds[0, -1]), float(fan.worlds[-1, -1])
        about = f"{course.label}: at the end the means of nine worlds in ten lie in"
        ends = words.span(low, high, _digits(fan))
        said.append(
            Words(f"worlds-{name}-{policy.key}", f"{policy.key} {policy.title}", f"{about} {ends}.")
        )
    return charts.world_fans(course.fans, start, said, f"worlds-{name}")


def _digits(fan: Fan) -> int:
    """Decimal places that tell apart a tenth of the band in the last month."""
    bands = fan.bands[:, -1]
    return words.places(float(bands[-1] - bands[0]) / 10, float(bands[2]))


def _end(fan: Fan, value: float) -> str:
    return words.plain(value, _digits(fan))


def _course(label: str, fan: Fan, start: int) -> str:
    """Describe a fan to those who do not see it."""
    low, _, median, _, high = fan.bands
    first, last = (_end(fan, float(median[i])) for i in (0, -1))
    end = words.month_words(start + len(median) - 1)
    ninety = words.span(float(low[-1]), float(high[-1]), _digits(fan))
    tail, most = _end(fan, float(fan.edges[1, -1])), _end(fan, float(fan.extremes[1, -1]))
    return (
        f"{label}: the median goes from {first} to {last} in {end}, when nine futures in ten lie in {ninety}; "
        f"one in a hundred lies above {tail}, and the highest is {most}."
    )


def _states(course: Course, start: int, policies: list[Policy]) -> list[str]:
    name = course.measure.name
    said = [
        Words(
            f"state-{name}-{policy.key}",
            f"{policy.key} {policy.title}",
            f"Share of futures in this state: {words.percent(float(state.share[-1]))} in the last month, "
            f"{words.percent(float(np.max(state.share)))} in the highest.",
        )
        for policy, state in zip(policies, course.states, strict=True)
    ]
    return charts.states(course.states, start, said, f"state-{name}")


def differences(findings: Findings) -> list[Chart]:
    """Draw how every policy differs from the reference, one chart for each headline outcome."""
    drawn = []
    for measure in findings.headline():
        pairs = [(p.one, p.differences[measure.name]) for p in findings.pairs]
        if not any(found.n for _, found in pairs):
            continue
        rows = [
            Row(
                f"{policy.key} {policy.title}",
                Dot(found.mean, found.interval),
                _amount(found),
                found.clear,
            )
            for policy, found in pairs
        ]
        about = "; ".join(f"{row.name} {row.said}{', clear' if row.clear else ''}" for row in rows)
        sides = ("← better", "worse →") if measure.side < 0 else ("← worse", "better →")
        said = Words(f"apart-{measure.name}", measure.label, f"{about}.")
        flag = measure.kind is Kind.FLAG
        svg = charts.dots(rows, said, sides if measure.side else ("", ""), flag)
        drawn.append(Chart(measure, Markup(svg)))
    return drawn


def _amount(found: Difference) -> str:
    said = difference_words(found)
    return f"{said} pts" if found.kind is Kind.FLAG and found.n else said


def trades(findings: Findings) -> list[Chart]:
    """Draw strategic outcomes against human cost, a letter for each policy."""
    drawn = []
    for across, up in AGAINST:
        x, y = findings.measure(across), findings.measure(up)
        points = [
            Point(p.key, dot(p.summaries[across]), dot(p.summaries[up])) for p in findings.policies
        ]
        about = "; ".join(f"{p.key}: {p.x.value:.4g}, {p.y.value:.4g}" for p in points)
        said = Words(f"plane-{across}-{up}", f"{x.label} and {y.label.lower()}", f"{about}.")
        if svg := charts.plane(points, said, f"{x.head} →", f"↑ {y.head}"):
            drawn.append(Chart(y, Markup(svg)))
    return drawn


def dot(found: Summary) -> Dot:
    """A mean or share as a dot; nan where there is none."""
    if isinstance(found, Share):
        return Dot(found.share, found.interval)
    assert isinstance(found, Number)
    interval = found.interval and Interval(*found.interval)
    return Dot(found.mean, interval)
