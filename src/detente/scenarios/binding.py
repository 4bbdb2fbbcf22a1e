"""From files to data: packs become situations, doctrines become settings."""

from pathlib import Path
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from pydantic import BaseModel

from detente.domain.axes import INTENT
from detente.domain.calendar import Calendar, month_number
from detente.domain.contracts import Frame, Policy, Regions
from detente.domain.private import Preferences
from detente.domain.quantity import build, leaves
from detente.domain.world import World
from detente.engine.deep import FAMILIES, Priors, Situation, rows, sections
from detente.scenarios.schema import (
    REGIONS,
    InvalidFileError,
    Number,
    Problem,
    Scenario,
    Source,
    Sources,
    Strict,
    line_of,
    model_of,
    read_toml,
    table,
    validated,
)

HOME = Path(__file__).parent
PACKS, DOCTRINES = HOME / "packs", HOME / "doctrines"

LEFT_OUT = frozenset(
    {"month", "offices.challenger", "offices.intent", "diplomacy.slots", "diplomacy.table"}
)
"""Fields of the starting world that no pack states: the clock, what is drawn in private, and what has been
signed or tabled, since every situation starts with nothing in force."""


class Pack(NamedTuple):
    """A situation as people read it, and as the engine runs it."""

    head: Scenario
    numbers: dict[str, Number]
    regions: Any
    sources: dict[str, Source]
    situation: Situation


class Doctrine(NamedTuple):
    """A doctrine as people read it, and as the policy takes it."""

    name: str
    title: str
    summary: str
    aliases: tuple[str, ...]
    numbers: dict[str, Number]
    settings: Any


def names(folder: Path) -> list[str]:
    """Names of the packs (folders) or doctrines (files) that ship in a folder."""
    return sorted(p.stem for p in folder.iterdir() if p.is_dir() or p.suffix == ".toml")


def _bibliography(folder: Path | None, problems: list[Problem]) -> dict[str, Source]:
    """The shared bibliography, and the pack's own where it has one."""
    known: dict[str, Source] = {}
    own = [folder / "sources.toml"] if folder and (folder / "sources.toml").exists() else []
    for path in [HOME / "sources.toml", *own]:
        for key, entry in read_toml(path).items():
            source = validated(Source, entry, path, {}, problems)
            if source:
                known[key] = source
    return known


def load_pack(name: str, policies: dict[str, Policy]) -> Pack:
    """Read a pack by its name, or by the path of its folder.

    Raises:
        InvalidFileError: if there is no such pack, or with everything that is wrong in it.
    """
    folder = Path(name) if (Path(name) / "scenario.toml").exists() else PACKS / name
    if not (folder / "scenario.toml").exists():
        remedy = f"take one of {', '.join(names(PACKS))}, or give the path of a folder with a scenario.toml"
        raise InvalidFileError(
            "scenario", [Problem("SCENARIO", "a pack that exists", name, remedy)]
        )
    problems: list[Problem] = []
    sources = _bibliography(folder, problems)

    def read(file: str, model: type[BaseModel]) -> Any:
        path = folder / file
        try:
            return validated(model, read_toml(path), path, sources, problems)
        except InvalidFileError as error:  # missing, or not TOML: go on to the other files
            problems.extend(error.problems)
            return None

    head = read("scenario.toml", Scenario)
    state = read("state.toml", model_of(World, LEFT_OUT))
    tables = {s: model_of(r) for s, r in sections(policies).items() if s != "state"}
    parameters = read("parameters.toml", table("Parameters", tables))
    regions = read("regions.toml", REGIONS)
    if regions and abs(sum(getattr(regions, label).weight for label in INTENT.labels) - 1) > 1e-6:
        total = sum(getattr(regions, label).weight for label in INTENT.labels)
        line = line_of(folder / "regions.toml", (INTENT.labels[0], "weight"))
        place = f"regions.toml:{line}: weight"
        problems.append(Problem(place, "weights sum to one", f"{total:g}", "rescale them"))
    if problems:
        raise InvalidFileError(f"pack {folder.name}", problems)

    numbers = {"state." + key: n for key, n in _flat(state)} | dict(_flat(parameters))
    frame = Frame(_calendar(head), _bind_regions(regions))
    start = jnp.int32(month_number(head.start))
    return Pack(
        head, numbers, regions, sources, Situation(_priors(numbers, policies), frame, start)
    )


