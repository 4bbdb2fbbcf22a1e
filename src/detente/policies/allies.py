"""An ally as it behaves: quantal response between two fears, by its government's leanings.

Claim: an ally engages or deters as its government leans and as the challenger acts; it enforces out of trust and
threat; it steps toward arms of its own when it fears to be alone, if it wants autonomy. Whether the fear of
abandonment makes it follow or go its own way is disputed.

Equations, with seen = provocation/2 and talks = channel/3, each site with its own logit law:
  stance        log-weights −i, `steady`, i of engaging, holding, deterring, `stance_habit` added to the line of late,
                with i = `stance`
                − `stance_engagement`·(engagement − ½) + `stance_provoked`·seen
                + `stance_launches`·log(1 + launches) + `stance_rung`·rung/5 + `stance_talks`·talks
                + `stance_terms`·(terms in force) + `stance_abandoned`·abandonment
                + `stance_entrapped`·entrapment − `stance_wedge`·separate·(a separate deal is offered)
  enforcement   log-weight e·level/2 − `enforce_habit`·|level/2 − enforcement so far|, with e = `enforce`
                + `enforce_trust`·(cohesion − ½) + `enforce_provoked`·seen + `enforce_terms`·(terms in force)
                − `enforce_separate`·separate
  broadcasts    log-odds `broadcast` − `broadcast_engagement`·(engagement − ½) + `broadcast_provoked`·seen
                + `broadcast_talks`·talks + `broadcast_habit`·(broadcasts of late − ½)
  arms          log-odds `arm` + `arm_autonomy`·(autonomy − ½) + `arm_abandoned`·(abandonment − ½)
                + `arm_trust`·(cohesion − ½) + `arm_warheads`·log(1 + warheads/`arm_scale`) + `arm_option`·option
Toward a challenger that no longer acts as a state it holds, enforces in part and does not broadcast.

Reference: McKelvey and Palfrey (1995); Snyder (1984) on the two fears; Martin (1992) on sanctions among allies;
Monteiro and Debs (2014) and Lanoszka (2018) on allies' arms. Domain: a government in office. Limits: lines
last by habit, not by parties' programmes; instruments are chosen apart; a step toward arms is of one size.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from detente.domain.axes import Channel, Enforcement, Provocation, Rung, Stance
from detente.domain.contracts import Law
from detente.domain.distributions import NEVER, Bernoulli, Categorical
from detente.domain.private import AllyProfile
from detente.domain.quantity import Quantity, Real, real
from detente.domain.views import AllyView

SITES: dict[str, tuple[int, ...]] = dict.fromkeys(
    ("stance", "enforcement", "broadcasts", "arms"), ()
)


class Settings(NamedTuple):
    """Nothing for an analyst to choose: behaviour follows the government's leanings."""


class Memory(NamedTuple):
    """Nothing beyond what the view holds."""


class Params(NamedTuple):
    """How allies weigh, and how noisily; what sets one apart from the other is its profile."""

    steady: Annotated[Real, Quantity("log odds", -2, 6, "Pull of holding")]
    stance: Annotated[Real, Quantity("log odds", -4, 4, "Leaning to deter")]
    stance_habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of the line of late")]
    stance_engagement: Annotated[
        Real, Quantity("log odds", -2, 10, "Effect of a government that would engage, against it")
    ]
    stance_provoked: Annotated[Real, Quantity("log odds", -3, 5, "Effect of an attack")]
    stance_launches: Annotated[Real, Quantity("log odds", -2, 2, "Effect of launches, in logs")]
    stance_rung: Annotated[Real, Quantity("log odds", -5, 5, "Effect of the top of the ladder")]
    stance_talks: Annotated[
        Real, Quantity("log odds", -5, 4, "Effect of the guarantor's talks at the summit level")
    ]
    stance_terms: Annotated[Real, Quantity("log odds", -4, 4, "Effect of terms in force")]
    stance_abandoned: Annotated[Real, Quantity("log odds", -4, 4, "Effect of fear to be alone")]
    stance_entrapped: Annotated[Real, Quantity("log odds", -4, 4, "Effect of fear to be drawn in")]
    stance_wedge: Annotated[
        Real, Quantity("log odds", -2, 6, "Effect of a separate deal on who would gain by it")
    ]
    enforce: Annotated[Real, Quantity("log odds", -6, 8, "Readiness to enforce")]
    enforce_habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of the own record")]
    enforce_trust: Annotated[Real, Quantity("log odds", -4, 6, "Effect of full against no trust")]
    enforce_provoked: Annotated[Real, Quantity("log odds", -3, 5, "Effect of an attack")]
    enforce_terms: Annotated[Real, Quantity("log odds", -5, 3, "Effect of terms in force")]
    enforce_separate: Annotated[
        Real, Quantity("log odds", -2, 6, "Effect of gain from a deal of its own")
    ]
    broadcast: Annotated[Real, Quantity("log odds", -6, 6, "Readiness to broadcast")]
    broadcast_habit: Annotated[Real, Quantity("log odds", 0, 10, "Pull of what went on of late")]
    broadcast_engagement: Annotated[
        Real, Quantity("log odds", -2, 12, "Effect of a government that would engage, against it")
    ]
    broadcast_provoked: Annotated[Real, Quantity("log odds", -3, 5, "Effect of an attack")]
    broadcast_talks: Annotated[
        Real, Quantity("log odds", -6, 3, "Effect of the guarantor's talks at the summit level")
    ]
    arm: Annotated[Real, Quantity("log odds", -12, 2, "Readiness for a step toward own arms")]
    arm_autonomy: Annotated[
        Real, Quantity("log odds", -2, 8, "Effect of full against no wish for autonomy")
    ]
    arm_abandoned: Annotated[Real, Quantity("log odds", -4, 8, "Effect of fear to be alone")]
    arm_trust: Annotated[Real, Quantity("log odds", -8, 4, "Effect of full against no trust")]
    arm_warheads: Annotated[Real, Quantity("log odds", -2, 4, "Effect of the threat, in logs")]
    arm_scale: Annotated[Real, Quantity("count", 1, 500, "Warheads that count as a threat")]
    arm_option: Annotated[
        Real, Quantity("log odds", -6, 6, "Effect of being near: momentum, or contentment")
    ]


