"""Write `docs/reference/without_types.md`: the model against its rival in which nobody has private preferences.

Needs the rival's pass through history: `make without-types` makes it first.
"""

from pathlib import Path

import numpy as np

from detente.app import history
from detente.inference.density import Posterior
from detente.inference.posteriors import Dated, evenly, read_dated

PAGE = Path(__file__).parent / "reference" / "without_types.md"
RIVAL = Path("build/without-types/dated.nc")
SEEDS, DRAWS = range(11, 17), 64
"""Of lanes, to tell how far the comparison hangs on their luck, and of the last posterior."""


def main() -> None:
    """Compare, and write the page."""
    PAGE.write_text(page(history.dated(), read_dated(RIVAL)) + "\n", encoding="utf-8")


def page(model: Dated, rival: Dated) -> str:
    """The page, in Markdown."""
    dates = [date for date in model.dates if date in rival.dates]
    with_, without = (
        np.array([one.evidence[one.dates.index(date)] for date in dates]) for one in (model, rival)
    )
    better = with_ - without
    last, since = dates[-1], np.diff(better, prepend=0.0)
    rows = [
        ("as of", "with types", "without", "with less without", "of which since the date before"),
        ("---",) * 5,
        *(
            (date, f"{a:,.1f}", f"{b:,.1f}", f"{d:+.1f}", f"{s:+.1f}")
            for date, a, b, d, s in zip(dates, with_, without, better, since, strict=True)
        ),
    ]
    levels = np.stack(
        [under_luck(dated, last, types) for dated, types in ((model, True), (rival, False))]
    )
    apart = levels[0] - levels[1]
    mean, error = apart.mean(), apart.std(ddof=1) / np.sqrt(len(SEEDS))
    spread = levels.std(axis=1, ddof=1)
    return "\n\n".join(
        [
            "# With and without types",
            "Does history favour a challenger whose preferences are hidden over one whose preferences everybody knows? "
            "The rival gives every challenger the weighted middle of all regions, heirs too, so that nothing is to be "
            "learned of what it wants: what is left is the commitment problem, conduct that may be covert, and "
            "everything else as it is. The same numbers are calibrated by the same sampler under the same luck.",
            "Log-evidence, nats: the sum over months of the log-probability that was given to what happened, one month "
            "ahead, by the posterior as of the month before. It is a predictive score, and pays for parameters by "
            "itself.",
            "\n".join("| " + " | ".join(row) + " |" for row in rows),
            "Evidence hangs on the luck of lanes and of particles. History's log-probability at "
            f"{DRAWS} draws of each side's posterior as of {last}, under {len(SEEDS)} other seeds of lanes: with types "
            f"{levels[0].mean():,.1f} (standard deviation between seeds {spread[0]:.1f}), without "
            f"{levels[1].mean():,.1f} ({spread[1]:.1f}); with less without {mean:+.1f} ± {error:.1f}.",
            verdict(float(mean), float(error)),
            "Limits: the rival's one preference is the prior's middle, not fitted (calibrated weights of the "
            "challenger's choices can make up for part of that); one pass each. Written by `make without-types`.",
        ]
    )


def verdict(mean: float, error: float) -> str:
    """What the comparison under several seeds says, if it stands out by three standard errors."""
    if abs(mean) < 3 * error:
        return (
            "The difference does not stand out from that luck: history does not tell the two apart."
        )
    favoured = "with types" if mean > 0 else "without types"
    return f"That stands out from luck: history is told better {favoured}."


def under_luck(dated: Dated, date: str, types: bool) -> np.ndarray:
    """History's log-probability by seed of lanes, the mean over draws of the posterior as of a date: [seed]."""
    draws, found = evenly(dated.as_of(date)[1], DRAWS), []
    for seed in SEEDS:
        likelihood = history.likelihood(types=types, seed=seed)
        target = Posterior(likelihood, batch=DRAWS // 2)
        months = target.months(draws, likelihood.history.upto(date))
        found.append(months.sum(axis=1).mean())
    return np.array(found)


if __name__ == "__main__":
    main()
