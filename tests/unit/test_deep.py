"""The draw of deep uncertainties: each family against scipy's truncated law, bounds, points, and replicates."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from detente.app.wiring import POLICIES
from detente.domain.private import Preferences
from detente.domain.quantity import leaves
from detente.engine.deep import FAMILIES, Mixing, Priors, draw, quantiles, rows, settle
from detente.engine.luck import Luck, seed_words
from tests.conftest import Harbour

U = np.linspace(0.001, 0.999, 199).astype(np.float32)


def drawn(family: str, a: float, b: float, low: float, high: float) -> np.ndarray:
    n = len(U)
    fill = (np.full(n, x, np.float32) for x in (a, b, low, high))
    alone = Mixing(jnp.zeros(0, jnp.int32), jnp.zeros((0, 0), jnp.float32))
    a_, b_, low_, high_ = map(jnp.asarray, fill)
    priors = Priors(jnp.full(n, FAMILIES.index(family), jnp.int32), a_, b_, low_, high_, alone)
    return np.asarray(quantiles(priors, jnp.asarray(U)))


def truncated(law, low: float, high: float) -> np.ndarray:
    below, above = law.cdf(low), law.cdf(high)
    return law.ppf(below + U.astype(np.float64) * (above - below))


NORMALS = [
    (0.0, 1.0, -1.0, 0.5),
    (5.0, 2.0, 0.0, 1e4),
    (0.7, 0.2, 0.0, 1.0),
    (-1.0, 0.5, -12.0, 0.0),
]


@pytest.mark.parametrize(("mean", "sd", "low", "high"), NORMALS)
def test_normal_is_cut_to_its_bounds(mean: float, sd: float, low: float, high: float):
    expected = truncated(stats.norm(mean, sd), low, high)
    np.testing.assert_allclose(drawn("normal", mean, sd, low, high), expected, atol=3e-4 * sd)


@pytest.mark.parametrize(
    ("median", "spread", "low", "high"), [(0.015, 0.3, 1e-4, 1), (0.9, 0.5, 0.5, 2)]
)
def test_lognormal_is_cut_to_its_bounds(median: float, spread: float, low: float, high: float):
    expected = truncated(stats.lognorm(spread, scale=median), low, high)
    np.testing.assert_allclose(drawn("lognormal", median, spread, low, high), expected, rtol=5e-4)


def test_uniform_and_point():
    np.testing.assert_allclose(drawn("uniform", 2, 6, 0, 10), 2 + 4 * U, rtol=1e-6)
    assert np.all(drawn("point", 3.25, 0, 0, 10) == np.float32(3.25))


def test_harbour_draws_stay_inside(harbour: Harbour):
    priors = harbour.pack.situation.priors
    luck = Luck(jnp.asarray(seed_words(3)), jnp.arange(200), jnp.zeros(200, jnp.int32))
    axes = (None, Luck(None, 0, 0))  # type: ignore[arg-type]
    values = jax.vmap(partial(draw, policies=POLICIES), axes)(priors, luck)
    values = np.asarray(values)
    assert np.all(np.isfinite(values))
    assert np.all((values >= priors.low) & (values <= priors.high))
    points = np.asarray(priors.family) == FAMILIES.index("point")
    # What a pack leaves out is zero, or the bound that is nearest to it.
    stated = np.clip(np.asarray(priors.a), priors.low, priors.high)
    assert np.all(values[:, points] == stated[points])
    assert np.all(values[:, ~points].std(0) > 0)
    assert 5 < (~points).sum() < 400


def test_correlated_numbers_go_together_and_others_do_not(harbour: Harbour):
    """Normal scores of a stated pair have its correlation, within four standard errors; margins stay as they are."""
    (pair,) = harbour.pack.head.correlations
    names = [".".join([section, leaf.name]) for section, leaf, _ in rows(POLICIES)]
    one, other = (names.index(name) for name in pair.of)
    priors, n = harbour.pack.situation.priors, 2000
    luck = Luck(jnp.asarray(seed_words(5)), jnp.arange(n), jnp.zeros(n, jnp.int32))
    axes = (None, Luck(None, 0, 0))  # type: ignore[arg-type]
    values = np.asarray(jax.vmap(partial(draw, policies=POLICIES), axes)(priors, luck))
    ranks = stats.rankdata(values, axis=0)
    scores = stats.norm.ppf((ranks - 0.5) / n)
    found = np.corrcoef(scores[:, one], scores[:, other])[0, 1]
    assert abs(found - pair.rho) < 4 * (1 - pair.rho**2) / np.sqrt(n)
    uncertain = np.flatnonzero(np.asarray(priors.family) != FAMILIES.index("point"))
    rest = [i for i in uncertain if i not in (one, other)]
    by_chance = [np.corrcoef(scores[:, one], scores[:, i])[0, 1] for i in rest]
    assert np.max(np.abs(by_chance)) < 5 / np.sqrt(n)
    apart = priors._replace(mixing=Mixing(priors.mixing.rows[:0], priors.mixing.loading[:0, :0]))
    alone = np.asarray(jax.vmap(partial(draw, policies=POLICIES), axes)(apart, luck))
    apart_by = np.abs(np.sort(values[:, other]) - np.sort(alone[:, other]))
    assert np.max(apart_by) < 0.5 * np.std(alone[:, other])
    assert np.array_equal(values[:, rest], alone[:, rest])


def test_rows_name_every_number_once(harbour: Harbour):
    named = [(section, leaf.name, place) for section, leaf, place in rows(POLICIES)]
    assert len(set(named)) == len(named) == len(harbour.pack.situation.priors.a)


def test_replicates_share_what_a_world_draws(harbour: Harbour):
    situation = harbour.pack.situation

    def world(number: int, replicate: int):
        luck = Luck(jnp.asarray(seed_words(3)), jnp.int32(number), jnp.int32(replicate))
        return settle(situation, draw(situation.priors, luck, POLICIES), luck, POLICIES)

    one, same, other = world(4, 0), world(4, 9), world(5, 0)
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(same), strict=True):
        assert np.array_equal(a, b)
    assert one.world.offices.challenger != other.world.offices.challenger
    assert one.world.month == situation.start - 1


def test_private_preferences_lie_in_their_region(harbour: Harbour):
    situation, regions = harbour.pack.situation, harbour.pack.situation.frame.regions
    luck = Luck(jnp.asarray(seed_words(3)), jnp.arange(400), jnp.zeros(400, jnp.int32))

    def world(luck: Luck):
        return settle(situation, situation.priors.a, luck, POLICIES).world.offices

    offices = jax.jit(jax.vmap(world, (Luck(None, 0, 0),)))(luck)  # type: ignore[arg-type]
    intent = np.asarray(offices.intent)
    for leaf in leaves(Preferences):
        value = getattr(offices.challenger, leaf.name)
        assert np.all(value >= getattr(regions.low, leaf.name)[intent] - 1e-6), leaf.name
        assert np.all(value <= getattr(regions.high, leaf.name)[intent] + 1e-6), leaf.name
    counts = np.bincount(intent, minlength=4)
    assert stats.chisquare(counts, 400 * np.asarray(regions.weight, np.float64)).pvalue > 1e-3
