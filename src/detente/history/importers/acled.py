"""ACLED: comma-separated under headings, sub-event types, actors by name, places by country.

An actor's state is read from its name: military and police forces and governments name theirs behind `of`, protesters,
civilians and unidentified groups in brackets. Whoever names none, such as most armed groups, has no state. Where
there is no second actor, as in most protests, the event is aimed at the country in which it happened.

Reports of one event: none are merged, since ACLED's researchers code each event once, from all its sources; a row has
as many reports as it names sources.

Reference: Raleigh, Linke, Hegre and Karlsen (2010), Introducing ACLED: An Armed Conflict Location and Event Dataset,
Journal of Peace Research 47(5).
"""

import re

from detente.history.importers.formats import Format
from detente.history.importers.tables import acled, country

FORCES = re.compile(r"(?:Military Forces|Police Forces|Government) of (?:the )?(.+?)(?: \(|$)")
GROUP = re.compile(r".*\(([^()]+)\)")


def state_of(actor: str) -> str | None:
    """The state that an actor's name gives.

    Args:
        actor: such as "Military Forces of Chile (2022-)" or "Protesters (Chile)".
    """
    for pattern in (FORCES, GROUP):
        if found := pattern.match(actor):
            return country(found[1])
    return None


FORMAT = Format(
    name="acled",
    title="Armed Conflict Location & Event Data",
    cite="Raleigh, C., Linke, A., Hegre, H., Karlsen, J. (2010): Introducing ACLED: An Armed Conflict Location and "
    "Event Dataset. Journal of Peace Research 47(5), with the day of access; https://acleddata.com",
    since=1997,
    columns={
        "id": ("event_id_cnty",),
        "day": ("event_date",),
        "code": ("sub_event_type",),
        "actor": ("actor1",),
        "target": ("actor2",),
        "place": ("country",),
        "source": ("source",),
    },
    positions={},
    days=("%Y-%m-%d", "%d %B %Y", "%d-%b-%y", "%d-%B-%Y"),
    values={
        "id": "id",
        "code": "code",
        "actor": "actor",
        "target": "CASE WHEN trim(target) = '' THEN '(' || place || ')' ELSE target END",
        "intensity": "NULL",
        "story": "id",
        "articles": "CAST(len(string_split(source, ';')) AS VARCHAR)",
    },
    reports="sum(articles)",
    meaning=acled,
    country=state_of,
    merged=False,
)
