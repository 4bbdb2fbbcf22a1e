"""From files to data: packs become situations, doctrines become settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from pydantic import BaseModel, Field, ValidationError

from detente.domain.agreements import Agreement
from detente.domain.axes import INTENT, PATRON, SLOT
from detente.domain.calendar import NO_DATE, Calendar, month_number, month_text
from detente.domain.contracts import Frame, Policy, Regions
from detente.domain.outcomes import OUTCOMES
from detente.domain.private import Preferences
from detente.domain.quantity import Leaf, Quantity, build, leaves
from detente.domain.world import World
from detente.engine.deep import FAMILIES, Filtered, Mixing, Priors, Situation, rows, sections
from detente.scenarios.filtered import Taken, read_draws, take
from detente.scenarios.schema import (
    FULL,
    REGIONS,
    Correlation,
    Form,
    InvalidFileError,
    Number,
    Problem,
    Roles,
    Scenario,
    Source,
    Sources,
    Strict,
    Taking,
    line_of,
    model_of,
    read_toml,
    table,
    validated,
)

HOME = Path(__file__).parent
PACKS, DOCTRINES = HOME / "packs", HOME / "doctrines"
MODIFIERS, BEHAVIOUR = DOCTRINES / "modifiers", DOCTRINES / "behaviour"

LEFT_OUT = frozenset(
    {"month", "offices.challenger", "offices.intent", "diplomacy.slots", "diplomacy.table"}
)
"""Fields of the starting world that `state.toml` does not state: the clock, what is drawn in private, what stands in
`agreements.toml`, and what is on the table."""


class Pack(NamedTuple):
    """A situation as people read it, and as the engine runs it."""

    head: Scenario
    numbers: dict[str, Number]
    regions: Any
    sources: dict[str, Source]
    situation: Situation
    taken: Taken | None = None

    @property
    def private(self) -> bool:
        """Whether what the challenger wants comes from what was filtered."""
        filtered = self.situation.filtered
        return filtered is not None and bool(filtered.private)

    @property
    def weights(self) -> dict[str, float]:
        """How likely each region of the challenger's preferences is at the start: as filtered, or as stated."""
        if self.taken and self.private:
            return dict(zip(INTENT.labels, self.taken.draws.shares.tolist(), strict=True))
        return {label: getattr(self.regions, label).weight for label in INTENT.labels}

    @property
    def columns(self) -> dict[str, str]:
        """Outcomes that the pack names by its own codes: the engine's name to the pack's."""
        codes = dict(self.head.roles.codes)
        return {
            outcome.name: outcome.name.removesuffix(label) + code
            for outcome in OUTCOMES
            for label, code in zip(PATRON.labels, codes[PATRON.name], strict=True)
            if outcome.name == f"patron_leverage_{label}"
        }


class Doctrine(NamedTuple):
    """A doctrine, with its modifiers, as people read it and as the policy of that name takes it."""

    name: str
    policy: str
    title: str
    summary: str
    aliases: tuple[str, ...]
    source: tuple[str, ...]
    numbers: dict[str, Number]
    settings: Any


def names(folder: Path) -> list[str]:
    """Names of the packs (folders with a scenario) or doctrines (files) that ship in a folder."""
    found = [p.stem for p in folder.glob("*.toml")]
    return sorted(found + [p.parent.name for p in folder.glob("*/scenario.toml")])


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


def find_pack(name: str) -> Path:
    """Folder of a pack by its name, or by its path.

    Raises:
        InvalidFileError: if there is no such pack.
    """
    for folder in (Path(name), PACKS / name):
        if (folder / "scenario.toml").exists():
            return folder
    remedy = (
        f"take one of {', '.join(names(PACKS))}, or give the path of a folder with a scenario.toml"
    )
    raise InvalidFileError("scenario", [Problem("SCENARIO", "a pack that exists", name, remedy)])


