"""The commands about runs: list them, show one, go on with it, export it, tell one of its futures, remove it."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.app.console import bars, plainly, write
from detente.app.options import Cluster, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detente.app.usecases import Progress, Session
    from detente.engine.store import Store

app = typer.Typer(
    help="Runs on disk: list, show, resume, export, replay, remove.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A run: the folder that holds its manifest.json.")
]
Anyway = Annotated[
    bool,
    typer.Option(
        "--anyway", help="Even if another version made the run; its manifest then says so."
    ),
]


@app.command("list", short_help="List the runs under a folder.")
def list_runs(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to look, and in the folders below.")
    ] = Path(),
) -> None:
    """List runs: scenario, policies, size, what is done of them, when they began, and the version that made them."""
    from detente.app.catalog import runs as pages

    with plainly():
        write(pages.overview(folder))


@app.command("show", short_help="Show a run: what it is, and what is done.")
def show_run(
    folder: Folder,
    check: Annotated[
        bool, typer.Option("--check", help="Also read every file, and hold it against its digest.")
    ] = False,
) -> None:
    """Show a run: what it is made of, what is done, how many futures failed, and the version that made it.

    The exit code is 1 if --check finds a file that is not what was written.
    """
    from detente.app.catalog import runs as pages
    from detente.engine.store import Store

    with plainly():
        store = Store.open(folder)
        write(pages.page(store))
        if not check:
            return
        with _checking(store) as progress:
            damaged = store.damaged(progress)
    if damaged:
        write([f"Damaged: chunk {number} of {policy}" for policy, number in damaged], err=True)
        write([f"Make them anew: detente runs resume {folder}"], err=True)
        raise typer.Exit(1)
    write(["Every file is what was written."])


@app.command("resume", short_help="Go on with a run that was interrupted.")
def resume(
    folder: Folder, workers: Workers = 1, cluster: Cluster = None, anyway: Anyway = False
) -> None:
    """Go on with a run: make the chunks that are missing, or that are not what was written.

    The run is made from what its manifest holds, whatever has become of the files that it began with.
    """
    from detente.app import running
    from detente.engine.store import Store

    with plainly():
        store = Store.open(folder)
        store.manifest.agrees(anyway)
        with _checking(store) as progress:
            damaged = running.mend(store, progress)
        write([f"Damaged, made anew: chunk {n} of {policy}" for policy, n in damaged], err=True)
        finish(store, workers, cluster, anyway=anyway)


@app.command("remove", short_help="Remove a run and all that it wrote.")
def remove(
    folder: Folder,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
) -> None:
    """Remove a run: its manifest and all its files. What else lies in its folder stays."""
    from detente.engine.store import Store

    with plainly():
        store = Store.open(folder)
        count = len(store.found())
        if not (yes or typer.confirm(f"Remove the run in {folder} (chunks: {count:,})?")):
            raise typer.Exit(1)
        store.remove()
        write([f"Removed: {folder}"])


@app.command("export", short_help="Write a run's outcomes as one CSV, Parquet or NetCDF file.")
def export(
    folder: Folder,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="FILE.csv, FILE.parquet or FILE.nc.")
    ],
) -> None:
    """Write the outcomes of a run as one file; the ending of its name says which kind.

    Of CSV and Parquet no more than a chunk is held in memory at once. Nothing is overwritten.
    """
    from detente.app.export import write_export
    from detente.engine.store import Store

    with plainly():
        store = Store.open(folder)
        missing = store.missing()
        with bars(f"Exporting {folder} ...", "%") as shown:
            task = shown.add_task(to.name, total=100)
            rows = write_export(store, to, lambda share: shown.advance(task, 100 * share))
        write([f"{rows:,} futures: {to}"])
        if missing:
            write([f"Chunks missing, and their futures with them: {len(missing):,}."])


@app.command("replay", short_help="Tell one future of a run.")
def replay(
    folder: Folder,
    future: Annotated[
        int, typer.Option("--future", "-k", min=0, help="Which future, counted from 0.")
    ] = 0,
    policy: Annotated[
        str | None,
        typer.Option("--policy", "-p", help="Under which policy; the first if not given."),
    ] = None,
    anyway: Anyway = False,
) -> None:
    """Tell one future of a run month by month, from its manifest, and hold it against its row."""
    from detente.app import replaying
    from detente.engine.store import Store

    with plainly():
        store = Store.open(folder)
        typer.echo("Replaying ...", err=True)
        told = replaying.replay(store, future, policy, anyway=anyway)
        write([*told.lines, "", told.verdict])
    if not told.equal:
        raise typer.Exit(1)


def finish(
    store: "Store",
    workers: int,
    cluster: str | None,
    *,
    session: "Session | None" = None,
    anyway: bool = False,
) -> None:
    """Take a run to its end with progress, and say what it holds; if interrupted, say how to go on."""
    from detente.app import running

    hands = running.Hands(workers, cluster)
    try:
        with _progress(store) as progress:
            done = running.go_on(store, progress, hands, session=session, anyway=anyway)
    except BlockingIOError:
        raise
    except (KeyboardInterrupt, OSError):
        write(
            [f"What is written is whole. Go on with: detente runs resume {store.folder}"], err=True
        )
        raise
    design, files = store.manifest.design, len(store.found())
    futures = design.futures * len(store.manifest.policies)
    said = "one file" if files == 1 else f"{files:,} files"
    write([f"{futures:,} futures in {said}: {store.folder / 'outcomes'}"])
    if done.failed:
        write([f"{done.failed:,} of them failed: the column status says where and when."])


@contextmanager
def _checking(store: "Store") -> "Iterator[Callable[[], None]]":
    """Show how many files were read."""
    with bars("Checking what is there ...", "files") as shown:
        task = shown.add_task("files", total=store.files())
        yield lambda: shown.advance(task)


@contextmanager
def _progress(store: "Store") -> "Iterator[Progress]":
    """Show how far each policy has come."""
    manifest = store.manifest
    done = dict.fromkeys(manifest.policies, 0)
    for task in store.found():
        done[task.policy] += len(manifest.futures(task.number))
    with bars("Simulating (the first futures wait for compilation) ...", "futures") as shown:
        tasks = {
            policy: shown.add_task(policy, total=manifest.design.futures, completed=count)
            for policy, count in done.items()
        }
        yield lambda policy, futures: shown.advance(tasks[policy], futures)
