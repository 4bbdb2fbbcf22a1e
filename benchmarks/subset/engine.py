"""The part of the model in Détente: its own laws, moves, policies, luck, lanes and records, and a shorter month."""

import json
import os
from collections.abc import Mapping
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pyarrow as pa

from benchmarks.subset.luck import NORMAL, UNIFORM
from benchmarks.subset.serve import MONTHS, folder, pinned, rate, serve, spread
from detente.app.usecases import Request, Session
from detente.app.wiring import BY_DOCTRINE
from detente.domain.actions import Actions, ChallengerMove, GuarantorMove
from detente.domain.axes import Rung
from detente.domain.distributions import Each
from detente.domain.quantity import zeros
from detente.domain.world import World
from detente.engine.deep import Situation, opening, rows
from detente.engine.ensemble import CHUNK
from detente.engine.lanes import BATCH, lanes
from detente.engine.luck import LANES, Layout, Luck, seed_words
from detente.engine.month import MECHANISMS, Month, Nature, sites
from detente.engine.record import begin, tally
from detente.engine.rollout import batched
from detente.engine.store import encode
from detente.mechanisms import observation

POLICIES = BY_DOCTRINE.policies
SCENARIO, DOCTRINE = "korea-2025", "verified-freeze"
WORLDS, REPLICATES, SEED = 1024, 8, 0
MOVING = ("arsenal", "testing", "economy", "sanctions")
OUTCOMES = (
    "warheads",
    "fissile_kg",
    "icbm_readiness",
    "launches",
    "nuclear_tests",
    "output",
    "revenue_musd",
    "patron_trade_musd",
    "hub_share",
    "effective_sanctions",
)
LEFT_OUT = (
    "state.diplomacy.slots.in_force",
    "state.crisis.provoked",
    "state.transition.regime",
    "state.testing.pledged",
)
DATES = ("inauguration", "term", "exercises", "harvest", "closure", "food_shock")
SITES = {
    owner: {
        site: shape
        for site, shape in of_owner.items()
        if f"{owner}.{site}" in dict(UNIFORM + NORMAL)
    }
    for owner, of_owner in sites(POLICIES).items()
    if owner in {site.partition(".")[0] for site, _ in UNIFORM + NORMAL}
}
"""The sites of a full month that are drawn here."""


class Moving(NamedTuple):
    """What changes from month to month: records by name, and what the guarantor remembers."""

    records: dict[str, Any]
    memory: Any


def month(
    now: Any, moving: Moving, still: World, nature: Nature, luck: Luck
) -> tuple[Moving, Month]:
    """One month of one world."""
    uniforms, frame = Layout.of(SITES).uniforms(luck, now), nature.frame
    world = still._replace(month=now, **moving.records)
    wants = world.offices

    def resolve(owner: str, law: Mapping[str, Any]) -> dict[str, Any]:
        return {site: law[site].quantile(uniforms[f"{owner}.{site}"]) for site in SITES[owner]}

    def act(role: str, view: Any, private: Any, memory: Any) -> tuple[dict[str, Any], Any]:
        seat = nature.seats[role]
        return POLICIES[role].act(view, private, memory, seat.settings, seat.params)

    actions = zeros(Actions)
    view = observation.guarantor_view(world, frame)
    law, memory = act("guarantor", view, wants.guarantor, moving.memory)
    ours = zeros(GuarantorMove)._replace(**resolve("guarantor", law))
    view = observation.challenger_view(world, ours, actions.allies, frame)
    law, _ = act("challenger", view, wants.challenger, POLICIES["challenger"].start())
    theirs = zeros(ChallengerMove)._replace(**resolve("challenger", law))
    actions = actions._replace(guarantor=ours, challenger=theirs)
    views, none = observation.patron_views(world, actions), POLICIES["patrons"].start()
    laws, _ = jax.vmap(partial(act, "patrons", memory=none))(views, wants.patrons)
    moves = resolve("patrons", {site: Each(law) for site, law in laws.items()})
    actions = actions._replace(patrons=actions.patrons._replace(**moves))

    moved = {}
    for name in MOVING:
        mechanism, params = MECHANISMS[name], nature.params[name]
        draws = resolve(name, mechanism.law(world, actions, params, frame))
        moved[name] = mechanism.step(draws, world, actions, params, frame)
    after = Month(world._replace(**moved), actions, {}, {}, jnp.float32(0.0), jnp.float32(0.0))
    return Moving(moved, memory), after


def chunk(
    situation: Situation, settings: Any, values: Any, luck: Luck, *, months: int
) -> dict[str, Any]:
    """Take a chunk of futures through their months: outcomes by name, [future]."""
    state, nature = opening(situation, values, settings, luck, BY_DOCTRINE)
    many = lanes(month, (None, BATCH, BATCH, batched(POLICIES), LANES))

    def body(carry: Any, now: Any) -> tuple[Any, None]:
        moving, kept = carry
        moving, after = many(now, moving, state.world, nature, luck)
        return (moving, tally(kept, after)[0]), None

    records = {name: getattr(state.world, name) for name in MOVING}
    first = Moving(records, state.memory["guarantor"]), begin(state.world)
    nows = situation.start + jnp.arange(months, dtype=jnp.int32)
    (_, kept), _ = jax.lax.scan(body, first, nows)
    return {name: kept.values[name] for name in OUTCOMES}


