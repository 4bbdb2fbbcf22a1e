"""One future, month by month."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

from benchmarks.subset.plain.draws import Draws, Luck, counted_luck, own_luck
from benchmarks.subset.plain.mechanisms import Arsenal, Economy, Sanctions, Testing
from benchmarks.subset.plain.policies import Challenger, Guarantor, Patron, World
from benchmarks.subset.serve import inputs

PATRONS = range(2)


class Future:
    """Who acts, what moves, and what is counted."""

    u: Draws
    z: Draws

    def __init__(self, w: World, shared: Mapping[str, Any], luck: Luck):
        self.month, self.luck, self.months = shared["start"] - 1, luck, shared["months"]
        self.guarantor, self.challenger = Guarantor(w, shared), Challenger(w, shared)
        self.patrons = [Patron(w, i) for i in PATRONS]
        self.arsenal, self.testing = Arsenal(w), Testing(w, shared)
        self.economy, self.sanctions = Economy(w, shared), Sanctions(w)
        self.launched = self.tests = 0
        self.revenue = self.traded = self.hubs = self.pressed = 0.0

    def open(self) -> None:
        """Begin a month: its number and its luck."""
        self.month += 1
        self.u, self.z = self.luck(self.month)

    def act_guarantor(self) -> None:
        self.guarantor.act(self.u, self.testing)

    def act_challenger(self) -> None:
        self.challenger.act(self.u, self.month, self.arsenal, self.economy)

    def act_patron(self, i: int) -> None:
        tested = self.challenger.nuclear_test or self.testing.nuclear_tests > 0
        self.patrons[i].act(self.u, self.guarantor.pressure, tested, self.sanctions)

    def move(self) -> None:
        """Move the mechanisms, each from what the others were as the month opened, and count."""
        u, z, ours, theirs = self.u, self.z, self.guarantor, self.challenger
        arsenal, testing = self.arsenal, self.testing
        economy, sanctions = self.economy, self.sanctions
        economy.step(u, z, self.month, theirs, arsenal, sanctions)
        sanctions.step(u, ours, theirs, self.patrons, testing)
        launches = testing.draw(u, self.month, ours, theirs, arsenal)
        arsenal.step(z, testing)
        testing.step(launches, theirs.nuclear_test)
        self.launched += sum(launches)
        self.tests += testing.nuclear_tests
        self.revenue += economy.licit + economy.cyber + economy.arms
        self.traded += economy.trade[0] + economy.trade[1]
        self.hubs += economy.hubs
        self.pressed += sanctions.effective

    def outcomes(self) -> dict[str, float]:
        """What is kept of a future at its end."""
        return {
            "warheads": self.arsenal.warheads,
            "fissile_kg": self.arsenal.plutonium + self.arsenal.heu,
            "icbm_readiness": self.arsenal.readiness[2],
            "launches": self.launched,
            "nuclear_tests": self.tests,
            "output": self.economy.output,
            "revenue_musd": self.revenue / self.months,
            "patron_trade_musd": self.traded / self.months,
            "hub_share": self.hubs / self.months,
            "effective_sanctions": self.pressed / self.months,
        }


def simulate(future: Future) -> dict[str, float]:
    """Take a future through its months."""
    for _ in range(future.months):
        future.open()
        future.act_guarantor()
        future.act_challenger()
        for i in PATRONS:
            future.act_patron(i)
        future.move()
    return future.outcomes()


@cache
def worlds() -> list[World]:
    """The table of worlds, one after another. Made once a process."""
    given = inputs()

    def one(at: int) -> World:
        sections: dict[str, dict[str, Any]] = defaultdict(dict)
        for name, column in given["worlds"].items():
            section, _, field = name.rpartition(".")
            many = isinstance(column[0], list)
            sections[section][field] = [row[at] for row in column] if many else column[at]
        return {section: SimpleNamespace(**fields) for section, fields in sections.items()}

    return [one(at) for at in range(given["shared"]["worlds"])]


def begin(k: int, counted: bool) -> Future:
    """Future k at its start: replicates of a world follow each other, and worlds come round again.

    Args:
        k: its number.
        counted: under Détente's own luck, and not that of Python's generator.
    """
    shared = inputs()["shared"]
    world, replicate = divmod(k, shared["replicates"])
    luck = counted_luck(shared, world, replicate) if counted else own_luck(k)
    return Future(worlds()[world % shared["worlds"]], shared, luck)
