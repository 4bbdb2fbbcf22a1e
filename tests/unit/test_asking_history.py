"""What commands that ask history say, and what they refuse: all that needs no filter to run."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from typer.testing import CliRunner

from detente.app import calibrating, counterfactuals, forecasts, hindcasts, history
from detente.app.cli import app
from detente.app.forecasts import Asked
from detente.inference import chains
from detente.inference.posteriors import evenly, keep_dated, read_dated, table, threshold
from detente.inference.questions import parse
from detente.inference.scores import score
from docs.without_types import verdict

ASKED = Asked("2024-12", 12, 8, 8, 0, False, Path("none.nc"))
RUNNER = CliRunner()
QUIET = history.Said(lambda *_: None, lambda _: None)


def said(*words: str) -> tuple[int, str]:
    done = RUNNER.invoke(app, list(words), env={"COLUMNS": "80"})
    return done.exit_code, " ".join(done.output.split())


# --- the rival without types ------------------------------------------------------------


def test_without_types_all_want_the_weighted_middle_and_everybody_knows_it():
    ours, theirs = (history.told(types=t).pack.situation.frame.regions for t in (True, False))
    weight, low, high = map(np.asarray, (ours.weight, ours.low.reservation, ours.high.reservation))
    middle = weight @ (low + high) / 2
    assert np.ptp(low) > 0  # there is something to do away with
    np.testing.assert_allclose(theirs.low.reservation, np.full_like(low, middle), rtol=1e-6)
    for name in theirs.low._fields:
        np.testing.assert_array_equal(getattr(theirs.low, name), getattr(theirs.high, name))
    np.testing.assert_array_equal(theirs.weight, weight)


def test_the_rival_without_types_is_compared_over_all_of_history(tmp_path: Path):
    status, text = said("calibrate", "--without-types", "--out", str(tmp_path))
    assert status == 2
    assert "--without-types goes with --every-year" in text


def test_draws_are_asked_of_long_chains_alone(tmp_path: Path):
    status, text = said("calibrate", "--every-year", "--draws", "900", "--out", str(tmp_path))
    assert status == 2
    assert "--draws goes with long chains" in text


@pytest.mark.parametrize(
    ("mean", "error", "told"),
    [(9.0, 2.0, "better with types"), (-9.0, 2.0, "better without types"), (5.0, 2.0, "does not")],
)
def test_what_stands_out_from_luck_is_said(mean: float, error: float, told: str):
    assert told in verdict(mean, error)


# --- calibration ------------------------------------------------------------------------


@pytest.mark.slow
def test_the_pass_and_long_chains_agree_as_of_a_year_after_the_start(tmp_path: Path):
    """As the commands keep them; means apart within four standard errors."""
    for name, words in (("pass", ["--every-year"]), ("chains", ["--draws", "400"])):
        status, text = said(
            "calibrate", "--as-of", "1995-12", *words, "--out", str(tmp_path / name)
        )
        assert status == 0, text
    passed = read_dated(tmp_path / "pass" / "dated.nc")
    assert passed.dates == ("1995-12",)
    assert np.isfinite(passed.evidence).all()
    begun: list[str] = []
    watched = history.Said(lambda what, _: begun.append(what), lambda _: None)
    calibrating.one(tmp_path / "chains", "1995-12", watched, draws=510)
    assert begun == ["Moving chains"]  # they go on
    with xr.open_datatree(tmp_path / "chains" / "chains.nc", engine="h5netcdf") as kept:
        scores = np.asarray(kept["posterior"]["score"])
    assert scores.shape[1] == 510
    apart = calibrating.apart(scores.reshape(-1, scores.shape[-1]), passed.scores[0])
    error = np.sqrt(3 / len(passed.scores[0]) + 1 / chains.diagnosis(scores).bulk)
    assert np.all(np.abs(apart.means) < 4 * error)


# --- posteriors from a file -------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A made-up posterior as of one date: what is tested is how it is told."""
    path, names = tmp_path / "dated.nc", history.dials().names
    keep_dated(
        path,
        "2011-12",
        np.random.default_rng(0).normal(0, 0.5, (40, len(names))),
        names,
        mark=history.mark(),
    )
    return path


