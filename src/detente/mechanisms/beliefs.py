"""What each side comes to think of the other.

Claim: conduct reveals intentions as far as those who want different things would act differently. Cheap
talk, which all would utter alike, moves little; costly acts, inspections and broken terms move much.

Equations: the guarantor filters region k and hidden conduct s (clean, cheating) together. With b_k and c_k
what was held, ℓ_ks the log-probability of the public move and π_ks the chance of cheating that the
challenger's own law gives for k and s,
  j_ks   ∝ b_k · (c_k or 1 − c_k) · exp(`attention`·ℓ_ks),
  j'_ks' = Σ_s j_ks · (π_ks or 1 − π_ks) · P(alarm | s'),
and then b' is mixed with the prior by `renewal` (preferences drift) or `succession` (in the month of a new
leader). Misperception is more than noise: the prior it returns to is tilted by exp(`suspicion`·distance of
region k from the first). The challenger counts promises kept and failed with `memory`; a new office-holder
leaves the share `carried` of the counts: the state's record and the person's, partly pooled. The worth of
ties follows relief against revenue from elsewhere.

The guarantor's belief about the elite's loyalty is a filter of one number with mean m and standard deviation d: d²
grows by `loyalty_drift`² a month; what reports say, less `exits`·log((1 + arrivals)/(1 + `usual_exits`)) for people
who leave, moves m by `trust_reports`·d²/(d² + `report_error`²) of the difference, and d² shrinks likewise.

Reference: Kydd (2005); Crawford and Sobel (1982); Jervis (1976). Domain: four regions, evaluated at their
middle. Limits: the law is known but for the region, so what beliefs learn is an upper bound on learning; third parties
share the guarantor's estimates.
"""

from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp

from detente.domain.actions import Actions
from detente.domain.agreements import strongest
from detente.domain.axes import INTENT, Conduct
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.quantity import Quantity, Real, bounded
from detente.domain.world import Beliefs, PerIntent, World

READS = ("offices", "observation", "economy", "diplomacy", "beliefs")
SITES: dict[str, tuple[int, ...]] = {}


class Params(NamedTuple):
    """How evidence is weighed and forgotten."""

    attention: Annotated[Real, Quantity("1", 0, 1, "Weight of conduct as evidence; 1 is Bayes")]
    suspicion: Annotated[
        Real, Quantity("log odds", -2, 2, "Tilt of the prior from the first region to the last")
    ]
    renewal: Annotated[Real, Quantity("1/month", 0, 0.5, "Return to the prior each month")]
    succession: Annotated[Real, Quantity("share", 0, 1, "Return to the prior at a succession")]
    memory: Annotated[Real, Quantity("1/month", 0.5, 1, "What is left of old counts after a month")]
    reversal: Annotated[
        Real, Quantity("count", 0, 100, "Failed promises that a reversal counts for")
    ]
    carried: Annotated[Real, Quantity("share", 0, 1, "Counts that outlive an office-holder")]
    ties_speed: Annotated[
        Real, Quantity("1/month", 0, 1, "Speed at which the worth of ties follows")
    ]
    loyalty_drift: Annotated[
        Real, Quantity("index", 0, 0.3, "How far loyalty is thought to move in a month")
    ]
    report_error: Annotated[Real, Quantity("index", 0.01, 1, "Error that is laid to reports")]
    trust_reports: Annotated[Real, Quantity("share", 0, 1, "Weight of reports; 1 is Bayes")]
    exits: Annotated[Real, Quantity("index", -0.3, 0.3, "Disloyalty that arrivals are taken for")]
    usual_exits: Annotated[Real, Quantity("person/month", 0, 500, "Arrivals that count as usual")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Nothing here is left to chance."""
    del world, actions, params, frame
    return {}


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Beliefs:
    """Update both sides' beliefs on the month's conduct."""
    del draws
    intent, covert = _filter(world, actions, params, frame)
    loyalty, doubt = _loyalty(world, params)
    return bounded(
        _reckon(world, params)._replace(intent=intent, covert=covert, loyalty=loyalty, doubt=doubt)
    )


def _filter(
    world: World, actions: Actions, params: Params, frame: Frame
) -> tuple[PerIntent, PerIntent]:
    """One step of the guarantor's filter over region and hidden conduct."""
    b, evidence = world.beliefs, actions.evidence
    held = b.intent[:, None] * jnp.stack([1 - b.covert, b.covert], axis=1)
    weight = jnp.log(held + 1e-12) + params.attention * evidence.public
    joint = jax.nn.softmax(weight.ravel()).reshape(weight.shape)
    cheats = jnp.sum(joint * evidence.cheat, axis=1)
    clean = jnp.sum(joint * (1 - evidence.cheat), axis=1)

    slots = world.diplomacy.slots
    inspected = slots.age > 0  # what was signed this month has not been inspected yet
    held_to = slots.in_force & inspected & (actions.challenger.conduct != Conduct.BREAK)
    alarm = world.diplomacy.alarm

    def chance(rate: Real) -> Real:
        rate = jnp.clip(rate, 1e-7, 1 - 1e-7)  # as the alarm's own law: no news is impossible
        return jnp.where(jnp.any(held_to), jnp.where(alarm, rate, 1 - rate), 1.0)

    cheats = cheats * chance(strongest(slots.terms.detection, held_to))
    clean = clean * chance(strongest(slots.terms.false_alarm, held_to))
    total = jnp.maximum(jnp.sum(cheats + clean), 1e-12)
    posterior = (cheats + clean) / total

    distance = jnp.arange(INTENT.size, dtype=jnp.float32) / (INTENT.size - 1)
    prior = jax.nn.softmax(jnp.log(frame.regions.weight + 1e-12) + params.suspicion * distance)
    back = jnp.where(world.offices.leader_new, params.succession, params.renewal)
    return (1 - back) * posterior + back * prior, cheats / jnp.maximum(cheats + clean, 1e-12)


def _loyalty(world: World, params: Params) -> tuple[Real, Real]:
    """Take the month's reports and arrivals into the belief about the elite: mean and standard deviation."""
    b, seen = world.beliefs, world.observation
    variance = b.doubt**2 + params.loyalty_drift**2
    weight = params.trust_reports * variance / (variance + params.report_error**2)
    leaving = jnp.log1p(seen.arrivals) - jnp.log1p(params.usual_exits)
    signal = seen.report - params.exits * leaving
    return b.loyalty + weight * (signal - b.loyalty), jnp.sqrt(variance * (1 - weight))


def _reckon(world: World, params: Params) -> Beliefs:
    """The challenger's ledger of promises, and what ties have been worth."""
    b, d = world.beliefs, world.diplomacy
    delivered = d.relief_paid / jnp.maximum(d.relief_due, 1e-6)
    promised = d.relief_due > 0
    fade = params.memory * jnp.where(world.offices.tenure == 0, params.carried, 1.0)
    kept = fade * b.kept + jnp.where(promised, delivered, 0.0)
    failed = fade * b.failed + jnp.where(promised, 1 - delivered, 0.0)
    share = d.relief_paid / (d.relief_paid + world.economy.revenue + 1e-6)
    return b._replace(
        kept=kept,
        failed=failed + jnp.where(d.reversed, params.reversal, 0.0),
        ties=b.ties + params.ties_speed * (share - b.ties),
    )
