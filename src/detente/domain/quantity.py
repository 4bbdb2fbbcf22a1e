"""Units, ranges and meanings, written once beside each field and readable by machine.

A record is a `NamedTuple` of arrays. Every leaf field is declared as
`Annotated[Real, Quantity(unit, low, high, meaning)]`, and `leaves` reads that back: it is what binds packs,
checks bounds during a run, makes states for the tests, and writes the reference pages.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

import jax.numpy as jnp
import numpy as np
from jax import tree
from jaxtyping import Array, Bool, Float, Int

Real = Float[Array, ""]
Count = Int[Array, ""]
Flag = Bool[Array, ""]


class Axis(NamedTuple):
    """A named axis of fixed length, and the names of its entries where they have any."""

    name: str
    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self.labels)


class Quantity(NamedTuple):
    """What a field measures: its unit, the closed range it may take, and what it means.

    `axes` names the axes of an array field, outermost first; a scalar has none. `labels` names the values of
    an integer that is a level or a category.
    """

    unit: str
    low: float
    high: float
    meaning: str
    axes: tuple[Axis, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the field in one world."""
        return tuple(axis.size for axis in self.axes)


class Leaf(NamedTuple):
    """One array field of a record tree: where it stands, its dtype and its quantity."""

    path: tuple[str, ...]
    dtype: np.dtype
    quantity: Quantity

    @property
    def name(self) -> str:
        """Dotted path, as packs and messages spell it."""
        return ".".join(self.path)


def _dtype(kind: Any) -> np.dtype:
    """Map a jaxtyping alias to the dtype that worlds are made of."""
    if kind in (Flag,) or "bool" in kind.dtypes:
        return np.dtype(bool)
    return (
        np.dtype("int32") if any(d.startswith("int") for d in kind.dtypes) else np.dtype("float32")
    )


def is_record(kind: Any) -> bool:
    """Tell whether a type is a record: a NamedTuple class."""
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def _walk(record: type, path: tuple[str, ...], axes: tuple[Axis, ...]) -> Iterator[Leaf]:
    hints = get_type_hints(record, include_extras=True)
    for field in record._fields:
        hint, outer, quantity = hints[field], axes, None
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            outer = axes + tuple(note for note in notes if isinstance(note, Axis))
            quantity = next((note for note in notes if isinstance(note, Quantity)), None)
        if is_record(hint):
            yield from _walk(hint, (*path, field), outer)
        elif quantity is None:
            raise TypeError(
                f"{record.__name__}.{field} has no Quantity: annotate it with unit, range and meaning"
            )
        else:
            yield Leaf((*path, field), _dtype(hint), quantity._replace(axes=outer + quantity.axes))


@cache
def leaves(record: type) -> tuple[Leaf, ...]:
    """List the array fields of a record type, depth first: the order of `jax.tree.leaves`.

    Args:
        record: a NamedTuple class whose fields are annotated with `Quantity` or are records themselves. A
            record field annotated with an `Axis` stands that many times, along a leading axis.

    Raises:
        TypeError: if a leaf field carries no `Quantity`.
    """
    return tuple(_walk(record, (), ()))


def build(record: type, values: Iterator[Any]) -> Any:
    """Fill a record type from an iterator of leaf values in the order of `leaves`."""
    hints = get_type_hints(record)
    return record(
        *(
            build(hints[field], values) if is_record(hints[field]) else next(values)
            for field in record._fields
        )
    )


def zeros(record: type) -> Any:
    """A record of zeros, to stand where nothing has happened yet."""
    return build(record, (jnp.zeros(leaf.quantity.shape, leaf.dtype) for leaf in leaves(record)))


def bounded(record: Any) -> Any:
    """Hold every number of a record inside its declared range: scales saturate, and say so in their docs.

    What is not a number stays so, for the engine's status to find.
    """
    values = []
    for leaf, value in zip(leaves(type(record)), tree.leaves(record), strict=True):
        low, high = leaf.quantity.low, leaf.quantity.high
        values.append(
            value
            if leaf.dtype == bool
            else jnp.clip(value, leaf.dtype.type(low), leaf.dtype.type(high))
        )
    return build(type(record), iter(values))


def pick(record: Any, index: Count) -> Any:
    """Take one entry along the leading axis of every array in a tree, by comparison and not by gathering."""

    def one(values: Array) -> Array:
        chosen = jnp.arange(values.shape[0], dtype=jnp.int32) == index
        chosen = chosen.reshape(chosen.shape + (1,) * (values.ndim - 1))
        return jnp.sum(
            jnp.where(chosen, values, jnp.zeros_like(values)), axis=0, dtype=values.dtype
        )

    return tree.map(one, record)


def choose(flag: Flag, yes: Any, no: Any) -> Any:
    """One of two like trees."""
    return tree.map(lambda a, b: jnp.where(flag, a, b), yes, no)


def real(flag: Flag) -> Real:
    """One where the flag is set, zero elsewhere: dtype promotion is strict, so the step is explicit."""
    return jnp.where(flag, 1.0, 0.0)
