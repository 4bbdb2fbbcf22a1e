"""Forecasts as a use case: samples, a summary of them, and the answer to one question with its record."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from detente.app import hindcasts, history
from detente.app.catalog import layout
from detente.domain.calendar import month_number, month_text
from detente.history import panel
from detente.inference.questions import base_rate, parse, probability


class Asked(NamedTuple):
    """What a forecast sets out from, and how much is drawn."""

    as_of: str
    months: int
    draws: int
    particles: int
    seed: int
    stacked: bool
    posterior: Path | None


def samples(asked: Asked) -> pd.DataFrame:
    """Predictive samples: columns target, month, sample, value.

    Raises:
        ValueError: if the month or the number of months is out of reach.
    """
    made = history.forecast(
        asked.as_of,
        asked.months,
        asked.posterior,
        draws=asked.draws,
        particles=asked.particles,
        seed=asked.seed,
    )
    return hindcasts.stacked(made, asked.as_of, asked.months) if asked.stacked else made


def summarised(asked: Asked, out: Path | None) -> list[str]:
    """Forecast; write samples where wanted, and sum them up by target."""
    made = samples(asked)
    date, _ = history.drawn(asked.posterior, asked.as_of, asked.draws)
    lines = []
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        made.to_parquet(out, index=False)
        lines = [f"Samples: {out} ({len(made):,} rows)", ""]
    totals = made.groupby(["target", "sample"], sort=False).value.sum().unstack("target")
    body = [
        (
            str(name),
            f"{column.mean():.2f}",
            "{:.0f} to {:.0f}".format(*np.quantile(column, [0.05, 0.95])),
            f"{(column >= 1).mean():.2f}",
        )
        for name, column in totals.items()
    ]
    first, last = (month_text(month_number(asked.as_of) + i) for i in (1, asked.months))
    said = f"Totals over {first} to {last}, as of {asked.as_of}, calibrated as of {date}: "
    said += "mean, 90 % interval, chance of one or more."
    return [
        *lines,
        *layout.paragraph(said),
        "",
        *layout.table(body, ("target", "mean", "90 %", "any")),
    ]


def answered(asked: Asked, question: str, start: str | None, end: str | None) -> list[str]:
    """Answer a question: probability, its range, base rate and record.

    Raises:
        ValueError: if the question or its window is none.
    """
    wanted = parse(question, panel.TARGETS)
    first = start or month_text(month_number(asked.as_of) + 1)
    last = end or month_text(month_number(first) + 11)
    ahead = month_number(last) - month_number(asked.as_of)
    if month_number(first) <= month_number(asked.as_of):
        raise ValueError(
            f"a question is about months after what is known; received --from {first} with --as-of {asked.as_of}: "
            "take an earlier --as-of"
        )
    made = samples(asked._replace(months=ahead))
    chance = probability(wanted, made, first, last)
    length = month_number(last) - month_number(first) + 1
    base = base_rate(wanted, panel.targets(asked.as_of), asked.as_of, length)
    date, _ = history.drawn(asked.posterior, asked.as_of, asked.draws)
    lines = [
        f"{wanted}, {first} to {last}, as of {asked.as_of}, calibrated as of {date}",
        "",
        f"probability    {chance:.3f}",
    ]
    if not asked.stacked:
        by_draw = [
            probability(wanted, made.loc[made.loc[:, "sample"] % asked.draws == draw], first, last)
            for draw in range(asked.draws)
        ]
        low, high = np.quantile(by_draw, [0.05, 0.95])
        lines.append(f"across draws   {low:.3f} to {high:.3f} (90 % of draws of the parameters)")
    lines.append(
        f"base rate      {base.share:.3f} ({base.low:.3f} to {base.high:.3f}; {base.windows} windows of {length} "
        f"months, {base.apart} apart)"
    )
    return lines + hindcasts.record(wanted, length, chance)
