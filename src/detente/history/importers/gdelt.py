"""GDELT event exports: tab-separated, no headings, CAMEO codes and CAMEO's country codes.

Format 1 has 58 columns (57 up to March 2013, before addresses were added), format 2 has 61. A file without headings
tells its format by its number of columns alone, so that is checked first.

Reports of one event: rows of one day, actor, target, kind, instrument and level, as for ICEWS. GDELT counts articles
itself; they are added up over the rows, of the direction that has more of them where a kind has no direction, since
GDELT writes such an event once from each side with the same articles.

Reference: Leetaru and Schrodt (2013), GDELT: Global Data on Events, Location, and Tone; The GDELT Event Database, Data
Format Codebook, versions 1.03 and 2.0.
"""

from detente.history.importers.formats import Format
from detente.history.importers.tables import cameo, country

COLUMNS = {
    "id": ("GlobalEventID",),
    "day": ("SQLDATE",),
    "actor": ("Actor1CountryCode",),
    "target": ("Actor2CountryCode",),
    "code": ("EventCode",),
    "intensity": ("GoldsteinScale",),
    "articles": ("NumArticles",),
}

PLACES = dict(zip(COLUMNS, (0, 1, 7, 17, 26, 30, 33), strict=True))
"""Where they stand: the columns that format 2 added come after them all."""


def _export(name: str, title: str, widths: tuple[int, ...], since: int) -> Format:
    return Format(
        name=name,
        title=title,
        cite="Leetaru, K., Schrodt, P. A. (2013): GDELT: Global Data on Events, Location, and Tone, 1979-2012. ISA "
        "Annual Convention. The GDELT Project, https://www.gdeltproject.org",
        since=since,
        columns=COLUMNS,
        positions=dict.fromkeys(widths, PLACES),
        days=("%Y%m%d",),
        values={
            "id": "id",
            "code": "code",
            "actor": "actor",
            "target": "target",
            "intensity": "intensity",
            "story": "id",
            "articles": "articles",
        },
        reports="greatest(coalesce(sum(articles) FILTER (forward), 0), "
        "coalesce(sum(articles) FILTER (NOT forward), 0))",
        meaning=cameo,
        country=country,
    )


GDELT1 = _export("gdelt1", "GDELT 1.0 Event Database", (57, 58), 1979)
GDELT2 = _export("gdelt", "GDELT 2.0 Event Database", (61,), 1979)
