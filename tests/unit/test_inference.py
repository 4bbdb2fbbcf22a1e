"""What history is told as, what is measured, and how lanes are averaged: closed forms and hand-made histories."""

from types import SimpleNamespace
from typing import Any, cast

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from detente.app import history
from detente.domain.calendar import month_number
from detente.engine.month import IMPOSSIBLE, Among, Given
from detente.inference.dials import Dials
from detente.inference.filter import Seen
from detente.inference.likelihood import Kept, predictive, weigh
from detente.inference.measurement import Last, Measurement, begin, observe
from detente.inference.observed import TEXTS, WARHEADS, Facts, breaks, facts, record
from detente.inference.reporting import Reporting
from detente.policies.guarantor import Menu

FIRST = month_number("2018-01")


# --- averaging lanes ---------------------------------------------------------------


@pytest.fixture
def logs() -> np.ndarray:
    """Log-probabilities of 24 months in 5 lanes of 3 sets."""
    return np.random.default_rng(0).normal(-2, 1.5, (24, 5, 3)).astype(np.float32)


def test_without_forgetting_lanes_are_averaged_whole(logs: np.ndarray):
    total = np.asarray(predictive(jnp.asarray(logs), 1.0)).sum(0)
    whole = np.logaddexp.reduce(logs.astype(np.float64).sum(0), axis=0) - np.log(5)
    np.testing.assert_allclose(total, whole, rtol=1e-4)


def test_forgetting_all_averages_month_by_month(logs: np.ndarray):
    months = np.asarray(predictive(jnp.asarray(logs), 0.0))
    each = np.logaddexp.reduce(logs.astype(np.float64), axis=1) - np.log(5)
    np.testing.assert_allclose(months, each, rtol=1e-4)


def test_a_lane_that_foresaw_counts_for_more(logs: np.ndarray):
    logs = np.full_like(logs, -3.0)
    logs[:, 0] = -1.0
    months = np.asarray(predictive(jnp.asarray(logs), 0.9))
    assert np.all(np.diff(months, axis=0) >= -1e-6)
    assert np.all(months[-1] > months[0] + 1)


@pytest.mark.parametrize("signed", [True, False])
def test_where_something_was_signed_a_lane_in_which_nothing_is_pays(signed: bool):
    """Two lanes: in one an agreement is new, in the other one is old and another over."""
    known = record(facts()._replace(annual=facts().annual.iloc[:0]), FIRST, 1)
    known = known._replace(signed=jnp.asarray([signed]))
    slots = SimpleNamespace(
        in_force=jnp.asarray([[True, True], [False, False]]),
        age=jnp.asarray([[0.0, 5.0], [0.0, 0.0]]),
    )
    world: Any = place(FIRST)
    world.crisis = SimpleNamespace(rung=jnp.zeros(2, jnp.int32))
    world.diplomacy = SimpleNamespace(slots=slots)
    month: Any = SimpleNamespace(world=world, evidence=jnp.zeros(2))
    first = jnp.int32(FIRST)
    kept = Kept(begin(2), jnp.zeros(2))
    _, logs = weigh(kept, month, record=known, first=first, since=first, p=measured())
    assert logs.tolist() == [0, IMPOSSIBLE if signed else 0]


# --- measurement -----------------------------------------------------------------------


def measured(**changes: float) -> Measurement:
    plain = {
        "growth_error": 2.0,
        "trade_level": 0.1,
        "trade_trend": 0.02,
        "trade_error": 0.3,
        "arrivals_level": 0.0,
        "arrivals_error": 0.5,
        "warhead_error": 0.4,
        "warhead_memory": 0.6,
    }
    one = {name: jnp.full(2, value) for name, value in (plain | changes).items()}
    return Measurement(**one, warhead_bias=jnp.zeros((len(WARHEADS), 2)))


def nothing_published():
    """A month in which nothing is."""
    known = record(facts()._replace(annual=facts().annual.iloc[:0]), FIRST, 1)
    return type(known.measured)(*(column[0] for column in known.measured))


def place(month: int) -> Any:
    """Just so much of a world as measurement looks at."""
    one = jnp.ones(2)
    return SimpleNamespace(
        month=jnp.full(2, month, jnp.int32),
        economy=SimpleNamespace(output=100 * one, trade=jnp.full((2, 2), 10.0)),
        observation=SimpleNamespace(arrivals=20 * one),
        arsenal=SimpleNamespace(warheads=30 * one),
    )


