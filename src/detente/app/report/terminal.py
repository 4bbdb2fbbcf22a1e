"""The briefing's heart as plain text, at most 80 columns, for a terminal."""

from textwrap import fill, wrap

from detente.app.report import words
from detente.app.report.findings import Findings, Policy
from detente.app.report.measures import Measure
from detente.app.report.sentences import balance, contrasts, levels, text
from detente.app.usecases import Session
from detente.decision.comparison import Number, Share

WIDTH = 80
NAME = 24
CELL = 14

KEY = ("warheads", "signed_and_kept", "war", "all_deaths")
"""Outcomes in the short table."""


def lines(session: Session, findings: Findings) -> list[str]:
    """Write the summary: a head, a table of key outcomes, and the clearest differences."""
    shown = [*_head(session, findings), "", *_table(findings), "", *_note(session)]
    for sentence in _told(findings):
        shown += ["", fill(sentence, WIDTH)]
    return [line.rstrip() for line in shown]


def _told(findings: Findings) -> list[str]:
    """The clearest differences as sentences, or that there are none; and whether any policy is best on all."""
    if not findings.pairs:
        return []
    against = f"Against {findings.reference.title}, with the same luck:"
    said = [text(sentence) for sentence in contrasts(findings)]
    none = f"No difference from {findings.reference.title} stands out from chance in this run."
    told = [f"{against} {' '.join(said)}" if said else none, text(balance(findings))]
    return [sentence for sentence in told if sentence]


def _head(session: Session, findings: Findings) -> list[str]:
    design, many = session.design, len(findings.policies)
    start = words.month_words(int(session.pack.situation.start))
    size = (
        f"From {start}, {words.count(design.months // 12, 'year')}: "
        f"{words.count(design.worlds, 'world')} with {words.count(design.replicates, 'future')} each under "
        f"{words.count(many, 'doctrine')}, seed {design.seed}."
    )
    return [*wrap(session.pack.head.title, WIDTH), *wrap(size, WIDTH)]


def _table(findings: Findings) -> list[str]:
    measures = [findings.measure(name) for name in KEY]
    heads = [wrap(_headed(measure), CELL - 1) for measure in measures]
    tall = max(len(head) for head in heads)
    rows = [
        "Doctrine".ljust(NAME) * (i == tall - 1)
        + " " * NAME * (i < tall - 1)
        + "".join(([""] * (tall - len(h)) + h)[i].rjust(CELL) for h in heads)
        for i in range(tall)
    ]
    rows.append("-" * (NAME + CELL * len(measures)))
    for policy in findings.policies:
        rows += _row(policy, measures)
    return rows


def _headed(measure: Measure) -> str:
    return f"{measure.short}, {measure.unit}" if measure.unit == "thousand" else measure.short


def _row(policy: Policy, measures: list[Measure]) -> list[str]:
    """A policy: means over their intervals, its name beside them, as long as it is."""
    name = wrap(f"{policy.key} {policy.title}", NAME - 1, subsequent_indent="  ")
    cells = [_cell(policy, measure) for measure in measures]
    numbers = ["".join(cell[i].rjust(CELL) for cell in cells) for i in (0, 1)]
    tall = max(len(name), 2)
    name += [""] * (tall - len(name))
    numbers += [""] * (tall - len(numbers))
    return [f"{left.ljust(NAME)}{right}" for left, right in zip(name, numbers, strict=True)]


def _cell(policy: Policy, measure: Measure) -> tuple[str, str]:
    """A mean or a share, and its interval."""
    found = policy.summaries[measure.name]
    if isinstance(found, Share):
        return (words.share_words(found), f"({words.share_range(found)})") if found.n else ("–", "")
    assert isinstance(found, Number)
    said = words.mean_words(found, measure.digits)
    range_ = words.mean_range(found, measure.digits)
    return (said, "") if said in ("–", "none") else (said, f"({range_})")


def _note(session: Session) -> list[str]:
    note = f"Means and shares over their {levels()} intervals, worlds as clusters."
    if session.design.worlds < 2:
        note += " One world alone: intervals are undefined."
    return wrap(note, WIDTH)
