"""A future of a run told again from the run's own manifest, and held against the row that the run wrote."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from detente.app.jobs import bind, parts
from detente.app.usecases import Session, tell
from detente.domain.outcomes import OUTCOMES, Timing
from detente.engine.manifest import Task
from detente.engine.month import Month
from detente.engine.record import recount
from detente.engine.store import Store

ROUNDING = 2e-4
"""How far two compiled programs may lie apart in a number that isn't counted."""


class Told(NamedTuple):
    """A story, whether its future equals its row, and that in words."""

    lines: list[str]
    equal: bool
    verdict: str


def replay(store: Store, future: int, policy: str | None = None, *, anyway: bool = False) -> Told:
    """Tell a future of a run, and run its padded chunk again to compare it with the row, bit for bit.

    Args:
        store: the run.
        future: index of the future.
        policy: under which policy; the run's first if None.
        anyway: even if another code made the run.

    Raises:
        OtherVersionError: if another code made the run.
        ValueError: if the run has no such policy.
        IndexError: if it has no such future.
    """
    manifest = store.manifest
    manifest.agrees(anyway)
    name = policy or next(iter(manifest.policies))
    if name not in manifest.policies:
        raise ValueError(
            f"policies of this run are {', '.join(manifest.policies)}; received {name}"
        )
    session = bind(manifest)
    doctrine = next(doctrine for doctrine in session.doctrines if doctrine.name == name)
    months, lines = tell(session, doctrine, future)
    number, i = divmod(future, manifest.chunk)
    path = store.found().get(Task(name, number))
    if path is None:
        return Told(lines, True, "Not compared: its chunk is not written yet.")
    (again,) = parts(manifest, session, [Task(name, number)])
    row, replayed = _row(path.read_bytes(), i), _row(again.outcomes, i)
    wrong = {column for column in row if row[column] != replayed.get(column)}
    wrong |= {*_unlike(months, row, session)}
    if wrong:
        return Told(lines, False, f"Unlike its row in {path.name}: {', '.join(sorted(wrong))}.")
    said = "The story ends as its row says, and its chunk, run again, gives that row bit for bit"
    return Told(lines, True, f"{said}: {path.name}")


def _row(data: bytes, i: int) -> dict[str, Any]:
    """One row of a file."""
    return pq.read_table(pa.BufferReader(data)).slice(i, 1).to_pylist()[0]


def _unlike(months: Month, row: Mapping[str, Any], session: Session) -> Iterator[str]:
    """Outcomes of a row that don't follow from the months of its future, told by another compiled program."""
    for outcome in OUTCOMES:
        name = session.pack.columns.get(outcome.name, outcome.name)
        if outcome.timing is Timing.START or row[name] is None:
            continue  # no month shows the start
        found = recount(outcome, months)
        said = outcome.labels.index(row[name]) if outcome.labels else row[name]
        near = ROUNDING if outcome.dtype == "float32" else 0.0
        if not np.isclose(found, said, rtol=near, atol=near):
            yield name
