"""What a policy tends to bring, and how two policies differ under the same luck.

Two ranges, never to be mixed. The *spread* says how far single futures lie apart, worlds and chance taken together:
more runs do not narrow it. An *interval* says how well a mean or a share is known: more worlds narrow it.

Replicates of one world share its deep draws, so they are not independent. Every standard error is therefore clustered
by world: with n futures of W worlds, sums S_w over n_w futures and mean m,

    se² = W / (W − 1) · Σ_w (S_w − m·n_w)² / n²,

which for equal n_w is the variance of the world means over W, whatever the chance within a world. Intervals are at
`LEVEL`, from Student's t with W − 1 degrees of freedom; that of an outcome which is never negative stops at zero. With
one world there is no telling how worlds differ: the interval is None.

References: Liang and Zeger (1986), Biometrika 73, on clustered errors; Korn and Graubard (1998), Survey Methodology
24, on shares with an effective sample size; Wilson (1927), JASA 22. Domain: many worlds; with fewer than about 20,
intervals are too narrow for skewed outcomes. Limit: intervals hold the error of simulation, never that of the model.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from scipy.special import stdtrit

LEVEL = 0.90
"""Coverage of every interval, and of the outer band of every spread."""

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
"""The points at which a spread of futures is read."""


class Kind(StrEnum):
    """What sort of value an outcome takes."""

    NUMBER = "number"
    FLAG = "flag"
    LABEL = "label"


class Column(NamedTuple):
    """One outcome of every future.

    `values` [future]: numbers; 0 or 1 for a flag; indexes of `labels` for a label. Where `defined` [future] is false
    the outcome is null and the value means nothing.
    """

    kind: Kind
    values: np.ndarray
    defined: np.ndarray
    labels: tuple[str, ...] = ()


class Futures(NamedTuple):
    """The outcomes of one policy. `world`, `replicate`: [future]; `columns` by name of the outcome."""

    world: np.ndarray
    replicate: np.ndarray
    columns: Mapping[str, Column]

    def column(self, outcome: str) -> Column:
        """Look up an outcome.

        Raises:
            ValueError: if there is none of that name.
        """
        if outcome not in self.columns:
            raise ValueError(
                f"an outcome is one of {', '.join(self.columns)}; received {outcome!r}"
            )
        return self.columns[outcome]

    def where(self, chosen: np.ndarray) -> "Futures":
        """Keep the chosen futures. `chosen`: flags [future]."""
        columns = {
            name: column._replace(values=column.values[chosen], defined=column.defined[chosen])
            for name, column in self.columns.items()
        }
        return Futures(self.world[chosen], self.replicate[chosen], columns)


class Interval(NamedTuple):
    """Where a mean or a share lies, at `LEVEL`; in the unit of what it belongs to."""

    low: float
    high: float


class Number(NamedTuple):
    """A numeric outcome under one policy, in the outcome's unit.

    `n` futures of `worlds` worlds define it, out of `total`; where none does, the numbers are nan. `quantiles` are the
    spread of single futures at `QUANTILES`, each the value of one of them. `between` is the part of the
    variance of futures that lies between worlds and not in chance; None where no world has two futures.
    """

    n: int
    total: int
    worlds: int
    mean: float
    interval: Interval | None
    sd: float
    quantiles: tuple[float, ...]
    between: float | None


class Share(NamedTuple):
    """A share (0 to 1) of the `n` futures, of `worlds` worlds, in which it is defined, out of `total`."""

    n: int
    total: int
    worlds: int
    share: float
    interval: Interval | None


class Labels(NamedTuple):
    """The share of each label, over the `n` futures in which there is one, out of `total`."""

    n: int
    total: int
    worlds: int
    shares: Mapping[str, Share]


Summary = Number | Share | Labels


class Difference(NamedTuple):
    """One policy less another, in the outcome's unit (for a flag, a difference of shares), matched future by future.

    `n` pairs of `worlds` worlds define the outcome under both. `mean` is the mean difference, `se` its standard error
    clustered by world (None with one world), `sd` the standard deviation of single futures, both policies together.
    `higher`, `lower` and `equal` are the shares of pairs in which the first policy's value is that. Without pairs: nan.
    """

    kind: Kind
    n: int
    worlds: int
    mean: float
    se: float | None
    interval: Interval | None
    sd: float
    higher: float
    lower: float
    equal: float


def read(table: pa.Table) -> Futures:
    """Turn a table of outcomes into arrays.

    Args:
        table: the columns `world` and `replicate`, one row a future, and outcomes: booleans are flags, dictionaries and
            strings are labels, all else numbers. `policy` and `status` are left aside.
    """
    aside = {"policy", "world", "replicate", "status"}
    columns = {
        name: _column(table.column(name)) for name in table.column_names if name not in aside
    }
    return Futures(table.column("world").to_numpy(), table.column("replicate").to_numpy(), columns)


def _column(data: pa.ChunkedArray) -> Column:
    defined = np.asarray(data.is_valid().to_numpy())
    if pa.types.is_string(data.type):
        data = data.dictionary_encode()
    if pa.types.is_dictionary(data.type):
        whole = data.unify_dictionaries().combine_chunks()
        labels = tuple(whole.dictionary.to_pylist())
        return Column(Kind.LABEL, whole.indices.fill_null(0).to_numpy(), defined, labels)
    kind = Kind.FLAG if pa.types.is_boolean(data.type) else Kind.NUMBER
    numbers = data.cast(pa.int8()) if kind is Kind.FLAG else data
    values = numbers.cast(pa.float64()).fill_null(0).to_numpy()
    return Column(kind, np.asarray(values), defined)


def summarise(futures: Futures, outcome: str) -> Summary:
    """Say what one outcome tends to be: by its kind a `Number`, a `Share` or `Labels`.

    Raises:
        ValueError: if there is no such outcome.
    """
    column = futures.column(outcome)
    values, world, total = (
        column.values[column.defined],
        futures.world[column.defined],
        len(futures.world),
    )
    if column.kind is Kind.NUMBER:
        return _number(values, world, total)
    if column.kind is Kind.FLAG:
        return _share(values, world, total)
    shares = {
        label: _share((values == code).astype(float), world, total)
        for code, label in enumerate(column.labels)
    }
    return Labels(len(values), total, len(np.unique(world)), shares)


def by_label(futures: Futures, outcome: str, label: str = "intent") -> dict[str, Summary]:
    """Say what an outcome tends to be among the futures of each label, such as each region of private preferences.

    Raises:
        ValueError: if there is no such outcome, or `label` is not a label.
    """
    column = futures.column(label)
    if column.kind is not Kind.LABEL:
        raise ValueError(
            f"futures are grouped by a label such as intent; {label!r} is a {column.kind}"
        )
    return {
        name: summarise(futures.where(column.defined & (column.values == code)), outcome)
        for code, name in enumerate(column.labels)
    }


def difference(one: Futures, other: Futures, outcome: str) -> Difference:
    """Compare an outcome under two policies, `one` less `other`, in futures that met the same luck.

    Rows are matched by world and replicate, whatever their order; pairs in which either is null are left out.

    Raises:
        ValueError: if the outcome is missing or a label, or if a policy has the same future twice.
    """
    a, b = one.column(outcome), other.column(outcome)
    if a.kind is Kind.LABEL or b.kind is not a.kind:
        raise ValueError(
            f"a difference needs numbers or flags on both sides; {outcome!r} is {a.kind} and {b.kind}"
        )
    i, j = _matched(one, other)
    both = a.defined[i] & b.defined[j]
    i, j = i[both], j[both]
    x, y, world = a.values[i], b.values[j], one.world[i]
    if not len(i):
        return Difference(a.kind, 0, 0, np.nan, None, None, np.nan, np.nan, np.nan, np.nan)
    mean, se, worlds = _clustered(x - y, world)
    return Difference(
        kind=a.kind,
        n=len(i),
        worlds=worlds,
        mean=mean,
        se=se,
        interval=_around(mean, se, worlds),
        sd=float(np.sqrt((np.var(x) + np.var(y)) / 2)),
        higher=float(np.mean(x > y)),
        lower=float(np.mean(x < y)),
        equal=float(np.mean(x == y)),
    )


def _matched(one: Futures, other: Futures) -> tuple[np.ndarray, np.ndarray]:
    """Rows of both that are the same future, in the order of worlds and replicates."""
    wide = 1 + max(np.max(f.replicate, initial=0) for f in (one, other))
    keys = [f.world.astype(np.int64) * int(wide) + f.replicate for f in (one, other)]
    if any(len(np.unique(k)) < len(k) for k in keys):
        raise ValueError(
            "a policy has each future once, by world and replicate; received a table with doubles"
        )
    _, i, j = np.intersect1d(*keys, assume_unique=True, return_indices=True)
    return i, j


def _number(values: np.ndarray, world: np.ndarray, total: int) -> Number:
    if not len(values):
        return Number(0, total, 0, np.nan, None, np.nan, (np.nan,) * len(QUANTILES), None)
    mean, se, worlds = _clustered(values, world)
    quantiles = tuple(float(q) for q in np.quantile(values, QUANTILES, method="inverted_cdf"))
    interval, between = _around(mean, se, worlds), _between(values, world)
    if interval and np.min(values) >= 0:
        interval = Interval(max(0.0, interval.low), interval.high)
    return Number(
        len(values), total, worlds, mean, interval, float(np.std(values)), quantiles, between
    )


def _share(values: np.ndarray, world: np.ndarray, total: int) -> Share:
    if not len(values):
        return Share(0, total, 0, np.nan, None)
    share, se, worlds = _clustered(values, world)
    return Share(len(values), total, worlds, share, _wilson(share, se, len(values), worlds))


def _clustered(values: np.ndarray, world: np.ndarray) -> tuple[float, float | None, int]:
    """Mean, its standard error clustered by world (None with one world), and the number of worlds."""
    _, index = np.unique(world, return_inverse=True)
    sums, sizes = np.bincount(index, values), np.bincount(index)
    mean, worlds = float(np.mean(values)), len(sums)
    if worlds < 2:
        return mean, None, worlds
    scatter = float(np.sum((sums - mean * sizes) ** 2))
    return mean, float(np.sqrt(worlds / (worlds - 1) * scatter)) / len(values), worlds


def _between(values: np.ndarray, world: np.ndarray) -> float | None:
    """Part of the variance that lies between worlds: one-way random effects, from mean squares, cut to 0..1."""
    _, index = np.unique(world, return_inverse=True)
    sizes, n = np.bincount(index), len(values)
    worlds = len(sizes)
    if worlds < 2 or worlds == n:
        return None
    means = np.bincount(index, values) / sizes
    within = float(np.sum((values - means[index]) ** 2)) / (n - worlds)
    among = float(np.sum(sizes * (means - np.mean(values)) ** 2)) / (worlds - 1)
    size = (n - float(np.sum(sizes**2)) / n) / (worlds - 1)
    between = max((among - within) / size, 0.0)
    return between / (between + within) if between + within > 0 else None


def _around(mean: float, se: float | None, worlds: int) -> Interval | None:
    if se is None:
        return None
    half = float(stdtrit(worlds - 1, (1 + LEVEL) / 2)) * se
    return Interval(mean - half, mean + half)


def _wilson(share: float, se: float | None, n: int, worlds: int) -> Interval | None:
    """Interval of a share: Wilson's, with as many independent futures as the standard error answers to.

    Where it happened never or always no variance can be read off, and each world counts as one: the cautious end.
    """
    if se is None:
        return None
    variance = share * (1 - share)
    size = worlds if variance == 0 else min(n, variance / se**2) if se > 0 else n
    t2 = float(stdtrit(worlds - 1, (1 + LEVEL) / 2)) ** 2
    centre = (share + t2 / (2 * size)) / (1 + t2 / size)
    half = np.sqrt(t2 * (variance / size + t2 / (4 * size**2))) / (1 + t2 / size)
    return Interval(max(0.0, float(centre - half)), min(1.0, float(centre + half)))
