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
