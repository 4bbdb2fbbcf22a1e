"""Charts as inline SVG: text stays text, and the same numbers give the same bytes.

Each has a title and a description for those who do not see it. Matplotlib's objects are used without pyplot, so that
nothing is kept between charts. A chart is drawn narrow, for a telephone, and the page sets several side by side.
Colours are Okabe and Ito's, told apart by most eyes; line styles, markers and direct words carry the same, for grey
print.
"""

import re
from collections.abc import Callable, Sequence
from html import escape
from io import BytesIO
from textwrap import shorten
from typing import Any, NamedTuple

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from detente.decision.comparison import QUANTILES, Interval

WIDTH = 5.2
"""Inches; the SVG has 72 units to the inch and stretches to its place."""

LETTERS = 52
"""Letters that fit across a chart; what is longer is cut, and stands whole in the title and in the tables."""

INK, FAINT = "#1a1a1a", "#767676"

STYLES = (
    ("#0072B2", "-", "o"),
    ("#D55E00", "--", "s"),
    ("#009E73", "-.", "^"),
    ("#CC79A7", ":", "D"),
    ("#E69F00", (0, (6, 1, 1, 1, 1, 1)), "v"),
    ("#56B4E9", (0, (1, 3)), "P"),
)
"""Colour, line and marker by the order of policies; they come round again after six."""

_RC: dict[Any, Any] = {
    "svg.hashsalt": "detente",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10.5,
    "axes.titlesize": 11.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "path.simplify_threshold": 0.2,
}


class Words(NamedTuple):
    """What a chart is called: `key` is unique on the page, `about` describes it to those who do not see it."""

    key: str
    title: str
    about: str
    unit: str = ""


class Dot(NamedTuple):
    """A mean or a share with its interval, None where there is none to be had."""

    value: float
    interval: Interval | None


class Fan(NamedTuple):
    """Quantiles of the paths of one policy, at `QUANTILES`: [quantile, month]; and single paths: [month, sample]."""

    bands: np.ndarray
    samples: np.ndarray


