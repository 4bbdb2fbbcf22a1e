"""The page of measured tables, `docs/benchmarks.md`: each benchmark writes its own section."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

_OPENING = """\
# Benchmarks

What `make bench` measured last, a section a benchmark. Absolute figures depend on the machine and on what else it did;
ratios are of figures taken in one run, in turns.
"""


def write_section(name: str, title: str, text: str) -> None:
    """Put a section into the page in place of the last one of that name, or at the end."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _OPENING
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    section = f"{begin}\n\n## {title}\n\n{text.strip()}\n\n{end}"
    old = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    page = (
        old.sub(lambda _: section, page) if old.search(page) else f"{page.rstrip()}\n\n{section}\n"
    )
    PAGE.write_text(page, encoding="utf-8")
