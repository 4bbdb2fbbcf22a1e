"""Which code makes a run's bytes: version, sources, libraries, and the machine's kind."""

import os
import platform
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

PACKAGE = Path(__file__).parents[1]
LIBRARIES = ("jax", "jaxlib", "numpy", "pyarrow")
"""Libraries that decide the bytes of a chunk."""


class Code(NamedTuple):
    """What has to be the same for the same bytes."""

    version: str
    source: str
    libraries: Mapping[str, str]
    machine: Mapping[str, Any]

    def unlike(self, other: "Code") -> list[str]:
        """What differs from another code, in words; nothing if the two make the same bytes."""
        mine, theirs = self._flat(), other._flat()
        return [
            f"{name} {_spell(theirs.get(name))} there, {_spell(mine.get(name))} here"
            for name in {**theirs, **mine}
            if mine.get(name) != theirs.get(name)
        ]

    def _flat(self) -> dict[str, Any]:
        return {"version": self.version, "source": self.source, **self.libraries, **self.machine}


class OtherVersionError(ValueError):
    """A run was made by another code than the one at hand."""


@cache
def here() -> Code:
    """The code of this process."""
    return Code(
        version=version("detente"),
        source=_source(PACKAGE),
        libraries={name: version(name) for name in LIBRARIES},
        machine=_machine(),
    )


def digest(what: object, *arrays: Any) -> str:
    """A short digest of what prints alike where it is alike, and of the bytes of arrays."""
    found = sha256(repr(what).encode())
    for array in arrays:
        found.update(np.asarray(array).tobytes())
    return found.hexdigest()[:16]


def _spell(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def _source(folder: Path) -> str:
    """Digest of every source file of a package: names and texts."""
    found = sha256()
    for path in sorted(folder.rglob("*.py")):
        found.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        found.update(path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def _machine() -> dict[str, Any]:
    """Kind of device, its vector instructions, and how XLA is told to use them."""
    device = jax.devices()[0]
    vectors = np.show_config(mode="dicts").get("SIMD Extensions", {})
    return {
        "architecture": platform.machine(),
        "instructions": sorted([*vectors.get("baseline", []), *vectors.get("found", [])]),
        "device": f"{device.platform} {device.device_kind}",
        "flags": sorted({*os.environ.get("XLA_FLAGS", "").split()}),
    }
