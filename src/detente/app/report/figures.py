"""The charts of one briefing: which are drawn, from which numbers, and what they are called."""

from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from detente.app.report import charts, words
from detente.app.report.charts import Dot, Point, Row
from detente.app.report.findings import Findings, Policy
from detente.app.report.measures import Measure, scale
from detente.app.report.sentences import difference_words
from detente.app.report.svg import Words
from detente.app.usecases import Results, Session
from detente.decision.comparison import Difference, Interval, Kind, Number, Share, Summary
from detente.domain.outcomes import OUTCOMES

OPEN = ("warheads", "verified_freeze_months", "food_insecure_person_months")
"""Panels that stand open on the page; the others unfold."""

AGAINST = (
    ("warheads", "all_deaths"),
    ("effective_sanctions", "food_insecure_person_months"),
)
"""Strategic outcomes, and the human cost that each is drawn against."""


class Panel(NamedTuple):
    """Charts that belong together, and what they show."""

    title: str
    meaning: str
    svgs: list[Markup]
    open: bool


class Chart(NamedTuple):
    """One chart of a measure."""

    measure: Measure
    svg: Markup


def panels(session: Session, results: Results, findings: Findings) -> list[Panel]:
    """Draw every tracked outcome over the months: numbers as fans, flags as the share of futures in that state."""
    start = int(session.pack.situation.start)
    tracked = {outcome.name for outcome in OUTCOMES if outcome.track}
    first = [findings.measure(name) for name in OPEN if name in tracked]
    rest = [m for m in findings.measures if m.name in tracked and m.name not in OPEN]
    drawn = []
    for measure in (*first, *rest):
        tracks = [results.paths[p.name][measure.name][:, p.sound] for p in findings.policies]
        if not all(track.size for track in tracks):
            continue
        monthly = measure.unit == "month"
        draw = _states if monthly else _fans
        title = measure.label.replace("Months of", "Futures in") if monthly else measure.label
        unit = measure.told
        meaning = (
            f"{measure.meaning}: the share of futures that are in this state."
            if monthly
            else f"{measure.meaning}{f', in {_monthly(unit)}' if unit else ''}."
        )
        svgs = [Markup(svg) for svg in draw(tracks, measure, start, findings.policies)]
        drawn.append(Panel(title, meaning, svgs, measure.name in OPEN))
    return drawn


def _monthly(unit: str) -> str:
    """The unit of one month of what is summed over months."""
    return unit.replace("person-months", "persons")


def _fans(
    tracks: list[np.ndarray], measure: Measure, start: int, policies: list[Policy]
) -> list[str]:
    fans = [charts.fan_of(track / np.float32(scale(measure.name))) for track in tracks]
    said = [
        Words(
            f"fan-{measure.name}-{policy.key}",
            f"{policy.key} {policy.title}",
            _course(measure.label, fan, start),
        )
        for policy, fan in zip(policies, fans, strict=True)
    ]
    return charts.fans(fans, start, said, f"fan-{measure.name}")


def _course(label: str, fan: charts.Fan, start: int) -> str:
    """Describe a fan to those who do not see it."""
    low, _, median, _, high = fan.bands
    digits = words.places(float(high[-1] - low[-1]) / 10, float(median[-1]))
    first, last = (words.plain(float(median[i]), digits) for i in (0, -1))
    end = words.month_words(start + len(median) - 1)
    ninety = words.span(float(low[-1]), float(high[-1]), digits)
    return f"{label}: the median goes from {first} to {last} in {end}, when nine futures in ten lie in {ninety}."


def _states(
    tracks: list[np.ndarray], measure: Measure, start: int, policies: list[Policy]
) -> list[str]:
    lines = [np.mean(track > 0.5, axis=1) for track in tracks]
    said = [
        Words(
            f"state-{measure.name}-{policy.key}",
            f"{policy.key} {policy.title}",
            f"Share of futures in this state: {words.percent(float(line[-1]))} in the last month, "
            f"{words.percent(float(np.max(line)))} in the highest.",
        )
        for policy, line in zip(policies, lines, strict=True)
    ]
    return charts.states(lines, start, said, f"state-{measure.name}")


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
