"""What a run found, computed once: summaries by policy, differences by pair, who stands at which end, what failed."""

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

import numpy as np

from detente.app.report import words
from detente.app.report.measures import HEADLINE, Measure, measures, shown
from detente.app.usecases import Results, Session
from detente.decision.comparison import (
    Difference,
    Futures,
    Kind,
    Labels,
    Number,
    Share,
    Summary,
    differences,
    read,
    split,
    summaries,
)
from detente.domain.axes import INTENT

ORDERED_BY = HEADLINE[0]
"""Policies after the first stand in the order of this outcome's mean, the least first."""

CROWD = 3
"""At most one policy in so many shares an end of the field, or nobody is said to stand there."""


class Policy(NamedTuple):
    """What one policy brought. `key` is its letter on the page; `summaries` go by the outcome's name."""

    key: str
    name: str
    title: str
    summary: str
    source: tuple[str, ...]
    futures: Futures
    failed: Counter[str]
    summaries: dict[str, Summary]

    @property
    def sound(self) -> np.ndarray:
        """Which futures did not fail: flags [future]."""
        return self.futures.column("intent").defined


class Pair(NamedTuple):
    """One policy against the reference: every outcome that has a difference."""

    one: Policy
    other: Policy
    differences: dict[str, Difference]


class Ends(NamedTuple):
    """Who stands lowest and highest in an outcome: the one at the end, and whoever is not clearly apart from it.

    Empty where those are too many to say that anybody stands there. With a single policy there are no ends.
    """

    low: tuple[Policy, ...]
    high: tuple[Policy, ...]


class Findings(NamedTuple):
    """Everything that a briefing says in numbers. The reference is the first of the policies."""

    measures: list[Measure]
    policies: list[Policy]
    pairs: list[Pair]
    ends: dict[str, Ends]

    @property
    def reference(self) -> Policy:
        """The policy that the others are compared with."""
        return self.policies[0]

    def measure(self, name: str) -> Measure:
        """Look up a measure by its outcome's name."""
        return next(m for m in self.measures if m.name == name)

    def headline(self) -> list[Measure]:
        """Measures of the overview, in its order."""
        return [self.measure(name) for name in HEADLINE]


def find(session: Session, results: Results) -> Findings:
    """Compute what a briefing says; every policy is compared with the first that was asked for."""
    listed = measures(session.pack)
    policies = _ordered(_policies(session, results, listed))
    base, *others = policies
    every = [m.name for m in listed if m.kind is not Kind.LABEL and not m.condition]
    pairs = [Pair(p, base, differences(p.futures, base.futures, every)) for p in others]
    shown_alike = [_alike(measure, policies) for measure in listed]
    return Findings(shown_alike, policies, pairs, _ends(policies, pairs))


def _alike(measure: Measure, policies: list[Policy]) -> Measure:
    """Give an outcome the same decimal places under all policies: those of the least well known."""
    found = [s for p in policies if isinstance(s := p.summaries[measure.name], Number)]
    known = [s for s in found if s.n and not words.nothing(s)]
    if not known:
        return measure
    return measure._replace(
        digits=min(words.mean_digits(s) for s in known),
        spread_digits=min(words.spread_digits(s) for s in known),
    )


def _policies(session: Session, results: Results, listed: list[Measure]) -> list[Policy]:
    titles = Counter(doctrine.title for doctrine in session.doctrines)
    found = []
    for doctrine in session.doctrines:
        table = results.outcomes[doctrine.name]
        futures = shown(read(table))
        alone = titles[doctrine.title] == 1
        status = table.column("status").value_counts().to_pylist()
        found.append(
            Policy(
                key="",
                name=doctrine.name,
                title=doctrine.title if alone else f"{doctrine.title} ({doctrine.name})",
                summary=doctrine.summary,
                source=doctrine.source,
                futures=futures,
                failed=Counter({s["values"]: s["counts"] for s in status if s["values"] != "ok"}),
                summaries=summaries(futures, [m.name for m in listed]),
            )
        )
    return found


def _ordered(policies: list[Policy]) -> list[Policy]:
    """The first as it is, the others by rule; each with its letter."""
    first, *rest = policies
    rest.sort(key=lambda p: (np.nan_to_num(value(p, ORDERED_BY), nan=np.inf), p.title))
    return [p._replace(key=_letter(k)) for k, p in enumerate([first, *rest])]


def _letter(k: int) -> str:
    """A to Z, then A2 and on."""
    return chr(ord("A") + k % 26) + (str(k // 26 + 1) if k >= 26 else "")


def value(policy: Policy, outcome: str) -> float:
    """Mean or share of an outcome under a policy."""
    found = policy.summaries[outcome]
    assert not isinstance(found, Labels)
    return found.share if isinstance(found, Share) else found.mean


def _ends(policies: list[Policy], pairs: list[Pair]) -> dict[str, Ends]:
    """Who stands at the ends of each headline outcome, all policies paired under the same luck."""
    apart: dict[tuple[str, str], dict[str, Difference]] = {}
    for pair in pairs:
        apart[pair.one.key, pair.other.key] = pair.differences
    for one, other in combinations(policies[1:], 2):
        apart[one.key, other.key] = differences(one.futures, other.futures, HEADLINE)

    def together(end: Policy, other: Policy, name: str) -> bool:
        found = apart.get((end.key, other.key)) or apart.get((other.key, end.key))
        return end is other or found is None or not found[name].clear

    def group(end: Policy, name: str) -> tuple[Policy, ...]:
        members = tuple(p for p in policies if together(end, p, name))
        return members if len(members) <= max(1, len(policies) // CROWD) else ()

    found = {}
    for name in HEADLINE:
        known = [p for p in policies if np.isfinite(value(p, name))]
        if len(known) < 2:
            found[name] = Ends((), ())
            continue
        low = min(known, key=lambda p: value(p, name))
        high = max(known, key=lambda p: value(p, name))
        found[name] = Ends(group(low, name), group(high, name))
    return found


def by_type(policies: Iterable[Policy], outcomes: list[str]) -> dict[str, dict[str, dict]]:
    """Summaries by policy and private type: `found[key][label][outcome]`, types in the order always used."""
    found = {}
    for policy in policies:
        parts = split(policy.futures)
        found[policy.key] = {label: summaries(parts[label], outcomes) for label in INTENT.labels}
    return found
