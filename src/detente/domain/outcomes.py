"""What a future leaves behind: one table of outcomes, each with unit, dtype, timing and null rule."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array

from detente.domain.axes import (
    INTENT,
    PATRON,
    Channel,
    EndedBy,
    Provocation,
    Regime,
    Rung,
    labels,
)
from detente.domain.private import Preferences
from detente.domain.quantity import Real, leaves, pick, real
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


def _mass_loyalty(world: World) -> Array:
    """Share of the strata, counted alike, that is content in private."""
    return 1 - jnp.mean(world.loyalty.discontent)


def _loyalty_error(world: World) -> Array:
    """How far the guarantor's belief about the elite's loyalty lies from the truth."""
    return jnp.abs(world.beliefs.loyalty - world.loyalty.elite)


def _cohesion(world: World) -> Array:
    """Trust between guarantor and allies and among the allies, pair by pair, on average."""
    a = world.alignment
    return (jnp.sum(a.cohesion) + a.between) / (a.cohesion.shape[0] + 1)


def _gap(world: World) -> Array:
    """Masses' expectations over output, both against the usual."""
    return world.information.expectations[0] - world.economy.output / 100


def _count(flag: Array) -> Array:
    return flag.astype(jnp.int32)


def _outcome(
    name: str,
    unit: str,
    timing: Timing,
    meaning: str,
    measure: Callable[[World], Real],
    **more: Any,
) -> Outcome:
    return Outcome(name, unit, "float32", timing, meaning, measure, **more)


