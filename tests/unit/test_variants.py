"""Variants of a situation: what is named is fixed, all else stays, and nothing is compiled anew."""

import jax
import numpy as np
import pytest

from detente.app.wiring import POLICIES
from detente.domain.axes import INTENT
from detente.domain.calendar import month_number
from detente.scenarios.binding import named_rows
from detente.scenarios.schema import InvalidFileError
from detente.scenarios.variants import vary_doctrine, vary_pack
from tests.conftest import SMALL, Harbour


def varied(harbour: Harbour, **changes):
    return vary_pack(harbour.pack, POLICIES, {k.replace("__", "."): v for k, v in changes.items()})


def test_what_is_named_is_fixed_and_all_else_stays(harbour):
    pack = varied(harbour, economy__leak=0.5)
    row = list(named_rows(pack.head, POLICIES)).index("economy.leak")
    old, new = harbour.pack.situation.priors, pack.situation.priors
    assert (new.family[row], new.a[row], new.b[row]) == (0, 0.5, 0)
    assert pack.numbers["economy.leak"].value == 0.5
    others = np.arange(len(old.a)) != row
    for column in ("family", "a", "b", "low", "high"):
        np.testing.assert_array_equal(getattr(new, column)[others], getattr(old, column)[others])
    assert new.mixing is old.mixing


def test_nothing_named_changes_nothing(harbour):
    same = vary_pack(harbour.pack, POLICIES, {})
    for a, b in zip(*map(jax.tree.leaves, (same.situation, harbour.pack.situation)), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("rank", "share"), [("p05", 0.05), ("p50", 0.5), ("p95", 0.95)])
def test_a_rank_is_a_percentile_of_the_prior(harbour, rank, share):
    key, (_, low, high) = next(
        (key, number.prior)
        for key, number in harbour.pack.numbers.items()
        if number.prior[0] == "uniform"
    )
    found = vary_pack(harbour.pack, POLICIES, {key: rank}).numbers[key].value
    assert found == pytest.approx(low + share * (high - low), rel=1e-5)


def test_dates_and_lengths_of_the_calendar_are_set(harbour):
    codes = dict(harbour.pack.head.roles.codes)["patron"]
    changes = {"calendar.closure": "2031-04", "calendar.term": 60}
    changes |= {f"calendar.war_ends.{codes[1]}": "2032-01"}
    calendar = vary_pack(harbour.pack, POLICIES, changes).situation.frame.calendar
    assert int(calendar.closure) == month_number("2031-04")
    assert int(calendar.term) == 60
    assert int(calendar.war_ends[1]) == month_number("2032-01")
    assert int(calendar.war_ends[0]) == int(harbour.pack.situation.frame.calendar.war_ends[0])


@pytest.mark.parametrize("label", INTENT.labels)
def test_worlds_are_drawn_from_one_region(harbour, label):
    ensemble = harbour.ensemble.bound_to(varied(harbour, intent=label).situation)
    (chunk,) = ensemble.chunks(harbour.settings("idle"), SMALL)
    assert set(chunk.tally.values["intent"]) == {INTENT.labels.index(label)}


def test_a_variant_is_run_by_the_programs_that_there_are(harbour):
    """Nothing is traced anew, and the situation that it came from is as it was."""
    before = harbour.chunk("settle")
    other = harbour.ensemble.bound_to(varied(harbour, economy__leak=0.9).situation)
    jax.config.update("jax_no_tracing", True)
    try:
        (after,) = other.chunks(harbour.settings("settle"), SMALL)
        (again,) = harbour.ensemble.chunks(harbour.settings("settle"), SMALL)
    finally:
        jax.config.update("jax_no_tracing", False)
    trade = "patron_trade_musd"
    assert not np.array_equal(after.tally.values[trade], before.tally.values[trade])
    np.testing.assert_array_equal(again.tally.values[trade], before.tally.values[trade])


def test_the_same_worlds_meet_the_same_luck(harbour):
    """What a change doesn't reach is the same in every future, byte for byte."""
    other = harbour.ensemble.bound_to(varied(harbour, humanitarian__eased=0.0).situation)
    (after,) = other.chunks(harbour.settings("settle"), SMALL)
    before = harbour.chunk("settle")
    np.testing.assert_array_equal(after.tally.values["warheads"], before.tally.values["warheads"])
    hungry = "food_insecure_person_months"
    assert np.all(after.tally.values[hungry] >= before.tally.values[hungry])


def test_settings_of_a_doctrine_are_fixed(harbour):
    changes = {"terms.detection": 0.25, "responds_to": "loyalty", "offers": True}
    doctrine = vary_doctrine(harbour.doctrines["idle"], POLICIES, changes)
    assert float(doctrine.settings.terms.detection) == 0.25
    assert int(doctrine.settings.responds_to) == 2
    assert bool(doctrine.settings.offers)
    old = harbour.doctrines["idle"].settings
    assert float(doctrine.settings.terms.length) == float(old.terms.length)
    assert [x.dtype for x in jax.tree.leaves(doctrine.settings)] == [
        x.dtype for x in jax.tree.leaves(old)
    ]


def test_every_change_that_cannot_be_made_is_said_at_once(harbour):
    changes = {
        "economy.leek": 0.5,
        "economy.leak": 7,
        "calendar.closure": "2025-13",
        "calendar.term": -1,
        "intent": "baker",
        "state.offices.challenger.arsenal": 3,
    }
    with pytest.raises(InvalidFileError) as caught:
        vary_pack(harbour.pack, POLICIES, changes)
    assert {problem.place for problem in caught.value.problems} == set(changes)
    assert all(all(problem) for problem in caught.value.problems)
    assert "perhaps economy.leak" in str(caught.value)
    with pytest.raises(InvalidFileError):
        vary_doctrine(harbour.doctrines["idle"], POLICIES, {"terms.fame": 1})
