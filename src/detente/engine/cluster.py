"""Chunks on a Dask cluster: its workers compute and send back bytes, so that no disk has to be shared."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from distributed import Client, Future, as_completed

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

        def submit(count: int) -> list[Future]:
            return [
                client.submit(_compute, whole, task, pure=False) for task in islice(todo, count)
            ]

        todo = iter(tasks)
        running = as_completed(submit(AHEAD * sum(client.nthreads().values())))
        for future in running:
            yield future.result()
            future.release()
            room = AHEAD * sum(client.nthreads().values()) - running.count()
            running.update(submit(max(room, 0)))


def _compute(work: Callable[[Task], Part], task: Task) -> Part:
    return work(task)
