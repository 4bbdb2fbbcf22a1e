"""Whole runs: same bytes, replay, chunks, forks, common luck, and worlds that fail."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente.app.wiring import BY_DOCTRINE, POLICIES
from detente.domain.axes import Cue, Regime
from detente.domain.calendar import month_text
from detente.domain.outcomes import OUTCOMES, Timing
from detente.domain.quantity import Leaf, leaves
from detente.engine.deep import rows
from detente.engine.ensemble import CHUNK, Design, Ensemble, Fork
from detente.engine.record import recount
from detente.engine.store import outcome_table
from detente.policies import doctrine
from tests.compare import same_bytes
from tests.conftest import SMALL, Harbour

SAMPLE = (0, 17, 26, 333, 502, 777, 999)


def rerun(harbour: Harbour, doctrine: str, design: Design):
    return list(harbour.ensemble.chunks(harbour.settings(doctrine), design))


# --- same bytes -------------------------------------------------------------------


def test_same_seed_same_bytes(harbour: Harbour):
    (again,) = rerun(harbour, "settle", SMALL)
    assert same_bytes(again, harbour.chunk("settle"))


def test_another_seed_is_another_run(harbour: Harbour):
    (other,) = rerun(harbour, "settle", SMALL._replace(seed=8))
    base = harbour.chunk("settle")
    for name in ("launches", "warheads", "relief_musd", "private_arsenal"):
        assert np.mean(other.tally.values[name] == base.tally.values[name]) < 0.3, name


@pytest.mark.slow
def test_another_ensemble_gives_the_same_bytes(harbour: Harbour):
    other = Ensemble(harbour.pack.situation, BY_DOCTRINE)
    (again,) = other.chunks(harbour.settings("settle"), SMALL)
    assert same_bytes(again, harbour.chunk("settle"))


def test_a_chunk_depends_on_no_other(harbour: Harbour):
    """More worlds mean more chunks; the futures of both designs are the same, in padding or not."""
    longer = rerun(harbour, "settle", SMALL._replace(worlds=90))
    shorter = rerun(harbour, "settle", SMALL._replace(worlds=50))
    assert [len(c.world) for c in longer] == [CHUNK, CHUNK, 90 * 25 - 2 * CHUNK]

    def flat(chunks, name):
        return np.concatenate([c.tally.values[name] for c in chunks])

    for outcome in OUTCOMES:
        whole = flat(longer, outcome.name)
        for fewer in (shorter, [harbour.chunk("settle")]):
            part = flat(fewer, outcome.name)
            assert part.tobytes() == whole[: len(part)].tobytes(), outcome.name


def test_futures_are_numbered_by_world_and_replicate(harbour: Harbour):
    chunk = harbour.chunk("settle")
    assert np.array_equal(chunk.world, np.repeat(np.arange(40), 25))
    assert np.array_equal(chunk.replicate, np.tile(np.arange(25), 40))
    private = chunk.tally.values["private_arsenal"].reshape(40, 25)
    assert np.all(private == private[:, :1]), "what a world draws once holds for all its replicates"
    assert len(np.unique(private[:, 0])) == 40
    launches = chunk.tally.values["launches"].reshape(40, 25)
    assert np.all(launches.std(axis=1) > 0), "replicates differ by chance"


# --- replay ------------------------------------------------------------------------


@pytest.mark.parametrize("doctrine", ["settle", "idle"])
@pytest.mark.parametrize("k", SAMPLE)
def test_replay_is_the_future_that_the_run_counted(harbour: Harbour, doctrine: str, k: int):
    months, row = harbour.future(doctrine, k), harbour.chunk(doctrine).tally.values
    assert len(months.log_prob) == SMALL.months
    for outcome in OUTCOMES:
        if outcome.timing is Timing.START:
            continue  # before the first month: no month of the replay shows it
        counted, replayed = float(row[outcome.name][k]), recount(outcome, months)
        if outcome.dtype == "float32":
            np.testing.assert_allclose(
                counted, replayed, rtol=2e-4, atol=2e-4, err_msg=outcome.name
            )
        else:
            assert counted == replayed, outcome.name


def test_replay_refuses_a_future_that_is_not_there(harbour: Harbour):
    for k in (-1, SMALL.futures):
        with pytest.raises(IndexError, match=f"received {k}"):
            harbour.ensemble.future(harbour.settings("idle"), SMALL, k)


@pytest.mark.slow
def test_paths_end_where_the_tally_ends(harbour: Harbour):
    (chunk,) = harbour.ensemble.chunks(harbour.settings("settle"), SMALL, paths=True)
    for outcome in OUTCOMES:
        if not outcome.track:
            assert outcome.name not in chunk.paths
            continue
        path, value = chunk.paths[outcome.name], chunk.tally.values[outcome.name]
        assert path.shape == (SMALL.months, SMALL.futures)
        months = {
            Timing.HORIZON: path[-1],
            Timing.SUM: path.sum(0),
            Timing.MEAN: path.mean(0),
            Timing.PEAK: path.max(0),
        }
        np.testing.assert_allclose(months[outcome.timing], value, rtol=1e-4, atol=1e-4)


# --- forks -------------------------------------------------------------------------


def test_fork_is_identical_before_and_different_after(harbour: Harbour):
    start, at = int(harbour.pack.situation.start), 9
    fork = Fork(jnp.int32(start + at), harbour.doctrines["idle"].settings)
    settings, different = harbour.settings("settle"), []
    for k in SAMPLE:
        base = harbour.future("settle", k)
        forked = harbour.ensemble.future(settings, SMALL, k, fork=fork)
        before = [jax.tree.map(lambda x: x[:at], months) for months in (base, forked)]
        assert same_bytes(*before), f"future {k} changed before month {at}"
        after = [jax.tree.map(lambda x: x[at:], m.world) for m in (base, forked)]
        different.append(not same_bytes(*after))
    assert np.mean(different) > 0.5


def test_fork_from_the_first_month_is_the_other_doctrine(harbour: Harbour):
    fork = Fork(harbour.pack.situation.start, harbour.doctrines["idle"].settings)
    forked = harbour.ensemble.future(harbour.settings("settle"), SMALL, 26, fork=fork)
    assert same_bytes(forked, harbour.future("idle", 26))


# --- common luck -------------------------------------------------------------------


def paired(harbour: Harbour, name: str) -> tuple[np.ndarray, np.ndarray]:
    """An outcome under both doctrines. [world, replicate]"""
    settle, idle = (np.asarray(harbour.chunk(d).tally.values[name]) for d in ("settle", "idle"))
    return settle.astype(np.float64).reshape(40, 25), idle.astype(np.float64).reshape(40, 25)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


@pytest.mark.parametrize("name", ["launches", "icbm_readiness", "nuclear_tests"])
def test_doctrines_meet_the_same_futures(harbour: Harbour, name: str):
    """Paired by world and replicate, outcomes go together; shuffled, they don't."""
    settle, idle = paired(harbour, name)
    noise, rng = 1 / np.sqrt(settle.size), np.random.default_rng(1)
    together = correlation(settle, idle)
    shuffled = [correlation(settle, rng.permutation(idle.ravel())) for _ in range(20)]
    assert together > 4 * noise
    assert together > max(shuffled)


