"""The briefing: one page of HTML that needs nothing else, made from a run and from nothing but the run.

The same session and results give the same bytes: no clock, no path of output, no order of a set.
"""

import os
import platform
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from detente.app.report import figures, provenance, sentences, tables, terminal, words
from detente.app.report.findings import Findings, find
from detente.app.usecases import Results, Session
from detente.engine.ensemble import CHUNK

TEMPLATES = Path(__file__).parent / "templates"

LEADS = ("agreement_signed", "agreement_kept", "warheads", "any_nuclear_test")
"""Outcomes that the opening paragraph tells, policy by policy."""


def write(session: Session, results: Results, out: Path) -> Path:
    """Write `out/briefing.html`, whole or not at all.

    Args:
        session: what was run.
        results: what came of it.
        out: folder, made where it is missing. An earlier briefing in it is replaced.

    Returns:
        The path of the page.
    """
    content = page(session, results).encode()
    out.mkdir(parents=True, exist_ok=True)
    path, part = out / "briefing.html", out / "briefing.html.part"
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def summary(session: Session, results: Results) -> str:
    """Say the heart of it in plain text of at most 80 columns."""
    return "\n".join(terminal.lines(session, find(session, results)))


def page(session: Session, results: Results) -> str:
    """Make the page."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    env.filters["listed"] = words.listed
    return env.get_template("briefing.html").render(_content(session, results))


def _content(session: Session, results: Results) -> dict[str, Any]:
    """Everything that the template places. Sources are numbered in the order in which a reader meets them."""
    head, findings = session.pack.head, find(session, results)
    citations = provenance.Citations(session.pack.sources)
    situation = [(s.text, citations.cite(s.source)) for s in head.situation]
    rows, same = tables.settings(session, citations)
    regions = tables.regions(session, citations)
    return {
        "style": Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
        "head": head,
        "names": {role: people.name for role, people in head.roles.items()},
        "run": _run(session),
        "short": _short(findings),
        "situation": situation,
        "policies": findings.policies,
        "settings": rows,
        "same": same,
        "numbers": tables.numbers(findings),
        "shares": tables.shares(findings),
        "labelled": tables.labelled(findings, head),
        "panels": figures.panels(session, results, findings),
        "pairs": [
            (pair, tables.pair_rows(pair), figures.pair_chart(pair, number))
            for number, pair in enumerate(findings.pairs)
        ],
        "types": tables.types(findings),
        "type_charts": figures.type_charts(findings),
        "regions": regions,
        "failures": [
            (p.title, sorted(p.failed.items()), p.failed.total())
            for p in findings.policies
            if p.failed
        ],
        "sources": citations.entries(),
        "command": provenance.command(session),
        "versions": provenance.versions(),
        "machine": platform.machine(),
        "hash": provenance.scenario_hash(session),
        "level": sentences.levels(),
        "clear": sentences.CLEAR,
        "scale": _scale(),
    }


def _run(session: Session) -> dict[str, Any]:
    """The run's size in words."""
    design, start = session.design, int(session.pack.situation.start)
    return {
        "start": words.month_words(start),
        "end": words.month_words(start + design.months - 1),
        "years": words.count(design.months // 12, "year"),
        "worlds": words.count(design.worlds, "world"),
        "replicates": words.count(design.replicates, "future"),
        "futures": words.count(design.futures, "future"),
        "one_world": design.worlds < 2,
        "design": design,
        "chunk": CHUNK,
    }


def _short(findings: Findings) -> dict[str, Any]:
    """The opening, from numbers alone: what each policy tends to bring, and where they differ most."""
    tendencies = []
    for policy in findings.policies:
        told = [(findings.measure(n), policy.summaries[n]) for n in LEADS]
        said = [sentences.tendency(measure, found) for measure, found in told if found.n]
        tendencies.append((policy.title, Markup(". ").join(said) + "."))
    contrasts = []
    for pair in findings.pairs:
        most = 3 if len(findings.pairs) == 1 else 1
        if found := sentences.clearest(pair.differences, most):
            contrasts.append(sentences.contrast(found, pair.one, pair.other))
    return {"tendencies": tendencies, "contrasts": contrasts}


def _scale() -> list[tuple[str, str]]:
    """The words of estimation with the shares that each stands for."""
    tops = [top for top, _ in words.SCALE]
    spans = zip([0.0, *tops], tops, strict=False)
    return [
        (word, f"{low:.0%}–{high:.0%}".replace("%–", "–").replace("%", words.PERCENT))
        for (low, high), (_, word) in zip(spans, words.SCALE, strict=True)
    ]