OUTCOMES: tuple[Outcome, ...] = (
    _outcome(
        "warheads",
        "count",
        Timing.HORIZON,
        "Assembled warheads",
        lambda w: w.arsenal.warheads,
        track=True,
    ),
    _outcome(
        "fissile_kg",
        "kg",
        Timing.HORIZON,
        "Separated plutonium and highly enriched uranium, weapons included",
        lambda w: w.arsenal.plutonium + w.arsenal.heu,
        track=True,
    ),
    _outcome(
        "icbm_readiness",
        "index 0-1",
        Timing.HORIZON,
        "Readiness of intercontinental missiles",
        lambda w: w.arsenal.readiness[2],
        track=True,
    ),
    _outcome(
        "verified_freeze_months",
        "month",
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
    _outcome(
        "relief_musd", "USD m", Timing.SUM, "Relief delivered", lambda w: w.diplomacy.relief_paid
    ),
    _outcome(
        "relief_during_breach_musd",
        "USD m",
        Timing.SUM,
        "Relief delivered while production was hidden against terms",
        lambda w: w.diplomacy.relief_paid * real(w.diplomacy.covert),
    ),
    _outcome(
        "relief_undelivered_musd",
        "USD m",
        Timing.SUM,
        "Relief that fell due and was not delivered",
        _undelivered,
    ),
    _outcome(
        "relief_asked",
        "USD m/month",
        Timing.PEAK,
        "Most relief asked for in a counter-offer",
        lambda w: w.diplomacy.asked,
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
        "provocations",
        "count",
        "int32",
        Timing.SUM,
        "Months with a provocation other than a test",
        lambda w: _count(w.crisis.provoked > Provocation.NONE),
    ),
    Outcome(
        "attacks",
        "count",
        "int32",
        Timing.SUM,
        "Months with an armed attack short of war",
        lambda w: _count(w.crisis.provoked == Provocation.ATTACK),
    ),
    Outcome(
        "summits",
        "count",
        "int32",
        Timing.SUM,
        "Months in which leaders met",
        lambda w: _count(w.diplomacy.channel == Channel.SUMMIT),
    ),
    _outcome(
        "talk_months",
        "month",
        Timing.SUM,
        "Months of working talks or more",
        lambda w: w.diplomacy.channel >= Channel.WORKING,
        track=True,
    ),
    _outcome(
        "track_months",
        "month",
        Timing.SUM,
        "Months of working talks or more between challenger and nearest ally",
        lambda w: w.diplomacy.track >= Channel.WORKING,
    ),
    _outcome(
        "rapport",
        "index -1-1",
        Timing.MEAN,
        "Warmth between the two leaders",
        lambda w: w.diplomacy.rapport,
    ),
    _outcome(
        "political_credit",
        "index 0-1",
        Timing.MEAN,
        "Credit of the guarantor's holder at home",
        lambda w: w.diplomacy.credit,
    ),
    Outcome(
        "peak_rung",
        "level",
        "int32",
        Timing.PEAK,
        "Highest rung of crisis: 0 calm to 5 nuclear war",
        lambda w: w.crisis.rung,
    ),
    Outcome(
        "war", "flag", "bool", Timing.PEAK, "War broke out", lambda w: w.crisis.rung >= Rung.WAR
    ),
    _outcome(
        "deaths", "person", Timing.SUM, "Killed in clashes and war", lambda w: w.crisis.deaths
    ),
    _outcome(
        "injured", "person", Timing.SUM, "Injured in clashes and war", lambda w: w.crisis.injured
    ),
    Outcome(
        "demands",
        "count",
        "int32",
        Timing.SUM,
        "Demands made under threat",
        lambda w: _count(w.crisis.demanded),
    ),
    Outcome(
        "demands_complied",
        "count",
        "int32",
        Timing.SUM,
        "Demands made under threat that were complied with",
        lambda w: _count(w.crisis.complied),
    ),
    Outcome(
        "regime_in_office",
        "flag",
        "bool",
        Timing.HORIZON,
        "The leadership of the start, or its heir, is still in office",
        lambda w: w.transition.regime <= Regime.REFORM,
    ),
    Outcome(
        "regime",
        "label",
        "int32",
        Timing.HORIZON,
        "Fate of the leadership",
        lambda w: w.transition.regime,
        labels=labels(Regime),
    ),
    _outcome(
        "weapons_custody",
        "index 0-1",
        Timing.HORIZON,
        "Control over the weapons",
        lambda w: w.transition.custody,
    ),
    _outcome(
        "elite_loyalty",
        "index 0-1",
        Timing.HORIZON,
        "Loyalty of the elite",
        lambda w: w.loyalty.elite,
        track=True,
    ),
    _outcome(
        "mass_loyalty",
        "index 0-1",
        Timing.HORIZON,
        "Share that is content in private, mean of the strata",
        _mass_loyalty,
        track=True,
    ),
    _outcome(
        "public_dissent",
        "share",
        Timing.PEAK,
        "Public dissent, mean of the strata",
        lambda w: jnp.mean(w.loyalty.dissent),
        track=True,
    ),
    _outcome(
        "elite_rents",
        "ratio",
        Timing.MEAN,
        "Rents of the elite over usual ones",
        lambda w: w.loyalty.rents,
    ),
    _outcome(
        "expectation_gap",
        "ratio",
        Timing.MEAN,
        "Expected life of the masses over usual life, less output over usual output",
        _gap,
    ),
    _outcome(
        "outside_media",
        "share",
        Timing.MEAN,
        "Share of the masses with regular outside media",
        lambda w: w.information.media[0],
    ),
    _outcome(
        "output",
        "index",
        Timing.HORIZON,
        "Economic output, 100 in the year that the pack names",
        lambda w: w.economy.output,
        track=True,
    ),
    _outcome(
        "revenue_musd",
        "USD m/month",
        Timing.MEAN,
        "Hard currency from all sources but relief",
        lambda w: w.economy.revenue,
    ),
    _outcome(
        "patron_trade_musd",
        "USD m/month",
        Timing.MEAN,
        "Trade with the patrons, both ways",
        lambda w: jnp.sum(w.economy.trade),
    ),
    _outcome(
        "hub_share",
        "share",
        Timing.MEAN,
        "Activity in the capital, border hubs and manufacturing towns",
        lambda w: w.economy.hubs,
    ),
    _outcome(
        "effective_sanctions",
        "index 0-1",
        Timing.MEAN,
        "Sanctions that bite",
        lambda w: w.sanctions.effective,
    ),
    _outcome(
        "arrivals",
        "person",
        Timing.SUM,
        "People who left and arrived abroad",
        lambda w: w.observation.arrivals,
    ),
    _outcome(
        "food_insecure_person_months",
        "person-month",
        Timing.SUM,
        "People short of food, month by month",
        lambda w: w.humanitarian.insecure,
        track=True,
    ),
    _outcome(
        "excess_deaths",
        "person",
        Timing.SUM,
        "Deaths beyond the usual, of hunger and want",
        lambda w: w.humanitarian.excess,
    ),
    _outcome(
        "refugees", "person", Timing.SUM, "People driven out", lambda w: w.humanitarian.refugees
    ),
    _outcome(
        "coalition_cohesion",
        "index 0-1",
        Timing.MEAN,
        "Trust between guarantor and allies and among them",
        _cohesion,
        track=True,
    ),
    _outcome(
        "ally_nuclear_option",
        "index 0-1",
        Timing.HORIZON,
        "Nearness of the nearest ally to nuclear arms of its own",
        lambda w: jnp.max(w.alignment.option),
    ),
    _outcome(
        "bloc_cohesion",
        "index 0-1",
        Timing.MEAN,
        "Cohesion of challenger, patrons and partner",
        lambda w: w.alignment.bloc,
    ),
    _outcome(
        "backing",
        "index 0-1",
        Timing.MEAN,
        "Support of the challenger by its patrons",
        lambda w: w.alignment.backing,
        track=True,
    ),
    _outcome(
        "belief_error",
        "probability",
        Timing.MEAN,
        "Belief that the guarantor does not give to the challenger's true region",
        lambda w: 1 - pick(w.beliefs.intent, w.offices.intent),
        track=True,
    ),
    _outcome(
        "loyalty_belief_error",
        "index 0-1",
        Timing.MEAN,
        "Error of the guarantor's belief about the elite's loyalty",
        _loyalty_error,
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
        _outcome(
            f"patron_leverage_{label}",
            "index 0-1",
            Timing.MEAN,
            "The challenger's dependence on this patron",
            lambda w, i=i: w.alignment.leverage[i],
        )
        for i, label in enumerate(PATRON.labels)
    ),
    *(
        _outcome(
            f"private_{leaf.name}",
            leaf.quantity.unit,
            Timing.START,
            f"{leaf.quantity.meaning}; for analysis only",
            lambda w, name=leaf.name: getattr(w.offices.challenger, name),
        )
        for leaf in leaves(Preferences)
    ),
)
"""Every outcome that this version computes, in the order of the columns; a pack names the patrons' columns."""
