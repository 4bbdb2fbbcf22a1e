"""Write `docs/published.md`: published patterns and sanity checks beside what the model gives."""

import inspect
from pathlib import Path

from tests.published.expected import EXPECTED
from tests.published.finding import BAND, Checks
from tests.published.korea import MONTHS, REPLICATES, WORLDS, Korea
from tests.published.patterns import PATTERNS
from tests.published.sanity import SANITY

PAGE = Path(__file__).parents[2] / "docs" / "published.md"


def main() -> None:
    """Run every check, and write the page."""
    korea = Korea()
    text = [
        "# Published patterns",
        "",
        "What is published, and what the model makes of it under its priors. Nothing is tuned to any of these. A",
        f"fact has to lie in the {BAND:.0%} range of futures, in brackets after the median; for what happened",
        f"once that rules out little. {WORLDS} worlds with {REPLICATES} futures each over {MONTHS // 12} years,",
        "more worlds for what is rare; errors are standard errors, clustered by world. Facts are of 2024-12 or before.",
        "",
        "Written by `make published` from `tests/published/`, whose tests run the same functions.",
        "",
        "## Patterns",
        "",
        *_table(korea, PATTERNS),
        "",
        "## Eight years from January 2025",
        "",
        *_table(korea, SANITY),
        "",
        "## What fails, and why",
        "",
        *([f"- `{name}`: {why}" for name, why in EXPECTED.items()] or ["Nothing."]),
    ]
    PAGE.write_text("\n".join(text) + "\n", encoding="utf-8")


def _table(korea: Korea, checks: Checks) -> list[str]:
    rows = [["check", "what", "published", "model", ""], ["---"] * 5]
    for name, check in checks.items():
        found = check(korea)
        verdict = "holds" if found.holds else "**fails**"
        rows.append([f"`{name}`", inspect.getdoc(check) or "", *found[:2], verdict])
    return ["| " + " | ".join(row) + " |" for row in rows]


if __name__ == "__main__":
    main()
