"""The scoreboard: every check under the priors and under a posterior, as lines for a terminal and as a table."""

import inspect
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import NamedTuple

import pandas as pd

from detente.app.catalog import layout
from detente.app.patterns.catalogue import CHECKS
from detente.app.patterns.finding import Finding, Verdict, placed
from detente.app.patterns.korea import PAST, Korea
from detente.inference.posteriors import Dated

PRIOR, POSTERIOR = "prior", "posterior"


class Line(NamedTuple):
    """What a check comes to under the priors or a posterior; `as_of` says which, and is empty where none was used."""

    name: str
    under: str
    as_of: str
    found: Finding


def score(
    checks: Mapping[str, FunctionType], posterior: Dated, told: Callable[[], None]
) -> list[Line]:
    """Put checks to the model, under the priors and under a posterior.

    Args:
        checks: by name.
        posterior: draws by date.
        told: hears of every check that is done.
    """
    lines = []
    sides = {PRIOR: Korea(), POSTERIOR: Korea(posterior)}
    for name, check in checks.items():
        for under, korea in sides.items():
            found = check(korea)
            lines.append(Line(name, under, ", ".join(korea.dates()), found))
            told()
    return lines


def frame(lines: list[Line]) -> pd.DataFrame:
    """A row a check and side: pattern, kind, check, what, under, as_of, verdict, published, model, by, unit, why."""
    rows = []
    for line in lines:
        kind, number = placed(line.name)
        about = {"pattern": number, "kind": kind, "check": line.name, "what": what(line.name)}
        found = line.found._asdict() | {"verdict": str(line.found.verdict)}
        rows.append(about | {"under": line.under, "as_of": line.as_of} | found)
    return pd.DataFrame(rows)


def what(name: str) -> str:
    """What a check is about, in a sentence or two."""
    return " ".join((inspect.getdoc(CHECKS[name]) or "").split())


def shown(lines: list[Line]) -> list[str]:
    """Lines for a terminal: verdicts first, then each check with its figures."""
    by_check: dict[str, list[Line]] = {}
    for line in lines:
        by_check.setdefault(line.name, []).append(line)
    sides = dict.fromkeys(line.under for line in lines)
    rows = [
        (name, " → ".join(_verdict(line.found) for line in own)) for name, own in by_check.items()
    ]
    head = ("check", " → ".join(sides))
    said = [text for name, own in by_check.items() for text in _block(name, own)]
    return [*layout.table(rows, head), "", *said, "", *counted(lines), *_note()]


def counted(lines: list[Line]) -> list[str]:
    """How many checks came to each verdict, by side."""
    text = []
    for under in dict.fromkeys(line.under for line in lines):
        own = [line.found.verdict for line in lines if line.under == under]
        counts = ", ".join(f"{own.count(v)} {v}" for v in Verdict)
        text.append(f"Under the {under}: {counts}, of {len(own)} checks.")
    return layout.paragraph("\n".join(text))


def _note() -> list[str]:
    text = (
        "Posteriors are as of the December before a run starts: the date stands with the figure. Runs of "
        f"{PAST} take the latest, which knows the months that they are held against: they are in sample. "
        "Numbers that are not calibrated stay at the priors of the run's own pack, and calibrated ones were "
        f"asked in {PAST}: what packs date, such as rates of launches, does not carry over (docs/published.md)."
    )
    return layout.paragraph(text)


def _block(name: str, lines: list[Line]) -> list[str]:
    """A check with its figures on both sides."""
    text = [f"{name}: {what(name)}", f"    published: {lines[0].found.published}"]
    for line in lines:
        date = f" as of {line.as_of}" if line.as_of else ""
        text.append(f"    {line.under}{date}: {line.found.model}")
        text.append(f"        {_verdict(line.found)}{': ' * bool(line.found.why)}{line.found.why}")
    return [*layout.message("\n".join(text)), ""]


def _verdict(found: Finding) -> str:
    """A verdict and by how much."""
    return f"{found.verdict} {found.by:+.1f} {found.unit}"
