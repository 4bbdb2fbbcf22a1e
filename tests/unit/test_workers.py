"""Chunks handed to local processes: all of them come back, whatever becomes of the workers."""

import pytest

from detente.engine.manifest import Task
from detente.engine.workers import in_processes
from tests import hands

TASKS = [Task("settle", number) for number in range(8)]


@pytest.mark.parametrize("count", [1, 2, 20])
def test_every_chunk_comes_back_once(count):
    parts = list(in_processes(hands.plain, TASKS, count))
    assert sorted(part.task for part in parts) == TASKS
    assert all(part.outcomes == f"settle {part.task.number}".encode() for part in parts)


def test_nothing_to_do_starts_nobody():
    assert list(in_processes(hands.plain, [], 2)) == []


@pytest.mark.parametrize("count", [1, 2])
def test_a_worker_that_dies_is_replaced_and_its_chunks_are_run_again(tmp_path, count):
    parts = list(in_processes(hands.once(tmp_path / "died"), TASKS, count))
    assert (tmp_path / "died").exists()
    assert sorted(part.task for part in parts) == TASKS


def test_a_chunk_that_kills_every_worker_ends_the_run_and_is_named():
    with pytest.raises(ChildProcessError, match=r"chunk 3 of settle ended 3 .* exit code -9"):
        list(in_processes(hands.deadly, TASKS, 2))


def test_errors_of_the_work_reach_whoever_asked():
    with pytest.raises(ValueError, match="chunk 0 is wrong"):
        list(in_processes(hands.wrong, TASKS, 1))
    with pytest.raises(RuntimeError, match="KeyError: 0"):
        list(in_processes(hands.broken, TASKS, 1))
