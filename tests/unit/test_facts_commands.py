"""The commands about facts: shown in 80 columns, checked, drawn; what is mistyped is said plainly."""

import io
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from detente.app.catalog.facts import SERIES
from detente.app.facts import app
from detente.app.report.factcharts import Panel, draw
from detente.app.report.printing import CHROMIUMS
from detente.history import annual, monthly
from detente.history.tables import TABLES


def call(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def narrow(text: str) -> bool:
    """No line is wider than 80, but for addresses, which no line can break."""
    return all(len(line) <= 80 or "://" in line for line in text.splitlines())


def test_every_monthly_series_is_listed():
    assert set(SERIES) == set(monthly().columns)
    code, text = call("show")
    assert code == 0
    assert all(name in text for name in (*SERIES, *TABLES))
    assert narrow(text)


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_shown_with_their_sources(name):
    code, text = call("show", name, "--from", "2017-01", "--to", "2018-06")
    assert code == 0
    assert narrow(text)


def test_a_table_shows_what_is_unverified_and_what_differs():
    assert "2,914 (2,914–2,929)" in call("show", "arrivals")[1]
    assert "unverified" in call("show", "offices")[1]
    code, text = call("show", "talks", "--from", "2012-04", "--to", "2012-04")
    assert code == 0
    assert "known 2012-05-18" in text


def test_a_series_is_shown_year_by_year():
    code, text = call("show", "launch_days", "--from", "2012-01", "--as-of", "2012-06")
    assert code == 0
    assert text.splitlines()[-1].split() == ["2012", "0", "0", "0", "1", "0", "0"]
    assert "." in call("show", "kim_military", "--to", "2012-02")[1].splitlines()[-2]


def test_a_table_and_a_series_as_comma_separated_values():
    table = pd.read_csv(io.StringIO(call("show", "tests", "--csv")[1]))
    assert list(table) == [column.name for column in TABLES["tests"].every]
    series = pd.read_csv(io.StringIO(call("show", "gpr_korea", "--csv")[1]), index_col=0)
    assert np.allclose(series.gpr_korea, monthly().gpr_korea)


def test_a_check_says_what_there_is():
    code, text = call("check")
    assert code == 0
    assert "Every rule is kept." in text
    assert "china_trade" in text
    assert "guarantor.pressure" in text
    assert narrow(text)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "launchs"), "there is no table and no series 'launchs'"),
        (("show", "launches", "--from", "2017"), "--from is a month"),
        (("show", "launches", "--from", "2018-01", "--to", "2017-01"), "--from is not later"),
        (("show", "launches", "--as-of", "2030-01"), "a month from 1993-01 to 2024-12"),
        (("plot", "launches", "--out", "x.svg"), "series are"),
        (("plot", "launch_days", "--out", "x.jpg"), "ends in .svg, .html or .png"),
    ],
)
def test_what_is_mistyped_is_said(words, said):
    code, text = call(*words)
    assert code == 2
    assert said in " ".join(text.split())


def test_a_drawing_stands_alone(tmp_path):
    out = tmp_path / "new" / "x.svg"
    code, text = call("plot", "launch_days", "warheads", "kim_military", "--out", str(out))
    assert code == 0
    assert str(out) in text.replace("\n", "")
    root = ElementTree.fromstring(out.read_text(encoding="utf-8"))
    words = " ".join(root.itertext())
    assert all(name in words for name in ("launch_days", "warheads", "SIPRI", "FAS", "2020"))


def test_a_page_holds_the_drawing_and_its_numbers(tmp_path):
    out = tmp_path / "x.html"
    assert call("plot", "nuclear_tests", "--from", "2017-01", "--out", str(out))[0] == 0
    text = out.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "2017-09,1.0" in text
    assert "://" not in text.replace("http://www.w3.org/2000/svg", "")


def test_bars_stand_where_something_happened_and_grey_where_nobody_counted():
    index = pd.period_range("2001-01", "2001-04", freq="M")
    series = pd.Series([0.0, 2.0, np.nan, 1.0], index)
    svg, height = draw([Panel("x", "of a test", months=series)], "2001-01", "2001-04")
    assert svg.count('class="bar"') == 2
    assert svg.count('class="none"') == 1
    assert f'viewBox="0 0 800 {height}"' in svg


def test_publishers_get_a_line_each():
    rows = annual().query("series == 'warheads_could_build' or series == 'china_trade'")
    svg, _ = draw([Panel("x", "of a test", years=rows)], "2001-01", "2024-12")
    assert all(name in svg for name in ("SIPRI", "KOTRA", "Chinese customs"))


def test_a_picture_needs_a_chromium(tmp_path, monkeypatch):
    monkeypatch.setattr("detente.app.report.printing.shutil.which", lambda _: None)
    code, text = call("plot", "launch_days", "--out", str(tmp_path / "x.png"))
    assert code == 2
    assert CHROMIUMS[0] in text
