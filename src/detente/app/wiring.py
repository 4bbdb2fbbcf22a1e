"""The one place where parts are chosen: who decides for which role."""

from detente.domain.contracts import Policy
from detente.policies import behavioural, doctrine

POLICIES: dict[str, Policy] = {"guarantor": doctrine, "challenger": behavioural}
