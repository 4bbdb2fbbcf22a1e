"""Futures side by side, month by month."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.subset.serve import inputs
from benchmarks.subset.vectors.mechanisms import Arsenal, Economy, Sanctions, Testing
from benchmarks.subset.vectors.policies import Challenger, Guarantor, Patrons
from benchmarks.subset.vectors.tools import Array, F, Luck, Room, Worlds, counted_luck, own_luck


class Chunk:
    """Who acts, what moves, and what is counted, of all futures of a chunk."""

    def __init__(self, w: Worlds, shared: Mapping[str, Any], futures: int):
        room = Room(futures)
        self.shared = shared
        self.guarantor, self.challenger = Guarantor(w, shared, room), Challenger(w, shared, room)
        self.patrons = Patrons(w, room)
        self.arsenal, self.testing = Arsenal(w, room), Testing(w, shared, room)
        self.economy, self.sanctions = Economy(w, shared, room), Sanctions(w, room)
        self.launched, self.tests, self.revenue, self.traded, self.hubs, self.pressed = np.zeros(
            (6, futures), F
        )

    def month(self, month: int, u: Array, z: Array) -> None:
        """One month of all futures, each mechanism from what the others were as it opened."""
        ours, theirs, patrons = self.guarantor, self.challenger, self.patrons
        arsenal, testing = self.arsenal, self.testing
        economy, sanctions = self.economy, self.sanctions
        ours.act(u, testing)
        theirs.act(u, month, arsenal, economy)
        patrons.act(u, ours, theirs, testing, sanctions)
        economy.step(u, z, month, theirs, arsenal, sanctions)
        sanctions.step(u, ours, theirs, patrons, testing)
        launches = testing.draw(u, month, ours, theirs, arsenal)
        arsenal.step(z, testing)
        testing.step(launches, theirs.tests)
        self.launched += testing.total
        self.tests += testing.nuclear_tests
        self.revenue += economy.revenue
        self.traded += economy.trade[0]
        self.traded += economy.trade[1]
        self.hubs += economy.hubs
        self.pressed += sanctions.effective

    def run(self, luck: Luck) -> dict[str, Array]:
        """Take the futures through their months: outcomes by name, [future]."""
        months, start = self.shared["months"], self.shared["start"]
        for month in range(start, start + months):
            self.month(month, *luck(month))
        return {
            "warheads": self.arsenal.warheads,
            "fissile_kg": self.arsenal.plutonium + self.arsenal.heu,
            "icbm_readiness": self.arsenal.readiness[2],
            "launches": self.launched.astype(np.int32),
            "nuclear_tests": self.tests.astype(np.int32),
            "output": 100 * np.exp(self.economy.log_output),
            "revenue_musd": self.revenue / F(months),
            "patron_trade_musd": self.traded / F(months),
            "hub_share": self.hubs / F(months),
            "effective_sanctions": self.pressed / F(months),
        }


@cache
def table() -> dict[str, Array]:
    """The worlds as arrays: [axis, world] or [world]. Made once a process."""
    return {name: np.array(column, F) for name, column in inputs()["worlds"].items()}


def begin(first: int, futures: int) -> Chunk:
    """Some futures from a first one on, at their start: worlds come round again."""
    shared = inputs()["shared"]
    at = np.arange(first, first + futures) // shared["replicates"] % shared["worlds"]
    sections: dict[str, dict[str, Array]] = defaultdict(dict)
    for name, column in table().items():
        section, _, field = name.rpartition(".")
        sections[section][field] = np.take(column, at, axis=-1)
    worlds = {section: SimpleNamespace(**fields) for section, fields in sections.items()}
    return Chunk(worlds, shared, futures)


def simulate(first: int, futures: int, counted: bool) -> dict[str, Array]:
    """Some futures from a first one on: outcomes by name, [future].

    Args:
        first: number of the first.
        futures: how many.
        counted: under Détente's own luck, and not that of NumPy's generator.
    """
    shared = inputs()["shared"]
    if not counted:
        return begin(first, futures).run(own_luck(first, futures))
    world, replicate = np.divmod(np.arange(first, first + futures), shared["replicates"])
    luck = counted_luck(shared, world.astype(np.uint64), replicate.astype(np.uint64))
    return begin(first, futures).run(luck)