@pytest.mark.slow
def test_a_pass_that_was_killed_goes_on_to_the_same_posteriors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """With few particles, to December 1995: what goes on, and what has to start over, end as what never stopped."""
    monkeypatch.setattr(calibrating, "SINCE", 1994)
    monkeypatch.setattr(calibrating, "PARTICLES", 16)
    told = []

    def killed(by: int) -> None:
        told.append(by)
        if sum(told) > 3:
            raise KeyboardInterrupt

    def run(name: str, step=lambda by: told.append(by)) -> None:
        told.clear()
        calibrating.every_year(tmp_path / name, "1995-12", history.Said(lambda *_: None, step))

    run("whole")
    months = sum(told)
    for lost in (False, True):
        with pytest.raises(KeyboardInterrupt):
            run("stopped", killed)
        if lost:
            (tmp_path / "stopped" / "dated.nc").unlink()
        run("stopped")
        assert len([by for by in told if by == 1]) == (months if lost else months - 2)
        whole, stopped = (read_dated(tmp_path / n / "dated.nc") for n in ("whole", "stopped"))
        assert whole.dates == stopped.dates == ("1994-12", "1995-12")
        np.testing.assert_array_equal(whole.scores, stopped.scores)
        np.testing.assert_array_equal(whole.evidence, stopped.evidence)


def test_prior_and_posterior_are_shown_side_by_side(kept: Path):
    text = "\n".join(calibrating.shown(history.dated(kept), "2012-06"))
    assert "As of 2011-12" in text
    assert all(name in text for name in history.dials().names)
    assert all(len(line) <= 80 for line in text.splitlines())


def test_numbers_on_which_history_is_silent_do_not_count_as_informed(tmp_path: Path):
    """Draws of the prior itself: chance alone takes a tenth or two of some variance, and none of it stands out."""
    path, names = tmp_path / "dated.nc", history.dials().names
    keep_dated(
        path,
        "2011-12",
        np.random.default_rng(1).normal(size=(96, len(names))),
        names,
        mark=history.mark(),
    )
    rows = table(history.dated(path).scores[0], history.dials())
    assert max(row.contraction for row in rows) > 0.1
    assert all(row.contraction < threshold(96) for row in rows)


def test_samplers_that_agree_are_not_apart():
    rng = np.random.default_rng(0)
    one, other = rng.normal(1, 2, (4000, 3)), rng.normal(1, 2, (3000, 3))
    other[:, 1] += 1.0
    other[:, 2] *= 2.0
    told = calibrating.apart(one, other)
    assert abs(told.means[0]) < 0.1
    assert abs(told.means[1] + 0.5) < 0.1
    np.testing.assert_allclose(told.ratios, [1, 1, 0.5], atol=0.05)


def test_chains_that_fall_short_say_where_and_how_many_draws_may_do():
    """One number lies apart by chain; the others are independent draws."""
    dials = history.dials()
    scores = np.random.default_rng(0).normal(size=(4, 200, dials.size))
    assert "Every number has R-hat under 1.01" in " ".join(
        calibrating.diagnosed(scores, 0.2, dials)
    )
    scores[..., 7] += 0.4 * np.arange(4)[:, None]
    said = " ".join(calibrating.diagnosed(scores, 0.2, dials))
    rhat, bulk, _ = (found[7] for found in chains.diagnosis(scores))
    assert f"over 400: {dials.names[7]} (R-hat {rhat:.3f}, size {bulk:.0f})" in said
    assert f"--draws {100 * np.ceil(2 * 400 / bulk):.0f} may do" in said


def test_chains_are_held_against_what_ships_where_it_has_that_date():
    dials = history.dials()
    scores = history.dated().as_of("2011-12")[1]
    found = scores.reshape(8, -1, dials.size)
    said = " ".join(calibrating.compared(found, dials, "2011-12"))
    assert "means differ by 0.00 standard deviations" in said
    assert calibrating.compared(found, dials, "1996-12") == []


def test_chains_set_out_from_the_posterior_before_their_date_and_never_from_a_later_one():
    shipped = history.dated()
    found = calibrating.before("2011-12")
    assert found is not None
    np.testing.assert_array_equal(found, shipped.as_of("2010-12")[1])
    assert calibrating.before(shipped.dates[0]) is None
    assert calibrating.before("1996-12") is None


