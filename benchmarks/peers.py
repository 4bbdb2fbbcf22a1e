"""Détente beside what people would use instead, on a part of the model, in one run.

Each contender computes the same futures (see `benchmarks.subset`) on the same two cores, by two processes of a thread
each, and stores what comes out. They take turns, several times, and the best of each counts. First it is checked that
all of them compute the same. The peers live in an environment of their own, made here from pinned requirements.

    python -m benchmarks.peers [--quick]
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks._environment import ROOT, environment, say
from benchmarks._page import write_section
from benchmarks.subset.serve import FOLDER, MONTHS, PROCESSES, THREADS

REQUIREMENTS = Path(__file__).parent / "subset" / "requirements.txt"
ROUNDS = 5
TOLERANCE, SHARE = 1e-3, 0.98
"""How close an outcome has to be, relatively, and in how many futures all outcomes have to be.

Détente and NumPy reckon in single precision, plain Python in double. Where a draw lies within that rounding of what
decides it, a choice falls the other way, and that future takes another course.
"""


class Peer(NamedTuple):
    """A contender: its name and module, its futures in a round and in the check, and what is asked of Détente."""

    title: str
    module: str
    futures: int
    checked: int
    floor: float = 0.0
    aim: float = 0.0


PEERS = {
    "engine": Peer("Détente", "engine", 2**17, 1008),
    "vectors": Peer("NumPy", "vectors.work", 2**17, 1008, 1, 1.5),
    "workbench": Peer("ema-workbench", "workbench", 1024, 128, 30, 80),
    "agents": Peer("Mesa", "agents", 1024, 128, 30, 80),
}
RIVALS = [name for name in PEERS if name != "engine"]


class Contender:
    """A process that waits for orders."""

    def __init__(self, name: str, python: Path, folder: Path):
        """Start it, on the cores that this process may use."""
        paths = os.pathsep.join([str(ROOT), str(ROOT / "src")] if name == "engine" else [str(ROOT)])
        self.log = (folder / f"{name}.log").open("w+")
        self.name = name
        self.process = subprocess.Popen(
            [python, "-m", f"benchmarks.subset.{PEERS[name].module}"],
            cwd=ROOT,
            env={**os.environ, **THREADS, FOLDER: str(folder), "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.about: dict[str, str] = self._answer()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.log.seek(0)
            raise RuntimeError(f"{self.name} ended without an answer:\n{self.log.read()[-4000:]}")
        return json.loads(line)

    def order(self, order: str, futures: int) -> Any:
        """Give an order, and wait for the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{order} {futures}\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """Let it end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        self.log.close()


Rates = Mapping[str, list[float]]
"""Futures a second of each contender, round by round."""

EXPLANATION = f"""\
The same futures, computed and stored on two cores, by two processes of a thread each: {PEERS["engine"].futures:,} in a
round by Détente and by NumPy, {PEERS["agents"].futures:,} by the others, which are plain Python, floats and `math`.
They compute a part of the model over {MONTHS} months: pressure and posture by doctrine, the challenger's push, tests,
theft and border, two patrons' enforcement and vetoes, and the mechanisms arsenal, testing, economy and sanctions.
Détente runs its own code of these; the rest of the world stands still.

