"""Skill against a reference: its arithmetic, and how often its interval holds the truth."""

import numpy as np
import pandas as pd
import pytest

from detente.inference.reliability import LEVEL
from detente.inference.skill import ALL, METRICS, _block, _blocks, skill


def table(losses: dict[str, np.ndarray], first: int = 1, last: int = 12) -> pd.DataFrame:
    """Scores with the same loss by every metric: by target, one an origin, yearly."""
    parts = []
    for target, values in losses.items():
        origins = [f"{1990 + k}-12" for k in range(len(values))]
        columns = {"origin": origins, "target": target, "first": first, "last": last}
        parts.append(pd.DataFrame(columns | dict.fromkeys(METRICS, values)))
    return pd.concat(parts, ignore_index=True)


def luck(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_skill_is_one_less_the_ratio_of_losses_and_nats_for_the_log_score():
    model = table({"a": np.array([1.0, 2.0, 3.0]), "b": np.array([2.0, 2.0, 2.0])})
    reference = table({"a": np.array([2.0, 4.0, 6.0]), "b": np.array([1.0, 1.0, 1.0])})
    found = skill(model, reference).set_index(["metric", "target"]).skill
    assert found["crps", "a"] == pytest.approx(0.5)
    assert found["crps", "b"] == pytest.approx(-1.0)
    assert found["crps", ALL] == pytest.approx(-0.25)
    assert found["log_score", "a"] == pytest.approx(2.0)
    assert found["log_score", ALL] == pytest.approx(0.5)
    assert found["brier", ALL] == pytest.approx(1 - 2.0 / 2.5)


def test_over_all_targets_crps_is_taken_in_units_of_what_is_usual():
    """A target that is nearly always right in one window doesn't drown the others."""
    few, many = np.array([0.001, 0.001]), np.array([1.0, 1.0])
    reference = pd.concat([table({"a": few, "b": many}, last=1), table({"a": many, "b": many})])
    model = pd.concat(
        [table({"a": 30 * few, "b": many / 2}, last=1), table({"a": many, "b": many})]
    )
    found = skill(model, reference).set_index(["last", "metric", "target"])
    assert found.skill[1, "crps", "a"] == pytest.approx(-29)
    a, b = 0.001 / 0.5005, 1.0
    assert found.skill[1, "crps", ALL] == pytest.approx(1 - (30 * a + b / 2) / (a + b))
    assert found.loss[1, "crps", "b"] == 0.5
    assert found.reference_loss[1, "crps", "b"] == 1.0


def test_only_forecasts_that_both_made_count():
    model = table({"a": np.array([1.0, 1.0, 9.0])})
    reference = table({"a": np.array([2.0, 2.0])})
    found = skill(model, reference)
    assert set(found.n) == {2}
    assert found[found.metric == "brier"].skill.tolist() == [0.5, 0.5]
    with pytest.raises(ValueError, match="share none"):
        skill(model, reference.assign(target="other"))


def test_a_reference_that_was_never_wrong_gives_no_skill():
    model = table({"a": np.ones(5), "b": np.ones(5)})
    reference = table({"a": np.zeros(5), "b": np.full(5, 2.0)})
    found = skill(model, reference).set_index(["metric", "target"])
    assert np.isnan(found.skill["crps", "a"])
    assert np.isnan(found.low["crps", "a"])
    assert found.skill["crps", ALL] == 0.5


def test_the_same_model_has_no_skill_over_itself():
    model = table({"a": luck(0).random(20)})
    found = skill(model, model)
    assert np.all(found[["skill", "low", "high"]] == 0)


def test_a_block_is_no_shorter_than_a_window():
    yearly = pd.PeriodIndex([f"{year}-12" for year in range(2004, 2024)], freq="M")
    monthly = pd.period_range("2004-12", periods=240, freq="M")
    assert _block(yearly, 12) == (3, 36)
    assert _block(monthly, 12) == (12, 12)
    assert _block(monthly, 1) == (6, 6)
    assert _block(pd.PeriodIndex(["2004-12"], freq="M"), 12) == (1, 12)


def test_blocks_are_runs_of_neighbours_and_take_every_origin_alike():
    again = _blocks(10, 3, seed=0)
    assert again.shape == (2000, 10)
    steps = np.diff(again[:, :3], axis=1) % 10
    assert np.all(steps == 1)
    counts = np.bincount(again.ravel(), minlength=10)
    assert np.all(np.abs(counts - 2000) < 5 * np.sqrt(2000 * 3))


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Many independent origins, where the bootstrap is at its best; the mean difference is known."""
    runs, held = 40, 0
    for seed in range(runs):
        rng = luck(seed)
        model = table({"a": rng.gamma(2.0, 1.0, 60)})
        reference = table({"a": rng.gamma(2.0, 1.5, 60)})
        found = skill(model, reference, seed).set_index(["metric", "target"])
        row = found.loc[("log_score", "a")]
        held += row.low <= 1.0 <= row.high
    assert held / runs > LEVEL - 0.06 - 3 * np.sqrt(LEVEL * (1 - LEVEL) / runs)


def test_intervals_widen_where_origins_hang_together():
    rng = luck(1)
    runs = np.repeat(rng.normal(size=20), 12)
    monthly = [str(m) for m in pd.period_range("2000-01", periods=240, freq="M")]
    columns = {"origin": monthly, "target": "a", "first": 1}
    together = 2 + 0.3 * runs
    apart = rng.permutation(together)

    def width(losses: np.ndarray) -> float:
        model = pd.DataFrame(columns | {"last": 12} | dict.fromkeys(METRICS, losses))
        reference = pd.DataFrame(columns | {"last": 12} | dict.fromkeys(METRICS, 2.0))
        row = skill(model, reference).iloc[0]
        return row.high - row.low

    assert width(together) > 2 * width(apart)
