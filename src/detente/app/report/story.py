"""One future in words: who did what, what they knew, what was hidden. Nothing here moves the world."""

from collections.abc import Callable, Iterator
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np
from jax import tree

from detente.domain.actions import answer_heard
from detente.domain.axes import (
    INTENT,
    MISSILE_CLASS,
    Answer,
    Channel,
    Conduct,
    EndedBy,
    LaunchPosture,
    Posture,
    Pressure,
)
from detente.domain.calendar import month_text
from detente.domain.private import Preferences
from detente.engine.month import Month
from detente.scenarios.binding import Doctrine
from detente.scenarios.schema import Scenario

WIDTH = 80

CHANNEL = ("no contact", "contact", "working talks", "a summit")
CLASSES = dict(
    zip(
        MISSILE_CLASS.labels,
        (
            "short-range missile",
            "missile of medium or intermediate range",
            "intercontinental missile",
            "submarine-launched missile",
            "satellite rocket",
        ),
        strict=True,
    )
)


class Scene(NamedTuple):
    """A month and the one before it, and the names that people know."""

    now: Month
    before: Month | None
    head: Scenario

    @property
    def us(self) -> str:
        """The guarantor's name."""
        return self.head.roles["guarantor"].name

    @property
    def them(self) -> str:
        """The challenger's name."""
        return self.head.roles["challenger"].name

    def new(self, get: Callable[[Month], Any]) -> bool:
        """Whether something differs from the month before; in the first month everything is new."""
        return self.before is None or bool(get(self.now) != get(self.before))


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
    scenes = _scenes(months, head)
    lines = _opening(scenes[0], doctrine, future)
    quiet: list[Scene] = []
    for scene in scenes:
        events = [*_happened(scene), *_knew(scene), *_hidden(scene)]
        if not events:
            quiet.append(scene)
            continue
        lines += _lull(quiet)
        quiet = []
        lines += ["", month_text(int(scene.now.world.month))]
        lines += [line for event in events for line in _bullet(event)]
    return lines + _lull(quiet) + _closing(scenes[-1])


def _scenes(months: Month, head: Scenario) -> list[Scene]:
    count = len(months.log_prob)
    single = [tree.map(lambda x, i=i: np.asarray(x)[i], months) for i in range(count)]
    return [Scene(now, single[i - 1] if i else None, head) for i, now in enumerate(single)]


def _bullet(text: str) -> list[str]:
    """One event as a list item, its sentence with a capital, after the tag where it has one."""
    tag, found, sentence = text.partition("] ")
    tag, sentence = (tag + found, sentence) if found else ("", text)
    text = tag + sentence[0].upper() + sentence[1:]
    return fill(text, WIDTH, initial_indent="  - ", subsequent_indent="    ").split("\n")


