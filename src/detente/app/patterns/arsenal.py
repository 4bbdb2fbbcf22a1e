"""Patterns 6 and 10: published estimates of warheads against the hindcast of 2015, and how likely disarmament is.

The hindcast sets out from the state of December 2014, filtered through what was known by then, and lets the model go on
without a doctrine. An estimate is held against what its institute would publish: the model's warheads with the
institute's lasting bias and its errors (`detente.inference.measurement`). Both are calibrated, so that under the
posterior they are what was learned of them by then.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from jax import numpy as jnp

from detente.app import history
from detente.app.patterns.finding import Checks, Finding, apart, hangs, judged, leaning
from detente.app.patterns.korea import REPLICATES, SEED, WORLDS, Korea, Run, governed
from detente.domain.axes import INTENT
from detente.domain.calendar import month_number
from detente.history.tables import read
from detente.inference.measurement import SOURCE
from detente.inference.observed import WARHEADS, facts
from detente.scenarios.binding import DOCTRINES, names

CHECKS = Checks()

ORIGIN, BAND = "2014-12", 0.80
"""The last month that goes in, and the band in which estimates have to lie."""

DRAWS, PARTICLES = 64, 12
"""Draws of the calibrated numbers, and filtered futures of each."""


class Estimate(NamedTuple):
    """A published estimate: its source by `WARHEADS`, the year at whose end it holds, and how many."""

    source: str
    year: int
    warheads: float


class Hindcast(NamedTuple):
    """What estimates of each year would be, [future] by estimate, and each source's bias: [source, future]."""

    made: dict[Estimate, np.ndarray]
    warheads: dict[int, np.ndarray]


def estimates() -> list[Estimate]:
    """Estimates of the years from 2015 on, as first published; those for January count for the year before."""
    rows = read("warheads").sort_values("known_from", kind="stable")
    rows = rows.drop_duplicates(["publisher", "year"])
    found = []
    for row in rows.to_dict("records"):
        year = int(row["year"])
        for source, (publisher, since, until) in WARHEADS.items():
            if row["publisher"] == publisher and since <= year <= until and year > 2014:
                of = year - 1 if "January" in row["note"] else year
                found.append(Estimate(source, of, float(row["value"])))
    return found


@cache
def _forecaster() -> history.Forecaster:
    return history.forecaster(PARTICLES)


def hindcast(korea: Korea) -> Hindcast:
    """Warheads year by year from the filtered state of the origin, and the estimates that would be made of them."""
    drawn = korea.scores(ORIGIN)
    return korea.once("hindcast", lambda: _hindcast(drawn))


def _hindcast(drawn: np.ndarray | None) -> Hindcast:
    maker, known = _forecaster(), facts(ORIGIN)
    size = maker.filter.dials.size
    rng = np.random.default_rng(SEED)
    scores = (
        rng.normal(size=(DRAWS, size)) if drawn is None else drawn[np.arange(DRAWS) % len(drawn)]
    )
    scores = scores.astype(np.float32)
    station, record = maker.station(scores, known, ORIGIN), maker.record(known)
    cloud, warheads = maker.filter.settled(station.cloud), {}
    wanted = estimates()
    for year in range(2015, max(e.year for e in wanted) + 1):
        cloud, _ = maker.filter.tell(cloud, station.bound, record, month_number(f"{year}-12"))
        warheads[year] = np.asarray(cloud.state.world.arsenal.warheads)
    _, p = maker.filter.dials.table.split(maker.filter.dials.values(jnp.asarray(scores.T)))
    bias, error = (np.tile(np.asarray(x), PARTICLES) for x in (p.warhead_bias, p.warhead_error))
    made = {
        e: np.expm1(
            np.log1p(warheads[e.year])
            + bias[SOURCE.labels.index(e.source)]
            + error * rng.normal(size=error.shape)
        )
        for e in wanted
    }
    return Hindcast(made, warheads)


