"""The briefing's heart as plain text, at most 80 columns, for a terminal."""

from textwrap import fill, wrap

from detente.app.report import words
from detente.app.report.findings import Findings, Policy
from detente.app.report.measures import Measure
from detente.app.report.sentences import clearest, contrast, levels, text
from detente.app.usecases import Session
from detente.decision.comparison import Number, Share

WIDTH = 80
LABEL = 36
COLUMNS = 2

KEY = (
    "agreement_signed",
    "agreement_kept",
    "warheads",
    "fissile_kg",
    "verified_freeze_months",
    "nuclear_tests",
    "launches",
    "relief_musd",
    "relief_during_breach_musd",
)
"""Outcomes in the short table."""


def lines(session: Session, findings: Findings) -> list[str]:
    """Write the summary: a head, a table of key outcomes, and the clearest differences."""
    shown = [*_head(session, findings), ""]
    policies = findings.policies
    for at in range(0, len(policies), COLUMNS):
        shown += [*_table(findings, policies[at : at + COLUMNS]), ""]
    shown += _note(session)
    for sentence in differences(findings):
        shown += ["", fill(sentence, WIDTH)]
    return [line.rstrip() for line in shown]


def differences(findings: Findings) -> list[str]:
    """The clearest paired differences as sentences; at most three in all, or why there are none."""
    if not findings.pairs:
        return []
    most = max(1, 3 // len(findings.pairs))
    chosen = [(pair, clearest(pair.differences, most)) for pair in findings.pairs[:3]]
    said = [text(contrast(found, pair.one, pair.other)) for pair, found in chosen if found]
    return said or ["No difference between the policies stands out from chance in this run."]


def _head(session: Session, findings: Findings) -> list[str]:
    design = session.design
    start = words.month_words(int(session.pack.situation.start))
    size = (
        f"From {start}, {words.count(design.months // 12, 'year')}: "
        f"{words.count(design.worlds, 'world')} with {words.count(design.replicates, 'future')} each under "
        f"{words.count(len(findings.policies), 'policy').replace('policys', 'policies')}, seed {design.seed}."
    )
    return [*wrap(session.pack.head.title, WIDTH), *wrap(size, WIDTH)]


def _table(findings: Findings, policies: list[Policy]) -> list[str]:
    wide = (WIDTH - LABEL) // COLUMNS
    heads = [wrap(policy.title, wide - 1) for policy in policies]
    tall = max(len(head) for head in heads)
    rows = [
        " " * LABEL + "".join((head[i] if i < len(head) else "").rjust(wide) for head in heads)
        for i in range(tall)
    ]
    rows.append("-" * (LABEL + wide * len(policies)))
    for name in KEY:
        measure = findings.measure(name)
        cells = "".join(_cell(policy, measure).rjust(wide) for policy in policies)
        rows.append(_label(measure).ljust(LABEL) + cells)
    return rows


def _label(measure: Measure) -> str:
    """A label with its unit, on one line."""
    label = measure.head
    return label if len(label) < LABEL else label[: LABEL - 2] + "…"


def _cell(policy: Policy, measure: Measure) -> str:
    found = policy.summaries[measure.name]
    if isinstance(found, Share):
        return f"{words.share_words(found)} ({words.share_range(found)})" if found.n else "–"
    assert isinstance(found, Number)
    if not found.n or words.nothing(found):
        return words.mean_words(found)
    return f"{words.mean_words(found)} [{words.spread_range(found, 0, -1)}]"


def _note(session: Session) -> list[str]:
    note = f"Mean [nine futures in ten]; share ({levels()} interval, worlds as clusters)."
    if session.design.worlds < 2:
        note += " One world alone: intervals are undefined."
    return wrap(note, WIDTH)
