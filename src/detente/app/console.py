"""How commands speak to a person: lines, plain errors, and progress that only a person sees."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress


def write(lines: list[str], *, err: bool = False) -> None:
    """Write lines."""
    typer.echo("\n".join(lines), err=err)


@contextmanager
def plainly() -> "Iterator[None]":
    """Turn what a person can mend into a plain message and exit code 2."""
    from detente.app.catalog.layout import message

    try:
        yield
    except (ValueError, IndexError, OSError) as error:
        write(message(f"detente: {error}"), err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        typer.echo("detente: stopped", err=True)
        raise typer.Exit(130) from None


@contextmanager
def bars(first: str, counted: str) -> "Iterator[Progress]":
    """Show bars with what is done, time gone and time left; on standard error, and only to a person.

    Args:
        first: said at once, whoever reads.
        counted: what one step is.
    """
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
        TextColumn(f"{{task.completed:,.0f}}/{{task.total:,.0f}} {counted}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    typer.echo(first, err=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        yield shown