Rounds go in turns, and the best of each counts. In a check beforehand all have the same luck, and futures agree where
every outcome does within {TOLERANCE:g}. In the others, rounding moved a draw across what decides it. Against the clock
the peers take their own generators, faster than luck by counter; they compute once a future what holds throughout it;
NumPy chooses the size of its chunks by measurement. Drawing worlds, starting and compiling are left out for all.
Results are stored in the usual way: Parquet by Détente, which forces each chunk to the disk, and by NumPy;
`save_results` of ema-workbench; a CSV file of what Mesa's `batch_run` returns.
"""
"""What the page says before the table."""


@contextmanager
def contenders(folder: Path) -> Iterator[dict[str, Contender]]:
    """All contenders, started and warm, on two cores."""
    python = environment("peers", REQUIREMENTS)
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:PROCESSES]))
    with ExitStack() as stack:
        started = {}
        for name, peer in PEERS.items():
            say(f"peers: starting {peer.title}")
            own = Path(sys.executable) if name == "engine" else python
            started[name] = Contender(name, own, folder)
            stack.callback(started[name].close)
        yield started


def agreement(ours: Mapping[str, list[float]], theirs: Mapping[str, list[float]]) -> float:
    """Share of futures in which all outcomes agree.

    Raises:
        ValueError: if they don't name the same outcomes.
    """
    if set(ours) != set(theirs):
        raise ValueError(f"outcomes differ: {sorted(set(ours) ^ set(theirs))}")

    def close(a: float, b: float) -> bool:
        return abs(a - b) <= TOLERANCE * max(abs(a), abs(b), 1e-3)

    futures = zip(*(zip(ours[n], theirs[n], strict=False) for n in ours), strict=True)
    agreed = [all(close(a, b) for a, b in future) for future in futures]
    return sum(agreed) / len(agreed)


def check(started: Mapping[str, Contender]) -> dict[str, float]:
    """Share of futures in which each peer agrees with Détente.

    Raises:
        RuntimeError: if it is less than it has to be.
    """
    ours = started["engine"].order("check", PEERS["engine"].checked)
    shares = {}
    for name in RIVALS:
        shares[name] = agreement(ours, started[name].order("check", PEERS[name].checked))
        if shares[name] < SHARE:
            raise RuntimeError(
                f"{name} agrees with Détente in {shares[name]:.1%} of the futures it was checked on; "
                f"what computes the same agrees in at least {SHARE:.0%}: find what differs"
            )
    return shares


def race(started: Mapping[str, Contender], rounds: int, scale: int) -> Rates:
    """Let all run in turns; each round begins with another."""
    rates: dict[str, list[float]] = {name: [] for name in started}
    names = list(started)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            rates[name].append(started[name].order("run", max(PEERS[name].futures // scale, 1)))
        say(f"peers: round {turn + 1} of {rounds}")
    return rates


def processor() -> str:
    """The processor, in general words."""
    known = Path("/proc/cpuinfo")
    flags = known.read_text().split() if known.exists() else []
    sets = [name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags]
    return " with ".join([platform.machine(), *sets[:1]])


def versions(started: Mapping[str, Contender]) -> str:
    """What everybody runs on."""
    own = (
        f"{PEERS[n].title}: " + ", ".join(f"{k} {v}" for k, v in c.about.items())
        for n, c in started.items()
    )
    return "; ".join([*own, f"Python {platform.python_version()}", processor()])


def on_screen(shares: Mapping[str, float], rates: Rates) -> str:
    """The figures of this run, for whoever ran it."""
    ours = max(rates["engine"])
    lines = [f"  {'':14} {'world-months/s':>14}   Détente is faster   asked, aim   agree"]
    for name, peer in PEERS.items():
        line = f"  {peer.title:14} {max(rates[name]) * MONTHS:14,.0f}"
        if name in shares:
            ratio = ours / max(rates[name])
            short = "  short" if ratio < peer.floor else ""
            asked = f"{peer.floor:g}, {peer.aim:g}"
            line += f"   {ratio:10.3g} times   {asked:>10}   {shares[name]:5.1%}{short}"
        lines.append(line)
    return "\n".join(lines)


def on_page(started: Mapping[str, Contender], shares: Mapping[str, float], rates: Rates) -> str:
    """The ratios of this run, for the page."""
    ours = rates["engine"]
    lines = [
        "| beside | Détente is faster | round by round | asked, aim | agree |",
        "|---|---|---|---|---|",
    ]
    for name in RIVALS:
        peer = PEERS[name]
        each = sorted(a / b for a, b in zip(ours, rates[name], strict=True))
        lines.append(
            f"| {peer.title} | {max(ours) / max(rates[name]):.3g} times | {each[0]:.3g} to {each[-1]:.3g} times "
            f"| {peer.floor:g}, {peer.aim:g} | {shares[name]:.1%} of {peer.checked:,} futures |"
        )
    return "\n".join([EXPLANATION, *lines, "", f"{versions(started)}."])


def main() -> None:
    """Check, race, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one short round; nothing is written")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder, contenders(Path(folder)) as started:
        say("peers: checking that all compute the same")
        shares = check(started)
        rates = race(started, 1 if quick else ROUNDS, 16 if quick else 1)
        say(on_screen(shares, rates))
        say("\n".join(f"  {line}" for line in versions(started).split("; ")))
        if not quick:
            write_section(
                "peers", "Beside other ways to compute the same", on_page(started, shares, rates)
            )


if __name__ == "__main__":
    main()
