"""Samplers against a posterior in closed form: linear months with normal errors, and a standard normal prior."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from detente.inference import chains
from detente.inference.density import Posterior as Target
from detente.inference.moving import Reference
from detente.inference.posteriors import (
    keep_chains,
    keep_dated,
    keep_standing,
    read_dated,
    read_standing,
    table,
)
from detente.inference.screening import Mode, chosen, mode
from detente.inference.sequential import Posterior, Sampler, Standing

MONTHS, DIALS, ERROR = 24, 3, 0.7


class Linear:
    """A history whose months are linear in the scores: y = A z + error."""

    def __init__(self):
        rng = np.random.default_rng(5)
        self.a = rng.normal(size=(MONTHS, DIALS)).astype(np.float32)
        self.a[:, 2] = 0.0  # a number that history does not speak to
        self.y = (self.a @ [0.8, -1.2, 0.0] + ERROR * rng.normal(size=MONTHS)).astype(np.float32)
        self.dials = SimpleNamespace(size=DIALS, names=("one", "two", "mute"), own=lambda z: z)
        self.history = SimpleNamespace(months=MONTHS, record=None)

    def monthly(self, scores, record, upto):
        del record, upto
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
    return list(Sampler(Target(linear), 512, seed=1).posteriors([9, MONTHS]))  # type: ignore[arg-type]


def test_a_pass_that_was_interrupted_goes_on_as_if_it_had_not_been(
    linear: Linear, passed: list[Posterior], tmp_path: Path
):
    sampler = Sampler(Target(linear), 512, seed=1)  # type: ignore[arg-type]
    first = next(sampler.posteriors([9, MONTHS]))
    keep_standing(tmp_path / "pass.npz", sampler.standing(first), "mine")
    assert read_standing(tmp_path / "pass.npz", Standing, "another") is None
    assert read_standing(tmp_path / "none.npz", Standing, "mine") is None
    since = read_standing(tmp_path / "pass.npz", Standing, "mine")
    later = Sampler(Target(linear), 512, seed=2)  # type: ignore[arg-type]
    (last,) = later.posteriors([MONTHS], since=since)
    np.testing.assert_array_equal(last.scores, passed[1].scores)
    assert last.evidence == passed[1].evidence


def test_the_density_is_prior_and_months_up_to_the_date(linear: Linear):
    """Points of more than one batch, so that batches are cut apart and put together."""
    points = np.random.default_rng(0).normal(size=(150, DIALS))
    values = Target(linear)(points, 9)  # type: ignore[arg-type]
    mean, cov, _ = linear.exact(9)
    away = points - mean
    expected = -0.5 * np.sum(away * np.linalg.solve(cov, away.T).T, axis=1)
    np.testing.assert_allclose(values - values[0], expected - expected[0], rtol=1e-3, atol=1e-3)


def test_slopes_are_those_of_each_month(linear: Linear):
    at = np.asarray([0.3, -0.4, 1.0])
    a, y = linear.a[:9].astype(float), linear.y[:9].astype(float)
    expected = (a * ((y - a @ at) / ERROR**2)[:, None]).T
    slopes = Target(linear).slopes(at, 9)  # type: ignore[arg-type]
    np.testing.assert_allclose(slopes, expected, rtol=1e-3, atol=1e-4)


def test_a_mode_is_climbed_to(linear: Linear):
    found = mode(Target(linear), MONTHS, np.asarray([2.0, 2.0, 2.0]))  # type: ignore[arg-type]
    mean, cov, _ = linear.exact(MONTHS)
    assert 0.5 * (found.scores - mean) @ np.linalg.solve(cov, found.scores - mean) < 0.5


def test_numbers_are_chosen_by_what_freeing_them_gains():
    """The last of three numbers does the first one's work: chosen once, it leaves nothing to the other."""
    slopes = np.asarray([[3.0, 0.0], [0.0, 2.0], [3.0, 0.0]]) @ np.eye(2, 40)
    found = Mode(np.asarray([1.0, 1.0, 1.0]), 0.0, slopes)
    curvature = found.curvature
    order = chosen(found, [], 3)

    def best(places: list[int]) -> float:
        pull = (curvature @ found.scores)[places]
        return float(0.5 * pull @ np.linalg.solve(curvature[np.ix_(places, places)], pull))

    assert [place for place, _ in order[:2]] == [0, 1]
    for number in (1, 2, 3):
        gained = sum(gain for _, gain in order[:number])
        assert gained == pytest.approx(best([place for place, _ in order[:number]]))
    assert order[2][1] < 0.1 * order[0][1]
    assert chosen(found, [2], 2)[0] == (2, 0.0)


def test_a_reference_has_the_mean_and_spread_of_its_points():
    rng = np.random.default_rng(3)
    cov = np.asarray([[1.0, 0.9, 0.0], [0.9, 4.0, 0.0], [0.0, 0.0, 0.25]])
    points = rng.multivariate_normal([1.0, -2.0, 0.0], cov, 4000)
    found = Reference.of(points)
    np.testing.assert_allclose(found.centre, points.mean(0))
    np.testing.assert_allclose(found.root @ found.root.T, cov, atol=0.15)
    weighted = Reference.of(
        points, np.where(points[:, 0] > 1, 2.0, 0.0) / np.sum(points[:, 0] > 1) / 2
    )
    assert np.max(weighted.centre) > 1.5  # the first: the others lie below


