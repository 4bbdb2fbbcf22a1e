"""What the commands take: arguments and options that several of them share."""

from typing import Annotated

import typer

DEFAULT = ["wait-and-contain", "verified-freeze"]
NONE: list[str] = []

Scenario = Annotated[
    str,
    typer.Argument(
        help="A situation: its name, or the path of a pack's folder.", show_default=True
    ),
]
Pack = Annotated[
    str,
    typer.Argument(help="A situation: its name, or the path of a pack's folder."),
]
Policies = Annotated[
    list[str],
    typer.Option(
        "--policy",
        "-p",
        help="A doctrine of the guarantor: its name, or a .toml file; with modifiers, NAME+MODIFIER. "
        "Give it once for each. `detente policy list` names them.",
    ),
]
EveryPolicy = Annotated[
    list[str],
    typer.Option(
        "--policy",
        "-p",
        help="A doctrine of the guarantor: its name, or a .toml file; with modifiers, NAME+MODIFIER. "
        "Give it once for each; the first is what the others are compared with.",
        show_default="all that ship, wait-and-contain first",
    ),
]
Changes = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Fix one number of the situation, such as testing.talks=0. Give it once for each. "
        "`detente scenario show NAME --numbers` lists the names.",
    ),
]
Worlds = Annotated[
    int,
    typer.Option(
        "--worlds",
        min=1,
        max=10_000_000,
        help="Draws of what is deeply uncertain: parameters, preferences, the start.",
    ),
]
Replicates = Annotated[
    int,
    typer.Option(
        "--replicates",
        min=1,
        max=100_000,
        help="Futures of each world, which differ by chance alone.",
    ),
]
Years = Annotated[
    int | None,
    typer.Option(
        "--years", min=1, max=50, help="Horizon; the situation's own where none is given."
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", min=0, max=2**63 - 1, help="The same seed gives the same futures, byte for byte."
    ),
]
Workers = Annotated[
    int,
    typer.Option(
        "--workers",
        "-w",
        min=1,
        max=1024,
        help="Local processes that compute, each on one thread; 1 is this process, on all of them.",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Compute on a Dask cluster: its scheduler's address, such as tcp://10.0.0.1:8786.",
    ),
]
NewName = Annotated[str, typer.Argument(help="What it is to be called.")]
Doctrine = Annotated[str, typer.Argument(help="A doctrine: NAME, NAME+MODIFIER, or a .toml file.")]
