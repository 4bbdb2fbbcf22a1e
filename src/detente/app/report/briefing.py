"""The briefing: a page of HTML that needs nothing else, the same as Markdown, and its numbers as JSON.

All three are made from one `Matter`, so that they can't disagree. The same session and results give the same bytes: no
clock, no path of output, no order of a set.
"""

import os
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from detente.app.report import data, sentences, terminal, words
from detente.app.report.content import content
from detente.app.report.matter import Matter

TEMPLATES = Path(__file__).parent / "templates"


def write(matter: Matter, out: Path) -> Path:
    """Write `briefing.html`, `briefing.md` and `briefing.json` into a folder, each whole or not at all.

    Args:
        matter: what was run, and what came of it.
        out: folder, made where it is missing. An earlier briefing in it is replaced.

    Returns:
        The path of the page.
    """
    out.mkdir(parents=True, exist_ok=True)
    placed = content(matter)
    page = out / "briefing.html"
    _replace(page, html(placed))
    _replace(out / "briefing.md", markdown(placed))
    _replace(out / "briefing.json", data.text(matter, placed))
    return page


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def summary(matter: Matter) -> str:
    """Say the heart of it in plain text of at most 80 columns."""
    return "\n".join(terminal.lines(matter.session, matter.findings))


def html(placed: dict[str, Any]) -> str:
    """Make the page from what `content` gives."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    env.filters |= {"listed": words.listed, "capital": sentences.capital, "whole": _whole}
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return env.get_template("briefing.html").render(placed, style=style)


def _whole(text: str) -> Markup:
    """A text in which no line breaks within a scale such as 0–1."""
    return Markup(re.sub(r"−?\d–\d", r'<span class="whole">\g<0></span>', str(escape(text))))


class _Raw(str):
    """Text that is Markdown already."""


def markdown(placed: dict[str, Any]) -> str:
    """Make the Markdown from what `content` gives: the same words and tables, without the charts."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_escaped,
    )
    env.filters |= {
        "listed": words.listed,
        "capital": sentences.capital,
        "code": lambda text: _Raw(f"`{text}`"),
        "raw": _Raw,
        "row": lambda parts: _Raw(" | ".join(_escaped(part) for part in parts)),
        "rule": lambda parts: _Raw("|".join("---" for _ in parts)),
    }
    env.globals["raw"] = _Raw
    return env.get_template("briefing.md").render(placed)


def _escaped(value: object) -> str:
    """A value as Markdown says it: marks of HTML taken off, signs of Markdown kept from working."""
    if isinstance(value, _Raw):
        return str(value)
    said = sentences.text(value) if isinstance(value, Markup) else str(value)
    return re.sub(r"[\\`*_<|]", r"\\\g<0>", said)
