"""How forecasts of the past have done: the section of a briefing on the model itself, its losses too."""

from typing import Any

import numpy as np
from markupsafe import Markup

from detente.app import hindcasts, history
from detente.app.hindcasts import of
from detente.app.report import charts
from detente.app.report.charts import Dot, Row
from detente.app.report.svg import Words
from detente.app.wiring import POLICIES
from detente.decision.comparison import Interval
from detente.inference.hindcast import HORIZON, MODEL
from detente.inference.skill import ALL
from detente.scenarios.binding import load_pack
from detente.scenarios.schema import Scenario

NAMES = {
    ALL: "All targets alike",
    "launch_days": "Days with a launch",
    "missiles_launched": "Missiles and satellites",
    "icbm_launches": "Intercontinental launches",
    "nuclear_tests": "Nuclear tests",
    "provocations": "Provocations",
    "us_dprk_talks": "Months with talks",
    "us_dprk_summit": "Months with a summit",
    "satellite_launches": "Satellite launches",
}
"""Targets as a reader calls them, in the order in which they are told."""

AGAINST = ("climatology", "persistence")
"""Baselines that are drawn; the table has the hardest one too."""


def track(head: Scenario) -> dict[str, Any] | None:
    """Skill over twelve months, calibration, and what to make of it; None where no history is told of these states."""
    told = load_pack(history.TOLD_FROM, POLICIES).head
    if head.roles.codes != told.roles.codes or not hindcasts.SHIPPED.exists():
        return None
    scored = of(hindcasts.scores(), "last", HORIZON)
    found = of(hindcasts.compared(scored), "metric", "log_score")
    coverage = of(hindcasts.calibration(scored).coverage, "last", HORIZON)
    held = of(coverage, "level", 0.8)
    rows = []
    for target, name in NAMES.items():
        part = {row["rival"]: row for row in of(found, "target", target).to_dict("records")}
        hardest = min(part.values(), key=lambda row: row["skill"])
        inside = of(held, "target", target).share
        rows.append(
            {
                "name": name,
                "against": [_amount(part[rival]) for rival in AGAINST],
                "hardest": f"{hardest['rival'].replace('_', ' ')}: {_amount(hardest)}",
                "inside": "–" if inside.empty else f"{float(inside.iloc[0]):.2f}",
                "verdict": _verdict(hardest),
            }
        )
    model = of(scored, "model", MODEL)
    return {
        "rows": rows,
        "rivals": AGAINST,
        "charts": [_chart(found, rival) for rival in AGAINST],
        "origins": f"{model.origin.nunique()}",
        "first": str(model.origin.min()),
        "last": str(model.origin.max()),
        "worse": [row["name"] for row in rows if row["verdict"] == "worse"],
    }


def _verdict(row: dict[str, Any]) -> str:
    """Beside the hardest baseline: better or worse where the interval leaves out nil, else within noise."""
    if row["low"] > 0:
        return "better"
    return "worse" if row["high"] < 0 else "within noise"


def _amount(row: dict[str, Any]) -> str:
    text = "{skill:+.2f} ({low:+.2f} to {high:+.2f})".format(**row)
    return text.replace("-", "−")


def _chart(found: Any, rival: str) -> dict[str, Any]:
    """Skill against one baseline, a dot a target."""
    part = {row["target"]: row for row in of(found, "rival", rival).to_dict("records")}
    rows = []
    for target, name in NAMES.items():
        row = part[target]
        interval = Interval(row["low"], row["high"]) if np.isfinite(row["low"]) else None
        clear = _verdict(row) != "within noise"
        said = f"{row['skill']:+.2f}".replace("-", "−")
        rows.append(Row(name, Dot(row["skill"], interval), said, clear))
    about = "; ".join(f"{row.name} {row.said}{', clear' if row.clear else ''}" for row in rows)
    title = f"Nats a forecast against {rival}"
    svg = charts.dots(
        rows, Words(f"track-{rival}", title, f"{about}."), ("← worse", "better →"), False
    )
    return {"title": title, "svg": Markup(svg)}
