"""Importers: event data in the formats that analysts have, as events of the model's kinds.

One module a format says where its columns stand and what counts as one event; `tables/` says what each code means;
`reading` unpacks and cuts a file into rows; `merging` judges the rows and takes reports of one event together.
"""

import codecs
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from detente.history.importers import acled, gdelt, icews, plover
from detente.history.importers.events import Drop, Event, Imported, Tally
from detente.history.importers.formats import Format
from detente.history.importers.merging import SCHEMA, make
from detente.history.importers.reading import Source, UnreadableEventsError
from detente.history.importers.tables import country

__all__ = [
    "FORMATS",
    "Drop",
    "Event",
    "Format",
    "Imported",
    "Tally",
    "UnreadableEventsError",
    "read_events",
    "write_events",
]

FORMATS: dict[str, Format] = {
    form.name: form
    for form in (icews.FORMAT, gdelt.GDELT2, gdelt.GDELT1, plover.FORMAT, acled.FORMAT)
}
"""The formats that can be read, by name."""


def read_events(
    path: str | Path,
    form: str,
    between: Sequence[str] = (),
    encoding: str = "utf-8",
    progress: Callable[[int], object] = lambda _: None,
) -> Imported:
    """Read a file of event data: plain, gzip or zip, between tabs, commas or semicolons.

    Args:
        path: the file.
        form: its format, a name of `FORMATS`.
        between: states by ISO 3166-1 alpha-3 code; where given, only what one of them did to another is kept.
        encoding: how it is written, if not in UTF-8: one of Python's encodings.
        progress: told now and then how many more bytes of the file, as it lies there, have been read.

    Returns:
        Events, a row each by day, actor, target and kind, with the columns of `Event`; and what became of its rows.

    Raises:
        ValueError: if there is no such format, state or encoding.
        UnreadableEventsError: a ValueError, if the file isn't what it is said to be.
        OSError: if it can't be opened.
    """
    if form not in FORMATS:
        raise ValueError(f"formats are {', '.join(FORMATS)}; received {form}")
    if unknown := [code for code in between if country(code) != code]:
        raise ValueError(
            f"states are codes of ISO 3166-1, such as USA; received {', '.join(unknown)}"
        )
    try:
        "a".encode(encoding)  # which only encodings of text do
        known = codecs.lookup(encoding).name
    except LookupError:
        raise ValueError(
            f"encodings are Python's, such as utf-8 or latin-1; received {encoding}"
        ) from None
    return make(Source(Path(path), FORMATS[form], known, progress), between)


def write_events(events: pd.DataFrame, path: str | Path) -> None:
    """Write events as Parquet, whole or not at all: days as dates, words as dictionaries.

    Raises:
        OSError: if the file can't be written.
    """
    beside = Path(f"{path}.part")
    parquet.write_table(pa.Table.from_pandas(events, SCHEMA, preserve_index=False), beside)
    beside.replace(path)
