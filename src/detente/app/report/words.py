"""Numbers as people read them: rounded to what is known, with their range, and never a word without its number."""

import math

from detente.decision.comparison import Interval, Number, Share

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

SCALE = (
    (0.05, "remote"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly an even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.00, "almost certain"),
)
"""Words of estimation, each up to a probability: Intelligence Community Directive 203 (2015)."""

UNDEFINED = "undefined"

NO_UNIT = ("", "count", "flag", "label", "level", "category", "probability", "share")
"""Units that add nothing behind a number."""

PERCENT = "\N{NO-BREAK SPACE}%"
"""The sign with its space, which no line may break."""


def month_words(number: int) -> str:
    """Turn a month number into words, such as January 2025."""
    return f"{MONTHS[number % 12]} {number // 12}"


def listed(parts: list[str]) -> str:
    """Join parts as in a sentence: a, b and c."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def count(n: int, thing: str) -> str:
    """Say how many: 1 world, 5,000 futures."""
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def places(half: float, size: float) -> int:
    """Decimal places worth showing: one or two digits of the uncertainty, three at most of the number.

    Args:
        half: half the width of what is uncertain, in the number's unit; 0 or nan where it is not known.
        size: the number's own size, which decides where `half` does not.
    """
    if half > 0 and math.isfinite(half):
        return -math.floor(math.log10(half / 2))
    return 2 - math.floor(math.log10(abs(size))) if size and math.isfinite(size) else 0


def plain(x: float, digits: int) -> str:
    """Write a number with so many decimal places (negative: rounded to tens, hundreds ...), and a true minus sign."""
    if not math.isfinite(x):
        return "–"
    digits = min(digits, 4)
    text = f"{round(x, digits) + 0.0:,.{max(digits, 0)}f}"
    return text.replace("-", "−")


def span(low: float, high: float, digits: int) -> str:
    """Write a range, once only where both ends read the same."""
    a, b = plain(low, digits), plain(high, digits)
    if a == b:
        return a
    return f"{a}–{b}" if low >= 0 else f"{a} to {b}"


def amount(x: float) -> str:
    """Write a number that is exact, such as a setting."""
    return f"{x:,.6g}".replace("-", "−")


def with_unit(number: str, unit: str) -> str:
    """Put a number and its unit together; what is a count, an index or a share of one has none to say."""
    if unit.startswith("USD"):
        sign = number[0] if number[0] in "+−" else ""
        currency, *rest = unit.split(" ", 1)
        return sign + " ".join([currency, number.lstrip("+−"), *rest]).replace("/", " a ")
    if unit == "month":
        return f"{number} month" if number == "1" else f"{number} months"
    return number if unit in NO_UNIT or unit.startswith("index") else f"{number} {unit}"


def mean_digits(number: Number) -> int:
    """Decimal places for a mean and its interval."""
    half = (number.interval.high - number.interval.low) / 2 if number.interval else number.sd / 4
    return places(half, number.mean)


def mean_range(number: Number, digits: int | None = None) -> str:
    """Write the interval of a mean, with so many decimal places, or with those that fit it."""
    if number.interval is None:
        return UNDEFINED
    return span(*number.interval, mean_digits(number) if digits is None else digits)


def mean_words(number: Number, digits: int | None = None) -> str:
    """Write a mean, or that there is none."""
    if not number.n:
        return "–"
    if nothing(number):
        return "none"
    return plain(number.mean, mean_digits(number) if digits is None else digits)


def nothing(number: Number) -> bool:
    """Whether the outcome is zero in every future."""
    return number.n > 0 and number.mean == 0 and number.sd == 0


def spread_digits(number: Number) -> int:
    """Decimal places for the spread of futures: a tenth of its width is told apart, and whole numbers stay whole."""
    digits = min(places((number.quantiles[-1] - number.quantiles[0]) / 10, number.mean), 3)
    whole = all(q.is_integer() for q in number.quantiles)
    return min(digits, 0) if whole else digits


def spread_range(number: Number, low: int, high: int, digits: int | None = None) -> str:
    """Write the futures between two of the quantiles, by their places in `QUANTILES`."""
    if not number.n:
        return "–"
    shown = spread_digits(number) if digits is None else digits
    return span(number.quantiles[low], number.quantiles[high], shown)


def percent(share: float, fine: bool = False) -> str:
    """Write a share: whole percents, or tenths where `fine`; never 0 or 100 for what sometimes happens."""
    if not math.isfinite(share):
        return "–"
    least = 0.1 if fine else 1
    digits = 1 if fine else 0
    if 0 < share < least / 200:
        return f"<{least:g}{PERCENT}"
    if 1 - least / 200 < share < 1:
        return f">{100 - least:g}{PERCENT}"
    return f"{100 * share:.{0 if share in (0, 1) else digits}f}{PERCENT}"


def _fine(share: Share) -> bool:
    """Tenths of a percent are shown near the ends only, where whole ones would hide what is known."""
    high, low = (share.interval.high, share.interval.low) if share.interval else (0.5, 0.5)
    return high < 0.03 or low > 0.97


def share_words(share: Share) -> str:
    """Write a share, or that there is none."""
    return percent(share.share, _fine(share)) if share.n else "–"


def share_range(share: Share) -> str:
    """Write the interval of a share."""
    return percents(share.interval, _fine(share)) if share.interval else UNDEFINED


def percents(interval: Interval, fine: bool = False) -> str:
    """Write a range of shares."""
    low, high = (percent(p, fine) for p in interval)
    return low if low == high else f"{low.removesuffix(PERCENT)}–{high}"


def estimate(share: Share) -> str:
    """Put a share in words of estimation; both words where its interval reaches over a border."""
    if not share.n:
        return "no future to tell from"
    if share.share in (0, 1):
        return f"in {'none' if share.share == 0 else 'all'} of {count(share.n, 'future')}"
    ends = share.interval or (share.share, share.share)
    low, high = (next(word for top, word in SCALE if p <= top) for p in ends)
    return low if low == high else f"{low} to {high}"


def points(low: float, high: float) -> str:
    """Write a range of differences of shares, in percentage points."""
    digits = 1 if 0 < max(abs(low), abs(high)) < 0.05 else 0
    return span(100 * low, 100 * high, digits)


def plus(text: str) -> str:
    """Show the sign of a difference, also where it is positive."""
    return text if text.startswith("−") or not text.strip("0.,") else f"+{text}"
