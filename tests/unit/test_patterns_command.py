"""The command that prints the scoreboard: what it lists, lays out, writes, and refuses. No future is run."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from detente.app import history
from detente.app.cli import app
from detente.app.patterns import apart, scoreboard
from detente.app.patterns.catalogue import CHECKS, PATTERNS, chosen
from detente.app.patterns.finding import Finding, Verdict, placed
from detente.app.patterns.korea import AS_OF, Korea
from detente.app.wiring import POLICIES
from detente.domain.calendar import month_text
from detente.inference.posteriors import Dated
from detente.scenarios.binding import PACKS, load_pack, names

RUNNER = CliRunner()


def said(*words: str) -> tuple[int, str]:
    done = RUNNER.invoke(app, ["patterns", *words], env={"COLUMNS": "80"})
    return done.exit_code, done.output


def holds(korea: Korea) -> Finding:
    """A pattern that holds."""
    return Finding("two in a long and winding sentence " * 3, "three", Verdict.HOLDS, 0.5, "sd")


def unknown(korea: Korea) -> Finding:
    """A pattern that nothing tells."""
    korea.scores("2014-12")
    return Finding("one", "other", Verdict.UNKNOWN, -1.0, "se", "nothing speaks of it")


@pytest.fixture
def dated() -> Dated:
    """A made-up posterior: what is tested is how it is told."""
    names = history.dials().names
    scores = np.random.default_rng(0).normal(0, 0.5, (2, 40, len(names)))
    return Dated(names, ("2012-12", "2017-12"), scores.astype(np.float32), np.zeros(2))


# --- which checks -----------------------------------------------------------------------


def test_all_sixteen_patterns_have_a_check_and_rivals_and_nulls_are_among_them():
    placed_at = [placed(name) for name in PATTERNS]
    assert {int(number) for _, number in placed_at} == set(range(1, 17))
    assert {kind for kind, _ in placed_at} == {"expected", "rivals", "null", "diagnostic"}


def test_every_check_says_what_it_is_about():
    assert all(scoreboard.what(name) for name in CHECKS)


def test_checks_go_by_name_or_by_number():
    assert {placed(name)[1] for name in chosen(["1"])} == {"1"}
    assert list(chosen(["war"])) == ["war"]
    assert chosen([]) == CHECKS


def test_checks_are_listed_in_eighty_columns():
    code, text = said("--list")
    assert code == 0
    assert all(name in text for name in CHECKS)
    assert all(len(line) <= 80 for line in text.splitlines())


# --- what is refused --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--only", "p99_nothing"], "received p99_nothing"),
        (["--out", "board.xlsx"], "ends in .csv"),
        (["--posterior", "none.nc"], "there is none at none.nc"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(words: list[str], told: str):
    code, text = said(*words)
    assert code == 2
    assert told in " ".join(text.split())


def test_help_says_what_a_verdict_is():
    code, text = said("--help")
    assert code == 0
    assert "not identified" in " ".join(text.split())


# --- the scoreboard ---------------------------------------------------------------------


@pytest.fixture
def lines(dated: Dated, monkeypatch: pytest.MonkeyPatch) -> list[scoreboard.Line]:
    made = {"p2_made": holds, "r14_made": unknown}
    monkeypatch.setattr(scoreboard, "CHECKS", made)
    return scoreboard.score(made, dated, lambda: None)


def test_the_date_of_the_posterior_that_was_taken_stands_beside_the_verdict(lines):
    assert [(line.name, line.under, line.as_of) for line in lines] == [
        ("p2_made", "prior", ""),
        ("p2_made", "posterior", ""),
        ("r14_made", "prior", ""),
        ("r14_made", "posterior", "2012-12"),
    ]


def test_a_scoreboard_fits_eighty_columns_and_counts_verdicts(lines):
    text = scoreboard.shown(lines)
    assert all(len(line) <= 80 for line in text)
    whole = " ".join(" ".join(text).split())
    assert "Under the posterior: 1 holds, 0 fails, 1 not identified, of 2 checks." in whole
    assert "as of 2012-12" in whole


def test_a_table_loads_in_pandas(lines, tmp_path: Path):
    scoreboard.frame(lines).to_csv(tmp_path / "board.csv", index=False)
    table = pd.read_csv(tmp_path / "board.csv")
    assert list(table.columns) == [
        *("pattern", "kind", "check", "what", "under", "as_of"),
        *("published", "model", "verdict", "by", "unit", "why"),
    ]
    assert table.pattern.tolist() == [2, 2, 14, 14]
    assert set(table.verdict) == {"holds", "not identified"}


# --- posteriors -------------------------------------------------------------------------


def test_no_run_takes_a_posterior_that_knows_what_comes_but_for_the_one_that_says_so():
    starts = {
        name: month_text(int(load_pack(name, POLICIES).situation.start)) for name in names(PACKS)
    }
    assert set(AS_OF) == set(starts)
    assert [name for name, month in AS_OF.items() if month >= starts[name]] == ["korea-1994"]


def test_calibrated_numbers_come_from_the_draws_and_others_stay_at_their_priors(dated: Dated):
    """World w takes draw w; a number that a change fixes stays as it was fixed."""
    prior, after = Korea(), Korea(dated)
    before, drawn = (korea.drawn("korea-2018") for korea in (prior, after))
    own = np.asarray(history.dials().own(dated.scores[1].T))
    row = history.dials().names.index("testing.talks")
    assert np.allclose(drawn["testing.talks"][:40], own[row])
    assert np.allclose(drawn["testing.talks"][40:80], own[row])
    assert np.array_equal(drawn["crisis.dread"], before["crisis.dread"])
    fixed = after.drawn("korea-2018", {"testing.talks": 0.25})
    assert np.allclose(fixed["testing.talks"], 0.25)


def test_what_history_tells_apart_is_told_with_its_date(dated: Dated):
    date, rows = apart.told(dated, "2024-12")
    text = apart.shown_told(date, rows)
    assert date == "2017-12"
    assert all(len(line) <= 80 for line in text)
    by_name = {row.hidden.name: row for row in rows}
    assert by_name["loyalty, war, coup"].verdict == "prior only"
    assert by_name["price, patience, trust"].verdict == "narrowed"  # spreads of a half


def test_numbers_that_express_hidden_quantities_are_numbers_of_the_model():
    asked = {name for hidden in apart.QUANTITIES for name in hidden.numbers}
    assert asked <= set(history.table().names)
