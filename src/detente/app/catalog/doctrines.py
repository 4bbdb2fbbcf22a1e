"""Doctrines and their modifiers, told."""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

from detente.app.catalog.layout import paragraph, part, table
from detente.app.catalog.wording import gists, grounds, heading, stated, titled, works
from detente.app.wiring import POLICIES
from detente.domain.quantity import leaves
from detente.scenarios.binding import BEHAVIOUR, DOCTRINES, MODIFIERS, Doctrine, load_doctrine


def overview() -> list[str]:
    """List the doctrines that ship, and the modifiers that can be added to them."""
    return [
        *table(gists(DOCTRINES), ("doctrine", "what it stands for")),
        "",
        *paragraph("Modifiers, which can be added to any of them: verified-freeze+united-front"),
        "",
        *table(gists(MODIFIERS), ("modifier", "what it changes")),
        "",
        *paragraph("Without a doctrine:"),
        "",
        *table(gists(BEHAVIOUR), ("policy", "how it decides")),
        "",
        *table(
            [
                ("To see every setting:", "detente policy show NAME[+MODIFIER]"),
                ("To begin your own:", "detente policy new NAME --from DOCTRINE"),
                ("To run some:", "detente brief --policy NAME --policy NAME+MODIFIER"),
            ]
        ),
    ]


def page(name: str) -> list[str]:
    """Tell all of a doctrine: what it stands for, what its modifiers change, and every setting with its grounds."""
    steps = _steps(name)
    doctrine = steps[-1]
    settings = (
        (leaf.name, stated(number, leaf), grounds(number, leaf))
        for leaf in leaves(type(doctrine.settings))
        for number in [doctrine.numbers[leaf.name]]
    )
    return [
        *heading(doctrine.title, titled(doctrine.name, doctrine.aliases), doctrine.summary),
        *(line for before, after in pairwise(steps) for line in _modified(before, after)),
        *part("Settings", settings, ("setting", "value", "what it is, and on what grounds")),
        *works(_cited(doctrine)),
    ]


def _steps(name: str) -> list[Doctrine]:
    """A doctrine, and what each of its modifiers makes of it."""
    parts = [name] if Path(name).exists() else name.split("+")
    steps = accumulate(parts, lambda before, modifier: f"{before}+{modifier}")
    return [load_doctrine(step, POLICIES) for step in steps]


def _modified(before: Doctrine, after: Doctrine) -> list[str]:
    """What a modifier changes, from which value to which."""
    modifier = after.name.removeprefix(before.name)
    changed = (
        (leaf.name, f"{stated(old, leaf)} -> {stated(new, leaf)}")
        for leaf in leaves(type(after.settings))
        for old, new in [(before.numbers[leaf.name], after.numbers[leaf.name])]
        if old.prior != new.prior
    )
    return part(f"What {modifier} changes from what stands before it", changed)


def _cited(doctrine: Doctrine) -> Iterator[str]:
    yield from doctrine.source
    for number in doctrine.numbers.values():
        yield from number.source
