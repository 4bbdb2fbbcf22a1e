"""Patterns as the command asks for them: list, score, tell apart."""

from pathlib import Path

from detente.app import history
from detente.app.catalog import layout
from detente.app.history import Said
from detente.app.patterns import apart as telling, scoreboard
from detente.app.patterns.catalogue import chosen
from detente.app.patterns.korea import Korea
from detente.history.schema import LAST


def listed(only: list[str]) -> list[str]:
    """Checks and what each is about.

    Raises:
        ValueError: if a name fits no check.
    """
    return layout.table([(name, scoreboard.what(name)) for name in chosen(only)])


def ready(out: Path | None) -> None:
    """Find out before minutes of work whether a table can be written.

    Raises:
        ValueError: if the file is no table of comma-separated values.
        OSError: if its folder can't be made.
    """
    if out is None:
        return
    if out.suffix != ".csv":
        raise ValueError(f"--out takes a file that ends in .csv; received {out.name!r}")
    out.parent.mkdir(parents=True, exist_ok=True)


def scored(posterior: Path | None, only: list[str], out: Path | None, said: Said) -> list[str]:
    """Put checks to the model, and lay the scoreboard out.

    Raises:
        ValueError: if a name fits no check, or the posterior can't be used.
    """
    checks, dated = chosen(only), history.dated(posterior)
    said.begin("Checking", 2 * len(checks))
    lines = scoreboard.score(checks, dated, lambda: said.step(1))
    if out:
        scoreboard.frame(lines).to_csv(out, index=False)
    return [*scoreboard.shown(lines), *([f"Written: {out}"] if out else [])]


def apart(posterior: Path | None, said: Said) -> list[str]:
    """What history narrows, and which conclusions stand under other weights of types.

    Raises:
        ValueError: if the posterior can't be used.
    """
    dated = history.dated(posterior)
    said.begin("Weighing types", len(telling.WEIGHTS))
    found = telling.conclusions(Korea(dated), lambda: said.step(1))
    narrowed = telling.shown_told(*telling.told(dated, LAST))
    return [*narrowed, "", *telling.shown_conclusions(found)]
