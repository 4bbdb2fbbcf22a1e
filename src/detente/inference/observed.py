"""History as the model can be told it: sites whose outcome is known, and measurements of the state.

Facts come as tables by month and by year (`detente.history`); here they become arrays by month, one site each, in the
model's own terms. What the tables do not say stays open: the model draws it. A month is what it is known as of a date.

How facts are read:
  talks        at a level below what was offered: the challenger wanted just that; at the level offered: that or more.
               The same for the nearest ally's track. Where no offer is known, the level met was offered and accepted.
  answers      signed in a month of signature, not signed in other months of working talks; without these nothing can
               be. A text that was signed is the one of the menu that the table says it comes nearest to.
  conduct      an open break where the challenger ended what it had signed, none in other months. A break ends all that
               stands: what is over by an earlier one isn't broken again.
  launches     by class; a month with a missile of no known class is open.
  resolutions  one adopted was tabled in its month where that month saw what it answers, else in the month before, since
               the model votes a month after; a veto is given for the month of the vote.
  persons      elections, successions and wars of patrons by their dates; nobody else falls.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Bool, Float

from detente.domain.axes import (
    ALLY,
    MISSILE_CLASS,
    PATRON,
    Answer,
    Border,
    Channel,
    Conduct,
    Delivery,
    Posture,
    Pressure,
    Provocation,
    Stance,
)
from detente.domain.calendar import month_number, month_text
from detente.engine.month import Among, Given, Known
from detente.history import monthly, moves
from detente.history.panel import BETWEEN
from detente.history.schema import LAST
from detente.history.tables import read

LEVELS: dict[str, type] = {
    "pressure": Pressure,
    "posture": Posture,
    "delivery": Delivery,
    "border": Border,
    "stance": Stance,
}
"""Instruments of several levels, by name; the others are yes or no."""

GUARANTOR = ("pressure", "personal", "offer", "posture", "delivery")
GUARANTOR += ("campaign", "aid", "consult", "coalition")
CHALLENGER = ("pledge", "border", "demand", "export")
"""Instruments that the coded table gives, talks apart."""

TEXTS = ("tests", "sites", "freeze", "exchange")
"""Texts of the guarantor's menu, in its order."""

WARHEADS = {
    "fas": ("FAS", 0, 2020),
    "fas-2021": ("FAS", 2021, 9999),
    "sipri": ("SIPRI", 0, 9999),
}
"""Measurement models of warhead estimates: a publisher, and the first and last year for which its method is one."""


class Measured(NamedTuple):
    """Measurements of the last whole year, in the month in which they were known; not a number where there is none.

    Arrays: [month], and [month, source] for warheads.
    """

    growth: Float[Array, " month"]
    trade: Float[Array, " month"]
    arrivals: Float[Array, " month"]
    warheads: Float[Array, "month source"]


class Record(NamedTuple):
    """A history in the model's terms: arrays have a leading axis of months. Months that are not told are open.

    `signed` says in which months something came into force; the others are silent on that.
    """

    told: Bool[Array, " month"]
    signed: Bool[Array, " month"]
    known: Known
    measured: Measured


class Facts(NamedTuple):
    """Tables of facts as of a date, as `detente.history` gives them: by month, by year, moves, turns, agreements."""

    monthly: pd.DataFrame
    annual: pd.DataFrame
    moves: pd.DataFrame
    turns: pd.DataFrame
    agreements: pd.DataFrame


def facts(as_of: str | None = None) -> Facts:
    """All that is known by the end of a month."""
    end = as_of or LAST
    agreements = read("agreements", end)
    ours = agreements.loc[agreements.parties.isin(BETWEEN)]
    return Facts(monthly(end), _first_figures(end), moves(end), read("turns", end), ours)


def _first_figures(end: str) -> pd.DataFrame:
    """Yearly figures as each publisher first gave them: series, source, year, value, known_from."""
    parts = []
    for series in ("warheads", "output_growth", "china_trade", "arrivals"):
        rows = read(series, end).sort_values("known_from", kind="stable")
        rows = rows.drop_duplicates(["publisher", "year"])
        rows = rows.assign(series=series, source=rows.publisher, year=rows.year.astype(int))
        parts.append(rows[["series", "source", "year", "value", "known_from"]])
    return pd.concat(parts, ignore_index=True)


