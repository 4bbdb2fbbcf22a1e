"""Every mechanism, and the one in `skeletons/`, through the contract."""

from functools import cache

import pytest
from hypothesis import given, strategies as st

from detente.engine.month import MECHANISMS
from skeletons import mechanism as skeleton
from tests.contract import mechanism_contract as contract
from tests.strategies import case_size, fill_case, luck_of, raw

# The skeleton is a rival of `information`: it writes the same record, by another law.
ON_TRIAL = {
    **{name: (m, name) for name, m in MECHANISMS.items()},
    "skeleton": (skeleton, "information"),
}

pytestmark = pytest.mark.parametrize("name", ON_TRIAL)


@cache
def bench(name: str) -> contract.Bench:
    return contract.Bench(*ON_TRIAL[name])


def size(on: contract.Bench) -> int:
    return case_size(on.mechanism.Params, on.luck)


def draw(data: st.DataObject, on: contract.Bench):
    return fill_case(on.mechanism.Params, on.luck, data.draw(raw(size(on))))


def several(on: contract.Bench, count: int):
    """Cases that need no search, and the luck of each."""
    drawn = [
        fill_case(on.mechanism.Params, on.luck, luck_of(f"{on.name} {i}", size(on)))
        for i in range(count)
    ]
    return [case for case, _ in drawn], [u for _, u in drawn]


def test_declares_what_it_claims(name: str):
    contract.check_declarations(bench(name))


@given(data=st.data())
def test_law_keeps_its_sites(name: str, data: st.DataObject):
    contract.check_law(bench(name), *draw(data, bench(name)))


@given(data=st.data())
def test_step_keeps_its_record(name: str, data: st.DataObject):
    contract.check_step(bench(name), *draw(data, bench(name)))


@given(data=st.data())
def test_reads_nothing_else(name: str, data: st.DataObject):
    on = bench(name)
    case, u = draw(data, on)
    contract.check_reads_complete(on, case, draw(data, on)[0], u)


def test_reads_what_it_declares(name: str):
    unused = contract.unused_reads(bench(name), *several(bench(name), 60))
    assert not unused, f"{name} declares that it reads {unused}, but they never matter"


def test_same_inputs_same_bytes(name: str):
    (case,), (u,) = several(bench(name), 1)
    contract.check_reproducible(bench(name), case, u)


def test_batch_equals_loop(name: str):
    contract.check_batch(bench(name), *several(bench(name), 8))
