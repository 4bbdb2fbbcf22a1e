"""Every check by name: the patterns in the order of their numbers, then whether eight years come out of a sane size."""

from types import FunctionType

from detente.app.patterns import (
    arsenal,
    bargaining,
    crises,
    launches,
    leadership,
    sanctions,
    sanity,
    talks,
)
from detente.app.patterns.finding import placed

_PARTS = (talks, launches, sanctions, arsenal, leadership, bargaining, crises)

PATTERNS: dict[str, FunctionType] = dict(
    sorted(
        ((name, check) for part in _PARTS for name, check in part.CHECKS.items()),
        key=lambda entry: int(placed(entry[0])[1]),
    )
)
"""Checks of the sixteen patterns."""

SANITY: dict[str, FunctionType] = dict(sanity.CHECKS)
"""Checks of size."""

CHECKS = PATTERNS | SANITY
"""All of them."""


def chosen(only: list[str]) -> dict[str, FunctionType]:
    """Checks by name or by what their names begin with, such as `r1` for all of a pattern; all if none is named.

    Raises:
        ValueError: if a name fits none.
    """
    if not only:
        return CHECKS
    wrong = [asked for asked in only if not any(_fits(name, asked) for name in CHECKS)]
    if wrong:
        raise ValueError(
            f"--only takes a check, such as {next(iter(CHECKS))}, or a pattern by number, such as 6; "
            f"received {', '.join(wrong)}: `detente patterns --list` names every check"
        )
    return {name: check for name, check in CHECKS.items() if any(_fits(name, o) for o in only)}


def _fits(name: str, asked: str) -> bool:
    return name == asked or placed(name)[1] == asked or name.startswith(f"{asked}_")
