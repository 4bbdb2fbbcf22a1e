"""Which outcomes a briefing shows, what it calls them, and the few that it derives from others."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from detente.app.report.words import NO_UNIT
from detente.decision.comparison import Column, Futures, Kind
from detente.domain.outcomes import OUTCOMES, Outcome, Timing
from detente.scenarios.schema import Scenario


class Measure(NamedTuple):
    """An outcome as a reader meets it: `label` heads a table, `noun` stands in a sentence."""

    name: str
    label: str
    noun: str
    unit: str
    kind: Kind
    meaning: str
    timing: str
    condition: str

    @property
    def head(self) -> str:
        """Label and unit, to stand over numbers."""
        return self.label if self.unit in (*NO_UNIT, "month") else f"{self.label}, {self.unit}"


NAMES: Mapping[str, tuple[str, str]] = {
    "warheads": ("Warheads", "warheads in the last month"),
    "fissile_kg": ("Fissile material", "fissile material in the last month"),
    "icbm_readiness": (
        "Readiness of intercontinental missiles",
        "readiness of intercontinental missiles",
    ),
    "verified_freeze_months": ("Months of verified freeze", "months of verified freeze"),
    "agreement_signed": ("An agreement is signed", "a signed agreement"),
    "agreement_kept": ("What was signed is kept", "keeping an agreement, once signed"),
    "signed_and_kept": ("An agreement is signed and kept", "an agreement signed and kept"),
    "broken_by": ("Who first ended an agreement early", "who ended an agreement"),
    "relief_musd": ("Relief delivered", "relief delivered"),
    "relief_during_breach_musd": ("Relief during hidden breach", "relief during hidden breach"),
    "relief_undelivered_musd": ("Relief due, not delivered", "relief due and not delivered"),
    "launches": ("Missile and satellite launches", "missile and satellite launches"),
    "nuclear_tests": ("Nuclear tests", "nuclear tests"),
    "any_nuclear_test": ("At least one nuclear test", "a nuclear test"),
    "summits": ("Months with a summit", "months with a summit"),
    "talk_months": ("Months of working talks", "months of working talks"),
    "belief_error": ("Error about intent, 0–1", "error about {challenger}'s intent (0–1)"),
}
"""Label and noun by outcome. One that is not listed goes by its meaning, so that nothing new is left out."""

DERIVED = {
    "signed_and_kept": "An agreement was signed, and nothing signed was cheated on, broken or reversed early",
    "any_nuclear_test": "One nuclear test or more",
}
"""Flags made of other outcomes, so that every future counts: shares of all, not of those with a signature."""

AFTER = {"agreement_kept": "signed_and_kept", "nuclear_tests": "any_nuclear_test"}
"""Where a derived outcome is shown: behind which other."""


def named(text: str, head: Scenario) -> str:
    """Fill in the names that people use for roles: `{challenger}` and the others."""
    for role, people in head.roles.items():
        text = text.replace(f"{{{role}}}", people.name)
    return text


def measures(head: Scenario) -> list[Measure]:
    """List what a briefing shows, in the order of the columns. What was drawn at the start is no outcome."""
    shown: list[Measure] = []
    for outcome in OUTCOMES:
        if outcome.timing is Timing.START:
            continue
        shown.append(_measure(outcome, head))
        if derived := AFTER.get(outcome.name):
            label, noun = NAMES[derived]
            shown.append(Measure(derived, label, noun, "flag", Kind.FLAG, DERIVED[derived], "", ""))
    return shown


def _measure(outcome: Outcome, head: Scenario) -> Measure:
    label, noun = NAMES.get(outcome.name, (outcome.meaning, outcome.meaning.lower()))
    condition = outcome.only_if or ""
    return Measure(
        name=outcome.name,
        label=named(label, head),
        noun=named(noun, head),
        unit=outcome.unit.replace("0-1", "0–1"),
        kind=Kind.LABEL
        if outcome.labels
        else Kind.FLAG
        if outcome.dtype == "bool"
        else Kind.NUMBER,
        meaning=outcome.meaning,
        timing=outcome.timing.value,
        condition=NAMES[condition][1] if condition in NAMES else condition,
    )


def with_derived(futures: Futures) -> Futures:
    """Add the derived outcomes to those of a table."""
    signed, kept = futures.column("agreement_signed"), futures.column("agreement_kept")
    tests = futures.column("nuclear_tests")
    both = signed.values * np.where(kept.defined, kept.values, 0)
    derived = {
        "signed_and_kept": Column(Kind.FLAG, both, signed.defined),
        "any_nuclear_test": Column(Kind.FLAG, (tests.values > 0).astype(float), tests.defined),
    }
    return futures._replace(columns={**futures.columns, **derived})
