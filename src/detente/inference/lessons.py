"""Whether a lesson carries over: the best rule at one episode, tried at the next.

At each episode every rule is tried from the state of its month under the posterior as of then; the best by expected
worth is the lesson. At the next episode the lesson is held against what is best there (its regret) and against going on
as it was, in pairs under the same luck. Worth is a weighted sum of outcomes, which whoever asks may weigh otherwise.

Reference: Savage (1951) on regret; Khong (1992) and Jervis (1976) on lessons of history. Limits: rules are the
doctrines that ship and the futures the model's; the best of several is picked on the draws that it is judged on, so
that regret is no less than it should be.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from detente.domain.outcomes import OUTCOMES

WORTH = {"verified_freeze_months": 1.0, "war": -120.0}
"""Worth by default: months of verified freeze, a war as bad as ten years of them are good."""

AS_IT_WAS = "as it was"
"""The rule of going on as it was: the guarantor behaves."""


class Trial(NamedTuple):
    """An episode, and the expected worth of each rule there under every draw of the parameters: by rule, [draw]."""

    episode: str
    worth: dict[str, Float[np.ndarray, " draw"]]

    @property
    def best(self) -> str:
        """The doctrine that is best on average."""
        rules = [rule for rule in self.worth if rule != AS_IT_WAS]
        return max(rules, key=lambda rule: float(self.worth[rule].mean()))


class Lesson(NamedTuple):
    """What was best at one episode, at the next: regret against the best there, gain on going on as it was, [draw]."""

    learned: str
    rule: str
    tried: str
    best: str
    regret: Float[np.ndarray, " draw"]
    gain: Float[np.ndarray, " draw"]


def checked_worth(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights of outcomes, once it is clear that each has a value in every future.

    Raises:
        ValueError: naming an outcome that there is none of, or that is missing in some futures or no number.
    """
    known = {o.name for o in OUTCOMES if o.only_if is None and not o.labels}
    for name in weights:
        if name not in known:
            raise ValueError(
                f"worth is a sum of outcomes that every future has as a number; received {name!r}: take some of "
                f"{', '.join(sorted(known))}"
            )
    return dict(weights)


def worth_of(
    outcomes: Mapping[str, np.ndarray], weights: Mapping[str, float], draws: int
) -> Float[np.ndarray, " draw"]:
    """Expected worth under every draw: mean over its futures, which stand draws within particles."""
    total = sum(weight * np.asarray(outcomes[name], float) for name, weight in weights.items())
    return np.asarray(total).reshape(-1, draws).mean(0)


def lessons(trials: Sequence[Trial]) -> list[Lesson]:
    """Try what was best at each episode at the one after it."""
    found = []
    for before, after in pairwise(trials):
        rule, there = before.best, after.worth
        found.append(
            Lesson(
                learned=before.episode,
                rule=rule,
                tried=after.episode,
                best=after.best,
                regret=there[after.best] - there[rule],
                gain=there[rule] - there[AS_IT_WAS],
            )
        )
    return found
