"""Published patterns 2 to 5 and 7 to 9 of the model's design, under the priors. Nothing is tuned to them.

Facts are of 2024-12 or before: missiles from the CNS/NTI test database, talks and summits from CSIS Beyond Parallel
and the ROK Ministry of Unification, trade from Chinese customs, output from the Bank of Korea, arrivals from the ROK
Ministry of Unification. Where futures are conditioned on what happened, that is talks, month by month.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from detente.domain.axes import Answer, Channel
from tests.published.finding import (
    Checks,
    Finding,
    by_world,
    governed,
    spread,
    waited,
    worlds,
)
from tests.published.korea import MONTHS, SEED, Korea, Run

PATTERNS = Checks()
"""Every check, by name: the pattern's number comes first."""

SEEDS = tuple(range(SEED, SEED + 8))
"""More worlds for what is rare."""

RECORD = slice(0, 80)
"""Months of a run from May 2018 to December 2024."""

LEVELS = {
    **{"2018-05": Channel.WORKING, "2018-06": Channel.SUMMIT, "2018-07": Channel.WORKING},
    **{"2018-08": Channel.CONTACT, "2018-09": Channel.CONTACT, "2018-10": Channel.WORKING},
    **{"2018-11": Channel.CONTACT, "2018-12": Channel.CONTACT, "2019-01": Channel.WORKING},
    "2019-02": Channel.SUMMIT,
}
"""Levels of talks up to Hanoi (ROK Ministry of Unification; CSIS Beyond Parallel). Nothing that binds was signed."""

TO_HANOI = {
    "guarantor.channel": LEVELS,
    "challenger.channel": LEVELS,
    "challenger.answer": dict.fromkeys(LEVELS, Answer.REFUSE),
}

STRICT = {"patrons.enforce": 5.0, "patrons.enforce_war": 0.0}
"""Both patrons enforce as in the winter of 2017-18, war or no war."""

LAX = {
    "patrons.enforce": -4.0,
    "state.sanctions.patrons.chn": 0.1,
    "state.sanctions.patrons.rus": 0.1,
}
"""Neither does, from the first month."""


# --- 2: launches come in bursts ---------------------------------------------------------------------------------------


def _missiles(korea: Korea, policy: str = "wait-and-contain") -> np.ndarray:
    """Missiles a month, 2018-05 to 2024-12, while a state acts: [month, future]."""
    run = korea.run("korea-2018", policy)
    return run.months.launches[RECORD].sum(1)[:, governed(run, RECORD.stop)]


@PATTERNS
def p2_launches_a_month(korea: Korea) -> Finding:
    """Missiles and satellites a month, 2018-05 to 2024-12 (CNS/NTI)."""
    return spread(_missiles(korea).mean(0), 2.31)


@PATTERNS
def p2_variance_over_mean(korea: Korea) -> Finding:
    """Variance over mean of missiles a month, 2018-05 to 2024-12 (CNS/NTI; 5.15 over 2012-2024)."""
    launches = _missiles(korea)
    ratio = launches.var(0) / np.maximum(launches.mean(0), 1e-9)
    found = spread(ratio, 6.09)
    return found._replace(holds=found.holds and float(np.quantile(ratio, 0.05)) > 1)


@PATTERNS
def p2_months_without_launch(korea: Korea) -> Finding:
    """Share of months without a launch, 2018-05 to 2024-12 (CNS/NTI; .54 over 2012-2024)."""
    return spread((_missiles(korea) == 0).mean(0), 0.51)


@PATTERNS
def p2_longest_gap(korea: Korea) -> Finding:
    """Longest run of months without a launch, the five before the start counted in (2017-12 to 2019-03), in talks."""
    gap = best = np.full(_missiles(korea, "summit-first").shape[1], 5)
    for flown in _missiles(korea, "summit-first") > 0:
        gap = np.where(flown, 0, gap + 1)
        best = np.maximum(best, gap)
    return spread(best, 16, ".0f")


@PATTERNS
def p2_gap_above_short_range(korea: Korea) -> Finding:
    """Months from May 2018 to the next launch above short range (a submarine-launched one, 2019-10), in talks."""
    run = korea.run("korea-2018", "summit-first")
    return waited(run.months.launches[:, 1:].sum(1)[:, governed(run)] > 0, 18)


