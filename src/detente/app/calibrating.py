"""Calibration as a use case: screen, sample, keep, say what history told and whether the sampling can be trusted."""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jax import tree
from jaxtyping import Float

from detente.app import history
from detente.app.catalog import layout
from detente.app.history import Said
from detente.domain.calendar import month_number, month_text
from detente.engine.version import digest, here
from detente.history.panel import checked
from detente.inference import chains
from detente.inference.chains import Chains, Diagnosis
from detente.inference.density import Posterior
from detente.inference.dials import Dials
from detente.inference.likelihood import Likelihood
from detente.inference.posteriors import (
    Dated,
    evenly,
    keep_chains,
    keep_dated,
    keep_standing,
    read_dated,
    read_standing,
    table,
    threshold,
)
from detente.inference.screening import chosen, mode
from detente.inference.sequential import Sampler, Standing

PARTICLES = 256
"""Draws that are kept of every posterior."""

DRAWS = 510
"""Draws that are kept of every long chain, unless more are asked for."""

LEFT = ("state.", "doctrine.")
"""Numbers that are not calibrated: how things stood at the start, and doctrines, which nobody sat by."""

ALWAYS = ("testing.", "measurement.")
"""Numbers that are always calibrated: the law of what is forecast, and how the state is measured."""

MOST = 60
"""Numbers that are calibrated."""

STANDING, STANDING_CHAINS = "pass.npz", "chains.npz"
"""The files that say where a pass stands, and long chains."""

SINCE = 2001
"""The first December as of which a posterior is kept on the way."""


def screen(out: Path, said: Said, *, steps: int = 30) -> list[str]:
    """Choose the numbers that history is better told with, and write them down: number, gain.

    Args:
        out: file to write.
        said: hears of progress.
        steps: of the search for a mode, at most.
    """
    known = history.table()
    kinds = zip(known.names, np.asarray(known.priors.family), strict=True)
    asked = [name for name, kind in kinds if kind > 0 and not name.startswith(LEFT)]
    told = history.told()
    posterior = Posterior(Likelihood(told, Dials.named(asked, known), lanes=history.LANES))
    said.begin("Searching for a mode", steps)
    found = mode(
        posterior,
        told.told_months,
        np.zeros(len(asked)),
        steps=steps,
        told=lambda _: said.step(1),
    )
    always = [i for i, name in enumerate(asked) if name.startswith(ALWAYS)]
    picked = [(asked[place], gain) for place, gain in chosen(found, always, MOST)]
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["number", "gain"])
        writer.writerows((name, f"{gain:.1f}") for name, gain in sorted(picked))
    body = [(name, f"{gain:.1f}" if gain else "in any case") for name, gain in picked]
    return [f"Written: {out}", "", *layout.table(body, ("number", "gain"))]


def dates(as_of: str) -> list[str]:
    """The Decembers from the first on, and the month itself.

    Raises:
        ValueError: if it is no month that the facts cover.
    """
    year = int(checked(as_of)[:4])
    return sorted({*(f"{y}-12" for y in range(SINCE, year)), as_of})


def every_year(out: Path, as_of: str, said: Said, *, types: bool = True) -> list[str]:
    """Pass through history once, and keep the posterior as of each December on the way.

    A pass that was interrupted goes on from the last of them, as if it had not been.

    Args:
        out: folder to write `dated.nc` in, and until the pass is over, where it stands.
        as_of: the last month.
        said: hears of progress.
        types: whether the model tells history, or its rival without types.
    """
    wanted, likelihood = dates(as_of), history.likelihood(types=types)
    kept, mark = out / "dated.nc", history.mark(types=types)
    way = _way(mark, likelihood, PARTICLES, wanted)
    places = [likelihood.history.upto(date) for date in wanted]
    since = read_standing(out / STANDING, Standing, way)
    done = places.index(since.upto) + 1 if since else 0
    if done and not (kept.exists() and {*wanted[:done]} <= {*read_dated(kept).dates}):
        since, done = None, 0  # what it had told before is gone
    said.begin("Passing through history", places[-1])
    said.step(since.upto if since else 0)
    sampler = Sampler(Posterior(likelihood), PARTICLES, seed=1)
    passing = sampler.posteriors(places[done:], since=since, told=lambda *_: said.step(1))
    rates, evidence = [], 0.0
    for date, found in zip(wanted[done:], passing, strict=True):
        keep_dated(
            kept, date, found.scores, likelihood.dials.names, evidence=found.evidence, mark=mark
        )
        if date != wanted[-1]:
            keep_standing(out / STANDING, sampler.standing(found), way)
        rates.append(found.moves.acceptance)
        evidence = found.evidence
    (out / STANDING).unlink(missing_ok=True)
    moved = (
        f"Log-evidence of history up to {as_of}: {evidence:,.1f}. At the dates told now, {min(rates):.2f} to "
        f"{max(rates):.2f} of moves were accepted."
    )
    return [f"Written: {kept}", "", *layout.paragraph(moved), "", *shown(read_dated(kept), as_of)]


