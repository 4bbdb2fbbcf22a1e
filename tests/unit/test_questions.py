"""Questions: how they are read, answered by samples and by facts, and how often they came true before."""

import numpy as np
import pandas as pd
import pytest

from detente.inference.questions import Question, base_rate, outcome, parse, probability

TARGETS = ("nuclear_tests", "launch_days", "missiles_launched", "us_dprk_summit")


def facts(values: list[float]) -> pd.DataFrame:
    index = pd.period_range("2001-01", periods=len(values), freq="M", name="month")
    return pd.DataFrame({"nuclear_tests": values}, index=index)


def samples(paths: list[list[float]]) -> pd.DataFrame:
    months = pd.period_range("2001-01", periods=len(paths[0]), freq="M").astype(str)
    return pd.DataFrame(
        {
            "target": "nuclear_tests",
            "month": np.tile(months, len(paths)),
            "sample": np.repeat(np.arange(len(paths)), len(months)),
            "value": np.ravel(paths),
        }
    )


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("nuclear_tests >= 1", Question("nuclear_tests", "sum", ">=", 1)),
        ("launch_days>3", Question("launch_days", "sum", ">", 3)),
        ("us_dprk_summit == 1", Question("us_dprk_summit", "sum", "==", 1)),
        ("  missiles_launched sum >= 10 ", Question("missiles_launched", "sum", ">=", 10)),
        ("missiles_launched max<2.5", Question("missiles_launched", "max", "<", 2.5)),
        ("launch_days any != 0", Question("launch_days", "any", "!=", 0)),
    ],
)
def test_reads(text, question):
    assert parse(text, TARGETS) == question
    assert parse(str(question), TARGETS) == question


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a target, a comparison and a number"),
        ("nuclear_tests", "a target, a comparison and a number"),
        ("nuclear_tests >= 1 or 2", "a target, a comparison and a number"),
        (
            "nuclear_test >= 1",
            r"one of nuclear_tests, .*received 'nuclear_test': did you mean nuclear_tests",
        ),
        ("rockets >= 1", "received 'rockets'$"),
        ("nuclear_tests mean >= 1", "one of sum, max, any; received 'mean'"),
        ("nuclear_tests => 1", "a comparison is one of >= <= == != > <; received '=>'"),
        ("nuclear_tests >= one", "a number, such as 1; received 'one'"),
        ("nuclear_tests >= nan", "a number, such as 1; received 'nan'"),
    ],
)
def test_what_is_no_question_says_why(text, says):
    with pytest.raises(ValueError, match=says):
        parse(text, TARGETS)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("nuclear_tests >= 1", 0.75),
        ("nuclear_tests >= 3", 0.5),
        ("nuclear_tests max >= 3", 0.25),
        ("nuclear_tests any == 0", 0.75),
        ("nuclear_tests == 0", 0.25),
    ],
)
def test_probability_is_the_share_of_samples(text, share):
    drawn = samples([[0, 0], [0, 3], [1, 0], [2, 2]])
    assert probability(parse(text, TARGETS), drawn, "2001-01", "2001-02") == share


def test_a_window_may_be_part_of_what_is_forecast_but_not_more():
    question, drawn = parse("nuclear_tests >= 1", TARGETS), samples([[0, 0, 5], [0, 1, 0]])
    assert probability(question, drawn, "2001-01", "2001-02") == 0.5
    with pytest.raises(ValueError, match="has none of 2001-04 and others: forecast further"):
        probability(question, drawn, "2001-01", "2001-05")
    with pytest.raises(ValueError, match="received 2001-03 to 2001-01: swap"):
        probability(question, drawn, "2001-03", "2001-01")
    with pytest.raises(ValueError, match="choose one origin"):
        probability(question, pd.concat([drawn, drawn]), "2001-01", "2001-02")
    with pytest.raises(ValueError, match="YYYY-MM, such as 2025-01; received '2001-1'"):
        probability(question, drawn, "2001-1", "2001-02")


def test_outcome_is_that_of_the_facts_and_none_where_they_are_missing():
    question = parse("nuclear_tests >= 2", TARGETS)
    known = facts([0, 1, 1, np.nan])
    assert outcome(question, known, "2001-01", "2001-03") is True
    assert outcome(question, known, "2001-01", "2001-02") is False
    assert outcome(question, known, "2001-01", "2001-04") is None
    assert outcome(question, known, "2001-03", "2001-06") is None


def test_base_rate_counts_windows_of_the_same_length():
    known = facts([0, 0, 1, 0, 0, 0, 0, 0])
    found = base_rate(parse("nuclear_tests >= 1", TARGETS), known, "2001-08", 3)
    assert (found.windows, found.apart, found.share) == (6, 2, 0.5)
    assert 0 < found.low < 0.5 < found.high < 1
    single = base_rate(parse("nuclear_tests >= 1", TARGETS), known, "2001-08", 1)
    assert (single.windows, single.apart, single.share) == (8, 8, 0.125)


def test_base_rate_sees_nothing_later_and_leaves_out_what_is_missing():
    question = parse("nuclear_tests >= 1", TARGETS)
    known = facts([0, 0, np.nan, 0, 0, 1, 1])
    found = base_rate(question, known, "2001-05", 2)
    assert (found.windows, found.apart, found.share) == (2, 2, 0.0)
    assert found.high > 0.3
    short = base_rate(question, known, "2001-02", 6)
    assert short.windows == 0
    assert np.isnan(short.share)