# --- 3: after Hanoi ---------------------------------------------------------------------------------------------------


def _after_hanoi(korea: Korea, path: str) -> np.ndarray:
    """What follows a failed summit in February 2019: [month, ..., future]."""
    found = []
    for seed in SEEDS:
        run = korea.run("korea-2018", "summit-first", known=TO_HANOI, seed=seed)
        m, at = run.months, run.at("2019-02")
        met = (m.channel[at] == Channel.SUMMIT) & ~m.in_force[at] & governed(run, at + 1)
        found.append(getattr(m, path)[at + 1 :][..., met])
    return np.concatenate(found, -1)


@PATTERNS
def p3_next_leaders_meeting(korea: Korea) -> Finding:
    """Leaders meet again (Panmunjom, 2019-06)."""
    return waited(_after_hanoi(korea, "channel") == Channel.SUMMIT, 4)


@PATTERNS
def p3_next_working_talks(korea: Korea) -> Finding:
    """Working talks again (Stockholm, 2019-10; the meeting of leaders in June brought none)."""
    return waited(_after_hanoi(korea, "channel") == Channel.WORKING, 8)


@PATTERNS
def p3_then_none(korea: Korea) -> Finding:
    """Months of working talks or more from 2019-11 to 2024-12."""
    later = _after_hanoi(korea, "channel")[8:70]
    return spread((later >= Channel.WORKING).sum(0), 0, ".0f")


@PATTERNS
def p3_short_range_resumes(korea: Korea) -> Finding:
    """A launch of short range (2019-04)."""
    return waited(_after_hanoi(korea, "launches")[:, 0] > 0, 2)


@PATTERNS
def p3_intermediate_resumes(korea: Korea) -> Finding:
    """A launch of medium or intermediate range (2022-01)."""
    return waited(_after_hanoi(korea, "launches")[:, 1] > 0, 35)


@PATTERNS
def p3_intercontinental_resumes(korea: Korea) -> Finding:
    """An intercontinental launch, its tests as a satellite's counted in (2022-02)."""
    return waited(_after_hanoi(korea, "launches")[:, 2] > 0, 36)


# --- 4: sanctions bite as enforced ------------------------------------------------------------------------------------


def _arms(korea: Korea) -> tuple[Run, Run, np.ndarray]:
    """Strict and lax enforcement by the patrons, and the futures that stand three years in both."""
    strict = korea.run("korea-2018", "tight-sanctions", changes=STRICT)
    lax = korea.run("korea-2018", "tight-sanctions", changes=LAX)
    return strict, lax, governed(strict, 36) & governed(lax, 36)


@PATTERNS
def p4_output_of_a_strict_year(korea: Korea) -> Finding:
    """Growth of output in 2018, exports cut off (Bank of Korea). Made in part from mirror trade: no free test."""
    strict, _, stands = _arms(korea)
    path = strict.months.output[:, stands]
    return spread(100 * (path[12] / path[0] - 1), -4.1, ".1f")


@PATTERNS
def p4_output_of_two_strict_years(korea: Korea) -> Finding:
    """Growth of output over 2017-2018 together, -3.5 and -4.1 per cent (Bank of Korea), against lax enforcement."""
    strict, lax, stands = _arms(korea)
    ratio = strict.months.output[24, stands] / lax.months.output[24, stands]
    return spread(100 * (ratio - 1), -7.5, ".1f")


@PATTERNS
def p4_exports(korea: Korea) -> Finding:
    """Exports of 2018 over 2017, per cent (KOTRA), against strict over lax enforcement. Priors were set with it."""
    strict, lax, stands = _arms(korea)
    ratio = strict.months.earned[12:24, stands].sum(0) / lax.months.earned[12:24, stands].sum(0)
    return spread(100 * (ratio - 1), -86, ".0f")


@PATTERNS
def p4_fissile_production_goes_on(korea: Korea) -> Finding:
    """Fissile material grows in each of three years of strict enforcement (SIPRI; Hecker)."""
    strict, _, stands = _arms(korea)
    stock = strict.months.fissile[:36:12, stands]
    low, high = (float(q) for q in np.quantile(stock[1:] / stock[:-1] - 1, (0.05, 0.95)))
    return Finding("did not stop", f"{low:+.0%} to {high:+.0%} a year", low > 0)


