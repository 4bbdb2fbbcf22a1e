"""Weights from past scores only, and mixtures of paths."""

import numpy as np
import pandas as pd
import pytest

from detente.inference.stacking import mix, weights


def table(losses: np.ndarray, last: int = 12, target: str = "a") -> pd.DataFrame:
    origins = [f"{1990 + k}-12" for k in range(len(losses))]
    columns = {"origin": origins, "target": target, "first": 1, "last": last}
    return pd.DataFrame(columns | {"log_score": losses})


def luck(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def samples(value: float, n: int = 10) -> pd.DataFrame:
    months = ["2001-01", "2001-02"]
    return pd.DataFrame(
        {
            "origin": "2000-12",
            "target": "a",
            "month": np.tile(months, n),
            "sample": np.repeat(np.arange(n), 2),
            "value": value + 100.0 * np.repeat(np.arange(n), 2) + np.tile([0.0, 0.5], n),
        }
    )


def test_without_a_past_weights_are_equal():
    scored = {"x": table(np.ones(5)), "y": table(np.full(5, 9.0)), "z": table(np.ones(5))}
    assert list(weights(scored, "1990-12")) == pytest.approx([1 / 3] * 3)


def test_nothing_later_moves_them():
    x, y = luck(0).random(20), luck(1).random(20)
    scored = {"x": table(x), "y": table(y)}
    before = weights(scored, "2000-12")
    wild = {"x": table(np.append(x[:10], np.full(10, 50.0))), "y": scored["y"]}
    pd.testing.assert_series_equal(before, weights(wild, "2000-12"))
    # The forecast of 2000-12 ends a year later: then it counts, and not a month before.
    pd.testing.assert_series_equal(before, weights(wild, "2001-11"))
    assert weights(wild, "2001-12").to_numpy()[0] < before.to_numpy()[0]


def test_weights_find_the_mixture_that_outcomes_come_from():
    """Two laws of a coin, a share of each: the weights recover it, within their standard error."""
    n, truth = 3000, 0.3
    heads = luck(2).random(n) < truth * 0.9 + (1 - truth) * 0.2
    x, y = (-np.log(np.where(heads, p, 1 - p)) for p in (0.9, 0.2))
    found = weights({"x": _monthly(x), "y": _monthly(y)}, "2990-12")["x"]
    p = 0.2 + 0.7 * truth
    error = np.sqrt(p * (1 - p) / n) / 0.7
    assert abs(found - truth) < 3 * error


def _monthly(losses: np.ndarray) -> pd.DataFrame:
    origins = [str(m) for m in pd.period_range("1900-01", periods=len(losses), freq="M")]
    columns = {"origin": origins, "target": "a", "first": 1, "last": 1}
    return pd.DataFrame(columns | {"log_score": losses})


def test_no_other_weights_would_have_scored_better():
    losses = luck(3).gamma(2.0, 1.0, (40, 4))
    scored = {name: table(column) for name, column in zip("wxyz", losses.T, strict=True)}
    found = weights(scored, "2990-12").to_numpy()

    def worth(w: np.ndarray) -> np.ndarray:
        mixed = np.exp(-losses) @ w
        return np.log(mixed).sum(axis=0) + np.log(w).sum(axis=0) / 4

    rivals = luck(4).dirichlet(np.ones(4), 20_000).T
    near = np.abs(found[:, None] + 0.003 * luck(5).normal(size=(4, 5000)))
    assert worth(found[:, None])[0] >= worth(rivals).max()
    assert worth(found[:, None])[0] >= worth(near / near.sum(axis=0)).max() - 1e-6


def test_far_worse_models_do_not_break_it():
    scored = {"x": table(np.full(30, 1.0)), "y": table(np.full(30, 900.0))}
    found = weights(scored, "2990-12")
    assert found.to_numpy().sum() == pytest.approx(1.0)
    assert found.to_numpy()[0] > 0.95


def test_a_mixture_has_whole_paths_in_proportion():
    made = mix({"x": samples(0), "y": samples(7000)}, pd.Series({"x": 0.25, "y": 0.75}), 40)
    assert list(made.columns) == list(samples(0).columns)
    paths = made.pivot(index="sample", columns="month", values="value")
    assert paths.index.tolist() == list(range(40))
    assert np.all(paths["2001-02"] - paths["2001-01"] == 0.5)
    first = paths.loc[:, "2001-01"].to_numpy(float)
    assert np.sum(first < 7000) == 10
    assert np.unique(first, return_counts=True)[1].max() == 3  # 30 from 10: each taken three times


def test_shares_that_do_not_come_out_even_are_left_to_luck():
    shares = pd.Series({"x": 0.5, "y": 0.5})
    counts = [
        (mix({"x": samples(0), "y": samples(7000)}, shares, 5, seed).value < 7000).sum() / 2
        for seed in range(60)
    ]
    assert set(counts) == {2, 3}
    assert abs(np.mean(counts) - 2.5) < 3 * 0.5 / np.sqrt(60)
    one, two = (mix({"x": samples(0)}, pd.Series({"x": 1.0}), 5, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
