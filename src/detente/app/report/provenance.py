"""Where a briefing comes from: the command, the files, the versions and the sources. Nothing here knows the time."""

import platform
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from detente.app.changes import spell
from detente.app.usecases import Session
from detente.app.wiring import POLICIES
from detente.engine.month import MECHANISMS
from detente.scenarios.binding import HOME, doctrine_files, find_pack
from detente.scenarios.schema import Source

PARTS = ("detente", "jax", "numpy", "scipy")


def command(session: Session) -> str:
    """The command that makes the same page, over several lines, ready to paste."""
    policies = [["--policy", policy] for policy in session.request.policies]
    lines = [["detente", "brief", session.request.scenario], *policies, *_options(session)]
    return " \\\n  ".join(shlex.join(line) for line in lines)


def story(session: Session, policy: str, future: int) -> str:
    """The command that tells one future of a policy in full, in one line."""
    names = [doctrine.name for doctrine in session.doctrines]
    asked = session.request.policies[names.index(policy)]
    first = ["detente", "story", session.request.scenario, "--policy", asked]
    return shlex.join(sum(_options(session), [*first, "--future", str(future)]))


def _options(session: Session) -> list[list[str]]:
    """What was fixed, and how large the run was: the same options for every command."""
    design = session.design
    changes = [["--set", change] for change in spell(session.request.changes)]
    size = ["--worlds", str(design.worlds), "--replicates", str(design.replicates)]
    rest = ["--years", str(design.months // 12), "--seed", str(design.seed)]
    return [*changes, size, rest]


def versions() -> dict[str, str]:
    """Versions of what made the numbers and the page."""
    return {name: version(name) for name in PARTS} | {"python": platform.python_version()}


def scenario_hash(session: Session) -> str:
    """SHA-256 over the files that say what was run: the pack's, the doctrines', and the shared bibliography.

    Each file goes in as a label (`pack/NAME`, `doctrine/NAME`, `sources.toml`), its length and its bytes, in the order
    of labels: where the files lie plays no part. Numbers that the run fixes follow, as they are spelled.
    """
    whole = sha256()
    for label, path in sorted(_files(session)):
        content = path.read_bytes()
        whole.update(f"{label}\0{len(content)}\0".encode() + content)
    for change in spell(session.request.changes):
        whole.update(f"set\0{change}\0".encode())
    return whole.hexdigest()


def _files(session: Session) -> Iterator[tuple[str, Path]]:
    for path in find_pack(session.request.scenario).glob("*.toml"):
        yield f"pack/{path.name}", path
    found = {path for asked in session.request.policies for path in doctrine_files(asked)}
    for path in found:
        yield f"doctrine/{path.name}", path
    yield "sources.toml", HOME / "sources.toml"


def limits() -> list[tuple[str, str]]:
    """What each mechanism and policy says that it leaves out: the sentence on limits at the head of its file."""
    parts = [*MECHANISMS.items(), *POLICIES.items()]
    return [(name, said) for name, part in parts if (said := _limits(part.__doc__ or ""))]


def _limits(doc: str) -> str:
    """What follows the word Limit or Limits, to the end of the paragraph."""
    found = re.search(r"\bLimits?:\s*(.*?)(?:\n\s*\n|\Z)", doc, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


class Entry(NamedTuple):
    """A cited source: its place in the list, its key, and the entry itself."""

    place: int
    key: str
    source: Source


class Citations:
    """Numbers sources in the order in which they are first cited, so that the list holds these alone."""

    def __init__(self, known: Mapping[str, Source]):
        """Take the bibliography to cite from."""
        self._known = known
        self._places: dict[str, int] = {}

    def cite(self, keys: Iterable[str]) -> Markup:
        """Links to the list for the sources of one statement; a judgement is called so."""
        links, others = [], []
        for key in keys:
            if key in self._known:
                place = self._places.setdefault(key, len(self._places) + 1)
                links.append((place, Markup('<a href="#source-{0}">[{0}]</a>').format(place)))
            else:
                others.append(Markup('<span class="unit">{}</span>').format(key))
        ordered = Markup("").join(link for _, link in sorted(links))
        return Markup(" ").join(filter(None, [ordered, *others]))

    def entries(self) -> list[Entry]:
        """The sources cited so far, in order."""
        return [Entry(place, key, self._known[key]) for key, place in self._places.items()]
