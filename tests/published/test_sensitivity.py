"""Nothing that matters is undocumented, and a screening finds what is known to matter."""

import re
from pathlib import Path

import numpy as np
import pytest

from detente.app.wiring import BY_DOCTRINE, POLICIES
from detente.decision.sensitivity import HEADLINES, Screen, screen, uncertain
from detente.scenarios.binding import load_pack
from tests.conftest import Harbour

PAGE = Path(__file__).parents[2] / "docs" / "sensitivity.md"


def test_the_two_hundred_that_matter_most_have_a_prior_and_sources():
    pack = load_pack("korea-2025", POLICIES)
    known = uncertain(pack, BY_DOCTRINE)
    listed = re.findall(r"^\| \d+ \| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert len(listed) == len(set(listed)) == 200
    for name in listed:
        assert name in known, f"{name} is no uncertain number of the pack: run `make sensitivity`"
        assert set(pack.numbers[name].source) <= set(pack.sources) | {"judgement"}
        assert pack.numbers[name].source, name


@pytest.mark.slow
def test_a_screening_finds_what_is_known_to_matter(harbour: Harbour):
    """Warheads at the start decide warheads at the end; how a customs record is smoothed decides nothing."""
    numbers = [n for n in uncertain(harbour.pack, BY_DOCTRINE) if n.startswith("state.arsenal")]
    size = Screen(trajectories=3, futures=2, months=12, seed=1)
    found = screen(harbour.pack, BY_DOCTRINE, harbour.settings("settle"), size, numbers)
    warheads = HEADLINES.index("warheads")
    at = found.numbers.index("state.arsenal.warheads")
    assert found.numbers == tuple(numbers)
    assert np.argmax(found.size[:, warheads]) == at
    assert found.mean[at, warheads] > 0
    again = screen(harbour.pack, BY_DOCTRINE, harbour.settings("settle"), size, numbers)
    assert np.array_equal(found.size, again.size)
