"""One compiled program for every published pattern and every doctrine."""

import pytest

from tests.published.korea import Korea


@pytest.fixture(scope="session")
def korea() -> Korea:
    return Korea()
