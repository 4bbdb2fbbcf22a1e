"""Runs that last: begun in a folder, computed by one process, several, or a cluster, and gone on with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from detente.app.jobs import bind, describe, parts, work
from detente.app.usecases import Progress, Session
from detente.engine.manifest import NAME, Manifest, Task, read_manifest
from detente.engine.store import Part, Store
from detente.engine.version import here
from detente.engine.workers import in_processes


@dataclass(frozen=True)
class Hands:
    """Who computes: so many local processes, or the Dask cluster at an address."""

    workers: int = 1
    cluster: str | None = None


@dataclass(frozen=True)
class Done:
    """What a run holds after it was gone on with, and how many of the futures that were added failed."""

    store: Store
    failed: int


def begin(session: Session, out: Path, *, paths: bool = False) -> Store:
    """Begin a run in a folder; nothing is run yet.

    Raises:
        FileExistsError: if the folder holds a run, this or another: nothing is overwritten.
    """
    manifest = describe(session, paths=paths)
    if (out / NAME).exists():
        raise FileExistsError(_taken(out, manifest))
    return Store.create(out, manifest)


def go_on(
    store: Store,
    progress: Progress = lambda *_: None,
    hands: Hands | None = None,
    *,
    session: Session | None = None,
    anyway: bool = False,
) -> Done:
    """Run the chunks that are missing, and write them.

    Args:
        store: the run.
        progress: told after each chunk.
        hands: who computes; this process if None.
        session: the run's session where there is one; bound from the manifest if not.
        anyway: add to a run of another code, which the manifest then says.

    Raises:
        OtherVersionError: if another code made the run.
        BlockingIOError: if another process is writing it.
        OSError: if a chunk can't be written; all others are whole.
    """
    manifest = store.manifest.agrees(anyway)
    with store.writing():
        store.replace_manifest(manifest)
        missing, failed = store.missing(), 0
        if missing:
            for part in _computed(manifest, session, missing, hands or Hands()):
                store.add(part)
                failed += part.failed
                progress(part.task.policy, part.futures)
    return Done(store, failed)


def mend(store: Store, progress: Callable[[], None] = lambda: None) -> list[Task]:
    """Take away the chunks that are not what was written, so that they count as missing, and name them.

    Args:
        store: the run.
        progress: told after each file that was read.
    """
    damaged = store.damaged(progress)
    for task in damaged:
        store.discard(task)
    return damaged


def run(
    session: Session,
    out: Path,
    progress: Progress = lambda *_: None,
    hands: Hands | None = None,
    *,
    paths: bool = False,
) -> Done:
    """Begin a run and take it to its end. Arguments and errors: see `begin` and `go_on`."""
    return go_on(begin(session, out, paths=paths), progress, hands, session=session)


def _computed(
    manifest: Manifest, session: Session | None, tasks: list[Task], hands: Hands
) -> Iterator[Part]:
    """Chunks as they come."""
    job = partial(work, manifest.text(), here())
    if hands.cluster:
        return _cluster()(job, tasks, hands.cluster)
    if hands.workers > 1:
        return in_processes(job, tasks, hands.workers)
    return parts(manifest, session or bind(manifest), tasks)


def _cluster() -> Callable[..., Iterator[Part]]:
    """What hands chunks to Dask, if it is there: an extra."""
    try:
        from detente.engine.cluster import on_cluster
    except ModuleNotFoundError as error:
        raise ValueError(
            f"--cluster needs Dask, and {error.name} is missing: pip install 'detente[cluster]'"
        ) from None
    return on_cluster


def _taken(out: Path, manifest: Manifest) -> str:
    """Why no run begins in a folder that holds one."""
    there = read_manifest(out)
    if unlike := there.differences(manifest):
        return (
            f"nothing is overwritten, and {out} holds another run of {there.scenario} (unlike this one in "
            f"{', '.join(unlike)}): give another --out"
        )
    if Store(out, there).missing():
        return f"{out} holds this very run, unfinished: detente runs resume {out}"
    return f"{out} already holds outcomes of this very run, whole: detente runs show {out}"
