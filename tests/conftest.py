"""What every test shares: strict promotion, and the harbour crisis compiled once a session."""

import os
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import jax
import pytest
from hypothesis import HealthCheck, Phase, settings

from detente.app.wiring import BY_DOCTRINE, POLICIES
from detente.engine.ensemble import Chunk, Design, Ensemble
from detente.engine.month import Month
from detente.scenarios.binding import Doctrine, Pack, load_doctrine, load_pack
from tests.marching import March

jax.config.update("jax_numpy_dtype_promotion", "strict")

# Tests bind the same program many times over; each is compiled once a session, and nothing is left behind.
PROGRAMS = TemporaryDirectory(prefix="detente-programs-")
jax.config.update("jax_compilation_cache_dir", PROGRAMS.name)
jax.config.update("jax_persistent_cache_min_compile_time_secs", 2.0)
# As for processes that tests start: one that never evicts leaves entries that the others can't date.
jax.config.update(
    "jax_compilation_cache_max_size", int(os.environ["JAX_COMPILATION_CACHE_MAX_SIZE"])
)
os.environ["JAX_COMPILATION_CACHE_DIR"] = PROGRAMS.name  # for processes that tests start
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "2"

settings.register_profile(
    "house",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # shrinking hundreds of numbers takes minutes
)
settings.load_profile("house")

PACKS = Path(__file__).parent / "packs"

SMALL = Design(worlds=40, replicates=25, months=36, seed=7)
"""One chunk of 1,008, eight of them padding."""


class Harbour:
    """The harbour crisis under its two doctrines. What a test asks for is run once and kept."""

    def __init__(self):
        self.pack: Pack = load_pack(str(PACKS / "harbour"), POLICIES)
        self.doctrines: dict[str, Doctrine] = {
            name: load_doctrine(str(PACKS / f"{name}.toml"), POLICIES)
            for name in ("settle", "idle")
        }
        self._chunks: dict[str, Chunk] = {}
        self._futures: dict[tuple[str, int], Month] = {}

    @cached_property
    def ensemble(self) -> Ensemble:
        return Ensemble(self.pack.situation, BY_DOCTRINE)

    def settings(self, doctrine: str) -> dict:
        return BY_DOCTRINE.settings(guarantor=self.doctrines[doctrine].settings)

    def chunk(self, doctrine: str) -> Chunk:
        """The one chunk of the small design."""
        if doctrine not in self._chunks:
            (self._chunks[doctrine],) = self.ensemble.chunks(self.settings(doctrine), SMALL)
        return self._chunks[doctrine]

    def future(self, doctrine: str, k: int) -> Month:
        """One future of the small design, whole."""
        if (doctrine, k) not in self._futures:
            replay = self.ensemble.future(self.settings(doctrine), SMALL, k)
            self._futures[doctrine, k] = replay
        return self._futures[doctrine, k]


@pytest.fixture(scope="session")
def harbour() -> Harbour:
    return Harbour()


@pytest.fixture(scope="session")
def small() -> Design:
    return SMALL


@pytest.fixture(scope="session")
def march(harbour: Harbour) -> March:
    return March(harbour.pack, harbour.settings("settle"))
