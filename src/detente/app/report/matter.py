"""Everything that one briefing is about, found once: page, Markdown and JSON are made from it and from nothing else."""

from typing import NamedTuple

from detente.app.report import stories
from detente.app.report.confidence import Confidence, confidence
from detente.app.report.courses import Course, courses
from detente.app.report.findings import Findings, Policy, by_type, find
from detente.app.report.harm import Harm, Named, harms
from detente.app.report.measures import HEADLINE
from detente.app.report.stories import Pick, Replay, Told
from detente.app.usecases import Results, Session
from detente.decision.comparison import Summary
from detente.engine.month import Month

OPEN = ("warheads", "verified_freeze_months", "signed_and_kept", "war")
BY_TYPE = (*OPEN, *(n for n in HEADLINE if n not in OPEN), "relief_during_breach_musd")
"""Outcomes that are shown by private type; the first few stand open."""


class Matter(NamedTuple):
    """What was run and what came of it.

    `types`: summaries by policy's key, private type and outcome. `confidence`: by policy's key and outcome. `picks`:
    three futures a policy, by its key; `told`: those of some policies in words.
    """

    session: Session
    findings: Findings
    courses: list[Course]
    types: dict[str, dict[str, dict[str, Summary]]]
    confidence: dict[str, dict[str, Confidence]]
    harms: list[Harm]
    named: dict[str, Named]
    picks: dict[str, list[Pick]]
    told: dict[str, list[Told]]


def gather(session: Session, results: Results, replay: Replay) -> Matter:
    """Find everything that a briefing is about.

    Args:
        session: what was run.
        results: what came of it.
        replay: gives a future whole, as `replays` does.
    """
    findings = find(session, results)
    types = by_type(findings.policies, list(BY_TYPE))
    found, named = harms(session, findings)
    outcomes = stories.indexed(findings)
    picks = {
        p.key: stories.picks(p, outcomes, session.design.replicates) for p in findings.policies
    }
    return Matter(
        session=session,
        findings=findings,
        courses=courses(results, findings),
        types=types,
        confidence={
            p.key: {name: confidence(p, name, types[p.key]) for name in HEADLINE}
            for p in findings.policies
        },
        harms=found,
        named=named,
        picks=picks,
        told={
            p.key: [
                stories.tell(pick, replay(p, pick.future), session.pack.head)
                for pick in picks[p.key]
            ]
            for p in stories.told_in_full(findings)
        },
    )


def replays(session: Session) -> Replay:
    """Replay futures of a session, the very ones that it counted."""
    doctrines = {doctrine.name: doctrine for doctrine in session.doctrines}

    def replay(policy: Policy, future: int) -> Month:
        return session.future(doctrines[policy.name], future)

    return replay
