"""World-months a second, storage included, beside what the machine can do in the same run.

Limits are measured in the same run and with as many threads: drawing each month's luck and nothing else, a stream of
exponentials over a block that fits the cache, and a copy of a block that does not. Absolute figures depend on the
machine; ratios travel better. Threads are pinned to a core each.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp

from detente.app.running import run
from detente.app.usecases import Request, Session
from detente.app.wiring import BY_DOCTRINE
from detente.engine.ensemble import CHUNK
from detente.engine.lanes import lanes
from detente.engine.luck import Layout, Luck, seed_words
from detente.engine.month import sites
from detente.engine.rollout import LANES

REPEATS = 3
FUTURES = 64 * CHUNK


def best(work: Callable[[], object]) -> float:
    """Shortest of a few runs, after one that compiles. Seconds."""
    work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def simulate(session: Session) -> None:
    """Simulate every future of the session and write its outcomes."""
    with tempfile.TemporaryDirectory() as folder:
        run(session, Path(folder), lambda *_: None)


def luck_alone(months: int) -> Callable[[], object]:
    """Draw the luck of as many world-months, chunk by chunk, and add it up."""
    layout = Layout.of(sites(BY_DOCTRINE.policies))

    @jax.jit
    def draw(luck: Luck) -> jax.Array:
        block = lanes(layout.uniforms, (LANES, None))

        def body(total: jax.Array, month: jax.Array) -> tuple[jax.Array, None]:
            drawn = block(luck, month)
            return total + sum(jnp.sum(u.reshape(-1, CHUNK), axis=0) for u in drawn.values()), None

        return jax.lax.scan(body, jnp.zeros(CHUNK), jnp.arange(months, dtype=jnp.int32))[0]

    lane = jnp.arange(CHUNK, dtype=jnp.int32)
    luck = Luck(jnp.asarray(seed_words(0)), lane, lane)
    return lambda: [draw(luck).block_until_ready() for _ in range(FUTURES // CHUNK)]


def exponentials(count: int) -> Callable[[], object]:
    """Evaluate so many exponentials on one cache-sized block."""
    size, rounds = 65536, max(1, count // 65536)

    @jax.jit
    def work(x: jax.Array) -> jax.Array:
        return jax.lax.fori_loop(0, rounds, lambda _, v: jnp.exp(-v), x)

    x = jnp.linspace(0.0, 1.0, size)
    return lambda: work(x).block_until_ready()


def main() -> None:
    """Measure and print."""
    request = Request("korea-2025", ("verified-freeze",), FUTURES // 8, 8, None, 0)
    start = time.perf_counter()
    session = Session(request)
    simulate(session)
    first = time.perf_counter() - start
    months = session.design.months
    world_months = FUTURES * months
    full = best(lambda: simulate(session))
    luck = best(luck_alone(months))
    count = 100_000_000
    exp_rate = count / best(exponentials(count))
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    platform = jax.devices()[0].platform
    share, cost = luck / full, exp_rate * full / world_months
    lines = [
        f"{FUTURES:,} futures of {months} months, outcomes written; XLA on {threads} threads ({platform})",
        f"  whole model      {world_months / full:14,.0f} world-months/s",
        f"  luck alone       {world_months / luck:14,.0f} world-months/s: {share:.0%} of the model's time",
        f"  exponentials     {exp_rate:14,.0f} a second: a world-month costs {cost:,.0f} of them",
        f"  first run, with compilation and reading: {first / full:.1f} times a later one",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
