"""Examples, and the Python of README and docs/python.md: every call fits, and all of it runs."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import detente

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
PAGES = [ROOT / "README.md", ROOT / "docs" / "python.md"]
WARNED = ("-W", "error")


def code(path: Path) -> str:
    """A script, or the Python of a page as one script."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    return "\n".join(re.findall(r"^```python\n(.*?)^```$", text, re.S | re.M))


def calls(path: Path) -> list[ast.Call]:
    """Calls of the public names, in code and, on a page, in prose."""
    texts = [code(path)]
    if path.suffix == ".md":
        found = re.findall(r"`(detente\.\w+\([^`]*\))`", path.read_text(encoding="utf-8"))
        texts += [text.replace("\n", " ") for text in found]
    return [
        node
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("detente.")
    ]


def run(folder: Path, *words: str | Path, given: str | None = None) -> str:
    done = subprocess.run(
        [sys.executable, *WARNED, *map(str, words)],
        input=given,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", [*EXAMPLES, *PAGES], ids=lambda path: path.name)
def test_calls_fit_the_names(path: Path):
    found = calls(path)
    assert found
    for call in found:
        name = ast.unparse(call.func).removeprefix("detente.")
        assert name in detente.__all__
        options = {keyword.arg: None for keyword in call.keywords if keyword.arg}
        inspect.signature(getattr(detente, name)).bind(*call.args, **options)


def test_examples_are_short_and_listed():
    listed = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert len(EXAMPLES) == 2
    for path in EXAMPLES:
        assert f"]({path.name})" in listed
        assert len(code(path).splitlines()) <= 80


def test_the_readme_shows_ten_lines():
    assert len(code(ROOT / "README.md").splitlines()) <= 10


def test_the_page_names_all_that_is_public():
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert set(detente.__all__) <= set(rows)
    of_a_run = re.findall(r"`(\w+)(?:\([\w, ]*\))?`", page.split("| of a run | is |")[1])
    public = {name for name in vars(detente.Run) if not name.startswith("_")}
    assert public <= set(of_a_run)


@pytest.mark.slow
def test_doctrines_are_compared(tmp_path: Path):
    said = run(tmp_path, ROOT / "examples" / "compare_doctrines.py", tmp_path / "run", "40")
    assert "400 futures, 0 of them failed" in said
    table = said.split("agreement_signed (flag)")[1].split("\n\n")[0]
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()[3:]}
    worlds = detente.open_run(tmp_path / "run").pandas().groupby("intent").world.nunique()
    assert {name: int(row[2]) for name, row in rows.items()} == worlds[worlds > 0].to_dict()
    assert all(-1 <= float(row[0]) <= 1 for row in rows.values())


@pytest.mark.slow
def test_a_number_is_swept(tmp_path: Path):
    said = run(tmp_path, ROOT / "examples" / "sweep_a_number.py", tmp_path, "40")
    assert [made.manifest.changes for made in detente.runs(tmp_path)] == [
        {"arsenal.growth": value} for value in (0, 0.08, 0.2)
    ]
    shown = re.findall(r"^wait-and-contain +0.*?(\d+)\.0$|^ +0\.\d+.*?(\d+)\.0$", said, re.M)
    kg = [int(a or b) for a, b in shown]
    assert kg[:3] == sorted(kg[:3])
    assert kg[0] < kg[2], "material grows with the plants"
    assert said.count("±") == 3


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_what_pages_show_runs(page: Path, tmp_path: Path):
    said = run(tmp_path, "-", given=code(page))
    assert "future 7 under verified-freeze" in said
