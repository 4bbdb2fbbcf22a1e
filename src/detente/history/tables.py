"""The tables of facts: what each holds, and how they are read.

Days and months are Korean ones (UTC+9) throughout: see docs/facts.md.
"""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from detente.history.schema import (
    CLOCK,
    COUNT,
    DAY,
    MONTH,
    NUMBER,
    TEXT,
    WHEN,
    YEAR,
    Column,
    InvalidFactsError,
    Row,
    Table,
    checked,
    faults,
    levels,
)

FACTS = Path(__file__).parent / "facts"

CLASSES = ("short", "medium", "intercontinental", "submarine", "satellite", "unclassified")
"""Missiles by use, as the model has them, and those that no source classes."""

MEETINGS = ("contact", "working", "summit")
"""Levels of talks, from the lowest to the highest."""

YES = ("yes", "no")
LEVELS = ("none", *MEETINGS)

TURNS = (
    "stays",
    "bloc_holds",
    "death",
    "turnover",
    "war_turns",
    "epidemic",
    "alarm",
    "rise",
    "accident",
    "panel_ends",
    "panel_returns",
)
"""A holder re-elected, a holder's bloc kept in office, a leader's death, a patron's change of government, a
patron's war begun or ended, an epidemic that shuts the border, an alarm raised by inspectors or intelligence, a
crisis that climbs, an accident that makes one climb, and the end and return of a panel of experts."""

INSTRUMENTS = {
    "guarantor.pressure": ("ease", "hold", "tighten"),
    "guarantor.channel": LEVELS,
    "guarantor.personal": YES,
    "guarantor.offer": YES,
    "guarantor.posture": ("low", "usual", "high"),
    "guarantor.delivery": ("deliver", "delay", "withhold", "reverse"),
    "guarantor.campaign": YES,
    "guarantor.aid": YES,
    "guarantor.consult": YES,
    "guarantor.coalition": YES,
    "allies.first.stance": ("engage", "hold", "deter"),
    "allies.first.broadcasts": YES,
    "allies.first.track": LEVELS,
    "challenger.pledge": YES,
    "challenger.border": ("closed", "restricted", "open"),
    "challenger.demand": YES,
    "challenger.export": YES,
    "talks.level": LEVELS,
}
"""What is coded by month, and its levels, as the model's axes have them."""

RANGE = (
    Column("low", NUMBER, "lowest that is published, if they differ", optional=True),
    Column("high", NUMBER, "highest that is published, if they differ", optional=True),
)


def _annual(name: str, about: str, unit: str) -> Table:
    """A table of a yearly figure by those who publish it."""
    return Table(
        name,
        about,
        (
            Column("year", YEAR, "year that the figure is about"),
            Column("publisher", TEXT, "whose figure, and on which basis"),
            Column("value", NUMBER, unit),
            *RANGE,
        ),
        "year",
        ("year", "publisher", "known_from"),
    )


def _spells(name: str, about: str) -> Table:
    """A table of coded moves: an instrument's level from one month to another."""
    return Table(
        name,
        about,
        (
            Column("first", MONTH, "first month"),
            Column("last", MONTH, "last month"),
            Column("instrument", levels(*INSTRUMENTS), "whose move, and which"),
            Column("level", TEXT, "how far it goes"),
        ),
        "first",
        ("first", "instrument"),
        spells=INSTRUMENTS,
    )


