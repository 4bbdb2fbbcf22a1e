"""The one place where parts are chosen: who can decide, and who does."""

from detente.domain.contracts import Policy
from detente.engine.month import ROLES, Cast
from detente.policies import allies, challenger, doctrine, guarantor, partner, patrons

POLICIES: dict[str, Policy] = {
    "doctrine": doctrine,
    "guarantor": guarantor,
    "allies": allies,
    "challenger": challenger,
    "patrons": patrons,
    "partner": partner,
}
"""Who can decide, by the name that tables in packs go by: that of the file."""


def cast(guarantor: str) -> Cast:
    """Everybody as they behave, but for the guarantor, who goes by the policy of this name."""
    return Cast(POLICIES, {role: role for role in ROLES} | {"guarantor": guarantor})


BY_DOCTRINE = cast("doctrine")