def test_correlations_of_few_points_are_shrunk():
    points = np.random.default_rng(0).normal(size=(40, 30))
    root = Reference.of(points).root
    units = root / np.linalg.norm(root, axis=1, keepdims=True)
    apart = (units @ units.T)[~np.eye(30, dtype=bool)]
    raw = np.asarray(np.corrcoef(points.T))[~np.eye(30, dtype=bool)]
    assert np.abs(apart).max() < 0.3 * np.abs(raw).max()


def test_long_chains_give_the_posterior_and_say_that_they_have_converged(linear: Linear, tmp_path):
    target, rng = Target(linear), np.random.default_rng(2)  # type: ignore[arg-type]
    found = chains.learned(target, MONTHS, chains.starts(target, MONTHS, rng), rng)
    *_, found = chains.lengthened(target, MONTHS, found, 400)
    mean, cov, _ = linear.exact(MONTHS)
    told = chains.diagnosis(found.scores)
    flat = found.scores.reshape(-1, DIALS)
    assert told.rhat.max() < chains.NEAR
    assert told.bulk.min() > chains.ENOUGH
    assert np.all(np.abs(flat.mean(0) - mean) < 4 * np.sqrt(np.diag(cov) / told.bulk))
    np.testing.assert_allclose(np.cov(flat.T), cov, atol=0.1)
    keep_chains(tmp_path / "chains.nc", found, linear.dials)  # type: ignore[arg-type]
    with xr.open_datatree(tmp_path / "chains.nc", engine="h5netcdf") as kept:
        score = kept["posterior"]["score"].sel(number="two")
        np.testing.assert_array_equal(score, found.scores[..., 1])


def test_chains_that_were_interrupted_go_on_as_if_they_had_not_been(linear: Linear, tmp_path: Path):
    target, rng = Target(linear), np.random.default_rng(2)  # type: ignore[arg-type]
    begun = chains.learned(target, MONTHS, chains.starts(target, MONTHS, rng), rng)
    *_, whole = chains.lengthened(target, MONTHS, begun, 40)
    assert whole.scores.shape == (chains.CHAINS, 40, DIALS)
    for draws in (
        0,
        17,
        40,
    ):  # to the end of settling, to one shorter than asked in the end, on from there
        keep_standing(tmp_path / "chains.npz", begun, "mine")
        assert read_standing(tmp_path / "chains.npz", chains.Chains, "another") is None
        begun = read_standing(tmp_path / "chains.npz", chains.Chains, "mine")
        assert begun is not None
        *_, begun = chains.lengthened(target, MONTHS, begun, draws)
    np.testing.assert_array_equal(begun.scores, whole.scores)
    np.testing.assert_array_equal(begun.values, whole.values)
    assert begun.acceptance == pytest.approx(whole.acceptance)
    assert list(chains.lengthened(target, MONTHS, begun, 17)) == []  # none is cut short


def test_chains_set_out_wider_than_an_earlier_posterior():
    rng = np.random.default_rng(0)
    earlier = rng.multivariate_normal([1.0, -2.0], [[1.0, 1.2], [1.2, 4.0]], 4000)
    points = chains.around(earlier, rng)
    assert points.shape == (chains.LEARNERS, 2)
    error = 1.5 * earlier.std(0) / np.sqrt(chains.LEARNERS)
    assert np.all(np.abs(points.mean(0) - earlier.mean(0)) < 4 * error)
    np.testing.assert_allclose(points.std(0) / earlier.std(0), 1.5, atol=4 * 1.5 / np.sqrt(512))
    assert np.corrcoef(points.T)[0, 1] == pytest.approx(0.6, abs=0.2)


def test_chains_that_lie_apart_have_not_converged():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(8, 50, 2))
    scores[..., 0] += np.linspace(-2, 2, 8)[:, None]
    told = chains.diagnosis(scores)
    assert told.rhat[0] > 1.2
    assert told.rhat[1] < 1.1


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


class Many:
    """A history of forty numbers that go together: months are linear in them, as in `Linear`."""

    size, last = 40, 60

    def __init__(self):
        rng = np.random.default_rng(3)
        common = rng.normal(size=self.size) * rng.normal(size=(self.last, 1))
        self.a = 0.3 * rng.normal(size=(self.last, self.size)) + common
        self.y = self.a @ rng.normal(size=self.size) + rng.normal(size=self.last)

    def months(self, points, upto):
        return (-0.5 * (self.y[:, None] - self.a @ points.T) ** 2).T[:, :upto]

    def __call__(self, points, upto, share=1.0):
        months = self.months(points, upto)
        return -0.5 * (points**2).sum(1) + months[:, :-1].sum(1) + share * months[:, -1]


def test_particles_keep_their_spread_where_numbers_are_many():
    """In units in which the posterior has a variance of one: of 128 particles in 40 dimensions little is lost."""
    many = Many()
    (found,) = Sampler(many, 128, seed=1).posteriors([many.last])  # type: ignore[arg-type]
    precision = np.eye(many.size) + many.a.T @ many.a
    mean = np.linalg.solve(precision, many.a.T @ many.y)
    units = (found.scores - mean) @ np.linalg.cholesky(precision)
    assert 0.75 < units.var(0).mean() < 1.1
    assert abs(units.mean()) < 4 / np.sqrt(128 * many.size / 3)


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
    keep_dated(path, "2001-12", second, names, evidence=-3.0)
    keep_dated(path, "2000-09", first, names)
    keep_dated(path, "2001-12", third, names, evidence=-2.0)
    kept = read_dated(path)
    assert kept.dates == ("2000-09", "2001-12")
    np.testing.assert_array_equal(kept.evidence, [np.nan, -2.0])
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
