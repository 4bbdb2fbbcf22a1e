"""Détente's luck for the peers: Philox 4x32-10 on whole numbers, Python's own or NumPy's of 64 bits."""

from collections.abc import Mapping, Sequence
from typing import Any

UNIFORM = (
    ("guarantor.pressure", 1),
    ("guarantor.posture", 1),
    ("challenger.posture", 1),
    ("challenger.nuclear_test", 1),
    ("challenger.theft", 1),
    ("challenger.border", 1),
    ("patrons.enforcement", 2),
    ("patrons.veto", 2),
    ("testing.launches", 5),
    ("economy.epidemic", 1),
    ("economy.failure", 1),
    ("sanctions.tabled", 1),
    ("sanctions.panel_ends", 1),
    ("sanctions.panel_returns", 1),
)
"""Sites of choices and counts, and how many draws each has."""

NORMAL = (
    ("arsenal.output", 1),
    ("economy.trade", 2),
    ("economy.exports", 1),
    ("economy.haul", 1),
    ("economy.output", 1),
    ("economy.harvest", 1),
    ("economy.price", 1),
)
"""Sites of normal disturbances."""

UNIFORMS, NORMALS = (sum(size for _, size in sites) for sites in (UNIFORM, NORMAL))

_MASK = 0xFFFFFFFF


def philox(counter: Sequence[Any], key: Sequence[int]) -> tuple[Any, ...]:
    """Philox 4x32-10 of four counter words under two key words."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _MASK, (p0 >> 32) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + 0x9E3779B9) & _MASK, (k1 + 0xBB67AE85) & _MASK
    return c0, c1, c2, c3


def block(
    layout: Mapping[str, Any], key: Sequence[int], world: Any, replicate: Any, month: int
) -> list[Any]:
    """The month's uniforms in (0, 1) of every site, as `detente.engine.luck` lays them out.

    `world` and `replicate` are numbers or arrays of unsigned 64-bit ones, one a future.
    """
    same = world * 0
    words = (
        word
        for counter in layout["counters"]
        for word in philox((same + counter, same + month, replicate, world), key)
    )
    return [((word >> 9) + 0.5) * 2.0**-23 for word in words]


def pick(
    layout: Mapping[str, Any], uniforms: Sequence[Any], sites: Sequence[tuple[str, int]]
) -> list[Any]:
    """The uniforms of some sites, in their order."""
    at = layout["slices"]
    return [uniforms[at[site] + i] for site, size in sites for i in range(size)]
