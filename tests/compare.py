"""Comparing trees of arrays, and holding them against what their records declare."""

from typing import Any

import jax
import numpy as np

from detente.domain.quantity import leaves


def arrays(tree: Any) -> list[np.ndarray]:
    """Leaves of a tree on the host, in order."""
    return [np.asarray(x) for x in jax.device_get(jax.tree.leaves(tree))]


def same_bytes(a: Any, b: Any) -> bool:
    """Whether two trees are equal bit for bit."""
    left, right = arrays(a), arrays(b)
    return len(left) == len(right) and all(
        x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes()
        for x, y in zip(left, right, strict=True)
    )


def close(a: Any, b: Any, tolerance: float) -> bool:
    """Whether two trees agree within a tolerance, relative above one and absolute below."""
    return all(
        np.allclose(x, y, rtol=tolerance, atol=tolerance)
        for x, y in zip(arrays(a), arrays(b), strict=True)
    )


def differing(record: type, a: Any, b: Any) -> list[str]:
    """Names of the fields in which two records of a type differ."""
    return [
        leaf.name
        for leaf, x, y in zip(leaves(record), arrays(a), arrays(b), strict=True)
        if x.tobytes() != y.tobytes()
    ]


def breaches(record: type, value: Any) -> list[str]:
    """What of a record is not as its type declares: shape, dtype, finiteness, bounds."""
    found = []
    for leaf, x in zip(leaves(record), arrays(value), strict=True):
        low, high = leaf.dtype.type(leaf.quantity.low), leaf.dtype.type(leaf.quantity.high)
        if x.shape != leaf.quantity.shape:
            found.append(f"{leaf.name}: shape {x.shape}, not {leaf.quantity.shape}")
        elif x.dtype != leaf.dtype:
            found.append(f"{leaf.name}: {x.dtype}, not {leaf.dtype}")
        elif not np.all(np.isfinite(x)):
            found.append(f"{leaf.name}: not finite: {x}")
        elif not np.all((x >= low) & (x <= high)):
            found.append(f"{leaf.name}: {x} outside {low} to {high}")
    return found