def load_pack(name: str, policies: Mapping[str, Policy]) -> Pack:
    """Read a pack by its name, or by the path of its folder.

    Args:
        name: name or path.
        policies: who can decide, by name: their parameters stand in the pack.

    Raises:
        InvalidFileError: if there is no such pack, or with everything that is wrong in it.
    """
    folder = find_pack(name)
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
    form = Form(LEFT_OUT, _codes(folder / "scenario.toml"))
    parts = {s: model_of(r, form) for s, r in sections(policies).items() if s != "state"}
    state, parameters = None, None
    if form.codes:  # without them, every key by member would be taken for a mistake
        state = read("state.toml", model_of(World, form))
        parameters = read("parameters.toml", table("Parameters", parts))
    agreements = (
        read("agreements.toml", _IN_FORCE) if (folder / "agreements.toml").exists() else None
    )
    regions = read("regions.toml", REGIONS)
    if regions and abs(sum(getattr(regions, label).weight for label in INTENT.labels) - 1) > 1e-6:
        total = sum(getattr(regions, label).weight for label in INTENT.labels)
        line = line_of(folder / "regions.toml", (INTENT.labels[0], "weight"))
        place = f"regions.toml:{line}: weight"
        problems.append(Problem(place, "weights sum to one", f"{total:g}", "rescale them"))
    if problems:
        raise InvalidFileError(f"pack {folder.name}", problems)

    numbers = {f"state.{key}": n for key, n in _flat(state)} | dict(_flat(parameters))
    numbers |= _standing(agreements.agreement if agreements else ())
    quantities = {
        ".".join([section, leaf.name, *spelled(leaf, place, form)]): leaf.quantity
        for section, leaf, place in rows(policies)
    }
    keys = list(quantities)
    correlated = _correlated(head.correlations, numbers, keys, folder / "scenario.toml", problems)
    start = month_number(head.start)
    found = _filtered(head.filtered, quantities, start, folder, problems)
    if problems:
        raise InvalidFileError(f"pack {folder.name}", problems)
    frame = Frame(_calendar(head), _bind_regions(regions))
    priors = _priors(numbers, quantities, correlated)
    filtered, taken = found or (None, None)
    situation = Situation(priors, frame, jnp.int32(start), filtered)
    return Pack(head, numbers, regions, sources, situation, taken)


def pack_files(folder: Path) -> list[Path]:
    """Everything that a pack is made of."""
    return sorted([*folder.glob("*.toml"), *folder.glob("*.nc")])


def _filtered(
    taking: Taking | None,
    quantities: Mapping[str, Quantity],
    start: int,
    folder: Path,
    problems: list[Problem],
) -> tuple[Filtered, Taken] | None:
    """What a pack takes from the draws that stand beside it, if it names any."""
    if taking is None:
        return None
    path = folder / "scenario.toml"
    place = f"{path.name}:{line_of(path, ('filtered', 'file'))}: filtered"
    try:
        draws = read_draws(folder / taking.file)
    except (OSError, ValueError) as error:
        remedy = f"detente filter --as-of {month_text(start - 1)} --out {taking.file}"
        rule = "a file of filtered draws beside scenario.toml"
        problems.append(Problem(f"{place}.file", rule, f"{taking.file}: {error}", remedy))
        return None
    return take(draws, taking, quantities, start, place, problems)


def table_of(record: type, path: Path) -> tuple[tuple[str, ...], Priors]:
    """Read the priors of a record that stands in a file of its own: names of its numbers, and one row each.

    Raises:
        InvalidFileError: with everything that is wrong in the file.
    """
    problems: list[Problem] = []
    sources = _bibliography(None, problems)
    read = validated(model_of(record), read_toml(path), path, sources, problems)
    if problems:
        raise InvalidFileError(path.stem, problems)
    quantities = {
        ".".join([leaf.name, *spelled(leaf, place, FULL)]): leaf.quantity
        for leaf in leaves(record)
        for place in np.ndindex(leaf.quantity.shape)
    }
    none = Mixing(jnp.zeros(0, jnp.int32), jnp.zeros((0, 0)))
    return tuple(quantities), _priors(dict(_flat(read)), quantities, none)


