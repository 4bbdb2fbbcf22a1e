"""The part of the model under ema-workbench: an experiment a future, over two local processes."""

import logging
from collections.abc import Callable
from importlib.metadata import version

from ema_workbench import (
    IntegerParameter,
    Model,
    MultiprocessingEvaluator,
    ScalarOutcome,
    ema_logging,
    save_results,
)
from ema_workbench.em_framework.parameters import Constant
from ema_workbench.em_framework.points import Scenario

from benchmarks.subset.plain.future import begin, simulate
from benchmarks.subset.serve import PROCESSES, folder, rate, serve

OUTCOMES = (
    "warheads",
    "fissile_kg",
    "icbm_readiness",
    "launches",
    "nuclear_tests",
    "output",
    "revenue_musd",
    "patron_trade_musd",
    "hub_share",
    "effective_sanctions",
)


def future(k: int, counted: bool) -> dict[str, float]:
    """An experiment: which future, and under whose luck."""
    return simulate(begin(int(k), bool(counted)))


def model(counted: bool) -> Model:
    """The model as the workbench knows it."""
    made = Model("subset", function=future)
    made.uncertainties = [IntegerParameter("k", 0, 10**9)]
    made.constants = [Constant("counted", counted)]
    made.outcomes = [ScalarOutcome(name) for name in OUTCOMES]
    return made


def main() -> None:
    """Start both pools, then serve."""
    ema_logging.log_to_stderr(logging.ERROR)

    def orders(counted: bool) -> tuple[MultiprocessingEvaluator, Callable[[int], tuple]]:
        evaluator = MultiprocessingEvaluator(model(counted), n_processes=PROCESSES)
        evaluator.initialize()
        return evaluator, lambda futures: evaluator.perform_experiments(
            scenarios=[Scenario(k=k) for k in range(futures)]
        )

    (ours, by_own), (theirs, by_counter) = orders(False), orders(True)

    def run(futures: int) -> float:
        file = str(folder() / "workbench.tar.gz")
        return rate(futures, lambda: save_results(by_own(futures), file))

    def check(futures: int) -> dict[str, list[float]]:
        experiments, outcomes = by_counter(futures)
        order = experiments["k"].astype(int).argsort()
        return {name: outcomes[name][order].tolist() for name in OUTCOMES}

    run(4 * PROCESSES)
    serve({"ema-workbench": version("ema_workbench")}, {"run": run, "check": check})
    ours.finalize()
    theirs.finalize()


if __name__ == "__main__":
    main()
