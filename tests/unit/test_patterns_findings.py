"""The finding functions on arrays of which the truth is known: what is there is found, and what is not is not."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from detente.app.patterns import apart, record
from detente.app.patterns.crises import by_arsenal, weighed
from detente.app.patterns.finding import (
    NEVER,
    Finding,
    Verdict,
    by_world,
    leaning,
    placed,
    rivals,
    spread,
    waited,
)
from detente.app.patterns.launches import bursts, longest, support
from detente.app.patterns.talks import world_means

RNG = np.random.default_rng(3)
MONTHS = 240
ERA = np.repeat([0, 1], MONTHS // 2)


def spells(share: float, length: int, rng: np.random.Generator) -> np.ndarray:
    """Exposure that comes in spells, as talks do."""
    return np.repeat(rng.random(MONTHS // length) < share, length)


# --- facts against futures --------------------------------------------------------------


def test_a_fact_amid_the_futures_holds_and_one_far_out_fails():
    values = RNG.normal(10, 2, 5000)
    inside, outside = spread(values, 11), spread(values, 20)
    assert inside.verdict is Verdict.HOLDS
    assert inside.by == pytest.approx(0.5, abs=0.1)
    assert outside.verdict is Verdict.FAILS
    assert outside.by == pytest.approx(5, abs=0.3)


def test_futures_without_spread_hold_only_what_they_say():
    assert spread(np.zeros(10), 0).verdict is Verdict.HOLDS
    assert spread(np.zeros(10), 1)[2:4] == (Verdict.FAILS, np.inf)


def test_waiting_counts_from_the_next_month_and_never_is_late():
    happens = np.zeros((12, 100), bool)
    happens[4, :50] = True
    assert waited(happens, 5).verdict is Verdict.HOLDS
    assert waited(happens, 1).verdict is Verdict.FAILS
    assert waited(happens[:, 50:], 5).verdict is Verdict.FAILS
    assert "never" in waited(happens[:, 50:], NEVER).model


def test_errors_are_clustered_by_world():
    world = np.repeat(np.arange(50), 20)
    same = np.repeat(RNG.normal(size=50), 20)
    mean, se = by_world(same, world)
    assert mean == pytest.approx(same.mean())
    assert se == pytest.approx(same[::20].std(ddof=1) / np.sqrt(50), rel=0.02)


# --- rivals -----------------------------------------------------------------------------


def test_a_contrast_favours_one_rival_the_other_or_neither():
    assert rivals(-0.9, 0.2, "quieter", "same")[0] is Verdict.HOLDS
    assert rivals(0.9, 0.2, "quieter", "same")[0] is Verdict.FAILS
    assert rivals(0.9, 0.2, "louder", "same", above=True)[0] is Verdict.HOLDS
    assert rivals(-0.3, 0.2, "quieter", "same")[0] is Verdict.UNKNOWN


def test_odds_that_hardly_differ_identify_nothing():
    assert weighed(1.2, "one", "other")[0] is Verdict.UNKNOWN
    assert weighed(5.0, "one", "other")[0] is Verdict.HOLDS
    assert weighed(0.2, "one", "other")[0] is Verdict.FAILS


def test_support_is_for_the_side_that_foretells_the_fact():
    low, high = RNG.normal(-1, 0.3, 2000), RNG.normal(1, 0.3, 2000)
    assert support(high, low, 0.9, 0.1) > 100
    assert support(low, high, 0.9, 0.1) < 0.01
    assert support(high, high, 0.0, 0.3) == pytest.approx(1)


def test_what_a_result_hangs_on_is_found_among_hundreds_and_chance_is_not():
    names = [f"n{i}" for i in range(400)]
    drawn = RNG.normal(size=(400, 256))
    lean = leaning(names, drawn, drawn[7] + RNG.normal(0, 0.5, 256))
    assert lean[0].name == "n7"
    assert lean[0].rho > 0.7
    assert lean[0].low < lean[0].high
    assert leaning(names, drawn, RNG.normal(size=256)) == []
    assert leaning(names, drawn, np.ones(256)) == []


# --- ratios within eras -----------------------------------------------------------------


def test_eras_that_mix_make_a_contrast_that_goes_away_within_them():
    """Many talks and few events early, the reverse late, and nothing between the two: the pooled ratio misleads."""
    exposed = np.concatenate([RNG.random(120) < 0.8, RNG.random(120) < 0.2])
    events = np.concatenate([RNG.random(120) < 0.2, RNG.random(120) < 0.8])
    pooled = record.contrast(events, exposed, np.zeros(MONTHS, int))
    inside = record.contrast(events, exposed, ERA)
    assert pooled.log < -0.5
    assert abs(inside.by) < 2


def test_an_effect_within_eras_is_found():
    exposed = spells(0.5, 6, np.random.default_rng(5))
    events = RNG.random(MONTHS) < np.where(exposed, 0.1, 0.6)
    found = record.contrast(events, exposed, ERA)
    assert found.by < -3
    assert np.exp(found.log) == pytest.approx(1 / 6, abs=0.1)


def test_nil_effects_are_not_found_more_often_than_by_chance():
    hits = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        found = record.contrast(
            rng.random(MONTHS) < 0.4, spells(0.4, 6, rng), ERA, seed=seed, shifts=100
        )
        hits.append(abs(found.by) > 2)
    assert np.mean(hits) < 0.15


def test_lags_point_at_what_follows():
    exposed = spells(0.3, 3, np.random.default_rng(9))
    later = np.roll(exposed, 2)
    events = RNG.random(MONTHS) < np.where(later, 0.05, 0.6)
    logs = {lag: record.lagged(events, exposed, ERA, lag).log for lag in range(-3, 4)}
    assert min(logs, key=lambda lag: logs[lag]) == 2


def test_a_ratio_of_nothing_is_no_number():
    none = np.zeros((MONTHS, 2))
    assert np.isnan(record.ratio(none, none > 0, ERA)).all()


def test_the_bound_is_one_where_there_is_nothing_to_explain():
    assert record.bound(0.0) == 1.0
    assert record.bound(np.log(2)) == pytest.approx(2 + np.sqrt(2))
    assert record.bound(-np.log(2)) == record.bound(np.log(2))


def test_what_the_season_fixes_is_foretold_and_what_it_does_not_is_not():
    months = np.arange(MONTHS) % 12 + 1
    assert record.foretold(np.isin(months, (3, 8)), months) == pytest.approx(1)
    assert record.foretold(RNG.random(MONTHS) < 0.5, months) < 0.2


# --- days -------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "day"), [(2016, 8), (2020, 3), (2022, 8), (2024, 5)])
def test_election_day_is_the_tuesday_after_the_first_monday(year: int, day: int):
    assert record.election(year) == date(year, 11, day)


def test_elections_are_those_of_even_years():
    years = [date.fromordinal(d).year for d in record.elections(1995, 2002)]
    assert years == [1996, 1998, 2000, 2002]


def test_days_that_crowd_anchors_are_closer_than_random_dates_and_others_are_not():
    anchors = np.arange(10) * 730 + 730_000
    near = (anchors[:, None] + np.array([-3, 4])).ravel()
    assert record.closeness(anchors, near).by < -2
    anywhere = np.random.default_rng(2).integers(730_000, 737_300, 60)
    assert abs(record.closeness(anchors, anywhere).by) < 2


def test_days_inside_spells_are_found_and_even_days_are_not():
    first = np.arange(0, 4000, 180) + 730_000
    last = first + 14
    inside = (first[:, None] + np.array([1, 5, 9])).ravel()
    crowded = np.concatenate([[730_000, 734_000], inside])
    assert record.spells(crowded, first, last).by > 3
    even = np.arange(730_000, 734_000, 7)
    assert abs(record.spells(even, first, last).by) < 2


# --- launches and crises ----------------------------------------------------------------


def test_bursts_are_told_from_launches_at_random():
    assert bursts(RNG.poisson(2, 2000)) == pytest.approx(1, abs=0.15)
    assert bursts(RNG.negative_binomial(0.5, 0.2, 2000)) > 3


def test_the_longest_gap_counts_the_months_before():
    flown = np.array([[False, True], [False, False], [True, False], [False, False]])
    assert longest(flown, 5).tolist() == [7, 5]


def test_superiority_that_helps_shows_and_one_that_does_not_is_nil():
    warheads = RNG.uniform(10, 100, 3000)
    more, se = by_arsenal(warheads, RNG.random(3000) < 0.1 + 0.004 * warheads)
    assert more > 3 * se
    nil, error = by_arsenal(warheads, RNG.random(3000) < 0.3)
    assert abs(nil) < 3 * error


def test_means_of_worlds_leave_out_futures_without_a_value():
    means, which = world_means(np.array([1.0, np.nan, 3.0, 5.0]), np.array([0, 1, 4, 5]))
    assert means.tolist() == [1.0, 4.0]
    assert which.tolist() == [0, 2]


# --- the record, and names --------------------------------------------------------------


def test_the_record_starts_its_eras_where_they_begin():
    months = pd.Index(["1993-01", "2005-12", "2006-01", "2012-01", "2018-08", "2018-09", "2024-12"])
    assert record.eras(months).tolist() == [0, 0, 1, 2, 2, 3, 3]


def test_yearly_figures_come_from_the_tables_and_a_missing_one_is_said():
    assert record.yearly("arrivals", 2019) == 1047
    with pytest.raises(LookupError, match="no figure of arrivals for 1900"):
        record.yearly("arrivals", 1900)


@pytest.mark.parametrize(
    ("name", "kind"), [("p3_then_none", ("expected", "3")), ("war", ("sanity", ""))]
)
def test_a_name_says_kind_and_number(name: str, kind: tuple[str, str]):
    assert placed(name) == kind


# --- what the data tell apart -----------------------------------------------------------


def test_contraction_is_nil_for_the_prior_and_large_where_much_is_known():
    prior = RNG.normal(size=(96, 3))
    assert apart.joint(prior) < apart.by_chance(96, 3) + 0.05
    assert apart.joint(prior * 0.3) == pytest.approx(0.91, abs=0.05)


def test_a_ridge_is_narrowed_jointly_though_no_number_is():
    along = RNG.normal(size=400)
    ridge = np.stack([along, -along], 1) + RNG.normal(0, 0.05, (400, 2))
    assert 1 - ridge.var(0).max() < 0.2
    assert apart.joint(ridge) > 0.8


def test_a_conclusion_stands_only_if_clear_and_of_one_sign_under_all():
    def conclusion(*pairs: tuple[float, float]) -> str:
        rows = {str(i): (0.0, 0.0, *pair) for i, pair in enumerate(pairs)}
        return apart.Conclusion("outcome", rows).verdict

    assert conclusion((0.3, 0.05), (0.2, 0.05)) == "stands under all"
    assert conclusion((0.3, 0.05), (-0.2, 0.05)) == "depends on types"
    assert conclusion((0.3, 0.05), (0.01, 0.05)) == "depends on types"


def test_a_finding_is_a_row():
    found = Finding("1", "2", Verdict.HOLDS, 0.1, "sd")
    assert found.why == ""
    assert str(found.verdict) == "holds"
