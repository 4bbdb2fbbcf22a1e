"""Numbers that a run fixes, as a command line spells them: NAME=VALUE."""

import tomllib
from collections.abc import Iterable, Mapping

Value = bool | int | float | str
"""A number, a flag, or the name of a level."""


def parse(words: Iterable[str], option: str = "--set") -> dict[str, Value]:
    """Read changes.

    Args:
        words: NAME=VALUE each.
        option: what they were given by, for what is said of those that are none.

    Raises:
        ValueError: if one is not NAME=VALUE, or if two are about the same number.
    """
    changes: dict[str, Value] = {}
    for word in words:
        name, sign, text = (part.strip() for part in word.partition("="))
        if not (name and sign and text):
            raise ValueError(
                f"{option} takes NAME=VALUE, such as testing.talks=0; received {word!r}"
            )
        if name in changes:
            raise ValueError(f"{option} fixes each number once: received {name} twice")
        changes[name] = _value(name, text, option)
    return changes


def spell(changes: Mapping[str, Value]) -> list[str]:
    """Write changes as `parse` reads them."""
    return [
        f"{name}={str(value).lower() if isinstance(value, bool) else value}"
        for name, value in changes.items()
    ]


def _value(name: str, text: str, option: str) -> Value:
    """Read a TOML scalar; any other word is the name of a level."""
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    if not isinstance(value, bool | int | float | str):
        raise ValueError(
            f"{option} {name} takes a number, true or false, or the name of a level; received {text!r}"
        )
    return value
