"""How a run grows with its futures: time, processor time, peak memory and bytes on disk, at five sizes.

Each size is run by a process of its own, which compiles first and is then measured, from the first chunk to the last
one on disk. `python -m benchmarks.scaling --write` puts the table into docs/scaling.md.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from detente.app.running import Hands, run
from detente.app.usecases import Request, Session
from detente.engine.ensemble import CHUNK, Design

HOME = Path(__file__).parents[1]
PACKS = HOME / "tests" / "packs"
PAGE = HOME / "docs" / "scaling.md"
BEGIN, END = "<!-- measured: python -m benchmarks.scaling --write -->", "<!-- end -->"
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
REPLICATES = 16
BEYOND = 10_000_000
"""Futures that the table projects."""


@dataclass(frozen=True)
class Row:
    """One size: seconds from the first chunk asked for to the last one on disk; peak memory and disk in bytes."""

    futures: int
    months: int
    seconds: float
    cpu: float
    peak: int
    disk: int

    @property
    def rate(self) -> float:
        """World-months a second."""
        return self.futures * self.months / self.seconds


def measure(futures: int, workers: int, pack: str, years: int) -> Row:
    """Run so many futures in a process of its own."""
    words = [str(futures), "--workers", str(workers), "--pack", pack, "--years", str(years)]
    command = [sys.executable, "-m", "benchmarks.scaling", "--one", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HOME)
    return Row(**json.loads(done.stdout))


def one(futures: int, workers: int, pack: str, years: int) -> Row:
    """Run so many futures in this process, after one chunk that compiles."""
    scenario = str(PACKS / pack) if (PACKS / pack).exists() else pack
    policy = str(PACKS / "settle.toml") if (PACKS / pack).exists() else "verified-freeze"
    session = Session(Request(scenario, (policy,), CHUNK // REPLICATES, REPLICATES, years, 1))
    with tempfile.TemporaryDirectory() as folder:
        run(session, Path(folder) / "warm")
        session.design = Design(futures // REPLICATES, REPLICATES, 12 * years, 1)
        before, start = _cpu(), time.perf_counter()
        run(session, Path(folder) / "run", hands=Hands(workers))
        seconds, cpu = time.perf_counter() - start, _cpu() - before
        files = (Path(folder) / "run").rglob("*.parquet")
        disk = sum(path.stat().st_size for path in files)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = unit * sum(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)[: 1 + (workers > 1)]
    )
    return Row(futures, 12 * years, seconds, cpu, peak, disk)


def _cpu() -> float:
    """Processor seconds of this process and of those that it has seen end."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def table(rows: list[Row]) -> list[str]:
    """The measured rows, and what they project beyond."""
    head = [
        "| futures | seconds | processor seconds | world-months a second | peak memory, MiB | on disk, MiB |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    lines = [
        f"| {r.futures:,} | {r.seconds:,.1f} | {r.cpu:,.1f} | {r.rate:,.0f} | {r.peak / 2**20:,.0f} "
        f"| {r.disk / 2**20:,.1f} |"
        for r in rows
    ]
    if len(rows) < 2:
        return [*head, *lines]
    first, last = rows[0], rows[-1]
    span = last.futures - first.futures
    seconds, cpu, disk = (
        (getattr(last, name) - getattr(first, name)) / span * (BEYOND - last.futures)
        + getattr(last, name)
        for name in ("seconds", "cpu", "disk")
    )
    return [
        *head,
        *lines,
        "",
        f"*Projected, not measured*: {BEYOND:,} futures would take {seconds:,.0f} seconds ({cpu:,.0f} of the "
        f"processors), {last.peak / 2**20:,.0f} MiB of memory and {disk / 2**20:,.0f} MiB on disk, by the straight "
        "line through the first row and the last.",
    ]


def main() -> None:
    """Measure, print, and write the page where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument(
        "--one", action="store_true", help="run the one size here, and print it as JSON"
    )
    parser.add_argument("--write", action="store_true", help="put the table into docs/scaling.md")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--pack", default="korea-2025")
    parser.add_argument("--years", type=int, default=8)
    asked = parser.parse_args()
    how = asked.workers, asked.pack, asked.years
    if asked.one:
        sys.stdout.write(json.dumps(asdict(one(asked.sizes[0], *how))) + "\n")
        return
    rows = [measure(size, *how) for size in asked.sizes]
    lines = table(rows)
    sys.stdout.write("\n".join(lines) + "\n")
    if asked.write:
        text = PAGE.read_text("utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text("\n".join([f"{before}{BEGIN}", "", *lines, "", f"{END}{after}"]), "utf-8")


if __name__ == "__main__":
    main()
