"""Laws of chance against scipy: quantiles, log-probabilities, and coupling that is monotone in the luck."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special, stats

from detente.domain.distributions import (
    NEVER,
    Bernoulli,
    Categorical,
    Certain,
    Each,
    NegativeBinomial,
    Normal,
    OneOf,
    Uniform,
)

U = ((np.arange(2000) + 0.5) / 2000).astype(np.float32)
EXTREMES = np.array([2.0**-24, 1 - 2.0**-24], np.float32)


def f(x) -> jax.Array:
    return jnp.asarray(x, jnp.float32)


def each(law, u=U) -> np.ndarray:
    """Quantile of a law at each uniform."""
    return np.asarray(jax.jit(jax.vmap(law.quantile))(jnp.asarray(u)))


@pytest.mark.parametrize("p", [0.0, 1e-4, 0.2, 0.5, 0.97, 1.0])
def test_bernoulli(p: float):
    law = Bernoulli.of(f(p))
    drawn = each(law)
    assert drawn.dtype == bool
    assert abs(drawn.mean() - p) < 1 / len(U)
    assert np.all(np.diff(drawn.astype(int)) >= 0)
    if 0 < p < 1:
        for yes in (True, False):
            expected = stats.bernoulli.logpmf(int(yes), p)
            np.testing.assert_allclose(law.log_prob(jnp.asarray(yes)), expected, rtol=1e-4)


def test_bernoulli_far_out_stays_finite():
    for logit in (-1e9, -200.0, 200.0, 1e9):
        law = Bernoulli(f(logit))
        assert np.all(each(law, EXTREMES) == (logit > 0))
        assert np.all(np.isfinite([law.log_prob(jnp.asarray(x)) for x in (True, False)]))


LOGITS = [[0.0, 0.0, 0.0], [1.0, -2.0, 0.5, 3.0], [5.0, 0.0], [-700.0, -701.0, -699.5]]


@pytest.mark.parametrize("logits", LOGITS)
def test_categorical(logits: list[float]):
    law = Categorical(f(logits))
    p = special.softmax(logits)
    drawn = each(law)
    assert drawn.dtype == np.int32
    expected = np.searchsorted(np.cumsum(p), U)
    assert np.mean(drawn != expected) < 1e-3
    assert np.all(np.diff(drawn) >= 0)
    for i in range(len(logits)):
        np.testing.assert_allclose(law.log_prob(jnp.int32(i)), np.log(p[i]), rtol=1e-4, atol=1e-5)


def test_a_closed_choice_is_never_drawn():
    """Whatever the rounding of the cumulative sum: at the edges of luck, first, middle or last in the list."""
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 3, (4000, 4)).astype(np.float32)
    shut = rng.integers(0, 4, 4000)
    logits[np.arange(4000), shut] = NEVER
    draw = jax.jit(jax.vmap(lambda x, u: Categorical(x).quantile(u), (0, None)))
    for u in EXTREMES:
        drawn = np.asarray(draw(jnp.asarray(logits), u))
        assert not np.any(drawn == shut), f"{np.sum(drawn == shut)} closed choices drawn at u = {u}"


@pytest.mark.parametrize("mean", [1e-6, 0.05, 1.3, 8.0])
@pytest.mark.parametrize("k", [0.05, 0.7, 20.0])
def test_negative_binomial(mean: float, k: float):
    law = NegativeBinomial(f(mean), f(k))
    reference = (k, k / (k + mean))
    drawn = each(law)
    assert drawn.dtype == np.int32
    expected = np.minimum(stats.nbinom.ppf(U.astype(np.float64), *reference), law.MOST)
    assert np.mean(drawn != expected) < 2e-3
    assert np.all(np.diff(drawn) >= 0)
    for x in (0, 1, 7, 40):
        np.testing.assert_allclose(
            law.log_prob(jnp.int32(x)), stats.nbinom.logpmf(x, *reference), rtol=2e-4, atol=2e-4
        )


def test_negative_binomial_stops_at_most():
    law = NegativeBinomial(f(20.0), f(0.05))
    assert each(law, EXTREMES).tolist() == [0, law.MOST]
    assert np.max(each(law)) == law.MOST


@pytest.mark.parametrize(("loc", "scale"), [(0.0, 1.0), (-3.0, 0.01), (50.0, 12.0)])
def test_normal(loc: float, scale: float):
    law, reference = Normal(f(loc), f(scale)), (loc, scale)
    np.testing.assert_allclose(
        each(law), stats.norm.ppf(U, *reference), rtol=1e-4, atol=1e-4 * scale
    )
    assert np.all(np.isfinite(each(law, EXTREMES)))
    for x in (loc - 2 * scale, loc, loc + scale):
        np.testing.assert_allclose(
            law.log_prob(f(x)), stats.norm.logpdf(x, *reference), rtol=1e-4, atol=1e-3
        )


def test_uniform():
    law = Uniform(f(-2.0), f(5.0))
    np.testing.assert_allclose(each(law), stats.uniform.ppf(U, -2, 7), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(law.log_prob(f(1.0)), stats.uniform.logpdf(1.0, -2, 7), rtol=1e-6)
    assert law.log_prob(f(5.5)) == -np.inf


def test_vectors_sum_their_log_probabilities():
    x = f([0.1, -0.4, 2.0])
    law = Normal(f(0.0), f(0.7))
    np.testing.assert_allclose(
        law.log_prob(x), stats.norm.logpdf(np.asarray(x), 0, 0.7).sum(), rtol=1e-5
    )


def test_certain_is_without_chance():
    law = Certain({"a": f(2.0)})
    assert law.quantile(f(0.3)) == {"a": f(2.0)}
    assert law.log_prob({"a": f(9.0)}) == 0


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (Bernoulli(f(-1.0)), Bernoulli(f(0.5))),
        (NegativeBinomial(f(1.0), f(0.7)), NegativeBinomial(f(2.0), f(0.7))),
        (Normal(f(0.0), f(1.0)), Normal(f(0.3), f(1.0))),
        (Categorical(f([1.0, 0.0, -1.0])), Categorical(f([0.0, 0.0, 0.5]))),
    ],
    ids=["bernoulli", "negative binomial", "normal", "categorical"],
)
def test_the_same_luck_under_a_higher_law_draws_no_less(low, high):
    """Coupling: each pair of laws is ordered, and so are the draws, uniform by uniform."""
    assert np.all(each(high).astype(float) >= each(low).astype(float))


def test_one_of_several_records_is_drawn_as_often_as_it_weighs():
    options = {"a": jnp.asarray([1.0, 2.0, 3.0]), "b": jnp.asarray([True, False, True])}
    law = OneOf(jnp.log(jnp.asarray([0.2, 0.5, 0.3])), options)
    u = jnp.asarray((np.arange(1000) + 0.5) / 1000, jnp.float32)
    drawn = jax.vmap(law.quantile)(u)
    assert [float(jnp.mean(drawn["a"] == x)) for x in (1, 2, 3)] == pytest.approx([0.2, 0.5, 0.3])
    logs = jax.vmap(law.log_prob)(drawn)
    np.testing.assert_allclose(np.unique(np.exp(logs)), [0.2, 0.3, 0.5], rtol=1e-5)
    assert law.log_prob({"a": jnp.float32(9.0), "b": jnp.asarray(True)}) < -1e8


# --- what is known of a draw -----------------------------------------------------


def test_a_choice_among_some_has_their_chance_together():
    law = Categorical(f([0.2, -1.0, 0.7, 0.1]))
    among, log_chance = law.among(jnp.asarray([False, True, True, False]))
    p = np.exp(np.asarray(law.log_probabilities))
    np.testing.assert_allclose(np.exp(log_chance), p[1] + p[2], rtol=1e-5)
    np.testing.assert_allclose(
        np.exp(np.asarray(among.log_probabilities))[1:3], p[1:3] / (p[1] + p[2]), rtol=1e-5
    )
    assert {int(among.quantile(f(u))) for u in np.linspace(0.001, 0.999, 50)} == {1, 2}


def test_members_choices_among_some_add_up():
    law = Each(Categorical(f([[0.0, 1.0], [2.0, 0.0]])))
    _, log_chance = law.among(jnp.asarray([[True, True], [False, True]]))
    np.testing.assert_allclose(log_chance, np.log(1 / (1 + np.exp(2.0))), rtol=1e-5)


def test_a_record_among_some_has_their_chance_together():
    law = OneOf(f([0.2, -1.0, 0.7]), {"a": f([1.0, 2.0, 3.0])})
    among, log_chance = law.among(jnp.asarray([True, False, True]))
    p = np.exp(np.asarray(Categorical(law.logits).log_probabilities))
    np.testing.assert_allclose(np.exp(log_chance), p[0] + p[2], rtol=1e-5)
    drawn = {float(among.quantile(f(u))["a"]) for u in np.linspace(0.001, 0.999, 50)}
    assert drawn == {1.0, 3.0}


@pytest.mark.parametrize(
    ("law", "draw"),
    [
        (Normal(f([0.0, 1.0]), f([1.0, 2.0])), f([0.5, -0.5])),
        (NegativeBinomial(f([0.5, 2.0]), f(0.7)), jnp.asarray([1, 3], jnp.int32)),
        (Each(Bernoulli(f([0.3, -1.0]))), jnp.asarray([True, False])),
    ],
)
def test_entries_that_are_not_known_count_for_nothing(law, draw):
    first, second = (law.log_prob(draw, jnp.asarray(k)) for k in ([True, False], [False, True]))
    assert first != second
    np.testing.assert_allclose(first + second, law.log_prob(draw), rtol=1e-5)
    assert law.log_prob(draw, jnp.asarray(False)) == 0
