"""The reference pages are what the code says, and nothing is undocumented."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from detente.app.cli import app
from detente.app.wiring import POLICIES
from detente.domain.outcomes import OUTCOMES
from detente.domain.quantity import leaves
from detente.engine.deep import sections
from detente.engine.month import MECHANISMS
from detente.scenarios.binding import PACKS as SHIPPED, names
from docs.generate import HERE, MARK, pages

PAGES = pages()


@pytest.mark.parametrize("path", PAGES)
def test_page_is_up_to_date(path):
    assert (HERE / path).read_text(encoding="utf-8") == PAGES[path], "run `make docs`"


def test_no_generated_page_is_left_over():
    marked = {
        str(path.relative_to(HERE))
        for path in HERE.rglob("*.md")
        if path.read_text(encoding="utf-8").startswith(MARK)
    }
    assert marked == set(PAGES)


@pytest.mark.parametrize("name", MECHANISMS)
def test_mechanism_says_claim_equation_reference_domain_limits(name):
    text = MECHANISMS[name].__doc__ or ""
    for part in ("Claim:", "Equation", "Reference:", "Domain:", "Limits:"):
        assert part in text, f"{name}'s docstring lacks {part}"


@pytest.mark.parametrize("pack", names(SHIPPED))
def test_every_parameter_has_a_row(pack):
    assert f"parameters/{pack}.md" in PAGES["reference/parameters.md"]
    text = PAGES[f"reference/parameters/{pack}.md"]
    for record in sections(POLICIES).values():
        for leaf in leaves(record):
            if not leaf.name.startswith(
                (
                    "offices.challenger",
                    "offices.intent",
                    "month",
                    "diplomacy.slots",
                    "diplomacy.table",
                )
            ):
                assert f"`{leaf.name}" in text


def test_every_outcome_and_command_has_an_entry():
    for outcome in OUTCOMES:
        assert f"`{outcome.name}`" in PAGES["reference/outcomes.md"]
    for command in app.registered_commands:
        assert (
            f"## detente {getattr(command.callback, '__name__', '?')}"
            in PAGES["reference/commands.md"]
        )


def test_links_between_pages_lead_somewhere():
    root = HERE.parent
    for path in [*HERE.rglob("*.md"), *root.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.relative_to(root)} links to {target}"


def test_decisions_are_short():
    for path in (HERE / "decisions").glob("*.md"):
        assert len(path.read_text(encoding="utf-8").split()) < 400, Path(path).name


def test_commands_in_the_readme_exist():
    """Every `detente` line of the README names a command and options that there are."""
    text = (HERE.parent / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ \.venv/bin/detente (.+)$", text, re.M)
    assert len(lines) >= 3
    for line in lines:
        command = get_command(app)
        words = line.split()
        while words and words[0] in getattr(command, "commands", {}):
            command = getattr(command, "commands", {})[words.pop(0)]
        options = {word for word in words if word.startswith("-")}
        assert options <= {o for p in command.params for o in p.opts} | {"--help"}, line
        assert "--help" in options or not hasattr(command, "commands"), line
