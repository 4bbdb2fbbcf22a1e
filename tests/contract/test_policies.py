"""Every policy, and the one in `skeletons/`, through the contract; and what the views keep from each side."""

from functools import cache

import jax
import numpy as np
import pytest
from hypothesis import given, strategies as st

from detente.app.wiring import POLICIES
from detente.domain.actions import Actions
from detente.domain.calendar import Calendar
from detente.domain.contracts import Frame
from detente.domain.world import World
from detente.engine.month import ROLES
from detente.mechanisms.observation import (
    ally_views,
    challenger_view,
    guarantor_view,
    partner_view,
    patron_views,
)
from skeletons import policy as skeleton
from tests.compare import same_bytes
from tests.contract import policy_contract as contract
from tests.strategies import REGIONS, fill, fill_regions, luck_of, raw, size

ON_TRIAL = {
    **{name: (p, name if name in ROLES else "guarantor") for name, p in POLICIES.items()},
    "skeleton": (skeleton, "guarantor"),
}

names = pytest.mark.parametrize("name", ON_TRIAL)


@cache
def bench(name: str) -> contract.Bench:
    return contract.Bench(*ON_TRIAL[name])


def draw(data: st.DataObject, on: contract.Bench):
    return on.turn(data.draw(raw(on.size)))


@names
def test_declares_what_it_decides(name: str):
    contract.check_declarations(bench(name))


@names
def test_sees_no_secret(name: str):
    contract.check_sees_no_secret(bench(name))


@names
@given(data=st.data())
def test_law_is_proper(name: str, data: st.DataObject):
    contract.check_law(bench(name), *draw(data, bench(name)))


@names
@given(data=st.data())
def test_memory_keeps_its_record(name: str, data: st.DataObject):
    contract.check_memory(bench(name), *draw(data, bench(name)))


@names
def test_same_inputs_same_bytes(name: str):
    contract.check_reproducible(bench(name), *bench(name).turn(luck_of(name, bench(name).size)))


@names
def test_batch_equals_loop(name: str):
    on = bench(name)
    turns = [on.turn(luck_of(f"{name} {i}", on.size)) for i in range(8)]
    contract.check_batch(on, [turn for turn, _ in turns], [u for _, u in turns])


def _situation(seed: str) -> tuple[World, Actions, Frame]:
    def take(record: type, salt: str):
        return fill(record, np.frombuffer(luck_of(seed + salt, size(record)), np.uint8))

    spans = np.frombuffer(luck_of(seed + "regions", REGIONS), np.uint8)
    frame = Frame(take(Calendar, "calendar"), fill_regions(spans))
    return take(World, "world"), take(Actions, "moves"), frame


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_guarantor_sees_nothing_hidden(seed: str):
    world, _, frame = _situation(seed)
    other, _, _ = _situation(seed + " other")
    breached = world.diplomacy.slots._replace(breached=other.diplomacy.slots.breached)
    altered = world._replace(
        arsenal=other.arsenal,
        economy=other.economy,
        information=other.information,
        loyalty=other.loyalty,
        sanctions=other.sanctions,
        offices=world.offices._replace(
            challenger=other.offices.challenger, intent=(world.offices.intent + 1) % 4
        ),
        diplomacy=world.diplomacy._replace(covert=~world.diplomacy.covert, slots=breached),
    )
    view = jax.jit(guarantor_view)
    assert same_bytes(view(world, frame), view(altered, frame))


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_challenger_sees_no_thoughts_of_the_other(seed: str):
    world, moves, frame = _situation(seed)
    other, _, _ = _situation(seed + " other")
    theirs = other.offices.guarantor._replace(credit=world.offices.guarantor.credit)
    altered = world._replace(
        observation=other.observation,
        offices=world.offices._replace(guarantor=theirs, elect=other.offices.elect),
        beliefs=world.beliefs._replace(
            intent=other.beliefs.intent, covert=other.beliefs.covert, loyalty=other.beliefs.loyalty
        ),
    )
    view = jax.jit(challenger_view)
    seen = moves.guarantor, moves.allies, frame
    assert same_bytes(view(world, *seen), view(altered, *seen))


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_others_see_no_preferences_and_no_hidden_conduct(seed: str):
    world, moves, _ = _situation(seed)
    other, _, _ = _situation(seed + " other")
    offices = world.offices._replace(
        challenger=other.offices.challenger, intent=(world.offices.intent + 1) % 4
    )
    altered = world._replace(
        arsenal=other.arsenal,
        loyalty=other.loyalty,
        offices=offices,
        diplomacy=world.diplomacy._replace(covert=~world.diplomacy.covert),
    )
    views = jax.jit(lambda w, m: (ally_views(w), patron_views(w, m), partner_view(w, m)))
    assert same_bytes(views(world, moves), views(altered, moves))
