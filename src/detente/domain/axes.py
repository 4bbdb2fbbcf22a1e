"""The names of things that are counted along an axis or chosen from a list, in the order used everywhere."""

from enum import IntEnum

from detente.domain.quantity import Axis

MISSILE_CLASS = Axis(
    "missile_class", ("short", "medium", "intercontinental", "submarine", "satellite")
)
"""Delivery systems by use: short range, medium and intermediate, intercontinental, submarine, space launch."""

INTENT = Axis("intent", ("trader", "hedger", "builder", "rejectionist"))
"""Labels for regions of the challenger's preferences, for tables: behaviour is never defined by them."""

SLOT = Axis("slot", ("first", "second", "third"))
"""Agreements coexist; a world holds three."""


ALLY = Axis("ally", ("first", "second"))
"""The guarantor's allies, the nearest to the challenger first; a pack gives each a code."""

PATRON = Axis("patron", ("first", "second"))
"""The challenger's patrons, in the order in which a pack names them."""

STRATUM = Axis("stratum", ("core", "wavering", "hostile"))
"""The challenger's citizens, by the loyalty that the state ascribes to them."""

AUDIENCE = Axis("audience", ("masses", "elite"))
"""Who hears of the world outside."""


class Channel(IntEnum):
    """How high the two sides talk."""

    NONE = 0
    CONTACT = 1
    WORKING = 2
    SUMMIT = 3


class Pressure(IntEnum):
    """Economic pressure: eased, held, tightened."""

    EASE = 0
    HOLD = 1
    TIGHTEN = 2


class Posture(IntEnum):
    """Military posture of the guarantor; low suspends the large exercises."""

    LOW = 0
    USUAL = 1
    HIGH = 2


class Delivery(IntEnum):
    """What the guarantor does with relief that is due."""

    DELIVER = 0
    DELAY = 1
    WITHHOLD = 2
    REVERSE = 3


class Answer(IntEnum):
    """The challenger's answer to the terms on the table."""

    REFUSE = 0
    COUNTER = 1
    SIGN = 2


class Conduct(IntEnum):
    """The challenger's conduct under terms in force."""

    COMPLY = 0
    CHEAT = 1
    BREAK = 2


class LaunchPosture(IntEnum):
    """How hard the challenger pushes its launch programme."""

    RESTRAIN = 0
    USUAL = 1
    PRESS = 2


class Provocation(IntEnum):
    """What the challenger does short of war, apart from tests."""

    NONE = 0
    HARASSMENT = 1
    ATTACK = 2


class Target(IntEnum):
    """At whom a provocation or a demand is aimed."""

    ALLIES = 0
    GUARANTOR = 1


class Border(IntEnum):
    """How far the challenger opens its border to goods and people."""

    CLOSED = 0
    RESTRICTED = 1
    OPEN = 2


class Grip(IntEnum):
    """What the challenger does about repression: eased, held, tightened."""

    EASE = 0
    HOLD = 1
    TIGHTEN = 2


class Stance(IntEnum):
    """An ally's line toward the challenger."""

    ENGAGE = 0
    HOLD = 1
    DETER = 2


class Enforcement(IntEnum):
    """How far a state carries out the sanctions that are in force."""

    LAX = 0
    PARTIAL = 1
    STRICT = 2


class Regime(IntEnum):
    """What has become of the challenger's leadership: as it was, on another course, overthrown, dissolved."""

    IN_OFFICE = 0
    REFORM = 1
    COUP = 2
    COLLAPSE = 3


class Rung(IntEnum):
    """The ladder of a crisis."""

    CALM = 0
    TENSION = 1
    MOBILISATION = 2
    CLASH = 3
    WAR = 4
    NUCLEAR_WAR = 5


class Cue(IntEnum):
    """What opens a doctrine's preemptive engagement."""

    NOTHING = 0
    PROVOCATIONS = 1
    LOYALTY = 2


class EndedBy(IntEnum):
    """How an agreement stopped being in force."""

    NOBODY = 0
    CHALLENGER = 1
    GUARANTOR = 2
    SUCCESSOR = 3
    TERM = 4


def labels(levels: type[IntEnum]) -> tuple[str, ...]:
    """Names of a list of levels, lower case, in order."""
    return tuple(level.name.lower() for level in levels)
