"""The partner as it behaves: it exchanges technology as far as it needs to, and where the bloc holds.

Claim: exchange is a trade between two that are shut out elsewhere; whether pressure on the challenger drives them
together or frightens the partner off is open.

Equation: the log-odds of an exchange this month are `exchange` + `need`·(need − ½) + `bloc`·(bloc − ½)
+ `habit`·(recent − ½) + `pressure`·(pressure − 1); with nobody who governs there is none.

Reference: McKelvey and Palfrey (1995); Braun and Chyba (2004) on rings of proliferation; Fuhrmann (2012) and
Kroenig (2010) as rivals on why suppliers help. Domain: months, one partner. Limits: what is exchanged, and who
gains by it, is not told apart.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp

from detente.domain.contracts import Law
from detente.domain.distributions import NEVER, Bernoulli
from detente.domain.private import PartnerProfile
from detente.domain.quantity import Quantity, Real
from detente.domain.views import PartnerView

SITES: dict[str, tuple[int, ...]] = {"exchange": ()}


class Settings(NamedTuple):
    """Nothing for an analyst to choose: behaviour follows need."""


class Memory(NamedTuple):
    """Nothing beyond what the view holds."""


class Params(NamedTuple):
    """How the partner weighs."""

    exchange: Annotated[Real, Quantity("log odds", -8, 6, "Readiness to exchange technology")]
    need: Annotated[Real, Quantity("log odds", -2, 8, "Effect of full against no need")]
    bloc: Annotated[Real, Quantity("log odds", -3, 6, "Effect of full against no bloc")]
    habit: Annotated[Real, Quantity("log odds", 0, 8, "Pull of recent exchange")]
    pressure: Annotated[Real, Quantity("log odds", -3, 3, "Effect of tightened pressure")]


def start() -> Memory:
    """Nothing to remember yet."""
    return Memory()


def act(
    view: PartnerView, private: PartnerProfile, memory: Memory, settings: Settings, params: Params
) -> tuple[Law, Memory]:
    """Give the chance of an exchange."""
    del settings
    index = (
        params.exchange
        + params.need * (private.need - 0.5)
        + params.bloc * (view.bloc - 0.5)
        + params.habit * (view.exchange - 0.5)
        + params.pressure * (view.pressure.astype(jnp.float32) - 1)
    )
    return {"exchange": Bernoulli(jnp.where(view.governed, index, NEVER))}, memory
