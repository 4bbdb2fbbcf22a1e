"""From the catalogue to what can be run: every name in it is held against packs, doctrines, outcomes and parts."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from detente.domain.contracts import Policy
from detente.domain.outcomes import OUTCOMES, Outcome, Timing
from detente.domain.quantity import Leaf, leaves
from detente.engine.deep import Situation
from detente.engine.month import MECHANISMS
from detente.evidence.catalogue import CLAIMS, Arm, Claim, Contrast
from detente.scenarios.binding import BY_RULE, Doctrine, Pack, load_doctrine, load_pack
from detente.scenarios.schema import InvalidFileError, Number, Problem
from detente.scenarios.variants import vary_doctrine, vary_pack


class Bound(NamedTuple):
    """An arm made ready to run: a situation, and the doctrine under which it unfolds."""

    situation: Situation
    doctrine: Doctrine


class Library:
    """The packs and doctrines that claims name, each read once, and their variants."""

    def __init__(self, policies: Mapping[str, Policy]):
        """Start with nothing read.

        Args:
            policies: who can decide, by name.
        """
        self.policies = policies
        self._packs: dict[str, Pack] = {}
        self._doctrines: dict[str, Doctrine] = {}
        self._bound: dict[tuple[str, Arm], Bound] = {}

    def pack(self, name: str) -> Pack:
        """A pack as it is."""
        if name not in self._packs:
            self._packs[name] = load_pack(name, self.policies)
        return self._packs[name]

    def doctrine(self, name: str) -> Doctrine:
        """A doctrine as it is."""
        if name not in self._doctrines:
            self._doctrines[name] = load_doctrine(name, self.policies)
        return self._doctrines[name]

    def bind(self, scenario: str, arm: Arm) -> Bound:
        """Make an arm ready to run.

        Raises:
            InvalidFileError: with everything in it that there is not, or that does not fit.
        """
        if (scenario, arm) not in self._bound:
            self._bound[scenario, arm] = self._bind(scenario, arm)
        return self._bound[scenario, arm]

    def _bind(self, scenario: str, arm: Arm) -> Bound:
        problems: list[Problem] = []
        situation = doctrine = None
        try:
            varied = vary_pack(self.pack(scenario), self.policies, dict(arm.set))
            situation = varied.situation
        except InvalidFileError as error:
            problems += error.problems
        try:
            plain = self.doctrine(arm.policy)
            doctrine = vary_doctrine(plain, self.policies, dict(arm.settings))
        except InvalidFileError as error:
            problems += error.problems
        if situation is None or doctrine is None:
            raise InvalidFileError(f"an arm under {arm.policy}", problems)
        return Bound(situation, doctrine)

    def moved(self, contrast: Contrast) -> dict[str, tuple[str, str]]:
        """What differs between the arms, by name: its value under `a` and under `b`, in words."""
        one, other = dict(contrast.a.set), dict(contrast.b.set)
        found = {
            key: (str(one.get(key, "as drawn")), str(other.get(key, "as drawn")))
            for key in one | other
        }
        chosen, others = (
            self.bind(contrast.scenario, arm).doctrine.numbers for arm in (contrast.a, contrast.b)
        )
        for leaf in leaves(self.policies[BY_RULE].Settings):
            words = _spelled(leaf, chosen[leaf.name]), _spelled(leaf, others[leaf.name])
            found[leaf.name] = words
        return {key: (a, b) for key, (a, b) in found.items() if a != b}

    def outcomes(self, scenario: str) -> dict[str, Outcome]:
        """Outcomes by the names that a pack's results have."""
        named = self.pack(scenario).columns
        return {named.get(outcome.name, outcome.name): outcome for outcome in OUTCOMES}

    @property
    def parts(self) -> set[str]:
        """Names of mechanisms and of policies, as their pages have them."""
        return {*MECHANISMS, *(part_name(policy) for policy in self.policies.values())}


def _spelled(leaf: Leaf, setting: Number) -> str:
    """A setting as a doctrine's file spells it."""
    value = setting.prior[1]
    if leaf.quantity.labels:
        return leaf.quantity.labels[int(value)]
    return str(bool(value)).lower() if leaf.dtype == bool else f"{value:g}"


