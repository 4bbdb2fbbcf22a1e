"""What moves: each record starts as its worlds do, and is changed in place by its own step alone."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.subset.vectors.policies import Challenger, Guarantor, Patrons, backing
from benchmarks.subset.vectors.tools import Array, F, Room, Worlds, chance_of, counts


class Arsenal(SimpleNamespace):
    """Material, warheads, readiness."""

    plutonium: Array
    heu: Array
    declared: Array
    covert: Array

    def __init__(self, w: Worlds, room: Room):
        super().__init__(**vars(w["state.arsenal"]))
        p = self.p = w["arsenal"]
        self.room = room
        self.usual = F(-0.5) * p.variability**2 - F(np.log(12))
        self.linear, self.growth, self.assembly = (
            p.linear / F(12),
            p.growth / F(12),
            p.assembly / F(12),
        )
        self.crowding = F(-1) / p.ceiling
        self.per_pu, self.per_heu = F(1) / p.pu_per_warhead, F(1) / p.heu_per_warhead
        self.shown, self.unlearned = F(1) - p.covert_share, -p.learning
        self.gain = F(1) + p.exchange * w["state.alignment"].exchange / F(12)
        self.kept = F(1) - p.fading / F(12)

    def step(self, z: Array, testing: "Testing") -> None:
        """Produce, assemble, learn from last month's launches."""
        self._produce(z)
        taught, lacking, a = self.room.five, self.room.five2, self.room.a
        np.multiply(self.unlearned, testing.launches, out=taught)
        np.exp(taught, out=taught)
        np.subtract(self.gain, taught, out=taught)
        np.subtract(F(1), self.readiness, out=lacking)
        lacking *= taught
        self.readiness *= self.kept
        self.readiness += lacking
        np.minimum(self.readiness, F(1), out=self.readiness)
        np.subtract(F(1), self.confidence, out=a)
        a *= self.p.design
        a *= testing.nuclear_tests
        self.confidence += a
        self.exported.fill(0)

    def _produce(self, z: Array) -> None:
        a, b, c, d = self.room.a, self.room.b, self.room.c, self.room.d
        np.multiply(self.p.variability, z[0], out=a)
        a += self.usual
        np.exp(a, out=a)  # output
        np.add(self.declared, self.covert, out=b)
        np.multiply(self.reactor, a, out=c)
        self.plutonium += c
        a *= b
        self.heu += a
        np.multiply(self.crowding, b, out=c)
        c += F(1)
        np.maximum(c, F(0), out=c)
        b *= self.growth
        b += self.linear
        b *= c  # gained
        np.multiply(b, self.shown, out=c)
        self.declared += c
        b -= c
        self.covert += b
        np.multiply(self.plutonium, self.per_pu, out=a)
        np.multiply(self.heu, self.per_heu, out=d)
        a += d
        a -= self.warheads
        np.maximum(a, F(0), out=a)
        np.minimum(a, self.assembly, out=a)
        self.warheads += a


