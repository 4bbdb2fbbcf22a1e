"""Reading published files: packed or not, a block at a time, with every row that can't be read counted and placed.

Only the columns that are needed become text, so that a letter in another encoding in a column that nobody reads does
no harm. Where a row lies is kept as the number of its line.
"""

import bisect
import codecs
import gzip
import re
import textwrap
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import numpy as np
import pyarrow as pa
from pyarrow import compute, csv

from detente.history.importers.formats import Format

BLOCK = 8 << 20
"""Bytes that are read at a time."""

WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How files begin that spreadsheets wrote as "Unicode text"."""

WIDEST = 160
"""Letters of a line that an error shows."""

PACKED = (EOFError, OSError, zipfile.BadZipFile)
"""What unpacking raises."""

Opener = Callable[[], AbstractContextManager[IO[bytes]]]


class UnreadableEventsError(ValueError):
    """A file of events can't be read as what it is said to be."""

    def __init__(self, place: str, rule: str, value: str, remedy: str):
        super().__init__(f"{place}\n    rule:   {rule}\n    value:  {value}\n    remedy: {remedy}")


@dataclass
class Part:
    """One text of a file (a zip may hold several).

    `first` is the number of its first sound row, `head` how many lines of headings it has; `broken` holds the lines
    that have another number of columns than the first, with what was found there.
    """

    name: str
    first: int
    head: int
    broken: list[tuple[int, str]] = field(default_factory=list)

    def line(self, row: int) -> int:
        """The line of a sound row."""
        line = row - self.first + self.head + 1
        for number, _ in self.broken:
            if number > line:
                break
            line += 1
        return line


