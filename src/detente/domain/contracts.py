"""The contracts between the parts. Law is kept apart from move: chances can be read without being drawn."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import jax.numpy as jnp

from detente.domain.actions import Actions
from detente.domain.calendar import Calendar
from detente.domain.distributions import Distribution
from detente.domain.private import Preferences
from detente.domain.world import PerIntent, World

Law = dict[str, Distribution]
"""The chances at each site that a part leaves open, by the site's name."""

Draws = Mapping[str, Any]
"""What happened at each site: sampled, or given by a history, a human seat or a fork."""

Shape = tuple[int, ...]


class Regions(NamedTuple):
    """The regions of the challenger's preferences: public knowledge, shared by nature and by beliefs.

    `low` and `high` bound each preference, with a leading axis of intents; `weight` sums to one.
    """

    weight: PerIntent
    low: Preferences
    high: Preferences

    def alike(self) -> "Regions":
        """The rival in which there are no types: all want the same, the weighted middle, and everybody knows it."""

        def middle(low: PerIntent, high: PerIntent) -> PerIntent:
            return jnp.full_like(low, jnp.sum(self.weight * (low + high) / 2))

        one = Preferences(*map(middle, self.low, self.high))
        return self._replace(low=one, high=one)


class Frame(NamedTuple):
    """What no month changes: dates, and what kinds of challenger are thought possible."""

    calendar: Calendar
    regions: Regions


class Mechanism(Protocol):
    """How one part of the world moves: a module with these names, one file a mechanism.

    `Params` and the mechanism's record declare units and bounds; values and priors stand in packs. `READS`
    names every record of the world that law or step looks at, the own record included.
    """

    @property
    def READS(self) -> tuple[str, ...]: ...  # noqa: D102, N802
    @property
    def SITES(self) -> Mapping[str, Shape]: ...  # noqa: D102, N802
    @property
    def Params(self) -> type: ...  # noqa: D102, N802

    def law(self, world: World, actions: Actions, params: Any, frame: Frame) -> Law:
        """Give the chances at each site, from the opening state of the phase."""
        ...

    def step(self, draws: Draws, world: World, actions: Actions, params: Any, frame: Frame) -> Any:
        """Give the mechanism's own record for the end of the phase."""
        ...


class Policy(Protocol):
    """How an actor decides: a module with these names.

    `act` sees an observation, its own preferences and its memory, and nothing else. `Settings` are the levers
    that an analyst chooses, such as a doctrine's; `Params` are what is uncertain about how such actors choose,
    and stand in packs. `Memory` is what it carries from month to month. `SITES` names the instruments, one
    field of the actor's move each.
    """

    @property
    def SITES(self) -> Mapping[str, Shape]: ...  # noqa: D102, N802
    @property
    def Settings(self) -> type: ...  # noqa: D102, N802
    @property
    def Params(self) -> type: ...  # noqa: D102, N802
    @property
    def Memory(self) -> type: ...  # noqa: D102, N802

    def start(self) -> Any:
        """Memory before the first month."""
        ...

    def act(
        self, view: Any, private: Any, memory: Any, settings: Any, params: Any
    ) -> tuple[Law, Any]:
        """Give the law over the actor's instruments, and what it will remember."""
        ...
