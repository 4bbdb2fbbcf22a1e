"""Patterns 13, 14 and 16: the human cost by mode, gambling on losses, and compellence.

The tolls of barrages stand in rand-artillery-2020, those of a nuclear attack in zagurek-2017.
"""

import numpy as np
from scipy.stats import binom

from detente.app.patterns.finding import (
    Checks,
    Finding,
    Verdict,
    apart,
    judged,
)
from detente.app.patterns.korea import SEED, SEEDS, Korea, Run
from detente.app.patterns.talks import past
from detente.domain.calendar import month_number
from detente.history.tables import read

CHECKS = Checks()

BARRAGES = (4_500, 205_600)
"""Killed and injured in five scenarios of barrages (rand-artillery-2020)."""

ATTACKED = (400_000, 2_100_000)
"""Killed by 25 warheads on two capitals (zagurek-2017)."""

SUPERIORITY = "crisis.comply_nuclear"
"""The number that tells the rivals of compellence apart: what a full arsenal does to compliance."""

MET, DEMANDS = (2, 3), 10
"""Demands that were met, as the pack's note on compliance counts them (leaflet-law-2020, ultimatum-2015)."""

TENTHS = (0.05, 0.5, 0.95)


# --- 13: human cost by mode -------------------------------------------------------------------------------------------


def tolls(run: Run, mode: str) -> tuple[np.ndarray, np.ndarray]:
    """Killed, and injured, if a mode comes about: a draw for each world's numbers, twenty times over."""
    rng = np.random.default_rng(SEED)
    median, spread, ratio = (
        run.number(f"crisis.{name}.{mode}") for name in ("killed", "killed_spread", "injured")
    )
    killed = median * np.exp(spread * rng.normal(size=(20, len(median))))
    return killed.ravel(), (killed * ratio).ravel()


def _held(values: np.ndarray, published: tuple[int, int]) -> Finding:
    """Hold the middle of a published range, in logs, against the tolls that the model gives."""
    low, middle, high = (float(q) for q in np.quantile(values, TENTHS))
    ends = [float(np.mean(values <= end)) for end in published]
    logs = np.log(values)
    between = float(np.mean(np.log(published)))
    by = apart(between - float(np.median(logs)), float(logs.std()))
    text = (
        f"{middle:,.0f} ({low:,.0f} to {high:,.0f}); range at ranks {ends[0]:.2f} to {ends[1]:.2f}"
    )
    holds = low <= np.exp(between) <= high
    return Finding(f"{published[0]:,} to {published[1]:,}", text, judged(holds), by, "sd")


@CHECKS
def r13_barrages(korea: Korea) -> Finding:
    """Killed and injured in a war, against barrages on cities (rand-artillery-2020): the model's war is a whole one."""
    run = korea.run("korea-2025", "wait-and-contain")
    killed, injured = tolls(run, "war")
    return _held(killed + injured, BARRAGES)


@CHECKS
def r13_nuclear(korea: Korea) -> Finding:
    """Killed in nuclear war, against 25 warheads on two capitals (zagurek-2017; the prior knew it)."""
    return _held(tolls(korea.run("korea-2025", "wait-and-contain"), "nuclear")[0], ATTACKED)


@CHECKS
def r13_scenarios_or_critics(korea: Korea) -> Finding:
    """Tolls as scenarios have them, or a part of that, as critics do: whether thirty years without war tell which."""
    run, stands, _ = past(korea)
    calm = np.isin(np.arange(len(run.outcomes.world)), stands)
    toll = run.number("crisis.killed.war")
    middle = float(np.median(toll))
    high = (toll > middle)[run.outcomes.world]
    times = float(calm[high].mean() / calm[~high].mean())
    verdict, why = weighed(times, "high tolls", "low tolls")
    text = f"median killed {middle:,.0f}: no war in {calm[high].mean():.0%} above it, {calm[~high].mean():.0%} below"
    by = float(np.log(times))
    return Finding("no war since 1953", text, verdict, by, "log odds", why)


# --- 14: expected utility against prospect theory ---------------------------------------------------------------------

EPISODES = {
    "2002-03": ("2002-10", "2003-12"),
    "2006": ("2006-01", "2006-12"),
    "2009": ("2009-01", "2009-12"),
}
"""Months of the episodes; the one of 1993-94 ends before the futures start."""

