"""Made histories: what is told of them, and how what is found is held against what is true."""

from types import SimpleNamespace
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import pandas as pd

from detente.domain.calendar import month_number, month_text
from detente.engine.month import Among, Given
from detente.inference import hindcast
from detente.inference.observed import Measured, Record
from detente.inference.recovery import Recovered, told_of
from docs import recovery


class Text(NamedTuple):
    """What a site draws that draws a record."""

    relief: np.ndarray
    length: np.ndarray


def test_a_made_history_is_told_in_as_much_as_the_real_one():
    """Known months take what happened; of a choice that was told in part, the one made; open months stay open."""
    given = Given(jnp.asarray([True, False]), jnp.asarray([3, 0], jnp.int32))
    among = Among(jnp.asarray([[True, True, True], [False, True, True]]))
    nothing = Measured(*(jnp.full(2, 7.0) for _ in range(3)), warheads=jnp.full((2, 3), 7.0))
    sites = {"a.count": given, "a.choice": among, "a.text": among}
    real = Record(jnp.ones(2, bool), jnp.ones(2, bool), sites, nothing)
    text = Text(np.asarray([0.5, 0.7]), np.asarray([1.0, 0.0]))
    lived = {"a.count": np.asarray([8, 9]), "a.choice": np.asarray([0, 2]), "a.text": text}
    made = told_of(real, lived)
    assert not made.signed.any()
    assert np.all(made.known["a.text"][0])
    count, choice = made.known["a.count"], made.known["a.choice"]
    assert isinstance(count, Given)
    assert isinstance(choice, Among)
    assert np.asarray(count.known).tolist() == [True, False]
    assert int(count.value[0]) == 8
    assert np.asarray(choice.allowed).tolist() == [[True, True, True], [False, False, True]]
    assert all(np.isnan(np.asarray(column)).all() for column in made.measured)


def test_ranks_count_draws_below_the_truth():
    draws = np.asarray([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0], [3.0, 4.0]])
    found = Recovered(np.asarray([1.5, 9.0]), draws)
    assert found.ranks.tolist() == [2, 4]
    np.testing.assert_allclose(found.contraction, 1 - 1.25)


def test_questions_are_answered_as_of_the_month_before_they_opened(monkeypatch):
    """A forecaster that is sure of a test in the second month: asked for that month alone, and for another."""
    months = pd.period_range("2010-01", "2013-12", freq="M").astype(str)
    targets = pd.DataFrame({"nuclear_tests": np.zeros(len(months))}, index=months)
    asked = pd.DataFrame(
        [
            ("a", "2012-06-18", "2012-07", "2012-07", "yes"),
            ("b", "2012-06-18", "2012-08", "2012-09", "no"),
        ],
        columns=["number", "opened", "first", "last", "outcome"],
    ).assign(question="nuclear_tests >= 1")
    seen = []

    def samples(station: Any, then: Any, ahead: int, rng: Any) -> pd.DataFrame:
        labels = [month_text(month_number(station) + 1 + k) for k in range(ahead)]
        rows = [("nuclear_tests", m, s, float(m == "2012-07")) for m in labels for s in range(4)]
        return pd.DataFrame(rows, columns=["target", "month", "sample", "value"])

    def station(scores: Any, then: Any, as_of: str) -> str:
        seen.append(as_of)
        return as_of

    fake: Any = SimpleNamespace(station=station, samples=samples)
    dated: Any = SimpleNamespace(as_of=lambda month: ("2011-12", np.zeros((8, 1))))
    monkeypatch.setattr(hindcast, "known", lambda as_of: (None, targets.loc[:as_of]))
    found = hindcast.answered(fake, dated, asked, targets)
    assert seen == ["2012-05", "2012-05"]
    assert found.chance.tolist() == [1.0, 0.0]
    assert found.base.tolist() == [0.0, 0.0]
    assert found.happened.tolist() == [True, False]


def test_histories_made_in_another_way_do_not_count(tmp_path, monkeypatch):
    """Lines of fewer particles, or of other priors, stay in the file, and are neither shown nor gone on from."""
    monkeypatch.setattr(recovery, "KEPT", tmp_path / "recovery.csv")
    dials: Any = SimpleNamespace(names=("one", "two"))
    found = Recovered(np.zeros(2), np.random.default_rng(0).normal(size=(40, 2)))
    assert recovery.kept().empty
    recovery.keep(3, found, dials)
    monkeypatch.setattr(recovery, "PARTICLES", 2 * recovery.PARTICLES)
    recovery.keep(5, found, dials)
    assert set(recovery.kept().history) == {5}
    monkeypatch.setattr(recovery.history, "mark", lambda: "another")
    recovery.keep(7, found, dials)
    assert set(recovery.kept().history) == {7}
    assert set(pd.read_csv(recovery.KEPT).history) == {3, 5, 7}
