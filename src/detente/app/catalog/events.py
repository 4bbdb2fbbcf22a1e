"""The command that makes events of a file of event data, and the page that it prints. Heavy imports wait until then."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.app.catalog.layout import paragraph, part
from detente.app.console import bars, plainly, write

if TYPE_CHECKING:
    from detente.history.importers import Imported

MEGABYTE = 1e6
WIDE = 40
"""Letters of a value that are shown."""


def import_events(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The data as published: plain, gzip or zip.")
    ],
    form: Annotated[
        str,
        typer.Option("--format", "-f", help="icews, gdelt (2.0), gdelt1 (1.0), polecat or acled."),
    ],
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="STATE STATE",
            help="Only what one of two states did to the other, by ISO code, such as USA PRK.",
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="The Parquet file to write, in place of one there."),
    ] = Path("events.parquet"),
    encoding: Annotated[
        str, typer.Option(help="How the file is written, such as latin-1.")
    ] = "utf-8",
) -> None:
    """Make events of a file of event data: who did what to whom on which day, by the model's kinds and instruments.

    Reports of one event are taken together. A table says how many rows were read, how many dropped and why, with the
    first of each, and how many events there are. OUT gets an event a row. docs/importers.md says how each format is
    read, what its codes are taken to mean, and how to cite it.
    """
    from detente.history.importers import read_events, write_events

    with plainly():
        with _progress(file) as progress:
            imported = read_events(file, form, between or (), encoding, progress)
        write_events(imported.events, out)
        write([*page(form, file.name, imported), "", f"Written: {out}"])


def page(form: str, name: str, imported: "Imported") -> list[str]:
    """What became of a file: rows, reasons, events by kind, and how to cite it."""
    from detente.history.importers import FORMATS

    tally, events = imported.tally, imported.events
    account = [("rows in the file", _count(tally.rows), "")]
    if tally.spread:
        account.append(("more, as rows name several states", _count(tally.spread), ""))
    account += [
        (drop.reason, _count(-drop.rows), f"{drop.place}: {_shown(drop.value)}")
        for drop in tally.dropped
    ]
    account += [
        ("rows kept", _count(tally.kept), ""),
        ("events in them", _count(tally.events), ""),
    ]
    kinds = events.groupby("kind", observed=True).reports.agg(["size", "sum"])
    kinds = kinds.sort_values("size", ascending=False, kind="stable")
    rows = [(kind, _count(size), f"{reports:>9,}") for kind, size, reports in kinds.itertuples()]
    return [
        f"{FORMATS[form].title}: {name}",
        *part("What became of it", account, ("", "    count", "first of them")),
        *part("Events", rows, ("kind", "   events", "  reports")),
        "",
        *paragraph(f"Cite: {FORMATS[form].cite}."),
    ]


def _count(number: int) -> str:
    return f"{number:>9,}".replace("-", "−")


def _shown(value: str) -> str:
    """A value on one line, or that there is none."""
    line = " ".join(value.split())
    return f"{line[:WIDE]}..." if len(line) > WIDE else line or "nothing"


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int], None]]:
    """Show how much of the file has been read."""
    size = file.stat().st_size / MEGABYTE
    with bars("Reading, then taking the reports of one event together ...", "MB") as shown:
        task = shown.add_task(file.name, total=size)
        yield lambda more: shown.advance(task, more / MEGABYTE)
