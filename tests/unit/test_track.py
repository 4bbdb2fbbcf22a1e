"""How forecasts of the past have done, as a briefing tells it."""

from pathlib import Path

from detente.app.report.track import NAMES, track
from detente.app.wiring import POLICIES
from detente.history import targets
from detente.scenarios.binding import load_pack

HARBOUR = Path(__file__).parents[1] / "packs" / "harbour"


def test_every_target_is_told_beside_its_hardest_baseline():
    found = track(load_pack("korea-2025", POLICIES).head)
    assert found is not None
    assert set(NAMES) == {"all", *targets().columns}
    assert [row["name"] for row in found["rows"]] == list(NAMES.values())
    assert all("nan" not in str(cell) for row in found["rows"] for cell in row.values())
    assert found["worse"] == [row["name"] for row in found["rows"] if row["verdict"] == "worse"]
    for row in found["rows"][1:]:
        assert 0 <= float(row["inside"]) <= 1
    for chart in found["charts"]:
        assert all(name in chart["svg"] for name in NAMES.values())


def test_states_without_a_history_have_no_record():
    assert track(load_pack(str(HARBOUR), POLICIES).head) is None
