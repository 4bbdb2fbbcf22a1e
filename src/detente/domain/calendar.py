"""Months, and what the calendar fixes about them."""

from typing import Annotated, NamedTuple

from jaxtyping import Array, Bool, Int

from detente.domain.axes import ALLY, PATRON
from detente.domain.quantity import Axis, Count, Flag, Quantity

EXERCISE = Axis("exercise", ("spring", "summer"))


NO_DATE = 0
"""The date of a shock that is left to its hazard alone."""


class Calendar(NamedTuple):
    """Dates known beforehand, and shocks that a pack sets on a date, `NO_DATE` where it sets none.

    A month is an integer: twelve times the year, plus the month less one.
    """

    inauguration: Annotated[
        Count, Quantity("month", 0, 40000, "First month of a guarantor's term of office")
    ]
    term: Annotated[Count, Quantity("month", 1, 240, "Length of a term of office")]
    lead: Annotated[Count, Quantity("month", 0, 12, "Months from election to inauguration")]
    exercises: Annotated[
        Int[Array, " exercise"],
        Quantity("month of year", 1, 12, "Months of the large combined exercises", (EXERCISE,)),
    ]

    ally_handover: Annotated[
        Int[Array, " ally"],
        Quantity("month", 0, 40000, "First month of an ally's term of office", (ALLY,)),
    ]
    ally_term: Annotated[
        Int[Array, " ally"], Quantity("month", 1, 240, "Length of an ally's term", (ALLY,))
    ]
    harvest: Annotated[Count, Quantity("month of year", 1, 12, "Month of the main harvest")]
    war_ends: Annotated[
        Int[Array, " patron"], Quantity("month", 0, 40000, "A patron's war ends", (PATRON,))
    ]
    closure: Annotated[Count, Quantity("month", 0, 40000, "An epidemic closes the border")]
    food_shock: Annotated[Count, Quantity("month", 0, 40000, "The harvest fails")]
    death: Annotated[Count, Quantity("month", 0, 40000, "The challenger's leader dies")]

    def months_to_handover(self, month: Count) -> Count:
        """Months until the next inauguration, 0 in the month of one."""
        return (self.inauguration - month) % self.term

    def election(self, month: Count) -> Flag:
        """Whether the guarantor votes this month."""
        return self.months_to_handover(month) == self.lead

    def ally_changes(self, month: Count) -> Bool[Array, " ally"]:
        """Which allies inaugurate this month."""
        return (month - self.ally_handover) % self.ally_term == 0

    def exercise(self, month: Count) -> Flag:
        """Whether a large combined exercise is due this month."""
        of_year = month % 12 + 1
        return (of_year == self.exercises[0]) | (of_year == self.exercises[1])


def month_number(text: str) -> int:
    """Turn `YYYY-MM` into a month number.

    Raises:
        ValueError: if the text is not a year and a month.
    """
    year, _, month = text.partition("-")
    if not (
        len(year) == 4
        and year.isdigit()
        and month.isdigit()
        and len(month) == 2
        and 1 <= int(month) <= 12
    ):
        raise ValueError(f"a month is written YYYY-MM, such as 2025-01; received {text!r}")
    return 12 * int(year) + int(month) - 1


def month_text(number: int) -> str:
    """Turn a month number into `YYYY-MM`."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
