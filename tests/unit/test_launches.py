"""The law of launches, and what samplers are raced on: the likelihood's own subset, and a sampler for reference."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import tree

from benchmarks.launches.hamiltonian import Hamiltonian
from benchmarks.launches.told import Launches
from detente.app import history
from detente.domain.distributions import NegativeBinomial
from detente.inference import chains
from detente.inference.likelihood import Likelihood
from detente.mechanisms import testing
from tests.marching import March, lane

SITE = "testing.launches"


def test_past_launches_count_by_the_usual_pace(march: March):
    """Ten times the usual pace, and ten times as many of late, are ten times as many ahead; their effect is alike."""
    deep = march.start.deep
    world, params = lane(deep.world, 0), lane(deep.params["testing"], 0)
    moves = tree.map(lambda x: x[0, ..., 0], march.base.actions)

    def mean(momentum: float, usual: float, **changed: float):
        at = world._replace(testing=world.testing._replace(momentum=np.float32(momentum)))
        numbers = {name: np.float32(value) for name, value in changed.items()}
        own = params._replace(base=np.full(5, usual / 5, np.float32), **numbers)
        counts = testing.law(at, moves, own, march.situation.frame)["launches"]
        assert isinstance(counts, NegativeBinomial)
        return counts.mean

    np.testing.assert_allclose(mean(2.0, 1.0), 10 * mean(0.2, 0.1), rtol=1e-5)
    np.testing.assert_allclose(mean(0.3, 0.1, dependence=1.0), 4 * mean(0.0, 0.1), rtol=1e-5)
    np.testing.assert_allclose(mean(0.3, 0.1, dependence=0.0), mean(0.0, 0.1), rtol=1e-5)


def test_hamiltonian_paths_give_a_normal_law():
    cov = np.asarray([[1.0, 0.9, 0.0], [0.9, 2.0, 0.0], [0.0, 0.0, 0.04]], np.float32)
    mean, inverse = np.asarray([1.0, -2.0, 0.5], np.float32), np.linalg.inv(cov)

    def density(points):
        away = points - mean[:, None]
        return -0.5 * jnp.sum(away * (inverse @ away), axis=0)

    sampler = Hamiltonian(density, 3, 64, seed=1)
    sampler.warm()
    draws = sampler.draw(200)
    told = chains.diagnosis(draws)
    assert draws.shape == (64, 200, 3)
    assert told.rhat.max() < 1.03
    flat = draws.reshape(-1, 3)
    assert np.all(np.abs(flat.mean(0) - mean) < 4 * np.sqrt(np.diag(cov) / told.bulk))
    np.testing.assert_allclose(flat.var(0), np.diag(cov), rtol=0.15)


@pytest.mark.slow
def test_launches_along_a_path_are_as_likely_as_the_likelihood_of_history_holds_them():
    """One lane, told nothing but launches: months of the subset are those of the whole."""
    told = history.told("1998-12")
    unmeasured = tree.map(lambda x: jnp.full_like(x, jnp.nan), told.record.measured)
    known = {SITE: told.record.known[SITE]}
    record = told.record._replace(known=known, measured=unmeasured)
    told = told._replace(record=record)
    subset = Launches(told, history.table())
    whole = Likelihood(told, subset.dials, lanes=1)
    nil = jnp.zeros((subset.dials.size, 1))
    expected = whole.monthly(nil, record, jnp.int32(told.told_months))[: told.told_months]
    np.testing.assert_allclose(subset.monthly(nil), expected, rtol=1e-4, atol=1e-4)
