"""Posteriors as files: draws by date from the sequential sampler, and the chains of the reference.

The first is a netCDF dataset (date, draw, number) of scores; the second is ArviZ's inference data, with prior and
posterior in the numbers' own units, so that any tool that reads it can compare and diagnose them.
"""

from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import xarray as xr
from arviz_base import from_dict
from arviz_stats.base.array import array_stats
from jaxtyping import Float

from detente.inference.dials import Dials
from detente.inference.reference import Reference

SHIPPED = Path(__file__).parent / "posteriors"
"""Posteriors that ship, made by `make science`."""


class Dated(NamedTuple):
    """Draws of the scores by date: [date, draw, dial]."""

    names: tuple[str, ...]
    dates: tuple[str, ...]
    scores: Float[np.ndarray, "date draw dial"]

    def as_of(self, month: str) -> tuple[str, Float[np.ndarray, "draw dial"]]:
        """The last date up to a month, and its draws.

        Raises:
            ValueError: if there is none.
        """
        known = [i for i, date in enumerate(self.dates) if date <= month]
        if not known:
            raise ValueError(
                f"a posterior as of a month from {self.dates[0]} on is at hand; received {month}: calibrate as of it "
                f"(`detente calibrate --as-of {month} --out FOLDER`), and give --posterior FOLDER/dated.nc"
            )
        return self.dates[known[-1]], self.scores[known[-1]]


def keep_dated(
    path: Path, date: str, scores: Float[np.ndarray, "draw dial"], names: tuple[str, ...]
) -> None:
    """Keep draws as of a date beside those of other dates that are kept there, or in place of older ones of that date.

    What was kept of other numbers, or of another number of draws, does not fit beside it and goes.

    Args:
        path: of the netCDF file.
        date: YYYY-MM.
        scores: the draws.
        names: of the numbers.
    """
    kept = {}
    if path.exists():
        old = read_dated(path)
        if old.names == names and old.scores.shape[1:] == scores.shape:
            kept = dict(zip(old.dates, old.scores, strict=True))
    kept[date] = scores.astype(np.float32)
    dates = sorted(kept)
    data = xr.Dataset(
        {"scores": (("date", "draw", "number"), np.stack([kept[d] for d in dates]))},
        {"date": dates, "number": list(names)},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    data.to_netcdf(
        unfinished, engine="h5netcdf", encoding={"scores": {"zlib": True, "complevel": 9}}
    )
    unfinished.rename(path)


def read_dated(path: Path) -> Dated:
    """Read draws by date.

    Raises:
        FileNotFoundError: if there is no such file.
    """
    with xr.open_dataset(path, engine="h5netcdf") as data:
        return Dated(
            tuple(str(n) for n in data.number.values),
            tuple(str(d) for d in data.date.values),
            data.scores.values,
        )


def thinned(found: Reference, size: int) -> Float[np.ndarray, "draw dial"]:
    """So many draws of all chains, evenly spread."""
    flat = np.moveaxis(found.scores, 0, 1).reshape(-1, found.scores.shape[-1])
    return flat[np.linspace(0, len(flat) - 1, size).astype(int)]


def inference_data(
    found: Reference, dials: Dials, seed: int, about: dict[str, str | int | float]
) -> xr.DataTree:
    """Chains and prior in the numbers' own units.

    Args:
        found: the chains.
        dials: which numbers.
        seed: of the prior's draws.
        about: how they were made.
    """
    prior = np.random.default_rng(seed).standard_normal((1, 2000, dials.size)).astype(np.float32)

    def own(scores: Float[np.ndarray, "chain draw dial"]) -> dict[str, np.ndarray]:
        values = np.asarray(dials.own(jnp.asarray(np.moveaxis(scores, -1, 0))))
        return dict(zip(dials.names, values, strict=True))

    groups = {
        "posterior": own(found.scores),
        "prior": own(prior),
        "sample_stats": {"accepted": found.accepted},
    }
    return from_dict(groups, attrs={"/": about})


class Row(NamedTuple):
    """One number, before and after."""

    name: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    contraction: float
    r_hat: float
    bulk: float


INFORMED = 0.1
"""Contraction of the variance of scores from which a number counts as informed."""


def table(found: Reference, data: xr.DataTree) -> list[Row]:
    """Median and 90 % interval of prior and posterior, contraction, R-hat and bulk effective size, number by number."""
    chains, before = data["posterior"].to_dataset(), data["prior"].to_dataset()

    def range_of(values: np.ndarray) -> tuple[float, float, float]:
        middle, low, high = np.quantile(values, [0.5, 0.05, 0.95])
        return float(middle), float(low), float(high)

    return [
        Row(
            str(name),
            range_of(before[name].values),
            range_of(chains[name].values),
            contraction=float(1 - np.var(found.scores[..., i])),
            r_hat=float(np.asarray(array_stats.rhat(chains[name].values))),
            bulk=float(np.asarray(array_stats.ess(chains[name].values, method="bulk"))),
        )
        for i, name in enumerate(chains.data_vars)
    ]
