"""Float32 is enough: futures in float64 under the same luck are the same but for rounding."""

import pytest

from benchmarks.precision import gap
from tests.conftest import PACKS


@pytest.mark.slow
def test_float32_agrees_with_float64():
    found = gap(str(PACKS / "harbour"), str(PACKS / "settle.toml"), worlds=63, years=3)
    assert found.futures == 1008
    assert found.same > 0.99
    assert found.most < 1e-3
    assert found.means < 0.1
