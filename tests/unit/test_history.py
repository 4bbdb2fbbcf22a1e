"""Facts: sourced, not known before they happened, none later than 2024-12, and hidden when they could not be known."""

import pandas as pd
import pytest

from detente.history import annual, monthly, moves, targets
from detente.history.tables import TABLES, read


@pytest.mark.parametrize("name", TABLES)
def test_shipped_tables_keep_their_rules(name):
    assert list(read(name).columns) == [column.name for column in TABLES[name].every]


def test_the_panel_says_what_is_known_of_the_years_since_2012():
    panel = monthly()
    assert (str(panel.index[0]), str(panel.index[-1])) == ("1993-01", "2024-12")
    recent = panel.loc["2012-01":]
    assert recent.provocations.mean() == pytest.approx(1.71, abs=0.005)
    assert recent.provocations.var() == pytest.approx(6.53, abs=0.005)
    assert (recent.provocations == 0).mean() == pytest.approx(0.43, abs=0.005)
    gap = panel.loc["2017-12":"2019-03"]
    assert gap.missiles_launched.sum() == 0


def test_forms():
    assert list(targets().columns)[:2] == ["launch_days", "missiles_launched"]
    assert list(moves().columns) == ["month", "role", "instrument", "level"]
    assert set(annual().series) == {
        "warheads",
        "warheads_could_build",
        "output_growth",
        "china_trade",
        "arrivals",
    }
    assert isinstance(monthly().index, pd.PeriodIndex)
