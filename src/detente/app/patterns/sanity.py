"""Eight years from January 2025 under every doctrine and the priors: do they come out of a size that is published?

The ranges are checks and never targets: see the notes of each.
"""

from itertools import combinations

import numpy as np

from detente.app.patterns.finding import Checks, Finding, apart, judged
from detente.app.patterns.korea import REPLICATES, WORLDS, Korea, Run, paired
from detente.domain.outcomes import OUTCOMES, Timing
from detente.scenarios.binding import DOCTRINES, names

CHECKS = Checks()
"""Every check, by name."""

CLEAR = 5.0
"""Standard errors by which two doctrines differ: sixty-six pairs and all outcomes leave no room for chance."""

MEASURED = tuple(
    o.name for o in OUTCOMES if not o.labels and o.timing is not Timing.START and not o.only_if
)
"""Outcomes in which doctrines can differ in every future."""


def run(korea: Korea, doctrine: str) -> Run:
    """Eight years from January 2025."""
    return korea.run("korea-2025", doctrine)


def _shares(korea: Korea, outcome: str) -> dict[str, float]:
    """How often something is so, by doctrine."""
    return {name: float(run(korea, name).values(outcome).mean()) for name in names(DOCTRINES)}


def _ends(shares: dict[str, float]) -> str:
    """Lowest and highest, in words."""
    low, high = (pick(shares, key=lambda name: shares[name]) for pick in (min, max))
    return f"{shares[low]:.1%} ({low}) to {shares[high]:.1%} ({high})"


def _within(shares: dict[str, float], low: float, high: float, told: str) -> Finding:
    """Hold shares by doctrine against a range; apart by the nearest to an end, in its standard errors."""

    def room(share: float) -> float:
        se = float(np.sqrt(max(share * (1 - share), 1e-9) / (WORLDS * REPLICATES)))
        return apart(min(share - low, high - share), se)

    nearest = min(map(room, shares.values()))
    return Finding(told, _ends(shares), judged(nearest >= 0), nearest, "se")


@CHECKS
def war(korea: Korea) -> Finding:
    """War within eight years, by doctrine: none in 71 years (icb, mid-gml; experts before 2025: fri-nuclear-2024)."""
    return _within(_shares(korea, "war"), 0.001, 0.10, ".1 to 10 %")


@CHECKS
def leadership(korea: Korea) -> Finding:
    """Leadership in office after eight years, by doctrine (gwf-2014, kailitz-stockemer-2017, archigos-2009)."""
    return _within(_shares(korea, "regime_in_office"), 0.75, 0.99, "75 to 99 %")


@CHECKS
def arsenal(korea: Korea) -> Finding:
    """Median warheads, eight years of waiting on: 53 and 5 a year (FAS 2015-20), or 11.5 % a year (rand-asan-2021)."""
    low, high = 53 + 8 * 5, 53 * 1.115**8
    warheads = run(korea, "wait-and-contain").values("warheads")
    middle = float(np.median(warheads))
    by = apart(middle - (low + high) / 2, float(warheads.std()))
    return Finding(
        f"{low:.0f} to {high:.0f}", f"{middle:.0f}", judged(low <= middle <= high), by, "sd"
    )


@CHECKS
def signed_more_often_than_kept(korea: Korea) -> Finding:
    """Agreements signed, and of them kept, over the doctrines under which any are (six texts since 1994, none kept)."""
    kept, room = {}, []
    for name in names(DOCTRINES):
        signed = run(korea, name).values("agreement_signed") > 0
        if signed.mean() > 0.01:
            share = float((run(korea, name).values("agreement_kept")[signed] > 0).mean())
            kept[name] = share
            room.append(apart(1 - share, float(np.sqrt(share * (1 - share) / signed.sum()))))
    text = f"kept of signed {_ends(kept)}"
    return Finding("fewer than signed", text, judged(min(room) > 0), min(room), "se")


def distance(korea: Korea, one: str, other: str) -> tuple[str, float]:
    """The outcome in which two doctrines differ most clearly, and by how many standard errors."""

    def clear(outcome: str) -> float:
        found = paired(run(korea, one), run(korea, other), outcome)
        return abs(found.mean) / found.se if found.se else 0.0

    at = {outcome: clear(outcome) for outcome in MEASURED}
    return max(at.items(), key=lambda item: item[1])


@CHECKS
def doctrines_differ(korea: Korea) -> Finding:
    """Every doctrine against every other under the same luck: the least clear pair, in its clearest outcome."""
    pairs = {
        (one, other): distance(korea, one, other)
        for one, other in combinations(names(DOCTRINES), 2)
    }
    least = min(pairs, key=lambda pair: pairs[pair][1])
    outcome, clear = pairs[least]
    text = f"{' and '.join(least)}: {outcome}; {len(pairs)} pairs"
    return Finding("all differ", text, judged(clear > CLEAR), clear, "se")
