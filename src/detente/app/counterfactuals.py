"""Counterfactual replays as a use case: two futures of one filtered month, in pairs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from detente.app import history
from detente.app.catalog import layout
from detente.app.changes import parse
from detente.app.wiring import POLICIES, cast
from detente.domain.outcomes import OUTCOMES
from detente.inference.observed import facts
from detente.inference.replays import Arm, onward
from detente.scenarios.binding import load_doctrine

DOCTRINE = "guarantor.doctrine"
"""The change that seats a doctrine in the guarantor's place."""

SHOWN = (
    "agreement_signed",
    "agreement_kept",
    "verified_freeze_months",
    "warheads",
    "launches",
    "nuclear_tests",
    "peak_rung",
    "war",
    "relief_musd",
)
"""Outcomes that a comparison lists."""


def arms(change: Sequence[str]) -> tuple[Arm, Arm]:
    """As it went on, and with the changes.

    Raises:
        ValueError: if a change names nothing that can be changed.
    """
    told, table = history.told(), history.table()
    was = Arm(told.cast, told.settings, {})
    wanted = dict(parse(list(change)))
    other = was
    if DOCTRINE in wanted:
        doctrine = load_doctrine(str(wanted.pop(DOCTRINE)), POLICIES)
        who = cast(doctrine.policy)
        other = Arm(who, who.settings(guarantor=doctrine.settings), {})
    fixed = {}
    for name, value in wanted.items():
        if name not in table.names:
            raise ValueError(
                f"a change names {DOCTRINE} or a number of the model; received {name!r}: "
                f"`detente scenario show {history.TOLD_FROM} --numbers` lists them"
            )
        fixed[table.names.index(name)] = float(value)
    return was, other._replace(fixed=fixed)


def compared(
    month: str,
    change: Sequence[str],
    months: int,
    draws: int,
    particles: int,
    posterior: Path | None,
) -> list[str]:
    """Take futures on from a month as it was and with changes, and set their outcomes side by side.

    Differences are of pairs under the same luck, with intervals over draws of the parameters.
    """
    was, other = arms(change)
    known = facts(month)
    maker = history.forecaster(particles)
    date, scores = history.drawn(posterior, month, draws)
    cloud = maker.filter.settled(maker.station(scores, known, month).cloud)
    one, two = (onward(maker.filter, scores, cloud, arm, months) for arm in (was, other))
    measured = {outcome.name: outcome for outcome in OUTCOMES}
    body = []
    for name in SHOWN:
        a, b = (np.asarray(arm.outcomes[name], float) for arm in (one, two))
        by_draw = (b - a).reshape(-1, draws).mean(0)
        low, high = np.quantile(by_draw, [0.05, 0.95])
        body.append(
            (
                name,
                f"{a.mean():.3g}",
                f"{b.mean():.3g}",
                f"{(b - a).mean():+.3g} ({low:+.3g}, {high:+.3g}) {measured[name].unit}",
            )
        )
    pairs = draws * particles
    said = f"From {month} on, {months} months, {pairs} pairs of futures; with the change: {', '.join(change)}. "
    said += f"Calibrated as of {date}."
    head = ("outcome", "as it was", "changed", "difference (90 % of draws)")
    return [*layout.paragraph(said), "", *layout.table(body, head)]
