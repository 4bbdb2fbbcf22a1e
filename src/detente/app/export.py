"""The outcomes of a run as one file, for what reads no folder of Parquet files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from detente.app.opened import Run
from detente.engine.store import Store

Step = Callable[[float], None]
"""Told what share of the export was written."""


def write_export(store: Store, to: Path, progress: Step = lambda _: None) -> int:
    """Write the outcomes of a run as one file, whole or not at all, and give the number of futures in it.

    Args:
        store: the run.
        to: the file; its ending says which kind: .csv, .parquet or .nc.
        progress: told what share of it was written.

    Raises:
        ValueError: if the ending is another, or if no chunk is there.
        FileExistsError: if the file is there already.
    """
    kinds = {".csv": _csv, ".parquet": _parquet, ".nc": _netcdf}
    if to.suffix not in kinds:
        raise ValueError(f"an export ends in {', '.join(kinds)}; received --to {to}")
    if to.exists():
        raise FileExistsError(f"nothing is overwritten, and {to} is there: give another --to")
    if not store.found():
        raise ValueError(
            f"an export needs a chunk at least, and {store.folder} has none yet: detente runs resume {store.folder}"
        )
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f"{to.name}.part")
    try:
        rows = kinds[to.suffix](store, part, progress)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return rows


def _tables(store: Store, progress: Step) -> Iterator[pa.Table]:
    found = store.found()
    for path in found.values():
        yield pq.read_table(path)
        progress(1 / len(found))


def _parquet(store: Store, to: Path, progress: Step) -> int:
    rows, schema = 0, pq.read_schema(next(iter(store.found().values())))
    with pq.ParquetWriter(to, schema) as writer:
        for table in _tables(store, progress):
            writer.write_table(table)
            rows += len(table)
    return rows


def _csv(store: Store, to: Path, progress: Step) -> int:
    rows, schema = 0, pq.read_schema(next(iter(store.found().values())))
    plain = pa.schema(
        [
            pa.field(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type)
            for field in schema
        ]
    )
    with pacsv.CSVWriter(to, plain) as writer:
        for table in _tables(store, progress):
            writer.write_table(table.cast(plain))
            rows += len(table)
    return rows


def _netcdf(store: Store, to: Path, progress: Step) -> int:
    """Variable by variable, each read when it is written."""
    data = Run(store.folder).xarray()
    data.drop_vars(list(data.data_vars)).to_netcdf(to, engine="h5netcdf")
    for name in data.data_vars:
        data[[name]].to_netcdf(to, mode="a", engine="h5netcdf")
        progress(1 / len(data.data_vars))
    return int(data["present"].sum())
