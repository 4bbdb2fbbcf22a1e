"""The reference page on the posterior that ships: prior and posterior of every calibrated number, side by side."""

import csv

from detente.app import history
from detente.inference.posteriors import Row, table, threshold

TITLE = "# The posterior that ships"

DATES = ("2004-12", "2014-12", "2024-12")
"""Posteriors whose medians are shown beside one another."""


def page() -> str:
    """The page, in Markdown; where a law or a prior was changed since, it says no more than that."""
    try:
        dated, dials = history.dated(), history.dials()
    except ValueError as unlike:
        return f"{TITLE}\n\nIt does not belong to the model as it stands: {unlike}."
    found = {date: table(dated.as_of(date)[1], dials) for date in DATES}
    last, draws = found[DATES[-1]], dated.scores.shape[1]
    least = threshold(draws)
    order = sorted(range(dials.size), key=lambda i: -last[i].contraction)
    rows = [
        _row(last[i], [found[date][i] for date in DATES[:-1]], gains()[last[i].name]) for i in order
    ]
    rest = [f"`{last[i].name}`" for i in order if last[i].contraction < least]
    head = ("number", "gain", "prior", *(f"as of {date}" for date in DATES), "taken")
    lines = [head, ["---"] * len(head), *rows]
    return "\n\n".join(
        [
            TITLE,
            f"Medians with 90 % intervals in each number's own unit; {draws} draws of each date. *Gain*: by how much "
            "freeing the number raised history's log-probability when numbers were chosen (nil for those that are "
            "calibrated in any case). *Taken*: the share of its score's variance that history took away by the last "
            "date; less than nothing means that it grew. See [calibration](../calibration.md).",
            "\n".join("| " + " | ".join(cells) + " |" for cells in lines),
            f"Not told apart from their priors (a share under {least:.2f}): {', '.join(rest) or 'none'}.",
        ]
    )


def gains() -> dict[str, str]:
    """What freeing each number gained."""
    with history.CALIBRATED.open() as lines:
        return {row["number"]: row["gain"] for row in csv.DictReader(lines)}


def _row(last: Row, before: list[Row], gain: str) -> tuple[str, ...]:
    middle = [_range(row.posterior) for row in before]
    ends = _range(last.prior), *middle, _range(last.posterior)
    return f"`{last.name}`", gain, *ends, f"{last.contraction:.2f}"


def _range(values: tuple[float, float, float]) -> str:
    return "{:.2g} ({:.2g}, {:.2g})".format(*values)
