"""Which outcomes a briefing shows, what it calls them, and the few that it derives from others."""

from typing import NamedTuple

import numpy as np

from detente.app.report.words import NO_UNIT
from detente.decision.comparison import Column, Futures, Kind
from detente.domain.axes import PATRON, Rung
from detente.domain.outcomes import OUTCOMES, Outcome, Timing
from detente.scenarios.binding import Pack
from detente.scenarios.schema import Scenario

GROUPS = {
    "deals": "Deals",
    "talks": "Talks",
    "arsenal": "Arsenal and tests",
    "crisis": "Crisis and war",
    "cost": "Human cost",
    "society": "Society and regime",
    "economy": "Economy and sanctions",
    "allies": "Allies and patrons",
    "beliefs": "Beliefs",
    "other": "Other outcomes",
}
"""Headings under which outcomes stand together."""


class Said(NamedTuple):
    """How an outcome is spoken of. `short` heads a column, `noun` stands in a sentence.

    `side` is the side that this page counts as better: 1 for more, -1 for less, 0 where it does not say. Values are
    shown divided by `scale`, in `unit`; without a unit, in the outcome's own.
    """

    group: str
    label: str
    short: str
    noun: str
    side: int = 0
    scale: float = 1
    unit: str | None = None


class Measure(NamedTuple):
    """An outcome as a reader meets it, in the unit in which it is shown.

    `digits` are the decimal places of means, and `spread_digits` those of single futures, alike for all policies; None
    where each number has its own.
    """

    name: str
    group: str
    label: str
    short: str
    noun: str
    side: int
    unit: str
    kind: Kind
    meaning: str
    timing: str
    condition: str
    digits: int | None = None
    spread_digits: int | None = None

    @property
    def told(self) -> str:
        """The unit where it has to be said: not that of a count, a share or an index, nor one that the label says."""
        unit = self.unit
        unsaid = unit in (*NO_UNIT, "month", "ratio") or unit.startswith("index")
        return "" if unsaid else unit

    @property
    def head(self) -> str:
        """Label and unit, to stand over numbers."""
        return f"{self.label}, {self.told}" if self.told else self.label


THOUSAND, MILLION = 1e3, 1e6

