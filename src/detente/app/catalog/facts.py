"""Pages about facts: a table row by row, a series year by year, and what the tables hold."""

from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from detente.app.catalog.layout import message, paragraph, part, table
from detente.app.report.factcharts import WIDTH, Panel, draw
from detente.app.report.printing import picture
from detente.app.report.words import count
from detente.history import annual, monthly
from detente.history.check import Dispute, disputes, holdings, wrong
from detente.history.coding import agreement
from detente.history.panel import ANNUAL
from detente.history.schema import FIRST, LAST, InvalidFactsError
from detente.history.tables import TABLES, read, sources

SERIES = {
    "launch_days": "days with launches",
    "missiles_launched": "missiles and space launchers",
    "short": "missiles of short range",
    "medium": "missiles of medium and intermediate range",
    "intercontinental": "intercontinental missiles",
    "submarine": "missiles of submarines",
    "satellite": "space launches",
    "unclassified": "missiles that no source classes",
    "failures": "launches that failed",
    "nuclear_tests": "nuclear tests",
    "provocations": "rows of the list of provocations",
    "harassment": "of these: balloons, incursions, fire into the sea, threats in deed",
    "attacks": "of these: attacks and exchanges of fire",
    "us_dprk_talks": "1 where U.S. and North Korean officials met",
    "us_dprk_summit": "1 where their leaders met",
    "talks_level": "their highest level: 0 none, 1 contact, 2 working, 3 summit",
    "track_level": "the same between the Koreas",
    "exercise": "1 where a large combined exercise was held",
    "resolutions": "sanctions resolutions of the Security Council",
    "vetoes": "drafts that were vetoed there",
    "agreements_signed": "agreements of the U.S. and the North, alone or among six",
    "agreements_broken": "such agreements broken",
    "russia_cooperation": "reported events of cooperation with Russia",
    "arrivals_month": "arrivals in the South",
    "gpr_korea": "geopolitical risk in the press, Korea, % of articles",
    "kim_military": "the leader's public activities with the military",
}
"""Monthly series, and what each counts."""

FEW, MISSING = 4, "."
"""Columns that fit beside their source, and what stands for a month in which nobody counted."""


def overview() -> list[str]:
    """List tables and series."""
    tables = [(held.table, f"{held.rows:,}", TABLES[held.table].about) for held in holdings()]
    return [
        *table(tables, ("table", "rows", "what it holds")),
        "",
        *table(SERIES.items(), ("monthly series", "what a month counts")),
        "",
        *paragraph(
            "Tables of yearly figures can be drawn too: " + ", ".join(ANNUAL) + ". Days are "
            "Korean ones, and nothing is later than 2024-12 (docs/facts.md)."
        ),
    ]


def page(name: str, as_of: str | None, start: str | None, end: str | None) -> list[str]:
    """Show a table row by row, or a series year by year.

    Raises:
        ValueError: if there is no such table or series, or a month is no month.
    """
    _known(name)
    if name in TABLES:
        rows = _rows(name, as_of, start, end)
        lines = _listed(name, [_line(name, row) for row in rows.to_dict("records")])
        cited = sorted({key for keys in rows.source for key in keys.split()})
        works = [(key, _work(key)) for key in cited]
        about = f"{TABLES[name].about}: {count(len(rows), 'row')}."
        return [*paragraph(about), "", *lines, *part("Sources", works)]
    series = _series(name, as_of, start, end)
    return [*paragraph(f"{name}: {SERIES[name]}."), "", *_years(series)]


def as_csv(name: str, as_of: str | None, start: str | None, end: str | None) -> str:
    """The same as comma-separated values: a table's every column, or month and value.

    Raises:
        ValueError: as in `page`.
    """
    _known(name)
    if name in TABLES:
        return _rows(name, as_of, start, end).to_csv(index=False)
    return _series(name, as_of, start, end).to_csv()