def load_doctrine(name: str, policy: Policy) -> Doctrine:
    """Read a doctrine by its name, an alias, or the path of its file.

    Raises:
        InvalidFileError: if there is no such doctrine, or with everything that is wrong in it.
    """
    problems: list[Problem] = []
    sources = _bibliography(None, problems)
    path = Path(name) if name.endswith(".toml") else DOCTRINES / f"{name}.toml"
    if not path.exists():
        path = _by_alias(name)
    model = table("Doctrine", {"settings": model_of(policy.Settings)}, base=_DoctrineHead)
    read = validated(model, read_toml(path), path, sources, problems)
    numbers = dict(_flat(read.settings)) if read else {}
    for key, number in numbers.items():
        if number.prior[0] != "point":
            place = f"{path.name}:{line_of(path, ('settings', *key.split('.')))}: settings.{key}"
            rule = "a doctrine's setting is one value, not a range"
            problems.append(Problem(place, rule, number.prior[0], "give a value"))
    if problems:
        raise InvalidFileError(f"doctrine {path.stem}", problems)
    values = (
        np.asarray(numbers[leaf.name].prior[1]).astype(leaf.dtype)
        for leaf in leaves(policy.Settings)
    )
    settings = build(policy.Settings, (jnp.asarray(value) for value in values))
    return Doctrine(path.stem, read.title, read.summary, read.aliases, numbers, settings)


class _DoctrineHead(Strict):
    title: str
    summary: str
    aliases: tuple[str, ...] = ()
    source: Sources


def _by_alias(name: str) -> Path:
    for known in names(DOCTRINES):
        path = DOCTRINES / f"{known}.toml"
        if name in read_toml(path).get("aliases", ()):
            return path
    remedy = f"take one of {', '.join(names(DOCTRINES))}, or give the path of a .toml file"
    raise InvalidFileError("policy", [Problem("--policy", "a doctrine that exists", name, remedy)])


def _flat(model: Any, path: str = "") -> Any:
    """Walk a validated file to its numbers, with dotted names."""
    for key in type(model).model_fields:
        value = getattr(model, key)
        if isinstance(value, Number):
            yield f"{path}{key}", value
        elif isinstance(value, BaseModel):
            yield from _flat(value, f"{path}{key}.")


def _calendar(head: Scenario) -> Calendar:
    dates = head.calendar
    return Calendar(
        inauguration=jnp.int32(month_number(dates.inauguration)),
        term=jnp.int32(dates.term_months),
        lead=jnp.int32(dates.election_lead_months),
        exercises=jnp.asarray(dates.exercise_months, jnp.int32),
    )


def _bind_regions(regions: Any) -> Regions:
    def bound(side: int) -> Preferences:
        return Preferences(
            *(
                jnp.asarray(
                    [getattr(getattr(regions, label), name)[side] for label in INTENT.labels],
                    jnp.float32,
                )
                for name in Preferences._fields
            )
        )

    weight = jnp.asarray([getattr(regions, label).weight for label in INTENT.labels], jnp.float32)
    return Regions(weight, bound(0), bound(1))


def _priors(numbers: dict[str, Number], policies: dict[str, Policy]) -> Priors:
    """One row a number, in the engine's order. What a pack leaves out is zero, within bounds."""
    found = []
    for section, leaf, place in rows(policies):
        labels = [axis.labels[i] for axis, i in zip(leaf.quantity.axes, place, strict=True)]
        number = numbers.get(".".join([section, leaf.name, *labels]))
        family, a, b = number.prior if number else ("point", 0.0, 0.0)
        found.append((FAMILIES.index(family), a, b, leaf.quantity.low, leaf.quantity.high))
    family, a, b, low, high = (np.asarray(column) for column in zip(*found, strict=True))
    return Priors(
        jnp.asarray(family, jnp.int32), *(jnp.asarray(x, jnp.float32) for x in (a, b, low, high))
    )
