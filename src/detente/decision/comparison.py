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

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from scipy.special import stdtrit

LEVEL = 0.90
"""Coverage of every interval, and of the outer band of every spread."""

CLEAR = 3.5
"""Standard errors beyond which a difference is called clear. Where hundreds are looked at together, chance reaches two
of them often, and three and a half in one of some two thousand."""

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
"""The points at which a spread of futures is read."""

TAIL = 0.99
"""Where the bad end of a spread is read: what few futures exceed, and what a mean may hang on."""


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
    spread of single futures at `QUANTILES`, `tail` at `TAIL`, each the value of one of them. `between` is the part of
    the variance of futures that lies between worlds and not in chance; None where no world has two futures.
    """

    n: int
    total: int
    worlds: int
    mean: float
    interval: Interval | None
    sd: float
    quantiles: tuple[float, ...]
    tail: float
    between: float | None


class Share(NamedTuple):
    """A share (0 to 1) of the `n` futures, of `worlds` worlds, in which it is defined, out of `total`.

    `between` is the part of the variance of futures that lies between worlds, as in `Number`.
    """

    n: int
    total: int
    worlds: int
    share: float
    interval: Interval | None
    between: float | None = None


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

    @property
    def clear(self) -> bool:
        """Whether it stands out from chance by `CLEAR` standard errors."""
        return bool(self.n and self.se is not None and abs(self.mean) > CLEAR * self.se)


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
    return summaries(futures, [outcome])[outcome]


def summaries(futures: Futures, outcomes: Iterable[str]) -> dict[str, Summary]:
    """Say what many outcomes tend to be, in one pass over the futures: by name, as `summarise` does.

    Raises:
        ValueError: if there is no such outcome.
    """
    columns = {name: futures.column(name) for name in outcomes}
    rows = [row for column in columns.values() for row in _rows(column)]
    if not rows:
        return {}
    values = np.stack([values for values, _ in rows])
    defined = np.stack([defined for _, defined in rows])
    means, total, at = _clustered(values, defined, futures.world), len(futures.world), 0
    found: dict[str, Summary] = {}
    for name, column in columns.items():
        if column.kind is Kind.NUMBER:
            found[name] = _number(values[at][defined[at]], means[at], total)
            at += 1
        elif column.kind is Kind.FLAG:
            found[name] = _share(means[at], total)
            at += 1
        else:
            here = means[at : at + len(column.labels)]
            shares = {k: _share(m, total) for k, m in zip(column.labels, here, strict=True)}
            at += len(column.labels)
            n, worlds = (here[0].n, here[0].worlds) if here else (0, 0)
            found[name] = Labels(n, total, worlds, shares)
    return found


def _rows(column: Column) -> list[tuple[np.ndarray, np.ndarray]]:
    """Values and where they are defined: one row, and for a label one of each, 1 where it is that."""
    if column.kind is not Kind.LABEL:
        return [(column.values, column.defined)]
    codes = range(len(column.labels))
    return [((column.values == code).astype(float), column.defined) for code in codes]


def split(futures: Futures, label: str = "intent") -> dict[str, Futures]:
    """Take futures apart by a label, such as the region of private preferences.

    Raises:
        ValueError: if there is no such outcome, or `label` is not a label.
    """
    column = futures.column(label)
    if column.kind is not Kind.LABEL:
        raise ValueError(
            f"futures are grouped by a label such as intent; {label!r} is a {column.kind}"
        )
    return {
        name: futures.where(column.defined & (column.values == code))
        for code, name in enumerate(column.labels)
    }


def by_label(futures: Futures, outcome: str, label: str = "intent") -> dict[str, Summary]:
    """Say what an outcome tends to be among the futures of each label, such as each region of private preferences.

    Raises:
        ValueError: if there is no such outcome, or `label` is not a label.
    """
    return {name: summarise(part, outcome) for name, part in split(futures, label).items()}


def difference(one: Futures, other: Futures, outcome: str) -> Difference:
    """Compare an outcome under two policies, `one` less `other`, in futures that met the same luck.

    Rows are matched by world and replicate, whatever their order; pairs in which either is null are left out.

    Raises:
        ValueError: if the outcome is missing or a label, or if a policy has the same future twice.
    """
    return differences(one, other, [outcome])[outcome]


def differences(one: Futures, other: Futures, outcomes: Iterable[str]) -> dict[str, Difference]:
    """Compare many outcomes under two policies, matching the futures once: by name, as `difference` does.

    Raises:
        ValueError: if an outcome is missing or a label, or if a policy has the same future twice.
    """
    pairs = {name: (one.column(name), other.column(name)) for name in outcomes}
    for name, (a, b) in pairs.items():
        if a.kind is Kind.LABEL or b.kind is not a.kind:
            raise ValueError(
                f"a difference needs numbers or flags on both sides; {name!r} is {a.kind} and {b.kind}"
            )
    if not pairs:
        return {}
    i, j = _matched(one, other)
    x = np.stack([a.values[i] for a, _ in pairs.values()])
    y = np.stack([b.values[j] for _, b in pairs.values()])
    both = np.stack([a.defined[i] & b.defined[j] for a, b in pairs.values()])
    means = _clustered(x - y, both, one.world[i])
    kinds = [a.kind for a, _ in pairs.values()]
    rows = zip(kinds, x, y, both, means, strict=True)
    return dict(zip(pairs, (_difference(*row) for row in rows), strict=True))


def _difference(
    kind: Kind, x: np.ndarray, y: np.ndarray, both: np.ndarray, found: "_Mean"
) -> Difference:
    if not found.n:
        return Difference(kind, 0, 0, np.nan, None, None, np.nan, np.nan, np.nan, np.nan)
    if found.n < len(both):
        x, y = x[both], y[both]
    higher, lower = (float(np.count_nonzero(over) / found.n) for over in (x > y, x < y))
    return Difference(
        kind=kind,
        n=found.n,
        worlds=found.worlds,
        mean=found.mean,
        se=found.se,
        interval=around(found.mean, found.se, found.worlds),
        sd=float(np.sqrt((np.var(x) + np.var(y)) / 2)),
        higher=higher,
        lower=lower,
        equal=float(np.count_nonzero(x == y) / found.n),
    )


def _matched(one: Futures, other: Futures) -> tuple[np.ndarray, np.ndarray]:
    """Rows of both that are the same future, in the order of worlds and replicates."""
    wide = 1 + max(np.max(f.replicate, initial=0) for f in (one, other))
    a, b = (f.world.astype(np.int64) * int(wide) + f.replicate for f in (one, other))
    if len(a) == len(b) and np.array_equal(a, b) and np.all(np.diff(a) > 0):
        rows = np.arange(len(a))
        return rows, rows
    if any(len(np.unique(k)) < len(k) for k in (a, b)):
        raise ValueError(
            "a policy has each future once, by world and replicate; received a table with doubles"
        )
    _, i, j = np.intersect1d(a, b, assume_unique=True, return_indices=True)
    return i, j


def _number(values: np.ndarray, found: "_Mean", total: int) -> Number:
    if not found.n:
        return Number(0, total, 0, np.nan, None, np.nan, (np.nan,) * len(QUANTILES), np.nan, None)
    ordered = np.sort(values)
    *quantiles, tail = (
        float(ordered[max(0, int(np.ceil(q * found.n - 1e-9)) - 1)]) for q in (*QUANTILES, TAIL)
    )
    interval = around(found.mean, found.se, found.worlds)
    if interval and ordered[0] >= 0:
        interval = Interval(max(0.0, interval.low), interval.high)
    return Number(
        n=found.n,
        total=total,
        worlds=found.worlds,
        mean=found.mean,
        interval=interval,
        sd=found.sd,
        quantiles=tuple(quantiles),
        tail=tail,
        between=found.between,
    )


def _share(found: "_Mean", total: int) -> Share:
    if not found.n:
        return Share(0, total, 0, np.nan, None)
    interval = _wilson(found.mean, found.se, found.n, found.worlds)
    return Share(found.n, total, found.worlds, found.mean, interval, found.between)


class _Mean(NamedTuple):
    """A mean over `n` futures of `worlds` worlds, with what `Number` says of it; without futures, nan."""

    n: int
    worlds: int
    mean: float
    se: float | None
    sd: float
    between: float | None


def _clustered(values: np.ndarray, defined: np.ndarray, world: np.ndarray) -> list[_Mean]:
    """Means with standard errors clustered by world (None with one world), row by row: [row, future].

    The part between worlds is that of one-way random effects, from mean squares, cut to 0..1.
    """
    if not values.shape[1]:
        return [_Mean(0, 0, np.nan, None, np.nan, None)] * len(values)
    if np.any(np.diff(world) < 0):
        order = np.argsort(world, kind="stable")
        values, defined, world = values[:, order], defined[:, order], world[order]
    starts = np.flatnonzero(np.diff(world, prepend=world[0] - 1))
    n = np.count_nonzero(defined, axis=1)
    mean = np.sum(values, axis=1, where=defined) / np.maximum(n, 1)
    spread = np.where(defined, values - mean[:, None], 0.0)
    same = np.max(spread, axis=1) - np.min(spread, axis=1) <= 1e-12 * np.abs(mean)
    spread[same] = 0.0
    sizes = np.add.reduceat(defined, starts, axis=1, dtype=float)
    sums = np.add.reduceat(spread, starts, axis=1)  # S_w − m·n_w
    worlds = np.count_nonzero(sizes, axis=1)
    scatter, squares = np.sum(sums**2, axis=1), np.sum(spread**2, axis=1)
    groups = np.sum(sums**2 / np.maximum(sizes, 1), axis=1)
    evenness = np.sum(sizes**2, axis=1)
    found = []
    for k, (count, clusters) in enumerate(zip(n.tolist(), worlds.tolist(), strict=True)):
        if not count:
            found.append(_Mean(0, 0, np.nan, None, np.nan, None))
            continue
        se = between = None
        if clusters > 1:
            se = float(np.sqrt(clusters / (clusters - 1) * scatter[k]) / count)
        if 1 < clusters < count:
            within = max(float(squares[k] - groups[k]), 0.0) / (count - clusters)
            among = float(groups[k]) / (clusters - 1)
            size = (count - float(evenness[k]) / count) / (clusters - 1)
            deep = max((among - within) / size, 0.0)
            between = deep / (deep + within) if deep + within > 0 else None
        sd = float(np.sqrt(squares[k] / count))
        found.append(_Mean(count, clusters, float(mean[k]), se, sd, between))
    return found


def around(mean: float, se: float | None, worlds: int) -> Interval | None:
    """Interval of a mean at `LEVEL`, from its standard error clustered by world."""
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
    low = max(0.0, float(centre - half)) if share > 0 else 0.0
    return Interval(low, min(1.0, float(centre + half)) if share < 1 else 1.0)
