"""Whether checks of calibration pass what is calibrated, and stop what isn't."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, nbinom

from detente.inference.reliability import (
    LEVEL,
    PLACES,
    band,
    coverage,
    discrimination,
    pit,
    reliability,
    uniformity,
    wilson,
)


def luck(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def scored(seed: int, n: int, mean: float = 2.0, said: float = 2.0) -> pd.DataFrame:
    """A table of scores of a forecast that says one law while outcomes come from another."""
    actual = nbinom.rvs(1.0, 1 / (1 + mean), size=n, random_state=luck(seed))
    law = nbinom(1.0, 1 / (1 + said))
    return pd.DataFrame(
        {
            "target": "tests",
            "first": 1,
            "last": 12,
            "below": law.cdf(actual - 1),
            "at_most": law.cdf(actual),
        }
    )


def test_band_holds_all_places_as_often_as_it_says():
    for n in (20, 100):
        low, high = (np.array(end) for end in band(n, seed=0))
        counts = np.stack(
            [np.searchsorted(np.sort(u), PLACES, side="right") for u in luck(1).random((2000, n))]
        )
        share = np.mean(np.all((low <= counts) & (counts <= high), axis=1))
        assert LEVEL - 4 * np.sqrt(LEVEL * (1 - LEVEL) / 2000) < share < LEVEL + 0.06


def test_right_forecasts_keep_to_the_band_and_wrong_ones_leave_it():
    runs = 100
    kept = sum(uniformity(scored(seed, 40), seed).inside.all() for seed in range(runs))
    assert kept / runs > LEVEL - 3 * np.sqrt(LEVEL * (1 - LEVEL) / runs)
    for wrong in (0.4, 8.0):
        kept = sum(uniformity(scored(s, 40, said=wrong), s).inside.all() for s in range(20))
        assert kept < 5


def test_pit_is_drawn_between_its_ends_by_the_seed():
    table = scored(3, 500)
    values = pit(table, seed=1)
    assert np.all((table.below <= values) & (values <= table.at_most))
    assert np.array_equal(values, pit(table, seed=1))
    assert not np.array_equal(values, pit(table, seed=2))


def test_uniformity_keeps_targets_and_windows_apart():
    table = pd.concat([scored(0, 30), scored(1, 40).assign(target="days")])
    found = uniformity(table)
    assert found.groupby("target").n.first().to_dict() == {"tests": 30, "days": 40}
    assert len(found) == 2 * len(PLACES)


def test_reliability_counts_every_row_once_and_holds_edges():
    table = pd.DataFrame(
        {
            "chance": [0.0, 0.04, 0.05, 0.5, 0.9, 1.0],
            "event": [False, True, True, False, True, True],
        }
    )
    found = reliability(table).set_index("from")
    assert found.n.to_dict() == {0.0: 2, 0.05: 1, 0.1: 0, 0.2: 0, 0.4: 1, 0.6: 0, 0.8: 0, 0.9: 2}
    assert found.share[0.0] == 0.5
    assert found.chance[0.0] == pytest.approx(0.02)
    assert found.share[0.9] == 1.0
    assert np.isnan(found.share[0.1])
    assert np.isnan(found.low[0.1])


def test_reliable_chances_lie_within_their_intervals():
    chance = luck(4).random(5000)
    table = pd.DataFrame({"chance": chance, "event": luck(5).random(5000) < chance})
    found = reliability(table)
    assert np.all((found.low < found.chance) & (found.chance < found.high))
    boasting = reliability(table.assign(chance=np.where(chance > 0.5, 0.99, 0.01)))
    full = boasting[boasting.n > 0]
    assert not np.any((full.low < full.chance) & (full.chance < full.high))


def test_wilson_is_scipys_and_knows_no_cases():
    for k, n in [(0, 10), (7, 20), (20, 20)]:
        ours, theirs = wilson(k / n, n), binomtest(k, n).proportion_ci(LEVEL, "wilson")
        assert ours == pytest.approx((theirs.low, theirs.high))
    assert np.isnan(wilson(np.nan, 0)[0])


def test_discrimination_is_the_share_of_pairs_in_the_right_order():
    table = pd.DataFrame({"chance": [0.1, 0.4, 0.4, 0.8], "event": [False, False, True, True]})
    assert discrimination(table) == pytest.approx(3.5 / 4)
    assert np.isnan(discrimination(table.assign(event=False)))


def test_coverage_reads_what_intervals_held():
    table = pd.DataFrame({"inside_50": [True, False], "inside_80": [True, True]})
    found = coverage(table).set_index("level")
    assert found.share.to_dict() == {0.5: 0.5, 0.8: 1.0}
    assert found.high[0.8] == 1.0
    assert found.low[0.8] < 0.6
