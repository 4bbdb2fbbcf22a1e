"""How commands speak to a person: lines, plain errors, and progress that only a person sees."""

from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

EVERY, SHORT = 30.0, 2.0
"""Seconds between plain lines on progress, and what is over before it deserves one."""


def write(lines: list[str], *, err: bool = False) -> None:
    """Write lines, if there are any."""
    if lines:
        typer.echo("\n".join(lines), err=err)


@contextmanager
def plainly() -> "Iterator[None]":
    """Turn what a person can mend into a plain message and exit code 2."""
    from detente.app.catalog.layout import message

    try:
        yield
    except (ValueError, IndexError, OSError) as error:
        write(message(f"detente: {_said(error)}"), err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        typer.echo("detente: stopped", err=True)
        raise typer.Exit(130) from None


def _said(error: Exception) -> str:
    """What an error says; of a file, without the system's number."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


@contextmanager
def bars(first: str, counted: str) -> "Iterator[Progress]":
    """Show bars with what is done, how fast, time gone and time left; on standard error.

    Where nobody watches (a log, a pipe), a plain line says the same now and then.

    Args:
        first: said at once, whoever reads.
        counted: what one step is.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Steps a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    class Log(Progress):
        """Says how far a task has come: at its end, and every half minute."""

        said = monotonic()

        def advance(self, task_id: "TaskID", advance: float = 1) -> None:
            super().advance(task_id, advance)
            task = self._tasks[task_id]
            finished = task.finished and (task.elapsed or 0) > SHORT
            if finished or monotonic() - self.said > EVERY:
                self.said = monotonic()
                left = f", {task.time_remaining:,.0f} s left" if task.time_remaining else ""
                rate = f", {task.speed:,.0f}/s" if task.speed else ""
                done = f"{task.completed:,.0f}/{task.total or 0:,.0f} {counted}"
                typer.echo(f"{task.description}: {done}{rate}{left}", err=True)

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn(f"{{task.completed:,.0f}}/{{task.total:,.0f}} {counted}"),
        Rate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    typer.echo(first, err=True)
    kind = Progress if console.is_terminal else Log
    with kind(*columns, console=console, disable=not console.is_terminal) as shown:
        yield shown
