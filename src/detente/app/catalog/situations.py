"""Situations, told and checked."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from detente.app.catalog.layout import entry, paragraph, part, table
from detente.app.catalog.wording import gists, grounds, heading, said, stated, works
from detente.app.report.words import MONTHS, count, listed, month_words
from detente.app.wiring import POLICIES
from detente.domain.calendar import month_number
from detente.domain.quantity import Leaf
from detente.engine.deep import FAMILIES, rows, sections
from detente.scenarios.binding import PACKS, Pack, find_pack, load_pack, spelled
from detente.scenarios.schema import Correlation, Form, Scenario, read_toml


def overview() -> list[str]:
    """List the situations that ship."""
    return [
        *table(gists(PACKS), ("situation", "what it is about")),
        "",
        *table(
            [
                ("To see all of one:", "detente scenario show NAME"),
                ("To begin your own:", "detente scenario new NAME --from SITUATION"),
                ("To run one:", "detente brief NAME"),
            ]
        ),
    ]


def page(name: str) -> list[str]:
    """Tell all of a situation but its numbers, which are counted."""
    pack = load_pack(name, POLICIES)
    head, agreements = pack.head, _agreements(name)
    statements = [*agreements, *map(dict, (*head.situation, *head.correlations))]
    cited = [key for statement in statements for key in statement["source"]]
    return [
        *heading(head.title, head.name, head.summary),
        "",
        f"Starts in {_month(head.start)}; {count(head.years, 'year')} where no horizon is given.",
        *part("Roles", _roles(head)),
        *part("Office-holders", _people(head)),
        *part("Calendar", _calendar(head)),
        *part("Shocks on a date, each beside its hazard", _shocks(head)),
        *part("What the challenger may want, drawn in private", _regions(pack)),
        *part("Taken from what was filtered", _taken(pack)),
        *part("Numbers that go together", _each(map(_correlation, head.correlations))),
        *part("Agreements in force", _each(said(a["text"], a["source"]) for a in agreements)),
        *part("The situation", _each(said(s.text, s.source) for s in head.situation)),
        *part("Numbers, by the form of their prior", _families(pack)),
        "  To see them: detente scenario show NAME --numbers [SECTION]",
        *works(cited, find_pack(name) / "sources.toml"),
    ]


def numbers(name: str, section: str = "") -> list[str]:
    """List the numbers of a situation, each with unit, prior, meaning and source.

    Args:
        name: name or path of a pack.
        section: the first parts of the names to list, such as `testing` or `state.arsenal`; all if empty.

    Raises:
        ValueError: if no number's name begins so.
    """
    pack = load_pack(name, POLICIES)
    found = {
        key: leaf
        for key, leaf in measured(pack).items()
        if key in pack.numbers and f"{key}.".startswith(f"{section}." if section else "")
    }
    if not found:
        raise ValueError(f"no number's name begins with {section!r}: {_near(section, pack)}")
    lines = [
        line
        for key, leaf in found.items()
        for line in entry(
            f"{key} = {stated(pack.numbers[key], leaf)}", grounds(pack.numbers[key], leaf)
        )
    ]
    return [*lines, "", count(len(found), "number")]


def checked(name: str) -> list[str]:
    """Check a situation, and say what was checked.

    Raises:
        InvalidFileError: with everything that is wrong in it.
    """
    pack = load_pack(name, POLICIES)
    files = sorted(path.name for path in find_pack(name).glob("*.toml"))
    uncertain = sum(number.prior[0] != "point" for number in pack.numbers.values())
    done = [
        f"{listed(files)}: every key is known, and none is missing",
        f"{count(len(pack.numbers), 'number')}, {uncertain} of them uncertain: each in one form, "
        "within the range of what it measures, and with a source",
        f"{count(len(pack.head.situation) + len(_agreements(name)), 'statement')}: each with a source",
        f"{count(len(pack.sources), 'work')} in the bibliography: every key that is cited stands there",
        "months, levels and the codes of roles",
        f"{count(len(pack.head.correlations), 'correlation')}: between uncertain numbers, and able to hold together",
        "weights of the challenger's regions: they sum to one",
    ]
    return [
        *paragraph(f"{pack.head.name}: nothing is wrong. Checked:"),
        *table(_each(done), indent=2),
        *paragraph("What the numbers bring shows in a run: it was not run."),
    ]


def _each(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Points of a list."""
    return (("-", text) for text in texts)


def _month(text: str) -> str:
    return month_words(month_number(text))


