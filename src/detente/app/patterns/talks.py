"""Patterns 1 and 3: provocations with and without talks, and what followed the failed summit of February 2019.

Facts come from the project's tables: provocations and meetings by CSIS Beyond Parallel, extended; launches by CNS/NTI.
"""

import numpy as np

from detente.app.patterns import record
from detente.app.patterns.finding import (
    CLEAR,
    Checks,
    Finding,
    Verdict,
    apart,
    hangs,
    judged,
    leaning,
    rivals,
    spread,
    waited,
)
from detente.app.patterns.korea import PAST, REPLICATES, SEEDS, Korea, Run, governed
from detente.domain.axes import Answer, Channel
from detente.domain.calendar import month_text

CHECKS = Checks()

LAGS = (-3, -2, -1, 0, 1, 2, 3)
"""Months from talks to provocations."""

QUIETER, SAME = "quieter in talks", "no contrast, or the other way"

ROBUST = 2.0
"""A sensitivity bound from which an unseen cause would have to be strong."""


# --- 1: provocations with and without talks ---------------------------------------------------------------------------


def _facts() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the list of provocations, whether officials met, and the era: [month]."""
    frame = record.panel()
    met = frame.us_dprk_talks.to_numpy() > 0
    return frame.provocations.to_numpy(), met, record.eras(frame.index)


def past(korea: Korea) -> tuple[Run, np.ndarray, np.ndarray]:
    """Futures of 1994 in which the guarantor behaves, those that stand to 2024, and the era of each month."""
    run = korea.run(PAST, "behavioural")
    labels = [month_text(run.start + i) for i in range(len(run.months.rung))]
    era = np.searchsorted(np.array(record.ERAS), np.array(labels), side="right") - 1
    return run, np.flatnonzero(governed(run)), era


def world_means(values: np.ndarray, futures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of each world's futures that have a value, and which worlds they are."""
    known = np.isfinite(values)
    world = futures[known] // REPLICATES
    which, at = np.unique(world, return_inverse=True)
    return np.bincount(at, values[known]) / np.bincount(at), which


def _simulated(korea: Korea, *, pooled: bool = False) -> tuple[Run, np.ndarray, np.ndarray]:
    """The run, its standing futures, and the log ratio of months with an event in talks over others: [future]."""
    run, stands, era = past(korea)
    met = run.months.channel[:, stands] >= Channel.WORKING
    era = np.zeros_like(era) if pooled else era
    return run, stands, record.ratio(run.events[:, stands] > 0, met, era)


@CHECKS
def r1_pooled(korea: Korea) -> Finding:
    """Provocations a month with and without talks, all eras together (CSIS): mostly a mix of eras."""
    rows, met, era = _facts()
    found = record.contrast(rows, met, np.zeros_like(era))
    _, _, logs = _simulated(korea, pooled=True)
    text = f"{rows[met].mean():.2f} against {rows[~met].mean():.2f}: {found}"
    model = spread(
        logs[np.isfinite(logs)], float(np.log((rows > 0)[met].mean() / (rows > 0)[~met].mean()))
    )
    verdict, why = rivals(found.by * found.se, found.se, QUIETER, SAME)
    return Finding(text, f"log ratio of months {model.model}", verdict, found.by, "se", why)


@CHECKS
def r1_within_eras(korea: Korea) -> Finding:
    """Months with a provocation in talks over others, within eras: talks quieten, or eras alone differ."""
    rows, met, era = _facts()
    found = record.contrast(rows > 0, met, era)
    run, stands, logs = _simulated(korea)
    means, which = world_means(logs, stands)
    place = spread(logs[np.isfinite(logs)], found.log)
    lean = leaning(run.names, run.drawn[:, which], means)
    verdict, why = rivals(found.by * found.se, found.se, QUIETER, SAME)
    model = f"{place.model}, quieter in {np.mean(logs < 0):.0%}; {hangs(lean)}"
    return Finding(str(found), model, verdict, found.by, "se", why)