def _count(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is not one."""
    head, of, rest = noun.partition(" of ")
    return f"{number} {head}{'' if number == 1 else 's'}{of}{rest}"


def _opening(scene: Scene, doctrine: Doctrine, future: int) -> list[str]:
    offices = scene.now.world.offices
    wants = ", ".join(
        f"{name} {float(getattr(offices.challenger, name)):.3g}" for name in Preferences._fields
    )
    hidden = (
        f"[hidden] The leader of {scene.them} is a {INTENT.labels[int(offices.intent)]}. Worths in USD m a month, "
        f"revenue a ratio, patience a monthly discount: {wants}."
    )
    title = f"{scene.head.title}: future {future} under {doctrine.name}"
    return [
        title,
        "=" * min(len(title), WIDTH),
        "",
        *fill(doctrine.summary, WIDTH).split("\n"),
        "",
        *fill(hidden, WIDTH).split("\n"),
    ]


def _happened(scene: Scene) -> Iterator[str]:
    """What anybody could see."""
    yield from _offices(scene)
    yield from _their_side(scene)
    yield from _our_side(scene)
    yield from _deals(scene)
    yield from _tests(scene)


def _offices(scene: Scene) -> Iterator[str]:
    o, people = scene.now.world.offices, scene.head.people
    if scene.before is None:
        if o.tenure == 0:
            yield f"{people.elect} takes office in {scene.us}."
        return
    old = scene.before.world.offices
    bloc = people.blocs[int(o.elect_bloc)]
    if o.elect_new and not old.elect_new:
        yield f"{scene.us} elects a new office-holder ({bloc})."
    elif o.elect_terms != old.elect_terms and not o.elect_new:
        yield f"{scene.us} re-elects the office-holder ({bloc})."
    if o.holder != old.holder:
        yield f"A new office-holder ({people.blocs[int(o.bloc)]}) takes over in {scene.us}."
    if o.leader_new:
        yield f"The leader of {scene.them} dies; an heir of {float(o.leader_age):.0f} takes over."


def _our_side(scene: Scene) -> Iterator[str]:
    move = scene.now.actions.guarantor
    before = scene.before.actions.guarantor if scene.before else None
    acts = [*_leanings(move, before), *_offers(move, before)]
    due = scene.now.world.diplomacy.relief_due > 0
    dealt = ("delivers the relief that is due", "delays relief", "withholds relief")
    if due and int(move.delivery) < len(dealt) and scene.new(_delivery):
        acts.append(dealt[int(move.delivery)])
    if acts:
        yield f"{scene.us} {_joined(acts)}."


def _delivery(month: Month) -> int:
    """What the guarantor did with relief."""
    return int(month.actions.guarantor.delivery)


def _leanings(move: Any, before: Any) -> Iterator[str]:
    """Pressure and posture where they leave the middle, and exercises where they come back."""
    if move.pressure != Pressure.HOLD and (not before or move.pressure != before.pressure):
        yield "tightens pressure" if move.pressure == Pressure.TIGHTEN else "eases pressure"
    if not before or move.posture != before.posture:
        if move.posture == Posture.LOW:
            yield "suspends its large exercises"
        elif move.posture == Posture.HIGH:
            yield "raises its military posture"
        elif before and before.posture == Posture.LOW:
            yield "resumes its large exercises"


def _offers(move: Any, before: Any) -> Iterator[str]:
    """Talks and terms, where what is offered changes."""
    level, was = int(move.channel), int(before.channel) if before else None
    if was is None or (
        level != was and (level == Channel.SUMMIT or min(level, was) < Channel.WORKING)
    ):
        yield f"offers {CHANNEL[level]}" if level else "offers no talks"
    relief = float(move.terms.relief)
    if move.offer and (not before or not before.offer):
        yield f"puts terms on the table, with relief of USD {relief:.3g} m a month"
    elif move.offer and relief > 1.01 * float(before.terms.relief):
        yield f"raises the relief on offer to USD {relief:.3g} m a month"
    elif before and before.offer and not move.offer:
        yield "no longer offers terms"


def _their_side(scene: Scene) -> Iterator[str]:
    move, d = scene.now.actions.challenger, scene.now.world.diplomacy
    if scene.new(lambda month: month.world.diplomacy.channel):
        yield _talks(scene)
    elif d.channel == Channel.SUMMIT:
        yield "The leaders meet again."
    if answer_heard(scene.now.actions.guarantor, move) and scene.new(_reply):
        if move.answer == Answer.REFUSE:
            yield f"{scene.them} refuses the terms."
        elif move.answer == Answer.COUNTER:
            yield f"{scene.them} asks for USD {float(d.asked):.3g} m a month instead."
    if scene.new(lambda month: month.actions.challenger.pledge):
        if move.pledge:
            yield f"{scene.them} proclaims a moratorium on tests above short range."
        elif scene.before:
            yield f"{scene.them} ends its moratorium."
    if scene.new(lambda month: month.actions.challenger.export) and scene.before:
        yield f"{scene.them} {'resumes' if move.export else 'stops'} sending arms and labour to a patron."


def _reply(month: Month) -> tuple[int, float]:
    """What the challenger said to an offer, and the price it named."""
    return int(month.world.diplomacy.answer), float(month.world.diplomacy.asked)


def _talks(scene: Scene) -> str:
    level = int(scene.now.world.diplomacy.channel)
    was = int(scene.before.world.diplomacy.channel) if scene.before else 0
    if level == Channel.SUMMIT:
        return f"The leaders of {scene.us} and {scene.them} meet."
    if level > was:
        return f"The two sides take up {CHANNEL[level]}."
    if level:
        return f"Talks fall back to {CHANNEL[level]}."
    by = scene.them if scene.now.actions.challenger.channel == 0 else scene.us
    return (
        f"There is no contact: {by} keeps away."
        if scene.before is None
        else f"{by} breaks off contact."
    )


def _deals(scene: Scene) -> Iterator[str]:
    d = scene.now.world.diplomacy
    if scene.now.actions.challenger.conduct == Conduct.BREAK:
        yield f"{scene.them} breaks the terms in force, openly."
    for slot in range(len(d.slots.age)):
        agreement = tree.map(lambda x, slot=slot: x[slot], d.slots)
        old = (
            tree.map(lambda x, slot=slot: x[slot], scene.before.world.diplomacy.slots)
            if scene.before
            else None
        )
        if agreement.in_force and agreement.age == 0:
            carried = (
                "it is carried at home"
                if agreement.ratified
                else "at home it is not carried, and only part of the relief can flow"
            )
            yield f"An agreement of {float(agreement.terms.length):.0f} months is signed; {carried}."
        if old is None:
            continue
        if agreement.reversing and not old.reversing:
            wait = float(agreement.snapback_in)
            yield f"{scene.us} decides to undo the agreement; relief stops in {wait:.0f} months."
        if old.in_force and not agreement.in_force:
            yield {
                EndedBy.CHALLENGER: "The agreement is dead.",
                EndedBy.GUARANTOR: f"The agreement ends: {scene.us} has undone what its own holder signed.",
                EndedBy.SUCCESSOR: f"The agreement ends: a successor in {scene.us} has undone it.",
                EndedBy.TERM: "The agreement runs out, having been in force to its term.",
            }[EndedBy(int(agreement.ended_by))]
    if d.alarm:
        yield "Inspectors raise an alarm."
    if d.violated:
        yield "A test that the terms forbid is seen."
    due, paid = float(d.relief_due), float(d.relief_paid)
    if due > 0 and (scene.before is None or float(scene.before.world.diplomacy.relief_due) == 0):
        yield f"Relief falls due: USD {due:.3g} m this month, of which {paid:.3g} m flow."


def _tests(scene: Scene) -> Iterator[str]:
    t = scene.now.world.testing
    if t.nuclear_tests:
        yield f"{scene.them} tests a nuclear device, the first in {_quiet(scene)} months."
    flown = [
        _count(int(n), CLASSES[name])
        for name, n in zip(MISSILE_CLASS.labels, t.launches, strict=True)
        if n
    ]
    if flown and (np.sum(t.launches[1:]) > 0 or np.sum(t.launches) >= 5):
        presses = scene.now.actions.challenger.posture == LaunchPosture.PRESS
        pushed = ", in a month when it presses its programme" if presses else ""
        yield f"{scene.them} launches {_joined(flown)}{pushed}."


def _quiet(scene: Scene) -> int:
    return int(scene.now.seen["challenger"].quiet_nuclear) + 1


def _knew(scene: Scene) -> Iterator[str]:
    """What the guarantor believed, each January and in the first month."""
    month = int(scene.now.world.month)
    if month % 12 and scene.before is not None:
        return
    w = scene.now.world
    order = np.argsort(-w.beliefs.intent)
    held = _joined([f"a {INTENT.labels[i]} ({100 * w.beliefs.intent[i]:.0f} %)" for i in order])
    yield (
        f"[known] {scene.us} estimates {float(w.observation.warheads):.0f} warheads, and thinks the "
        f"leader of {scene.them} {held}."
    )
    trust = float(scene.now.seen["challenger"].reliability)
    yield f"[known] {scene.them} gives a promise by {scene.us} a chance of {100 * trust:.0f} %."


def _hidden(scene: Scene) -> Iterator[str]:
    w = scene.now.world
    if int(w.month) % 12 == 0 or scene.before is None:
        yield (
            f"[hidden] {scene.them} has {float(w.arsenal.warheads):.0f} warheads, and enriches "
            f"{float(w.arsenal.covert):.0f} kg a year at sites that nobody declared."
        )
    if scene.before is None:
        return
    old = scene.before.world
    if w.diplomacy.covert and not old.diplomacy.covert:
        doubt = float(np.sum(w.beliefs.intent * w.beliefs.covert))
        yield (
            f"[hidden] {scene.them} goes on producing in hiding, against the terms; {scene.us} gives that a "
            f"chance of {100 * doubt:.0f} %."
        )
    if old.diplomacy.covert and not w.diplomacy.covert and np.any(w.diplomacy.slots.in_force):
        yield f"[hidden] {scene.them} stops its hidden production."
    if w.offices.leader_new:
        yield f"[hidden] The heir is a {INTENT.labels[int(w.offices.intent)]}."


def _lull(scenes: list[Scene]) -> list[str]:
    """Months in which nothing stood out, in one paragraph."""
    if not scenes:
        return []
    first, last = (month_text(int(s.now.world.month)) for s in (scenes[0], scenes[-1]))
    span = first if first == last else f"{first} to {last}"
    level = CHANNEL[int(scenes[-1].now.world.diplomacy.channel)]
    flown = int(sum(np.sum(s.now.world.testing.launches) for s in scenes))
    launches = f"; {_count(flown, CLASSES[MISSILE_CLASS.labels[0]])}" if flown else ""
    return ["", *fill(f"{span}: {level}{launches}.", WIDTH).split("\n")]


def _closing(scene: Scene) -> list[str]:
    w = scene.now.world
    truth = INTENT.labels[int(w.offices.intent)]
    belief = 100 * float(w.beliefs.intent[int(w.offices.intent)])
    text = (
        f"In {month_text(int(w.month))} {scene.them} has {float(w.arsenal.warheads):.0f} warheads, where "
        f"{scene.us} sees {float(w.observation.warheads):.0f}, and "
        f"{float(w.arsenal.plutonium + w.arsenal.heu):,.0f} kg of fissile material. "
        f"The truth about its leader, a {truth}, has a chance of {belief:.0f} % in the eyes of {scene.us}."
    )
    return ["", *fill(text, WIDTH).split("\n")]


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
