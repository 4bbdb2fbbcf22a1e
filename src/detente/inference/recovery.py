"""Does the calibration find numbers that are known? Histories made by the model, told back to it.

Numbers are drawn from their priors, and the model lives a history with them, all its noise included. What would have
been known of it is what is known of the real one: the same sites in the same months (where of a choice only some levels
could be told apart, the made one is told whole). Nothing is published on the state, nor said of which text was signed.
Histories with a war in them are drawn anew, as the real one has none: whether there was one is part of what happened,
so posteriors stay what they are.

If sampler and likelihood were exact, the truth would be at any rank among draws of the posterior with equal chance, and
90 % intervals would hold it nine times in ten. What is tested is both at once: lanes, forgetting and still noise
included.

Reference: Talts, Betancourt, Simpson, Vehtari and Gelman (2018) on ranks; Cook, Gelman and Rubin (2006) before them.
"""

from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import tree
from jaxtyping import Array, Bool, Float, Int

from detente.domain.axes import Rung
from detente.engine.deep import opening
from detente.engine.luck import Luck, seed_words
from detente.engine.month import Among, Given, Month
from detente.engine.rollout import rollout
from detente.inference.density import Posterior
from detente.inference.dials import Dials
from detente.inference.likelihood import History, Likelihood
from detente.inference.observed import Measured, Record
from detente.inference.sequential import Sampler

TRIED = 256
"""Futures that are lived for one history without a war: the first of them is told."""


class Recovered(NamedTuple):
    """What became of known numbers: true scores, and draws of the posterior that their history gave."""

    truth: Float[np.ndarray, " dial"]
    draws: Float[np.ndarray, "draw dial"]

    @property
    def ranks(self) -> Int[np.ndarray, " dial"]:
        """How many draws lie below the truth: [dial]."""
        return np.sum(self.draws < self.truth, axis=0)

    @property
    def contraction(self) -> Float[np.ndarray, " dial"]:
        """Share of the prior's variance that the history took away: [dial]."""
        return 1 - self.draws.var(axis=0)


class Recovery:
    """Makes histories and tells them back; one compiled program for each."""

    def __init__(self, history: History, dials: Dials, *, lanes: int, particles: int):
        """Set up.

        Args:
            history: whose first months are the pattern: as many as its record has.
            dials: which numbers are to be found.
            lanes: of the likelihood.
            particles: draws of each posterior.
        """
        self.history, self.dials = history, dials
        self.posterior = Posterior(Likelihood(history, dials, lanes=lanes))
        self.particles = particles

    def __call__(self, number: int) -> Recovered:
        """Make a history, and find the numbers behind it. The number is the seed of all its luck."""
        truth, record = self.made(number)
        sampler = Sampler(self.posterior.of(record), self.particles, seed=number)
        (found,) = sampler.posteriors([self.history.months])
        return Recovered(truth, found.scores)

    def made(self, number: int) -> tuple[Float[np.ndarray, " dial"], Record]:
        """True scores, and the history that they gave."""
        rng = np.random.default_rng([number, 1])
        scores = rng.standard_normal((self.dials.size, TRIED)).astype(np.float32)
        draws, war = jax.device_get(
            self._live(jnp.asarray(scores), jnp.asarray(seed_words(number)))
        )
        first = int(np.flatnonzero(~war.any(axis=0))[0])
        lived = tree.map(lambda x: x[..., first], draws)
        return scores[:, first], told_of(self.history.record, lived)

    @cached_property
    def _live(self) -> Any:
        """Live futures to the end of the record, with nothing given: what is compiled."""
        h, sites = self.history, tuple(self.history.record.known)

        def hook(
            kept: Any, month: Month
        ) -> tuple[Any, tuple[dict[str, Any], Bool[Array, " future"]]]:
            lived = {site: month.draws[site] for site in sites}
            return kept, (lived, month.world.crisis.rung >= Rung.WAR)

        def live(scores: Array, words: Array) -> Any:
            own, _ = self.dials.table.split(self.dials.values(scores))
            world = jnp.arange(scores.shape[1], dtype=jnp.int32)
            luck = Luck(words, world, jnp.zeros_like(world))
            state, nature = opening(h.pack.situation, own, h.settings, luck, h.cast)
            months = h.pack.situation.start + jnp.arange(h.months, dtype=jnp.int32)
            policies = h.cast.policies
            return rollout(
                state, luck, months, lambda _: nature, policies, given={}, hook=hook, kept=()
            )[2]

        return jax.jit(live)


def told_of(real: Record, lived: dict[str, Any]) -> Record:
    """A lived history in as much as the real one is known of its own.

    Args:
        real: the pattern.
        lived: what happened, by site, months first.
    """
    known = {}
    for site, told in real.known.items():
        if isinstance(
            lived[site], tuple
        ):  # a record, such as a text: which of some it was is left open
            assert isinstance(told, Among), f"{site} is told whole"
            known[site] = Among(jnp.ones_like(told.allowed))
            continue
        happened = np.asarray(lived[site])
        if isinstance(told, Given):
            known[site] = Given(told.known, jnp.asarray(happened.astype(told.value.dtype)))
        else:
            level = np.arange(told.allowed.shape[-1]) == happened[:, None]
            open_ = np.asarray(told.allowed).all(axis=-1, keepdims=True)
            known[site] = Among(jnp.asarray(open_ | level))
    nothing = (jnp.full_like(column, jnp.nan) for column in real.measured)
    return Record(real.told, jnp.zeros_like(real.signed), known, Measured(*nothing))