SAID = {
    # deals
    "agreement_signed": Said("deals", "An agreement is signed", "Signed", "a signed agreement"),
    "agreement_kept": Said(
        "deals", "What was signed is kept", "Kept, of those", "keeping an agreement, once signed", 1
    ),
    "signed_and_kept": Said(
        "deals", "An agreement is signed and kept", "Signed and kept", "an agreement signed and kept", 1
    ),
    "broken_by": Said("deals", "Who first ended an agreement early", "Ended by", "who ended an agreement"),
    "verified_freeze_months": Said(
        "deals", "Months of verified freeze", "Verified freeze, months", "months of verified freeze", 1
    ),
    "talk_months": Said("talks", "Months of working talks", "Working talks, months", "months of working talks"),
    "summits": Said("talks", "Months with a summit", "Summits", "months with a summit"),
    "track_months": Said(
        "talks",
        "Months of talks between {challenger} and {ally_first}",
        "{ally_first}’s talks, months",
        "months of talks between {challenger} and {ally_first}",
    ),
    "relief_musd": Said("deals", "Relief delivered", "Relief", "relief delivered"),
    "relief_during_breach_musd": Said(
        "deals", "Relief during hidden breach", "Relief in breach", "relief during hidden breach", -1
    ),
    "relief_undelivered_musd": Said(
        "deals", "Relief due, not delivered", "Relief not delivered", "relief due and not delivered"
    ),
    "relief_asked": Said("deals", "Relief last asked for", "Relief asked", "relief last asked for"),
    "rapport": Said("talks", "Warmth between leaders", "Rapport, −1–1", "warmth between leaders (−1–1)"),
    "political_credit": Said(
        "talks", "Credit of the holder at home", "Credit at home, 0–1", "the holder’s credit at home (0–1)"
    ),
    # arsenal and tests
    "warheads": Said("arsenal", "Warheads", "Warheads", "warheads in the last month", -1),
    "fissile_kg": Said("arsenal", "Fissile material", "Fissile material", "fissile material in the last month", -1),
    "icbm_readiness": Said(
        "arsenal",
        "Readiness of intercontinental missiles",
        "Long-range readiness, 0–1",
        "readiness of intercontinental missiles (0–1)",
        -1,
    ),
    "launches": Said("arsenal", "Missile and satellite launches", "Launches", "missile and satellite launches", -1),
    "nuclear_tests": Said("arsenal", "Nuclear tests", "Nuclear tests", "nuclear tests", -1),
    "any_nuclear_test": Said("arsenal", "At least one nuclear test", "Any nuclear test", "a nuclear test", -1),
    # crisis and war
    "provocations": Said(
        "crisis", "Months with a provocation", "Provocations, months", "months with a provocation", -1
    ),
    "attacks": Said("crisis", "Months with an armed attack", "Attacks, months", "months with an armed attack", -1),
    "demands": Said("crisis", "Demands under threat", "Demands", "demands under threat", -1),
    "demands_complied": Said(
        "crisis", "Demands complied with", "Demands met", "demands under threat that are met"
    ),
    "peak_rung": Said(
        "crisis", "Highest rung of crisis, 0–5", "Highest rung, 0–5", "the highest rung of crisis (0–5)", -1
    ),
    "war": Said("crisis", "War breaks out", "War", "war", -1),
    "nuclear_war": Said("crisis", "Nuclear arms are used in war", "Nuclear use", "nuclear use in war", -1),
    # human cost
    "all_deaths": Said(
        "cost",
        "Killed in clashes and war, and excess deaths",
        "All deaths",
        "deaths of arms and want together",
        -1,
        THOUSAND,
        "thousand",
    ),
    "deaths": Said(
        "cost", "Killed in clashes and war", "Killed", "people killed in clashes and war", -1, THOUSAND, "thousand"
    ),
    "injured": Said(
        "cost", "Injured in clashes and war", "Injured", "people injured in clashes and war", -1, THOUSAND, "thousand"
    ),
    "excess_deaths": Said(
        "cost", "Excess deaths, of hunger and want", "Excess deaths", "excess deaths", -1, THOUSAND, "thousand"
    ),
    "food_insecure_person_months": Said(
        "cost",
        "Short of food",
        "Short of food",
        "shortage of food",
        -1,
        MILLION,
        "m person-months",
    ),
    "refugees": Said("cost", "People driven out", "Driven out", "people driven out", -1, THOUSAND, "thousand"),
    "arrivals": Said("cost", "People who left and arrived abroad", "Arrivals abroad", "arrivals abroad"),
    # society and regime
    "regime_in_office": Said(
        "society", "Leadership still in office", "Leadership in office", "the leadership still in office"
    ),
    "regime": Said("society", "Fate of the leadership", "Fate", "the fate of the leadership"),
    "weapons_custody": Said(
        "society", "Control over the weapons, 0–1", "Control of weapons, 0–1", "control over the weapons (0–1)", 1
    ),
    "elite_loyalty": Said(
        "society", "Loyalty of the elite, 0–1", "Elite loyalty, 0–1", "loyalty of the elite (0–1)"
    ),
    "mass_loyalty": Said(
        "society", "Citizens content in private, share", "Content in private", "the share of citizens content"
    ),
    "public_dissent": Said(
        "society", "Public dissent, share at its peak", "Dissent, peak share", "public dissent (share at its peak)"
    ),
    "elite_rents": Said("society", "Rents of the elite, ×usual", "Elite rents, ×usual", "rents of the elite (×usual)"),
    "expectation_gap": Said(
        "society", "Expectations over life, ×usual", "Expectation gap", "the gap between expectations and life"
    ),
    "outside_media": Said(
        "society", "Citizens with outside media, share", "Outside media, share", "the share with outside media"
    ),
    # economy and sanctions
    "effective_sanctions": Said(
        "economy", "Sanctions that bite, 0–1", "Sanctions that bite, 0–1", "sanctions that bite (0–1)"
    ),
    "output": Said("economy", "Output, index", "Output, index", "economic output (index)"),
    "revenue_musd": Said("economy", "Hard currency but relief", "Hard currency", "hard currency from all but relief"),
    "patron_trade_musd": Said("economy", "Trade with the patrons", "Patron trade", "trade with the patrons"),
    "hub_share": Said("economy", "Activity in hubs, share", "Hubs, share", "the share of activity in hubs"),
    # allies and patrons
    "coalition_cohesion": Said(
        "allies", "Coalition cohesion, 0–1", "Coalition cohesion, 0–1", "cohesion of the coalition (0–1)", 1
    ),
    "ally_nuclear_option": Said(
        "allies",
        "An ally’s nearness to nuclear arms, 0–1",
        "Ally’s nuclear option, 0–1",
        "an ally’s nearness to nuclear arms (0–1)",
        -1,
    ),
    "bloc_cohesion": Said("allies", "Cohesion of the bloc, 0–1", "Bloc cohesion, 0–1", "cohesion of the bloc (0–1)"),
    "backing": Said("allies", "Support by patrons, 0–1", "Patrons’ support, 0–1", "support by patrons (0–1)"),
    **{
        f"patron_leverage_{label}": Said(
            "allies",
            f"Dependence on {{patron_{label}}}, 0–1",
            f"Dependence on {{patron_{label}}}, 0–1",
            f"dependence on {{patron_{label}}} (0–1)",
        )
        for label in PATRON.labels
    },
    # beliefs
    "belief_error": Said(
        "beliefs", "Error about intent, 0–1", "Error about intent, 0–1", "error about {challenger}’s intent (0–1)", -1
    ),
    "loyalty_belief_error": Said(
        "beliefs",
        "Error about the elite’s loyalty, 0–1",
        "Error about loyalty, 0–1",
        "error about the elite’s loyalty (0–1)",
        -1,
    ),
}  # fmt: skip
"""What outcomes are called. One that is not listed goes by its meaning, so that nothing new is left out."""

