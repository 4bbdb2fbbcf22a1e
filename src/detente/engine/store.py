"""A run on disk: append-only Parquet files, each there whole or not at all, one row a future.

The name of a file says which chunk it holds and the digest of its bytes, so that what exists and whether it is sound
can be told from the files alone. One process writes, whoever computes.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from detente.domain.calendar import month_text
from detente.domain.outcomes import OUTCOMES
from detente.domain.quantity import leaves
from detente.domain.world import World
from detente.engine.ensemble import Chunk
from detente.engine.manifest import NAME, Manifest, Task, read_manifest
from detente.engine.record import Status

OUTCOMES_IN, PATHS_IN, LOCK = "outcomes", "paths", ".lock"
_FILE = re.compile(r"(?P<policy>.+)-(?P<number>\d{6,})\.(?P<sum>[0-9a-f]{16})\.parquet")
_WRONG = {1: "not finite", 2: "out of bounds"}


def outcome_table(policy: str, chunk: Chunk) -> pa.Table:
    """Make a table of a chunk's outcomes: `policy, world, replicate, status`, and the outcomes by name.

    `status` is `ok`, or what went wrong, where and when; the outcomes of such a future are null.
    """
    failed = chunk.tally.status.code > 0
    status = [_say(chunk.tally.status, i) for i in range(len(failed))]
    columns: dict[str, pa.Array] = {
        "policy": pa.array([policy] * len(failed)),
        "world": pa.array(chunk.world.astype(np.int64)),
        "replicate": pa.array(chunk.replicate.astype(np.int32)),
        "status": pa.array(status),
    }
    for outcome in OUTCOMES:
        values = chunk.tally.values[outcome.name]
        null = failed | ~chunk.tally.values[outcome.only_if] if outcome.only_if else failed
        if outcome.labels:
            names = pa.array(outcome.labels)
            codes = pa.array(values.astype(np.int32), mask=null)
            columns[outcome.name] = pa.DictionaryArray.from_arrays(codes, names)
        else:
            columns[outcome.name] = pa.array(values, mask=null)
    return pa.table(columns)


def paths_table(policy: str, chunk: Chunk, start: int) -> pa.Table:
    """Make a table of a chunk's monthly paths: `policy, world, replicate, month`, and the tracked outcomes by name.

    One row a future and month, months of a future together; a month is its first day. Failed futures are null.

    Args:
        policy: what the guarantor followed.
        chunk: a chunk with paths.
        start: number of the first month.
    """
    months, futures = next(iter(chunk.paths.values())).shape
    first = np.datetime64("0000-01", "M") + np.arange(start, start + months)
    failed = np.repeat(chunk.tally.status.code > 0, months)
    columns: dict[str, pa.Array] = {
        "policy": pa.array([policy] * futures * months),
        "world": pa.array(np.repeat(chunk.world.astype(np.int64), months)),
        "replicate": pa.array(np.repeat(chunk.replicate.astype(np.int32), months)),
        "month": pa.array(np.tile(first.astype("datetime64[D]"), futures)),
    }
    for name, path in chunk.paths.items():
        columns[name] = pa.array(path.T.ravel(), mask=failed)
    return pa.table(columns)


class Part(NamedTuple):
    """A chunk as it is to be written: Parquet bytes of its outcomes, and of its paths where they are kept."""

    task: Task
    futures: int
    failed: int
    outcomes: bytes
    paths: bytes | None


def encode(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


class Store:
    """The folder of a run: its manifest, and the chunks that are there."""

    def __init__(self, folder: Path, manifest: Manifest):
        """See `create` and `open`."""
        self.folder, self.manifest = folder, manifest

    @classmethod
    def create(cls, folder: Path, manifest: Manifest) -> "Store":
        """Begin a run in a folder.

        Raises:
            FileExistsError: if the folder holds a run already, or part of one: nothing is overwritten.
        """
        for name in (NAME, OUTCOMES_IN, PATHS_IN):
            if (folder / name).exists():
                raise FileExistsError(f"nothing is overwritten: {folder} already holds {name}")
        folder.mkdir(parents=True, exist_ok=True)
        _write_whole(folder / NAME, manifest.text().encode())
        return cls(folder, manifest)

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """Open the folder of a run.

        Raises:
            ValueError: if it is none.
        """
        return cls(folder, read_manifest(folder))

    def replace_manifest(self, manifest: Manifest) -> None:
        """Say anew what the run is, where another code goes on with it."""
        if manifest != self.manifest:
            _write_whole(self.folder / NAME, manifest.text().encode())
            self.manifest = manifest

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write alone, and clear away what a killed process left half written.

        Raises:
            BlockingIOError: if another process is writing.
        """
        try:
            with FileLock(self.folder / LOCK, timeout=0):
                self._clear()
                yield
        except Timeout:
            raise BlockingIOError(
                f"one process writes a run at a time, and another is writing {self.folder}: wait for it"
            ) from None

    def _clear(self) -> None:
        """Take away what a killed process left: files half written, and paths without their outcomes."""
        for kind in (OUTCOMES_IN, PATHS_IN):
            for part in (self.folder / kind).glob("*.part"):
                part.unlink()
        whole = self.found()
        for task, path in self.found(PATHS_IN).items():
            if task not in whole:
                path.unlink()

    def found(self, kind: str = OUTCOMES_IN) -> dict[Task, Path]:
        """Files of the chunks that are there, in the order of the run."""
        files = {}
        for path in (self.folder / kind).glob("*.parquet"):
            if match := _FILE.fullmatch(path.name):
                files[Task(match["policy"], int(match["number"]))] = path
        return {task: files[task] for task in self.manifest.tasks() if task in files}

    def files(self) -> int:
        """Number of files of chunks."""
        return len(self.found()) + len(self.found(PATHS_IN))

    def missing(self) -> list[Task]:
        """Chunks that are still to be run."""
        there = self.found()
        return [task for task in self.manifest.tasks() if task not in there]

    def damaged(self, progress: Callable[[], None] = lambda: None) -> list[Task]:
        """Chunks with a file that is not what was written, by its digest.

        Args:
            progress: told after each file.
        """
        wrong = []
        for kind in (OUTCOMES_IN, PATHS_IN):
            for task, path in self.found(kind).items():
                if _name(task, path.read_bytes()) != path.name:
                    wrong.append(task)
                progress()
        return wrong

    def discard(self, task: Task) -> None:
        """Take the files of a chunk away."""
        for kind in (OUTCOMES_IN, PATHS_IN):
            if path := self.found(kind).get(task):
                path.unlink()

    def remove(self) -> None:
        """Remove the run, its manifest last, and its folder if nothing else lies there."""
        with self.writing():
            for kind in (OUTCOMES_IN, PATHS_IN):
                for path in self.found(kind).values():
                    path.unlink()
                _remove_if_empty(self.folder / kind)
            (self.folder / NAME).unlink()
        (self.folder / LOCK).unlink(missing_ok=True)
        _remove_if_empty(self.folder)

    def add(self, part: Part) -> None:
        """Write a chunk, whole or not at all: it counts as there once its outcomes are."""
        for kind, data in ((PATHS_IN, part.paths), (OUTCOMES_IN, part.outcomes)):
            if data is not None:
                folder = self.folder / kind
                folder.mkdir(exist_ok=True)
                _write_whole(folder / _name(part.task, data), data)


def _name(task: Task, data: bytes) -> str:
    """What the file of a chunk is called."""
    return f"{task.policy}-{task.number:06d}.{sha256(data).hexdigest()[:16]}.parquet"


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a crash of the machine."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    if os.name != "posix":
        return  # elsewhere a folder can't be opened
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _say(status: Status, i: int) -> str:
    """Say in words how one future fared."""
    code = int(status.code[i])
    if not code:
        return "ok"
    field = leaves(World)[int(status.field[i])].name
    return f"{field} {_WRONG[code]} in {month_text(int(status.month[i]))}"
