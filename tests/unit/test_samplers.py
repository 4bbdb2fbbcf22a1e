"""Samplers against a posterior in closed form: linear months with normal errors, and a standard normal prior."""

from types import SimpleNamespace

import numpy as np
import pytest

from detente.inference.density import Posterior as Target
from detente.inference.posteriors import keep_dated, read_dated, table
from detente.inference.sequential import Posterior, Sampler

MONTHS, DIALS, ERROR = 24, 3, 0.7


class Linear:
    """A history whose months are linear in the scores: y = A z + error."""

    def __init__(self):
        rng = np.random.default_rng(5)
        self.a = rng.normal(size=(MONTHS, DIALS)).astype(np.float32)
        self.a[:, 2] = 0.0  # a number that history does not speak to
        self.y = (self.a @ [0.8, -1.2, 0.0] + ERROR * rng.normal(size=MONTHS)).astype(np.float32)
        self.dials = SimpleNamespace(size=DIALS, names=("one", "two", "mute"), own=lambda z: z)
        self.history = SimpleNamespace(months=MONTHS)

    def monthly(self, scores, upto=None):
        del upto
        z = (self.y[:, None] - self.a @ scores) / ERROR
        return -0.5 * z**2 - np.float32(np.log(ERROR) + 0.5 * np.log(2 * np.pi))

    def exact(self, upto: int) -> tuple[np.ndarray, np.ndarray, float]:
        """Mean, covariance and log-evidence of the first months."""
        a, y = self.a[:upto].astype(float), self.y[:upto].astype(float)
        cov = np.linalg.inv(np.eye(DIALS) + a.T @ a / ERROR**2)
        spread = a @ a.T + ERROR**2 * np.eye(upto)
        fit = y @ np.linalg.solve(spread, y) + np.linalg.slogdet(2 * np.pi * spread)[1]
        return cov @ a.T @ y / ERROR**2, cov, -0.5 * fit


@pytest.fixture(scope="module")
def linear() -> Linear:
    return Linear()


@pytest.fixture(scope="module")
def passed(linear: Linear) -> list[Posterior]:
    """One pass through history, with posteriors as of two dates."""
    return list(Sampler(linear, 512, seed=1).posteriors([9, MONTHS], moves=8))  # type: ignore[arg-type]


def test_the_density_is_prior_and_months_up_to_the_date(linear: Linear):
    points = np.asarray([[0.1, 0.2, 0.3], [0.8, -1.0, 0.0]])
    values, slopes = Target(linear)(points, 9)  # type: ignore[arg-type]
    mean, cov, _ = linear.exact(9)
    away = points - mean
    expected = -0.5 * np.sum(away * np.linalg.solve(cov, away.T).T, axis=1)
    assert values[0] - values[1] == pytest.approx(expected[0] - expected[1], rel=1e-3)
    np.testing.assert_allclose(slopes, -np.linalg.solve(cov, away.T).T, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("which", [0, 1])
def test_a_pass_gives_the_posterior_as_of_each_date(
    linear: Linear, passed: list[Posterior], which: int
):
    found = passed[which]
    mean, cov, evidence = linear.exact(found.upto)
    sd = np.sqrt(np.diag(cov))
    error = sd / np.sqrt(len(found.scores) / 3)  # moves leave particles somewhat dependent
    assert np.all(np.abs(found.scores.mean(0) - mean) < 4 * error)
    assert np.all(np.abs(found.scores.std(0) / sd - 1) < 4 / np.sqrt(2 * len(found.scores) / 3))
    assert abs(found.evidence - evidence) < 0.5


def test_months_are_kept_with_the_draws(linear: Linear, passed: list[Posterior]):
    monthly = np.asarray(linear.monthly(passed[1].scores.T)).T
    np.testing.assert_allclose(passed[1].monthly, monthly, rtol=1e-4, atol=1e-4)


def test_the_table_says_what_history_informs(linear: Linear, passed: list[Posterior]):
    """Contraction is that of the closed form, within the error of a variance; the mute number has next to none."""
    rows = {row.name: row for row in table(passed[1].scores, linear.dials)}  # type: ignore[arg-type]
    _, cov, _ = linear.exact(MONTHS)
    for i, name in enumerate(linear.dials.names):
        error = cov[i, i] * np.sqrt(2 / (len(passed[1].scores) / 3))
        assert rows[name].contraction == pytest.approx(1 - cov[i, i], abs=4 * error)
        assert rows[name].prior == pytest.approx((0, -1.6449, 1.6449), abs=1e-3)


def test_posteriors_by_date_come_back_from_their_file(tmp_path):
    path, names = tmp_path / "deep" / "dated.nc", ("one", "two", "mute")
    first, second, third = np.random.default_rng(0).normal(size=(3, 5, 3)).astype(np.float32)
    for date, scores in (("2001-12", second), ("2000-09", first), ("2001-12", third)):
        keep_dated(path, date, scores, names)
    kept = read_dated(path)
    assert kept.dates == ("2000-09", "2001-12")
    date, scores = kept.as_of("2001-06")
    assert date == "2000-09"
    np.testing.assert_array_equal(scores, first)
    np.testing.assert_array_equal(kept.as_of("2024-01")[1], third)
    with pytest.raises(ValueError, match="from 2000-09 on"):
        kept.as_of("1999-12")


def test_draws_of_other_numbers_do_not_stand_beside(tmp_path):
    path = tmp_path / "dated.nc"
    keep_dated(path, "2000-12", np.zeros((4, 2)), ("one", "two"))
    keep_dated(path, "2001-12", np.ones((4, 3)), ("one", "two", "three"))
    assert read_dated(path).dates == ("2001-12",)
