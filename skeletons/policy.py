"""A guarantor that mirrors: talks while long tests are quiet, presses while they are not.

Claim: restraint is answered with talks and tests with pressure, so that each side can see what its conduct buys.

Equation: a month is quiet after `patience` months and more without a test above short range. Each level has
log-weight −`adherence`·|level − rule|; the rule is working talks and eased pressure in a quiet month, contact and
tightened pressure in another. Relief due is delivered, or withheld where a forbidden test was seen last month. In
quiet months aid is offered and the allies' own track backed, in others enforcement is sought and a campaign run, each
with log-odds ±`adherence`. Allies are always consulted.

Reference: none; an example of form, after Osgood (1962). Domain: one guarantor. Limits: it never offers terms.

This is a template for a policy. One for another role has that role's view, private record and fields of its move,
such as `ChallengerView`, `Preferences` and `ChallengerMove`. One for allies or patrons is written for one of them.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from detente.domain.actions import GuarantorMove
from detente.domain.agreements import Terms
from detente.domain.axes import Channel, Delivery, Posture, Pressure
from detente.domain.contracts import Law
from detente.domain.distributions import NEVER, Bernoulli, Categorical, Certain
from detente.domain.private import Profile
from detente.domain.quantity import Count, Quantity, Real, bounded, zeros
from detente.domain.views import GuarantorView

# One site for each instrument: the fields of the actor's move, in their order.
SITES = dict.fromkeys(GuarantorMove._fields, ())


class Settings(NamedTuple):
    """What an analyst chooses, in a doctrine's file."""

    patience: Annotated[Real, Quantity("month", 0, 120, "Quiet months that open talks")]


class Params(NamedTuple):
    """What is uncertain about how such actors choose; values and sources stand in packs."""

    adherence: Annotated[Real, Quantity("log odds", 0, 20, "Pull of the rule, a step of level")]


class Memory(NamedTuple):
    """What it needs to remember beyond the view. The engine keeps it from month to month."""

    quiet: Annotated[Real, Quantity("month", 0, 1200, "Quiet months met so far")]


def start() -> Memory:
    """Memory before the first month."""
    return Memory(quiet=jnp.float32(0.0))


def act(
    view: GuarantorView, private: Profile, memory: Memory, settings: Settings, params: Params
) -> tuple[Law, Memory]:
    """The law over every instrument, and what it will remember. It sees these five things and nothing else."""
    quiet = view.quiet_long >= settings.patience

    def lean(rule: Count, levels: int) -> Float[Array, " level"]:
        level = jnp.arange(levels, dtype=jnp.float32)
        return -params.adherence * jnp.abs(level - rule.astype(jnp.float32))

    # No Python branch on what is computed: both are evaluated, one is taken.
    channel = jnp.where(quiet, Channel.WORKING, Channel.CONTACT)
    pressure = jnp.where(quiet, Pressure.EASE, Pressure.TIGHTEN)
    delivery = jnp.where(view.violated, Delivery.WITHHOLD, Delivery.DELIVER)
    mood = jnp.where(quiet, params.adherence, -params.adherence)
    nothing = bounded(zeros(Terms))  # no terms: zeros, held inside what `Terms` declares
    law: Law = {
        "pressure": Categorical(lean(pressure, len(Pressure))),
        "channel": Categorical(lean(channel, len(Channel))),
        "personal": Bernoulli(-params.adherence),
        "offer": Bernoulli(jnp.float32(NEVER)),  # a choice that is not open
        "terms": Certain(nothing),  # a choice without chance
        "delivery": Categorical(lean(delivery, len(Delivery))),
        "posture": Categorical(lean(jnp.int32(Posture.USUAL), len(Posture))),
        "campaign": Bernoulli(-mood),
        "aid": Bernoulli(mood),
        "consult": Certain(jnp.asarray(True)),
        "coalition": Bernoulli(-mood),
        "track": Bernoulli(mood),
    }
    return law, bounded(Memory(quiet=memory.quiet + jnp.where(quiet, 1.0, 0.0)))
