"""World-months a second, storage included, beside what the machine can do in the same run.

Limits are measured in the same run, by as many threads, pinned to as many cores: drawing each month's luck and nothing
else; exponentials and multiply-adds over a block that fits the cache; copies of a block that fits, and of one that
does not. What a world-month takes of each is XLA's own count for the compiled loop. Absolute figures depend on the
machine; ratios travel better. `python -m benchmarks.world_months` writes docs/benchmarks.md.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks import _page
from detente.app.running import run
from detente.app.usecases import Request, Session
from detente.app.wiring import BY_DOCTRINE
from detente.engine.ahead import ahead, cores
from detente.engine.ensemble import CHUNK
from detente.engine.lanes import lanes
from detente.engine.luck import Layout, Luck, seed_words
from detente.engine.month import sites
from detente.engine.rollout import LANES

REPEATS = 3
FUTURES = 64 * CHUNK
SMALL, LARGE = 2**14, 2**25
"""Numbers in a block that fits the first caches, and in one that fits none."""


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
    return lambda: [*ahead(lambda _: draw(luck).block_until_ready(), range(FUTURES // CHUNK))]


def streams(step: Callable[[jax.Array], jax.Array], size: int, rounds: int) -> float:
    """Elements a second that all threads together take through a step, each on a block of its own."""

    @jax.jit
    def work(x: jax.Array) -> jax.Array:
        return jax.lax.fori_loop(0, rounds, lambda _, v: step(v), x)

    blocks = [jnp.linspace(0.1, 0.9, size) + i for i in range(cores())]
    with ThreadPoolExecutor(len(blocks)) as pool:
        seconds = best(lambda: list(pool.map(lambda x: work(x).block_until_ready(), blocks)))
    return len(blocks) * size * rounds / seconds


def counted(session: Session) -> dict[str, float]:
    """What XLA counts for a month of one future: arithmetic, transcendentals, and bytes read and written."""
    doctrine = session.doctrines[0]
    ensemble = session.ensemble(doctrine)
    data = ensemble._data(session.settings(doctrine), session.design, 0, {}, None)
    costs: Any = ensemble._tally.lower(*data).compile().cost_analysis()  # a loop's body counts once
    return {key: costs[key] / CHUNK for key in ("flops", "transcendentals", "bytes accessed")}


def pin() -> int:
    """Keep this process to the first two of its cores, and say how many it has."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    return cores()


def main() -> None:
    """Measure, print, and write the page."""
    threads = pin()
    session = Session(Request("korea-2025", ("verified-freeze",), FUTURES // 8, 8, None, 0))
    months, costs = session.design.months, counted(session)
    world_months = FUTURES * months
    full = best(lambda: simulate(session)) / world_months
    luck = best(luck_alone(months)) / world_months
    words = 4 * len(Layout.of(sites(BY_DOCTRINE.policies)).counters)
    limits = {
        "arithmetic": costs["flops"] / (2 * streams(lambda v: v * 0.5 + 0.3, SMALL, 20_000)),
        "transcendentals": costs["transcendentals"] / streams(lambda v: jnp.exp(-v), SMALL, 10_000),
        "bytes, from cache": costs["bytes accessed"] / (8 * streams(jnp.negative, SMALL, 20_000)),
        "bytes, from memory": costs["bytes accessed"] / (8 * streams(jnp.negative, LARGE, 20)),
    }
    units = ("flops", "transcendentals", "bytes accessed", "bytes accessed")
    rows = [
        "| | a world-month takes | share of the time, at the measured rate |",
        "|---|---|---|",
        f"| luck alone | {words} uniforms | {luck / full:.0%} |",
        *(
            f"| {name} | {costs[unit]:,.0f} | {limit / full:.0%} |"
            for (name, limit), unit in zip(limits.items(), units, strict=True)
        ),
    ]
    platform = jax.devices()[0].platform
    said = (
        f"The full world of 2025, {FUTURES:,} futures of {months} months, outcomes written: {1 / full:,.0f} "
        f"world-months a second by {threads} threads pinned to {threads} cores ({platform}). What the machine could do "
        "in the same run:"
    )
    section = "\n".join([said, "", *rows])
    sys.stdout.write(section + "\n")
    _page.write_section("world-months", "The full world, and the machine's limits", section)


if __name__ == "__main__":
    main()
