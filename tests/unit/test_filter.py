"""The filter and forecasts on the real history, small: slow, since its programs take a minute to compile."""

import numpy as np
import pytest

from detente.app import history
from detente.inference.forecasting import Forecaster, Station
from detente.inference.observed import facts

pytestmark = pytest.mark.slow

AS_OF = "1996-12"


@pytest.fixture(scope="module")
def forecaster() -> Forecaster:
    return history.forecaster(8)


@pytest.fixture(scope="module")
def scores(forecaster: Forecaster) -> np.ndarray:
    size = (8, forecaster.filter.dials.size)
    return 0.3 * np.random.default_rng(0).normal(size=size).astype(np.float32)


@pytest.fixture(scope="module")
def station(forecaster: Forecaster, scores: np.ndarray) -> Station:
    return forecaster.station(scores, facts(AS_OF), AS_OF)


def test_a_history_told_in_two_goes_is_the_same(
    forecaster: Forecaster, scores: np.ndarray, station: Station
):
    halfway = forecaster.station(scores, facts("1995-12"), "1995-12")
    again = forecaster.moved(halfway, facts(AS_OF), AS_OF)
    np.testing.assert_array_equal(again.cloud.evidence, station.cloud.evidence)


def test_forecasts_owe_nothing_to_later_facts(
    forecaster: Forecaster, scores: np.ndarray, station: Station
):
    """The same clouds, made from facts as of a later month: nothing changes up to the date."""
    later = forecaster.station(scores, facts(), AS_OF)
    np.testing.assert_array_equal(later.cloud.evidence, station.cloud.evidence)


def test_a_forecast_has_every_month_of_every_target(forecaster: Forecaster, station: Station):
    made = forecaster.samples(station, facts(AS_OF), 12, np.random.default_rng(0))
    assert made.groupby("target").size().tolist() == [12 * 64] * 8
    assert made.month.min() == "1997-01"
    assert made.month.max() == "1997-12"
    assert np.all(made.value.to_numpy() >= 0)
    talks = made.loc[made.target.isin(["us_dprk_talks", "us_dprk_summit"])]
    assert set(talks.value) <= {0, 1}


def test_clouds_keep_to_what_was_told(station: Station):
    """Filtered futures have had the tests and terms that history had, and no war."""
    world = station.cloud.state.world
    assert not np.asarray(world.testing.nuclear_tests).any()
    assert np.asarray(world.diplomacy.slots.in_force)[0].mean() > 0.9
    assert not (np.asarray(world.crisis.rung) >= 4).any()
