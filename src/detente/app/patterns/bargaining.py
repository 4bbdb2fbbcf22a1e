"""Patterns 9 and 12: what separates types, and the price of a verified stop.

Prices are relief in USD m a month, as terms have it: experts' billion a year of 2004 is 83.
"""

import numpy as np

from detente.app.patterns.finding import (
    CLEAR,
    Checks,
    Finding,
    apart,
    by_world,
    hangs,
    judged,
    leaning,
    rivals,
)
from detente.app.patterns.korea import (
    MONTHS,
    REPLICATES,
    SEEDS,
    Korea,
    Run,
    governed,
    truth,
    worlds,
)
from detente.domain.axes import INTENT

CHECKS = Checks()

LITTLE = 0.02
"""Belief that counts as little."""


# --- 9: what separates types ------------------------------------------------------------------------------------------


def _learned(korea: Korea, policy: str, *, swapped: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """What is added to the belief in the true region in the year after signing; and worlds.

    With `swapped`, each future is asked about the region of another that signed, so that nothing can be learned of it
    but by chance.
    """
    gains, of = [], []
    for seed in SEEDS:
        run = korea.run("korea-2025", policy, seed=seed)
        signed, futures = _signed(run)
        at = signed[futures]
        if not len(futures):
            continue
        true = run.months.true[0].copy()
        if swapped:
            true[futures] = np.random.default_rng(seed).permutation(true[futures])
        belief = truth(run, true)
        gains.append(belief[at + 12, futures] - belief[at, futures])
        of.append(worlds(run, seed, futures))
    return np.concatenate(gains), np.concatenate(of)


def _signed(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """The month of the first agreement in force, and futures with a year after it."""
    m = run.months
    signed = np.where(m.in_force.any(0), m.in_force.argmax(0), MONTHS)
    return signed, np.flatnonzero(signed < MONTHS - 12)


@CHECKS
def p9_promises_separate_little(korea: Korea) -> Finding:
    """Belief in the true region, a year after an unverified freeze with relief first (Kydd 2005)."""
    mean, se = by_world(*_learned(korea, "freeze-for-relief"))
    text = f"{mean:+.3f} ± {se:.3f}"
    return Finding("moves little", text, judged(abs(mean) < LITTLE), apart(mean, se), "se")


@CHECKS
def p9_inspection_separates(korea: Korea) -> Finding:
    """The same a year after a verified freeze, and how much more than that (Kydd 2005)."""
    plain, inspected = (
        by_world(*_learned(korea, policy)) for policy in ("freeze-for-relief", "verified-freeze")
    )
    more, se = inspected[0] - plain[0], float(np.hypot(inspected[1], plain[1]))
    text = f"{inspected[0]:+.3f} ± {inspected[1]:.3f}; more by {more:+.3f} ± {se:.3f}"
    by = apart(more, se)
    return Finding("moves more", text, judged(by > CLEAR), by, "se")


@CHECKS
def n9_types_swapped(korea: Korea) -> Finding:
    """Inspection asked about somebody else's preferences: it must not be found to tell of them."""
    own = by_world(*_learned(korea, "verified-freeze"))
    other = by_world(*_learned(korea, "verified-freeze", swapped=True))
    text = f"{other[0]:+.3f} ± {other[1]:.3f}, of its own {own[0]:+.3f}"
    by = apart(*other)
    return Finding("nothing learned", text, judged(by < CLEAR), by, "se")


# --- 12: the price of a verified stop ---------------------------------------------------------------------------------

BILLION = 1000 / 12
"""USD m a month that make a billion a year."""

PRICES = {"half a billion": 0.5, "one billion": 1.0, "two billion": 2.0, "four billion": 4.0}
"""Billions of USD a year."""

WARS = {
    "lasts": {"alignment.war_ends.rus": 1e-4},
    "is over": {"state.alignment.war.rus": False},
}
"""A patron's war that pays the challenger, and the same world without it."""


def _offered(korea: Korea, billions: float, war: str = "") -> Run:
    """A verified stop with a patron's guarantee at a fixed price."""
    settings = {"terms.relief": billions * BILLION, "concession": 0.0}
    return korea.run(
        "korea-2025", "verified-freeze", changes=WARS[war] if war else None, settings=settings
    )


@CHECKS
def r12_a_billion_a_year(korea: Korea) -> Finding:
    """A verified stop is signed for a billion USD a year, a patron guaranteeing it (bdm-2009, experts of 2004)."""
    shares = {
        name: by_world(run.values("agreement_signed"), run.outcomes.world)
        for name, billions in PRICES.items()
        for run in [_offered(korea, billions)]
    }
    run = _offered(korea, PRICES["one billion"])
    mean, se = shares["one billion"]
    signed = run.values("agreement_signed").reshape(-1, REPLICATES).mean(1)
    lean = leaning(*run.wanted, signed)
    text = ", ".join(f"{name} {share:.0%}" for name, (share, _) in shares.items())
    verdict, why = rivals(mean - 0.5, se, "it does", "it takes more, or nothing does", above=True)
    intent = run.months.true[0]
    by_type = ", ".join(
        f"{label} {run.values('agreement_signed')[intent == i].mean():.0%}"
        for i, label in enumerate(INTENT.labels)
    )
    model = f"signed within eight years: {text}; for one billion by type: {by_type}; {hangs(lean)}"
    why += "; no such offer was ever made: the record can't tell"
    return Finding("up to 1 bn a year", model, verdict, apart(mean - 0.5, se), "se", why)


@CHECKS
def r12_fails_on_outside_revenue(korea: Korea) -> Finding:
    """Our hypothesis: at a billion a year fewer sign while a patron's war pays than in the same worlds without it."""
    lasts, over = (_offered(korea, PRICES["one billion"], war) for war in WARS)
    stands = governed(lasts, 12) & governed(over, 12)
    less = (lasts.values("agreement_signed") - over.values("agreement_signed"))[stands]
    mean, se = by_world(less, lasts.outcomes.world[stands])
    revenue = [float(np.median(run.months.revenue[:12, stands].mean(0))) for run in (lasts, over)]
    shares = [float(run.values("agreement_signed")[stands].mean()) for run in (lasts, over)]
    text = (
        f"signed {shares[0]:.0%} against {shares[1]:.0%} (by {mean:+.3f} ± {se:.3f}) "
        f"at a revenue of {revenue[0]:.0f} against {revenue[1]:.0f}"
    )
    verdict, why = rivals(mean, se, "revenue spoils the price", "it does not")
    return Finding("fewer sign", text, verdict, apart(mean, se), "se", why)