def start() -> Memory:
    """Nothing to remember yet."""
    return Memory()


def act(
    view: AllyView, private: AllyProfile, memory: Memory, settings: Settings, params: Params
) -> tuple[Law, Memory]:
    """Give the law over all instruments of one ally."""
    del settings
    rests = jnp.asarray([NEVER, 0.0, NEVER])
    seen = view.provoked.astype(jnp.float32) / Provocation.ATTACK
    talks = view.channel.astype(jnp.float32) / Channel.SUMMIT
    deter = _deterrence(view, private, params, seen, talks)
    line = jnp.arange(len(Stance), dtype=jnp.int32)
    stance = jnp.stack([-deter, params.steady, deter])
    stance = stance + params.stance_habit * real(line == view.stance)
    broadcast = (
        params.broadcast
        - params.broadcast_engagement * (private.engagement - 0.5)
        + params.broadcast_provoked * seen
        + params.broadcast_talks * talks
        + params.broadcast_habit * (real(view.broadcasts) - 0.5)
    )
    law: Law = {
        "stance": Categorical(jnp.where(view.governed, stance, rests)),
        "enforcement": Categorical(
            jnp.where(view.governed, _enforcement(view, private, params, seen), rests)
        ),
        "broadcasts": Bernoulli(jnp.where(view.governed, broadcast, NEVER)),
        "arms": Bernoulli(
            params.arm
            + params.arm_autonomy * (private.autonomy - 0.5)
            + params.arm_abandoned * (view.abandonment - 0.5)
            + params.arm_trust * (view.cohesion - 0.5)
            + params.arm_warheads * jnp.log1p(view.warheads / params.arm_scale)
            + params.arm_option * view.option
        ),
    }
    return law, memory


def _deterrence(
    view: AllyView, private: AllyProfile, params: Params, seen: Real, talks: Real
) -> Real:
    """Index of deterring over engaging."""
    return (
        params.stance
        - params.stance_engagement * (private.engagement - 0.5)
        + params.stance_provoked * seen
        + params.stance_launches * jnp.log1p(view.launches)
        + params.stance_rung * view.rung.astype(jnp.float32) / Rung.NUCLEAR_WAR
        + params.stance_talks * talks
        + params.stance_terms * real(view.in_force)
        + params.stance_abandoned * view.abandonment
        + params.stance_entrapped * view.entrapment
        - params.stance_wedge * private.separate * real(view.wedge)
    )


def _enforcement(
    view: AllyView, private: AllyProfile, params: Params, seen: Real
) -> Float[Array, " enforcement"]:
    """Log-weights of lax, partial and strict enforcement."""
    index = (
        params.enforce
        + params.enforce_trust * (view.cohesion - 0.5)
        + params.enforce_provoked * seen
        + params.enforce_terms * real(view.in_force)
        - params.enforce_separate * private.separate
    )
    level = jnp.arange(len(Enforcement), dtype=jnp.float32) / Enforcement.STRICT
    return index * level - params.enforce_habit * jnp.abs(level - view.enforcement)
