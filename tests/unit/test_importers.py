"""Importers: what each format becomes, what is dropped and said of it, and what no order of rows changes."""

import csv
import gzip
import tomllib
import zipfile
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from detente.domain.actions import AllyMove, ChallengerMove, GuarantorMove, PatronMove
from detente.domain.quantity import leaves
from detente.history.importers import (
    FORMATS,
    Event,
    UnreadableEventsError,
    read_events,
    reading,
    write_events,
)
from detente.history.importers.acled import state_of
from detente.history.importers.gdelt import PLACES
from detente.history.importers.merging import BROKEN, REASONS
from detente.history.importers.tables import (
    TABLES,
    cameo,
    country,
    kinds,
    meanings,
    plover,
)

GENUINE = Path(__file__).parents[1] / "events" / "icews.tab"
"""Sixty rows that ICEWS published for two days of June 2018: identifiers, days, codes and states alone."""

ICEWS = GENUINE.read_text(encoding="utf-8").splitlines()[0].split("\t")
POLECAT = ["Event ID", "Event Date", "Event Type", "Event Mode"]
POLECAT += ["Intensity", "Actor Country", "Recipient Country"]
ACLED = ["event_id_cnty", "event_date", "sub_event_type", "actor1"]
ACLED += ["actor2", "country", "source", "notes"]


def icews(**values: str) -> list[str]:
    """A sound row of ICEWS, but for some values."""
    sound = {
        "Event ID": "1",
        "Event Date": "2018-06-01",
        "Source Country": "Chile",
        "CAMEO Code": "120",
        "Intensity": "-4",
        "Target Country": "Peru",
        "Story ID": "9",
    } | {name.replace("_", " "): value for name, value in values.items()}
    return [sound.get(name, "NA") for name in ICEWS]


def written(path: Path, rows: list[list[str]], head: list[str] | None = None) -> Path:
    """Write rows between tabs."""
    lines = ["\t".join(row) for row in ([head] if head else []) + rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def padded(path: Path, bad: list[list[str]]) -> Path:
    """Write rows of ICEWS behind as many sound ones as a file needs that has these faults."""
    sound = [icews(Event_ID=f"s{i}") for i in range(20 * len(bad))]
    return written(path, sound + bad, ICEWS)


def dropped(path: Path, form: str = "icews", **options) -> dict[str, tuple[int, str, str]]:
    """Why rows were dropped: how many, where the first stands, and its value."""
    found = read_events(path, form, **options).tally.dropped
    return {drop.reason: (drop.rows, drop.place, drop.value) for drop in found}


def listed(events: pd.DataFrame) -> list[Event]:
    """A table's events, one by one."""
    return [Event(*row) for row in events.itertuples(index=False, name=None)]


# --- the codes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["cameo", "plover", "acled"])
def test_codes_mean_kinds_and_levels_that_the_model_has(table):
    moves = [
        leaf for m in (GuarantorMove, ChallengerMove, AllyMove, PatronMove) for leaf in leaves(m)
    ]
    levels = defaultdict(set)
    for leaf in moves:
        levels[leaf.name.split(".")[-1]] |= set(leaf.quantity.labels or ("yes", "no"))
    for code, (kind, instrument, level) in meanings(table).items():
        assert kind in kinds(), code
        assert (instrument == "") == (level == ""), code
        assert not instrument or level in levels[instrument], (code, instrument, level)


def test_every_kind_is_used_and_every_table_has_a_source():
    used = {
        meaning.kind
        for table in ("cameo", "plover", "acled")
        for meaning in meanings(table).values()
    }
    assert used == set(kinds())
    cited = tomllib.loads((TABLES / "sources.toml").read_text(encoding="utf-8"))
    assert set(cited) == {path.stem for path in TABLES.glob("*.csv")} - {"kinds"}
    assert all(source["by"] and source["title"] and source["where"] for source in cited.values())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("010", ("statement", "", "")),
        ("046", ("talks", "channel", "working")),
        ("0354", ("promise", "", "")),
        ("085", ("relief", "pressure", "ease")),
        ("1621", ("sanction", "pressure", "tighten")),
        ("1622", ("rupture", "", "")),
        ("1833", ("violence", "provocation", "attack")),
        ("1951", ("attack", "provocation", "attack")),
    ],
)
def test_fine_cameo_codes_inherit(code, said):
    assert cameo(code) == said