def _roles(head: Scenario) -> Iterator[tuple[str, str, str]]:
    roles = head.roles
    everyone = [("challenger", roles.challenger), ("guarantor", roles.guarantor)]
    everyone += [("ally", role) for role in roles.allies]
    everyone += [("patron", role) for role in roles.patrons]
    for title, role in [*everyone, ("partner", roles.partner)]:
        yield title, role.code, role.name


def _people(head: Scenario) -> Iterator[tuple[str, str]]:
    people = head.people
    yield "guarantor's holder", people.holder
    yield "elected to follow", people.elect
    yield "challenger's leader", people.leader
    yield "blocs A and B", " and ".join(people.blocs)


def _calendar(head: Scenario) -> Iterator[tuple[str, str]]:
    dates = head.calendar
    term, lead = count(dates.term_months, "month"), count(dates.election_lead_months, "month")
    yield (
        "handover",
        f"{_month(dates.inauguration)}, then every {term}; elections {lead} before",
    )
    for ally in head.roles.allies:
        own = dates.allies[ally.code]
        every = count(own.term_months, "month")
        yield f"handover, {ally.code}", f"{_month(own.handover)}, then every {every}"
    yield "large exercises", listed([MONTHS[month - 1] for month in dates.exercise_months])
    yield "harvest", MONTHS[dates.harvest_month - 1]


def _shocks(head: Scenario) -> Iterator[tuple[str, str]]:
    shocks = head.shocks
    dated: dict[str, str | None] = {f"war ends, {c}": month for c, month in shocks.war_ends.items()}
    dated |= {"epidemic closes the border": shocks.closure, "harvest fails": shocks.food_shock}
    dated |= {"leader dies": shocks.death}
    return ((title, _month(month)) for title, month in dated.items() if month)


def _regions(pack: Pack) -> Iterator[tuple[str, str, str]]:
    for label, region in pack.regions:
        yield label, f"{100 * region.weight:>4g} %", said(region.meaning, region.source)


def _taken(pack: Pack) -> Iterator[tuple[str, str]]:
    """What the situation starts from, and what history makes of the challenger."""
    taking, taken = pack.head.filtered, pack.taken
    if taking and taken:
        about = taken.draws.about
        told = f"{len(taken.draws.intent)} draws of the end of {about['as_of']}, told from {about['told_from']}"
        yield "file", f"{taking.file}: {told}, calibrated as of {about['calibrated_as_of']}"
        yield "numbers", f"{count(len(taken.draws.names), 'number')}: {', '.join(taking.take)}"
        yield "intent", ", ".join(f"{label} {100 * w:.0f} %" for label, w in pack.weights.items())
        if taken.skipped:
            yield "left out", f"not in this situation: {', '.join(taken.skipped)}"
        yield "why", said(taking.note, taking.source)


def _correlation(c: Correlation) -> str:
    return said(f"{c.of[0]} and {c.of[1]}: {c.rho:g}. {c.note}".strip(), c.source)


def _agreements(name: str) -> list[Mapping[str, Any]]:
    """What people should know of the agreements in force, from a pack that has been checked."""
    path = find_pack(name) / "agreements.toml"
    return read_toml(path)["agreement"] if path.exists() else []


def measured(pack: Pack) -> dict[str, Leaf]:
    """What each number of a pack measures, by its name there."""
    form = Form(codes=pack.head.roles.codes)
    return {
        ".".join([section, leaf.name, *spelled(leaf, place, form)]): leaf
        for section, leaf, place in rows(POLICIES)
    }


def _families(pack: Pack) -> Iterator[tuple[str, str]]:
    """How many numbers of each form every section has, and how many the pack has in all."""
    counts = Counter((key.split(".")[0], n.prior[0]) for key, n in pack.numbers.items())
    yield "", "".join(f"{family:>10}" for family in (*FAMILIES, "all"))
    for section in [*sections(POLICIES), "all"]:
        found = [
            sum(n for (s, f), n in counts.items() if section in (s, "all") and f == family)
            for family in FAMILIES
        ]
        if any(found):
            yield section, "".join(f"{n or '':>10}" for n in (*found, sum(found)))


def _near(section: str, pack: Pack) -> str:
    """What may have been meant."""
    parts = (key.split(".") for key in pack.numbers)
    heads = {".".join(part[:depth]) for part in parts for depth in range(1, len(part) + 1)}
    near = get_close_matches(section, sorted(heads), n=3, cutoff=0.5)
    return (
        f"perhaps {' or '.join(near)}" if near else f"take one of {', '.join(sections(POLICIES))}"
    )
