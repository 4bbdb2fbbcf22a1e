"""The commands about runs, as a person meets them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from typer.testing import CliRunner

import detente
from detente.app.cli import app
from detente.engine.ensemble import CHUNK
from detente.engine.manifest import read_manifest
from detente.engine.store import Store
from tests.conftest import PACKS

RUN = [PACKS / "harbour", "--policy", PACKS / "idle.toml", "--policy", PACKS / "settle.toml"]
SIZE = ["--worlds", "11", "--replicates", "100", "--seed", "7"]


def call(*words: str | Path, given: str = "") -> tuple[int, str]:
    """Run a command; give its exit code and all that it printed."""
    result = CliRunner().invoke(app, [str(word) for word in words], input=given)
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "all" / "first"
    code, text = call("run", *RUN, *SIZE, "--out", folder)
    assert code == 0, text
    assert "2,200 futures in 4 files" in text
    return folder


@pytest.fixture
def copied(out, tmp_path) -> Path:
    """A run that a test may spoil."""
    folder = tmp_path / "copied"
    for path in out.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(out)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder


# --- list, show -----------------------------------------------------------------------


def test_runs_are_listed_with_what_is_done_of_them(out, copied):
    next(iter(Store.open(copied).found().values())).unlink()
    (copied / "notes").mkdir()
    (copied.parent / "web").mkdir()
    (copied.parent / "web" / "manifest.json").write_text('{"name": "something else"}')
    code, text = call("runs", "list", copied.parent)
    assert code == 0
    said = " ".join(text.split())
    assert (
        "harbour under idle, settle; 11 x 100 futures of 36 months, seed 7; 3 of 4 chunks" in said
    )
    assert "version 0.1" in said
    assert "web" not in text
    assert "; whole;" in " ".join(call("runs", "list", out.parents[1])[1].split())
    assert max(len(line) for line in text.splitlines() if not line.startswith("/")) <= 80


def test_where_there_are_no_runs_the_list_says_how_to_begin_one(tmp_path):
    assert "detente run --out" in call("runs", "list", tmp_path)[1]


def test_a_run_is_shown(out):
    code, text = call("runs", "show", out, "--check")
    assert code == 0
    for said in (
        "1,100 = 11 worlds x 100 replicates",
        "36 from 1951-03",
        "2 of 2",
        "the same code",
    ):
        assert said in text
    assert "Every file is what was written." in text
    assert "missing" not in text


def test_damage_is_shown_and_mended(out, copied):
    path = list(Store.open(copied).found().values())[2]
    path.write_bytes(path.read_bytes()[:-1])
    code, text = call("runs", "show", copied, "--check")
    assert code == 1
    assert "Damaged: chunk 0 of settle" in text
    code, text = call("runs", "resume", copied)
    assert code == 0, text
    assert "Damaged, made anew: chunk 0 of settle" in text
    assert path.read_bytes() == (out / "outcomes" / path.name).read_bytes()


# --- resume, remove -------------------------------------------------------------------


def test_another_version_is_refused_with_a_remedy(copied):
    manifest = copied / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"version": "0.1', '"version": "0.0', 1))
    next(iter(Store.open(copied).found().values())).unlink()
    for words in (["resume", copied], ["replay", copied]):
        code, text = call("runs", *words)
        assert code == 2
        said = " ".join(text.split())
        assert "version 0.0.0 there, 0.1.0 here" in said
        assert "--anyway" in said
    assert "version 0.0.0 there, 0.1.0 here" in call("runs", "show", copied)[1]
    assert not read_manifest(copied).mixed


def test_a_run_is_removed_once_that_is_meant(copied):
    (copied / "notes.txt").write_text("mine")
    code, _ = call("runs", "remove", copied, given="n\n")
    assert code == 1
    assert len(Store.open(copied).found()) == 4
    code, text = call("runs", "remove", copied, "--yes")
    assert code == 0, text
    assert [path.name for path in copied.iterdir()] == ["notes.txt"]
    code, text = call("runs", "remove", copied, "--yes")
    assert code == 2
    assert "a run is a folder that holds manifest.json" in " ".join(text.split())
    assert (copied / "notes.txt").exists()


# --- replay ---------------------------------------------------------------------------


@pytest.mark.parametrize(("future", "policy"), [(0, "idle"), (1023, "settle"), (1099, "settle")])
def test_a_future_replayed_in_its_padded_chunk_equals_its_row(out, future, policy):
    code, text = call("runs", "replay", out, "--future", str(future), "--policy", policy)
    assert code == 0, text
    assert f"future {future} under {policy}" in text
    assert f"gives that row bit for bit: {policy}-{future // CHUNK:06d}" in " ".join(text.split())


def test_a_row_that_was_changed_is_told(copied):
    path = Store.open(copied).found()[next(iter(Store.open(copied).found()))]
    table = pd.read_parquet(path)
    table.loc[5, "warheads"] += 1
    table.to_parquet(path)
    code, text = call("runs", "replay", copied, "--future", "5")
    assert code == 1
    assert "warheads" in text.strip().splitlines()[-1]


# --- export ---------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_exports_hold_what_the_run_holds(out, tmp_path, ending):
    to = tmp_path / f"all.{ending}"
    code, text = call("runs", "export", out, "--to", to)
    assert code == 0, text
    assert "2,200 futures" in text
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet}[ending]
    whole, table = detente.open_run(out).pandas(), read(to)
    assert list(table.columns) == list(whole.columns)
    assert list(table.policy) == list(whole.policy)
    for name in ("warheads", "launches", "world", "replicate"):
        np.testing.assert_allclose(table[name], whole[name], rtol=1e-6)
    assert list(table.intent) == list(whole.intent)
    code, text = call("runs", "export", out, "--to", to)
    assert code == 2
    assert "nothing is overwritten" in text


def test_a_netcdf_export_names_units_and_meanings(out, tmp_path):
    to = tmp_path / "all.nc"
    code, text = call("runs", "export", out, "--to", to)
    assert code == 0, text
    with xr.open_dataset(to, engine="h5netcdf") as data:
        assert dict(data.sizes) == {"policy": 2, "world": 11, "replicate": 100}
        assert data.warheads.attrs["units"] == "count"
        assert data.warheads.attrs["long_name"] == "Assembled warheads"
        whole = detente.open_run(out).pandas()
        assert np.array_equal(data.warheads.values.ravel(), whole.warheads)


def test_an_export_of_an_unfinished_run_says_what_is_missing(copied, tmp_path):
    next(iter(Store.open(copied).found().values())).unlink()
    code, text = call("runs", "export", copied, "--to", tmp_path / "part.parquet")
    assert code == 0
    assert "Chunks missing, and their futures with them: 1." in text
    assert len(pd.read_parquet(tmp_path / "part.parquet")) == 2200 - CHUNK


# --- mistakes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "nowhere"], "runs lie under a folder; received nowhere"),
        (["show", "."], "a run is a folder that holds manifest.json"),
        (["resume", "nowhere"], "a run is a folder that holds manifest.json"),
        (["export", "OUT", "--to", "all.xls"], ".csv, .parquet, .nc; received --to all.xls"),
        (["replay", "OUT", "--future", "1100"], "has futures 0 to 1099; received 1100"),
        (["replay", "OUT", "--policy", "hope"], "are idle, settle; received hope"),
    ],
)
def test_mistakes_get_a_plain_answer(out, words, said):
    code, text = call("runs", *(out if word == "OUT" else word for word in words))
    assert code == 2
    assert said in " ".join(text.split())
    assert "Traceback" not in text


def test_a_run_into_a_folder_that_holds_one_says_how_to_go_on(out, copied):
    next(iter(Store.open(copied).found().values())).unlink()
    for folder, size, said in (
        (out, SIZE, "this very run, whole"),
        (copied, SIZE, "this very run, unfinished: detente runs resume"),
        (out, [*SIZE, "--seed", "8"], "another run of harbour (unlike this one in seed)"),
    ):
        code, text = call("run", *RUN, *size, "--out", folder)
        assert code == 2
        assert said in " ".join(text.split())
