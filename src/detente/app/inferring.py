"""The commands that ask history: calibrate, filter, forecast, hindcast, replay, patterns. Heavy imports wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.app.console import bars, plainly, write

if TYPE_CHECKING:
    from rich.progress import TaskID

    from detente.app.history import Said

app = typer.Typer(rich_markup_mode=None)

Month = Annotated[
    str,
    typer.Option("--as-of", metavar="YYYY-MM", help="The month: nothing known later goes in."),
]


FromPosterior = Annotated[
    Path | None,
    typer.Option(
        "--posterior",
        metavar="FILE",
        help="Posteriors by date, as `detente calibrate --out` writes them; those that ship if none is given.",
    ),
]


@app.command(
    "calibrate",
    short_help="Ask history which numbers it favours; keep the posterior.",
    epilog="\b\ndetente calibrate --as-of 2011-12 --draws 850 --out calibrated\n",
)
def calibrate(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Where to write.")],
    as_of: Month = "2024-12",
    every_year: Annotated[
        bool,
        typer.Option(
            "--every-year",
            help="Also as of every December since 2001, in one pass by sequential Monte Carlo: the better part of an "
            "hour.",
        ),
    ] = False,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            min=100,
            help="Draws to keep of each of four long chains; 510 if none is given.",
            show_default=False,
        ),
    ] = None,
    without_types: Annotated[
        bool,
        typer.Option(
            "--without-types",
            help="With --every-year: by the rival in which everybody knows what the challenger wants.",
        ),
    ] = False,
    screen: Annotated[
        bool,
        typer.Option(
            "--screen", help="Only choose numbers to calibrate: write OUT/calibrated.csv."
        ),
    ] = False,
) -> None:
    """Sample what history tells of the model's numbers, and show prior and posterior side by side.

    Long chains as of one month, of 510 draws, take three to twenty minutes on two cores. They are written to
    OUT/chains.nc, which ArviZ reads, and draws of them to OUT/dated.nc, from which forecasts set out (--posterior).
    Says which numbers have not converged and how many draws may do, which history does not inform, and how far the
    chains agree with the posterior that ships.

    What was interrupted goes on, given the same folder, month and version: chains from where they were, a pass with
    --every-year from the last December. Chains that have ended go on as well, to as many --draws as are asked of them
    then. Another month, or another version, begins anew in their place: give it a folder of its own.
    """
    from detente.app import calibrating

    with plainly():
        if without_types and not every_year:
            raise ValueError(
                "--without-types goes with --every-year: what is compared is the pass through history"
            )
        if draws is not None and (every_year or screen):
            raise ValueError(
                "--draws goes with long chains: without --every-year, and without --screen"
            )
        with _watched() as said:
            if screen:
                lines = calibrating.screen(out / "calibrated.csv", said)
            elif every_year:
                lines = calibrating.every_year(out, as_of, said, types=not without_types)
            else:
                lines = calibrating.one(out, as_of, said, draws=draws or calibrating.DRAWS)
    write(lines)


@contextmanager
def _watched() -> "Iterator[Said]":
    """Show how far each part has come."""
    from detente.app.history import Said

    with bars("Asking history ...", "steps") as shown:
        tasks: list[TaskID] = []

        def begin(what: str, size: int) -> None:
            tasks.append(shown.add_task(what, total=size))

        yield Said(begin, lambda by: shown.advance(tasks[-1], by))


@app.command(
    "filter",
    short_help="The state of a month as history tells it, hidden types included.",
    epilog="\b\ndetente filter --as-of 2024-12 --out filtered.nc\n"
    "detente filter --as-of 2024-12 --out filtered.nc --against korea-2025\n",
)
def filter_state(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="netCDF to write.")],
    as_of: Month = "2024-12",
    draws: Annotated[int, typer.Option("--draws", min=8, help="Draws of the posterior.")] = 64,
    particles: Annotated[
        int, typer.Option("--particles", min=8, help="Filtered futures of each draw.")
    ] = 48,
    keep: Annotated[int, typer.Option("--keep", min=8, help="Draws of the state to keep.")] = 512,
    posterior: FromPosterior = None,
    pack: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="PACK", help="Also list what a situation states of the same."
        ),
    ] = None,
    prices: Annotated[
        float | None,
        typer.Option(
            "--prices",
            min=0.01,
            help="With --against: its dollars to one of the file's; as the situation says if not given.",
        ),
    ] = None,
) -> None:
    """Take a particle filter through history to the end of a month, and keep joint draws of the state it finds.

    A draw is everything that the month hands to the next, the calibrated numbers, and what the challenger wants. The
    file opens in xarray: values by draw and row, intent, and wants by draw and preference. A situation can start from
    it (docs/packs.md).
    """
    from detente.app import filtering
    from detente.app.wiring import POLICIES
    from detente.scenarios.binding import load_pack

    with plainly():
        beside = load_pack(pack, POLICIES) if pack else None
        typer.echo("Filtering history (a minute the first time) ...", err=True)
        found = filtering.made(as_of, posterior, out, draws=draws, particles=particles, size=keep)
        lines = [*filtering.summary(found), ""]
        if beside:
            lines += [*filtering.beside(filtering.against(found, beside, prices), beside), ""]
    write([*lines, f"Written: {out}"])


@app.command(
    "forecast",
    short_help="Forecast from the filtered state of a month: samples, or one question.",
    epilog="\b\ndetente forecast --as-of 2024-12 --months 12 --out forecast.parquet\n"
    'detente forecast --question "nuclear_tests >= 1" --from 2025-01 --to 2025-12\n',
)
def forecast(
    as_of: Month = "2024-12",
    months: Annotated[int, typer.Option("--months", min=1, max=120, help="How many.")] = 12,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="A Parquet file to write samples to."),
    ] = None,
    question: Annotated[
        str | None,
        typer.Option(
            "--question",
            metavar="QUESTION",
            help='About a total over the window, such as "nuclear_tests >= 1" or "launch_days max > 5".',
        ),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM", help="First month of the question.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month of the question.")
    ] = None,
    stacked: Annotated[
        bool,
        typer.Option("--stacked", help="Mix in the baselines, by how they scored in the past."),
    ] = False,
    draws: Annotated[int, typer.Option("--draws", min=8, help="Draws of the posterior.")] = 64,
    particles: Annotated[
        int, typer.Option("--particles", min=8, help="Filtered futures of each draw.")
    ] = 48,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of what is counted.")] = 0,
    posterior: FromPosterior = None,
) -> None:
    """Forecast what follows a month, from what was known by its end.

    Writes a row a target, month and sample (columns target, month, sample, value). Targets: launch_days,
    missiles_launched, icbm_launches, nuclear_tests, provocations, us_dprk_talks, us_dprk_summit, satellite_launches.
    A question gets a probability, its range across draws of the parameters, the base rate, and how such probabilities
    have done in the hindcast. Without either, a summary by target is printed.
    """
    from detente.app import forecasts

    with plainly():
        asked = forecasts.Asked(as_of, months, draws, particles, seed, stacked, posterior)
        typer.echo("Filtering history, then going on (a minute the first time) ...", err=True)
        if question is not None:
            lines = forecasts.answered(asked, question, start, end)
        else:
            lines = forecasts.summarised(asked, out)
    write(lines)


@app.command(
    "hindcast",
    short_help="Forecast the past as of then; score it beside baselines.",
    epilog="\b\ndetente hindcast --out hindcast --every 3 --posterior calibrated/dated.nc\n",
)
def hindcast(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="Where to write a file a year.")
    ] = Path("hindcast"),
    since: Annotated[int, typer.Option("--since", min=2005, max=2024, help="First year.")] = 2005,
    until: Annotated[int, typer.Option("--until", min=2005, max=2024, help="Last year.")] = 2024,
    every: Annotated[
        int, typer.Option("--every", min=1, max=12, help="Months from origin to origin.")
    ] = 3,
    posterior: FromPosterior = None,
) -> None:
    """Roll the origin through history, forecast twelve months ahead from each, and score beside six baselines.

    Writes a file a year to OUT, so that an interrupted hindcast goes on where it stopped; years that are there from
    another posterior are made anew. Each year starts from the posterior as of the December before, which has to be in
    the file of posteriors.
    """
    from detente.app import hindcasts

    with plainly(), _watched() as said:
        hindcasts.run(out, range(since, until + 1), every, said, posterior)
        lines = hindcasts.shown(hindcasts.scores(out))
    write(lines)


@app.command(
    "replay-history",
    short_help="Change one thing in history, and compare what follows.",
    epilog="\b\ndetente replay-history hanoi\n"
    'detente replay-history 2019-02 --change "guarantor.doctrine=step-by-step"\n'
    'detente replay-history 2002 --change "guarantor.doctrine=arms-control" --months 60\n'
    "detente replay-history --list\n"
    "detente replay-history --learn --worth verified_freeze_months=1 --worth war=-60\n",
)
def replay_history(
    where: Annotated[
        str | None,
        typer.Argument(
            metavar="EPISODE|YYYY-MM",
            help="An episode by its name, or the last month that stays as it was.",
        ),
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--change",
            metavar="NAME=VALUE",
            help="guarantor.doctrine=NAME, or a number of the model. Give it once for each; an episode has its own.",
        ),
    ] = None,
    months: Annotated[
        int | None,
        typer.Option(
            "--months", min=1, max=120, help="How far to go on; 36, or as the episode says."
        ),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=8, help="Draws of the posterior.")] = 64,
    particles: Annotated[
        int, typer.Option("--particles", min=8, help="Filtered futures of each draw.")
    ] = 32,
    posterior: FromPosterior = None,
    listing: Annotated[bool, typer.Option("--list", help="List the episodes, and stop.")] = False,
    learn: Annotated[
        bool,
        typer.Option("--learn", help="Try the doctrine that was best at each episode at the next."),
    ] = False,
    worth: Annotated[
        list[str] | None,
        typer.Option(
            "--worth",
            metavar="OUTCOME=WEIGHT",
            help="With --learn: what a future is worth. Give it once for each outcome.",
        ),
    ] = None,
) -> None:
    """Take history to a month as it was, change something, and compare the futures with and without the change.

    Both set out from the same filtered state under parameters from the posterior as of that month, and meet the same
    luck. Differences are in pairs; intervals are over draws of the parameters.

    With --learn, every doctrine is tried at every episode; the best by expected worth there is tried at the next, and
    held against what is best there and against going on as it was.
    """
    from detente.app import counterfactuals

    with plainly():
        sizes = counterfactuals.Sizes(draws, particles)
        if listing:
            lines = counterfactuals.listed()
        elif learn:
            weights = counterfactuals.weighed(worth or [])
            length = months or counterfactuals.MONTHS
            with _watched() as said:
                lines = counterfactuals.learned(weights, length, sizes, posterior, said)
        else:
            if where is None:
                raise ValueError("give an episode or a month: detente replay-history --list")
            asked = counterfactuals.fork(where, change or [], months)
            typer.echo(
                "Filtering history, then two futures (some minutes the first time) ...", err=True
            )
            lines = counterfactuals.compared(asked, sizes, posterior)
    write(lines)


@app.command(
    "patterns",
    short_help="Hold the model against published patterns: the scoreboard.",
    epilog="\b\ndetente patterns --list\n"
    "detente patterns --only 3 --only p6_bias_of_sources\n"
    "detente patterns --posterior calibrated/dated.nc --out patterns.csv\n"
    "detente patterns --apart\n",
)
def patterns(
    posterior: FromPosterior = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="NAME",
            help="A check by name, or a pattern by number. Give it once for each.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE.csv", help="Also write a table, a row a verdict."
        ),
    ] = None,
    apart: Annotated[
        bool,
        typer.Option(
            "--apart", help="Instead: what history can tell apart, and what hangs on types."
        ),
    ] = False,
    listed: Annotated[
        bool, typer.Option("--list", help="Only list the checks, and run none.")
    ] = False,
) -> None:
    """Run every published pattern as a check, under the priors and under a posterior, and print the scoreboard.

    A verdict is holds, fails or not identified, with the published figure, the model's, and by how much they lie apart:
    in sd, standard deviations of the predictive spread, in se, standard errors, or in log odds. Names begin with the
    pattern's kind and number: p is expected; r has rival findings, and holds means that the first is favoured; n is a
    null that must not be found; d is a diagnostic of the prior. Nothing is tuned to any, and those that fail are shown.

    All of it takes some ten minutes the first time, most of it compilation. FILE.csv has the columns pattern, kind,
    check, what, under, as_of, verdict, published, model, by, unit, why.
    """
    from detente.app.patterns import usecases

    with plainly():
        if listed:
            lines = usecases.listed(only or [])
        elif apart:
            with _watched() as said:
                lines = usecases.apart(posterior, said)
        else:
            usecases.ready(out)
            with _watched() as said:
                lines = usecases.scored(posterior, only or [], out, said)
    write(lines)