class Testing(SimpleNamespace):
    """Launches by class, nuclear tests, and how long each has been quiet."""

    nuclear_tests: Array

    def __init__(self, w: Worlds, shared: Mapping[str, Any], room: Room):
        super().__init__(**vars(w["state.testing"]))
        p, d = w["testing"], w["state.diplomacy"]
        self.p, self.room, self.exercises = p, room, shared["exercises"]
        self.nuclear_tests = self.nuclear_tests > 0
        self.base = p.base * np.exp(
            F(0.5) * p.need
            + p.talks * d.channel / F(3)
            + p.affront * d.affront
            + p.backing * (backing(w) - F(0.5))
            - p.push
        )
        self.readied, self.paced = -p.need, 1 / np.add.reduce(p.base, axis=0)
        self.total = np.empty_like(self.momentum)

    def draw(
        self, u: Array, month: int, ours: Guarantor, theirs: Challenger, arsenal: Arsenal
    ) -> Array:
        """Launches of the month, from readiness as it stands: [missile_class, future]."""
        p, a, b, mean = self.p, self.room.a, self.room.b, self.room.five
        np.multiply(p.push, theirs.push, out=a)
        np.multiply(self.momentum, self.paced, out=b)
        b += F(1)
        np.log(b, out=b)
        b *= p.dependence
        a += b
        if month % 12 + 1 in self.exercises:
            np.multiply(p.exercise, ours.up, out=b)
            a += b
        np.multiply(self.readied, arsenal.readiness, out=mean)
        mean += a
        np.exp(mean, out=mean)
        mean *= self.base
        np.clip(mean, F(1e-6), F(20), out=mean)
        return counts(u[10:15], mean, p.dispersion)

    def step(self, launches: Array, nuclear_tests: Array) -> None:
        """Record what flew."""
        self.launches = launches
        np.copyto(self.nuclear_tests, nuclear_tests)
        self.quiet += F(1)
        self.quiet *= launches == 0
        self.quiet_nuclear += F(1)
        self.quiet_nuclear *= ~nuclear_tests
        np.add.reduce(launches, axis=0, out=self.total)
        a = np.subtract(self.total, self.momentum, out=self.room.a)
        a *= self.p.fading
        self.momentum += a