@pytest.mark.parametrize("code", ["", "10", "841", "---", "21", "990", "12345", "01a"])
def test_what_is_no_cameo_code_means_nothing(code):
    """Two digits least of all: they are what a spreadsheet leaves of `010`, and read as a root mean a demand."""
    assert cameo(code) is None


def test_modes_of_polecat_refine_a_type():
    assert plover("CONSULT/visit") == ("talks", "channel", "contact")
    assert plover("reject/Meet") == ("refusal", "channel", "none")
    assert plover("ASSAULT/firearms;abduct") == ("violence", "provocation", "harassment")
    assert plover("MOBILIZE/police") == ("display", "", "")
    assert plover("SING") is None


@pytest.mark.parametrize(
    ("actor", "state"),
    [
        ("Military Forces of North Korea (2011-)", "PRK"),
        ("Military Forces of the United States (2017-2021)", "USA"),
        ("Police Forces of the Philippines (2016-) Anti-Illegal Drugs Group", "PHL"),
        ("Protesters (South Korea)", "KOR"),
        ("Government of Chile", "CHL"),
        ("A Liberation Front", None),
        ("Unidentified Armed Group (Nowhere)", None),
    ],
)
def test_names_of_actors_tell_their_state(actor, state):
    assert state_of(actor) == state


def test_no_spelling_names_two_states():
    seen = {}
    with (TABLES / "countries.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for text in {row["code"], row["name"], *filter(None, row["also"].split("; "))}:
                assert seen.setdefault(text.lower(), row["code"]) == row["code"], text
    assert country(" russian federation ") == country("RUS") == "RUS"
    assert country("EUR") is None


# --- genuine rows -------------------------------------------------------------------------------------------------


def by_hand() -> dict[tuple[str, ...], set[str]]:
    """The events of the genuine rows in plain Python: their stories, by what tells them apart."""
    found = defaultdict(set)
    with GENUINE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            said, states = cameo(row["CAMEO Code"]), [row["Source Country"], row["Target Country"]]
            assert said
            if "NA" in states:
                continue
            codes = [country(state) or "?" for state in states]
            if kinds()[said.kind].mutual:
                codes.sort()
            within = codes[0] == codes[1]
            meant = said[1:] if within == (said.instrument == "repression") else ("", "")
            found[row["Event Date"], *codes, said.kind, *meant].add(row["Story ID"])
    return found


def test_genuine_rows_become_events():
    events, tally = read_events(GENUINE, "icews")
    assert tuple(events.columns) == Event._fields
    assert tally.rows == 60
    expected = by_hand()
    assert len(events) == tally.events == len(expected)
    for event in listed(events):
        key = (
            f"{event.date:%Y-%m-%d}",
            event.actor,
            event.target,
            event.kind,
            event.instrument,
            event.level,
        )
        assert event.reports == len(expected[key]), key


def test_a_meeting_told_from_both_sides_is_one_event():
    events, _ = read_events(GENUINE, "icews", ["USA", "PRK"])
    talks = events[
        (events.kind == "talks") & (events.level == "working") & (events.date == "2018-06-01")
    ]
    (found,) = listed(pd.DataFrame(talks))
    assert (found.actor, found.target) == ("PRK", "USA")
    assert (found.code, found.source, found.intensity) == ("046", "icews", 7.0)
    assert set(events.actor) | set(events.target) == {"USA", "PRK"}


@pytest.mark.parametrize("packing", ["plain", "gzip", "zip", "quoted", "comma"])
def test_packing_changes_nothing(tmp_path, packing):
    text, path = GENUINE.read_text(encoding="utf-8"), tmp_path / "file"
    if packing == "gzip":
        path.write_bytes(gzip.compress(text.encode()))
    elif packing == "zip":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("inside.tab", text)
    else:
        rows = [line.split("\t") for line in text.splitlines()]
        mark = '"' if packing == "quoted" else ""
        between = "," if packing == "comma" else "\t"
        lines = [between.join(f"{mark}{value}{mark}" for value in row) for row in rows]
        path.write_text("\r\n".join(lines), encoding="utf-8-sig")
    plain, packed = read_events(GENUINE, "icews"), read_events(path, "icews")
    pd.testing.assert_frame_equal(plain.events, packed.events)
    named = [
        drop._replace(place=drop.place.replace("row", "line")) for drop in packed.tally.dropped
    ]
    assert plain.tally == packed.tally._replace(dropped=tuple(named))


def test_what_is_written_reads_back(tmp_path):
    events, _ = read_events(GENUINE, "icews")
    write_events(events, tmp_path / "events.parquet")
    again = pd.read_parquet(tmp_path / "events.parquet")
    assert [str(day) for day in again.date] == [f"{day:%Y-%m-%d}" for day in events.date]
    assert again.drop(columns="date").astype(str).equals(events.drop(columns="date").astype(str))


# --- what is dropped, and refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "values", "value"),
    [
        ("undated", {"Event_Date": "2018-02-30"}, "2018-02-30"),
        ("undated", {"Event_Date": ""}, ""),
        ("absurd", {"Event_Date": "1918-06-01"}, "1918-06-01"),
        ("absurd", {"Event_Date": "9018-06-01"}, "9018-06-01"),
        ("repeated", {"Event_ID": "s0"}, "s0"),
        ("uncoded", {"CAMEO_Code": "10"}, "10"),
        ("nobody", {"Source_Country": "NA"}, "NA"),
        ("nowhere", {"Target_Country": ""}, ""),
        ("stranger", {"Target_Country": "Ruritania"}, "Ruritania"),
    ],
)
def test_a_row_that_says_no_event_is_counted_with_its_place(tmp_path, key, values, value):
    path = padded(tmp_path / "file", [icews(**({"Event_ID": "bad"} | values))])
    assert dropped(path) == {REASONS[key]: (1, "line 22", value)}