DERIVED = {
    "signed_and_kept": "An agreement was signed, and nothing signed was cheated on, broken or reversed early",
    "any_nuclear_test": "One nuclear test or more",
    "nuclear_war": "The highest rung of crisis is nuclear war",
    "all_deaths": "Killed in clashes and war, and deaths of hunger and want beyond the usual",
}
"""Made of other outcomes. The flags count every future: shares of all, not of those with a signature."""

BESIDE = {
    "agreement_kept": "signed_and_kept",
    "nuclear_tests": "any_nuclear_test",
    "war": "nuclear_war",
    "deaths": "all_deaths",
}
"""Behind which outcome a derived one is shown."""

STRATEGIC = (
    "warheads",
    "verified_freeze_months",
    "signed_and_kept",
    "launches",
    "effective_sanctions",
    "coalition_cohesion",
    "regime_in_office",
    "war",
)
HUMAN = ("deaths", "excess_deaths", "food_insecure_person_months")
HEADLINE = (*STRATEGIC, *HUMAN)
"""Outcomes of the overview: strategic ones, and human cost beside them."""


def named(text: str, head: Scenario) -> str:
    """Fill in the names that people use for roles: `{challenger}`, `{ally_first}` and the others."""
    for role, name in head.roles.names.items():
        text = text.replace(f"{{{role}}}", name)
    return text


def measures(pack: Pack) -> list[Measure]:
    """List what a briefing shows, by groups and in the order in which it speaks of them.

    What was drawn at the start is no outcome.
    """
    shown: list[Measure] = []
    for outcome in OUTCOMES:
        if outcome.timing is Timing.START:
            continue
        shown.append(_measure(outcome, pack))
        if derived := BESIDE.get(outcome.name):
            kind = Kind.NUMBER if derived == "all_deaths" else Kind.FLAG
            shown.append(_of(derived, SAID[derived], pack.head, kind, DERIVED[derived]))
    order = {name: place for place, name in enumerate(SAID)}
    groups = list(GROUPS)
    last = len(order)
    return sorted(
        shown, key=lambda m: (groups.index(m.group), order.get(_plain(m.name, pack), last))
    )


def _plain(name: str, pack: Pack) -> str:
    """The engine's name of a column that the pack names."""
    return {column: engine for engine, column in pack.columns.items()}.get(name, name)


def _measure(outcome: Outcome, pack: Pack) -> Measure:
    plain = outcome.meaning
    said = SAID.get(outcome.name, Said("other", plain, plain, plain[0].lower() + plain[1:]))
    kind = Kind.FLAG if outcome.dtype == "bool" else Kind.NUMBER
    measure = _of(
        pack.columns.get(outcome.name, outcome.name),
        said,
        pack.head,
        Kind.LABEL if outcome.labels else kind,
        plain,
    )
    condition = outcome.only_if or ""
    return measure._replace(
        unit=measure.unit or outcome.unit.replace("0-1", "0–1").replace("-1-1", "−1–1"),
        timing=outcome.timing.value,
        condition=SAID[condition].noun if condition in SAID else condition,
    )


def _of(name: str, said: Said, head: Scenario, kind: Kind, meaning: str) -> Measure:
    return Measure(
        name=name,
        group=said.group,
        label=named(said.label, head),
        short=named(said.short, head),
        noun=named(said.noun, head),
        side=said.side,
        unit=said.unit or ("flag" if kind is Kind.FLAG else ""),
        kind=kind,
        meaning=meaning,
        timing="",
        condition="",
    )


def scale(name: str) -> float:
    """What an outcome's values are divided by before they are shown."""
    return SAID[name].scale if name in SAID else 1.0


def shown(futures: Futures) -> Futures:
    """Add the derived outcomes to those of a table, and bring all of them to the units in which they are shown."""
    columns = dict(futures.columns)
    signed, kept = futures.column("agreement_signed"), futures.column("agreement_kept")
    tests, rung = futures.column("nuclear_tests"), futures.column("peak_rung")
    deaths, excess = futures.column("deaths"), futures.column("excess_deaths")
    both = signed.values * np.where(kept.defined, kept.values, 0)
    columns["signed_and_kept"] = Column(Kind.FLAG, both, signed.defined)
    columns["any_nuclear_test"] = _flag(tests.values > 0, tests)
    columns["nuclear_war"] = _flag(rung.values >= Rung.NUCLEAR_WAR, rung)
    columns["all_deaths"] = deaths._replace(values=deaths.values + excess.values)
    for name, column in columns.items():
        if scale(name) != 1:
            columns[name] = column._replace(values=column.values / scale(name))
    return futures._replace(columns=columns)


def _flag(happened: np.ndarray, source: Column) -> Column:
    return Column(Kind.FLAG, happened.astype(float), source.defined)
