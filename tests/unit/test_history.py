"""Facts: sourced, not known before they happened, none later than 2024-12, and hidden while they could not be known."""

import csv
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from detente.domain import axes
from detente.history import annual, monthly, moves, targets
from detente.history.check import disputes, holdings, wrong
from detente.history.coding import _agreement, coded
from detente.history.panel import TARGETS
from detente.history.schema import LAST, InvalidFactsError
from detente.history.tables import CLASSES, FACTS, INSTRUMENTS, LEVELS, TABLES, read, rows, sources

MONTHS = [str(month) for month in pd.period_range("1993-01", LAST, freq="M")]


# --- the tables ---------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_shipped_tables_keep_their_rules(name):
    assert list(read(name).columns) == [column.name for column in TABLES[name].every]


def test_every_file_is_a_table_and_every_source_is_used():
    assert {path.stem for path in FACTS.glob("*.csv")} == set(TABLES)
    cited = {key for name in TABLES for row in rows(name) for key in row["source"].split()}
    assert cited == set(sources())


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_later_than_the_last_month_or_known_before_it_happened(name):
    dated = TABLES[name].dated
    for row in rows(name):
        assert max(row["known_from"], row.get("last", ""), row[dated])[:7] <= LAST, row
        assert row["known_from"][: len(row[dated])] >= row[dated], row


def test_sources_say_who_what_and_when():
    for key, source in sources().items():
        assert source["author"], key
        assert source["title"], key
        assert source["year"] <= 2024, key
        assert source["checked"], key


def test_labels_are_the_models():
    assert CLASSES[:-1] == axes.MISSILE_CLASS.labels
    assert axes.labels(axes.Channel) == LEVELS
    levels = {
        "guarantor.pressure": axes.Pressure,
        "guarantor.posture": axes.Posture,
        "guarantor.delivery": axes.Delivery,
        "allies.first.stance": axes.Stance,
        "challenger.border": axes.Border,
    }
    for name, known in levels.items():
        assert INSTRUMENTS[name] == axes.labels(known)


