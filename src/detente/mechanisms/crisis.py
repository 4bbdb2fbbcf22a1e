"""How near war is: a ladder climbed and descended one rung a month, and whom it kills.

Claim: crises climb on provocations, shows of force, misreading and accidents, and settle by talk, restraint and
the dread of loss; nuclear arms may make the lower rungs safer to climb, the upper ones dearer, or neither.

Equations: in a month it goes down, stays or goes up with weights e^(`settle`[rung] + cool), 1 and
e^(`rise`[rung] + heat − cool). N = warheads/(warheads + `enough`) − ½, height = rung/3 up to a clash, hot from
mobilisation on, low below it:
  heat = `harassed` or `attacked` + `demand`·demanded + `aimed`·(either aimed at the guarantor)
         + `posture`·(posture − 1) + `affront`·(affront − `usual_affront`)
         + `misread`·(|belief about loyalty − loyalty| − `usual_misread`)
         + `preemption`·(preemption − `usual_preemption`·height)
         + `nuclear_low`·N where low + `nuclear_high`·N where hot
         + `cohesion`·(cohesion − ½) + `backing`·(backing − ½) + `intervention`·(share of patrons that ready forces)
  cool = `channel`·level/3 + `rapport`·rapport + `track`·track/3 + `restraint`·Σ leverage·restraint
         + 2·`dread`·height·(`usual_humiliation` − humiliation): who has little left to lose gambles
  Rates of climbing come from a record that holds usual affront, misreading and dread: effects are deviations from them.
  Exercises and shows of force anger through affront; what is left to posture here is that it deters, or does not.
  accident     log-odds `accident` + `accident_delegation`·delegation, above calm: a rung up, whatever else.
  compliance   log-odds `comply` + `comply_nuclear`·N + `comply_shown` where hot + `comply_engaged` of an ally that
               engages, once there is a demand; it buys a climb off.
  preemption   moves toward 1 − e^(−x), x = height·(1 − `balance`)·(`preempt` + `preempt_ready`·(readiness of
               short and medium range − ½) + `preempt_posture`·high posture)⁺.
  delegation   moves toward σ(`delegation` + `delegation_rung`·height + `delegation_disloyal`·(1 − loyalty)).
  war          does not end; nuclear use follows in its first `nuclear_window` months with log-odds `nuclear_use`
               + `nuclear_delegation`·delegation a month, where there is a warhead.
  the killed   lognormal by mode (an attack; entering a clash, war, nuclear war), the injured in a ratio to them.

Reference: Kahn (1965) on the ladder; Schelling (1966); Snyder (1965), Jervis (1984) and Powell (2015) on stability
and instability; Sechser and Fuhrmann (2013, 2017) against Kroenig (2013) on compellence; Kahneman and Tversky
(1979) and Levy (1996) on losses; Blair (1993) and Sagan (1993) on delegation and accidents; Barnett et al. (RAND
2020) and Zagurek (38 North 2017) on tolls. Domain: months; from limited attacks up to general war. Limits: a war's
whole toll falls on its first month; one ladder for all pairs; one rung a month, so that a bolt from the blue
takes several.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jax.scipy.special import expit
from jaxtyping import Array, Float

from detente.domain.actions import Actions
from detente.domain.axes import (
    ALLY,
    MISSILE_CLASS,
    Channel,
    Posture,
    Provocation,
    Rung,
    Stance,
    Target,
)
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import NEVER, Bernoulli, Categorical, Normal
from detente.domain.quantity import Axis, Count, Quantity, Real, bounded, pick, real
from detente.domain.world import Crisis, World

READS = ("arsenal", "loyalty", "alignment", "diplomacy", "crisis", "beliefs")

CLIMBED = Axis("climbed", ("calm", "tension", "mobilisation", "clash"))
"""The rungs that a climb can start from."""

SETTLED = Axis("settled", ("tension", "mobilisation", "clash"))
"""The rungs that can settle."""

MODE = Axis("mode", ("attack", "clash", "war", "nuclear"))
"""In which ways a crisis kills."""

SITES = {"turn": (), "accident": (), "complied": (), "nuclear": (), "killed": (MODE.size,)}

PerMode = Float[Array, " mode"]

DOWN, _, UP = range(3)

THEATRE = (MISSILE_CLASS.labels.index("short"), MISSILE_CLASS.labels.index("medium"))

_LOG_MOST = 17.0
"""No draw kills more than e to this, some twenty-four million."""


class Params(NamedTuple):
    """What moves a crisis, and what it costs."""

    rise: Annotated[
        Float[Array, " climbed"],
        Quantity("log odds", -12, 2, "Climbing from each rung", (CLIMBED,)),
    ]
    settle: Annotated[
        Float[Array, " settled"],
        Quantity("log odds", -8, 4, "Settling from each rung", (SETTLED,)),
    ]
    harassed: Annotated[Real, Quantity("log odds", -2, 6, "Effect of harassment")]
    attacked: Annotated[Real, Quantity("log odds", -2, 10, "Effect of an attack")]
    aimed: Annotated[
        Real, Quantity("log odds", -3, 3, "Effect of aiming either or a demand at the guarantor")
    ]
    demand: Annotated[Real, Quantity("log odds", -2, 4, "Effect of a demand under threat")]
    posture: Annotated[
        Real, Quantity("log odds", -3, 3, "Effect of a high posture, but for the affront it gives")
    ]
    affront: Annotated[Real, Quantity("log odds", -3, 4, "Effect of pressure and shows of force")]
    misread: Annotated[
        Real, Quantity("log odds", -4, 6, "Effect of the error about the challenger's cohesion")
    ]
    preemption: Annotated[Real, Quantity("log odds", -2, 6, "Effect of pressure to strike first")]
    enough: Annotated[
        Real, Quantity("count", 1, 500, "Warheads that give half of what an arsenal can")
    ]
    nuclear_low: Annotated[Real, Quantity("log odds", -4, 4, "Effect of a full arsenal, low rungs")]
    nuclear_high: Annotated[
        Real, Quantity("log odds", -4, 4, "Effect of a full arsenal, high rungs")
    ]
    balance: Annotated[
        Real, Quantity("index", -1, 1, "Challenger's conventional strength over the others'")
    ]
    cohesion: Annotated[Real, Quantity("log odds", -4, 4, "Effect of full against no trust")]
    backing: Annotated[Real, Quantity("log odds", -4, 4, "Effect of full against no backing")]
    intervention: Annotated[
        Real, Quantity("log odds", -3, 4, "Effect of forces that all patrons ready")
    ]
    channel: Annotated[Real, Quantity("log odds", -2, 5, "Cooling by talks at the summit level")]
    rapport: Annotated[Real, Quantity("log odds", -3, 4, "Cooling by full warmth")]
    track: Annotated[
        Real, Quantity("log odds", -3, 4, "Cooling by the allies' own talks at the summit level")
    ]
    restraint: Annotated[
        Real, Quantity("log odds", -2, 5, "Cooling by patrons that urge it, at full leverage")
    ]
    dread: Annotated[Real, Quantity("log odds", -3, 4, "Cooling by dread of loss, at a clash")]
    usual_affront: Annotated[Real, Quantity("index", 0, 1, "Affront that rates of climbing hold")]
    usual_misread: Annotated[Real, Quantity("index", 0, 1, "Misreading that they hold")]
    usual_preemption: Annotated[
        Real, Quantity("index", 0, 1, "Pressure to strike first that they hold, at a clash")
    ]
    usual_humiliation: Annotated[Real, Quantity("index", 0, 1, "Humiliation that they hold")]
    accident: Annotated[Real, Quantity("log odds", -14, 0, "An accident that counts, above calm")]
    accident_delegation: Annotated[
        Real, Quantity("log odds", -2, 8, "Effect of full delegation on accidents")
    ]
    comply: Annotated[Real, Quantity("log odds", -6, 3, "Compliance with a demand")]
    comply_nuclear: Annotated[Real, Quantity("log odds", -4, 4, "Effect of a full arsenal on it")]
    comply_shown: Annotated[
        Real, Quantity("log odds", -2, 4, "Effect of resolve shown by mobilisation on it")
    ]
    comply_engaged: Annotated[
        Real, Quantity("log odds", -2, 5, "Effect of an ally's engaging, if it is aimed at allies")
    ]
    preempt: Annotated[Real, Quantity("1", 0, 5, "Preemptive pressure of a clash between equals")]
    preempt_ready: Annotated[
        Real, Quantity("1", -3, 3, "Effect of full against no readiness on it")
    ]
    preempt_posture: Annotated[Real, Quantity("1", -3, 3, "Effect of a high posture on it")]
    delegation: Annotated[Real, Quantity("log odds", -8, 4, "Delegation in calm")]
    delegation_rung: Annotated[Real, Quantity("log odds", -2, 8, "Effect of a clash on it")]
    delegation_disloyal: Annotated[
        Real, Quantity("log odds", -6, 6, "Effect of full disloyalty of the elite on it")
    ]
    alert: Annotated[Real, Quantity("1/month", 0, 1, "Speed of preemption and delegation")]
    nuclear_use: Annotated[
        Real, Quantity("log odds", -10, 3, "Nuclear use in each of the first months of war")
    ]
    nuclear_delegation: Annotated[
        Real, Quantity("log odds", -3, 6, "Effect of full delegation on it")
    ]
    nuclear_window: Annotated[Real, Quantity("month", 0, 24, "Months of war in which it is open")]
    killed: Annotated[PerMode, Quantity("person", 1e-2, 2e7, "Median killed, by mode", (MODE,))]
    killed_spread: Annotated[
        PerMode, Quantity("log ratio", 1e-2, 3, "Spread of the killed, by mode", (MODE,))
    ]
    injured: Annotated[PerMode, Quantity("ratio", 0, 20, "Injured for each killed", (MODE,))]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Chances to climb and to settle, of accident, compliance and nuclear use, and the toll of each mode."""
    c, theirs = world.crisis, actions.challenger
    ladder = c.rung < Rung.WAR
    warheads = world.arsenal.warheads
    strength = warheads / (warheads + params.enough) - 0.5
    heat, cool = _heat(world, actions, params, strength), _cool(world, actions, params)
    up = pick(params.rise, c.rung) + heat - cool
    down = pick(params.settle, c.rung - Rung.TENSION) + cool
    down = jnp.where(c.rung > Rung.CALM, down, NEVER)
    turn = jnp.where(ladder, jnp.stack([down, jnp.zeros(()), up]), jnp.asarray([NEVER, 0.0, NEVER]))
    fresh = (c.rung == Rung.WAR) & (c.months < params.nuclear_window) & (warheads >= 1)
    use = params.nuclear_use + params.nuclear_delegation * c.delegation
    accident = params.accident + params.accident_delegation * c.delegation
    engaged = (theirs.target == Target.ALLIES) & jnp.any(actions.allies.stance == Stance.ENGAGE)
    comply = (
        params.comply
        + params.comply_nuclear * strength
        + params.comply_shown * real(c.rung >= Rung.MOBILISATION)
        + params.comply_engaged * real(engaged)
    )
    return {
        "turn": Categorical(turn),
        "accident": Bernoulli(jnp.where(ladder & (c.rung > Rung.CALM), accident, NEVER)),
        "complied": Bernoulli(jnp.where(theirs.demand, comply, NEVER)),
        "nuclear": Bernoulli(jnp.where(fresh, use, NEVER)),
        "killed": Normal(jnp.log(params.killed), params.killed_spread),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Crisis:
    """Climb, settle or stay; count the killed; see who readies to strike first and who may fire."""
    del frame
    c, theirs = world.crisis, actions.challenger
    complied = draws["complied"] & theirs.demand
    climbs = draws["accident"] | ((draws["turn"] == UP) & ~complied) | draws["nuclear"]
    settles = (draws["turn"] == DOWN) & ~climbs
    rung = c.rung + jnp.where(climbs, 1, 0) - jnp.where(settles, 1, 0)

    attack = theirs.provocation == Provocation.ATTACK
    entered = climbs & (rung == jnp.asarray([Rung.CLASH, Rung.WAR, Rung.NUCLEAR_WAR]))
    modes = jnp.concatenate([attack[None], entered])
    killed = jnp.where(modes, jnp.exp(jnp.minimum(draws["killed"], _LOG_MOST)), 0.0)

    height = _height(rung)
    ready = 0.5 * (world.arsenal.readiness[THEATRE[0]] + world.arsenal.readiness[THEATRE[1]])
    high = real(actions.guarantor.posture == Posture.HIGH)
    pressed = params.preempt + params.preempt_ready * (ready - 0.5) + params.preempt_posture * high
    strike = -jnp.expm1(-height * (1 - params.balance) * jnp.maximum(pressed, 0.0))
    entrusted = expit(
        params.delegation
        + params.delegation_rung * height
        + params.delegation_disloyal * (1 - world.loyalty.elite)
    )
    return bounded(
        Crisis(
            rung=rung,
            months=jnp.where(climbs | settles, 0.0, c.months + 1),
            preemption=c.preemption + params.alert * (strike - c.preemption),
            delegation=c.delegation + params.alert * (entrusted - c.delegation),
            provoked=theirs.provocation,
            demanded=theirs.demand,
            complied=complied,
            deaths=jnp.sum(killed),
            injured=jnp.sum(killed * params.injured),
        )
    )


def _heat(world: World, actions: Actions, params: Params, strength: Real) -> Real:
    """What drives a crisis up, in log-odds."""
    c, a, ours, theirs = world.crisis, world.alignment, actions.guarantor, actions.challenger
    provoked = jnp.stack([jnp.zeros(()), params.harassed, params.attacked])
    acted = (theirs.provocation > Provocation.NONE) | theirs.demand
    error = jnp.abs(world.beliefs.loyalty - world.loyalty.elite)
    nuclear = jnp.where(c.rung >= Rung.MOBILISATION, params.nuclear_high, params.nuclear_low)
    trust = (jnp.sum(a.cohesion) + a.between) / (ALLY.size + 1)
    return (
        pick(provoked, theirs.provocation)
        + params.demand * real(theirs.demand)
        + params.aimed * real(acted & (theirs.target == Target.GUARANTOR))
        + params.posture * (ours.posture.astype(jnp.float32) - 1)
        + params.affront * (world.diplomacy.affront - params.usual_affront)
        + params.misread * (error - params.usual_misread)
        + params.preemption * (c.preemption - params.usual_preemption * _height(c.rung))
        + nuclear * strength
        + params.cohesion * (trust - 0.5)
        + params.backing * (a.backing - 0.5)
        + params.intervention * jnp.mean(real(actions.patrons.intervention))
    )


def _cool(world: World, actions: Actions, params: Params) -> Real:
    """What holds a crisis down, in log-odds."""
    d, urged = world.diplomacy, real(actions.patrons.restraint)
    return (
        params.channel * d.channel.astype(jnp.float32) / Channel.SUMMIT
        + params.rapport * d.rapport
        + params.track * d.track.astype(jnp.float32) / Channel.SUMMIT
        + params.restraint * jnp.minimum(jnp.sum(world.alignment.leverage * urged), 1.0)
        + 2 * params.dread * _height(world.crisis.rung) * (params.usual_humiliation - d.humiliation)
    )


def _height(rung: Count) -> Real:
    """How far up the ladder, one from a clash on."""
    return jnp.minimum(rung.astype(jnp.float32) / Rung.CLASH, 1.0)
