"""What it costs to import a million rows of each format of event data, beside pandas that only reads the same file.

The rows are made, of the width that published ones have: codes, states and days drawn from lists, texts filled up.
Each reading is a process of its own. `python -m benchmarks.importers` writes docs/benchmarks.md.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from benchmarks import _page
from detente.history.importers import FORMATS, read_events
from detente.history.importers.tables import meanings

HOME = Path(__file__).parents[1]
ROWS = 1_000_000
SECONDS, PEAK = 20, 2 << 30
"""What is asked of a million rows."""

STATES = [
    "USA",
    "PRK",
    "KOR",
    "CHN",
    "JPN",
    "RUS",
    "IND",
    "PAK",
    "IRN",
    "ISR",
    "FRA",
    "DEU",
    "BRA",
    "NGA",
]
CAMEO = [
    "010",
    "020",
    "036",
    "040",
    "042",
    "046",
    "051",
    "057",
    "073",
    "085",
    "111",
    "112",
    "130",
    "173",
    "190",
]
EXPORT = {"gdelt": 61, "gdelt1": 58}
TEXT = "words as they stand in names, sectors, places and notes of the published files; "


class Cost(NamedTuple):
    """Seconds, and the highest memory in bytes, of a process that imported or read a file; and what it made."""

    seconds: float
    peak: int
    made: int


def write(name: str, rows: int, folder: Path) -> Path:
    """Write a file of a format with so many made rows."""
    luck = np.random.default_rng(7)

    def drawn(values: list[str]) -> pa.Array:
        places = pa.array(luck.integers(len(values), size=rows), pa.int32())
        return pa.array(values).take(places)

    def filled(letters: int, differing: int = 5000) -> pa.Array:
        return drawn([(f"{i} " + TEXT * 8)[:letters] for i in range(differing)])

    columns = _COLUMNS[name](rows, drawn, filled)
    path = folder / f"{name}.csv"
    quoted = name == "acled"
    options = csv.WriteOptions(
        include_header=name not in EXPORT,
        delimiter="," if quoted else "\t",
        quoting_style="needed" if quoted else "none",
    )
    csv.write_csv(pa.table(columns), path, options)
    return path


def _days(form: str) -> list[str]:
    return list(pd.date_range("2010-01-01", "2024-12-31").strftime(form))


def _numbers(rows: int) -> pa.Array:
    return pa.array(np.arange(rows) + 30_000_000).cast(pa.string())


def _icews(rows, drawn, filled):
    names = ["India", "United States", "North Korea", "South Korea", "China", "Russian Federation"]
    return {
        "Event ID": _numbers(rows),
        "Event Date": drawn(_days("%Y-%m-%d")),
        "Source Name": filled(20),
        "Source Sectors": filled(60),
        "Source Country": drawn(names),
        "Event Text": filled(25),
        "CAMEO Code": drawn(CAMEO),
        "Intensity": drawn(["-10", "-5", "0", "3.4", "7"]),
        "Target Name": filled(20),
        "Target Sectors": filled(60),
        "Target Country": drawn(names),
        "Story ID": drawn([str(47_000_000 + i) for i in range(300_000)]),
        "Sentence Number": drawn(list("123456")),
        "Publisher": filled(20),
        **{place: filled(9) for place in ("City", "District", "Province", "Country")},
        "Latitude": drawn(["21.0245", "38.9171"]),
        "Longitude": drawn(["105.841", "-77.0003"]),
    }


def _gdelt(width: int):
    def columns(rows, drawn, filled):
        made = {f"_{i}": filled(4, 200) for i in range(width)}
        made |= {f"_{i}": filled(25) for i in range(width) if i in (6, 16, 36, 43)}
        made |= {"_0": _numbers(rows), "_1": drawn(_days("%Y%m%d"))}
        made |= {"_7": drawn(STATES), "_17": drawn(STATES), "_26": drawn(CAMEO)}
        made |= {"_30": drawn(["-10.0", "1.0", "7.4"]), "_33": drawn(["1", "4", "10"])}
        made[f"_{width - 1}"] = filled(90)
        return made

    return columns


def _polecat(rows, drawn, filled):
    codes = [code.partition("/") for code in meanings("plover")]
    return {
        "Event ID": _numbers(rows),
        "Event Date": drawn(_days("%Y-%m-%d")),
        "Event Type": drawn([kind for kind, _, _ in codes]),
        "Event Mode": drawn([mode or "None" for _, _, mode in codes]),
        "Intensity": drawn(["-10.0", "1.0", "7.4"]),
        "Quad Code": filled(20),
        "Contexts": filled(20),
        "Actor Name": filled(20),
        "Actor Country": drawn([*STATES, "USA;PRK", "CHN;RUS", "None"]),
        **{f"_{i}": filled(14) for i in range(7)},
        "Recipient Country": drawn([*STATES, "KOR;JPN", "None"]),
        **{f"__{i}": filled(14) for i in range(23)},
    }


def _acled(rows, drawn, filled):
    actors = ["Military Forces of India (2014-)", "Protesters (South Korea)", "Rioters (Nigeria)"]
    actors += [
        "Police Forces of Brazil (2019-2023)",
        "Unidentified Armed Group (Ukraine)",
        "A front",
    ]
    return {
        "event_id_cnty": _numbers(rows),
        "event_date": drawn(_days("%d %B %Y")),
        "year": drawn(["2018", "2019"]),
        "disorder_type": filled(20, 3),
        "event_type": filled(20, 6),
        "sub_event_type": drawn([code.capitalize() for code in meanings("acled")]),
        "actor1": drawn(actors),
        "assoc_actor_1": filled(20),
        "actor2": drawn([*actors, ""]),
        "assoc_actor_2": filled(20),
        "country": drawn(["India", "South Korea", "Nigeria"]),
        **{f"_{i}": filled(10) for i in range(15)},
        "source": drawn(["Yonhap News Agency", "Reuters; Times of India", "Local source"]),
        "notes": drawn([f'{i}, "as reported", ' + (TEXT * 4)[:240] for i in range(5000)]),
    }


_COLUMNS = {
    "icews": _icews,
    **{name: _gdelt(width) for name, width in EXPORT.items()},
    "polecat": _polecat,
    "acled": _acled,
}


def one(what: str, name: str, path: Path) -> Cost:
    """Import a file, or read it with pandas, in this process."""
    start = time.perf_counter()
    if what == "import":
        made = len(read_events(path, name).events)
    else:
        head = None if name in EXPORT else 0
        made = len(pd.read_csv(path, sep="," if name == "acled" else "\t", header=head))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return Cost(time.perf_counter() - start, peak, made)


def measure(what: str, name: str, path: Path) -> Cost:
    """The same, in a process of its own."""
    words = ["-m", "benchmarks.importers", "--one", what, name, str(path)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HOME / "src"), str(HOME)])}
    done = subprocess.run(
        [sys.executable, *words], env=env, capture_output=True, text=True, check=True
    )
    return Cost(*json.loads(done.stdout))


def text(found: dict[str, tuple[int, Cost, Cost]], rows: int) -> str:
    """The section of the page."""
    lines = [
        f"{rows:,} made rows of each format, as wide as published ones, imported to events; and `pandas.read_csv` of",
        "the same file with its defaults, which reads and does no more. A process each, in turns; memory is",
        f"the highest of the process. Asked of a million rows: under {SECONDS} s and {PEAK >> 30} GiB.",
        "",
        "| format | file | imported in | memory | events | `read_csv` | its memory | ratio of time |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, (size, ours, plain) in found.items():
        lines.append(
            f"| {name} | {size >> 20:,} MiB | {ours.seconds:.1f} s | {ours.peak / 2**30:.2f} GiB | {ours.made:,} | "
            f"{plain.seconds:.1f} s | {plain.peak / 2**30:.2f} GiB | {ours.seconds / plain.seconds:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the page; or one reading."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument(
        "--one", nargs=3, metavar=("WHAT", "FORMAT", "FILE"), help=argparse.SUPPRESS
    )
    asked = parser.parse_args()
    if asked.one:
        what, name, path = asked.one
        sys.stdout.write(json.dumps(one(what, name, Path(path))))
        return
    found = {}
    for name in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            path = write(name, asked.rows, Path(folder))
            ours, plain = (measure(what, name, path) for what in ("import", "pandas"))
            assert plain.made == asked.rows, "pandas has read every row"
            found[name] = path.stat().st_size, ours, plain
    said = text(found, asked.rows)
    sys.stdout.write(f"{said}\n")
    if asked.rows == ROWS:
        _page.write_section("importers", "Importing event data", said)


if __name__ == "__main__":
    main()