@CHECKS
def r1_leads_and_lags(korea: Korea) -> Finding:
    """The same before and after talks: if quiet comes first, quiet may bring talks as well as talks quiet."""
    rows, met, era = _facts()
    logs = {lag: record.lagged(rows > 0, met, era, lag) for lag in LAGS}
    run, stands, eras = past(korea)
    talks, events = run.months.channel[:, stands] >= Channel.WORKING, run.events[:, stands]
    ours = {
        lag: np.nanmedian(record.ratio(*_lagged(events, talks, lag), eras[: len(eras) - abs(lag)]))
        for lag in LAGS
    }
    before = max((logs[k] for k in LAGS if k < 0), key=lambda found: abs(found.by))
    after = max((logs[k] for k in LAGS if k > 0), key=lambda found: abs(found.by))
    more = abs(after.by) - abs(before.by)
    if max(abs(before.by), abs(after.by)) < CLEAR:
        verdict, why = Verdict.UNKNOWN, "nothing stands out before or after"
    elif abs(before.by) >= CLEAR:
        verdict, why = Verdict.UNKNOWN, "quiet also comes before talks: which brings which is open"
    else:
        verdict, why = judged(after.by < 0), "only what follows stands out"
    return Finding(
        _series({k: c.log for k, c in logs.items()}), _series(ours), verdict, more, "se", why
    )


def _lagged(events: np.ndarray, talks: np.ndarray, lag: int) -> tuple[np.ndarray, np.ndarray]:
    """Events so many months after talks, or before them, and the talks."""
    apart_by, end = abs(lag), len(events) - abs(lag)
    return (events[apart_by:], talks[:end]) if lag >= 0 else (events[:end], talks[apart_by:])


def _series(logs: dict[int, float]) -> str:
    return ", ".join(f"{lag:+d}: {log:+.2f}" for lag, log in logs.items())


@CHECKS
def r1_sensitivity_bound(korea: Korea) -> Finding:
    """How strong what selects into talks would have to be to explain the contrast within eras away."""
    rows, met, era = _facts()
    found = record.contrast(rows > 0, met, era)
    end = float(np.sign(found.log) * max(abs(found.log) - CLEAR * found.se, 0.0))
    _, _, logs = _simulated(korea)
    model = f"{record.bound(float(np.nanmedian(logs))):.2f} at the median"
    text = f"{record.bound(found.log):.2f}, at the near end of the interval {record.bound(end):.2f}"
    if end == 0:
        why = "one: the interval holds no contrast, so nothing is needed to explain it away"
        return Finding(text, model, Verdict.UNKNOWN, found.by, "se", why)
    return Finding(text, model, judged(record.bound(end) >= ROBUST), found.by, "se")


@CHECKS
def n1_moved_talks(korea: Korea) -> Finding:
    """Talks moved to other months of their eras: a contrast must not be found (in one of twenty by chance)."""
    rows, met, era = _facts()
    return false_alarms(record.alarms(rows > 0, met, era), 200)


@CHECKS
def n1_no_effect_in_the_model(korea: Korea) -> Finding:
    """Futures in which nothing of talks reaches launches or provocations, matched to other futures' talks."""
    run, stands, era = past(korea)
    met = run.months.channel[:, stands] >= Channel.WORKING
    others = np.roll(met, REPLICATES, axis=1)  # another world's talks: no effect by construction
    futures = np.flatnonzero(others.any(0))[:60]
    found = [
        abs(record.contrast(run.events[:, stands[k]], others[:, k], era, shifts=100).by) > CLEAR
        for k in futures
    ]
    return false_alarms(float(np.mean(found)), len(found))


def false_alarms(share: float, tries: int) -> Finding:
    """Hold a share of false alarms against one in twenty."""
    se = float(np.sqrt(0.05 * 0.95 / tries))
    by = apart(share - 0.05, se)
    return Finding("at most .05", f"{share:.3f} ± {se:.3f}", judged(by < CLEAR), by, "se")


# --- 3: after Hanoi ---------------------------------------------------------------------------------------------------

HANOI = "2019-02"

