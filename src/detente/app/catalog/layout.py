"""Words on a terminal: paragraphs and tables of plain text, as wide as the window and no wider than reads well."""

from collections.abc import Iterable, Sequence
from functools import partial
from shutil import get_terminal_size
from textwrap import wrap

NARROWEST, WIDEST = 70, 100
GAP = 2
LEAST = 28
"""What the last column of a table needs; with less, its cells stand below their rows."""

_wrap = partial(wrap, break_long_words=False, break_on_hyphens=False)
"""Keys and names are never broken."""


def width() -> int:
    """Columns to write in; 80 where there is no window."""
    return min(max(get_terminal_size((80, 24)).columns, NARROWEST), WIDEST)


def paragraph(text: str, indent: int = 0) -> list[str]:
    """Wrap a text, each of its lines apart."""
    room = width() - indent
    lines = [_wrap(line, room) or [""] for line in text.split("\n")]
    return [f"{' ' * indent}{line}".rstrip() for part in lines for line in part]


def message(text: str) -> list[str]:
    """Wrap every line of a message behind where it begins."""
    lines = []
    for line in text.split("\n"):
        behind = " " * (len(line) - len(line.lstrip()) + 4)
        lines += _wrap(line, width(), subsequent_indent=behind) or [""]
    return lines


def table(rows: Iterable[Sequence[str]], head: Sequence[str] = (), indent: int = 0) -> list[str]:
    """Lay out rows of cells: a column is as wide as its widest cell, and the last one wraps in what is left."""
    body = [("", *row) for row in rows]
    if not body:
        return []
    shown = [("", *head), *body] if head else body
    sizes = [
        indent,
        *(max(len(row[i]) for row in shown) + GAP for i in range(1, len(shown[0]) - 1)),
    ]
    if width() - sum(sizes) < LEAST:
        return [line for row in body for line in entry("  ".join(row[1:-1]), row[-1], indent)]
    lines = [line for row in shown for line in _row(row, sizes)]
    if head:
        lines.insert(1, " " * indent + "-" * (max(map(len, lines)) - indent))
    return lines


def entry(head: str, text: str, indent: int = 0) -> list[str]:
    """A line, and a text below it that is set in."""
    return [*paragraph(head, indent), *paragraph(text, indent + 4)]


def part(title: str, rows: Iterable[Sequence[str]], head: Sequence[str] = ()) -> list[str]:
    """A part of a page: a blank line, its title, and its rows, or that there are none."""
    lines = table(rows, head, indent=2)
    return ["", f"{title}:" if lines else f"{title}: none", *lines]


def _row(row: Sequence[str], sizes: list[int]) -> list[str]:
    """One row: its last cell wraps, and the others stand before the first line of it."""
    start = "".join(cell.ljust(size) for cell, size in zip(row, sizes, strict=False))
    first, *rest = paragraph(row[-1], sum(sizes))
    return [f"{start}{first.removeprefix(' ' * len(start))}".rstrip(), *rest]
