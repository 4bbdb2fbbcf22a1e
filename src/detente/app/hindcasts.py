"""Hindcasts as a use case: run and keep, show how they did, and what such probabilities have been worth."""

import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from detente import history as panel, inference
from detente.app import history
from detente.app.catalog import layout
from detente.app.history import Said
from detente.engine.version import digest, here
from detente.inference import hindcast
from detente.inference.baselines.field import forecast as field
from detente.inference.observed import facts
from detente.inference.posteriors import Dated
from detente.inference.questions import Question
from detente.inference.reliability import coverage, discrimination, reliability, uniformity
from detente.inference.scores import WINDOWS
from detente.inference.skill import ALL, skill
from detente.inference.stacking import mix, weights

SHIPPED = Path(inference.__file__).with_name("hindcasts")
"""Scores that ship, a file a year: made by `make science`."""

DRAWS, PARTICLES = 64, 32
"""Draws of the posterior, and filtered futures of each, in a hindcast."""

MADE = "made_from"
"""Where a year's file says what it was made from."""

STACKED = "stacked"
"""The name under which scores of the stacked combination stand."""

NEAR = 0.15
"""Probabilities this near to one another are told together."""


def run(out: Path, years: Iterable[int], every: int, said: Said, posterior: Path | None) -> None:
    """Forecast and score year by year; years that were made the same way, from the same draws, are left.

    Args:
        out: folder to write in: one Parquet file a year.
        years: years in which the first month ahead lies.
        every: months from origin to origin.
        said: hears of progress.
        posterior: file of posteriors by date.
    """
    out.mkdir(parents=True, exist_ok=True)
    dated = history.dated(posterior)
    marks = {year: _mark(dated, year, every) for year in years}
    todo = [year for year, mark in marks.items() if _made(out / f"{year}.parquet") != mark]
    said.begin("Forecasting the past", len(todo) * -(-12 // every))
    forecaster, actuals = history.forecaster(PARTICLES), panel.targets()
    for year in todo:
        tables = hindcast.year(
            forecaster, dated, year, actuals, every=every, draws=DRAWS, told=lambda _: said.step(1)
        )
        path = out / f"{year}.parquet"
        unfinished = path.with_suffix(".unfinished")
        whole = pd.concat(tables)
        whole.attrs[MADE] = marks[year]
        whole.to_parquet(unfinished, index=False)
        unfinished.rename(path)


def _mark(dated: Dated, year: int, every: int) -> str:
    """What a year's scores are made from: the code, how many of what, and draws of the posterior."""
    return digest((here().source, every, DRAWS, PARTICLES), dated.as_of(f"{year - 1}-12")[1])


def _made(path: Path) -> str | None:
    """What the scores in a file were made from, if it is there and says so."""
    return pd.read_parquet(path).attrs.get(MADE) if path.exists() else None


def scores(folder: Path = SHIPPED) -> pd.DataFrame:
    """All scores in a folder.

    Raises:
        ValueError: if there are none.
    """
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise ValueError(f"no scores lie in {folder}: run `detente hindcast --out FOLDER` first")
    return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)


def compared(scored: pd.DataFrame, whose: str = hindcast.MODEL) -> pd.DataFrame:
    """Skill of one model against each other, by target, window and metric."""
    mine = of(scored, "model", whose)
    rivals = [name for name in scored.model.unique() if name != whose]
    return pd.concat(
        [skill(mine, of(scored, "model", name)).assign(rival=name) for name in rivals],
        ignore_index=True,
    )


def of(scored: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    """Rows with a value in a column."""
    return scored.loc[scored.loc[:, column] == value]


def shown(scored: pd.DataFrame) -> list[str]:
    """How the model did, for a terminal: against each baseline over all targets, then where it stands by target."""
    found = compared(scored)
    origins = scored.origin.nunique()
    lines = layout.paragraph(
        f"{origins} origins, {scored.origin.min()} to {scored.origin.max()}. Log score, in nats a forecast "
        "better than the baseline, less than nothing is worse; 90 % intervals by blocks of origins."
    )
    found = of(found, "metric", "log_score")
    overall = of(found, "target", ALL)
    lines += ["", *_by_window("over all targets", overall, overall.rival.unique(), "rival", _all)]
    lines += ["", *layout.paragraph("Against the best baseline of each target and window:"), ""]
    return lines + _by_window("target", found, scored.target.unique(), "target", _best)


def _by_window(
    head: str,
    found: pd.DataFrame,
    names: Iterable[str],
    column: str,
    say: Callable[[list[dict[str, Any]]], str],
) -> list[str]:
    """A table of what is to be said of rows with each name in a column, a line for each window."""
    body = []
    for name in names:
        rows = of(found, column, name)
        for i, window in enumerate(WINDOWS):
            said = say(of(rows, "last", window.last).to_dict("records"))
            body.append(("" if i else name, str(window.last), said))
    return layout.table(body, (head, "months", "better by"))


def _all(rows: list[dict[str, Any]]) -> str:
    (row,) = rows
    return "{skill:+.2f} ({low:+.2f}, {high:+.2f})".format(**row)


def _best(rows: list[dict[str, Any]]) -> str:
    """The baseline that is hardest to beat, and by how much it is beaten or not."""
    hardest = min(rows, key=lambda row: row["skill"])
    return f"{hardest['skill']:+.2f} {hardest['rival']}"


class Calibration(NamedTuple):
    """Whether the model's forecasts mean what they say: `detente.inference.reliability`, by target and window.

    `told_apart` has a column auc.
    """

    pit: pd.DataFrame
    reliability: pd.DataFrame
    coverage: pd.DataFrame
    told_apart: pd.DataFrame


def calibration(scored: pd.DataFrame) -> Calibration:
    """Calibration of the model's own forecasts, and how well they discriminate."""
    mine = of(scored, "model", hindcast.MODEL)
    parts = {
        (str(target), window.last): of(of(mine, "target", target), "last", window.last)
        for target in mine.target.unique()
        for window in WINDOWS
    }

    def each(measure: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
        named = [measure(part).assign(target=key[0], last=key[1]) for key, part in parts.items()]
        return pd.concat(named, ignore_index=True)

    apart = each(lambda part: pd.DataFrame({"auc": [discrimination(part)]}))
    return Calibration(uniformity(mine), each(reliability), each(coverage), apart)


def record(question: Question, length: int, chance: float) -> list[str]:
    """How probabilities like this one have done: of the same target, over the window nearest in length."""
    try:
        scored = scores()
    except ValueError:
        return ["record         no hindcast is at hand"]
    window = min(WINDOWS, key=lambda w: abs(w.last - length))
    mine = of(of(scored, "model", hindcast.MODEL), "target", question.target)
    part = of(mine, "last", window.last)
    near = part.loc[(part.chance - chance).abs() <= NEAR]
    brier, flat = float(part.brier.mean()), float(np.var(part.event.astype(float)))
    said = (
        f"of {len(part)} hindcasts that {question.target} >= 1 within {window.last} months, {len(near)} said "
        f"{max(chance - NEAR, 0):.2f} to {min(chance + NEAR, 1):.2f}; it came in {int(near.event.sum())} of these. "
        f"Brier score {brier:.3f}; of the same chance always {flat:.3f}"
    )
    return textwrap.wrap(said, 79, initial_indent=f"{'record':15}", subsequent_indent=" " * 15)


def pooled(scored: pd.DataFrame) -> pd.DataFrame:
    """Scores that the stacked combination would have had: weights from windows that had ended by each origin.

    Args:
        scored: scores of the model and the baselines.

    Returns:
        Rows as theirs, model `STACKED`: log and Brier score of the mixture. Its CRPS can't be had from scores: NaN.
    """
    names = list(scored.model.unique())
    parts = []
    for target in scored.target.unique():
        past = of(scored, "target", target)
        tables = {name: of(past, "model", name) for name in names}
        for origin in past.origin.unique():
            share = weights(tables, str(origin)).to_numpy()[:, None]
            now = [of(tables[name], "origin", origin).sort_values("last") for name in names]
            found = now[0].assign(model=STACKED, crps=np.nan)
            logs = np.stack([table.log_score.to_numpy() for table in now])
            chance = np.sum(share * np.stack([table.chance.to_numpy() for table in now]), axis=0)
            found["log_score"] = -np.log(np.sum(share * np.exp(-logs), axis=0))
            found["brier"] = (chance - found.event) ** 2
            parts.append(found.assign(chance=chance))
    return pd.concat(parts, ignore_index=True)


def stacked(samples: pd.DataFrame, as_of: str, months: int, seed: int = 0) -> pd.DataFrame:
    """Mix the model's samples with those of the baselines, each target by how all of them scored before.

    Args:
        samples: the model's, as of the month.
        as_of: the month: scores of windows that ended later have no say.
        months: how many months ahead.
        seed: of the baselines' samples, and of who is drawn.
    """
    scored, size = scores(), int(samples.loc[:, "sample"].max()) + 1
    covariates = facts(as_of).monthly.loc[:, list(hindcast.COVARIATES)]
    rivals = field(
        panel.targets(as_of),
        as_of,
        months,
        samples=size,
        seed=seed,
        binary=hindcast.BINARY,
        covariates=covariates,
    )
    parts = []
    for target in samples.target.unique():
        tables = {hindcast.MODEL: of(samples, "target", target)}
        tables |= {
            str(name): rows.loc[:, ["target", "month", "sample", "value"]]
            for name, rows in of(rivals, "target", target).groupby("baseline")
        }
        past = of(scored, "target", target)
        share = weights({name: of(past, "model", name) for name in tables}, as_of)
        parts.append(mix(tables, share, size, seed))
    return pd.concat(parts, ignore_index=True)
