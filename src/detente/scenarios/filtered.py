"""Filtered draws as a file, and what a pack takes of them: the state of a month as history tells it.

The draws are joint and equally likely. A pack names the rows that it takes by the heads of their names; all others keep
the priors that it states. Money is put into the pack's dollars by unit, and every value is cut to its declared range.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import h5netcdf
import h5py
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from detente.domain.axes import INTENT
from detente.domain.calendar import month_text
from detente.domain.private import Preferences
from detente.domain.quantity import Quantity, leaves
from detente.engine.deep import Filtered
from detente.scenarios.schema import Problem, Taking

TEXT = h5py.string_dtype()


class Draws(NamedTuple):
    """Draws of a month's state: rows by name, and what the challenger wants.

    `about` says what they are of: `told_from`, the pack in whose dollars they are; `as_of`, the month at whose end they
    stand; `calibrated_as_of`, the posterior's date.
    """

    names: tuple[str, ...]
    values: Float[np.ndarray, "draw row"]
    intent: Int[np.ndarray, " draw"]
    wants: Float[np.ndarray, "draw preference"]
    about: dict[str, str]

    def of(self, name: str) -> Float[np.ndarray, " draw"]:
        """One row's draws."""
        return self.values[:, self.names.index(name)]

    @property
    def shares(self) -> Float[np.ndarray, " intent"]:
        """Share of the draws in each region of preferences."""
        return np.bincount(self.intent, minlength=INTENT.size) / len(self.intent)


class Taken(NamedTuple):
    """What a pack takes: the draws in its own dollars, and rows under the heads it names that it does not have."""

    draws: Draws
    skipped: tuple[str, ...]


def keep_draws(path: Path, draws: Draws, units: Mapping[str, str]) -> None:
    """Write draws as netCDF, dimensions draw, row and preference, which xarray opens.

    Args:
        path: of the file.
        draws: what to keep.
        units: of every row, by name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    size = {"draw": len(draws.intent), "row": len(draws.names), "preference": len(_WANTS)}
    packed = {"compression": "gzip", "compression_opts": 9, "shuffle": True}
    with h5netcdf.File(unfinished, "w") as file:
        file.dimensions = size
        file.attrs.update(draws.about)

        def put(name: str, dims: tuple[str, ...], data: np.ndarray, **more: object) -> None:
            file.create_variable(name, dims, data=data, **more)

        put("values", ("draw", "row"), draws.values.astype(np.float32), **packed)
        put("wants", ("draw", "preference"), draws.wants.astype(np.float32), **packed)
        put("intent", ("draw",), draws.intent.astype(np.int8), **packed)
        file["intent"].attrs["flag_values"] = np.arange(INTENT.size, dtype=np.int8)
        file["intent"].attrs["flag_meanings"] = " ".join(INTENT.labels)
        put("row", ("row",), np.array(draws.names, object), dtype=TEXT)
        put("unit", ("row",), np.array([units[n] for n in draws.names], object), dtype=TEXT)
        put("preference", ("preference",), np.array([*_WANTS], object), dtype=TEXT)
        put("wanted_in", ("preference",), np.array([*_WANTS.values()], object), dtype=TEXT)
    unfinished.rename(path)


def read_draws(path: Path) -> Draws:
    """Read draws.

    Raises:
        OSError: if there is no such file, or if it is no netCDF.
        ValueError: if it holds no filtered draws.
    """
    with h5netcdf.File(path, "r") as file:
        if not {"values", "wants", "intent", "row"} <= {*file.variables}:
            raise ValueError(f"a file of filtered draws; {path.name} holds {[*file.variables]}")
        held = {name: np.asarray(variable[...]) for name, variable in file.variables.items()}
        return Draws(
            names=tuple(name.decode() for name in held["row"]),
            values=held["values"],
            intent=held["intent"].astype(np.int32),
            wants=held["wants"],
            about={key: str(value) for key, value in file.attrs.items()},
        )


def power_of_money(unit: str) -> int:
    """The power at which dollars stand in a unit: 1 in `USD m/month`, -1 in `1/USD m`."""
    above, _, below = unit.partition("/")
    return above.count("USD") - below.count("USD")


def repriced(draws: Draws, units: Mapping[str, str], prices: float) -> Draws:
    """The same draws in other dollars.

    Args:
        draws: in their own.
        units: of every row, by name.
        prices: dollars to one of theirs.
    """
    powers = np.array([power_of_money(units[name]) for name in draws.names])
    wanted = np.array([power_of_money(unit) for unit in _WANTS.values()])
    return draws._replace(
        values=draws.values * np.float32(prices) ** powers,
        wants=draws.wants * np.float32(prices) ** wanted,
    )


def take(
    draws: Draws,
    taking: Taking,
    quantities: Mapping[str, Quantity],
    start: int,
    place: str,
    problems: list[Problem],
) -> tuple[Filtered, Taken]:
    """What a pack takes of draws, as the engine runs it and as people read it.

    Args:
        draws: of the file.
        taking: what the pack says.
        quantities: what each row of the pack measures, by name, in the engine's order.
        start: number of the pack's first month.
        place: of the table in the pack's file, for messages.
        problems: where breaches go.
    """
    if draws.about.get("as_of") != month_text(start - 1):
        rule = f"filtered draws are of the month before the first, {month_text(start - 1)}"
        remedy = f"detente filter --as-of {month_text(start - 1)} --out {taking.file}"
        problems.append(Problem(place, rule, draws.about.get("as_of", "nothing"), remedy))
    for head in taking.take:
        if not any(_under(name, head) for name in draws.names):
            rule = "a row of the file, or the head of some"
            remedy = f"remove it, or take what {taking.file} has"
            problems.append(Problem(f"{place}.take", rule, repr(head), remedy))
    wanted = [n for n in draws.names if any(_under(n, head) for head in taking.take)]
    names = [name for name in quantities if name in {*wanted}]
    at = [draws.names.index(name) for name in names]
    part = draws._replace(names=tuple(names), values=draws.values[:, at])
    part = repriced(part, {name: quantities[name].unit for name in names}, taking.prices)
    edges = np.array([(quantities[n].low, quantities[n].high) for n in names], np.float32)
    bounds = np.array([(w.low, w.high) for w in _RANGES], np.float32)
    part = part._replace(
        values=np.clip(part.values, *edges.reshape(-1, 2).T).astype(np.float32),
        wants=np.clip(part.wants, *bounds.T).astype(np.float32),
    )
    rows = [*quantities]
    filtered = Filtered(
        rows=jnp.asarray([rows.index(name) for name in names], jnp.int32),
        values=jnp.asarray(part.values),
        intent=jnp.asarray(part.intent),
        wants=jnp.asarray(part.wants),
        private=jnp.asarray(taking.preferences),
    )
    skipped = tuple(name for name in wanted if name not in quantities)
    return filtered, Taken(part, skipped)


def _under(name: str, head: str) -> bool:
    """Whether a row is the one of a name, or stands under it."""
    return f"{name}.".startswith(f"{head}.")


_WANTS = {leaf.name: leaf.quantity.unit for leaf in leaves(Preferences)}
_RANGES = [leaf.quantity for leaf in leaves(Preferences)]
