"""Predictive samples: from the filtered state of a month on, by the model's own months, as what is then counted.

A sample is one future: a draw of the scores from the posterior, a filtered state with its hidden preferences, and
chance from there on. Nothing known later than the date goes in: facts, posterior and the way things are counted are
all as of it.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from detente.domain.calendar import month_number, month_text
from detente.inference.filter import Bound, Cloud, Filter
from detente.inference.observed import Facts, Record, record
from detente.inference.reporting import Reporting

SPARE = 24
"""Months beyond the facts that a record holds open, so that one shape serves every date and horizon up to it."""


class Station(NamedTuple):
    """Clouds filtered up to a month, from which forecasts set out."""

    cloud: Cloud
    bound: Bound


class Forecaster:
    """Filters and forecasts from one history; one compiled program for all dates."""

    def __init__(self, filter_: Filter, months: int):
        """Set up.

        Args:
            filter_: takes clouds through the history.
            months: how many months the history and what is open after it have.
        """
        self.filter, self.months = filter_, months

    @property
    def first(self) -> int:
        """Number of the history's first month."""
        return int(self.filter.history.pack.situation.start)

    def record(self, facts: Facts) -> Record:
        """Facts in the model's terms; what comes after them is open."""
        return record(facts, self.first, self.months)

    def station(self, scores: Float[np.ndarray, "draw dial"], facts: Facts, as_of: str) -> Station:
        """Filter up to the end of a month.

        Args:
            scores: draws from the posterior as of that month, or an earlier one.
            facts: what was known by its end.
            as_of: the month, YYYY-MM.
        """
        cloud, bound = self.filter.begin(scores)
        return self.moved(Station(cloud, bound), facts, as_of)

    def moved(self, station: Station, facts: Facts, as_of: str) -> Station:
        """The same clouds, filtered on to the end of a later month."""
        cloud, _ = self.filter.tell(
            station.cloud, station.bound, self.record(facts), month_number(as_of)
        )
        return station._replace(cloud=cloud)

    def samples(
        self, station: Station, facts: Facts, months: int, rng: np.random.Generator
    ) -> pd.DataFrame:
        """What is counted in the months ahead, in every future.

        Args:
            station: where forecasts set out from.
            facts: what was known by then: how things are counted is learned from it.
            months: how many months ahead.
            rng: luck of what is counted; that of the futures is the filter's.

        Returns:
            A row a target, month and sample: columns target, month (YYYY-MM), sample, value.
        """
        start = station.cloud.month
        cloud = self.filter.settled(station.cloud)
        _, seen = self.filter.tell(cloud, station.bound, self.record(facts), start + months)
        assert seen is not None, "at least one month lies ahead"
        counted = Reporting.learned(facts.monthly).counted(seen, rng)
        labels = [month_text(start + 1 + i) for i in range(months)]
        size = next(iter(counted.values())).shape[1]
        index = pd.MultiIndex.from_product([labels, range(size)], names=["month", "sample"])
        frames = [
            pd.DataFrame({"target": name, "value": values.ravel()}, index=index)
            for name, values in counted.items()
        ]
        return pd.concat(frames).reset_index().loc[:, ["target", "month", "sample", "value"]]
