"""The instruments of each actor, and what of a move can be seen."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from detente.domain.agreements import Terms
from detente.domain.axes import (
    ALLY,
    INTENT,
    PATRON,
    Answer,
    Border,
    Channel,
    Conduct,
    Delivery,
    Enforcement,
    Grip,
    LaunchPosture,
    Posture,
    Pressure,
    Provocation,
    Stance,
    Target,
    labels,
)
from detente.domain.distributions import Categorical, Distribution
from detente.domain.quantity import Axis, Count, Flag, Quantity, Real, pick

PRICES = (1.25, 1.5, 2.0, 3.0)
"""A counter-offer asks for the relief on the table times one of these."""

SEEN = (
    "channel",
    "posture",
    "pledge",
    "nuclear_test",
    "export",
    "provocation",
    "demand",
)
"""Instruments that all see and that preferences move: what the guarantor judges intentions by, besides answers."""

COVERT = Axis("covert", ("clean", "cheating"))
"""The two hidden states of conduct that a belief must keep apart."""


class GuarantorMove(NamedTuple):
    """What the guarantor does in a month."""

    pressure: Annotated[
        Count, Quantity("level", 0, 2, "Economic pressure", labels=labels(Pressure))
    ]
    channel: Annotated[
        Count, Quantity("level", 0, 3, "Highest level of talks offered", labels=labels(Channel))
    ]
    personal: Annotated[Flag, Quantity("flag", 0, 1, "Personal diplomacy: letters, calls, praise")]
    offer: Annotated[Flag, Quantity("flag", 0, 1, "Terms are put, or left, on the table")]
    terms: Terms
    delivery: Annotated[
        Count, Quantity("level", 0, 3, "What is done with relief due", labels=labels(Delivery))
    ]
    posture: Annotated[Count, Quantity("level", 0, 2, "Military posture", labels=labels(Posture))]
    campaign: Annotated[Flag, Quantity("flag", 0, 1, "A campaign for information and rights")]
    aid: Annotated[Flag, Quantity("flag", 0, 1, "Humanitarian aid is offered")]
    consult: Annotated[Flag, Quantity("flag", 0, 1, "Allies are consulted before steps are taken")]
    coalition: Annotated[Flag, Quantity("flag", 0, 1, "Effort to bring third states to enforce")]
    track: Annotated[Flag, Quantity("flag", 0, 1, "The allies' own track is backed")]


class Carried(NamedTuple):
    """What the guarantor carries on from month to month."""

    campaign: Annotated[Flag, Quantity("flag", 0, 1, "A campaign for information and rights")]
    aid: Annotated[Flag, Quantity("flag", 0, 1, "Humanitarian aid")]
    consult: Annotated[Flag, Quantity("flag", 0, 1, "Consultation of the allies")]
    coalition: Annotated[Flag, Quantity("flag", 0, 1, "Effort to bring third states to enforce")]
    track: Annotated[Flag, Quantity("flag", 0, 1, "Backing of the allies' own track")]

    @classmethod
    def of(cls, move: GuarantorMove) -> "Carried":
        """What a move carries on."""
        return cls(*(getattr(move, name) for name in cls._fields))


class ChallengerMove(NamedTuple):
    """What the challenger does in a month. Conduct is seen only where it is an open break."""

    channel: Annotated[
        Count, Quantity("level", 0, 3, "Highest level of talks accepted", labels=labels(Channel))
    ]
    answer: Annotated[
        Count, Quantity("level", 0, 2, "Answer to the terms on the table", labels=labels(Answer))
    ]
    price: Annotated[
        Count,
        Quantity(
            "level", 0, 3, "Relief asked in a counter-offer", labels=tuple(f"x{p}" for p in PRICES)
        ),
    ]
    conduct: Annotated[
        Count, Quantity("level", 0, 2, "Conduct under terms in force", labels=labels(Conduct))
    ]
    posture: Annotated[
        Count, Quantity("level", 0, 2, "Push behind launches", labels=labels(LaunchPosture))
    ]
    pledge: Annotated[Flag, Quantity("flag", 0, 1, "A unilateral moratorium is kept up")]
    nuclear_test: Annotated[Flag, Quantity("flag", 0, 1, "A nuclear test")]
    export: Annotated[Flag, Quantity("flag", 0, 1, "Arms and labour go to a patron")]
    provocation: Annotated[
        Count, Quantity("level", 0, 2, "Act short of war", labels=labels(Provocation))
    ]
    target: Annotated[
        Count,
        Quantity("category", 0, 1, "At whom it or a demand is aimed", labels=labels(Target)),
    ]
    demand: Annotated[Flag, Quantity("flag", 0, 1, "A demand is made under threat")]
    theft: Annotated[Flag, Quantity("flag", 0, 1, "Hard currency is stolen through networks")]
    border: Annotated[Count, Quantity("level", 0, 2, "Opening sought", labels=labels(Border))]
    repression: Annotated[Count, Quantity("level", 0, 2, "Repression", labels=labels(Grip))]
    track: Annotated[
        Count,
        Quantity("level", 0, 3, "Highest level of talks with an ally", labels=labels(Channel)),
    ]
    wedge: Annotated[Flag, Quantity("flag", 0, 1, "A separate deal is offered to the allies")]


class AllyMove(NamedTuple):
    """What an ally does in a month."""

    stance: Annotated[Count, Quantity("level", 0, 2, "Line taken", labels=labels(Stance))]
    enforcement: Annotated[
        Count, Quantity("level", 0, 2, "Sanctions carried out", labels=labels(Enforcement))
    ]
    broadcasts: Annotated[Flag, Quantity("flag", 0, 1, "Broadcasts across the border")]
    arms: Annotated[Flag, Quantity("flag", 0, 1, "A step toward nuclear arms of its own")]


class PatronMove(NamedTuple):
    """What a patron does in a month, the challenger's move seen."""

    enforcement: Annotated[
        Count, Quantity("level", 0, 2, "Sanctions carried out", labels=labels(Enforcement))
    ]
    aid: Annotated[Flag, Quantity("flag", 0, 1, "Food and fuel are given")]
    restraint: Annotated[Flag, Quantity("flag", 0, 1, "The challenger is urged to hold back")]
    purchases: Annotated[Flag, Quantity("flag", 0, 1, "Arms and labour are bought")]
    technology: Annotated[Flag, Quantity("flag", 0, 1, "Military technology is given")]
    veto: Annotated[Flag, Quantity("flag", 0, 1, "A resolution that is tabled is vetoed")]
    intervention: Annotated[Flag, Quantity("flag", 0, 1, "Forces are readied to step in")]


