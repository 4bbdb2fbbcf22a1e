"""ICEWS: tab-separated, 20 columns under headings, CAMEO codes, countries by name.

Reports of one event: rows of one day, actor, target, kind, instrument and level; kinds without a direction (talks,
agreements, cooperation) are coded once from each side, and both are taken together. An event has as many reports as
there are different stories among its rows, so a story that says it in five sentences counts once.

Reference: Boschee, Lautenschlager, O'Brien, Shellman, Starz and Ward (2015), ICEWS Coded Event Data.
"""

from detente.history.importers.formats import Format
from detente.history.importers.tables import cameo, country

FORMAT = Format(
    name="icews",
    title="ICEWS Coded Event Data",
    cite="Boschee, E., Lautenschlager, J., O'Brien, S., Shellman, S., Starz, J., Ward, M. (2015): ICEWS Coded Event "
    "Data. Harvard Dataverse, doi:10.7910/DVN/28075",
    since=1995,
    columns={
        "id": ("Event ID",),
        "day": ("Event Date",),
        "actor": ("Source Country",),
        "code": ("CAMEO Code",),
        "intensity": ("Intensity",),
        "target": ("Target Country",),
        "story": ("Story ID",),
    },
    positions={},
    days=("%Y-%m-%d",),
    values={
        "id": "id",
        "code": "code",
        "actor": "actor",
        "target": "target",
        "intensity": "intensity",
        "story": "story",
        "articles": "1",
    },
    reports="count(DISTINCT story)",
    meaning=cameo,
    country=country,
)
