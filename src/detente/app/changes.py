"""Numbers that a run fixes, as a command line spells them: NAME=VALUE."""

import tomllib
from collections.abc import Iterable, Mapping

Value = bool | int | float | str
"""A number, a flag, or the name of a level."""


def parse(words: Iterable[str]) -> dict[str, Value]:
    """Read changes.

    Raises:
        ValueError: if one is not NAME=VALUE, or if two are about the same number.
    """
    changes: dict[str, Value] = {}
    for word in words:
        name, sign, text = (part.strip() for part in word.partition("="))
        if not (name and sign and text):
            raise ValueError(f"--set takes NAME=VALUE, such as testing.talks=0; received {word!r}")
        if name in changes:
            raise ValueError(f"--set fixes each number once: received {name} twice")
        changes[name] = _value(name, text)
    return changes


def spell(changes: Mapping[str, Value]) -> list[str]:
    """Write changes as `parse` reads them."""
    return [
        f"{name}={str(value).lower() if isinstance(value, bool) else value}"
        for name, value in changes.items()
    ]


def _value(name: str, text: str) -> Value:
    """Read a TOML scalar; any other word is the name of a level."""
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    if not isinstance(value, bool | int | float | str):
        raise ValueError(
            f"--set {name} takes a number, true or false, or the name of a level; received {text!r}"
        )
    return value
