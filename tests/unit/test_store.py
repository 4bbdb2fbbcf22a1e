"""Runs on disk: whole or not at all, resumed by what is missing, never mixed in silence."""

import errno
import resource
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from detente.app.jobs import bind, describe
from detente.app.running import begin, go_on, run
from detente.app.usecases import Request, Session
from detente.app.wiring import POLICIES
from detente.domain.outcomes import OUTCOMES
from detente.engine import version
from detente.engine.deep import rows
from detente.engine.ensemble import CHUNK
from detente.engine.manifest import Manifest, Task, digest, read_manifest
from detente.engine.store import Store
from detente.engine.version import OtherVersionError
from tests.conftest import PACKS
from tests.hands import chunks


@pytest.fixture(scope="module")
def session() -> Session:
    """Two chunks under each of two doctrines, the last one mostly padding."""
    policies = tuple(str(PACKS / f"{name}.toml") for name in ("idle", "settle"))
    return Session(Request(str(PACKS / "harbour"), policies, 11, 100, None, 7))


@pytest.fixture(scope="module")
def reference(session, tmp_path_factory) -> Path:
    """The run, never interrupted."""
    out = tmp_path_factory.mktemp("reference")
    assert run(session, out).failed == 0
    return out


def other(session: Session, **changed) -> Session:
    """A session of the same programs and another design."""
    made = copy(session)
    made.design = session.design._replace(**changed)
    return made


def stopped(after: int):
    """Progress that ends a run after so many chunks, as Ctrl-C does."""
    seen = []

    def progress(*_):
        seen.append(1)
        if len(seen) == after:
            raise KeyboardInterrupt

    return progress


def begun(session: Session, out: Path, after: int) -> Store:
    store = begin(session, out)
    with pytest.raises(KeyboardInterrupt):
        go_on(store, stopped(after), session=session)
    return store


# --- what is written ----------------------------------------------------------------


def test_chunks_are_those_of_the_ensemble(session, reference):
    store = Store.open(reference)
    assert list(store.found()) == [Task(p, n) for p in ("idle", "settle") for n in (0, 1)]
    assert store.missing() == []
    assert store.damaged() == []
    for doctrine in session.doctrines:
        for number, chunk in enumerate(session.chunks(doctrine)):
            table = pq.read_table(store.found()[Task(doctrine.name, number)])
            assert table.equals(session.table(doctrine, chunk))


@pytest.mark.slow
def test_paths_are_kept_where_they_are_asked_for(session, tmp_path):
    store = run(other(session, worlds=2), tmp_path, paths=True).store
    doctrine = session.doctrines[1]
    (chunk,) = other(session, worlds=2).chunks(doctrine, paths=True)
    table = pq.read_table(store.found("paths")[Task("settle", 0)]).to_pandas()
    months = session.design.months
    assert len(table) == 200 * months
    assert list(table.month[:2].astype(str)) == ["1951-03-01", "1951-04-01"]
    for outcome in OUTCOMES:
        if outcome.track and outcome.name in table:
            stored = table[outcome.name].to_numpy().reshape(200, months)
            assert np.array_equal(stored, chunk.paths[outcome.name].T), outcome.name
    assert len(table.columns) == 4 + sum(outcome.track for outcome in OUTCOMES)


def test_a_failing_world_is_a_row(session, reference, tmp_path, monkeypatch):
    place = [(s, leaf.name) for s, leaf, _ in rows(POLICIES)].index(("observation", "noise"))
    ensemble = session.ensemble(session.doctrines[0])
    drawn = ensemble._draw
    monkeypatch.setattr(ensemble, "_draw", lambda p, luck: drawn(p, luck).at[place, 7].set(np.nan))
    done = run(session, tmp_path)
    assert done.failed == 4  # lane 7 of both chunks, under both doctrines
    base = Store.open(reference).found()
    for task, path in done.store.found().items():
        table, whole = pq.read_table(path), pq.read_table(base[task])
        status = np.asarray(table["status"])
        assert list(np.flatnonzero(status != "ok")) == [7]
        assert "not finite in 1951-03" in status[7]
        assert table["warheads"][7].as_py() is None
        others = [i for i in range(len(table)) if i != 7]
        assert table.take(others).equals(whole.take(others))


# --- resume -------------------------------------------------------------------------


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_interrupted_run_goes_on_to_the_same_bytes(session, reference, tmp_path, after):
    store = begun(session, tmp_path, after)
    assert len(store.missing()) == 4 - after
    go_on(store, session=session)
    assert chunks(tmp_path) == chunks(reference)


def test_what_is_whole_is_not_run_again(session, reference):
    told = []
    go_on(Store.open(reference), lambda *done: told.append(done), session=session)
    assert told == []


def test_a_run_goes_on_from_its_manifest_alone(session, reference, tmp_path):
    store = begun(session, tmp_path, 3)
    go_on(Store.open(tmp_path))
    assert chunks(tmp_path) == chunks(reference)
    assert store.manifest == read_manifest(tmp_path)


def test_a_write_without_room_leaves_no_trace_and_goes_on_when_there_is(
    session, reference, tmp_path
):
    store = begin(session, tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError, match="too large") as failed:
            go_on(store, session=session)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failed.value.errno == errno.EFBIG
    assert list((tmp_path / "outcomes").iterdir()) == []
    go_on(store, session=session)
    assert chunks(tmp_path) == chunks(reference)


