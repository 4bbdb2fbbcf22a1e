"""Commands about files: doctrines and situations, listed, told, checked and copied; and numbers that a run fixes."""

import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from typer.main import get_command

from detente.app.changes import parse, spell
from detente.app.cli import app
from detente.app.usecases import Request, Session
from detente.app.wiring import POLICIES
from detente.domain.agreements import Agreement, Terms
from detente.domain.quantity import Leaf, leaves
from detente.engine.deep import FAMILIES, rows
from detente.scenarios.binding import (
    DOCTRINES,
    MODIFIERS,
    PACKS as SHIPPED,
    load_doctrine,
    load_pack,
    names,
)
from detente.scenarios.schema import Correlation, Shocks
from docs.generate import HERE, pages
from tests.unit.test_cli import PACKS, call

HARBOUR = PACKS / "harbour"
PROSE = (HERE / "packs.md").read_text(encoding="utf-8")
SETTINGS = leaves(POLICIES["doctrine"].Settings)


def flat(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def told(*words: str | Path) -> str:
    """What a command says that succeeds."""
    code, text = call(*words)
    assert code == 0, text
    return text


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder to work in, and a terminal of eighty columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def pack(tmp_path) -> Path:
    """The harbour, to be changed."""
    return shutil.copytree(HARBOUR, tmp_path / "mine")


# --- doctrines ---------------------------------------------------------------


def test_every_doctrine_and_modifier_is_listed_with_its_aliases():
    text = told("policy", "list")
    for name in [*names(DOCTRINES), *names(MODIFIERS)]:
        assert any(line.startswith(f"{name} ") for line in text.splitlines())
    for name in names(DOCTRINES):
        doctrine = load_doctrine(name, POLICIES)
        assert all(word in flat(text) for word in (doctrine.title, *doctrine.aliases))
    assert "verified-freeze+united-front" in text


def test_a_doctrine_is_shown_with_every_setting_its_grounds_and_its_works():
    text = told("policy", "show", "verified-freeze")
    doctrine = load_doctrine("verified-freeze", POLICIES)
    said = flat(text)
    assert doctrine.summary in said
    for leaf in SETTINGS:
        number = doctrine.numbers[leaf.name]
        assert f"{leaf.name} " in said
        assert all(key in said for key in number.source)
    assert "terms.relief 60 USD m/month" in said
    assert "channel working" in said
    assert "offers true" in said
    assert "Einhorn, Robert (2018)." in said


def test_an_alias_and_a_file_are_shown_too():
    assert told("policy", "show", "interim-agreement") == told("policy", "show", "verified-freeze")
    assert told("policy", "show", PACKS / "settle.toml").startswith("Settle")


def test_a_modifier_is_told_by_what_it_changes():
    steps = ["facility-for-relief", "united-front", "go-it-alone"]
    texts = told("policy", "show", "+".join(steps)).split("What +")[1:]
    for at, text in enumerate(texts, 1):
        assert text.startswith(steps[at])
        before, after = (load_doctrine("+".join(steps[:n]), POLICIES) for n in (at, at + 1))
        changes = text.split("Settings:")[0]
        for leaf in SETTINGS:
            same = before.numbers[leaf.name].prior == after.numbers[leaf.name].prior
            assert (f"  {leaf.name} " in changes) == (not same)
    assert "coalition true -> false" in flat(texts[-1])


def test_a_modifier_that_changes_nothing_says_so():
    text = told("policy", "show", "facility-for-relief+united-front+united-front")
    assert "What +united-front changes from what stands before it: none" in flat(text)


@pytest.mark.parametrize(
    "origin",
    ["verified-freeze", "wait-and-contain+peace-track+go-it-alone", str(PACKS / "settle.toml")],
)
def test_a_new_doctrine_loads_as_it_is(origin):
    text = told("policy", "new", "my-way", "--from", origin)
    assert "my-way.toml" in text
    mine = load_doctrine("my-way.toml", POLICIES)
    model = load_doctrine(origin, POLICIES)
    assert mine.name == "my-way"
    assert (mine.title, mine.summary, mine.source) == ("My way", model.summary, model.source)
    assert mine.numbers == model.numbers


def test_a_new_doctrine_says_what_each_setting_may_be():
    told("policy", "new", "my-way", "--from", "verified-freeze", "--out", "deep/down/own.toml")
    lines = Path("deep/down/own.toml").read_text(encoding="utf-8").splitlines()
    for leaf in SETTINGS:
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{leaf.path[-1]} = "))
        assert lines[at - 1].startswith(f"# {leaf.quantity.meaning}: ")
    assert "detente policy show deep/down/own.toml" in "\n".join(lines)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mine", "--from", "verified-freeze"], "mine.toml is there already"),
        (["new", "--from", "verified-freeze", "--out", "mine.txt"], "a .toml file"),
        (["Mine", "--from", "verified-freeze"], "small letters"),
        (["wait-and-contain", "--from", "verified-freeze"], "a name of its own"),
        (["new", "--from", "kindness"], "a doctrine that exists"),
        (["new", "--from", "verified-freeze+kindness"], "a modifier that exists"),
    ],
)
def test_a_doctrine_that_cannot_be_begun_leaves_everything_as_it_was(words, said):
    Path("mine.toml").write_text("dear = true", encoding="utf-8")
    code, text = call("policy", "new", *words)
    assert code == 2
    assert said in flat(text)
    assert [path.read_text() for path in Path().iterdir()] == ["dear = true"]


