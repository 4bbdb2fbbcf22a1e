"""What is forbidden, who carries it out, and what of it bites.

Claim: a level on paper bites only as far as others carry it out and nobody finds a way round. Resolutions follow
tests and fall to vetoes; enforcement is a choice of each state; smuggling learns, with a lag.

Equations and rules:
  draft      tabled with chance 1 − e^(−c), c = (`draft_nuclear`·[nuclear test this month] + `draft_long`·[launch of an
             intercontinental or a satellite class last month])·e^(`draft_push`·p), where p = −1, 0, 1 is the
             guarantor's pressure; voted on a month later, and passed unless a patron vetoes or the guarantor eases.
  levels     a resolution closes the share `resolution` of what was still open; the multilateral level M loses the
             share `lapse` a month only while pressure eases and terms are in force. The guarantor's own level U gains
             the share `measures` of what was open when pressure tightens, and loses the share `waivers` when it eases.
  conduct    each state's enforcement e moves toward 0, ½ or 1, whatever it chose, at `ally_speed` or `patron_speed`.
  exemptions gain the share `exempting` where the guarantor offers aid, lose `refusing` where it tightens pressure.
  panel      ends with chance 1 − e^(−`panel_end`·backing/12): a patron withholds the mandate; a resolution that passes
             sets it up again with chance `panel_new`.
  bite       raw = (1 − (1 − M)(1 − `own`·U))·reach; reach is the mean of e weighted by `patron_weight` and
             `ally_weight`; fear of secondary sanctions closes the share `secondary`·U of the rest, the panel `watch`.
  evasion    a += `learning`·(`evasion`·raw − a); what bites is raw·(1 − a).

Reference: Drezner (1999) on expected conflict; Martin (1992) and Drezner (2000) on coalitions; Early (2015) on
sanctions busters; Olson (1965) on each member's incentive to leave the work to others. Domain: standing sanctions of
many states, a council in which each patron has a veto. Limits: one scale for all goods; no lists of persons and ships;
why members enforce or defect lives in their policies.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
import numpy as np

from detente.domain.actions import Actions
from detente.domain.axes import MISSILE_CLASS, PATRON, Enforcement, Pressure
from detente.domain.contracts import Draws, Frame, Law
from detente.domain.distributions import Bernoulli
from detente.domain.quantity import Quantity, Real, bounded, real
from detente.domain.world import PerPatron, Sanctions, World

READS = ("sanctions", "testing", "alignment", "diplomacy")
SITES = {"tabled": (), "panel_ends": (), "panel_returns": ()}

LONG = np.array([name in ("intercontinental", "satellite") for name in MISSILE_CLASS.labels])
"""Classes whose launches have brought drafts. [missile_class]"""


class Params(NamedTuple):
    """How resolutions come about, how they are carried out, and how they are evaded."""

    draft_nuclear: Annotated[Real, Quantity("1", 0, 10, "Drafts expected after a nuclear test")]
    draft_long: Annotated[Real, Quantity("1", 0, 10, "Drafts expected after long-range launches")]
    draft_push: Annotated[Real, Quantity("log ratio", -2, 3, "Effect of a step of pressure on it")]
    resolution: Annotated[
        Real, Quantity("share", 0, 1, "Trade still open that a resolution closes on paper")
    ]
    lapse: Annotated[
        Real, Quantity("1/month", 0, 1, "Lapse of the multilateral level as pressure eases")
    ]
    measures: Annotated[Real, Quantity("1/month", 0, 1, "Own measures added as pressure tightens")]
    waivers: Annotated[Real, Quantity("1/month", 0, 1, "Own measures waived as pressure eases")]
    ally_speed: Annotated[
        Real, Quantity("1/month", 0, 1, "Speed at which allies' conduct follows their decision")
    ]
    patron_speed: Annotated[
        Real, Quantity("1/month", 0, 1, "Speed at which patrons' conduct follows their decision")
    ]
    exempting: Annotated[Real, Quantity("1/month", 0, 1, "Exemptions eased as aid is offered")]
    refusing: Annotated[Real, Quantity("1/month", 0, 1, "Exemptions lost as pressure tightens")]
    panel_end: Annotated[Real, Quantity("1/yr", 0, 12, "Rate of the panel's end at full backing")]
    panel_new: Annotated[
        Real, Quantity("probability", 0, 1, "A resolution sets the panel up again")
    ]
    own: Annotated[Real, Quantity("share", 0, 1, "Reach of the guarantor's own measures, alone")]
    patron_weight: Annotated[
        PerPatron, Quantity("ratio", 0.01, 10, "Weight of a patron's enforcement", (PATRON,))
    ]
    ally_weight: Annotated[Real, Quantity("ratio", 0.01, 10, "Weight of the allies' enforcement")]
    secondary: Annotated[Real, Quantity("share", -0.5, 1, "Gaps closed by secondary sanctions")]
    watch: Annotated[Real, Quantity("share", -0.5, 1, "Gaps closed by the panel's reports")]
    evasion: Annotated[Real, Quantity("share", 0, 1, "Full bite that is evaded in the long run")]
    learning: Annotated[Real, Quantity("1/month", 0, 1, "Speed at which smuggling learns")]


def law(world: World, actions: Actions, params: Params, frame: Frame) -> Law:
    """Chances of a draft, of the panel's end, and of its return should a resolution pass."""
    launched = jnp.any((world.testing.launches > 0) & LONG)
    cause = params.draft_nuclear * real(actions.challenger.nuclear_test) + params.draft_long * real(
        launched
    )
    pressure = actions.guarantor.pressure.astype(jnp.float32) - 1
    withheld = params.panel_end * world.alignment.backing / 12
    return {
        "tabled": Bernoulli.of(-jnp.expm1(-cause * jnp.exp(params.draft_push * pressure))),
        "panel_ends": Bernoulli.of(-jnp.expm1(-withheld)),
        "panel_returns": Bernoulli.of(params.panel_new),
    }


