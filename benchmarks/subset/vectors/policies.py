"""Who acts. What holds for a whole future is computed once, before its first month."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.subset.vectors.tools import Array, F, Room, Worlds, habitual, happens, three


def backing(w: Worlds) -> Array:
    """Support by any of the patrons."""
    first, second = w["state.alignment"].support
    return 1 - (1 - first) * (1 - second)


class Guarantor:
    """Pressure and posture by the doctrine's rule: which of its thresholds each future has passed."""

    def __init__(self, w: Worlds, shared: Mapping[str, Any], room: Room):
        s, p = shared["settings"], w["guarantor"]
        talking = w["state.diplomacy"].channel >= 2
        high = p.tilt_risk * (w["state.offices.guarantor"].risk_acceptance - F(0.5))

        def lean(rule: Array | int, tilt: Array | float) -> tuple[Array, Array]:
            first, second, third = (
                np.exp(-p.adherence * np.abs(i - rule) + tilt * (i == 2)) for i in range(3)
            )
            total = first + second + third
            return (first / total).astype(F), ((first + second) / total).astype(F)

        def usual(name: str) -> Array:
            return np.where(talking, s[f"{name}_talking"], s[f"{name}_rest"])

        self.room = room
        self.recent = np.where(talking, F(0), F(s["recent"]))
        self.pressures = lean(usual("pressure"), 0), lean(s["pressure_tested"], 0)
        self.postures = lean(usual("posture"), high)[0], lean(s["posture_tested"], high)[0]
        self.pressure = np.empty(len(talking), F)
        self.eases, self.tightens, self.up, self._tested = np.empty((4, len(talking)), bool)

    def act(self, u: Array, testing: Any) -> None:
        """Set pressure, as −1, 0 or 1, and whether the posture is up, so that exercises are held."""
        a, b, tested = self.room.a, self.room.b, self._tested
        np.minimum(testing.quiet[2], testing.quiet[4], out=a)
        np.minimum(a, testing.quiet_nuclear, out=a)
        np.less(a, self.recent, out=tested)

        def threshold(at_rest: Array, after: Array) -> Array:
            np.copyto(b, at_rest)
            np.copyto(b, after, where=tested)
            return b

        (ease, hold), (ease_tested, hold_tested) = self.pressures
        np.greater_equal(threshold(ease, ease_tested), u[0], out=self.eases)
        np.less(threshold(hold, hold_tested), u[0], out=self.tightens)
        np.subtract(self.tightens, self.eases, out=self.pressure, dtype=F)
        np.less(threshold(*self.postures), u[1], out=self.up)


class Challenger:
    """Push behind launches, nuclear tests, theft, and the opening of the border."""

    def __init__(self, w: Worlds, shared: Mapping[str, Any], room: Room):
        p = self.p = w["challenger"]
        d = w["state.diplomacy"]
        talks, backed = d.channel / F(3), backing(w) - F(0.5)
        self.room = room
        self.index = (
            p.push
            + F(0.5) * p.push_need
            + p.push_talks * talks
            + p.push_affront * d.affront
            + p.push_backing * backed
            + p.push_face * d.humiliation
            + p.push_revision * np.tanh(p.precision * w["state.offices.challenger"].revision)
        )
        self.need, self.steady = p.push_need / F(5), np.exp(p.push_steady)
        self.odds = (
            p.nuclear
            + p.nuclear_need
            + p.nuclear_talks * talks
            + p.nuclear_backing * backed
            + p.nuclear_face * d.humiliation
        )
        self.scant = p.theft_need * p.scale
        self.opening = (
            p.opening + p.opening_media * w["state.information"].media[0] - p.opening_food
        )
        self.scarce, self.habit = p.opening_food * p.usual_food, -p.opening_habit
        self.inauguration, self.term = shared["inauguration"], shared["term"]
        self.push, self.border = np.empty((2, len(talks)), F)
        self.tests, self.steals = np.empty((2, len(talks)), bool)

    def act(self, u: Array, month: int, arsenal: Any, economy: Any) -> None:
        """Set the push and the border, as 0, 1 or 2, and whether it tests and steals."""
        p, a, weights = self.p, self.room.a, self.room.weights[:, 0]
        np.add.reduce(arsenal.readiness, axis=0, out=a)
        a *= self.need
        np.subtract(self.index, a, out=a)
        if 0 < (self.inauguration - month) % self.term <= 12:
            a += p.push_waiting
        np.exp(a, out=weights[2])
        np.divide(F(1), weights[2], out=weights[0])
        weights[1] = self.steady
        three(u[2], weights, self.push)

        np.multiply(p.nuclear_need, arsenal.confidence, out=a)
        np.subtract(self.odds, a, out=a)
        happens(u[3], a, self.tests)

        np.add(economy.revenue, p.scale, out=a)
        np.divide(self.scant, a, out=a)
        a += p.theft
        happens(u[4], a, self.steals)

        np.divide(self.scarce, economy.food, out=a)
        a += self.opening
        habitual(u[5], a, self.habit, economy.border, weights, self.border)


class Patrons:
    """How far both patrons enforce, and whether a draft passes."""

    def __init__(self, w: Worlds, room: Room):
        p = self.p = w["patrons"]
        profile, a = w["state.offices.patrons"], w["state.alignment"]
        rivalry = profile.rivalry - F(0.5)
        self.room = room
        self.enforce = (
            p.enforce
            - p.enforce_commerce * (profile.commerce - F(0.5))
            - p.enforce_rivalry * rivalry
            + p.enforce_talks * w["state.diplomacy"].channel / F(3)
            - p.enforce_war * a.war
            - F(0.5) * p.enforce_others
        )
        self.acted, self.habit = p.enforce_stability * profile.stability, -p.enforce_habit
        self.reluctant = (
            p.veto
            + p.veto_rivalry * rivalry
            + p.veto_support * (a.support - F(0.5))
            + p.veto_war * a.war
            + p.veto_bloc * (a.bloc - F(0.5))
        )
        self.enforcement = np.empty_like(self.enforce)
        self._tested, self.passed = np.empty((2, self.enforce.shape[1]), bool)

    def act(
        self, u: Array, ours: Guarantor, theirs: Challenger, testing: Any, sanctions: Any
    ) -> None:
        """Set enforcement, as 0, 1 or 2, and whether what was tabled passes: votes are rare, and gathered."""
        p, a, index, b = self.p, self.room.a, self.room.pair, self.room.pair2
        tested = np.logical_or(theirs.tests, testing.nuclear_tests, out=self._tested)
        np.multiply(p.enforce_pressure, ours.pressure, out=a)
        np.multiply(p.enforce_others, sanctions.patrons[::-1], out=index)
        index += self.enforce
        index += a
        np.multiply(self.acted, tested, out=b)
        index += b
        weights = self.room.weights
        habitual(u[6:8], index, self.habit, sanctions.patrons, weights, self.enforcement)
        self.passed[:] = False
        voted = np.flatnonzero(sanctions.tabled)
        if voted.size:
            odds = self.reluctant[:, voted] - p.veto_tested[voted] * tested[voted]
            vetoed = (u[8:10, voted] * (1 + np.exp(odds)) > 1).any(0)
            self.passed[voted] = ~vetoed & ~ours.eases[voted]
