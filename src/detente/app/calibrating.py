"""Calibration as a use case: screen, sample, keep, and say what history told."""

import csv
import json
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
from detente.inference.posteriors import INFORMED, Row, inference_data, keep_dated, table, thinned
from detente.inference.reference import CLIMB, reference
from detente.inference.screening import information, mode
from detente.inference.sequential import Sampler

PARTICLES, MOVES = 96, 1
"""Draws of the sequential sampler, and moves of every rejuvenation."""

CHAINS, WARMUP, LENGTH = 16, 60, 150
"""Chains of the reference, iterations thrown away, and iterations kept."""

RELIABLE = (1.01, 400)
"""R-hat that is not to be reached, and bulk effective size to be passed, for a number to count as sampled well."""

LEFT = ("state.", "doctrine.")
"""Numbers that are not calibrated: how things stood at the start, and doctrines, which nobody sat by."""

ALWAYS = ("testing.", "measurement.")
"""Numbers that are always calibrated: the law of what is forecast, and how the state is measured."""

MOST = 60
"""Numbers that are calibrated."""

SINCE = 2004
"""The first December as of which a posterior ships."""


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
    """The Decembers since the first that ships, and the month itself."""
    year = int(as_of[:4])
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


def refer(out: Path, as_of: str, said: Said, *, length: int = LENGTH) -> list[Row]:
    """Sample the posterior as of a month by long chains, and keep it.

    Args:
        out: netCDF file to write, as ArviZ reads it; beside it a JSON file with the table.
        as_of: the month.
        said: hears of progress.
        length: iterations kept of each chain.
    """
    likelihood = history.likelihood()
    first = int(likelihood.history.pack.situation.start)
    upto = month_number(checked(as_of)) - first + 1
    said.begin("Sampling chains (minutes of compilation first)", 2 * CLIMB + WARMUP + length)
    found = reference(likelihood, upto, chains=CHAINS, warmup=WARMUP, length=length, told=said.step)
    about = {"as_of": as_of, "gradients": found.gradients, "step": found.step}
    names = likelihood.dials.names
    keep_dated(out.with_name(history.DATED.name), as_of, thinned(found, PARTICLES), names)
    data = inference_data(found, likelihood.dials, 1, about)
    out.parent.mkdir(parents=True, exist_ok=True)
    data.to_netcdf(out, engine="h5netcdf")
    rows = table(found, data)
    summary = about | {"numbers": [row._asdict() for row in rows]}
    out.with_suffix(".json").write_text(json.dumps(summary, indent=1) + "\n")
    return rows


def shown(rows: list[Row]) -> list[str]:
    """A table for a terminal, numbers that history informs most first, and what the chains say of themselves."""
    informed = sorted((r for r in rows if r.contraction >= INFORMED), key=lambda r: -r.contraction)
    rest = [row.name for row in rows if row.contraction < INFORMED]
    poor = [row.name for row in rows if row.r_hat >= RELIABLE[0] or row.bulk <= RELIABLE[1]]
    said = (
        "Medians with 90 % intervals, and the share of the score's variance that history took away."
    )
    body = [
        (row.name, _range(row.prior), _range(row.posterior), f"{row.contraction:.2f}")
        for row in informed
    ]
    good = f"R-hat < {RELIABLE[0]} and bulk ESS > {RELIABLE[1]}: {len(rows) - len(poor)} of {len(rows)} numbers."
    return [
        *layout.paragraph(said),
        "",
        *layout.table(body, ("number", "prior", "posterior", "taken")),
        "",
        *layout.paragraph(f"Not informed: {', '.join(rest) or 'none'}."),
        *layout.paragraph(good + (f" Not: {', '.join(poor)}." if poor else "")),
    ]


def _range(values: tuple[float, float, float]) -> str:
    return "{:.2g} ({:.2g}, {:.2g})".format(*values)


def kept(path: Path = history.REFERENCE) -> list[Row]:
    """The table of a reference posterior that is kept.

    Raises:
        FileNotFoundError: if there is none.
    """
    summary = json.loads(path.with_suffix(".json").read_text())
    return [
        Row(**(row | {side: tuple(row[side]) for side in ("prior", "posterior")}))
        for row in summary["numbers"]
    ]
