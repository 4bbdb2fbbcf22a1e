"""One compiled program a pack for every published pattern and every doctrine."""

import pytest

from detente.app.patterns.korea import Korea


@pytest.fixture(scope="session")
def korea() -> Korea:
    return Korea()
