"""Turns, spells and levels: what of a wavering line counts as an event."""

import numpy as np

from detente.app.report import deeds, story
from detente.app.report.chronicle import Chronicle, begins, changes, levels, people, spells, turns


def line(text: str) -> np.ndarray:
    return np.array([int(letter) for letter in text])


def test_a_line_is_taken_where_it_is_held():
    assert turns(line("000000000000")) == [(0, 0)]
    assert turns(line("0001000010000")) == [(0, 0)]  # wavering
    assert turns(line("000000111111111")) == [(0, 0), (6, 1)]
    assert turns(line("00000011011111")) == [(0, 0), (6, 1)]  # once is forgiven
    assert turns(line("0000000011")) == [(0, 0)]  # too late to tell


def test_short_interruptions_do_not_end_a_spell():
    assert spells(line("0110011000100").astype(bool)) == [(1, 6), (10, 10)]
    assert spells(line("0000").astype(bool)) == []
    assert begins(line("1101").astype(bool)) == [0, 3]
    assert changes(np.array([1.0, 1.0, 2.0])) == [2]


def test_a_level_is_left_with_some_slack():
    assert levels(np.array([0.1, 0.34, 0.5, 0.32, 0.2]), (1 / 3, 2 / 3), 0.05) == [
        (0, 0),
        (2, 1),
        (4, 0),
    ]


def test_people_are_counted_to_two_digits():
    assert [people(n) for n in (0, 7, 142, 98_765, 2_345_678)] == [
        "0",
        "7",
        "140",
        "99,000",
        "2.3 m",
    ]


def test_a_future_is_told_whole(harbour, small):
    months = harbour.future("settle", 3)
    head = harbour.pack.head
    lines = story.tell(months, head, harbour.doctrines["settle"], 3)
    assert max(len(text) for text in lines) <= 80
    text = "\n".join(lines)
    years = sorted({int(m) // 12 for m in np.asarray(months.world.month)})
    assert [t for t in lines if t.isdigit()] == [str(year) for year in years]
    assert text.count("in numbers") == len(years)
    assert head.roles.challenger.name in text
    assert "[hidden] The leader of" in text
    for role in ("challenger", "guarantor", "patrons"):
        assert role not in text  # names, not roles
    c = Chronicle(months, head)
    told = sum(event.text.count("nuclear device") for event in deeds.tests(c))
    assert told == int(np.count_nonzero(c.world.testing.nuclear_tests))
