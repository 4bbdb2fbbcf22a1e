"""Wrong files: every error at once, each with its place, the rule, the value received and a remedy."""

import re
import shutil
from pathlib import Path

import pytest

from detente.app.wiring import POLICIES
from detente.scenarios.binding import load_doctrine, load_pack
from detente.scenarios.schema import InvalidFileError, Problem
from detente.scenarios.variants import vary_pack
from tests.conftest import PACKS


class Desk:
    """A copy of harbour to be spoilt."""

    def __init__(self, folder: Path):
        self.pack = folder / "harbour"
        shutil.copytree(PACKS / "harbour", self.pack)
        self.doctrine = folder / "settle.toml"
        shutil.copy(PACKS / "settle.toml", self.doctrine)

    def _path(self, file: str) -> Path:
        return self.doctrine if file == "settle.toml" else self.pack / file

    def spoil(self, file: str, pattern: str, by: str) -> int:
        """Replace the one match of a pattern, and give its line."""
        path = self._path(file)
        text = path.read_text(encoding="utf-8")
        (match,) = re.finditer(pattern, text, re.M)
        path.write_text(text[: match.start()] + by + text[match.end() :], encoding="utf-8")
        return text[: match.start()].count("\n") + 1

    def problems(self) -> list[Problem]:
        with pytest.raises(InvalidFileError) as caught:
            load_pack(str(self.pack), POLICIES)
        return self._complete(caught.value)

    def doctrine_problems(self) -> list[Problem]:
        with pytest.raises(InvalidFileError) as caught:
            load_doctrine(str(self.doctrine), POLICIES)
        return self._complete(caught.value)

    def _complete(self, error: InvalidFileError) -> list[Problem]:
        for problem in error.problems:
            assert all(problem), f"a problem says place, rule, value and remedy: {problem}"
            assert str(problem) in str(error)
            assert re.match(r"[\w.\-]+\.toml:\d+", problem.place), problem.place
        return error.problems


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


