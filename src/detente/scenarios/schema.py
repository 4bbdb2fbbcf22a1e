"""What a pack and a doctrine may say: pydantic models, made from the records that they fill.

A wrong file gets every error at once, each with its place, the rule, the value received and a remedy.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    create_model,
    model_validator,
)

from detente.domain.axes import ALLY, INTENT, PATRON
from detente.domain.calendar import month_number
from detente.domain.private import Preferences
from detente.domain.quantity import Axis, Quantity, is_record, leaves

JUDGEMENT = "judgement"
"""The source of a number that somebody had to choose; it needs a note that says on what grounds."""


class Problem(NamedTuple):
    """One thing that is wrong with a file."""

    place: str
    rule: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}\n    rule:   {self.rule}\n    value:  {self.value}\n    remedy: {self.remedy}"


class InvalidFileError(ValueError):
    """A pack or a doctrine breaks the schema; `problems` lists every breach."""

    def __init__(self, what: str, problems: list[Problem]):
        self.problems = problems
        count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{what}: {count}", *(f"  {p}" for p in problems)]))


class Strict(BaseModel):
    """A table in which only known keys may stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def table(
    name: str,
    fields: dict[str, Any],
    *,
    base: type[BaseModel] = Strict,
    doc: str | None = None,
    default: Any = ...,
) -> Any:
    """Make the schema of a table from its keys: each a type, all of them required unless there is a default."""
    make: Any = create_model
    keys = {key: (kind, default) for key, kind in fields.items()}
    return make(name, __base__=base, __doc__=doc, **keys)


class Source(Strict):
    """An entry of a bibliography."""

    author: str
    title: str
    year: int = Field(ge=1800, le=2024)
    publisher: str = ""
    locator: str = ""
    checked: str = ""
    checked_note: str = ""
    seen_at: str = ""
    figure: str = ""


def _known(keys: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    known = (info.context or {}).get("sources", {})
    unknown = [key for key in keys if key != JUDGEMENT and key not in known]
    if unknown:
        raise ValueError(
            f"a source is a key of sources.toml or '{JUDGEMENT}'|add {', '.join(unknown)} there"
        )
    return keys


Sources = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_known)]
"""Where something is from: keys of a bibliography, or that it is a judgement."""


class Number(Strict):
    """A number of a pack: a point, or a distribution, with its source.

    Exactly one form: `value`; `low` and `high` (uniform); `mean` and `sd` (normal); `median` and `spread`
    (lognormal, spread being the standard deviation of the logarithm).
    """

    value: bool | int | float | str | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: float | None = Field(default=None, gt=0)
    median: float | None = Field(default=None, gt=0)
    spread: float | None = Field(default=None, gt=0)
    source: Sources
    note: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> "Number":
        forms = {
            "value": ("value",),
            "uniform": ("low", "high"),
            "normal": ("mean", "sd"),
            "lognormal": ("median", "spread"),
        }
        stated = {key for pair in forms.values() for key in pair if getattr(self, key) is not None}
        if stated not in [set(keys) for keys in forms.values()]:
            raise ValueError(
                "a number is a value, or low and high, or mean and sd, or median and spread"
                "|keep one of these forms, whole"
            )
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError("low lies below high|swap them, or give a value")
        if JUDGEMENT in self.source and not self.note:
            raise ValueError("a judgement says on what grounds|add a note")
        return self

    @property
    def prior(self) -> tuple[str, float, float]:
        """Family and its two numbers, as `engine.deep.FAMILIES` has them."""
        if self.low is not None and self.high is not None:
            return "uniform", self.low, self.high
        if self.mean is not None and self.sd is not None:
            return "normal", self.mean, self.sd
        if self.median is not None and self.spread is not None:
            return "lognormal", self.median, self.spread
        if self.value is None or isinstance(self.value, str):
            raise TypeError(f"not a number yet: {self.value!r}")
        return "point", float(self.value), 0.0


def fitted(number: Number, quantity: Quantity) -> Number:
    """Hold a number against what it is to measure: its range, or its list of levels, whose names become indices.

    Raises:
        ValueError: `rule|remedy`, if it does not fit.
    """
    if quantity.labels and isinstance(number.value, str):
        if number.value not in quantity.labels:
            raise ValueError(f"a level of this list|write one of {', '.join(quantity.labels)}")
        return number.model_copy(update={"value": quantity.labels.index(number.value)})
    if isinstance(number.value, str):
        raise ValueError("this is a number|write it without quotes")
    family, a, b = number.prior
    places = (a, b) if family == "uniform" else (a,)
    if any(not quantity.low <= place <= quantity.high for place in places):
        raise ValueError(
            f"{quantity.meaning.lower()} lies between {quantity.low:g} and {quantity.high:g} {quantity.unit}"
            "|correct it, or its unit"
        )
    return number