def checked() -> list[str]:
    """What the tables hold, how far they are verified, where figures differ, and how far coders agree.

    Raises:
        InvalidFactsError: a ValueError, with everything that is wrong in any table.
    """
    if found := wrong():
        raise InvalidFactsError("facts", found)
    held = holdings()
    rows = [
        (h.table, f"{h.rows:,}", f"{h.unverified:,}", f"{h.first} to {h.last}" if h.rows else "")
        for h in held
    ]
    every, unread = sum(h.rows for h in held), sum(h.unverified for h in held)
    return [
        *table(rows, ("table", "rows", "unverified", "dates")),
        "",
        *paragraph(
            f"Every rule is kept. {count(every, 'row')}, {unread:,} of them unverified; "
            f"{count(len(sources()), 'source')}."
        ),
        *part("Figures published in several versions, all kept", _disputes()),
        *part(
            "How far the two coders of moves agree",
            [
                (a.instrument, f"{a.months}", _part(a.share), _part(a.kappa), _part(a.alpha))
                for a in agreement()
            ],
            ("instrument", "months", "share", "kappa", "alpha"),
        ),
        "",
        *paragraph(
            "Months that both coded, the share with the same level, Cohen's kappa and "
            "Krippendorff's alpha (nominal); – where one level alone was coded."
        ),
    ]


def plotted(
    names: list[str], out: Path, as_of: str | None, start: str | None, end: str | None
) -> Path:
    """Draw series, and write them as .svg, .html with the numbers, or .png.

    Raises:
        ValueError: if there is no such series, a month is no month, or the file's ending is another.
        FileNotFoundError: if a .png is asked for and there is no Chromium.
    """
    if out.suffix not in (".svg", ".html", ".png"):
        raise ValueError(f"a drawing ends in .svg, .html or .png; received {out.name!r}")
    unknown = [name for name in names if name not in {*SERIES, *ANNUAL}]
    if unknown:
        every = ", ".join([*SERIES, *ANNUAL])
        raise ValueError(f"series are {every}; received {', '.join(unknown)}")
    first, last = _span(start, end)
    panels = [_panel(name, as_of, first, last) for name in names]
    svg, height = draw(panels, first, min(last, as_of or last))
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".png":
        return picture(svg, out, WIDTH, height)
    text = svg if out.suffix == ".svg" else _html(names, svg, as_of, start, end)
    out.write_text(text, encoding="utf-8")
    return out


def _panel(name: str, as_of: str | None, first: str, last: str) -> Panel:
    if name in ANNUAL:
        rows = annual(as_of)
        chosen = rows.loc[(rows.series == name) & rows.year.between(int(first[:4]), int(last[:4]))]
        return Panel(name, TABLES[name].about, years=chosen)
    return Panel(name, SERIES[name], months=_series(name, as_of, first, last))


def _html(names: list[str], svg: str, as_of: str | None, start: str | None, end: str | None) -> str:
    """A page that needs nothing else: the drawing, and its numbers."""
    parts = [
        f"<details><summary>{escape(name)}: numbers</summary><pre>"
        f"{escape(as_csv(name, as_of, start, end))}</pre></details>"
        for name in names
    ]
    title = escape(", ".join(names))
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width">\n'
        "<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; "
        "padding: 0 1rem } svg { width: 100%; height: auto }</style>\n"
        f"<main><h1>{title}</h1>\n{svg}\n{''.join(parts)}</main>\n</html>\n"
    )


def _known(name: str) -> None:
    """Raise where there is neither a table nor a series of that name."""
    if name not in TABLES and name not in SERIES:
        raise ValueError(
            f"there is no table and no series {name!r}; tables: {', '.join(TABLES)}; "
            f"series: {', '.join(SERIES)}"
        )


def _span(start: str | None, end: str | None) -> tuple[str, str]:
    """First and last month.

    Raises:
        ValueError: if one is no month, or the last is earlier than the first.
    """
    for option, text in (("--from", start), ("--to", end)):
        if text is not None and not (
            len(text) == 7 and text[4] == "-" and text.replace("-", "", 1).isdigit()
        ):
            raise ValueError(f"{option} is a month, written YYYY-MM; received {text!r}")
    first, last = start or FIRST, end or LAST
    if first > last:
        raise ValueError(f"--from is not later than --to; received {first} and {last}")
    return first, last


