"""What forecasts have to beat: no look ahead, own parameters recovered, and no past that breaks them."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, strategies as st
from scipy.special import expit
from scipy.stats import nbinom

from detente.inference.baselines import autoregression, hawkes, level
from detente.inference.baselines.chance import log_mass
from detente.inference.baselines.field import BASELINES, forecast
from detente.inference.baselines.past import CEILING, SHORTEST, Past, cut
from detente.inference.baselines.resampling import climatology, persistence, recent

SERIES = 12
"""Synthetic histories from which each law is recovered."""


def luck(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def panel(**columns: np.ndarray) -> pd.DataFrame:
    (length,) = {len(values) for values in columns.values()}
    index = pd.period_range("1993-01", periods=length, freq="M", name="month")
    return pd.DataFrame({name: np.asarray(v, float) for name, v in columns.items()}, index=index)


def past(counts: np.ndarray, binary: bool = False, covariates: np.ndarray | None = None) -> Past:
    none = np.empty((len(counts), 0))
    return Past(np.asarray(counts, float), none if covariates is None else covariates, binary)


def counts(mean: float, size: float, rng: np.random.Generator) -> float:
    return float(rng.negative_binomial(size, size / (size + mean)))


def recovered(estimates: list[list[float]], truth: list[float]) -> None:
    """Means over histories lie within four standard errors of the truth."""
    found = np.array(estimates)
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert np.all(np.abs(found.mean(axis=0) - truth) < 4 * error), (found.mean(axis=0), error)


# --- nothing later ---------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["1995-06", "1999-12"])
def test_changing_the_future_changes_nothing(origin):
    rng = luck(0)
    targets = panel(a=rng.poisson(1.0, 120), b=rng.random(120) < 0.2)
    covariates = panel(x=rng.normal(size=120), y=rng.normal(size=120))

    def said(wild: float) -> pd.DataFrame:
        later = targets.index > pd.Period(origin, "M")
        changed, moved = targets.copy(), covariates.copy()
        changed.loc[later, "a"], changed.loc[later, "b"] = 50 * wild, wild
        moved.loc[later] = 1e6 * wild
        return forecast(changed, origin, 6, samples=40, seed=1, binary=["b"], covariates=moved)

    pd.testing.assert_frame_equal(said(0.0), said(1.0))
    ended = targets.loc[: pd.Period(origin, "M")]
    short = forecast(ended, origin, 6, samples=40, seed=1, binary=["b"], covariates=covariates)
    pd.testing.assert_frame_equal(said(0.0), short)


@given(end=st.integers(SHORTEST, 60), later=st.lists(st.floats(), min_size=60, max_size=60))
def test_a_past_holds_nothing_later(end, later):
    """Whatever stands in the panel after the origin, well-formed or not, the past is the same."""
    known = np.arange(60.0) % 4
    garbled = np.where(np.arange(60) < end, known, later)
    months = panel(a=known, b=garbled)
    origin = str(months.index[end - 1])
    one, two = (
        cut(months, name, origin, covariates=panel(x=months.loc[:, name].to_numpy()))
        for name in ("a", "b")
    )
    np.testing.assert_array_equal(one.counts, two.counts)
    np.testing.assert_array_equal(one.covariates, two.covariates)


def test_the_past_does_move_it():
    rng = luck(1)
    quiet = panel(a=rng.poisson(0.3, 120))
    loud = quiet.copy()
    loud.loc["2002-01":, "a"] = 9.0
    for name in BASELINES:
        one, two = (
            frame[frame.baseline == name].value.mean()
            for frame in (forecast(t, "2002-12", 3, samples=300) for t in (quiet, loud))
        )
        assert two > 1.2 * one, name


# --- what is handed out ----------------------------------------------------------------------


def test_the_form_of_what_is_said():
    rng = luck(2)
    targets = panel(a=rng.poisson(1.0, 60), b=rng.random(60) < 0.2)
    found = forecast(targets, "1997-12", 4, samples=30, binary=["b"])
    assert list(found.columns) == ["baseline", "origin", "target", "month", "sample", "value"]
    assert sorted(set(found.month)) == ["1998-01", "1998-02", "1998-03", "1998-04"]
    assert len(found) == len(BASELINES) * 2 * 30 * 4
    assert not found.duplicated(["baseline", "target", "month", "sample"]).any()
    assert set(found[found.target == "b"].value) <= {0.0, 1.0}


def test_each_target_and_baseline_has_luck_of_its_own():
    targets = panel(a=luck(3).poisson(1.0, 60), b=luck(4).poisson(1.0, 60))
    both = forecast(targets, "1997-12", 3, samples=20)
    alone = forecast(targets.loc[:, ["b"]], "1997-12", 3, samples=20)
    kept = both.loc[both.target == "b"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, alone)
    other = forecast(targets.loc[:, ["b"]], "1997-12", 3, samples=20, seed=1)
    assert not alone.value.equals(other.value)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("length", [SHORTEST, 200])
@pytest.mark.parametrize("name", BASELINES)
def test_no_past_breaks_it(name, length, binary):
    rng = luck(5)
    zeros, ones = np.zeros(length), np.ones(length)
    once = np.where(np.arange(length) == length // 2, 1.0, 0.0)
    gaps = np.where(np.arange(length) % 5 == 1, np.nan, once)
    gaps = np.concatenate([gaps, gaps])
    pasts = [zeros, ones, once, gaps]
    if not binary:
        pasts += [1e4 * ones, np.where(once > 0, 1e4, 0.0)]
    for values in pasts:
        covariates = np.column_stack(
            [np.full(len(values), np.nan), np.zeros(len(values)), rng.normal(size=len(values))]
        )
        covariates[-3:, 2] = np.nan
        known = past(values, binary, covariates)
        drawn = BASELINES[name](known, 12, 400, rng)
        assert drawn.shape == (400, 12)
        assert np.all(drawn == np.round(drawn))
        assert np.all((drawn >= 0) & (drawn <= (1 if binary else np.inf)))
        # A mean that can't run away: what is drawn about it lies within what a small size allows.
        assert drawn.mean() <= CEILING * (np.nanmax(values) + 1)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("name", BASELINES)
def test_what_was_never_seen_is_held_possible_but_rare(name, binary):
    known = past(np.zeros(240), binary)
    drawn = BASELINES[name](known, 12, 5000, luck(6))
    share = np.mean(drawn.sum(axis=1) >= 1)
    # Half of one more month in 240: some two and a half per cent a year; clustered counts have fewer such years.
    assert 0.003 < share < 0.05


def test_a_past_is_checked():
    targets = panel(a=luck(7).poisson(1.0, 60), half=np.full(60, 0.5), late=np.full(60, np.nan))
    targets.loc["1997-01":, "late"] = 0
    with pytest.raises(ValueError, match="a target is one of a, half, late; received 'b'"):
        cut(targets, "b", "1997-12")
    with pytest.raises(ValueError, match=r"half has 0\.5: mend the panel"):
        cut(targets, "half", "1997-12")
    with pytest.raises(ValueError, match="a binary target is 0 or 1"):
        cut(targets, "a", "1997-12", binary=True)
    with pytest.raises(ValueError, match="needs 24 known months; late has 12 up to 1997-12"):
        cut(targets, "late", "1997-12")
    with pytest.raises(ValueError, match="every month up to its origin"):
        cut(targets, "a", "2030-01")
    with pytest.raises(ValueError, match="every month up to its origin"):
        cut(targets.drop(targets.index[30]), "a", "1997-12")


def test_a_past_begins_with_its_first_known_month():
    counts = np.concatenate([np.full(6, np.nan), np.arange(30.0)])
    found = cut(panel(a=counts), "a", "1995-12", covariates=panel(x=np.arange(36.0)))
    assert found.counts.tolist() == list(range(30))
    assert found.covariates[:, 0].tolist() == list(range(6, 36))


# --- the past drawn again --------------------------------------------------------------------


def test_climatology_keeps_clusters_together():
    counts = np.tile(np.repeat([0.0, 4.0], 12), 10)
    drawn = climatology(past(counts), 12, 4000, luck(8))
    totals = drawn.sum(axis=1)
    runs = np.array([np.take(counts, range(k, k + 12), mode="wrap").sum() for k in range(240)])
    assert abs(totals.mean() - runs.mean()) < 4 * runs.std() / np.sqrt(4000) + 0.2
    assert totals.std() == pytest.approx(runs.std(), rel=0.05)
    assert totals.std() > 2 * np.sqrt(12) * counts.std()


def test_recent_and_persistent_look_back_so_far_and_no_further():
    counts = np.concatenate([np.full(200, 50.0), np.full(24, 7.0), np.full(12, 2.0)])
    rare = 0.5 / 237
    months = recent(past(counts), 12, 2000, luck(9))
    assert set(np.unique(months)) == {2.0, 7.0, 8.0}
    assert np.mean(months == 8) < 3 * rare
    year = persistence(past(counts), 12, 2000, luck(10))
    assert set(np.unique(year)) == {2.0, 3.0}
    assert np.mean(year == 3) == pytest.approx(rare, rel=0.5)


# --- laws with parameters --------------------------------------------------------------------


def test_log_mass_is_scipys():
    y = np.array([0.0, 3.0, np.nan, 40.0])
    mean = np.array([0.2, 2.0, 1.0, 10.0])
    seen = ~np.isnan(y)
    for size in (0.1, 1.0, 900.0):
        exact = nbinom.logpmf(y[seen], size, size / (size + mean[seen]))
        np.testing.assert_allclose(log_mass(past(y), mean, size), exact)
    coin = log_mass(past(np.array([0.0, 1.0]), binary=True), np.array([0.3, 0.3]), 1.0)
    np.testing.assert_allclose(np.exp(coin), [0.7, 0.3])


def test_level_recovers_itself():
    smoothing, size = 0.1, 4.0

    def history(rng: np.random.Generator) -> np.ndarray:
        now, seen = 20.0, []
        for _ in range(300):
            seen.append(counts(max(now, 0.1), size, rng))
            now += smoothing * (seen[-1] - now)
        return np.array(seen)

    fits = [level.fit(past(history(luck(seed)))) for seed in range(SERIES)]
    recovered(
        [[np.log(f.smoothing), np.log(f.size)] for f in fits], [np.log(smoothing), np.log(size)]
    )


def test_level_stays_on_average_and_its_spread_grows():
    known = past(luck(11).poisson(5.0, 200))
    fitted = level.fit(known)
    drawn = level.sample(known, 12, 20_000, luck(12))
    error = drawn.std(axis=0) / np.sqrt(len(drawn))
    assert np.all(np.abs(drawn.mean(axis=0) - fitted.level) < 4 * error)
    jumpy = past(np.repeat(luck(13).poisson(8.0, 20), 10))
    spread = level.sample(jumpy, 12, 20_000, luck(14)).std(axis=0)
    assert spread[-1] > 1.3 * spread[0]


@pytest.mark.parametrize("binary", [False, True])
def test_hawkes_recovers_itself(binary):
    ground, branching, memory, size = (0.05, 0.6, 0.5, 1.0) if binary else (0.5, 0.6, 0.7, 2.0)

    def history(rng: np.random.Generator) -> np.ndarray:
        pull, seen = 0.0, []
        for _ in range(2000):
            mean = ground + branching * pull
            seen.append(float(rng.random() < mean) if binary else counts(mean, size, rng))
            pull = memory * pull + (1 - memory) * seen[-1]
        return np.array(seen)

    fits = [hawkes.fit(past(history(luck(seed)), binary)) for seed in range(SERIES)]
    estimates = [[np.log(f.ground), f.branching, f.memory, np.log(f.size)] for f in fits]
    truth = [np.log(ground), branching, memory, np.log(size)]
    kept = 3 if binary else 4  # a coin has no size
    recovered([each[:kept] for each in estimates], truth[:kept])


def test_hawkes_returns_to_its_mean():
    known = past(luck(15).negative_binomial(1.0, 0.3, 300))
    fitted = hawkes.fit(known)
    drawn = hawkes.sample(known, 120, 3000, luck(16))[:, -1]
    mean = fitted.ground / (1 - fitted.branching)
    assert abs(drawn.mean() - mean) < 4 * drawn.std() / np.sqrt(len(drawn))


@pytest.mark.parametrize("binary", [False, True])
def test_autoregression_recovers_itself(binary):
    intercept, pull, weight, size = (-0.5, 0.8, 0.7, 1.0) if binary else (0.3, 0.6, 0.4, 2.0)

    def history(rng: np.random.Generator) -> Past:
        x, seen = rng.normal(size=1500), [1.0] * 12
        x = (x - x.mean()) / x.std()
        for t in range(12, 1500):
            lag = 0.5 * np.log(0.1 + seen[-1]) + 0.5 * np.log(0.1 + np.mean(seen[-12:]))
            predictor = intercept + pull * lag + weight * x[t - 1]
            if binary:
                seen.append(float(rng.random() < expit(predictor)))
            else:
                seen.append(counts(np.exp(predictor), size, rng))
        return past(np.array(seen), binary, x[:, None])

    fits = [autoregression.fit(history(luck(seed))) for seed in range(SERIES)]
    recovered(
        [[f.pull * f.share, f.pull * (1 - f.share), f.weights[0]] for f in fits],
        [pull / 2, pull / 2, weight],
    )


def test_autoregression_is_that_of_statsmodels_where_its_prior_is_wide():
    rng, n = luck(17), 800
    x = rng.normal(size=(n, 2))
    y = [1.0] * 12
    for t in range(12, n):
        lag = 0.3 * np.log(0.1 + y[-1]) + 0.4 * np.log(0.1 + np.mean(y[-12:]))
        y.append(counts(np.exp(0.2 + lag + 0.3 * x[t - 1, 0]), 1.5, rng))
    y = np.array(y)
    ours = autoregression.fit(past(y, covariates=x), spread=1e3)
    year = np.convolve(y, np.full(12, 1 / 12))[:n]
    lags = np.column_stack([np.log(0.1 + y), np.log(0.1 + year), x])[11:-1]
    theirs = sm.NegativeBinomial(y[12:], sm.add_constant(lags)).fit(disp=0, maxiter=500)
    month, whole, *weights = theirs.params[1:-1]
    assert 0 < month < 0.98
    assert 0 < whole < 0.98 - month  # within our bounds, so that the two are the same problem
    assert ours.pull * ours.share == pytest.approx(month, abs=2e-3)
    assert ours.pull * (1 - ours.share) == pytest.approx(whole, abs=2e-3)
    np.testing.assert_allclose(ours.weights / x.std(axis=0), weights, atol=2e-3)
    assert 1 / ours.size == pytest.approx(theirs.params[-1], rel=0.01)


def test_covariates_go_back_to_their_mean_as_fast_as_they_did():
    rng, n = luck(19), 600
    drift = np.zeros(n)
    for t in range(1, n):
        drift[t] = 0.9 * drift[t - 1] + rng.normal()
    jump = np.where(np.arange(n) % 30 == 29, 1.0, 0.0)
    drift[-1], jump[-1] = 6.0, 1.0
    x = np.column_stack([drift, jump])
    y = rng.poisson(np.exp(0.5 * np.roll(drift / drift.std(), 1) + np.roll(jump, 1)))
    fitted = autoregression.fit(past(y, covariates=x))
    assert fitted.staying[0] == pytest.approx(0.9, abs=4 * np.sqrt((1 - 0.9**2) / n))
    assert fitted.staying[1] == 0.0
    drawn = autoregression.sample(past(y, covariates=x), 48, 8000, rng)
    means, error = drawn.mean(axis=0), drawn.std(axis=0) / np.sqrt(len(drawn))
    assert means[0] > 1.5 * means[1]  # the jump is gone at once
    assert means[1] > 1.3 * means[11]  # the drift goes slowly
    # In the end counts are as they were in the past, whose mean has an error of its own: drifts last some ten months.
    own = y.std() / np.sqrt(n / 10)
    assert abs(means[-1] - y.mean()) < 3 * np.hypot(error[-1], own)


def test_autoregression_keeps_many_covariates_in_place():
    rng = luck(18)
    known = past(rng.poisson(0.3, 36), covariates=rng.normal(size=(36, 30)))
    fitted = autoregression.fit(known)
    assert np.abs(fitted.weights).max() < 1.0
    assert autoregression.sample(known, 12, 500, rng).mean() < 3
