"""Laws of chance in one world: each sampled by its quantile from one uniform, each with a log-probability.

Sampling by quantile, never by rejection, couples policies: the same uniform under a slightly different law gives
the same or a neighbouring draw. Log-probabilities are differentiable in the law's parameters; draws of counts and
choices are not.
"""

from functools import reduce
from typing import Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import numpy as np
from jax import tree
from jax.scipy.special import gammaln
from jaxtyping import Array, Bool, Float, Int

from detente.domain.quantity import Count, Flag, Real, pick

NEVER = -1e9
"""Logit of a choice that is not open."""

_SMALLEST = 1e-7


class Distribution(Protocol):
    """What a law gives for one site."""

    def quantile(self, u: Any) -> Any:
        """Draw whose cumulative probability is `u`, in (0, 1), elementwise."""
        ...

    def log_prob(self, draw: Any, known: Any = True) -> Real:
        """Log-probability (density for continuous draws) of one whole draw, or of what of it is known."""
        ...


def _over(known: Any, logs: Array) -> Real:
    """Sum over what is known: all of a draw, nothing, or some of its entries."""
    return jnp.sum(jnp.where(known, logs, 0.0))


class Bernoulli(NamedTuple):
    """A yes or no with log-odds `logit`."""

    logit: Real

    @classmethod
    def of(cls, probability: Real) -> "Bernoulli":
        """From a probability, kept 1e-7 away from 0 and 1 so that its logarithm stays finite."""
        p = jnp.clip(probability, _SMALLEST, 1 - _SMALLEST)
        return cls(jnp.log(p) - jnp.log1p(-p))

    @property
    def probability(self) -> Real:
        """Chance of a yes."""
        return jax.nn.sigmoid(self.logit)

    def quantile(self, u: Real) -> Flag:
        """Yes in the upper tail of `u`."""
        return u > jax.nn.sigmoid(-self.logit)

    def log_prob(self, draw: Flag, known: Any = True) -> Real:
        """Log-probability of the draw."""
        return _over(known, jax.nn.log_sigmoid(jnp.where(draw, self.logit, -self.logit)))


class Categorical(NamedTuple):
    """One of n ordered choices, by unnormalised log-weights; `NEVER` closes a choice."""

    logits: Float[Array, " choice"]

    @property
    def log_probabilities(self) -> Float[Array, " choice"]:
        """Normalised log-probabilities of the choices."""
        return jax.nn.log_softmax(self.logits)

    def quantile(self, u: Real) -> Count:
        """First choice whose cumulative probability reaches `u`; rounding never lets a closed one through."""
        # Choice by choice, since sums along so short an axis are slow in a batch.
        top, upto = self.logits[0], []
        for logit in self.logits[1:]:
            top = jnp.maximum(top, logit)
        for logit in self.logits:
            weight = jnp.exp(logit - top)
            upto.append(upto[-1] + weight if upto else weight)
        passed = [(below < u * upto[-1]).astype(jnp.int32) for below in upto[:-1]]
        return sum(passed[1:], passed[0])

    def log_prob(self, draw: Count, known: Any = True) -> Real:
        """Log-probability of the draw."""
        chosen = jnp.arange(self.logits.shape[0], dtype=jnp.int32) == draw
        return _over(known & chosen, self.log_probabilities)

    def among(self, allowed: Bool[Array, " choice"]) -> tuple["Categorical", Real]:
        """The choice among some, and the log-probability that it falls on one of them."""
        kept = Categorical(jnp.where(allowed, self.logits, NEVER))
        return kept, jax.nn.logsumexp(jnp.where(allowed, self.log_probabilities, NEVER))


