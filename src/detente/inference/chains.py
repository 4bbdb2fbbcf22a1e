"""The posterior as of one month by long chains side by side, with what tells whether they have converged.

Many short chains set out from an earlier posterior, or from modes where there is none, wider than those suggest, and
learn a reference law from one another. Some of them go on for long with that law fixed, and only what they do from
there on counts.

Reference: Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021) on rank-normalised R-hat and effective sizes, as
ArviZ counts them. Limits: modes that no chain sets out from, and that the law does not cover, are missed.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from arviz_stats.base.array import array_stats
from jaxtyping import Float

from detente.inference.density import Posterior
from detente.inference.moving import Reference, move, steered
from detente.inference.screening import mode

LEARNERS = 256
"""Chains that learn: a law in sixty dimensions needs many points that have moved."""

CHAINS, AT_ONCE = 4, 2
"""Chains that go on, and how many the program takes at once: two cores share them. More of them would be shorter in the
same time, and R-hat asks for length: its excess over one is half a chain's autocorrelation time over its length."""

MODES, CLIMB, NEAR_MEDIAN = 2, 30, 0.3
"""Modes that are climbed to, steps of a climb at most, and the spread of where later climbs begin, in scores."""

WIDE = 1.5
"""Spread of the starts, in that of an earlier posterior, or of a normal law with the curvature of a mode."""

LEARNING, EVERY = 60, 5
"""Moves of those that learn, and after how many of them the reference is taken anew, from the later half so far."""

SETTLING, GAIN = 400, 0.1
"""Moves of those that go on, before any that count, in which the angle is steered to them, and by how much a move: the
longer a chain goes on, the more of its time it spends where little is accepted, and learners don't know of that yet."""

THIN = 20
"""Moves from one draw that is kept to the next."""

NEAR, ENOUGH = 1.01, 400
"""R-hat and bulk effective size that are asked of every number (Vehtari et al. 2021)."""

PART = 500
"""Moves after which chains on their way can be kept: the better part of a minute over all of history."""


class Chains(NamedTuple):
    """Draws of the scores by chain, with their log-densities, and all that the chains need to go on.

    They have made so many `moves` since they learned, are at `points`, of log-densities `heights`, and turn by `angle`
    about the law of `centre` and `root`; `acceptance` is that of moves that count, `luck` the state of the generator.
    """

    scores: Float[np.ndarray, "chain draw dial"]
    values: Float[np.ndarray, "chain draw"]
    acceptance: float
    moves: int
    points: Float[np.ndarray, "chain dial"]
    heights: Float[np.ndarray, " chain"]
    centre: Float[np.ndarray, " dial"]
    root: Float[np.ndarray, "dial dial"]
    angle: float
    luck: dict[str, Any]


class Diagnosis(NamedTuple):
    """Rank-normalised split R-hat, bulk and tail effective sizes: [dial] each."""

    rhat: Float[np.ndarray, " dial"]
    bulk: Float[np.ndarray, " dial"]
    tail: Float[np.ndarray, " dial"]


