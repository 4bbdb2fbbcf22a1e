"""The tutorial does what it says: its commands, its edits and its code run, in order, in a copy of the checkout."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial.md"
COPIED = ("src", "tests", "docs", "skeletons")
FILES = ("pyproject.toml", "Makefile", "requirements.lock", "README.md")
BLOCK = re.compile(r"(?:<!-- file: (\S+) -->\n)?^```(\w+)\n(.*?)^```$", re.S | re.M)
HUNK = re.compile(r"((?:^-.*\n)+)((?:^\+.*\n)+)", re.M)
LIGHT = ("cp ", ".venv/bin/detente policy new ", ".venv/bin/detente scenario new ")
"""Commands that simulate nothing: with the edits, they show in seconds that the pages still fit the code."""


class Block(NamedTuple):
    """A block of the page; `path` where it is the content of a file."""

    kind: str
    text: str
    path: str | None


def blocks() -> list[Block]:
    found = BLOCK.finditer(PAGE.read_text(encoding="utf-8"))
    return [Block(match[2], match[3], match[1]) for match in found]


def commands(block: Block) -> Iterator[str]:
    for line in block.text.splitlines():
        assert line.startswith("$ "), f"a console block holds commands alone: {line}"
        yield line.removeprefix("$ ")


class Checkout:
    """A copy of the checkout, with an environment that runs this one's Python on the copy."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in COPIED:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        for name in FILES:
            shutil.copy2(ROOT / name, folder)
        bin_folder = folder / ".venv" / "bin"
        bin_folder.mkdir(parents=True)
        for name, call in (("python", ""), ("detente", "-m detente.app.cli ")):
            script = bin_folder / name
            script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {call}"$@"\n', encoding="utf-8")
            script.chmod(0o755)
        (folder / ".venv" / ".ready").touch()  # nothing to set up, for make

    def call(self, *words: str, given: str | None = None) -> str:
        path = os.pathsep.join([str(self.folder / "src"), str(self.folder)])
        cache = os.environ.get("JAX_COMPILATION_CACHE_DIR", str(self.folder / ".jax_cache"))
        own = {"HOME": str(self.folder), "PYTHONPATH": path, "JAX_COMPILATION_CACHE_DIR": cache}
        done = subprocess.run(
            words,
            input=given,
            cwd=self.folder,
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}\n{given or ''}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def edit(self, block: Block) -> None:
        """Apply a block of differences: each run of lines taken out stands once in its file."""
        head, text = block.text.split("\n", 1)
        file = self.folder / head.removeprefix("--- ")
        assert HUNK.sub("", text) == "", f"lines out, then lines in: {text}"
        content = file.read_text(encoding="utf-8")
        for out, new in HUNK.findall(text):
            old, instead = (re.sub(r"^[-+]", "", part, flags=re.M) for part in (out, new))
            assert content.count(old) == 1, f"{head} has {content.count(old)} times:\n{old}"
            content = content.replace(old, instead)
        file.write_text(content, encoding="utf-8")

    def take(self, block: Block, *, light: bool) -> str:
        """Take one step of the tutorial; give what it printed."""
        if block.path:
            (self.folder / block.path).write_text(block.text, encoding="utf-8")
        elif block.kind == "diff":
            self.edit(block)
        elif block.kind == "console":
            lines = [line for line in commands(block) if not light or line.startswith(LIGHT)]
            return "".join(self.call("sh", "-c", line) for line in lines)
        elif not light or "read_parquet" not in block.text:
            return self.call(sys.executable, "-", given=block.text)
        return ""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def test_blocks_are_of_known_kinds():
    kinds = {block.kind for block in blocks()}
    assert kinds == {"console", "python", "toml", "diff"}
    assert all(block.path for block in blocks() if block.kind == "toml")


def test_files_and_edits_fit_the_code(checkout: Checkout):
    for block in blocks():
        checkout.take(block, light=True)
    said = checkout.call(".venv/bin/detente", "scenario", "validate", "my-korea")
    assert "nothing is wrong" in said
    checkout.call(sys.executable, "-m", "pytest", "-q", "tests/unit/test_contagion.py")


@pytest.mark.slow
def test_every_step_runs(checkout: Checkout):
    said = [checkout.take(block, light=False) for block in blocks()]
    assert any("fissile_kg" in text for text in said)
    assert (checkout.folder / "build" / "first" / "briefing.html").exists()
    assert "trickle" in (checkout.folder / "docs/mechanisms/information.md").read_text("utf-8")
    (last,) = [text for text in said if "outside_media" in text]
    media = next(line for line in last.splitlines() if line.startswith("outside_media"))
    assert float(media.split()[1]) > 0
