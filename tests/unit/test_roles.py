"""Roles, not names: no state, leader or party stands in the model, and another crisis runs through the same code."""

import re
from pathlib import Path

import pytest

import detente

NAMES = """
    korea korean koreas inter-korean pyongyang kim seoul moon yoon rhee dprk rok prk jong un il sung hanoi singapore
    panmunjom yongbyon kaesong juche hwasong washington united states america american americans usa u.s. us trump biden
    obama clinton bush harris democrat democrats democratic republican republicans beijing china chinese prc xi
    moscow russia russian russians putin soviet ussr japan japanese tokyo iran iranian tehran israel india pakistan
    taiwan ukraine nato vienna geneva
"""
"""Whole words, in any case. `un` and `il` would be; `us` stands in English too, so it counts in capitals only."""

CAPITALS_ONLY = {"us", "un", "il", "xi", "bush", "moon", "states", "harris"}
FLOORS = ("domain", "mechanisms", "policies", "engine")
HOME = Path(detente.__file__).parent

ALLOWED = re.compile(
    r"^\s*(Reference|References|Source):.*?(?=\n\s*\n|\bDomain:|\bLimits:|\Z)", re.S | re.M
)
"""Bibliography: from `Reference:` to the next part of a docstring may name whom scholars name."""


def offences(text: str) -> list[str]:
    """Names that stand in a text outside its references, each with its line."""
    kept = ALLOWED.sub(lambda m: "\n" * m[0].count("\n"), text)
    found = []
    for number, line in enumerate(kept.splitlines(), 1):
        for word in re.findall(r"[A-Za-z][A-Za-z.\-]*", line):
            bare = word.rstrip(".-")
            name = bare.lower() if bare.lower() not in CAPITALS_ONLY else ""
            exact = bare in {
                n.upper() for n in CAPITALS_ONLY - {"states", "bush", "moon", "harris", "xi"}
            }
            titled = bare in {"Xi", "Bush", "Moon", "Harris"}
            if (
                name in set(NAMES.split())
                or exact
                or titled
                or {*name.split("-")} & {"korean", "korea"}
            ):
                found.append(f"{number}: {bare}")
    return found


@pytest.mark.parametrize(
    "path",
    sorted(p.relative_to(HOME) for floor in FLOORS for p in (HOME / floor).rglob("*.py")),
    ids=str,
)
def test_no_name_stands_in_the_model(path: Path):
    assert not (found := offences((HOME / path).read_text(encoding="utf-8"))), found


@pytest.mark.parametrize(
    "text",
    [
        '"""What Pyongyang wants."""',
        "KIM = 1",
        "# the US side",
        "an inter-Korean track",
        "x = 'dprk'",
    ],
)
def test_names_are_found(text: str):
    assert offences(text)


@pytest.mark.parametrize(
    "text",
    [
        "Reference: Smith (2001), North Korea and the United States.\nDomain: months.",
        "it tells us nothing; bounds, statuses, russet, kimono, fuse",
        "USD m/month",
    ],
)
def test_other_words_are_not(text: str):
    assert not offences(text)
