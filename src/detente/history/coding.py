"""Coded moves: what each side did, month by month, by the model's instruments.

Two coders worked apart, by one codebook. A month on which they agree is taken; one on which they differ is unknown
unless a source settles it; one that a single coder has is unknown.
"""

from typing import NamedTuple

import pandas as pd

from detente.history.schema import checked
from detente.history.tables import INSTRUMENTS, read

SETTLED, CODERS = "moves_settled", ("moves_a", "moves_b")


class Agreement(NamedTuple):
    """How far two coders agree on an instrument.

    `months` are those that both coded, `share` those of them with the same level. `kappa` is Cohen's and `alpha`
    Krippendorff's (nominal); None where nothing was coded, or where both have one and the same level throughout.
    """

    instrument: str
    months: int
    share: float | None
    kappa: float | None
    alpha: float | None


def moves(as_of: str | None = None) -> pd.DataFrame:
    """What each side did, as coded; a month of an instrument without a row is unknown.

    Args:
        as_of: a month, YYYY-MM; later months are left out, and what could not be known by its end.

    Returns:
        A row each, by role, instrument and month: month (a period), role, instrument, level (text).

    Raises:
        ValueError: if `as_of` is no month between 1993-01 and 2024-12, or a table is wrong.
    """
    end = checked(as_of)
    a, b = (coded(coder, end) for coder in CODERS)
    both = a.index.intersection(b.index)
    agreed = a.loc[both].loc[a.loc[both] == b.loc[both]]
    settled = coded(SETTLED, end)
    others = agreed.loc[~agreed.index.isin(settled.index)]
    kept = pd.concat([settled, others]).sort_index()
    names = [name.rpartition(".") for name in kept.index.get_level_values("instrument")]
    columns = {
        "month": kept.index.get_level_values("month"),
        "role": [role for role, _, _ in names],
        "instrument": [instrument for _, _, instrument in names],
        "level": kept.to_numpy(),
    }
    return pd.DataFrame(columns)


def coded(table: str, as_of: str) -> pd.Series:
    """One coder's levels (text), by instrument (role.instrument) and month.

    Args:
        table: moves_a, moves_b or moves_settled.
        as_of: the last month.
    """
    spells = read(table, as_of)
    found = {
        (instrument, month): level
        for first, last, instrument, level in zip(
            spells["first"], spells["last"], spells.instrument, spells.level, strict=True
        )
        for month in pd.period_range(first, min(last, as_of), freq="M")
    }
    periods = pd.PeriodIndex([month for _, month in found], freq="M")
    index = pd.MultiIndex.from_arrays(
        [[instrument for instrument, _ in found], periods], names=["instrument", "month"]
    )
    return pd.Series(list(found.values()), index, dtype=object)


def agreement(as_of: str | None = None) -> list[Agreement]:
    """How far the coders agree, by instrument.

    Args:
        as_of: as in `moves`.
    """
    a, b = (coded(coder, checked(as_of)) for coder in CODERS)
    pairs = pd.DataFrame({"a": a, "b": b}).dropna()
    whose = pairs.index.get_level_values("instrument")
    return [_agreement(name, pairs.loc[whose == name]) for name in INSTRUMENTS]


def _agreement(instrument: str, pairs: pd.DataFrame) -> Agreement:
    """Chance-corrected agreement of two columns of levels.

    With p the share of equal pairs, kappa = (p − e) / (1 − e), where e is the share that the coders' own frequencies
    would bring; alpha takes e from the pooled frequencies, without replacement.
    """
    n = len(pairs)
    if not n:
        return Agreement(instrument, 0, None, None, None)
    share = float((pairs.a == pairs.b).mean())
    counts = {"a": pairs.a.value_counts(), "b": pairs.b.value_counts()}
    own = pd.DataFrame(counts).fillna(0.0)
    pooled = own.sum(axis=1)
    by_chance = float((own.a * own.b).sum()) / n**2
    drawn = float((pooled * (pooled - 1)).sum()) / (2 * n * (2 * n - 1))

    def corrected(expected: float) -> float | None:
        return None if expected >= 1 else (share - expected) / (1 - expected)

    return Agreement(instrument, n, share, corrected(by_chance), corrected(drawn))
