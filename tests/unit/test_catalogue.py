"""The catalogue of claims: whole, checked against what there is, and every lever connected."""

import re
from pathlib import Path

import jax
import numpy as np
import pytest
from typer.testing import CliRunner

from detente.app.catalog.claims import block, cells, foot, heading
from detente.app.claims import app
from detente.app.experiments import Bench, arms, compare, put
from detente.app.wiring import POLICIES
from detente.decision.comparison import Column, Futures, Kind as Sort
from detente.evidence.arms import Library, check
from detente.evidence.catalogue import CLAIMS, KEYS, Kind, Says, read_claims
from detente.evidence.contrasts import Effect, Finding, Reading, examine, read
from detente.scenarios.schema import InvalidFileError

LATER = {"M19", "M20", "M28", "M29", "M30"}
"""Claims that other parts of the system will serve."""

CATALOGUE = read_claims()
CONTRASTS = [
    pytest.param(contrast, id=f"{claim.key}: {contrast.title}")
    for claim in CATALOGUE.values()
    for contrast in claim.contrasts
]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(POLICIES)


def test_every_claim_is_there_and_tested_or_served():
    assert list(CATALOGUE) == list(KEYS) == [f"M{n}" for n in range(1, 40)]
    for claim in CATALOGUE.values():
        assert bool(claim.contrasts) == (claim.key not in LATER)
        assert bool(claim.served_by) == (claim.key in LATER)
        assert claim.rival


def test_every_tested_claim_moves_a_lever_of_its_own():
    for claim in CATALOGUE.values():
        if claim.contrasts:
            assert claim.contrasts[0].kind is Kind.LEVER, claim.key
            assert claim.contrasts[0].outcome in claim.outcomes
        titles = [contrast.title for contrast in claim.contrasts]
        assert len(set(titles)) == len(titles), claim.key


def test_every_name_in_it_exists(library):
    check(CATALOGUE.values(), library)


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_arms_differ_in_what_is_drawn_or_set(contrast, library):
    one, other = (library.bind(contrast.scenario, arm) for arm in (contrast.a, contrast.b))
    sides = [(bound.situation, bound.doctrine.settings) for bound in (one, other)]
    leaves = zip(*map(jax.tree.leaves, sides), strict=True)
    assert any(not np.array_equal(a, b) for a, b in leaves)


def test_ends_lie_on_both_sides_of_the_prior(library):
    pack = library.pack(CATALOGUE["M1"].scenario)
    for claim in CATALOGUE.values():
        for contrast in claim.contrasts:
            for key in contrast.ends:
                family, *_ = pack.numbers[key].prior
                assert family != "point", f"{claim.key}: {key} has one value, and no ends"


def test_arms_are_run_once(library):
    claims = [CATALOGUE["M33"]]
    assert len(arms(claims)) == 4, "two holders, and the two ends of a prior"


SPOILT = {
    "unknown mechanism": ('mechanisms = ["arsenal"]', 'mechanisms = ["arsenals"]', "mechanisms"),
    "unknown outcome": (
        'outcomes = ["warheads", "fissile_kg"]',
        'outcomes = ["warheads", "fissile"]',
        "outcome",
    ),
    "unknown parameter": (
        '"arsenal.assembly", "arsenal',
        '"arsenal.assembling", "arsenal',
        "param",
    ),
    "unknown number": (
        "b.set.arsenal.ceiling = 200",
        "b.set.arsenal.roof = 200",
        "name of a number",
    ),
    "out of range": ("b.set.arsenal.ceiling = 200", "b.set.arsenal.ceiling = 2", "lies between"),
    "unknown policy": (
        'b.policy = "verified-freeze"',
        'b.policy = "melt"',
        "a doctrine that exists",
    ),
    "unknown setting": (
        "a.settings.terms.recognition",
        "a.settings.terms.fame",
        "name of a number",
    ),
    "unknown level": (
        'a.settings.responds_to = "loyalty"',
        'a.settings.responds_to = "x"',
        "level",
    ),
    "no month": ('calendar.closure = "2025-12"', 'calendar.closure = "2025-13"', "a month"),
    "no region": ('a.set.intent = "builder"', 'a.set.intent = "baker"', "a region"),
    "no path": ("after = 3\n", 'after = 3\noutcome = "relief_musd"\n', "only a tracked outcome"),
    "same arms": ("b.set.calendar.term = 240", "b.set.calendar = {}", "arms that differ"),
    "too late": ("after = 5", "after = 50", "at most the"),
}


def spoilt(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = CLAIMS.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("case", SPOILT)
def test_what_is_wrong_is_said_with_its_line(case, tmp_path, library):
    old, new, said = SPOILT[case]
    path = spoilt(tmp_path, (old, new))
    with pytest.raises(InvalidFileError) as caught:
        check(read_claims(path).values(), library, path)
    (problem,) = caught.value.problems
    assert said in problem.rule
    assert problem.value
    assert problem.remedy
    assert re.match(r"claims\.toml:\d+: M\d+\.", problem.place)


def test_all_that_is_wrong_is_said_at_once(tmp_path, library):
    changes = [SPOILT[case][:2] for case in ("unknown mechanism", "unknown policy", "no month")]
    path = spoilt(tmp_path, *changes)
    with pytest.raises(InvalidFileError) as caught:
        check(read_claims(path).values(), library, path)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[M7]", "[M77]", "required"),
        ("[M7]", "[M77]", "only known keys"),
        ('says = "more"', 'says = "most"', "Input should be"),
        ('kind = "ends"', 'kind = "lever"', "and no other, has ends"),
        ('policy = "summit-first"', "", "each arm has a policy"),
        ('served_by = "To come: scenario', 'served_by = "" # ', "says what will serve it"),
    ],
)
def test_the_schema_is_held(old, new, said, tmp_path):
    with pytest.raises(InvalidFileError) as caught:
        read_claims(spoilt(tmp_path, (old, new)))
    assert any(said in problem.rule for problem in caught.value.problems), caught.value


