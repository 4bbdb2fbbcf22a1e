"""Sentences made from numbers: each carries its number and its range, and none says more than the number does."""

import re
from collections.abc import Sequence

from markupsafe import Markup

from detente.app.report import words
from detente.app.report.measures import Measure
from detente.decision.comparison import LEVEL, Difference, Kind, Number, Share, Summary

CLEAR = 3.0
"""Standard errors beyond which a difference is called clear: among some twenty outcomes chance reaches two
often, and three seldom."""


def figure(text: str) -> Markup:
    """Mark a number that stands in a table too."""
    return Markup('<b class="figure">{}</b>').format(text)


def text(marked: Markup) -> str:
    """The words without the marks."""
    return Markup(re.sub(r"<[^>]+>", "", marked)).unescape()


def tendency(measure: Measure, summary: Summary) -> Markup:
    """Say what one outcome tends to be, where any future defines it."""
    if isinstance(summary, Share):
        return _chance(measure, summary)
    assert isinstance(summary, Number)
    noun = measure.noun[0].upper() + measure.noun[1:]
    if words.nothing(summary):
        return Markup("{}: {} in any future").format(noun, figure("none"))
    spread = words.spread_range(summary, 0, -1)
    mean = Markup("{}: {} on average ({})").format(
        noun,
        _with_unit(figure(words.mean_words(summary)), measure),
        _known(words.mean_range(summary)),
    )
    if summary.n == 1:
        return mean + ", in one future alone"
    return mean + Markup("; nine futures in ten lie in {}").format(figure(spread))


def _chance(measure: Measure, share: Share) -> Markup:
    noun = measure.noun[0].upper() + measure.noun[1:]
    return Markup("{}: {} ({}, {})").format(
        noun,
        words.estimate(share),
        figure(words.share_words(share)),
        _known(words.share_range(share)),
    )


def _known(interval: str) -> Markup:
    return Markup("interval undefined") if interval == words.UNDEFINED else figure(interval)


def _with_unit(number: Markup, measure: Measure) -> Markup:
    return Markup(words.with_unit("{}", measure.unit)).format(number)


def contrast(found: Sequence[tuple[Measure, Difference]], one: str, other: str) -> Markup:
    """Say in one sentence how policy `one` changes outcomes against policy `other`, under the same luck."""
    clauses = Markup("; it ").join(_clause(measure, differs) for measure, differs in found)
    return Markup("Against {}, with the same luck, {} {}.").format(other, one, clauses)


def _clause(measure: Measure, found: Difference) -> Markup:
    rises = found.mean > 0
    side, share = ("higher", found.higher) if rises else ("lower", found.lower)
    amount = figure(difference_words(found).lstrip("+−"))
    flag = found.kind is Kind.FLAG
    return Markup("{} {}{} by {} ({}), {} in {} of paired futures").format(
        "raises" if rises else "lowers",
        "the chance of " if flag else "",
        measure.noun,
        amount + Markup(" points") if flag else _with_unit(amount, measure),
        _known(_unsigned(difference_range(found))),
        side,
        figure(words.percent(share)),
    )


def _unsigned(interval: str) -> str:
    """A range that lies below zero, as how much lower: from the smaller to the larger."""
    if not interval.startswith("−"):
        return interval
    low, _, high = interval.partition(" to ")
    if high and not high.startswith("−"):
        return interval
    return "–".join(end.lstrip("−") for end in (high, low) if end)


def difference_words(found: Difference) -> str:
    """Write a mean difference with its sign: points for a flag, the outcome's unit for a number."""
    if not found.n:
        return "–"
    if found.kind is Kind.FLAG:
        low, high = found.interval or (found.mean, found.mean)
        digits = 1 if 0 < max(abs(low), abs(high)) < 0.05 else 0
        return words.plus(words.plain(100 * found.mean, digits))
    return words.plus(words.plain(found.mean, _digits(found)))


def difference_range(found: Difference) -> str:
    """Write the interval of a mean difference."""
    if found.interval is None:
        return words.UNDEFINED
    if found.kind is Kind.FLAG:
        return words.points(*found.interval)
    return words.span(*found.interval, _digits(found))


def _digits(found: Difference) -> int:
    half = (found.interval.high - found.interval.low) / 2 if found.interval else found.sd / 4
    return words.places(half, found.mean)


def clear(found: Difference) -> bool:
    """Whether a difference stands out from chance by `CLEAR` standard errors."""
    return bool(found.n and found.se is not None and abs(found.mean) > CLEAR * found.se)


def clearest(
    found: Sequence[tuple[Measure, Difference]], most: int = 3
) -> list[tuple[Measure, Difference]]:
    """The clear differences that are largest beside the spread of single futures."""
    standing = [pair for pair in found if clear(pair[1]) and pair[1].sd > 0]
    return sorted(standing, key=lambda pair: -abs(pair[1].mean) / pair[1].sd)[:most]


def levels() -> str:
    """Say what intervals are."""
    return f"{round(100 * LEVEL)}{words.PERCENT}"
