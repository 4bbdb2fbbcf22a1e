"""A briefing from beginning to end: simulate, replay the futures that are told, write. Command and API call it."""

from pathlib import Path
from typing import NamedTuple

from detente.app.options import DEFAULT
from detente.app.report import briefing, matter, printing, stories
from detente.app.report.findings import Policy
from detente.app.usecases import Progress, Session, simulate
from detente.engine.month import Month
from detente.scenarios.binding import DOCTRINES, names

REPLAYED = "replayed, to be told"
"""What progress calls the futures that are told: no doctrine's name."""


class Briefing(NamedTuple):
    """A briefing on disk: its page, the page printed if that was asked for, and the heart of it in plain text.

    Beside the page stand `briefing.md` and `briefing.json`.
    """

    page: Path
    pdf: Path | None
    summary: str


def every() -> list[str]:
    """All doctrines that ship. The first is what a briefing compares the others with: what was done so far."""
    return sorted(names(DOCTRINES), key=lambda name: name != DEFAULT[0])


def replayed(session: Session) -> int:
    """How many futures a briefing replays: three stories, of at most two policies."""
    return len(stories.PLACES) * min(2, len(session.doctrines))


def brief(
    session: Session, out: Path, progress: Progress = lambda *_: None, *, pdf: bool = False
) -> Briefing:
    """Simulate a session's futures, and write a briefing on them.

    Args:
        session: what is to be run.
        out: folder to write in. An earlier briefing in it is replaced.
        progress: told after each chunk under a doctrine, and after each future that is replayed.
        pdf: also print the page.

    Raises:
        FileNotFoundError: if it is to be printed and the system has no Chromium; nothing is run then.
        OSError: if files can't be written, or the page not be printed.
    """
    if pdf:
        printing.chromium()  # before a minute of simulation, not after it
    results, give = simulate(session, progress), matter.replays(session)

    def replay(policy: Policy, future: int) -> Month:
        months = give(policy, future)
        progress(REPLAYED, 1)
        return months

    found = matter.gather(session, results, replay)
    page = briefing.write(found, out)
    return Briefing(page, printing.print_pdf(page) if pdf else None, briefing.summary(found))