def _way(mark: str, likelihood: Likelihood, *asked: object) -> str:
    """What has to be the same for a sampler to go on: the model, its priors, the facts, the code, what is asked."""
    facts = tree.leaves(likelihood.history.record)
    return digest((mark, here().source, *asked), *facts)


def one(out: Path, as_of: str, said: Said, *, draws: int = DRAWS) -> list[str]:
    """Sample the posterior as of a month by long chains; keep them, and draws of them for forecasts.

    Chains that lie there go on, as if they had not stopped.

    Args:
        out: folder to write `chains.nc` and `dated.nc` in, and where chains stand.
        as_of: the month.
        said: hears of progress.
        draws: that are kept of each, one every `chains.THIN` moves.
    """
    likelihood, mark = history.likelihood(), history.mark()
    dials, upto = likelihood.dials, likelihood.history.upto(checked(as_of))
    posterior, standing = Posterior(likelihood), out / STANDING_CHAINS
    way = _way(mark, likelihood, as_of)
    found = read_standing(standing, Chains, way)
    if found is None:
        found = _learned(posterior, as_of, upto, said)
        keep_standing(standing, found, way)
    said.begin("Moving chains", max(found.moves, chains.SETTLING + draws * chains.THIN))
    said.step(found.moves)
    for longer in chains.lengthened(posterior, upto, found, draws, told=lambda: said.step(1)):
        keep_standing(standing, found := longer, way)
    keep_chains(out / "chains.nc", found, dials)
    every = found.scores.swapaxes(0, 1).reshape(-1, dials.size)
    keep_dated(out / "dated.nc", as_of, evenly(every, PARTICLES), dials.names, mark=mark)
    return [
        f"Written: {out / 'chains.nc'} (ArviZ), {out / 'dated.nc'} (for forecasts)",
        "",
        *shown(read_dated(out / "dated.nc"), as_of),
        "",
        *diagnosed(found.scores, found.acceptance, dials),
        "",
        *compared(found.scores, dials, as_of),
    ]


def _learned(posterior: Posterior, as_of: str, upto: int, said: Said) -> Chains:
    """Chains that have learned, from around the last posterior that ships from before a month, or around modes."""
    rng, earlier = np.random.default_rng(1), before(as_of)
    if earlier is None:
        said.begin("Climbing to modes", chains.MODES * chains.CLIMB)
        points = chains.starts(posterior, upto, rng, told=lambda: said.step(1))
    else:
        points = chains.around(earlier, rng)
    said.begin("Learning their law", chains.LEARNING)
    return chains.learned(posterior, upto, points, rng, told=lambda: said.step(1))


def before(as_of: str) -> Float[np.ndarray, "draw dial"] | None:
    """Draws of the last posterior that ships from before a month."""
    if not history.SHIPPED.exists() or history.dated().dates[0] >= as_of:
        return None
    return history.dated().as_of(month_text(month_number(as_of) - 1))[1]


