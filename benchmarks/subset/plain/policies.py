"""Who acts. What holds for a whole future is computed once, when an actor is made."""

from collections.abc import Mapping
from math import exp, tanh
from types import SimpleNamespace
from typing import Any

from benchmarks.subset.plain.draws import Draws, choice, habitual, happens

World = Mapping[str, SimpleNamespace]
"""The numbers of one world by section, those along an axis as lists."""


def backing(w: World) -> float:
    """Support by any of the patrons."""
    first, second = w["state.alignment"].support
    return 1 - (1 - first) * (1 - second)


class Guarantor:
    """Pressure and posture by the doctrine's rule, as the office-holder carries it out."""

    pressure: int
    posture: int

    def __init__(self, w: World, shared: Mapping[str, Any]):
        s, p = shared["settings"], w["guarantor"]
        risky = p.tilt_risk * (w["state.offices.guarantor"].risk_acceptance - 0.5)
        talking = w["state.diplomacy"].channel >= 2
        usual = "talking" if talking else "rest"
        self.recent = 0.0 if talking else s["recent"]

        def lean(rule: int, high: float = 0.0) -> list[float]:
            return [exp(-p.adherence * abs(i - rule) + high * (i == 2)) for i in range(3)]

        self.pressures = lean(s[f"pressure_{usual}"]), lean(s["pressure_tested"])
        self.postures = lean(s[f"posture_{usual}"], risky), lean(s["posture_tested"], risky)

    def act(self, u: Draws, testing: Any) -> None:
        tested = min(testing.quiet[2], testing.quiet[4], testing.quiet_nuclear) < self.recent
        self.pressure = choice(u[0], self.pressures[tested])
        self.posture = choice(u[1], self.postures[tested])


class Challenger:
    """Push behind launches, nuclear tests, theft, and the opening of the border."""

    posture: int
    nuclear_test: bool
    steals: bool
    border: int

    def __init__(self, w: World, shared: Mapping[str, Any]):
        self.p, d = w["challenger"], w["state.diplomacy"]
        p, talks, backed = self.p, d.channel / 3, backing(w) - 0.5
        self.push = (
            p.push
            + 0.5 * p.push_need
            + p.push_talks * talks
            + p.push_affront * d.affront
            + p.push_backing * backed
            + p.push_face * d.humiliation
            + p.push_revision * tanh(p.precision * w["state.offices.challenger"].revision)
        )
        self.need, self.steady = p.push_need / 5, exp(p.push_steady)
        self.nuclear = (
            p.nuclear
            + p.nuclear_talks * talks
            + p.nuclear_backing * backed
            + p.nuclear_face * d.humiliation
        )
        self.opening = p.opening + p.opening_media * w["state.information"].media[0]
        self.inauguration, self.term = shared["inauguration"], shared["term"]

    def act(self, u: Draws, month: int, arsenal: Any, economy: Any) -> None:
        p = self.p
        index = self.push - self.need * sum(arsenal.readiness)
        if 0 < (self.inauguration - month) % self.term <= 12:
            index += p.push_waiting
        self.posture = choice(u[2], (exp(-index), self.steady, exp(index)))
        self.nuclear_test = happens(u[3], self.nuclear + p.nuclear_need * (1 - arsenal.confidence))
        scant = p.scale / (p.scale + economy.licit + economy.cyber + economy.arms)
        self.steals = happens(u[4], p.theft + p.theft_need * scant)
        index = self.opening + p.opening_food * (p.usual_food / economy.food - 1)
        self.border = habitual(u[5], index, p.opening_habit, economy.border)


class Patron:
    """How far one patron enforces, and whether it vetoes a draft."""

    enforcement: int
    vetoes: bool

    def __init__(self, w: World, i: int):
        self.i, self.p = i, w["patrons"]
        p, profile, a = self.p, w["state.offices.patrons"], w["state.alignment"]
        rivalry = profile.rivalry[i] - 0.5
        self.enforce = (
            p.enforce
            - p.enforce_commerce * (profile.commerce[i] - 0.5)
            - p.enforce_rivalry * rivalry
            + p.enforce_talks * w["state.diplomacy"].channel / 3
            - p.enforce_war * a.war[i]
            - 0.5 * p.enforce_others
        )
        self.acted = p.enforce_stability * profile.stability[i]
        self.reluctant = (
            p.veto
            + p.veto_rivalry * rivalry
            + p.veto_support * (a.support[i] - 0.5)
            + p.veto_war * a.war[i]
            + p.veto_bloc * (a.bloc - 0.5)
        )

    def act(self, u: Draws, pressure: int, tested: bool, sanctions: Any) -> None:
        p, i = self.p, self.i
        index = self.enforce + p.enforce_pressure * (pressure - 1)
        index += p.enforce_others * sanctions.patrons[1 - i] + self.acted * tested
        self.enforcement = habitual(u[6 + i], index, p.enforce_habit, sanctions.patrons[i])
        odds = self.reluctant - p.veto_tested * tested
        self.vetoes = sanctions.tabled and happens(u[8 + i], odds)
