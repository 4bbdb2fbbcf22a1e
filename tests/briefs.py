"""Briefings of the harbour crisis without a simulation: a session, and results made of numpy alone."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from detente.app.usecases import Request, Results, Session
from detente.domain.outcomes import OUTCOMES
from detente.domain.private import Preferences

PACKS = Path(__file__).parent / "packs"
BOTH = ("settle", "idle")


def session(policies=BOTH, worlds=12, replicates=5, changes=None) -> Session:
    files = tuple(str(PACKS / f"{name}.toml") for name in policies)
    request = Request(str(PACKS / "harbour"), files, worlds, replicates, 2, 7, changes or {})
    return Session(request)


def fake(session: Session, failing: int = 0) -> Results:
    """Results made of numpy alone, with the columns and paths of a run; nothing is simulated."""
    outcomes, paths = {}, {}
    for order, doctrine in enumerate(session.doctrines):
        outcomes[doctrine.name] = table(session, doctrine.name, order, failing)
        rng = np.random.default_rng(order)
        shape = (session.design.months, session.design.futures)
        paths[doctrine.name] = {o.name: track(rng, o.unit, shape) for o in OUTCOMES if o.track}
    return Results(outcomes, paths)


def track(rng: np.random.Generator, unit: str, shape: tuple[int, int]) -> np.ndarray:
    if unit == "month":
        return (rng.random(shape) < 0.3).astype(np.float32)
    return (20 + np.cumsum(rng.gamma(1.0, 0.3, shape), axis=0)).astype(np.float32)


def table(session: Session, name: str, order: int, failing: int) -> pa.Table:
    rng = np.random.default_rng(100)  # the same luck for every policy
    n, design = session.design.futures, session.design
    world = np.arange(n) // design.replicates
    deep, chance = rng.normal(size=design.worlds)[world], rng.normal(size=n)
    intent = rng.integers(0, 3, design.worlds)[world]  # the fourth type is never drawn
    signed = deep + chance > (0.2 if order else 1.0)
    covert = rng.random(n) < 0.4
    failed = np.arange(n) < failing
    war = rng.random(n) < 0.2
    special = {
        "warheads": 50 + 4 * deep + 2 * chance - 6 * order,
        "agreement_signed": signed,
        "agreement_kept": signed & ~covert,
        "broken_by": np.where(covert, 1, 0),
        "intent": intent,
        "regime": np.where(war, 3, 0),
        "war": war,
        "deaths": np.where(war, 9e4 * np.exp(chance), 0.0),
        "peak_rung": np.where(war, 4, 1),
        "nuclear_tests": np.zeros(n),
        "relief_musd": np.where(signed, 1200 + 300 * chance, 0.0),
        "relief_during_breach_musd": np.where(signed & covert, 310 + 40 * chance, 0.0),
        **{f"private_{name}": deep for name in Preferences._fields},
    }
    columns = {
        "policy": pa.array([name] * n),
        "world": pa.array(world.astype(np.int64)),
        "replicate": pa.array((np.arange(n) % design.replicates).astype(np.int32)),
        "status": pa.array(np.where(failed, "arsenal.heu not finite in 1951-05", "ok").tolist()),
    }
    for outcome in OUTCOMES:
        values = special.get(outcome.name, rng.gamma(2.0, 3.0, n))
        null = failed | ~signed if outcome.only_if else failed
        column = session.pack.columns.get(outcome.name, outcome.name)
        if outcome.labels:
            codes = pa.array(values.astype(np.int32), mask=null)
            columns[column] = pa.DictionaryArray.from_arrays(codes, outcome.labels)
        else:
            columns[column] = pa.array(values.astype(outcome.dtype), mask=null)
    return pa.table(columns)
