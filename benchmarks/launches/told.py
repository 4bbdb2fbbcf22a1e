"""The law of launches along one told path: a likelihood by Détente's own code, and what a port of it is given."""

from types import SimpleNamespace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, tree
from jaxtyping import Array, Bool, Float, Int

from detente.app import history
from detente.domain.actions import Actions
from detente.domain.agreements import strongest
from detente.domain.axes import Conduct, Posture
from detente.domain.contracts import Frame
from detente.domain.quantity import build, leaves
from detente.domain.world import World
from detente.engine.deep import FAMILIES, opening
from detente.engine.lanes import BATCH, lanes
from detente.engine.luck import Luck, seed_words
from detente.engine.month import Given, Known, Month
from detente.engine.rollout import rollout
from detente.inference.dials import Dials, Table
from detente.inference.likelihood import NOISE, History
from detente.mechanisms import testing

SECTION = "testing."


class Path(NamedTuple):
    """What the law read and what it was to explain: arrays have a leading axis of months.

    The world of a month is the one that the law finds: as the month before left it, at this month's date.
    """

    world: World
    actions: Actions
    launches: Int[Array, "month missile_class"]
    known: Bool[Array, "month 1"]


def path(told: History, table: Table) -> Path:
    """Tell a history to one future, with every number at its median."""
    months = told.told_months
    known = tree.map(lambda x: x[:months], told.record.known)
    values, _ = table.split(table.medians[:, None])
    first, nil = told.pack.situation.start, jnp.zeros(1, jnp.int32)
    luck = Luck(jnp.asarray(seed_words(1)), nil, nil)

    @jax.jit
    def tell(values: Array, known: Known) -> Any:
        state, nature = opening(told.pack.situation, values, told.settings, luck, told.cast)
        return rollout(
            state,
            luck,
            first + jnp.arange(months, dtype=jnp.int32),
            lambda _: nature,
            told.cast.policies,
            given=known,
            hook=_found,
            kept=state.world,
            still=NOISE,
        )[2]

    world, actions, launches = tell(values, known)
    seen = known["testing.launches"]
    assert isinstance(seen, Given)
    alone = tree.map(lambda x: x[..., 0], (world, actions, launches))
    return Path(*alone, known=seen.known)


def _found(before: World, month: Month) -> tuple[World, Any]:
    """Hook: keep the world, and put out what the month's law of launches found, and what flew."""
    found = before._replace(month=month.world.month)
    return month.world, (found, month.actions, month.draws["testing.launches"])


class Launches:
    """The likelihood of the launches of a path, in the form in which samplers take the one of all of history."""

    def __init__(self, told: History, table: Table):
        """Tell the path."""
        names = [name for name in table.names if name.startswith(SECTION)]
        self.dials, self.path = Dials.named(names, table), path(told, table)
        self.frame: Frame = told.pack.situation.frame
        self.history = SimpleNamespace(months=told.told_months, record=None)

    @classmethod
    def of_history(cls) -> "Launches":
        """The launches of the history that calibration asks."""
        return cls(history.told(), history.table())

    def monthly(self, scores: Float[Array, "dial set"], *_: Any) -> Float[Array, "month set"]:
        """Log-probability of each month's launches, for several sets of scores."""
        return lanes(self._logs, (BATCH,))(params(self.dials.own(scores)))

    def density(self, scores: Float[Array, "dial set"]) -> Float[Array, " set"]:
        """Log-density of the posterior, but for a constant."""
        return jnp.sum(self.monthly(scores), axis=0) - 0.5 * jnp.sum(scores**2, axis=0)

    def _logs(self, p: testing.Params) -> Float[Array, " month"]:
        """Log-probability of each month's launches, for one set of numbers.

        Momentum depends on the numbers, so that it is kept anew; all else stands as it was told.
        """

        def keep(record: Any, now: Path) -> tuple[Any, Array]:
            world, draws = now.world._replace(testing=record), {"launches": now.launches}
            return testing.step(draws, world, now.actions, p, self.frame), record.momentum

        def log(momentum: Array, now: Path) -> Array:
            record = now.world.testing._replace(momentum=momentum)
            law = testing.law(now.world._replace(testing=record), now.actions, p, self.frame)
            return law["launches"].log_prob(now.launches, now.known)

        first = tree.map(lambda x: x[0], self.path.world.testing)
        _, momenta = lax.scan(keep, first, self.path)
        return jax.vmap(log)(momenta, self.path)

    def handed(self) -> dict[str, np.ndarray]:
        """What a port is given: priors of the numbers, what each coefficient multiplies, and the launches."""
        priors, places = self.dials.table.priors, self.dials.places
        arrays = {
            **jax.vmap(self._read)(self.path),
            "momentum": self.path.world.testing.momentum[0],
            "limited": testing.LIMITED,
            **{name: getattr(priors, name)[places] for name in ("a", "b", "low", "high")},
        }
        named = {
            "names": [name.removeprefix(SECTION) for name in self.dials.names],
            "families": [FAMILIES[i] for i in np.asarray(priors.family)[places]],
        }
        return {name: np.asarray(value) for name, value in {**arrays, **named}.items()}

    def _read(self, now: Path) -> dict[str, Array]:
        """What the law reads in a month, by the coefficient where there is one."""
        world, move = now.world, now.actions.challenger
        talks, exercise = world.diplomacy, self.frame.calendar.exercise(world.month)
        binding = talks.slots.in_force & (move.conduct != Conduct.BREAK)
        return {
            "push": move.posture - 1,
            "need": 0.5 - world.arsenal.readiness,
            "talks": talks.channel / 3,
            "exercise": exercise & (now.actions.guarantor.posture != Posture.LOW),
            "affront": talks.affront,
            "backing": world.alignment.backing - 0.5,
            "pledged": move.pledge,
            "bound": strongest(talks.slots.terms.tests, binding),
            "governed": world.governed,
            "launches": now.launches,
            "known": now.known[0],
        }


def params(own: Float[Array, "dial set"]) -> testing.Params:
    """The law's numbers, sets last."""
    sizes = [int(np.prod(leaf.quantity.shape)) for leaf in leaves(testing.Params)]
    parts = jnp.split(own, np.cumsum(sizes)[:-1])
    shapes = (leaf.quantity.shape for leaf in leaves(testing.Params))
    return build(
        testing.Params,
        (part.reshape(*shape, own.shape[-1]) for part, shape in zip(parts, shapes, strict=True)),
    )
