"""A batch along the last axis of every array, all the way down.

`jax.vmap` takes and gives a batch along any axis, but moves it to the front within, wherever a part of the world has
an axis of its own: the innermost loop then runs over five classes of missiles and not over a thousand futures. Here
the code of one world is traced once, and every step of it carries the batch last. Axes are counted from the front,
so what works along named axes holds as it is; what names shapes has the batch's length appended.
"""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import lax, tree
from jax.extend import core
from jaxtyping import Array

BATCH = -1
"""The axis of the batch."""

_Params = dict[str, Any]

_SHAPED: dict[str, Callable[[_Params, int], _Params]] = {
    "broadcast_in_dim": lambda p, size: {
        "shape": (*p["shape"], size),
        "broadcast_dimensions": (*p["broadcast_dimensions"], len(p["shape"])),
    },
    "reshape": lambda p, size: {"new_sizes": (*p["new_sizes"], size)},
    "transpose": lambda p, _: {"permutation": (*p["permutation"], len(p["permutation"]))},
    "slice": lambda p, size: {
        "start_indices": (*p["start_indices"], 0),
        "limit_indices": (*p["limit_indices"], size),
        "strides": p["strides"] and (*p["strides"], 1),
    },
}
"""Steps that name shapes, and what they name with the batch appended."""

_FOLDS: dict[str, Callable[[Array, Array], Array]] = {
    "reduce_sum": lax.add,
    "reduce_prod": lax.mul,
    "reduce_max": lax.max,
    "reduce_min": lax.min,
    "reduce_or": lax.bitwise_or,
    "reduce_and": lax.bitwise_and,
}
"""Steps that fold an axis into one entry, written out entry by entry: a loop within a loop runs lane by lane."""

_INDEXED = {
    "dot_general",
    "dynamic_slice",
    "dynamic_update_slice",
    "gather",
    "scatter",
    "scatter-add",
}
"""Steps with numbered dimensions of their own: left to `jax.vmap`, and slow."""


class _Value(NamedTuple):
    """An array, and whether its last axis is the batch."""

    array: Any
    batched: bool


def lanes(one: Callable[..., Any], in_axes: Sequence[Any]) -> Callable[..., Any]:
    """Make code of one world into code of a batch, as `jax.vmap` with `out_axes=BATCH` does.

    Args:
        one: from arrays of one world to arrays of one world.
        in_axes: for each argument, a tree prefix of `BATCH` or None: whether it differs by world.
    """

    def many(*args: Any) -> Any:
        flat, structure = tree.flatten(args)
        axes = tree.broadcast(tuple(in_axes), args, is_leaf=_is_none)
        marks = tree.leaves(axes, is_leaf=_is_none)
        values = [_Value(x, axis is not None) for x, axis in zip(flat, marks, strict=True)]
        single = [jax.ShapeDtypeStruct(_shape(v), v.array.dtype) for v in values]
        trace = jax.make_jaxpr(one, return_shape=True)
        code, out = trace(*tree.unflatten(structure, single))
        size = next(v.array.shape[BATCH] for v in values if v.batched)
        results = _run(code, values, size)
        return tree.unflatten(tree.structure(out), [_spread(v, _shape(v), size) for v in results])

    return many


def _is_none(x: Any) -> bool:
    return x is None


def _aval(atom: core.Var | core.Literal) -> Any:
    """Shape and dtype in one world, which jax types no further."""
    return atom.aval


def _shape(value: _Value) -> tuple[int, ...]:
    """Shape in one world."""
    return value.array.shape[:BATCH] if value.batched else value.array.shape


def _spread(value: _Value, shape: tuple[int, ...], size: int) -> Array:
    """Give a value, or a scalar where the step has others of a shape, that shape and the batch."""
    if value.batched and _shape(value) == shape:
        return value.array
    own = tuple(range(len(_shape(value))))
    kept = (*own, len(shape)) if value.batched else own
    return lax.broadcast_in_dim(value.array, (*shape, size), kept)


def _run(code: core.ClosedJaxpr, args: Sequence[_Value], size: int) -> list[_Value]:
    """Take traced code through a batch, step by step."""
    known: dict[Any, _Value] = {}

    def read(atom: Any) -> _Value:
        literal = isinstance(atom, core.Literal)
        return _Value(np.asarray(atom.val, _aval(atom).dtype), False) if literal else known[atom]

    consts = (_Value(x, False) for x in code.consts)
    known.update(zip(code.jaxpr.constvars, consts, strict=True))
    known.update(zip(code.jaxpr.invars, args, strict=True))
    for step in code.jaxpr.eqns:
        results = _step(step, [read(atom) for atom in step.invars], size)
        known.update(zip(step.outvars, results, strict=True))
    return [read(atom) for atom in code.jaxpr.outvars]


def _step(step: core.JaxprEqn, args: list[_Value], size: int) -> list[_Value]:
    """Take one step: through its own code where it is a call, else once for all worlds or lane by lane."""
    if step.primitive.name == "scan":
        return _scan(step.params, args, size)
    code = step.params.get("jaxpr") or step.params.get("call_jaxpr")
    if isinstance(code, core.ClosedJaxpr):
        return _run(code, args, size)
    name, params = step.primitive.name, step.params
    bind = partial(step.primitive.bind, **params)
    batched = any(v.batched for v in args)
    if not batched:
        out = bind(*(v.array for v in args))
    elif name in _INDEXED:
        axes = tuple(BATCH if v.batched else None for v in args)
        out = jax.vmap(bind, in_axes=axes, out_axes=BATCH)(*(v.array for v in args))
    elif name in _FOLDS:
        out = _fold(_FOLDS[name], args[0].array, params["axes"])
    else:
        shape = max((_shape(v) for v in args), key=len)
        full = (_spread(v, _shape(v) or shape, size) for v in args)
        out = bind(*full, **(_SHAPED[name](params, size) if name in _SHAPED else {}))
    results = list(out) if step.primitive.multiple_results else [out]
    for result, var in zip(results, step.outvars, strict=True):
        if batched and result.shape != (*_aval(var).shape, size):
            raise NotImplementedError(f"{name} names shapes or numbers axes: say how in lanes.py")
    return [_Value(result, batched) for result in results]


def _fold(fold: Callable[[Array, Array], Array], array: Array, axes: Sequence[int]) -> Array:
    """Fold axes of a batch, one after another."""
    for axis in sorted(axes, reverse=True):
        entries = (
            lax.index_in_dim(array, i, axis, keepdims=False) for i in range(array.shape[axis])
        )
        array = reduce(fold, entries)
    return array


def _scan(params: _Params, args: list[_Value], size: int) -> list[_Value]:
    """Take a loop through the batch: axes that are looped over come first, so they stand as they are."""
    at, to = params["num_consts"], params["num_consts"] + params["num_carry"]
    consts, start, rows = args[:at], args[at:to], args[to:]

    def body(carry: list[Array], now: list[Array]) -> tuple[list[Array], list[Array]]:
        kept = [_Value(x, True) for x in carry]
        seen = [_Value(x, row.batched) for x, row in zip(now, rows, strict=True)]
        out = _run(params["jaxpr"], [*consts, *kept, *seen], size)
        full = [_spread(v, _shape(v), size) for v in out]
        return full[: len(carry)], full[len(carry) :]

    carry, out = lax.scan(
        body,
        [_spread(v, _shape(v), size) for v in start],
        [row.array for row in rows],
        params["length"],
        params["reverse"],
        params["unroll"],
    )
    return [_Value(x, True) for x in (*carry, *out)]