def record(facts: Facts, first: int, months: int) -> Record:
    """Tell the model a history.

    Args:
        facts: what is known, and nothing later.
        first: number of the first month.
        months: how many; those after the last month of the facts are open.
    """
    span = _Span(first, months, facts)
    known = {
        **_persons(span),
        **_programme(span),
        **_talks(span),
        **_agreements(span),
        **_moves(span),
        **_council(span),
    }
    signed = span.column("agreements_signed") > 0
    return Record(jnp.asarray(span.told), jnp.asarray(signed), known, _measured(facts.annual, span))


class _Span:
    """Months of a history, and what columns and moves say in them."""

    def __init__(self, first: int, months: int, facts: Facts):
        self.first, self.months, self.facts = first, months, facts
        self.labels = [month_text(first + i) for i in range(months)]
        self.told = np.isin(self.labels, facts.monthly.index.astype(str))
        frame = facts.monthly.copy()
        frame.index = frame.index.astype(str)
        self.frame = frame.reindex(self.labels)

    def column(self, name: str) -> np.ndarray:
        """A column by month, not a number where it is missing: [month]."""
        return self.frame[name].to_numpy(np.float64)

    def levels(self, role: str, instrument: str) -> pd.Series:
        """Labels of a coded instrument by month, missing where it is uncoded: [month]."""
        rows = self.facts.moves
        rows = rows[(rows.role == role) & (rows.instrument == instrument)]
        return pd.Series(rows.level.to_numpy(), index=rows.month.astype(str)).reindex(self.labels)

    def listed(self, turn: str) -> Given:
        """Yes or no in the months that are listed; open in others."""
        known, value = np.zeros(self.months, bool), np.zeros(self.months, bool)
        for i, row in self._rows(turn):
            known[i], value[i] = True, row["happened"] == "yes"
        return Given(jnp.asarray(known), jnp.asarray(value))

    def happened(self, turn: str, members: int | None = None) -> Given:
        """Flags of a turn of events of which all that happened are listed: in other months it did not happen."""
        value = np.zeros((self.months, members or 1), bool)
        for i, row in self._rows(turn):
            value[i, int(row["member"])] = True
        known = self.told[:, None].repeat(members or 1, 1)
        flags = Given(jnp.asarray(known), jnp.asarray(value))
        return flags if members else Given(flags.known[:, 0], flags.value[:, 0])

    def _rows(self, turn: str) -> Iterator[tuple[int, Any]]:
        """Rows of a turn of events within the span, each with its place."""
        rows = self.facts.turns.loc[self.facts.turns.turn == turn]
        for row in rows.to_dict("records"):
            place = month_number(row["month"]) - self.first
            if 0 <= place < self.months:
                yield place, row


def _persons(span: _Span) -> dict[str, Given | Among]:
    """Elections, deaths, patrons' wars, epidemics; that nobody fell; and in which months a crisis climbed."""
    fate = np.ones((span.months, 4), bool)
    fate[span.told, 1:] = False
    climbed = np.asarray(span.happened("rise").value)[:, None]
    turn = np.where(climbed, [False, False, True], [True, True, False])
    turn = np.where(span.told[:, None], turn, True)
    return {
        "offices.stays": span.listed("stays"),
        "offices.bloc_holds": span.listed("bloc_holds"),
        "offices.death": span.happened("death"),
        "offices.turnover": span.happened("turnover", PATRON.size),
        "alignment.war_turns": span.happened("war_turns", PATRON.size),
        "economy.epidemic": span.happened("epidemic"),
        "diplomacy.alarm": span.happened("alarm"),
        "transition.fate": Among(jnp.asarray(fate)),
        "crisis.accident": span.happened("accident"),
        "crisis.turn": Among(jnp.asarray(turn)),
    }


