"""What a format of event data is: where its columns stand, how they read, and what counts as one event."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from detente.history.importers.tables import Meaning


class Format(NamedTuple):
    """A format of published event data.

    Attributes:
        name: as the command takes it.
        title: whose data, and which.
        cite: how to cite the data.
        since: the first year that they cover; earlier dates are slips of the coder.
        columns: for each column that is read, its heading as published; several where releases differ.
        positions: where there is no heading line, for each number of columns a file may have, where they stand, from 0.
        days: how days are written, as `strptime` has it.
        values: SQL over those columns for id, code, actor, target, intensity and story, and articles, the number of
            reports that one row stands for.
        reports: SQL that counts the reports of one event over the rows that are merged into it.
        meaning: what a code says; None where it is unknown.
        country: the state that an actor's text names; None where it names none.
        several: whether one row may name several states, apart by semicolons.
        merged: whether rows may report the same event; if not, each is an event of its own.
    """

    name: str
    title: str
    cite: str
    since: int
    columns: Mapping[str, tuple[str, ...]]
    positions: Mapping[int, Mapping[str, int]]
    days: tuple[str, ...]
    values: Mapping[str, str]
    reports: str
    meaning: Callable[[str], Meaning | None]
    country: Callable[[str], str | None]
    several: bool = False
    merged: bool = True
