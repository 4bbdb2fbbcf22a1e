"""What every mechanism keeps. Plain functions of a mechanism on the bench, so that a new one runs through them too.

`Bench` compiles a mechanism once; the `check_*` functions take states, moves and parameters within declared
bounds, however odd together, and raise `AssertionError` where the contract is broken.
"""

from collections.abc import Sequence
from typing import Any, get_type_hints

import jax
import jax.numpy as jnp
import numpy as np

from detente.domain.contracts import Mechanism
from detente.domain.quantity import leaves
from detente.domain.world import World
from tests.compare import arrays, breaches, close, differing, same_bytes
from tests.strategies import Case, is_belief

PARTS_OF_THE_DOCSTRING = ("Claim:", "Equation", "Reference:", "Domain:", "Limits:")

TOLERANCE = 1e-4
"""Between a batch and a loop, in float32."""

MILD = -50.0
"""Log-probabilities are held above this where rounding is compared: at -1e8 a float32's last bit is 8."""


class Bench:
    """A mechanism, compiled once: its law with draws and their log-probabilities, and its step."""

    def __init__(self, mechanism: Mechanism, name: str):
        """Put a mechanism on the bench.

        Args:
            mechanism: the module.
            name: the record of `World` that it writes.
        """
        self.mechanism, self.name = mechanism, name
        self.record: type = get_type_hints(World)[name]
        self.luck = sum(int(np.prod(shape)) for shape in mechanism.SITES.values())
        self.chances = jax.jit(self._chances)
        self.step = jax.jit(self._step)
        self.chances_of_many = jax.jit(jax.vmap(self._chances))
        self.steps = jax.jit(jax.vmap(self._step))

    def _chances(self, case: Case, u: Any) -> tuple[Any, Any, Any]:
        law = self.mechanism.law(*case)
        draws, at = {}, 0
        for site, shape in self.mechanism.SITES.items():
            count = int(np.prod(shape))
            draws[site] = law[site].quantile(u[at : at + count].reshape(shape))
            at += count
        return law, draws, {site: law[site].log_prob(draw) for site, draw in draws.items()}

    def _step(self, draws: Any, case: Case) -> Any:
        return self.mechanism.step(draws, *case)

    def everything(self, case: Case, u: Any) -> Any:
        """Law and step, for comparison bit for bit."""
        law, draws, _ = self.chances(case, u)
        return law, self.step(draws, case)


def check_declarations(bench: Bench) -> None:
    """It says what it claims, reads and needs."""
    m = bench.mechanism
    doc = getattr(m, "__doc__", None) or ""
    for part in PARTS_OF_THE_DOCSTRING:
        word = part.rstrip(":")
        assert word in doc or (part == "Equation" and "Rules" in doc), f"docstring lacks {part}"
    assert len(set(m.READS)) == len(m.READS), "READS names a record twice"
    assert set(m.READS) <= set(World._fields), "READS names records of the world"
    for leaf in leaves(m.Params):
        q = leaf.quantity
        assert q.unit, f"{leaf.name} has no unit"
        assert q.meaning, f"{leaf.name} has no meaning"
        assert q.low < q.high, f"{leaf.name} has no range"


def check_law(bench: Bench, case: Case, u: np.ndarray) -> None:
    """The law has the sites that are declared, draws of their shape, and finite log-probabilities of draws."""
    sites = bench.mechanism.SITES
    law, draws, logs = bench.chances(case, u)
    assert set(law) == set(sites), f"law gives {sorted(law)}, SITES declares {sorted(sites)}"
    for site, shape in sites.items():
        for x in arrays(law[site]):
            assert np.all(np.isfinite(x)), f"the law of {site} is not finite: {law[site]}"
        assert all(x.shape == shape for x in arrays(draws[site])), (
            f"draws of {site} are not {shape}"
        )
        for x in arrays(draws[site]):
            assert np.all(np.isfinite(x)), f"{site} draws {x}"
        assert logs[site].shape == (), f"log_prob of {site} is not one number"
        assert np.isfinite(logs[site]), f"log_prob of a draw of {site} is {logs[site]}"


def check_step(bench: Bench, case: Case, u: np.ndarray) -> None:
    """The step gives its own record and no other: shape, dtype, finite, within bounds, beliefs summing to one."""
    _, draws, _ = bench.chances(case, u)
    record = bench.step(draws, case)
    assert type(record) is bench.record, f"a step of {bench.name} gives {type(record).__name__}"
    assert not (found := breaches(bench.record, record)), found
    for leaf, x in zip(leaves(bench.record), arrays(record), strict=True):
        if is_belief(leaf):
            np.testing.assert_allclose(x.sum(), 1, atol=1e-4, err_msg=leaf.name)


def check_reads_complete(bench: Bench, case: Case, other: Case, u: np.ndarray) -> None:
    """What is not in READS does not matter: law and step are the same, bit for bit."""
    unread = {n: getattr(other.world, n) for n in World._fields if n not in bench.mechanism.READS}
    changed = case._replace(world=case.world._replace(**unread))
    law, step = bench.everything(case, u)
    law_too, step_too = bench.everything(changed, u)
    assert same_bytes(law, law_too), f"the law reads something of {sorted(unread)}"
    assert same_bytes(step, step_too), (
        f"{differing(bench.record, step, step_too)} read something of {sorted(unread)}"
    )


def unused_reads(bench: Bench, cases: Sequence[Case], us: Sequence[np.ndarray]) -> list[str]:
    """Names in READS that change nothing in any of the cases.

    Each record is replaced by what the next case has there, and by itself at zero.
    """

    def matters(name: str, case: Case, other: Case, u: np.ndarray) -> bool:
        before, own = bench.everything(case, u), getattr(other.world, name)
        for value in (own, jax.tree.map(jnp.zeros_like, own)):
            changed = case._replace(world=case.world._replace(**{name: value}))
            if not same_bytes(before, bench.everything(changed, u)):
                return True
        return False

    rounds = list(zip(cases, [*cases[1:], cases[0]], us, strict=True))
    return [n for n in bench.mechanism.READS if not any(matters(n, *turn) for turn in rounds)]


def check_reproducible(bench: Bench, case: Case, u: np.ndarray) -> None:
    """The same inputs give the same bytes."""
    assert same_bytes(bench.everything(case, u), bench.everything(case, u))


def check_batch(bench: Bench, cases: Sequence[Case], us: Sequence[np.ndarray]) -> None:
    """A batch equals a loop within tolerance; draws are compared through the law, since they may sit on an edge."""
    cases = [mild(case) for case in cases]
    many = jax.tree.map(lambda *xs: jnp.stack(xs), *cases)
    laws = bench.chances_of_many(many, jnp.stack([jnp.asarray(u) for u in us]))[0]
    loop = [bench.chances(case, u) for case, u in zip(cases, us, strict=True)]
    draws = jax.tree.map(lambda *xs: jnp.stack(xs), *[draws for _, draws, _ in loop])
    steps = bench.steps(draws, many)
    for i, (case, (law, drawn, _)) in enumerate(zip(cases, loop, strict=True)):
        batched_law, batched = jax.tree.map(lambda x, i=i: x[i], (laws, steps))
        assert close(batched_law, law, TOLERANCE), "the law of a batch is not that of a loop"
        alone = bench.step(drawn, case)
        assert close(batched, alone, TOLERANCE), differing(bench.record, batched, alone)


def mild(case: Case) -> Case:
    """The same case with evidence in a range where rounding stays small."""
    evidence = case.actions.evidence
    public = jnp.maximum(evidence.public, MILD)
    return case._replace(actions=case.actions._replace(evidence=evidence._replace(public=public)))
