"""What moves: each record starts as its world does, and is changed by its own step alone."""

from collections.abc import Mapping, Sequence
from math import exp, expm1, log, log1p
from types import SimpleNamespace
from typing import Any

from benchmarks.subset.plain.draws import Draws, chance_of, count
from benchmarks.subset.plain.policies import Challenger, Guarantor, Patron, World, backing


def toward(value: float, target: float, speed: float, noise: float) -> float:
    """Move toward a target given in logs."""
    now = log(max(value, 0.01))
    return exp(min(max(now + speed * (target - now) + noise, -12.0), 12.0))


class Arsenal(SimpleNamespace):
    """Material, warheads, readiness."""

    plutonium: float
    heu: float
    declared: float
    covert: float

    def __init__(self, w: World):
        super().__init__(**vars(w["state.arsenal"]))
        p = self.p = w["arsenal"]
        self.readiness = list(self.readiness)
        self.usual = -0.5 * p.variability**2 - log(12)
        self.exchanged = p.exchange * w["state.alignment"].exchange / 12

    def step(self, z: Draws, testing: "Testing") -> None:
        p = self.p
        output = exp(self.usual + p.variability * z[0])
        capacity = self.declared + self.covert
        room = max(1 - capacity / p.ceiling, 0.0)
        gained = (p.linear + p.growth * capacity) * room / 12
        self.plutonium += self.reactor * output
        self.heu += capacity * output
        could = self.plutonium / p.pu_per_warhead + self.heu / p.heu_per_warhead
        self.warheads += min(max(could - self.warheads, 0.0), p.assembly / 12)
        self.declared += gained * (1 - p.covert_share)
        self.covert += gained * p.covert_share
        kept, readiness = 1 - p.fading / 12, self.readiness
        for c, launched in enumerate(testing.launches):
            gain, r = self.exchanged, readiness[c]
            if launched:
                gain -= expm1(-p.learning[c] * launched)
            readiness[c] = min(max(kept * r + (1 - r) * gain, 0.0), 1.0)
        self.confidence += (1 - self.confidence) * p.design * testing.nuclear_tests
        self.exported = 0.0


class Testing(SimpleNamespace):
    """Launches by class, nuclear tests, and how long each has been quiet."""

    def __init__(self, w: World, shared: Mapping[str, Any]):
        super().__init__(**vars(w["state.testing"]))
        p, d = w["testing"], w["state.diplomacy"]
        self.p, self.exercises = p, shared["exercises"]
        usual = (
            0.5 * p.need
            + p.talks * d.channel / 3
            + p.affront * d.affront
            + p.backing * (backing(w) - 0.5)
        )
        self.base, self.pace = [base * exp(usual) for base in p.base], sum(p.base)

    def draw(
        self, u: Draws, month: int, ours: Guarantor, theirs: Challenger, arsenal: Arsenal
    ) -> list[int]:
        p = self.p
        index = p.push * (theirs.posture - 1) + p.dependence * log1p(self.momentum / self.pace)
        if ours.posture and month % 12 + 1 in self.exercises:
            index += p.exercise
        launches = []
        for c, r in enumerate(arsenal.readiness):
            mean = min(max(self.base[c] * exp(index - p.need * r), 1e-6), 20.0)
            launches.append(count(u[10 + c], mean, p.dispersion))
        return launches

    def step(self, launches: list[int], nuclear_test: bool) -> None:
        self.launches, self.nuclear_tests = launches, int(nuclear_test)
        self.quiet = [0.0 if n else q + 1 for n, q in zip(launches, self.quiet, strict=True)]
        self.quiet_nuclear = 0.0 if nuclear_test else self.quiet_nuclear + 1
        self.momentum += self.p.fading * (sum(launches) - self.momentum)


