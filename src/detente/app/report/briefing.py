"""The briefing: one page of HTML that needs nothing else, made from a run and from nothing but the run.

The same session and results give the same bytes: no clock, no path of output, no order of a set.
"""

import os
import platform
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from scipy.special import stdtr

from detente.app.report import (
    figures,
    inputs,
    provenance,
    sentences,
    tables,
    terminal,
    words,
    worst,
)
from detente.app.report.findings import Findings, by_type, find
from detente.app.report.harm import harms
from detente.app.report.measures import HEADLINE, HUMAN, STRATEGIC
from detente.app.usecases import Results, Session
from detente.decision.comparison import CLEAR
from detente.domain.axes import INTENT
from detente.engine.ensemble import CHUNK

TEMPLATES = Path(__file__).parent / "templates"

OPEN = ("warheads", "verified_freeze_months", "signed_and_kept", "war")
BY_TYPE = (*OPEN, *(n for n in HEADLINE if n not in OPEN), "relief_during_breach_musd")
"""Outcomes that are shown by private type; the first few stand open."""


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
    env.filters["capital"] = sentences.capital
    env.filters["whole"] = _whole
    return env.get_template("briefing.html").render(_content(session, results))


def _whole(text: str) -> Markup:
    """A text in which no line breaks within a scale such as 0–1."""
    return Markup(re.sub(r"−?\d–\d", r'<span class="whole">\g<0></span>', str(escape(text))))


def _content(session: Session, results: Results) -> dict[str, Any]:
    """Everything that the template places. Sources are numbered in the order in which a reader meets them."""
    head, findings = session.pack.head, find(session, results)
    citations = provenance.Citations(session.pack.sources)
    content = {
        "style": Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
        "head": head,
        "names": head.roles.names,
        "run": _run(session),
        "policies": findings.policies,
        "reference": findings.reference,
        "short": _short(findings),
        "level": sentences.levels(),
        "clear": CLEAR,
        "scale": _scale(),
    }
    content |= {
        "situation": inputs.situation(session, citations),
        "in_force": inputs.in_force(session, citations),
        "compared": [(p, citations.cite(p.source)) for p in findings.policies],
        "settings": inputs.settings(session, findings.policies),
        "regions": inputs.regions(session, citations),
    }
    content |= _outcomes(session, results, findings)
    content |= _worst(session, findings, citations)
    return content | {
        "failures": [
            (p.title, sorted(p.failed.items()), p.failed.total())
            for p in findings.policies
            if p.failed
        ],
        "limits": provenance.limits(),
        "sources": citations.entries(),
        "command": provenance.command(session),
        "versions": provenance.versions(),
        "machine": platform.machine(),
        "hash": provenance.scenario_hash(session),
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
    """The opening, from numbers alone: who stands out, where they differ most, and whether any is best on all."""
    base = findings.reference
    alone = [
        sentences.tendency(measure, base.summaries[measure.name])
        for measure in findings.headline()
        if base.summaries[measure.name].n
    ]
    return {
        "alone": alone if not findings.pairs else [],
        "standing": sentences.standing(findings),
        "contrasts": sentences.contrasts(findings),
        "balance": sentences.balance(findings),
    }


def _outcomes(session: Session, results: Results, findings: Findings) -> dict[str, Any]:
    """Tables and charts of what each policy brings, and how it differs from the reference."""
    types = by_type(findings.policies, list(BY_TYPE))
    numbers = [m for m in findings.measures if not m.condition]
    return {
        "headline": findings.headline(),
        "strategic": len(STRATEGIC),
        "human": len(HUMAN),
        "overview": tables.overview(findings),
        "trades": figures.trades(findings),
        "groups": tables.groups(findings, session.pack.head),
        "panels": figures.panels(session, results, findings),
        "apart": figures.differences(findings),
        "pairs": [(pair, tables.pair_rows(pair, numbers)) for pair in findings.pairs],
        "looked_at": _looked_at(findings),
        "types": INTENT.labels,
        "open": len(OPEN),
        "by_type": tables.by_type(findings, types, BY_TYPE),
        "movers": tables.movers(findings, types),
        "worlds_of": [
            max(types[p.key][label][HEADLINE[0]].worlds for p in findings.policies)
            for label in INTENT.labels
        ],
    }


def _looked_at(findings: Findings) -> dict[str, str]:
    """How many differences are shown, and how many of them chance alone would be expected to make clear."""
    found = [d for pair in findings.pairs for d in pair.differences.values() if d.n]
    known = [d for d in found if d.worlds > 1]
    chance = sum(2 * float(stdtr(d.worlds - 1, -CLEAR)) for d in known)
    return {"all": f"{len(found):,}", "chance": words.plain(chance, words.places(0, chance) - 1)}


def _worst(session: Session, findings: Findings, citations: provenance.Citations) -> dict[str, Any]:
    """What the worst futures of each policy have in common."""
    found, named = harms(session, findings)
    return {
        "looked_into": f"{len(named):,}",
        "harms": [
            (
                harm.measure,
                worst.shared(harm, named, citations),
                worst.worst(harm, named, citations),
            )
            for harm in found
        ],
    }


def _scale() -> list[tuple[str, str]]:
    """The words of estimation with the shares that each stands for."""
    tops = [top for top, _ in words.SCALE]
    spans = zip([0.0, *tops], tops, strict=False)
    return [
        (word, f"{low:.0%}–{high:.0%}".replace("%–", "–").replace("%", words.PERCENT))
        for (low, high), (_, word) in zip(spans, words.SCALE, strict=True)
    ]
