"""The words of a briefing, section by section: what the page and the Markdown place, each in its own form."""

import platform
from typing import Any

from scipy.special import stdtr

from detente.app.report import (
    figures,
    inputs,
    provenance,
    sentences,
    stories,
    tables,
    words,
    worst,
)
from detente.app.report.findings import Findings
from detente.app.report.matter import BY_TYPE, OPEN, Matter
from detente.app.report.measures import HEADLINE, HUMAN, STRATEGIC
from detente.app.report.track import track
from detente.app.usecases import Session
from detente.decision.comparison import CLEAR
from detente.domain.axes import INTENT
from detente.engine.ensemble import CHUNK
from detente.scenarios.binding import Pack

CAUTIONS = (
    (
        "It is no forecast.",
        "Parameters stand at their priors here and haven’t been calibrated on history. Where a history is told, how "
        "calibrated forecasts of it have done stands in a section of its own; futures under a doctrine that nobody "
        "followed can’t be held against the record.",
    ),
    (
        "The intervals hold the error of simulation alone.",
        "They say nothing about whether the model is right. With another model, or other priors, means can "
        "lie far outside them.",
    ),
    (
        "The weights of the private types are judgement.",
        "So are the parameters marked so in the pack. Other weights move every figure: read the results "
        "by type before the totals.",
    ),
    (
        "A clear difference is clear in the model.",
        "Many outcomes are looked at together; the ones told first were picked for being large. Under another "
        "reference, other differences would be told.",
    ),
    (
        "Nobody here learns to exploit a doctrine.",
        "Challenger, allies and patrons answer what they see by fixed rules of choice; real ones may adapt to "
        "the doctrine itself.",
    ),
    (
        "Rare and large costs decide the means.",
        "Deaths hang on a few wars and famines: the mean, the upper tail and the share of futures with war "
        "say different things, and the tolls of a war are the least known numbers here.",
    ),
    (
        "Better and worse are conventions.",
        "This page marks sides for some outcomes and weighs none against another.",
    ),
)
"""What holds of every briefing: a point, and what follows from it."""


def _cautions(pack: Pack) -> tuple[tuple[str, str], ...]:
    """What holds of every briefing, and of one that starts from what was filtered."""
    if pack.taken is None:
        return CAUTIONS
    (point, _), error, _, *rest = CAUTIONS
    draws = pack.taken.draws
    forecast = (
        f"{len(draws.names)} numbers of the start and of the parameters, and what the challenger wants, are as the "
        f"model tells history to {draws.about['as_of']}; all others stand at their priors. How such a start has done "
        "before isn’t known here."
    )
    types = (
        "What history tells of the private types is the model’s telling.",
        "It hangs on the ranges and weights that they began with, which are judgement, like the parameters marked so "
        "in the pack: read the results by type before the totals.",
    )
    return (point, forecast), error, types, *rest


def _filtered(pack: Pack) -> str | None:
    """The month of history from which the challenger's types come, if they do."""
    return words.month_words(int(pack.situation.start) - 1) if pack.private else None


def content(matter: Matter) -> dict[str, Any]:
    """Everything that a template places. Sources are numbered in the order in which a reader meets them."""
    session, findings = matter.session, matter.findings
    head = session.pack.head
    citations = provenance.Citations(session.pack.sources)
    found = {
        "head": head,
        "names": head.roles.names,
        "run": _run(session),
        "policies": findings.policies,
        "reference": findings.reference,
        "short": _short(matter),
        "level": sentences.levels(),
        "clear": CLEAR,
        "scale": _scale(),
    }
    found |= {
        "situation": inputs.situation(session, citations),
        "in_force": inputs.in_force(session, citations),
        "compared": [(p, citations.cite(p.source)) for p in findings.policies],
        "settings": inputs.settings(session, findings.policies),
        "regions": inputs.regions(session, citations),
        "filtered": _filtered(session.pack),
    }
    found |= _outcomes(matter)
    found |= _worst(matter, citations)
    return found | {
        "stories": _stories(matter),
        "failures": [
            (p.title, sorted(p.failed.items()), p.failed.total())
            for p in findings.policies
            if p.failed
        ],
        "cautions": _cautions(session.pack),
        "track": track(head),
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


def _short(matter: Matter) -> dict[str, Any]:
    """The opening, from numbers alone: who stands out, where they differ most, and whether any is best on all."""
    findings = matter.findings
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
        "confidence": sentences.relied(findings, matter.confidence[base.key]),
    }


def _outcomes(matter: Matter) -> dict[str, Any]:
    """Tables and charts of what each policy brings, and how it differs from the reference."""
    session, findings, types = matter.session, matter.findings, matter.types
    numbers = [m for m in findings.measures if not m.condition]
    start = int(session.pack.situation.start)
    return {
        "headline": findings.headline(),
        "strategic": len(STRATEGIC),
        "human": len(HUMAN),
        "overview": tables.overview(findings),
        "trades": figures.trades(findings),
        "confidence": tables.confidence(findings, matter.confidence),
        "groups": tables.groups(findings, session.pack.head),
        "panels": figures.panels(matter.courses, findings.policies, start),
        "ends": tables.ends(matter.courses, findings.policies),
        "end_heads": tables.END_HEADS,
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


def _worst(matter: Matter, citations: provenance.Citations) -> dict[str, Any]:
    """What the worst futures of each policy have in common."""
    named = matter.named
    return {
        "looked_into": f"{len(named):,}",
        "harms": [
            (
                harm.measure,
                worst.shared(harm, named, citations),
                worst.worst(harm, named, citations),
            )
            for harm in matter.harms
        ],
    }


def _stories(matter: Matter) -> dict[str, Any]:
    """The three futures of every policy: those told in words, and for all where they stand and how to replay them."""
    outcomes, findings = stories.indexed(matter.findings), matter.findings
    return {
        "outcomes": outcomes,
        "told": [(p, matter.told[p.key]) for p in findings.policies if matter.told.get(p.key)],
        "picked": [
            (p, [tables.picked(pick, outcomes) for pick in matter.picks[p.key]])
            for p in findings.policies
        ],
        "commands": [
            (p, provenance.story(matter.session, p.name, matter.picks[p.key][0].future))
            for p in findings.policies
            if matter.picks[p.key]
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
