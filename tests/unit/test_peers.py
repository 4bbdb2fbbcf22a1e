"""The ports that the engine is raced against compute what it computes, under the same luck."""

import json

import jax.numpy as jnp
import numpy as np
import pytest

from benchmarks import _page
from benchmarks.peers import SHARE, agreement
from benchmarks.subset import engine, luck, serve
from benchmarks.subset.plain import future
from benchmarks.subset.vectors import chunk
from detente.engine.ensemble import CHUNK
from detente.engine.luck import Layout, Luck, seed_words

SEED, MONTH = 2**40 + 7, 24301


def test_luck_by_counter_is_the_engines():
    layout = Layout.of(engine.SITES)
    where = Luck(jnp.asarray(seed_words(SEED)), jnp.int32(3), jnp.int32(5))
    ours = layout.uniforms(where, jnp.int32(MONTH))
    given = {
        "counters": layout.counters,
        "slices": {site: at for site, (at, _) in layout.slices.items()},
    }
    theirs = luck.block(given, seed_words(SEED).tolist(), 3, 5, MONTH)
    sites = luck.UNIFORM + luck.NORMAL
    assert np.allclose(
        luck.pick(given, theirs, sites), [u for s, _ in sites for u in ours[s].ravel()]
    )


def test_agreement_counts_futures_in_which_every_outcome_is_close():
    ours = {"a": [1.0, 2.0, 3.0], "b": [0.0, 0.0, 5.0]}
    assert agreement(ours, {"a": [1.0, 2.0, 3.0], "b": [0.0, 0.1, 5.0001]}) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="outcomes differ"):
        agreement(ours, {"a": [1.0, 2.0, 3.0]})


def test_a_section_takes_the_place_of_the_last_one(tmp_path, monkeypatch):
    monkeypatch.setattr(_page, "PAGE", tmp_path / "benchmarks.md")
    for name, text in (("one", "old"), ("two", "other"), ("one", "new")):
        _page.write_section(name, name.title(), text)
    page = _page.PAGE.read_text(encoding="utf-8")
    assert page.index("new") < page.index("other")
    assert "old" not in page
    assert page.count("## One") == 1


@pytest.mark.slow
def test_ports_compute_what_the_engine_computes(tmp_path, monkeypatch):
    made = engine.Engine(months=24)
    (tmp_path / "inputs.json").write_text(json.dumps(made.inputs()), encoding="utf-8")
    monkeypatch.setenv(serve.FOLDER, str(tmp_path))
    ours = {name: values.tolist() for name, values in made.chunk(0).items()}
    theirs = chunk.simulate(0, CHUNK, counted=True)
    assert agreement(ours, {name: values.tolist() for name, values in theirs.items()}) > SHARE
    plain = [future.simulate(future.begin(k, counted=True)) for k in range(64)]
    assert agreement(ours, {name: [f[name] for f in plain] for name in ours}) > SHARE
