"""Write `docs/hindcast.md`: how forecasts of the past have done, the losses too.

Scores are those that ship; questions of others and two episodes are forecast here, in some minutes.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from detente.app import hindcasts, history
from detente.app.hindcasts import of
from detente.domain.axes import MISSILE_CLASS, Channel
from detente.domain.calendar import month_number, month_text
from detente.history import monthly, targets
from detente.history.tables import read
from detente.inference import hindcast
from detente.inference.filter import Seen
from detente.inference.scores import WINDOWS
from detente.inference.skill import ALL

PAGE = Path(__file__).parent / "hindcast.md"
YEAR = WINDOWS[-1].last
HANOI, SURGE = "2019-02", "2021-12"
BAND = (0.05, 0.5, 0.95)
NEVER = 10_000


def main() -> None:
    """Write the page."""
    scored = hindcasts.scores()
    forecaster, dated = history.forecaster(hindcasts.PARTICLES), history.dated()
    asked = hindcast.answered(forecaster, dated, read("questions"), targets())
    last = month_number("2024-12")
    hanoi = hindcast.onward(forecaster, dated, HANOI, last - month_number(HANOI))
    surge = hindcast.onward(forecaster, dated, SURGE, YEAR)
    parts = [_head(scored), *_skill(scored), *_stacked(scored), *_calibration(scored)]
    parts += _questions(asked)
    parts += [*_after_hanoi(hanoi), *_surge(surge)]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _head(scored: pd.DataFrame) -> str:
    return f"""# How forecasts have done