class PartnerMove(NamedTuple):
    """What the partner does in a month."""

    exchange: Annotated[Flag, Quantity("flag", 0, 1, "Technology is exchanged")]


class Evidence(NamedTuple):
    """How likely each hypothetical challenger was to act as the real one was seen to act.

    The engine evaluates the challenger's own law for it; beliefs turn it into a posterior.
    """

    public: Annotated[
        Float[Array, "intent covert"],
        Quantity("log probability", -1e9, 0, "Of the public part of the move", (INTENT, COVERT)),
    ]
    cheat: Annotated[
        Float[Array, "intent covert"],
        Quantity(
            "probability", 0, 1, "Of cheating this month, given no open break", (INTENT, COVERT)
        ),
    ]


class Actions(NamedTuple):
    """The moves of a month, as mechanisms receive them."""

    guarantor: GuarantorMove
    allies: Annotated[AllyMove, ALLY]
    challenger: ChallengerMove
    evidence: Evidence
    patrons: Annotated[PatronMove, PATRON]
    partner: PartnerMove


def level_of_talks(ours: GuarantorMove, theirs: ChallengerMove) -> Count:
    """Talks stand at the lower of the levels that the two sides want."""
    return jnp.minimum(ours.channel, theirs.channel)


def level_of_track(allies: AllyMove, theirs: ChallengerMove) -> Count:
    """Talks with the nearest ally: an engaging one meets the challenger at any level, a holding one in contact."""
    by_stance = jnp.asarray([Channel.SUMMIT, Channel.CONTACT, Channel.NONE], jnp.int32)
    offered = pick(by_stance, allies.stance[0])
    return jnp.minimum(offered, theirs.track)


def answer_heard(ours: GuarantorMove, theirs: ChallengerMove) -> Flag:
    """Whether the challenger's answer reaches the other side: there is an offer, and there is contact."""
    return ours.offer & (level_of_talks(ours, theirs) >= Channel.CONTACT)


def public_log_prob(
    law: Mapping[str, Distribution], ours: GuarantorMove, theirs: ChallengerMove
) -> Real:
    """Log-probability of what the guarantor sees of the challenger's move.

    Cheating looks like compliance. An answer is seen where it is heard, and a price only with a counter-offer.
    The push behind launches is taken as seen, a simplification: preparations show from above.
    """
    heard = answer_heard(ours, theirs)
    countered = heard & (theirs.answer == Answer.COUNTER)
    seen = sum(
        (law[site].log_prob(getattr(theirs, site)) for site in SEEN),
        start=jnp.where(heard, law["answer"].log_prob(theirs.answer), 0.0)
        + jnp.where(countered, law["price"].log_prob(theirs.price), 0.0),
    )
    conduct = _conduct(law)
    unbroken = jnp.logaddexp(conduct[Conduct.COMPLY], conduct[Conduct.CHEAT])
    return seen + jnp.where(theirs.conduct == Conduct.BREAK, conduct[Conduct.BREAK], unbroken)


def cheat_probability(law: Mapping[str, Distribution]) -> Real:
    """Chance of covert cheating, given that there is no open break."""
    conduct = _conduct(law)
    return jnp.exp(
        conduct[Conduct.CHEAT] - jnp.logaddexp(conduct[Conduct.COMPLY], conduct[Conduct.CHEAT])
    )


def _conduct(law: Mapping[str, Distribution]) -> Float[Array, " conduct"]:
    chosen = law["conduct"]
    assert isinstance(chosen, Categorical), "conduct is one choice of three"
    return chosen.log_probabilities