def diagnosed(
    scores: Float[np.ndarray, "chain draw dial"], acceptance: float, dials: Dials
) -> list[str]:
    """Whether chains have converged, for which numbers they have not, and how many draws may be needed.

    Effective sizes grow with draws, and R-hat's excess over one shrinks with them.
    """
    told: Diagnosis = chains.diagnosis(scores)
    size, draws, _ = scores.shape
    said = (
        f"{size} chains of {draws} draws, one every {chains.THIN} moves; acceptance {acceptance:.2f}. "
        f"R-hat at most {told.rhat.max():.3f}; effective size at least {told.bulk.min():.0f} in the bulk, "
        f"{told.tail.min():.0f} in the tails."
    )
    short = [
        f"{name} (R-hat {rhat:.3f}, size {bulk:.0f})"
        for name, rhat, bulk in zip(dials.names, told.rhat, told.bulk, strict=True)
        if rhat >= chains.NEAR or bulk <= chains.ENOUGH
    ]
    asked = f"R-hat under {chains.NEAR} and a bulk effective size over {chains.ENOUGH}"
    if not short:
        return [*layout.paragraph(said), *layout.paragraph(f"Every number has {asked}.")]
    times = max((told.rhat.max() - 1) / (chains.NEAR - 1), chains.ENOUGH / told.bulk.min())
    more = 100 * int(draws * times // 100 + 1)
    remedy = f"The same command goes on from here if it is asked for more: --draws {more} may do."
    return [
        *layout.paragraph(said),
        *layout.paragraph(f"Not with {asked}: {', '.join(short)}."),
        *layout.paragraph(remedy),
    ]


class Apart(NamedTuple):
    """How far two samplers are apart: means, in standard deviations of the posterior, and ratios of these."""

    means: Float[np.ndarray, " dial"]
    ratios: Float[np.ndarray, " dial"]


def apart(one: Float[np.ndarray, "draw dial"], other: Float[np.ndarray, "draw dial"]) -> Apart:
    """How far draws of two samplers are apart, number by number."""
    spread = np.sqrt((one.var(0) + other.var(0)) / 2)
    return Apart((one.mean(0) - other.mean(0)) / spread, one.std(0) / other.std(0))


def compared(found: Float[np.ndarray, "chain draw dial"], dials: Dials, as_of: str) -> list[str]:
    """How long chains agree with the sequential sampler, where one of that date ships."""
    shipped = history.dated()
    if as_of not in shipped.dates:
        return []
    _, scores = shipped.as_of(as_of)
    told = apart(found.reshape(-1, dials.size), scores)
    far = np.argsort(-np.abs(told.means))[:3]
    worst = ", ".join(f"{dials.names[i]} {told.means[i]:+.2f}" for i in far)
    said = (
        f"Against the sequential sampler's {len(scores)} draws: means differ by {np.abs(told.means).mean():.2f} "
        f"standard deviations on average, most in {worst}; spreads by a factor of {told.ratios.min():.2f} to "
        f"{told.ratios.max():.2f}, on average {told.ratios.mean():.2f}."
    )
    return layout.paragraph(said)


def shown(dated: Dated, as_of: str) -> list[str]:
    """A table for a terminal of what posteriors say as of a month, numbers that history informs most first."""
    date, scores = dated.as_of(as_of)
    rows = table(scores, history.dials())
    least = threshold(len(scores))
    informed = sorted((r for r in rows if r.contraction >= least), key=lambda r: -r.contraction)
    rest = [row.name for row in rows if row.contraction < least]
    said = (
        f"As of {date}, {len(scores)} draws: share of the score's variance that history took away; prior and "
        f"posterior, medians with 90 % intervals. Shares under {least:.2f} don't stand out from chance."
    )
    body = [
        (row.name, f"{row.contraction:.2f}", f"{_range(row.prior)} → {_range(row.posterior)}")
        for row in informed
    ]
    return [
        *layout.paragraph(said),
        "",
        *layout.table(body, ("number", "taken", "prior → posterior")),
        "",
        *layout.paragraph(f"Not told apart from their priors: {', '.join(rest) or 'none'}."),
    ]


def _range(values: tuple[float, float, float]) -> str:
    return "{:.2g} ({:.2g}, {:.2g})".format(*values)