def _programme(span: _Span) -> dict[str, Given | Among]:
    """Launches by class, nuclear tests, and what was done short of war."""
    launches = np.stack([span.column(name) for name in MISSILE_CLASS.labels], axis=1)
    seen = ~np.isnan(launches).any(axis=1) & ~(span.column("unclassified") > 0)
    tests, attacks, harassment = (
        span.column(n) for n in ("nuclear_tests", "attacks", "harassment")
    )
    level = np.where(
        attacks > 0, Provocation.ATTACK, np.where(harassment > 0, Provocation.HARASSMENT, 0)
    )
    return {
        "testing.launches": Given(jnp.asarray(seen[:, None]), _whole(launches)),
        "challenger.nuclear_test": Given(jnp.asarray(~np.isnan(tests)), jnp.asarray(tests > 0)),
        "challenger.provocation": Given(
            jnp.asarray(~np.isnan(attacks + harassment)), _whole(level)
        ),
    }


def _talks(span: _Span) -> dict[str, Given | Among]:
    """Levels offered and accepted, from levels met and levels offered."""
    met = span.column("talks_level")
    offered = _coded(span.levels("guarantor", "channel"), Channel)
    offered = np.where(np.isnan(offered), met, np.fmax(offered, met))  # who met, offered to
    track = span.column("track_level")
    stance = _coded(span.levels("allies.first", "stance"), Stance)
    open_to = np.select(
        [stance == s for s in Stance], [Channel.SUMMIT, Channel.CONTACT, Channel.NONE], np.nan
    )
    return {
        "guarantor.channel": Given(jnp.asarray(~np.isnan(offered)), _whole(offered)),
        "challenger.channel": Among(_accepted(met, offered)),
        "challenger.track": Among(_accepted(track, np.fmax(open_to, track))),
    }


def _accepted(met: np.ndarray, offered: np.ndarray) -> Array:
    """Which levels the challenger may have wanted: just the level met if more was offered, else that or more."""
    level = np.arange(len(Channel))[None]
    met, offered = met[:, None], offered[:, None]
    allowed = np.where(met < offered, level == met, level >= met)
    return jnp.asarray(np.where(np.isnan(met), True, allowed))


def _agreements(span: _Span) -> dict[str, Given | Among]:
    """Signatures, texts and open breaks; what is signed on the executive's word is not ratified."""
    rows, signed = span.facts.agreements, span.column("agreements_signed")
    broken = np.where(span.told, np.isin(span.labels, breaks(rows)), np.nan)
    texts = np.ones((span.months, len(TEXTS)), bool)
    for row in rows.loc[rows.text != ""].to_dict("records"):
        at = month_number(row["date"][:7]) - span.first
        if 0 <= at < span.months:
            texts[at] = [text == row["text"] for text in TEXTS]
    answers = np.ones((span.months, len(Answer)), bool)
    answers[signed > 0] = np.arange(len(Answer)) == Answer.SIGN
    answers[(signed == 0) & (span.column("talks_level") >= Channel.WORKING), Answer.SIGN] = False
    conduct = np.ones((span.months, len(Conduct)), bool)
    conduct[broken > 0] = np.arange(len(Conduct)) == Conduct.BREAK
    conduct[broken == 0, Conduct.BREAK] = False
    signs = jnp.asarray(signed > 0)
    return {
        "challenger.answer": Among(jnp.asarray(answers)),
        "challenger.conduct": Among(jnp.asarray(conduct)),
        "guarantor.terms": Among(jnp.asarray(texts)),
        "diplomacy.ratified": Given(signs, jnp.zeros(span.months, bool)),
    }


def breaks(agreements: pd.DataFrame) -> list[str]:
    """Months in which the challenger broke or ended what stood: of each agreement the first, in order.

    What was signed before an earlier break went with that one.
    """
    over = agreements.loc[(agreements.by == "dprk") & agreements.event.isin(["broken", "ended"])]
    found: list[str] = []
    for row in over.sort_values("date").drop_duplicates("agreement").to_dict("records"):
        signed = agreements.date[
            (agreements.agreement == row["agreement"]) & (agreements.event == "signed")
        ]
        if not found or signed.max()[:7] > found[-1]:
            found.append(row["date"][:7])
    return found


