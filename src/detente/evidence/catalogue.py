"""The catalogue of claims: each with its lever, its measures, what fixes its verdict, and the experiments that test it.

An experiment is a contrast: two arms in the same worlds under the same luck, with one thing moved. `a` is what the
claim speaks of, `b` the case without it, and `says` is what the claim, if it is right, makes of a less b.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from detente.scenarios.schema import (
    InvalidFileError,
    Problem,
    Strict,
    read_toml,
    table,
    validated,
)

CLAIMS = Path(__file__).parent / "claims.toml"
KEYS = tuple(f"M{n}" for n in range(1, 40))
"""Every claim that the catalogue has to hold."""

HIGH, LOW = "p95", "p05"
"""The ends of a prior between which a disputed parameter is moved."""

Fixed = tuple[tuple[str, bool | int | float | str], ...]
"""What is fixed at which value, by name."""


class Kind(StrEnum):
    """What a contrast moves: the claim's lever, that of another reading, or a disputed parameter from end to end."""

    LEVER = "lever"
    RIVAL = "rival"
    ENDS = "ends"


class Says(StrEnum):
    """What a reading makes of the outcome under `a`, against `b`."""

    MORE = "more"
    LESS = "less"
    SAME = "same"
    DIFFERS = "differs"


class Arm(NamedTuple):
    """One side of a contrast: whose doctrine, and what is fixed in the situation and in the doctrine's settings."""

    policy: str
    set: Fixed
    settings: Fixed


class Contrast(NamedTuple):
    """Two arms, one thing moved, and an outcome to compare.

    `outcome` is read at the horizon or, where `after` is given, so many years on. `only` keeps the futures in which an
    outcome has a label. `ends` names the parameters that lie at the ends of their priors, where that is what is moved.
    """

    title: str
    kind: Kind
    scenario: str
    outcome: str
    after: int | None
    says: Says
    only: tuple[tuple[str, str], ...]
    ends: tuple[str, ...]
    note: str
    a: Arm
    b: Arm


class Claim(NamedTuple):
    """A claim. `outcomes` starts with its headline; `assumed` says why, where the structure alone fixes the verdict."""

    key: str
    claim: str
    mechanisms: tuple[str, ...]
    lever: str
    scenario: str
    outcomes: tuple[str, ...]
    fixes: tuple[str, ...]
    assumed: str
    rival: str
    served_by: str
    contrasts: tuple[Contrast, ...]


def read_claims(path: Path = CLAIMS) -> dict[str, Claim]:
    """Read the catalogue by its schema alone; `arms.check` holds its names against what there is.

    Raises:
        InvalidFileError: with everything that breaks the schema.
    """
    problems: list[Problem] = []
    file = validated(_FILE, read_toml(path), path, {}, problems)
    if problems:
        raise InvalidFileError(path.name, problems)
    return {key: _claim(key, getattr(file, key), file.scenario) for key in KEYS}


def _flat(value: Any) -> Any:
    """Flatten tables of tables to dotted names: TOML nests what is written `economy.leak = 0.5`."""

    def walk(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
        for key, inner in value.items():
            if isinstance(inner, Mapping):
                yield from walk(inner, f"{path}{key}.")
            else:
                yield f"{path}{key}", inner

    return dict(walk(value, "")) if isinstance(value, Mapping) else value


_Flat = Annotated[dict[str, bool | int | float | str], BeforeValidator(_flat)]


class _Moved(Strict):
    """What is fixed, in an arm or in both."""

    policy: str | None = None
    set: _Flat = Field(default_factory=dict)
    settings: _Flat = Field(default_factory=dict)


class _ContrastRow(_Moved):
    """A contrast as the file spells it: what stands beside the arms holds for both."""

    title: str = Field(max_length=76)
    kind: Kind = Kind.LEVER
    scenario: str | None = None
    outcome: str | None = None
    after: int | None = Field(default=None, ge=1)
    says: Says = Says.DIFFERS
    only: dict[str, str] = Field(default_factory=dict)
    ends: tuple[str, ...] = ()
    note: str = ""
    a: _Moved = _Moved()
    b: _Moved = _Moved()

    @model_validator(mode="after")
    def _has_arms(self) -> "_ContrastRow":
        if self.policy is None and None in (self.a.policy, self.b.policy):
            raise ValueError("each arm has a policy|give one for both, or one for each")
        if bool(self.ends) != (self.kind is Kind.ENDS):
            raise ValueError("a contrast of kind ends, and no other, has ends|add or remove them")
        return self


class _ClaimRow(Strict):
    """A claim as the file spells it."""

    claim: str
    mechanisms: tuple[str, ...] = Field(min_length=1)
    lever: str
    outcomes: tuple[str, ...] = Field(min_length=1)
    fixes: tuple[str, ...] = ()
    assumed: str = ""
    rival: str
    served_by: str = ""
    contrast: tuple[_ContrastRow, ...] = ()

    @model_validator(mode="after")
    def _is_served(self) -> "_ClaimRow":
        if not self.contrast and not self.served_by:
            raise ValueError("a claim has contrasts, or says what will serve it|add served_by")
        if self.contrast and not self.fixes:
            raise ValueError("a claim that is tested says what fixes its verdict|add fixes")
        return self


_FILE = table("Claims", {"scenario": str, **dict.fromkeys(KEYS, _ClaimRow)})


def _claim(key: str, row: _ClaimRow, scenario: str) -> Claim:
    return Claim(
        key=key,
        claim=row.claim,
        mechanisms=row.mechanisms,
        lever=row.lever,
        scenario=scenario,
        outcomes=row.outcomes,
        fixes=row.fixes,
        assumed=row.assumed,
        rival=row.rival,
        served_by=row.served_by,
        contrasts=tuple(_contrast(contrast, row, scenario) for contrast in row.contrast),
    )


def _contrast(row: _ContrastRow, claim: _ClaimRow, scenario: str) -> Contrast:
    return Contrast(
        title=row.title,
        kind=row.kind,
        scenario=row.scenario or scenario,
        outcome=row.outcome or claim.outcomes[0],
        after=row.after,
        says=row.says,
        only=tuple(row.only.items()),
        ends=row.ends,
        note=row.note,
        a=_arm(row, row.a, HIGH),
        b=_arm(row, row.b, LOW),
    )


def _arm(row: _ContrastRow, own: _Moved, end: str) -> Arm:
    """Put together what holds for both arms and what is one arm's own."""
    policy = own.policy or row.policy
    assert policy is not None, "the schema asks for one"
    fixed = row.set | own.set | dict.fromkeys(row.ends, end)
    return Arm(policy, tuple(fixed.items()), tuple((row.settings | own.settings).items()))
