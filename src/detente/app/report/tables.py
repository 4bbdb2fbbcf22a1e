"""The tables of a briefing as rows of words."""

from typing import Any, NamedTuple

from detente.app.report import words
from detente.app.report.findings import BY_TYPE, Findings, Pair, Policy
from detente.app.report.measures import Measure
from detente.app.report.provenance import Citations
from detente.app.report.sentences import clear, difference_range, difference_words
from detente.app.usecases import Session
from detente.decision.comparison import Kind, Labels, Number, Share, Summary
from detente.domain.axes import INTENT
from detente.domain.quantity import Leaf, Quantity, leaves
from detente.scenarios.binding import Doctrine
from detente.scenarios.schema import Number as Setting, Scenario


class Group(NamedTuple):
    """Rows under one head: an outcome, what it means, and a row a policy."""

    label: str
    meaning: str
    rows: list[Any]


def numbers(findings: Findings) -> list[Group]:
    """Numeric outcomes: how well the mean is known, and, apart, how far futures lie apart."""

    def row(policy: Policy, measure: Measure) -> dict[str, str]:
        found = policy.summaries[measure.name]
        assert isinstance(found, Number)
        return {
            "policy": policy.title,
            "mean": words.mean_words(found),
            "interval": words.mean_range(found),
            "median": words.median_words(found),
            "half": words.spread_range(found, 1, -2),
            "ninety": words.spread_range(found, 0, -1),
            "between": "–" if found.between is None else words.percent(found.between),
        }

    return _groups(findings, Kind.NUMBER, row)


def shares(findings: Findings) -> list[Group]:
    """Outcomes that happen or don't: share, interval, words, and how many futures they are counted over."""

    def row(policy: Policy, measure: Measure) -> dict[str, str]:
        found = policy.summaries[measure.name]
        assert isinstance(found, Share)
        return {
            "policy": policy.title,
            "share": words.share_words(found),
            "interval": words.share_range(found) if found.n else "",
            "words": words.estimate(found),
            "of": _counted(found),
        }

    return _groups(findings, Kind.FLAG, row)


def labelled(findings: Findings, head: Scenario) -> list[tuple[Group, list[str]]]:
    """Outcomes that are one of a list: the share of each that ever occurs, a column each, and the columns' heads."""
    groups = []
    for measure in (m for m in findings.measures if m.kind is Kind.LABEL):
        found = [(p.title, p.summaries[measure.name]) for p in findings.policies]
        labels = [(title, s) for title, s in found if isinstance(s, Labels)]
        every = {label: None for _, s in labels for label in s.shares}
        occur = [k for k in every if any(s.shares[k].share > 0 for _, s in labels)]
        rows = [
            {"policy": title, "cells": [_cell(s.shares[k]) for k in occur], "of": _counted(s)}
            for title, s in labels
        ]
        groups.append((_group(measure, rows), [_role(k, head) for k in occur]))
    return groups


def _counted(found: Share | Labels) -> str:
    """How many futures a share is counted over."""
    return f"{found.n:,}" if found.n == found.total else f"{found.n:,} of {found.total:,}"


def _role(label: str, head: Scenario) -> str:
    """A label as people say it: a role's name where it is one."""
    if label in head.roles:
        return head.roles[label].name
    return {"successor": "a successor in office", "nobody": "nobody"}.get(label, label)


def _groups(findings: Findings, kind: Kind, row: Any) -> list[Group]:
    return [
        _group(m, [row(policy, m) for policy in findings.policies])
        for m in findings.measures
        if m.kind is kind
    ]


def _group(measure: Measure, rows: list[Any]) -> Group:
    where = f"Counted where there is {measure.condition}." if measure.condition else ""
    when = f"{measure.timing.capitalize()}." if measure.kind is Kind.NUMBER else ""
    meaning = "" if measure.meaning.lower() == measure.label.lower() else f"{measure.meaning}."
    return Group(measure.head, " ".join(filter(None, (meaning, when, where))), rows)


def pair_rows(pair: Pair) -> list[dict[str, Any]]:
    """Differences of one policy from another."""
    return [
        {
            "label": f"{measure.label}, points" if found.kind is Kind.FLAG else measure.head,
            "difference": difference_words(found),
            "interval": difference_range(found),
            "higher": words.percent(found.higher),
            "equal": words.percent(found.equal),
            "lower": words.percent(found.lower),
            "pairs": f"{found.n:,}",
            "stands_out": clear(found),
        }
        for measure, found in pair.differences
    ]


def types(findings: Findings) -> list[Group]:
    """What each private type brings, a row a policy."""

    def row(policy: Policy, label: str) -> dict[str, Any]:
        found = [policy.by_type[name][label] for name in BY_TYPE]
        warheads = policy.by_type["warheads"][label]
        assert isinstance(warheads, Number)
        return {
            "policy": policy.title,
            "worlds": f"{warheads.worlds:,}",
            "cells": [_cell(summary) for summary in found],
            "ninety": words.spread_range(warheads, 0, -1),
        }

    return [Group(label, "", [row(p, label) for p in findings.policies]) for label in INTENT.labels]


def _cell(found: Summary) -> tuple[str, str]:
    """A mean or a share, and its interval where there is one to speak of."""
    if isinstance(found, Share):
        return words.share_words(found), words.share_range(found) if found.n else ""
    assert isinstance(found, Number)
    said = words.mean_words(found)
    return said, "" if said in ("none", "–") else words.mean_range(found)


def regions(session: Session, citations: Citations) -> list[dict[str, Any]]:
    """The regions of private preferences with the weight that the pack gives them before anything is seen."""
    found = []
    for label in INTENT.labels:
        region = getattr(session.pack.regions, label)
        found.append(
            {
                "label": label,
                "weight": words.percent(region.weight),
                "meaning": region.meaning,
                "sources": citations.cite(region.source),
            }
        )
    return found


def settings(session: Session, citations: Citations) -> tuple[list[dict[str, Any]], int]:
    """Settings in which the doctrines differ (with one doctrine: all), and how many are the same in all."""
    fields = leaves(type(session.doctrines[0].settings))
    rows, same = [], 0
    for leaf in fields:
        said = [_setting(leaf, doctrine) for doctrine in session.doctrines]
        if len(said) > 1 and len(set(said)) == 1:
            same += 1
            continue
        cited = [key for d in session.doctrines for key in d.numbers[leaf.name].source]
        rows.append(
            {
                "label": _asked(leaf.quantity),
                "values": said,
                "sources": citations.cite(dict.fromkeys(cited)),
            }
        )
    return rows, same


def _asked(quantity: Quantity) -> str:
    """What a setting means, without the note on how to say never."""
    return quantity.meaning.partition(";")[0]


def _setting(leaf: Leaf, doctrine: Doctrine) -> str:
    """A setting in words. Terms that are never put on the table are not shown as if they were."""
    offers: Setting | None = doctrine.numbers.get("offers")
    if leaf.path[0] == "terms" and offers is not None and not offers.prior[1]:
        return "no offer"
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
