"""The commands as a person meets them: help, results, and mistakes."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import detente
from detente.app import usecases
from detente.app.cli import app
from detente.domain.outcomes import OUTCOMES, Outcome
from detente.scenarios.binding import DOCTRINES, names

PACKS = Path(__file__).parents[1] / "packs"
SMALL = [
    str(PACKS / "harbour"),
    "--worlds",
    "3",
    "--replicates",
    "2",
    "--years",
    "2",
    "--seed",
    "7",
]
FROM_PYTHON: dict[str, Any] = {
    "scenario": SMALL[0],
    "worlds": 3,
    "replicates": 2,
    "years": 2,
    "seed": 7,
}
BOTH = ["--policy", str(PACKS / "idle.toml"), "--policy", str(PACKS / "settle.toml")]


CODES = {
    "patron_leverage_first": "patron_leverage_gro",
    "patron_leverage_second": "patron_leverage_lim",
}


def column(outcome: Outcome) -> str:
    """What the pack calls an outcome."""
    return CODES.get(outcome.name, outcome.name)


def call(*words: str | Path) -> tuple[int, str]:
    """Run a command; give its exit code and all that it printed."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The outcomes of a small run of both doctrines."""
    out = tmp_path_factory.mktemp("run")
    code, text = call("run", *SMALL, *BOTH, "--out", out)
    assert code == 0, text
    return out, pd.read_parquet(out / "outcomes")


def test_help_is_quick_and_names_the_commands():
    times, done = [], None
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "detente.app.cli", "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        times.append(time.perf_counter() - start)
    assert done is not None
    assert all(word in done.stdout for word in ("run", "story", "brief", "policy", "scenario"))
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert min(times) < 0.5


def test_a_row_for_each_future_with_the_outcomes_by_name(results):
    _, table = results
    assert list(table.columns[:4]) == ["policy", "world", "replicate", "status"]
    assert list(table.columns[4:]) == [column(outcome) for outcome in OUTCOMES]
    assert len(table) == 2 * 3 * 2
    assert set(table.policy) == {"idle", "settle"}
    assert (table.groupby(["policy", "world"]).size() == 2).all()
    assert (table.status == "ok").all()


def test_null_rules_hold(results):
    _, table = results
    for outcome in OUTCOMES:
        if outcome.only_if:
            assert (table[column(outcome)].isna() == ~table[outcome.only_if]).all()
        else:
            assert table[column(outcome)].notna().all()


def test_private_preferences_belong_to_the_world(results):
    _, table = results
    private = [name for name in table if name.startswith("private_")]
    by_world = table.groupby(["policy", "world"])[private]
    assert (by_world.nunique() == 1).all().all()
    assert (table.groupby("world")[private].nunique() == 1).all().all()


def test_results_are_never_overwritten(results):
    out, before = results
    code, text = call("run", *SMALL, *BOTH, "--out", out)
    assert code == 2
    assert "already holds outcomes" in text
    pd.testing.assert_frame_equal(pd.read_parquet(out / "outcomes"), before)


def test_a_story_is_told_in_eighty_columns_and_ends_as_its_row(results):
    _, table = results
    code, text = call("story", *SMALL, "--policy", PACKS / "settle.toml", "--future", "3")
    assert code == 0, text
    assert max(len(line) for line in text.splitlines()) <= 80
    row = table[(table.policy == "settle") & (table.world == 1) & (table.replicate == 1)].iloc[0]
    assert f"is a {row.intent}" in " ".join(text.split())
    assert f"has {row.warheads:.0f} warheads, where" in " ".join(text.split())
    assert f"{detente.story(3, policy=str(PACKS / 'settle.toml'), **FROM_PYTHON)}\n" in text


def test_a_briefing_is_one_page_and_the_path_is_the_last_line(tmp_path):
    code, text = call("brief", *SMALL, *BOTH, "--out", tmp_path)
    assert code == 0, text
    page = Path(text.strip().splitlines()[-1].removeprefix("Briefing: "))
    assert page == tmp_path / "briefing.html"
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["briefing.html", "briefing.json", "briefing.md"]
    made = detente.brief(tmp_path / "again", policies=BOTH[1::2], **FROM_PYTHON)
    assert made.summary in text
    assert made.page == tmp_path / "again" / "briefing.html"
    for name in files:
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / name).read_bytes()


def test_a_briefing_compares_every_doctrine_with_what_was_done_so_far(monkeypatch):
    asked = []
    monkeypatch.setattr(usecases, "Session", lambda request: asked.append(request) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(app, ["brief", "--set", "testing.talks=0"], catch_exceptions=False)
    (request,) = asked
    assert request.policies[0] == "wait-and-contain"
    assert sorted(request.policies) == names(DOCTRINES)
    assert request.worlds * request.replicates == 10_000
    assert request.changes == {"testing.talks": 0}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "nowhere", "--out", "x"], "a pack that exists"),
        (["run", *SMALL, "--policy", "kindness", "--out", "x"], "a doctrine that exists"),
        (["run", *SMALL, "--policy", "kindness.toml", "--out", "x"], "kindness.toml"),
        (["brief", *SMALL, "--policy", "verified-freeze+luck"], "a modifier that exists"),
        (["run", *SMALL, "--set", "testing.talks", "--out", "x"], "NAME=VALUE"),
        (["run", *SMALL, "--set", "testing.talk=0", "--out", "x"], "perhaps testing.talks"),
        (["story", *SMALL, "--set", "testing.talks=90"], "lies between"),
        (["brief", *SMALL, "--set", "state.diplomacy.channel=tea"], "one of none, contact"),
        (["story", *SMALL, *BOTH[:2], "--future", "6"], "has futures 0 to 5; received 6"),
        (["run", *SMALL, "--worlds", "0", "--out", "x"], "--worlds"),
        (["run", *SMALL, *BOTH[:2], *BOTH[:2], "--out", "x"], "each policy is run once"),
    ],
)
def test_mistakes_get_a_plain_answer(words, said):
    code, text = call(*words)
    assert code == 2
    assert said in " ".join(text.split())
    assert "Traceback" not in text
    assert max(len(line) for line in text.splitlines()) <= 80
