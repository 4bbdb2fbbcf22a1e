"""Scores of forecasts by samples: against closed forms, and whether saying what one believes scores best."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson
from scoringrules import crps_poisson

from detente.inference.scores import FEWEST, Window, crps, log_score, score

TRIALS = 2000


def luck(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def frame(paths: np.ndarray, origin: str = "2010-12", target: str = "tests") -> pd.DataFrame:
    """Samples of one forecast: [sample, month]."""
    samples, months = paths.shape
    ahead = pd.period_range(origin, periods=months + 1, freq="M")[1:].astype(str)
    return pd.DataFrame(
        {
            "origin": origin,
            "target": target,
            "month": np.tile(ahead, samples),
            "sample": np.repeat(np.arange(samples), months),
            "value": paths.ravel().astype(float),
        }
    )


def facts(values: list[float], target: str = "tests", first: str = "2011-01") -> pd.DataFrame:
    index = pd.period_range(first, periods=len(values), freq="M", name="month")
    return pd.DataFrame({target: values}, index=index)


def test_smoothed_chances_sum_to_one():
    draws = luck(0).negative_binomial(0.5, 0.02, FEWEST).astype(float)
    counts = np.arange(200_000.0)
    chances = np.exp(-np.concatenate([log_score(draws, c) for c in np.array_split(counts, 4000)]))
    rest = 1 / (len(counts) + 1) / (FEWEST + 1)  # what the spare sample spreads beyond
    assert chances.sum() + rest == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("mean", [0.05, 1.0, 30.0])
def test_log_score_is_that_of_the_law_but_for_the_bias_that_is_stated(mean):
    draws = luck(1).poisson(mean, (300, 1000)).astype(float)
    actual = luck(2).poisson(mean, 300).astype(float)
    exact = -poisson.logpmf(actual, mean)
    excess = log_score(draws, actual) - exact
    support = np.arange(200.0)
    p = poisson.pmf(support, mean)
    support, p = support[p > 1e-12], p[p > 1e-12]
    stated = np.sum(p * np.minimum((1 - p) / (2 * 1000 * p), np.log(1001 * 2 * (support + 2) ** 2)))
    error = excess.std() / np.sqrt(len(excess))
    assert -3 * error < excess.mean() < stated + 0.05 + 3 * error


def test_log_score_is_finite_and_bounded_beyond_all_samples():
    draws = np.zeros((1, FEWEST))
    for y in (1.0, 7.0, 1000.0):
        expected = np.log((FEWEST + 1) * (y + 1) * (y + 2))
        assert log_score(draws, np.array([y]))[0] == pytest.approx(expected)
    assert log_score(draws, np.array([1.0]))[0] == pytest.approx(8.0, abs=0.05)


def test_the_right_law_scores_best_on_average():
    """Proper: whatever else is said, the law that the outcomes come from has the least loss."""
    actual = luck(3).negative_binomial(1.0, 0.25, TRIALS).astype(float)

    def losses(size: float, mean: float) -> np.ndarray:
        drawn = luck(4).negative_binomial(size, size / (size + mean), (TRIALS, FEWEST))
        draws = drawn.astype(float)
        brier = ((draws >= 1).mean(axis=1) - (actual >= 1)) ** 2
        return np.stack([log_score(draws, actual), crps(draws, actual), brier])

    right = losses(1.0, 3.0)
    for size, mean in [(1.0, 1.5), (1.0, 6.0), (8.0, 3.0), (0.3, 3.0)]:
        worse = losses(size, mean) - right
        error = worse.std(axis=1) / np.sqrt(TRIALS)
        assert np.all(worse.mean(axis=1) > 2 * error), (size, mean)


def test_crps_is_that_of_the_law():
    draws = luck(5).poisson(2.0, (2000, 1000)).astype(float)
    actual = luck(6).poisson(2.0, 2000).astype(float)
    exact = np.asarray(crps_poisson(actual, 2.0))
    gap = crps(draws, actual) - exact
    assert abs(gap.mean()) < 4 * gap.std() / np.sqrt(len(gap))


def test_crps_of_one_value_is_its_distance():
    draws = np.full((1, FEWEST), 4.0)
    assert crps(draws, np.array([1.0]))[0] == pytest.approx(3.0)


def test_what_is_scored_is_the_total_of_a_window():
    paths = np.tile([[1.0, 2.0, 0.0, 4.0]], (FEWEST, 1))
    windows = (Window(1, 1), Window(1, 4), Window(4, 4))
    found = score(frame(paths), facts([1, 2, 0, 5]), windows).set_index(["first", "last"])
    assert found.actual.to_dict() == {(1, 1): 1, (1, 4): 8, (4, 4): 5}
    assert found.crps.to_dict() == {(1, 1): 0, (1, 4): 1, (4, 4): 1}
    assert found.loc[(1, 1), ["below", "at_most"]].tolist() == [0, 1]
    assert found.loc[(1, 4), ["below", "at_most"]].tolist() == [1, 1]
    assert found.inside_90.to_dict() == {(1, 1): True, (1, 4): False, (4, 4): False}


def test_the_event_is_a_total_of_one_or_more():
    paths = np.zeros((1000, 3))
    paths[:250, 2] = 2
    found = score(frame(paths), facts([0, 0, 1]), (Window(1, 2), Window(1, 3)))
    assert found.chance.tolist() == [0, 0.25]
    assert found.event.tolist() == [False, True]
    assert found.brier.tolist() == [0, 0.75**2]


def test_windows_that_are_not_known_are_left_out():
    paths = np.zeros((FEWEST, 3))
    found = score(frame(paths), facts([0, np.nan]), (Window(1, 1), Window(1, 2), Window(1, 3)))
    assert found[["first", "last"]].to_numpy().tolist() == [[1, 1]]
    assert score(frame(paths), facts([np.nan]), (Window(1, 1),)).empty


def test_rows_may_come_in_any_order_and_months_as_text():
    paths = luck(7).poisson(1.0, (FEWEST, 3))
    samples, known = frame(paths), facts([0, 1, 3])
    shuffled = samples.sample(frac=1, random_state=0)
    text = known.set_axis(known.index.astype(str))
    windows = (Window(1, 1), Window(1, 3))
    pd.testing.assert_frame_equal(
        score(samples, known, windows), score(shuffled, text, windows), check_exact=False
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.iloc[1:], "complete them"),
        (lambda f: f[f.month != "2011-02"], "complete them"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "complete them"),
        (lambda f: f[f["sample"] < 10], "draw more"),
        (lambda f: f.assign(value=0.5), "counts"),
        (lambda f: f.assign(value=np.nan), "counts"),
        (lambda f: f.assign(target="other"), "a target is one of tests"),
        (lambda f: f[f.month < "2011-03"], "forecast further"),
    ],
)
def test_what_cannot_be_scored_says_why(change, says):
    samples = frame(np.zeros((FEWEST, 3)))
    with pytest.raises(ValueError, match=says):
        score(change(samples), facts([0, 0, 0]), (Window(1, 3),))


def test_the_page_on_scores_runs(capsys):
    page = (Path(__file__).parents[2] / "docs" / "scores.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```python\n(.*?)^```$", page, re.S | re.M)
    exec(script, {})
    assert "log_score" in capsys.readouterr().out
