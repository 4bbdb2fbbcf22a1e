"""Tables of codes: what each code of a source says in the model's words, and how countries are written."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLES = Path(__file__).parent / "tables"

ABSENT = frozenset({"", "na", "n/a", "none", "null", "---"})
"""How the sources write that there is nothing, in lower case."""


class Meaning(NamedTuple):
    """What a code says: a kind of event and, where the code itself says so, an instrument and its level."""

    kind: str
    instrument: str
    level: str


class Kind(NamedTuple):
    """A kind of event.

    `quad` is verbal or material, cooperation or conflict. A `mutual` kind has no direction: two states meet.
    """

    quad: str
    mutual: bool
    meaning: str


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of events, by name."""
    return {
        row["kind"]: Kind(row["quad"], row["mutual"] == "yes", row["meaning"])
        for row in _rows("kinds")
    }


@cache
def meanings(table: str) -> dict[str, Meaning]:
    """What the codes of a table say: `cameo`, `plover` or `acled`."""
    return {
        row["code"]: Meaning(row["kind"], row["instrument"], row["level"]) for row in _rows(table)
    }


def cameo(code: str) -> Meaning | None:
    """What a CAMEO code says: the table's longest beginning of it, since finer codes inherit.

    Args:
        code: three or four digits. With fewer, a leading zero may have been lost, and another root would be read.
    """
    if not re.fullmatch(r"\d{3,4}", code):
        return None
    table = meanings("cameo")
    return next((table[code[:n]] for n in range(len(code), 1, -1) if code[:n] in table), None)


def plover(code: str) -> Meaning | None:
    """What a PLOVER event says: its type and, where the table tells them apart, the first of its modes that counts.

    Args:
        code: TYPE/MODE, modes apart by semicolons.
    """
    kind, _, modes = code.partition("/")
    table = meanings("plover")
    finer = (f"{kind.upper()}/{mode.strip().lower()}" for mode in modes.split(";"))
    return next((table[key] for key in finer if key in table), table.get(kind.upper()))


def acled(code: str) -> Meaning | None:
    """What an ACLED sub-event says, however its letters are cased."""
    return meanings("acled").get(code.strip().lower())


def country(text: str) -> str | None:
    """The ISO 3166-1 alpha-3 code of a state, from its code or any spelling in the table; None if there is none."""
    return _spellings().get(text.strip().lower())


@cache
def _spellings() -> dict[str, str]:
    found = {}
    for row in _rows("countries"):
        for text in (row["code"], row["name"], *row["also"].split(";")):
            if text.strip():
                found[text.strip().lower()] = row["code"]
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