EFFECT = Effect("warheads", 3, 1, 2, 1, 3, 100, 20, 0.8, 0.1)


@pytest.mark.parametrize(
    ("says", "low", "high", "reading"),
    [
        (Says.MORE, 1, 3, Reading.AGREES),
        (Says.LESS, 1, 3, Reading.DISAGREES),
        (Says.LESS, -3, -1, Reading.AGREES),
        (Says.SAME, 1, 3, Reading.DISAGREES),
        (Says.SAME, -1, 1, Reading.OPEN),
        (Says.DIFFERS, -3, -1, Reading.AGREES),
        (Says.MORE, -1, 3, Reading.OPEN),
        (Says.MORE, None, None, Reading.UNKNOWN),
    ],
)
def test_a_reading_follows_from_the_interval(says, low, high, reading):
    contrast = CATALOGUE["M5"].contrasts[0]._replace(says=says)
    assert read(EFFECT._replace(low=low, high=high), contrast) is reading
    assert read(EFFECT._replace(low=0, high=0, higher=0, lower=0), contrast) is Reading.NIL


def test_a_claim_is_examined_with_what_it_is_given():
    """Runner and comparison are the caller's: here, arms run to their own settings."""
    claim = CATALOGUE["M24"]
    ran = []

    def run(contrast, arm):
        ran.append(arm)
        return dict(arm.settings).get("terms.relief", -1)

    def by_hand(one, other, outcome, after, only):
        return EFFECT._replace(outcome=outcome, difference=one - other)

    findings = list(examine(claim, run, by_hand))
    assert len(ran) == 2 * len(claim.contrasts)
    assert [effect.outcome for effect in findings[0].effects] == list(claim.outcomes)
    assert findings[0].effects[0].difference == 150


def futures(values, intent=(0, 0, 1, 1)) -> Futures:
    """Four futures of two worlds."""
    every = np.ones(4, bool)
    columns = {
        "warheads": Column(Sort.NUMBER, np.asarray(values, float), every),
        "intent": Column(Sort.LABEL, np.asarray(intent), every, ("trader", "builder")),
    }
    return Futures(np.asarray([0, 0, 1, 1]), np.asarray([0, 1, 0, 1]), columns)


def test_runs_are_compared_future_by_future():
    effect = compare(futures([1, 2, 3, 4]), futures([0, 0, 0, 0]), "warheads", None, ())
    assert (effect.a, effect.b, effect.difference, effect.n, effect.worlds) == (2.5, 0, 2.5, 4, 2)
    assert effect.low is not None
    assert effect.low < 2.5
    assert not effect.nil


def test_only_some_futures_can_be_compared():
    only = (("intent", "builder"),)
    effect = compare(futures([1, 2, 3, 4]), futures([0, 0, 0, 0]), "warheads", None, only)
    assert (effect.a, effect.n, effect.worlds, effect.low) == (3.5, 2, 1, None)


def call(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def test_claims_are_listed_and_shown():
    code, text = call("list")
    assert code == 0
    assert all(re.search(rf"^{key}\b", text, re.M) for key in KEYS)
    code, shown = call("show", "m3")
    assert code == 0
    assert "terms.detection: 0.3, against 0.01" in shown
    assert max(map(len, (text + shown).splitlines())) <= 80


def test_a_claim_that_there_is_not_is_a_mistake():
    code, text = call("show", "M99")
    assert code == 2
    assert "M1 to M39" in text


@pytest.mark.parametrize(
    ("effect", "shown"),
    [
        ((0.353, 0.131, 0.222, 0.15, 0.30), ("0.35", "0.13", "+0.22 [0.15, 0.30]")),
        ((9.0e8, 1.032e9, -1.32e8, -1.4e8, -1.25e8), ("900m", "1,032m", "−132m [−140, −125]")),
        ((4.5, 4.5, 0.0, None, None), ("4.50", "4.50", "0.00")),
    ],
)
def test_effects_are_written_with_what_is_known_of_them(effect, shown):
    found = EFFECT._replace(
        **dict(zip(("a", "b", "difference", "low", "high"), effect, strict=True))
    )
    assert cells(found) == shown


def test_the_table_fits_a_terminal():
    claim = CATALOGUE["M31"]
    wide = Effect("food_insecure_person_months", 9e8, 1.032e9, -1.32e8, -1.4e8, -1.25e8, 9, 3, 0, 1)
    findings = [Finding(claim, contrast, (wide, wide)) for contrast in claim.contrasts]
    lines = [*heading(), *block(claim, findings, every=True), *foot(256, 4, 0)]
    assert max(map(len, lines)) <= 80


@pytest.mark.slow
def test_every_lever_is_connected(library, monkeypatch):
    """None of the contrasts is without any effect in all of its outcomes."""
    monkeypatch.setattr("detente.engine.ensemble.CHUNK", 128)  # small: padding would cost the rest
    claims = [claim for claim in CATALOGUE.values() if claim.contrasts]
    bench = Bench(library, worlds=128, replicates=1, seed=1)
    dead = [
        f"{claim.key}: {finding.contrast.title}"
        for claim, findings in put(claims, bench)
        for finding in findings
        if all(effect.nil for effect in finding.effects)
    ]
    assert not dead
