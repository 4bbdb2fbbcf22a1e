"""The commands about claims: list them, show one, put them to the model. Heavy imports wait until then."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from detente.app.console import bars, plainly, write
from detente.app.options import NONE, Replicates, Seed, Worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detente.evidence.catalogue import Claim

app = typer.Typer(
    help="Claims as experiments: list, show, run.", no_args_is_help=True, rich_markup_mode=None
)

Keys = Annotated[
    list[str] | None,
    typer.Argument(metavar="CLAIM", help="By number, such as M7; all if none is given."),
]


@app.command("list", short_help="List the claims.")
def list_claims() -> None:
    """List the claims, and how many contrasts test each."""
    from detente.app.catalog import claims as pages

    with plainly():
        write(pages.overview(_chosen(NONE)))


@app.command("show", short_help="Show a claim: lever, measures, what fixes its verdict.")
def show_claim(
    key: Annotated[str, typer.Argument(metavar="CLAIM", help="By its number, such as M7.")],
) -> None:
    """Show a claim: its lever, its measures, what fixes its verdict, rival readings, and its contrasts."""
    from detente.app.catalog import claims as pages
    from detente.app.wiring import POLICIES
    from detente.evidence.arms import Library, check

    with plainly():
        (claim,), library = _chosen([key]), Library(POLICIES)
        check([claim], library)
        write(pages.page(claim, library))


@app.command("run", short_help="Put claims to the model.")
def run_claims(
    keys: Keys = None,
    worlds: Worlds = 256,
    replicates: Replicates = 4,
    seed: Seed = 0,
    every: Annotated[
        bool, typer.Option("--all", help="Show every outcome of a claim, not only each contrast's.")
    ] = False,
) -> None:
    """Put claims to the model: run both arms of every contrast in the same worlds, and compare future by future.

    Futures are run 1,008 at a time, so that fewer take as long.
    """
    from detente.app.catalog import claims as pages
    from detente.app.experiments import Bench, put
    from detente.app.wiring import POLICIES
    from detente.evidence.arms import Library

    with plainly():
        chosen = [claim for claim in _chosen(keys or NONE) if claim.contrasts or keys]
        with _progress(chosen) as progress:
            bench = Bench(Library(POLICIES), worlds, replicates, seed, progress)
            write(pages.heading())
            for claim, findings in put(chosen, bench):
                write(pages.block(claim, findings, every))
        write(pages.foot(worlds, replicates, seed))


def _chosen(keys: list[str]) -> list["Claim"]:
    """The claims that are asked for, in the catalogue's order; all if none is.

    Raises:
        ValueError: if there is no such claim.
    """
    from detente.evidence.catalogue import read_claims

    claims, asked = read_claims(), [key.upper() for key in keys]
    if unknown := [key for key in asked if key not in claims]:
        raise ValueError(f"claims are M1 to M{len(claims)}; received {', '.join(unknown)}")
    return [claim for key, claim in claims.items() if key in asked or not asked]


@contextmanager
def _progress(claims: list["Claim"]) -> "Iterator[Callable[[], None]]":
    """Show how many arms have run."""
    from detente.app.experiments import arms

    total = len(arms(claims))
    with bars(f"{total} arms to run; the first waits for compilation ...", "arms") as shown:
        task = shown.add_task("arms of contrasts", total=total)
        yield lambda: shown.advance(task)