def fan_of(paths: np.ndarray, samples: int = 5) -> Fan:
    """Read the bands of many paths. `paths`: [month, future]; samples are taken at even steps from the first."""
    step = max(1, paths.shape[1] // samples)
    return Fan(np.quantile(paths, QUANTILES, axis=1), paths[:, ::step][:, :samples])


def fans(fans: Sequence[Fan], start: int, words: Sequence[Words]) -> list[str]:
    """Draw one fan a policy, all on the same axes: median, half of the futures, nine in ten, and single paths.

    Args:
        fans: one a policy.
        start: number of the first month.
        words: one a policy, in the same order.
    """
    low = min(min(np.min(f.bands), np.min(f.samples, initial=np.inf)) for f in fans)
    high = max(max(np.max(f.bands), np.max(f.samples, initial=-np.inf)) for f in fans)
    pad = 0.04 * (high - low) or 0.5
    limits = (max(low - pad, 0.0) if low >= 0 else low - pad, high + pad)

    def one(fan: Fan, order: int) -> Callable[[Axes], None]:
        def paint(axes: Axes) -> None:
            colour = STYLES[order % len(STYLES)][0]
            months = _months(axes, start, fan.bands.shape[1])
            for outer, strength in ((0, 0.22), (1, 0.45)):
                axes.fill_between(
                    months,
                    fan.bands[outer],
                    fan.bands[-1 - outer],
                    color=_tint(colour, strength),
                    lw=0,
                )
            axes.plot(months, fan.samples, color=INK, lw=0.5)
            axes.plot(months, fan.bands[2], color=_tint(colour, 1, INK), lw=2.2)
            axes.set_ylim(*limits)
            axes.set_title(words[order].unit, fontsize=10, fontweight="normal", color=FAINT)
            axes.yaxis.set_major_formatter(FuncFormatter(_tick))

        return paint

    return [_draw(one(fan, i), 2.9, words[i]) for i, fan in enumerate(fans)]


def shares(lines: Sequence[np.ndarray], names: Sequence[str], start: int, words: Words) -> str:
    """Draw the share of futures in a state, month by month: one line a policy. `lines`: [month] each, 0 to 1."""

    def paint(axes: Axes) -> None:
        for i, (line, name) in enumerate(zip(lines, names, strict=True)):
            colour, dashes, _ = STYLES[i % len(STYLES)]
            months = _months(axes, start, len(line))
            axes.plot(months, line, color=colour, ls=dashes, lw=2.2, label=_cut(name, LETTERS - 8))
        _percents(axes.yaxis)
        axes.set_ylim(0, max(0.1, 1.08 * max(float(np.max(line)) for line in lines)))
        _legend(axes, names)

    return _draw(paint, 2.9 + _key_height(names), words)


def differences(rows: Sequence[tuple[str, str, Dot]], words: Words) -> str:
    """Draw differences between two policies, one row each: what, how much in words, and the dot on a common scale."""

    def paint(axes: Axes) -> None:
        axes.axvline(0, color=FAINT, lw=1)
        for y, (label, text, dot) in enumerate(rows):
            solid = dot.interval is not None and not dot.interval.low <= 0 <= dot.interval.high
            _dot(axes, dot, y, STYLES[0][0], "o", solid)
            _beside(axes, label, 0, y)
            _beside(axes, text, 1, y)
        reach = max(abs(v) for _, _, d in rows for v in (d.value, *(d.interval or ())))
        axes.set_xlim(-1.08 * reach or -1, 1.08 * reach or 1)
        axes.xaxis.set_major_formatter(FuncFormatter(_tick))
        axes.set_ylim(len(rows) - 0.6, -0.9)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(words.unit, color=FAINT)

    return _draw(paint, 0.9 + 0.45 * len(rows), words, above=False)


def by_group(
    groups: Sequence[str],
    names: Sequence[str],
    dots: Sequence[Sequence[Dot]],
    words: Words,
    *,
    percent: bool,
) -> str:
    """Draw one measure in each group, one dot a policy. `dots`: [policy][group]; one that is nan is left out."""

    def paint(axes: Axes) -> None:
        step = 0.6 / max(len(names), 2)
        for i, (name, row) in enumerate(zip(names, dots, strict=True)):
            colour, _, marker = STYLES[i % len(STYLES)]
            axes.plot([], [], color=colour, marker=marker, ls="", label=_cut(name, LETTERS - 8))
            for y, dot in enumerate(row):
                if np.isfinite(dot.value):
                    _dot(axes, dot, y + step * (i - (len(names) - 1) / 2), colour, marker, True)
        axes.set_yticks(range(len(groups)), groups)
        axes.set_ylim(len(groups) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color="#e3e3e3", lw=0.8)
        axes.set_axisbelow(True)
        if percent:
            axes.set_xlim(0, 1)
            _percents(axes.xaxis)
        else:
            axes.xaxis.set_major_formatter(FuncFormatter(_tick))
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_xlabel(words.unit, color=FAINT)
        _legend(axes, names)

    return _draw(paint, 0.9 + _key_height(names) + (0.28 + 0.14 * len(names)) * len(groups), words)


def _dot(axes: Axes, dot: Dot, y: float, colour: str, marker: str, solid: bool) -> None:
    if dot.interval is not None:
        axes.plot(dot.interval, (y, y), color=colour, lw=2.2, solid_capstyle="butt")
    axes.plot(
        [dot.value],
        [y],
        color=colour,
        marker=marker,
        ms=6.5,
        mfc=colour if solid else "white",
        ls="",
    )


def _beside(axes: Axes, text: str, x: int, y: float) -> None:
    """Write over a row, at its left (0) or right (1) end, on white so that no line runs through."""
    axes.annotate(
        text,
        (x, y),
        (0, 8),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        ha="right" if x else "left",
        color=FAINT if x else INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
    )


def _months(axes: Axes, start: int, months: int) -> np.ndarray:
    """Lay out a calendar, and give where each month's end lies on it. A year's mark stands at its January."""
    end = start + months
    first, step = -(-start // 12), max(1, round(months / 12 / 6))
    years = range(first, end // 12 + 1, step)
    axes.set_xlim(start, end)
    axes.set_xticks([12 * year for year in years], [str(year) for year in years])
    axes.grid(axis="y", color="#e3e3e3", lw=0.8)
    axes.set_axisbelow(True)
    return start + 1 + np.arange(months)


def _percents(axis: Any) -> None:
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))


def _tick(value: float, _: int) -> str:
    return f"{value:,.6g}".replace("-", "−")


def _cut(text: str, letters: int = LETTERS) -> str:
    return shorten(text, letters, placeholder=" …")


def _columns(names: Sequence[str]) -> int:
    """How many names stand side by side in a key."""
    return 2 if max(len(name) for name in names) <= 24 else 1


def _key_height(names: Sequence[str]) -> float:
    """Room for the names of policies over a chart, in inches."""
    return 0.21 * -(-len(names) // _columns(names))


def _legend(axes: Axes, names: Sequence[str]) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=_columns(names),
        borderaxespad=0,
        handlelength=2.6,
    )


def _tint(colour: str, strength: float, ground: str = "white") -> str:
    """Mix a colour with white: opaque, so that bands keep their order in grey. Full strength is darkened a little."""
    share = strength if ground == "white" else 0.75
    mixed = share * np.array(to_rgb(colour)) + (1 - share) * np.array(to_rgb(ground))
    return to_hex(tuple(mixed))


def _draw(paint: Callable[[Axes], None], height: float, words: Words, *, above: bool = True) -> str:
    """Draw one pair of axes, and give it as an SVG element that can stand in a page."""
    with rc_context(_RC):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.add_subplot()
        paint(axes)
        if above:
            figure.suptitle(
                _cut(words.title),
                x=0.01,
                ha="left",
                fontsize=11.5,
                fontweight="bold",
            )
        file = BytesIO()
        empty = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(file, metadata=empty)
    return _inline(file.getvalue().decode(), words)


def _inline(svg: str, words: Words) -> str:
    """Make a file into an element: no prologue, no style of its own, names that are unique on the page."""
    body = svg[svg.index("<svg") :]
    box = re.search(r'viewBox="([^"]+)"', body)
    assert box is not None
    body = body[body.index(">") + 1 : body.rindex("</svg>")]
    body = re.sub(
        r"<(metadata|style).*?</\1>|<defs>\s*</defs>|<!--.*?-->", "", body, flags=re.DOTALL
    )
    body = re.sub(r'\b(id="|url\(#|href="#)', rf"\g<1>{words.key}-", body)
    body = re.sub(r'\b(?:d|x|y|transform)="[^"]*"', _shortened, body)
    body = re.sub(r"\s*\n\s*", "\n", body)
    key, title, about = words.key, escape(words.title), escape(words.about)
    return (
        f'<svg role="img" viewBox="{box[1]}" aria-labelledby="{key}-title {key}-about">'
        f'<title id="{key}-title">{title}</title><desc id="{key}-about">{about}</desc>{body}</svg>'
    )


def _shortened(attribute: re.Match[str]) -> str:
    """Cut coordinates to hundredths of a point: nobody sees more, and the page halves."""
    return re.sub(r"(\.\d\d)\d+", r"\1", re.sub(r"\s+", " ", attribute[0]))
