"""Every number of a pack is connected: moved from end to end of its range, it changes what happens.

One lane for each number, end and case, all under one luck, in one compiled loop. A case is a world that has been
brought to where some numbers matter at all: a deal, a war, a fallen leadership. What counts is an outcome, or how
likely all that happens is.
"""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from detente.app.wiring import POLICIES, cast
from detente.domain.axes import MISSILE_CLASS
from detente.domain.outcomes import OUTCOMES, Timing
from detente.engine.deep import FAMILIES, Priors, draw, opening, quantiles, rows
from detente.engine.lanes import lanes
from detente.engine.luck import LANES, Luck, seed_words
from detente.engine.month import Cast, Month
from detente.engine.record import Tally, begin, tally
from detente.engine.rollout import rollout
from detente.mechanisms.transition import FATE
from detente.scenarios.binding import LEFT_OUT, load_doctrine, load_pack, spelled
from detente.scenarios.schema import Form

MONTHS = 60
REPLICATES = 4
ENDS = (0.01, 0.99)
"""Quantiles between which what is uncertain is moved; a point goes from end to end of what the code declares."""

ON, COUNTER, WAR = 1.0, 1.0, 4.0
TALKING = {"challenger.engage": 4.0}
ASKED = {
    "state.diplomacy.offered": ON,
    "state.diplomacy.answer": COUNTER,
    "state.diplomacy.asked": 400.0,
}
DEAL = {
    f"state.diplomacy.slots.{key}.first": value
    for key, value in {
        "signed": ON,
        "in_force": ON,
        "ratified": ON,
        "terms.everything": ON,
        "terms.tests": ON,
        "terms.relief": 40.0,
        "terms.on_verification": 0.5,
        "terms.detection": 0.3,
        "terms.false_alarm": 0.05,
        "terms.length": 60.0,
    }.items()
}
LONG_QUIET = {f"state.testing.quiet.{name}": 200.0 for name in MISSILE_CLASS.labels}

CASES: dict[str, tuple[str, str, Mapping[str, float]]] = {
    "as drawn": ("korea-2025", "wait-and-contain", {}),
    "deal": ("korea-2025", "verified-freeze", ASKED | TALKING),
    "deal in force": ("korea-2018", "unconditional-normalisation", DEAL | LONG_QUIET),
    "summit": ("korea-2018", "summit-first", TALKING),
    "war": (
        "korea-2018",
        "tight-sanctions",
        {"state.crisis.rung": WAR, "state.crisis.months": 3.0, "crisis.nuclear_use": 0.0},
    ),
    "fall": (
        "korea-2025",
        "facility-for-relief",
        {f"transition.base.{fate}": 0.3 for fate in FATE.labels},
    ),
    "reforms": (
        "korea-2018",
        "step-by-step",
        {"transition.base.reform": ON, "transition.unsettled.reform": 3.0},
    ),
    "new blocs and patrons": (
        "korea-2018",
        "verified-freeze",
        {
            "offices.incumbent_wins": 0.0,
            "offices.bloc_holds": ON,
            "state.offices.terms": 2.0,
            "offices.patron_turnover.chn": ON,
            "offices.patron_turnover.rus": ON,
        },
    ),
    "shocks": (
        "korea-2025",
        "wait-and-contain",
        {
            "economy.epidemic": ON,
            "state.alignment.war.chn": ON,
            "state.sanctions.panel": ON,
            "offices.mortality": 0.2,
        }
        | LONG_QUIET,
    ),
    "behaviour": ("korea-2025", "behavioural", ASKED | TALKING),
    "behaviour under terms": (
        "korea-2018",
        "behavioural",
        DEAL
        | {
            "state.diplomacy.alarm": ON,
            "state.diplomacy.violated": ON,
            "state.beliefs.covert.builder": 0.9,
        },
    ),
}
"""Pack, doctrine, and what is fixed to bring a world there."""


UNREAD = {
    **dict.fromkeys(
        (
            "state.offices.tenure",
            "state.testing.quiet.short",
        ),
        "a clock",
    ),
    **dict.fromkeys(
        (
            *(f"state.crisis.{flow}" for flow in ("complied", "demanded", "deaths", "injured")),
            *(f"state.humanitarian.{flow}" for flow in ("excess", "refugees")),
            *(f"state.observation.{flow}" for flow in ("arrivals", "report")),
            *(f"state.diplomacy.{flow}" for flow in ("relief_due", "reversed")),
            "state.offices.leader_new",
        ),
        "what flows in a month, made anew before anybody reads it: outcomes read it, no start does",
    ),
}
"""Numbers that change nothing, and why."""


