"""Counterfactual replays as a use case: two futures of one filtered month in pairs, and lessons for the next."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from detente.app import history
from detente.app.catalog import layout
from detente.app.changes import Value, parse
from detente.app.history import Said
from detente.app.wiring import POLICIES, cast
from detente.domain.calendar import month_number
from detente.domain.outcomes import OUTCOMES
from detente.inference.episodes import Episode, episodes
from detente.inference.filter import Cloud
from detente.inference.forecasting import Forecaster
from detente.inference.lessons import (
    AS_IT_WAS,
    WORTH,
    Lesson,
    Trial,
    checked_worth,
    lessons,
    worth_of,
)
from detente.inference.observed import facts
from detente.inference.replays import Arm, Replayer
from detente.scenarios.binding import DOCTRINES, load_doctrine, names

DOCTRINE = "guarantor.doctrine"
"""The change that seats a doctrine in the guarantor's place."""

FILTERED = ("state.", "measurement.")
"""Numbers that a replay can't fix: the state is filtered, and nothing is measured after the fork."""

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

MONTHS = 36
"""How far a replay goes where nothing else is said."""


class Fork(NamedTuple):
    """Where history is left: the last month as it was, what is changed, and how far to go on."""

    month: str
    change: tuple[str, ...]
    months: int


class Sizes(NamedTuple):
    """How many draws of the posterior, and how many filtered futures of each."""

    draws: int
    particles: int


class Start(NamedTuple):
    """A filtered month from which arms set out, and the date of the posterior that it is filtered under."""

    date: str
    scores: Float[np.ndarray, "draw dial"]
    cloud: Cloud


def fork(where: str, change: Sequence[str] = (), months: int | None = None) -> Fork:
    """Where to leave history: at an episode by its name, or at a month.

    Args:
        where: name of an episode, or YYYY-MM.
        change: what to change; for an episode, in place of what it changes by default.
        months: how far to go on.

    Raises:
        ValueError: if it is neither an episode nor a month, or if nothing is to be changed.
    """
    known = episodes().get(where)
    if known:
        return Fork(known.as_it_was, tuple(change) or known.change, months or known.months)
    try:
        month_number(where)
    except ValueError:
        raise ValueError(
            f"a month (YYYY-MM) or an episode: {', '.join(episodes())}; received {where!r}"
        ) from None
    if not change:
        raise ValueError(f"at {where}, say what to change: --change NAME=VALUE")
    return Fork(where, tuple(change), months or MONTHS)


def listed() -> list[str]:
    """The episodes, for a terminal."""
    body = [(name, e.as_it_was, f"{_spelled(e)}. {e.why}") for name, e in episodes().items()]
    return layout.table(body, ("episode", "as it was to", "by default, and why"))


def _spelled(episode: Episode) -> str:
    return f"{', '.join(episode.change)}, {episode.months} months"


def arms(change: Sequence[str]) -> tuple[Arm, Arm]:
    """As it went on, and with the changes.

    Raises:
        ValueError: if a change names nothing that can be changed, or a value that it can't have.
    """
    told = history.told()
    was = Arm(told.cast, told.settings, {})
    wanted = parse(change, "--change")
    other = seated(str(wanted.pop(DOCTRINE))) if DOCTRINE in wanted else was
    return was, other._replace(fixed=_fixed(wanted))


def seated(doctrine: str) -> Arm:
    """A doctrine in the guarantor's place."""
    rules = load_doctrine(doctrine, POLICIES)
    who = cast(rules.policy)
    return Arm(who, who.settings(guarantor=rules.settings), {})


def _fixed(wanted: Mapping[str, Value]) -> dict[int, float]:
    """Numbers by their place in the table, once each is one that a replay can fix, within its bounds."""
    table, fixed = history.table(), {}
    low, high = (np.asarray(table.priors[i]) for i in (3, 4))
    for name, value in wanted.items():
        if name not in table.names:
            raise ValueError(
                f"a change names {DOCTRINE} or a number of the model; received {name!r}: "
                f"`detente scenario show {history.TOLD_FROM} --numbers` lists them"
            )
        if name.startswith(FILTERED):
            raise ValueError(f"a replay starts from the filtered state, and can't fix {name}")
        place = table.names.index(name)
        if isinstance(value, str) or not low[place] <= float(value) <= high[place]:
            raise ValueError(
                f"{name} is a number from {low[place]:g} to {high[place]:g}; received {value!r}"
            )
        fixed[place] = float(value)
    return fixed


def start(maker: Forecaster, month: str, draws: int, posterior: Path | None) -> Start:
    """Filter history to the end of a month, under the posterior as of then."""
    date, scores = history.drawn(posterior, month, draws)
    station = maker.station(scores, facts(month), month)
    return Start(date, scores, maker.filter.settled(station.cloud))


