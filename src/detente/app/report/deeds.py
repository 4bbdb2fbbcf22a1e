"""What the principals of a future do: offices, lines taken, talks, terms, agreements, tests. See `chronicle`."""

from collections.abc import Iterator

import numpy as np

from detente.app.report.chronicle import (
    Chronicle,
    Event,
    begins,
    changes,
    counted,
    entry,
    joined,
    levels,
    spells,
    told,
)
from detente.domain.axes import (
    MISSILE_CLASS,
    Answer,
    Channel,
    Conduct,
    Delivery,
    EndedBy,
    Posture,
    Pressure,
    Regime,
)

CHANNEL = ("no contact", "contact", "working talks", "a summit")

LONG = {
    "intercontinental": "intercontinental missile",
    "submarine": "submarine-launched missile",
    "satellite": "satellite rocket",
}
"""Launches that are told where a class has been quiet for long; all others are counted."""

QUIET = 6
"""Months without a launch of a class after which the next is told."""

DEARER = 1.25
"""By how much a price has to move to be told again."""


def offices(c: Chronicle) -> Iterator[Event]:
    """Elections, handovers, and the challenger's leaders."""
    o, names = c.world.offices, c.head.people
    if o.tenure[0] == 0:
        yield Event(0, f"{names.elect} takes office in {c.us}.")
    for m in range(1, c.count):
        bloc = names.blocs[int(o.elect_bloc[m])]
        if o.elect_new[m] and not o.elect_new[m - 1]:
            yield Event(m, f"{c.us} elects a new office-holder ({bloc}).")
        elif o.elect_terms[m] != o.elect_terms[m - 1] and not o.elect_new[m]:
            yield Event(m, f"{c.us} re-elects the office-holder ({bloc}).")
        if o.holder[m] != o.holder[m - 1]:
            yield Event(
                m, f"A new office-holder ({names.blocs[int(o.bloc[m])]}) takes over in {c.us}."
            )
        if o.leader_new[m]:
            fell = c.world.transition.since[m - 1] == 0
            how = "A new leader" if fell else f"The leader of {c.them} dies; an heir"
            yield Event(m, f"{how} of {float(o.leader_age[m]):.0f} takes over.")
    for place, name in enumerate(c.allies):
        engagement = o.allies.engagement[:, place]
        for m in changes(engagement):
            lean = "leans to engage" if engagement[m] > 0.5 else "leans to deter"
            yield Event(m, f"A government takes office in {name}; it {lean}.")


def fates(c: Chronicle) -> Iterator[Event]:
    """What becomes of the leadership."""
    t = c.world.transition
    said = {
        Regime.REFORM: f"The leadership of {c.them} is changed from above: reformers take over.",
        Regime.COUP: f"A coup overthrows the leadership of {c.them}.",
        Regime.COLLAPSE: f"The state dissolves in {c.them}.",
    }
    for m in range(c.count):
        if t.since[m] == 0 and t.regime[m] in said:
            yield Event(m, said[Regime(int(t.regime[m]))])
        if m and t.custody[m] < t.custody[m - 1] - 0.05:
            yield Event(
                m, f"Control over the weapons falls to {t.custody[m]:.2f} (of 1).", "hidden"
            )


def guarantor(c: Chronicle) -> Iterator[Event]:
    """The guarantor's line: the first of it in one sentence, then its turns."""
    move = c.actions.guarantor
    lines = {
        "channel": (move.channel, lambda level: f"offers {CHANNEL[level]}" if level else "offers no talks"),
        "pressure": (
            move.pressure,
            lambda level: {Pressure.EASE: "eases pressure", Pressure.TIGHTEN: "tightens pressure"}.get(
                level, "holds pressure where it is"
            ),
        ),
        "posture": (
            move.posture,
            lambda level: {
                Posture.LOW: "suspends its large exercises",
                Posture.HIGH: "raises its military posture",
            }.get(level, "returns to its usual exercises"),
        ),
        "campaign": (move.campaign, lambda on: f"{'begins' if on else 'ends'} a campaign for information and rights"),
        "aid": (move.aid, lambda on: f"{'offers' if on else 'no longer offers'} humanitarian aid"),
        "coalition": (move.coalition, lambda on: f"{'gathers' if on else 'no longer gathers'} others to enforce"),
        "track": (move.track, lambda on: f"{'backs' if on else 'no longer backs'} its allies’ own talks"),
    }  # fmt: skip
    first: list[str] = []
    for name, (series, say) in lines.items():
        quiet = {"pressure": Pressure.HOLD, "posture": Posture.USUAL, "channel": -1}.get(name, 0)
        for event in told(series, lambda _, line, say=say: say(line), first=True):
            if event.month:
                yield Event(event.month, f"{c.us} {event.text}.")
            elif _line(series) != quiet:
                first.append(event.text)
    yield Event(0, f"{c.us} {joined(first)}.")


