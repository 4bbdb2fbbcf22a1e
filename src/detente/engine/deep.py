"""Deep uncertainties: what a world draws once, before its first month.

A situation is a table with one row a number: every number of the starting world, of every mechanism's parameters and of
every policy's parameters, each a point or a distribution cut to its bounds. One draw of the table is one world. Where a
situation carries filtered draws, a world takes some rows of the table, and what the challenger wants, from one of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import tree
from jax.scipy.special import ndtr, ndtri
from jaxtyping import Array, Float, Int

from detente.domain.contracts import Frame, Policy, Regions
from detente.domain.distributions import Categorical
from detente.domain.private import Preferences
from detente.domain.quantity import Count, Flag, Leaf, Real, build, choose, leaves, pick
from detente.domain.world import World
from detente.engine.lanes import BATCH, lanes
from detente.engine.luck import DEEP, LANES, Layout, Luck
from detente.engine.month import MECHANISMS, Cast, Nature, Seat, State, start

FAMILIES = ("point", "uniform", "normal", "lognormal")
"""Families of priors: `a` and `b` are value and 0; low and high; mean and sd; median and sd of the logarithm."""


class Mixing(NamedTuple):
    """Rows that are drawn together: their normal scores are mixed by a lower triangle (a Gaussian copula)."""

    rows: Int[Array, " together"]
    loading: Float[Array, "together together"]


class Priors(NamedTuple):
    """One row a number, and which rows go together. Arrays: [row]."""

    family: Int[Array, " row"]
    a: Float[Array, " row"]
    b: Float[Array, " row"]
    low: Float[Array, " row"]
    high: Float[Array, " row"]
    mixing: Mixing


class Filtered(NamedTuple):
    """What history tells of some rows and of the challenger together: as likely one draw as another.

    World w takes draw w mod their number, so that what goes together stays together. The other rows keep their priors.
    `private` says whether intent and wants count: where they do not, they come from the regions.
    """

    rows: Int[Array, " taken"]
    values: Float[Array, "draw taken"]
    intent: Int[Array, " draw"]
    wants: Float[Array, "draw preference"]
    private: Flag


class Deep(NamedTuple):
    """One draw: the starting world, parameters by mechanism, and those of each policy by its name."""

    world: World
    params: dict[str, Any]
    behaviour: dict[str, Any]


class Situation(NamedTuple):
    """What a pack binds, as data: priors over everything, the frame, the first month, and what was filtered, if any."""

    priors: Priors
    frame: Frame
    start: Int[Array, ""]
    filtered: Filtered | None = None

    def among(self, regions: Regions) -> "Situation":
        """The same with other regions of what the challenger may want."""
        return self._replace(frame=self.frame._replace(regions=regions))


def sections(policies: Mapping[str, Policy]) -> dict[str, type]:
    """The record types that a situation fills, in the order of its rows.

    Policies go by name, and all that can decide stand in it: who of them sits is no part of a situation.
    """
    owners: dict[str, type] = {"state": World}
    owners |= {name: mechanism.Params for name, mechanism in MECHANISMS.items()}
    return owners | {name: policy.Params for name, policy in policies.items()}


def rows(policies: Mapping[str, Policy]) -> Iterator[tuple[str, Leaf, tuple[int, ...]]]:
    """Name every row of `Priors`: section, field, and place within an array field."""
    for section, record in sections(policies).items():
        for leaf in leaves(record):
            for place in np.ndindex(leaf.quantity.shape):
                yield section, leaf, place


def quantiles(priors: Priors, u: Float[Array, " row"]) -> Float[Array, " row"]:
    """Draw every row by its quantile, cut to its bounds: [row]."""
    is_log = priors.family == FAMILIES.index("lognormal")
    spread = jnp.maximum(priors.b, 1e-12)

    def scaled(x: Array) -> Array:
        logs = jnp.log(jnp.maximum(x, 1e-12) / jnp.where(is_log, priors.a, 1.0))
        return jnp.where(is_log, logs, x - priors.a) / spread

    low, high = ndtr(scaled(priors.low)), ndtr(scaled(priors.high))
    z = ndtri(jnp.clip(low + u * (high - low), 1e-7, 1 - 1e-7))
    normal = priors.a + priors.b * z
    lognormal = priors.a * jnp.exp(priors.b * z)
    uniform = priors.a + (priors.b - priors.a) * u
    drawn = jax.lax.select_n(priors.family, priors.a, uniform, normal, lognormal)
    return jnp.clip(drawn, priors.low, priors.high)


def _groups(policies: Mapping[str, Policy]) -> dict[str, int]:
    """Count the rows of each record, in order: a record draws its own luck, so that others can join or grow."""
    names = (
        f"deep.{section}.{leaf.path[0]}" if section == "state" else f"deep.{section}"
        for section, leaf, _ in rows(policies)
    )
    return dict(Counter(names))


def draw(
    priors: Priors, luck: Luck, policies: Mapping[str, Policy], filtered: Filtered | None = None
) -> Float[Array, " row"]:
    """Draw every row of the table for one world: [row].

    The replicate plays no part: replicates of a world differ by chance alone. A row that is filtered and also goes
    together with others by the pack's word leaves those at their own margins.
    """
    groups = _groups(policies)
    layout = Layout.of({group: {"rows": (size,)} for group, size in groups.items()})
    uniforms = layout.uniforms(luck._replace(replicate=jnp.int32(DEEP)), jnp.int32(0))
    u = jnp.concatenate([uniforms[f"{group}.rows"] for group in groups])
    together, loading = priors.mixing
    values = quantiles(priors, u.at[together].set(ndtr(loading @ ndtri(u[together]))))
    if filtered is None:
        return values
    return values.at[filtered.rows].set(filtered.values[_taken(filtered, luck)])


def _taken(filtered: Filtered, luck: Luck) -> Count:
    """Which draw a world takes."""
    return luck.world % filtered.intent.shape[0]


def settle(
    situation: Situation, values: Float[Array, " row"], luck: Luck, policies: Mapping[str, Policy]
) -> Deep:
    """Make one world of drawn rows, and draw the challenger's private preferences.

    Apart from `draw`, and compiled apart: in one program every field would draw the whole table again.
    """
    private = Layout.of({"private": {"intent": (), "position": (len(Preferences._fields),)}})
    uniforms = private.uniforms(luck._replace(replicate=jnp.int32(DEEP)), jnp.int32(0))
    at = 0
    filled: dict[str, Any] = {}
    for section, record in sections(policies).items():
        parts = []
        for leaf in leaves(record):
            size = int(np.prod(leaf.quantity.shape))
            part = values[at : at + size].reshape(leaf.quantity.shape)
            parts.append(_fitting(part, leaf.dtype))
            at += size
        filled[section] = build(record, iter(parts))

    world = filled.pop("state")
    intent, wants = _private(situation, uniforms, luck)
    offices = world.offices._replace(challenger=wants, intent=intent)
    world = world._replace(month=situation.start - 1, offices=offices)
    behaviour = {name: filled.pop(name) for name in policies}
    return Deep(world, filled, behaviour)


def _private(
    situation: Situation, uniforms: Mapping[str, Any], luck: Luck
) -> tuple[Count, Preferences]:
    """Draw the challenger's region and its preferences within, or take both from where they are filtered."""
    regions, filtered = situation.frame.regions, situation.filtered
    intent = Categorical(jnp.log(regions.weight + 1e-9)).quantile(uniforms["private.intent"])
    low, high = pick(regions.low, intent), pick(regions.high, intent)
    wants = Preferences(
        *(a + (b - a) * u for a, b, u in zip(low, high, uniforms["private.position"], strict=True))
    )
    if filtered is None:
        return intent, wants
    one = _taken(filtered, luck)
    found = filtered.intent[one], Preferences(*filtered.wants[one])
    return choose(filtered.private, found, (intent, wants))


def opening(
    situation: Situation,
    values: Float[Array, "row future"],
    settings: Mapping[str, Any],
    luck: Luck,
    cast: Cast,
) -> tuple[State, Nature]:
    """Settle a batch of worlds, and seat who decides in them: where the loop begins, batch last.

    Args:
        situation: the frame, and the first month.
        values: what each future's world drew, as `draw` gives it.
        settings: by role, what its policy is set to.
        luck: seed, shared; world and replicate, one a future.
        cast: who decides.
    """
    make = lanes(lambda values, luck: settle(situation, values, luck, cast.known), (BATCH, LANES))
    deep = make(values, luck)
    size = luck.world.shape[0]
    memory = tree.map(
        lambda x: jnp.broadcast_to(x[..., None], (*x.shape, size)), start(cast.policies)
    )
    seats = {role: Seat(settings[role], deep.behaviour[name]) for role, name in cast.sits.items()}
    return State(deep.world, memory), Nature(deep.params, seats, situation.frame)


def _fitting(value: Real, dtype: np.dtype) -> Array:
    match dtype.kind:
        case "b":
            return value > 0.5
        case "i":
            return jnp.round(value).astype(dtype)
        case _:
            return value