def compared(asked: Fork, sizes: Sizes, posterior: Path | None) -> list[str]:
    """Take futures on from a month as it was and with changes, and set their outcomes side by side.

    Differences are of pairs under the same luck, with intervals over draws of the parameters.
    """
    was, other = arms(asked.change)
    maker = history.forecaster(sizes.particles)
    begun, replayer = start(maker, asked.month, sizes.draws, posterior), Replayer(maker.filter)
    one, two = (
        replayer.onward(begun.scores, begun.cloud, arm, asked.months) for arm in (was, other)
    )
    measured = {outcome.name: outcome for outcome in OUTCOMES}
    body = []
    for name in SHOWN:
        a, b = (np.asarray(arm.outcomes[name], float) for arm in (one, two))
        by_draw = (b - a).reshape(-1, sizes.draws).mean(0)
        body.append(
            (
                name,
                f"{a.mean():.3g}",
                f"{b.mean():.3g}",
                f"{ranged(by_draw)} {measured[name].unit}",
            )
        )
    pairs = sizes.draws * sizes.particles
    said = (
        f"From {asked.month} on, {asked.months} months, {pairs} pairs of futures; with the change: "
    )
    said += f"{', '.join(asked.change)}. {_grounds(begun.date)}"
    head = ("outcome", "as it was", "changed", "difference (90 % of draws)")
    return [*layout.paragraph(said), "", *layout.table(body, head)]


def _grounds(date: str) -> str:
    """Which posterior a replay rests on."""
    told = month_number(date) >= int(history.told().pack.situation.start)
    return f"Calibrated as of {date}." if told else "At the priors: history has told nothing yet."


def learned(
    weights: Mapping[str, float], months: int, sizes: Sizes, posterior: Path | None, said: Said
) -> list[str]:
    """Try what was best at each episode at the next, among the doctrines that ship.

    Args:
        weights: what a future is worth, by outcome.
        months: how far each goes.
        sizes: draws and futures.
        posterior: file of posteriors by date; those that ship if none is given.
        said: hears of progress.
    """
    weights = checked_worth(weights)
    found = trials(weights, months, sizes, posterior, said, names(DOCTRINES))
    lines = taught(found, lessons(found), weights, months)
    within = reachable(posterior)
    for name, episode in episodes().items():
        if name not in within:
            lines += ["", *layout.paragraph(_left_out(name, episode))]
    return lines


def reachable(posterior: Path | None) -> dict[str, Episode]:
    """Episodes as of which there is a posterior: before history begins, it is the prior."""
    first, begins = history.dated(posterior).dates[0], int(history.told().pack.situation.start)
    return {
        name: episode
        for name, episode in episodes().items()
        if first <= episode.as_it_was or month_number(episode.as_it_was) < begins
    }


def _left_out(name: str, episode: Episode) -> str:
    return (
        f"{name} is left out: no posterior as of {episode.as_it_was} or before is at hand. Make one that reaches back: "
        f"`detente calibrate --as-of {episode.as_it_was} --out FOLDER`."
    )


def weighed(words: Sequence[str]) -> dict[str, float]:
    """What a future is worth, by outcome, from words OUTCOME=WEIGHT; as by default where there are none.

    Raises:
        ValueError: if a weight is no number.
    """
    asked = parse(words)
    for name, weight in asked.items():
        if isinstance(weight, str):
            raise ValueError(
                f"--worth takes OUTCOME=WEIGHT, such as war=-60; received {name}={weight}"
            )
    return {name: float(weight) for name, weight in asked.items()} or WORTH


def trials(
    weights: Mapping[str, float],
    months: int,
    sizes: Sizes,
    posterior: Path | None,
    said: Said,
    rules: Sequence[str],
) -> list[Trial]:
    """The expected worth of every rule at every episode that a posterior reaches."""
    within = reachable(posterior)
    for episode in within.values():  # what is missing is said before anything runs
        history.drawn(posterior, episode.as_it_was, sizes.draws)
    maker = history.forecaster(sizes.particles)
    replayer, told = Replayer(maker.filter), history.told()
    tried = {AS_IT_WAS: Arm(told.cast, told.settings, {})} | {rule: seated(rule) for rule in rules}
    said.begin("Trying every rule at every episode", len(tried) * len(within))
    found = []
    for name, episode in within.items():
        begun, worth = start(maker, episode.as_it_was, sizes.draws, posterior), {}
        for rule, arm in tried.items():
            futures = replayer.onward(begun.scores, begun.cloud, arm, months)
            worth[rule] = worth_of(futures.outcomes, weights, sizes.draws)
            said.step(1)
        found.append(Trial(name, worth))
    return found


def taught(
    found: Sequence[Trial], carried: Sequence[Lesson], weights: Mapping[str, float], months: int
) -> list[str]:
    """What was best where, and how each lesson did at the next episode, for a terminal."""
    sums = " ".join(f"{weight:+g} {name}" for name, weight in weights.items())
    best = [
        (t.episode, t.best, f"{ranged(t.worth[t.best])}; {AS_IT_WAS} {ranged(t.worth[AS_IT_WAS])}")
        for t in found
    ]
    tried = [
        (f"{c.learned} → {c.tried}", c.rule, f"{ranged(c.regret)} to {c.best}; {ranged(c.gain)}")
        for c in carried
    ]
    return [
        *layout.paragraph(f"Worth of {months} months: {sums}. Means, with 90 % of draws."),
        "",
        *layout.table(best, ("episode", "best rule", "its worth")),
        "",
        *layout.table(tried, ("lesson", "rule", f"regret; gain on going on {AS_IT_WAS}")),
    ]


def ranged(values: np.ndarray) -> str:
    """A mean, and the range of nine in ten draws."""
    low, high = np.quantile(values, [0.05, 0.95])
    return f"{values.mean():+.3g} ({low:+.3g}, {high:+.3g})"