def test_what_a_killed_process_left_is_cleared_away(session, reference, tmp_path):
    store = begun(session, tmp_path, 1)
    (tmp_path / "outcomes" / "idle-000001.0123456789abcdef.parquet.part").write_bytes(b"half")
    (tmp_path / "paths").mkdir()
    (tmp_path / "paths" / "settle-000001.0123456789abcdef.parquet").write_bytes(b"no outcomes")
    go_on(store, session=session)
    assert chunks(tmp_path) == chunks(reference)
    assert not list(tmp_path.rglob("*.part"))


def test_one_process_writes_at_a_time(session, tmp_path):
    store = begin(session, tmp_path)
    with FileLock(tmp_path / ".lock"), pytest.raises(BlockingIOError, match="another is writing"):
        go_on(store, session=session)


@pytest.mark.parametrize("at", [0, 5_000, -1])
def test_any_damaged_byte_is_found(reference, tmp_path, at):
    store = Store(tmp_path, read_manifest(reference))
    for path in Store.open(reference).found().values():
        (tmp_path / "outcomes").mkdir(exist_ok=True)
        (tmp_path / "outcomes" / path.name).write_bytes(path.read_bytes())
    assert store.damaged() == []
    task, path = Task("settle", 0), store.found()[Task("settle", 0)]
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert store.damaged() == [task]
    store.discard(task)
    assert store.missing() == [task]


# --- identity -----------------------------------------------------------------------


def test_a_manifest_is_read_as_it_was_written(session, reference):
    manifest = read_manifest(reference)
    assert Manifest.of(manifest.text()) == manifest
    assert describe(session).differences(manifest) == []
    assert manifest.chunk == CHUNK
    assert {c["name"]: c["unit"] for c in manifest.columns}["warheads"] == "count"


def test_a_manifest_binds_the_run_again_without_its_files(session, reference):
    again = bind(read_manifest(reference))
    assert again.design == session.design
    assert digest(again.pack.situation) == digest(session.pack.situation)
    assert [d.numbers for d in again.doctrines] == [d.numbers for d in session.doctrines]


def test_modifiers_and_changes_travel_with_the_manifest():
    names = ("verified-freeze+united-front+go-it-alone", "wait-and-contain")
    changes = {"testing.talks": 0.5, "calendar.closure": "2026-02", "intent": "trader"}
    session = Session(Request("korea-2025", names, 3, 5, 4, 2**63 - 1, changes))
    again = bind(Manifest.of(describe(session).text()))
    assert digest(again.pack.situation) == digest(session.pack.situation)
    assert again.design == session.design
    assert [d.name for d in again.doctrines] == list(names)


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("scenario", "leader_age = { low = 58", "leader_age = { low = 59"),
        ("policies", "cool_off = { value = 3", "cool_off = { value = 4"),
    ],
)
def test_changed_inputs_are_refused(reference, what, old, new):
    manifest = read_manifest(reference)
    files = {
        name: {file: text.replace(old, new) for file, text in texts.items()}
        for name, texts in manifest.inputs[what].items()
    }
    assert files != manifest.inputs[what]
    with pytest.raises(ValueError, match="inputs in its manifest were changed"):
        bind(replace(manifest, inputs={**manifest.inputs, what: files}))


@pytest.mark.parametrize(
    "changed",
    [{"seed": 8}, {"worlds": 12}, {"months": 24}, {"paths": True}, {"changes": {"intent": "x"}}],
)
def test_another_run_is_told_by_what_differs(reference, changed):
    manifest = read_manifest(reference)
    assert replace(manifest, **changed).differences(manifest) == list(changed)


def test_nothing_is_overwritten(session, reference, tmp_path):
    with pytest.raises(FileExistsError, match="this very run, whole"):
        begin(session, reference)
    begin(session, tmp_path)
    with pytest.raises(FileExistsError, match=f"unfinished: detente runs resume {tmp_path}"):
        begin(session, tmp_path)
    with pytest.raises(FileExistsError, match=r"another run of harbour .* in worlds"):
        begin(other(session, worlds=12), tmp_path)
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "outcomes").mkdir()
    with pytest.raises(FileExistsError, match="already holds outcomes"):
        begin(session, tmp_path)


@pytest.mark.parametrize("changed", [{"source": "0" * 16}, {"libraries": {"jax": "0.1"}}])
def test_another_code_neither_goes_on_nor_mixes(session, reference, tmp_path, changed):
    store = begun(session, tmp_path, 1)
    old = replace(store.manifest, code=store.manifest.code._replace(**changed))
    store.replace_manifest(old)
    with pytest.raises(OtherVersionError, match=f"{next(iter(changed))[:3]}|jax"):
        go_on(Store.open(tmp_path), session=session)
    assert len(store.missing()) == 3
    with pytest.raises(FileExistsError, match=r"another run of harbour .* in code"):
        begin(session, tmp_path)
    go_on(Store.open(tmp_path), session=session, anyway=True)
    mixed = read_manifest(tmp_path)
    assert mixed.code == old.code
    assert mixed.mixed == (version.here(),)
    assert chunks(tmp_path) == chunks(reference)


def test_a_changed_source_is_another_code(tmp_path):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "month.py").write_text("a = 1\n")
    before = version._source(tmp_path)
    (tmp_path / "engine" / "month.py").write_text("a = 2\n")
    assert version._source(tmp_path) != before


@pytest.mark.parametrize("text", ["", "{}", '{"format": "detente run 1"}', "[1]"])
def test_a_folder_that_is_no_run_says_so(tmp_path, text):
    with pytest.raises(ValueError, match=r"a run is a folder that holds manifest\.json"):
        Store.open(tmp_path)
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ValueError, match="can't be read"):
        Store.open(tmp_path)