def test_some_draws_of_many_come_from_all_over():
    kept = evenly(np.arange(50.0)[:, None], 20)[:, 0]
    assert (kept[0], kept[-1]) == (0, 49)
    assert set(np.diff(kept)) == {2, 3}


def test_more_draws_than_there_are_is_refused(kept: Path):
    code, text = said("forecast", "--as-of", "2012-06", "--draws", "64", "--posterior", str(kept))
    assert code == 2
    assert "at most the 40 draws" in text


def test_there_is_no_forecast_from_before_the_first_posterior(kept: Path):
    code, text = said("forecast", "--as-of", "1999-06", "--posterior", str(kept))
    assert code == 2
    assert "received 1999-06" in text
    assert "detente calibrate --as-of 1999-06" in text


def test_without_a_posterior_there_is_a_remedy(tmp_path: Path):
    code, text = said("forecast", "--posterior", str(tmp_path / "none.nc"))
    assert code == 2
    assert "detente calibrate --out" in text


def test_a_posterior_of_other_numbers_is_refused(tmp_path: Path):
    keep_dated(tmp_path / "dated.nc", "2011-12", np.zeros((4, 1)), ("testing.talks",))
    with pytest.raises(ValueError, match="calibrate anew"):
        history.dated(tmp_path / "dated.nc")


def test_a_posterior_of_the_rival_or_of_other_priors_is_refused(tmp_path: Path):
    names = history.dials().names
    for mark in (history.mark(types=False), ""):
        keep_dated(tmp_path / "dated.nc", "2011-12", np.zeros((4, len(names))), names, mark=mark)
        code, text = said("forecast", "--posterior", str(tmp_path / "dated.nc"))
        assert code == 2
        assert "by the rival without types, or under priors of another version" in text


# --- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--as-of", "2025-03"], "1993-01 to 2024-12"),
        (["--as-of", "lately"], "received 'lately'"),
        (["--question", "nuclear_test >= 1"], "did you mean nuclear_tests"),
        (["--question", "nuclear_tests many 1"], "received 'nuclear_tests many 1'"),
        (["--question", "nuclear_tests >= 1", "--from", "2024-06"], "take an earlier --as-of"),
    ],
)
def test_a_forecast_says_what_is_wrong_with_what_it_is_asked(words: list[str], told: str):
    code, text = said("forecast", *words)
    assert code == 2, text
    assert told in text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("guarantor.doctrine=strolling", "a doctrine that exists"),
        ("testing.talk=0", "or a number of the model; received 'testing.talk'"),
        ("testing.talks", "NAME=VALUE"),
    ],
)
def test_a_replay_says_what_is_wrong_with_a_change(change: str, told: str):
    code, text = said("replay-history", "2019-02", "--change", change)
    assert code == 2, text
    assert told in text


def test_a_change_moves_what_it_names_and_nothing_else():
    was, other = counterfactuals.arms(["guarantor.doctrine=step-by-step", "testing.talks=0.25"])
    assert was.fixed == {}
    names = history.table().names
    assert {names[place]: value for place, value in other.fixed.items()} == {"testing.talks": 0.25}
    assert (was.cast.sits["guarantor"], other.cast.sits["guarantor"]) == ("guarantor", "doctrine")
    assert {**was.cast.sits, "guarantor": ""} == {**other.cast.sits, "guarantor": ""}


# --- how hindcasts are told -----------------------------------------------------------------


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    """Scores of a model that knows the rate, and of a rival that thinks of three times as much."""
    rng = np.random.default_rng(0)
    months = pd.period_range("2005-01", "2012-12", freq="M")
    actuals = pd.DataFrame({"launch_days": rng.poisson(0.5, len(months))}, index=months)
    tables = []
    for model, rate in (("model", 0.5), ("climatology", 1.5)):
        for origin in months[11:-12:6]:
            ahead = [str(origin + k) for k in range(1, 13)]
            index = pd.MultiIndex.from_product([ahead, range(500)], names=["month", "sample"])
            samples = pd.DataFrame(
                {"value": rng.poisson(rate, len(index))}, index=index
            ).reset_index()
            samples = samples.assign(origin=str(origin), target="launch_days")
            tables.append(score(samples, actuals).assign(model=model))
    return pd.concat(tables, ignore_index=True)