class Economy(SimpleNamespace):
    """Trade, earnings, food, output. Logs of trade, exports, price and output are kept, so that none is taken twice."""

    licit: Array
    cyber: Array
    arms: Array
    harvest: Array
    epidemic: Array
    log_price: Array
    log_output: Array

    def __init__(self, w: Worlds, shared: Mapping[str, Any], room: Room):
        super().__init__(**vars(w["state.economy"]))
        p = self.p = w["economy"]
        self.room = room
        self.log_trade, self.log_exports = np.log(self.trade), np.log(self.exports)
        self.log_price, self.log_output = np.log(self.price), np.log(self.output / F(100))
        self.revenue = self.licit + self.cyber + self.arms
        self.usual = np.log(p.usual) + p.support * (w["state.alignment"].support - F(0.5))
        self.usual_exports, self.usual_trade = np.log(p.usual_exports), p.usual.sum(0)
        self.healthy = F(1) - chance_of(-np.expm1(-p.epidemic / F(12)))
        self.grows, self.after_loss = F(1) - chance_of(p.failure), F(1) - p.loss
        self.shut, self.kept = F(1) - p.leak, F(1) - p.spent
        self.stays = {n: F(1) - getattr(p, n) for n in ("trade_speed", "price_speed", "adjustment")}
        self.per_earnings = F(1) / p.usual_earnings
        self.relief = w["state.diplomacy"].relief_paid
        self.passes = np.empty_like(self.food)
        self.reaped_in, self.closed_in = shared["harvest"], shared["closure"]
        self.short_in = shared["food_shock"]

    def step(
        self,
        u: Array,
        z: Array,
        month: int,
        theirs: Challenger,
        arsenal: Arsenal,
        sanctions: "Sanctions",
    ) -> None:
        """Move everything, from sanctions and arsenal as they stand."""
        self._reap(u, z, month)
        self._move_border(u, month, theirs)
        self._trade(z, sanctions)
        self._earn(z, theirs, arsenal)
        self._eat(z)
        self._produce(z, month, sanctions)

    def _toward(
        self, now: Array, target: Array, speed: str, noise: Array, z: Array, spare: Array
    ) -> None:
        """Move logs toward a target; uses it up. No log here comes near the span of 12 that the model allows."""
        np.maximum(now, F(np.log(0.01)), out=now)
        now *= self.stays[speed]
        target *= getattr(self.p, speed)
        now += target
        np.multiply(noise, z, out=spare)
        now += spare

    def _reap(self, u: Array, z: Array, month: int) -> None:
        if month % 12 + 1 == self.reaped_in:
            inputs = np.log(np.maximum(self.trade[0] + self.trade[1], F(0.01)) / self.usual_trade)
            self.harvest = np.exp(self.p.inputs * inputs + self.p.harvest_spread * z[6])
            np.multiply(self.harvest, self.after_loss, out=self.harvest, where=u[16] > self.grows)
        if month == self.short_in:
            self.harvest *= self.after_loss

    def _move_border(self, u: Array, month: int, theirs: Challenger) -> None:
        self.epidemic -= F(1)
        np.maximum(self.epidemic, F(0), out=self.epidemic)
        broke = (u[15] > self.healthy) | (month == self.closed_in)
        if broke.any():
            np.maximum(self.epidemic, self.p.epidemic_length, out=self.epidemic, where=broke)
        a = np.multiply(F(0.5), theirs.border, out=self.room.a)
        a -= self.border
        a *= self.p.border_speed
        self.border += a
        self.border *= self.epidemic <= 0
        np.multiply(self.shut, self.border, out=self.passes)
        self.passes += self.p.leak

    def _trade(self, z: Array, sanctions: "Sanctions") -> None:
        p, room, a, common = self.p, self.room, self.room.a, self.room.c
        forbidden, kept = room.pair, room.pair2
        np.log(self.passes, out=common)
        np.multiply(sanctions.patrons, sanctions.multilateral, out=forbidden)
        np.multiply(forbidden, p.bite, out=kept)
        np.subtract(self.usual, kept, out=kept)
        kept += common
        self._toward(self.log_trade, kept, "trade_speed", p.trade_noise, z[1:3], room.pair3)
        np.exp(self.log_trade, out=self.trade)
        np.subtract(sanctions.adaptation, F(1), out=a)
        a *= p.skew
        np.multiply(forbidden, a, out=kept)
        np.exp(kept, out=kept)
        kept *= self.trade
        np.add(kept[0], kept[1], out=self.licit)
        self.licit *= p.export_share
        np.multiply(p.exports_bite, sanctions.effective, out=a)
        np.subtract(self.usual_exports, a, out=a)
        a += common
        self._toward(self.log_exports, a, "trade_speed", p.trade_noise, z[3], room.b)
        np.exp(self.log_exports, out=a)
        self.licit += a
        self.licit *= p.margin

    def _earn(self, z: Array, theirs: Challenger, arsenal: Arsenal) -> None:
        p = self.p
        np.multiply(p.haul_spread, z[4], out=self.cyber)
        np.exp(self.cyber, out=self.cyber)
        self.cyber *= p.haul
        self.cyber *= theirs.steals
        np.copyto(self.arms, arsenal.exported)
        np.add(self.licit, self.cyber, out=self.revenue)
        self.revenue += self.arms
        self.reserve *= self.kept
        self.reserve += self.revenue
        self.reserve += self.relief

    def _eat(self, z: Array) -> None:
        p, a, b = self.p, self.room.a, self.room.b
        np.add(self.reserve, p.comfort, out=a)
        np.divide(self.reserve, a, out=a)
        a *= self.passes
        a *= p.imported
        np.multiply(p.grown, self.harvest, out=b)
        a += b
        a -= self.food
        a *= p.stocks
        self.food += a
        np.divide(p.need, self.food, out=a)
        np.log(a, out=a)
        a *= p.scarcity
        np.subtract(F(1), self.border, out=b)
        b *= p.closure
        a += b
        self._toward(self.log_price, a, "price_speed", p.price_noise, z[7], b)
        np.clip(self.log_price, F(np.log(0.05)), F(np.log(50)), out=self.log_price)
        np.clip(self.food, F(20), F(400), out=self.food)

    def _produce(self, z: Array, month: int, sanctions: "Sanctions") -> None:
        p, a, b = self.p, self.room.a, self.room.b
        np.add(self.licit, self.arms, out=a)
        a += self.relief
        np.maximum(a, F(0.01), out=a)
        a *= self.per_earnings
        np.log(a, out=a)
        a *= p.earning
        np.subtract(F(month), p.reference, out=b)
        b *= p.growth
        b *= F(1 / 12)
        a += b
        np.log(self.harvest, out=b)
        b *= p.farming
        a += b
        self._toward(self.log_output, a, "adjustment", p.output_noise, z[5], b)
        np.clip(self.log_output, F(np.log(0.05)), F(np.log(5)), out=self.log_output)
        np.clip(self.harvest, F(0.2), F(3), out=self.harvest)
        np.multiply(p.hub_shift, sanctions.effective, out=a)
        a += p.hub_base
        a -= self.hubs
        a *= p.hub_speed
        self.hubs += a


