"""Eight years under the priors: each test prints its figure."""

import pytest

from tests.published.expected import EXPECTED
from tests.published.korea import Korea
from tests.published.sanity import SANITY


@pytest.mark.parametrize("name", SANITY)
def test_sanity(name: str, korea: Korea, request: pytest.FixtureRequest):
    if name in EXPECTED:
        request.applymarker(pytest.mark.xfail(strict=True, reason=EXPECTED[name]))
    found = SANITY[name](korea)
    print(f"\n{name}: published {found.published}; model {found.model}")
    assert found.holds, found
