"""What the commands do, from Python. These are the public names of `detente`; each calls what its command calls."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from detente.app import briefs, usecases
from detente.app.briefs import Briefing
from detente.app.catalog.frames import doctrines, numbers, settings, situations
from detente.app.catalog.runs import runs_under
from detente.app.changes import Value
from detente.app.opened import Run
from detente.app.options import DEFAULT
from detente.app.running import Hands, begin, go_on, mend
from detente.app.usecases import Request, Session
from detente.engine.store import Store

__all__ = [
    "Briefing",
    "Run",
    "brief",
    "doctrines",
    "numbers",
    "open_run",
    "resume",
    "run",
    "runs",
    "settings",
    "situations",
    "story",
]


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


def runs(folder: str | Path = ".") -> list[Run]:
    """Open every run under a folder, in the order of their paths; hidden folders are left out.

    Args:
        folder: where to look, and in the folders below.

    Raises:
        ValueError: if one was begun in another format, or its manifest is damaged.
    """
    return [Run(path) for path in runs_under(Path(folder))]


def brief(
    out: str | Path,
    scenario: str = "korea-2025",
    *,
    policies: Sequence[str] | None = None,
    worlds: int = 1000,
    replicates: int = 10,
    years: int | None = None,
    seed: int = 0,
    changes: Mapping[str, Value] | None = None,
    pdf: bool = False,
    progress: Callable[[str, int], None] = lambda *_: None,
) -> Briefing:
    """Simulate futures and write a briefing on them: HTML, Markdown and JSON, as docs/briefing.md says.

    Args:
        out: folder to write in; an earlier briefing in it is replaced.
        scenario: as for `run`.
        policies: as for `run`, the first being what the others are compared with; if None, all doctrines that ship.
        worlds: as for `run`.
        replicates: as for `run`.
        years: as for `run`.
        seed: as for `run`.
        changes: as for `run`.
        pdf: also print the page, with the system's Chromium.
        progress: as for `run`; and told of each future that is replayed.

    Raises:
        ValueError: as for `run`.
        FileNotFoundError: if it is to be printed and there is no Chromium; nothing is run then.
    """
    every = briefs.every() if policies is None else policies
    request = Request(scenario, tuple(every), worlds, replicates, years, seed, changes or {})
    return briefs.brief(Session(request), Path(out), progress, pdf=pdf)


def story(
    future: int = 0,
    scenario: str = "korea-2025",
    *,
    policy: str = DEFAULT[0],
    worlds: int = 500,
    replicates: int = 10,
    years: int | None = None,
    seed: int = 0,
    changes: Mapping[str, Value] | None = None,
) -> str:
    """Tell one future month by month: who did what, what they knew, what was hidden. For a run's, see `Run.replay`.

    Args:
        future: replicate `future % replicates` of world `future // replicates`.
        scenario: as for `run`.
        policy: a doctrine: a name, `NAME+MODIFIER`, or the path of a .toml file.
        worlds: as for `run`.
        replicates: as for `run`.
        years: as for `run`.
        seed: as for `run`.
        changes: as for `run`.

    Returns:
        Lines of at most 80 columns.

    Raises:
        ValueError: as for `run`.
        IndexError: if there is no such future.
    """
    request = Request(scenario, (policy,), worlds, replicates, years, seed, changes or {})
    session = Session(request)
    _, lines = usecases.tell(session, session.doctrines[0], future)
    return "\n".join(lines)


def _hands(workers: int | str) -> Hands:
    return Hands(cluster=workers) if isinstance(workers, str) else Hands(workers)
