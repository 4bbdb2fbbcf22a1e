"""What each policy's worst futures have in common: the harms that are looked at, and the names of what is found."""

from typing import NamedTuple

import numpy as np

from detente.app.report.findings import Findings, Policy
from detente.app.report.measures import Measure, named as spoken
from detente.app.usecases import Session
from detente.app.wiring import POLICIES
from detente.decision.comparison import Futures
from detente.decision.worst import Mark, Tenth, Trait, marks, traits, worst_tenth
from detente.domain.axes import ALLY, INTENT, PATRON, EndedBy, Regime
from detente.domain.private import Preferences
from detente.domain.quantity import leaves
from detente.scenarios.binding import named_rows
from detente.scenarios.schema import Scenario

HARMS = ("all_deaths", "warheads")
"""Outcomes whose worst tenth is looked at: higher is worse."""


class Common(NamedTuple):
    """What one policy's worst tenth by one harm have in common; None and empty where nothing sets them apart."""

    policy: Policy
    tenth: Tenth | None
    traits: list[Trait]
    marks: list[Mark]


class Harm(NamedTuple):
    """One harm: under each policy, what its worst tenth have in common."""

    measure: Measure
    found: list[Common]


class Drawn(NamedTuple):
    """What every world draws: names of the uncertain numbers, preferences last, and values without these."""

    names: list[str]
    values: np.ndarray


class Named(NamedTuple):
    """A number that is drawn for each world, as people read it: where it belongs, what it is, its sources."""

    name: str
    owner: str
    meaning: str
    source: tuple[str, ...]


def harms(session: Session, findings: Findings) -> tuple[list[Harm], dict[str, Named]]:
    """Look at the worst tenth of every policy by every harm, and name the numbers that were looked at."""
    rows = named_rows(session.pack.head, POLICIES)
    values = session.drawn()
    numbers = session.pack.numbers
    uncertain = [
        (place, name)
        for place, name in enumerate(rows)
        if name in numbers
        and numbers[name].prior[0] != "point"
        and name.partition(".")[0] not in session.idle
    ]
    drawn = Drawn(
        [name for _, name in uncertain] + [f"private_{name}" for name in Preferences._fields],
        values[:, [place for place, _ in uncertain]],
    )
    named = {
        name: Named(
            name,
            _owner(name.split(".")[0], session.pack.head),
            meaning(rows[name][0].quantity.meaning, rows[name][1], session.pack.head),
            numbers[name].source,
        )
        for _, name in uncertain
    }
    for leaf in leaves(Preferences):
        key = f"private_{leaf.name}"
        named[key] = Named(key, "The leader’s wishes", leaf.quantity.meaning, ())
    found = [_harm(findings, name, drawn, session.pack.head) for name in HARMS]
    return found, named


def _harm(findings: Findings, name: str, drawn: Drawn, head: Scenario) -> Harm:
    found = []
    for policy in findings.policies:
        futures = policy.futures
        column, world = futures.column(name), np.asarray(futures.world)
        tenth = worst_tenth(column.values, column.defined, world)
        if tenth is None or np.count_nonzero(column.defined) == tenth.n:
            found.append(Common(policy, None, [], []))
            continue
        mine = np.column_stack([drawn.values, _wishes(futures, len(drawn.values))])
        found.append(
            Common(
                policy,
                tenth,
                traits(tenth, column.defined, world, drawn.names, mine),
                marks(tenth, column.defined, world, events(futures, head)),
            )
        )
    return Harm(findings.measure(name), found)


def _wishes(futures: Futures, worlds: int) -> np.ndarray:
    """What the first leader of each world privately wants, the same in all its futures: [world, preference]."""
    found = np.zeros((worlds, len(Preferences._fields)))
    for place, name in enumerate(Preferences._fields):
        column = futures.column(f"private_{name}")
        found[futures.world[column.defined], place] = column.values[column.defined]
    return found


def events(futures: Futures, head: Scenario) -> dict[str, np.ndarray]:
    """What may have happened in a future, in words: flags [future]."""

    def flag(name: str) -> np.ndarray:
        column = futures.column(name)
        return column.defined & (column.values > 0)

    def label(name: str, value: str) -> np.ndarray:
        column = futures.column(name)
        if value not in column.labels:
            return np.zeros(len(column.values), bool)
        return column.defined & (column.values == column.labels.index(value))

    found = {
        "war": flag("war"),
        "nuclear use in war": flag("nuclear_war"),
        "an armed attack": flag("attacks"),
        "a nuclear test": flag("any_nuclear_test"),
        "a signed agreement": flag("agreement_signed"),
        "relief paid during hidden breach": flag("relief_during_breach_musd"),
        "excess deaths": flag("excess_deaths"),
    }
    found |= {
        f"a {fate.name.lower()} of the leadership": label("regime", fate.name.lower())
        for fate in (Regime.REFORM, Regime.COUP, Regime.COLLAPSE)
    }
    who = {
        EndedBy.CHALLENGER: "{challenger} ends an agreement early",
        EndedBy.GUARANTOR: "{guarantor} ends an agreement early",
        EndedBy.SUCCESSOR: "a successor in {guarantor} ends an agreement",
    }
    found |= {spoken(text, head): label("broken_by", end.name.lower()) for end, text in who.items()}
    return found | {f"a first leader who is a {k}": label("intent", k) for k in INTENT.labels}


def meaning(text: str, place: list[str], head: Scenario) -> str:
    """What a number measures, with its place by the names that people use."""
    roles = head.roles
    names = {role.code: role.name for role in (*roles.allies, *roles.patrons)}
    where = ", ".join(names.get(part, part) for part in place)
    return f"{text} ({where})" if where else text


def _owner(section: str, head: Scenario) -> str:
    """Where a number belongs, as people say it."""
    names = head.roles.names
    if section == "state":
        return "At the start"
    if section in names:
        return f"How {names[section]} decides"
    group = {"allies": ALLY, "patrons": PATRON}.get(section)
    if group:
        members = " and ".join(names[f"{group.name}_{label}"] for label in group.labels)
        return f"How {members} decide"
    return f"Mechanism: {section}"
