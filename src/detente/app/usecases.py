"""What people ask for, composed from the parts: tell a story, brief. Commands and pages call these."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from detente.app.changes import Value
from detente.app.report import story
from detente.app.wiring import POLICIES, cast
from detente.domain.outcomes import OUTCOMES
from detente.engine.ensemble import Chunk, Design, Ensemble
from detente.engine.month import Month
from detente.engine.store import outcome_table
from detente.scenarios.binding import Doctrine, Pack, load_doctrine, load_pack
from detente.scenarios.variants import vary_pack

Progress = Callable[[str, int], None]
"""Told what has been done: a doctrine's name and the number of futures finished under it."""


@dataclass(frozen=True)
class Request:
    """A run as it was asked for. `changes` fixes numbers of the situation, by name."""

    scenario: str
    policies: tuple[str, ...]
    worlds: int
    replicates: int
    years: int | None
    seed: int
    changes: Mapping[str, Value] = field(default_factory=dict)


class Session:
    """A request made ready: files read and checked, the ensemble bound, nothing run yet."""

    def __init__(self, request: Request):
        """Read the pack and the doctrines.

        Raises:
            InvalidFileError: with everything that is wrong in them.
            ValueError: if sizes or names make no run.
        """
        if not request.policies:
            raise ValueError("a run has at least one policy: give --policy NAME, once for each")
        pack = load_pack(request.scenario, POLICIES)
        self.pack: Pack = vary_pack(pack, POLICIES, request.changes)
        self.doctrines: list[Doctrine] = [load_doctrine(p, POLICIES) for p in request.policies]
        names = [doctrine.name for doctrine in self.doctrines]
        if len(set(names)) < len(names):
            raise ValueError(f"each policy is run once: received {', '.join(names)}")
        years = request.years or self.pack.head.years
        self.design = Design(request.worlds, request.replicates, 12 * years, request.seed)
        self.request = request
        casts = {doctrine.policy: cast(doctrine.policy) for doctrine in self.doctrines}
        self.idle = set[str].intersection(*(who.idle for who in casts.values()))
        for key in request.changes:
            if (table := key.partition(".")[0]) in self.idle:
                raise ValueError(
                    f"--set {key}: nobody in this run decides by the table {table}; leave it out"
                )
        self._ensembles = {kind: Ensemble(self.pack.situation, who) for kind, who in casts.items()}

    def settings(self, doctrine: Doctrine) -> dict[str, Any]:
        """Settings by role under a doctrine; the others have nothing to be set."""
        return cast(doctrine.policy).settings(guarantor=doctrine.settings)

    def ensemble(self, doctrine: Doctrine) -> Ensemble:
        """The situation with whoever decides under a doctrine."""
        return self._ensembles[doctrine.policy]

    def drawn(self) -> np.ndarray:
        """What every world draws, whoever decides: [world, row]."""
        return self.ensemble(self.doctrines[0]).drawn(self.design)

    def chunks(
        self, doctrine: Doctrine, *, paths: bool = False, numbers: Iterable[int] | None = None
    ) -> Iterator[Chunk]:
        """Run the futures of one doctrine, or some chunks of them."""
        return self.ensemble(doctrine).chunks(
            self.settings(doctrine), self.design, paths=paths, numbers=numbers
        )

    def table(self, doctrine: Doctrine, chunk: Chunk) -> pa.Table:
        """The outcomes of a chunk under a doctrine, its columns named as the pack names them."""
        return outcome_table(doctrine.name, chunk).rename_columns(self.pack.columns)

    def future(self, doctrine: Doctrine, k: int) -> Month:
        """Replay one future whole."""
        return self.ensemble(doctrine).future(self.settings(doctrine), self.design, k)


def tell(session: Session, doctrine: Doctrine, future: int) -> tuple[Month, list[str]]:
    """Replay one future, and tell it in lines of at most 80 columns.

    Raises:
        IndexError: if the session has no such future.
    """
    months = session.future(doctrine, future)
    return months, story.tell(months, session.pack.head, doctrine, future)


@dataclass(frozen=True)
class Results:
    """The outcomes of every policy, and the monthly paths of the tracked ones."""

    outcomes: dict[str, pa.Table]
    paths: dict[str, dict[str, np.ndarray]]


def simulate(session: Session, progress: Progress) -> Results:
    """Simulate every policy and keep outcomes and paths in memory, for a briefing.

    Outcomes: one table a policy, rows in the order of futures. Paths: by policy and outcome, [month, future].
    """
    outcomes, paths = {}, {}
    for doctrine in session.doctrines:
        tables, tracks = [], []
        for chunk in session.chunks(doctrine, paths=True):
            tables.append(session.table(doctrine, chunk))
            tracks.append(chunk.paths)
            progress(doctrine.name, len(chunk.world))
        outcomes[doctrine.name] = pa.concat_tables(tables)
        tracked = [outcome.name for outcome in OUTCOMES if outcome.track]
        paths[doctrine.name] = {n: np.concatenate([t[n] for t in tracks], axis=1) for n in tracked}
    return Results(outcomes, paths)