def test_a_better_model_is_said_to_be_better(scored: pd.DataFrame):
    found = hindcasts.compared(scored)
    assert found[found.metric == "log_score"].skill.gt(0).all()
    text = "\n".join(hindcasts.shown(scored))
    assert "over all targets  months  better by" in text
    assert text.count("climatology") == 1 + 4  # against it, and four windows of the one target
    assert all(len(line) <= 100 for line in text.splitlines())


def test_a_stacked_combination_learns_from_the_past_alone(scored: pd.DataFrame):
    """At the first origin all weigh alike; later the better model has most, and the mixture lies between the two."""
    found = hindcasts.pooled(scored)
    key = ["origin", "target", "last"]
    parts = [
        scored[scored.model == name].set_index(key).log_score for name in ("model", "climatology")
    ]
    mixed = found.set_index(key).log_score
    good, bad = (np.exp(-part.loc[mixed.index]) for part in parts)
    first = mixed.index.get_level_values("origin") == scored.origin.min()
    np.testing.assert_allclose(np.exp(-mixed)[first], ((good + bad) / 2)[first], rtol=1e-4)
    last = mixed.index.get_level_values("origin") == scored.origin.max()
    share = ((np.exp(-mixed) - bad) / (good - bad))[last]
    assert share.between(0.7, 1.0).all()


def test_the_record_counts_probabilities_like_this_one(scored: pd.DataFrame, tmp_path, monkeypatch):
    scored.to_parquet(tmp_path / "2005.parquet")
    monkeypatch.setattr(hindcasts, "scores", lambda: pd.read_parquet(tmp_path / "2005.parquet"))
    lines = hindcasts.record(parse("launch_days >= 1", ["launch_days"]), 12, 0.95)
    assert all(len(line) < 80 for line in lines)
    text = " ".join(" ".join(lines).split())
    part = scored.loc[(scored.model == "model") & (scored.loc[:, "last"] == 12)]
    near = part.loc[(part.chance - 0.95).abs() <= 0.15]
    assert f"of {len(part)} hindcasts" in text
    assert f"it came in {int(near.event.sum())} of these" in text


def test_a_hindcast_takes_no_older_posterior(kept: Path, tmp_path: Path):
    code, text = said(
        "hindcast", "--since", "2015", "--posterior", str(kept), "--out", str(tmp_path / "h")
    )
    assert code == 2
    assert "starts from the posterior as of 2014-12; the last before is 2011-12" in text


def test_years_scored_from_the_same_draws_are_left_and_from_others_made_anew(
    tmp_path: Path, scored: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
):
    years = []

    def year(_forecaster, _dated, number: int, _targets, **_given):
        years.append(number)
        yield scored

    def run(value: float) -> None:
        path = tmp_path / f"{value}.nc"
        names = history.dials().names
        for date in ("2009-12", "2010-12"):
            keep_dated(
                path,
                date,
                np.full((4, len(names)), value * (date > "2010")),
                names,
                mark=history.mark(),
            )
        hindcasts.run(tmp_path, (2010, 2011), 6, QUIET, path)

    monkeypatch.setattr(hindcasts.hindcast, "year", year)
    monkeypatch.setattr(history, "forecaster", lambda _: None)
    run(1.0)
    run(1.0)
    assert years == [2010, 2011]
    run(2.0)
    assert years == [2010, 2011, 2011]
    assert len(hindcasts.scores(tmp_path)) == 2 * len(scored)


def test_without_scores_there_is_a_remedy(tmp_path: Path):
    with pytest.raises(ValueError, match="detente hindcast --out"):
        hindcasts.scores(tmp_path)


def test_a_question_needs_months_that_are_not_known(monkeypatch):
    monkeypatch.setattr(
        forecasts, "samples", lambda asked: pytest.fail("nothing is to be filtered")
    )
    with pytest.raises(ValueError, match="received --from 2024-12"):
        forecasts.answered(ASKED, "nuclear_tests >= 1", "2024-12", "2025-06")