# --- situations --------------------------------------------------------------


def agreement() -> str:
    """An agreement in force, spelled out."""

    def line(leaf: Leaf) -> str:
        low = max(leaf.quantity.low, 0)
        value = leaf.quantity.labels[0] if leaf.quantity.labels else low
        value = json.dumps(bool(low) if leaf.dtype == bool else value)
        return f'{leaf.path[-1]} = {{ value = {value}, source = ["judgement"], note = "So." }}'

    own = [line(leaf) for leaf in leaves(Agreement) if len(leaf.path) == 1]
    terms = [line(leaf) for leaf in leaves(Agreement) if len(leaf.path) == 2]
    head = ["[[agreement]]", 'text = "The lamps stay lit."', 'source = ["judgement"]']
    return "\n".join([*head, *own, "[agreement.terms]", *terms])


def test_every_situation_is_listed():
    text = told("scenario", "list")
    for name in names(SHIPPED):
        head = tomllib.loads((SHIPPED / name / "scenario.toml").read_text(encoding="utf-8"))
        assert name in text
        assert head["title"] in text


def test_a_situation_is_shown_with_roles_dates_and_what_goes_together():
    said = flat(told("scenario", "show", HARBOUR))
    head = load_pack(str(HARBOUR), POLICIES).head
    for role, people in (("challenger", head.roles.challenger), ("partner", head.roles.partner)):
        assert f"{role} {people.code} {people.name}" in said
    for role, members in (("ally", head.roles.allies), ("patron", head.roles.patrons)):
        assert all(f"{role} {people.code} {people.name}" in said for people in members)
    assert "Starts in March 1951; 3 years" in said
    assert "large exercises May and October" in said
    assert all(statement.text in said for statement in head.situation)
    assert all(f"{c.of[0]} and {c.of[1]}: {c.rho:g}" in said for c in head.correlations)
    assert "each beside its hazard: none" in said
    assert "Agreements in force: none" in said
    assert "Report on the works at Saltmere" in said


def test_shocks_and_agreements_in_force_are_shown(pack):
    (pack / "agreements.toml").write_text(agreement(), encoding="utf-8")
    scenario = (pack / "scenario.toml").read_text(encoding="utf-8")
    shocks = '[shocks]\nclosure = "1951-12"\nwar_ends = { lim = "1952-02" }\n\n[[situation]]'
    (pack / "scenario.toml").write_text(scenario.replace("[[situation]]", shocks, 1), "utf-8")
    said = flat(told("scenario", "show", pack))
    assert "war ends, lim February 1952" in said
    assert "epidemic closes the border December 1951" in said
    assert "The lamps stay lit. [judgement]" in said
    slots = told("scenario", "show", pack, "--numbers", "state.diplomacy.slots")
    assert f"{len(leaves(Agreement))} numbers" in slots
    assert "state.diplomacy.slots.terms.length.first = 1 month" in slots


