"""What contrasts bring: paired differences, and what they say to the claim.

How an arm is run, and how two runs are compared, is given by the caller: this floor knows neither ensembles nor
statistics. A reading is not a verdict: it holds under the prior alone, for one outcome and one pair of arms.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple, TypeVar

from detente.evidence.catalogue import Arm, Claim, Contrast, Kind, Says

Futures = TypeVar("Futures")

Run = Callable[[Contrast, Arm], Futures]
"""Run one arm: the outcomes of its futures, in whatever form `Compare` takes."""


class Effect(NamedTuple):
    """An outcome under `a` less the same under `b`, future by future: the same world, the same luck.

    `a` and `b` are means (of a flag: shares) over the `n` pairs, of `worlds` worlds, in which both define it; `low` and
    `high` bound the difference, worlds as clusters, and are None where they can't be told. `higher` and `lower` are the
    shares of pairs in which the outcome is that under `a`: a mean can hide that the sign differs between worlds.
    Without pairs everything is nan.
    """

    outcome: str
    a: float
    b: float
    difference: float
    low: float | None
    high: float | None
    n: int
    worlds: int
    higher: float
    lower: float

    @property
    def nil(self) -> bool:
        """Whether the outcome is the same in every pair: the lever doesn't reach it."""
        return self.n > 0 and self.higher == self.lower == 0


Compare = Callable[[Futures, Futures, str, int | None, tuple[tuple[str, str], ...]], Effect]
"""Compare two runs in one outcome, read after so many years or at the horizon, in futures with certain labels only."""


class Reading(StrEnum):
    """What one effect says to the reading that is tested."""

    AGREES = "as said"
    DISAGREES = "against"
    MATTERS = "hangs on it"
    OPEN = "0 inside"
    NIL = "no effect"
    UNKNOWN = "undefined"


class Finding(NamedTuple):
    """What a contrast brought: its own outcome first, then the claim's others."""

    claim: Claim
    contrast: Contrast
    effects: tuple[Effect, ...]

    @property
    def reading(self) -> Reading:
        """What the contrast's own outcome says."""
        return read(self.effects[0], self.contrast)


def examine(claim: Claim, run: Run[Futures], compare: Compare[Futures]) -> Iterator[Finding]:
    """Run the contrasts of a claim.

    Args:
        claim: what is tested.
        run: runs one arm; expected to keep what it has run, since contrasts share arms.
        compare: compares two runs in an outcome.
    """
    for contrast in claim.contrasts:
        one, other = run(contrast, contrast.a), run(contrast, contrast.b)
        own = compare(one, other, contrast.outcome, contrast.after, contrast.only)
        more = [
            compare(one, other, outcome, None, contrast.only)
            for outcome in claim.outcomes
            if contrast.after or outcome != contrast.outcome
        ]
        yield Finding(claim, contrast, (own, *more))


def read(effect: Effect, contrast: Contrast) -> Reading:
    """Hold an effect against what a reading says of it; between the ends of a prior, say whether they matter.

    An interval around zero doesn't show that there is no difference, so that a reading which says *same* is at best
    left open; one that shows a difference goes against it.
    """
    if effect.low is None or effect.high is None:
        return Reading.UNKNOWN
    if effect.nil:
        return Reading.NIL
    if effect.low <= 0 <= effect.high:
        return Reading.OPEN
    if contrast.kind is Kind.ENDS:
        return Reading.MATTERS
    agrees = {
        Says.MORE: effect.low > 0,
        Says.LESS: effect.high < 0,
        Says.SAME: False,
        Says.DIFFERS: True,
    }
    return Reading.AGREES if agrees[contrast.says] else Reading.DISAGREES
