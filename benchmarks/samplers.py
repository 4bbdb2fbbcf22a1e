"""Détente's long chains beside PyMC: effective draws a second of one posterior, on the same machine, in one run.

The posterior is that of the law of launches, a subset of the likelihood of history (see `benchmarks.launches`). First
it is checked that all compute the same density; in the end, that all found the same means. PyMC lives in an environment
of its own, made here from pinned requirements. What a value of the whole likelihood costs stands beside.

    python -m benchmarks.samplers [--quick] [--gradient]
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from benchmarks._environment import ROOT, environment, say
from benchmarks._page import write_section
from benchmarks.launches.hamiltonian import Hamiltonian
from benchmarks.launches.told import Launches
from benchmarks.peers import processor
from benchmarks.subset.serve import THREADS
from benchmarks.world_months import pin
from detente.app import history
from detente.domain.calendar import month_text
from detente.engine.ahead import cores
from detente.inference import chains
from detente.inference.density import BATCH, Posterior

REQUIREMENTS = Path(__file__).parent / "launches" / "requirements.txt"
POINTS, WIDE, TOLERANCE = 32, 0.7, 0.02
"""Points at which densities are compared, their spread in that of the prior, and how far they may differ.

Détente reckons in single precision, PyMC in double.
"""

ERRORS = 5.0
"""Standard errors by which means of two samplers may differ, of all numbers and pairs the most."""

REPEATS = 3

MANY, ABREAST = 128, 32
"""Chains in one batch, of moves and of Hamiltonian paths: what one value costs is mostly the call."""


class Sizes(NamedTuple):
    """Draws that are kept of each chain."""

    ours: int
    many: int
    hamiltonian: int
    peer: int


WHOLE, QUICK = Sizes(1000, 60, 200, 2000), Sizes(200, 20, 40, 200)


class Drawn(NamedTuple):
    """What a sampler found, and seconds: to compile, to warm up, to sample; and of all processors in these last two."""

    scores: Float[np.ndarray, "chain draw dial"]
    compiling: float
    warming: float
    sampling: float
    busy: float


class Cost(NamedTuple):
    """Values of the whole likelihood a second, and gradients where they were measured."""

    values: float
    gradients: float | None


def posterior(subset: Launches) -> Posterior:
    """The posterior of the subset, in the form in which the project samples that of all of history."""
    return Posterior(subset)  # type: ignore[arg-type]


def ours(subset: Launches, draws: int, number: int, at_once: int) -> Drawn:
    """Sample by the project's long chains; warming up is all before what counts."""
    jax.clear_caches()
    target, months = posterior(subset), subset.history.months
    begun = time.perf_counter()
    target(np.zeros((1, target.size)), months)
    moved = [time.perf_counter()]
    compiled, idle = moved[0], time.process_time()

    rng = np.random.default_rng(1)
    points = chains.starts(target, months, rng)

    def told() -> None:
        moved.append(time.perf_counter())

    learned = chains.learned(target, months, points, rng, number=number, told=told)
    *_, found = chains.lengthened(target, months, learned, draws, at_once=at_once, told=told)
    busy, settled = time.process_time() - idle, moved[chains.LEARNING + chains.SETTLING]
    return Drawn(found.scores, compiled - begun, settled - compiled, moved[-1] - settled, busy)


def hamiltonian(subset: Launches, draws: int) -> Drawn:
    """Sample the same density by its slopes."""
    jax.clear_caches()
    clock = [time.perf_counter()]
    sampler = Hamiltonian(subset.density, subset.dials.size, ABREAST, seed=1)
    clock.append(time.perf_counter())
    idle = time.process_time()
    sampler.warm()
    clock.append(time.perf_counter())
    scores = sampler.draw(draws)
    clock.append(time.perf_counter())
    return Drawn(scores, *np.diff(clock), busy=time.process_time() - idle)


