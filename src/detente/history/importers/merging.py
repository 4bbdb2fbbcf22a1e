"""From rows of a file to events: each report is judged, then reports of one event are taken together.

A report is a row, or a pair of states where a row names several. It is dropped for the first reason that applies, in
the order of `REASONS`. It tells of the same event as another where day, actor, target, kind, instrument and level
agree; a kind without a direction (talks, agreements, cooperation) agrees either way round. Reports on different days
are never taken together, so an event that is still in the news the next day under that day's date counts again; and
two attacks of one day by the same state on the same state are one event with more reports. How many reports an
event's rows are, each format says.

An instrument is a move between states, repression one within a state: where a code says the one and the two states
say the other, the event has no instrument.
"""

from collections.abc import Callable, Sequence
from datetime import date
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from detente.history.importers.events import Drop, Event, Imported, Tally
from detente.history.importers.formats import Format
from detente.history.importers.reading import Source, UnreadableEventsError
from detente.history.importers.tables import ABSENT, kinds

WITHIN = "repression"
"""The instrument that a state uses on its own people."""

BROKEN = "another number of columns"
REASONS = {
    "unclosed": "a quotation mark left open",
    "garbled": "letters not in the encoding",
    "undated": "no day that a calendar has",
    "absurd": "before the data begin, or to come",
    "repeated": "identifier of an earlier row",
    "uncoded": "code missing or unknown",
    "nobody": "no state named as actor",
    "nowhere": "no state named as target",
    "stranger": "no state of the table",
    "elsewhere": "not between the states asked for",
}
"""Why a report is dropped, in the order in which that is asked."""

FAULTS = (
    BROKEN,
    *(REASONS[key] for key in ("unclosed", "garbled", "undated", "absurd", "uncoded")),
)
MOST = 0.1
"""The share of a file's rows that may have such faults; with more, it isn't what it is said to be."""

Row = dict[str, object]

MAPS = {
    "codes": pa.schema(
        [
            *((name, pa.string()) for name in ("code", "kind", "quad")),
            ("mutual", pa.bool_()),
            *((name, pa.string()) for name in ("instrument", "level")),
        ]
    ),
    "states": pa.schema([("text", pa.string()), ("absent", pa.bool_()), ("state", pa.string())]),
}
"""What the file's texts are looked up in."""

WORD = pa.dictionary(pa.int32(), pa.string())
TYPES = {
    "date": pa.date32(),
    "intensity": pa.float32(),
    "reports": pa.int32(),
    "source_id": pa.string(),
}
SCHEMA = pa.schema([(name, TYPES.get(name, WORD)) for name in Event._fields])
"""The columns of events, as they are stored."""

_PARTIES = f"""list_distinct([trim(s) FOR s IN string_split({{0}}, ';')
    IF lower(trim(s)) NOT IN ({", ".join(f"'{text}'" for text in sorted(ABSENT))})])"""

SPREAD = f"""
    CREATE TABLE reports AS
    WITH named AS (
        SELECT staged.* EXCLUDE (actor, target), coalesce(mutual, FALSE) AS mutual,
            {_PARTIES.format("actor")} AS actors, {_PARTIES.format("target")} AS targets
        FROM staged LEFT JOIN codes USING (code)),
    met AS (
        SELECT * REPLACE (CASE WHEN meeting THEN actors WHEN len(targets) = 0 THEN [''] ELSE targets END AS targets,
            if(len(actors) = 0, [''], actors) AS actors)
        FROM (SELECT *, mutual AND len(targets) = 0 AND len(actors) > 1 AS meeting FROM named)),
    acted AS (SELECT *, unnest(actors) AS actor FROM met),
    paired AS (SELECT *, unnest(targets) AS target FROM acted)
    SELECT * EXCLUDE (actors, targets, mutual, meeting) FROM paired
    WHERE NOT (meeting AND actor = target) AND NOT
        (mutual AND actor > target AND list_contains(actors, target) AND list_contains(targets, actor))"""
"""A row for each pair of an actor and a target; where all who meet stand as actors, for each pair of them, once."""

MEMORY = "1GB"
"""What the database may take; the rest goes to disk."""