def _moves(span: _Span) -> dict[str, Given | Among]:
    """Coded instruments; of the allies, the first one's alone."""
    found: dict[str, Given | Among] = {}
    coded = [("guarantor", name) for name in GUARANTOR] + [
        ("challenger", name) for name in CHALLENGER
    ]
    for role, name in coded:
        value = _coded(span.levels(role, name), LEVELS.get(name))
        filled = _whole(value) if name in LEVELS else jnp.asarray(value == 1)
        found[f"{role}.{name}"] = Given(jnp.asarray(~np.isnan(value)), filled)
    signed = span.column("agreements_signed") > 0
    offer = found["guarantor.offer"]
    assert isinstance(offer, Given)
    found["guarantor.offer"] = Given(offer.known | signed, offer.value | signed)
    for name in ("stance", "broadcasts"):
        value = np.full((span.months, ALLY.size), np.nan)
        value[:, 0] = _coded(span.levels("allies.first", name), LEVELS.get(name))
        filled = _whole(value) if name in LEVELS else jnp.asarray(value == 1)
        found[f"allies.{name}"] = Given(jnp.asarray(~np.isnan(value)), filled)
    return found


def _council(span: _Span) -> dict[str, Given | Among]:
    """What was tabled, vetoed and passed, and the panel that watched over it."""
    passed, vetoed = span.column("resolutions") > 0, span.column("vetoes") > 0
    caused = (
        span.column("nuclear_tests") + span.column("intercontinental") + span.column("satellite")
        > 0
    )
    tabled, veto = np.zeros(span.months, bool), np.zeros(span.months, bool)
    for i in np.flatnonzero(passed | vetoed):
        at = i if caused[i] else max(i - 1, 0)
        tabled[at] = True
        veto[min(at + 1, span.months - 1)] = vetoed[i] and not passed[i]
    voted = span.told & np.concatenate([[False], tabled[:-1]])
    every = (span.months, PATRON.size)
    back = span.listed("panel_returns")
    sat = np.logical_or.accumulate(np.asarray(back.value & back.known))
    ends = span.happened("panel_ends")
    return {
        "sanctions.tabled": Given(jnp.asarray(span.told), jnp.asarray(tabled)),
        "patrons.veto": Given(
            jnp.broadcast_to(voted[:, None], every), jnp.broadcast_to(veto[:, None], every)
        ),
        "sanctions.panel_ends": Given(ends.known & sat, ends.value),
        "sanctions.panel_returns": back,
    }


def _measured(annual: pd.DataFrame, span: _Span) -> Measured:
    """Measurements in the months in which they were known; those of later than the year after are left out."""

    def series(rows: pd.DataFrame) -> np.ndarray:
        found: dict[int, list[float]] = {}
        for row in rows.to_dict("records"):
            known = month_number(row["known_from"][:7])
            if known // 12 <= int(row["year"]) + 1:
                found.setdefault(known - span.first, []).append(row["value"])
        values = np.full(span.months, np.nan, np.float32)
        for place, published in found.items():
            if 0 <= place < span.months:
                values[place] = np.mean(published)  # bases that differ stand side by side
        return values

    def of(name: str) -> pd.DataFrame:
        return annual.loc[annual.series == name]

    estimates = of("warheads")
    by_source = [
        series(
            estimates.loc[(estimates.source == publisher) & estimates.year.between(since, until)]
        )
        for publisher, since, until in WARHEADS.values()
    ]
    return Measured(
        growth=jnp.asarray(series(of("output_growth"))),
        trade=jnp.asarray(series(of("china_trade"))),
        arrivals=jnp.asarray(series(of("arrivals"))),
        warheads=jnp.asarray(np.stack(by_source, axis=1)),
    )


def _coded(labels: pd.Series, levels: type | None) -> np.ndarray:
    """Levels of coded labels as numbers, yes as one, not a number where uncoded: [month]."""
    names = ["no", "yes"] if levels is None else [level.name.lower() for level in levels]  # type: ignore[attr-defined]
    wrong = set(labels.dropna()) - set(names)
    if wrong:
        raise ValueError(f"a coded move is one of {', '.join(names)}; received {sorted(wrong)}")
    return labels.map({name: float(i) for i, name in enumerate(names)}).to_numpy(np.float64)


def _whole(values: np.ndarray) -> Array:
    """Counts or levels as the model has them, nil where missing."""
    return jnp.asarray(np.nan_to_num(values), jnp.int32)
