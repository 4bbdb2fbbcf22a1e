"""A future of a run told again from the run's own manifest, and held against the row that the run wrote."""

from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from detente.app.jobs import bind, parts
from detente.app.report.story import tell
from detente.engine.manifest import Task
from detente.engine.store import Store


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
    lines = list(tell(session.future(doctrine, future), session.pack.head, doctrine, future))
    task = Task(name, future // manifest.chunk)
    path = store.found().get(task)
    if path is None:
        return Told(lines, True, "Not compared: its chunk is not written yet.")
    (again,) = parts(manifest, session, [task])
    differing = _differing(again.outcomes, path.read_bytes(), future % manifest.chunk)
    if differing:
        return Told(lines, False, f"Unlike its row in {path.name}: {', '.join(differing)}.")
    return Told(
        lines, True, f"Replayed in its chunk, it equals its row in {path.name}, bit for bit."
    )


def _differing(one: bytes, other: bytes, row: int) -> list[str]:
    """Columns in which a row of two files differs."""
    a, b = (pq.read_table(pa.BufferReader(data)).slice(row, 1) for data in (one, other))
    return [name for name in b.column_names if name not in a.column_names or a[name] != b[name]]
