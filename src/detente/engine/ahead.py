"""Several tasks at a time in one process: compiled code lets go of the interpreter, so threads share out the cores."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def cores() -> int:
    """Cores that this process may use; NPROC, which XLA heeds too, sets another number."""
    if told := os.environ.get("NPROC"):
        return max(1, int(told))
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ahead(work: Callable[[In], Out], tasks: Iterable[In]) -> Generator[Out, None, None]:
    """Work on tasks in threads, one a core, and give results in the order of the tasks.

    The first is done alone, so that what it compiles is compiled once. One result more than there are threads is
    held, so that memory stays flat and nobody waits while a result is used.

    Args:
        work: does one task.
        tasks: in order.
    """
    todo = iter(tasks)
    for first in todo:
        yield work(first)
        break
    threads = cores()
    with ThreadPoolExecutor(threads) as pool:
        running: deque[Future[Out]] = deque()
        try:
            for task in todo:
                running.append(pool.submit(work, task))
                if len(running) > threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for left in running:
                left.cancel()


def together(work: Callable[[In], Out], tasks: Sequence[In]) -> list[Out]:
    """Work on tasks in threads, one a core, and give all results at the end, in order. Nothing is left to compile."""
    with ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(work, tasks))
