"""Two doctrines under the same luck: what one changes against the other, by what the challenger privately wants.

Every doctrine meets the same worlds and the same draws, so that a world is compared with itself. Its replicates share
what it draws: so they are averaged first, and standard errors are taken over worlds.

    python examples/compare_doctrines.py [FOLDER] [WORLDS]
"""

import sys
from tempfile import mkdtemp

import pandas as pd

import detente

REFERENCE, RIVAL = "wait-and-contain", "verified-freeze"
OUTCOMES = ["agreement_signed", "fissile_kg", "launches", "food_insecure_person_months"]


def differences(futures: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The rival less the reference in one outcome, for each private type: mean, standard error, number of worlds."""
    by_world = futures.astype({outcome: float}).pivot_table(
        index=["intent", "world"], columns="policy", values=outcome, observed=True
    )
    gap = by_world[RIVAL] - by_world[REFERENCE]
    by_type = gap.groupby(level="intent", observed=True)
    return pd.DataFrame(
        {"difference": by_type.mean(), "standard error": by_type.sem(), "worlds": by_type.count()}
    )


def main(folder: str, worlds: int = 200) -> None:
    run = detente.run(folder, policies=[REFERENCE, RIVAL], worlds=worlds, replicates=5, years=4)
    futures = run.pandas()
    print(f"{len(futures):,} futures, {(futures.status != 'ok').sum()} of them failed: {folder}")

    for outcome in OUTCOMES:
        unit = run.xarray()[outcome].attrs["units"]
        print(f"\n{outcome} ({unit}): {RIVAL} less {REFERENCE}")
        print(differences(futures, outcome).to_string(float_format="{:,.2f}".format))

    signed = run.sql("""
        select policy, avg(agreement_signed::int) as signed, avg(agreement_kept::int) as kept_if_signed
        from outcomes group by policy order by policy
    """)
    print(f"\nShares of futures\n{signed.df().round(2).to_string(index=False)}")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(given[0] if given else f"{mkdtemp()}/run", *map(int, given[1:2]))
