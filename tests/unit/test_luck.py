"""Luck: the published vectors of Philox, uniform and independent numbers, and owners that leave each other alone."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from detente.app.wiring import BY_DOCTRINE
from detente.engine.luck import Layout, Luck, philox, seed_words
from detente.engine.month import sites

VECTORS = [
    (
        "00000000 00000000 00000000 00000000",
        "00000000 00000000",
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ),
    (
        "ffffffff ffffffff ffffffff ffffffff",
        "ffffffff ffffffff",
        "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ),
    (
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]
"""Counter, key and result of Philox 4x32-10, from the known-answer file of Random123."""

WORLDS, REPLICATES, MONTHS = 24, 8, 12


def words(text: str) -> tuple[jax.Array, ...]:
    return tuple(jnp.uint32(int(word, 16)) for word in text.split())


@pytest.mark.parametrize(("counter", "key", "expected"), VECTORS, ids=["zeros", "ones", "pi"])
def test_philox_gives_the_published_words(counter: str, key: str, expected: str):
    assert " ".join(f"{int(w):08x}" for w in philox(words(counter), words(key))) == expected


def test_philox_is_elementwise():
    counters = [words(counter) for counter, _, _ in VECTORS]
    keys = [words(key) for _, key, _ in VECTORS]
    stacked = philox(
        tuple(jnp.stack(c) for c in zip(*counters, strict=True)),
        tuple(jnp.stack(k) for k in zip(*keys, strict=True)),
    )
    for i, (_, _, expected) in enumerate(VECTORS):
        assert " ".join(f"{int(w[i]):08x}" for w in stacked) == expected


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31 - 1])
def test_philox_agrees_with_that_of_jax(seed: int):
    """JAX makes a key of a seed by one block of its own Philox: the seed as second counter word, under key 0."""
    try:
        key = jax.random.key_data(jax.random.key(seed, impl="philox4x32"))
    except ValueError:
        pytest.skip("this JAX ships no Philox")
    mine = philox(words(f"0 {seed:x} 0 0"), words("0 0"))
    assert [int(word) for word in key] == [int(word) for word in mine[:2]]


@pytest.fixture(scope="module")
def block() -> np.ndarray:
    """Uniforms of many months. [world, replicate, month, draw]"""
    layout = Layout.of(sites(BY_DOCTRINE.policies))

    def month(world, replicate, month):
        uniforms = layout.uniforms(Luck(jnp.asarray(seed_words(5)), world, replicate), month)
        return jnp.concatenate([u.ravel() for u in uniforms.values()])

    each = jax.vmap(month, (None, None, 0))
    each = jax.vmap(each, (None, 0, None))
    each = jax.vmap(each, (0, None, None))
    return np.asarray(
        jax.jit(each)(jnp.arange(WORLDS), jnp.arange(REPLICATES), 23000 + jnp.arange(MONTHS))
    ).astype(np.float64)


def test_uniforms_lie_strictly_inside(block: np.ndarray):
    assert block.min() > 0
    assert block.max() < 1


def test_uniforms_are_uniform(block: np.ndarray):
    counts, _ = np.histogram(block, bins=64, range=(0, 1))
    assert stats.chisquare(counts).pvalue > 1e-3
    each = [np.histogram(block[..., i], bins=16, range=(0, 1))[0] for i in range(block.shape[-1])]
    # One draw a site: the least of n p-values lies above 1e-3/n but once in a thousand sets.
    assert min(stats.chisquare(c).pvalue for c in each) > 1e-3 / len(each)


@pytest.mark.parametrize("axis", range(4), ids=["worlds", "replicates", "months", "sites"])
def test_neighbours_are_uncorrelated(block: np.ndarray, axis: int):
    """Correlation of each number with its next along an axis, within four standard errors of zero."""
    z = (block - 0.5) * np.sqrt(12)
    size = block.shape[axis]
    here, there = np.take(z, range(size - 1), axis), np.take(z, range(1, size), axis)
    assert abs(np.mean(here * there)) < 4 / np.sqrt(here.size)


def test_no_number_stands_twice(block: np.ndarray):
    """In 23 bits some numbers coincide by chance; blocks that repeat would give many more."""
    n, distinct = block.size, np.unique(block).size
    cells = 2**23
    expected = n - cells * (1 - (1 - 1 / cells) ** n)
    assert abs((n - distinct) - expected) < 5 * np.sqrt(expected)
    months = block.reshape(-1, block.shape[-1])
    assert len(np.unique(months, axis=0)) == len(months)


def test_every_word_counts():
    """Seed, world, replicate and month each change every draw but by rare coincidence."""
    layout = Layout.of(sites(BY_DOCTRINE.policies))

    def draw(seed=1, world=2, replicate=3, month=4):
        luck = Luck(jnp.asarray(seed_words(seed)), jnp.int32(world), jnp.int32(replicate))
        uniforms = layout.uniforms(luck, jnp.int32(month))
        return np.concatenate([np.asarray(u).ravel() for u in uniforms.values()])

    base = draw()
    for other in ({"seed": 2}, {"seed": 1 + 2**32}, {"world": 3}, {"replicate": 4}, {"month": 5}):
        assert np.mean(base == draw(**other)) < 0.05, other
    assert not np.array_equal(draw(world=2, replicate=3), draw(world=3, replicate=2))


def test_a_new_owner_leaves_the_luck_of_others():
    owners = {"rain": {"days": (3,), "floods": ()}, "wind": {"gusts": (5,)}}
    more = {"anew": {"first": (9,)}, **owners, "zephyr": {"breath": ()}}
    luck = Luck(jnp.asarray(seed_words(9)), jnp.int32(0), jnp.int32(1))
    before = Layout.of(owners).uniforms(luck, jnp.int32(7))
    after = Layout.of(more).uniforms(luck, jnp.int32(7))
    assert set(before) < set(after)
    for site, u in before.items():
        assert np.array_equal(u, after[site]), site


def test_a_new_site_at_the_end_leaves_the_luck_of_its_siblings():
    luck = Luck(jnp.asarray(seed_words(9)), jnp.int32(0), jnp.int32(1))
    before = Layout.of({"rain": {"days": (3,)}}).uniforms(luck, jnp.int32(7))
    after = Layout.of({"rain": {"days": (3,), "floods": (4,)}}).uniforms(luck, jnp.int32(7))
    assert np.array_equal(before["rain.days"], after["rain.days"])


def test_owners_on_the_same_counters_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("detente.engine.luck.crc32", lambda _: 0)
    with pytest.raises(ValueError, match="rename"):
        Layout.of({"rain": {"days": ()}, "wind": {"gusts": ()}})


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**64 - 1])
def test_seed_words_keep_all_bits(seed: int):
    low, high = (int(word) for word in seed_words(seed))
    assert low + (high << 32) == seed


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seeds_out_of_range_are_refused(seed: int):
    with pytest.raises(ValueError, match="received"):
        seed_words(seed)
