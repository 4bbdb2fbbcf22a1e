"""What a published pattern says, what the model makes of it, whether the two agree, and by how much."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from types import FunctionType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

if TYPE_CHECKING:
    from detente.app.patterns.korea import Korea

BAND = 0.90
"""Predictive range that a fact has to lie in, a series or what happened once."""

CLEAR = 2.0
"""Standard errors from which a contrast counts as one."""

NEVER = 10_000
"""Months until what does not happen before the horizon."""


class Verdict(StrEnum):
    """What a check comes to."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "not identified"


class Finding(NamedTuple):
    """One line of the scoreboard.

    `by` is how far published and model, or two rivals, lie apart: in standard deviations of the predictive spread or in
    standard errors, as `unit` says. `why` gives a verdict's reason where the figures don't.
    """

    published: str
    model: str
    verdict: Verdict
    by: float
    unit: str
    why: str = ""


Check = Callable[["Korea"], Finding]


class Checks(dict[str, FunctionType]):
    """Checks by name, in the order in which they are written.

    A name begins with the pattern's kind and number: `p6_` is a pattern that is expected, `r1_` has rival findings,
    `n2_` is a null that must not be found, `d10_` a diagnostic of the prior.
    """

    def __call__(self, check: FunctionType) -> FunctionType:
        """Enter a check under its own name: a decorator."""
        self[check.__name__] = check
        return check


KINDS = {"p": "expected", "r": "rivals", "n": "null", "d": "diagnostic", "": "sanity"}
"""Kinds of checks by the letter that a name begins with."""


def placed(name: str) -> tuple[str, str]:
    """Kind and number of the pattern that a check's name begins with; no number for a check of sanity."""
    found = re.match(r"([prnd])(\d+)_", name)
    return (KINDS[found[1]], found[2]) if found else (KINDS[""], "")


def judged(holds: object) -> Verdict:
    """Holds, or fails."""
    return Verdict.HOLDS if holds else Verdict.FAILS


def spread(values: np.ndarray, fact: float, form: str = ".2f") -> Finding:
    """Hold a fact against the predictive range of futures; apart by spreads from the median to the band's end."""
    low, middle, high = (float(q) for q in np.quantile(values, _ends(BAND)))
    scale = (high - low) / (2 * float(ndtri((1 + BAND) / 2)))
    by = (fact - middle) / scale if scale else 0.0 if fact == middle else np.inf
    text = f"{middle:{form}} ({low:{form}} to {high:{form}})"
    return Finding(f"{fact:{form}}", text, judged(low <= fact <= high), by, "sd")


def waited(happens: np.ndarray, fact: int) -> Finding:
    """Hold months until something against those in futures. `happens`: [month, future], from the next month on."""
    months = np.where(happens.any(0), happens.argmax(0) + 1, NEVER)
    sooner, later = float(np.mean(months <= fact)), float(np.mean(months >= fact))
    low, middle, high = (_month(q) for q in np.quantile(months, _ends(BAND), method="lower"))
    rare = (1 - BAND) / 2
    return Finding(
        f"after {fact} months",
        f"{middle} ({low} to {high}); {sooner:.0%} by then",
        judged(min(sooner, later) >= rare),
        score((sooner + 1 - later) / 2, months.size),
        "sd",
    )


def score(share: float, size: int) -> float:
    """Normal score of a rank among so many, no further out than half a rank from the end."""
    return float(ndtri(np.clip(share, 0.5 / size, 1 - 0.5 / size)))


def _ends(level: float) -> tuple[float, float, float]:
    return (1 - level) / 2, 0.5, (1 + level) / 2


def _month(value: float) -> str:
    return "never" if value >= NEVER else f"{value:.0f}"


def by_world(values: np.ndarray, world: np.ndarray) -> tuple[float, float]:
    """Mean over futures, and its standard error clustered by world."""
    values, (_, world) = values - 0.0, np.unique(world, return_inverse=True)
    mean, worlds = float(values.mean()), int(world.max()) + 1
    sums = np.bincount(world, values - mean)
    return mean, float(np.sqrt(worlds / (worlds - 1) * np.sum(sums**2)) / len(values))


def apart(mean: float, se: float) -> float:
    """Standard errors from nil."""
    return mean / se if se else 0.0 if mean == 0 else float(np.copysign(np.inf, mean))


def rivals(
    mean: float, se: float, claim: str, other: str, *, above: bool = False
) -> tuple[Verdict, str]:
    """Which of two findings a contrast favours.

    Args:
        mean: of the contrast.
        se: its standard error.
        claim: the finding that is expected of a negative contrast, or of a positive one if `above`.
        other: its rival.
        above: see `claim`.

    Returns:
        `HOLDS` where it favours the claim, `FAILS` where it favours the other; and the reason, in words.
    """
    by = apart(mean, se)
    if abs(by) < CLEAR:
        return Verdict.UNKNOWN, f"{mean:+.2f} ± {se:.2f} favours neither “{claim}” nor “{other}”"
    holds = (by > 0) == above
    return judged(holds), f"favours “{claim if holds else other}”"


class Lean(NamedTuple):
    """A number of the pack on which something hangs: rank correlation, and its medians in the lower and upper half."""

    name: str
    rho: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.name} ({self.rho:+.2f}; {self.low:.2g} against {self.high:.2g})"


def leaning(
    names: Sequence[str], drawn: np.ndarray, result: np.ndarray, *, most: int = 2
) -> list[Lean]:
    """On which numbers a result hangs: those whose rank correlation stands out among all that were tried.

    Args:
        names: of the numbers.
        drawn: what each world drew: [number, world].
        result: of each world: [world].
        most: how many to name.

    Returns:
        The clearest first, each with its median in worlds of a low and of a high result; none if none stands out.
    """
    if np.ptp(result) == 0:
        return []
    ranks = rankdata(drawn, axis=1) - (drawn.shape[1] + 1) / 2
    target = rankdata(result) - (len(result) + 1) / 2
    size = np.sqrt((ranks**2).sum(1) * (target**2).sum())
    rho = np.divide(ranks @ target, size, out=np.zeros(len(ranks)), where=size > 0)
    chance = float(ndtri(1 - 0.025 / len(ranks))) / np.sqrt(len(result) - 1)
    low, high = (result <= np.median(result), result > np.median(result))
    if not high.any():
        low, high = result < result.max(), result == result.max()
    found = [i for i in np.argsort(-np.abs(rho)) if abs(rho[i]) > chance][:most]
    return [
        Lean(
            names[int(i)],
            float(rho[i]),
            float(np.median(drawn[i, low])),
            float(np.median(drawn[i, high])),
        )
        for i in found
    ]


def hangs(found: Sequence[Lean]) -> str:
    """What a result hangs on, in words."""
    return "hangs on " + ", ".join(map(str, found)) if found else "hangs on no single number"
