"""The kinds of charts: fans in small multiples, dots with intervals, and two outcomes against each other.

Colours are told apart by most eyes, and nothing hangs on them: every chart stands under its own name, and what is
clear is a full dot where the rest is hollow.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detente.app.report import svg
from detente.app.report.courses import Fan, State
from detente.app.report.svg import Scale, Words
from detente.decision.comparison import Interval

PANEL = (400, 250)
"""Canvas of a small multiple, two units to the pixel or so."""

LEFT, RIGHT, TOP, BOTTOM = 62, 392, 44, 218
ROW = 19


class Dot(NamedTuple):
    """A mean, share or difference with its interval, None where there is none to be had."""

    value: float
    interval: Interval | None


class Row(NamedTuple):
    """One line of a chart of dots: a name, the dot, the dot in words, and whether it is clear."""

    name: str
    dot: Dot
    said: str
    clear: bool


class Point(NamedTuple):
    """One policy in the plane: its letter, and where it stands."""

    key: str
    x: Dot
    y: Dot


def fans(fans: Sequence[Fan], start: int, words: Sequence[Words], shared: str) -> list[str]:
    """Draw one fan a policy, all on the same axes, and the first one's median again in each.

    The axis reaches the most extreme future of any policy, and the most in the last month is written beside its line.

    Args:
        fans: one a policy, the reference first.
        start: number of the first month.
        words: one a policy, in the same order.
        shared: a name for the reference's median, unique on the page.
    """
    y = _fan_axis(fans)
    drawn = []
    for order, (fan, said) in enumerate(zip(fans, words, strict=True)):
        x = _along(start, fan.bands.shape[1])
        body = _frame(said.title, start, fan.bands.shape[1], y)
        body.append(svg.band(x, y(fan.bands[0]), y(fan.bands[-1]), "b90"))
        body.append(svg.band(x, y(fan.bands[1]), y(fan.bands[-2]), "b50"))
        body += [svg.path(svg.course(x, y(line)), "most") for line in fan.extremes]
        body += [svg.path(svg.course(x, y(edge)), "edge") for edge in fan.edges]
        body += [svg.path(svg.course(x, y(sample)), "one") for sample in fan.samples]
        body += _median(x, y(fan.bands[2]), order, shared)
        body.append(svg.text(RIGHT, int(y(fan.extremes[1, -1])) - 5, said.unit, anchor="end"))
        drawn.append(svg.canvas(said, *PANEL, body))
    return drawn


def world_fans(fans: Sequence[Fan], start: int, words: Sequence[Words], shared: str) -> list[str]:
    """Draw the world means, one chart a policy, on the axes of the predictive fans of the same policies."""
    y = _fan_axis(fans)
    return [
        _world_band(fan.worlds, start, said, y, order, shared)
        for order, (fan, said) in enumerate(zip(fans, words, strict=True))
        if fan.worlds is not None
    ]


def _world_band(
    worlds: np.ndarray, start: int, said: Words, y: Scale, order: int, shared: str
) -> str:
    x = _along(start, worlds.shape[1])
    body = _frame(said.title, start, worlds.shape[1], y)
    body.append(svg.band(x, y(worlds[0]), y(worlds[-1]), "bw"))
    body += _median(x, y(worlds[1]), order, shared)
    return svg.canvas(said, *PANEL, body)


def _fan_axis(fans: Sequence[Fan]) -> Scale:
    every = [fan.extremes for fan in fans]
    return _upright(min(float(np.min(e)) for e in every), max(float(np.max(e)) for e in every))


def states(found: Sequence[State], start: int, words: Sequence[Words], shared: str) -> list[str]:
    """Draw the share of futures in a state, month by month, and how far shares of worlds reach: one chart a policy."""
    tops = [s.share if s.worlds is None else s.worlds for s in found]
    y = _upright(0.0, max(0.05, max(float(np.max(top)) for top in tops)))
    drawn = []
    for order, (state, said) in enumerate(zip(found, words, strict=True)):
        months = len(state.share)
        x = _along(start, months)
        body = _frame(said.title, start, months, y, percent=True)
        body.append(svg.band(x, y(np.zeros(months)), y(state.share), "b50"))
        if state.worlds is not None:
            body += [svg.path(svg.course(x, y(line)), "edge") for line in state.worlds[[0, -1]]]
        body += _median(x, y(state.share), order, shared)
        drawn.append(svg.canvas(said, *PANEL, body))
    return drawn


def _median(x: np.ndarray, y: np.ndarray, order: int, shared: str) -> list[str]:
    """The own line, and the reference's, which is written once and used again."""
    own = svg.path(svg.course(x, y), "mid", shared if order == 0 else "")
    return [own] if order == 0 else [f'<use href="#{shared}" class="ref"/>', own]


def _upright(low: float, high: float) -> Scale:
    """An upright axis with a little room; one that begins at zero where nothing lies below and it is not far."""
    if 0 <= low < 0.5 * high:
        low = 0.0
    pad = 0.03 * (high - low) or 0.5
    return Scale(low if low == 0 else low - pad, high + pad, BOTTOM, TOP)


def _along(start: int, months: int) -> np.ndarray:
    """Where each month's end stands."""
    return Scale(start, start + months, LEFT, RIGHT)(start + 1 + np.arange(months))


