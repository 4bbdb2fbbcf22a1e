"""Counter-based luck: every uniform is a function of seed, world, replicate, month and site, and of nothing else.

So every policy meets the same luck, any future replays alone, and neither the order nor the number of workers matters.
The generator is Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, 2011); all four words of each block are used, which
JAX's own Philox keys do not do.
"""

from collections.abc import Mapping
from typing import NamedTuple
from zlib import crc32

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, UInt32

from detente.domain.contracts import Shape
from detente.domain.quantity import Count
from detente.engine.lanes import BATCH

_MULTIPLIERS = np.uint32(0xD2511F53), np.uint32(0xCD9E8D57)
_WEYL = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_ROUNDS = 10
_PASS = 16
"""Most counters that are drawn in one pass: few enough that a batch of them stays in the cache."""

DEEP = -1
"""The replicate under which a world draws its deep uncertainties, once for all its replicates."""


class Luck(NamedTuple):
    """Where a future stands in the space of luck."""

    seed: UInt32[Array, " 2"]
    world: Count
    replicate: Count


LANES = Luck(seed=None, world=BATCH, replicate=BATCH)  # type: ignore[arg-type]
"""Which parts of luck differ by future, in a batch."""


def philox(
    counter: tuple[UInt32[Array, "..."], ...], key: tuple[UInt32[Array, "..."], ...]
) -> tuple[UInt32[Array, "..."], ...]:
    """Philox 4x32-10 of four counter words under two key words, elementwise."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(_ROUNDS):
        high0, low0 = jax.lax.mulhi(jnp.full_like(c0, _MULTIPLIERS[0]), c0), _MULTIPLIERS[0] * c0
        high1, low1 = jax.lax.mulhi(jnp.full_like(c2, _MULTIPLIERS[1]), c2), _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = k0 + _WEYL[0], k1 + _WEYL[1]
    return c0, c1, c2, c3


class Layout(NamedTuple):
    """Where each site's uniforms lie in a block.

    Sites of one owner (a mechanism or a role) share counters that start from the owner's name, so a new owner
    leaves the luck of the others as it was.
    """

    counters: tuple[int, ...]
    slices: dict[str, tuple[int, Shape]]

    @classmethod
    def of(cls, owners: Mapping[str, Mapping[str, Shape]]) -> "Layout":
        """Lay out owners and their sites.

        Raises:
            ValueError: if two owners' names fall on the same counters, which a rename mends.
        """
        counters: list[int] = []
        slices: dict[str, tuple[int, Shape]] = {}
        for owner, sites in owners.items():
            start = 4 * len(counters)
            used = 0
            for site, shape in sites.items():
                slices[f"{owner}.{site}"] = (start + used, shape)
                used += int(np.prod(shape))
            first = crc32(owner.encode()) & 0xFFFFFF00
            counters += [first + i for i in range(-(-used // 4))]
        if len(set(counters)) < len(counters):
            raise ValueError(f"two of {sorted(owners)} share counters: rename one")
        return cls(tuple(counters), slices)

    def uniforms(self, luck: Luck, month: Count) -> dict[str, Float[Array, "..."]]:
        """The month's uniforms in (0, 1), by site."""
        passes = -(-len(self.counters) // _PASS)
        size = -(-len(self.counters) // passes)
        counters = np.zeros(passes * size, np.uint32)
        counters[: len(self.counters)] = self.counters

        def draw(first: UInt32[Array, " counter"]) -> tuple[UInt32[Array, " counter"], ...]:
            def word(value: Array) -> Array:
                return jnp.broadcast_to(value.astype(jnp.uint32), first.shape)

            key = word(luck.seed[0]), word(luck.seed[1])
            return philox((first, word(month), word(luck.replicate), word(luck.world)), key)

        # In passes, since XLA fuses no loop with what reads it: fused, each word would run all rounds anew.
        words = jax.lax.map(draw, jnp.asarray(counters.reshape(passes, size)))
        bits = jnp.stack(words, axis=2).ravel() >> 9
        block = (bits.astype(jnp.float32) + 0.5) * np.float32(2.0**-23)
        return {
            site: block[at : at + int(np.prod(shape))].reshape(shape)
            for site, (at, shape) in self.slices.items()
        }


def seed_words(seed: int) -> np.ndarray:
    """Split a seed of up to 64 bits into the two key words.

    Raises:
        ValueError: if the seed is negative or longer than 64 bits.
    """
    if not 0 <= seed < 2**64:
        raise ValueError(f"a seed is a whole number from 0 to 2**64 - 1; received {seed}")
    return np.array([seed & 0xFFFFFFFF, seed >> 32], np.uint32)
