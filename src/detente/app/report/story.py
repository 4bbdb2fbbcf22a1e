"""One future in words: who did what, what they knew, what was hidden. Nothing here moves the world."""

from collections.abc import Iterator
from itertools import chain
from textwrap import fill

import numpy as np

from detente.app.report import deeds, surroundings
from detente.app.report.chronicle import Chronicle, Event, counted, joined, people
from detente.app.report.words import MONTHS, month_words
from detente.domain.axes import INTENT, Provocation, Regime
from detente.domain.private import Preferences
from detente.engine.month import Month
from detente.scenarios.binding import Doctrine
from detente.scenarios.schema import Scenario

WIDTH = 80
MARGIN = 9
"""Columns for the months."""

TELLERS = (
    deeds.offices,
    deeds.fates,
    surroundings.crisis,
    surroundings.demands,
    deeds.tests,
    deeds.guarantor,
    deeds.offers,
    deeds.talks,
    deeds.agreements,
    deeds.challenger,
    surroundings.sanctions,
    surroundings.allies,
    surroundings.patrons,
    surroundings.economy,
    surroundings.hunger,
    surroundings.society,
)
"""In the order in which a month tells them."""


def tell(months: Month, head: Scenario, doctrine: Doctrine, future: int) -> list[str]:
    """Tell a future.

    Args:
        months: one future; arrays have a leading axis of months.
        head: the pack's head, for names.
        doctrine: whose settings the guarantor followed.
        future: its index in the run.

    Returns:
        Lines of at most 80 characters. `[hidden]` marks what nobody but the reader knows.
    """
    c = Chronicle(months, head)
    happened: dict[int, list[Event]] = {}
    for event in chain.from_iterable(teller(c) for teller in TELLERS):
        happened.setdefault(event.month, []).append(event)
    lines = _opening(c, doctrine, future)
    number = c.world.month.astype(int)
    for year in np.unique(number // 12).tolist():
        here = np.flatnonzero(number // 12 == year).tolist()
        lines += ["", str(year), *_year(c, happened, here), *_numbers(c, here, year)]
    return [*lines, "", *fill(closing(c), WIDTH).split("\n")]


def _opening(c: Chronicle, doctrine: Doctrine, future: int) -> list[str]:
    o, b = c.world.offices, c.world.beliefs
    wants = ", ".join(
        f"{name} {float(getattr(o.challenger, name)[0]):.3g}" for name in Preferences._fields
    )
    hidden = (
        f"[hidden] The leader of {c.them} is a {INTENT.labels[int(o.intent[0])]}. Worths in USD m a month, revenue a "
        f"ratio, patience a monthly discount: {wants}."
    )
    known = f"[known] {c.us} takes the leader for {guess(b.intent[0])}."
    title = f"{c.head.title}: future {future} under {doctrine.name}"
    return [
        title,
        "=" * min(len(title), WIDTH),
        "",
        *fill(doctrine.summary, WIDTH).split("\n"),
        "",
        *fill(hidden, WIDTH).split("\n"),
        *fill(capital(known), WIDTH).split("\n"),
    ]


def _year(c: Chronicle, happened: dict[int, list[Event]], here: list[int]) -> Iterator[str]:
    """Months with what happened in them; months without, folded."""
    quiet: list[int] = []
    for month in here:
        if month not in happened:
            quiet.append(month)
            continue
        yield from _folded(c, quiet)
        quiet = []
        yield from _told(_name(c, month), happened[month])
    yield from _folded(c, quiet)


def _told(name: str, events: list[Event]) -> Iterator[str]:
    """What all could see as one paragraph, and below it what was hidden."""
    seen = " ".join(capital(e.text) for e in events if not e.tag)
    hidden = [f"[{e.tag}] {capital(e.text)}" for e in events if e.tag]
    for text in [seen, *hidden] if seen else hidden:
        yield from _set(name, text)
        name = ""


def _set(name: str, text: str) -> list[str]:
    """A text beside its margin."""
    first = f"  {name}".ljust(MARGIN + 2)
    return fill(text, WIDTH, initial_indent=first, subsequent_indent=" " * (MARGIN + 2)).split("\n")


def _folded(c: Chronicle, quiet: list[int]) -> Iterator[str]:
    """Months in which nothing stood out, in a line."""
    if not quiet:
        return
    name = _name(c, quiet[0])
    if len(quiet) > 1:
        name = f"{name}–{_name(c, quiet[-1])}"
    flown = int(np.sum(c.world.testing.launches[quiet]))
    harassed = int(np.count_nonzero(c.world.crisis.provoked[quiet] == Provocation.HARASSMENT))
    parts = [
        deeds.CHANNEL[int(np.max(c.world.diplomacy.channel[quiet]))],
        *([deeds.launched(c, quiet)] if flown else []),
        *([f"harassment in {counted(harassed, 'month')}"] if harassed else []),
    ]
    yield from _set(name, f"· {'; '.join(parts)}")


def _numbers(c: Chronicle, here: list[int], year: int) -> Iterator[str]:
    """How things stand when the year ends, and what it has cost."""
    w, last = c.world, here[-1]
    yield f"  {year} in numbers"
    for name, parts in {
        "arms": _arms(c, here),
        "cost": _cost(c, here),
        "economy": _economy(c, here),
        "others": _others(c, here),
        "[known]": [
            f"loyalty of the elite {w.beliefs.loyalty[last]:.2f} ± {w.beliefs.doubt[last]:.2f}",
            f"the leader {guess(w.beliefs.intent[last])}",
            f"{c.them} gives a promise of {c.us} {100 * c.seen['challenger'].reliability[last]:.0f} %",
        ],
        "[hidden]": _hidden(c, last),
    }.items():
        yield from _set(name, "; ".join(parts))


def _arms(c: Chronicle, here: list[int]) -> list[str]:
    a, t, last = c.world.arsenal, c.world.testing, here[-1]
    tests = int(np.sum(t.nuclear_tests[here]))
    return [
        f"{a.warheads[last]:.0f} warheads (seen as {c.world.observation.warheads[last]:.0f})",
        f"{a.plutonium[last] + a.heu[last]:,.0f} kg of fissile material",
        deeds.launched(c, here),
        counted(tests, "nuclear test") if tests else "no nuclear test",
    ]


def _cost(c: Chronicle, here: list[int]) -> list[str]:
    h, k = c.world.humanitarian, c.world.crisis
    sums = {
        "killed": k.deaths,
        "excess deaths": h.excess,
        "driven out": h.refugees,
    }
    counts = {name: float(np.sum(series[here])) for name, series in sums.items()}
    paid = [f"{people(n)} {name}" for name, n in counts.items() if n >= 1]
    return [
        f"{people(float(np.mean(h.insecure[here])))} short of food",
        *(paid or ["nobody killed"]),
    ]


def _economy(c: Chronicle, here: list[int]) -> list[str]:
    e, last = c.world.economy, here[-1]
    earned, stolen = (float(np.sum(series[here])) for series in (e.revenue, e.cyber))
    relief = float(np.sum(c.world.diplomacy.relief_paid[here]))
    return [
        f"output {e.output[last]:.0f}",
        f"hard currency USD {earned:,.0f} m, {stolen:,.0f} m of it stolen",
        *([f"relief USD {relief:,.0f} m"] if relief else []),
        f"sanctions bite {c.world.sanctions.effective[last]:.2f}",
    ]


def _others(c: Chronicle, here: list[int]) -> list[str]:
    a, moves, last = c.world.alignment, c.actions.patrons, here[-1]
    said = []
    for place, name in enumerate(c.patrons):
        given = {"aid": moves.aid, "arms bought": moves.purchases, "technology": moves.technology}
        months = {what: int(np.sum(series[here, place])) for what, series in given.items()}
        deeds_ = [f"{what} {n} mo." for what, n in months.items() if n]
        behind = f" ({', '.join(deeds_)})" if deeds_ else ""
        said.append(f"{name} backs with {a.support[last, place]:.2f}{behind}")
    trust = [f"{name} {a.cohesion[last, place]:.2f}" for place, name in enumerate(c.allies)]
    exchanged = int(np.sum(c.actions.partner.exchange[here]))
    if exchanged:
        said.append(f"exchange with {c.partner} {exchanged} mo.")
    return [*said, f"trust of {joined(trust)}"]


def _hidden(c: Chronicle, last: int) -> list[str]:
    w = c.world
    discontent = 100 * float(np.mean(w.loyalty.discontent[last]))
    parts = [
        f"loyalty of the elite {w.loyalty.elite[last]:.2f}",
        f"{discontent:.0f} % discontent in private",
        f"the leader a {INTENT.labels[int(w.offices.intent[last])]}",
        f"{w.arsenal.covert[last]:.0f} kg a year of enrichment undeclared",
    ]
    if w.transition.regime[last] == Regime.COLLAPSE:
        parts.append(f"control over the weapons {w.transition.custody[last]:.2f}")
    return parts


def closing(c: Chronicle) -> str:
    """How it stands in the last month: what is, and what is thought to be."""
    w, last = c.world, c.count - 1
    truth = int(w.offices.intent[last])
    return (
        f"In {month_words(int(w.month[last]))} {c.them} has {w.arsenal.warheads[last]:.0f} warheads, where {c.us} sees "
        f"{w.observation.warheads[last]:.0f}. The truth about its leader, a {INTENT.labels[truth]}, has a chance of "
        f"{100 * w.beliefs.intent[last, truth]:.0f} % in the eyes of {c.us}. In all, "
        f"{people(float(np.sum(w.crisis.deaths)))} have been killed, and "
        f"{people(float(np.sum(w.humanitarian.excess)))} have died of want."
    )


def guess(belief: np.ndarray) -> str:
    """What is believed of the leader, the likeliest first."""
    order = np.argsort(-belief, kind="stable")
    return joined([f"a {INTENT.labels[i]} ({100 * belief[i]:.0f} %)" for i in order])


def _name(c: Chronicle, month: int) -> str:
    return MONTHS[int(c.world.month[month]) % 12][:3]


def capital(text: str) -> str:
    """A sentence with a capital, after its tag where it has one."""
    tag, found, rest = text.partition("] ")
    head, rest = (tag + found, rest) if found else ("", text)
    return head + rest[:1].upper() + rest[1:]
