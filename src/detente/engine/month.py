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
from jaxtyping import Array, Bool

from detente.domain.actions import (
    Actions,
    AllyMove,
    ChallengerMove,
    Evidence,
    GuarantorMove,
    PartnerMove,
    PatronMove,
    cheat_probability,
    public_log_prob,
)
from detente.domain.axes import ALLY, PATRON
from detente.domain.contracts import Draws, Frame, Law, Mechanism, Policy, Shape
from detente.domain.distributions import Categorical, Each, OneOf
from detente.domain.quantity import Axis, Flag, Real, zeros
from detente.domain.views import ChallengerView
from detente.domain.world import World
from detente.mechanisms import (
    alignment,
    arsenal,
    beliefs,
    crisis,
    diplomacy,
    economy,
    humanitarian,
    information,
    loyalty,
    observation,
    offices,
    sanctions,
    testing,
    transition,
)

MECHANISMS: dict[str, Mechanism] = {
    "offices": offices,
    "observation": observation,
    "arsenal": arsenal,
    "testing": testing,
    "economy": economy,
    "sanctions": sanctions,
    "information": information,
    "loyalty": loyalty,
    "transition": transition,
    "alignment": alignment,
    "diplomacy": diplomacy,
    "crisis": crisis,
    "beliefs": beliefs,
    "humanitarian": humanitarian,
}
ROLES = {
    "guarantor": GuarantorMove,
    "allies": AllyMove,
    "challenger": ChallengerMove,
    "patrons": PatronMove,
    "partner": PartnerMove,
}
MEMBERS: dict[str, Axis] = {"allies": ALLY, "patrons": PATRON}
"""Roles that several states play: each sees and decides for itself, by the same policy."""


class Cast(NamedTuple):
    """Who can decide, by the name that a pack's tables go by, and which of them sits for each role."""

    known: Mapping[str, Policy]
    sits: Mapping[str, str]

    @property
    def policies(self) -> dict[str, Policy]:
        """Who decides, by role."""
        return {role: self.known[name] for role, name in self.sits.items()}

    @property
    def idle(self) -> set[str]:
        """Names of those who decide nothing."""
        return {*self.known} - {*self.sits.values()}

    def settings(self, **chosen: Any) -> dict[str, Any]:
        """Settings by role: what is chosen, and what those have for whom there is nothing to choose."""
        return {
            role: chosen[role] if role in chosen else policy.Settings()
            for role, policy in self.policies.items()
        }


class Given(NamedTuple):
    """A site whose outcome is known: where `known` is unset, for all of it or by entry, it is drawn as ever."""

    known: Bool[Array, "..."]
    value: Any


class Among(NamedTuple):
    """A choice known to be one of some: drawn among those that `allowed` marks, all of them where nothing is known."""

    allowed: Bool[Array, "... choice"]


IMPOSSIBLE = -15.0
"""Log-probability that something happens at a site which no law of the model knows of: the least that counts."""

Known = Mapping[str, Given | Among]
"""What is known of what happens, by site; sites that are absent are drawn."""


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
    """A month as it happened, for whoever looks: the world after it, the moves, the views, the draws.

    `log_prob` is that of all that happened, `evidence` that of what was given alone, the rest having been drawn.
    """

    world: World
    actions: Actions
    seen: dict[str, Any]
    draws: dict[str, Any]
    log_prob: Real
    evidence: Real


def sites(policies: Mapping[str, Policy]) -> dict[str, dict[str, Shape]]:
    """Every site of a month, by its owner."""
    owners = {name: dict(mechanism.SITES) for name, mechanism in MECHANISMS.items()}
    for role, policy in policies.items():
        members = (MEMBERS[role].size,) if role in MEMBERS else ()
        owners[role] = {site: members + shape for site, shape in policy.SITES.items()}
    return owners


def start(policies: Mapping[str, Policy]) -> dict[str, Any]:
    """What each actor remembers before the first month; members of a role along a leading axis."""

    def one(role: str, policy: Policy) -> Any:
        if role not in MEMBERS:
            return policy.start()
        size = MEMBERS[role].size
        return tree.map(lambda x: jnp.broadcast_to(x, (size, *x.shape)), policy.start())

    return {role: one(role, policy) for role, policy in policies.items()}


class _Resolver:
    """Resolves laws one after another within a month, keeping what was drawn and how likely it was."""

    def __init__(self, uniforms: Mapping[str, Any], given: Known):
        self.uniforms, self.given = uniforms, given
        self.draws: dict[str, Any] = {}
        self.log_prob = self.evidence = jnp.float32(0.0)

    def __call__(self, owner: str, law: Law) -> Draws:
        drawn = {}
        for site, chances in law.items():
            name = f"{owner}.{site}"
            told = self.given.get(name)
            if isinstance(told, Among):
                assert isinstance(chances, Categorical | Each | OneOf), (
                    f"{name} is no choice of some"
                )
                among, evidence = chances.among(told.allowed)
                draw = among.quantile(self.uniforms[name])
                self.evidence += _counted(evidence)
            else:
                draw = chances.quantile(self.uniforms[name])
            if isinstance(told, Given):
                known, value = told
                draw = tree.map(lambda a, b, known=known: jnp.where(known, a, b), value, draw)
                self.evidence += _counted(chances.log_prob(draw, known))
            self.log_prob += chances.log_prob(draw)
            drawn[site] = self.draws[name] = draw
        return drawn


def _counted(evidence: Real) -> Real:
    """What happened though its law left it hardly a chance counts as very unlikely, and no less: a model is a model."""
    return jnp.maximum(evidence, IMPOSSIBLE)


def step(
    state: State,
    uniforms: Mapping[str, Any],
    given: Known,
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
        """Let an actor, or every member of a role, see and act."""
        seen[role] = view
        policy, seat = policies[role], nature.seats[role]

        def one(view: Any, private: Any, memory: Any) -> tuple[Law, Any]:
            return policy.act(view, private, memory, seat.settings, seat.params)

        if role in MEMBERS:
            laws, memory[role] = jax.vmap(one)(view, private, memory[role])
            law: Law = {site: Each(chances) for site, chances in laws.items()}
        else:
            law, memory[role] = one(view, private, memory[role])
        return ROLES[role](**resolve(role, law))

    world = world._replace(month=world.month + 1)
    world = phase("offices")
    world = phase("observation")
    wants = world.offices

    view = observation.guarantor_view(world, frame)
    ours = decide("guarantor", view, wants.guarantor)
    allies = decide("allies", observation.ally_views(world), wants.allies)
    actions = actions._replace(guarantor=ours, allies=allies)

    view = observation.challenger_view(world, ours, allies, frame)
    remembered = memory["challenger"]
    actions = actions._replace(challenger=decide("challenger", view, wants.challenger))
    actions = actions._replace(
        evidence=_evidence(view, world, remembered, actions, nature, policies)
    )

    patrons = decide("patrons", observation.patron_views(world, actions), wants.patrons)
    partner = decide("partner", observation.partner_view(world, actions), wants.partner)
    actions = actions._replace(patrons=patrons, partner=partner)

    world = phase("arsenal", "testing", "economy", "sanctions", "information")
    world = phase("loyalty")
    world = phase("transition")
    world = phase("alignment", "diplomacy")
    world = phase("crisis")
    world = phase("beliefs")
    world = phase("humanitarian")

    month = Month(world, actions, seen, resolve.draws, resolve.log_prob, resolve.evidence)
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
