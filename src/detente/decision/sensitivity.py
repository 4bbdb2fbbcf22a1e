"""Which uncertain numbers of a situation matter, and for what: a screening by elementary effects.

Each number goes, one at a time, up or down by two thirds of the middle 90 per cent of its prior, from many places of
the whole space; all else stays, luck included. For an outcome y, averaged over the futures at a place,

    effect = (y after − y before) / ⅔        in the outcome's unit, from the 5th to the 95th percentile.

Over the places, `mean` μ says whether more of the number makes more of the outcome, `size` μ* = mean |effect| how much
it matters whatever the sign, `spread` σ how far that hangs on the other numbers. What chance alone makes of a small
step stays in μ*, so its `error` (90 per cent, by bootstrap) and the number's `clear` go with it.

References: Morris (1991), Technometrics 33; Campolongo, Cariboni and Saltelli (2007), Environmental Modelling and
Software 22, on μ*. Domain: some hundred numbers, a budget of some thousand runs. Limits: numbers are moved apart, so
correlations of the pack are left aside; a screening ranks and does not share out variance; effects are those under one
doctrine.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from SALib.analyze import morris as analysis
from SALib.sample import morris as sampling

from detente.domain.outcomes import OUTCOMES, Outcome
from detente.engine.deep import FAMILIES, Priors, Situation, opening, quantiles, rows
from detente.engine.luck import Luck, seed_words
from detente.engine.month import Cast
from detente.engine.record import Tally, begin, tally
from detente.engine.rollout import rollout
from detente.scenarios.binding import LEFT_OUT, Pack, spelled
from detente.scenarios.schema import Form

HEADLINES = (
    *("warheads", "fissile_kg", "launches", "nuclear_tests", "war", "peak_rung"),
    *("agreement_signed", "verified_freeze_months", "relief_musd", "regime_in_office"),
    *("elite_loyalty", "mass_loyalty", "output", "effective_sanctions", "deaths"),
    *("excess_deaths", "food_insecure_person_months"),
    *("backing", "coalition_cohesion", "ally_nuclear_option", "belief_error"),
)
"""Outcomes that a screening looks at."""

LOGGED = frozenset({"deaths", "excess_deaths", "relief_musd"})
"""Outcomes with a long tail, taken as log10(1 + y)."""

LEVELS = 4
"""Levels of each number in the design: from one to the next but one is two thirds of the way."""

MIDDLE = (0.05, 0.95)
"""Percentiles between which a number is moved."""

CHUNK = 4096
"""Futures that run at a time."""

CLEAR = 3.0
"""Standard errors of μ beyond which its sign is taken for known."""


class Screen(NamedTuple):
    """How large: places from which each number is moved, futures at each place, months, seed."""

    trajectories: int
    futures: int
    months: int
    seed: int


class Screening(NamedTuple):
    """What numbers do to outcomes. Arrays: [number, outcome], in the outcome's unit.

    `scale` [outcome] is the outcome's standard deviation over all places; `clear` says where the sign is known.
    """

    numbers: tuple[str, ...]
    outcomes: tuple[str, ...]
    mean: np.ndarray
    size: np.ndarray
    spread: np.ndarray
    error: np.ndarray
    clear: np.ndarray
    scale: np.ndarray

    @property
    def weight(self) -> np.ndarray:
        """Size of each effect over the spread of the outcome: [number, outcome]."""
        return self.size / np.maximum(self.scale, 1e-12)

    def ranked(self) -> np.ndarray:
        """Numbers from the one that matters most, by the outcome for which it matters most: [number]."""
        return np.argsort(-self.weight.max(1), kind="stable")


def uncertain(pack: Pack, cast: Cast) -> dict[str, int]:
    """Name the numbers of a pack that have a range and a part in what happens, and their rows."""
    form = Form(LEFT_OUT, pack.head.roles.codes)
    family = np.asarray(pack.situation.priors.family)
    named = (
        (".".join([section, leaf.name, *spelled(leaf, place, form)]), row)
        for row, (section, leaf, place) in enumerate(rows(cast.known))
        if family[row] != FAMILIES.index("point") and section not in cast.idle
    )
    return {key: row for key, row in named if key in pack.numbers}


def screen(
    pack: Pack,
    cast: Cast,
    settings: Mapping[str, Any],
    size: Screen,
    numbers: Sequence[str] | None = None,
) -> Screening:
    """Move each uncertain number of a pack, and see what changes.

    Args:
        pack: the situation.
        cast: who decides.
        settings: by role, what its policy is set to.
        size: how many places, futures and months.
        numbers: which numbers; all uncertain ones where none are given.

    Raises:
        KeyError: if a number is not one of the pack's uncertain ones.
    """
    known = uncertain(pack, cast)
    chosen = {key: known[key] for key in (known if numbers is None else numbers)}
    problem = {
        "num_vars": len(chosen),
        "names": list(chosen),
        "bounds": [list(MIDDLE)] * len(chosen),
    }
    places = sampling.sample(problem, size.trajectories, num_levels=LEVELS, seed=size.seed)
    found = np.concatenate(list(_runs(pack, cast, settings, size, places, list(chosen.values()))))
    effects = [
        analysis.analyze(problem, places, y, num_levels=LEVELS, conf_level=0.9, seed=size.seed)
        for y in found.T
    ]
    mean, sizes, spread, error = (
        np.stack([np.asarray(effect[key], float) for effect in effects], 1)
        for key in ("mu", "mu_star", "sigma", "mu_star_conf")
    )
    doubt = spread / np.sqrt(size.trajectories)
    clear = np.abs(mean) > CLEAR * doubt
    return Screening(tuple(chosen), HEADLINES, mean, sizes, spread, error, clear, found.std(0))


def _runs(
    pack: Pack,
    cast: Cast,
    settings: Mapping[str, Any],
    size: Screen,
    places: np.ndarray,
    moved: list[int],
) -> Iterator[np.ndarray]:
    """Outcomes at each place, averaged over its futures: [place, outcome], so many places at a time."""
    priors, at_once = pack.situation.priors, CHUNK // size.futures
    program = jax.jit(_follow(cast, size.months))
    k = jnp.tile(jnp.arange(size.futures, dtype=jnp.int32), at_once)
    luck = Luck(jnp.asarray(seed_words(size.seed)), k, jnp.zeros_like(k))
    for first in range(0, len(places), at_once):
        part = places[first : first + at_once]
        full = np.pad(part, ((0, at_once - len(part)), (0, 0)), mode="edge")
        values = jnp.repeat(
            _values(priors, jnp.asarray(full.T, jnp.float32), moved), size.futures, 1
        )
        kept = jax.device_get(program(pack.situation, values, dict(settings), luck))
        measured = [_measured(outcome, kept) for outcome in _headlines()]
        mean = np.stack(measured, 1).reshape(at_once, size.futures, -1).mean(1)
        yield mean[: len(part)]


def _values(priors: Priors, places: jax.Array, moved: list[int]) -> jax.Array:
    """Every row of the table at each place, what is not moved at its median: [row, place]."""
    u = jnp.full((priors.a.shape[0], places.shape[1]), 0.5).at[jnp.asarray(moved)].set(places)
    return jax.vmap(quantiles, in_axes=(None, 1), out_axes=1)(priors, u)


def _follow(cast: Cast, months: int) -> Any:
    """Make the loop that is compiled: from worlds to their outcomes."""

    def run(situation: Situation, values: Any, settings: Mapping[str, Any], luck: Luck) -> Tally:
        state, nature = opening(situation, values, settings, luck, cast)
        _, kept, _ = rollout(
            state,
            luck,
            situation.start + jnp.arange(months, dtype=jnp.int32),
            lambda _: nature,
            cast.policies,
            given={},
            hook=tally,
            kept=begin(state.world),
        )
        return kept

    return run


def _headlines() -> list[Outcome]:
    named = {outcome.name: outcome for outcome in OUTCOMES}
    return [named[name] for name in HEADLINES]


def _measured(outcome: Outcome, kept: Tally) -> np.ndarray:
    """One outcome of each future, in the unit of a screening."""
    values = np.asarray(kept.values[outcome.name], np.float64)
    return np.log10(1 + values) if outcome.name in LOGGED else values
