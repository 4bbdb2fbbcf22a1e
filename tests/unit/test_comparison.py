"""Summaries and paired differences against closed forms, and the coverage that their intervals claim."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import t as student

from detente.decision.comparison import (
    CLEAR,
    LEVEL,
    Labels,
    Number,
    Share,
    by_label,
    difference,
    differences,
    read,
    summaries,
    summarise,
)

WORLDS, REPLICATES = 12, 5


def table(worlds: int = WORLDS, replicates: int = REPLICATES, **columns) -> pa.Table:
    """A table of outcomes; a numpy array becomes a column, None a null."""
    k = np.arange(worlds * replicates)
    return pa.table(
        {
            "policy": ["made-up"] * len(k),
            "world": k // replicates,
            "replicate": (k % replicates).astype(np.int32),
            "status": ["ok"] * len(k),
            **{name: pa.array(values) for name, values in columns.items()},
        }
    )


def effects(seed: int, worlds: int = WORLDS, replicates: int = REPLICATES) -> np.ndarray:
    """One-way random effects, balanced: worlds with sd 2, chance with sd 1. [future]"""
    rng = np.random.default_rng(seed)
    deep = np.repeat(rng.normal(0, 2, worlds), replicates)
    return deep + rng.normal(0, 1, worlds * replicates)


def number(values: np.ndarray, worlds: int = WORLDS, replicates: int = REPLICATES) -> Number:
    found = summarise(read(table(worlds, replicates, x=values)), "x")
    assert isinstance(found, Number)
    return found


def share(values: list, worlds: int = WORLDS, replicates: int = REPLICATES) -> Share:
    found = summarise(read(table(worlds, replicates, x=values)), "x")
    assert isinstance(found, Share)
    return found


def test_balanced_interval_is_that_of_the_world_means():
    values = effects(1)
    means = values.reshape(WORLDS, REPLICATES).mean(axis=1)
    half = student.ppf((1 + LEVEL) / 2, WORLDS - 1) * means.std(ddof=1) / np.sqrt(WORLDS)

    found = number(values)

    assert found.mean == pytest.approx(means.mean())
    assert found.interval == pytest.approx((means.mean() - half, means.mean() + half))
    assert (found.n, found.total, found.worlds) == (60, 60, WORLDS)
    assert found.quantiles == pytest.approx(np.sort(values)[[2, 14, 29, 44, 56]])


def test_balanced_variance_between_worlds_is_that_of_the_mean_squares():
    values = effects(2).reshape(WORLDS, REPLICATES)
    among = REPLICATES * values.mean(axis=1).var(ddof=1)
    within = values.var(axis=1, ddof=1).mean()
    between = (among - within) / REPLICATES

    assert number(values.ravel()).between == pytest.approx(between / (between + within))


def test_replicates_of_identical_futures_add_nothing():
    """Ten copies of a world know no more than one: the interval stays, where naive errors would shrink."""
    worlds = np.random.default_rng(3).normal(size=30)
    one = number(worlds, 30, 1)
    ten = number(np.repeat(worlds, 10), 30, 10)

    assert ten.interval == pytest.approx(one.interval)
    assert one.between is None  # with one future a world, chance cannot be told apart
    assert ten.between == pytest.approx(1.0)


def test_unequal_worlds_weigh_by_their_futures():
    values = [1.0, 1.0, 1.0, None, None, 4.0]
    found = summarise(read(table(2, 3, x=values)), "x")

    assert isinstance(found, Number)
    assert found.mean == pytest.approx(7 / 4)
    assert found.n == 4
    residuals = np.array([3 - 3 * 7 / 4, 4 - 7 / 4])
    se = np.sqrt(2 * np.sum(residuals**2)) / 4
    assert found.interval is not None
    assert found.interval.high == pytest.approx(7 / 4 + student.ppf(0.95, 1) * se)
    assert found.interval.low == 0  # never negative: the interval stops there


def test_one_world_has_no_interval():
    found = number(effects(4, 1, 20), 1, 20)
    assert found.interval is None
    assert found.between is None
    assert np.isfinite(found.mean)
    assert share([True, False] * 10, 1, 20).interval is None
    futures = read(table(1, 20, x=effects(5, 1, 20)))
    differs = difference(futures, futures, "x")
    assert differs.se is None
    assert differs.interval is None


def test_share_counts_only_where_defined():
    values = ([True, False, None, None, None] * WORLDS)[: WORLDS * REPLICATES]
    found = share(values)
    assert (found.n, found.total, found.worlds) == (24, 60, 12)
    assert found.share == 0.5


@pytest.mark.parametrize("always", [True, False])
def test_share_at_an_end_is_bounded_by_worlds(always):
    """Wilson's bound with each world as one: what never happened may still happen."""
    found = share([always] * 60)
    t2 = student.ppf((1 + LEVEL) / 2, WORLDS - 1) ** 2
    reach = t2 / (WORLDS + t2)
    assert found.interval == pytest.approx((1 - reach, 1) if always else (0, reach))


def test_nothing_defined_is_nan_not_zero():
    found = summarise(read(table(x=pa.nulls(60, pa.float64()), y=pa.nulls(60, pa.bool_()))), "x")
    assert isinstance(found, Number)
    assert found.n == 0
    assert np.isnan(found.mean)
    assert found.interval is None


