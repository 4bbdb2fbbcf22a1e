"""Three futures of a policy picked by a rule, each told in a page: its turning points, and what came of it.

A future's *index* is the mean, over the headline outcomes that have a better side, of its rank among the policy's
futures (0 the worst, 1 the best; equal values share their mean rank). Futures stand in order of index, equal ones in
order of number; the three are those at 10, 50 and 90 per cent of that order. The index picks and judges nothing: it
weighs all these outcomes alike, and another index would pick others.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from detente.app.report import deeds, surroundings, words
from detente.app.report.chronicle import Chronicle, Event
from detente.app.report.findings import Findings, Pair, Policy
from detente.app.report.measures import Measure
from detente.app.report.story import capital, closing, guess
from detente.decision.comparison import Kind
from detente.domain.axes import INTENT
from detente.engine.month import Month
from detente.scenarios.schema import Scenario

PLACES = {"worst tenth": 0.1, "median": 0.5, "best tenth": 0.9}
"""Where the three futures stand in the order of the index."""

ENDS = 3
"""Of each kind of turning point, so many of the first and so many of the last are told."""

KINDS = (
    deeds.offices,
    deeds.fates,
    surroundings.crisis,
    deeds.tests,
    deeds.offers,
    deeds.talks,
    deeds.agreements,
    surroundings.hunger,
    surroundings.society,
)
"""Kinds of turning points, in the order in which a month tells them."""

Replay = Callable[[Policy, int], Month]
"""Gives one future of a policy whole, by its number in the run."""


class Pick(NamedTuple):
    """One future: what it was picked as, its number in the run, where it stands by the index, and its values."""

    place: str
    future: int
    standing: float
    values: list[float]


class Turn(NamedTuple):
    """A turning point; `tag` is `hidden` for what nobody but the reader knows."""

    month: str
    text: str
    tag: str


class Told(NamedTuple):
    """A pick in words: what was hidden and believed at the start, its turning points, how many more, and the end."""

    pick: Pick
    opening: str
    turns: list[Turn]
    passed_over: int
    closing: str


def indexed(findings: Findings) -> list[Measure]:
    """The outcomes that make up the index."""
    return [m for m in findings.headline() if m.side]


def index(policy: Policy, outcomes: list[Measure]) -> np.ndarray:
    """The index of every future that did not fail: [future], 0 to 1."""
    ranks = []
    for measure in outcomes:
        values = policy.futures.column(measure.name).values[policy.sound] * measure.side
        ranks.append((rankdata(values) - 0.5) / max(len(values), 1))
    return np.mean(ranks, axis=0)


def picks(policy: Policy, outcomes: list[Measure], replicates: int) -> list[Pick]:
    """The three futures of a policy, the worst first; none where all failed."""
    sound = np.flatnonzero(policy.sound)
    if not len(sound):
        return []
    found = np.round(index(policy, outcomes), 12)
    futures = policy.futures
    number = (futures.world[sound].astype(int) * replicates + futures.replicate[sound]).tolist()
    order = np.lexsort((number, found))
    chosen = []
    for place, share in PLACES.items():
        at = int(order[max(0, int(np.ceil(share * len(sound) - 1e-9)) - 1)])
        values = [float(futures.column(m.name).values[sound[at]]) for m in outcomes]
        chosen.append(Pick(place, number[at], float(found[at]), values))
    return chosen


def farthest(findings: Findings) -> Policy | None:
    """The policy most unlike the reference: the largest mean |difference| over the index's outcomes, in sd."""

    def apart(pair: Pair) -> float:
        found = [pair.differences[m.name] for m in indexed(findings)]
        return sum(abs(d.mean) / d.sd for d in found if d.n and d.sd > 0)

    return max(findings.pairs, key=apart).one if findings.pairs else None


def told_in_full(findings: Findings) -> list[Policy]:
    """The policies whose futures are told: the reference, and the one most unlike it."""
    other = farthest(findings)
    return [findings.reference, *([other] if other else [])]


def tell(pick: Pick, months: Month, head: Scenario) -> Told:
    """Tell one future by its turning points."""
    c = Chronicle(months, head)
    events: list[Event] = []
    passed = 0
    for kind in KINDS:
        here = list(kind(c))
        kept = here if len(here) <= 2 * ENDS else [*here[:ENDS], *here[-ENDS:]]
        passed += len(here) - len(kept)
        events += kept
    events.sort(key=lambda event: event.month)  # stable: within a month, in the order of kinds
    start = c.world.month.astype(int)
    turns = [Turn(words.month_words(int(start[e.month])), capital(e.text), e.tag) for e in events]
    intent = INTENT.labels[int(c.world.offices.intent[0])]
    opening = (
        f"The leader of {c.them} is a {intent}, which nobody else knows: {c.us} takes the leader for "
        f"{guess(c.world.beliefs.intent[0])}."
    )
    return Told(pick, opening, turns, passed, closing(c))


def value_words(value: float, measure: Measure) -> str:
    """One outcome of one future."""
    if measure.kind is Kind.FLAG:
        return "yes" if value else "no"
    digits = 0 if not value or abs(value) >= 10 else min(words.places(0, value), 3)
    return words.plain(value, digits)
