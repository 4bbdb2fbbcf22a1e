"""`detente facts import` as a person meets it: the account, the file, and mistakes."""

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from detente.app.cli import app

GENUINE = Path(__file__).parents[1] / "events" / "icews.tab"


def call(*words: str | Path) -> tuple[int, str]:
    """Run the command; give its exit code and all that it printed."""
    result = CliRunner().invoke(app, ["facts", "import", *map(str, words)])
    return result.exit_code, result.output


def test_an_import_accounts_for_every_row_and_writes_events(tmp_path):
    out = tmp_path / "events.parquet"
    code, text = call(GENUINE, "--format", "icews", "--between", "USA", "PRK", "--out", out)
    assert code == 0, text
    counts = {
        name: int(count.replace(",", "").replace("−", "-"))
        for name, count in re.findall(r"^  (\S.*?) {2,}(−?[\d,]+)", text, re.M)
    }
    lost = sum(count for count in counts.values() if count < 0)
    assert counts["rows in the file"] + lost == counts["rows kept"] > 0
    assert counts["events in them"] == len(pd.read_parquet(out))
    assert "doi:10.7910/DVN/28075" in text
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith("Written"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([GENUINE, "--format", "gdelt"], "61 columns"),
        ([GENUINE, "--format", "cable"], "formats are icews"),
        ([GENUINE, "--format", "icews", "--between", "USA", "NKO"], "received NKO"),
        ([GENUINE, "--format", "icews", "--encoding", "morse"], "received morse"),
        (["nowhere.tab", "--format", "icews"], "detente: nowhere.tab: No such file"),
        ([GENUINE, "--format", "icews", "--out", "nowhere/events.parquet"], "nowhere"),
    ],
)
def test_mistakes_get_a_plain_word(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    code, text = call(*words)
    assert code == 2
    assert said in text
    assert "Traceback" not in text
    assert not list(tmp_path.iterdir())