class Peer:
    """PyMC, in a process and an environment of its own."""

    def __init__(self, folder: Path):
        """Make the environment where it isn't there yet."""
        self.folder, self.python = folder, environment("launches", REQUIREMENTS)
        self.about = ""

    def ask(self, asked: str, *more: str) -> dict[str, np.ndarray]:
        """Let it compute, compiling anew."""
        flags = f"base_compiledir={self.folder / asked}"
        env = {**os.environ, **THREADS, "PYTENSOR_FLAGS": flags, "PYTHONPATH": str(ROOT)}
        words = [self.python, "-m", "benchmarks.launches.peer", self.folder, asked, *more]
        subprocess.run(words, cwd=ROOT, env=env, check=True)
        with np.load(self.folder / f"{asked}.npz") as file:
            found = dict(file)
        self.about = str(found.pop("about"))
        return found

    def sample(self, metric: str, draws: int) -> Drawn:
        """Sample with a metric of a kind."""
        found = self.ask(metric, str(draws))
        return Drawn(found["scores"], *found["seconds"])


def check(subset: Launches, peer: Peer) -> float:
    """How far the densities lie apart at most.

    Raises:
        RuntimeError: if that is more than it may be.
    """
    target = posterior(subset)
    points = WIDE * np.random.default_rng(0).standard_normal((POINTS, target.size))
    np.save(peer.folder / "points.npy", points)
    normal = 0.5 * target.size * np.log(2 * np.pi)
    most = float(
        np.abs(target(points, subset.history.months) - normal - peer.ask("check")["values"]).max()
    )
    if not most < TOLERANCE:
        raise RuntimeError(
            f"log-densities of Détente and PyMC are {most:g} apart at some point; the same ones are less than "
            f"{TOLERANCE:g} apart: find what differs"
        )
    return most


def agreement(found: Mapping[str, Drawn]) -> float:
    """How far means lie apart at most, of all numbers and all pairs of samplers, in standard errors.

    Raises:
        RuntimeError: if that is more than it may be.
    """

    def moments(drawn: Drawn) -> tuple[np.ndarray, np.ndarray]:
        flat = drawn.scores.reshape(-1, drawn.scores.shape[-1])
        return flat.mean(0), flat.var(0) / chains.diagnosis(drawn.scores).bulk

    most = 0.0
    for (one, a), (other, b) in combinations(found.items(), 2):
        (mean_a, error_a), (mean_b, error_b) = moments(a), moments(b)
        apart = float(np.max(np.abs(mean_a - mean_b) / np.sqrt(error_a + error_b)))
        if not apart < ERRORS:
            raise RuntimeError(
                f"means of {one} and {other} are {apart:.1f} standard errors apart; those of one posterior are less "
                f"than {ERRORS:g} apart: find what differs, or draw more"
            )
        most = max(most, apart)
    return most


def whole(gradient: bool) -> Cost:
    """What values of the whole likelihood of history cost, and gradients, which take minutes to compile."""
    likelihood = history.likelihood()
    target, months = Posterior(likelihood), likelihood.history.told_months
    points = WIDE * np.random.default_rng(0).standard_normal((BATCH, target.size))
    values = rate(lambda: target.months(points, months))
    if not gradient:
        return Cost(values, None)

    @jax.jit
    def slopes(scores: jax.Array) -> jax.Array:
        def total(scores: jax.Array) -> jax.Array:
            return jnp.sum(likelihood.monthly(scores, target.record, jnp.int32(months)))

        return jax.grad(total)(scores)

    scores = jnp.asarray(points.T, jnp.float32)
    return Cost(values, rate(lambda: slopes(scores).block_until_ready()))


def rate(work: Callable[[], Any]) -> float:
    """Sets a second, the best of some goes at a batch of them, after one that compiles."""
    work()
    seconds = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return BATCH / min(seconds)


RIVAL = "PyMC, its own choice"
"""Beside whom ratios are taken."""

HEAD = """\
| sampler | chains, draws | R-hat | effective | compiling | warming up | sampling | effective a second |
|---|---|---|---|---|---|---|---|"""

RATIOS = """\
| beside PyMC | least | median | least, compiling counted | least, once warm | least, by processor time |
|---|---|---|---|---|---|"""


def table(found: Mapping[str, Drawn]) -> str:
    """What each sampler did, and its ratios to PyMC."""
    told = {name: chains.diagnosis(drawn.scores) for name, drawn in found.items()}

    def rates(name: str) -> np.ndarray:
        drawn, bulk = found[name], told[name].bulk
        work = drawn.warming + drawn.sampling
        seconds = work, work, work + drawn.compiling, drawn.sampling, drawn.busy
        least = bulk.min()
        return np.divide((least, np.median(bulk), least, least, least), seconds)

    rows, ratios = [HEAD], [RATIOS]
    for name, drawn in found.items():
        number, draws, _ = drawn.scores.shape
        bulk, (least, median, *_) = told[name].bulk, rates(name)
        rows.append(
            f"| {name} | {number}, {draws:,} | {told[name].rhat.max():.3f} | {bulk.min():,.0f}, {np.median(bulk):,.0f} "
            f"| {drawn.compiling:.1f} s | {drawn.warming:.1f} s | {drawn.sampling:.1f} s "
            f"| {least:,.0f}, {median:,.0f} |"
        )
        cells = (f"{ratio:.3g} times" for ratio in rates(name) / rates(RIVAL))
        ratios.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*rows, "", *ratios])


