"""What every policy keeps. Plain functions of a policy on the bench, so that a new one runs through them too."""

from collections.abc import Sequence
from typing import Any, NamedTuple, get_type_hints

import jax
import jax.numpy as jnp
import numpy as np

from detente.domain.contracts import Policy
from detente.domain.distributions import NEVER, Bernoulli, Categorical, Certain, OneOf
from detente.domain.private import (
    AllyProfile,
    PartnerProfile,
    PatronProfile,
    Preferences,
    Profile,
)
from detente.domain.quantity import is_record, leaves, pick
from detente.engine.month import ROLES
from tests.compare import arrays, breaches, close, same_bytes
from tests.strategies import fill, fill_luck, size

OWN = {
    "guarantor": Profile,
    "allies": AllyProfile,
    "challenger": Preferences,
    "patrons": PatronProfile,
    "partner": PartnerProfile,
}

TOLERANCE = 1e-4
CLOSED = NEVER / 2


class Turn(NamedTuple):
    """All that a policy is given when it moves."""

    view: Any
    private: Any
    memory: Any
    settings: Any
    params: Any


class Bench:
    """A policy, compiled once: its law with draws, and the memory it keeps."""

    def __init__(self, policy: Policy, role: str):
        """Put a policy on the bench for a role, as one member decides where several play it."""
        self.policy, self.role, self.move = policy, role, ROLES[role]
        hints = get_type_hints(policy.act)
        self.types = Turn(
            hints["view"], hints["private"], policy.Memory, policy.Settings, policy.Params
        )
        self.luck = len(policy.SITES)
        self.size = sum(size(kind) for kind in self.types) + self.luck + 1
        self.act = jax.jit(self._act)
        self.acts = jax.jit(jax.vmap(self._act))

    def _act(self, turn: Turn, u: Any) -> tuple[Any, Any, Any, Any]:
        law, memory = self.policy.act(*turn)
        draws = {site: law[site].quantile(u[i]) for i, site in enumerate(self.policy.SITES)}
        logs = {site: law[site].log_prob(draw) for site, draw in draws.items()}
        return law, memory, draws, logs

    def turn(self, raw: bytes) -> tuple[Turn, np.ndarray]:
        """Make a turn and its luck of bytes."""
        rest = np.frombuffer(raw, np.uint8)
        if rest[-1] % 2:
            rest = np.where(rest >= 128, 255, 0).astype(np.uint8)
        made = []
        for kind in self.types:
            made.append(fill(kind, rest[: size(kind)]))
            rest = rest[size(kind) :]
        return Turn(*made), fill_luck(rest[: self.luck])


def check_declarations(bench: Bench) -> None:
    """It decides every instrument of its actor, and says what it claims."""
    p = bench.policy
    assert tuple(p.SITES) == bench.move._fields, (
        "SITES are the instruments, one field of the move each"
    )
    assert set(p.SITES.values()) == {()}, "an instrument is one choice"
    doc = getattr(p, "__doc__", None) or ""
    for word in ("Claim:", "Equation", "Reference:", "Domain:", "Limits:"):
        assert word in doc, f"docstring lacks {word}"
    for kind in (p.Settings, p.Params, p.Memory):
        assert is_record(kind)
        assert all(leaf.quantity.low < leaf.quantity.high for leaf in leaves(kind))
    assert not (found := breaches(p.Memory, p.start())), found


def check_sees_no_secret(bench: Bench) -> None:
    """Its view holds nobody's private record, nor the challenger's region; its own private record comes apart."""

    def records(kind: type) -> set[type]:
        inner = [h for h in get_type_hints(kind).values() if is_record(h)]
        return {kind}.union(*(records(h) for h in inner))

    assert not records(bench.types.view) & set(OWN.values()), "a view holds no private record"
    names = {leaf.path[-1] for leaf in leaves(bench.types.view)}
    # Terms may concede recognition, and what the holder's word is worth at home is known: these are no secrets.
    hidden = {"breached", "leader_age", "covert", "intent", *Preferences._fields} - {"recognition"}
    secrets = {
        "guarantor": hidden - {"intent", "covert"},  # its own beliefs bear these names
        "challenger": {"intent", "elect", *Profile._fields} - {"reliability"},
    }.get(bench.role, hidden | set(Profile._fields) - {"credit"})
    assert not names & secrets, f"the {bench.role}'s view shows {sorted(names & secrets)}"
    assert bench.types.private is OWN[bench.role], "an actor knows its own preferences only"


def check_law(bench: Bench, turn: Turn, u: np.ndarray) -> None:
    """The law is proper: finite or closed, summing to one; a draw is a legal move and never a closed choice."""
    law, _, draws, logs = bench.act(turn, u)
    assert set(law) == set(bench.policy.SITES), f"law gives {sorted(law)}"
    for site, chances in law.items():
        for x in arrays(chances):
            assert np.all(np.isfinite(x)), f"the law of {site} is not finite: {chances}"
        match chances:
            case Categorical(logits):
                chance = np.exp(np.asarray(chances.log_probabilities, np.float64))
                np.testing.assert_allclose(chance.sum(), 1, atol=1e-5, err_msg=site)
                drawn = int(draws[site])
                closed = (np.asarray(logits) <= CLOSED) & (np.max(logits) > CLOSED)
                assert not closed[drawn], f"{site} draws choice {drawn}, which is closed: {logits}"
            case Bernoulli(logit):
                assert 0 <= float(chances.probability) <= 1, site
                assert not (logit <= CLOSED and draws[site]), f"{site} draws a closed yes"
            case OneOf(logits, options):
                assert any(
                    same_bytes(draws[site], pick(options, jnp.int32(i))) for i in range(len(logits))
                )
            case _:
                assert isinstance(chances, Certain), f"{site}: a law over choices, or a certain one"
        assert logs[site].shape == ()
        assert np.isfinite(logs[site]), f"log_prob of a draw of {site} is {logs[site]}"
    assert not (found := breaches(bench.move, bench.move(**draws))), found


def check_memory(bench: Bench, turn: Turn, u: np.ndarray) -> None:
    """What it remembers keeps its type, shape, dtype and bounds."""
    memory = bench.act(turn, u)[1]
    assert type(memory) is bench.types.memory
    assert not (found := breaches(bench.types.memory, memory)), found


def check_reproducible(bench: Bench, turn: Turn, u: np.ndarray) -> None:
    """The same inputs give the same bytes."""
    assert same_bytes(bench.act(turn, u), bench.act(turn, u))


def check_batch(bench: Bench, turns: Sequence[Turn], us: Sequence[np.ndarray]) -> None:
    """A batch equals a loop within tolerance: laws and memories, since draws may sit on an edge."""
    many = jax.tree.map(lambda *xs: jnp.stack(xs), *turns)
    laws, memories, _, _ = bench.acts(many, jnp.stack([jnp.asarray(u) for u in us]))
    for i, (turn, u) in enumerate(zip(turns, us, strict=True)):
        law, memory, _, _ = bench.act(turn, u)
        batched = jax.tree.map(lambda x, i=i: x[i], (laws, memories))
        assert close(batched, (law, memory), TOLERANCE)
