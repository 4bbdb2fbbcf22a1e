"""Terms that can be put on a table, and agreements that stand."""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from detente.domain.axes import EndedBy, labels
from detente.domain.quantity import Count, Flag, Quantity, Real


class Terms(NamedTuple):
    """What one side would be bound to and what the other would give: a fixed-length record."""

    tests: Annotated[
        Real, Quantity("share", 0, 1, "Bound on nuclear tests and launches above short range")
    ]
    declared: Annotated[
        Real, Quantity("share", 0, 1, "Bound on fissile production at declared sites")
    ]
    everything: Annotated[
        Real, Quantity("share", 0, 1, "Bound on all fissile production, undeclared sites included")
    ]
    rollback: Annotated[
        Real, Quantity("share", 0, 1, "Share of the warheads to be dismantled over the length")
    ]
    relief: Annotated[
        Real, Quantity("USD m/month", 0, 2000, "Relief, averaged over the length of the agreement")
    ]
    upfront: Annotated[Real, Quantity("share", 0, 1, "Share of all relief that is paid first")]
    on_verification: Annotated[
        Real, Quantity("share", 0, 1, "Share of the later relief that waits for a clean inspection")
    ]
    detection: Annotated[
        Real,
        Quantity("1/month", 0, 1, "Chance that inspectors detect covert production in a month"),
    ]
    false_alarm: Annotated[
        Real, Quantity("1/month", 0, 1, "Chance that inspectors raise an alarm without cause")
    ]
    snapback_lag: Annotated[
        Real, Quantity("month", 0, 24, "Months until relief stops once it has been reversed")
    ]
    blockable: Annotated[
        Real, Quantity("probability", 0, 1, "Chance that a guarantor of the deal blocks snapback")
    ]
    assurance: Annotated[
        Real,
        Quantity("index", 0, 1, "Security assurance: exercises paused, liaison, peace declared"),
    ]
    recognition: Annotated[Real, Quantity("index", 0, 1, "Recognition and prestige conceded")]
    length: Annotated[Real, Quantity("month", 1, 240, "Length of the agreement")]
    guarantors: Annotated[
        Count,
        Quantity(
            "category",
            0,
            2,
            "Who stands behind it",
            labels=("guarantor alone", "with a patron", "all parties"),
        ),
    ]


class Agreement(NamedTuple):
    """Terms with their fate. What both sides can see, but for `breached`."""

    terms: Terms
    signed: Annotated[Flag, Quantity("flag", 0, 1, "A signature stands in this slot")]
    in_force: Annotated[Flag, Quantity("flag", 0, 1, "Neither expired, broken nor reversed")]
    age: Annotated[Real, Quantity("month", 0, 1200, "Months since signature")]
    ratified: Annotated[
        Flag, Quantity("flag", 0, 1, "The guarantor's legislature lets all of the relief flow")
    ]
    signatory: Annotated[
        Count, Quantity("index", 0, 1000, "The guarantor's office-holder who signed")
    ]
    breached: Annotated[
        Flag, Quantity("flag", 0, 1, "Covert production has at some time gone on under it: hidden")
    ]
    snapback_in: Annotated[
        Real,
        Quantity("month", 0, 120, "Months until a decided reversal takes effect; 0 if none is"),
    ]
    reversing: Annotated[Flag, Quantity("flag", 0, 1, "A reversal has been decided")]
    ended_by: Annotated[Count, Quantity("category", 0, 4, "Who ended it", labels=labels(EndedBy))]


Slots = Agreement
"""An `Agreement` whose arrays have a leading axis of slots."""


def strongest(value: Float[Array, " slot"], in_force: Bool[Array, " slot"]) -> Real:
    """Largest value among agreements in force, zero if there are none: bounds do not add up."""
    return jnp.max(jnp.where(in_force, value, 0.0))