def explanation(subset: Launches, apart: float, errors: float) -> str:
    """What the page says before the table."""
    known, since = int(np.sum(subset.path.known)), month_text(int(subset.path.world.month[0]))
    return f"""\
One posterior: the law of launches (`detente.mechanisms.testing`) given the launches of {known} months since {since},
those in which all classes are known; {subset.dials.size} numbers as standard normal scores of their priors. What
moves launches comes from one path of the whole model, told history at the medians. Détente runs its own code of the
law; PyMC states it anew, in arrays. At {POINTS} points their log-densities are {apart:.4f} apart at most; between all
samplers, no mean of a number is further apart than {errors:.1f} standard errors.

`detente.inference.chains` makes Student–Crank–Nicolson moves without slopes, {chains.CHAINS} chains at once, and keeps
a draw every {chains.THIN} moves; warming up is climbing to modes, learning the reference, compiling for so few
chains, and settling. Here a call costs more than what it computes, so that many chains stand beside the few that the
whole likelihood needs. PyMC makes no-U-turn moves, a process a chain, with a diagonal metric unless it is told
otherwise. Hamiltonian paths of random length on Détente's density, {ABREAST} chains abreast, with a dense metric and
slopes by reverse differentiation, stand there for reference.
Effective is the rank-normalised bulk size (ArviZ): of the number that has least, and of the median one. Seconds are
those of warming up and sampling, unless something else is said; compiling includes starting PyMC's processes.
Samplers ran one after another on the same {cores()} cores."""


def cost(found: Cost, dials: int) -> str:
    """What the whole likelihood costs, in words."""
    values = (
        f"The whole likelihood of history, {dials} numbers and {history.LANES} lanes, {BATCH} sets at a time: "
        f"{found.values:,.0f} values a second"
    )
    if found.gradients is None:
        return f"{values}. What a gradient of it costs is measured with `--gradient`."
    return (
        f"{values}, and {found.gradients:,.1f} gradients by reverse differentiation, each as dear as "
        f"{found.values / found.gradients:.1f} values."
    )


def main() -> None:
    """Check, sample, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few draws; nothing is written")
    parser.add_argument("--gradient", action="store_true", help="measure the whole gradient too")
    asked = parser.parse_args()
    sizes = QUICK if asked.quick else WHOLE
    jax.config.update("jax_enable_compilation_cache", False)  # so that all compile anew
    pin()
    say("samplers: telling the path")
    subset = Launches.of_history()
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(Path(folder))
        np.savez(peer.folder / "handed.npz", **subset.handed())  # type: ignore[arg-type]
        say("samplers: checking that densities are the same")
        apart = check(subset, peer)
        work: dict[str, Callable[[], Drawn]] = {
            RIVAL: lambda: peer.sample("diagonal", sizes.peer),
            "PyMC, dense metric": lambda: peer.sample("dense", sizes.peer),
            "Détente's long chains": lambda: ours(
                subset, sizes.ours, chains.CHAINS, chains.AT_ONCE
            ),
            "the same, many": lambda: ours(subset, sizes.many, MANY, MANY),
            "Hamiltonian paths": lambda: hamiltonian(subset, sizes.hamiltonian),
        }
        found = {}
        for name, sample in work.items():
            say(f"samplers: {name}")
            found[name] = sample()
        versions = f"Détente: jax {jax.__version__}; {peer.about}; {processor()}."
    text = [explanation(subset, apart, agreement(found)), "", table(found)]
    if not asked.quick or asked.gradient:
        say("samplers: the whole likelihood")
        text += ["", cost(whole(asked.gradient), history.dials().size)]
    section = "\n".join([*text, "", versions])
    say(section)
    if not asked.quick:
        write_section("samplers", "Sampling, beside PyMC", section)


if __name__ == "__main__":
    main()