def _codes(path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Codes of allies and patrons, of a head that may be wrong elsewhere; none where the roles are."""
    try:
        return Roles.model_validate(read_toml(path).get("roles")).codes
    except (ValidationError, InvalidFileError):
        return ()


def named_rows(head: Scenario, policies: Mapping[str, Policy]) -> dict[str, tuple[Leaf, list[str]]]:
    """Rows that a world draws, in the engine's order: the name in a pack, what it measures, and its place there."""
    form = Form(codes=head.roles.codes)
    found = {}
    for section, leaf, at in rows(policies):
        place = spelled(leaf, at, form)
        found[".".join([section, leaf.name, *place])] = leaf, place
    return found


def spelled(leaf: Leaf, place: tuple[int, ...], form: Form) -> list[str]:
    """Names of a place within an array field, as a pack writes them."""
    axes = leaf.quantity.axes
    return [form.labels(axis)[i] for axis, i in zip(axes, place, strict=True)]


_IN_FORCE = table(
    "Agreements",
    {
        "agreement": Annotated[
            tuple[
                table("InForce", {"text": str, "source": Sources}, base=model_of(Agreement)), ...
            ],
            Field(min_length=1, max_length=SLOT.size),
        ]
    },
)
"""Agreements that stand from the first month: all of `Agreement`, and what people should know of it."""


def _standing(agreements: Any) -> dict[str, Number]:
    """Numbers of the agreements in force, each in its slot."""
    return {
        f"state.diplomacy.slots.{key}.{label}": number
        for label, agreement in zip(SLOT.labels, agreements, strict=False)
        for key, number in _flat(agreement)
    }


def _correlated(
    correlations: tuple[Correlation, ...],
    numbers: dict[str, Number],
    keys: list[str],
    path: Path,
    problems: list[Problem],
) -> Mixing:
    """Rows that are drawn together, and how their normal scores are mixed."""
    place = f"{path.name}:{line_of(path, ('correlations',))}: correlations"
    for key in {key for c in correlations for key in c.of}:
        if key not in numbers or numbers[key].prior[0] == "point":
            rule = "a correlation is between uncertain numbers of the pack"
            problems.append(Problem(place, rule, repr(key), "name a number that has a range"))
    known = [c for c in correlations if all(key in keys for key in c.of)]
    together = sorted({keys.index(key) for c in known for key in c.of})
    matrix = np.eye(len(together))
    for c in known:
        one, other = (together.index(keys.index(key)) for key in c.of)
        matrix[one, other] = matrix[other, one] = c.rho
    try:
        loading = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        rule = "correlations that can hold together"
        problems.append(Problem(place, rule, "not positive definite", "lower some of them"))
        loading = np.eye(len(together))
    return Mixing(jnp.asarray(together, jnp.int32), jnp.asarray(loading, jnp.float32))


def load_doctrine(name: str, policies: Mapping[str, Policy]) -> Doctrine:
    """Read a doctrine by its name, an alias, or the path of its file, with modifiers: `name+modifier+modifier`.

    A modifier's settings replace those of what stands before it. A file may name another policy that it sets.

    Args:
        name: the doctrine, and its modifiers.
        policies: who can decide, by name.

    Raises:
        InvalidFileError: if there is no such doctrine or modifier, or with everything that is wrong in one.
    """
    problems: list[Problem] = []
    sources = _bibliography(None, problems)
    paths = doctrine_files(name)
    chosen = _chosen_policy(paths, policies)
    policy = policies[chosen]
    heads, numbers = [], {}
    for path in paths:
        form = FULL._replace(partial=path is not paths[0])
        model = table("Doctrine", {"settings": model_of(policy.Settings, form)}, base=_DoctrineHead)
        if read := validated(model, read_toml(path), path, sources, problems):
            stated = dict(_flat(read.settings))
            _points(stated, path, problems)
            heads.append(read)
            numbers |= stated
    if problems:
        raise InvalidFileError(f"doctrine {name}", problems)
    values = (
        np.asarray(numbers[leaf.name].prior[1]).astype(leaf.dtype)
        for leaf in leaves(policy.Settings)
    )
    settings = build(policy.Settings, (jnp.asarray(value) for value in values))
    return Doctrine(
        name="+".join(path.stem for path in paths),
        policy=chosen,
        title=", ".join(
            [heads[0].title, *(head.title[0].lower() + head.title[1:] for head in heads[1:])]
        ),
        summary=" ".join(head.summary for head in heads),
        aliases=heads[0].aliases,
        source=tuple(dict.fromkeys(key for head in heads for key in head.source)),
        numbers=numbers,
        settings=settings,
    )


def doctrine_files(name: str) -> list[Path]:
    """Files of a doctrine and of its modifiers, in order: `name+modifier+modifier`.

    Raises:
        InvalidFileError: if there is no such doctrine or modifier.
    """
    base, *added = [name] if Path(name).exists() else name.split("+")
    return [_doctrine_path(base), *(_modifier_path(modifier) for modifier in added)]


def _points(numbers: dict[str, Number], path: Path, problems: list[Problem]) -> None:
    """A doctrine's settings are chosen, not uncertain."""
    for key, number in numbers.items():
        if number.prior[0] != "point":
            place = f"{path.name}:{line_of(path, ('settings', *key.split('.')))}: settings.{key}"
            rule = "a doctrine's setting is one value, not a range"
            problems.append(Problem(place, rule, number.prior[0], "give a value"))


BY_RULE = "doctrine"
"""The policy that a doctrine's file sets where it names none, and the only one that modifiers change."""


def _chosen_policy(paths: list[Path], policies: Mapping[str, Policy]) -> str:
    """Which policy a doctrine sets.

    Raises:
        InvalidFileError: if there is no such policy, or if modifiers are added to one that they can't change.
    """
    path, *modifiers = paths
    chosen = read_toml(path).get("policy", BY_RULE)
    place = f"{path.name}:{line_of(path, ('policy',))}: policy"
    settable = [name for name, policy in policies.items() if leaves(policy.Settings)]
    if chosen not in settable:
        remedy = f"write one of {', '.join(settable)}, or leave the line out"
        problem = Problem(place, "a policy with something to set", repr(chosen), remedy)
        raise InvalidFileError(f"doctrine {path.stem}", [problem])
    if modifiers and chosen != BY_RULE:
        added = "".join(f"+{modifier.stem}" for modifier in modifiers)
        remedy = f"leave out {added}, or take a doctrine"
        problem = Problem("--policy", "modifiers change a doctrine's rules", path.stem, remedy)
        raise InvalidFileError("policy", [problem])
    return chosen


class _DoctrineHead(Strict):
    title: str
    policy: str = BY_RULE
    summary: str
    aliases: tuple[str, ...] = ()
    source: Sources


def _doctrine_path(name: str) -> Path:
    """File of a doctrine by its path, name or alias."""
    if name.endswith(".toml"):
        return Path(name)
    for folder in (DOCTRINES, BEHAVIOUR):
        for known in names(folder):
            path = folder / f"{known}.toml"
            if name == known or name in read_toml(path).get("aliases", ()):
                return path
    known = ", ".join([*names(DOCTRINES), *names(BEHAVIOUR)])
    remedy = f"take one of {known}, or give the path of a .toml file"
    raise InvalidFileError("policy", [Problem("--policy", "a doctrine that exists", name, remedy)])


def _modifier_path(name: str) -> Path:
    """File of a modifier by its path or name."""
    path = Path(name) if name.endswith(".toml") else MODIFIERS / f"{name}.toml"
    if path.exists():
        return path
    remedy = f"after a +, take one of {', '.join(names(MODIFIERS))}, or the path of a .toml file"
    raise InvalidFileError("policy", [Problem("--policy", "a modifier that exists", name, remedy)])


def _flat(model: Any, path: str = "") -> Any:
    """Walk a validated file to its numbers, with dotted names."""
    for key in type(model).model_fields:
        value = getattr(model, key)
        if isinstance(value, Number):
            yield f"{path}{key}", value
        elif isinstance(value, BaseModel):
            yield from _flat(value, f"{path}{key}.")


def _calendar(head: Scenario) -> Calendar:
    dates, shocks = head.calendar, head.shocks
    allies = [dates.allies[member.code] for member in head.roles.allies]
    ends = [shocks.war_ends.get(member.code) for member in head.roles.patrons]

    def date(month: str | None) -> int:
        return NO_DATE if month is None else month_number(month)

    return Calendar(
        inauguration=jnp.int32(month_number(dates.inauguration)),
        term=jnp.int32(dates.term_months),
        lead=jnp.int32(dates.election_lead_months),
        exercises=jnp.asarray(dates.exercise_months, jnp.int32),
        ally_handover=jnp.asarray([month_number(ally.handover) for ally in allies], jnp.int32),
        ally_term=jnp.asarray([ally.term_months for ally in allies], jnp.int32),
        harvest=jnp.int32(dates.harvest_month),
        war_ends=jnp.asarray([date(month) for month in ends], jnp.int32),
        closure=jnp.int32(date(shocks.closure)),
        food_shock=jnp.int32(date(shocks.food_shock)),
        death=jnp.int32(date(shocks.death)),
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


def _priors(
    numbers: dict[str, Number], quantities: dict[str, Quantity], correlated: Mixing
) -> Priors:
    """One row a number, in the engine's order. What a pack leaves out is zero, within bounds."""
    found = []
    for key, quantity in quantities.items():
        family, a, b = numbers[key].prior if key in numbers else ("point", 0.0, 0.0)
        found.append((FAMILIES.index(family), a, b, quantity.low, quantity.high))
    family, a, b, low, high = (np.asarray(column) for column in zip(*found, strict=True))
    a, b, low, high = (jnp.asarray(x, jnp.float32) for x in (a, b, low, high))
    return Priors(jnp.asarray(family, jnp.int32), a, b, low, high, correlated)
