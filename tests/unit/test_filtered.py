"""What a pack takes from filtered draws: joint, in its own dollars, and overruled by what a run fixes."""

import shutil
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import xarray as xr

from detente.app import filtering
from detente.app.catalog import copies
from detente.app.jobs import bind, describe
from detente.app.usecases import Request, Session
from detente.app.wiring import BY_DOCTRINE, POLICIES
from detente.domain.axes import INTENT
from detente.domain.calendar import month_number, month_text
from detente.domain.private import Preferences
from detente.engine.deep import Filtered, draw, settle
from detente.engine.ensemble import Design, Ensemble
from detente.engine.luck import Luck, seed_words
from detente.inference.states import _chosen
from detente.scenarios.binding import PACKS as SHIPPED, Pack, load_pack, named_rows, names
from detente.scenarios.filtered import Draws, keep_draws, power_of_money, read_draws
from detente.scenarios.schema import InvalidFileError
from detente.scenarios.variants import vary_pack
from tests.conftest import PACKS

SIZE, PRICES = 5, 2.0
NAMES = ("state.arsenal.warheads", "testing.talks", "challenger.precision", "challenger.retired")
TAKING = """
[filtered]
file = "filtered.nc"
take = ["state.arsenal.warheads", "testing", "challenger"]
preferences = true
prices = 2.0
source = ["judgement"]
note = "Made up."
"""
DESIGN = Design(worlds=12, replicates=1, months=12, seed=3)


def made_up(as_of: str) -> Draws:
    """Five draws that count up, so that what goes together shows."""
    up = np.arange(SIZE, dtype=np.float32)
    values = np.stack([1 + up, up / 10, 0.01 + up / 1000, up], axis=1)
    wants = np.tile(np.array([10, 20, 1, 30, 5, 2, 0.97, 3], np.float32), (SIZE, 1))
    wants[:, 0] += up  # the worth of the arsenal
    about = {"told_from": "harbour", "as_of": as_of, "calibrated_as_of": as_of}
    return Draws(NAMES, values, np.array([0, 1, 1, 2, 2], np.int32), wants, about)


def written(tmp_path: Path, taking: str = TAKING, as_of: str | None = None) -> Path:
    """Harbour with filtered draws beside it."""
    folder = tmp_path / "harbour"
    shutil.copytree(PACKS / "harbour", folder)
    head = folder / "scenario.toml"
    text, start = head.read_text(), load_pack(str(PACKS / "harbour"), POLICIES).head.start
    head.write_text(text + taking)
    before = month_text(month_number(start) - 1)
    keep_draws(folder / "filtered.nc", made_up(as_of or before), dict.fromkeys(NAMES, "1"))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("filtered"))


@pytest.fixture(scope="module")
def pack(folder: Path) -> Pack:
    return load_pack(str(folder), POLICIES)


@pytest.fixture(scope="module")
def ensemble(pack: Pack) -> Ensemble:
    return Ensemble(pack.situation, BY_DOCTRINE)


def offices(pack: Pack):
    """Who sits in seven worlds."""

    def one(world):
        luck = Luck(jnp.asarray(seed_words(3)), world, jnp.int32(0))
        values = draw(pack.situation.priors, luck, POLICIES, pack.situation.filtered)
        return settle(pack.situation, values, luck, POLICIES).world.offices

    return jax.jit(jax.vmap(one))(jnp.arange(7, dtype=jnp.int32))


def carried(pack: Pack) -> Filtered:
    """What its situation carries."""
    assert pack.situation.filtered is not None
    return pack.situation.filtered


def at(pack: Pack, name: str) -> int:
    return list(named_rows(pack.head, POLICIES)).index(name)


# --- the file ------------------------------------------------------------------------


def test_a_file_gives_back_what_was_kept(folder: Path):
    found = read_draws(folder / "filtered.nc")
    kept = made_up(found.about["as_of"])
    assert found.names == kept.names
    assert found.about == kept.about
    for part in ("values", "intent", "wants"):
        np.testing.assert_array_equal(getattr(found, part), getattr(kept, part))


def test_xarray_opens_it(folder: Path):
    with xr.open_dataset(folder / "filtered.nc", engine="h5netcdf") as data:
        assert dict(data.sizes) == {"draw": SIZE, "row": len(NAMES), "preference": 8}
        assert data["values"].sel(row="testing.talks").values[2] == pytest.approx(0.2)
        assert data.wants.sel(preference="arsenal").values[4] == 14
        assert data.intent.attrs["flag_meanings"] == " ".join(INTENT.labels)


