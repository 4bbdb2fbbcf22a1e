"""What pages about doctrines and situations say alike: numbers with their grounds, sources, first lines."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from detente.app.catalog.layout import paragraph, part
from detente.domain.quantity import Leaf, Quantity
from detente.scenarios.binding import HOME, names
from detente.scenarios.schema import Number, read_toml

UNSAID = ("1", "flag", "level", "category")
"""Units that add nothing behind a value."""


def heads(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name everything in a folder, with what stands at the top of its file."""
    for name in names(folder):
        path = folder / name / "scenario.toml"
        yield name, read_toml(path if path.exists() else folder / f"{name}.toml")


def gists(folder: Path) -> Iterator[tuple[str, str]]:
    """Name everything in a folder, with its title, aliases and the first sentence of its summary."""
    for name, head in heads(folder):
        title = titled(head["title"], head.get("aliases", ()))
        yield name, f"{title}\n{first_sentence(head['summary'])}"


def first_sentence(text: str) -> str:
    """A text up to its first full stop that ends no abbreviation such as U.S."""
    return re.split(r"(?<=[^A-Z][.!?])\s+(?=[A-Z])", text, maxsplit=1)[0]


def titled(title: str, aliases: Iterable[str]) -> str:
    """A title or a name with what else it goes by."""
    also = ", ".join(aliases)
    return f"{title} (also {also})" if also else title


def heading(title: str, name: str, summary: str) -> list[str]:
    """The top of a page."""
    return [*paragraph(title), *paragraph(name), "", *paragraph(summary)]


def said(text: str, sources: Iterable[str]) -> str:
    """A text with the keys of its sources."""
    return f"{text} [{', '.join(sources)}]"


def stated(number: Number, leaf: Leaf) -> str:
    """Write a number with its unit; a flag or a level as a file spells it."""
    family, a, b = number.prior
    if family == "point" and leaf.quantity.labels:
        return leaf.quantity.labels[int(a)]
    if family == "point" and leaf.dtype == bool:
        return "true" if a else "false"
    forms = {
        "point": f"{a:g}",
        "uniform": f"uniform {a:g} to {b:g}",
        "normal": f"normal, mean {a:g}, sd {b:g}",
        "lognormal": f"lognormal, median {a:g}, spread {b:g}",
    }
    return forms[family] + unit(leaf.quantity)


def unit(quantity: Quantity) -> str:
    """A unit to stand behind a number, with the space before it."""
    return "" if quantity.unit in UNSAID else f" {quantity.unit.replace('1/', 'per ')}"


def grounds(number: Number, leaf: Leaf) -> str:
    """What a number measures, what its file notes about it, and where it is from."""
    note = f" {number.note.removesuffix('.')}." if number.note else ""
    return said(f"{leaf.quantity.meaning}.{note}", number.source)


def works(cited: Iterable[str], own: Path | None = None) -> list[str]:
    """The works behind the keys of sources, from the shared bibliography and a pack's own."""
    known: dict[str, Any] = read_toml(HOME / "sources.toml")
    if own and own.exists():
        known |= read_toml(own)
    found = ((key, known[key]) for key in sorted(set(cited) & set(known)))
    return part("Sources", ((k, f"{s['author']} ({s['year']}). {s['title']}.") for k, s in found))