def test_broken_lines_are_counted_and_shift_no_place(tmp_path):
    bad = [icews(Event_ID="a")[:-1], ["nothing"], icews(Event_ID="b", Target_Country="Ruritania")]
    found = dropped(padded(tmp_path / "file", bad))
    assert found[BROKEN] == (2, "line 62", "19 columns, not 20")
    assert found[REASONS["stranger"]] == (1, "line 64", "Ruritania")


@pytest.mark.parametrize("size", [400, 1000, 5000])
def test_blocks_leave_no_trace(tmp_path, monkeypatch, size):
    """Rows of some 90 bytes in blocks of a few: nothing is lost between them, and places stay right."""
    bad = [icews(Event_ID="a")[:-1], icews(Event_ID="b", Target_Country="Ruritania")]
    path = padded(tmp_path / "file", [*bad, icews(Event_ID="ç", City="Iñárritu")])
    whole = read_events(path, "icews")
    monkeypatch.setattr(reading, "BLOCK", size)
    parts = read_events(path, "icews")
    assert whole.tally == parts.tally
    assert [drop.place for drop in parts.tally.dropped] == ["line 62", "line 63"]
    assert whole.events.astype(str).to_csv() == parts.events.astype(str).to_csv()


def test_letters_in_another_encoding_count_where_they_are_read(tmp_path):
    rows = [icews(Event_ID="a", City="Iñárritu"), icews(Event_ID="b", Source_Country="Curaçao")]
    path = padded(tmp_path / "file", rows)
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    assert dropped(path) == {
        REASONS["garbled"]: (1, "line 43", "b 2018-06-01 120 Cura\ufffdao Peru")
    }
    assert dropped(path, encoding="latin-1") == {}
    path.write_bytes(path.read_bytes() + "\tCura\xe7ao\n".encode("latin-1"))
    assert dropped(path, encoding="utf-8")[BROKEN] == (1, "line 44", "2 columns, not 20")


def test_between_counts_what_it_leaves_out():
    every, some = read_events(GENUINE, "icews"), read_events(GENUINE, "icews", ["USA", "PRK"])
    left = {drop.reason: drop.rows for drop in some.tally.dropped}
    assert left[REASONS["elsewhere"]] == every.tally.kept - some.tally.kept > 0


