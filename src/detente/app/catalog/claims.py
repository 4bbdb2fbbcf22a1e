"""Pages about claims: what the catalogue holds, one claim in full, and what runs bring."""

from collections.abc import Iterable

from detente.app.catalog.layout import paragraph, part
from detente.app.catalog.wording import stated
from detente.app.report.words import count, places, plain, plus
from detente.decision.comparison import LEVEL
from detente.evidence.arms import Library
from detente.evidence.catalogue import Claim, Contrast, Kind
from detente.evidence.contrasts import Effect, Finding, Reading
from detente.scenarios.binding import named_rows

NAME, CELL, GAP = 27, 7, 23
"""Widths of an outcome's name, of an arm's value, and of the difference with its interval: 80 columns with the rest."""

SCALES = ((1e10, 1e9, "bn"), (1e7, 1e6, "m"), (1e4, 1e3, "k"), (0.0, 1.0, ""))
"""From which size on numbers are shown in thousands, millions and thousands of millions."""


def overview(claims: Iterable[Claim]) -> list[str]:
    """List claims, and how many contrasts test each."""
    lines = []
    for claim in claims:
        tested = f"{len(claim.contrasts)} contrasts" if claim.contrasts else "later"
        first, *rest = paragraph(claim.claim, 17)
        lines += [f"{claim.key:<4}{tested:<13}{first.lstrip()}", *rest]
    return [*lines, "", "detente claims show M7   detente claims run M7 M8"]


def page(claim: Claim, library: Library) -> list[str]:
    """Show one claim in full: lever, measures, what fixes its verdict, and its contrasts."""
    pack = library.pack(claim.scenario)
    named = named_rows(pack.head, library.policies)
    fixes = [(key, stated(pack.numbers[key], named[key][0])) for key in claim.fixes]
    lines = [
        *paragraph(f"{claim.key}. {claim.claim}"),
        "",
        *paragraph(f"Lever: {claim.lever}"),
        *paragraph(f"Another reading: {claim.rival}"),
        *paragraph(f"Parts: {', '.join(claim.mechanisms)}"),
        *paragraph(f"Outcomes: {', '.join(claim.outcomes)}"),
    ]
    if claim.assumed:
        lines += paragraph(f"Assumed: {claim.assumed}")
    if claim.served_by:
        lines += paragraph(f"Served by: {claim.served_by}")
    if fixes:
        lines += part("What fixes the verdict, with priors", fixes)
    for number, contrast in enumerate(claim.contrasts, 1):
        lines += ["", *_described(number, contrast, library)]
    return lines


def _described(number: int, contrast: Contrast, library: Library) -> list[str]:
    """A contrast in words: what is compared, and what is moved."""
    reading = "The other reading says" if contrast.kind is Kind.RIVAL else "The claim says"
    said = f"{reading}: {contrast.says}." if contrast.kind is not Kind.ENDS else "The sign is open."
    when = f" after {contrast.after} years" if contrast.after else ""
    lines = [
        *paragraph(f"{number}. {contrast.title}"),
        *paragraph(f"{contrast.outcome}{when}. {said} {contrast.note}".rstrip(), 4),
    ]
    held = [f"{name} {value}" for name, value in _held(contrast)]
    if contrast.a.policy == contrast.b.policy:
        moved = library.moved(contrast)
        lines += paragraph("; ".join([f"Under {contrast.a.policy}", *held]), 4)
    else:
        moved = {"policy": (contrast.a.policy, contrast.b.policy)}
        lines += paragraph("; ".join(held), 4) if held else []
    for name, (a, b) in moved.items():
        lines += paragraph(f"{name}: {a}, against {b}", 4)
    return lines


def _held(contrast: Contrast) -> list[tuple[str, object]]:
    """What both arms fix alike."""
    other = {*contrast.b.set, *contrast.b.settings}
    return [pair for pair in (*contrast.a.set, *contrast.a.settings) if pair in other]


def heading() -> list[str]:
    """The head of the table of findings."""
    head = f"  {'outcome':<{NAME}}{'a':>{CELL}}{'b':>{CELL}}  {'a less b':<{GAP}} reading"
    return [head, "-" * len(head)]


def block(claim: Claim, findings: list[Finding], every: bool = False) -> list[str]:
    """What the contrasts of a claim brought, or what will serve it.

    Args:
        claim: the claim.
        findings: of its contrasts.
        every: show all outcomes of the claim, not only each contrast's own.
    """
    lines = ["", *paragraph(f"{claim.key}. {claim.claim}")]
    if not findings:
        lines += paragraph(f"Served by: {claim.served_by}", 2)
    shown = set()
    for finding in findings:
        rival = "Rival: " if finding.contrast.kind is Kind.RIVAL else ""
        lines += paragraph(rival + finding.contrast.title, 2)
        own, *others = finding.effects
        lines.append(_row(own, finding.reading))
        pair = finding.contrast.a, finding.contrast.b
        if every and pair not in shown:
            lines += [_row(effect, _mark(effect)) for effect in others]
        shown.add(pair)
    return lines


def _mark(effect: Effect) -> str:
    """What of an outcome that no reading speaks of is worth marking."""
    if effect.low is None or effect.high is None:
        return ""
    return Reading.NIL if effect.nil else Reading.OPEN if effect.low <= 0 <= effect.high else ""


def _row(effect: Effect, mark: str) -> str:
    """One outcome: under a, under b, the difference with its interval, what it says."""
    name = effect.outcome.removesuffix(" years").replace(" after ", " @")
    a, b, difference = (cell.strip() for cell in cells(effect))
    touching, above = len(name) + len(a) >= NAME + CELL, ""
    if touching:  # then it has a line of its own
        above, name = f"  {name}\n", ""
    numbers = f"{a:>{CELL}} {b:>{CELL - 1}}  {difference:<{GAP}} {mark}"
    return above + f"  {name:<{NAME}}{numbers}".rstrip()


def cells(effect: Effect) -> tuple[str, str, str]:
    """An outcome's mean under each arm, and the difference with its interval, on one scale."""
    if not effect.n:
        return "–", "–", "–"
    size = max(abs(effect.a), abs(effect.b))
    worth, suffix = next((worth, suffix) for least, worth, suffix in SCALES if size >= least)
    low, high = effect.low, effect.high
    half = (high - low) / 2 if low is not None and high is not None else 0.0
    digits = min(max(places(half / worth, size / worth), 0), 1 if suffix else 3)

    def said(x: float) -> str:
        return plain(x / worth, digits)

    words = plus(said(effect.difference)) + suffix
    if low is not None and high is not None:
        words += f" [{said(low)}, {said(high)}]"
    return said(effect.a) + suffix, said(effect.b) + suffix, words


def foot(worlds: int, replicates: int, seed: int) -> list[str]:
    """What the table means, and how it was made."""
    size = f"{count(worlds, 'world')} with {count(replicates, 'future')} each, seed {seed}"
    return [
        "",
        *paragraph(
            f"Means over {size}, under the pack's priors; the difference of paired futures with its {LEVEL:.0%} "
            "interval, worlds as clusters. A reading holds an effect against what the claim, or the rival, says of "
            "it. It is no verdict: not weighed against data, and with so many contrasts some will lie outside zero "
            "by chance."
        ),
    ]