class Sanctions(SimpleNamespace):
    """What is forbidden, who carries it out, and what of it bites."""

    tabled: Array
    panel: Array

    def __init__(self, w: Worlds, room: Room):
        super().__init__(**vars(w["state.sanctions"]))
        p = self.p = w["sanctions"]
        self.room = room
        self.allies = self.allies.mean(0)
        self.tabled, self.panel = self.tabled > 0.5, self.panel > 0.5
        weights = p.patron_weight.sum(0) + p.ally_weight
        self.patron_weight, self.ally_weight = p.patron_weight / weights, p.ally_weight / weights
        self.mandated = F(1) - chance_of(-np.expm1(-p.panel_end * backing(w) / F(12)))
        self.not_renewed = F(1) - chance_of(p.panel_new)
        self.relaxing, self.half_speed = F(1) - p.ally_speed, F(0.5) * p.patron_speed

    def step(
        self, u: Array, ours: Guarantor, theirs: Challenger, patrons: Patrons, testing: Testing
    ) -> None:
        """Vote, tighten or ease, carry out, watch and evade, after last month's launches."""
        p, a, pair = self.p, self.room.a, self.room.pair
        np.subtract(F(1), self.multilateral, out=a)
        a *= p.resolution
        a *= patrons.passed
        self.multilateral += a
        np.subtract(F(1), self.unilateral, out=a)
        a *= p.measures
        a *= ours.tightens
        self.unilateral += a
        np.multiply(p.waivers, ours.eases, out=a)
        np.subtract(F(1), a, out=a)
        self.unilateral *= a
        self.allies *= self.relaxing
        np.multiply(p.patron_speed, self.patrons, out=pair)
        self.patrons -= pair
        np.multiply(self.half_speed, patrons.enforcement, out=pair)
        self.patrons += pair
        self.panel &= u[18] <= self.mandated
        self.panel |= patrons.passed & (u[19] > self.not_renewed)
        self._table(u, ours, theirs, testing)
        self._bite()

    def _table(self, u: Array, ours: Guarantor, theirs: Challenger, testing: Testing) -> None:
        """Drafts have causes in few months: those futures are gathered."""
        p = self.p
        np.greater(u[17], F(1 - 1e-7), out=self.tabled)
        long = (testing.launches[2] > 0) | (testing.launches[4] > 0)
        at = np.flatnonzero(long | theirs.tests)
        if at.size:
            drafts = p.draft_nuclear[at] * theirs.tests[at] + p.draft_long[at] * long[at]
            drafts *= np.exp(p.draft_push[at] * ours.pressure[at])
            self.tabled[at] = u[17, at] > np.clip(np.exp(-drafts), F(1e-7), F(1 - 1e-7))

    def _bite(self) -> None:
        p, reach, b, c = self.p, self.room.a, self.room.b, self.room.c
        pair = np.multiply(self.patron_weight, self.patrons, out=self.room.pair)
        np.add(pair[0], pair[1], out=reach)
        np.multiply(self.ally_weight, self.allies, out=b)
        reach += b
        for share, level in ((p.secondary, self.unilateral), (p.watch, self.panel)):
            np.multiply(share, level, out=b)
            np.subtract(F(1), reach, out=c)
            b *= c
            reach += b
        np.maximum(reach, F(0), out=reach)
        np.subtract(F(1), self.multilateral, out=b)
        b *= p.own
        b *= self.unilateral
        b += self.multilateral
        reach *= b
        np.multiply(p.evasion, reach, out=b)
        b -= self.adaptation
        b *= p.learning
        self.adaptation += b
        np.subtract(F(1), self.adaptation, out=b)
        np.multiply(reach, b, out=self.effective)