class NegativeBinomial(NamedTuple):
    """Overdispersed counts with a mean and a dispersion k: variance = mean + mean²/k.

    The quantile stops at `MOST`; a law whose mass beyond it matters is out of its domain.
    """

    mean: Float[Array, "..."]
    dispersion: Float[Array, "..."]

    MOST = 40

    def quantile(self, u: Float[Array, "..."]) -> Int[Array, "..."]:
        """Smallest count whose cumulative probability reaches `u`, elementwise."""
        k, ratio = self.dispersion, self.mean / (self.dispersion + self.mean)
        mass = jnp.exp(-k * jnp.log1p(self.mean / k))
        below, count = mass, jnp.zeros(u.shape, jnp.int32)
        for n in range(self.MOST):
            count = count + (below < u).astype(jnp.int32)
            mass = mass * ratio * ((n + k) / (n + 1))
            below = below + mass
        return count

    def log_prob(self, draw: Int[Array, "..."], known: Any = True) -> Real:
        """Summed log-probability of the counts."""
        x, k = draw.astype(self.mean.dtype), self.dispersion
        ways = gammaln(x + k) - gammaln(k) - gammaln(x + 1)
        odds = jnp.log(self.mean) - jnp.log(k + self.mean)
        return _over(known, ways - k * jnp.log1p(self.mean / k) + x * odds)


class Normal(NamedTuple):
    """A normal law with a location and a scale."""

    loc: Float[Array, "..."]
    scale: Float[Array, "..."]

    def quantile(self, u: Float[Array, "..."]) -> Float[Array, "..."]:
        """Quantile, elementwise."""
        return self.loc + self.scale * np.float32(np.sqrt(2)) * jax.lax.erf_inv(2 * u - 1)

    def log_prob(self, draw: Float[Array, "..."], known: Any = True) -> Real:
        """Summed log-density."""
        z = (draw - self.loc) / self.scale
        return _over(known, -0.5 * z * z - jnp.log(self.scale) - 0.9189385332046727)


class Uniform(NamedTuple):
    """A uniform law between two bounds."""

    low: Float[Array, "..."]
    high: Float[Array, "..."]

    def quantile(self, u: Float[Array, "..."]) -> Float[Array, "..."]:
        """Quantile, elementwise."""
        return self.low + (self.high - self.low) * u

    def log_prob(self, draw: Float[Array, "..."], known: Any = True) -> Real:
        """Summed log-density; minus infinity outside the bounds."""
        inside = (draw >= self.low) & (draw <= self.high)
        return _over(known, jnp.where(inside, -jnp.log(self.high - self.low), -jnp.inf))


class Each(NamedTuple):
    """Independent laws of one kind along a leading axis: those of the members of a role, for one."""

    law: Any

    def quantile(self, u: Any) -> Any:
        """Draw of each member by its own uniform."""
        return jax.vmap(lambda law, u: law.quantile(u))(self.law, u)

    def log_prob(self, draw: Any, known: Any = True) -> Real:
        """Summed log-probability, over the members that are known."""
        logs = jax.vmap(lambda law, draw: law.log_prob(draw))(self.law, draw)
        return _over(known, logs)

    def among(self, allowed: Bool[Array, "member choice"]) -> tuple["Each", Real]:
        """The choices among some, and the log-probability that each member's falls on one of its own."""
        kept, logs = jax.vmap(lambda law, allowed: law.among(allowed))(self.law, allowed)
        return Each(kept), jnp.sum(logs)


class OneOf(NamedTuple):
    """One of several records, by unnormalised log-weights; `options` has them along a leading axis."""

    logits: Float[Array, " option"]
    options: Any

    def quantile(self, u: Real) -> Any:
        """The option that the choice among them falls on."""
        return pick(self.options, Categorical(self.logits).quantile(u))

    def among(self, allowed: Bool[Array, " option"]) -> tuple["OneOf", Real]:
        """The choice among some options, and the log-probability that it falls on one of them."""
        kept, logs = Categorical(self.logits).among(allowed)
        return OneOf(kept.logits, self.options), logs

    def log_prob(self, draw: Any, known: Any = True) -> Real:
        """Log-probability that an option is drawn which equals the draw; `NEVER` where none does."""
        same = tree.map(lambda options, value: options == value, self.options, draw)
        alike = reduce(jnp.logical_and, tree.leaves(same))
        chances = jnp.where(alike, Categorical(self.logits).log_probabilities, NEVER)
        return _over(known, jax.nn.logsumexp(chances))


class Certain(NamedTuple):
    """A choice made without chance, of any shape; a human seat or a history may still give another."""

    value: Any

    def quantile(self, u: Any) -> Any:
        """The value, whatever the luck."""
        del u
        return self.value

    def log_prob(self, draw: Any, known: Any = True) -> Real:
        """Zero: what is not left to chance carries no evidence about the parameters."""
        del draw, known
        return jnp.float32(0.0)
