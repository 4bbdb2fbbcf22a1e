"""Records read back from their own annotations."""

from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from detente.app.wiring import POLICIES
from detente.domain.actions import Actions
from detente.domain.agreements import Agreement
from detente.domain.axes import MISSILE_CLASS, SLOT
from detente.domain.quantity import (
    Count,
    Flag,
    Quantity,
    Real,
    bounded,
    build,
    choose,
    leaves,
    pick,
    real,
    zeros,
)
from detente.domain.views import ChallengerView, GuarantorView
from detente.domain.world import World
from detente.engine.month import MECHANISMS

RECORDS = [
    World,
    Actions,
    GuarantorView,
    ChallengerView,
    *(m.Params for m in MECHANISMS.values()),
    *(kind for p in POLICIES.values() for kind in (p.Params, p.Settings, p.Memory)),
]


class Inner(NamedTuple):
    depth: Annotated[Real, Quantity("m", 0, 10, "Depth of water")]
    open: Annotated[Flag, Quantity("flag", 0, 1, "The harbour is open")]


class Outer(NamedTuple):
    ships: Annotated[Count, Quantity("count", 0, 7, "Ships at anchor")]
    inner: Annotated[Inner, SLOT]
    cargo: Annotated[Float[Array, " c"], Quantity("t", -1, 1, "Cargo", (MISSILE_CLASS,))]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: f"{r.__module__}.{r.__name__}")
def test_leaves_stand_in_the_order_of_the_tree(record: type):
    """A tree filled with its leaf numbers gives them back in order, under the names that leaves have."""
    declared = leaves(record)
    tree = build(record, iter(range(len(declared))))
    assert jax.tree.leaves(tree) == list(range(len(declared)))
    for path, number in jax.tree_util.tree_leaves_with_path(tree):
        assert tuple(key.name for key in path) == declared[number].path
    for leaf, x in zip(declared, jax.tree.leaves(zeros(record)), strict=True):
        assert (x.shape, x.dtype) == (leaf.quantity.shape, leaf.dtype)


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: f"{r.__module__}.{r.__name__}")
def test_every_leaf_says_what_it_is(record: type):
    for leaf in leaves(record):
        q = leaf.quantity
        assert q.unit, leaf.name
        assert q.meaning, leaf.name
        assert q.low < q.high, leaf.name
        if q.labels and leaf.dtype == np.int32:
            assert q.low == 0, leaf.name
            assert q.high == len(q.labels) - 1, leaf.name


def test_axes_of_a_record_come_first():
    named = {leaf.name: leaf for leaf in leaves(Outer)}
    assert list(named) == ["ships", "inner.depth", "inner.open", "cargo"]
    assert named["inner.depth"].quantity.shape == (SLOT.size,)
    assert named["cargo"].quantity.shape == (MISSILE_CLASS.size,)
    assert [leaf.dtype.name for leaf in named.values()] == ["int32", "float32", "bool", "float32"]
    slots = {leaf.name: leaf for leaf in leaves(World)}["diplomacy.slots.terms.relief"]
    assert slots.quantity.shape == (SLOT.size,)


def test_a_field_without_a_quantity_is_refused():
    class Bare(NamedTuple):
        depth: Real

    with pytest.raises(TypeError, match=r"Bare\.depth has no Quantity"):
        leaves(Bare)


def test_bounded_holds_numbers_and_lets_nan_through():
    inner = Inner(jnp.asarray([-3.0, np.nan, 99.0]), jnp.asarray([True, False, True]))
    held = bounded(Outer(jnp.int32(12), inner, jnp.asarray([-5.0, -1.0, 0.5, 1.0, np.inf])))
    assert held.ships == 7
    np.testing.assert_array_equal(held.inner.depth, [0, np.nan, 10])
    np.testing.assert_array_equal(held.inner.open, inner.open)
    np.testing.assert_array_equal(held.cargo, [-1, -1, 0.5, 1, 1])
    assert [x.dtype.name for x in held.inner] == ["float32", "bool"]
    assert jnp.asarray(held.ships).dtype == jnp.int32


@pytest.mark.parametrize("index", [0, 1, 2])
def test_pick_takes_one_entry_of_every_array(index: int):
    rng = np.random.default_rng(0)
    slots = jax.tree.map(
        lambda x: jnp.asarray(
            rng.integers(0, 2, x.shape) if x.dtype == bool else rng.uniform(size=x.shape)
        ).astype(x.dtype),
        zeros(World).diplomacy.slots,
    )
    one = pick(slots, jnp.int32(index))
    assert isinstance(one, Agreement)
    for x, whole in zip(jax.tree.leaves(one), jax.tree.leaves(slots), strict=True):
        assert x.dtype == whole.dtype
        np.testing.assert_array_equal(x, whole[index])


def test_choose_and_real():
    yes, no = Inner(jnp.float32(1), jnp.asarray(True)), Inner(jnp.float32(2), jnp.asarray(False))
    assert choose(jnp.asarray(True), yes, no) == yes
    assert choose(jnp.asarray(False), yes, no) == no
    assert real(jnp.asarray(True)) == 1
    assert jnp.asarray(real(jnp.asarray(False))).dtype == jnp.float32
