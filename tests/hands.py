"""Work that needs no model, for what hands chunks out; and runs of the harbour crisis by processes of their own."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from detente.engine.manifest import Task
from detente.engine.store import Part

PACKS = Path(__file__).parent / "packs"


def plain(task: Task) -> Part:
    """A chunk that says which it is."""
    return Part(task, 1, 0, f"{task.policy} {task.number}".encode(), None)


def wrong(task: Task) -> Part:
    raise ValueError(f"chunk {task.number} is wrong")


def broken(task: Task) -> Part:
    raise KeyError(task.number)


def once_deadly(mark: str, task: Task) -> Part:
    """Chunk 3 kills its worker the first time."""
    if task.number == 3:
        try:
            Path(mark).touch(exist_ok=False)
        except FileExistsError:
            return plain(task)
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(task)


def deadly(task: Task) -> Part:
    if task.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(task)


def once(mark: Path):
    return partial(once_deadly, str(mark))


def command(*words: str | Path) -> list[str]:
    """A command line of Détente, run by this Python."""
    return [sys.executable, "-m", "detente.app.cli", *map(str, words)]


def start(*words: str | Path) -> subprocess.Popen[str]:
    """Begin a command in a process of its own."""
    return subprocess.Popen(
        command(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def call(*words: str | Path) -> str:
    """Run a command in a process of its own, and give what it says."""
    done = subprocess.run(
        command(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def harbour(worlds: int) -> list[str | Path]:
    """Arguments of a run of the harbour crisis, thirty-two replicates a world, three years."""
    idle, settle = PACKS / "idle.toml", PACKS / "settle.toml"
    size = ["--worlds", str(worlds), "--replicates", "32", "--seed", "7"]
    return [PACKS / "harbour", "--policy", idle, "--policy", settle, *size]


def chunks(out: Path) -> dict[str, bytes]:
    """What a run has written, by name."""
    return {path.name: path.read_bytes() for path in sorted(out.glob("*/*.parquet"))}


def until(condition, process: subprocess.Popen[str], seconds: float = 1200) -> bool:
    """Wait until something holds, or the process has ended: whether it holds."""
    end = time.monotonic() + seconds
    while not condition():
        if process.poll() is not None or time.monotonic() > end:
            return bool(condition())
        time.sleep(0.01)
    return True
