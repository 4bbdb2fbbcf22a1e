"""The tables of what worst futures have in common, as rows of words."""

from typing import Any

import numpy as np

from detente.app.report import words
from detente.app.report.harm import Common, Harm, Named
from detente.app.report.measures import Measure
from detente.app.report.provenance import Citations
from detente.decision.comparison import Number

TOLD = 4
"""Traits and events that are told of each worst tenth."""


def worst(harm: Harm, named: dict[str, Named], citations: Citations) -> list[dict[str, Any]]:
    """What each policy's worst tenth by one harm have in common, a row a policy."""
    return [_worst(common, harm.measure, named, citations) for common in harm.found]


def _worst(
    common: Common, measure: Measure, named: dict[str, Named], citations: Citations
) -> dict[str, Any]:
    row: dict[str, Any] = {"policy": common.policy, "border": "", "traits": [], "marks": []}
    if common.tenth is None:
        return row
    found = common.policy.summaries[measure.name]
    assert isinstance(found, Number)
    row["border"] = words.plain(common.tenth.border, words.spread_digits(found))
    row["worlds"] = f"{common.tenth.worlds:,}"
    for mark in [m for m in common.marks if m.clear][:TOLD]:
        times = mark.ratio
        row["marks"].append(
            {
                "name": mark.name,
                "worst": words.percent(mark.worst),
                "rest": words.percent(mark.rest),
                "times": f"×{_times(times)}" if np.isfinite(times) else "",
            }
        )
    for trait in [t for t in common.traits if t.clear][:TOLD]:
        about = named[trait.name]
        row["traits"].append(
            {
                "name": about.meaning,
                "owner": about.owner,
                "key": trait.name.replace("private_", "preferences."),
                "shift": words.plus(words.plain(trait.shift, 2)),
                "interval": words.span(*trait.interval, 2) if trait.interval else words.UNDEFINED,
                "sources": citations.cite(about.source),
            }
        )
    return row


def shared(harm: Harm, named: dict[str, Named], citations: Citations) -> list[dict[str, Any]]:
    """Numbers that are clear in the worst tenth of many policies, the most often first."""
    found: dict[str, list[tuple[str, float]]] = {}
    for common in harm.found:
        for trait in common.traits:
            if trait.clear:
                found.setdefault(trait.name, []).append((common.policy.key, trait.shift))
    found = {name: here for name, here in found.items() if 3 * len(here) >= len(harm.found)}
    most = sorted(found.items(), key=lambda f: (-len(f[1]), -abs(sum(s for _, s in f[1])), f[0]))
    rows = []
    for name, here in most[: 2 * TOLD]:
        low, high = min(s for _, s in here), max(s for _, s in here)
        rows.append(
            {
                "name": named[name].meaning,
                "owner": named[name].owner,
                "key": name.replace("private_", "preferences."),
                "count": len(here),
                "shift": words.plus(words.span(low, high, 2)),
                "side": "higher" if low > 0 else "lower" if high < 0 else "either",
                "sources": citations.cite(named[name].source),
            }
        )
    return rows


def _times(ratio: float) -> str:
    """How many times as often, to two digits."""
    return words.plain(ratio, words.places(0, ratio) - 1) if ratio >= 0.01 else "<0.01"
