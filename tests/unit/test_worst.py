"""The worst tenth, and what sets it apart: against closed forms, and how often chance is taken for a finding."""

import numpy as np
import pytest

from detente.decision.worst import CHANCE, marks, traits, worst_tenth
from detente.engine.ensemble import CHUNK, Design

WORLDS, REPLICATES = 200, 10
WORLD = np.repeat(np.arange(WORLDS), REPLICATES)
ALL = np.ones(len(WORLD), bool)


def luck(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_worst_tenth_is_a_tenth_and_takes_in_ties():
    harm = luck(0).permutation(np.arange(len(WORLD), dtype=float))
    found = worst_tenth(harm, ALL, WORLD)
    assert found is not None
    assert (found.n, found.border) == (200, 1800.0)
    assert np.array_equal(found.flags, harm >= 1800)
    tied = worst_tenth(np.minimum(harm, 1750), ALL, WORLD)
    assert tied is not None
    assert tied.n == 250


def test_where_too_many_share_the_border_there_is_no_worst_tenth():
    assert worst_tenth(np.zeros(len(WORLD)), ALL, WORLD) is None
    assert worst_tenth((luck(1).random(len(WORLD)) < 0.05).astype(float), ALL, WORLD) is None
    assert worst_tenth(np.arange(3.0), np.zeros(3, bool), np.arange(3)) is None


def test_undefined_futures_are_left_out():
    harm = np.arange(len(WORLD), dtype=float)
    found = worst_tenth(harm, harm < 1000, WORLD)
    assert found is not None
    assert found.border == 900
    assert not np.any(found.flags[1000:])


def test_means_and_shift_are_those_of_the_futures():
    drawn = luck(2).normal(size=(WORLDS, 3))
    harm = drawn[WORLD, 0] + luck(3).normal(size=len(WORLD))
    tenth = worst_tenth(harm, ALL, WORLD)
    assert tenth is not None
    first, *_ = traits(tenth, ALL, WORLD, ["a", "b", "c"], drawn)
    assert first.name == "a"
    assert first.clear
    values = drawn[WORLD, 0]
    assert first.worst == pytest.approx(values[tenth.flags].mean())
    assert first.rest == pytest.approx(values[~tenth.flags].mean())
    assert first.shift == pytest.approx((first.worst - first.rest) / drawn[:, 0].std())
    assert first.interval is not None
    assert first.interval.low < first.shift < first.interval.high


def test_events_are_told_as_shares():
    war = luck(4).random(len(WORLD)) < 0.15
    harm = 1.0 * war + luck(5).random(len(WORLD))
    tenth = worst_tenth(harm, ALL, WORLD)
    assert tenth is not None
    first, second = marks(tenth, ALL, WORLD, {"coin": luck(6).random(len(WORLD)) < 0.5, "war": war})
    assert (first.name, first.worst) == ("war", 1.0)
    assert first.rest == pytest.approx(war[~tenth.flags].mean())
    assert first.clear
    assert first.ratio == pytest.approx(first.worst / first.rest)
    assert not second.clear


def test_what_is_the_same_in_all_worlds_is_not_told():
    drawn = np.column_stack([np.full(WORLDS, 0.1), luck(7).normal(size=WORLDS)])
    tenth = worst_tenth(luck(8).random(len(WORLD)), ALL, WORLD)
    assert tenth is not None
    assert [t.name for t in traits(tenth, ALL, WORLD, ["same", "drawn"], drawn)] == ["drawn"]


def test_one_world_tells_nothing_clear():
    world = np.zeros(50, int)
    tenth = worst_tenth(luck(9).random(50), np.ones(50, bool), world)
    assert tenth is not None
    assert traits(tenth, np.ones(50, bool), world, ["x"], np.ones((1, 1))) == []
    (mark,) = marks(tenth, np.ones(50, bool), world, {"war": luck(10).random(50) < 0.5})
    assert mark.interval is None
    assert not mark.clear


@pytest.mark.parametrize("deep", [0.0, 3.0])
def test_chance_alone_is_seldom_clear(deep):
    """Harm that hangs on worlds but on none of the numbers: some list is clear no oftener than `CHANCE` says."""
    runs, false = 200, 0
    for seed in range(runs):
        rng = luck(100 + seed)
        harm = deep * rng.normal(size=WORLDS)[WORLD] + rng.normal(size=len(WORLD))
        tenth = worst_tenth(harm, ALL, WORLD)
        assert tenth is not None
        names = [str(k) for k in range(60)]
        found = traits(tenth, ALL, WORLD, names, rng.normal(size=(WORLDS, 60)))
        false += any(t.clear for t in found)
    assert false / runs <= CHANCE + 3 * np.sqrt(CHANCE * (1 - CHANCE) / runs)


def test_drawn_numbers_are_those_that_a_run_meets(harbour):
    design = Design(worlds=CHUNK + 3, replicates=2, months=12, seed=5)
    drawn = harbour.ensemble.drawn(design)
    assert drawn.shape[0] == design.worlds
    _, met, *_ = harbour.ensemble._data(harbour.settings("settle"), design, 1, {}, None)
    world = np.arange(CHUNK, 2 * CHUNK) // design.replicates
    np.testing.assert_array_equal(np.asarray(met).T, drawn[world])
