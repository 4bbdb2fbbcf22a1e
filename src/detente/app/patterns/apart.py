"""What the data can tell apart: how far history narrows what expresses each hidden quantity, and what hangs on types.

A quantity is expressed by calibrated numbers, whose contraction is reported together: one less the geometric mean of
the variances along the axes of the draws of their scores, so that a ridge, on which numbers trade off, counts for what
it leaves. What none of the calibrated numbers expresses stays at its prior. Types are not calibrated at all:
conclusions are therefore shown under three weights of their regions.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from detente.app.catalog import layout
from detente.app.patterns.finding import CLEAR, apart, by_world
from detente.app.patterns.korea import Korea, Run
from detente.inference.posteriors import Dated


class Hidden(NamedTuple):
    """A hidden quantity, numbers that express it, of which some are calibrated, and what limits telling it."""

    name: str
    numbers: tuple[str, ...]
    limit: str


QUANTITIES = (
    Hidden(
        "intent",
        ("challenger.w_declared", "challenger.satiety"),
        "hedger and builder need inspection; the region itself is prior only",
    ),
    Hidden(
        "survival or revision",
        (
            *("challenger.demand", "challenger.demand_revision", "challenger.attack"),
            "challenger.provoke_revision",
            *("testing.affront", "testing.exercise"),
        ),
        "pool when deterred",
    ),
    Hidden(
        "price, patience, trust",
        ("challenger.engage_offer", "challenger.engage", "challenger.precision"),
        "a ridge: reported jointly",
    ),
    Hidden(
        "U.S. reliability; value of ties",
        ("guarantor.withhold", "guarantor.delay", "challenger.engage_backing", "testing.backing"),
        "few offices; confounded by the border",
    ),
    Hidden(
        "coalition gain",
        ("economy.support", "economy.usual.chn"),
        "measurement changes in 2024-04",
    ),
    Hidden("loyalty, war, coup", (), "nothing that is counted speaks of them"),
)
"""Rows of the model's design, and the numbers of the pack that stand for each."""

TRIALS, RARE = 400, 0.99
"""Sets of draws from the prior that tell what chance makes of a contraction, and the rank that stands out of them."""


class Told(NamedTuple):
    """How far a quantity was narrowed: jointly, what chance gives, and its numbers one by one."""

    hidden: Hidden
    joint: float
    chance: float
    single: dict[str, float]
    ridge: float

    @property
    def verdict(self) -> str:
        """Prior only, not told from the prior, or narrowed."""
        if not self.single:
            return "prior only"
        return "narrowed" if self.joint > self.chance else "not told from its prior"


def joint(scores: Float[np.ndarray, "draw number"]) -> float:
    """Share of the scores' spread that was taken, whatever way they lean: nil for the prior, one for certainty."""
    _, log = np.linalg.slogdet(np.atleast_2d(np.cov(scores, rowvar=False)))
    return float(1 - np.exp(log / scores.shape[1]))


def by_chance(draws: int, numbers: int, seed: int = 0) -> float:
    """The joint contraction that draws of the prior itself exceed in one of a hundred sets."""
    rng = np.random.default_rng(seed)
    return float(
        np.quantile([joint(rng.normal(size=(draws, numbers))) for _ in range(TRIALS)], RARE)
    )


def told(dated: Dated, month: str) -> tuple[str, list[Told]]:
    """How far history up to a month narrows each quantity, and the date of the posterior.

    Raises:
        ValueError: if there is no posterior up to that month.
    """
    date, scores = dated.as_of(month)
    return date, [_one(hidden, scores, dated.names) for hidden in QUANTITIES]


def _one(hidden: Hidden, scores: np.ndarray, names: tuple[str, ...]) -> Told:
    known = [name for name in hidden.numbers if name in names]
    if not known:
        return Told(hidden, 0.0, 0.0, {}, 0.0)
    chosen = scores[:, [names.index(name) for name in known]].astype(float)
    single = dict(zip(known, (1 - chosen.var(0)).tolist(), strict=True))
    leans = (
        np.corrcoef(chosen, rowvar=False) - np.eye(len(known)) if len(known) > 1 else np.zeros(1)
    )
    ridge = float(leans.flat[np.argmax(np.abs(leans))])
    return Told(hidden, joint(chosen), by_chance(*chosen.shape), single, ridge)


