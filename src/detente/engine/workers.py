"""Chunks by several processes of this machine: each computes and sends back bytes, and nobody but the caller writes."""

import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from traceback import format_exc

from detente.engine.manifest import Task
from detente.engine.store import Part

Work = Callable[[Task], Part]
"""Computes one chunk; it can be pickled."""

AHEAD = 2
"""Tasks that a worker holds, so that it needn't wait while another's chunk is written."""

DEATHS = 3
"""How often a chunk may end its worker before the run gives up."""


class _Worker:
    """One process, and what it was given to do."""

    def __init__(self, work: Work):
        context = get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, work), daemon=True)
        with _uninterrupted():
            self.process.start()
        other.close()  # so that the pipe ends when the process does
        self.tasks: deque[Task] = deque()

    def give(self, task: Task) -> None:
        self.tasks.append(task)
        self.pipe.send(task)

    def stop(self) -> None:
        self.process.terminate()
        self.process.join()
        self.pipe.close()


def in_processes(work: Work, tasks: Iterable[Task], count: int) -> Iterator[Part]:
    """Compute chunks in local processes, and give them as they come.

    A process that dies is replaced, and what it held is computed again.

    Args:
        work: computes a chunk.
        tasks: which chunks.
        count: how many processes; each runs XLA on one thread.

    Raises:
        ChildProcessError: if a chunk ends its process again and again.
        ValueError: what `work` says is wrong.
        RuntimeError: any other error of `work`, with its traceback.
    """
    todo, deaths = deque(tasks), Counter[Task]()
    workers = [_Worker(work) for _ in range(min(count, len(todo)))]
    try:
        while todo or any(worker.tasks for worker in workers):
            for i, worker in enumerate(workers):
                try:
                    while todo and len(worker.tasks) < AHEAD:
                        worker.give(todo.popleft())
                except OSError:  # it died, and its pipe with it
                    workers[i] = _replaced(worker, work, todo, deaths)
            ready = wait([worker.pipe for worker in workers if worker.tasks])
            for i, worker in enumerate(workers):
                if worker.pipe in ready:
                    try:
                        result = worker.pipe.recv()
                    except (EOFError, OSError):
                        workers[i] = _replaced(worker, work, todo, deaths)
                        continue
                    if isinstance(result, Exception):
                        raise result
                    worker.tasks.popleft()
                    yield result
    finally:
        for worker in workers:
            worker.stop()


def _replaced(dead: _Worker, work: Work, todo: deque[Task], deaths: Counter[Task]) -> _Worker:
    """Take back what a dead worker held, and start another.

    Raises:
        ChildProcessError: if its chunk has ended too many.
    """
    dead.stop()
    todo.extendleft(reversed(dead.tasks))
    if dead.tasks:
        task = dead.tasks[0]
        deaths[task] += 1
        if deaths[task] >= DEATHS:
            raise ChildProcessError(
                f"a worker that dies is replaced, but chunk {task.number} of {task.policy} ended {DEATHS} of them, "
                f"the last with exit code {dead.process.exitcode}: if memory ran out, take fewer workers"
            )
    return _Worker(work)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start a process that leaves Ctrl-C, which a terminal sends to all, to this one."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say so
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(pipe: Connection, work: Work) -> None:
    """Compute what comes in, until nobody asks any more."""
    os.environ["NPROC"] = "1"  # read by XLA when it first computes: one thread a process
    try:
        while True:
            task = pipe.recv()
            try:
                result = work(task)
            except ValueError as error:
                result = ValueError(str(error))  # plain, so that it can be pickled
            except Exception:
                result = RuntimeError(format_exc())
            pipe.send(result)
    except (EOFError, OSError):
        pass  # whoever asked is gone