@PATTERNS
def p4_output_with_a_patrons_demand(korea: Korea) -> Finding:
    """Growth of output in 2023, with Russian demand and the border open again (Bank of Korea)."""
    war = korea.run("korea-2025", "wait-and-contain", changes={"alignment.war_ends.rus": 1e-4})
    peace = korea.run("korea-2025", "wait-and-contain", changes={"state.alignment.war.rus": False})
    stands = governed(war, 36) & governed(peace, 36)
    growth, without = (
        100 * (run.months.output[23, stands] / run.months.output[11, stands] - 1)
        for run in (war, peace)
    )
    found = spread(growth, 3.1, ".1f")
    more = float(np.mean(war.months.output[23, stands] > peace.months.output[23, stands]))
    text = (
        f"{found.model}; without it {np.median(without):.1f}; output higher with it in {more:.0%}"
    )
    return found._replace(model=text, holds=found.holds and np.median(growth) > 0 and more > 0.5)


# --- 5: the border closure --------------------------------------------------------------------------------------------

TRADE = {2019: 2789, 2020: 539, 2021: 318, 2022: 1028, 2023: 2295}
"""Trade with China, USD m (Chinese customs, KOTRA)."""


def _closed(korea: Korea) -> tuple[Run, np.ndarray]:
    run = korea.run("korea-2018", "wait-and-contain", changes={"calendar.closure": "2020-01"})
    return run, governed(run, run.at("2024-01"))


def _trade(year: int) -> Any:
    def check(korea: Korea) -> Finding:
        run, stands = _closed(korea)
        found = spread(run.year(run.months.trade[:, 0], year).sum(0)[stands], TRADE[year], ",.0f")
        return found

    check.__name__ = f"p5_trade_{year}"
    check.__doc__ = f"Trade with China in {year}, USD m, the border shut in January 2020 (Chinese customs, KOTRA)."
    return PATTERNS(check)


for _year in TRADE:
    _trade(_year)


@PATTERNS
def p5_arrivals(korea: Korea) -> Finding:
    """Arrivals in 2021 over 2019, per cent: 1,047 to 63 (ROK Ministry of Unification)."""
    run, stands = _closed(korea)
    before, after = (run.year(run.months.arrivals, y).sum(0)[stands] for y in (2019, 2021))
    fall = 100 * (after / np.maximum(before, 1) - 1)
    found = spread(fall, -94, ".0f")
    return found._replace(holds=found.holds and float(np.median(fall)) < -75)


# --- 7: the leadership's end, and cascades ----------------------------------------------------------------------------


@PATTERNS
def p7_removal(korea: Korea) -> Finding:
    """Coups and dissolutions a year: comparable regimes (archigos-2009, gwf-2014); none here in 76 years."""
    ends = years = 0
    for seed in SEEDS:
        m = korea.run("korea-2025", "wait-and-contain", seed=seed).months
        fell = m.since == 0
        first = fell.cumsum(0) - fell == 0
        ends += int((first & fell & (m.regime >= 2)).sum())
        years += float(first.sum()) / 12
    rate = ends / years
    return Finding(".006 to .026", f"{rate:.3f} ± {ends**0.5 / years:.3f}", 0.006 <= rate <= 0.026)


def _before_cascades(korea: Korea) -> Mapping[str, np.ndarray]:
    """A year before cascades, in standard deviations of futures without one in the same months; and dissent by then."""
    found: dict[str, list[Any]] = {
        k: [] for k in ("world", "dissent", "discontent", "report", "arrivals")
    }
    for seed in SEEDS:
        run = korea.run("korea-2025", "wait-and-contain", seed=seed)
        m = run.months
        held = np.minimum.accumulate((m.regime < 3) & (m.rung < 4), 0)
        tipped = (m.dissent > TIPPED) & held
        month = np.where(tipped.any(0), tipped.argmax(0), MONTHS)
        calm = (month == MONTHS) & held[-1]
        for future in np.flatnonzero((month >= 24) & (month < MONTHS)):
            at = month[future]
            found["world"].append(worlds(run, seed, future))
            found["dissent"].append(m.dissent[at - 6, future])
            for name in ("discontent", "report", "arrivals"):
                year = getattr(m, name)[at - 13 : at - 1].mean(0)
                found[name].append((year[future] - year[calm].mean()) / year[calm].std())
    return {name: np.asarray(values) for name, values in found.items()}


