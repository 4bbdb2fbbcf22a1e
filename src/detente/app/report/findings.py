"""What a run found, computed once: summaries by policy, differences by pair, and what failed."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from detente.app.report.measures import Measure, measures, with_derived
from detente.app.usecases import Results, Session
from detente.decision.comparison import (
    Difference,
    Futures,
    Kind,
    Summary,
    by_label,
    difference,
    read,
    summarise,
)
from detente.domain.axes import INTENT

BY_TYPE = ("agreement_signed", "agreement_kept", "warheads", "relief_during_breach_musd")
"""Outcomes that are shown by private type."""


class Pair(NamedTuple):
    """One policy against another: every outcome that has a difference."""

    one: str
    other: str
    differences: list[tuple[Measure, Difference]]


class Policy(NamedTuple):
    """What one policy brought. `summaries` and `by_type` go by the outcome's name, `by_type` then by the type's."""

    name: str
    title: str
    summary: str
    futures: Futures
    failed: Counter[str]
    summaries: dict[str, Summary]
    by_type: dict[str, dict[str, Summary]]

    @property
    def sound(self) -> np.ndarray:
        """Which futures did not fail: flags [future]."""
        return self.futures.column("intent").defined


class Findings(NamedTuple):
    """Everything that a briefing says in numbers."""

    measures: list[Measure]
    policies: list[Policy]
    pairs: list[Pair]

    def measure(self, name: str) -> Measure:
        """Look up a measure by its outcome's name."""
        return next(m for m in self.measures if m.name == name)


def find(session: Session, results: Results) -> Findings:
    """Compute what a briefing says; every policy after the first is compared with the first."""
    shown = measures(session.pack.head)
    policies = _policies(session, results, shown)
    base = policies[0]
    pairs = [Pair(p.title, base.title, _differences(shown, p, base)) for p in policies[1:]]
    return Findings(shown, policies, pairs)


def _policies(session: Session, results: Results, shown: list[Measure]) -> list[Policy]:
    titles = Counter(doctrine.title for doctrine in session.doctrines)
    found = []
    for doctrine in session.doctrines:
        table = results.outcomes[doctrine.name]
        futures = with_derived(read(table))
        alone = titles[doctrine.title] == 1
        found.append(
            Policy(
                name=doctrine.name,
                title=doctrine.title if alone else f"{doctrine.title} ({doctrine.name})",
                summary=doctrine.summary,
                futures=futures,
                failed=Counter(s for s in table.column("status").to_pylist() if s != "ok"),
                summaries={m.name: summarise(futures, m.name) for m in shown},
                by_type={name: _by_type(futures, name) for name in BY_TYPE},
            )
        )
    return found


def _by_type(futures: Futures, outcome: str) -> dict[str, Summary]:
    """Summaries in the order in which types are always listed."""
    found = by_label(futures, outcome)
    return {label: found[label] for label in INTENT.labels}


def _differences(
    shown: list[Measure], one: Policy, other: Policy
) -> list[tuple[Measure, Difference]]:
    """Differences of all outcomes that every future has: a condition on what a policy brought would mix two effects."""
    return [
        (m, difference(one.futures, other.futures, m.name))
        for m in shown
        if m.kind is not Kind.LABEL and not m.condition
    ]
