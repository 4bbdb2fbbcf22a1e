"""A situation or a doctrine with a few things fixed, and everything else as it was.

A change names a number of the pack or a setting of the doctrine (`economy.leak`, `terms.detection`), a date or length
of the calendar (`calendar.closure`, by the fields of `Calendar`), or `intent`: the one region that preferences are
drawn from. Nothing is read again: variants of one pack have the same shape, so one compiled program runs them all.
"""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from detente.domain.axes import INTENT
from detente.domain.calendar import Calendar, month_number
from detente.domain.contracts import Frame, Policy
from detente.domain.quantity import Leaf, build, leaves
from detente.engine.deep import FAMILIES, Priors, Situation, quantiles
from detente.scenarios.binding import Doctrine, Pack, named_rows, spelled
from detente.scenarios.schema import JUDGEMENT, Form, InvalidFileError, Number, Problem, fitted

Changes = Mapping[str, Any]
"""What to fix at which value, by name."""

CALENDAR = "calendar"
RANK = re.compile(r"p(\d\d)")
"""A value written p05 or p95 is that percentile of the number's own prior."""


def vary_pack(pack: Pack, policies: Mapping[str, Policy], changes: Changes) -> Pack:
    """Fix numbers, dates, or the region of preferences.

    Args:
        pack: the situation as it is.
        policies: who can decide, by name: their parameters stand in the pack.
        changes: what to fix at which value, by name. A month is written YYYY-MM; `p95` is the 95th percentile of a
            number's prior.

    Raises:
        InvalidFileError: with every change that can't be made.
    """
    problems: list[Problem] = []
    named = named_rows(pack.head, policies)
    placed = {key: (row, leaf) for row, (key, (leaf, _)) in enumerate(named.items())}
    form = Form(codes=pack.head.roles.codes)
    dates = {
        ".".join([CALENDAR, leaf.name, *spelled(leaf, place, form)]): (leaf, place)
        for leaf in leaves(Calendar)
        for place in np.ndindex(leaf.quantity.shape)
    }
    known = [*pack.numbers, *dates, INTENT.name]
    situation, numbers, fixed = pack.situation, dict(pack.numbers), {}
    frame = situation.frame
    for key, value in changes.items():
        if key == INTENT.name:
            frame = _only(frame, value, problems)
        elif key in dates:
            frame = _dated(frame, *dates[key], key, value, problems)
        elif key not in numbers:
            problems.append(_unknown(key, known))
        else:
            row, leaf = placed[key]
            value = _ranked(value, pack, row)
            if number := _fixed(key, value, leaf, problems):
                numbers[key] = number
                fixed[row] = number.prior[1]
    if problems:
        raise InvalidFileError(f"changes to {pack.head.name}", problems)
    priors, at = situation.priors, [*fixed]
    priors = priors._replace(
        family=_put(priors.family, at, FAMILIES.index("point")),
        a=_put(priors.a, at, [*fixed.values()]),
        b=_put(priors.b, at, 0.0),
    )
    changed = situation._replace(priors=priors, frame=frame)
    return pack._replace(
        numbers=numbers, situation=_overruled(changed, fixed, INTENT.name in changes)
    )


def vary_doctrine(doctrine: Doctrine, policies: Mapping[str, Policy], changes: Changes) -> Doctrine:
    """Fix settings of a doctrine.

    Args:
        doctrine: the doctrine as it is.
        policies: who can decide, by name.
        changes: settings by name, and their values.

    Raises:
        InvalidFileError: with every change that can't be made.
    """
    problems: list[Problem] = []
    policy = policies[doctrine.policy]
    known = {leaf.name: leaf for leaf in leaves(policy.Settings)}
    numbers = dict(doctrine.numbers)
    for key, value in changes.items():
        if key not in known:
            problems.append(_unknown(key, [*known]))
        elif number := _fixed(key, value, known[key], problems):
            numbers[key] = number
    if problems:
        raise InvalidFileError(f"changes to {doctrine.name}", problems)
    values = (
        jnp.asarray(np.asarray(numbers[leaf.name].prior[1]).astype(leaf.dtype))
        for leaf in known.values()
    )
    return doctrine._replace(numbers=numbers, settings=build(policy.Settings, values))


