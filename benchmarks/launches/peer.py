"""The posterior of the law of launches in PyMC, by a process in an environment that has it.

    python -m benchmarks.launches.peer FOLDER check|diagonal|dense [DRAWS]

`handed.npz` in the folder says what is known. `check` gives log-densities of the scores in `points.npy`; the others
sample, with a metric of that kind. What comes out stands in the folder under the name of what was asked.
"""

import platform
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pymc as pm
import pytensor
import pytensor.tensor as pt
from pytensor.tensor.signal import convolve1d
from scipy.stats import norm

Given = Mapping[str, np.ndarray]

CHAINS, TUNE = 2, 1000
"""Chains, a process each, and draws in which each is tuned: PyMC's own number."""

METRICS = {"diagonal": "jitter+adapt_diag", "dense": "jitter+adapt_full"}
"""Ways to tune by the metric they learn; the first is PyMC's own choice."""

LEAST, MOST = 1e-6, 20.0
"""Bounds of a mean."""

MONTHLY = ("push", "talks", "exercise", "affront", "backing")
"""Coefficients of what is one number a month."""


def model(given: Given) -> pm.Model:
    """Scores of the numbers, standard normal, and the launches of the months in which their classes are known."""
    known = given["known"]
    with pm.Model() as made:
        own = numbers(pm.Normal("score", shape=len(given["names"])), given)
        p = dict(zip(given["names"].tolist(), own, strict=True))
        base = pt.stack([value for name, value in p.items() if name.startswith("base.")])
        fast = pt.log1p(momentum(p["fading"], given) / base.sum())[known]
        moved = np.stack([given[name][known] for name in MONTHLY], axis=1)
        by_month = moved @ pt.stack([p[name] for name in MONTHLY]) + p["dependence"] * fast
        index = by_month[:, None] + p["need"] * given["need"][known]
        mean = pt.clip(base * pt.exp(index), LEAST, MOST) * held(p, given)[known]
        pm.NegativeBinomial(
            "launches",
            mu=pt.maximum(mean, LEAST),
            alpha=p["dispersion"],
            observed=given["launches"][known],
        )
    return made


def numbers(score: pt.TensorVariable, given: Given) -> pt.TensorVariable:
    """Quantiles of the priors, cut to their bounds, at normal scores."""
    a, b, low, high = (given[name].astype(float) for name in ("a", "b", "low", "high"))
    logs, flat = given["families"] == "lognormal", given["families"] == "uniform"

    def cut(at: np.ndarray) -> np.ndarray:
        ratio = np.log(np.maximum(at, 1e-12) / np.where(logs, a, 1.0))
        return norm.cdf(np.where(logs, ratio, at - a) / b)

    u = 0.5 * pt.erfc(-score / np.sqrt(2))
    within = pt.clip(cut(low) + u * (cut(high) - cut(low)), 1e-7, 1 - 1e-7)
    z = -np.sqrt(2) * pt.erfcinv(2 * within)
    curved = pt.switch(logs, np.where(logs, a, 1.0) * pt.exp(np.where(logs, b, 0.0) * z), a + b * z)
    return pt.clip(pt.switch(flat, a + (b - a) * u, curved), low, high)


def momentum(fading: pt.TensorVariable, given: Given) -> pt.TensorVariable:
    """Launches before each month, faded: a sum over all months past, with weights that fall by powers."""
    total = given["launches"].sum(axis=1).astype(float)
    kept = (1 - fading) ** np.arange(len(total))
    new = fading * convolve1d(total[:-1], kept[:-1])[: len(total) - 1]
    return given["momentum"] * kept + pt.concatenate([[0.0], new])


def held(p: Mapping[str, pt.TensorVariable], given: Given) -> pt.TensorVariable:
    """What a moratorium, terms that bind, and the end of the state leave of a mean: [month, class]."""
    limited = given["limited"]
    satellite = np.arange(len(limited)) == len(limited) - 1
    reach = limited * pt.switch(satellite, 1 - p["loophole"], 1.0)
    pledged = pt.exp(-p["pledge"] * limited * given["pledged"][:, None])
    return pledged * (1 - given["bound"][:, None] * reach) * given["governed"][:, None]


def check(given: Given, points: np.ndarray) -> dict[str, np.ndarray]:
    """Log-densities of points."""
    density = model(given).compile_logp()
    return {"values": np.asarray([density({"score": point}) for point in points])}


def sample(given: Given, metric: str, draws: int) -> dict[str, np.ndarray]:
    """Draws by chain, and seconds by the sampler's own clocks: compiling, tuning, sampling; both, of all processors."""
    begun = time.perf_counter()
    with model(given):
        found = pm.sample(
            draws=draws,
            tune=TUNE,
            chains=CHAINS,
            cores=CHAINS,
            init=METRICS[metric],
            random_seed=1,
            progressbar=False,
            discard_tuned_samples=False,
            compute_convergence_checks=False,
        )
    tuned, kept = found.warmup_sample_stats, found.sample_stats
    started = float(tuned.perf_counter_start.min())
    learned = float(kept.perf_counter_start[:, 0].mean())
    ended = float((kept.perf_counter_start + kept.perf_counter_diff).max())
    busy = float(tuned.process_time_diff.sum() + kept.process_time_diff.sum())
    return {
        "scores": found.posterior["score"].to_numpy(),
        "seconds": np.append(np.diff([begun, started, learned, ended]), busy),
    }


def about() -> str:
    """What this runs on."""
    mode = type(pytensor.compile.mode.get_default_mode().linker).__name__
    parts = {"PyMC": pm.__version__, "PyTensor": pytensor.__version__, "linker": mode}
    return ", ".join(f"{k} {v}" for k, v in {**parts, "Python": platform.python_version()}.items())


def main() -> None:
    """Do what is asked."""
    folder, asked, *draws = sys.argv[1:]
    with np.load(Path(folder) / "handed.npz") as file:
        given = dict(file)
    if asked == "check":
        found = check(given, np.load(Path(folder) / "points.npy"))
    else:
        found = sample(given, asked, int(draws[0]))
    np.savez(Path(folder) / f"{asked}.npz", about=np.asarray(about()), **found)


if __name__ == "__main__":
    main()