def _fits(quantity: Quantity) -> Any:
    """Make the check of one number against what it is to measure."""
    return Annotated[Number, AfterValidator(lambda number: fitted(number, quantity))]


class Form(NamedTuple):
    """How records are spelled in a file: what it leaves out, what its axes' entries are called, what it may omit.

    `codes` renames entries of an axis, such as the patrons' own codes in a pack; `partial` lets every key be absent.
    """

    left_out: frozenset[str] = frozenset()
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    partial: bool = False

    def labels(self, axis: Axis) -> tuple[str, ...]:
        """Names of an axis's entries in the file."""
        return dict(self.codes).get(axis.name, axis.labels)


FULL = Form()
"""Every field, by the names that the code has."""


@cache
def model_of(
    record: type, form: Form = FULL, path: str = "", outer: tuple[Axis, ...] = ()
) -> type[BaseModel]:
    """Make the schema of a record: one number for each scalar, one for each label of an array's axes.

    Args:
        record: a record type of the domain.
        form: how the file spells it.
        path: dotted path of this record, in recursion.
        outer: axes along which this record stands several times: its fields are arrays there.
    """
    fields: dict[str, Any] = {}
    for name, hint in get_type_hints(record, include_extras=True).items():
        where = f"{path}{name}"
        if where in form.left_out:
            continue
        kind, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        axes = outer + tuple(note for note in notes if isinstance(note, Axis))
        if is_record(kind):
            inner: Any = model_of(kind, form, f"{where}.", axes)
        else:
            quantity = next(note for note in notes if isinstance(note, Quantity))
            inner = _fits(quantity)
            for axis in reversed(axes + quantity.axes):
                inner = table(axis.name, dict.fromkeys(form.labels(axis), inner))
        fields[name] = inner | None if form.partial else inner
    default = None if form.partial else ...
    return table(record.__name__, fields, doc=record.__doc__, default=default)


class Role(Strict):
    """How people speak of a role in this situation."""

    name: str
    adjective: str
    code: str = Field(pattern=r"^[a-z]{2,8}$")


class People(Strict):
    """Names of office-holders at the start, for text made for people."""

    holder: str
    elect: str
    leader: str
    blocs: tuple[str, str]


class Statement(Strict):
    """A sentence about the situation, with its sources."""

    text: str
    source: Sources


