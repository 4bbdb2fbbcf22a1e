"""Events, and the account of how they were made: rows read, dropped by reason, taken together."""

from datetime import date
from typing import NamedTuple

import pandas as pd


class Event(NamedTuple):
    """What one state did to another on one day, as reported. The columns of a table of events, in order.

    Attributes:
        date: the day, as the source dates it.
        actor: who did it, by ISO 3166-1 alpha-3 code.
        target: to whom; the same code where it happened within a state. Where the kind has no direction, the two
            stand in alphabetical order.
        kind: what kind of event (tables/kinds.csv).
        quad: verbal or material, cooperation or conflict; empty for what a source files as other.
        instrument: the instrument of the model that it is a move of, if its code itself says so; else empty.
        level: that instrument's level, by its label in `detente.domain.axes`, or yes for a flag; the lowest that the
            code implies. Else empty.
        intensity: from −10, conflict, to 10, cooperation, as the source scales it; the mean over its reports; NaN where
            the source has no scale.
        reports: how many reports of it there are, as the format counts them.
        code: the source's code, of the first report in the file.
        source: the format's name.
        source_id: the source's identifier of the first report.
    """

    date: date
    actor: str
    target: str
    kind: str
    quad: str
    instrument: str
    level: str
    intensity: float
    reports: int
    code: str
    source: str
    source_id: str


class Drop(NamedTuple):
    """A reason why rows were left out: how many, where the first stands, and what stands there."""

    reason: str
    rows: int
    place: str
    value: str


class Tally(NamedTuple):
    """What became of a file: every row is dropped for one reason, or kept in one event.

    `rows` are those of the file, broken ones included, headings not. Where a row names several states, each pair of
    them is counted like a row from then on: `spread` is how many more these are. So rows + spread = dropped + kept.
    """

    rows: int
    spread: int
    dropped: tuple[Drop, ...]
    kept: int
    events: int


class Imported(NamedTuple):
    """Events by day, actor, target and kind, with the columns of `Event`; and what became of the file's rows."""

    events: pd.DataFrame
    tally: Tally
