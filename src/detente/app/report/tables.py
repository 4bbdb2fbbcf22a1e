"""The tables of a briefing as rows of words."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from detente.app.report import words
from detente.app.report.confidence import Confidence
from detente.app.report.courses import Course, Fan
from detente.app.report.findings import Findings, Pair, Policy, value
from detente.app.report.measures import GROUPS, Measure
from detente.app.report.sentences import difference_range, difference_words
from detente.app.report.stories import Pick, value_words
from detente.decision.comparison import Kind, Labels, Number, Share, Summary
from detente.domain.axes import INTENT
from detente.scenarios.schema import Scenario

STEPS = (0.0, 0.1, 0.3)
"""Depths of tint in the overview: from which size of a difference, in standard deviations of single futures."""


class Cell(NamedTuple):
    """A mean or share, its interval, how far single futures lie apart, and a further line where there is one."""

    main: str
    interval: str = ""
    spread: str = ""
    more: str = ""


class Marked(NamedTuple):
    """A cell of the overview: `arrow` where it clearly differs from the reference, `depth` how much beside others.

    `hue` says on which side of the reference it lies, and `tag` whether it stands at an end of the field.
    """

    cell: Cell
    arrow: str
    depth: int
    hue: str
    tag: str


class Group(NamedTuple):
    """Outcomes that belong together: their heads, and a row of cells for each policy."""

    key: str
    title: str
    measures: list[Measure]
    rows: list[tuple[Policy, list[Cell]]]
    labelled: list[tuple[Measure, list[str], list[tuple[Policy, list[Cell], str]]]]


def cell(found: Summary, measure: Measure) -> Cell:
    """Write what was found of one outcome."""
    if isinstance(found, Share):
        if not found.n:
            return Cell("–")
        more = "" if found.n == found.total else f"of {found.n:,}"
        return Cell(words.share_words(found), words.share_range(found), "", more)
    assert isinstance(found, Number)
    digits, coarse = measure.digits, measure.spread_digits
    said = words.mean_words(found, digits)
    if said in ("none", "–"):
        return Cell(said)
    more = ""
    if measure.group == "cost":
        tail = words.plain(found.tail, words.spread_digits(found) if coarse is None else coarse)
        more = f"1{words.PERCENT} over {tail}"
    spread = words.spread_range(found, 0, -1, coarse)
    return Cell(said, words.mean_range(found, digits), spread, more)


def overview(findings: Findings) -> list[tuple[Policy, list[Marked]]]:
    """Policies by headline outcomes, each cell held against the reference and against all."""
    apart = {pair.one.key: pair.differences for pair in findings.pairs}

    def marked(policy: Policy, measure: Measure) -> Marked:
        name, found = measure.name, policy.summaries[measure.name]
        arrow, hue, depth = "", "", 0
        if policy.key in apart and apart[policy.key][name].clear:
            mean, sd = apart[policy.key][name].mean, apart[policy.key][name].sd
            arrow = "▲" if mean > 0 else "▼"
            depth = sum(abs(mean) >= step * sd for step in STEPS)
            hue = "plain" if not measure.side else "better" if mean * measure.side > 0 else "worse"
        shown = cell(found, measure)
        if isinstance(found, Share) and found.n:
            shown = shown._replace(more=words.estimate(found))
        return Marked(shown, arrow, depth, hue, _tag(findings, policy, measure))

    return [(p, [marked(p, m) for m in findings.headline()]) for p in findings.policies]


def _tag(findings: Findings, policy: Policy, measure: Measure) -> str:
    """Which end of the field a policy stands at, in a word."""
    low, high = findings.ends[measure.name]
    if policy in low:
        return {1: "worst", -1: "best", 0: "lowest"}[measure.side]
    if policy in high:
        return {1: "best", -1: "worst", 0: "highest"}[measure.side]
    return ""


def confidence(
    findings: Findings, found: dict[str, dict[str, Confidence]]
) -> list[tuple[Policy, list[dict[str, Any]]]]:
    """For each policy, what its headline figures hang on: likelihood or mean first, confidence apart from it."""
    return [
        (p, [_relied(p, m, found[p.key][m.name]) for m in findings.headline()])
        for p in findings.policies
    ]


def _relied(policy: Policy, measure: Measure, found: Confidence) -> dict[str, Any]:
    summary = policy.summaries[measure.name]
    ends = [f"{end.label} {_amount(end.value, measure)}" for end in (found.low, found.high) if end]
    return {
        "label": measure.head,
        "cell": cell(summary, measure)._replace(spread="", more=""),
        "word": words.estimate(summary) if isinstance(summary, Share) and summary.n else "",
        "between": "–" if found.between is None else words.percent(found.between),
        "types": " to ".join(ends) or "–",
        "confidence": found.word,
        "reasons": "; ".join(found.reasons),
    }


def _amount(value: float, measure: Measure) -> str:
    """A mean or share in words, to what fits its size."""
    if measure.kind is Kind.FLAG:
        return words.percent(value)
    return words.plain(value, words.places(0, value) if measure.digits is None else measure.digits)


class Ends(NamedTuple):
    """How a fan stands in the last month, a row a policy: its quantiles, its tail and its extremes."""

    head: str
    rows: list[tuple[Policy, list[str]]]


END_HEADS = ("least", "1 %", "5 %", "25 %", "median", "75 %", "95 %", "99 %", "most")
"""What the columns of such a table are."""


def ends(courses: list[Course], policies: list[Policy]) -> dict[str, Ends]:
    """Every fan in numbers, as it stands in the last month, by the outcome's name."""
    found = {}
    for course in courses:
        if course.fans:
            pairs = zip(policies, course.fans, strict=True)
            head = f"{course.label}, {course.unit}" if course.unit else course.label
            found[course.measure.name] = Ends(head, [(p, _last(fan)) for p, fan in pairs])
    return found


