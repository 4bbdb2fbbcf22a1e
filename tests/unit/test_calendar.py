"""Months as numbers, and what the calendar fixes."""

import jax.numpy as jnp
import pytest

from detente.domain.calendar import Calendar, month_number, month_text

CALENDAR = Calendar(
    inauguration=jnp.int32(month_number("1952-06")),
    term=jnp.int32(30),
    lead=jnp.int32(4),
    exercises=jnp.asarray([5, 10], jnp.int32),
    ally_handover=jnp.asarray([month_number("1952-01"), month_number("1951-09")], jnp.int32),
    ally_term=jnp.asarray([36, 24], jnp.int32),
    harvest=jnp.int32(9),
    war_ends=jnp.zeros(2, jnp.int32),
    closure=jnp.int32(0),
    food_shock=jnp.int32(0),
    death=jnp.int32(0),
)


def at(text: str):
    return jnp.int32(month_number(text))


@pytest.mark.parametrize("text", ["0001-01", "1951-03", "1999-12", "2000-01"])
def test_texts_and_numbers_turn_into_each_other(text: str):
    assert month_text(month_number(text)) == text


def test_numbers_run_on_over_the_year():
    assert month_number("1952-01") - month_number("1951-12") == 1


@pytest.mark.parametrize(
    "text", ["1951", "1951-3", "51-03", "1951-13", "1951-00", "March 1951", "1951-03-01", ""]
)
def test_other_texts_are_refused(text: str):
    with pytest.raises(ValueError, match="YYYY-MM"):
        month_number(text)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("1952-06", 0),
        ("1952-05", 1),
        ("1951-03", 15),
        ("1952-07", 29),
        ("1954-12", 0),
        ("1949-12", 0),
    ],
)
def test_months_to_handover(text: str, months: int):
    assert CALENDAR.months_to_handover(at(text)) == months


def test_one_election_a_term_with_its_lead():
    elections = [
        m
        for m in range(*map(month_number, ("1951-01", "1957-01")))
        if CALENDAR.election(jnp.int32(m))
    ]
    assert [month_text(m) for m in elections] == ["1952-02", "1954-08"]


def test_allies_change_office_each_at_its_term():
    months = range(*map(month_number, ("1951-01", "1956-01")))
    changes = {m: CALENDAR.ally_changes(jnp.int32(m)) for m in months}
    first, second = ([month_text(m) for m in months if changes[m][i]] for i in (0, 1))
    assert first == ["1952-01", "1955-01"]
    assert second == ["1951-09", "1953-09", "1955-09"]


def test_exercises_in_their_months_of_the_year():
    year = [f"1953-{m:02d}" for m in range(1, 13) if CALENDAR.exercise(at(f"1953-{m:02d}"))]
    assert year == ["1953-05", "1953-10"]
