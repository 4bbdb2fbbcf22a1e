"""One number of a situation, swept: how much hangs on how fast the enrichment plants grow?

Every value gets a run of its own, in the same worlds and with the same luck: they differ in that number alone. Joined
along a new axis they are one array, over which means and differences are a line each.

    python examples/sweep_a_number.py [FOLDER] [WORLDS]
"""

import sys
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
import xarray as xr

import detente

NUMBER = "arsenal.growth"
VALUES = [0.0, 0.08, 0.20]
POLICIES = ["wait-and-contain", "verified-freeze"]


def sweep(folder: Path, worlds: int) -> xr.DataArray:
    """Fissile material (kg) by value, policy, world, replicate and month."""
    runs: list[xr.DataArray] = []
    for value in VALUES:
        print(f"{NUMBER} = {value:g} ...", flush=True)
        run = detente.run(
            folder / f"growth-{value:g}",
            policies=POLICIES,
            worlds=worlds,
            replicates=5,
            years=4,
            changes={NUMBER: value},
            paths=True,
        )
        runs.append(run.xarray("paths")["fissile_kg"])
    return xr.concat(runs, pd.Index(VALUES, name="growth"))


def main(folder: Path, worlds: int = 100) -> None:
    prior = detente.numbers("korea-2025").loc[NUMBER]
    print(f"{prior.meaning}. Prior: {prior.stated} [{prior.source}]")
    kg = sweep(folder, worlds).load()

    yearly = kg.isel(month=slice(11, None, 12)).assign_coords(month=range(1, 5))
    shown = yearly.rename(month="year").mean(["world", "replicate"])
    print("\nMean fissile material (kg) at the end of each year")
    print(shown.stack(row=["policy", "growth"]).T.to_pandas().round(0).to_string())

    last = kg.isel(month=-1)
    low, middle, high = last.quantile([0.05, 0.5, 0.95], dim=["world", "replicate"])
    print("\nAt the end: median, and where nine in ten futures lie")
    for policy in POLICIES:
        for value in VALUES:
            a, b, c = (float(q.sel(policy=policy, growth=value)) for q in (low, middle, high))
            print(f"  {policy:<18}growth {value:<5g}{b:6.0f} ({a:.0f} to {c:.0f})")

    gap = (last.sel(policy=POLICIES[1]) - last.sel(policy=POLICIES[0])).mean("replicate")
    print(f"\n{POLICIES[1]} less {POLICIES[0]}, paired within worlds")
    for value, world in zip(VALUES, gap, strict=True):
        error = float(world.std("world", ddof=1)) / world.sizes["world"] ** 0.5
        print(f"  growth {value:<5g}{float(world.mean()):6.1f} ± {1.96 * error:.1f} kg")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0] if given else mkdtemp()), *map(int, given[1:2]))