def _last(fan: Fan) -> list[str]:
    (least, most), (tail, top), bands = (x[:, -1] for x in (fan.extremes, fan.edges, fan.bands))
    digits = words.places(float(bands[-1] - bands[0]) / 10, float(bands[2]))
    return [words.plain(float(v), digits) for v in (least, tail, *bands, top, most)]


def picked(pick: Pick, outcomes: list[Measure]) -> dict[str, Any]:
    """One picked future as a row of words."""
    return {
        "place": pick.place,
        "future": f"{pick.future}",
        "index": f"{pick.standing:.2f}",
        "values": [value_words(v, m) for v, m in zip(pick.values, outcomes, strict=True)],
    }


def groups(findings: Findings, head: Scenario) -> list[Group]:
    """Every outcome by its group, one row a policy."""
    found = []
    for key, title in GROUPS.items():
        here = [m for m in findings.measures if m.group == key]
        plain = [m for m in here if m.kind is not Kind.LABEL]
        rows = [(p, [cell(p.summaries[m.name], m) for m in plain]) for p in findings.policies]
        labels = [labelled(findings, m, head) for m in here if m.kind is Kind.LABEL]
        if here:
            found.append(Group(key, title, plain, rows, [part for part in labels if part[1]]))
    return found


def labelled(
    findings: Findings, measure: Measure, head: Scenario
) -> tuple[Measure, list[str], list[tuple[Policy, list[Cell], str]]]:
    """An outcome that is one of a list: the share of each that ever occurs, and the futures that are counted."""
    found = [(p, p.summaries[measure.name]) for p in findings.policies]
    known = [(p, s) for p, s in found if isinstance(s, Labels)]
    every = {label: None for _, s in known for label in s.shares}
    occur = [k for k in every if any(k in s.shares and s.shares[k].share > 0 for _, s in known)]
    rows = [
        (p, [cell(s.shares[k], measure)._replace(more="") for k in occur], _counted(s))
        for p, s in known
    ]
    return measure, [_role(k, head) for k in occur], rows


def _counted(found: Labels) -> str:
    """How many futures a share is counted over."""
    return f"{found.n:,}" if found.n == found.total else f"{found.n:,} of {found.total:,}"


def _role(label: str, head: Scenario) -> str:
    """A label as people say it: a role's name where it is one."""
    said = {"successor": "a successor in office", "in_office": "in office"}
    return head.roles.names.get(label, said.get(label, label))


def pair_rows(pair: Pair, measures: Iterable[Measure]) -> list[dict[str, Any]]:
    """Differences of one policy from the reference."""
    return [
        {
            "label": f"{measure.label}, points" if found.kind is Kind.FLAG else measure.head,
            "difference": difference_words(found),
            "interval": difference_range(found),
            "higher": words.percent(found.higher),
            "equal": words.percent(found.equal),
            "lower": words.percent(found.lower),
            "clear": found.clear,
        }
        for measure in measures
        if (found := pair.differences.get(measure.name))
    ]


Types = dict[str, dict[str, dict[str, Summary]]]


def by_type(
    findings: Findings, types: Types, outcomes: Sequence[str]
) -> list[tuple[Measure, list[tuple[Policy, list[Cell]]]]]:
    """What each private type brings, a row a policy and a column a type."""
    return [
        (
            findings.measure(name),
            [
                (p, [_brief(types[p.key][k][name], findings.measure(name)) for k in INTENT.labels])
                for p in findings.policies
            ],
        )
        for name in outcomes
    ]


def _brief(found: Summary, measure: Measure) -> Cell:
    """A cell without the spread of futures, with decimal places of its own: there are fewer worlds of a type."""
    alone = measure._replace(digits=None, spread_digits=None)
    return cell(found, alone)._replace(spread="", more="")


def movers(findings: Findings, types: Types) -> list[dict[str, str]]:
    """How far an outcome's mean reaches from doctrine to doctrine, and from type to type; all policies alike."""
    rows = []
    for measure in findings.headline():
        doctrines = [v for p in findings.policies if np.isfinite(v := value(p, measure.name))]
        kinds = {}
        for label in INTENT.labels:
            found = [_middle(types[p.key][label][measure.name]) for p in findings.policies]
            known = [v for v in found if np.isfinite(v)]
            if known:
                kinds[label] = float(np.mean(known))
        if not doctrines or not kinds:
            continue
        low, high = (end(kinds, key=lambda k: kinds[k]) for end in (min, max))
        reach = max(kinds.values()) - min(kinds.values()), max(doctrines) - min(doctrines)
        rows.append(
            {
                "label": measure.head,
                "type": _reach(reach[0], measure),
                "ends": f"{low} to {high}",
                "doctrine": _reach(reach[1], measure) if len(doctrines) > 1 else "–",
                "between": _between([p.summaries[measure.name] for p in findings.policies]),
            }
        )
    return rows


def _middle(found: Summary) -> float:
    assert not isinstance(found, Labels)
    return found.share if isinstance(found, Share) else found.mean


def _reach(reach: float, measure: Measure) -> str:
    if measure.kind is Kind.FLAG:
        return f"{words.plain(100 * reach, words.places(0, 100 * reach) - 1)} points"
    return words.plain(reach, words.places(0, reach) - 1)


def _between(found: Iterable[Summary]) -> str:
    """Part of the variance that lies between worlds, over policies."""
    known = [s.between for s in found if isinstance(s, Number | Share)]
    parts = [part for part in known if part is not None]
    return words.percent(float(np.mean(parts))) if parts else "–"
