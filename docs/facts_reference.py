"""The reference page on facts: every table with its columns, every series, and the bibliography."""

from collections.abc import Iterable, Sequence

from detente.app.catalog.facts import SERIES
from detente.history.check import holdings
from detente.history.tables import INSTRUMENTS, TABLES, sources


def page() -> str:
    """The page, in Markdown."""
    held = [
        (f"[{h.table}](#{h.table})", f"{h.rows:,}", f"{h.unverified:,}", TABLES[h.table].about)
        for h in holdings()
    ]
    works = [
        (
            f"`{key}`",
            f"{s['author']} ({s['year']}). {s['title']}. {s.get('publisher', '')}",
            "; ".join(filter(None, [s.get("locator", ""), s.get("seen_at", "")])),
            "; ".join(filter(None, [s["checked"], s.get("checked_note", "")])),
        )
        for key, s in sources().items()
    ]
    return "\n\n".join(
        [
            "# Facts: tables, series, sources",
            "What they mean and how they were made: [facts](../facts.md). Tables lie in `src/detente/history/facts/`.",
            _table(("table", "rows", "unverified", "what it holds"), held),
            "## Monthly series",
            _table(
                ("series", "what a month counts"), [(f"`{n}`", said) for n, said in SERIES.items()]
            ),
            "## Instruments that are coded by month",
            _table(
                ("instrument", "levels"),
                [(f"`{n}`", ", ".join(ls)) for n, ls in INSTRUMENTS.items()],
            ),
            "## Columns",
            "Every table also has `source` (keys of the bibliography below), `known_from` (the day from which it could "
            "be known), `verified` (yes: a text that shows it was read) and `note`.",
            *(_columns(name) for name in TABLES),
            "## Bibliography",
            _table(("key", "work", "where", "checked"), works),
        ]
    )


def _columns(name: str) -> str:
    rows = [
        (f"`{c.name}`", c.kind.rule, c.meaning + (" (may be empty)" if c.optional else ""))
        for c in TABLES[name].columns
    ]
    return f"### {name}\n\n{_table(('column', 'form', 'meaning'), rows)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
    )