def _line(series: np.ndarray) -> int:
    """The line that is held at first."""
    values, counts = np.unique(series[:6].astype(int), return_counts=True)
    return int(values[np.argmax(counts)])


def offers(c: Chronicle) -> Iterator[Event]:
    """Terms on the table, what they are worth, and how they are answered."""
    move, d = c.actions.guarantor, c.world.diplomacy
    best = asked = 0.0
    standing = refused = False
    for m in range(c.count):
        relief = float(move.terms.relief[m])
        if move.offer[m] and not standing:
            yield Event(
                m, f"{c.us} puts terms on the table, with relief of USD {relief:.0f} m a month."
            )
            if not np.any(d.channel[m : m + QUIET]):
                yield Event(m, f"{c.them} takes up no contact to hear them.")
            standing, refused, best = True, False, relief
        elif move.offer[m] and relief > DEARER * best:
            yield Event(m, f"{c.us} raises the relief on offer to USD {relief:.0f} m a month.")
            best = relief
        elif standing and not np.any(move.offer[m : m + 6]):
            yield Event(m, f"{c.us} no longer offers terms.")
            standing = False
        if not (move.offer[m] and d.channel[m] >= Channel.CONTACT):
            continue
        if d.answer[m] == Answer.REFUSE and not refused:
            yield Event(m, f"{c.them} refuses the terms.")
            refused = True
        price = float(d.asked[m])
        if d.answer[m] == Answer.COUNTER and not asked / DEARER <= price <= asked * DEARER:
            yield Event(m, f"{c.them} asks for USD {price:.0f} m a month instead.")
            asked = price


def talks(c: Chronicle) -> Iterator[Event]:
    """Rounds of working talks between the principals, and meetings of their leaders."""
    d = c.world.diplomacy
    for first, last in spells(d.channel >= Channel.WORKING):
        if last > first:
            yield Event(first, f"{c.us} and {c.them} take up working talks.")
        if last > first and last + 1 < c.count:
            away = c.them if c.actions.challenger.channel[last + 1] < Channel.WORKING else c.us
            yield Event(
                last + 1, f"{away} lets the talks lapse after {counted(last + 1 - first, 'month')}."
            )
    for m in np.flatnonzero(d.channel == Channel.SUMMIT).tolist():
        yield Event(m, f"The leaders of {c.us} and {c.them} meet.")


def challenger(c: Chronicle) -> Iterator[Event]:
    """The challenger's line abroad and at its border."""
    pledged, border = c.world.testing.pledged, c.world.economy.border
    for m in changes(pledged):
        text = (
            "proclaims a moratorium on tests above short range"
            if pledged[m]
            else "ends its moratorium"
        )
        yield Event(m, f"{c.them} {text}.")
    buyer = joined(c.patrons).replace(" and ", " or ")
    yield from told(
        c.actions.challenger.export,
        lambda _, on: f"{c.them} {'sends' if on else 'stops sending'} arms and labour to {buyer}.",
    )
    said = ("closes its border", "opens its border in part", "opens its border")
    for m, band in levels(border, (1 / 3, 2 / 3), 0.05)[1:]:
        yield Event(m, f"{c.them} {said[band]}.")
    for m in begins(c.world.economy.epidemic > 0):
        yield Event(m, f"An epidemic shuts the border of {c.them}.")
    for m in np.flatnonzero(c.actions.challenger.wedge).tolist():
        yield Event(m, f"{c.them} offers {joined(c.allies)} a deal of their own.")