LEVELS = {
    **{"2018-05": Channel.WORKING, "2018-06": Channel.SUMMIT, "2018-07": Channel.WORKING},
    **{"2018-08": Channel.CONTACT, "2018-09": Channel.CONTACT, "2018-10": Channel.WORKING},
    **{"2018-11": Channel.CONTACT, "2018-12": Channel.CONTACT, "2019-01": Channel.WORKING},
    HANOI: Channel.SUMMIT,
}
"""Levels of talks up to Hanoi (ROK Ministry of Unification; CSIS Beyond Parallel). Nothing that binds was signed."""

TO_HANOI = {
    "guarantor.channel": LEVELS,
    "challenger.channel": LEVELS,
    "challenger.answer": dict.fromkeys(LEVELS, Answer.REFUSE),
}


def _after_hanoi(korea: Korea, path: str) -> np.ndarray:
    """What follows a failed summit in February 2019: [month, ..., future]."""
    found = []
    for seed in SEEDS:
        run = korea.run("korea-2018", "summit-first", known=TO_HANOI, seed=seed)
        m, at = run.months, run.at(HANOI)
        met = (m.channel[at] == Channel.SUMMIT) & ~m.in_force[at] & governed(run, at + 1)
        found.append(getattr(m, path)[at + 1 :][..., met])
    return np.concatenate(found, -1)


def _until(column: str, low: float, high: float = np.inf) -> int:
    """Months from Hanoi until a column of the panel lies in a range."""
    values = record.panel().loc[HANOI:, column].to_numpy()[1:]
    return int(np.argmax((values >= low) & (values <= high))) + 1


@CHECKS
def p3_next_leaders_meeting(korea: Korea) -> Finding:
    """Leaders meet again (Panmunjom, 2019-06)."""
    fact = _until("talks_level", Channel.SUMMIT)
    return waited(_after_hanoi(korea, "channel") == Channel.SUMMIT, fact)


@CHECKS
def p3_next_working_talks(korea: Korea) -> Finding:
    """Working talks again (Stockholm, 2019-10; the meeting of leaders in June brought none)."""
    fact = _until("talks_level", Channel.WORKING, Channel.WORKING)
    return waited(_after_hanoi(korea, "channel") == Channel.WORKING, fact)


@CHECKS
def p3_then_none(korea: Korea) -> Finding:
    """Months of working talks or more from 2019-11 to 2024-12."""
    later = record.panel().talks_level.loc["2019-11":]
    simulated = _after_hanoi(korea, "channel")[8 : 8 + len(later)]
    held = int((later >= Channel.WORKING).sum())
    return spread((simulated >= Channel.WORKING).sum(0), held, ".0f")


@CHECKS
def p3_short_range_resumes(korea: Korea) -> Finding:
    """A launch of short range (2019-04, tactical by its announcement; CNS/NTI)."""
    return waited(_after_hanoi(korea, "launches")[:, 0] > 0, _until("short", 1))


@CHECKS
def p3_intermediate_resumes(korea: Korea) -> Finding:
    """A launch of medium or intermediate range (CNS/NTI class the glider of 2021-09 so; without it, 2022-01)."""
    return waited(_after_hanoi(korea, "launches")[:, 1] > 0, _until("medium", 1))


@CHECKS
def p3_intercontinental_resumes(korea: Korea) -> Finding:
    """An intercontinental launch (2022-03 in the list of CNS/NTI; tests as a satellite's came a month before)."""
    return waited(_after_hanoi(korea, "launches")[:, 2] > 0, _until("intercontinental", 1))


@CHECKS
def p3_what_sets_classes_apart(korea: Korea) -> Finding:
    """Months that short range waits less than intercontinental, in futures in which both resume within six years."""
    launches = _after_hanoi(korea, "launches")[:70]
    both = launches[:, 0].any(0) & launches[:, 2].any(0)
    gap = (launches[:, 2] > 0).argmax(0) - (launches[:, 0] > 0).argmax(0)
    return spread(gap[both], _until("intercontinental", 1) - _until("short", 1), ".0f")
