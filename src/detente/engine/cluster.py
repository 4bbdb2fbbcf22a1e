"""Chunks on a Dask cluster: its workers compute and send back bytes, so that no disk has to be shared."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import cast

from distributed import Client, as_completed

from detente.engine.manifest import Task
from detente.engine.store import Part

AHEAD = 2
"""Chunks that wait at the scheduler for each thread of the cluster: enough to keep it busy, few to keep in memory."""


def on_cluster(work: Callable[[Task], Part], tasks: Iterable[Task], address: str) -> Iterator[Part]:
    """Compute chunks on a cluster, and give them as they come.

    Dask computes again what a dead worker held. Workers that join later are used.

    Args:
        work: computes a chunk.
        tasks: which chunks.
        address: of the scheduler.

    Raises:
        OSError: if nobody answers there.
        Exception: what `work` raises.
    """
    with Client(address, timeout="10s", set_as_default=False) as client:
        client.wait_for_workers(1, timeout=60)
        whole = client.scatter(work, broadcast=True)

        todo, running = iter(tasks), as_completed(loop=client.loop)
        while True:
            threads = cast("dict[str, int]", client.nthreads())
            room = max(AHEAD * sum(threads.values()), 1) - running.count()
            for task in islice(todo, max(room, 0)):
                running.add(client.submit(_compute, whole, task, pure=False))
            if running.is_empty():
                return
            future = next(running)
            yield future.result()
            future.release()


def _compute(work: Callable[[Task], Part], task: Task) -> Part:
    return work(task)