@CHECKS
def p6_estimates_in_the_band(korea: Korea) -> Finding:
    """Published estimates of warheads for 2015 on inside the 80 % band of the hindcast from 2014, bias and error in."""
    found = hindcast(korea)
    tail = (1 - BAND) / 2
    inside, places = [], []
    for estimate, made in found.made.items():
        low, high = np.quantile(made, (tail, 1 - tail))
        inside.append(low <= estimate.warheads <= high)
        places.append(
            float(np.mean(made < estimate.warheads) + np.mean(made == estimate.warheads) / 2)
        )
    outside = [f"{e.source} {e.year}" for e, ok in zip(found.made, inside, strict=True) if not ok]
    se = float(np.sqrt(BAND * (1 - BAND) / len(SOURCE.labels)))  # a source's estimates are one
    text = f"{np.sum(inside)} of {len(inside)} inside; ranks {min(places):.2f} to {max(places):.2f}"
    why = f"outside: {', '.join(outside)}" if outside else ""
    share = float(np.mean(inside))
    return Finding(
        f"{BAND:.0%} inside", text, judged(share >= BAND), apart(share - BAND, se), "se", why
    )


@CHECKS
def p6_bias_of_sources(korea: Korea) -> Finding:
    """How far each source lies from modelled warheads over its years, in logs, and in sd of bias, error and state."""
    found = hindcast(korea)
    gaps: dict[str, list[tuple[float, float]]] = {}
    for e, made in found.made.items():
        gap = float(np.log1p(e.warheads) - np.median(np.log1p(found.warheads[e.year])))
        gaps.setdefault(e.source, []).append((gap, gap / float(np.log1p(made).std())))
    means = {source: np.mean(pairs, 0) for source, pairs in gaps.items()}
    worst = max((float(scaled) for _, scaled in means.values()), key=abs)
    text = ", ".join(
        f"{name} {gap:+.2f} ({scaled:+.1f} sd)" for name, (gap, scaled) in means.items()
    )
    return Finding("within 2 sd", text, judged(abs(worst) < 2), worst, "sd")


# --- 10: how likely disarmament is ------------------------------------------------------------------------------------

FEW = 1.0
"""Warheads under which nothing is left."""


@CHECKS
def d10_disarmament(korea: Korea) -> Finding:
    """No warhead left after eight years, while a state acts, by doctrine: neither ruled out nor assumed."""
    return _room(korea, lambda run: run.months.warheads[-1] < FEW)


@CHECKS
def d10_fewer_warheads(korea: Korea) -> Finding:
    """Fewer warheads after eight years than at the start, while a state acts, by doctrine: neither of the two."""
    return _room(korea, lambda run: run.months.warheads[-1] < run.months.warheads[0])


def _room(korea: Korea, so: Callable[[Run], np.ndarray]) -> Finding:
    """Whether the doctrine under which something is likeliest leaves it open."""
    shares = {}
    for doctrine in names(DOCTRINES):
        run = korea.run("korea-2025", doctrine)
        shares[doctrine] = float(np.mean(so(run) & governed(run)))
    best, low = max(shares, key=lambda name: shares[name]), min(shares.values())
    top, futures = shares[best], WORLDS * REPLICATES
    se = float(np.sqrt(max(top * (1 - top), 1 / futures) / futures))
    text = f"{low:.1%} to {top:.1%}{f' ({best})' if top else ''}, {len(shares)} doctrines"
    why = "" if top else f"in none of {len(shares) * futures:,} futures: ruled out"
    return Finding(
        "neither nil nor even odds", text, judged(0 < top < 0.5), apart(top, se), "se", why
    )


@CHECKS
def d10_what_it_hangs_on(korea: Korea) -> Finding:
    """Warheads after eight years of an exchange of everything, over those at the start: numbers that stand out."""
    run = korea.run("korea-2025", "comprehensive-exchange")
    ratio = run.months.warheads[-1] / np.maximum(run.months.warheads[0], 1)
    by_world = ratio.reshape(-1, REPLICATES).mean(1)
    lean = leaning(*run.wanted, by_world, most=3)
    intent = run.months.true[0]
    medians = (
        f"{label} {np.median(ratio[intent == i]):.2f}" for i, label in enumerate(INTENT.labels)
    )
    text = f"times the start: {', '.join(medians)}; {hangs(lean)}"
    by = abs(lean[0].rho) * float(np.sqrt(WORLDS - 1)) if lean else 0.0
    return Finding("something stands out", text, judged(lean), by, "se")