def _rows(name: str, as_of: str | None, start: str | None, end: str | None) -> pd.DataFrame:
    """Rows of a table between two months; all of them where no months are given."""
    first, last = _span(start or "0001-01", end)
    frame, dated = read(name, as_of), TABLES[name].dated
    when = frame.loc[:, dated].str[:7]
    width = 4 if dated == "year" else 7
    return frame.loc[(when >= first[:width]) & (when <= last[:width])]


def _series(name: str, as_of: str | None, start: str | None, end: str | None) -> pd.Series:
    first, last = _span(start, end)
    return monthly(as_of).loc[first:last, name]


def _shown(name: str) -> list[str]:
    """Columns of a table that a terminal shows: the ends of a range stand behind its value."""
    return [c.name for c in TABLES[name].columns if c.name not in ("low", "high")]


def _listed(name: str, lines: list[list[str]]) -> list[str]:
    """Rows in columns; those of many columns as a line, with what is said of it below."""
    heads = _shown(name)
    if len(heads) <= FEW:
        return table(lines, [*heads, "source"])
    return [
        text
        for *cells, said in lines
        for text in [*message("  ".join(filter(None, cells))), *paragraph(said, 4)]
    ]


def _line(name: str, row: dict) -> list[str]:
    """One row of a table: its cells, then its source and what a reader should know."""
    cells = [_cell(row[column]) for column in _shown(name)]
    if not pd.isna(row.get("low", np.nan)) or not pd.isna(row.get("high", np.nan)):
        middle = _shown(name).index("value" if "value" in row else "count")
        cells[middle] += f" ({_cell(row['low'])}–{_cell(row['high'])})"
    said = [row["source"].replace(" ", ", ")]
    if row["known_from"][:7] > str(row[TABLES[name].dated])[:7]:
        said.append(f"known {row['known_from']}")
    if row["verified"] != "yes":
        said.append("unverified")
    return [*cells, "; ".join([*said, *filter(None, [row["note"]])])]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:,.10g}".replace("-", "−")
    return str(value)


def _work(key: str) -> str:
    """A source in a line."""
    work = sources()[key]
    return f"{work['author']} ({work['year']}). {work['title']}. {work.get('locator', '')}".strip()


def _years(series: pd.Series) -> list[str]:
    """A line a year, a column a month."""
    digits = 0 if (series.dropna() % 1 == 0).all() else 2
    said = [MISSING if np.isnan(value) else f"{value:.{digits}f}" for value in series]
    cells = dict(zip(map(str, series.index), said, strict=True))
    wide = max([2, *map(len, said)]) + 2
    lines = ["year" + "".join(f"{month:>{wide}}" for month in range(1, 13))]
    lines.append("-" * len(lines[0]))
    for year in sorted({month[:4] for month in cells}):
        months = [cells.get(f"{year}-{month:02d}", "") for month in range(1, 13)]
        lines.append((year + "".join(f"{cell:>{wide}}" for cell in months)).rstrip())
    return lines


def _disputes() -> list[tuple[str, str]]:
    """Of each table: how many figures differ, and by how much the widest apart of them."""
    by_table: dict[str, list[Dispute]] = {}
    for dispute in disputes():
        by_table.setdefault(dispute.table, []).append(dispute)
    lines = []
    for name, found in by_table.items():
        widest = max(found, key=lambda d: (d.high - d.low) / (abs(d.high) + abs(d.low)))
        ends = f"{_cell(widest.low)} to {_cell(widest.high)}"
        lines.append((name, f"{len(found)}; widest {widest.when}, {ends} ({widest.between})"))
    return lines


def _part(x: float | None) -> str:
    return "–" if x is None else f"{x:.2f}".replace("-", "−")
