"""What float32 costs: the same futures under the same luck in float32 and in float64, future by future.

The package that computes in float64 is this one with every `float32` in its text made `float64`, run by a process of
its own. `python -m benchmarks.precision` writes docs/benchmarks.md.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import _page
from detente.app.usecases import Request, Session
from detente.domain.outcomes import OUTCOMES, Timing

SOURCE = Path(__file__).parents[1] / "src" / "detente"
HOME = Path(__file__).parents[1]
REPLICATES = 16


class Gap(NamedTuple):
    """How far the two lie apart.

    `same` is the share of futures that agree in every flag, count and label. Of those, `typical` and `most` are the
    median and the 99th percentile over futures of the largest relative gap among the other outcomes. `means` is the
    largest gap between means over all futures, in standard errors of the mean.
    """

    futures: int
    same: float
    typical: float
    most: float
    means: float


def wide(folder: Path) -> Path:
    """A copy of the package that computes in float64: the folder to import it from."""
    shutil.copytree(SOURCE, folder / "detente", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "detente").rglob("*.py"):
        path.write_text(path.read_text("utf-8").replace("float32", "float64"), encoding="utf-8")
    return folder


def outcomes(asked: list[Any], home: Path, *, double: bool) -> dict[str, np.ndarray]:
    """Outcomes of the futures that are asked for, by a process that imports the package from a folder."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "outcomes.npz"
        paths = os.pathsep.join([str(home), str(HOME)])
        env = {**os.environ, "PYTHONPATH": paths, "JAX_ENABLE_X64": str(int(double))}
        words = ["-m", "benchmarks.precision", "--one", str(file), json.dumps(asked)]
        subprocess.run([sys.executable, *words], env=env, check=True, cwd=folder)
        with np.load(file) as found:
            return dict(found)


def one(file: Path, asked: list[Any]) -> None:
    """Run futures in this process, and save their outcomes."""
    scenario, policy, worlds, years = asked
    session = Session(Request(scenario, (policy,), worlds, REPLICATES, years, 0))
    chunks = list(session.chunks(session.doctrines[0]))
    kept: dict[str, Any] = {
        o.name: np.concatenate([c.tally.values[o.name] for c in chunks]) for o in OUTCOMES
    }
    np.savez(file, **kept)


def gap(scenario: str, policy: str, worlds: int, years: int) -> Gap:
    """Run futures both ways, and compare."""
    asked = [scenario, policy, worlds, years]
    with tempfile.TemporaryDirectory() as folder:
        double = outcomes(asked, wide(Path(folder)), double=True)
    single = outcomes(asked, SOURCE.parent, double=False)
    moved = [outcome for outcome in OUTCOMES if outcome.timing is not Timing.START]
    real = [outcome.name for outcome in moved if outcome.dtype == "float32"]
    exact = [outcome.name for outcome in moved if outcome.dtype != "float32"]
    assert all(double[name].dtype == np.float64 for name in real), "the copy computes in float64"
    same = np.all([single[name] == double[name] for name in exact], axis=0)
    apart = np.max([_apart(single[name], double[name]) for name in real], axis=0)[same]
    means = max(_of_means(single[name], double[name]) for name in [*real, *exact])
    return Gap(
        len(same), same.mean(), float(np.median(apart)), float(np.quantile(apart, 0.99)), means
    )


def _apart(single: np.ndarray, double: np.ndarray) -> np.ndarray:
    """Relative gap, against the outcome's usual size where the value is small: [future]."""
    usual = np.mean(np.abs(double)) + 1e-12
    return np.abs(single - double) / np.maximum(np.abs(double), usual)


def _of_means(single: np.ndarray, double: np.ndarray) -> float:
    """Gap between means in standard errors."""
    error = np.std(double) / np.sqrt(len(double))
    return float(np.abs(np.mean(single, dtype=float) - np.mean(double)) / max(error, 1e-12))


def text(found: Gap, scenario: str, policy: str, years: int) -> str:
    """The section of the page."""
    return (
        f"{found.futures:,} futures of `{scenario}` under `{policy}` over {years} years, in float32 and in "
        f"float64 under the same luck. In {found.same:.2%} of them every flag, count and label is the same; in the "
        "others rounding moved a draw across what decides it. Of those that are the same, the outcome that lies "
        f"furthest apart does so by {found.typical:.0e} of its size in the median future and by {found.most:.0e} in "
        "the 99th of a hundred. No mean over all futures moves by more than "
        f"{found.means:.2g} of its standard error."
    )


def main() -> None:
    """Measure, print, and write the page; or run one side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("FILE", "ASKED"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one(Path(asked.one[0]), json.loads(asked.one[1]))
        return
    how = "korea-2025", "verified-freeze", 504, 8
    found = gap(*how)
    said = text(found, how[0], how[1], how[3])
    sys.stdout.write(f"{said}\n")
    _page.write_section("precision", "What float32 costs", said)


if __name__ == "__main__":
    main()