def _overruled(situation: Situation, fixed: Mapping[int, float], intent: bool) -> Situation:
    """What is fixed holds against what was filtered; with a region, preferences are drawn from it and not filtered."""
    filtered = situation.filtered
    if filtered is None:
        return situation
    values = np.array(filtered.values)
    for place, row in enumerate(np.asarray(filtered.rows).tolist()):
        if row in fixed:
            values[:, place] = fixed[row]
    private = filtered.private & (not intent)
    changed = filtered._replace(values=jnp.asarray(values), private=private)
    return situation._replace(filtered=changed)


def _put(column: Array, at: list[int], values: Any) -> Array:
    """A column with some of its rows replaced."""
    new = np.array(column)
    new[at] = values
    return jnp.asarray(new)


def _unknown(key: str, known: list[str]) -> Problem:
    near = get_close_matches(key, known, n=3, cutoff=0.5)
    remedy = f"perhaps {' or '.join(near)}" if near else "see docs/reference/parameters.md"
    return Problem(key, "the name of a number, a setting or a date", repr(key), remedy)


def _fixed(key: str, value: Any, leaf: Leaf, problems: list[Problem]) -> Number | None:
    """Hold a value against what it is to measure."""
    try:
        number = Number(value=value, source=(JUDGEMENT,), note="Set for this run.")
        return fitted(number, leaf.quantity)
    except ValueError as error:
        rule, _, remedy = str(error).partition("|")
        problems.append(Problem(key, rule, repr(value), remedy or "correct the value"))
        return None


def _ranked(value: Any, pack: Pack, row: int) -> Any:
    """Turn p05 or p95 into that percentile of the row's prior, cut to its bounds, or of its draws if it is filtered."""
    rank = RANK.fullmatch(value) if isinstance(value, str) else None
    if not rank:
        return value
    filtered = pack.situation.filtered
    if filtered is not None and row in (rows := np.asarray(filtered.rows).tolist()):
        draws = np.asarray(filtered.values)[:, rows.index(row)]
        return float(np.quantile(draws, int(rank[1]) / 100))
    one = Priors(*(column[row] for column in pack.situation.priors[:-1]), mixing=None)  # type: ignore[arg-type]
    return float(quantiles(one, jnp.float32(int(rank[1]) / 100)))


def _only(frame: Frame, label: Any, problems: list[Problem]) -> Frame:
    """Draw preferences from one region alone. Beliefs start from the pack's, and return to this if they fade."""
    if label not in INTENT.labels:
        remedy = f"write one of {', '.join(INTENT.labels)}"
        problems.append(Problem(INTENT.name, "a region of preferences", repr(label), remedy))
        return frame
    weight = jnp.asarray([float(label == other) for other in INTENT.labels], jnp.float32)
    return frame._replace(regions=frame.regions._replace(weight=weight))


def _dated(
    frame: Frame,
    leaf: Leaf,
    place: tuple[int, ...],
    key: str,
    value: Any,
    problems: list[Problem],
) -> Frame:
    """Set a date or a length of the calendar."""
    number = _guarded(month_number, key, value, problems) if isinstance(value, str) else value
    fixed = _fixed(key, number, leaf, problems) if number is not None else None
    if fixed is None:
        return frame
    (name,) = leaf.path
    old = getattr(frame.calendar, name)
    new = old.at[place].set(int(fixed.prior[1]))
    return frame._replace(calendar=frame.calendar._replace(**{name: new}))


def _guarded(
    read: Callable[[str], int], key: str, value: str, problems: list[Problem]
) -> int | None:
    try:
        return read(value)
    except ValueError as error:
        problems.append(Problem(key, "a month, or a number", repr(value), str(error)))
        return None
