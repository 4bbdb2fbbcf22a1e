"""Pages about runs: what lies under a folder, and one of them whole."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb

from detente.app.catalog.layout import paragraph, part, table
from detente.app.changes import spell
from detente.app.opened import Run
from detente.domain.calendar import month_text
from detente.engine.manifest import FORMAT, NAME, read_manifest
from detente.engine.store import Store
from detente.engine.version import Code, here

FAILED = "select policy, count(*) filter (status <> 'ok') from outcomes group by policy"


def runs_under(folder: Path) -> Iterator[Path]:
    """Folders of runs, in the order of their names; hidden folders are left out."""
    for at, folders, files in os.walk(folder):
        folders.sort()
        folders[:] = [name for name in folders if not name.startswith(".")]
        path = Path(at)
        if NAME in files and FORMAT in (path / NAME).read_text("utf-8", errors="ignore")[:100]:
            folders.clear()
            yield path


def overview(folder: Path) -> list[str]:
    """The runs under a folder.

    Raises:
        ValueError: if it is no folder.
    """
    if not folder.is_dir():
        raise ValueError(f"runs lie under a folder; received {folder}")
    lines: list[str] = []
    for path in runs_under(folder):
        try:
            lines += [str(path), *paragraph(_summary(Store(path, read_manifest(path))), 4)]
        except ValueError as error:
            lines += [str(path), *paragraph(str(error), 4)]
    return lines or [f"No runs under {folder}. Begin one: detente run --out runs/first"]


def page(store: Store) -> list[str]:
    """One run: what it is, and what is there."""
    run, design = store.manifest, store.manifest.design
    facts = [
        ("scenario", run.scenario),
        ("set", " ".join(spell(run.changes)) or "nothing"),
        ("futures", f"{design.futures:,} = {run.worlds:,} worlds x {run.replicates:,} replicates"),
        ("months", f"{run.months} from {month_text(run.start)}"),
        ("seed", str(run.seed)),
        ("paths", "kept" if run.paths else "not kept"),
        ("begun", _when(run.made)),
        ("made by", _code(run.code)),
        *(("and by", f"{_code(code)}, in spite of the difference") for code in run.mixed),
        ("here", "; ".join(here().unlike(run.code)) or "the same code"),
        ("on disk", f"{_size(store.folder) / 2**20:,.1f} MiB"),
    ]
    chunks = Counter(task.policy for task in store.found())
    failed = _failed(store) if chunks else {}
    rows = [
        (policy, f"{chunks[policy]:,} of {design.chunks:,}", f"{failed.get(policy, 0)}", digest)
        for policy, digest in run.policies.items()
    ]
    head = ("policy", "chunks", "failed", "settings")
    missing = store.missing()
    rest = ["", f"{len(missing):,} chunks are missing: detente runs resume {store.folder}"]
    return [
        str(store.folder),
        "",
        *table(facts),
        *part("Policies", rows, head),
        *(rest if missing else []),
    ]


def _failed(store: Store) -> dict[str, int | str]:
    """Number of failed futures by policy; a question mark where a file can't be read."""
    try:
        return dict(Run(store.folder).sql(FAILED).fetchall())
    except duckdb.Error:
        return dict.fromkeys(store.manifest.policies, "? (a file can't be read: --check)")


def _summary(store: Store) -> str:
    run, total = store.manifest, sum(1 for _ in store.manifest.tasks())
    missing = len(store.missing())
    done = "whole" if not missing else f"{total - missing:,} of {total:,} chunks"
    mixed = ", mixed" if run.mixed else ""
    return (
        f"{run.scenario} under {', '.join(run.policies)}; {run.worlds:,} x {run.replicates:,} futures of {run.months} "
        f"months, seed {run.seed}; {done}; {_when(run.made)}, {_code(run.code)}{mixed}"
    )


def _when(made: str) -> str:
    return made.replace("T", " ").replace("+00:00", " UTC")


def _code(code: Code) -> str:
    return f"version {code.version} ({code.source})"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