@pytest.mark.parametrize(
    ("unit", "power"), [("USD m/month", 1), ("USD m", 1), ("1/USD m", -1), ("kg/yr", 0)]
)
def test_money_is_known_by_its_unit(unit: str, power: int):
    assert power_of_money(unit) == power


def test_every_draw_of_a_posterior_gives_as_many_futures_and_none_twice():
    draws, particles = 6, 8
    found = _chosen(draws, particles, 24, np.random.default_rng(0))
    assert len(set(found.tolist())) == 24
    assert np.bincount(found % draws).tolist() == [4] * 6
    with pytest.raises(ValueError, match="at most the 48"):
        _chosen(draws, particles, 49, np.random.default_rng(0))


# --- what a pack takes ---------------------------------------------------------------


def test_a_world_takes_a_whole_draw_in_the_packs_dollars(pack: Pack, ensemble: Ensemble):
    values, turn = ensemble.drawn(DESIGN), np.arange(DESIGN.worlds) % SIZE
    np.testing.assert_allclose(values[:, at(pack, "state.arsenal.warheads")], 1 + turn)
    np.testing.assert_allclose(values[:, at(pack, "testing.talks")], turn / 10, rtol=1e-6)
    np.testing.assert_allclose(
        values[:, at(pack, "challenger.precision")], (0.01 + turn / 1000) / PRICES, rtol=1e-6
    )
    found = offices(pack)
    np.testing.assert_array_equal(found.intent, [0, 1, 1, 2, 2, 0, 1])
    np.testing.assert_allclose(found.challenger.arsenal, PRICES * (10 + np.arange(7) % SIZE))
    np.testing.assert_allclose(found.challenger.patience, 0.97)


def test_other_rows_stay_at_their_priors(pack: Pack, ensemble: Ensemble):
    plain = ensemble.bound_to(pack.situation._replace(filtered=None)).drawn(DESIGN)
    taken = np.asarray(carried(pack).rows)
    rest = np.delete(np.arange(plain.shape[1]), taken)
    np.testing.assert_array_equal(ensemble.drawn(DESIGN)[:, rest], plain[:, rest])


def test_rows_that_the_pack_lacks_are_named(pack: Pack):
    assert pack.taken is not None
    assert pack.taken.skipped == ("challenger.retired",)
    assert pack.weights == {"trader": 0.2, "hedger": 0.4, "builder": 0.4, "rejectionist": 0.0}


def test_what_a_run_fixes_holds_against_what_was_filtered(pack: Pack, ensemble: Ensemble):
    """A change is data: nothing is traced anew."""
    changes = {"testing.talks": -0.5, "state.arsenal.warheads": "p50"}
    plain, varied = ensemble.drawn(DESIGN), vary_pack(pack, POLICIES, changes)
    jax.config.update("jax_no_tracing", True)
    try:
        values = ensemble.bound_to(varied.situation).drawn(DESIGN)
    finally:
        jax.config.update("jax_no_tracing", False)
    np.testing.assert_array_equal(values[:, at(pack, "testing.talks")], np.float32(-0.5))
    np.testing.assert_array_equal(values[:, at(pack, "state.arsenal.warheads")], 3)
    other = at(pack, "challenger.precision")
    np.testing.assert_array_equal(values[:, other], plain[:, other])


def test_a_region_that_a_run_fixes_is_where_preferences_come_from(pack: Pack):
    varied = vary_pack(pack, POLICIES, {"intent": "rejectionist"})
    found, regions = offices(varied), varied.situation.frame.regions
    assert set(np.asarray(found.intent).tolist()) == {3}
    for name in Preferences._fields:
        want = getattr(found.challenger, name)
        assert np.all(want >= getattr(regions.low, name)[3] - 1e-6), name
        assert np.all(want <= getattr(regions.high, name)[3] + 1e-6), name


def test_a_run_keeps_the_draws_that_it_began_with(folder: Path):
    session = Session(Request(str(folder), (str(PACKS / "settle.toml"),), 4, 1, 1, 0))
    again = bind(describe(session))
    np.testing.assert_array_equal(carried(again.pack).values, carried(session.pack).values)