def test_numbers_are_counted_by_the_form_of_their_prior():
    text = told("scenario", "show", HARBOUR)
    numbers = load_pack(str(HARBOUR), POLICIES).numbers.values()
    counts = [sum(n.prior[0] == family for n in numbers) for family in FAMILIES]
    row = next(line for line in text.splitlines() if line.startswith("  all "))
    assert [int(n) for n in row.split()[1:]] == [n for n in (*counts, sum(counts)) if n]


def test_numbers_are_listed_by_the_names_that_set_takes():
    pack = load_pack(str(HARBOUR), POLICIES)
    text = told("scenario", "show", HARBOUR, "--numbers")
    heads = [line.split(" = ")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert sorted(heads) == sorted(pack.numbers)
    part = told("scenario", "show", HARBOUR, "--numbers", "state.alignment.ties")
    assert [line.split(" = ")[0] for line in part.splitlines() if line.startswith("state")] == [
        "state.alignment.ties.gro",
        "state.alignment.ties.lim",
    ]


def test_no_such_numbers():
    code, text = call("scenario", "show", HARBOUR, "--numbers", "testing.talk")
    assert code == 2
    assert "perhaps testing.talks" in flat(text)


def test_a_sound_situation_is_told_what_was_checked():
    said = flat(told("scenario", "validate", HARBOUR))
    assert "harbour: nothing is wrong" in said
    assert f"{len(load_pack(str(HARBOUR), POLICIES).numbers)} numbers" in said
    for path in HARBOUR.glob("*.toml"):
        assert path.name in said


def test_all_that_is_wrong_is_told_at_once_and_where(pack):
    for file, old, new in (
        ("scenario.toml", 'start = "1951-03"', 'start = "spring"'),
        ("state.toml", "leader_age = { low = 58", "leader_age = { low = 580"),
    ):
        text = (pack / file).read_text(encoding="utf-8")
        assert old in text
        (pack / file).write_text(text.replace(old, new), encoding="utf-8")
    code, text = call("scenario", "validate", pack)
    assert code == 2
    said = flat(text)
    for file, start in (("scenario.toml", "start = "), ("state.toml", "leader_age = ")):
        lines = (pack / file).read_text(encoding="utf-8").splitlines()
        line = next(i for i, text in enumerate(lines, 1) if text.startswith(start))
        assert f"{file}:{line}: " in said
    assert all(word in said for word in ("rule:", "value:", "remedy:", "YYYY-MM", "'spring'"))
    assert "Traceback" not in text


@pytest.mark.parametrize("origin", [str(HARBOUR), *names(SHIPPED)])
def test_a_new_situation_loads_as_it_is(origin):
    text = told("scenario", "new", "my-crisis", "--from", origin)
    assert "detente scenario validate my-crisis" in text
    mine, model = load_pack("my-crisis", POLICIES), load_pack(origin, POLICIES)
    assert mine.head == model.head.model_copy(update={"name": "my-crisis"})
    assert mine.numbers == model.numbers
    assert set(mine.sources) == set(model.sources)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mine", "--from", HARBOUR], "mine is there already"),
        (["other", "--from", HARBOUR, "--out", "mine"], "mine is there already"),
        (["Other", "--from", HARBOUR], "small letters"),
        (["korea-2025", "--from", HARBOUR], "a name of its own"),
        (["other", "--from", "atlantis"], "a pack that exists"),
        (["other", "--from", "spoiled"], "regions.toml"),
    ],
)
def test_a_situation_that_cannot_be_begun_leaves_everything_as_it_was(pack, words, said):
    shutil.copytree(pack, "spoiled")
    Path("spoiled/regions.toml").unlink()
    before = sorted(Path().rglob("*"))
    code, text = call("scenario", "new", *words)
    assert code == 2
    assert said in flat(text)
    assert sorted(Path().rglob("*")) == before


