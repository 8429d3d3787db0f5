"""Words of the frontier chart: what a point says when hovered, and what the chart says to a
screen reader. Names come from data, so they are escaped before Plotly reads them as markup.
"""

from __future__ import annotations

import html
from typing import Any

from dashboard.figures.axes import Axis
from data.analysis.pareto import TIE_BAND
from data.wording import (
    percent,
    points,
    seconds,
    size,
    times_less,
    tokens,
    usd,
)

TIED = 1 + TIE_BAND
Row = dict[str, Any]


def makeup(row: Row) -> str:
    """'Qwen · open weights · MoE 235B / 22B active', of what is known."""
    total, active = row.get("params_total"), row.get("params_active")
    shape = row.get("architecture")
    if total and active and active != total:
        sizes = f"{size(total)} / {size(active)} active"
    else:
        sizes = size(total) if total else ""
    weights = f"{row['weights']} weights" if row.get("weights") else None
    body = " ".join(part for part in (shape, sizes) if part)
    return " · ".join(part for part in (row.get("lab"), weights, body) if part)


def interval(row: Row) -> str:
    """' (72.4–77.6)', or nothing when it is not known."""
    if row.get("accuracy_low") is None or row.get("accuracy_high") is None:
        return ""
    return f" ({points(row['accuracy_low'])}–{points(row['accuracy_high'])})"


def doubtful(row: Row) -> bool:
    """Whether a frontier point is drawn hollow: on the frontier in under half the resamples."""
    share = row.get("p_frontier")
    return share is not None and share < 0.5


def standing(row: Row, axis: Axis) -> str:
    """Why the point is where it is: on the frontier, beaten and by whom, or apart."""
    if row["place"] == "apart":
        return f"Listed apart: {row['apart_reason']}"
    if row["place"] == "frontier":
        share = row.get("p_frontier")
        return "On the frontier" + ("" if share is None else f" in {percent(share)} of resamples")
    ratio, name = row.get("beaten_ratio"), row.get("beaten_by_name")
    if not name:
        return "Beaten"
    noun = {"cost_per_1k_usd": "cost", "output_tokens": "tokens", "duration_s": "time"}
    if ratio is None:
        return f"Beaten by {name} for no {noun[axis.column]}"
    if axis.column == "output_tokens" and 1 / TIED <= ratio <= TIED:
        return f"Beaten by {name} at about as many tokens"
    if ratio < 1.005:
        return f"Beaten by {name} at the same {noun[axis.column]}"
    return f"Beaten by {name} at {times_less(ratio)} the {noun[axis.column]}"


def reasoning(row: Row) -> str:
    """', 91% reasoning', or that it was not reported."""
    if not row.get("output_tokens"):
        return ""
    share = row.get("reasoning_share")
    return ", reasoning not reported" if share is None else f", {percent(share)} reasoning"


def hover(row: Row, axis: Axis) -> str:
    """The hover label, in the few tags Plotly understands."""
    lines = [f"<b>{html.escape(row['name'])}</b>"]
    if body := makeup(row):
        lines.append(html.escape(body))
    lines += [
        "",
        f"Capability  <b>{points(row['accuracy'])}</b>{interval(row)}",
        f"Cost  <b>{usd(row['cost_per_1k_usd'])}</b>"
        + (" per 1,000 tasks" if row["cost_per_1k_usd"] else ""),
        f"Tokens  <b>{tokens(row['output_tokens'])}</b> per task{reasoning(row)}",
        f"Time  <b>{seconds(row['duration_s'])}</b> per task",
        "",
        html.escape(standing(row, axis)),
    ]
    return "<br>".join(lines)


def alt(rows: list[Row], axis: Axis) -> str:
    """One sentence or two for a screen reader: the frontier, cheapest first."""
    best = [row for row in rows if row["place"] == "frontier"]
    beaten = sum(row["place"] == "beaten" for row in rows)
    steps = ", ".join(
        f"{row['name']} {points(row['accuracy'])} at {axis.amount(row[axis.column])}"
        for row in best[:12]
    )
    title = axis.title.removesuffix(" (log scale)")
    return f"Capability (0 to 100) against {title}. On the frontier: {steps or 'none'}. " + (
        f"{beaten} more beaten." if beaten else ""
    )
