"""Batches along the last axis: the same numbers as `jax.vmap`, and the batch last within."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.scipy.special import ndtri

from detente.engine.lanes import BATCH, lanes

SIZE = 13


def f(*shape: int) -> jax.Array:
    return jnp.asarray(np.random.default_rng(5).uniform(0.1, 0.9, shape), jnp.float32)


WORLD = f(5, SIZE), f(SIZE), f(5)
AXES = (BATCH, BATCH, None)


def indexed(x, y, z):
    at = jnp.argmax(x)
    return x[at], x.at[2].set(y), jax.lax.dynamic_slice(z, (at,), (1,))


CASES = {
    "shapes": lambda x, y, z: (jnp.stack([x, z]).T.ravel()[1:7], y[None] + z[::2], x[:, None] * z),
    "scalars": lambda x, y, z: (jnp.where(y > 0.5, x, z), jnp.clip(z, 0.2, y), x * y),
    "reductions": lambda x, y, z: (
        jnp.sum(x * z),
        jax.nn.log_softmax(x),
        jnp.cumsum(x),
        jnp.any(z > y),
    ),
    "loops": lambda x, y, z: (ndtri(x), jnp.polyval(z, y)),
    "nested": lambda x, y, z: jax.vmap(lambda a: jnp.sum(jnp.tanh(a * x) + y))(z),
    "shared": lambda x, y, z: (z * 2, jnp.float32(1.0), y),
    "indexed": indexed,
}


@pytest.mark.parametrize("case", CASES)
def test_lanes_give_what_vmap_gives(case: str):
    ours = jax.jit(lanes(CASES[case], AXES))(*WORLD)
    theirs = jax.jit(jax.vmap(CASES[case], in_axes=AXES, out_axes=BATCH))(*WORLD)
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-6)


@pytest.mark.parametrize("case", CASES.keys() - {"indexed"})
def test_the_batch_stays_last_within(case: str):
    code = jax.make_jaxpr(lanes(CASES[case], AXES))(*WORLD)
    for step in code.jaxpr.eqns:
        for var in step.outvars:
            assert SIZE not in var.aval.shape[:-1], step


def test_a_step_that_cannot_be_carried_is_refused():
    with pytest.raises(NotImplementedError, match="say how"):
        lanes(lambda x, y: jax.lax.optimization_barrier((x, y)), AXES[:2])(*WORLD[:2])
