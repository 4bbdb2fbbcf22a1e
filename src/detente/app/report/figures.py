"""The charts of one briefing: which are drawn, from which numbers, and what they are called."""

from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from detente.app.report import charts, words
from detente.app.report.charts import Dot
from detente.app.report.findings import BY_TYPE, Findings, Pair, Policy
from detente.app.report.measures import Measure
from detente.app.report.sentences import difference_range, difference_words
from detente.app.usecases import Results, Session
from detente.decision.comparison import Interval, Kind, Number, Share, Summary
from detente.domain.axes import INTENT
from detente.domain.outcomes import OUTCOMES


class Panel(NamedTuple):
    """Charts that belong together, and what they show."""

    title: str
    meaning: str
    svgs: list[Markup]


def panels(session: Session, results: Results, findings: Findings) -> list[Panel]:
    """Draw every tracked outcome over the months: numbers as fans, flags as the share of futures in that state."""
    start = int(session.pack.situation.start)
    drawn, states = [], []
    for measure in (findings.measure(outcome.name) for outcome in OUTCOMES if outcome.track):
        tracks = [results.paths[p.name][measure.name][:, p.sound] for p in findings.policies]
        if not all(track.size for track in tracks):
            continue
        if measure.unit == "month":
            states.append(Markup(_lines(tracks, measure, start, findings.policies)))
        else:
            fans = [Markup(svg) for svg in _fans(tracks, measure, start, findings.policies)]
            drawn.append(Panel(measure.label, measure.meaning, fans))
    if states:
        meaning = "Share of futures that are in a state in each month, counted anew each month"
        drawn.append(Panel("States", meaning, states))
    return drawn


def _fans(
    tracks: list[np.ndarray], measure: Measure, start: int, policies: list[Policy]
) -> list[str]:
    fans = [charts.fan_of(track) for track in tracks]
    said = [
        charts.Words(
            f"fan-{measure.name}-{i}",
            policy.title,
            _course(measure.label, fan, start),
            measure.head,
        )
        for i, (policy, fan) in enumerate(zip(policies, fans, strict=True))
    ]
    return charts.fans(fans, start, said)


def _course(label: str, fan: charts.Fan, start: int) -> str:
    """Describe a fan to those who do not see it."""
    low, _, median, _, high = fan.bands
    digits = words.places(float(high[-1] - low[-1]) / 10, float(median[-1]))
    first, last = (words.plain(float(median[i]), digits) for i in (0, -1))
    end = words.month_words(start + len(median) - 1)
    ninety = words.span(float(low[-1]), float(high[-1]), digits)
    return f"{label}: the median goes from {first} to {last} in {end}, when nine futures in ten lie in {ninety}."


def _lines(tracks: list[np.ndarray], measure: Measure, start: int, policies: list[Policy]) -> str:
    lines = [np.mean(track > 0.5, axis=1) for track in tracks]
    titles = [policy.title for policy in policies]
    ends = [f"{t} {words.percent(float(line[-1]))}" for t, line in zip(titles, lines, strict=True)]
    about = f"Share of futures in this state in the last month: {words.listed(ends)}."
    title = measure.label.replace("Months of", "Futures in")
    return charts.shares(lines, titles, start, charts.Words(f"share-{measure.name}", title, about))


def pair_chart(pair: Pair, number: int) -> Markup | None:
    """Draw the differences between two policies, each in standard deviations of single futures."""
    rows = []
    for measure, found in pair.differences:
        if not found.n or not found.sd > 0:
            continue
        scaled = found.interval and Interval(*(end / found.sd for end in found.interval))
        amount = difference_words(found)
        flag = found.kind is Kind.FLAG
        amount = f"{amount} points" if flag else words.with_unit(amount, measure.unit)
        said = f"{amount} ({difference_range(found)})"
        rows.append((measure.label, said, Dot(found.mean / found.sd, scaled)))
    if not rows:
        return None
    about = "; ".join(f"{label} {said}" for label, said, _ in rows)
    title = f"{pair.one} less {pair.other}"
    unit = "difference, in standard deviations of single futures"
    return Markup(charts.differences(rows, charts.Words(f"pair-{number}", title, about, unit)))


def type_charts(findings: Findings) -> list[Markup]:
    """Draw a few outcomes by the challenger's private type."""
    drawn = []
    for name in BY_TYPE:
        measure = findings.measure(name)
        dots = [
            [_dot(policy.by_type[name][label]) for label in INTENT.labels]
            for policy in findings.policies
        ]
        percent = measure.kind is Kind.FLAG
        unit = "share of futures" if percent else measure.unit
        if measure.condition:
            unit += f" with {measure.condition}"
        said = charts.Words(f"type-{name}", measure.label, _said(findings.policies, name), unit)
        titles = [policy.title for policy in findings.policies]
        drawn.append(Markup(charts.by_group(INTENT.labels, titles, dots, said, percent=percent)))
    return drawn


def _dot(found: Summary) -> Dot:
    if isinstance(found, Share):
        return Dot(found.share, found.interval)
    assert isinstance(found, Number)
    return Dot(found.mean, found.interval)


def _said(policies: list[Policy], name: str) -> str:
    """Describe a chart by type to those who do not see it."""

    def value(found: Summary) -> str:
        if isinstance(found, Share):
            return words.share_words(found)
        assert isinstance(found, Number)
        return words.mean_words(found)

    return " ".join(
        f"{policy.title}: "
        + ", ".join(f"{label} {value(found)}" for label, found in policy.by_type[name].items())
        + "."
        for policy in policies
    )