WRONG = {
    "an unknown source": ("tests", 2, "source", "nobody-2001", "a key of sources.toml"),
    "no source": ("tests", 2, "source", "", "required"),
    "no day": ("tests", 2, "date", "2006-13-09", "in the calendar"),
    "another form": ("tests", 2, "date", "9 October 2006", "a day"),
    "too late": ("tests", 2, "known_from", "2025-01-01", "nothing later than 2024-12"),
    "too early": ("tests", 2, "known_from", "2006-10-08", "not known before it happened"),
    "out of order": ("tests", 2, "low", "9.9", "in order"),
    "no number": ("tests", 2, "value", "four", "a number"),
    "an unknown label": ("launches", 2, "class", "huge", "one of short"),
    "read by nobody": ("offices", 2, "verified", "yes", "verifies nothing"),
    "twice": ("tests", 3, "date", "2006-10-09", "given once"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_its_row(case, tmp_path):
    name, line, column, value, said = WRONG[case]
    shutil.copy(FACTS / f"{name}.csv", tmp_path)
    found = [dict(row) for row in rows(name, tmp_path)]
    found[line - 2][column] = value
    with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    with pytest.raises(InvalidFactsError) as caught:
        read(name, folder=tmp_path)
    (fault,) = caught.value.faults
    assert fault.place.startswith(f"{name}.csv:{line}")
    assert said in fault.rule
    assert fault.remedy
    assert fault.rule in str(caught.value)


SPELLS = "first,last,instrument,level,source,known_from,verified,note\n"


@pytest.mark.parametrize(
    ("spells", "said"),
    [
        ("2001-01,2001-06,guarantor.aid,perhaps", "levels of guarantor.aid"),
        ("2001-01,2000-06,guarantor.aid,yes", "it ends when it begins"),
        ("2001-01,2001-06,guarantor.mood,yes", "one of guarantor.pressure"),
        (
            "2001-01,2001-06,guarantor.aid,yes\n2001-06,2001-07,guarantor.aid,no",
            "one level a month",
        ),
    ],
)
def test_spells_have_known_levels_and_don_t_overlap(spells, said, tmp_path):
    lines = [f"{line},general-knowledge,2001-06-30,unverified," for line in spells.split("\n")]
    (tmp_path / "moves_a.csv").write_text(SPELLS + "\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InvalidFactsError) as caught:
        read("moves_a", folder=tmp_path)
    assert any(said in fault.rule for fault in caught.value.faults), caught.value


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    assert not wrong()
    for path in FACTS.glob("*.csv"):
        shutil.copy(path, tmp_path)
    for name in ("tests", "prices"):
        text = (tmp_path / f"{name}.csv").read_text(encoding="utf-8")
        (tmp_path / f"{name}.csv").write_text(text + text.splitlines()[-1] + "\n", "utf-8")
    assert [fault.place.split(".")[0] for fault in wrong(tmp_path)] == ["tests", "prices"]


@pytest.mark.parametrize("row", ["2006-10-09,10:35", "2006-10-09,10:35,4,,,x,y,yes,note,more"])
def test_a_row_has_as_many_cells_as_columns(row, tmp_path):
    head = ",".join(column.name for column in TABLES["tests"].every)
    (tmp_path / "tests.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    with pytest.raises(InvalidFactsError):
        read("tests", folder=tmp_path)


def test_other_columns_are_refused(tmp_path):
    (tmp_path / "tests.csv").write_text("day,source\n2006-10-09,x\n", encoding="utf-8")
    with pytest.raises(InvalidFactsError, match="columns date, time, value"):
        read("tests", folder=tmp_path)


# --- the panel ----------------------------------------------------------------


def test_the_panel_says_what_is_known_of_the_years_since_2012():
    panel = monthly()
    assert (str(panel.index[0]), str(panel.index[-1])) == ("1993-01", "2024-12")
    recent = panel.loc["2012-01":]
    assert recent.provocations.mean() == pytest.approx(1.71, abs=0.005)
    assert recent.provocations.var() == pytest.approx(6.53, abs=0.005)
    assert (recent.provocations == 0).mean() == pytest.approx(0.43, abs=0.005)
    assert recent.launch_days.mean() == pytest.approx(0.92, abs=0.01)
    assert recent.launch_days.var() == pytest.approx(1.73, abs=0.01)
    assert (recent.launch_days == 0).mean() == pytest.approx(0.53, abs=0.01)


def test_the_gap_after_november_2017_is_there():
    days = sorted(row["date"] for row in rows("launches"))
    before = max(day for day in days if day < "2018")
    after = min(day for day in days if day > "2018")
    assert (before, after) == ("2017-11-29", "2019-04-17")
    assert monthly().loc["2017-12":"2019-03", "missiles_launched"].sum() == 0


def test_known_episodes_stand_in_the_panel():
    panel = monthly()
    assert panel.nuclear_tests.sum() == 6
    assert panel.loc["2017-09", "nuclear_tests"] == 1
    assert list(panel.index[panel.us_dprk_summit == 1].astype(str)) == [
        "2018-06",
        "2019-02",
        "2019-06",
    ]
    assert panel.loc["2019-10", "talks_level"] == 2
    assert panel.loc["2019-11":, "us_dprk_talks"].sum() == 0
    assert panel.loc["2022-05", "vetoes"] == 1
    assert panel.resolutions.sum() == 10
    assert panel.loc["2018-04", "track_level"] == 3


def test_attacks_are_told_from_harassment():
    panel = monthly()
    assert panel.loc["2010-11", ["attacks", "harassment"]].tolist() == [1, 0]
    assert panel.loc["2024-09", ["attacks", "harassment"]].tolist() == [0, 11]
    assert panel.loc["2022-10", "attacks"] == 0


def test_classes_add_up_to_missiles():
    panel = monthly()
    assert (panel[list(CLASSES)].sum(axis=1) == panel.missiles_launched).all()
    assert panel.launch_days.le(panel.missiles_launched).all()


def test_missing_stays_missing():
    panel = monthly()
    assert panel.loc[:"2011-12", "kim_military"].isna().all()
    assert panel.loc[:"2022-06", "russia_cooperation"].isna().all()
    assert np.isnan(panel.loc["1995-03", "exercise"])
    assert panel.launch_days.notna().all()


def test_days_are_korean():
    kept = {(row["date"], row["class"]) for row in rows("launches")}
    assert ("2022-10-01", "short") in kept  # 30 September, 21:42 UTC
    assert ("2024-11-05", "short") in kept
    assert ("2017-05-14", "medium") in kept
    salvo = [row for row in rows("launches") if row["date"] == "2024-11-05"]
    assert sum(int(row["count"]) for row in salvo) == 7


def test_targets_are_columns_of_the_panel():
    kept, panel = targets(), monthly()
    assert list(kept) == list(TARGETS)
    for name, column in TARGETS.items():
        assert np.array_equal(kept[name], panel[column], equal_nan=True)


@pytest.mark.parametrize("month", ["2025-01", "1992-12", "2001-13", "2001", "soon"])
def test_a_month_that_facts_do_not_reach_is_a_mistake(month):
    for ask in (monthly, targets, annual, moves):
        with pytest.raises(ValueError, match="1993-01 to 2024-12"):
            ask(month)


# --- as of --------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(MONTHS))
def test_what_could_not_be_known_is_hidden(month):
    """No row known later changes anything that is said as of a month, and no month after it appears."""
    for name in TABLES:
        assert (read(name, month).known_from.str[:7] <= month).all()
    panel = monthly(month)
    assert str(panel.index[-1]) == month
    assert (annual(month).known_from.str[:7] <= month).all()
    coded = moves(month)
    assert coded.empty or str(coded.month.max()) <= month


def test_earlier_months_change_only_by_what_became_known():
    """As of 2012-05 the visit of April 2012 had just come out; as of 2012-04 it had not."""
    assert monthly("2012-04").loc["2012-04", "us_dprk_talks"] == 0
    assert monthly("2012-05").loc["2012-04", "us_dprk_talks"] == 1


def test_revised_figures_come_when_they_were_published():
    def growth(as_of: str) -> float:
        rows = annual(as_of)
        return rows.query("series == 'output_growth' and year == 2007").value.item()

    assert growth("2008-12") == -2.3
    assert growth("2010-12") == -1.2
    assert annual("2008-05").query("series == 'output_growth' and year == 2007").empty


def test_reading_does_not_let_callers_change_what_others_read():
    frame = read("tests")
    frame["value"] = 0.0
    assert read("tests").value.min() > 4


# --- years, disputes, coders --------------------------------------------------


def test_rival_publishers_stand_side_by_side():
    rows = annual()
    trade = rows.query("series == 'china_trade' and year == 2022")
    assert set(trade.source) == {"Chinese customs", "KOTRA"}
    assert not rows.duplicated(["series", "source", "year"]).any()
    assert ((rows.low <= rows.value) & (rows.value <= rows.high)).all()


def test_the_break_of_method_is_kept():
    sipri = annual().query("source == 'SIPRI'")
    assert sipri.query("series == 'warheads'").year.min() == 2022
    assert sipri.query("series == 'warheads_could_build'").year.min() == 2016


def test_disputes_name_table_and_ends():
    found = list(disputes())
    assert any(d.table == "china_trade" and d.when == "2022" for d in found)
    assert all(d.low < d.high for d in found)


def test_holdings_count_every_row():
    assert {held.table: held.rows for held in holdings()} == {n: len(rows(n)) for n in TABLES}


def test_moves_are_what_both_coders_or_a_source_say():
    one, other, settled = (
        coded(name, LAST).to_dict() for name in ("moves_a", "moves_b", "moves_settled")
    )
    found = moves()
    names = found["role"] + "." + found["instrument"]
    kept = dict(zip(zip(names, found["month"], strict=True), found["level"], strict=True))
    assert {name for name, _ in kept} == set(INSTRUMENTS)
    agreed = {key: level for key, level in one.items() if other.get(key) == level}
    assert kept == agreed | settled


def pairs(a: str, b: str) -> pd.DataFrame:
    return pd.DataFrame({"a": list(a), "b": list(b)})


def test_agreement_is_cohens_and_krippendorffs():
    found = _agreement("x", pairs("yyyyynnnnn", "yyyynnnnny"))
    assert found.share == pytest.approx(0.8)
    assert found.kappa == pytest.approx(0.6)
    assert found.alpha == pytest.approx(1 - 0.2 / (1 - (10 * 9 + 10 * 9) / (20 * 19)))


def test_agreement_without_variation_is_unknown():
    assert _agreement("x", pairs("yyyy", "yyyy"))[1:] == (4, 1.0, None, None)
    assert _agreement("x", pairs("", ""))[1:] == (0, None, None, None)
    assert _agreement("x", pairs("yyyy", "nnnn")).kappa == 0.0
