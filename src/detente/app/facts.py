"""The commands about facts: show a table or a series, check what the tables hold, draw. Heavy imports wait."""

from pathlib import Path
from typing import Annotated

import typer

from detente.app.catalog import events
from detente.app.console import plainly, write

app = typer.Typer(
    help="What happened: fact tables and series, with sources.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

app.command("import", short_help="Make events of a file of event data.")(events.import_events)

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="YYYY-MM", help="Only what could be known at the end of that month."
    ),
]
From = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")]
To = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month.")]


@app.command(
    "show",
    short_help="Show a table of facts, or a monthly series.",
    epilog="\b\ndetente facts show launches --from 2017-07 --to 2017-12\n"
    "detente facts show launch_days --as-of 2012-06\n"
    "detente facts show arrivals --csv > arrivals.csv",
)
def show(
    name: Annotated[
        str | None,
        typer.Argument(metavar="TABLE|SERIES", help="Which; all are listed if none is given."),
    ] = None,
    as_of: AsOf = None,
    start: From = None,
    end: To = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print comma-separated values, every column.")
    ] = False,
) -> None:
    """Show a table of facts row by row, each with its source, or a monthly series year by year.

    A row says from when it could be known where that is later than what it tells, and whether anybody verified it.
    Months of a series in which nobody counted are shown as a point.
    """
    from detente.app.catalog import facts as pages

    with plainly():
        if name is None:
            write(pages.overview())
        elif as_csv:
            typer.echo(pages.as_csv(name, as_of, start, end), nl=False)
        else:
            write(pages.page(name, as_of, start, end))


@app.command("check", short_help="Check every table; say how far it is verified.")
def check() -> None:
    """Check every table of facts against its rules, and say what it holds.

    Counts rows and those that nobody verified, figures that are published in several versions, and how far the two
    coders of moves agree. The exit code is 2 if a table breaks a rule; all that is wrong is then listed.
    """
    from detente.app.catalog import facts as pages

    with plainly():
        write(pages.checked())


@app.command(
    "plot",
    short_help="Draw series, one below the other.",
    epilog="\b\ndetente facts plot launch_days us_dprk_talks --out talks.svg\n"
    "detente facts plot warheads china_trade --from 2010-01 --out trade.html",
)
def plot(
    names: Annotated[list[str], typer.Argument(metavar="SERIES...", help="Which, in order.")],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE", help="Where to write: .svg, .html or .png."),
    ],
    as_of: AsOf = None,
    start: From = None,
    end: To = None,
) -> None:
    """Draw monthly and yearly series one below the other over the same years.

    A .html also holds the numbers. A .png needs the system's Chromium.
    """
    from detente.app.catalog import facts as pages

    with plainly():
        drawn = pages.plotted(names, out, as_of, start, end)
    write([f"Drawn: {drawn}"])
