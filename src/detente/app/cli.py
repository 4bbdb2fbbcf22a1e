"""The commands. Each reads its options, calls a use case, and says what it did; heavy imports wait until then."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.app import claims, facts, inferring, runs
from detente.app.console import bars, plainly, write
from detente.app.options import (
    DEFAULT,
    NONE,
    Changes,
    Cluster,
    Doctrine,
    EveryPolicy,
    NewName,
    Pack,
    Policies,
    Replicates,
    Scenario,
    Seed,
    Workers,
    Worlds,
    Years,
)

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

policies = typer.Typer(
    help="Doctrines of the guarantor: list, show, begin your own.", no_args_is_help=True
)
scenarios = typer.Typer(help="Situations: list, show, check, begin your own.", no_args_is_help=True)
app.add_typer(policies, name="policy")
app.add_typer(scenarios, name="scenario")
app.add_typer(facts.app, name="facts")
app.add_typer(inferring.app)
app.add_typer(claims.app, name="claims")
app.add_typer(runs.app, name="runs")


@app.command(short_help="Simulate futures; write their outcomes as Parquet files.")
def run(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write in.", file_okay=False)],
    scenario: Scenario = "korea-2025",
    policy: Policies = DEFAULT,
    worlds: Worlds = 500,
    replicates: Replicates = 10,
    years: Years = None,
    seed: Seed = 0,
    changes: Changes = NONE,
    paths: Annotated[
        bool, typer.Option("--paths", help="Also keep the monthly paths of tracked outcomes.")
    ] = False,
    workers: Workers = 1,
    cluster: Cluster = None,
) -> None:
    """Simulate futures and write their outcomes as Parquet, one row a future.

    Files go to OUT/outcomes/*.parquet with the columns policy, world, replicate, status and the outcomes by name
    (docs/reference/outcomes.md). Every policy meets the same luck: compare rows with the same world and replicate.
    Read them with pandas.read_parquet("OUT/outcomes"), or with detente.open_run("OUT").

    OUT/manifest.json says what the run is. If it is interrupted, `detente runs resume OUT` goes on: the same bytes,
    however often it was interrupted and whoever computes.
    """
    from detente.app import running

    with plainly():
        session = _session(scenario, policy, worlds, replicates, years, seed, changes)
        store = running.begin(session, out, paths=paths)
        runs.finish(store, workers, cluster, session=session)


@app.command(short_help="Tell one future month by month.")
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
    changes: Changes = NONE,
) -> None:
    """Tell one future month by month: who did what, what they knew, what was hidden.

    Future K of a run is replicate K % replicates of world K // replicates: give the run's own options to replay it.
    """
    from detente.app import usecases

    with plainly():
        session = _session(scenario, [policy], worlds, replicates, years, seed, changes)
        typer.echo("Replaying ...", err=True)
        _, lines = usecases.tell(session, session.doctrines[0], future)
        write(lines)


@app.command(short_help="Simulate futures; write a page to read.")
def brief(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write in.", file_okay=False)
    ] = Path("brief"),
    scenario: Scenario = "korea-2025",
    policy: EveryPolicy = NONE,
    worlds: Worlds = 1000,
    replicates: Replicates = 10,
    years: Years = None,
    seed: Seed = 0,
    changes: Changes = NONE,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Also print the page, with the system's Chromium.")
    ] = False,
) -> None:
    """Simulate futures and write a briefing: one HTML page that needs nothing else.

    The page gives the situation with its sources, outcomes with ranges, how far to rely on them, fan charts, paired
    differences between policies, what the hidden type of the challenger changes, what the worst futures share, three
    stories, and how to reproduce it all. Beside OUT/briefing.html stand briefing.md, the same words, and
    briefing.json, the numbers (docs/briefing.md).
    """
    from detente.app import briefs

    with plainly():
        every = policy or briefs.every()
        session = _session(scenario, every, worlds, replicates, years, seed, changes)
        with _progress(session) as progress:
            made = briefs.brief(session, out, progress, pdf=pdf)
        printed = [f"Printed: {made.pdf}"] if made.pdf else []
    write([made.summary, "", *printed, f"Briefing: {made.page}"])


@policies.command("list", short_help="List doctrines, and the modifiers of any of them.")
def list_policies() -> None:
    """List the doctrines that ship and what each stands for, and the modifiers that can be added to them."""
    from detente.app.catalog import doctrines

    with plainly():
        write(doctrines.overview())


@policies.command(
    "show",
    short_help="Show every setting of a doctrine, with its grounds.",
    epilog="\b\ndetente policy show verified-freeze\n"
    "detente policy show facility-for-relief+united-front\n"
    "detente policy show my-doctrine.toml",
)
def show_policy(name: Doctrine) -> None:
    """Show a doctrine: every setting with value, unit, grounds and sources, and what modifiers change."""
    from detente.app.catalog import doctrines

    with plainly():
        write(doctrines.page(name))


@policies.command("new", short_help="Begin a doctrine of your own as a copy of another.")
def new_policy(
    name: NewName,
    origin: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="DOCTRINE",
            help="The doctrine to begin from: NAME, NAME+MODIFIER, or a file.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where to write; NAME.toml if not given."),
    ] = None,
) -> None:
    """Begin a doctrine of your own: a copy of another that loads as it is, each setting with what it may be.

    Nothing is overwritten. Modifiers are worked in.
    """
    from detente.app.catalog import copies

    with plainly():
        path = copies.policy(name, origin, out)
    write(
        [
            f"Written: {path}",
            "",
            "Edit its title and summary, then each setting that you would choose otherwise,",
            "with your own grounds for it. Then:",
            "",
            f"  detente policy show {path}",
            f"  detente brief --policy {origin} --policy {path}",
        ]
    )


@scenarios.command("list", short_help="List situations.")
def list_scenarios() -> None:
    """List the situations that ship, and what each is about."""
    from detente.app.catalog import situations

    with plainly():
        write(situations.overview())


@scenarios.command(
    "show",
    short_help="Show a situation, or its numbers.",
    epilog="\b\ndetente scenario show korea-2025\n"
    "detente scenario show korea-2025 --numbers\n"
    "detente scenario show korea-2025 --numbers state.arsenal",
)
def show_scenario(
    name: Pack,
    section: Annotated[str, typer.Argument(help="With --numbers: only names that begin so.")] = "",
    numbers: Annotated[
        bool, typer.Option("--numbers", help="List numbers, with unit, prior, meaning and source.")
    ] = False,
) -> None:
    """Show a situation: what it is about, roles, calendar, shocks, what is in force, and sources."""
    from detente.app.catalog import situations

    with plainly():
        listed = numbers or section
        write(situations.numbers(name, section) if listed else situations.page(name))


@scenarios.command("validate", short_help="Check a situation's files; list all that is wrong.")
def validate_scenario(name: Pack) -> None:
    """Check a situation's files, and list all that is wrong at once, with place, rule, value and remedy.

    The exit code is 2 if anything is wrong.
    """
    from detente.app.catalog import situations

    with plainly():
        write(situations.checked(name))


@scenarios.command("new", short_help="Begin a situation of your own as a copy of another.")
def new_scenario(
    name: NewName,
    origin: Annotated[
        str,
        typer.Option("--from", metavar="PACK", help="The situation to begin from: name or folder."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FOLDER", help="Folder to make; NAME if not given."),
    ] = None,
) -> None:
    """Begin a situation of your own: a copy of another's folder, under its own name, that loads as it is.

    Nothing is overwritten.
    """
    from detente.app.catalog import copies

    with plainly():
        folder = copies.scenario(name, origin, out)
    write(
        [
            f"Written: {folder}/",
            "",
            "Edit scenario.toml (what it is about, roles, dates), state.toml (how things",
            "stand), then the others. docs/packs.md says what each file holds. Then:",
            "",
            f"  detente scenario validate {folder}",
            f"  detente brief {folder}",
        ]
    )


def _session(
    scenario: str,
    policies: list[str],
    worlds: int,
    replicates: int,
    years: int | None,
    seed: int,
    changes: list[str],
) -> "Session":
    from detente.app.changes import parse
    from detente.app.usecases import Request, Session

    request = Request(scenario, tuple(policies), worlds, replicates, years, seed, parse(changes))
    return Session(request)


@contextmanager
def _progress(session: "Session") -> "Iterator[Progress]":
    """Show how far each policy has come, and then how many futures have been replayed to be told."""
    from detente.app import briefs

    with bars("Simulating (the first futures wait for compilation) ...", "futures") as shown:
        tasks = {
            doctrine.name: shown.add_task(doctrine.name, total=session.design.futures)
            for doctrine in session.doctrines
        }
        told = briefs.replayed(session)
        tasks[briefs.REPLAYED] = shown.add_task(briefs.REPLAYED, total=told)
        yield lambda name, futures: shown.advance(tasks[name], futures)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    sys.exit(main())
