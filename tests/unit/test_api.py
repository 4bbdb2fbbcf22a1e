"""Runs from Python: few names, loaded when they are used; tables and arrays read when they are used."""

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

import detente
from detente.app import opened
from detente.domain.outcomes import OUTCOMES
from detente.engine.ensemble import CHUNK
from tests.conftest import PACKS

POLICIES = [str(PACKS / "idle.toml"), str(PACKS / "settle.toml")]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> detente.Run:
    out = tmp_path_factory.mktemp("api") / "run"
    told = []
    made = detente.run(
        out,
        str(PACKS / "harbour"),
        policies=POLICIES,
        worlds=11,
        replicates=100,
        seed=7,
        progress=lambda *done: told.append(done),
    )
    assert told == [
        ("idle", CHUNK),
        ("idle", 1100 - CHUNK),
        ("settle", CHUNK),
        ("settle", 1100 - CHUNK),
    ]
    return made


def test_names_are_few_and_documented():
    assert sorted(detente.__all__) == dir(detente) == ["Run", "open_run", "resume", "run"]
    for name in dir(detente):
        assert getattr(detente, name).__doc__
    with pytest.raises(AttributeError, match="received 'bomb'"):
        detente.bomb  # noqa: B018


def test_importing_is_quick():
    """Neither jax nor what reads tables is loaded before it is used."""
    code = "import sys, detente; print(*{'jax', 'numpy', 'duckdb', 'pandas', 'xarray'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_sql_and_pandas_see_the_same_rows(run):
    table = run.pandas()
    assert len(table) == 2200
    asked = run.sql("select policy, avg(warheads) from outcomes group by policy").fetchall()
    assert dict(asked) == pytest.approx(table.groupby("policy").warheads.mean().to_dict(), rel=1e-6)
    assert run.outcomes.filter("world = 3 and policy = 'idle'").count("*").fetchall() == [(100,)]


def test_arrays_hold_the_rows_by_policy_world_and_replicate(run):
    data, table = run.xarray(), run.pandas()
    assert dict(data.sizes) == {"policy": 2, "world": 11, "replicate": 100}
    assert list(data.policy.values) == ["idle", "settle"]
    for outcome, column in zip(OUTCOMES, run.manifest.columns, strict=True):
        name, array = column["name"], data[column["name"]]
        assert array.attrs["long_name"] == outcome.meaning
        assert array.attrs["units"] == outcome.unit
        if outcome.labels:
            labels = dict(enumerate(outcome.labels))
            values = [labels.get(code) for code in array.values.ravel()]
            assert values == [None if x != x else x for x in table[name].astype(object)]
        else:
            np.testing.assert_array_equal(array.values.ravel(), table[name].astype(float))


@pytest.mark.parametrize(
    "key",
    [
        {"policy": 1},
        {"world": 10},
        {"policy": [1, 0], "world": [3, 10, 2], "replicate": [5]},
        {"world": slice(1, 11, 3), "replicate": slice(None, None, -1)},
        {"world": slice(None, None, -2)},
        {"policy": 0, "world": 3, "replicate": 4},
        {"world": slice(0, 0)},
    ],
)
def test_arrays_read_what_is_asked_for(run, key):
    whole = xr.DataArray(
        run.pandas().launches.to_numpy(float).reshape(2, 11, 100),
        dims=("policy", "world", "replicate"),
    )
    assert np.array_equal(run.xarray().launches.isel(key).values, whole.isel(key).values)


def test_arrays_read_no_chunk_that_is_not_asked_for(run, monkeypatch):
    read, table = [], opened.pq.read_table
    monkeypatch.setattr(
        opened.pq, "read_table", lambda path, **kw: read.append(path.name) or table(path, **kw)
    )
    data = run.xarray()
    assert read == []
    data.warheads.sel(policy="settle").isel(world=-1).load()
    assert [name[:13] for name in read] == ["settle-000000", "settle-000001"]


def test_what_is_not_there_yet_is_missing(run, tmp_path):
    folder = run._store.folder
    (tmp_path / "manifest.json").write_bytes((folder / "manifest.json").read_bytes())
    (tmp_path / "outcomes").mkdir()
    for path in (folder / "outcomes").glob("settle-000001*"):
        (tmp_path / "outcomes" / path.name).write_bytes(path.read_bytes())
    data = detente.open_run(tmp_path).xarray()
    there = data.present.values.ravel() == 1
    assert list(np.flatnonzero(there)) == list(range(1100 + CHUNK, 2200))
    assert np.array_equal(np.isnan(data.warheads.values.ravel()), ~there)
    assert np.array_equal(data.intent.values.ravel() == -1, ~there)


def test_a_whole_run_resumed_stays_as_it_is(run):
    told = []
    again = detente.resume(run._store.folder, progress=lambda *done: told.append(done))
    assert told == []
    assert again.manifest == run.manifest


def test_runs_without_paths_say_so(run):
    with pytest.raises(ValueError, match="keeps no paths"):
        run.xarray("paths")
    with pytest.raises(ValueError, match="keeps no paths"):
        _ = run.paths


@pytest.mark.slow
def test_paths_are_arrays_by_month(tmp_path):
    out = tmp_path / "paths"
    made = detente.run(
        out, str(PACKS / "harbour"), policies=POLICIES, worlds=2, replicates=100, seed=7, paths=True
    )
    data, table = made.xarray("paths"), made.pandas("paths")
    assert dict(data.sizes) == {"policy": 2, "world": 2, "replicate": 100, "month": 36}
    assert str(data.month.values[0])[:7] == "1951-03"
    assert np.array_equal(data.warheads.values.ravel(), table.warheads)
    last = data.warheads.isel(month=-1)
    np.testing.assert_allclose(last, made.xarray().warheads, rtol=1e-5)
    months = made.sql("select count(distinct month) from paths").fetchall()
    assert months == [(36,)]


def test_mistakes_are_errors_that_say_the_remedy(tmp_path):
    with pytest.raises(ValueError, match=r"holds manifest\.json"):
        detente.open_run(tmp_path)
    with pytest.raises(ValueError, match="a doctrine that exists"):
        detente.run(tmp_path / "x", policies=["kindness"])