# --- conclusions under other weights of types -------------------------------------------------------------------------

WEIGHTS: dict[str, tuple[float, ...] | None] = {
    "the pack's": None,
    "trader-heavy": (0.30, 0.40, 0.20, 0.10),
    "builder-heavy": (0.03, 0.27, 0.50, 0.20),
}
"""Weights of trader, hedger, builder, rejectionist. The rivals are those that regions.toml of the pack names:
engagement, and the mainstream of intelligence."""

PACK, ONE, OTHER = "korea-2025", "verified-freeze", "wait-and-contain"
"""The situation, and the doctrines that are compared."""


class Conclusion(NamedTuple):
    """An outcome under one and the other doctrine, by weights of types: means, and difference with error."""

    outcome: str
    by_weights: dict[str, tuple[float, float, float, float]]

    @property
    def verdict(self) -> str:
        """Whether the difference is clear and of one sign under all weights."""
        signs = {
            np.sign(d) if abs(apart(d, se)) > CLEAR else 0.0
            for _, _, d, se in self.by_weights.values()
        }
        return "stands under all" if len(signs) == 1 and signs != {0.0} else "depends on types"


def _kept(run: Run) -> np.ndarray:
    """Futures in which something was signed and kept."""
    return (run.values("agreement_signed") > 0) & (run.values("agreement_kept") > 0)


MEASURES: dict[str, Callable[[Run], np.ndarray]] = {
    "agreement_signed": lambda run: run.values("agreement_signed"),
    "signed and kept": _kept,
    "verified_freeze_months": lambda run: run.values("verified_freeze_months"),
}
"""What is concluded about."""


def conclusions(korea: Korea, done: Callable[[], None]) -> list[Conclusion]:
    """The doctrines compared under each weighting, future by future under the same luck."""
    found: dict[str, dict[str, tuple[float, float, float, float]]] = {name: {} for name in MEASURES}
    for label, weights in WEIGHTS.items():
        one, other = (korea.run(PACK, doctrine, weights=weights) for doctrine in (ONE, OTHER))
        for name, measure in MEASURES.items():
            a, b = measure(one) - 0.0, measure(other) - 0.0
            found[name][label] = (a.mean(), b.mean(), *by_world(a - b, one.outcomes.world))
        done()
    return [Conclusion(name, by_weights) for name, by_weights in found.items()]


# --- lines ------------------------------------------------------------------------------------------------------------


def shown_told(date: str, rows: list[Told]) -> list[str]:
    """How far history narrows each quantity, for a terminal."""
    said = f"Narrowed by history up to {date}: share of the spread of the scores that was taken, jointly."
    body = [(row.hidden.name, row.verdict, _detail(row)) for row in rows]
    return [*layout.paragraph(said), "", *layout.table(body, ("quantity", "", "by how much"))]


def _detail(row: Told) -> str:
    if not row.single:
        return row.hidden.limit
    single = ", ".join(f"{name} {share:.2f}" for name, share in row.single.items())
    return (
        f"{row.joint:.2f} (chance up to {row.chance:.2f}): {single}; "
        f"strongest lean {row.ridge:+.2f}. {row.hidden.limit}"
    )


def shown_conclusions(found: list[Conclusion]) -> list[str]:
    """What is concluded under each weighting, for a terminal."""
    said = f"{ONE} against {OTHER}, {PACK}, by weights of trader, hedger, builder, rejectionist:"
    rows = [
        (conclusion.outcome, label, f"{a:.3g} against {b:.3g}: {d:+.3g} ± {se:.2g}")
        for conclusion in found
        for label, (a, b, d, se) in conclusion.by_weights.items()
    ]
    verdicts = "; ".join(f"{conclusion.outcome}: {conclusion.verdict}" for conclusion in found)
    head = ("outcome", "weights", "means, difference")
    return [*layout.paragraph(said), "", *layout.table(rows, head), "", *layout.paragraph(verdicts)]
