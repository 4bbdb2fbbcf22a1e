"""Charts as inline SVG, written by hand: text stays text, and the same numbers give the same bytes.

A chart is a title and a description for those who do not see it, and shapes at whole coordinates on a canvas that
stretches to its place. Lines step from point to point by differences, which keeps a page of a hundred charts light.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

INK, FAINT, GRID = "#1a1a1a", "#5e5e5e", "#dcdcdc"


class Words(NamedTuple):
    """What a chart is called: `key` is unique on the page, `about` describes it to those who do not see it."""

    key: str
    title: str
    about: str
    unit: str = ""


class Scale(NamedTuple):
    """A line of numbers laid along an axis of the canvas: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, x: np.ndarray | float) -> np.ndarray:
        """Where values stand, in whole units of the canvas."""
        share = (np.asarray(x, float) - self.low) / ((self.high - self.low) or 1.0)
        return np.rint(self.start + share * (self.end - self.start)).astype(int)


def canvas(words: Words, width: int, height: int, body: Sequence[str]) -> str:
    """Put shapes on a canvas."""
    key = words.key
    return (
        f'<svg role="img" viewBox="0 0 {width} {height}" aria-labelledby="{key}-title {key}-about">'
        f'<title id="{key}-title">{escape(words.title)}</title>'
        f'<desc id="{key}-about">{escape(words.about)}</desc>{"".join(body)}</svg>'
    )


def text(x: float, y: float, said: str, *, anchor: str = "start", style: str = "") -> str:
    """Write at a point."""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:g}" y="{y:g}"{where}{kind}>{escape(said)}</text>'


def cut(said: str, letters: int) -> str:
    """A text that fits; what is longer stands whole in the title and in the tables."""
    return said if len(said) <= letters else f"{said[: letters - 1].rstrip()}…"


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    """A straight line."""
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" class="{style}"/>'


def course(x: np.ndarray, y: np.ndarray) -> str:
    """The path along points, as steps from the first."""
    steps = np.stack([np.diff(x), np.diff(y)], axis=1)
    return f"M{x[0]} {y[0]}l" + " ".join(f"{dx} {dy}" for dx, dy in steps.tolist())


def path(d: str, style: str, key: str = "") -> str:
    """A path by its class, and with an id where others use it."""
    name = f' id="{key}"' if key else ""
    return f'<path d="{d}" class="{style}"{name}/>'


def band(x: np.ndarray, low: np.ndarray, high: np.ndarray, style: str) -> str:
    """The area between two courses."""
    around = course(np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]]))
    return path(f"{around}z", style)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers between two ends, few of them."""
    span = high - low
    if not span > 0 or not np.isfinite(span):
        return [low]
    step = 10.0 ** np.floor(np.log10(span / most))
    step *= next(k for k in (1, 2, 5, 10, 20) if span / (k * step) <= most)
    first = np.ceil(low / step - 1e-9)
    found = [float(k * step) for k in np.arange(first, np.floor(high / step + 1e-9) + 1)]
    return [round(x, 10) + 0.0 for x in found]


def tick_words(x: float, percent: bool = False) -> str:
    """Write a tick."""
    said = f"{100 * x:g}\N{NO-BREAK SPACE}%" if percent else f"{x:,.6g}"
    return said.replace("-", "−")