def test_labels_share_out():
    names = pa.DictionaryArray.from_arrays(pa.array([0, 1, 1, None, 0] * WORLDS), ["a", "b", "c"])
    found = summarise(read(table(x=names)), "x")
    assert isinstance(found, Labels)
    assert list(found.shares) == ["a", "b", "c"]
    assert [s.share for s in found.shares.values()] == [0.5, 0.5, 0.0]
    assert found.n == 48


def test_groups_are_summarised_each_for_itself():
    intent = pa.array(np.repeat(["x", "y"], 30).tolist()).dictionary_encode()
    values = effects(6)
    groups = by_label(read(table(intent=intent, x=values)), "x")
    first, second = groups["x"], groups["y"]
    assert isinstance(first, Number)
    assert isinstance(second, Number)
    assert first.mean == pytest.approx(values[:30].mean())
    assert second.worlds == 6
    with pytest.raises(ValueError, match="grouped by a label"):
        by_label(read(table(x=values)), "x", "x")


def test_difference_is_paired_whatever_the_order_of_rows():
    before, after = effects(7), effects(7) + np.tile([1.0, 1.0, 0.0, -1.0, 2.0], WORLDS)
    mixed = np.random.default_rng(8).permutation(60)

    found = difference(read(table(x=after).take(mixed)), read(table(x=before)), "x")

    assert found.mean == pytest.approx(0.6)
    assert found.se == pytest.approx(0.0, abs=1e-12)  # each world differs by the same
    assert (found.higher, found.equal, found.lower) == (0.6, 0.2, 0.2)
    assert found.n == 60


def test_difference_leaves_out_pairs_with_a_null():
    one = read(table(2, 2, x=[1.0, None, 3.0, 4.0]))
    other = read(table(2, 2, x=[0.0, 0.0, None, 2.0]))
    found = difference(one, other, "x")
    assert found.n == 2
    assert found.mean == pytest.approx(1.5)
    empty = difference(one, read(table(2, 2, x=pa.nulls(4, pa.float64()))), "x")
    assert empty.n == 0
    assert np.isnan(empty.mean)


def test_wrong_questions_are_answered_with_the_remedy():
    futures = read(table(x=effects(9), label=pa.array(["a"] * 60)))
    with pytest.raises(ValueError, match="an outcome is one of x, label"):
        summarise(futures, "y")
    with pytest.raises(ValueError, match="numbers or flags"):
        difference(futures, futures, "label")
    twice = read(pa.concat_tables([table(x=effects(9)), table(x=effects(9))]))
    with pytest.raises(ValueError, match="doubles"):
        difference(twice, futures, "x")


RUNS = 600


def covers(truth: float, intervals: list) -> float:
    return float(np.mean([i.low <= truth <= i.high for i in intervals]))


@pytest.mark.parametrize("kind", ["mean", "share", "difference"])
def test_intervals_cover_as_often_as_they_say(kind):
    """At `LEVEL`, within three standard errors of the count of runs; Wilson's may err to the wide side."""
    found = []
    for seed in range(RUNS):
        values = effects(seed, 25, 6)
        futures = read(table(25, 6, x=values, zero=np.zeros(150), flag=values > 1.5))
        if kind == "mean":
            found.append(summarise(futures, "x").interval)  # type: ignore[union-attr]
        elif kind == "share":
            found.append(summarise(futures, "flag").interval)  # type: ignore[union-attr]
        else:
            shifted = read(table(25, 6, x=values / 2))
            found.append(difference(futures, shifted, "x").interval)
    truth = {"mean": 0.0, "share": 1 - student.cdf(1.5 / np.sqrt(5), 10**9), "difference": 0.0}[
        kind
    ]
    error = np.sqrt(LEVEL * (1 - LEVEL) / RUNS)
    assert covers(truth, found) == pytest.approx(LEVEL, abs=3 * error)


def test_many_outcomes_at_once_are_as_one_by_one():
    flags = effects(4) > 0
    some = [None if k % 7 == 0 else value for k, value in enumerate(effects(5))]
    labels = pa.array(["a" if flag else "b" for flag in flags])
    futures = read(table(x=effects(3), flag=flags, some=some, label=labels))
    every = summaries(futures, ["x", "flag", "some", "label"])
    assert list(every) == ["x", "flag", "some", "label"]
    for name, found in every.items():
        assert found == summarise(futures, name)
    other = read(table(x=effects(6), flag=~flags, some=effects(7), label=labels))
    apart = differences(futures, other, ["x", "flag", "some"])
    assert all(found == difference(futures, other, name) for name, found in apart.items())


def test_tail_is_what_one_future_in_a_hundred_exceeds():
    values = np.random.default_rng(0).permutation(np.arange(1000.0))
    assert number(values, 100, 10).tail == 989


def test_clear_is_far_from_zero_in_standard_errors():
    luck, shift = effects(10), np.repeat(effects(11, WORLDS, 1), REPLICATES)
    found = difference(read(table(x=luck + shift)), read(table(x=luck)), "x")
    assert found.se is not None
    assert found.clear == (abs(found.mean) > CLEAR * found.se)
    sure = difference(read(table(x=luck + 9 + 0.1 * shift)), read(table(x=luck)), "x")
    assert sure.clear
