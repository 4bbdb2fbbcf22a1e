"""The filtered state of a month as a use case: draws on file, what they say, and a pack's own priors beside them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from detente.app import history
from detente.app.catalog import layout
from detente.app.wiring import POLICIES
from detente.domain.axes import INTENT
from detente.engine.deep import quantiles
from detente.history.panel import checked
from detente.inference.observed import facts
from detente.inference.states import states, units
from detente.scenarios.binding import Pack, load_pack, named_rows
from detente.scenarios.filtered import Draws, keep_draws, repriced

SHOWN = (
    "state.arsenal.plutonium",
    "state.arsenal.heu",
    "state.arsenal.warheads",
    "state.arsenal.readiness",
    "state.loyalty.elite",
    "state.loyalty.discontent",
    "state.alignment.ties",
    "state.alignment.support",
    "state.diplomacy.rapport",
    "state.diplomacy.humiliation",
    "state.diplomacy.affront",
    "state.beliefs.intent",
    "state.beliefs.kept",
    "state.beliefs.failed",
    "state.beliefs.ties",
    "state.beliefs.loyalty",
)
"""Heads of the rows that a summary lists."""

RANGE = (0.5, 0.05, 0.95)
"""Median, and the ends of a 90 % interval."""

NARROW = 1 / 3
"""Share of a prior's range below which a filtered one is too sure: what the row hangs on stood at medians."""

AGREES, CONTRADICTED, TOO_SURE = "agrees", "contradicted", "too sure"
"""How a filtered row stands to a sourced prior: its median outside the prior's range is contradicted."""


class Compared(NamedTuple):
    """A row with a pack's prior and as filtered: medians with 90 % intervals, and how the two stand."""

    name: str
    unit: str
    prior: tuple[float, float, float]
    filtered: tuple[float, float, float]

    @property
    def certain(self) -> bool:
        """Whether the pack states one value."""
        return self.prior[1] == self.prior[2]

    @property
    def verdict(self) -> str:
        """How the two stand; nothing to say of a value that the pack is sure of."""
        if self.certain:
            return ""
        (_, low, high), (middle, least, most) = self.prior, self.filtered
        if not low <= middle <= high:
            return CONTRADICTED
        return TOO_SURE if most - least < NARROW * (high - low) else AGREES


def made(
    as_of: str, posterior: Path | None, out: Path, *, draws: int, particles: int, size: int
) -> Draws:
    """Filter history to the end of a month, and keep draws of its state.

    Args:
        as_of: the month, YYYY-MM: nothing known later goes in.
        posterior: file of posteriors by date; those that ship if none is given.
        out: netCDF file to write.
        draws: of the posterior.
        particles: filtered futures of each.
        size: how many draws to keep.

    Raises:
        ValueError: if the month is out of reach, or if there are not so many draws.
    """
    checked(as_of)
    date, scores = history.drawn(posterior, as_of, draws)
    maker = history.forecaster(particles)
    cloud = maker.filter.settled(maker.station(scores, facts(as_of), as_of).cloud)
    found = states(maker.filter, scores, cloud, size)
    found = found._replace(about={**found.about, "calibrated_as_of": date})
    keep_draws(out, found, units(maker.filter))
    return found


def summary(draws: Draws) -> list[str]:
    """What draws say, for a terminal: the rows that matter most, and what the challenger wants."""
    told = load_pack(draws.about["told_from"], POLICIES)
    measured = named_rows(told.head, POLICIES)
    said = (
        f"The end of {draws.about['as_of']}: {len(draws.intent)} joint draws, told from {told.head.name} and in its "
        f"dollars, calibrated as of {draws.about['calibrated_as_of']}."
    )
    body = [
        (name, f"{spelled(three(draws.of(name)))} {measured[name][0].quantity.unit}")
        for name in draws.names
        if any(f"{name}.".startswith(f"{head}.") for head in SHOWN)
    ]
    return [
        *layout.paragraph(said),
        "",
        *layout.table(body, ("number", "median (90 %)")),
        "",
        *layout.table(_types(draws, told), ("intent", "when history begins", "now")),
    ]


def _types(draws: Draws, told: Pack) -> Iterator[tuple[str, str, str]]:
    """How likely each region of the challenger's preferences is."""
    for label, share in zip(INTENT.labels, draws.shares, strict=True):
        yield label, f"{100 * told.weights[label]:.0f} %", f"{100 * share:.0f} %"


def against(draws: Draws, pack: Pack, prices: float | None = None) -> list[Compared]:
    """Every row that both have and that either is unsure of, in the pack's dollars.

    Args:
        draws: in their own dollars.
        pack: with its own priors.
        prices: the pack's dollars to one of theirs; what the pack says if None.
    """
    if prices is None:
        prices = pack.head.filtered.prices if pack.head.filtered else 1.0
    own = {name: leaf.quantity for name, (leaf, _) in named_rows(pack.head, POLICIES).items()}
    priors = pack.situation.priors
    ends = {q: np.asarray(quantiles(priors, jnp.full(len(own), q))) for q in RANGE}
    names = [name for name in own if name in draws.names]
    at = [draws.names.index(name) for name in names]
    draws = draws._replace(names=tuple(names), values=draws.values[:, at])
    draws = repriced(draws, {name: own[name].unit for name in names}, prices)
    rows = (
        Compared(name, quantity.unit, _ends(ends, row), three(draws.of(name)))
        for row, (name, quantity) in enumerate(own.items())
        if name in draws.names
    )
    return [row for row in rows if not (row.certain and row.filtered[1] == row.filtered[2])]


def beside(rows: Iterable[Compared], pack: Pack) -> list[str]:
    """A table for a terminal of what a pack states and what was filtered."""
    taken = set(pack.taken.draws.names) if pack.taken else set()
    body = [
        (
            row.name,
            spelled(row.prior),
            ", ".join(filter(None, (spelled(row.filtered), row.verdict, _mark(row, taken)))),
        )
        for row in rows
    ]
    return layout.table(body, ("number", f"prior of {pack.head.name}", "filtered"))


def _mark(row: Compared, taken: set[str]) -> str:
    return "taken" if row.name in taken else ""


def three(values: np.ndarray) -> tuple[float, float, float]:
    """Median and 90 % interval."""
    middle, low, high = np.quantile(values, RANGE)
    return float(middle), float(low), float(high)


def spelled(values: tuple[float, float, float]) -> str:
    """Median and 90 % interval in words."""
    return "{:.3g} ({:.3g}, {:.3g})".format(*values)


def _ends(ends: dict[float, np.ndarray], row: int) -> tuple[float, float, float]:
    middle, low, high = (float(ends[q][row]) for q in RANGE)
    return middle, low, high