class Economy(SimpleNamespace):
    """Trade, earnings, food, output."""

    def __init__(self, w: World, shared: Mapping[str, Any]):
        super().__init__(**vars(w["state.economy"]))
        p = self.p = w["economy"]
        self.trade = list(self.trade)
        self.usual = [
            log(usual) + p.support * (support - 0.5)
            for usual, support in zip(p.usual, w["state.alignment"].support, strict=True)
        ]
        self.usual_exports = log(p.usual_exports)
        self.healthy = 1 - chance_of(-expm1(-p.epidemic / 12))
        self.grows = 1 - chance_of(p.failure)
        self.relief = w["state.diplomacy"].relief_paid
        self.reaped_in, self.closed_in = shared["harvest"], shared["closure"]
        self.short_in = shared["food_shock"]

    def step(
        self,
        u: Draws,
        z: Draws,
        month: int,
        theirs: Challenger,
        arsenal: Arsenal,
        sanctions: "Sanctions",
    ) -> None:
        p, abroad = self.p, max(sum(self.trade), 0.01)
        self._move_border(u, month, theirs)
        self._earn(z, theirs, arsenal, sanctions)
        self._eat(u, z, month, abroad)
        earned = max(self.licit + self.arms + self.relief, 0.01)
        level = (
            p.growth * (month - p.reference) / 12
            + p.earning * log(earned / p.usual_earnings)
            + p.farming * log(self.harvest)
        )
        output = 100 * toward(self.output / 100, level, p.adjustment, p.output_noise * z[5])
        self.output = min(max(output, 5.0), 500.0)
        self.hubs += p.hub_speed * (p.hub_base + p.hub_shift * sanctions.effective - self.hubs)
        self.harvest = min(max(self.harvest, 0.2), 3.0)
        self.food = min(max(self.food, 20.0), 400.0)
        self.price = min(max(self.price, 0.05), 50.0)

    def _move_border(self, u: Draws, month: int, theirs: Challenger) -> None:
        p = self.p
        self.epidemic = max(self.epidemic - 1, 0.0)
        if u[15] > self.healthy or month == self.closed_in:
            self.epidemic = max(self.epidemic, p.epidemic_length)
        moved = self.border + p.border_speed * (theirs.border / 2 - self.border)
        self.border = 0.0 if self.epidemic > 0 else moved
        self.passes = p.leak + (1 - p.leak) * self.border

    def _earn(self, z: Draws, theirs: Challenger, arsenal: Arsenal, sanctions: "Sanctions") -> None:
        p, common, exported = self.p, log(self.passes), 0.0
        for i, enforced in enumerate(sanctions.patrons):
            forbidden = sanctions.multilateral * enforced
            target = self.usual[i] + common - p.bite * forbidden
            noise = p.trade_noise * z[1 + i]
            self.trade[i] = trade = toward(self.trade[i], target, p.trade_speed, noise)
            exported += trade * exp(-p.skew * forbidden * (1 - sanctions.adaptation))
        target = self.usual_exports + common - p.exports_bite * sanctions.effective
        self.exports = toward(self.exports, target, p.trade_speed, p.trade_noise * z[3])
        self.licit = p.margin * (p.export_share * exported + self.exports)
        self.cyber = p.haul * exp(p.haul_spread * z[4]) if theirs.steals else 0.0
        self.arms = arsenal.exported
        taken = self.licit + self.cyber + self.arms + self.relief
        self.reserve = self.reserve * (1 - p.spent) + taken

    def _eat(self, u: Draws, z: Draws, month: int, abroad: float) -> None:
        p = self.p
        reaped = month % 12 + 1 == self.reaped_in
        if reaped:
            inputs = p.inputs * log(abroad / sum(p.usual))
            self.harvest = exp(inputs + p.harvest_spread * z[6])
        if (reaped and u[16] > self.grows) or month == self.short_in:
            self.harvest *= 1 - p.loss
        bought = p.imported * self.passes * self.reserve / (self.reserve + p.comfort)
        self.food += p.stocks * (p.grown * self.harvest + bought - self.food)
        dear = p.scarcity * log(p.need / self.food) + p.closure * (1 - self.border)
        self.price = toward(self.price, dear, p.price_speed, p.price_noise * z[7])


class Sanctions(SimpleNamespace):
    """What is forbidden, who carries it out, and what of it bites."""

    allies: Any

    def __init__(self, w: World):
        super().__init__(**vars(w["state.sanctions"]))
        p = self.p = w["sanctions"]
        self.allies, self.patrons = sum(self.allies) / 2, list(self.patrons)
        self.tabled, self.panel = self.tabled > 0.5, self.panel > 0.5
        self.mandated = 1 - chance_of(-expm1(-p.panel_end * backing(w) / 12))
        self.not_renewed = 1 - chance_of(p.panel_new)
        self.weights = sum(p.patron_weight) + p.ally_weight

    def step(
        self,
        u: Draws,
        ours: Guarantor,
        theirs: Challenger,
        patrons: Sequence[Patron],
        testing: Testing,
    ) -> None:
        p, pressure = self.p, ours.pressure
        passed = self.tabled and pressure != 0 and not any(patron.vetoes for patron in patrons)
        if passed:
            self.multilateral += p.resolution * (1 - self.multilateral)
        if pressure == 2:
            self.unilateral += p.measures * (1 - self.unilateral)
        elif pressure == 0:
            self.unilateral *= 1 - p.waivers
        self.allies *= 1 - p.ally_speed
        for patron in patrons:
            i = patron.i
            self.patrons[i] += p.patron_speed * (patron.enforcement / 2 - self.patrons[i])
        renewed = passed and u[19] > self.not_renewed
        self.panel = (self.panel and u[18] <= self.mandated) or renewed
        cause = p.draft_nuclear if theirs.nuclear_test else 0.0
        if testing.launches[2] or testing.launches[4]:
            cause += p.draft_long
        drafted = chance_of(-expm1(-cause * exp(p.draft_push * (pressure - 1))))
        self.tabled = u[17] > 1 - drafted
        self._bite()

    def _bite(self) -> None:
        p, (first, second) = self.p, self.patrons
        enforced = p.patron_weight[0] * first + p.patron_weight[1] * second
        reach = (enforced + p.ally_weight * self.allies) / self.weights
        reach += p.secondary * self.unilateral * (1 - reach)
        if self.panel:
            reach += p.watch * (1 - reach)
        forbidden = self.multilateral + p.own * self.unilateral * (1 - self.multilateral)
        raw = forbidden * max(reach, 0.0)
        self.adaptation += p.learning * (p.evasion * raw - self.adaptation)
        self.effective = raw * (1 - self.adaptation)
