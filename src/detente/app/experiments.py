"""Claims put to the model: arms run once each by one compiled program, and compared future by future."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pyarrow as pa

from detente.app.wiring import BY_DOCTRINE
from detente.decision.comparison import Column, Futures, Kind, difference, read
from detente.domain.outcomes import OUTCOMES, Timing
from detente.engine.ensemble import Chunk, Design, Ensemble
from detente.engine.store import outcome_table
from detente.evidence.arms import Library, check
from detente.evidence.catalogue import Arm, Claim, Contrast
from detente.evidence.contrasts import Effect, Finding, examine


class Bench:
    """Runs arms, each once, and keeps the outcomes of their futures."""

    def __init__(
        self,
        library: Library,
        worlds: int,
        replicates: int,
        seed: int,
        progress: Callable[[], None] = lambda: None,
    ):
        """Start with nothing run.

        Args:
            library: binds arms.
            worlds: draws of what is deeply uncertain.
            replicates: futures of each world.
            seed: the same for every arm: all meet the same luck.
            progress: told after each arm.
        """
        self.library, self.progress = library, progress
        self.worlds, self.replicates, self.seed = worlds, replicates, seed
        self._ensemble: Ensemble | None = None
        self._futures: dict[tuple[str, Arm], Futures] = {}

    def run(self, contrast: Contrast, arm: Arm) -> Futures:
        """Run one arm, or give what it brought before."""
        key = contrast.scenario, arm
        if key not in self._futures:
            self._futures[key] = self._run(*key)
            self.progress()
        return self._futures[key]

    def _run(self, scenario: str, arm: Arm) -> Futures:
        pack, bound = self.library.pack(scenario), self.library.bind(scenario, arm)
        if self._ensemble is None:
            self._ensemble = Ensemble(bound.situation, BY_DOCTRINE)
        ensemble = self._ensemble.bound_to(bound.situation)
        settings = BY_DOCTRINE.settings(guarantor=bound.doctrine.settings)
        design = Design(self.worlds, self.replicates, 12 * pack.head.years, self.seed)
        chunks = list(ensemble.chunks(settings, design, paths=True))
        table = pa.concat_tables(outcome_table(arm.policy, chunk) for chunk in chunks)
        futures = read(table.rename_columns(pack.columns))
        columns = dict(futures.columns)
        for years in range(1, pack.head.years + 1):
            columns |= _after(years, chunks)
        return futures._replace(columns=columns)


def _after(years: int, chunks: list[Chunk]) -> dict[str, Column]:
    """Tracked outcomes as they stand after so many years."""
    failed = np.concatenate([chunk.tally.status.code > 0 for chunk in chunks])
    found = {}
    for outcome in OUTCOMES:
        if outcome.track and outcome.timing is Timing.HORIZON:
            values = np.concatenate([chunk.paths[outcome.name][12 * years - 1] for chunk in chunks])
            found[_named(outcome.name, years)] = Column(Kind.NUMBER, values.astype(float), ~failed)
    return found


def _named(outcome: str, years: int | None) -> str:
    return f"{outcome} after {years} years" if years else outcome


def compare(
    one: Futures,
    other: Futures,
    outcome: str,
    after: int | None,
    only: tuple[tuple[str, str], ...],
) -> Effect:
    """Compare two runs of the same futures in one outcome, worlds as clusters."""
    name = _named(outcome, after)
    one, other = (_kept(futures, only) for futures in (one, other))
    found = difference(one, other, name)
    a, b = one.column(name), other.column(name)
    both = np.isin(_keys(one), _keys(other)[b.defined]) & a.defined
    means = float(np.mean(a.values[both])) if found.n else np.nan
    return Effect(
        outcome=name,
        a=means,
        b=means - found.mean,
        difference=found.mean,
        low=found.interval.low if found.interval else None,
        high=found.interval.high if found.interval else None,
        n=found.n,
        worlds=found.worlds,
        higher=found.higher,
        lower=found.lower,
    )


def _kept(futures: Futures, only: tuple[tuple[str, str], ...]) -> Futures:
    """Keep the futures in which every named outcome has the named label."""
    for name, label in only:
        column = futures.column(name)
        futures = futures.where(column.defined & (column.values == column.labels.index(label)))
    return futures


def _keys(futures: Futures) -> np.ndarray:
    """One number for each future of a run."""
    return futures.world.astype(np.int64) << 32 | futures.replicate


def arms(claims: Iterable[Claim]) -> list[tuple[Contrast, Arm]]:
    """Every arm of the claims once, in the order in which they are run."""
    found = {}
    for claim in claims:
        for contrast in claim.contrasts:
            for arm in (contrast.a, contrast.b):
                found.setdefault((contrast.scenario, arm), (contrast, arm))
    return list(found.values())


def put(claims: list[Claim], bench: Bench) -> Iterator[tuple[Claim, list[Finding]]]:
    """Check claims, and run every contrast of each.

    Raises:
        InvalidFileError: before anything is run, with everything that is wrong in them.
    """
    check(claims, bench.library)
    for claim in claims:
        yield claim, list(examine(claim, bench.run, compare))
