"""Posteriors as files: draws by date, where a pass stands, and long chains as of one date in ArviZ's layout."""

import json
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import jax.numpy as jnp
import numpy as np
import xarray as xr
from arviz_base import from_dict
from jaxtyping import Float

from detente.inference.chains import Chains
from detente.inference.dials import Dials
from detente.inference.sequential import Standing


class Dated(NamedTuple):
    """Draws of the scores by date: [date, draw, dial].

    `evidence` is the log-evidence of history up to each date, NaN where a sampler does not tell it; `mark` says which
    model and priors the scores belong to.
    """

    names: tuple[str, ...]
    dates: tuple[str, ...]
    scores: Float[np.ndarray, "date draw dial"]
    evidence: Float[np.ndarray, " date"]
    mark: str = ""

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
    path: Path,
    date: str,
    scores: Float[np.ndarray, "draw dial"],
    names: tuple[str, ...],
    *,
    evidence: float = np.nan,
    mark: str = "",
) -> None:
    """Keep draws as of a date beside those of other dates that are kept there, or in place of older ones of that date.

    What was kept of other numbers, of another number of draws, or under another mark, does not fit beside it and goes.

    Args:
        path: of the netCDF file.
        date: YYYY-MM.
        scores: the draws.
        names: of the numbers.
        evidence: log-evidence of history up to the date, where it is known.
        mark: of the model and the priors that the scores belong to.
    """
    kept = {}
    if path.exists():
        old = read_dated(path)
        if (old.names, old.mark, old.scores.shape[1:]) == (names, mark, scores.shape):
            kept = dict(zip(old.dates, zip(old.scores, old.evidence, strict=True), strict=True))
    kept[date] = scores.astype(np.float32), evidence
    dates = sorted(kept)
    data = xr.Dataset(
        {
            "scores": (("date", "draw", "number"), np.stack([kept[d][0] for d in dates])),
            "evidence": ("date", np.array([kept[d][1] for d in dates])),
        },
        {"date": dates, "number": list(names)},
        {"mark": mark},
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
            data.get("evidence", xr.full_like(data.date, np.nan, float)).values,
            str(data.attrs.get("mark", "")),
        )


def keep_standing(path: Path, standing: Standing | Chains, mark: str) -> None:
    """Keep where a sampler stands, with a mark of what it samples."""
    words = {"luck": np.asarray(json.dumps(standing.luck)), "mark": np.asarray(mark)}
    arrays: dict[str, Any] = standing._asdict() | words
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)
    unfinished.rename(path)


Stood = TypeVar("Stood", Standing, Chains)


def read_standing(path: Path, kind: type[Stood], mark: str) -> Stood | None:
    """Where a sampler of this kind and mark stands, if it is kept there."""
    if not path.exists():
        return None
    with np.load(path) as file:
        kept = {name: file[name] if file[name].ndim else file[name].item() for name in file.files}
    if kept.pop("mark") != mark:
        return None
    return kind(**kept | {"luck": json.loads(kept["luck"])})


def keep_chains(path: Path, chains: Chains, dials: Dials, *, seed: int = 0) -> None:
    """Keep chains beside as many draws of the prior, as ArviZ reads them (`arviz.from_netcdf`).

    Groups posterior and prior have `score` and `value`, the latter in each number's own unit, with a dimension
    `number`; sample_stats has `lp`, the log-density but for a constant.

    Args:
        path: of the netCDF file.
        chains: the draws.
        dials: which numbers they are of.
        seed: of the prior's draws.
    """
    shape = chains.scores.shape
    prior = np.random.default_rng(seed).standard_normal((1, shape[0] * shape[1], shape[2]))
    groups: dict[str, dict[str, np.ndarray]] = {
        name: {"score": scores, "value": np.asarray(dials.own(jnp.asarray(scores.T))).T}
        for name, scores in (("posterior", chains.scores), ("prior", prior.astype(np.float32)))
    }
    data = from_dict(
        {**groups, "sample_stats": {"lp": chains.values}},
        coords={"number": list(dials.names)},
        dims={"score": ["number"], "value": ["number"]},
        check_conventions=False,  # it warns of more chains than draws
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    small = {"zlib": True, "complevel": 9}
    encoding = {f"/{group}": dict.fromkeys(groups[group], small) for group in groups}
    data.to_netcdf(path, engine="h5netcdf", encoding=encoding)


def evenly(scores: Float[np.ndarray, "draw dial"], number: int) -> Float[np.ndarray, "taken dial"]:
    """So many draws from all over: neighbours can be of one ancestor, or one chain."""
    return scores[np.linspace(0, len(scores) - 1, number).round().astype(int)]


class Row(NamedTuple):
    """A number before and after: medians with 90 % intervals, and the share of its score's variance that was taken."""

    name: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    contraction: float


STRICT = 3.0
"""Standard errors by which a contraction has to stand out from nil for a number to count as informed."""


def threshold(draws: int) -> float:
    """The contraction from which a number counts as informed.

    That of a number on which history is silent has a standard error of √(2/draws), were the draws independent; those of
    the sequential sampler are not quite, and the threshold is no more than three such errors.
    """
    return STRICT * float(np.sqrt(2 / draws))


def table(scores: Float[np.ndarray, "draw dial"], dials: Dials) -> list[Row]:
    """Prior and posterior of every number, side by side, in its own unit."""
    edges = np.tile([[0.0, -1.6448536, 1.6448536]], (dials.size, 1)).astype(np.float32)
    before = np.asarray(dials.own(jnp.asarray(edges)))
    after = np.quantile(np.asarray(dials.own(jnp.asarray(scores.T))), [0.5, 0.05, 0.95], axis=1).T

    def three(values: np.ndarray) -> tuple[float, float, float]:
        middle, low, high = values
        return float(middle), float(low), float(high)

    return [
        Row(name, three(prior), three(posterior), float(1 - np.var(taken)))
        for name, prior, posterior, taken in zip(dials.names, before, after, scores.T, strict=True)
    ]