def test_a_copy_of_a_pack_has_the_draws_too(folder: Path, tmp_path: Path):
    copied = load_pack(str(copies.scenario("mine", str(folder), tmp_path / "mine")), POLICIES)
    assert copied.taken is not None


def test_rows_stand_beside_the_packs_own_priors(pack: Pack, folder: Path):
    draws = read_draws(folder / "filtered.nc")
    rows = {row.name: row for row in filtering.against(draws, pack)}
    assert rows["challenger.precision"].filtered[0] == pytest.approx(0.006)
    assert rows["testing.talks"].filtered[0] == pytest.approx(0.2)
    text = "\n".join(filtering.beside(rows.values(), pack))
    assert "taken" in text
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize(
    ("prior", "filtered", "verdict"),
    [
        ((0.5, 0.0, 1.0), (0.4, 0.2, 0.7), filtering.AGREES),
        ((0.5, 0.0, 1.0), (1.1, 0.9, 1.5), filtering.CONTRADICTED),
        ((0.5, 0.0, 1.0), (0.5, 0.45, 0.55), filtering.TOO_SURE),
        ((0.5, 0.5, 0.5), (0.1, 0.0, 0.2), ""),
    ],
)
def test_a_filtered_row_is_held_against_the_sourced_prior(prior, filtered, verdict):
    assert filtering.Compared("x", "1", prior, filtered).verdict == verdict


# --- what is refused -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"testing"', '"testing.nought"', "a row of the file, or the head of some"),
        ("filtered.nc", "absent.nc", "a file of filtered draws beside scenario.toml"),
    ],
)
def test_what_can_not_be_taken_is_said(tmp_path: Path, old: str, new: str, said: str):
    with pytest.raises(InvalidFileError, match=said):
        load_pack(str(written(tmp_path, TAKING.replace(old, new))), POLICIES)


def test_draws_of_another_month_are_refused(tmp_path: Path):
    with pytest.raises(InvalidFileError, match="the month before the first"):
        load_pack(str(written(tmp_path, as_of="1901-01")), POLICIES)


# --- the packs that ship -------------------------------------------------------------


STARTED = [
    name
    for name in names(SHIPPED)
    if "[filtered]" in (SHIPPED / name / "scenario.toml").read_text()
]


@pytest.mark.parametrize("name", STARTED)
def test_what_a_pack_takes_agrees_with_its_sources(name: str):
    pack = load_pack(name, POLICIES)
    assert pack.taken is not None
    assert pack.head.filtered is not None
    draws = read_draws(SHIPPED / name / pack.head.filtered.file)
    for row in filtering.against(draws, pack):
        if row.name in pack.taken.draws.names:
            assert row.verdict in (filtering.AGREES, ""), f"{row}: {row.verdict}"
    assert pack.taken.skipped == ()


@pytest.mark.parametrize("name", STARTED)
def test_a_calibrated_number_is_taken_where_both_packs_hold_it_to_be_the_same(name: str):
    """Where a pack states another prior than the pack that history is told from, it says that things have changed."""
    pack = load_pack(name, POLICIES)
    assert pack.taken is not None
    assert pack.head.filtered is not None
    told = load_pack(pack.taken.draws.about["told_from"], POLICIES)
    measured = named_rows(pack.head, POLICIES)
    for number in (n for n in pack.taken.draws.names if not n.startswith("state.")):
        (family, *then), (same, *now) = told.numbers[number].prior, pack.numbers[number].prior
        money = pack.head.filtered.prices ** power_of_money(measured[number][0].quantity.unit)
        scaled = [then[0] * money, then[1] if family == "lognormal" else then[1] * money]
        assert family == same, number
        assert now == pytest.approx(scaled, rel=0.01), number


@pytest.mark.parametrize("name", STARTED)
def test_what_the_challenger_wants_lies_where_the_pack_looks_for_it(name: str):
    """Medians by region lie in or near the pack's own ranges: the types mean the same, in the same dollars."""
    pack = load_pack(name, POLICIES)
    assert pack.taken is not None
    draws = pack.taken.draws
    for intent, label in enumerate(INTENT.labels):
        mine = draws.wants[draws.intent == intent]
        for place, want in enumerate(Preferences._fields if len(mine) >= 20 else ()):
            low, high = getattr(getattr(pack.regions, label), want)
            assert low / 1.1 <= np.median(mine[:, place]) <= 1.1 * high, f"{label}.{want}"
