"""Doctrines and situations of one's own, begun as a copy of another: what loads today is what one changes tomorrow."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from detente.app.catalog.wording import unit
from detente.app.wiring import POLICIES
from detente.domain.quantity import Leaf, leaves
from detente.scenarios.binding import (
    BEHAVIOUR,
    BY_RULE,
    DOCTRINES,
    MODIFIERS,
    PACKS,
    Doctrine,
    find_pack,
    load_doctrine,
    load_pack,
    names,
    pack_files,
)
from detente.scenarios.schema import Number

HEAD = """\
# A doctrine of the guarantor, begun as a copy of {origin}.
#
# Edit the title and the summary, then whatever you would choose otherwise. Each setting stands below a line that says
# what it measures and what it may be. Its source is a key of the bibliography, or "judgement" with a note that says on
# what grounds: so write your own where you change a value.
#
# Check it and see it whole:  detente policy show {path}
# Compare it with another:    detente brief --policy {origin} --policy {path}

"""


def policy(name: str, origin: str, out: Path | None = None) -> Path:
    """Write a doctrine as a file of its own, its modifiers worked in, and give its path.

    Args:
        name: what it is to be called.
        origin: the doctrine to begin from: name, alias or path, with modifiers.
        out: where to write; `NAME.toml` if none is given.

    Raises:
        ValueError: if the name is taken or none, or if the origin is no doctrine.
        FileExistsError: if the file is there already.
    """
    _own(name, [*names(DOCTRINES), *names(MODIFIERS), *names(BEHAVIOUR)])
    path = out or Path(f"{name}.toml")
    if path.suffix != ".toml":
        raise ValueError(f"a doctrine is a .toml file; received --out {path}")
    doctrine = load_doctrine(origin, POLICIES)
    _absent(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(HEAD.format(origin=origin, path=path))
        file.writelines(f"{line}\n" for line in _doctrine(name, doctrine))
    return path


def scenario(name: str, origin: str, out: Path | None = None) -> Path:
    """Copy a pack's folder, with a name of its own, and give its path.

    Args:
        name: what it is to be called.
        origin: the pack to begin from: name or path.
        out: the folder to make; `NAME` if none is given.

    Raises:
        ValueError: if the name is taken or none, or if the origin is no pack that loads.
        FileExistsError: if the folder is there already.
    """
    _own(name, names(PACKS))
    folder = out or Path(name)
    load_pack(origin, POLICIES)
    _absent(folder)
    folder.mkdir(parents=True)
    for path in pack_files(find_pack(origin)):
        (folder / path.name).write_bytes(path.read_bytes())
    head = folder / "scenario.toml"
    head.write_text(_named(head.read_text("utf-8"), name), encoding="utf-8")
    return folder


def _own(name: str, taken: Iterable[str]) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise ValueError(f"a name is made of small letters, digits and hyphens; received {name!r}")
    if name in taken:
        raise ValueError(f"{name} ships with Détente: give yours a name of its own")


def _absent(path: Path) -> None:
    if path.exists():
        raise FileExistsError(
            f"{path} is there already, and nothing is overwritten: give another --out"
        )


def _named(text: str, name: str) -> str:
    """Set the name at the head of a scenario: the first key of that name, since tables come after."""
    return re.sub(r"^name\s*=.*$", f"name = {_toml(name)}", text, count=1, flags=re.M)


def _doctrine(name: str, doctrine: Doctrine) -> Iterator[str]:
    """The lines of a doctrine's file, below its head."""
    yield f"title = {_toml(name.replace('-', ' ').capitalize())}"
    yield f"summary = {_toml(doctrine.summary)}"
    yield f"source = {_toml(doctrine.source)}"
    if doctrine.policy != BY_RULE:
        yield f"policy = {_toml(doctrine.policy)}"
    settings = sorted(leaves(POLICIES[doctrine.policy].Settings), key=lambda leaf: leaf.path[:-1])
    for table, members in groupby(settings, key=lambda leaf: leaf.path[:-1]):
        yield f"\n[{'.'.join(['settings', *table])}]"
        for leaf in members:
            yield from _setting(leaf, doctrine.numbers[leaf.name])


def _setting(leaf: Leaf, number: Number) -> Iterator[str]:
    """A setting below a line on what it measures."""
    value = leaf.quantity.labels[int(number.prior[1])] if leaf.quantity.labels else number.value
    note = f", note = {_toml(number.note)}" if number.note else ""
    yield f"# {leaf.quantity.meaning}: {_choice(leaf)}."
    yield f"{leaf.path[-1]} = {{ value = {_toml(value)}, source = {_toml(number.source)}{note} }}"


def _choice(leaf: Leaf) -> str:
    """What a setting may be."""
    if leaf.dtype == bool:
        return "true or false"
    low, high = leaf.quantity.low, leaf.quantity.high
    return " or ".join(leaf.quantity.labels) or f"{low:g} to {high:g}{unit(leaf.quantity)}"


def _toml(value: object) -> str:
    """Spell a value: JSON's spelling of strings, flags, numbers and lists is TOML's too."""
    return json.dumps(value, ensure_ascii=False)
