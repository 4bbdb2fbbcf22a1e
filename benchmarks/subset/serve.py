"""How the benchmark talks to whoever computes: orders on standard input, answers on standard output, a line each."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

THREADS = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
"""Set for every contender: a thread in each process."""

PROCESSES = 2
MONTHS = 96

FOLDER = "DETENTE_SUBSET"
"""The variable that names the folder in which `inputs.json` stands and results are written."""


def folder() -> Path:
    """Where inputs stand and results go."""
    return Path(os.environ[FOLDER])


@cache
def inputs() -> dict[str, Any]:
    """What all contenders are given: worlds, dates, the doctrine's levels, the layout of luck. Read once a process."""
    return json.loads((folder() / "inputs.json").read_text())


def pinned() -> list[Executor]:
    """Executors of a process each, pinned to a core each, since a child inherits what its parent may run on."""
    allowed = os.sched_getaffinity(0)
    executors: list[Executor] = []
    for cpu in sorted(allowed)[:PROCESSES]:
        os.sched_setaffinity(0, {cpu})
        executor = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        executor.submit(os.getpid).result()
        executors.append(executor)
    os.sched_setaffinity(0, allowed)
    return executors


def spread(
    executors: list[Executor], work: Callable[..., Any], items: Iterable[Any]
) -> Iterator[Any]:
    """Let the processes take turns at items; results in the order of items."""
    futures = [executors[i % len(executors)].submit(work, item) for i, item in enumerate(items)]
    return (future.result() for future in futures)


def rate(futures: int, work: Callable[[], object]) -> float:
    """Futures a second."""
    start = time.perf_counter()
    work()
    return futures / (time.perf_counter() - start)


def serve(about: Mapping[str, str], orders: Mapping[str, Callable[[int], Any]]) -> None:
    """Say who this is, then carry out orders until the input ends: a name and a number of futures each.

    `run` simulates and stores, and answers with futures a second; `check` answers with outcomes under Détente's luck.
    """

    def say(answer: object) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    say(about)
    for line in sys.stdin:
        order, futures = line.split()
        say(orders[order](int(futures)))
