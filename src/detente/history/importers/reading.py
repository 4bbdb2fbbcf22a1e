"""Reading published files: packed or not, a block at a time, with every row that can't be read counted and placed.

A byte that isn't in the file's encoding becomes U+FFFD: it counts against its row where it stands in a column that is
read, and does no harm elsewhere. A quotation mark that is left open swallows the lines up to the next one: lines
within one text that have a row's delimiters are counted as swallowed. Where a row stands is kept as the number of its
line or, since a row between quotation marks may have several, of the row.
"""

import bisect
import codecs
import gzip
import io
import re
import textwrap
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
from pyarrow import compute, csv

from detente.history.importers.formats import Format

if TYPE_CHECKING:
    from typing_extensions import Buffer

BLOCK = 8 << 20
"""Bytes that are read at a time."""

WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How files begin that spreadsheets wrote as "Unicode text"."""

WIDEST = 160
"""Letters of a line that an error shows."""

PACKED = (EOFError, OSError, zipfile.BadZipFile, zlib.error)
"""What unpacking raises."""

UNREAD = "\ufffd"
"""What stands for a byte that isn't in the encoding."""

START = 1 << 16
"""Bytes in which a text's first line ends."""

Opener = Callable[[], AbstractContextManager[IO[bytes]]]


class UnreadableEventsError(ValueError):
    """A file of events can't be read as what it is said to be."""

    def __init__(self, place: str, rule: str, value: str, remedy: str):
        super().__init__(f"{place}\n    rule:   {rule}\n    value:  {value}\n    remedy: {remedy}")


@dataclass
class Part:
    """One text of a file (a zip may hold several).

    `first` is the number of its first sound row, `head` how many lines of headings it has; `unit` is what its rows are
    counted in. `broken` holds those that have another number of columns than the first, with what was found there.
    """

    name: str
    first: int
    head: int
    unit: str
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
        place = f"{part.unit} {line:,}"
        return f"{part.name}, {place}" if len(self.parts) > 1 else place

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read the file.

        Yields:
            Blocks with the format's columns as text, under its own names for them; `nth`, counted from 0 over sound
            rows; `garbled`, whether any of these texts isn't in the encoding; `swallowed`, how many lines stand
            within the row's texts that are rows of their own.

        Raises:
            UnreadableEventsError: if the file is no such text, lacks columns, or can't be unpacked.
        """
        row = 0
        with self.path.open("rb") as raw:
            for name, opener in self._texts(raw):
                with opener() as stream:
                    delimiter, columns, width = self._layout(self._first(stream, name), name)
                unit = "line" if delimiter == "\t" else "row"
                part = Part(name, row, 0 if self.form.positions else 1, unit)
                self.parts.append(part)
                with opener() as stream:
                    done = raw.tell()
                    for batch in self._blocks(stream, part, delimiter, columns, width):
                        yield _text(batch, row, list(columns), delimiter)
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
            start = stream.read(START)
        except PACKED as error:
            raise self._unpacked(name, error) from None
        if start.startswith(WIDE) and not self.encoding.startswith("utf-16"):
            raise UnreadableEventsError(
                f"{self.path}: {name}",
                f"the text is written in {self.encoding}",
                "it begins as UTF-16 does",
                "say so: --encoding utf-16",
            )
        text = codecs.decode(start, self.encoding, "replace").lstrip("\ufeff")
        return text.partition("\n")[0].rstrip("\r")

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
        """Blocks of one text, the format's columns as they stand."""

        def skip(row: csv.InvalidRow) -> str:
            found = f"{row.actual_columns} columns, not {row.expected_columns}"
            part.broken.append((row.number or 0, found))
            return "skip"

        quoted = delimiter != "\t"  # between tabs, quotation marks are letters like others
        names = [f"_{place}" for place in range(width)]
        for column, place in columns.items():
            names[place] = column
        try:
            yield from csv.open_csv(
                _Recoded(stream, self.encoding),
                csv.ReadOptions(
                    use_threads=False,  # so that rows have numbers
                    block_size=BLOCK,
                    column_names=names,
                    skip_rows=part.head,
                ),
                csv.ParseOptions(
                    delimiter=delimiter,
                    quote_char='"' if quoted else False,
                    newlines_in_values=quoted,
                    ignore_empty_lines=False,
                    invalid_row_handler=skip,
                ),
                csv.ConvertOptions(
                    include_columns=names if quoted else list(columns),
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                ),
            )
        except (pa.ArrowInvalid, *PACKED) as error:
            raise self._unpacked(part.name, error) from None

    def _unpacked(self, name: str, error: Exception) -> UnreadableEventsError:
        return UnreadableEventsError(
            f"{self.path}: {name}",
            "the file can be unpacked to its end, and cut into lines",
            (str(error).splitlines() or [type(error).__name__])[0],
            "fetch it again; if it is whole, a quotation mark may be left open near its end",
        )


class _Recoded(io.RawIOBase):
    """A stream in UTF-8 of one in any encoding."""

    def __init__(self, stream: IO[bytes], encoding: str):
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._left, self._ended = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer") -> int:
        """Fill a buffer as far as what was read goes; 0 at the end."""
        out = memoryview(buffer)
        while not self._left and not self._ended:
            block = self._stream.read(len(out))
            self._ended = not block
            self._left = self._decoder.decode(block, self._ended).encode(errors="replace")
        size = min(len(out), len(self._left))
        out[:size], self._left = self._left[:size], self._left[size:]
        return size


def _text(batch: pa.RecordBatch, row: int, names: list[str], delimiter: str) -> pa.RecordBatch:
    """The columns that are read, without blanks and quotation marks around their texts, and what is known of rows."""
    garbled, swallowed = np.zeros(batch.num_rows, bool), np.zeros(batch.num_rows, np.int64)
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name in names:
            garbled |= _found("match_substring", column, UNREAD)
        if _found("match_substring", column, "\n").any():
            line = rf"\n(?:[^\n{delimiter}]*{delimiter}){{{batch.num_columns - 1}}}"
            swallowed += _found("count_substring_regex", column, line)
    made = {
        name: compute.call_function("utf8_trim", [batch[name]], compute.TrimOptions(' "'))
        for name in names
    }
    nth = np.arange(row, row + batch.num_rows)
    return pa.RecordBatch.from_pydict(
        {**made, "nth": nth, "garbled": garbled, "swallowed": swallowed}
    )


def _found(how: str, column: pa.Array, pattern: str) -> np.ndarray:
    """Whether, or how often, each text holds a pattern."""
    options = compute.MatchSubstringOptions(pattern)
    return compute.call_function(how, [column], options).to_numpy(zero_copy_only=False)


def _rewound(raw: IO[bytes]) -> IO[bytes]:
    raw.seek(0)
    return raw


def _plain(heading: str) -> str:
    """A heading without what releases and spreadsheets differ in: case, blanks, underscores, quotation marks."""
    return re.sub(r'[\s_"]', "", heading).lower()


def _either(values: Iterable[object]) -> str:
    return " or ".join(str(value) for value in values)