def refused(path: Path, form: str = "icews", **options) -> str:
    with pytest.raises(UnreadableEventsError) as caught:
        read_events(path, form, **options)
    said = str(caught.value)
    assert all(word in said for word in ("rule:", "value:", "remedy:")), said
    return said


def test_a_file_with_many_faults_is_refused(tmp_path):
    rows = [icews(Event_ID=str(i), CAMEO_Code="10" if i % 5 == 0 else "120") for i in range(20)]
    said = refused(written(tmp_path / "file", rows, ICEWS))
    assert "line 2" in said
    assert "'10'" in said


def test_files_that_are_something_else_are_refused(tmp_path):
    assert "a column Event ID" in refused(written(tmp_path / "a", [["1", "2"]], ["who", "whom"]))
    assert "61 columns" in refused(written(tmp_path / "b", [["1"] * 58]), "gdelt")
    assert "gdelt1" in refused(written(tmp_path / "c", [["1"] * 58]), "gdelt")
    assert "has rows" in refused(written(tmp_path / "d", [], ICEWS))
    (tmp_path / "e").write_bytes(b"")
    assert "an empty line" in refused(tmp_path / "e")
    (tmp_path / "f").write_text(GENUINE.read_text(encoding="utf-8"), encoding="utf-16")
    assert "--encoding utf-16" in refused(tmp_path / "f")
    assert read_events(tmp_path / "f", "icews", encoding="utf-16").tally.rows == 60
    (tmp_path / "g").write_bytes(gzip.compress(GENUINE.read_bytes())[:-40])
    assert "unpacked" in refused(tmp_path / "g")


@pytest.mark.parametrize(
    "wrong",
    [{"form": "cable"}, {"between": ["USA", "NKO"]}, {"encoding": "morse"}, {"encoding": "base64"}],
)
def test_options_that_there_are_not_are_refused(wrong):
    with pytest.raises(ValueError, match="received"):
        read_events(GENUINE, **({"form": "icews"} | wrong))


# --- the other formats ----------------------------------------------------------------------------------------------


def gdelt(width: int, *values: str) -> list[str]:
    """A row of an export: identifier, day, actor, target, code, scale and articles, in their places."""
    row = [""] * width
    for place, value in zip(PLACES.values(), values, strict=True):
        row[place] = value
    return row


@pytest.mark.parametrize(("form", "width"), [("gdelt", 61), ("gdelt1", 58), ("gdelt1", 57)])
def test_gdelt_adds_up_articles_of_the_side_that_has_more(tmp_path, form, width):
    rows = [
        gdelt(width, "1", "20180612", "USA", "PRK", "046", "7.0", "10"),
        gdelt(width, "2", "20180612", "PRK", "USA", "046", "7.0", "4"),
        gdelt(width, "3", "20180612", "PRK", "USA", "046", "7.0", "8"),
        gdelt(width, "4", "20180612", "CHN", "PRK", "163", "-8.0", "5"),
        gdelt(width, "5", "20180612", "CHN", "PRK", "1621", "-5.6", "2"),
        gdelt(width, "6", "20180612", "EUR", "PRK", "163", "-8.0", "5"),
        gdelt(width, "7", "20180612", "", "PRK", "163", "-8.0", "5"),
    ]
    events, tally = read_events(written(tmp_path / "file", rows), form)
    found = {(e.actor, e.target, e.kind, e.level): e.reports for e in listed(events)}
    assert found == {
        ("PRK", "USA", "talks", "working"): 12,
        ("CHN", "PRK", "sanction", "tighten"): 7,
    }
    assert [(drop.reason, drop.value) for drop in tally.dropped] == [
        (REASONS["nobody"], ""),
        (REASONS["stranger"], "EUR"),
    ]


def test_gdelt_packed_as_published(tmp_path):
    with zipfile.ZipFile(tmp_path / "20180612.export.CSV.zip", "w") as packed:
        row = gdelt(58, "1", "20180612", "USA", "PRK", "040", "1", "3")
        packed.writestr("20180612.export.CSV", "\t".join(row))
    events, tally = read_events(tmp_path / "20180612.export.CSV.zip", "gdelt1")
    assert (len(events), tally.rows) == (1, 1)