TABLES = {
    table.name: table
    for table in (
        Table(
            "launches",
            "Ballistic missiles and space launches: a row for those of one moment, class and outcome",
            (
                Column("date", WHEN, "Korean day, or the month where the day is unknown"),
                Column("time", CLOCK, "Korean time", optional=True),
                Column(
                    "dated",
                    levels("clock", "report", "month"),
                    "how the Korean day is known: by the hour, as reported in Korea, or not at all",
                ),
                Column("class", levels(*CLASSES), "the model's class"),
                Column("type", TEXT, "the missile, as its source names it"),
                Column("outcome", levels("success", "failure", "unknown"), "of the flight"),
                Column("count", COUNT, "missiles"),
                *RANGE,
                Column("site", TEXT, "where from"),
            ),
            "date",
            ("date", "time", "class", "type", "outcome", "site"),
            since="1984-01",
        ),
        Table(
            "tests",
            "The six announced nuclear tests",
            (
                Column("date", DAY, "Korean day"),
                Column("time", CLOCK, "Korean time"),
                Column("value", NUMBER, "body-wave magnitude"),
                *RANGE,
            ),
            "date",
            ("date",),
            since="1984-01",
        ),
        Table(
            "provocation_kinds",
            "Provocations by kind, as CSIS lists them",
            (
                Column("month", MONTH, "Korean month"),
                Column(
                    "kind",
                    levels(
                        "missile",
                        "intercontinental",
                        "satellite",
                        "nuclear_test",
                        "cruise",
                        "programme",
                        "balloon",
                        "incursion",
                        "artillery",
                        "attack",
                        "other",
                    ),
                    "what was done",
                ),
                Column("count", COUNT, "rows of the list"),
            ),
            "month",
            ("month", "kind"),
            since="1990-01",
        ),
        Table(
            "talks",
            "Meetings by track and level; a row is a meeting, or what a list counts in a month",
            (
                Column("date", WHEN, "first day, or the month where a list gives no more"),
                Column("last", WHEN, "last day", optional=True),
                Column(
                    "track",
                    levels(
                        "us-dprk", "six-party", "inter-korean", "iaea", "china", "russia", "japan"
                    ),
                    "who met",
                ),
                Column("level", levels(*MEETINGS), "how high"),
                Column(
                    "form",
                    levels("meeting", "letter"),
                    "face to face, or in writing or by telephone",
                ),
                Column("count", COUNT, "meetings"),
                Column("what", TEXT, "who and where"),
            ),
            "date",
            ("date", "track", "what"),
            since="1993-01",
        ),
        Table(
            "agreements",
            "Agreements, and what became of them",
            (
                Column("date", DAY, "Korean day"),
                Column("agreement", TEXT, "its name"),
                Column(
                    "parties",
                    levels("us-dprk", "six-party", "inter-korean", "npt", "russia"),
                    "between whom",
                ),
                Column(
                    "event",
                    levels("signed", "in-force", "suspended", "resumed", "broken", "ended"),
                    "what happened to it",
                ),
                Column("by", levels("both", "dprk", "us", "rok", "several"), "who did it"),
                Column("what", TEXT, "in a few words"),
                Column(
                    "text",
                    levels("tests", "sites", "freeze", "exchange"),
                    "which text of a guarantor's menu it comes nearest to, by the project's own reading",
                    optional=True,
                ),
            ),
            "date",
            ("date", "agreement", "event"),
            since="1993-01",
        ),
        Table(
            "security_council",
            "The Security Council: resolutions on the North's weapons, and drafts that were vetoed",
            (
                Column("date", DAY, "day in New York"),
                Column("number", TEXT, "of the resolution or the draft"),
                Column(
                    "kind", levels("sanctions", "call", "vetoed"), "measures, none, or none adopted"
                ),
                Column("vetoes", COUNT, "permanent members against"),
                Column("what", TEXT, "what it answered or was for"),
            ),
            "date",
            ("number",),
            since="1993-01",
        ),
        Table(
            "turns",
            "Turns of events that a model of the standoff draws and history settled",
            (
                Column("month", MONTH, "Korean month"),
                Column("turn", levels(*TURNS), "what turned"),
                Column("member", COUNT, "of which ally or patron, counted from 0; 0 elsewhere"),
                Column("happened", levels(*YES), "whether it did"),
            ),
            "month",
            ("month", "turn", "member"),
        ),
        Table(
            "measures",
            "Sanctions of states: what was tightened and eased",
            (
                Column("date", DAY, "day where it was taken"),
                Column("by", levels("us", "rok", "japan", "several"), "who"),
                Column("direction", levels("tighten", "ease"), "which way"),
                Column("what", TEXT, "in a few words"),
            ),
            "date",
            ("date", "by", "what"),
        ),
        Table(
            "exercises",
            "Large combined exercises of the U.S. and the ROK",
            (
                Column("exercise", TEXT, "its name"),
                Column("first", WHEN, "first day, or month"),
                Column("last", WHEN, "last day, or month"),
                Column("held", levels("yes", "cancelled"), "whether it was held"),
            ),
            "first",
            ("exercise", "first"),
            since="2002-01",
        ),
        Table(
            "offices",
            "Who held office",
            (
                Column("date", DAY, "first day in office"),
                Column("office", TEXT, "which"),
                Column("holder", TEXT, "who"),
                Column("bloc", TEXT, "party or bloc", optional=True),
            ),
            "date",
            ("date", "office"),
        ),
        _annual("warheads", "Published estimates of warheads", "warheads"),
        _annual(
            "warheads_could_build",
            "Published estimates of what the material would suffice for",
            "warheads",
        ),
        _annual("output_growth", "Real growth of output", "per cent"),
        _annual("china_trade", "Trade with China, both ways", "million USD"),
        _annual("arrivals", "People who came to the ROK from the North", "people"),
        Table(
            "prices",
            "Rice and the dollar on markets: fragments",
            (
                Column("date", WHEN, "day or month"),
                Column("place", TEXT, "where"),
                Column("series", levels("rice_won_per_kg", "won_per_usd"), "what"),
                Column("value", NUMBER, "won"),
                *RANGE,
            ),
            "date",
            ("date", "place", "series"),
        ),
        Table(
            "russia_events",
            "Reported events of cooperation between Russia and the North",
            (Column("month", MONTH, "month"), Column("count", COUNT, "rows of the list")),
            "month",
            ("month",),
            since="2022-07",
        ),
        Table(
            "leader_activities",
            "The leader's public activities",
            (
                Column("month", MONTH, "month"),
                Column("activities", COUNT, "all that state media reported"),
                Column("military", COUNT, "those with the military"),
            ),
            "month",
            ("month",),
        ),
        Table(
            "geopolitical_risk",
            "Index of geopolitical risk in the press: attention to crises, not conduct",
            (
                Column("month", MONTH, "month"),
                Column("world", NUMBER, "index, 1985–2019 = 100"),
                Column("korea", NUMBER, "share of articles, per cent"),
            ),
            "month",
            ("month",),
        ),
        Table(
            "questions",
            "Questions that a tournament of forecasters asked, as far as the targets can express them",
            (
                Column("number", TEXT, "as the tournament numbers it"),
                Column("opened", DAY, "first day on which forecasts counted"),
                Column("first", MONTH, "first month of the window"),
                Column("last", MONTH, "last month of the window"),
                Column("question", TEXT, "in the grammar of docs/scores.md"),
                Column("outcome", levels(*YES), "how it was resolved"),
            ),
            "opened",
            ("number", "first"),
        ),
        _spells("moves_a", "What each side did, as one coder has it"),
        _spells("moves_b", "The same, as another coder has it"),
        _spells("moves_settled", "Months on which the two differ and a source settles"),
    )
}