TIPPED = 0.15
"""Public dissent, mean of the strata, that counts as a cascade."""


@PATTERNS
def p7_little_public_warning(korea: Korea) -> Finding:
    """Public dissent half a year before a cascade (Kuran 1991: revolutions surprise)."""
    dissent = _before_cascades(korea)["dissent"]
    middle, high = np.quantile(dissent, (0.5, 0.9))
    text = f"median {middle:.3f}, nine in ten under {high:.3f}, of {len(dissent)}"
    return Finding("little", text, bool(middle < 0.02 and high < TIPPED / 2))


@PATTERNS
def p7_private_proxies_move(korea: Korea) -> Finding:
    """Private discontent and reports in the year before, in standard deviations of quiet futures (Kuran 1991)."""
    before = _before_cascades(korea)
    found = {k: by_world(before[k], before["world"]) for k in ("discontent", "report", "arrivals")}
    text = ", ".join(f"{k} {mean:+.2f} ± {se:.2f}" for k, (mean, se) in found.items())
    (up, up_se), (down, down_se), _ = found.values()
    return Finding("they move", text, up > 2 * up_se and down < -2 * down_se)


# --- 8: shares shift to hubs while rents may fall ---------------------------------------------------------------------


def _shift(korea: Korea, path: str) -> tuple[float, float]:
    """How often strict enforcement raises something over the fourth and fifth years, and its standard error."""
    strict, lax, _ = _arms(korea)
    stands = np.flatnonzero(governed(strict) & governed(lax))
    over = [getattr(run.months, path)[36:60, stands].mean(0) for run in (strict, lax)]
    return by_world(over[0] > over[1], strict.outcomes.world[stands])


@PATTERNS
def p8_shares_shift_to_hubs(korea: Korea) -> Finding:
    """Share of hubs under strict against lax enforcement (Lee 2018: up; Son and Cho 2021: not so)."""
    share, se = _shift(korea, "hubs")
    return Finding("up, disputed", f"up in {share:.0%} ± {se:.0%}", 0.5 + 2 * se < share < 0.95)


@PATTERNS
def p8_rents_may_fall(korea: Korea) -> Finding:
    """Rents of the elite in the same futures (Lee 2018: shares are relative)."""
    share, se = _shift(korea, "rents")
    return Finding("they may fall", f"down in {1 - share:.0%} ± {se:.0%}", share < 0.95)


# --- 9: what separates types ------------------------------------------------------------------------------------------


def _learned(korea: Korea, policy: str) -> tuple[np.ndarray, np.ndarray]:
    """What is added to the belief in the true region in the year after signing; and worlds."""
    gains, of = [], []
    for seed in SEEDS:
        run = korea.run("korea-2025", policy, seed=seed)
        m = run.months
        signed = np.where(m.in_force.any(0), m.in_force.argmax(0), MONTHS)
        futures = np.flatnonzero(signed < MONTHS - 12)
        at = signed[futures]
        gains.append(m.truth[at + 12, futures] - m.truth[at, futures])
        of.append(worlds(run, seed, futures))
    return np.concatenate(gains), np.concatenate(of)


@PATTERNS
def p9_promises_separate_little(korea: Korea) -> Finding:
    """Belief in the true region, a year after an unverified freeze with relief first (Kydd 2005)."""
    mean, se = by_world(*_learned(korea, "freeze-for-relief"))
    return Finding("moves little", f"{mean:+.3f} ± {se:.3f}", abs(mean) < 0.02)


@PATTERNS
def p9_inspection_separates(korea: Korea) -> Finding:
    """The same a year after a verified freeze, and how much more than that (Kydd 2005)."""
    plain, inspected = (
        by_world(*_learned(korea, policy)) for policy in ("freeze-for-relief", "verified-freeze")
    )
    more, se = inspected[0] - plain[0], float(np.hypot(inspected[1], plain[1]))
    text = f"{inspected[0]:+.3f} ± {inspected[1]:.3f}; more by {more:+.3f} ± {se:.3f}"
    return Finding("moves more", text, more > 2 * se)