def test_polecat_rows_that_name_several_states(tmp_path):
    rows = [
        ["1", "2019-02-28", "CONSULT", "visit", "2.0", "PRK;USA", "VNM"],
        ["2", "2019-02-28", "CONSULT", "None", "2.0", "PRK;USA;VNM", "None"],
        ["3", "2019-02-28", "SANCTION", "discontinue", "-5.0", "USA;JPN", "PRK"],
        ["4", "2019-02-28", "ACCUSE", "", "-2.0", "USA;JPN", "None"],
    ]
    events, tally = read_events(written(tmp_path / "file", rows, POLECAT), "polecat")
    found = {(e.actor, e.target, e.kind): e.reports for e in listed(events)}
    assert found == {
        ("PRK", "VNM", "talks"): 2,
        ("USA", "VNM", "talks"): 2,
        ("PRK", "USA", "talks"): 1,
        ("USA", "PRK", "sanction"): 1,
        ("JPN", "PRK", "sanction"): 1,
    }
    assert (tally.rows, tally.spread, tally.kept) == (4, 5, 7)
    assert [(drop.reason, drop.rows) for drop in tally.dropped] == [(REASONS["nowhere"], 2)]


def test_polecat_by_month_in_one_zip(tmp_path):
    row = ["2018-01-05", "CONSULT", "visit", "2.0", "USA", "PRK"]
    with zipfile.ZipFile(tmp_path / "file.zip", "w") as packed:
        for month, extra in (("Jan", []), ("Feb", [["bad", "2018-02-31", *row[1:]]])):
            good = [[f"{month}{i}", *row] for i in range(20)]
            lines = ["\t".join([*cells, ""]) for cells in [POLECAT, *good, *extra]]
            packed.writestr(f"2018-{month}.txt", "\n".join(lines) + "\n")
    assert dropped(tmp_path / "file.zip", "polecat") == {
        REASONS["undated"]: (1, "2018-Feb.txt, line 22", "2018-02-31")
    }


def test_acled_keeps_events_apart_and_counts_sources(tmp_path):
    rows = [
        ["K1", "2018-06-12", "Peaceful protest", "Protesters (Chile)", "", "Chile", "A; B", 'a "note",\non two lines'],
        ["K2", "12 June 2018", "Peaceful protest", "Protesters (Chile)", "", "Chile", "A", ""],
        ["K3", "2018-06-12", "Shelling/artillery/missile attack", "Military Forces of Peru (2018-)",
         "Military Forces of Chile (2018-2022)", "Chile", "A; C; D", ""],
        ["K4", "2018-06-12", "Attack", "A Front", "Civilians (Chile)", "Chile", "A", ""],
    ]  # fmt: skip
    with (tmp_path / "file").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([ACLED, *rows])
    events, tally = read_events(tmp_path / "file", "acled")
    found = {e.source_id: (e.actor, e.target, e.kind, e.level, e.reports) for e in listed(events)}
    assert found == {
        "K1": ("CHL", "CHL", "protest", "", 2),
        "K2": ("CHL", "CHL", "protest", "", 1),
        "K3": ("PER", "CHL", "attack", "attack", 3),
    }
    assert events.intensity.isna().all()
    assert [drop.value for drop in tally.dropped] == ["A Front"]


@pytest.mark.parametrize("later", ["plain", 'said "no"'])
def test_what_an_open_quotation_mark_swallows_is_counted(tmp_path, later):
    """One row opens a mark, which the next mark closes, or the end of the file."""
    notes = {1100: '"oops', 1160: later}
    rows = [
        f"K{i},2018-06-12,Attack,Protesters (Peru),,Chile,A,{notes.get(i, 'plain')}\n"
        for i in range(1180)
    ]
    (tmp_path / "file").write_text(",".join(ACLED) + "\n" + "".join(rows), encoding="utf-8")
    _, tally = read_events(tmp_path / "file", "acled")
    swallowed = 60 if "no" in later else 79
    said = f"{swallowed} more rows within its texts"
    assert tally.dropped == ((REASONS["unclosed"], swallowed + 1, "row 1,102", said),)
    assert (tally.rows, tally.kept) == (1180, 1179 - swallowed)


