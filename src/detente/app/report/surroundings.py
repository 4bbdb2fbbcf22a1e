"""What happens around the principals of a future: crisis, allies, patrons, sanctions, economy, society."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from detente.app.report.chronicle import (
    Chronicle,
    Event,
    begins,
    changes,
    counted,
    joined,
    levels,
    people,
    spells,
    told,
)
from detente.domain.axes import Channel, Provocation, Rung, Stance, Target

RUNG = ("calm", "tension", "mobilisation", "clashes", "war", "nuclear war")

POOR, RICH = 0.85, 1.15
"""Harvests that are told, over a usual one."""


def crisis(c: Chronicle) -> Iterator[Event]:
    """Attacks, the rungs from mobilisation up, and the dead."""
    k, aimed = c.world.crisis, _aimed(c)
    for m in range(c.count):
        toll = ""
        if k.deaths[m] > 0:
            toll = f" {people(float(k.deaths[m]))} killed, {people(float(k.injured[m]))} injured."
        if k.provoked[m] == Provocation.ATTACK:
            yield Event(m, f"{c.them} makes an armed attack on {aimed[m]}.{toll}")
            toll = ""
        before, now = int(k.rung[m - 1]) if m else Rung.TENSION, int(k.rung[m])
        if now > before and now >= Rung.MOBILISATION:
            text = "War breaks out." if now == Rung.WAR else f"The crisis rises to {RUNG[now]}."
            text = "Nuclear weapons are used." if now == Rung.NUCLEAR_WAR else text
            yield Event(m, text + toll)
        elif now < before and before >= Rung.MOBILISATION:
            yield Event(m, f"The crisis subsides to {RUNG[now]}.{toll}")
        elif toll:
            yield Event(m, f"In the fighting{toll}")


def demands(c: Chronicle) -> Iterator[Event]:
    """Demands under threat, and whether they are met."""
    k, aimed = c.world.crisis, _aimed(c)
    for m in np.flatnonzero(k.demanded).tolist():
        end = "It is met." if k.complied[m] else "It is not met."
        yield Event(m, f"Under threat {c.them} makes a demand on {aimed[m]}. {end}")


def _aimed(c: Chronicle) -> list[str]:
    """Whom the challenger aims at, month by month."""
    targets = c.actions.challenger.target
    return [f"the allies of {c.us}" if t == Target.ALLIES else c.us for t in targets]


def allies(c: Chronicle) -> Iterator[Event]:
    """The allies' lines, their own talks, broadcasts, and steps toward arms."""
    moves = c.actions.allies
    for place, name in enumerate(c.allies):
        said = {
            Stance.ENGAGE: f"{name} turns to engagement.",
            Stance.HOLD: f"{name} keeps to a middle line.",
            Stance.DETER: f"{name} turns to deterrence.",
        }
        yield from told(moves.stance[:, place], lambda _, line, said=said: said[Stance(line)])
        yield from told(
            moves.broadcasts[:, place],
            lambda _, on, name=name: (
                f"{name} {'begins' if on else 'ends'} broadcasts into {c.them}."
            ),
        )
        for m in np.flatnonzero(moves.arms[:, place]).tolist():
            near = float(c.world.alignment.option[m, place])
            yield Event(
                m, f"{name} takes a step toward nuclear arms of its own (nearness {near:.2f} of 1)."
            )
    for first, last in spells(c.world.diplomacy.track >= Channel.WORKING):
        if last > first:
            text = f"{c.allies[0]} and {c.them} hold talks of their own for {counted(last + 1 - first, 'month')}."
            yield Event(first, text)


def patrons(c: Chronicle) -> Iterator[Event]:
    """The patrons' wars, what they give and buy for long, and forces made ready."""
    moves, war = c.actions.patrons, c.world.alignment.war
    for place, name in enumerate(c.patrons):
        for m in changes(war[:, place]):
            yield Event(m, f"{name} goes to war." if war[m, place] else f"The war of {name} ends.")
        lines = {
            "purchases": ("buys arms and labour steadily", "buys arms and labour no longer"),
            "aid": ("gives food and fuel steadily", "gives food and fuel no longer"),
        }
        for field, (on, off) in lines.items():
            series = getattr(moves, field)[:, place]
            yield from told(series, lambda _, x, n=name, on=on, off=off: f"{n} {on if x else off}.")
        for m in begins(moves.technology[:, place])[:1]:
            yield Event(m, f"{name} gives military technology, for the first time here.")
        for first, _ in spells(moves.intervention[:, place]):
            yield Event(first, f"{name} readies forces to step in.")


def sanctions(c: Chronicle) -> Iterator[Event]:
    """Votes in the council, and the panel that watches."""
    s, veto = c.world.sanctions, c.actions.patrons.veto
    for m in range(1, c.count):
        if s.tabled[m - 1]:
            against = [name for place, name in enumerate(c.patrons) if veto[m, place]]
            end = f"is vetoed by {joined(against)}" if against else "passes"
            yield Event(m, f"A resolution to tighten sanctions {end}.")
    for m in changes(s.panel):
        yield Event(
            m, f"The panel that watches sanctions {'is set up again' if s.panel[m] else 'ends'}."
        )


def economy(c: Chronicle) -> Iterator[Event]:
    """Harvests and thefts that stand out."""
    e = c.world.economy
    for m in changes(e.harvest):
        if not POOR <= e.harvest[m] <= RICH:
            side = "below" if e.harvest[m] < 1 else "above"
            yield Event(
                m, f"The harvest is {abs(100 * (e.harvest[m] - 1)):.0f} % {side} the usual."
            )
    largest = np.maximum.accumulate(e.cyber)
    for m in range(1, c.count):
        if e.cyber[m] > largest[m - 1] and e.cyber[m] > e.licit[m] + e.arms[m]:
            text = f"{c.them} steals USD {e.cyber[m]:.0f} m through networks, its largest haul here"
            yield Event(m, f"{text}.")


def hunger(c: Chronicle) -> Iterator[Event]:
    """Hunger that kills, and flight."""
    h = c.world.humanitarian
    for first, last in spells(h.excess > 0):
        dead = people(float(np.sum(h.excess[first : last + 1])))
        yield Event(
            first, f"People begin to die of want: {dead} in {counted(last + 1 - first, 'month')}."
        )
    for first, last in spells(h.refugees > 0):
        fled = people(float(np.sum(h.refugees[first : last + 1])))
        yield Event(first, f"{fled} people are driven out in {counted(last + 1 - first, 'month')}.")


def society(c: Chronicle) -> Iterator[Event]:
    """Open dissent, and how loyalty moves in hiding while others believe otherwise."""
    dissent = np.mean(c.world.loyalty.dissent, axis=1)
    for (_, old), (m, band) in pairwise(levels(dissent, (0.05, 0.2), 0.01)):
        share = f"{100 * dissent[m]:.0f} % of citizens"
        yield Event(m, f"Open dissent {'spreads to' if band > old else 'ebbs to'} {share}.")
    elite, believed = c.world.loyalty.elite, c.world.beliefs.loyalty
    said = ("hardly holds", "wavers", "holds")
    for m, band in levels(elite, (0.3, 0.6), 0.03)[1:]:
        text = (
            f"The elite’s loyalty {said[band]} ({elite[m]:.2f}); {c.us} believes {believed[m]:.2f}."
        )
        yield Event(m, text, "hidden")