@dataclass
class Source:
    """A file that is read as a format: go through `batches` once, then ask where rows were."""

    path: Path
    form: Format
    encoding: str
    progress: Callable[[int], object]
    parts: list[Part] = field(default_factory=list)

    def place(self, row: int) -> str:
        """Where a sound row stands."""
        part = self.parts[bisect.bisect_right([part.first for part in self.parts], row) - 1]
        return self.named(part, part.line(row))

    def named(self, part: Part, line: int) -> str:
        """A line's number, with its text's name where the file holds several."""
        return f"{part.name}, line {line:,}" if len(self.parts) > 1 else f"line {line:,}"

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read the file.

        Yields:
            Blocks with the format's columns as text, under its own names for them; `nth`, counted from 0 over sound
            rows; and `garbled`, whether any of these texts isn't in the encoding.

        Raises:
            UnreadableEventsError: if the file is no such text, lacks columns, or can't be unpacked.
        """
        row = 0
        with self.path.open("rb") as raw:
            for name, opener in self._texts(raw):
                with opener() as stream:
                    delimiter, columns, width = self._layout(self._first(stream, name), name)
                part = Part(name, row, 0 if self.form.positions else 1)
                self.parts.append(part)
                with opener() as stream:
                    done = raw.tell()
                    for batch in self._blocks(stream, part, delimiter, columns, width):
                        yield _text(batch, row)
                        row += batch.num_rows
                        done, before = raw.tell(), done
                        self.progress(done - before)

    def _texts(self, raw: IO[bytes]) -> Iterator[tuple[str, Opener]]:
        """The texts in the file: their names, and what opens each from its beginning."""
        start = raw.read(2)
        if zipfile.is_zipfile(raw):
            packed = zipfile.ZipFile(raw)
            for info in packed.infolist():
                if not info.is_dir() and not info.filename.startswith("__MACOSX"):
                    yield info.filename, lambda info=info: packed.open(info)
        elif start == b"\x1f\x8b":
            yield self.path.name, lambda: cast("IO[bytes]", gzip.GzipFile(fileobj=_rewound(raw)))
        else:
            yield self.path.name, lambda: nullcontext(_rewound(raw))

    def _first(self, stream: IO[bytes], name: str) -> str:
        """The first line of a text."""
        try:
            start = stream.readline(1 << 16)
        except PACKED as error:
            raise self._unpacked(name, error) from None
        if start.startswith(WIDE):
            raise UnreadableEventsError(
                f"{self.path}: {name}",
                "the text is written in UTF-8, or in an encoding of one byte a letter",
                "it begins as UTF-16 does",
                "save it as UTF-8",
            )
        return codecs.decode(start, self.encoding, "replace").lstrip("\ufeff").rstrip("\r\n")

    def _layout(self, head: str, name: str) -> tuple[str, Mapping[str, int], int]:
        """What lies between columns, where the format's columns stand, and how many columns there are."""
        delimiter = max("\t,;", key=head.count)
        cells = [_plain(cell) for cell in head.split(delimiter)]
        place = f"{self.path}: {name}, line 1"
        if self.form.positions:
            if len(cells) not in self.form.positions or delimiter != "\t":
                raise UnreadableEventsError(
                    place,
                    f"{self.form.title} has {_either(self.form.positions)} columns between tabs, and no headings",
                    f"{len(cells)} columns",
                    "name the format that the file has: gdelt is the export with 61 columns, gdelt1 that with 57 or 58",
                )
            return delimiter, self.form.positions[len(cells)], len(cells)
        columns = {}
        for column, headings in self.form.columns.items():
            known = [_plain(heading) for heading in headings]
            if not (found := [cells.index(heading) for heading in known if heading in cells]):
                raise UnreadableEventsError(
                    place,
                    f"{self.form.title} has a column {_either(headings)}",
                    textwrap.shorten(", ".join(head.split(delimiter)), WIDEST) or "an empty line",
                    "name the format that the file has, or export it with its headings",
                )
            columns[column] = found[0]
        return delimiter, columns, len(cells)

    def _blocks(
        self, stream: IO[bytes], part: Part, delimiter: str, columns: Mapping[str, int], width: int
    ) -> Iterator[pa.RecordBatch]:
        """Blocks of one text, the format's columns as bytes."""

        def skip(row: csv.InvalidRow) -> str:
            found = f"{row.actual_columns} columns, not {row.expected_columns}"
            part.broken.append((row.number or 0, found))
            return "skip"

        quoted = delimiter != "\t"
        names = [f"_{place}" for place in range(width)]
        for column, place in columns.items():
            names[place] = column
        try:
            yield from csv.open_csv(
                stream,
                csv.ReadOptions(
                    use_threads=False,  # so that rows have numbers
                    block_size=BLOCK,
                    column_names=names,
                    skip_rows=part.head,
                    encoding=self.encoding,
                ),
                csv.ParseOptions(
                    delimiter=delimiter,
                    quote_char='"' if quoted else False,
                    newlines_in_values=quoted,
                    ignore_empty_lines=False,
                    invalid_row_handler=skip,
                ),
                csv.ConvertOptions(
                    include_columns=list(columns),
                    column_types=dict.fromkeys(columns, pa.binary()),
                    strings_can_be_null=False,
                ),
            )
        except (pa.ArrowInvalid, UnicodeError, *PACKED) as error:
            raise self._unpacked(part.name, error) from None

    def _unpacked(self, name: str, error: Exception) -> UnreadableEventsError:
        return UnreadableEventsError(
            f"{self.path}: {name}",
            "the file can be unpacked to its end, and cut into lines",
            (str(error).splitlines() or [type(error).__name__])[0],
            "fetch it again; if it is whole, a quotation mark may be left open near its end",
        )


def _text(batch: pa.RecordBatch, row: int) -> pa.RecordBatch:
    """A block's bytes as text, without blanks and quotation marks around it; none where they aren't in UTF-8."""
    columns, garbled = {}, np.zeros(batch.num_rows, bool)
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            text = column.cast(pa.string())
        except pa.ArrowInvalid:
            read = [_decoded(value) for value in column.to_pylist()]
            text = pa.array(read, pa.string())
            garbled |= [value is None for value in read]
        columns[name] = compute.call_function("utf8_trim", [text], compute.TrimOptions(' "'))
    numbers = np.arange(row, row + batch.num_rows)
    return pa.RecordBatch.from_pydict({**columns, "nth": numbers, "garbled": garbled})


def _decoded(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _rewound(raw: IO[bytes]) -> IO[bytes]:
    raw.seek(0)
    return raw


def _plain(heading: str) -> str:
    """A heading without what releases and spreadsheets differ in: case, blanks, underscores, quotation marks."""
    return re.sub(r'[\s_"]', "", heading).lower()


def _either(values: Iterable[object]) -> str:
    return " or ".join(str(value) for value in values)