@pytest.mark.parametrize("name", ["launches", "icbm_readiness"])
def test_doctrines_meet_the_same_luck(harbour: Harbour, name: str):
    """Within a world, a replicate's luck goes with its own, more than with another replicate's."""
    settle, idle = (v - v.mean(1, keepdims=True) for v in paired(harbour, name))
    noise = 1 / np.sqrt(settle.size)
    together = correlation(settle, idle)
    shifted = [correlation(settle, np.roll(idle, shift, axis=1)) for shift in range(1, 6)]
    assert together > 4 * noise
    assert together > max(shifted) + 3 * noise


def test_doctrines_meet_the_same_arsenal_where_nothing_was_signed(harbour: Harbour):
    """Deals decide what is built; without one, output has the same luck under either doctrine."""
    settle, idle = paired(harbour, "warheads")
    unsigned = ~harbour.chunk("settle").tally.values["agreement_signed"].reshape(40, 25)
    for name in ("settle", "idle"):  # a state that is at war or has dissolved builds nothing
        values = harbour.chunk(name).tally.values
        unsigned &= ~(values["war"] | (values["regime"] == Regime.COLLAPSE)).reshape(40, 25)
    assert unsigned.sum() > 50
    assert np.array_equal(settle[unsigned], idle[unsigned])
    shifted = np.roll(idle, 1, axis=1)
    assert np.mean(settle[unsigned] == shifted[unsigned]) < 0.05


