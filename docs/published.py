"""Write `docs/published.md`: the scoreboard of patterns, under the priors and under the posterior that ships."""

from pathlib import Path

from detente.app import history
from detente.app.patterns import apart
from detente.app.patterns.catalogue import CHECKS, PATTERNS, SANITY
from detente.app.patterns.finding import BAND, Verdict
from detente.app.patterns.korea import MONTHS, REPLICATES, WORLDS, Korea
from detente.app.patterns.scoreboard import PRIOR, Line, counted, score, what
from detente.history.schema import LAST
from detente.inference.posteriors import Dated
from tests.published.expected import CARRIED, EXPECTED, READINGS

PAGE = Path(__file__).parent / "published.md"


def main() -> None:
    """Run every check, and write the page."""
    posterior = history.dated()
    lines = score(CHECKS, posterior, lambda: None)
    PAGE.write_text(
        page(lines, posterior, apart.conclusions(Korea(posterior), lambda: None)), encoding="utf-8"
    )


def page(lines: list[Line], posterior: Dated, concluded: list[apart.Conclusion]) -> str:
    """The page, as Markdown."""
    sides = {line.under for line in lines}
    text = [
        "# Published patterns",
        "",
        "What is published, and what the model makes of it. Nothing is tuned to any of these, and what fails is",
        f"shown. A fact has to lie in the {BAND:.0%} range of futures, in brackets after the median; for what",
        f"happened once that rules out little. {WORLDS} worlds with {REPLICATES} futures each over",
        f"{MONTHS // 12} years, or from 1994 to 2024; more worlds for what is rare; errors are standard errors,",
        "clustered by world. The last column says by how much published and model, or two rivals, lie apart: in",
        "standard deviations of the predictive spread (sd), in standard errors (se), or in log odds. Facts are of",
        "2024-12 or before.",
        "",
        "Names begin with the pattern's kind and number: *p* is expected; *r* has rival findings, and *holds* means",
        "that the first is favoured, *not identified* that neither is; *n* is a null that must not be found; *d* is a",
        "diagnostic of the prior. For *r*, *published* gives what the record says.",
        "",
        "Written by `make published`, which runs what `detente patterns` runs.",
        _made(lines),
        "",
        *(
            " ".join(counted([line for line in lines if line.under == side]))
            for side in sorted(sides)
        ),
        "",
        "## Patterns",
        "",
        *_table([line for line in lines if line.name in PATTERNS]),
        "",
        "## Eight years from January 2025",
        "",
        *_table([line for line in lines if line.name in SANITY]),
        "",
        "## What fails, and why",
        "",
        *_fails(lines),
        "",
        "## What the data can tell apart",
        "",
        *_fenced(apart.shown_told(*apart.told(posterior, LAST))),
        "",
        "Types are not calibrated. Conclusions under three weights of their regions:",
        "",
        *_fenced(apart.shown_conclusions(concluded)),
    ]
    return "\n".join(text) + "\n"


def _made(lines: list[Line]) -> str:
    """Under what the page was made."""
    dates = sorted({date for line in lines for date in line.as_of.split(", ") if date})
    return (
        f"Made under the priors and under the shipped posterior as of {', '.join(dates)}: of the December before a run "
        "starts, so that nothing later goes in. Runs from 1994 to 2024 take the latest, and are in sample."
    )


def _table(lines: list[Line]) -> list[str]:
    rows = [["check", "what", "published", "under", "model", "verdict", "by"], ["---"] * 7]
    for line in lines:
        found, first = line.found, line.under == PRIOR
        verdict = f"**{found.verdict}**" if found.verdict is Verdict.FAILS else str(found.verdict)
        verdict += f": {found.why}" if found.why else ""
        head = [f"`{line.name}`", what(line.name), found.published] if first else ["", "", ""]
        under = f"{line.under} {line.as_of}".strip()
        rows.append([*head, under, found.model, verdict, f"{found.by:+.1f} {found.unit}"])
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]


def _fails(lines: list[Line]) -> list[str]:
    """Failing checks with their reasons, those of the same reason together."""
    known = EXPECTED | CARRIED | READINGS
    reasons: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        if line.found.verdict is Verdict.FAILS:
            reason = known.get(line.name) or line.found.why or "not yet explained."
            reasons.setdefault(reason, {}).setdefault(line.name, []).append(line.under)
    found = [
        f"- {', '.join(_where(*item) for item in failing.items())}: {reason}"
        for reason, failing in reasons.items()
    ]
    return found or ["Nothing."]


def _where(name: str, sides: list[str]) -> str:
    return f"`{name}` (under the {' and the '.join(sides)})"


def _fenced(lines: list[str]) -> list[str]:
    return ["```text", *lines, "```"]


if __name__ == "__main__":
    main()
