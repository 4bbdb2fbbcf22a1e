"""The one loop: a batch of worlds, month after month, with a hook between months.

The batch is the last axis of every array, so that each number lies in one row of memory.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int

from detente.domain.contracts import Policy
from detente.engine.lanes import BATCH, lanes
from detente.engine.luck import LANES, Layout, Luck
from detente.engine.month import Known, Month, Nature, Seat, State, sites, step

Hook = Callable[[Any, Month], tuple[Any, Any]]
"""What is kept from month to month and what is put out each month, from the batch as it stands."""

Sift = Callable[[Any, State], tuple[Any, State]]
"""Which futures go on into the next month, from what the hook keeps: a filter resamples here."""


def stay(kept: Any, state: State) -> tuple[Any, State]:
    """Every future goes on."""
    return kept, state


def batched(policies: Mapping[str, Policy]) -> Nature:
    """Which parts of nature differ by world: parameters do, settings and the frame do not."""
    seats = {role: Seat(settings=None, params=BATCH) for role in policies}
    return Nature(params=BATCH, seats=seats, frame=None)  # type: ignore[arg-type]


def rollout(
    state: State,
    luck: Luck,
    months: Int[Array, " month"],
    course: Callable[[Array], Nature],
    policies: Mapping[str, Policy],
    *,
    given: Known,
    hook: Hook,
    kept: Any,
    sift: Sift = stay,
    still: Collection[str] = (),
) -> tuple[State, Any, Any]:
    """Take a batch of worlds through months.

    Args:
        state: where the batch stands; batch last.
        luck: seed, shared; world and replicate, one a future.
        months: month numbers in order, each the one that is about to happen.
        course: nature in a given month: parameters (batch last), seats and frame. Constant but for forks.
        policies: who decides, by role.
        given: what is known of what happens, by site; arrays have a leading axis of months and are shared by
            the batch. Sites that are absent are drawn.
        hook: sees every month of the whole batch.
        kept: the hook's value before the first month.
        sift: which futures go on; luck and nature stay where they are in the batch.
        still: sites whose luck stands at its median: noise, where it is not to be followed.

    Returns:
        The state after the last month, what the hook kept, and what it put out, months first.
    """
    layout = Layout.of(sites(policies))

    def one(
        state: State, luck: Luck, nature: Nature, month: Array, given: Known
    ) -> tuple[State, Month]:
        uniforms = layout.uniforms(luck, month)
        uniforms |= {site: jnp.full_like(uniforms[site], 0.5) for site in still}
        return step(state, uniforms, given, nature, policies)

    many = lanes(one, (BATCH, LANES, batched(policies), None, None))

    def body(carry: tuple[State, Any], now: tuple[Array, Known]) -> tuple[Any, Any]:
        state, kept = carry
        state, month = many(state, luck, course(now[0]), *now)
        kept, out = hook(kept, month)
        kept, state = sift(kept, state)
        return (state, kept), out

    (state, kept), out = jax.lax.scan(body, (state, kept), (months, dict(given)))
    return state, kept, out
