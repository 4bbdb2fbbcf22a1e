"""Golden runs: a few futures of harbour, month by month, as text.

A change of behaviour shows as a diff of `*.txt` in this folder. Where it is meant, write them anew and say in the
commit why they moved:

    DETENTE_REGENERATE=1 .venv/bin/python -m pytest tests/golden

Numbers carry three significant digits, so that the last bits of another instruction set don't show.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from detente.domain.axes import (
    MISSILE_CLASS,
    Answer,
    Channel,
    Conduct,
    Delivery,
    EndedBy,
    LaunchPosture,
    Posture,
    Pressure,
    Provocation,
    Regime,
    Rung,
    Stance,
    labels,
)
from detente.domain.calendar import month_text
from detente.engine.month import Month
from tests.conftest import SMALL, Harbour

HERE = Path(__file__).parent
FUTURES = (3, 333, 702)


def short(x) -> str:
    """Three significant digits, and no minus before a zero."""
    text = f"{float(x):.3g}"
    return "0" if text == "-0" else text


def level(kind, value) -> str:
    return labels(kind)[int(value)]


def line(months: Month, i: int) -> str:
    """One month: talks, the guarantor's move, the challenger's, what flew, what stands, what is thought."""
    world, ours, theirs = months.world, months.actions.guarantor, months.actions.challenger
    d, slots = world.diplomacy, world.diplomacy.slots
    offer = f"offers {short(ours.terms.relief[i])}" if ours.offer[i] else "-"
    answer = level(Answer, theirs.answer[i]) if ours.offer[i] else "-"
    flew = " ".join(str(n) for n in world.testing.launches[i])
    deals = "".join(
        "*" if force else level(EndedBy, by)[0] if signed else "."
        for force, by, signed in zip(
            slots.in_force[i], slots.ended_by[i], slots.signed[i], strict=True
        )
    )
    marks = "".join(
        sign
        for sign, flag in (
            ("!", d.alarm[i]),
            ("v", d.violated[i]),
            ("c", d.covert[i]),
            ("p", world.testing.pledged[i]),
            ("n", world.testing.nuclear_tests[i] > 0),
            ("L", world.offices.leader_new[i]),
        )
        if flag
    )
    cells = (
        month_text(int(world.month[i])),
        level(Channel, d.channel[i]),
        f"{level(Pressure, ours.pressure[i])}/{level(Posture, ours.posture[i])}",
        offer,
        answer,
        level(Delivery, ours.delivery[i]),
        f"{level(Conduct, theirs.conduct[i])}/{level(LaunchPosture, theirs.posture[i])}",
        flew,
        deals,
        marks or "-",
        f"holder {int(world.offices.holder[i])}",
        f"paid {short(d.relief_paid[i])}",
        f"warheads {short(world.arsenal.warheads[i])} seen {short(world.observation.warheads[i])}",
        "belief " + " ".join(short(b) for b in world.beliefs.intent[i]),
        around(months, i),
    )
    widths = (7, 7, 13, 11, 7, 8, 15, 9, 3, 4, 8, 9, 23, 31, 0)
    return " | ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)).rstrip()


def around(months: Month, i: int) -> str:
    """The same month around them: allies, patrons, crisis, leadership, society and cost."""
    world, moves = months.world, months.actions
    lines = "".join(level(Stance, stance)[0] for stance in moves.allies.stance[i])
    bought = "".join("b" if yes else "." for yes in moves.patrons.purchases[i])
    did = level(Provocation, moves.challenger.provocation[i])
    support = " ".join(short(s) for s in world.alignment.support[i])
    return (
        f"{level(Rung, world.crisis.rung[i])} after {did}, {level(Regime, world.transition.regime[i])}; "
        f"allies {lines}, track {level(Channel, world.diplomacy.track[i])}; patrons {bought} {support}; "
        f"bite {short(world.sanctions.effective[i])}, border {short(world.economy.border[i])}, "
        f"output {short(world.economy.output[i])}, food {short(world.economy.food[i])}; "
        f"elite {short(world.loyalty.elite[i])} held {short(world.beliefs.loyalty[i])}, "
        f"dissent {short(world.loyalty.dissent[i].mean())}, media {short(world.information.media[i, 0])}; "
        f"hungry {short(world.humanitarian.insecure[i])}, killed {short(world.crisis.deaths[i])}"
    )


def tell(harbour: Harbour, doctrine: str) -> str:
    told = [
        f"harbour under {doctrine}, seed {SMALL.seed}, {SMALL.worlds} worlds of {SMALL.replicates} replicates",
        "month | talks | pressure/posture | offer | answer | delivery | conduct/push | launches "
        f"({' '.join(MISSILE_CLASS.labels)}) | slots: * in force, c g s t ended by challenger, guarantor, successor, "
        "term | ! alarm, v violation, c covert, p pledge, n nuclear test, L new leader | ...",
    ]
    for k in FUTURES:
        months = harbour.future(doctrine, k)
        intent = int(months.world.offices.intent[0])
        told += ["", f"future {k}, region {intent}"]
        told += [line(months, i) for i in range(SMALL.months)]
    return "\n".join(told) + "\n"


@pytest.mark.parametrize("doctrine", ["settle", "idle"])
def test_golden_run(harbour: Harbour, doctrine: str):
    path, now = HERE / f"harbour-{doctrine}.txt", tell(harbour, doctrine)
    if os.environ.get("DETENTE_REGENERATE"):
        path.write_text(now, encoding="utf-8")
    kept = path.read_text(encoding="utf-8")
    wrong = [
        f"- {old}\n+ {new}"
        for old, new in zip(kept.splitlines(), now.splitlines(), strict=False)
        if old != new
    ]
    assert now == kept, (
        f"{len(wrong)} lines of {path.name} differ, first:\n{wrong[0] if wrong else 'its length'}\n"
        "if this is meant: DETENTE_REGENERATE=1 .venv/bin/python -m pytest tests/golden"
    )


def test_short_numbers():
    assert [short(x) for x in (0.0, -0.0, 1234.5, np.float32(0.1), -1e-9)] == [
        "0",
        "0",
        "1.23e+03",
        "0.1",
        "-1e-09",
    ]