# --- both --------------------------------------------------------------------


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    """The reference pages."""
    return pages()


PAGES = [
    ["policy", "list"],
    ["policy", "show", "verified-freeze+peace-track"],
    ["scenario", "list"],
    ["scenario", "show", HARBOUR],
    ["scenario", "show", HARBOUR, "--numbers", "state"],
    ["scenario", "validate", HARBOUR],
]


@pytest.mark.parametrize("words", PAGES, ids=lambda words: "-".join(map(str, words[:2])))
@pytest.mark.parametrize("columns", [70, 80, 100])
def test_pages_fit_the_terminal(words, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = told(*words).splitlines()
    assert max(len(line) for line in lines) <= columns
    assert lines == [line.rstrip() for line in lines]


def test_every_command_of_a_group_is_documented(documents):
    text = documents["reference/commands.md"]
    for name, group in get_command(app).commands.items():  # type: ignore[attr-defined]
        for command in getattr(group, "commands", {}):
            assert f"## detente {name} {command}\n" in text


def test_every_modifier_is_documented(documents):
    text = documents["reference/doctrines.md"]
    assert all(f"+{name}\n" in text for name in names(MODIFIERS))


def test_commands_on_the_page_on_packs_exist():
    lines = re.findall(r"^\$ detente (.+)$", PROSE, re.M)
    assert len(lines) >= 10
    for line in lines:
        command: Any = get_command(app)
        words = shlex.split(line)
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        known = {option for param in command.params for option in param.opts}
        assert {word for word in words if word.startswith("-")} <= known, line


def test_examples_on_the_page_on_packs_fit_the_schema():
    examples: dict[str, Any] = {}
    for block in re.findall(r"```toml\n(.+?)```", PROSE, re.S):
        examples |= tomllib.loads(block)
    Shocks.model_validate(examples["shocks"])
    Correlation.model_validate(examples["correlations"][0])
    (stated,) = examples["agreement"]
    assert set(stated) == {"text", "source", *Agreement._fields}
    assert set(stated["terms"]) <= set(Terms._fields)
    assert set(examples["settings"]) <= {leaf.path[0] for leaf in SETTINGS}


# --- numbers that a run fixes ------------------------------------------------

NAMES = st.from_regex(r"[a-z]+(\.[a-z_]+){1,3}", fullmatch=True)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["working", "guarantor alone", "with a patron"]),
)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_changes_are_read_as_they_are_spelled(changes):
    again = parse(spell(changes))
    assert again == changes
    assert [type(value) for value in again.values()] == [type(v) for v in changes.values()]


@pytest.mark.parametrize("word", ["", "a.b", "a.b=", "=3", "a.b=[1, 2]", "a.b=2025-01-01"])
def test_a_change_that_is_none_is_refused(word):
    with pytest.raises(ValueError, match="--set"):
        parse([word])


def test_a_number_is_fixed_once():
    with pytest.raises(ValueError, match="twice"):
        parse(["a.b=1", "a.b=2"])


def test_what_is_fixed_reaches_the_engine_and_the_request():
    changes = parse(["testing.talks=0.25", "state.diplomacy.channel=contact"])
    session = Session(Request(str(HARBOUR), (str(PACKS / "idle.toml"),), 2, 1, 1, 0, changes))
    priors = session.pack.situation.priors
    places = [f"{section}.{leaf.name}" for section, leaf, _ in rows(POLICIES)]
    for name, value in (("testing.talks", 0.25), ("state.diplomacy.channel", 1)):
        row = places.index(name)
        assert FAMILIES[int(priors.family[row])] == "point"
        assert float(priors.a[row]) == value
    assert session.request.changes == changes
    assert session.pack.numbers["testing.talks"].note == "Set for this run."
