"""What a run is: enough to tell it from any other, and to make it again without the files that it was made from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from detente.engine.ensemble import CHUNK, Design
from detente.engine.version import Code, OtherVersionError, here

FORMAT = "detente run 1"
NAME = "manifest.json"


class Task(NamedTuple):
    """One chunk of a run."""

    policy: str
    number: int


@dataclass(frozen=True)
class Manifest:
    """A run.

    `situation` and `policies` hold digests of what the engine is given: numbers, not files, so that an edited comment
    makes no other run. `columns` says what each column of the outcomes means. `inputs` are the texts that bind the run
    again; the engine only keeps them. `mixed` names other codes that wrote chunks of it.
    """

    scenario: str
    situation: str
    policies: Mapping[str, str]
    changes: Mapping[str, Any]
    worlds: int
    replicates: int
    months: int
    start: int
    seed: int
    paths: bool
    code: Code
    columns: tuple[Mapping[str, Any], ...]
    inputs: Mapping[str, Any]
    made: str
    chunk: int = CHUNK
    mixed: tuple[Code, ...] = ()

    @property
    def design(self) -> Design:
        """How many futures, how long, from which seed."""
        return Design(self.worlds, self.replicates, self.months, self.seed)

    def tasks(self) -> Iterator[Task]:
        """Every chunk that the run is made of, in order."""
        for policy in self.policies:
            for number in range(self.design.chunks):
                yield Task(policy, number)

    def futures(self, number: int) -> range:
        """Futures of one chunk, padding cut off."""
        return range(number * self.chunk, min((number + 1) * self.chunk, self.design.futures))

    def differences(self, other: "Manifest") -> list[str]:
        """Names of what makes another run of it: none if both are the same run."""
        apart = {"inputs", "made", "mixed", "columns"}
        return [
            field.name
            for field in fields(self)
            if field.name not in apart and getattr(self, field.name) != getattr(other, field.name)
        ]

    def agrees(self, anyway: bool = False) -> "Manifest":
        """The manifest under which this process may add to the run.

        Args:
            anyway: go on in spite of another code, which the manifest then says.

        Raises:
            OtherVersionError: if the run was made by another code than this one, or in chunks of another size.
        """
        mine = here()
        unlike = mine.unlike(self.code)
        if self.chunk != CHUNK:
            raise OtherVersionError(
                f"the run is in chunks of {self.chunk} futures; this version makes {CHUNK}"
            )
        if not unlike or mine in self.mixed:
            return self
        if anyway:
            return replace(self, mixed=(*self.mixed, mine))
        raise OtherVersionError(
            "a run is made by one code; another made this one: "
            + "; ".join(unlike)
            + f". Install version {self.code.version} as it was, begin a new run, or take --anyway: bytes may then "
            "differ, and what is added is marked in the manifest"
        )

    def text(self) -> str:
        """The manifest as JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["code"] = self.code._asdict()
        values["mixed"] = [code._asdict() for code in self.mixed]
        inputs = values.pop("inputs")  # long texts, last
        return json.dumps({"format": FORMAT, **values, "inputs": inputs}, indent=1) + "\n"

    @classmethod
    def of(cls, text: str) -> "Manifest":
        """Read a manifest.

        Raises:
            ValueError: if the text is none.
        """
        try:
            values = json.loads(text)
            if values.pop("format") != FORMAT:
                raise ValueError
            values["code"] = Code(**values["code"])
            values["mixed"] = tuple(Code(**code) for code in values["mixed"])
            values["columns"] = tuple(values["columns"])
            return cls(**values)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError(
                f"a manifest says that it is a {FORMAT!r}; this one can't be read"
            ) from None


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a run.

    Raises:
        ValueError: if the folder is no run.
    """
    path = folder / NAME
    if not path.is_file():
        raise ValueError(
            f"a run is a folder that holds {NAME}; received {folder}: `detente runs list` finds them"
        )
    try:
        return Manifest.of(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def digest(tree: Any, *texts: str) -> str:
    """Digest of the numbers of a tree, and of texts."""
    leaves, structure = jax.tree.flatten(tree)
    found = sha256("\0".join([str(structure), *texts]).encode())
    for leaf in leaves:
        array = np.ascontiguousarray(leaf)
        found.update(f"{array.dtype}{array.shape}".encode() + array.tobytes())
    return found.hexdigest()[:16]
