"""Sentences made from numbers: each carries its number and its range, and none says more than the number does."""

import re
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from detente.app.report import words
from detente.app.report.confidence import Confidence
from detente.app.report.findings import Findings, Pair, Policy, value
from detente.app.report.measures import HEADLINE, Measure
from detente.decision.comparison import LEVEL, Difference, Kind, Number, Share, Summary

LEADS = (
    "warheads",
    "verified_freeze_months",
    "signed_and_kept",
    "war",
    "deaths",
    "excess_deaths",
    "food_insecure_person_months",
)
"""Outcomes that the opening tells."""

CROWDED = 4
"""From so many policies on, others that aren't clearly apart are called many."""

CONTRASTS = 3
"""How many differences from the reference it tells."""


def figure(text: str) -> Markup:
    """Mark a number that stands in a table too."""
    return Markup('<b class="figure">{}</b>').format(text)


def text(marked: Markup) -> str:
    """The words without the marks."""
    return Markup(re.sub(r"<[^>]+>", "", marked)).unescape()


def capital(text: str) -> str:
    """A text that begins a sentence."""
    return text[:1].upper() + text[1:]


def listed(parts: Iterable[Markup | str]) -> Markup:
    """Join parts as in a sentence: a, b and c."""
    *most, last = (Markup("{}").format(part) for part in parts)
    return Markup(" and ").join([Markup(", ").join(most), last]) if most else last


def tendency(measure: Measure, summary: Summary) -> Markup:
    """Say what one outcome tends to be, where any future defines it."""
    return Markup("{}: {}").format(capital(measure.noun), _found(measure, summary))


def _found(measure: Measure, summary: Summary) -> Markup:
    """A share with its word, or a mean with its unit, each with its range."""
    if isinstance(summary, Share):
        said = figure(words.share_words(summary))
        return Markup("{} ({}, {})").format(
            words.estimate(summary), said, _known(words.share_range(summary))
        )
    assert isinstance(summary, Number)
    if words.nothing(summary):
        return figure("none")
    mean = _with_unit(figure(words.mean_words(summary, measure.digits)), measure)
    said = Markup("{} ({})").format(mean, _known(words.mean_range(summary, measure.digits)))
    return said + (", in one future alone" if summary.n == 1 else "")


def _known(interval: str) -> Markup:
    return Markup("interval undefined") if interval == words.UNDEFINED else figure(interval)


def _with_unit(number: Markup, measure: Measure) -> Markup:
    return Markup(words.with_unit("{}", measure.unit)).format(number)


def standing(findings: Findings) -> list[tuple[Measure, Markup]]:
    """Say who stands lowest and highest in each leading outcome; nothing where nobody stands clear in any."""
    if not any(any(findings.ends[name]) for name in LEADS):
        return []
    return [(findings.measure(name), _ends(findings, name)) for name in LEADS]


def _ends(findings: Findings, name: str) -> Markup:
    measure, ends = findings.measure(name), findings.ends[name]
    base = findings.reference
    known = [p for p in findings.policies if p.summaries[name].n]
    at = [end(known, key=lambda p: value(p, name)) for end in (min, max)] if known else []
    under = Markup("under {} {}").format(base.title, _found(measure, base.summaries[name]))
    if not any(ends):
        return under + ", and no doctrine stands clear of the others."
    sides = zip(("lowest", "highest"), at, (ends.low, ends.high), strict=True)
    crowded = len(findings.policies) >= CROWDED
    clauses = [_end(word, first, group, measure, crowded) for word, first, group in sides]
    return Markup("; ").join([*clauses, *([] if base in at else [under])]) + "."


def _end(
    word: str, first: Policy, group: Sequence[Policy], measure: Measure, crowded: bool
) -> Markup:
    found = _found(measure, first.summaries[measure.name])
    said = Markup("{} under {}: {}").format(word, first.title, found)
    others = [p.title for p in group if p is not first]
    if not group:
        others = ["many others" if crowded else "others"]
    return said + (Markup(", not clearly apart from {}").format(listed(others)) if others else "")


