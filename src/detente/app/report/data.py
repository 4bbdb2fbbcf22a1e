"""The numbers of a briefing as JSON: tables of records that load as they are, and the courses by columns.

`docs/briefing.md` describes every table and column. Numbers carry nine significant digits, those of courses five; what
isn't known is null.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from detente.app.report import provenance, sentences, stories, words
from detente.app.report.courses import EDGES, WORLDS, Course
from detente.app.report.findings import Policy
from detente.app.report.harm import Common
from detente.app.report.matter import Matter
from detente.app.report.measures import Measure
from detente.decision.comparison import (
    CLEAR,
    LEVEL,
    QUANTILES,
    TAIL,
    Interval,
    Labels,
    Number,
    Share,
    Summary,
)

SCHEMA = 1
"""Version of what is described in `docs/briefing.md`: raised when a column changes its name or its meaning."""

Row = dict[str, Any]


def text(matter: Matter, placed: dict[str, Any]) -> str:
    """Write the JSON.

    Args:
        matter: what was run and what came of it.
        placed: the words of the same briefing, as `content` gives them.
    """
    said = json.dumps(
        _plain(data(matter, placed), 9), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return f"{said}\n"


def data(matter: Matter, placed: dict[str, Any]) -> dict[str, Any]:
    """The tables by name."""
    policies = matter.findings.policies
    return {
        "schema": SCHEMA,
        "run": _run(matter),
        "policies": [_policy(p, p is matter.findings.reference) for p in policies],
        "outcomes": [_outcome(m) for m in matter.findings.measures],
        "findings": [row for p in policies for row in _findings(p, p.summaries)],
        "differences": _differences(matter),
        "types": [
            {**row, "type": label}
            for p in policies
            for label, here in matter.types[p.key].items()
            for row in _findings(p, here)
        ],
        "type_weights": _weights(matter, placed["worlds_of"]),
        "confidence": _confidence(matter),
        "courses": list(_courses(matter.courses, policies, matter)),
        "worst": [row for h in matter.harms for c in h.found for row in _worst(h.measure, c)],
        "stories": _stories(matter),
        "settings": [
            {"policy": p.name, "setting": row["label"], "value": value}
            for row in placed["settings"][0]
            for p, value in zip(policies, row["values"], strict=True)
        ],
        "situation": [sentences.text(said) for said, _ in placed["situation"]],
        "limits": [{"part": part, "limit": said} for part, said in placed["limits"]],
        "sources": [
            {"place": e.place, "key": e.key, **e.source.model_dump(mode="json")}
            for e in placed["sources"]
        ],
    }


def _run(matter: Matter) -> Row:
    session, design = matter.session, matter.session.design
    start = int(session.pack.situation.start)
    return {
        "title": session.pack.head.title,
        "start": _month(start),
        "end": _month(start + design.months - 1),
        "months": design.months,
        "worlds": design.worlds,
        "replicates": design.replicates,
        "futures": design.futures,
        "seed": design.seed,
        "level": LEVEL,
        "clear": CLEAR,
        "command": provenance.command(session),
        "scenario_hash": provenance.scenario_hash(session),
        "versions": provenance.versions(),
    }


def _month(number: int) -> str:
    """A month as YYYY-MM."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _policy(policy: Policy, reference: bool) -> Row:
    return {
        "key": policy.key,
        "policy": policy.name,
        "title": policy.title,
        "summary": policy.summary,
        "sources": list(policy.source),
        "reference": reference,
        "failed": dict(sorted(policy.failed.items())),
    }


def _outcome(measure: Measure) -> Row:
    return {
        "outcome": measure.name,
        "label": measure.label,
        "group": measure.group,
        "kind": str(measure.kind),
        "unit": measure.unit,
        "better": {1: "more", -1: "less", 0: None}[measure.side],
        "meaning": measure.meaning,
        "timing": measure.timing,
        "counted_where": measure.condition or None,
    }


def _findings(policy: Policy, summaries: dict[str, Summary]) -> Iterator[Row]:
    """One row an outcome; of a label, one row each."""
    for outcome, found in summaries.items():
        row = {"policy": policy.name, "outcome": outcome, "label": None}
        if isinstance(found, Labels):
            yield from ({**row, "label": k} | _share(s) for k, s in found.shares.items())
        elif isinstance(found, Share):
            yield row | _share(found)
        else:
            yield row | _number(found)


def _ends(interval: Interval | None) -> Row:
    low, high = interval or (None, None)
    return {"low": low, "high": high}


def _share(found: Share) -> Row:
    return {
        "n": found.n,
        "total": found.total,
        "worlds": found.worlds,
        "value": found.share,
        **_ends(found.interval),
        "word": words.estimate(found),
        "between": found.between,
    }


def _number(found: Number) -> Row:
    names = [f"q{round(100 * q):02d}" for q in (*QUANTILES, TAIL)]
    return {
        "n": found.n,
        "total": found.total,
        "worlds": found.worlds,
        "value": found.mean,
        **_ends(found.interval),
        "sd": found.sd,
        **dict(zip(names, (*found.quantiles, found.tail), strict=True)),
        "between": found.between,
    }


