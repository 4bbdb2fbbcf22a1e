"""Episodes of history that can be asked by name: the last month as it was, and what is changed by default."""

from functools import cache
from pathlib import Path

from pydantic import Field

from detente.history.tables import sources
from detente.scenarios.schema import (
    InvalidFileError,
    Month,
    Problem,
    Sources,
    Strict,
    read_toml,
    validated,
)

EPISODES = Path(__file__).with_name("episodes.toml")


class Episode(Strict):
    """A month at which something could have gone otherwise."""

    as_it_was: Month
    change: tuple[str, ...] = Field(min_length=1)
    months: int = Field(ge=1, le=120)
    why: str
    source: Sources


@cache
def episodes() -> dict[str, Episode]:
    """Episodes by name, in order.

    Raises:
        InvalidFileError: with everything that is wrong in the table.
    """
    problems: list[Problem] = []
    read = {
        name: validated(Episode, entry, EPISODES, sources(), problems)
        for name, entry in read_toml(EPISODES).items()
    }
    if problems:
        raise InvalidFileError(EPISODES.stem, problems)
    return dict(sorted(read.items(), key=lambda pair: pair[1].as_it_was))
