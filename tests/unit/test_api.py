"""Runs from Python: few names, loaded when they are used; tables and arrays read when they are used."""

import subprocess
import sys
from functools import reduce

import numpy as np
import pytest
import xarray as xr

import detente
from detente.app import api, opened
from detente.app.catalog import frames
from detente.app.wiring import POLICIES as KNOWN
from detente.domain.outcomes import OUTCOMES
from detente.domain.quantity import leaves
from detente.engine.ensemble import CHUNK
from detente.scenarios.binding import (
    BEHAVIOUR,
    DOCTRINES,
    MODIFIERS,
    PACKS as SHIPPED,
    load_doctrine,
    load_pack,
    names,
)
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
    assert dir(detente) == sorted(detente.__all__) == sorted(api.__all__)
    assert len(detente.__all__) <= 15
    for name in dir(detente):
        assert getattr(detente, name).__doc__
    with pytest.raises(AttributeError, match="received 'bomb'"):
        detente.bomb  # noqa: B018


def test_importing_is_quick():
    """Neither jax nor what reads tables is loaded before it is used."""
    code = "import sys, detente; print(*{'jax', 'numpy', 'duckdb', 'pandas', 'xarray'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_what_ships_is_a_row_each():
    doctrines, situations = detente.doctrines(), detente.situations()
    ships = {"doctrine": DOCTRINES, "modifier": MODIFIERS, "behaviour": BEHAVIOUR}
    for kind, folder in ships.items():
        assert sorted(doctrines.index[doctrines.kind == kind]) == names(folder)
    assert list(situations.index) == names(SHIPPED)
    assert situations.start["korea-2018"] == "2018-05"
    assert not doctrines.isna().any(axis=None)
    assert not situations.isna().any(axis=None)


def test_numbers_of_a_situation_have_one_form_and_a_source():
    pack, numbers = load_pack("korea-2025", KNOWN), detente.numbers("korea-2025")
    assert list(numbers.index) == list(pack.numbers)
    has = {form: numbers[form].notna().to_numpy() for form in frames.FORMS}
    assert np.array_equal(
        sum(has[form].astype(int) for form in ("value", "low", "mean", "median")),
        np.ones(len(numbers)),
    )
    for one, other in (("low", "high"), ("mean", "sd"), ("median", "spread")):
        assert np.array_equal(has[one], has[other])
    assert (numbers.source != "").all()
    growth, given = numbers.loc["arsenal.growth"], pack.numbers["arsenal.growth"]
    assert (growth["mean"], growth["sd"]) == (given.mean, given.sd)
    assert growth.stated == f"normal, mean {given.mean:g}, sd {given.sd:g} per yr"


def test_settings_of_a_doctrine_are_those_of_its_modifiers():
    plain, joined = (detente.settings(f"verified-freeze{more}") for more in ("", "+go-it-alone"))
    assert plain.stated["channel"] == "working"
    assert plain.value["channel"] == 2
    loaded = load_doctrine("verified-freeze+go-it-alone", KNOWN)
    for leaf in leaves(type(loaded.settings)):
        value = reduce(getattr, leaf.path, loaded.settings)
        assert joined.value[leaf.name] == pytest.approx(float(value))
    assert list(joined.index) == list(plain.index)
    assert (joined.stated != plain.stated).any()


def test_runs_under_a_folder_are_opened(run):
    (found,) = detente.runs(run.folder.parent)
    assert found.manifest == run.manifest
    assert found.folder == run.folder
    assert found.whole


@pytest.mark.slow
def test_a_future_replayed_is_its_row(run):
    told = run.replay(1050, "settle")
    assert told.equal
    assert told.lines[0].endswith("future 1050 under settle")
    with pytest.raises(ValueError, match="policies of this run are idle, settle"):
        run.replay(0, "kindness")


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
    folder = run.folder
    (tmp_path / "manifest.json").write_bytes((folder / "manifest.json").read_bytes())
    (tmp_path / "outcomes").mkdir()
    for path in (folder / "outcomes").glob("settle-000001*"):
        (tmp_path / "outcomes" / path.name).write_bytes(path.read_bytes())
    data = detente.open_run(tmp_path).xarray()
    there = data.present.values.ravel() == 1
    assert list(np.flatnonzero(there)) == list(range(1100 + CHUNK, 2200))
    assert np.array_equal(np.isnan(data.warheads.values.ravel()), ~there)
    assert np.array_equal(data.intent.values.ravel() == -1, ~there)
    assert not detente.open_run(tmp_path).whole


def test_a_whole_run_resumed_stays_as_it_is(run):
    told = []
    again = detente.resume(run.folder, progress=lambda *done: told.append(done))
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
    with pytest.raises(ValueError, match="a doctrine that exists"):
        detente.settings("kindness")
    with pytest.raises(ValueError, match="a pack that exists"):
        detente.numbers("nowhere")
    with pytest.raises(ValueError, match="at least one policy"):
        detente.brief(tmp_path / "x", policies=[])
    with pytest.raises(IndexError, match="futures 0 to 5; received 6"):
        detente.story(6, str(PACKS / "harbour"), policy=POLICIES[0], worlds=3, replicates=2)
    assert not (tmp_path / "x").exists()
