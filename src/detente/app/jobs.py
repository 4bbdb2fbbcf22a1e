"""A session as a manifest, and back: what a run keeps of its inputs, and what travels to a worker."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import numpy as np

from detente.app.usecases import Request, Session
from detente.domain.outcomes import OUTCOMES
from detente.engine.manifest import Manifest, Task, digest
from detente.engine.store import Part, encode, paths_table
from detente.engine.version import Code, OtherVersionError, here
from detente.scenarios.binding import doctrine_files, find_pack, pack_files

Texts = dict[str, str]
"""Files by name: text as it is, anything else in base 64."""


def describe(session: Session, *, paths: bool = False) -> Manifest:
    """The manifest of a session's run, its pack and doctrines by value.

    Args:
        session: what is to be run.
        paths: whether monthly paths of tracked outcomes are kept.
    """
    request, design, pack = session.request, session.design, session.pack
    folder = find_pack(request.scenario)
    policies = zip(session.doctrines, request.policies, strict=True)
    return Manifest(
        scenario=pack.head.name,
        situation=_situation(session),
        policies={d.name: digest(d.settings) for d in session.doctrines},
        changes=dict(request.changes),
        **design._asdict(),
        start=int(pack.situation.start),
        paths=paths,
        code=here(),
        columns=tuple(_columns(session)),
        inputs={
            "scenario": {folder.name: _texts(pack_files(folder))},
            "policies": {d.name: _texts(doctrine_files(name)) for d, name in policies},
        },
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def bind(manifest: Manifest) -> Session:
    """The session of a run, from what its manifest holds.

    Raises:
        ValueError: if the manifest's texts no longer give what the run was given.
    """
    with TemporaryDirectory(prefix="detente-") as home:
        folder = Path(home)
        ((pack, texts),) = manifest.inputs["scenario"].items()
        _put(folder / pack, texts)
        policies = []
        for i, texts in enumerate(manifest.inputs["policies"].values()):
            place = folder / f"policy-{i}"  # a + in the path would begin a modifier
            _put(place, texts)
            policies.append("+".join(str(place / file) for file in texts))
        design = manifest.design
        session = Session(
            Request(
                str(folder / pack),
                tuple(policies),
                design.worlds,
                design.replicates,
                design.months // 12,
                design.seed,
                manifest.changes,
            )
        )
    found = {d.name: digest(d.settings) for d in session.doctrines}
    if (_situation(session), found) != (manifest.situation, manifest.policies):
        raise ValueError(
            "a run goes on with what it began with, but the inputs in its manifest were changed: "
            "put them back, or begin a new run"
        )
    return session


def parts(manifest: Manifest, session: Session, tasks: Iterable[Task]) -> Iterator[Part]:
    """Compute chunks in this process, those of a doctrine in one go."""
    numbers: dict[str, list[int]] = {}
    for task in tasks:
        numbers.setdefault(task.policy, []).append(task.number)
    doctrines = {doctrine.name: doctrine for doctrine in session.doctrines}
    for policy, asked in numbers.items():
        doctrine = doctrines[policy]
        chunks = session.chunks(doctrine, paths=manifest.paths, numbers=asked)
        for number, chunk in zip(asked, chunks, strict=True):
            paths = paths_table(policy, chunk, manifest.start) if manifest.paths else None
            yield Part(
                Task(policy, number),
                futures=len(chunk.world),
                failed=int(np.count_nonzero(chunk.tally.status.code)),
                outcomes=encode(session.table(doctrine, chunk)),
                paths=paths and encode(paths.rename_columns(_named(session, paths.column_names))),
            )


def work(text: str, code: Code, task: Task) -> Part:
    """Compute one chunk of a run, in whatever process.

    Args:
        text: the run's manifest.
        code: of the process that asks.
        task: which chunk.

    Raises:
        OtherVersionError: if this process has another code than the one that asks.
    """
    if unlike := here().unlike(code):
        raise OtherVersionError(
            f"workers run the code of the one that asks; on this one: {'; '.join(unlike)}. Install the same there"
        )
    with _ONE:
        manifest, session = _bound(text)
    (part,) = parts(manifest, session, [task])
    return part


_ONE = Lock()
"""Threads of a worker bind a run once."""


@lru_cache(maxsize=1)
def _bound(text: str) -> tuple[Manifest, Session]:
    manifest = Manifest.of(text)
    return manifest, bind(manifest)


def _situation(session: Session) -> str:
    """Digest of the situation after its changes, and of how the pack calls its columns."""
    return digest(session.pack.situation, *session.pack.columns.values())


def _columns(session: Session) -> Iterator[dict[str, Any]]:
    """What each column of the outcomes is."""
    names = _named(session, [outcome.name for outcome in OUTCOMES])
    for name, outcome in zip(names, OUTCOMES, strict=True):
        yield {
            "name": name,
            "unit": outcome.unit,
            "dtype": outcome.dtype,
            "timing": outcome.timing.value,
            "null": outcome.null_rule,
            "meaning": outcome.meaning,
            "labels": list(outcome.labels),
            "path": outcome.track,
        }


def _named(session: Session, names: Iterable[str]) -> list[str]:
    """Columns as the pack calls them."""
    return [session.pack.columns.get(name, name) for name in names]


def _texts(paths: Iterable[Path]) -> Texts:
    texts: Texts = {}
    for path in paths:
        if path.name in texts:
            raise ValueError(
                f"files of one policy have different names; received {path.name} twice"
            )
        data = path.read_bytes()
        texts[path.name] = data.decode() if path.suffix == ".toml" else b64encode(data).decode()
    return texts


def _put(folder: Path, texts: Texts) -> None:
    folder.mkdir(parents=True)
    for name, text in texts.items():
        data = text.encode() if name.endswith(".toml") else b64decode(text)
        (folder / name).write_bytes(data)
