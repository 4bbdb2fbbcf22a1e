"""Outcomes on disk: Parquet files, whole or not at all, one row a future."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from detente.domain.calendar import month_text
from detente.domain.outcomes import OUTCOMES
from detente.domain.quantity import leaves
from detente.domain.world import World
from detente.engine.ensemble import Chunk
from detente.engine.record import Status

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


def write_chunk(path: Path, table: pa.Table) -> None:
    """Write a table so that the file is there whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        pq.write_table(table, file)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def _say(status: Status, i: int) -> str:
    """Say in words how one future fared."""
    code = int(status.code[i])
    if not code:
        return "ok"
    field = leaves(World)[int(status.field[i])].name
    return f"{field} {_WRONG[code]} in {month_text(int(status.month[i]))}"
