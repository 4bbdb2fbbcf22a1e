"""Tasks on threads: in order, few held, the first alone, and nothing left behind when the reader stops."""

import threading
import time

import pytest

from detente.engine.ahead import ahead, cores


@pytest.fixture
def two(monkeypatch):
    monkeypatch.setenv("NPROC", "2")


def test_results_come_in_the_order_of_the_tasks(two):
    def slow_if_even(task: int) -> int:
        time.sleep(0.02 if task % 2 == 0 else 0.0)
        return task

    assert list(ahead(slow_if_even, range(9))) == list(range(9))
    assert list(ahead(slow_if_even, [])) == []


def test_few_are_held_and_the_first_is_alone(two):
    begun: list[int] = []
    results = ahead(lambda task: begun.append(task) or task, range(20))
    next(results)
    assert begun == [0]
    for _ in range(5):
        next(results)
        time.sleep(0.02)
        assert len(begun) <= 10  # what was read, and three ahead
    results.close()
    time.sleep(0.02)
    assert len(begun) < 20


def test_tasks_share_the_cores(two):
    met = threading.Barrier(2, timeout=5)

    def work(task: int) -> int:
        if task:
            met.wait()  # passes only if another is at work
        return task

    assert list(ahead(work, range(5))) == list(range(5))


def test_an_error_reaches_the_reader(two):
    def fail(task: int) -> int:
        if task == 3:
            raise ValueError("three")
        return task

    results = ahead(fail, range(9))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)


def test_a_worker_process_that_has_one_core_takes_one(monkeypatch):
    monkeypatch.setenv("NPROC", "1")
    assert cores() == 1
    monkeypatch.delenv("NPROC")
    assert cores() >= 1
