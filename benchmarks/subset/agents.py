"""The part of the model in Mesa: guarantor, challenger and two patrons are agents, and a run is a future."""

import time
from importlib.metadata import version

import mesa
import pandas as pd
from mesa.batchrunner import batch_run

from benchmarks.subset.plain.future import PATRONS, begin
from benchmarks.subset.serve import PROCESSES, folder, serve


class Guarantor(mesa.Agent):
    """Acts first."""

    def step(self) -> None:
        self.model.future.act_guarantor()


class Challenger(mesa.Agent):
    """Acts once it has seen the guarantor."""

    def step(self) -> None:
        self.model.future.act_challenger()


class Patron(mesa.Agent):
    """Acts once it has seen both."""

    def __init__(self, model: "Subset", i: int):
        super().__init__(model)
        self.i = i

    def step(self) -> None:
        self.model.future.act_patron(self.i)


class Subset(mesa.Model):
    """A future: agents act in turn, then the mechanisms move."""

    def __init__(self, k: int, counted: bool):
        super().__init__(seed=k)
        self.future = begin(k, counted)
        Guarantor(self)
        Challenger(self)
        for i in PATRONS:
            Patron(self, i)
        # Mesa collects every month or never: one reporter, which has nothing to say before the end, costs least.
        self.datacollector = mesa.DataCollector({"outcomes": Subset.outcomes})

    def outcomes(self) -> dict[str, float] | None:
        """What is kept of the future, at its end."""
        return None if self.running else self.future.outcomes()

    def step(self) -> None:
        self.future.open()
        self.agents.do("step")
        self.future.move()
        self.running = self.steps < self.future.months
        self.datacollector.collect(self)


def batch(futures: int, counted: bool) -> pd.DataFrame:
    """A run a future, in the order of futures."""
    results = batch_run(
        Subset,
        {"k": range(futures), "counted": [counted]},
        number_processes=PROCESSES,
        data_collection_period=-1,
        display_progress=False,
    )
    frame = pd.DataFrame(results).sort_values("k")
    return frame[["k"]].join(pd.DataFrame(frame["outcomes"].tolist(), index=frame.index))


def main() -> None:
    """Serve. What `batch_run` takes to start its processes, at each call anew, is taken off its time."""

    def run(futures: int) -> float:
        start = time.perf_counter()
        batch(PROCESSES, counted=False)
        middle = time.perf_counter()
        batch(futures + PROCESSES, counted=False).to_csv(folder() / "agents.csv", index=False)
        end = time.perf_counter()
        return futures / ((end - middle) - (middle - start))

    def check(futures: int) -> dict[str, list[float]]:
        return batch(futures, counted=True).drop(columns="k").to_dict("list")

    serve({"Mesa": version("mesa")}, {"run": run, "check": check})


if __name__ == "__main__":
    main()