# --- failing worlds -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "field", "value", "said"),
    [
        ("observation", "noise", np.nan, "observation.warheads not finite"),
        ("state", "economy.output", np.inf, "economy.output not finite"),
    ],
)
def test_a_failing_world_becomes_a_row(
    harbour: Harbour,
    monkeypatch: pytest.MonkeyPatch,
    section: str,
    field: str,
    value: float,
    said: str,
):
    row = [(s, leaf.name) for s, leaf, _ in rows(POLICIES)].index((section, field))
    drawn, sick = harbour.ensemble._draw, 7
    monkeypatch.setattr(
        harbour.ensemble, "_draw", lambda priors, luck: drawn(priors, luck).at[row, sick].set(value)
    )
    (chunk,) = rerun(harbour, "settle", SMALL)
    good, base = np.arange(SMALL.futures) != sick, harbour.chunk("settle").tally
    assert list(np.flatnonzero(chunk.tally.status.code)) == [sick]
    for name, values in chunk.tally.values.items():
        assert values[good].tobytes() == base.values[name][good].tobytes(), name
    table = outcome_table("settle", chunk)
    status = table.column("status").to_pylist()
    assert set(np.asarray(status)[good]) == {"ok"}
    assert said in status[sick]
    assert month_text(int(harbour.pack.situation.start)) in status[sick]
    assert table.column("warheads")[sick].as_py() is None


# --- tables --------------------------------------------------------------------------


def test_tables_keep_their_null_rules(harbour: Harbour):
    table = outcome_table("settle", harbour.chunk("settle")).to_pandas()
    assert 0.2 < table.agreement_signed.mean() < 0.95, "harbour is made so that deals come and go"
    assert np.array_equal(table.agreement_kept.isna(), ~table.agreement_signed.astype(bool))
    assert np.array_equal(table.broken_by.isna(), ~table.agreement_signed.astype(bool))
    idle = outcome_table("idle", harbour.chunk("idle")).to_pandas()
    assert not idle.agreement_signed.any()
    assert idle.relief_musd.sum() == 0
    assert (table.status == "ok").all()


# --- compilation --------------------------------------------------------------------


def test_doctrines_share_one_compiled_program(harbour: Harbour):
    """Doctrines, seeds and luck are data: another of them traces nothing anew."""
    harbour.chunk("settle")
    jax.config.update("jax_no_tracing", True)
    try:
        for _ in harbour.ensemble.chunks(harbour.settings("idle"), SMALL._replace(seed=99)):
            pass
        with pytest.raises(RuntimeError):
            jax.jit(lambda x: x + 1)(1)
    finally:
        jax.config.update("jax_no_tracing", False)


# --- levers -------------------------------------------------------------------------


NEEDED = {
    "stage_months": {"stages": jnp.float32(3)},
    "trigger": {"responds_to": jnp.int32(Cue.LOYALTY)},
    "cool_off": {"walk_out": jnp.float32(2)},
}
"""Settings that matter only under another: what that other is set to."""


@pytest.mark.parametrize("leaf", leaves(doctrine.Settings), ids=lambda leaf: leaf.name)
def test_every_setting_of_a_doctrine_is_connected(harbour: Harbour, leaf: Leaf):
    """Moved from one end to the other, a lever changes some outcome of some future."""
    settings = harbour.settings("settle")
    settings["guarantor"] = settings["guarantor"]._replace(**NEEDED.get(leaf.name, {}))
    index = leaves(doctrine.Settings).index(leaf)

    def outcomes(value: float):
        levers, shape = jax.tree.flatten(settings["guarantor"])
        levers[index] = jnp.asarray(value, leaf.dtype)
        moved = settings | {"guarantor": jax.tree.unflatten(shape, levers)}
        (chunk,) = harbour.ensemble.chunks(moved, SMALL)
        return chunk.tally.values

    low, high = outcomes(leaf.quantity.low), outcomes(leaf.quantity.high)
    assert any(not np.array_equal(low[name], high[name]) for name in low)
