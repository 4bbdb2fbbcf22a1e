"""What a table of facts may say: kinds of columns, what holds for a row, and what is wrong where it doesn't.

A wrong table gets every fault at once, each with its file, row, rule, the value received and a remedy.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

FIRST = "1993-01"
"""The first month of what is said month by month."""

LAST = "2024-12"
"""The last month of which facts are kept: later ones are for judging forecasts."""

UNREAD = "general-knowledge"
"""The source of a row that rests on nothing that was looked up."""

Row = Mapping[str, str]
Wrong = tuple[str, str, str, str]


class Fault(NamedTuple):
    """One thing that is wrong with a table of facts."""

    place: str
    rule: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}\n    rule:   {self.rule}\n    value:  {self.value}\n    remedy: {self.remedy}"


class InvalidFactsError(ValueError):
    """A table of facts breaks its rules; `faults` lists every breach."""

    def __init__(self, what: str, faults: list[Fault]):
        self.faults = faults
        count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__("\n".join([f"{what}: {count}", *(f"  {fault}" for fault in faults)]))


class Kind(NamedTuple):
    """What stands in a column: a pattern, what it is called, and what to write instead."""

    pattern: re.Pattern[str]
    rule: str
    remedy: str
    number: bool = False


def _kind(pattern: str, rule: str, remedy: str, *, number: bool = False) -> Kind:
    return Kind(re.compile(pattern), rule, remedy, number)


DAY = _kind(r"\d{4}-\d\d-\d\d", "a day", "write YYYY-MM-DD, such as 2017-09-03")
WHEN = _kind(r"\d{4}-\d\d(-\d\d)?", "a day, or a month", "write YYYY-MM-DD, or YYYY-MM")
MONTH = _kind(r"\d{4}-\d\d", "a month", "write YYYY-MM, such as 2017-09")
YEAR = _kind(r"\d{4}", "a year", "write YYYY")
CLOCK = _kind(r"([01]\d|2[0-3]):[0-5]\d", "a time of day in Korea", "write HH:MM, such as 06:41")
NUMBER = _kind(r"-?\d+(\.\d+)?", "a number", "write digits, with a point if need be", number=True)
COUNT = _kind(r"\d+", "a whole number from 0 on", "write digits alone", number=True)
TEXT = _kind(r"[^\x00-\x1f]+", "a text on one line", "write it on one line")
KEYS = _kind(r"[a-z0-9-]+( [a-z0-9-]+)*", "keys of sources.toml", "write keys with a blank between")


def checked(as_of: str | None) -> str:
    """A month of the facts.

    Raises:
        ValueError: if it isn't one.
    """
    if as_of is None:
        return LAST
    if not (
        MONTH.pattern.fullmatch(as_of) and "01" <= as_of[5:] <= "12" and FIRST <= as_of <= LAST
    ):
        raise ValueError(f"a month from {FIRST} to {LAST}, written YYYY-MM; received {as_of!r}")
    return as_of


def levels(*labels: str) -> Kind:
    """A column that takes one of a few labels."""
    known = ", ".join(labels)
    return _kind("|".join(map(re.escape, labels)), f"one of {known}", "write one of these")


class Column(NamedTuple):
    """A column: its name, what stands in it, what it means, and whether it may be empty."""

    name: str
    kind: Kind
    meaning: str
    optional: bool = False


class Table(NamedTuple):
    """A table of facts.

    `dated` is the column that says when, and `key` the columns that no two rows share. Where rows are counted, `since`
    is the month from which one without a row counts as zero; elsewhere it is missing. Where rows are spells of an
    instrument, `spells` gives the levels of each: its spells must not overlap.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    dated: str
    key: tuple[str, ...]
    since: str = ""
    spells: Mapping[str, tuple[str, ...]] | None = None

    @property
    def every(self) -> tuple[Column, ...]:
        """The table's own columns, and those that every table has."""
        return self.columns + COMMON


COMMON = (
    Column("source", KEYS, "where it is from: keys of sources.toml"),
    Column("known_from", DAY, "when it could first be known"),
    Column("verified", levels("yes", "unverified"), "whether a text that shows it was read"),
    Column("note", TEXT, "what a reader should know", optional=True),
)