def make(source: Source, between: Sequence[str] = ()) -> Imported:
    """Read a file, and make events of it.

    Args:
        source: the file.
        between: codes of states; where given, only events from one of them to another are kept.

    Raises:
        UnreadableEventsError: if the file can't be read, or more than a tenth of its rows have a fault.
    """
    with (
        TemporaryDirectory() as beyond,
        duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": beyond}) as db,
    ):
        _stage(db, source)
        _look_up(db, source.form)
        _judge(db, source.form, between)
        tally = _tally(db, source)
        _check(source, tally)
        events = _merge(db, source.form)
    return Imported(events, tally._replace(events=len(events)))


def _stage(db: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Table `staged`: a row for each sound one of the file, its day and numbers read, its texts as they stand."""
    form, value = source.form, source.form.values
    _done(
        db,
        """
        CREATE TABLE staged (nth BIGINT, garbled BOOLEAN, swallowed BIGINT, id VARCHAR, written VARCHAR, day DATE,
            code VARCHAR, actor VARCHAR, target VARCHAR, story VARCHAR, intensity FLOAT, articles INTEGER)""",
    )
    days = ", ".join(f"'{day}'" for day in form.days)
    for batch in source.batches():
        db.register("block", pa.Table.from_batches([batch]))
        _done(
            db,
            f"""
            INSERT INTO staged SELECT nth, garbled, swallowed, {value["id"]}, day,
                CAST(try_strptime(day, [{days}]) AS DATE),
                {value["code"]}, {value["actor"]}, {value["target"]}, {value["story"]},
                TRY_CAST({value["intensity"]} AS FLOAT),
                greatest(coalesce(TRY_CAST({value["articles"]} AS INTEGER), 1), 1)
            FROM block""",
        )
        db.unregister("block")


def _mapped(
    db: duckdb.DuckDBPyConnection, name: str, texts: str, row: Callable[[str], Row]
) -> None:
    """A table with a row for each different text of a query: a file of a million rows has few."""
    found = [row(text) for (text,) in _done(db, texts)]
    db.register("rows", pa.Table.from_pylist(found, schema=MAPS[name]))
    _done(db, f"CREATE TABLE {name} AS SELECT * FROM rows")
    db.unregister("rows")


def _look_up(db: duckdb.DuckDBPyConnection, form: Format) -> None:
    """Tables `codes` and `states`: what each text of the file means. Table `reports`: a row for each pair of states."""

    def code(text: str) -> Row:
        if not (said := form.meaning(text)):
            return {"code": text}
        kind = kinds()[said.kind]
        return {"code": text, "quad": kind.quad, "mutual": kind.mutual, **said._asdict()}

    def state(text: str) -> Row:
        return {"text": text, "absent": text.lower() in ABSENT, "state": form.country(text)}

    known = "SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL"
    _mapped(db, "codes", known.format("code", "staged"), code)
    _done(db, SPREAD if form.several else "CREATE VIEW reports AS FROM staged")
    actors, targets = known.format("actor", "reports"), known.format("target", "reports")
    _mapped(db, "states", f"{actors} UNION {targets}", state)


def _judge(db: duckdb.DuckDBPyConnection, form: Format, between: Sequence[str]) -> None:
    """View `judged`: each report with what it means, why it is dropped if it is, and the value that is why."""
    among = "[" + ", ".join(f"'{code}'" for code in between) + "]"
    elsewhere = f"NOT (a.state <> t.state AND a.state IN {among} AND t.state IN {among})"
    tests = {
        "unclosed": ("swallowed > 0", "swallowed || ' more rows within its texts'"),
        "garbled": ("garbled", "concat_ws(' ', id, written, code, actor, target)"),
        "undated": ("day IS NULL", "written"),
        "absurd": (f"day < DATE '{form.since}-01-01' OR day > DATE '{date.today()}'", "written"),
        "repeated": ("nth > repeats.first", "id"),
        "uncoded": ("codes.kind IS NULL", "code"),
        "nobody": ("a.absent", "actor"),
        "nowhere": ("t.absent", "target"),
        "stranger": (
            "a.state IS NULL OR t.state IS NULL",
            "CASE WHEN a.state IS NULL THEN actor ELSE target END",
        ),
        "elsewhere": (elsewhere if between else "FALSE", "a.state || ' and ' || t.state"),
    }
    faults = " ".join(f"WHEN {tests[key][0]} THEN '{key}'" for key in REASONS)
    values = " ".join(f"WHEN '{key}' THEN {tests[key][1]}" for key in REASONS)
    _done(
        db,
        """
        CREATE TABLE repeats AS
        SELECT id, min(nth) AS first FROM staged WHERE id <> '' GROUP BY id HAVING count(*) > 1""",
    )
    _done(
        db,
        f"""
        CREATE VIEW judged AS
        SELECT nth, swallowed, id, code, day, story, intensity, articles, kind, quad, mutual, level,
            a.state AS a, t.state AS t, a.state <= t.state AS forward,
            (instrument = '{WITHIN}') = (a.state = t.state) AS meant, instrument,
            CASE {faults} END AS fault, CASE fault {values} END AS value
        FROM reports LEFT JOIN codes USING (code) LEFT JOIN repeats USING (id)
            LEFT JOIN states a ON a.text = actor LEFT JOIN states t ON t.text = target""",
    )


def _tally(db: duckdb.DuckDBPyConnection, source: Source) -> Tally:
    """What became of the file, before reports are taken together."""
    broken = [(part, *row) for part in source.parts for row in part.broken]
    dropped = []
    if broken:
        part, line, found = broken[0]
        dropped.append(Drop(BROKEN, len(broken), source.named(part, line), found))
    found = """
        SELECT fault, count(*) + sum(swallowed), min(nth), arg_min(value, nth)
        FROM judged WHERE fault IS NOT NULL GROUP BY fault"""
    by_fault = {fault: rest for fault, *rest in _done(db, found)}
    for key, reason in REASONS.items():
        if key in by_fault:
            count, first, value = by_fault[key]
            dropped.append(Drop(reason, count, source.place(first), value))
    sound, reports = (
        _done(db, f"SELECT count(*) + coalesce(sum(swallowed), 0) FROM {table}")[0][0]
        for table in ("staged", "reports")
    )
    kept = reports - sum(count for count, *_ in by_fault.values())
    return Tally(sound + len(broken), reports - sound, tuple(dropped), kept, 0)


def _check(source: Source, tally: Tally) -> None:
    """Refuse a file that has too many faults."""
    faults = [drop for drop in tally.dropped if drop.reason in FAULTS]
    total = sum(drop.rows for drop in faults)
    if not tally.rows:
        raise UnreadableEventsError(str(source.path), "the file has rows", "none", "fetch it again")
    if total > MOST * (tally.rows + tally.spread):
        worst = max(faults, key=lambda drop: drop.rows)
        raise UnreadableEventsError(
            f"{source.path}: {worst.place}",
            f"at most one row in ten can't be read as {source.form.title}",
            f"{total:,} of {tally.rows:,}, most for: {worst.reason}, first {worst.value!r}",
            "name the format that the file has, and its --encoding; if a spreadsheet has saved it, take the original",
        )


def _merge(db: duckdb.DuckDBPyConnection, form: Format) -> pd.DataFrame:
    """Take the reports of one event together."""
    table = db.sql(f"""
        SELECT day AS date, if(mutual, least(a, t), a) AS actor, if(mutual, greatest(a, t), t) AS target, kind, quad,
            if(meant, instrument, '') AS instrument, if(meant, level, '') AS level, avg(intensity) AS intensity,
            CAST({form.reports} AS INTEGER) AS reports, arg_min(code, nth) AS code, '{form.name}' AS source,
            arg_min(id, nth) AS source_id
        FROM judged WHERE fault IS NULL
        GROUP BY 1, 2, 3, 4, 5, 6, 7{"" if form.merged else ", id"} ORDER BY ALL""").to_arrow_table()
    return table.select(Event._fields).cast(SCHEMA).to_pandas(date_as_object=False)


def _done(db: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """Run a query to its end: what it finds."""
    return db.execute(query).fetchall()
