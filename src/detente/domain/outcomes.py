"""What a future leaves behind: one table of outcomes, each with unit, dtype, timing and null rule."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array

from detente.domain.axes import INTENT, Channel, EndedBy, labels
from detente.domain.private import Preferences
from detente.domain.quantity import leaves, pick, real
from detente.domain.world import World


class Timing(StrEnum):
    """How months become one number."""

    START = "before the first month"
    HORIZON = "last month"
    SUM = "sum over months"
    MEAN = "mean over months"
    PEAK = "highest month"
    ALWAYS = "held in every month"
    FIRST = "first month that is not zero"


class Outcome(NamedTuple):
    """One column of the results.

    `measure` reads one world; `timing` makes months into one value. A label's value indexes `labels`. Where
    `only_if` names a flag, the value is null in futures in which that flag is false. `track` keeps the monthly
    path where paths are asked for.
    """

    name: str
    unit: str
    dtype: str
    timing: Timing
    meaning: str
    measure: Callable[[World], Array]
    only_if: str | None = None
    labels: tuple[str, ...] = ()
    track: bool = False

    @property
    def null_rule(self) -> str:
        """When the value is missing, in words."""
        return f"null unless {self.only_if}" if self.only_if else "never null"


def _broken(world: World) -> Array:
    """Code of whoever ended an agreement before its time; expiry does not count."""
    ended = world.diplomacy.slots.ended_by
    return jnp.max(jnp.where(ended == EndedBy.TERM, 0, ended))


def _clean(world: World) -> Array:
    """No agreement signed so far has been breached in hiding, broken or reversed."""
    return ~jnp.any(world.diplomacy.slots.breached) & (_broken(world) == EndedBy.NOBODY)


def _verified_freeze(world: World) -> Array:
    """Production is bound and inspected somewhere, and nothing goes on in hiding."""
    slots, terms = world.diplomacy.slots, world.diplomacy.slots.terms
    bound = (terms.declared > 0) | (terms.everything > 0)
    return jnp.any(slots.in_force & bound & (terms.detection > 0)) & ~world.diplomacy.covert


def _undelivered(world: World) -> Array:
    """Relief that was due this month and did not flow."""
    return jnp.maximum(world.diplomacy.relief_due - world.diplomacy.relief_paid, 0.0)


OUTCOMES: tuple[Outcome, ...] = (
    Outcome(
        "warheads",
        "count",
        "float32",
        Timing.HORIZON,
        "Assembled warheads",
        lambda w: w.arsenal.warheads,
        track=True,
    ),
    Outcome(
        "fissile_kg",
        "kg",
        "float32",
        Timing.HORIZON,
        "Separated plutonium and highly enriched uranium, weapons included",
        lambda w: w.arsenal.plutonium + w.arsenal.heu,
        track=True,
    ),
    Outcome(
        "icbm_readiness",
        "index 0-1",
        "float32",
        Timing.HORIZON,
        "Readiness of intercontinental missiles",
        lambda w: w.arsenal.readiness[2],
        track=True,
    ),
    Outcome(
        "verified_freeze_months",
        "month",
        "float32",
        Timing.SUM,
        "Months in which production is bound, inspected, and not hidden",
        _verified_freeze,
        track=True,
    ),
    Outcome(
        "agreement_signed",
        "flag",
        "bool",
        Timing.PEAK,
        "An agreement was signed",
        lambda w: jnp.any(w.diplomacy.slots.signed),
    ),
    Outcome(
        "agreement_kept",
        "flag",
        "bool",
        Timing.ALWAYS,
        "Nothing signed was cheated on, broken or reversed before its term or the horizon",
        _clean,
        only_if="agreement_signed",
    ),
    Outcome(
        "broken_by",
        "label",
        "int32",
        Timing.FIRST,
        "Who first ended an agreement before its time",
        _broken,
        only_if="agreement_signed",
        labels=labels(EndedBy)[: EndedBy.TERM],
    ),
    Outcome(
        "relief_musd",
        "USD m",
        "float32",
        Timing.SUM,
        "Relief delivered",
        lambda w: w.diplomacy.relief_paid,
    ),
    Outcome(
        "relief_during_breach_musd",
        "USD m",
        "float32",
        Timing.SUM,
        "Relief delivered while production was hidden against terms",
        lambda w: w.diplomacy.relief_paid * real(w.diplomacy.covert),
    ),
    Outcome(
        "relief_undelivered_musd",
        "USD m",
        "float32",
        Timing.SUM,
        "Relief that fell due and was not delivered",
        _undelivered,
    ),
    Outcome(
        "launches",
        "count",
        "int32",
        Timing.SUM,
        "Missiles and satellites launched",
        lambda w: jnp.sum(w.testing.launches, dtype=jnp.int32),
    ),
    Outcome(
        "nuclear_tests",
        "count",
        "int32",
        Timing.SUM,
        "Nuclear tests",
        lambda w: w.testing.nuclear_tests,
    ),
    Outcome(
        "summits",
        "count",
        "int32",
        Timing.SUM,
        "Months in which leaders met",
        lambda w: (w.diplomacy.channel == Channel.SUMMIT).astype(jnp.int32),
    ),
    Outcome(
        "talk_months",
        "month",
        "float32",
        Timing.SUM,
        "Months of working talks or more",
        lambda w: w.diplomacy.channel >= Channel.WORKING,
        track=True,
    ),
    Outcome(
        "belief_error",
        "probability",
        "float32",
        Timing.MEAN,
        "Belief that the guarantor does not give to the challenger's true region",
        lambda w: 1 - pick(w.beliefs.intent, w.offices.intent),
        track=True,
    ),
    Outcome(
        "intent",
        "label",
        "int32",
        Timing.START,
        "Region of the challenger's preferences; for analysis only: nobody in the model sees it",
        lambda w: w.offices.intent,
        labels=INTENT.labels,
    ),
    *(
        Outcome(
            f"private_{leaf.name}",
            leaf.quantity.unit,
            "float32",
            Timing.START,
            f"{leaf.quantity.meaning}; for analysis only",
            lambda w, name=leaf.name: getattr(w.offices.challenger, name),
        )
        for leaf in leaves(Preferences)
    ),
)
"""Every outcome that this version computes, in the order of the columns."""
