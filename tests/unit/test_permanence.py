"""The same bytes, whoever computes and however often it is interrupted: real processes, killed for real."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from benchmarks.scaling import measure
from detente.engine.store import Store
from tests.hands import call, chunks, harbour, start, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

WORLDS = 250
"""Eight chunks under each of two doctrines, the last one cut."""


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> dict[str, bytes]:
    """The run by one process, never interrupted."""
    out = tmp_path_factory.mktemp("permanence") / "one"
    call("run", *harbour(WORLDS), "--out", out)
    found = chunks(out)
    assert len(found) == 16
    return found


def children(process: subprocess.Popen[str]) -> list[int]:
    """Processes that one has started and that compute: spawned, and not Python's tracker of resources."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                line = (entry / "cmdline").read_text()
            except OSError:
                continue
            if parent == process.pid and "spawn_main" in line:
                found.append(int(entry.name))
    return found


def two_workers() -> Any:
    return LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0")


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_write_the_same_bytes(reference, tmp_path, workers):
    call("run", *harbour(WORLDS), "--out", tmp_path / "run", "--workers", workers)
    assert chunks(tmp_path / "run") == reference


def test_dask_writes_the_same_bytes(reference, tmp_path):
    with two_workers() as cluster:
        address = cluster.scheduler_address
        call("run", *harbour(WORLDS), "--out", tmp_path / "run", "--cluster", address)
    assert chunks(tmp_path / "run") == reference


def test_dask_goes_on_without_a_worker_that_was_killed(reference, tmp_path):
    with two_workers() as cluster:
        out = tmp_path / "run"
        process = start(
            "run", *harbour(WORLDS), "--out", out, "--cluster", cluster.scheduler_address
        )
        assert until(lambda: len(chunks(out)) >= 2, process), process.communicate()[0]
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
        said = process.communicate()[0]
        assert process.returncode == 0, said
    assert chunks(out) == reference


def test_a_worker_killed_in_mid_run_is_replaced(reference, tmp_path):
    out = tmp_path / "run"
    process = start("run", *harbour(WORLDS), "--out", out, "--workers", "2")
    assert until(lambda: len(chunks(out)) >= 2, process), process.communicate()[0]
    os.kill(children(process)[0], signal.SIGKILL)
    said = process.communicate()[0]
    assert process.returncode == 0, said
    assert chunks(out) == reference


def test_killed_at_ten_random_moments_and_resumed(reference, tmp_path):
    """Half the kills come soon after a chunk was written, the others at any time from the start of the process."""
    out, luck, moments = tmp_path / "run", random.Random(4), []
    for i in range(10):
        words = ["runs", "resume", out] if (out / "manifest.json").exists() else None
        process = start(*(words or ["run", *harbour(WORLDS), "--out", out]))
        if i % 2:
            before = len(chunks(out))
            until(lambda before=before: len(chunks(out)) > before, process)
            time.sleep(luck.uniform(0, 0.1))
        else:
            time.sleep(luck.uniform(0, 12))
        process.kill()
        process.communicate()
        moments.append(len(chunks(out)))
        found = chunks(out)
        assert found == {name: reference[name] for name in found}, "what is there is whole"
    call("runs", "resume", out)
    assert chunks(out) == reference
    assert not list(out.rglob("*.part"))
    assert len(set(moments)) >= 3, f"kills came at too few stages to show anything: {moments}"


def test_interrupted_from_the_keyboard_it_says_how_to_go_on(tmp_path):
    """A run of several seconds, so that it is not over when the interrupt comes."""
    out, whole = tmp_path / "run", tmp_path / "whole"
    call("run", *harbour(8 * WORLDS), "--out", whole)
    process = start("run", *harbour(8 * WORLDS), "--out", out, "--workers", "2")
    assert until(lambda: len(chunks(out)) >= 2, process), process.communicate()[0]
    helpers = children(process)
    for pid in [process.pid, *helpers]:  # as a terminal does: to all of them
        os.kill(pid, signal.SIGINT)
    said = process.communicate()[0]
    assert process.returncode == 130, said
    assert f"Go on with: detente runs resume {out}" in " ".join(said.split())
    assert "Traceback" not in said
    assert not any(Path(f"/proc/{pid}").exists() for pid in helpers)
    call("runs", "resume", out, "--workers", "2")
    assert chunks(out) == chunks(whole)


def test_no_worker_outlives_its_run(tmp_path):
    out = tmp_path / "run"
    process = start("run", *harbour(WORLDS), "--out", out, "--workers", "2")
    assert until(lambda: len(chunks(out)) >= 1, process), process.communicate()[0]
    helpers = children(process)
    process.kill()
    process.communicate()
    end = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in helpers) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in helpers)
    assert Store.open(out).damaged() == []


def test_a_cluster_that_is_not_there_is_said(tmp_path):
    out = tmp_path / "run"
    process = start("run", *harbour(2), "--out", out, "--cluster", "tcp://127.0.0.1:9")
    said = process.communicate()[0]
    assert process.returncode == 2, said
    assert "tcp://127.0.0.1:9" in said
    assert "Traceback" not in said


def test_memory_is_flat_and_time_linear_in_futures():
    """Peak memory at 100,000 futures and at 300,000; processor time a future at five sizes."""
    sizes = [20_480, 51_200, 102_400, 204_800, 307_200]
    rows = [measure(futures, workers=1, pack="harbour", years=1) for futures in sizes]
    peaks = {row.futures: row.peak for row in rows}
    assert peaks[307_200] < 1.05 * peaks[102_400], peaks
    each = [row.cpu / row.futures for row in rows]
    assert max(each) < 1.25 * min(each), each
