"""A run on disk as tables and arrays that are read when they are used."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from detente.app.replaying import Told, replay
from detente.domain.calendar import month_text
from detente.engine.manifest import Manifest, Task
from detente.engine.store import OUTCOMES_IN, PATHS_IN, Store

Kind = Literal["outcomes", "paths"]


class Run:
    """A run on disk. Nothing is held in memory but what is asked for.

    Its columns, with units and meanings, stand in docs/reference/outcomes.md and in `manifest.columns`.
    """

    def __init__(self, path: str | Path):
        """Open a run.

        Args:
            path: the folder that holds its manifest.json.

        Raises:
            ValueError: if it is none.
        """
        self._store = Store.open(Path(path))

    def __repr__(self) -> str:
        run = self.manifest
        return f"<Run of {run.scenario} under {', '.join(run.policies)}: {self._store.folder}>"

    @property
    def folder(self) -> Path:
        """Where the run lies."""
        return self._store.folder

    @property
    def whole(self) -> bool:
        """Whether every chunk is written; `detente.resume` makes those that are missing."""
        return not self._store.missing()

    @property
    def manifest(self) -> Manifest:
        """What the run is."""
        return self._store.manifest

    @property
    def outcomes(self) -> duckdb.DuckDBPyRelation:
        """One row a future: policy, world, replicate, status, and the outcomes by name. Read when it is used."""
        return self._relation(OUTCOMES_IN)

    @property
    def paths(self) -> duckdb.DuckDBPyRelation:
        """One row a future and month: policy, world, replicate, month, and the tracked outcomes. Read when it is used.

        Raises:
            ValueError: if the run keeps no paths.
        """
        return self._relation(PATHS_IN)

    def sql(self, query: str) -> duckdb.DuckDBPyRelation:
        """Ask in SQL, of the tables `outcomes` and, where they are kept, `paths`.

        Args:
            query: such as `select policy, avg(warheads) from outcomes group by policy`.
        """
        connection = self._connection
        for kind in (OUTCOMES_IN, PATHS_IN) if self.manifest.paths else (OUTCOMES_IN,):
            self._relation(kind).create_view(kind, replace=True)
        return connection.sql(query)

    def pandas(self, kind: Kind = "outcomes") -> pd.DataFrame:
        """All rows in memory, in the order of the run.

        Args:
            kind: outcomes, or paths.
        """
        return pa.concat_tables(pq.read_table(path) for path in self._files(kind)).to_pandas()

    def xarray(self, kind: Kind = "outcomes") -> xr.Dataset:
        """Arrays by policy, world and replicate (and month), with units and meanings, read when they are used.

        Numbers that are null, of failed futures or of chunks that are not there yet, are NaN. Labels are codes, -1
        where null, spelled out in the attribute `flag_meanings`. `present` is 1 where there is a row, `ok` where it
        didn't fail.

        Args:
            kind: outcomes, or paths.
        """
        run, design = self.manifest, self.manifest.design
        self._files(kind)
        dims = ["policy", "world", "replicate"]
        coords: dict[str, Any] = {
            "policy": list(run.policies),
            "world": np.arange(design.worlds),
            "replicate": np.arange(design.replicates),
        }
        columns: list[Mapping[str, Any]] = list(run.columns)
        if kind == PATHS_IN:
            dims.append("month")
            months = (f"{month_text(m)}-01" for m in range(run.start, run.start + run.months))
            coords["month"] = np.array(list(months), "datetime64[ns]")
            columns = [column for column in columns if column["path"]]
        else:
            columns += [
                {"name": "present", "meaning": "Whether the run has written this future"},
                {"name": "ok", "meaning": "Whether the future ran without an error"},
            ]
        variables = {
            column["name"]: xr.Variable(
                dims,
                indexing.LazilyIndexedArray(_Column(self._store, kind, column)),
                _attrs(column),
            )
            for column in columns
        }
        return xr.Dataset(
            variables, coords, {"title": f"Détente: {run.scenario}", "seed": run.seed}
        )

    def replay(self, future: int = 0, policy: str | None = None, *, anyway: bool = False) -> Told:
        """Tell one of its futures from the manifest, and hold it against its row, bit for bit.

        Args:
            future: replicate `future % replicates` of world `future // replicates`.
            policy: under which policy; the run's first if None.
            anyway: even if another version made the run.

        Returns:
            The story as lines, whether the future equals its row, and that in words.

        Raises:
            ValueError: if the run has no such policy, or if another version made it.
            IndexError: if it has no such future.
        """
        return replay(self._store, future, policy, anyway=anyway)

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect()

    def _files(self, kind: str) -> list[Path]:
        if kind == PATHS_IN and not self.manifest.paths:
            raise ValueError("this run keeps no paths: begin one with --paths")
        files = list(self._store.found(kind).values())
        if not files:
            raise ValueError(f"nothing is written yet: detente runs resume {self._store.folder}")
        return files

    def _relation(self, kind: str) -> duckdb.DuckDBPyRelation:
        return self._connection.read_parquet([str(path) for path in self._files(kind)])


def _attrs(column: Mapping[str, Any]) -> dict[str, Any]:
    attrs = {"long_name": column["meaning"]}
    if column.get("unit"):
        attrs |= {"units": column["unit"], "timing": column["timing"]}
    if column.get("labels"):
        codes = np.arange(len(column["labels"]), dtype=np.int8)
        attrs |= {"flag_values": codes, "flag_meanings": " ".join(column["labels"])}
    return attrs


class _Column(BackendArray):
    """One column of a run as an array, of which only the chunks that are asked for are read."""

    def __init__(self, store: Store, kind: str, column: Mapping[str, Any]):
        run = store.manifest
        self.store, self.kind, self.column = store, kind, column
        self.months = run.months if kind == PATHS_IN else None
        self.shape = (len(run.policies), run.worlds, run.replicates) + (
            (run.months,) if self.months else ()
        )
        self.dtype, self.blank = _dtype(column, paths=kind == PATHS_IN)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.BASIC, self._read
        )

    def _read(self, key: tuple[int | slice, ...]) -> np.ndarray:
        """Read the policies and the span of worlds that are asked for, and cut from them what isn't."""
        run, (_, _, *rest) = self.store.manifest, self.shape
        policies = np.atleast_1d(np.array(list(run.policies))[key[0]])
        worlds = np.atleast_1d(np.arange(run.worlds)[key[1]])
        first, beyond = (int(worlds.min()), int(worlds.max()) + 1) if worlds.size else (0, 0)
        start, stop = first * run.replicates, beyond * run.replicates
        found = self.store.found(self.kind)
        block = np.full((len(policies), stop - start, *rest[1:]), self.blank, self.dtype)
        for i, policy in enumerate(policies):
            for number in range(start // run.chunk, -(-stop // run.chunk)):
                if path := found.get(Task(str(policy), number)):
                    futures = run.futures(number)
                    a, b = max(start, futures.start), min(stop, futures.stop)
                    values = self._values(path)[a - futures.start : b - futures.start]
                    block[i, a - start : b - start] = values
        kept = slice(None) if isinstance(key[0], slice) else 0
        spanned = slice(None, None, key[1].step) if isinstance(key[1], slice) else 0
        return block.reshape(len(policies), beyond - first, *rest)[(kept, spanned, *key[2:])]

    def _values(self, path: Path) -> np.ndarray:
        """A chunk's column: [future], or [future, month]."""
        name = self.column["name"]
        if name == "present":
            return np.ones(pq.read_metadata(path).num_rows, self.dtype)
        if name == "ok":
            status = pq.read_table(path, columns=["status"]).column(0).to_numpy()
            return (status == "ok").astype(self.dtype)
        column = pq.read_table(path, columns=[name]).column(0).combine_chunks()
        if pa.types.is_dictionary(column.type):
            column = column.indices
        values = (
            column.cast(pa.float64()).fill_null(float(self.blank)).to_numpy(zero_copy_only=False)
        )
        values = values.astype(self.dtype)
        return values.reshape(-1, self.months) if self.months else values


def _dtype(column: Mapping[str, Any], *, paths: bool) -> tuple[np.dtype, float]:
    """What a column is as an array, and what stands where nothing is."""
    if "dtype" not in column:
        return np.dtype(np.int8), 0
    if column["labels"]:
        return np.dtype(np.int8), -1
    small = paths or column["dtype"] in ("float32", "bool")
    return np.dtype(np.float32 if small else np.float64), np.nan
