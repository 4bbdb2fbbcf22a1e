"""The one place where parts are chosen: who decides for which role."""

from detente.domain.contracts import Policy
from detente.policies import allies, challenger, doctrine, partner, patrons

POLICIES: dict[str, Policy] = {
    "guarantor": doctrine,
    "allies": allies,
    "challenger": challenger,
    "patrons": patrons,
    "partner": partner,
}
