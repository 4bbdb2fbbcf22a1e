"""Write `docs/sensitivity.md`: which uncertain numbers of Korea in January 2025 matter, and for what."""

from pathlib import Path

import numpy as np

from detente.app.wiring import BY_DOCTRINE, POLICIES
from detente.decision.sensitivity import HEADLINES, LOGGED, Screen, Screening, screen
from detente.domain.outcomes import OUTCOMES
from detente.scenarios.binding import Pack, load_doctrine, load_pack
from detente.scenarios.schema import Number

PAGE = Path(__file__).parent / "sensitivity.md"
PACK, DOCTRINE = "korea-2025", "verified-freeze"
SIZE = Screen(trajectories=10, futures=16, months=96, seed=1)
SHOWN = 200
NEGLIGIBLE = 0.02
"""Of an outcome's standard deviation: an effect under this counts as none."""

SYMBOLS = {"point": "{0:g}", "uniform": "{0:g} to {1:g}", "normal": "{0:g} ± {1:g}"}
SYMBOLS |= {"lognormal": "{0:g} ×/÷ e^{1:g}"}


def main() -> None:
    """Screen, and write the page."""
    pack = load_pack(PACK, POLICIES)
    guarantor = load_doctrine(DOCTRINE, POLICIES)
    settings = BY_DOCTRINE.settings(guarantor=guarantor.settings)
    PAGE.write_text(page(pack, screen(pack, BY_DOCTRINE, settings, SIZE)), encoding="utf-8")


def page(pack: Pack, found: Screening) -> str:
    """The page, as Markdown."""
    ranked, weight = found.ranked(), found.weight
    none = [found.numbers[i] for i in ranked[::-1] if weight[i].max() < NEGLIGIBLE]
    lines = [
        "# Sensitivity",
        "",
        f"Which of the {len(found.numbers)} uncertain numbers of `{PACK}` matter over {SIZE.months // 12} years",
        f"under `{DOCTRINE}`, by elementary effects: `src/detente/decision/sensitivity.py` says how. Each number",
        f"goes from the 5th to the 95th percentile of its prior, from {SIZE.trajectories} places with",
        f"{SIZE.futures} futures at each, the luck being the same. *Effect* is the mean size μ* in the outcome's",
        "unit with its error and, in brackets, over the outcome's standard deviation; σ says how far it hangs on the",
        "other numbers. An arrow says what more of the number does, where that is clear. *Also* lists other outcomes",
        "by how much they move, in standard deviations. What chance makes of a small step is in it: read nothing into",
        "ranks that lie close together.",
        "",
        "Written by `make sensitivity`; seeds are fixed. Nothing here says which values are right.",
        "",
        "## By outcome",
        "",
        *_table(
            ["outcome", "what moves it most"], [_moved_by(found, o) for o in range(len(HEADLINES))]
        ),
        "",
        f"## The {SHOWN} numbers that matter most",
        "",
        *_table(
            ["", "number", "prior", "source", "outcome", "effect", "σ", "also"],
            [_row(rank, pack, found, i) for rank, i in enumerate(ranked[:SHOWN], 1)],
        ),
        "",
        "## Without measurable effect",
        "",
        f"Numbers whose effect stays under {NEGLIGIBLE:.0%} of a standard deviation in every outcome above, under this",
        "doctrine. All are connected (`tests/unit/test_levers.py`): they matter elsewhere, or too seldom.",
        "",
        ", ".join(f"`{name}`" for name in none) + "." if none else "None.",
    ]
    return "\n".join(lines) + "\n"


def _row(rank: int, pack: Pack, found: Screening, i: int) -> list[str]:
    name, weight = found.numbers[i], found.weight[i]
    number, first = pack.numbers[name], int(np.argmax(weight))
    others = [o for o in np.argsort(-weight) if o != first and weight[o] > 0.1][:4]
    return [
        str(rank),
        f"`{name}`",
        _prior(number),
        ", ".join(number.source),
        f"{_titled(first)} {_arrow(found, i, first)}".rstrip(),
        f"{found.size[i, first]:.3g} ± {found.error[i, first]:.2g} ({weight[first]:.2f})",
        f"{found.spread[i, first]:.3g}",
        ", ".join(f"{_titled(o)} {weight[o]:.2f}" for o in others),
    ]


def _moved_by(found: Screening, outcome: int) -> list[str]:
    first = np.argsort(-found.weight[:, outcome])[:6]
    said = (
        f"`{found.numbers[i]}` {found.weight[i, outcome]:.2f} {_arrow(found, i, outcome)}".rstrip()
        for i in first
    )
    return [_titled(outcome), ", ".join(said)]


def _prior(number: Number) -> str:
    family, a, b = number.prior
    return SYMBOLS[family].format(a, b)


def _arrow(found: Screening, number: int, outcome: int) -> str:
    if not found.clear[number, outcome]:
        return ""
    return "↑" if found.mean[number, outcome] > 0 else "↓"


def _titled(outcome: int) -> str:
    name = HEADLINES[outcome]
    assert any(known.name == name for known in OUTCOMES)
    return f"log10 {name}" if name in LOGGED else name


def _table(head: list[str], body: list[list[str]]) -> list[str]:
    rows = [head, ["---"] * len(head), *body]
    return ["| " + " | ".join(cells) + " |" for cells in rows]


if __name__ == "__main__":
    main()