DREAD = "crisis.dread"
"""Fear of loss holds back (above nil), or humiliation makes gamblers (below): the number that tells the two apart."""


@CHECKS
def r14_gambling_on_losses(korea: Korea) -> Finding:
    """Climbs of crises in the episodes: dread of loss that restrains, against losses that make gamblers (dread < 0)."""
    run, stands, _ = past(korea)
    climbed = np.diff(run.months.rung[:, stands], axis=0, prepend=0) > 0
    months = np.concatenate(
        [np.arange(run.at(first), run.at(last) + 1) for first, last in EPISODES.values()]
    )
    ours = climbed[months].sum(0)
    rises = read("turns")
    rises = rises.loc[rises.turn == "rise"].month
    fact = sum(month_number(m) - run.start in months for m in rises)
    dread = run.number(DREAD)[run.outcomes.world[stands]]
    near = [float(np.mean(ours[side] == fact)) for side in (dread > 0, dread <= 0)]
    times = near[0] / near[1] if near[1] else np.inf
    by = float(np.log(times)) if times else -np.inf
    text = f"as many in {near[0]:.0%} of futures with restraint, in {near[1]:.0%} with gamblers"
    verdict, why = weighed(times, "restraint", "gamblers")
    why = f"{why}; four episodes of one state, choices in them not coded by domain of loss"
    return Finding(f"{fact} climbs in {len(months)} months", text, verdict, by, "log odds", why)


TELLING = 10**0.5
"""Times as likely from which the record is said to favour a side (Jeffreys: substantial)."""


def weighed(times: float, one: str, other: str) -> tuple[Verdict, str]:
    """Which of two the record favours, by how much likelier it is under the one."""
    if 1 / TELLING < times < TELLING:
        return Verdict.UNKNOWN, f"{times:.2f} times as likely with {one}: less than {TELLING:.1f}"
    return judged(times > 1), f"{times:.2f} times as likely with {one if times > 1 else other}"


# --- 16: compellence --------------------------------------------------------------------------------------------------


@CHECKS
def r16_compellence(korea: Korea) -> Finding:
    """Demands met, large arsenal over small: no more often (Sechser & Fuhrmann 2013), or more (Kroenig 2013)."""
    told: dict[bool, list[np.ndarray]] = {True: [], False: []}
    for seed in SEEDS:
        run = korea.run("korea-2025", "wait-and-contain", seed=seed)
        m, effect = run.months, run.number(SUPERIORITY)[run.outcomes.world]
        for helps, rows in told.items():
            month, future = np.nonzero(m.demanded & ((effect > 0) == helps))
            rows.append(np.stack([m.warheads[month, future], m.complied[month, future]]))
    helps, hinders = (np.concatenate(told[side], 1) for side in (True, False))
    more, less = by_arsenal(*helps), by_arsenal(*hinders)
    by = apart(more[0] - less[0], float(np.hypot(more[1], less[1])))
    shares = [float(side[1].mean()) for side in (helps, hinders)]
    near = [float(binom.pmf(MET, DEMANDS, share).sum()) for share in shares]
    verdict, why = weighed(near[0] / near[1], "superiority that helps", "superiority that does not")
    text = (
        f"large less small arsenal {more[0]:+.2f} ± {more[1]:.2f} where {SUPERIORITY} > 0, {less[0]:+.2f} ± "
        f"{less[1]:.2f} where not; complied with in all {shares[0]:.0%} and {shares[1]:.0%}"
    )
    return Finding(f"{MET[0]} to {MET[1]} of {DEMANDS} demands met", text, verdict, by, "se", why)


def by_arsenal(warheads: np.ndarray, complied: np.ndarray) -> tuple[float, float]:
    """Share complied with in the upper less the lower third of arsenals, and its standard error."""
    low, high = np.quantile(warheads, (1 / 3, 2 / 3))
    sides = [complied[warheads >= high], complied[warheads <= low]]
    means = [float(side.mean()) for side in sides]
    variance = sum(m * (1 - m) / len(side) for m, side in zip(means, sides, strict=True))
    return means[0] - means[1], float(np.sqrt(variance))