def test_repression_is_within_a_state_and_other_instruments_between_two(tmp_path):
    rows = [
        icews(Event_ID=str(i), Source_Country=actor, CAMEO_Code=code)
        for i, (actor, code) in enumerate(
            [("Peru", "175"), ("Chile", "175"), ("Peru", "190"), ("Chile", "190")]
        )
    ]
    events, _ = read_events(written(tmp_path / "file", rows, ICEWS), "icews")
    found = {(e.actor, e.kind): (e.instrument, e.level) for e in listed(events)}
    assert found == {
        ("PER", "coercion"): ("repression", "tighten"),
        ("CHL", "coercion"): ("", ""),
        ("PER", "attack"): ("", ""),
        ("CHL", "attack"): ("provocation", "attack"),
    }


# --- what holds for any rows ----------------------------------------------------------------------------------------

STATES = st.sampled_from(["USA", "PRK", "KOR;JPN", "PRK;USA;CHN", "None", "EUR", ""])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2019-02-27", "2019-02-28", "1999-02-30"]),
        st.sampled_from(["CONSULT", "SANCTION", "ASSAULT", "SING"]),
        st.sampled_from(["visit", "None", "abduct"]),
        st.sampled_from(["-5.0", "2.0", "much"]),
        STATES,
        STATES,
    ),
    max_size=30,
)
SOUND = [[f"s{i}", "2019-02-28", "ACCUSE", "", "-2.0", "FRA", "DEU"] for i in range(300)]
"""So many that no faults are too many."""


@settings(max_examples=10)  # of three files each
@given(ROWS, st.randoms(use_true_random=False))
def test_every_report_is_dropped_or_kept_whatever_the_order(tmp_path_factory, rows, luck):
    path = tmp_path_factory.mktemp("rows") / "file"
    named = [[str(i), *row] for i, row in enumerate(rows)]
    events, tally = read_events(written(path, SOUND + named, POLECAT), "polecat")
    assert tally.rows == len(SOUND) + len(rows)
    assert tally.rows + tally.spread == tally.kept + sum(drop.rows for drop in tally.dropped)
    assert events.reports.sum() == tally.kept
    luck.shuffle(named)
    again, account = read_events(written(path, named + SOUND, POLECAT), "polecat")
    same = [name for name in Event._fields if name not in ("code", "source_id")]
    assert events[same].astype(str).to_csv() == again[same].astype(str).to_csv()
    assert {d.reason: d.rows for d in tally.dropped} == {d.reason: d.rows for d in account.dropped}
    twice, _ = read_events(written(path, (named + SOUND) * 2, POLECAT), "polecat")
    pd.testing.assert_frame_equal(again, twice)


@given(
    st.sampled_from(list(FORMATS)),
    st.binary(max_size=200),
    st.integers(0, 7000),
    st.sampled_from([lambda text: text, gzip.compress]),
)
def test_any_bytes_are_read_or_refused(tmp_path_factory, form, junk, place, pack):
    """Genuine rows with junk in the midst, packed or not, read as any format."""
    path = tmp_path_factory.mktemp("junk") / "file"
    text = GENUINE.read_bytes()
    path.write_bytes(pack(text[:place] + junk + text[place:]))
    with suppress(UnreadableEventsError):
        _, tally = read_events(path, form)
        assert tally.rows == tally.kept + sum(drop.rows for drop in tally.dropped)


def test_the_page_names_every_format_column_kind_and_reason():
    text = (Path(__file__).parents[2] / "docs" / "importers.md").read_text(encoding="utf-8")
    for name in (*FORMATS, *Event._fields, *kinds()):
        assert f"`{name}`" in text, name
    for reason in (BROKEN, *REASONS.values()):
        assert f"| {reason} |" in text, reason
    for form in FORMATS.values():
        assert form.cite in " ".join(text.split()), form.name
        assert all(heading in text for headings in form.columns.values() for heading in headings)
