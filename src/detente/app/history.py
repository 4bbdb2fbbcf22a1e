"""History as the commands ask it: which pack it is told from, what is calibrated, and where posteriors lie."""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from detente import inference
from detente.app.wiring import POLICIES, cast
from detente.domain.calendar import month_number, month_text
from detente.engine.version import digest
from detente.history.panel import checked
from detente.inference.dials import Dials, Table
from detente.inference.filter import Filter
from detente.inference.forecasting import Forecaster
from detente.inference.likelihood import BLOCK, History, Likelihood
from detente.inference.observed import Facts, facts, record
from detente.inference.posteriors import Dated, evenly, read_dated
from detente.scenarios.binding import load_doctrine, load_pack

TOLD_FROM = "korea-1994"
"""The pack whose start history is told from, and whose priors hold what was known then."""

BEHAVES = "behavioural"
"""What the guarantor of history goes by: no doctrine."""

CALIBRATED = Path(inference.__file__).with_name("calibrated.csv")
"""Which numbers are calibrated, and what freeing each gained: made by `detente calibrate --screen`."""

SHIPPED = Path(inference.__file__).with_name("posteriors.nc")
"""Posteriors as of every December since 2001: made by `make science`."""

LANES = 32
"""Draws of what nobody saw in the likelihood."""

AHEAD = 120
"""Most months that can be forecast."""

DRAWS, PARTICLES = 64, 48
"""Draws of the posterior that a forecast sets out from, and filtered futures of each."""


class Said(NamedTuple):
    """Who hears of progress: what is being done, how much of it, and how far it is."""

    begin: Callable[[str, int], None]
    step: Callable[[int], None]


@cache
def told(as_of: str | None = None, ahead: int = 0, *, types: bool = True) -> History:
    """The history up to a month, with months open after it.

    Args:
        as_of: the month, YYYY-MM; the last of the facts if none is given.
        ahead: open months after it, at least.
        types: whether what the challenger wants is private; if not, the rival without types tells it.

    Raises:
        ValueError: if it is no month that the facts cover.
    """
    pack = load_pack(TOLD_FROM, POLICIES)
    doctrine = load_doctrine(BEHAVES, POLICIES)
    who = cast(doctrine.policy)
    first = int(pack.situation.start)
    last = month_number(checked(as_of))
    if last < first:
        raise ValueError(f"history is told from {month_text(first)} on; received {as_of}")
    months = -(-(last - first + 1 + ahead) // BLOCK) * BLOCK
    known = record(facts(as_of), first, months)
    if not types:
        situation = pack.situation
        pack = pack._replace(situation=situation.among(situation.frame.regions.alike()))
    return History(pack, who, who.settings(guarantor=doctrine.settings), known)


def table() -> Table:
    """Every number behind the history."""
    return Table.of(told().pack, POLICIES)


def dials() -> Dials:
    """The numbers that are calibrated."""
    with CALIBRATED.open() as lines:
        return Dials.named([row["number"] for row in csv.DictReader(lines)], table())


def likelihood(*, types: bool = True, seed: int = 1) -> Likelihood:
    """The likelihood of all of history, by the model or by its rival without types; the seed is that of lanes."""
    return Likelihood(told(types=types), dials(), lanes=LANES, seed=seed)


def mark(*, types: bool = True) -> str:
    """What scores belong to: the model or its rival without types, the numbers asked about, and all priors."""
    asked = dials()
    columns = asked.table.priors._replace(mixing=None)
    priors = [[f"{x:.6g}" for x in column] for column in columns if column is not None]
    return digest((types, asked.names, asked.table.names, priors))


def dated(path: Path | None = None) -> Dated:
    """Posteriors by date, of a file; those that ship if none is given.

    Raises:
        ValueError: if there is no such file, or if it is about other numbers, or by another model or other priors.
    """
    path = path or SHIPPED
    if not path.exists():
        raise ValueError(
            f"a file of posteriors by date; there is none at {path}: `detente calibrate --out FOLDER` makes "
            "FOLDER/dated.nc"
        )
    found = read_dated(path)
    if found.names != dials().names:
        raise ValueError(
            f"a posterior of the {dials().size} numbers that are calibrated; {path} has {len(found.names)} others: "
            "calibrate anew with this version"
        )
    if found.mark != mark():
        raise ValueError(
            f"a posterior by this model under these priors; {path} was made by the rival without types, or under "
            "priors of another version: calibrate anew (`detente calibrate --out FOLDER`)"
        )
    return found


def drawn(path: Path | None, as_of: str, draws: int) -> tuple[str, Float[np.ndarray, "draw dial"]]:
    """The last date up to a month of which a file has a posterior, and so many of its draws, from all over it.

    Before its first month history has told nothing: as of then, the posterior is the prior, and needs no file.

    Raises:
        ValueError: if there is no such date, or if there are not so many draws.
    """
    if month_number(as_of) < int(told().pack.situation.start):
        scores = np.random.default_rng(0).standard_normal((draws, dials().size), np.float32)
        return as_of, scores
    date, scores = dated(path).as_of(as_of)
    if draws > len(scores):
        raise ValueError(f"at most the {len(scores)} draws of {path}; received --draws {draws}")
    return date, evenly(scores, draws)


def forecaster(particles: int = PARTICLES) -> Forecaster:
    """Filters and forecasts; one program for all dates."""
    history = told(None, AHEAD)
    return Forecaster(Filter(history, dials(), particles=particles), history.months)


def forecast(
    as_of: str,
    months: int,
    posterior: Path | None,
    *,
    draws: int = DRAWS,
    particles: int = PARTICLES,
    seed: int = 0,
) -> pd.DataFrame:
    """Predictive samples for the months after a month: columns target, month, sample, value.

    Args:
        as_of: the month, YYYY-MM: nothing known later goes in.
        months: how many months ahead.
        posterior: file of posteriors by date; those that ship if none is given.
        draws: of the posterior.
        particles: filtered futures of each draw.
        seed: of what is counted.

    Raises:
        ValueError: if the month or the number of months is out of reach.
    """
    checked(as_of)
    if not 1 <= months <= AHEAD:
        raise ValueError(f"a forecast goes 1 to {AHEAD} months ahead; received {months}")
    _, scores = drawn(posterior, as_of, draws)
    known: Facts = facts(as_of)
    maker = forecaster(particles)
    station = maker.station(scores, known, as_of)
    return maker.samples(station, known, months, np.random.default_rng(seed))