def _frame(title: str, start: int, months: int, y: Scale, *, percent: bool = False) -> list[str]:
    """Title, round numbers on both axes, and faint lines across. A year's mark stands at its January."""
    body = [svg.text(0, 24, svg.cut(title, 36), style="t")]
    for tick in svg.ticks(y.low, y.high, 4):
        at = int(y(tick))
        body.append(svg.line(LEFT, at, RIGHT, at, "g"))
        body.append(svg.text(LEFT - 6, at + 6, svg.tick_words(tick, percent), anchor="end"))
    x, end = Scale(start, start + months, LEFT, RIGHT), start + months
    step = max(1, round(months / 12 / 4))
    for year in range(-(-start // 12), end // 12 + 1, step):
        at = int(x(12 * year))
        body.append(svg.line(at, BOTTOM, at, BOTTOM + 5, "a"))
        body.append(
            svg.text(at, BOTTOM + 24, str(year), anchor="end" if at > RIGHT - 20 else "middle")
        )
    body.append(svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "a"))
    return body


def dots(rows: Sequence[Row], words: Words, sides: tuple[str, str], percent: bool) -> str:
    """Draw differences from a reference, one line each: the name, the dot with its interval, and how much in words.

    Args:
        rows: from top to bottom.
        words: what the chart is called; its title is left to the page.
        sides: what stands under the left and the right of zero.
        percent: whether values are shares.
    """
    left, right, width, top = 166, 322, 400, 8
    bottom = top + ROW * len(rows)
    ends = [v for r in rows for v in (r.dot.value, *(r.dot.interval or ())) if np.isfinite(v)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    pad = 0.06 * (high - low) or 1.0
    x = Scale(low - pad, high + pad, left, right)
    body = []
    for tick in svg.ticks(x.low, x.high, 4):
        at = int(x(tick))
        body.append(svg.line(at, top, at, bottom, "g" if tick else "z"))
        body.append(svg.text(at, bottom + 14, svg.tick_words(tick, percent), anchor="middle"))
    for order, row in enumerate(rows):
        y = top + ROW * order + ROW // 2
        body.append(svg.text(0, y + 4, svg.cut(row.name, 26)))
        body.append(svg.text(width, y + 4, row.said, anchor="end", style="v"))
        if np.isfinite(row.dot.value):
            body += _dot(x, row.dot, y, row.clear)
    zero = int(x(0))
    for anchor, side, at in (("end", sides[0], zero - 6), ("start", sides[1], zero + 6)):
        room = (at - left if anchor == "end" else right - at) > 30
        if room and side:
            body.append(svg.text(at, bottom + 28, side, anchor=anchor, style="s"))
    return svg.canvas(words, width, bottom + 34, body)


def _dot(x: Scale, dot: Dot, y: int, full: bool) -> list[str]:
    body = []
    if dot.interval is not None:
        low, high = (int(at) for at in x(np.asarray(dot.interval)))
        body.append(svg.line(low, y, high, y, "i"))
    kind = "full" if full else "hollow"
    return [*body, f'<circle cx="{int(x(dot.value))}" cy="{y}" r="4" class="{kind}"/>']


def plane(points: Sequence[Point], words: Words, across: str, up: str) -> str:
    """Draw two outcomes against each other: a letter for each policy, with both intervals.

    Args:
        points: one a policy.
        words: what the chart is called.
        across: what lies along the axis at the bottom.
        up: what lies along the upright axis.
    """
    known = [p for p in points if np.isfinite(p.x.value) and np.isfinite(p.y.value)]
    if not known:
        return ""
    width, height, left, bottom = 400, 300, 52, 252
    x = _around([p.x for p in known], left + 6, width - 14)
    y = _around([p.y for p in known], bottom - 6, 30)
    body = [
        svg.text(0, 12, up, style="s"),
        svg.text(width - 4, height - 6, across, anchor="end", style="s"),
    ]
    for tick in svg.ticks(x.low, x.high, 5):
        at = int(x(tick))
        body.append(svg.line(at, 22, at, bottom, "g"))
        body.append(svg.text(at, bottom + 16, svg.tick_words(tick), anchor="middle"))
    for tick in svg.ticks(y.low, y.high, 5):
        at = int(y(tick))
        body.append(svg.line(left, at, width, at, "g"))
        body.append(svg.text(left - 6, at + 4, svg.tick_words(tick), anchor="end"))
    for point in known:
        cx, cy = int(x(point.x.value)), int(y(point.y.value))
        if point.x.interval:
            low, high = (int(v) for v in x(np.asarray(point.x.interval)))
            body.append(svg.line(low, cy, high, cy, "c"))
        if point.y.interval:
            low, high = (int(v) for v in y(np.asarray(point.y.interval)))
            body.append(svg.line(cx, low, cx, high, "c"))
    for point in known:
        cx, cy = int(x(point.x.value)), int(y(point.y.value))
        body.append(f'<circle cx="{cx}" cy="{cy}" r="8" class="key"/>')
        body.append(svg.text(cx, cy + 4, point.key, anchor="middle", style="k"))
    return svg.canvas(words, width, height, body)


def _around(dots: Sequence[Dot], start: float, end: float) -> Scale:
    ends = [v for d in dots for v in (d.value, *(d.interval or ()))]
    low, high = min(ends), max(ends)
    pad = 0.08 * (high - low) or 0.5
    return Scale(max(low - pad, 0.0) if low >= 0 else low - pad, high + pad, start, end)
