"""Write `docs/recovery.md`: whether calibration finds numbers that are known, on histories made by the model.

Goes on where it was stopped: each history is a few lines of `docs/reference/recovery.csv`.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
from jax import tree
from rich.progress import track
from scipy import stats

from detente.app import history
from detente.inference.dials import Dials
from detente.inference.observed import Record
from detente.inference.posteriors import threshold
from detente.inference.recovery import Recovered, Recovery

PAGE = Path(__file__).parent / "recovery.md"
KEPT = Path(__file__).parent / "reference" / "recovery.csv"
HISTORIES, MONTHS, PARTICLES = 32, 48, 256
LEVEL = 0.9
BINS = 8
"""Of ranks: the number of draws and one divides into as many, nearly."""

HEAD = (
    "mark",
    "months",
    "particles",
    "history",
    "number",
    "truth",
    "low",
    "high",
    "rank",
    "contraction",
)


def main() -> None:
    """Make what histories are missing, and write the page."""
    dials = asked()
    told = history.told(ahead=0)
    told = told._replace(record=first(told.record))
    recovery = Recovery(told, dials, lanes=history.LANES, particles=PARTICLES)
    done = set(kept().history)
    for number in track([n for n in range(HISTORIES) if n not in done], "Making histories"):
        keep(number, recovery(number), dials)
    PAGE.write_text("\n".join(page(kept())) + "\n", encoding="utf-8")


def asked() -> Dials:
    """The numbers that are calibrated, but for errors of measurement: nothing is published on these histories."""
    every = history.dials()
    return Dials.named([n for n in every.names if not n.startswith("measurement.")], every.table)


def first(record: Record) -> Record:
    """The pattern of the first months."""
    return tree.map(lambda x: x[:MONTHS], record)


def kept() -> pd.DataFrame:
    """The lines of histories that were made the way they would be now."""
    lines = pd.read_csv(KEPT) if KEPT.exists() else pd.DataFrame(columns=list(HEAD))
    alike = (lines.months == MONTHS) & (lines.particles == PARTICLES)
    return lines.loc[alike & (lines.mark == history.mark())]


def keep(number: int, found: Recovered, dials: Dials) -> None:
    """Add a history's lines, whole or not at all."""
    low, high = np.quantile(found.draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    columns = (found.truth, low, high, found.ranks, found.contraction)
    new, mark = not KEPT.exists(), history.mark()
    text = []
    for name, truth, a, b, rank, taken in zip(dials.names, *columns, strict=True):
        text.append(
            (
                mark,
                MONTHS,
                PARTICLES,
                number,
                name,
                f"{truth:.4f}",
                f"{a:.4f}",
                f"{b:.4f}",
                rank,
                f"{taken:.3f}",
            )
        )
    with KEPT.open("a", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        if new:
            writer.writerow(HEAD)
        writer.writerows(text)


def page(rows: pd.DataFrame) -> list[str]:
    """The page, as Markdown."""
    rows = rows.assign(inside=(rows.low <= rows.truth) & (rows.truth <= rows.high))
    informed = rows.loc[rows.contraction >= threshold(PARTICLES)]
    ranks = np.histogram(rows["rank"], bins=BINS, range=(0, PARTICLES + 1))[0]
    made, asked_about = rows.history.nunique(), rows.number.nunique()
    alike = stats.chisquare(ranks).pvalue
    return [
        "# Recovery",
        "",
        f"Whether calibration finds numbers that are known. {made} histories of {MONTHS} months, each made by the",
        f"model with {asked_about} numbers drawn from their priors (`detente.inference.recovery` says how), each told",
        f"back to the sequential sampler with {PARTICLES} draws. Errors are standard errors, clustered by history.",
        "",
        *_table(
            ["numbers", "pairs", f"{LEVEL:.0%} intervals that hold the truth", "truth and middle"],
            [_line("informed", informed), _line("all", rows)],
        ),
        "",
        "A number is informed where history took so much of its variance that it stands out by three standard errors.",
        "The last column is a correlation.",
        "",
        "## Ranks",
        "",
        "How often the truth lay in each eighth of the draws, over all numbers. Alike is right; a hump in the middle",
        "says that intervals are too wide, horns at the ends that they are too narrow.",
        "",
        *_table([str(i + 1) for i in range(BINS)], [[str(n) for n in ranks]]),
        "",
        f"Chi-square against alike: p = {alike:.3f}, as if all were independent; numbers of one history are not.",
        "",
        "## By number",
        "",
        *_table(["number", "intervals that hold it", "mean contraction"], _by_number(rows)),
        "",
        "Written by `make recovery`, which goes on where it was stopped.",
    ]


def _line(name: str, rows: pd.DataFrame) -> list[str]:
    """Coverage with its error, and how truth and the middle of intervals go together."""
    held = rows.groupby("history").inside.agg(["sum", "size"])
    share = held["sum"].sum() / held["size"].sum()
    error = np.sqrt(np.sum((held["sum"] - share * held["size"]) ** 2)) / held["size"].sum()
    middle = (rows.low + rows.high) / 2
    return [
        name,
        str(len(rows)),
        f"{share:.3f} ± {error:.3f}",
        f"{np.corrcoef(rows.truth, middle)[0, 1]:.2f}",
    ]


def _by_number(rows: pd.DataFrame) -> list[list[str]]:
    found = rows.groupby("number").agg(inside=("inside", "mean"), taken=("contraction", "mean"))
    found = found.sort_values("taken", ascending=False)
    return [
        [f"`{name}`", f"{row.inside:.2f}", f"{row.taken:.2f}"] for name, row in found.iterrows()
    ]


def _table(head: list[str], body: list[list[str]]) -> list[str]:
    rows = [head, ["---"] * len(head), *body]
    return ["| " + " | ".join(cells) + " |" for cells in rows]


if __name__ == "__main__":
    main()
