"""Doctrines, situations and their numbers as tables of pandas, for Python."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from detente.app.catalog.situations import measured
from detente.app.catalog.wording import heads, stated
from detente.app.wiring import POLICIES
from detente.domain.quantity import Leaf, leaves
from detente.scenarios.binding import (
    BEHAVIOUR,
    DOCTRINES,
    MODIFIERS,
    PACKS,
    load_doctrine,
    load_pack,
)
from detente.scenarios.schema import Number

FORMS = ["value", "low", "high", "mean", "sd", "median", "spread"]
"""What a number of a file may state."""


def doctrines() -> pd.DataFrame:
    """The doctrines that ship, their modifiers, and the behaviour without a doctrine.

    Returns:
        A row each, by name; columns kind (doctrine, modifier or behaviour), title and summary. A modifier is added to
        a doctrine's name: `verified-freeze+united-front`.
    """
    kinds = {"doctrine": DOCTRINES, "modifier": MODIFIERS, "behaviour": BEHAVIOUR}
    rows = [
        {"name": name, "kind": kind, **_head(head, "title", "summary")}
        for kind, folder in kinds.items()
        for name, head in heads(folder)
    ]
    return pd.DataFrame(rows).set_index("name")


def situations() -> pd.DataFrame:
    """The situations that ship.

    Returns:
        A row each, by name; columns title, start (its first month), years (where no horizon is given) and summary.
    """
    rows = [
        {"name": name, **_head(head, "title", "start", "years", "summary")}
        for name, head in heads(PACKS)
    ]
    return pd.DataFrame(rows).set_index("name")


def settings(doctrine: str) -> pd.DataFrame:
    """Every setting of a doctrine, with its grounds.

    Args:
        doctrine: a name, `NAME+MODIFIER`, or the path of a .toml file.

    Returns:
        A row each, by name; columns stated (with its unit, as the commands say it), value (flags as 0 or 1, levels as
        their codes), unit, meaning, source and note.

    Raises:
        InvalidFileError: a ValueError, if there is no such doctrine, or with everything that is wrong in one.
    """
    found = load_doctrine(doctrine, POLICIES)
    by_name = {leaf.name: leaf for leaf in leaves(type(found.settings))}
    return _numbers(found.numbers, by_name).drop(columns=FORMS[1:])


def numbers(situation: str) -> pd.DataFrame:
    """Every number of a situation, with its prior and its source. Their names are what `changes` takes.

    Args:
        situation: a name, or the path of a pack's folder.

    Returns:
        A row each, by name; columns stated (the number or its prior in words), value of a fixed one (flags as 0 or 1,
        levels as their codes), low and high of a uniform prior, mean and sd of a normal one, median and spread
        (standard deviation of the logarithm) of a lognormal one, unit, meaning, source and note.

    Raises:
        InvalidFileError: a ValueError, if there is no such situation, or with everything that is wrong in its files.
    """
    pack = load_pack(situation, POLICIES)
    return _numbers(pack.numbers, measured(pack))


def _head(head: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Some of what stands at the top of a file."""
    return {key: head[key] for key in keys}


def _numbers(numbers: Mapping[str, Number], by_name: Mapping[str, Leaf]) -> pd.DataFrame:
    """Numbers of a file, each with what it measures."""
    rows = []
    for name, number in numbers.items():
        leaf = by_name[name]
        rows.append(
            {
                "name": name,
                "stated": stated(number, leaf),
                **{form: getattr(number, form) for form in FORMS},
                "unit": leaf.quantity.unit,
                "meaning": leaf.quantity.meaning,
                "source": ", ".join(number.source),
                "note": number.note,
            }
        )
    return pd.DataFrame(rows).set_index("name").astype(dict.fromkeys(FORMS, float))
