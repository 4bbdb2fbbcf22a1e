"""Serve: chunks over two processes, their size chosen by measurement."""

import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.subset.serve import PROCESSES, folder, pinned, rate, serve, spread
from benchmarks.subset.vectors.chunk import simulate

SIZES = [1024 * 2**i for i in range(7)]


def write(item: tuple[int, int]) -> None:
    """Simulate a chunk, and write its outcomes."""
    first, futures = item
    numbers = np.arange(first, first + futures)
    outcomes = {"future": numbers, **simulate(first, futures, counted=False)}
    pq.write_table(pa.table(outcomes), folder() / f"vectors-{first:08d}.parquet")


def cost(item: tuple[int, int]) -> float:
    """Seconds a future in chunks of a size, best of a few."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        write(item)
        times.append(time.perf_counter() - start)
    return min(times) / item[1]


def main() -> None:
    """Choose the size with both processes at work, then serve."""
    executors = pinned()
    costs = [max(spread(executors, cost, [(0, size), (size, size)])) for size in SIZES]
    size = SIZES[int(np.argmin(costs))]

    def run(futures: int) -> float:
        part = min(size, -(-futures // PROCESSES))
        items = [(k, part) for k in range(0, futures, part)]
        return rate(part * len(items), lambda: list(spread(executors, write, items)))

    def check(futures: int) -> dict[str, list[float]]:
        outcomes = simulate(0, futures, counted=True)
        return {name: values.tolist() for name, values in outcomes.items()}

    about = {"numpy": np.__version__, "futures in a chunk": f"{size:,}"}
    serve(about, {"run": run, "check": check})


if __name__ == "__main__":
    main()
