"""Drawings of facts: a panel a series, one below the other, over the same months."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from detente.app.report import svg
from detente.app.report.svg import Scale, Words

WIDTH, PANEL = 800, 160
LEFT, RIGHT, TOP, BOTTOM = 60, 780, 44, 132

STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1a1a1a;stroke:none}.t{font-weight:600}.s{fill:#5e5e5e}"
    ".g{stroke:#dcdcdc}.a{stroke:#6e6e6e}.bar{fill:#005a96}.none{fill:#ececec}"
    ".p0{stroke:#005a96;fill:#005a96}.p1{stroke:#b04a00;fill:#b04a00}.p2{stroke:#4a7a2c;fill:#4a7a2c}"
    ".line{fill:none;stroke-width:1.5}.end{stroke-width:2;stroke-opacity:.5}"
)
"""Colours are told apart by most eyes, and every publisher's line has its name beside it."""


class Panel(NamedTuple):
    """One series: `months`, a value a month (NaN is missing), or `years`, rows of the annual table."""

    name: str
    about: str
    months: pd.Series | None = None
    years: pd.DataFrame | None = None


def draw(panels: list[Panel], first: str, last: str) -> tuple[str, int]:
    """Draw panels as one SVG.

    Args:
        panels: from top to bottom.
        first: first month, YYYY-MM.
        last: last month.

    Returns:
        The SVG, and its height; it is 800 wide.
    """
    start, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    x = Scale(start, end + 1, LEFT, RIGHT)
    body = [f"<style>{STYLE}</style>"]
    for order, panel in enumerate(panels):
        shapes = _monthly(panel, x) if panel.months is not None else _yearly(panel, x)
        body.append(f'<g transform="translate(0 {order * PANEL})">{"".join(shapes)}</g>')
    height = PANEL * len(panels)
    names = ", ".join(panel.name for panel in panels)
    about = "; ".join(f"{panel.name}: {panel.about}" for panel in panels)
    words = Words("facts", names, f"{about}. From {first} to {last}.")
    drawn = svg.canvas(words, WIDTH, height, body)
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), height


def _monthly(panel: Panel, x: Scale) -> list[str]:
    """A bar a month; grey where nobody counted."""
    series = panel.months if panel.months is not None else pd.Series(dtype=float)
    values = series.to_numpy(float)
    y = _upright(0.0, float(np.nanmax(values, initial=1.0)))
    body, foot = _frame(panel, x, y), int(y(0.0))
    for period, value in zip(series.index, values, strict=True):
        month = 12 * period.year + period.month - 1
        left, right = int(x(month)), int(x(month + 1))
        wide = max(right - left, 1)
        if np.isnan(value):
            body.append(_box(left, TOP, wide, BOTTOM - TOP, "none"))
        elif value:
            body.append(_box(left, int(y(value)), wide, foot - int(y(value)), "bar"))
    return body


def _yearly(panel: Panel, x: Scale) -> list[str]:
    """A line a publisher, through the middle of each year, with the ends of what is published."""
    rows = panel.years if panel.years is not None else pd.DataFrame()
    if rows.empty:
        return _frame(panel, x, _upright(0.0, 1.0))
    y = _upright(min(0.0, float(rows.low.min())), float(rows.high.max()))
    body = _frame(panel, x, y)
    for order, (publisher, own) in enumerate(rows.groupby("source")):
        style, across = f"p{order % 3}", x(12 * own.year.to_numpy() + 6)
        body.append(svg.path(svg.course(across, y(own.value.to_numpy())), f"{style} line"))
        for at, low, high in zip(
            across, y(own.low.to_numpy()), y(own.high.to_numpy()), strict=True
        ):
            body.append(svg.line(at, low, at, high, f"{style} end"))
        for at, up in zip(across, y(own.value.to_numpy()), strict=True):
            body.append(f'<circle cx="{at}" cy="{up}" r="2.5" class="{style}"/>')
        body.append(svg.text(LEFT + 240 * order, 34, str(publisher), style=style))
    return body


def _frame(panel: Panel, x: Scale, y: Scale) -> list[str]:
    """Name and meaning, round numbers on both axes, faint lines across."""
    body = [
        svg.text(0, 16, panel.name, style="t"),
        svg.text(RIGHT, 16, svg.cut(panel.about, 80), anchor="end", style="s"),
    ]
    for tick in svg.ticks(y.low, y.high, 5):
        at = int(y(tick))
        body.append(svg.line(LEFT, at, RIGHT, at, "g"))
        body.append(svg.text(LEFT - 6, at + 4, svg.tick_words(tick), anchor="end"))
    years = (x.high - x.low) / 12
    step = next(step for step in (1, 2, 5, 10, 50) if years / step <= 12)
    for year in range(int(-(-x.low // 12)), int(x.high // 12) + 1):
        if year % step == 0:
            at = int(x(12 * year))
            body.append(svg.line(at, BOTTOM, at, BOTTOM + 4, "a"))
            body.append(svg.text(at, BOTTOM + 17, str(year), anchor="middle"))
    return [*body, svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "a")]


def _upright(low: float, high: float) -> Scale:
    """An upright axis with a little room above, and below where something lies under zero."""
    room = 0.05 * (high - low) or 0.5
    return Scale(low - room if low < 0 else low, high + room, BOTTOM, TOP)


def _box(x: int, y: int, width: int, height: int, style: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" class="{style}"/>'
