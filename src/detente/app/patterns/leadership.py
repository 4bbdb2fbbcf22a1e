"""Pattern 7: the leadership's end within base rates, and cascades that come with little public warning."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from detente.app.patterns.finding import CLEAR, Checks, Finding, apart, by_world, judged
from detente.app.patterns.korea import MONTHS, SEEDS, Korea, Run, worlds
from detente.domain.axes import Regime, Rung

CHECKS = Checks()

TIPPED = 0.15
"""Public dissent, mean of the strata, that counts as a cascade."""

PROXIES = ("discontent", "report", "arrivals")

BASE_RATES = (0.006, 0.026)
"""Coups and dissolutions a year among comparable regimes (archigos-2009, gwf-2014)."""


@CHECKS
def p7_removal(korea: Korea) -> Finding:
    """Coups and dissolutions a year: comparable regimes (archigos-2009, gwf-2014); none here in 76 years."""
    ends = years = 0
    for seed in SEEDS:
        m = korea.run("korea-2025", "wait-and-contain", seed=seed).months
        fell = m.since == 0
        first = fell.cumsum(0) - fell == 0
        ends += int((first & fell & (m.regime >= Regime.COUP)).sum())
        years += float(first.sum()) / 12
    rate, se = ends / years, ends**0.5 / years
    low, high = BASE_RATES
    out = min(rate - low, high - rate)
    text = f"{rate:.3f} ± {se:.3f}"
    return Finding(f"{low:.3f} to {high:.3f}", text, judged(out >= 0), apart(out, se), "se")


def _before(korea: Korea, *, placebo: bool = False) -> Mapping[str, np.ndarray]:
    """A year before cascades, in standard deviations of futures without one in the same months; and dissent by then.

    With `placebo`, a random month of quiet futures stands in for the cascade.
    """
    found: dict[str, list[Any]] = {name: [] for name in ("world", "dissent", *PROXIES)}
    rng = np.random.default_rng(0)
    for seed in SEEDS:
        run = korea.run("korea-2025", "wait-and-contain", seed=seed)
        month, calm = _cascades(run)
        if placebo:
            month = np.where(calm, rng.integers(24, MONTHS, calm.shape), MONTHS)
        for future in np.flatnonzero((month >= 24) & (month < MONTHS)):
            at = month[future]
            found["world"].append(worlds(run, seed, future))
            found["dissent"].append(run.months.dissent[at - 6, future])
            for name in PROXIES:
                year = getattr(run.months, name)[at - 13 : at - 1].mean(0)
                found[name].append((year[future] - year[calm].mean()) / year[calm].std())
    return {name: np.asarray(values) for name, values in found.items()}


def _cascades(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Month of each future's cascade, the last if there is none; and futures that stay quiet throughout."""
    m = run.months
    held = np.minimum.accumulate((m.regime < Regime.COLLAPSE) & (m.rung < Rung.WAR), 0)
    tipped = (m.dissent > TIPPED) & held
    month = np.where(tipped.any(0), tipped.argmax(0), MONTHS)
    return month, (month == MONTHS) & held[-1]


@CHECKS
def p7_little_public_warning(korea: Korea) -> Finding:
    """Public dissent half a year before a cascade (Kuran 1991: revolutions surprise)."""
    dissent = _before(korea)["dissent"]
    middle, high = (float(q) for q in np.quantile(dissent, (0.5, 0.9)))
    text = f"median {middle:.3f}, nine in ten under {high:.3f}, of {len(dissent)}"
    holds = middle < 0.02 and high < TIPPED / 2
    by = apart(TIPPED / 2 - high, float(dissent.std()))
    return Finding("little", text, judged(holds), by, "sd")


def _moves(before: Mapping[str, np.ndarray]) -> dict[str, tuple[float, float]]:
    return {name: by_world(before[name], before["world"]) for name in PROXIES}


def _told(found: Mapping[str, tuple[float, float]]) -> str:
    return ", ".join(f"{name} {mean:+.2f} ± {se:.2f}" for name, (mean, se) in found.items())


@CHECKS
def p7_private_proxies_move(korea: Korea) -> Finding:
    """Private discontent and reports in the year before, in standard deviations of quiet futures (Kuran 1991)."""
    found = _moves(_before(korea))
    up, down = (apart(*found[name]) for name in ("discontent", "report"))
    holds = up > CLEAR and down < -CLEAR
    return Finding("they move", _told(found), judged(holds), min(up, -down), "se")


@CHECKS
def n7_no_warning_where_nothing_comes(korea: Korea) -> Finding:
    """The same before random months of quiet futures: no warning must be found."""
    found = _moves(_before(korea, placebo=True))
    worst = max((apart(*pair) for pair in found.values()), key=abs)
    limit = 2.6  # two-sided 1 %, since the largest of three is taken
    return Finding("nothing moves", _told(found), judged(abs(worst) < limit), worst, "se")
