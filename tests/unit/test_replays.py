"""Counterfactual replays and lessons: arms that differ in the change alone, from one state and under one luck."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from typer.testing import CliRunner

from detente.app import counterfactuals, history
from detente.app.cli import app
from detente.app.counterfactuals import Sizes, Start, arms, fork, start
from detente.domain.axes import EndedBy
from detente.domain.calendar import month_number
from detente.domain.outcomes import OUTCOMES, Timing
from detente.domain.quantity import zeros
from detente.domain.world import World
from detente.history.tables import sources
from detente.inference.episodes import episodes
from detente.inference.forecasting import Forecaster
from detente.inference.lessons import (
    AS_IT_WAS,
    WORTH,
    Trial,
    checked_worth,
    lessons,
    worth_of,
)
from detente.inference.posteriors import keep_dated
from detente.inference.replays import Replayed, Replayer, begun_anew
from detente.scenarios.binding import DOCTRINES, names

RUNNER = CliRunner()
DRAWS, PARTICLES, MONTHS = 8, 8, 18


def said(*words: str) -> tuple[int, str]:
    done = RUNNER.invoke(app, ["replay-history", *words], env={"COLUMNS": "80"})
    return done.exit_code, " ".join(done.output.split())


# --- episodes ------------------------------------------------------------------------


def test_episodes_stand_in_order_and_can_be_replayed():
    known = episodes()
    assert {"1994", "2002", "2012", "singapore", "hanoi"} <= set(known)
    months = [episode.as_it_was for episode in known.values()]
    assert months == sorted(months)
    first = int(history.told().pack.situation.start)
    assert month_number(months[0]) == first - 1, "history can't be told from before it begins"
    for episode in known.values():
        arms(episode.change)
        assert set(episode.source) <= set(sources())


def test_an_episode_has_a_change_and_a_length_that_can_be_replaced():
    known = episodes()["hanoi"]
    assert fork("hanoi") == (known.as_it_was, known.change, known.months)
    assert fork("hanoi", ["testing.talks=0"], 12) == (known.as_it_was, ("testing.talks=0",), 12)
    assert fork("2019-02", ["testing.talks=0"]).months == counterfactuals.MONTHS


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["hanoy"], "a month (YYYY-MM) or an episode: 1994, 2002"),
        (["2019-02"], "say what to change"),
        ([], "--list"),
        (["hanoi", "--change", "guarantor.doctrine=strolling"], "a doctrine that exists"),
        (["hanoi", "--change", "testing.talk=0"], "received 'testing.talk'"),
        (["hanoi", "--change", "testing.talks=much"], "is a number from"),
        (["hanoi", "--change", "testing.talks"], "--change takes NAME=VALUE"),
        (["hanoi", "--change", "testing.talks=99"], "received 99"),
        (["hanoi", "--change", "state.arsenal.warheads=3"], "can't fix state.arsenal.warheads"),
        (["--learn", "--worth", "war=much"], "such as war=-60"),
        (["--learn", "--worth", "agreement_kept=1"], "received 'agreement_kept'"),
        (["--learn", "--posterior", "none.nc"], "detente calibrate --out"),
    ],
)
def test_a_replay_says_what_is_wrong_with_what_it_is_asked(words: list[str], told: str):
    code, text = said(*words)
    assert code == 2, text
    assert told in text


def test_episodes_are_listed():
    code, text = said("--list")
    assert code == 0
    assert all(name in text for name in episodes())


def test_before_history_the_posterior_is_the_prior():
    date, scores = history.drawn(Path("none.nc"), "1994-10", 400)
    assert (date, scores.shape) == ("1994-10", (400, history.dials().size))
    assert abs(scores.mean()) < 0.02
    assert abs(scores.std() - 1) < 0.02


def test_an_episode_without_a_posterior_is_left_out(tmp_path: Path):
    path, known = tmp_path / "dated.nc", history.dials().names
    keep_dated(path, "2010-12", np.zeros((4, len(known)), np.float32), known, mark=history.mark())
    assert [*counterfactuals.reachable(path)] == ["1994", "2012", "singapore", "hanoi"]


def test_outcomes_count_from_the_fork_on():
    """Of three agreements one ended before the fork: it is as if never signed; the one in force stands on."""
    world = zeros(World)
    slots = world.diplomacy.slots._replace(
        signed=jnp.asarray([True, True, False]),
        in_force=jnp.asarray([True, False, False]),
        breached=jnp.asarray([True, True, False]),
        ended_by=jnp.asarray([EndedBy.NOBODY, EndedBy.CHALLENGER, EndedBy.NOBODY], jnp.int32),
    )
    before = world._replace(diplomacy=world.diplomacy._replace(slots=slots))
    left = begun_anew(before).diplomacy.slots
    assert left.signed.tolist() == left.breached.tolist() == [True, False, False]
    assert left.ended_by.tolist() == [EndedBy.NOBODY] * 3
    assert left.in_force.tolist() == slots.in_force.tolist()


# --- lessons -------------------------------------------------------------------------


def trial(episode: str, **means: float) -> Trial:
    spread = np.linspace(-1, 1, 5)
    return Trial(episode, {rule.replace("_", " "): mean + spread for rule, mean in means.items()})


def test_a_lesson_is_held_against_the_best_there_and_against_going_on():
    first = trial("one", a=3, b=1, as_it_was=5)
    second = trial("two", a=1, b=2, as_it_was=0)
    (lesson,) = lessons([first, second])
    assert (lesson.learned, lesson.rule, lesson.tried, lesson.best) == ("one", "a", "two", "b")
    np.testing.assert_allclose(lesson.regret, 1)
    np.testing.assert_allclose(lesson.gain, 1)
    text = "\n".join(counterfactuals.taught([first, second], [lesson], WORTH, 36))
    assert "one → two" in text
    assert "+1 verified_freeze_months -120 war" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_worth_is_a_weighted_sum_over_the_futures_of_a_draw():
    """Futures stand draws within particles."""
    outcomes = {
        "verified_freeze_months": np.array([1.0, 2, 3, 4]),
        "war": np.array([0, 0, 1, 0], np.int32),
    }
    np.testing.assert_allclose(worth_of(outcomes, WORTH, 2), [2 - 60, 3])


@pytest.mark.parametrize("name", ["agreement_kept", "broken_by", "peace"])
def test_worth_is_of_what_every_future_has(name: str):
    with pytest.raises(ValueError, match="every future has as a number"):
        checked_worth({"war": -1.0, name: 1.0})


# --- replays of the real history, small: slow, since programs take a minute to compile ---------


@pytest.fixture(scope="module")
def maker() -> Forecaster:
    return history.forecaster(PARTICLES)


@pytest.fixture(scope="module")
def begun(maker: Forecaster) -> Start:
    """The first episode: no posterior is needed, and no month to be told."""
    return start(maker, episodes()["1994"].as_it_was, DRAWS, Path("none.nc"))


@pytest.fixture(scope="module")
def replayer(maker: Forecaster) -> Replayer:
    return Replayer(maker.filter)


def replayed(replayer: Replayer, begun: Start, *change: str) -> tuple[Replayed, Replayed]:
    one, two = (replayer.onward(begun.scores, begun.cloud, arm, MONTHS) for arm in arms(change))
    return one, two


def same(one: object, two: object) -> bool:
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(two), strict=True)
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


@pytest.mark.slow
def test_without_a_change_both_arms_are_the_same_bit_for_bit(replayer: Replayer, begun: Start):
    one, two = replayed(replayer, begun)
    assert same(one, two)


@pytest.mark.slow
def test_a_replay_has_every_future_and_month(replayer: Replayer, begun: Start):
    one, _ = replayed(replayer, begun)
    futures = DRAWS * PARTICLES
    assert set(one.outcomes) == {outcome.name for outcome in OUTCOMES}
    assert all(values.shape == (futures,) for values in one.outcomes.values())
    assert one.seen.nuclear_tests.shape == (MONTHS, futures)
    assert one.seen.launches.shape == (MONTHS, 5, futures)


@pytest.mark.slow
def test_a_change_has_no_effect_before_the_fork(replayer: Replayer, begun: Start):
    """What counts before the first month is the same in both arms, and the state that they set out from untouched."""
    before = jax.device_get(begun.cloud.state)
    one, two = replayed(replayer, begun, "guarantor.doctrine=unconditional-normalisation")
    starts = [outcome.name for outcome in OUTCOMES if outcome.timing is Timing.START]
    assert starts
    for name in starts:
        np.testing.assert_array_equal(one.outcomes[name], two.outcomes[name])
    assert not same(one, two)
    assert same(before, jax.device_get(begun.cloud.state))


@pytest.mark.slow
def test_both_arms_meet_the_same_luck(replayer: Replayer, begun: Start):
    """A number of satellites alone leaves all other launches of the first month as they are."""
    one, two = replayed(replayer, begun, "testing.base.satellite=3")
    np.testing.assert_array_equal(one.seen.launches[0, :4], two.seen.launches[0, :4])
    assert two.seen.launches[:, 4].sum() > one.seen.launches[:, 4].sum() + 100


@pytest.mark.slow
def test_a_doctrine_sits(replayer: Replayer, begun: Start):
    """One that waits pays nothing that it has not promised; one that normalises does."""
    _, waits = replayed(replayer, begun, "guarantor.doctrine=wait-and-contain")
    _, gives = replayed(replayer, begun, "guarantor.doctrine=unconditional-normalisation")
    assert gives.outcomes["relief_musd"].mean() > waits.outcomes["relief_musd"].mean()


@pytest.mark.slow
def test_a_number_that_is_fixed_is_what_every_future_has(replayer: Replayer, begun: Start):
    was, other = arms(["testing.talks=0.25", "guarantor.inertia=2"])
    plain, fixed = (replayer.values(begun.scores, arm) for arm in (was, other))
    table = history.table()
    places = [table.names.index(name) for name in ("testing.talks", "guarantor.inertia")]
    np.testing.assert_array_equal(fixed[places], np.repeat([[0.25], [2.0]], fixed.shape[1], 1))
    rest = np.delete(np.arange(len(table.names)), places)
    np.testing.assert_array_equal(fixed[rest], plain[rest])


@pytest.mark.slow
def test_arms_of_one_cast_share_a_program(replayer: Replayer, begun: Start):
    """Doctrines and numbers are data."""
    replayed(replayer, begun, "guarantor.doctrine=wait-and-contain")
    jax.config.update("jax_no_tracing", True)
    try:
        replayed(replayer, begun, "guarantor.doctrine=arms-control", "testing.talks=0")
    finally:
        jax.config.update("jax_no_tracing", False)
    assert len(replayer._programs) == 2


@pytest.mark.slow
def test_the_lesson_of_an_episode_is_tried_at_the_next(monkeypatch: pytest.MonkeyPatch):
    """Two episodes that need no posterior, and two rules."""
    first = episodes()["1994"]
    both = {"one": first, "two": first}
    monkeypatch.setattr(counterfactuals, "reachable", lambda _: both)
    rules = ["wait-and-contain", "unconditional-normalisation"]
    assert set(rules) <= set(names(DOCTRINES))
    quiet = history.Said(lambda *_: None, lambda _: None)
    sizes = Sizes(DRAWS, PARTICLES)
    found = counterfactuals.trials(WORTH, MONTHS, sizes, None, quiet, rules)
    assert [set(t.worth) for t in found] == [{AS_IT_WAS, *rules}] * 2
    (lesson,) = lessons(found)
    np.testing.assert_array_equal(lesson.regret, 0)