def part_name(policy: Policy) -> str:
    """Name of a policy: that of its file."""
    return str(vars(policy)["__name__"]).rsplit(".", 1)[-1]


def check(claims: Iterable[Claim], library: Library, path: Path = CLAIMS) -> None:
    """Hold every name in claims against what there is, and every value against its range.

    Args:
        claims: what to check.
        library: the packs, doctrines and parts that they may name.
        path: the file that they are from, to say where a mistake stands.

    Raises:
        InvalidFileError: with everything that is wrong.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    problems = [
        problem._replace(place=f"{path.name}:{_line(lines, claim, mark)}: {problem.place}")
        for claim in claims
        for mark, wrong in _checks(claim, library)
        for problem in wrong
    ]
    if problems:
        raise InvalidFileError(path.name, problems)


def _checks(claim: Claim, library: Library) -> Iterator[tuple[str, Iterator[Problem]]]:
    """What is wrong in each part of a claim, and the text that marks the part in the file."""
    yield f"[{claim.key}]", _wrong_names(claim, library)
    for contrast in claim.contrasts:
        yield f'title = "{contrast.title}"', _wrong_contrast(claim, contrast, library)


def _line(lines: list[str], claim: Claim, mark: str) -> int:
    """Line of the file on which a mark stands, from the claim's own head on."""
    head = lines.index(f"[{claim.key}]")
    return next(n for n, line in enumerate(lines[head:], head + 1) if mark in line)


def _wrong_names(claim: Claim, library: Library) -> Iterator[Problem]:
    """Parts, outcomes and parameters of a claim that there are not."""
    numbers = library.pack(claim.scenario).numbers
    measures = {n for n, outcome in library.outcomes(claim.scenario).items() if not outcome.labels}
    named = (
        ("mechanisms", claim.mechanisms, library.parts, "mechanisms and policies"),
        ("outcomes", claim.outcomes, measures, "outcomes that are numbers or flags"),
        ("fixes", claim.fixes, numbers, "parameters"),
    )
    for key, values, known, what in named:
        for value in values:
            if value not in known:
                remedy = f"see docs/ for the {what} that there are"
                yield Problem(f"{claim.key}.{key}", f"one of the {what}", repr(value), remedy)


def _wrong_contrast(claim: Claim, contrast: Contrast, library: Library) -> Iterator[Problem]:
    """What in a contrast can't be compared, fixed or told apart."""
    try:
        outcomes, years = (
            library.outcomes(contrast.scenario),
            library.pack(contrast.scenario).head.years,
        )
    except InvalidFileError as error:
        yield from error.problems
        return
    path = f"{claim.key}.contrast"
    outcome = outcomes.get(contrast.outcome)
    see = "see docs/reference/outcomes.md"
    if outcome is None or outcome.labels:
        rule = "the name of an outcome that is a number or a flag"
        yield Problem(f"{path}.outcome", rule, repr(contrast.outcome), see)
    elif contrast.after and not (outcome.track and outcome.timing is Timing.HORIZON):
        rule = "only a tracked outcome that is read at the horizon can be read before"
        yield Problem(f"{path}.after", rule, repr(contrast.outcome), "leave out after")
    if contrast.after and contrast.after > years:
        rule = f"at most the {years} years of the situation"
        yield Problem(f"{path}.after", rule, str(contrast.after), "lower it")
    for name, label in contrast.only:
        if name not in outcomes or label not in outcomes[name].labels:
            rule = "a label of an outcome that has labels"
            yield Problem(f"{path}.only.{name}", rule, repr(label), see)
    wrong = [
        problem._replace(place=f"{path}.{side}: {problem.place}")
        for side, arm in (("a", contrast.a), ("b", contrast.b))
        for problem in _unbound(contrast.scenario, arm, library)
    ]
    yield from wrong
    if not wrong and not library.moved(contrast):
        rule = "arms that differ in something"
        yield Problem(f"{path}.b", rule, "the same as a", "move the lever in one of them")


def _unbound(scenario: str, arm: Arm, library: Library) -> list[Problem]:
    """What keeps an arm from being bound."""
    try:
        library.bind(scenario, arm)
    except InvalidFileError as error:
        return error.problems
    return []