def test_a_year_is_weighed_when_it_is_published():
    last = Last(jnp.asarray([1.0, 3.0]), jnp.full(2, 120.0), jnp.full(2, 240.0), jnp.full(2, 30.0))
    year = begin(2)._replace(last=last)
    now = nothing_published()._replace(growth=jnp.float32(2.5), trade=jnp.float32(150.0))
    _, logs = observe(year, place(FIRST), now, jnp.float32(5.0), measured())
    for i, growth in enumerate((1.0, 3.0)):
        expected = stats.norm.logpdf(2.5, growth, 2.0)
        expected += stats.norm.logpdf(np.log(150), np.log(120) + 0.1 + 0.1, 0.3)
        np.testing.assert_allclose(logs[i], expected, rtol=1e-4)


def test_a_year_closes_with_its_december():
    year = begin(2)
    for i in range(12):
        year, logs = observe(
            year, place(FIRST + i), nothing_published(), jnp.float32(0), measured()
        )
        assert not np.any(logs)
    np.testing.assert_allclose(year.last.trade, 120)
    np.testing.assert_allclose(year.last.arrivals, 240)
    np.testing.assert_allclose(year.last.warheads, 30)
    assert year.months == 0


def test_estimates_lean_on_those_of_the_year_before():
    """The two residuals together are bivariate normal, with the memory as their correlation."""
    estimates = jnp.full(len(WARHEADS), jnp.nan).at[0].set(25.0)
    now = nothing_published()._replace(warheads=estimates)
    year = begin(2)._replace(last=begin(2).last._replace(warheads=jnp.full(2, 30.0)))
    total = 0.0
    for _ in range(2):
        year, logs = observe(year, place(FIRST), now, jnp.float32(0), measured())
        total += float(logs[0])
    r = np.log(26 / 31)
    cov: Any = 0.4**2 * np.asarray([[1, 0.6], [0.6, 1]])
    np.testing.assert_allclose(
        total, stats.multivariate_normal([0, 0], cov).logpdf([r, r]), rtol=1e-4
    )


# --- what history is told as --------------------------------------------------------------


def coded(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["month", "role", "instrument", "level"])


@pytest.fixture(scope="module")
def known() -> Facts:
    return facts()


def allowed(known: Facts, site: str, month: str) -> list[int]:
    site_ = record(known, FIRST, 24).known[site]
    assert isinstance(site_, Among)
    return np.flatnonzero(np.asarray(site_.allowed)[month_number(month) - FIRST]).tolist()


def test_levels_below_the_offer_are_what_was_wanted(known: Facts):
    """Where leaders were invited and only letters came, a letter was wanted; where they met, that or more."""
    told = known._replace(moves=coded(("2018-08", "guarantor", "channel", "summit")))
    assert told.monthly.loc["2018-08"].talks_level == 1, "the case needs a month of contact"
    assert allowed(told, "challenger.channel", "2018-08") == [1]
    assert allowed(told, "challenger.channel", "2018-06") == [3]


def test_signing_and_breaking_are_told_where_they_happened_and_nowhere_else(known: Facts):
    assert allowed(known, "challenger.answer", "2018-06") == [2]
    assert allowed(known, "challenger.answer", "2018-07") == [0, 1]
    assert allowed(known, "challenger.conduct", "2018-07") == [0, 1]
    assert allowed(known, "challenger.conduct", "2019-12") == [2]


def test_without_working_talks_it_is_open_what_would_have_been_signed(known: Facts):
    assert known.monthly.loc["2018-08"].talks_level == 1, "the case needs a month of contact"
    assert allowed(known, "challenger.answer", "2018-08") == [0, 1, 2]


def test_what_was_signed_is_told_by_its_text(known: Facts):
    assert allowed(known, "guarantor.terms", "2018-06") == [0]
    assert allowed(known, "guarantor.terms", "2018-07") == [0, 1, 2, 3]
    assert np.flatnonzero(np.asarray(record(known, FIRST, 24).signed)).tolist() == [5]


def test_texts_stand_in_the_order_of_the_menu():
    assert Menu._fields == TEXTS


def test_a_break_ends_all_that_was_signed_before():
    """Of what one break ended, nothing is told again; what was signed later is broken by itself."""
    rows = [
        ("2001-01-05", "one", "signed", "both"),
        ("2002-01-05", "two", "signed", "both"),
        ("2002-03-05", "two", "suspended", "dprk"),
        ("2002-06-05", "one", "broken", "dprk"),
        ("2002-08-05", "one", "ended", "dprk"),
        ("2003-01-05", "two", "ended", "dprk"),
        ("2004-01-05", "three", "signed", "both"),
        ("2005-01-05", "three", "ended", "us"),
        ("2005-02-05", "four", "signed", "both"),
        ("2006-01-05", "four", "ended", "dprk"),
    ]
    table = pd.DataFrame(rows, columns=["date", "agreement", "event", "by"])
    assert breaks(table) == ["2002-06", "2006-01"]


