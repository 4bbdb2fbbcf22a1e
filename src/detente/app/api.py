"""The same runs from Python: begin one, go on with one, open one. These are the public names of `detente`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from detente.app.changes import Value
from detente.app.opened import Run
from detente.app.options import DEFAULT
from detente.app.running import Hands, begin, go_on, mend
from detente.app.usecases import Request, Session
from detente.engine.store import Store

__all__ = ["Run", "open_run", "resume", "run"]


def run(
    out: str | Path,
    scenario: str = "korea-2025",
    *,
    policies: Sequence[str] = tuple(DEFAULT),
    worlds: int = 500,
    replicates: int = 10,
    years: int | None = None,
    seed: int = 0,
    changes: Mapping[str, Value] | None = None,
    paths: bool = False,
    workers: int | str = 1,
    progress: Callable[[str, int], None] = lambda *_: None,
) -> Run:
    """Simulate futures, write them to a folder, and open it.

    Args:
        out: folder to write in; it must hold no run yet.
        scenario: a situation, by its name or the path of a pack's folder.
        policies: doctrines of the guarantor: names, `NAME+MODIFIER`, or paths of .toml files.
        worlds: draws of what is deeply uncertain.
        replicates: futures of each world, which differ by chance alone.
        years: horizon; the situation's own if None.
        seed: the same seed gives the same futures, byte for byte.
        changes: numbers of the situation to fix, by name, such as `{"testing.talks": 0}`.
        paths: also keep the monthly paths of tracked outcomes.
        workers: so many local processes, or the address of a Dask scheduler. A script that takes more than one process
            runs it under `if __name__ == "__main__":`, as with all of Python's processes.
        progress: told after each chunk: a policy, and how many futures were finished under it.

    Raises:
        ValueError: if sizes, names, files or changes make no run, with everything that is wrong.
        FileExistsError: if the folder holds a run: nothing is overwritten.
    """
    request = Request(scenario, tuple(policies), worlds, replicates, years, seed, changes or {})
    session = Session(request)
    store = begin(session, Path(out), paths=paths)
    go_on(store, progress, _hands(workers), session=session)
    return Run(out)


def resume(
    path: str | Path,
    *,
    workers: int | str = 1,
    progress: Callable[[str, int], None] = lambda *_: None,
    anyway: bool = False,
) -> Run:
    """Make the chunks of a run that are missing or damaged, and open it. A run that is whole stays as it is.

    Args:
        path: the folder that holds its manifest.json.
        workers: as for `run`.
        progress: as for `run`.
        anyway: even if another version made the run; its manifest then says so.

    Raises:
        ValueError: if the folder is no run, or one of another version.
    """
    store = Store.open(Path(path))
    store.manifest.agrees(anyway)
    mend(store)
    go_on(store, progress, _hands(workers), anyway=anyway)
    return Run(path)


def open_run(path: str | Path) -> Run:
    """Open a run on disk; its tables and arrays are read when they are used.

    Args:
        path: the folder that holds its manifest.json.

    Raises:
        ValueError: if it is none.
    """
    return Run(path)


def _hands(workers: int | str) -> Hands:
    return Hands(cluster=workers) if isinstance(workers, str) else Hands(workers)