{scored.origin.nunique()} origins, {scored.origin.min()} to {scored.origin.max()}, every third month; each forecast goes
twelve months ahead and knows nothing later: facts, posterior and the way things are counted are as of its origin. Every
year starts from the posterior as of the December before. Beside it stand baselines that see the same past.
[Scores](scores.md) says what is measured, and how. Written by `make hindcasts` from the scores that ship, which
`make science` makes."""


# --- skill ----------------------------------------------------------------------------------------


def _skill(scored: pd.DataFrame) -> Iterator[str]:
    found = hindcasts.compared(scored)
    yield "## In short"
    yield _short(of(of(found, "metric", "log_score"), "last", YEAR))
    yield "## Against baselines"
    yield (
        "Nats a forecast by which the model's log score is better (+) or worse (−) than a baseline's, with 90 % "
        "intervals by blocks of origins. Bold: the interval leaves out nil."
    )
    logs = of(found, "metric", "log_score")
    for window in WINDOWS:
        part = of(logs, "last", window.last)
        wide = part.assign(cell=[_cell(row) for row in part.to_dict("records")])
        wide = wide.pivot(index="target", columns="rival", values="cell")
        names = [ALL, *(name for name in wide.index if name != ALL)]
        yield f"### Over {_months(window.last)}"
        yield _table(
            ["target", *map(str, wide.columns)],
            [[f"`{n}`" if n != ALL else "all alike", *wide.loc[n]] for n in names],
        )
    yield "### Other scores"
    yield (
        "Over all targets alike: skill, 1 − loss over the baseline's loss, by CRPS (counts) and Brier score (of one or "
        "more in the window)."
    )
    rows = []
    for rival in found.rival.unique():
        for metric in ("crps", "brier"):
            part = of(of(of(found, "target", ALL), "rival", rival), "metric", metric)
            cells = [_cell(of(part, "last", w.last).to_dict("records")[0]) for w in WINDOWS]
            rows.append([str(rival), metric, *cells])
    yield _table(["baseline", "score", *(_months(w.last) for w in WINDOWS)], rows)


def _short(found: pd.DataFrame) -> str:
    """What to make of a year ahead, by log score."""
    overall = of(found, "target", ALL).set_index("rival")
    means = ", ".join(f"{rival} {overall.skill[rival]:+.2f}" for rival in overall.index)
    single = found.loc[found.target != ALL]
    behind, ahead = single.loc[single.high < 0], single.loc[single.low > 0]
    lost = {t: ", ".join(of(behind, "target", t).rival) for t in behind.target.unique()}
    worse = "; ".join(f"`{target}` (than {rivals})" for target, rivals in lost.items())
    every = [t for t in ahead.target.unique() if t not in lost]
    return (
        f"Over {YEAR} months and all targets alike, nats a forecast better than each baseline: {means}. Clearly worse "
        f"on: {worse or 'none'}. Clearly better than some baseline, and clearly worse than none, on: "
        f"{', '.join(f'`{t}`' for t in every) or 'none'}. Where the model is behind, `detente forecast --stacked` is "
        "the better forecast (below)."
    )


def _stacked(scored: pd.DataFrame) -> Iterator[str]:
    both = pd.concat([scored, hindcasts.pooled(scored)], ignore_index=True)
    found = of(hindcasts.compared(both, hindcasts.STACKED), "metric", "log_score")
    yield "## Stacked"
    yield (
        "`detente forecast --stacked` mixes model and baselines, each target by how all of them had scored on windows "
        "that had ended by then. Nats a forecast by which the mixture is better (+) than each of its parts, over all "
        "targets alike."
    )
    rows = []
    for part in found.rival.unique():
        overall = of(of(found, "target", ALL), "rival", part)
        cells = [_cell(of(overall, "last", w.last).to_dict("records")[0]) for w in WINDOWS]
        rows.append([str(part), *cells])
    yield _table(["than", *(_months(w.last) for w in WINDOWS)], rows)
    yield f"And than the hardest of them by target, over {YEAR} months:"
    rows = []
    for target in scored.target.unique():
        part = of(of(found, "target", target), "last", YEAR).to_dict("records")
        hardest = min(part, key=lambda row: row["skill"])
        rows.append([f"`{target}`", str(hardest["rival"]), _cell(hardest)])
    yield _table(["target", "hardest", "better by"], rows)


def _cell(row: dict) -> str:
    text = "{skill:+.2f} ({low:+.2f}, {high:+.2f})".format(**row)
    return f"**{text}**" if row["low"] > 0 or row["high"] < 0 else text


# --- calibration --------------------------------------------------------------------------------------


def _calibration(scored: pd.DataFrame) -> Iterator[str]:
    found = hindcasts.calibration(scored)
    yield "## Calibration of the model's own forecasts"
    yield (
        "*Uniform*: at how many of nineteen places the distribution function of the randomised PIT lies in a band that "
        "holds all of them in nine cases of ten, where forecasts are right and windows do not overlap (those over more "
        "than three months do: bands are then too narrow). *Inside*: outcomes in central intervals of 80 %; of counts, "
        "a perfect forecast holds more. *Told apart*: of a window with the event and one without, how often the former "
        "had the higher chance."
    )
    rows = []
    for target in found.pit.target.unique():
        for window in WINDOWS:
            pit, held, apart = (
                of(of(table, "target", target), "last", window.last)
                for table in (found.pit, found.coverage, found.told_apart)
            )
            inside = float(of(held, "level", 0.8).share.iloc[0])
            cells = f"{pit.inside.sum()} of {len(pit)}", f"{inside:.2f}", _number(apart.auc.iloc[0])
            rows.append([f"`{target}`", _months(window.last), *cells])
    yield _table(["target", "window", "uniform", "inside 80 %", "told apart"], rows)
    yield "### Reliability"
    yield "Chances of one or more within twelve months, in bins, and how often it came; Wilson's 90 % intervals."
    table = of(found.reliability, "last", YEAR)
    table = table.loc[table.n > 0]
    rows = [
        [
            f"`{r['target']}`",
            f"{r['from']:.2f}–{r['to']:.2f}",
            f"{r['chance']:.2f}",
            f"{r['share']:.2f}",
        ]
        for r in table.to_dict("records")
    ]
    ends = [[f"{r['low']:.2f}–{r['high']:.2f}", str(r["n"])] for r in table.to_dict("records")]
    yield _table(
        ["target", "chance said", "mean", "came", "interval", "n"],
        [[*row, *end] for row, end in zip(rows, ends, strict=True)],
    )


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"


# --- questions of others ---------------------------------------------------------------------------------


def _questions(asked: pd.DataFrame) -> Iterator[str]:
    yield "## Questions of a tournament"
    yield (
        "Questions of the Good Judgment Project that the targets can express (`detente facts show questions`), "
        "answered as of the last month that had ended when they opened. Six of the nine are about nuclear tests; they "
        "hang together, and are few."
    )
    rows = []
    for r in asked.to_dict("records"):
        what = r["number"], f"`{r['question']}`", f"{r['first']} to {r['last']}", r["as_of"]
        came = "yes" if r["happened"] else "no"
        rows.append([*what, f"{r['chance']:.2f}", f"{r['base']:.2f}", came])
    yield _table(["question", "", "window", "as of", "model", "base rate", "came"], rows)
    came = asked.happened.astype(float)
    mine, base = ((asked[name] - came) ** 2 for name in ("chance", "base"))
    error = float((mine - base).std(ddof=1) / np.sqrt(len(asked)))
    yield (
        f"Brier score {mine.mean():.3f}; of the base rates {base.mean():.3f}; difference "
        f"{(mine - base).mean():+.3f} ± {error:.3f}, as if they were independent."
    )


# --- two episodes -------------------------------------------------------------------------------------------


def _after_hanoi(seen: Seen) -> Iterator[str]:
    yield f"## After Hanoi, from the filtered state of {HANOI}"
    yield (
        "Months until something happens, from March 2019 on: what happened, beside median and 90 % of futures. One "
        "case: a predictive check, no more."
    )
    panel = monthly().loc[month_text(month_number(HANOI) + 1) :]
    channel, launches = np.asarray(seen.channel), np.asarray(seen.launches)
    rows = []
    for level in (Channel.WORKING, Channel.SUMMIT):
        name = f"talks at the level {level.name.lower()} or higher"
        rows.append(_waits(name, channel >= level, panel.talks_level.to_numpy() >= level))
    for i, name in enumerate(MISSILE_CLASS.labels):
        rows.append(
            _waits(f"a launch: {name}", launches[:, i] > 0, panel[name].to_numpy(float) > 0)
        )
    yield _table(["until", "happened after", "futures", "share by then"], rows)
    months = (channel >= Channel.WORKING).sum(axis=0)
    came = int((panel.talks_level.to_numpy() >= Channel.WORKING).sum())
    low, middle, high = np.quantile(months, BAND)
    yield (
        f"Months with working talks or more to 2024-12: {came}; in futures {middle:.0f} ({low:.0f} to {high:.0f}), "
        f"{np.mean(months <= came):.0%} with so few."
    )


def _waits(name: str, futures: np.ndarray, facts: np.ndarray) -> list[str]:
    """Months until something, in futures [month, future] and in facts [month]."""
    waits = np.where(futures.any(axis=0), futures.argmax(axis=0) + 1, NEVER)
    low, middle, high = np.quantile(waits, BAND, method="lower")
    came = int(facts.argmax()) + 1 if facts.any() else NEVER
    text = f"{_month(middle)} ({_month(low)} to {_month(high)})"
    return [name, _month(came), text, f"{np.mean(waits <= came):.0%}"]


def _month(value: float) -> str:
    return "never" if value >= NEVER else f"{value:.0f}"


def _surge(seen: Seen) -> Iterator[str]:
    year = str(int(SURGE[:4]) + 1)
    yield f"## The surge of {year}, from the filtered state of {SURGE}"
    launches = np.asarray(seen.launches)
    panel = monthly().loc[f"{year}-01" : f"{year}-12"]
    rows = []
    for name, futures, came in (
        ("missiles and satellites", launches.sum(axis=(0, 1)), panel.missiles_launched.sum()),
        *(
            (name, launches[:, i].sum(axis=0), panel[name].sum())
            for i, name in enumerate(MISSILE_CLASS.labels)
        ),
    ):
        low, middle, high = np.quantile(futures, BAND)
        band, share = f"{middle:.0f} ({low:.0f} to {high:.0f})", np.mean(futures >= came)
        rows.append([name, f"{came:.0f}", band, f"{share:.1%}"])
    yield _table(["launched in the year", "happened", "futures", "share with as many"], rows)


# --- forms -----------------------------------------------------------------------------------------------------


def _months(last: int) -> str:
    return "the first month" if last == 1 else f"{last} months"


def _table(head: list[str], body: list[list[str]]) -> str:
    rows = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


if __name__ == "__main__":
    main()