def agreements(c: Chronicle) -> Iterator[Event]:
    """Signatures, breaches, reversals and ends; relief that is held back; alarms."""
    d = c.world.diplomacy
    for m in np.flatnonzero(c.actions.challenger.conduct == Conduct.BREAK).tolist():
        if np.any(d.slots.signed[m]) and (m == 0 or np.any(d.slots.in_force[m - 1])):
            yield Event(m, f"{c.them} breaks the terms in force, openly.")
    for m in range(c.count):
        for slot in range(d.slots.age.shape[1]):
            yield from _agreement(c, m, slot)
    held_back = (c.actions.guarantor.delivery == Delivery.DELAY) | (
        c.actions.guarantor.delivery == Delivery.WITHHOLD
    )
    due = (d.relief_due > 0) & held_back
    for first, last in spells(due):
        held = counted(last + 1 - first, "month")
        short = float(np.sum(d.relief_due[first : last + 1] - d.relief_paid[first : last + 1]))
        yield Event(first, f"{c.us} holds relief back: USD {short:.0f} m over {held}.")
    for m in np.flatnonzero(d.alarm).tolist():
        yield Event(m, "Inspectors raise an alarm.")
    for m in begins(d.violated):
        yield Event(m, "A test that the terms forbid is seen.")
    for m in changes(d.covert):
        if d.covert[m]:
            doubt = 100 * float(np.sum(c.world.beliefs.intent[m] * c.world.beliefs.covert[m]))
            text = (
                f"goes on producing in hiding, against the terms; {c.us} gives that {doubt:.0f} %"
            )
            yield Event(m, f"{c.them} {text}.", "hidden")
        elif np.any(d.slots.in_force[m]):
            yield Event(m, f"{c.them} stops its hidden production.", "hidden")


def _agreement(c: Chronicle, m: int, slot: int) -> Iterator[Event]:
    now = entry(c.world.diplomacy.slots, m, slot)
    old = entry(c.world.diplomacy.slots, m - 1, slot) if m else None
    if now.in_force and now.age == 0:
        relief, length = float(now.terms.relief), float(now.terms.length)
        carried = (
            ""
            if now.ratified
            else "; at home it is not carried, and part of the relief cannot flow"
        )
        text = f"An agreement is signed for {length:.0f} months at USD {relief:.0f} m a month{carried}."
        yield Event(m, text)
    if old is None:
        return
    if now.reversing and not old.reversing:
        wait = counted(round(float(now.snapback_in)), "month")
        yield Event(m, f"{c.us} decides to undo the agreement; relief stops in {wait}.")
    if old.in_force and not now.in_force:
        after = counted(round(float(now.age)), "month")
        ends = {
            EndedBy.CHALLENGER: f"The agreement is dead after {after}: {c.them} has ended it.",
            EndedBy.GUARANTOR: f"The agreement ends after {after}: {c.us} has undone what its own holder signed.",
            EndedBy.SUCCESSOR: f"The agreement ends after {after}: a successor in {c.us} has undone it.",
            EndedBy.TERM: f"The agreement runs out after {after}, in force to its term.",
        }
        yield Event(m, ends.get(EndedBy(int(now.ended_by)), "The agreement ends."))


def tests(c: Chronicle) -> Iterator[Event]:
    """Nuclear tests, and launches of the longest reach."""
    t = c.world.testing
    for m in np.flatnonzero(t.nuclear_tests).tolist():
        quiet = counted(round(float(c.seen["challenger"].quiet_nuclear[m])) + 1, "month")
        yield Event(m, f"{c.them} tests a nuclear device, the first in {quiet}.")
    for m in range(c.count):
        flown = [
            counted(int(n), LONG[name])
            for place, (name, n) in enumerate(zip(MISSILE_CLASS.labels, t.launches[m], strict=True))
            if n and name in LONG and not np.any(t.launches[max(0, m - QUIET) : m, place])
        ]
        if flown:
            yield Event(m, f"{c.them} launches {joined(flown)}.")


def launched(c: Chronicle, months: list[int]) -> str:
    """How many launches some months have seen, and how many of long reach."""
    flown = np.sum(c.world.testing.launches[months], axis=0)
    far = [
        f"{int(n)} {name}"
        for name, n in zip(MISSILE_CLASS.labels, flown, strict=True)
        if n and name in LONG
    ]
    behind = f" ({', '.join(far)})" if far else ""
    return counted(int(np.sum(flown)), "launch", "launches") + behind