def faults(table: Table, rows: list[Row], sources: Mapping[str, object]) -> list[Fault]:
    """Find everything that is wrong with a table.

    Args:
        table: what the table may say.
        rows: as read, with the columns' names as keys; the first stands on line 2.
        sources: the bibliography, by key.
    """
    file, named = f"{table.name}.csv", [column.name for column in table.every]
    if rows and list(rows[0])[: len(named)] != named:
        stand = ", ".join(map(str, rows[0]))
        return [Fault(f"{file}:1", f"columns {', '.join(named)}", stand, "write these, in order")]
    found: list[Fault] = []
    seen: dict[tuple[str, ...], int] = {}
    for line, row in enumerate(rows, 2):
        wrong = list(_cells(table, row)) or list(_whole(table, row, sources))
        key = tuple(row[name] for name in table.key)
        if key in seen:
            together = f"{', '.join(table.key)} are given once"
            wrong.append(("", together, ", ".join(key), f"merge it with line {seen[key]}"))
        seen.setdefault(key, line)
        found += [Fault(f"{file}:{line} {where}".rstrip(), *said) for where, *said in wrong]
    return found or list(_overlaps(table, rows, file))


def _overlaps(table: Table, rows: list[Row], file: str) -> Iterator[Fault]:
    """Spells of an instrument of which one begins before another has ended."""
    latest: dict[str, tuple[str, int]] = {}
    spells = sorted(enumerate(rows, 2), key=lambda spell: spell[1]["first"]) if table.spells else ()
    for line, row in spells:
        last, before = latest.get(row["instrument"], ("", 0))
        if row["first"] <= last:
            said = f"{row['instrument']} from {row['first']}, while line {before} goes on to {last}"
            yield Fault(f"{file}:{line}", "one level a month", said, "end one before the other")
        latest[row["instrument"]] = max((row["last"], line), (last, before))


def _cells(table: Table, row: Row) -> Iterator[Wrong]:
    """What is wrong with single cells: where, rule, value, remedy."""
    if None in row:
        yield "", f"{len(table.every)} cells", f"{len(row) - 1} and more", "quote cells with commas"
    for name, kind, meaning, optional in table.every:
        text = row[name]
        if not text:
            if not optional:
                yield name, f"{meaning}: required", repr(text), kind.remedy
        elif not kind.pattern.fullmatch(text):
            yield name, kind.rule, repr(text), kind.remedy
        elif kind in (DAY, WHEN, MONTH) and not _exists(text):
            yield name, "in the calendar", text, kind.remedy


def _exists(text: str) -> bool:
    year, month, day = (int(part) for part in f"{text}-01"[:10].split("-"))
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _whole(table: Table, row: Row, sources: Mapping[str, object]) -> Iterator[Wrong]:
    """What is wrong with a row whose cells are each well formed: where, rule, value, remedy."""
    cited, happened = row["source"].split(), row[table.dated]
    for key in cited:
        if key not in sources:
            yield "source", "a key of sources.toml", key, "add it there, or correct it"
    if cited == [UNREAD] and row["verified"] == "yes":
        yield "verified", f"{UNREAD} alone verifies nothing", "yes", "cite what was read"
    for name, kind, *_ in table.every:
        if kind in (DAY, WHEN, MONTH, YEAR) and row[name][:7] > LAST:
            yield name, f"nothing later than {LAST}", row[name], "leave the row out"
    if table.spells and row["level"] not in (known := table.spells.get(row["instrument"], ())):
        allowed = f"levels of {row['instrument']}: {', '.join(known)}"
        yield "instrument, level", allowed, row["level"], "see docs/facts.md"
    if row["known_from"] < happened:
        early = f"not known before it happened, {happened}"
        yield "known_from", early, row["known_from"], "correct one of the two"
    if row.get("last") and row["last"] < happened[: len(row["last"])]:
        yield "last", "it ends when it begins, or later", row["last"], "swap the two"
    middle = row.get("value") or row.get("count")
    ends = [text for text in (row.get("low"), middle, row.get("high")) if text]
    if ends != sorted(ends, key=float):
        yield "low, high", "low, value and high in order", ", ".join(ends), "put them in order"
