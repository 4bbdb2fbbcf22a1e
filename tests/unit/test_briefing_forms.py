"""The three forms of a briefing say the same; fans, confidence and stories follow their rules."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detente.app.report import briefing, data, matter, printing, stories, tables, words
from detente.app.report.confidence import confidence
from detente.app.report.content import content
from detente.app.report.courses import fan_of, state_of, world_means
from detente.app.report.measures import HEADLINE
from detente.decision.comparison import QUANTILES, Interval, Number, Share, Summary
from tests.briefs import fake, session

DOC = Path(__file__).parents[2] / "docs" / "briefing.md"


@pytest.fixture(scope="module")
def asked():
    return session()


@pytest.fixture(scope="module")
def found(harbour, asked):
    months = harbour.future("settle", 3)
    return matter.gather(asked, fake(asked), lambda *_: months)


@pytest.fixture(scope="module")
def placed(found):
    return content(found)


@pytest.fixture(scope="module")
def numbers(found, placed):
    return json.loads(data.text(found, placed))


def rows_of(text: str, section: str) -> list[list[str]]:
    """Cells of the first table under a heading of the Markdown, its head and rule left out."""
    part = text.split(f"## {section}")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[1:]]


def test_numbers_of_the_json_are_those_of_page_and_markdown(found, placed, numbers):
    """Each figure of the overview is written anew from the JSON, and met in both texts."""
    page, text = briefing.html(placed), briefing.markdown(placed)
    table = {(row["policy"], row["outcome"]): row for row in numbers["findings"]}
    overview = {row[0]: row[1:] for row in rows_of(text, "Overview")}
    met = 0
    for policy in found.findings.policies:
        for place, measure in enumerate(found.findings.headline()):
            row = table[policy.name, measure.name]
            shown = tables.cell(again(row), measure)
            assert f"<b>{shown.main}</b>" in page
            stated = overview[f"{policy.key} {policy.title}"][place].lstrip("▲▼ ")
            assert stated.startswith(shown.main)
            if shown.interval and shown.interval != shown.main:
                assert f'<span class="range">{shown.interval}</span>' in page
                assert f"({shown.interval})" in stated
                met += 1
    assert met > len(HEADLINE)


def again(row: dict) -> Summary:
    """A summary as the JSON tells it."""
    ends = Interval(row["low"], row["high"])
    sizes = row["n"], row["total"], row["worlds"]
    if "word" in row:
        return Share(*sizes, row["value"], ends)
    spread = tuple(row[f"q{round(100 * q):02d}"] for q in QUANTILES)
    return Number(*sizes, row["value"], ends, row["sd"], spread, row["q99"], row["between"])


def test_every_difference_and_type_stands_in_the_json(found, numbers):
    pairs = {(row["policy"], row["outcome"]): row for row in numbers["differences"]}
    for pair in found.findings.pairs:
        for outcome, difference in pair.differences.items():
            row = pairs[pair.one.name, outcome]
            assert row["n"] == difference.n
            assert row["clear"] is difference.clear
            assert row["value"] == pytest.approx(difference.mean, rel=1e-8, nan_ok=True)
    assert {row["type"] for row in numbers["types"]} == {
        row["type"] for row in numbers["type_weights"]
    }
    assert sum(row["weight"] for row in numbers["type_weights"]) == pytest.approx(1)


def test_json_loads_as_tables_and_its_columns_are_documented(numbers):
    doc = DOC.read_text(encoding="utf-8")
    assert f"Schema version: {data.SCHEMA}" in doc
    for name, table in numbers.items():
        assert f"`{name}`" in doc
        rows = table if isinstance(table, list) else [table]
        for key in {key for row in rows if isinstance(row, dict) for key in row}:
            assert f"`{key}`" in doc, f"docs/briefing.md lacks {name}.{key}"
    course = pd.DataFrame(numbers["courses"][0])
    assert len(course) == 24
    assert (course.q05 <= course.q50).all()
    assert (course.least <= course.q01).all()
    assert (course.q99 <= course.most).all()


def test_json_holds_null_for_what_is_not_known(harbour):
    asked = session(worlds=1, replicates=1)
    one = matter.gather(asked, fake(asked), lambda *_: harbour.future("settle", 3))
    rows = json.loads(data.text(one, content(one)))["findings"]
    assert all(row["low"] is None for row in rows)


def test_markdown_has_no_html_and_keeps_signs_from_working(placed):
    text = briefing.markdown(placed)
    assert not re.search(r"</?(a|b|span|svg|td)\b", text)
    assert "\\_" not in placed["command"]
    head = placed["head"].model_copy(update={"title": "One | two <b>*three*"})
    assert "# One \\| two \\<b>\\*three\\*: a briefing" in briefing.markdown(
        placed | {"head": head}
    )
    for table in re.findall(r"(?:^\|.*\n)+", text, re.M):  # each keeps its number of columns
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1, table


def test_three_futures_stand_at_tenths_of_the_index(found):
    outcomes = stories.indexed(found.findings)
    for policy in found.findings.policies:
        index = stories.index(policy, outcomes)
        assert np.mean(index) == pytest.approx(0.5)
        worst, median, best = found.picks[policy.key]
        assert [p.place for p in (worst, median, best)] == list(stories.PLACES)
        assert worst.standing <= median.standing <= best.standing
        below = np.mean(index <= worst.standing + 1e-9), np.mean(index < best.standing - 1e-9)
        assert below[0] >= 0.1
        assert below[1] <= 0.9
        assert index[worst.future] == pytest.approx(
            worst.standing
        )  # none failed: future k is row k


def test_failed_futures_are_never_picked():
    asked = session()
    policy = matter.find(asked, fake(asked, failing=30)).policies[0]
    outcomes = stories.indexed(matter.find(asked, fake(asked)))
    assert all(pick.future >= 30 for pick in stories.picks(policy, outcomes, 5))


def test_stories_are_told_of_the_reference_and_of_the_policy_most_unlike_it(found, placed):
    assert placed["stories"]["told"][0][0] is found.findings.reference
    assert len(found.told) == 2
    one = found.told[found.findings.reference.key][0]
    assert len(one.turns) <= 2 * stories.ENDS * len(stories.KINDS)
    assert one.closing.startswith("In ")
    command = placed["stories"]["commands"][0][1]
    assert f"--future {one.pick.future}" in command


def test_a_fan_is_read_from_futures_that_exist():
    rng = np.random.default_rng(5)
    paths = np.cumsum(rng.normal(size=(12, 400)), axis=0)
    fan = fan_of(paths, np.repeat(np.arange(40), 10))
    assert np.array_equal(fan.samples[:, -1], fan.bands[:, -1])
    assert np.array_equal(fan.extremes, [paths.min(axis=1), paths.max(axis=1)])
    assert (fan.edges[0] <= fan.bands[0]).all()
    assert all(any(np.array_equal(s, p) for p in paths.T) for s in fan.samples)


def test_world_means_leave_chance_out():
    rng = np.random.default_rng(9)
    world = np.repeat(np.arange(400), 8)
    chance = rng.normal(size=(3, 3200))
    alone = world_means(chance, world)
    assert alone is not None
    assert np.ptp(alone, axis=0).max() < 0.35  # raw world means would reach over 1.16
    deep = rng.normal(size=400)[world]
    both = world_means(deep + chance, world)
    assert both is not None
    assert both[2] - both[0] == pytest.approx(3.29, abs=0.4)  # the deep part's own 90 per cent
    assert world_means(chance, np.arange(3200)) is None
    assert world_means(chance, np.zeros(3200, int)) is None
    assert state_of(chance > 0, world).share == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("interval", "between", "types", "word"),
    [
        ((0.28, 0.32), 0.1, (0.29, 0.31), "moderate"),
        ((0.28, 0.32), 0.7, (0.29, 0.31), "low"),
        ((0.10, 0.50), 0.1, (0.29, 0.31), "low"),
        ((0.28, 0.32), 0.1, (0.05, 0.60), "low"),
    ],
)
def test_confidence_follows_its_rule(found, interval, between, types, word):
    share = Share(500, 500, 50, 0.3, Interval(*interval), between)
    policy = found.findings.policies[0]._replace(summaries={"war": share})
    kinds: dict[str, dict[str, Summary]] = {
        name: {"war": Share(100, 100, 10, value, Interval(value - 0.02, value + 0.02))}
        for name, value in zip("ab", types, strict=True)
    }
    assert confidence(policy, "war", kinds).word == word


def test_likelihood_and_confidence_stand_apart(placed):
    likely = {word for _, word in words.SCALE}
    for said in placed["short"]["confidence"]:
        assert said.split()[0] in ("moderate", "low")
        assert not any(f" {word} " in f" {said} " for word in likely)
    for _, rows in placed["confidence"]:
        assert {row["confidence"] for row in rows} <= {"low", "moderate", "–"}


def test_a_missing_chromium_is_said_plainly(monkeypatch):
    monkeypatch.setattr(printing.shutil, "which", lambda _: None)
    with pytest.raises(FileNotFoundError, match="leave --pdf out"):
        printing.chromium()


def test_a_chromium_that_prints_nothing_is_said_plainly(monkeypatch, tmp_path):
    silent = subprocess.CompletedProcess([], 3, "", "no display\n")
    monkeypatch.setattr(printing, "chromium", lambda: "chromium")
    monkeypatch.setattr(printing.subprocess, "run", lambda *_, **__: silent)
    with pytest.raises(OSError, match=r"exit code 3.*no display"):
        printing.print_pdf(tmp_path / "briefing.html")
