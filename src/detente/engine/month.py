"""One month of one world: the order in which things happen, on one screen.

This module alone knows that order, and it alone resolves a site: it draws from the law, or takes what is
given, and adds the log-probability. Simulation, the likelihood of a history, a human seat, replay and forks
all pass through here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import tree

from detente.domain.actions import (
    Actions,
    ChallengerMove,
    Evidence,
    GuarantorMove,
    cheat_probability,
    public_log_prob,
)
from detente.domain.contracts import Draws, Frame, Law, Mechanism, Policy, Shape
from detente.domain.quantity import Flag, Real, zeros
from detente.domain.views import ChallengerView
from detente.domain.world import World
from detente.mechanisms import arsenal, beliefs, diplomacy, observation, offices, testing

MECHANISMS: dict[str, Mechanism] = {
    "offices": offices,
    "observation": observation,
    "arsenal": arsenal,
    "testing": testing,
    "diplomacy": diplomacy,
    "beliefs": beliefs,
}
ROLES = {"guarantor": GuarantorMove, "challenger": ChallengerMove}


class Given(NamedTuple):
    """A site whose outcome is known: where `known` is unset, it is drawn as ever."""

    known: Flag
    value: Any


class Seat(NamedTuple):
    """Who decides for a role: a policy and its settings."""

    settings: Any
    params: Any


class State(NamedTuple):
    """What one month hands to the next: the world, and what each actor remembers."""

    world: World
    memory: dict[str, Any]


class Nature(NamedTuple):
    """What holds for a whole future: parameters by mechanism, seats by role, and the frame."""

    params: dict[str, Any]
    seats: dict[str, Seat]
    frame: Frame


class Month(NamedTuple):
    """A month as it happened, for whoever looks: the world after it, the moves, the views, the draws."""

    world: World
    actions: Actions
    seen: dict[str, Any]
    draws: dict[str, Any]
    log_prob: Real


def sites(policies: Mapping[str, Policy]) -> dict[str, dict[str, Shape]]:
    """Every site of a month, by its owner."""
    owners = {name: dict(mechanism.SITES) for name, mechanism in MECHANISMS.items()}
    return owners | {role: dict(policy.SITES) for role, policy in policies.items()}


class _Resolver:
    """Resolves laws one after another within a month, keeping what was drawn and how likely it was."""

    def __init__(self, uniforms: Mapping[str, Any], given: Mapping[str, Given]):
        self.uniforms, self.given = uniforms, given
        self.draws: dict[str, Any] = {}
        self.log_prob = jnp.float32(0.0)

    def __call__(self, owner: str, law: Law) -> Draws:
        drawn = {}
        for site, chances in law.items():
            name = f"{owner}.{site}"
            draw = chances.quantile(self.uniforms[name])
            if name in self.given:
                known, value = self.given[name]
                draw = tree.map(lambda a, b, known=known: jnp.where(known, a, b), value, draw)
            self.log_prob += chances.log_prob(draw)
            drawn[site] = self.draws[name] = draw
        return drawn


def step(
    state: State,
    uniforms: Mapping[str, Any],
    given: Mapping[str, Given],
    nature: Nature,
    policies: Mapping[str, Policy],
) -> tuple[State, Month]:
    """Take one world through one month."""
    resolve = _Resolver(uniforms, given)
    world, memory, frame = state.world, dict(state.memory), nature.frame
    actions = zeros(Actions)
    seen: dict[str, Any] = {}

    def phase(*names: str) -> World:
        """Move mechanisms from one opening state, each its own record."""
        moved = {}
        for name in names:
            mechanism, params = MECHANISMS[name], nature.params[name]
            draws = resolve(name, mechanism.law(world, actions, params, frame))
            moved[name] = mechanism.step(draws, world, actions, params, frame)
        return world._replace(**moved)

    def decide(role: str, view: Any, private: Any) -> Any:
        """Let an actor see and act."""
        seen[role] = view
        seat = nature.seats[role]
        law, memory[role] = policies[role].act(
            view, private, memory[role], seat.settings, seat.params
        )
        return ROLES[role](**resolve(role, law))

    world = world._replace(month=world.month + 1)
    world = phase("offices")
    world = phase("observation")

    view = observation.guarantor_view(world, frame)
    actions = actions._replace(guarantor=decide("guarantor", view, world.offices.guarantor))

    view = observation.challenger_view(world, actions.guarantor, frame)
    remembered = memory["challenger"]
    actions = actions._replace(challenger=decide("challenger", view, world.offices.challenger))
    actions = actions._replace(
        evidence=_evidence(view, world, remembered, actions, nature, policies)
    )

    world = phase("arsenal", "testing")
    world = phase("diplomacy")
    world = phase("beliefs")

    month = Month(world, actions, seen, resolve.draws, resolve.log_prob)
    return State(world, memory), month


def _evidence(
    view: ChallengerView,
    world: World,
    memory: Any,
    actions: Actions,
    nature: Nature,
    policies: Mapping[str, Policy],
) -> Evidence:
    """Evaluate the challenger's own law under each region of preferences and each hidden conduct.

    The true preferences enter only through the public move itself.
    """
    regions, seat = nature.frame.regions, nature.seats["challenger"]
    middle = tree.map(lambda low, high: 0.5 * (low + high), regions.low, regions.high)

    def suppose(private: Any, covert: Flag) -> tuple[Real, Real]:
        imagined = observation.imagined(view, world, covert)
        law, _ = policies["challenger"].act(imagined, private, memory, seat.settings, seat.params)
        return public_log_prob(law, actions.guarantor, actions.challenger), cheat_probability(law)

    def both(private: Any) -> tuple[Any, Any]:
        return jax.vmap(lambda covert: suppose(private, covert))(jnp.asarray([False, True]))

    return Evidence(*jax.vmap(both)(middle))
