"""From what happens in the model to what is counted in the tables that forecasts are about.

The model knows missiles by class, a push short of war by its level, and a level of talks; tables count days of
launches, rows of a list, and months with a meeting. How one becomes the other is read off the past, as far as it is
known:
  launch days    1 + Binomial(missiles − 1, p): further missiles of a month fly on a further day with chance p
  provocations   those of their own kind by level, resampled from months of that level; those that are launches or
  tests are
                 each listed with chance q, beside a Poisson number of others
  talks          every month at working level or above is one with a meeting, and one at the level of contact with
  chance m
Shares are posterior means under a flat prior, so that a short past gives a half and no certainty.

Limits: reporting is taken as constant, and as independent of what is going on.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from detente.domain.axes import MISSILE_CLASS, Channel
from detente.inference.filter import Seen


class Reporting(NamedTuple):
    """What the past says of how things are counted."""

    further_day: float
    listed: float
    others: float
    own: tuple[np.ndarray, np.ndarray]
    meeting: float

    @classmethod
    def learned(cls, monthly: pd.DataFrame) -> "Reporting":
        """Read it off a monthly panel."""
        m = monthly.dropna(subset=["missiles_launched", "launch_days", "provocations"])
        some = m[m.missiles_launched > 0]
        days, missiles = some.launch_days - 1, some.missiles_launched - 1
        own = m.harassment + m.attacks
        rest, acts = m.provocations - own, m.launch_days + m.nuclear_tests
        others = float(rest[acts == 0].mean()) if (acts == 0).any() else 0.0
        listed = float((rest - others)[acts > 0].sum() / max(acts.sum(), 1))
        contact = monthly[monthly.talks_level == Channel.CONTACT].us_dprk_talks
        return cls(
            further_day=_share(days.sum(), missiles.sum()),
            listed=float(np.clip(listed, 0.0, 1.0)),
            others=others,
            own=(_counts(own[(m.harassment > 0) & (m.attacks == 0)]), _counts(own[m.attacks > 0])),
            meeting=_share(contact.sum(), contact.count()),
        )

    def counted(self, seen: Seen, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """What is counted of what happened, by target: [month, future]."""
        missiles = np.asarray(seen.launches).sum(1)
        days = np.minimum(missiles, 1) + rng.binomial(np.maximum(missiles - 1, 0), self.further_day)
        tests, level = np.asarray(seen.nuclear_tests), np.asarray(seen.provocation)
        own = np.zeros_like(level)
        for at, counts in enumerate(self.own, 1):
            own = np.where(level == at, rng.choice(counts, level.shape), own)
        channel = np.asarray(seen.channel)
        met = (channel >= Channel.WORKING) | (
            (channel == Channel.CONTACT) & (rng.random(channel.shape) < self.meeting)
        )
        by_class = dict(
            zip(MISSILE_CLASS.labels, np.moveaxis(np.asarray(seen.launches), 1, 0), strict=True)
        )
        return {
            "launch_days": days,
            "missiles_launched": missiles,
            "icbm_launches": by_class["intercontinental"],
            "nuclear_tests": tests,
            "provocations": own
            + rng.binomial(days + tests, self.listed)
            + rng.poisson(self.others, days.shape),
            "us_dprk_talks": met.astype(int),
            "us_dprk_summit": (channel == Channel.SUMMIT).astype(int),
            "satellite_launches": by_class["satellite"],
        }


def _share(part: float, whole: float) -> float:
    return float((part + 1) / (whole + 2))


def _counts(own: pd.Series) -> np.ndarray:
    """Counts of months of a level, and one more month with one."""
    return np.append(own.to_numpy(int), 1)
