"""The commands. Each reads its options, calls a use case, and says what it did; heavy imports wait until then."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detente.app.usecases import Progress, Session

app = typer.Typer(
    name="detente",
    help="A strategy lab for nuclear diplomacy: simulate futures under policies, and read what they tend to bring.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DEFAULT = ["wait-and-contain", "verified-freeze"]

Scenario = Annotated[
    str,
    typer.Argument(
        help="A situation: its name, or the path of a pack's folder.", show_default=True
    ),
]
Policies = Annotated[
    list[str],
    typer.Option(
        "--policy",
        "-p",
        help="A doctrine of the guarantor: its name, or a .toml file. Give it once for each.",
    ),
]
Worlds = Annotated[
    int,
    typer.Option(
        "--worlds",
        min=1,
        max=10_000_000,
        help="Draws of what is deeply uncertain: parameters, preferences, the start.",
    ),
]
Replicates = Annotated[
    int,
    typer.Option(
        "--replicates",
        min=1,
        max=100_000,
        help="Futures of each world, which differ by chance alone.",
    ),
]
Years = Annotated[
    int | None,
    typer.Option(
        "--years", min=1, max=50, help="Horizon; the situation's own where none is given."
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", min=0, max=2**63 - 1, help="The same seed gives the same futures, byte for byte."
    ),
]


@app.command()
def run(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write in.", file_okay=False)],
    scenario: Scenario = "korea-2025",
    policy: Policies = DEFAULT,
    worlds: Worlds = 500,
    replicates: Replicates = 10,
    years: Years = None,
    seed: Seed = 0,
) -> None:
    """Simulate futures and write their outcomes as Parquet, one row a future.

    Files go to OUT/outcomes/*.parquet with the columns policy, world, replicate, status and the outcomes by name
    (docs/reference/outcomes.md). Every policy meets the same luck: compare rows with the same world and replicate.
    Read them with pandas.read_parquet("OUT/outcomes").
    """
    from detente.app import usecases

    with _plainly():
        session = _session(scenario, policy, worlds, replicates, years, seed)
        with _progress(session) as progress:
            written = usecases.run(session, out, progress)
    futures = session.design.futures * len(session.doctrines)
    typer.echo(f"{futures:,} futures in {len(written.paths)} files: {out / 'outcomes'}")
    if written.failed:
        typer.echo(f"{written.failed:,} of them failed: the column status says where and when.")


@app.command()
def story(
    policy: Annotated[
        str, typer.Option("--policy", "-p", help="The doctrine to follow.")
    ] = DEFAULT[0],
    future: Annotated[
        int, typer.Option("--future", "-k", min=0, help="Which future, counted from 0.")
    ] = 0,
    scenario: Scenario = "korea-2025",
    worlds: Worlds = 500,
    replicates: Replicates = 10,
    years: Years = None,
    seed: Seed = 0,
) -> None:
    """Tell one future month by month: who did what, what they knew, what was hidden.

    Future K of a run is replicate K % replicates of world K // replicates: give the run's own options to replay it.
    """
    from detente.app.report.story import tell

    with _plainly():
        session = _session(scenario, [policy], worlds, replicates, years, seed)
        typer.echo("Replaying ...", err=True)
        months = session.future(session.doctrines[0], future)
        typer.echo("\n".join(tell(months, session.pack.head, session.doctrines[0], future)))


@app.command()
def brief(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for briefing.html.", file_okay=False)
    ] = Path("brief"),
    scenario: Scenario = "korea-2025",
    policy: Policies = DEFAULT,
    worlds: Worlds = 500,
    replicates: Replicates = 10,
    years: Years = None,
    seed: Seed = 0,
) -> None:
    """Simulate futures and write a briefing: one HTML page that needs nothing else.

    The page gives the situation with its sources, outcomes with ranges, fan charts, paired differences between
    policies, what the hidden type of the challenger changes, and how to reproduce it all.
    """
    from detente.app import usecases
    from detente.app.report import briefing

    with _plainly():
        session = _session(scenario, policy, worlds, replicates, years, seed)
        with _progress(session) as progress:
            results = usecases.simulate(session, progress)
        path = briefing.write(session, results, out)
        typer.echo(briefing.summary(session, results))
    typer.echo(f"\nBriefing: {path}")


def _session(
    scenario: str, policies: list[str], worlds: int, replicates: int, years: int | None, seed: int
) -> "Session":
    from detente.app.usecases import Request, Session

    return Session(Request(scenario, tuple(policies), worlds, replicates, years, seed))


@contextmanager
def _plainly() -> "Iterator[None]":
    """Turn what a person can mend into a plain message and exit code 2."""
    try:
        yield
    except (ValueError, IndexError, OSError) as error:
        typer.echo(f"detente: {error}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        typer.echo("detente: stopped", err=True)
        raise typer.Exit(130) from None


@contextmanager
def _progress(session: "Session") -> "Iterator[Progress]":
    """Show how far each policy has come, with rate and time left; on standard error, and only to a person."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f} futures"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    if not console.is_terminal:
        typer.echo("Simulating (the first futures wait for compilation) ...", err=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks = {
            doctrine.name: bars.add_task(doctrine.name, total=session.design.futures)
            for doctrine in session.doctrines
        }
        yield lambda name, futures: bars.advance(tasks[name], futures)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    sys.exit(main())
