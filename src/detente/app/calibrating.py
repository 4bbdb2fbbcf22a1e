"""Calibration as a use case: screen, sample, keep, and say what history told."""

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from detente.app import history
from detente.app.catalog import layout
from detente.app.history import Said
from detente.domain.calendar import month_number
from detente.history.panel import checked
from detente.inference.dials import Dials
from detente.inference.likelihood import Likelihood
from detente.inference.posteriors import keep_dated, table, threshold
from detente.inference.screening import information, mode
from detente.inference.sequential import Sampler

PARTICLES, MOVES = 96, 1
"""Draws of the sequential sampler, and moves of every rejuvenation."""

LEFT = ("state.", "doctrine.")
"""Numbers that are not calibrated: how things stood at the start, and doctrines, which nobody sat by."""

ALWAYS = ("testing.", "measurement.")
"""Numbers that are always calibrated: the law of what is forecast, and how the state is measured."""

MOST = 60
"""Numbers that are calibrated."""

SINCE = 2004
"""The first December as of which a posterior is kept on the way."""


def screen(out: Path, said: Said, *, steps: int = 250) -> list[str]:
    """Choose the numbers that history speaks to most, and write them down: number, information.

    Args:
        out: file to write.
        said: hears of progress.
        steps: gradients of the search for a mode.
    """
    known = history.table()
    kinds = zip(known.names, np.asarray(known.priors.family), strict=True)
    asked = [name for name, kind in kinds if kind > 0 and not name.startswith(LEFT)]
    likelihood = Likelihood(history.told(), Dials.named(asked, known), lanes=history.LANES)
    said.begin("Searching for a mode", steps)
    found = mode(likelihood, steps=steps, told=lambda _: said.step(1))
    said.begin("Probing", 1)
    held = information(likelihood, found.scores)
    said.step(1)
    told = sorted(zip(asked, held.tolist(), strict=True), key=lambda pair: -pair[1])
    always = [pair for pair in told if pair[0].startswith(ALWAYS)]
    others = [pair for pair in told if not pair[0].startswith(ALWAYS)]
    chosen = [*always, *others[: MOST - len(always)]]
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["number", "information"])
        writer.writerows((name, f"{value:.1f}") for name, value in sorted(chosen))
    body = [(name, f"{value:.1f}") for name, value in chosen]
    return [f"Written: {out}", "", *layout.table(body, ("number", "information"))]


def dates(as_of: str) -> list[str]:
    """The Decembers from the first on, and the month itself.

    Raises:
        ValueError: if it is no month that the facts cover.
    """
    year = int(checked(as_of)[:4])
    return sorted({*(f"{y}-12" for y in range(SINCE, year)), as_of})


def sequential(
    out: Path, wanted: Iterable[str], said: Said, *, particles: int = PARTICLES, moves: int = MOVES
) -> None:
    """Pass through history once, and keep the posterior as of each date.

    Args:
        out: netCDF file to write.
        wanted: dates, YYYY-MM, in order.
        said: hears of progress.
        particles: draws that are kept of each.
        moves: of every rejuvenation.
    """
    likelihood, dates = history.likelihood(), list(wanted)
    first = int(likelihood.history.pack.situation.start)
    places = [month_number(date) - first + 1 for date in dates]
    said.begin("Passing through history", places[-1])
    sampler = Sampler(likelihood, particles, seed=1)
    found = sampler.posteriors(places, moves=moves, told=lambda *_: said.step(1))
    for date, posterior in zip(dates, found, strict=True):
        keep_dated(out, date, posterior.scores, likelihood.dials.names)


def shown(posterior: Path, as_of: str) -> list[str]:
    """A table for a terminal of what a file says as of a month, numbers that history informs most first."""
    date, scores = history.dated(posterior).as_of(as_of)
    rows = table(scores, history.dials())
    least = threshold(len(scores))
    informed = sorted((r for r in rows if r.contraction >= least), key=lambda r: -r.contraction)
    rest = [row.name for row in rows if row.contraction < least]
    said = (
        f"As of {date}, {len(scores)} draws: share of the score's variance that history took away; prior and "
        f"posterior, medians with 90 % intervals. Shares under {least:.2f} don't stand out from chance."
    )
    body = [
        (row.name, f"{row.contraction:.2f}", f"{_range(row.prior)} → {_range(row.posterior)}")
        for row in informed
    ]
    return [
        *layout.paragraph(said),
        "",
        *layout.table(body, ("number", "taken", "prior → posterior")),
        "",
        *layout.paragraph(f"Not told apart from their priors: {', '.join(rest) or 'none'}."),
    ]


def _range(values: tuple[float, float, float]) -> str:
    return "{:.2g} ({:.2g}, {:.2g})".format(*values)