def _differences(matter: Matter) -> list[Row]:
    return [
        {
            "policy": pair.one.name,
            "reference": pair.other.name,
            "outcome": outcome,
            "n": found.n,
            "worlds": found.worlds,
            "value": found.mean,
            **_ends(found.interval),
            "se": found.se,
            "sd": found.sd,
            "higher": found.higher,
            "equal": found.equal,
            "lower": found.lower,
            "clear": found.clear,
        }
        for pair in matter.findings.pairs
        for outcome, found in pair.differences.items()
    ]


def _weights(matter: Matter, worlds: list[int]) -> list[Row]:
    weights = matter.session.pack.weights
    labels = matter.types[matter.findings.reference.key]
    return [
        {"type": label, "weight": weights[label], "worlds": n}
        for label, n in zip(labels, worlds, strict=True)
    ]


def _confidence(matter: Matter) -> list[Row]:
    return [
        {
            "policy": policy.name,
            "outcome": outcome,
            "confidence": found.word,
            "reasons": list(found.reasons),
            "between": found.between,
            "lowest_type": found.low and found.low.label,
            "lowest": found.low and found.low.value,
            "highest_type": found.high and found.high.label,
            "highest": found.high and found.high.value,
        }
        for policy in matter.findings.policies
        for outcome, found in matter.confidence[policy.key].items()
    ]


def _courses(courses: list[Course], policies: list[Policy], matter: Matter) -> Iterator[Row]:
    """One record an outcome and policy; a column is a list with an entry a month."""
    start, months = int(matter.session.pack.situation.start), matter.session.design.months
    for course in courses:
        for place, policy in enumerate(policies):
            columns: dict[str, np.ndarray | None] = {}
            if course.states:
                columns["share"] = course.states[place].share
                worlds = course.states[place].worlds
            else:
                fan = course.fans[place]
                for quantiles, lines in ((QUANTILES, fan.bands), (EDGES, fan.edges)):
                    columns |= {
                        f"q{round(100 * q):02d}": x for q, x in zip(quantiles, lines, strict=True)
                    }
                columns |= {"least": fan.extremes[0], "most": fan.extremes[1]}
                columns |= {f"sample_{k + 1}": line for k, line in enumerate(fan.samples)}
                worlds = fan.worlds
            for k, q in enumerate(WORLDS):
                columns[f"worlds_q{round(100 * q):02d}"] = None if worlds is None else worlds[k]
            yield {
                "policy": policy.name,
                "outcome": course.measure.name,
                "month": [_month(start + month) for month in range(months)],
                **{k: None if x is None else _plain(x.tolist(), 5) for k, x in columns.items()},
            }


def _worst(measure: Measure, common: Common) -> Iterator[Row]:
    """One row for each event and each number that sets the worst tenth apart; one with neither where none does."""
    tenth = common.tenth
    row = {
        "policy": common.policy.name,
        "harm": measure.name,
        "border": tenth and tenth.border,
        "n": tenth and tenth.n,
        "worlds": tenth and tenth.worlds,
    }
    marks = [
        {"event": m.name, "number": None, "worst": m.worst, "rest": m.rest, "shift": None}
        | _ends(m.interval)
        for m in common.marks
        if m.clear
    ]
    traits = [
        {"event": None, "number": t.name, "worst": t.worst, "rest": t.rest, "shift": t.shift}
        | _ends(t.interval)
        for t in common.traits
        if t.clear
    ]
    none = dict.fromkeys(("event", "number", "worst", "rest", "shift", "low", "high"))
    yield from (row | found for found in [*marks, *traits] or [none])


def _stories(matter: Matter) -> list[Row]:
    outcomes = stories.indexed(matter.findings)
    found = []
    for policy in matter.findings.policies:
        told = {one.pick.future: one for one in matter.told.get(policy.key, [])}
        for pick in matter.picks[policy.key]:
            words_ = told.get(pick.future)
            found.append(
                {
                    "policy": policy.name,
                    "place": pick.place,
                    "future": pick.future,
                    "index": pick.standing,
                    "values": {m.name: v for m, v in zip(outcomes, pick.values, strict=True)},
                    "command": provenance.story(matter.session, policy.name, pick.future),
                    "opening": words_ and words_.opening,
                    "turns": [
                        {"month": turn.month, "text": turn.text, "hidden": bool(turn.tag)}
                        for turn in (words_.turns if words_ else [])
                    ],
                    "closing": words_ and words_.closing,
                }
            )
    return found


def _plain(value: Any, digits: int) -> Any:
    """Plain values of Python: numbers cut to so many significant digits, null for what is not finite."""
    if isinstance(value, dict):
        return {key: _plain(one, digits) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, digits) for one in value]
    if isinstance(value, float):
        return float(f"{value:.{digits}g}") if np.isfinite(value) else None
    return str(value) if isinstance(value, str) else value
