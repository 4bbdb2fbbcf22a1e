"""Détente: a strategy lab for nuclear diplomacy.

import detente

run = detente.run("runs/freeze", policies=["wait-and-contain", "verified-freeze"], worlds=200)
run.sql("select policy, avg(warheads) from outcomes group by policy")

docs/python.md says what else there is.
"""

import os
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from detente.app.api import (
        Briefing,
        Run,
        brief,
        doctrines,
        numbers,
        open_run,
        resume,
        run,
        runs,
        settings,
        situations,
        story,
    )

# XLA on CPU, left to itself, computes a value anew in every loop that reads it. Fused by their outputs, loops share
# it: seven times as fast. XLA reads this once, when it first compiles; flags that somebody set are kept.
_FUSED = "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion"
_FLAGS = os.environ.get("XLA_FLAGS", "").split()
if _FUSED not in _FLAGS:  # a process that this one starts inherits them
    os.environ["XLA_FLAGS"] = " ".join([_FUSED, *_FLAGS])

# What is compiled is kept for the next run. JAX reads these when it is imported; what somebody set is kept, and
# JAX_ENABLE_COMPILATION_CACHE=false turns it off.
with suppress(OSError):
    _PROGRAMS = user_cache_path("detente") / "programs"
    _PROGRAMS.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(_PROGRAMS))
os.environ.setdefault("JAX_COMPILATION_CACHE_MAX_SIZE", str(2**29))

__all__ = [
    "run",
    "resume",
    "open_run",
    "runs",
    "Run",
    "brief",
    "Briefing",
    "story",
    "situations",
    "numbers",
    "doctrines",
    "settings",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: importing jax alone takes most of a second."""
    if name not in __all__:
        raise AttributeError(f"module 'detente' has {', '.join(__all__)}; received {name!r}")
    return getattr(import_module("detente.app.api"), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