class Roles(Strict):
    """Who plays which role. Allies and patrons stand in the order of the model's axes."""

    challenger: Role
    guarantor: Role
    allies: tuple[Role, Role]
    patrons: tuple[Role, Role]
    partner: Role

    @model_validator(mode="after")
    def _distinct(self) -> "Roles":
        everyone = (self.challenger, self.guarantor, *self.allies, *self.patrons, self.partner)
        codes = [role.code for role in everyone]
        if len(set(codes)) < len(codes):
            raise ValueError(f"each role has a code of its own, not {codes}|give each another")
        return self

    @property
    def names(self) -> dict[str, str]:
        """Names by role, those of allies and patrons by their place too."""
        named = {role: getattr(self, role).name for role in ("challenger", "guarantor", "partner")}
        for axis, members in ((ALLY, self.allies), (PATRON, self.patrons)):
            named |= {
                f"{axis.name}_{label}": member.name
                for label, member in zip(axis.labels, members, strict=True)
            }
        return named

    @property
    def codes(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What entries of the axes of allies and patrons are called in this pack's files."""
        return tuple(
            (axis.name, tuple(member.code for member in members))
            for axis, members in ((ALLY, self.allies), (PATRON, self.patrons))
        )


MonthOfYear = Annotated[int, Field(ge=1, le=12)]


def _checked_month(text: str) -> str:
    try:
        month_number(text)
    except ValueError as error:
        raise ValueError(f"a month|{error}") from error
    return text


Month = Annotated[str, AfterValidator(_checked_month)]
"""A month written YYYY-MM."""


class Term(Strict):
    """Terms of office of an ally's government."""

    handover: Month
    term_months: int = Field(ge=1, le=240)


class Dates(Strict):
    """The calendar of a situation. `allies` goes by code."""

    inauguration: Month
    term_months: int = Field(ge=1, le=240)
    election_lead_months: int = Field(ge=0, le=12)
    exercise_months: tuple[MonthOfYear, MonthOfYear]
    harvest_month: MonthOfYear
    allies: dict[str, Term]


class Shocks(Strict):
    """Shocks on a date, each beside its hazard. `war_ends` goes by the patron's code."""

    war_ends: dict[str, Month] = Field(default_factory=dict)
    closure: Month | None = None
    food_shock: Month | None = None
    death: Month | None = None


class Correlation(Strict):
    """Two uncertain numbers that go together, as the correlation of their normal scores."""

    of: tuple[str, str]
    rho: float = Field(gt=-1, lt=1)
    source: Sources
    note: str = ""


class Taking(Strict):
    """What a pack takes from filtered draws: a file beside it, and rows by name, or by the head of their names."""

    file: str = Field(pattern=r"^[\w-]+\.nc$")
    take: tuple[str, ...] = Field(min_length=1)
    preferences: bool = Field(description="Whether intent and preferences are taken too")
    prices: float = Field(gt=0, description="Dollars of the pack to one of the file's")
    source: Sources
    note: str


class Scenario(Strict):
    """The head of a pack: what it is about and when it starts."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    summary: str
    start: Month
    years: int = Field(ge=1, le=30, description="Horizon where none is asked for")
    roles: Roles
    people: People
    calendar: Dates
    shocks: Shocks = Shocks()
    correlations: tuple[Correlation, ...] = ()
    filtered: Taking | None = None
    situation: tuple[Statement, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_known(self) -> "Scenario":
        allies, patrons = (codes for _, codes in self.roles.codes)
        if set(self.calendar.allies) != set(allies):
            raise ValueError(
                f"calendar.allies has a table for each ally: {', '.join(allies)}"
                f"|name these and no other, not {', '.join(self.calendar.allies)}"
            )
        if strange := set(self.shocks.war_ends) - set(patrons):
            raise ValueError(
                f"shocks.war_ends names patrons: {', '.join(patrons)}"
                f"|remove {', '.join(sorted(strange))}"
            )
        return self


def _regions() -> type[BaseModel]:
    """Schema of the regions of preferences: a weight and a range for each preference, by label."""
    fields = {"weight": Annotated[float, Field(ge=0, le=1)], "meaning": str, "source": Sources}
    spans = {leaf.name: _span(leaf.quantity) for leaf in leaves(Preferences)}
    region = table("Region", fields | spans)
    return table("Regions", dict.fromkeys(INTENT.labels, region))


def _span(quantity: Quantity) -> Any:
    """Make the check of a range of preferences."""

    def check(span: tuple[float, float]) -> tuple[float, float]:
        low, high = span
        if not quantity.low <= low < high <= quantity.high:
            raise ValueError(
                f"a range is [low, high], low below high, from {quantity.low:g} to {quantity.high:g} {quantity.unit}"
                "|swap, widen or correct it"
            )
        return span

    return Annotated[tuple[float, float], AfterValidator(check)]


REGIONS = _regions()


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        InvalidFileError: if it is missing, is not text, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidFileError(
            path.name,
            [
                Problem(
                    str(path),
                    "the file exists",
                    "missing",
                    "create it; see skeletons/ and docs/packs.md",
                )
            ],
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidFileError(
            path.name,
            [Problem(_spot(path, error), "TOML in UTF-8", str(error), "mend it at that line")],
        ) from None


def _spot(path: Path, error: Exception) -> str:
    """Name a file, and the line in it that an error of its syntax speaks of."""
    line = re.search(r"line (\d+)", str(error))
    return f"{path.name}:{line[1]}" if line else path.name


def validated(
    model: type[BaseModel],
    data: dict[str, Any],
    path: Path,
    sources: dict[str, Any],
    problems: list[Problem],
) -> Any:
    """Validate a file's content, adding every breach to `problems`; None where there are any."""
    try:
        return model.model_validate(data, context={"sources": sources})
    except ValidationError as error:
        problems += [_problem(e, path) for e in error.errors()]
        return None


def _problem(error: Any, path: Path) -> Problem:
    """Say one pydantic error in the four parts that a reader needs."""
    where = tuple(str(part) for part in error["loc"])
    place = f"{path.name}:{line_of(path, where)}: {'.'.join(where) or 'the file'}"
    value = "nothing" if error["type"] == "missing" else repr(error["input"])
    value = value if len(value) <= 120 else value[:117] + "..."
    rule, _, remedy = str(error["msg"]).removeprefix("Value error, ").partition("|")
    remedies = {
        "missing": "add this key",
        "extra_forbidden": "remove this key, or correct its spelling",
    }
    if error["type"] == "missing":
        rule = "this key is required"
    elif error["type"] == "extra_forbidden":
        rule = "only known keys stand here"
    return Problem(place, rule, value, remedy or remedies.get(error["type"], "correct the value"))


def line_of(path: Path, where: tuple[str, ...]) -> int:
    """Line of a TOML file that comes closest to a path of keys: the last key found, in its table."""
    table: tuple[str, ...] = ()
    best, line = 0, 1
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if header := re.match(r"\s*\[+([^\]]+)\]+", text):
            table, key = tuple(part.strip(' "') for part in header[1].split(".")), ()
        elif pair := re.match(r"\s*([\w.\-\"]+)\s*=", text):
            key = tuple(part.strip('"') for part in pair[1].split("."))
        else:
            continue
        here = (*table, *key)
        shared = min(len(here), len(where))
        if where[:shared] == here[:shared] and shared > best:
            best, line = shared, number
    return line
