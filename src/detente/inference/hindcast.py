"""Forecasts of the past, as they would have been made then, and scored beside those that they have to beat.

The origin rolls through history. Every year starts with the posterior as of the December before; within it the state is
filtered on from month to month, on what was known at the end of each. The rivals see the same past.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from detente import history
from detente.domain.calendar import month_number, month_text
from detente.inference.baselines.field import forecast as field
from detente.inference.filter import Seen
from detente.inference.forecasting import Forecaster
from detente.inference.observed import Facts, facts
from detente.inference.posteriors import Dated, evenly
from detente.inference.questions import base_rate, parse, probability
from detente.inference.scores import WINDOWS, score

MODEL = "model"
"""The name under which the model's own scores stand."""

HORIZON = WINDOWS[-1].last
"""Months that every forecast goes ahead."""

SAMPLES = 1000
"""Samples of every forecast, the model's and its rivals'."""

BINARY = ("us_dprk_talks", "us_dprk_summit")
"""Targets that happen in a month or don't."""

COVARIATES = ("talks_level", "track_level", "exercise", "gpr_korea")
"""Columns of the panel that the autoregression sees beside a target's own past."""


def year(
    forecaster: Forecaster,
    dated: Dated,
    number: int,
    targets: pd.DataFrame,
    *,
    every: int = 1,
    draws: int = 64,
    seed: int = 0,
    told: Callable[[str], None] = lambda _: None,
) -> Iterator[pd.DataFrame]:
    """Forecast from origins of one year, and score.

    Args:
        forecaster: filters and forecasts.
        dated: posteriors by date.
        number: the year in which the first month ahead of each origin lies.
        targets: what happened: a row a month, a column a target.
        every: months from one origin to the next; the first is the December before.
        draws: of the posterior.
        seed: of samples.
        told: hears of every origin.

    Raises:
        ValueError: if there is no posterior as of that December.

    Yields:
        A table for each origin: columns model, and those of `scores.score`.
    """
    december = month_number(f"{number - 1}-12")
    date, scores = dated.as_of(month_text(december))
    if date != month_text(december):
        raise ValueError(
            f"a hindcast of {number} starts from the posterior as of {month_text(december)}; the last before is "
            f"{date}: calibrate up to a later month"
        )
    station = None
    for origin in range(december, december + 12, every):
        label = month_text(origin)
        then, past = known(label)
        if station is None:
            station = forecaster.station(evenly(scores, draws), then, label)
        else:
            station = forecaster.moved(station, then, label)
        rng = np.random.default_rng([seed, origin])
        samples = forecaster.samples(station, then, HORIZON, rng)
        told(label)
        yield _scored(label, _thinned(samples, rng), past, then, targets, seed)


def answered(
    forecaster: Forecaster,
    dated: Dated,
    questions: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    draws: int = 64,
    seed: int = 0,
    told: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Answer questions of others as of the last month that had ended when they opened.

    Args:
        forecaster: filters and forecasts.
        dated: posteriors by date.
        questions: the table of facts: columns number, opened, first, last, question, outcome.
        targets: what happened.
        draws: of the posterior.
        seed: of samples.
        told: hears of every question.

    Returns:
        A row a question: columns number, question, opened, as_of, first, last, chance, base (the base rate as of then),
        happened.
    """
    rows = []
    for asked in questions.to_dict("records"):
        as_of = month_text(month_number(asked["opened"][:7]) - 1)
        then, past = known(as_of)
        _, scores = dated.as_of(as_of)
        months = month_number(asked["last"]) - month_number(as_of)
        station = forecaster.station(evenly(scores, draws), then, as_of)
        samples = forecaster.samples(station, then, months, np.random.default_rng(seed))
        wanted, window = parse(asked["question"], targets.columns), (asked["first"], asked["last"])
        length = month_number(window[1]) - month_number(window[0]) + 1
        kept = {name: asked[name] for name in ("number", "question", "opened", "first", "last")}
        rows.append(
            kept
            | {"as_of": as_of, "chance": probability(wanted, samples, *window)}
            | {"base": base_rate(wanted, past, as_of, length).share}
            | {"happened": asked["outcome"] == "yes"}
        )
        told(asked["number"])
    return pd.DataFrame(rows)


def onward(
    forecaster: Forecaster, dated: Dated, as_of: str, months: int, *, draws: int = 64
) -> Seen:
    """What happens in the months after a month, in every future: arrays [month, ..., future]."""
    then, _ = known(as_of)
    _, scores = dated.as_of(as_of)
    station = forecaster.station(evenly(scores, draws), then, as_of)
    cloud = forecaster.filter.settled(station.cloud)
    until = month_number(as_of) + months
    _, seen = forecaster.filter.tell(cloud, station.bound, forecaster.record(then), until)
    assert seen is not None, "at least one month lies ahead"
    return seen


def _thinned(samples: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """As many samples as rivals have."""
    numbers = samples.loc[:, "sample"]
    kept = rng.permutation(int(numbers.max()) + 1)[:SAMPLES]
    return samples.loc[numbers.isin(kept.tolist())]


def _scored(
    origin: str,
    samples: pd.DataFrame,
    past: pd.DataFrame,
    then: Facts,
    targets: pd.DataFrame,
    seed: int,
) -> pd.DataFrame:
    rivals = field(
        past,
        origin,
        HORIZON,
        samples=SAMPLES,
        seed=seed,
        binary=BINARY,
        covariates=then.monthly.loc[:, list(COVARIATES)],
    )
    every = {MODEL: samples.assign(origin=origin)}
    every |= {str(name): rows for name, rows in rivals.groupby("baseline")}
    return pd.concat([score(rows, targets).assign(model=name) for name, rows in every.items()])


def known(as_of: str) -> tuple[Facts, pd.DataFrame]:
    """Facts and targets as of a month."""
    return facts(as_of), history.targets(as_of)
