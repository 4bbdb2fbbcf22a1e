"""Patterns 4, 5 and 8: sanctions bite as enforced, the border closure, and who pays.

Facts come from the project's tables: output from the Bank of Korea, trade from Chinese customs, arrivals from the ROK
Ministry of Unification. Exports of 2018 are KOTRA's.
"""

from typing import Any

import numpy as np

from detente.app.patterns.finding import CLEAR, Checks, Finding, apart, by_world, judged, spread
from detente.app.patterns.korea import WORLDS, Korea, Run, governed
from detente.app.patterns.record import yearly

CHECKS = Checks()

STRICT = {"patrons.enforce": 5.0, "patrons.enforce_war": 0.0}
"""Both patrons enforce as in the winter of 2017-18, war or no war."""

LAX = {
    "patrons.enforce": -4.0,
    "state.sanctions.patrons.chn": 0.1,
    "state.sanctions.patrons.rus": 0.1,
}
"""Neither does, from the first month."""

GROWTH, CUSTOMS = "output_growth", ("china_trade", "Chinese customs")

EXPORTS = -86.0
"""Exports of 2018 over 2017, per cent (KOTRA)."""


# --- 4: sanctions bite as enforced ------------------------------------------------------------------------------------


def _arms(korea: Korea) -> tuple[Run, Run, np.ndarray]:
    """Strict and lax enforcement by the patrons, and the futures that stand three years in both."""
    strict = korea.run("korea-2018", "tight-sanctions", changes=STRICT)
    lax = korea.run("korea-2018", "tight-sanctions", changes=LAX)
    return strict, lax, governed(strict, 36) & governed(lax, 36)


@CHECKS
def p4_output_of_a_strict_year(korea: Korea) -> Finding:
    """Growth of output in 2018, exports cut off (Bank of Korea). Made in part from mirror trade: no free test."""
    strict, _, stands = _arms(korea)
    path = strict.months.output[:, stands]
    return spread(100 * (path[12] / path[0] - 1), yearly(GROWTH, 2018), ".1f")


@CHECKS
def p4_output_of_two_strict_years(korea: Korea) -> Finding:
    """Growth of output over 2017-2018 together (Bank of Korea), against lax enforcement."""
    strict, lax, stands = _arms(korea)
    ratio = strict.months.output[24, stands] / lax.months.output[24, stands]
    both = (1 + yearly(GROWTH, 2017) / 100) * (1 + yearly(GROWTH, 2018) / 100)
    return spread(100 * (ratio - 1), 100 * (both - 1), ".1f")


@CHECKS
def p4_exports(korea: Korea) -> Finding:
    """Exports of 2018 over 2017, per cent (KOTRA), against strict over lax enforcement. Priors were set with it."""
    strict, lax, stands = _arms(korea)
    ratio = strict.months.earned[12:24, stands].sum(0) / lax.months.earned[12:24, stands].sum(0)
    return spread(100 * (ratio - 1), EXPORTS, ".0f")


@CHECKS
def p4_fissile_production_goes_on(korea: Korea) -> Finding:
    """Fissile material grows in each of three years of strict enforcement (SIPRI; Hecker)."""
    strict, _, stands = _arms(korea)
    stock = strict.months.fissile[:36:12, stands]
    growth = stock[1:] / stock[:-1] - 1
    low, high = (float(q) for q in np.quantile(growth, (0.05, 0.95)))
    by = apart(float(growth.mean()), float(growth.std()))
    text = f"{low:+.0%} to {high:+.0%} a year"
    return Finding("did not stop", text, judged(low > 0), by, "sd")


@CHECKS
def p4_output_with_a_patrons_demand(korea: Korea) -> Finding:
    """Growth of output in 2023, with Russian demand and the border open again (Bank of Korea)."""
    war = korea.run("korea-2025", "wait-and-contain", changes={"alignment.war_ends.rus": 1e-4})
    peace = korea.run("korea-2025", "wait-and-contain", changes={"state.alignment.war.rus": False})
    stands = governed(war, 36) & governed(peace, 36)
    growth, without = (
        100 * (run.months.output[23, stands] / run.months.output[11, stands] - 1)
        for run in (war, peace)
    )
    found = spread(growth, yearly(GROWTH, 2023), ".1f")
    more = float(np.mean(war.months.output[23, stands] > peace.months.output[23, stands]))
    text = (
        f"{found.model}; without it {np.median(without):.1f}; output higher with it in {more:.0%}"
    )
    holds = found.verdict == "holds" and np.median(growth) > 0 and more > 0.5
    return found._replace(model=text, verdict=judged(holds))


# --- 5: the border closure --------------------------------------------------------------------------------------------


def _closed(korea: Korea) -> tuple[Run, np.ndarray]:
    run = korea.run("korea-2018", "wait-and-contain", changes={"calendar.closure": "2020-01"})
    return run, governed(run, run.at("2024-01"))


def _trade(year: int) -> Any:
    def check(korea: Korea) -> Finding:
        run, stands = _closed(korea)
        trade = run.year(run.months.trade[:, 0], year).sum(0)[stands]
        return spread(trade, yearly(CUSTOMS[0], year, CUSTOMS[1]), ",.0f")

    check.__name__ = f"p5_trade_{year}"
    check.__doc__ = (
        f"Trade with China in {year}, USD m, the border shut in January 2020 (Chinese customs)."
    )
    return CHECKS(check)


for _year in range(2019, 2024):
    _trade(_year)


@CHECKS
def p5_arrivals(korea: Korea) -> Finding:
    """Arrivals in 2021 over 2019, per cent (ROK Ministry of Unification): a fall by three in four at least."""
    run, stands = _closed(korea)
    before, after = (run.year(run.months.arrivals, y).sum(0)[stands] for y in (2019, 2021))
    fall = 100 * (after / np.maximum(before, 1) - 1)
    fact = 100 * (yearly("arrivals", 2021) / yearly("arrivals", 2019) - 1)
    found = spread(fall, fact, ".0f")
    return found._replace(verdict=judged(found.verdict == "holds" and float(np.median(fall)) < -75))


# --- 8: shares shift to hubs while rents may fall ---------------------------------------------------------------------


def _shift(korea: Korea, path: str) -> tuple[float, float]:
    """How often strict enforcement raises something over the fourth and fifth years, and its standard error."""
    strict, lax, _ = _arms(korea)
    stands = np.flatnonzero(governed(strict) & governed(lax))
    over = [getattr(run.months, path)[36:60, stands].mean(0) for run in (strict, lax)]
    return by_world(over[0] > over[1], strict.outcomes.world[stands])


@CHECKS
def p8_shares_shift_to_hubs(korea: Korea) -> Finding:
    """Share of hubs under strict against lax enforcement (Lee 2018: up; Son and Cho 2021: not so)."""
    share, se = _shift(korea, "hubs")
    holds = 0.5 + CLEAR * se < share < 0.95
    text = f"up in {share:.0%} ± {se:.0%}"
    return Finding("up, disputed", text, judged(holds), apart(share - 0.5, se), "se")


@CHECKS
def p8_rents_may_fall(korea: Korea) -> Finding:
    """Rents of the elite in the same futures (Lee 2018: shares are relative)."""
    share, se = _shift(korea, "rents")
    text = f"down in {1 - share:.0%} ± {se:.0%}"
    by = apart(0.95 - share, max(se, 1 / WORLDS))  # no error where all agree: one world in so many
    return Finding("they may fall", text, judged(by > 0), by, "se")