@cache
def sources() -> dict[str, dict[str, Any]]:
    """The bibliography of the facts, by key."""
    with (FACTS / "sources.toml").open("rb") as file:
        return tomllib.load(file)


def rows(name: str, folder: Path = FACTS) -> list[Row]:
    """Read a table as it stands, every cell a text."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _read(name: str, folder: Path) -> pd.DataFrame:
    if name not in TABLES:
        raise ValueError(f"tables of facts are {', '.join(TABLES)}; received {name!r}")
    table, found = TABLES[name], rows(name, folder)
    if wrong := faults(table, found, sources()):
        raise InvalidFactsError(f"{name}.csv", wrong)
    frame = pd.DataFrame(found, columns=[column.name for column in table.every], dtype=str)
    for column in table.columns:
        if column.kind.number:
            numbers = frame.loc[:, column.name].replace("", "nan")
            frame[column.name] = numbers.astype(float)
    return frame


def read(name: str, as_of: str | None = None, folder: Path = FACTS) -> pd.DataFrame:
    """Read a table of facts, checked.

    Args:
        name: of the table.
        as_of: a month, YYYY-MM; rows that could not be known by its end are left out.
        folder: where the tables lie.

    Returns:
        A row each, numbers as floats (NaN where none stands), all else as text.

    Raises:
        InvalidFactsError: a ValueError, with everything that is wrong in it.
        ValueError: if there is no such table, or `as_of` is no month.
    """
    frame = _read(name, folder)
    known = slice(None) if as_of is None else frame.known_from.str[:7] <= checked(as_of)
    return frame.loc[known]