def test_launches_are_told_by_class(known: Facts):
    told = record(known, month_number("2017-11"), 1).known["testing.launches"]
    assert isinstance(told, Given)
    assert told.known.all()
    assert told.value[0].tolist() == [0, 0, 1, 0, 0]


def test_uncoded_instruments_stay_open(known: Facts):
    told = known._replace(moves=coded(("2018-03", "guarantor", "pressure", "tighten")))
    site = record(told, FIRST, 24).known["guarantor.pressure"]
    assert isinstance(site, Given)
    assert np.flatnonzero(np.asarray(site.known)).tolist() == [2]
    assert site.value[2] == 2


def test_a_level_that_is_none_is_refused(known: Facts):
    told = known._replace(moves=coded(("2018-03", "guarantor", "pressure", "crush")))
    with pytest.raises(ValueError, match="one of ease, hold, tighten"):
        record(told, FIRST, 24)


def test_nothing_is_told_of_months_after_the_date():
    """As of a month, every site of later months is open, and no figure published later is weighed."""
    told = record(facts("2018-06"), FIRST, 24)
    assert np.asarray(told.told).tolist() == [True] * 6 + [False] * 18
    for site, known in told.known.items():
        if isinstance(known, Among):
            assert np.asarray(known.allowed)[6:].all(), site
        else:
            assert not np.asarray(known.known)[6:].any(), site
    for column in told.measured:
        assert np.isnan(np.asarray(column)[6:]).all()


def test_what_was_known_then_is_what_is_known_now(known: Facts):
    """A history told as of a month agrees, up to it, with the history told today: no fact creeps in late."""
    first, months = month_number("1994-11"), 200
    then, now = record(facts("2011-06"), first, months), record(known, first, months)
    told = np.asarray(then.told)
    for site in now.known:
        for a, b in zip(then.known[site], now.known[site], strict=True):
            np.testing.assert_array_equal(np.asarray(a)[told], np.asarray(b)[told], err_msg=site)
    for a, b in zip(then.measured, now.measured, strict=True):
        np.testing.assert_array_equal(np.asarray(a)[told], np.asarray(b)[told])


# --- dials ---------------------------------------------------------------------------------------


def test_a_score_of_nil_is_the_median_and_the_prior_is_standard_normal():
    table = history.table()
    dials = Dials.named(["testing.dependence", "testing.base.short", "economy.leak"], table)
    np.testing.assert_allclose(dials.values(jnp.zeros(3)), table.medians)
    own = np.asarray(dials.own(jnp.asarray([[-1.0, 0.0, 1.0]] * 3)))
    np.testing.assert_allclose(np.diff(own[0]), 0.3, rtol=1e-3)  # normal, of that spread
    np.testing.assert_allclose(np.diff(np.log(own[1])), 0.6, rtol=2e-3)  # lognormal


def test_a_number_that_is_certain_can_not_be_asked_about():
    with pytest.raises(ValueError, match=r"offices\.term_limit"):
        Dials.named(["testing.dependence", "offices.term_limit"], history.table())


# --- how things are counted --------------------------------------------------------------------------


def test_counts_follow_what_happened(known: Facts):
    """Days never exceed missiles, a quiet month without others is quiet, and leaders who meet have met."""
    rng, drawn = np.random.default_rng(0), cast(Any, np.asarray)
    months, futures = 6, 4000
    seen: Any = Seen(
        drawn(rng.poisson(0.5, (months, 5, futures))),
        drawn(rng.integers(0, 2, (months, futures))),
        drawn(rng.integers(0, 3, (months, futures))),
        drawn(rng.integers(0, 4, (months, futures))),
    )
    counted = Reporting.learned(known.monthly).counted(seen, rng)
    missiles = counted["missiles_launched"]
    assert np.array_equal(missiles, seen.launches.sum(1))
    assert np.all(counted["launch_days"] <= missiles)
    assert np.all((counted["launch_days"] > 0) == (missiles > 0))
    assert np.all(counted["us_dprk_talks"][seen.channel >= 2] == 1)
    assert np.all(counted["us_dprk_talks"][seen.channel == 0] == 0)
    assert np.array_equal(counted["us_dprk_summit"] == 1, seen.channel == 3)
    assert np.all(counted["provocations"][seen.provocation > 0] > 0)


def test_shares_of_counting_are_learned_from_the_past(known: Facts):
    """Further missiles of a month fly on further days with the chance that the past shows, within its error."""
    m = known.monthly[known.monthly.missiles_launched > 1]
    share = (m.launch_days - 1).sum() / (m.missiles_launched - 1).sum()
    learned = Reporting.learned(known.monthly)
    assert abs(learned.further_day - share) < 0.02
    assert 0 < learned.meeting < 1