def step(draws: Draws, world: World, actions: Actions, params: Params, frame: Frame) -> Sanctions:
    """Vote, tighten or ease, carry out, watch; and let smuggling learn."""
    s, ours = world.sanctions, actions.guarantor
    tightens, eases = real(ours.pressure == Pressure.TIGHTEN), real(ours.pressure == Pressure.EASE)
    willing = actions.guarantor.pressure != Pressure.EASE
    passed = s.tabled & willing & ~jnp.any(actions.patrons.veto)
    lapses = params.lapse * eases * real(jnp.any(world.diplomacy.slots.in_force))
    allies = actions.allies.enforcement.astype(jnp.float32) / Enforcement.STRICT
    patrons = actions.patrons.enforcement.astype(jnp.float32) / Enforcement.STRICT
    s = s._replace(
        multilateral=_add(s.multilateral, params.resolution * real(passed)) * (1 - lapses),
        unilateral=_add(s.unilateral, params.measures * tightens) * (1 - params.waivers * eases),
        allies=s.allies + params.ally_speed * (allies - s.allies),
        patrons=s.patrons + params.patron_speed * (patrons - s.patrons),
        exemptions=_add(s.exemptions, params.exempting * real(ours.aid))
        * (1 - params.refusing * tightens),
        tabled=draws["tabled"],
        panel=(s.panel & ~draws["panel_ends"]) | (passed & draws["panel_returns"]),
    )
    raw = _raw(s, params)
    adaptation = s.adaptation + params.learning * (params.evasion * raw - s.adaptation)
    return bounded(s._replace(adaptation=adaptation, effective=raw * (1 - adaptation)))


def _add(level: Real, share: Real) -> Real:
    """Close a share of what is still open."""
    return level + share * (1 - level)


def _raw(s: Sanctions, params: Params) -> Real:
    """Bite before evasion: what is forbidden, as far as anybody carries it out."""
    weights = jnp.sum(params.patron_weight) + params.ally_weight
    enforced = jnp.sum(params.patron_weight * s.patrons) + params.ally_weight * jnp.mean(s.allies)
    reach = _add(enforced / weights, params.secondary * s.unilateral)
    reach = _add(reach, params.watch * real(s.panel))
    return _add(s.multilateral, params.own * s.unilateral) * jnp.maximum(reach, 0.0)