def starts(
    posterior: Posterior,
    upto: int,
    rng: np.random.Generator,
    *,
    told: Callable[[], None] = lambda: None,
) -> Float[np.ndarray, "chain dial"]:
    """Where chains set out from: around modes, climbed to from the median of the prior and from near it.

    Args:
        posterior: of the numbers asked about.
        upto: how many months are told.
        rng: of starts.
        told: hears of every step of a climb, for progress.
    """
    parts = []
    for i in range(MODES):
        start = NEAR_MEDIAN * min(i, 1) * rng.standard_normal(posterior.size)
        top = mode(posterior, upto, start, steps=CLIMB, told=lambda _: told())
        root = np.linalg.cholesky(np.linalg.inv(top.curvature))
        parts.append(_around(top.scores, root, LEARNERS // MODES, rng))
    return np.concatenate(parts)


def around(
    earlier: Float[np.ndarray, "draw dial"], rng: np.random.Generator
) -> Float[np.ndarray, "chain dial"]:
    """Where chains set out from: around an earlier posterior, wider than it is."""
    law = Reference.of(earlier)
    return _around(law.centre, law.root, LEARNERS, rng)


def _around(
    centre: Float[np.ndarray, " dial"],
    root: Float[np.ndarray, "dial dial"],
    number: int,
    rng: np.random.Generator,
) -> Float[np.ndarray, "chain dial"]:
    return centre + WIDE * rng.standard_normal((number, len(centre))) @ root.T


def learned(
    posterior: Posterior,
    upto: int,
    points: Float[np.ndarray, "chain dial"],
    rng: np.random.Generator,
    *,
    number: int = CHAINS,
    told: Callable[[], None] = lambda: None,
) -> Chains:
    """Learn the law of the posterior as of a month; chains that go on by it have no draws yet.

    Args:
        posterior: of the numbers asked about.
        upto: how many months are told.
        points: where chains that learn set out from, `WIDE` times as far apart as the law that they begin with.
        rng: of moves.
        number: of chains that go on.
        told: hears of every move, for progress.
    """
    density = partial(posterior, upto=upto)
    values, law, angle = density(points), Reference.of(points), 0.5
    law = law._replace(root=law.root / WIDE)
    visited = []
    for step in range(LEARNING):
        points, values, accepted = move(density, points, values, law, angle, rng)
        told()
        visited.append(points)
        angle = steered(angle, accepted)
        if step % EVERY == EVERY - 1:
            law = Reference.of(np.concatenate(visited[step // 2 :]))
    some = np.linspace(0, len(points) - 1, number).round().astype(int)
    none = np.empty((number, 0, posterior.size), np.float32)
    luck = dict(rng.bit_generator.state)
    return Chains(none, none[..., 0], 0.0, 0, points[some], values[some], *law, angle, luck)


def lengthened(
    posterior: Posterior,
    upto: int,
    chains: Chains,
    draws: int,
    *,
    at_once: int = AT_ONCE,
    told: Callable[[], None] = lambda: None,
) -> Iterator[Chains]:
    """Let chains go on, and give them as they stand after every `PART` moves, and in the end.

    Args:
        posterior: of the numbers asked about.
        upto: how many months are told.
        chains: which; they end as if they had never stopped where they are.
        draws: that each is to have.
        at_once: how many of them the program takes at once.
        told: hears of every move, for progress.
    """
    density = partial(posterior.by(at_once), upto=upto)
    law, rng = Reference(chains.centre, chains.root), np.random.default_rng()
    rng.bit_generator.state = chains.luck
    points, heights = chains.points, chains.heights
    angle, acceptance = chains.angle, chains.acceptance
    kept, values, last = [chains.scores], [chains.values], SETTLING + draws * THIN
    for made in range(chains.moves + 1, last + 1):
        points, heights, accepted = move(density, points, heights, law, angle, rng)
        told()
        counting = made - SETTLING
        if counting <= 0:
            angle = steered(angle, accepted, GAIN)
        else:
            acceptance += (accepted - acceptance) / counting
            if counting % THIN == 0:
                kept.append(points[:, None].astype(np.float32))
                values.append(heights[:, None])
        if made % PART == 0 or made == last:
            yield Chains(
                np.concatenate(kept, axis=1),
                np.concatenate(values, axis=1),
                acceptance,
                made,
                points,
                heights,
                *law,
                angle,
                dict(rng.bit_generator.state),
            )


def diagnosis(scores: Float[np.ndarray, "chain draw dial"]) -> Diagnosis:
    """Whether chains have converged, number by number."""
    ways = (
        array_stats.rhat(scores, chain_axis=0, draw_axis=1),
        array_stats.ess(scores, chain_axis=0, draw_axis=1, method="bulk"),
        array_stats.ess(scores, chain_axis=0, draw_axis=1, method="tail", prob=(0.05, 0.95)),
    )
    return Diagnosis(*(np.asarray(way) for way in ways))
