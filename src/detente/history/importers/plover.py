"""POLECAT: tab-separated under headings, PLOVER types and modes, countries by ISO code.

A row may name several states on either side: each pair of them is one event. Where nobody is named as recipient, as
in meetings, all who took part stand as actors: their pairs are the events.

Reports of one event: rows of one day, actor, target, kind, instrument and level, either way round where a kind has no
direction. POLECAT codes one row a story, so an event has as many reports as rows.

Reference: Halterman, Bagozzi, Beger, Schrodt and Scarborough (2023), PLOVER and POLECAT: A New Political Event Ontology
and Dataset.
"""

from detente.history.importers.formats import Format
from detente.history.importers.tables import country, plover

FORMAT = Format(
    name="polecat",
    title="POLECAT Weekly Data",
    cite="Scarborough, G. I., Bagozzi, B. E., Beger, A., Berrie, J., Halterman, A., Schrodt, P. A., Spivey, J. (2023): "
    "POLECAT Weekly Data. Harvard Dataverse, doi:10.7910/DVN/AJGVIT",
    since=2010,
    columns={
        "id": ("Event ID",),
        "day": ("Event Date",),
        "type": ("Event Type",),
        "mode": ("Event Mode",),
        "intensity": ("Intensity", "Event Intensity"),
        "actor": ("Actor Country",),
        "target": ("Recipient Country",),
    },
    positions={},
    days=("%Y-%m-%d",),
    values={
        "id": "id",
        "code": "type || CASE WHEN lower(mode) IN ('', 'na', 'none') THEN '' ELSE '/' || mode END",
        "actor": "actor",
        "target": "target",
        "intensity": "intensity",
        "story": "id",
        "articles": "1",
    },
    reports="count(DISTINCT nth)",
    meaning=plover,
    country=country,
    several=True,
)