class Case(NamedTuple):
    """What becomes of each number's two lanes. Arrays: [number, end, replicate]."""

    log_prob: np.ndarray
    outcomes: dict[str, np.ndarray]

    @property
    def moves(self) -> np.ndarray:
        """Whether a number's two ends differ, in any replicate, in what happens or in how likely it is: [number]."""
        seen = [self.log_prob, *(self.outcomes[name] for name in RUNNING)]
        return np.any([np.any(path[:, 0] != path[:, 1], axis=1) for path in seen], axis=0)


RUNNING = [outcome.name for outcome in OUTCOMES if outcome.timing is not Timing.START]
"""Outcomes that what happens decides."""


class Levers:
    """Korea's numbers, and a loop in which each is moved."""

    def __init__(self) -> None:
        used = {pack for pack, _, _ in CASES.values()}
        self.packs = {name: load_pack(name, POLICIES) for name in used}
        form = Form(LEFT_OUT, self.packs["korea-2025"].head.roles.codes)
        self.keys = [
            ".".join([section, leaf.name, *spelled(leaf, place, form)])
            for section, leaf, place in rows(POLICIES)
        ]
        self._loops = {
            kind: jax.jit(partial(_follow, who=cast(kind))) for kind in ("doctrine", "guarantor")
        }

    @cached_property
    def moved(self) -> list[int]:
        """Rows of the numbers that the pack states."""
        stated = self.packs["korea-2025"].numbers
        return [row for row, key in enumerate(self.keys) if key in stated]

    def ends(self, priors: Priors) -> np.ndarray:
        """Both ends of every row: [row, end]."""
        uncertain = [quantiles(priors, jnp.full(len(self.keys), end)) for end in ENDS]
        point = np.asarray(priors.family == FAMILIES.index("point"))[:, None]
        declared = np.stack([priors.low, priors.high], 1)
        return np.where(point, declared, np.stack(uncertain, 1))

    def case(self, name: str) -> Case:
        """Run one case: every number at both its ends, beside the same luck."""
        pack, doctrine, fixed = CASES[name]
        chosen = load_doctrine(doctrine, POLICIES)
        settings = cast(chosen.policy).settings(guarantor=chosen.settings)
        situation, size = self.packs[pack].situation, len(self.moved)
        seed = jnp.asarray(seed_words(17))
        worlds = jnp.arange(REPLICATES, dtype=jnp.int32)
        luck = Luck(seed, worlds, jnp.zeros(REPLICATES, jnp.int32))
        base = np.array(
            lanes(lambda p, k: draw(p, k, POLICIES), (None, LANES))(situation.priors, luck)
        )
        for key, value in fixed.items():
            base[self.keys.index(key)] = value
        values = np.broadcast_to(base[:, None, None, :], (len(base), size, 2, REPLICATES)).copy()
        at = np.arange(size)
        values[self.moved, at] = self.ends(situation.priors)[self.moved][:, :, None]
        flat = jnp.asarray(values.reshape(len(base), -1))
        luck = Luck(seed, jnp.tile(worlds, 2 * size), jnp.zeros(flat.shape[1], jnp.int32))
        log_prob, kept = jax.device_get(self._loops[chosen.policy](situation, flat, settings, luck))

        def shaped(x: np.ndarray) -> np.ndarray:
            return x.reshape(size, 2, REPLICATES)

        return Case(shaped(log_prob), {k: shaped(v) for k, v in kept.values.items()})


def _follow(situation: Any, values: Any, settings: Any, luck: Luck, who: Cast) -> tuple[Any, Tally]:
    """What is compiled: outcomes, and the log-probability of all that happened."""
    state, nature = opening(situation, values, settings, luck, who)

    def hook(kept: tuple[Any, Tally], month: Month) -> tuple[tuple[Any, Tally], None]:
        return (kept[0] + month.log_prob, tally(kept[1], month)[0]), None

    _, kept, _ = rollout(
        state,
        luck,
        situation.start + jnp.arange(MONTHS, dtype=jnp.int32),
        lambda _: nature,
        who.policies,
        given={},
        hook=hook,
        kept=(jnp.zeros_like(luck.world, jnp.float32), begin(state.world)),
    )
    return kept


def test_every_number_is_connected():
    levers = Levers()
    still = np.ones(len(levers.moved), bool)
    for name in CASES:
        still &= ~levers.case(name).moves
    unread = {
        levers.keys[row] for row, is_still in zip(levers.moved, still, strict=True) if is_still
    }
    assert unread == set(UNREAD)