BREACHES = {
    "role unknown": (
        "scenario.toml",
        r"^\[roles\.guarantor\]",
        "[roles.protector]",
        ["required", "only known keys"],
    ),
    "unknown key": (
        "parameters.toml",
        "^linear = ",
        "linaer = ",
        ["only known keys", "remove"],
    ),
    "missing key": (
        "parameters.toml",
        r"^pledge_habit = .*\n",
        "",
        ["required", "add this key"],
    ),
    "missing table": (
        "state.toml",
        r"^\[transition\]\n(.+\n)+",
        "",
        ["required"],
    ),
    "out of bounds": (
        "parameters.toml",
        r"^attention = \{ value = [\d.]+",
        "attention = { value = 7",
        ["0 and 1"],
    ),
    "uniform out of bounds": (
        "state.toml",
        r"^custody = \{ low = [\d.]+",
        "custody = { low = -1",
        ["0 and 1"],
    ),
    "unknown source": (
        "state.toml",
        r"(?<=^output = \{ value = 100, source = \[\")[\w-]+",
        "no-such-book",
        ["sources.toml", "no-such-book"],
    ),
    "wrong level": (
        "state.toml",
        r'(?<=^channel = \{ value = )"contact"',
        '"cocktails"',
        ["one of none, contact"],
    ),
    "a text for a number": (
        "state.toml",
        r"(?<=^heu = \{ value = )\d+",
        '"much"',
        ["quotes"],
    ),
    "judgement without note": (
        "parameters.toml",
        r'(?<=^foresight = \{ value = 10, source = \["judgement"\]), note = "[^"]+"',
        "",
        ["note"],
    ),
    "two forms": (
        "parameters.toml",
        r"^foresight = \{ value = 10",
        "foresight = { value = 10, low = 1, high = 2",
        ["keep one of these forms"],
    ),
    "half a form": (
        "parameters.toml",
        r"^foresight = \{ value = 10",
        "foresight = { mean = 10",
        ["keep one of these forms"],
    ),
    "range upside down": (
        "state.toml",
        r"^leader_age = \{ low = 58, high = 66",
        "leader_age = { low = 66, high = 58",
        ["swap"],
    ),
    "no spread": (
        "parameters.toml",
        r"(?<=^noise = \{ median = 0.35, spread = )0.2",
        "0",
        ["greater than 0"],
    ),
    "weights": (
        "regions.toml",
        "^weight = 0.1$",
        "weight = 0.3",
        ["sum to one", "1.2", "rescale"],
    ),
    "span upside down": (
        "regions.toml",
        r"^arsenal = \[2, 8\]",
        "arsenal = [8, 2]",
        ["low below high"],
    ),
    "span out of bounds": (
        "regions.toml",
        r"^patience = \[0.95, 0.99\]",
        "patience = [0.95, 1.5]",
        ["0.9999"],
    ),
    "region's source": (
        "regions.toml",
        r'source = \["judgement"\]\narsenal = \[2, 8\]',
        'source = ["rumour"]\narsenal = [2, 8]',
        ["rumour"],
    ),
    "month": (
        "scenario.toml",
        '^start = "1951-03"',
        'start = "March"',
        ["YYYY-MM", "'March'"],
    ),
    "no years": (
        "scenario.toml",
        "^years = 3",
        "years = 0",
        ["greater than or equal to 1"],
    ),
    "source of a statement": (
        "scenario.toml",
        r'(?<=in the works at Saltmere\."\nsource = \[")[\w-]+',
        "hearsay",
        ["hearsay"],
    ),
    "an ally without a calendar": (
        "scenario.toml",
        r"^vik = .*\n",
        "",
        ["calendar.allies", "ost, vik"],
    ),
    "correlation of a point": (
        "scenario.toml",
        r'(?<=^of = \["state.arsenal.warheads", )"arsenal.growth"',
        '"arsenal.linear"',
        ["uncertain", "arsenal.linear"],
    ),
    "correlation of nothing": (
        "scenario.toml",
        r'(?<=^of = \["state.arsenal.warheads", )"arsenal.growth"',
        '"arsenal.grwoth"',
        ["uncertain", "arsenal.grwoth"],
    ),
    "a member unknown": (
        "state.toml",
        r"(?<=^\[alignment\.ties\]\n)gro = ",
        "gri = ",
        ["only known keys", "required"],
    ),
    "source from the future": (
        "sources.toml",
        r"(?<=Report on the works at Saltmere\"\nyear = )1950",
        "2031",
        ["2024"],
    ),
    "syntax": (
        "regions.toml",
        r"^\[hedger\]",
        "[hedger",
        ["TOML"],
    ),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_said(desk: Desk, breach: str):
    file, pattern, by, words = BREACHES[breach]
    line = desk.spoil(file, pattern, by)
    problems = [p for p in desk.problems() if p.place.startswith(f"{file}:")]
    said = "\n".join(map(str, problems))
    for word in words:
        assert word in said
    if by and breach not in ("role unknown", "weights", "missing table", "source from the future"):
        places = [int(p.place.split(":")[1]) for p in problems]
        assert any(abs(place - line) <= 2 for place in places), (line, said)


def test_every_breach_is_said_at_once(desk: Desk):
    for breach in (
        "unknown key",
        "out of bounds",
        "unknown source",
        "wrong level",
        "month",
        "syntax",
    ):
        desk.spoil(*BREACHES[breach][:3])
    said = "\n".join(map(str, desk.problems()))
    for word in ("linaer", "linear", "attention", "no-such-book", "cocktails", "start", "TOML"):
        assert word in said, word


def test_a_missing_file_hides_no_other_breach(desk: Desk):
    (desk.pack / "regions.toml").unlink()
    desk.spoil(*BREACHES["out of bounds"][:3])
    with pytest.raises(InvalidFileError) as caught:
        load_pack(str(desk.pack), POLICIES)
    assert "regions.toml" in str(caught.value)
    assert "attention" in str(caught.value)


def test_two_roles_do_not_share_a_code(desk: Desk):
    desk.spoil("scenario.toml", '^code = "vik"', 'code = "ost"')
    with pytest.raises(InvalidFileError, match="a code of its own"):
        load_pack(str(desk.pack), POLICIES)


def test_numbers_can_be_fixed_for_a_run():
    changes = {
        "state.alignment.war.lim": True,
        "testing.talks": 0.25,
        "state.diplomacy.track": "working",
    }
    pack = vary_pack(load_pack(str(PACKS / "harbour"), POLICIES), POLICIES, changes)
    assert {key: pack.numbers[key].value for key in changes} == {
        "state.alignment.war.lim": True,
        "testing.talks": 0.25,
        "state.diplomacy.track": 2,
    }


def test_what_cannot_be_fixed_is_said_at_once():
    changes = {"testing.tlaks": 1, "testing.talks": 99, "state.diplomacy.track": "cocktails"}
    with pytest.raises(InvalidFileError) as caught:
        vary_pack(load_pack(str(PACKS / "harbour"), POLICIES), POLICIES, changes)
    for word in ("testing.talks", "between -4 and 4", "none, contact", "perhaps"):
        assert word in str(caught.value), word


def test_a_situation_can_start_with_agreements_in_force():
    pack = load_pack("korea-1994", POLICIES)
    assert pack.numbers["state.diplomacy.slots.in_force.first"].value
    assert pack.numbers["state.diplomacy.slots.terms.tests.first"].value is not None


def test_modifiers_replace_settings_in_their_order():
    plain, both = (
        load_doctrine("verified-freeze", POLICIES),
        load_doctrine("verified-freeze+go-it-alone+united-front", POLICIES),
    )
    assert both.name == "verified-freeze+go-it-alone+united-front"
    assert bool(both.settings.consult)
    assert not bool(both.settings.track)
    assert both.settings.terms.relief == plain.settings.terms.relief
    assert set(plain.source) < set(both.source)


@pytest.mark.parametrize("name", ["verified-freeze+", "verified-freeze+united", "+united-front"])
def test_no_such_modifier(name: str):
    with pytest.raises(InvalidFileError, match="that exists"):
        load_doctrine(name, POLICIES)


def test_no_such_pack():
    with pytest.raises(InvalidFileError, match="a pack that exists"):
        load_pack("atlantis", POLICIES)


DOCTRINE_BREACHES = {
    "unknown key": (
        "^walk_out = ",
        "walkout = ",
        ["only known keys", "required"],
    ),
    "out of bounds": (
        r"^concession = \{ value = 0.5",
        "concession = { value = 5",
        ["0 and 1"],
    ),
    "wrong level": (
        r'^pressure_rest = \{ value = "hold"',
        'pressure_rest = { value = "squeeze"',
        ["one of ease, hold, tighten"],
    ),
    "unknown source": (
        r'(?<=^recent = \{ value = 1, source = \[")judgement',
        "diary",
        ["diary"],
    ),
    "head's source": (
        r'^source = \["judgement"\]',
        'source = ["diary"]',
        ["diary"],
    ),
    "no note": (
        r'(?<=^recent = \{ value = 1, source = \["judgement"\]), note = "[^"]+"',
        "",
        ["note"],
    ),
    "a range": (
        r"^recent = \{ value = 1",
        "recent = { low = 1, high = 3",
        ["one value"],
    ),
    "no title": (
        r"^title = .*\n",
        "",
        ["title", "required"],
    ),
    "terms": (
        r"^detection = \{ value = 0.15",
        "detection = { value = 1.5",
        ["0 and 1"],
    ),
    "syntax": (
        r"^\[settings\.terms\]",
        "[settings.terms",
        ["TOML"],
    ),
}


@pytest.mark.parametrize("breach", DOCTRINE_BREACHES)
def test_a_breach_of_a_doctrine_is_said(desk: Desk, breach: str):
    pattern, by, words = DOCTRINE_BREACHES[breach]
    desk.spoil("settle.toml", pattern, by)
    said = "\n".join(map(str, desk.doctrine_problems()))
    for word in words:
        assert word in said


def test_every_breach_of_a_doctrine_is_said_at_once(desk: Desk):
    for breach in ("unknown key", "out of bounds", "wrong level", "unknown source", "terms"):
        desk.spoil("settle.toml", *DOCTRINE_BREACHES[breach][:2])
    said = "\n".join(map(str, desk.doctrine_problems()))
    for word in ("walkout", "walk_out", "concession", "squeeze", "diary", "detection"):
        assert word in said, word


def test_no_such_doctrine():
    with pytest.raises(InvalidFileError, match="a doctrine that exists"):
        load_doctrine("appease-atlantis", POLICIES)


def test_levels_stand_by_name_and_become_numbers():
    doctrine = load_doctrine(str(PACKS / "settle.toml"), POLICIES)
    assert doctrine.settings.channel == 2
    assert doctrine.settings.pressure_tested == 2
    assert bool(doctrine.settings.offers)