def balance(findings: Findings) -> Markup:
    """Say whether any policy stands at the better end of all outcomes that have one, and who comes closest."""
    sided = [m for m in findings.headline() if m.side and any(findings.ends[m.name])]
    if len(findings.policies) < 2 or not sided:
        return Markup("")
    better: dict[str, list[Measure]] = {p.key: [] for p in findings.policies}
    worse: dict[str, list[Measure]] = {p.key: [] for p in findings.policies}
    for measure in sided:
        low, high = findings.ends[measure.name]
        for group, found in (
            (low, better if measure.side < 0 else worse),
            (high, better if measure.side > 0 else worse),
        ):
            for policy in group:
                found[policy.key].append(measure)
    most = max(len(found) for found in better.values())
    closest = [p for p in findings.policies if len(better[p.key]) == most]
    of = f"{most} of the {len(sided)} headline outcomes that have a better side and tell doctrines apart"
    who = listed(p.title for p in closest)
    verb = "stand" if len(closest) > 1 else "stands"
    if not most:
        return Markup(
            "No doctrine is best on all: none stands at the better end of any headline outcome."
        )
    if most == len(sided):
        every = "headline outcomes that have a better side and tell doctrines apart"
        return Markup("{} {} at the better end of all {} {}.").format(who, verb, most, every)
    said = Markup("No doctrine is best on all: {} {} at the better end of the most, {}").format(
        who, verb, of
    )
    costs = [
        Markup("{} at the worse end of {}").format(
            p.title if len(closest) > 1 else "and",
            listed(m.label.split(",")[0].lower() for m in worse[p.key]),
        )
        for p in closest
        if worse[p.key]
    ]
    return said + (Markup(", {}").format(Markup("; ").join(costs)) if costs else Markup("")) + "."


def relied(findings: Findings, found: Mapping[str, Confidence]) -> list[Markup]:
    """Say how far the reference's leading figures can be relied on: a word and its grounds, without likelihoods."""
    known = [(findings.measure(n), found[n]) for n in LEADS if found[n].word != "–"]
    said = []
    for word in ("moderate", "low"):
        by: dict[tuple[str, ...], list[str]] = {}
        for measure, confidence in known:
            if confidence.word == word:
                by.setdefault(confidence.reasons, []).append(measure.noun)
        for reasons, names in by.items():
            why = f" ({' and '.join(reasons)})" if reasons else ""
            said.append(Markup("{} for {}{}").format(word, listed(names), why))
    return said


def contrasts(findings: Findings, most: int = CONTRASTS) -> list[Markup]:
    """The largest clear differences from the reference among headline outcomes, each outcome and policy once."""
    found = [
        (pair, findings.measure(name), pair.differences[name])
        for pair in findings.pairs
        for name in HEADLINE
        if pair.differences[name].clear and pair.differences[name].sd > 0
    ]
    found.sort(key=lambda f: -abs(f[2].mean) / f[2].sd)
    told: list[tuple[Pair, Measure, Difference]] = []
    for one in found:
        used = any(
            one[0].one is pair.one or one[1].name == measure.name for pair, measure, _ in told
        )
        if not used and len(told) < most:
            told.append(one)
    return [contrast(pair, measure, difference) for pair, measure, difference in told]


def contrast(pair: Pair, measure: Measure, found: Difference) -> Markup:
    """Say in one sentence how a policy changes an outcome against the reference, under the same luck."""
    rises = found.mean > 0
    side, share = ("higher", found.higher) if rises else ("lower", found.lower)
    amount = figure(difference_words(found).lstrip("+−"))
    flag = found.kind is Kind.FLAG
    return Markup("{} {} {}{} by {} ({}), {} in {} of paired futures.").format(
        pair.one.title,
        "raises" if rises else "lowers",
        "the chance of " if flag else "",
        measure.noun,
        amount + Markup(" points") if flag else _with_unit(amount, measure),
        _known(_unsigned(difference_range(found))),
        side,
        figure(words.percent(share)),
    )


def _unsigned(interval: str) -> str:
    """A range that lies below zero, as how much lower: from the smaller to the larger."""
    if not interval.startswith("−"):
        return interval
    low, _, high = interval.partition(" to ")
    if high and not high.startswith("−"):
        return interval
    return "–".join(end.lstrip("−") for end in (high, low) if end)


def difference_words(found: Difference) -> str:
    """Write a mean difference with its sign: points for a flag, the outcome's unit for a number."""
    if not found.n:
        return "–"
    if found.kind is Kind.FLAG:
        low, high = found.interval or (found.mean, found.mean)
        digits = 1 if 0 < max(abs(low), abs(high)) < 0.05 else 0
        return words.plus(words.plain(100 * found.mean, digits))
    return words.plus(words.plain(found.mean, _digits(found)))


def difference_range(found: Difference) -> str:
    """Write the interval of a mean difference."""
    if found.interval is None:
        return words.UNDEFINED
    if found.kind is Kind.FLAG:
        return words.points(*found.interval)
    return words.span(*found.interval, _digits(found))


def _digits(found: Difference) -> int:
    half = (found.interval.high - found.interval.low) / 2 if found.interval else found.sd / 4
    return words.places(half, found.mean)


def levels() -> str:
    """Say what intervals are."""
    return f"{round(100 * LEVEL)}{words.PERCENT}"