class Engine:
    """The part of the model, compiled for the chunks of one table of worlds."""

    def __init__(self, months: int):
        """Read the pack and draw the worlds."""
        session = Session(Request(SCENARIO, (DOCTRINE,), WORLDS, REPLICATES, None, SEED))
        (self.doctrine,) = session.doctrines
        self.months, self.settings = months, session.settings(self.doctrine)
        self.situation = session.ensemble(self.doctrine).situation._replace(priors=None)
        self.values = session.drawn().T
        self.run = jax.jit(partial(chunk, months=months))

    def chunk(self, number: int) -> dict[str, np.ndarray]:
        """Outcomes of a chunk of futures, by name: [future]."""
        world, replicate = np.divmod(np.arange(number * CHUNK, (number + 1) * CHUNK), REPLICATES)
        luck = Luck(
            jnp.asarray(seed_words(SEED)),
            jnp.asarray(world, jnp.int32),
            jnp.asarray(replicate, jnp.int32),
        )
        return jax.device_get(
            self.run(self.situation, self.settings, self.values[:, world % WORLDS], luck)
        )

    def inputs(self) -> dict[str, Any]:
        """What the peers are given: numbers of worlds by name, what all futures share, and the layout of luck.

        Raises:
            ValueError: if the situation has what the ports leave out.
        """
        worlds: dict[str, list[Any]] = {}
        read = {"state": "state"} | {name: name for name in MOVING}
        read |= {name: role for role, name in BY_DOCTRINE.sits.items() if role in SITES}
        for (section, leaf, _), row in zip(rows(BY_DOCTRINE.known), self.values, strict=True):
            if section in read:
                worlds.setdefault(f"{read[section]}.{leaf.name}", []).append(row.tolist())
        worlds |= {
            f"state.offices.challenger.{name}": [column.tolist()]
            for name, column in self._private()._asdict().items()
        }
        for name in LEFT_OUT:
            if np.any(worlds[name]):
                raise ValueError(f"the ports leave out {name}, which is not zero in this situation")
        if np.any(np.asarray(worlds["state.crisis.rung"]) >= Rung.CLASH):
            raise ValueError("the ports leave out a clash, which this situation begins with")
        return {
            "shared": self._shared(),
            "worlds": {n: c if len(c) > 1 else c[0] for n, c in worlds.items()},
        }

    def _private(self) -> Any:
        """The challenger's preferences in each world, drawn apart from the table."""
        world = jnp.arange(WORLDS, dtype=jnp.int32)
        luck = Luck(jnp.asarray(seed_words(SEED)), world, world)
        settled = jax.jit(partial(opening, cast=BY_DOCTRINE))
        state, _ = settled(self.situation, self.values, self.settings, luck)
        return jax.device_get(state.world.offices.challenger)

    def _shared(self) -> dict[str, Any]:
        """Sizes, dates, levels of the doctrine, and the layout of luck."""
        dates, layout = self.situation.frame.calendar._asdict(), Layout.of(SITES)
        return {
            "months": self.months,
            "start": int(self.situation.start),
            "worlds": WORLDS,
            "replicates": REPLICATES,
            "key": seed_words(SEED).tolist(),
            "layout": {
                "counters": layout.counters,
                "slices": {site: at for site, (at, _) in layout.slices.items()},
            },
            "settings": {
                n: v.tolist() for n, v in self.doctrine.settings._asdict().items() if n != "terms"
            },
            **{n: dates[n].tolist() for n in DATES},
        }


@cache
def engine() -> Engine:
    """The compiled part, once a process."""
    return Engine(MONTHS)


def simulate(number: int) -> dict[str, np.ndarray]:
    """Outcomes of a chunk, by name: [future]."""
    return engine().chunk(number)


def write(number: int) -> None:
    """Simulate a chunk, and write its outcomes as a run of Détente does."""
    outcomes = simulate(number)
    outcomes["future"] = np.arange(number * CHUNK, (number + 1) * CHUNK)
    path = folder() / f"engine-{number:06d}.parquet"
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(encode(pa.table(outcomes)))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def main() -> None:
    """Make the inputs for everybody, then serve."""
    (folder() / "inputs.json").write_text(json.dumps(engine().inputs()))
    executors = pinned()
    list(spread(executors, write, range(len(executors))))

    def run(futures: int) -> float:
        chunks = range(-(-futures // CHUNK))
        return rate(len(chunks) * CHUNK, lambda: list(spread(executors, write, chunks)))

    def check(futures: int) -> dict[str, list[float]]:
        parts = list(spread(executors, simulate, range(-(-futures // CHUNK))))
        return {n: np.concatenate([part[n] for part in parts])[:futures].tolist() for n in OUTCOMES}

    about = {"jax": jax.__version__, "futures in a chunk": f"{CHUNK:,}"}
    serve(about, {"run": run, "check": check})


if __name__ == "__main__":
    main()
