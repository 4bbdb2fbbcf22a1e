"""What went into a run, as rows of words: agreements in force, doctrines and their settings, private preferences."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from detente.app.report import words
from detente.app.report.findings import Policy
from detente.app.report.provenance import Citations
from detente.app.usecases import Session
from detente.domain.axes import INTENT
from detente.domain.quantity import Leaf, Quantity, leaves
from detente.scenarios.binding import Doctrine, find_pack
from detente.scenarios.schema import Number as Setting, read_toml


def situation(session: Session, citations: Citations) -> list[tuple[str, Markup]]:
    """Statements about the start, with their sources."""
    return [(s.text, citations.cite(s.source)) for s in session.pack.head.situation]


def in_force(session: Session, citations: Citations) -> list[tuple[str, Markup]]:
    """Agreements that stand from the first month, with their sources."""
    path = find_pack(session.request.scenario) / "agreements.toml"
    stated = read_toml(path)["agreement"] if path.exists() else []
    return [(one["text"], citations.cite(one["source"])) for one in stated]


def regions(session: Session, citations: Citations) -> list[dict[str, Any]]:
    """The regions of private preferences with how likely each is at the start, by the pack or as filtered."""
    found = []
    for label in INTENT.labels:
        region = getattr(session.pack.regions, label)
        found.append(
            {
                "label": label,
                "weight": words.percent(session.pack.weights[label]),
                "meaning": region.meaning,
                "sources": citations.cite(region.source),
            }
        )
    return found


def settings(session: Session, policies: Iterable[Policy]) -> tuple[list[dict[str, Any]], int]:
    """Settings in which the doctrines differ (with one doctrine: all), and how many are the same in all."""
    known = {doctrine.name: doctrine for doctrine in session.doctrines}
    doctrines = [known[policy.name] for policy in policies]
    rows, same = [], 0
    asked = {leaf.name: leaf for d in doctrines for leaf in leaves(type(d.settings))}
    for leaf in asked.values():
        said = [_setting(leaf, doctrine) for doctrine in doctrines]
        if len(said) > 1 and len(set(said)) == 1:
            same += 1
            continue
        rows.append({"label": _asked(leaf.quantity), "values": said})
    return rows, same


def _asked(quantity: Quantity) -> str:
    """What a setting means, without the note on how to say never."""
    return quantity.meaning.partition(";")[0]


def _setting(leaf: Leaf, doctrine: Doctrine) -> str:
    """A setting in words. Terms that are never put on the table, and what others are set to, are not shown."""
    offers: Setting | None = doctrine.numbers.get("offers")
    if leaf.name not in doctrine.numbers:
        return "–"
    if leaf.path[0] == "terms" and offers is not None and not offers.prior[1]:
        return "–"
    value, quantity = doctrine.numbers[leaf.name].prior[1], leaf.quantity
    if quantity.labels:
        return quantity.labels[int(value)]
    if quantity.unit == "flag":
        return "yes" if value else "no"
    return _measured(value, quantity)


NEVER = 1200
"""Months that no run reaches: how a doctrine says never."""


def _measured(value: float, quantity: Quantity) -> str:
    """A number with its unit, as people say it."""
    match quantity.unit:
        case "month" if value >= NEVER:
            return "never"
        case "share" | "probability":
            return f"{words.amount(100 * value)}{words.PERCENT}"
        case "1/month":
            return f"{words.amount(100 * value)}{words.PERCENT} a month"
        case "ratio":
            return f"×{words.amount(value)}"
        case "index":
            return f"{words.amount(value)} (of 0–1)"
        case unit:
            return words.with_unit(words.amount(value), unit)
