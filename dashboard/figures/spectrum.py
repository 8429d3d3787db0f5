"""Spectrum: what a reasoning label explains beside the continuum, and what it hides."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, ORANGE, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.palette import LINE, faded, share_colour
from dashboard.figures.scatter import Curve, Point, Span
from dashboard.figures.sheet import Figure
from data.analysis.by_model import chance
from data.wording import percent, points, portion, tokens, usd

EXPLAINED = (
    ("r2_label", "Capability, by the label", ORANGE),
    ("r2_share", "Capability, by reasoning share", BLUE),
    ("r2_cost", "Capability, by cost", BLUE),
    ("added_to_share", "Label, beside the share", ORANGE),
    ("added_to_cost", "Label, beside the cost", ORANGE),
    ("eta2_tokens", "Tokens, by the label", ORANGE),
    ("eta2_cost", "Cost, by the label", ORANGE),
)
"""Measures of the lens, what their rows are called, and whether it is the label (orange)."""
HIDDEN = (
    ("range_tokens_with", "Tokens, reasoning", ORANGE),
    ("range_tokens_without", "Tokens, not reasoning", BLUE),
    ("range_cost_with", "Cost, reasoning", ORANGE),
    ("range_cost_without", "Cost, not reasoning", BLUE),
)
SURE = 0.05


def explained(measures: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Shares of what differs that the label explains, and the continuum, with intervals."""
    known = _known(measures)
    bars = []
    for measure, name, colour in EXPLAINED:
        if (row := known.get(measure)) is None:
            continue
        p = known.get(f"p_{measure}", {}).get("value")
        said = portion(row["value"])
        said += f", {chance(p)}" if p is not None and size != "phone" else ""
        hollow = measure.startswith("added") and (p is None or p >= SURE)
        bars.append(_bar(row, name, colour, 100, said, hollow))
    ticks = (0, 25, 50, 75, 100)
    axis = Span("Variance explained, %", low=0, high=100, ticks=ticks, tick="{:.0f}%".format)
    return forest.build(bars, axis, size)


def hidden(measures: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """How far apart contestants of one label are: the 95th over the 5th percentile."""
    known = _known(measures)
    bars = [
        _bar(known[measure], name, colour, 1, f"×{known[measure]['value']:,.3g}")
        for measure, name, colour in HIDDEN
        if measure in known
    ]
    axis = Span("95th over 5th percentile (log scale)", log=True, tick="×{:,.4g}".format)
    return forest.build(bars, axis, size, reference=1)


def _known(measures: pl.DataFrame) -> dict[str, dict[str, Any]]:
    rows = measures.drop_nulls("value").to_dicts()
    return {str(row["measure"]): row for row in rows}


def _bar(
    row: dict[str, Any], name: str, colour: str, scale: float, said: str, hollow: bool = False
) -> Bar:
    low, high = (None if row[end] is None else scale * row[end] for end in ("low", "high"))
    form = "{:.0f}%".format if scale > 1 else "×{:,.3g}".format
    between = "no interval" if low is None or high is None else f"{form(low)} to {form(high)}"
    # What is but rounding below 0 is 0.
    value = max(0.0, scale * row["value"])
    hover = scatter.lines(name, f"{said} ({between})", f"{row['n']} contestants", row["note"] or "")
    return Bar(name, value, hover, low=low, high=high, colour=colour, hollow=hollow, said=said)


def continuum(placed: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Capability by reasoning share; a thin line joins one model's efforts."""
    rows = placed.drop_nulls(["accuracy", "reasoning_share"]).sort(
        "model", "prompt_style", "reasoning_share", "contestant_id"
    )
    curves = [
        Curve(
            [100 * v for v in of["reasoning_share"]],
            [100 * v for v in of["accuracy"]],
            name="efforts",
            colour=faded(LINE, 0.4),
        )
        for _, of in rows.group_by("model", "prompt_style", maintain_order=True)
        if of.height > 1
    ]
    marks = [_mark(row) for row in rows.to_dicts()]
    x = Span(
        "Reasoning share of output tokens, %", low=-3, high=103, ticks=(0, 20, 40, 60, 80, 100)
    )
    y = Span("", low=0, high=104, ticks=(0, 20, 40, 60, 80, 100))
    return scatter.build(marks, x, y, size, curves)


def _mark(row: dict[str, Any]) -> Point:
    share, capability = row["reasoning_share"], row["accuracy"]
    ends = row["accuracy_low"], row["accuracy_high"]
    between = "" if None in ends else f" ({points(ends[0])} to {points(ends[1])})"
    return Point(
        key=str(row["contestant_id"]),
        name=str(row["name"]),
        x=100 * share,
        y=100 * capability,
        hover=scatter.lines(
            str(row["name"]),
            f"Capability {points(capability)}{between}",
            f"{percent(share)} of {tokens(row['output_tokens'])} output tokens a task reasoning",
            "no price known" if row["cost_per_1k_usd"] is None
            else f"{usd(row['cost_per_1k_usd'])} for 1,000 tasks",
        ),
        colour=share_colour(share),
        symbol="diamond" if row["weights"] == "closed" else "circle",
        weight=capability,
        y_range=None if None in ends else (100 * ends[0], 100 * ends[1]),
    )  # fmt: skip


def describe_explained(measures: pl.DataFrame) -> str:
    """The shares in words."""
    known = _known(measures)
    told = [f"{name} {portion(known[m]['value'])}" for m, name, _ in EXPLAINED if m in known]
    return f"Share of the variance that is explained: {'; '.join(told) or 'not known'}."


def describe_continuum(placed: pl.DataFrame) -> str:
    """The points in words."""
    rows = placed.drop_nulls(["accuracy", "reasoning_share"]).sort("reasoning_share", "name")
    told = [
        f"{r['name']} {percent(r['reasoning_share'])} reasoning, capability {points(r['accuracy'])}"
        for r in rows[:: max(1, rows.height // 8)].head(8).to_dicts()
    ]
    return f"Capability (0 to 100) against reasoning share of output: {'; '.join(told)}."


def describe_hidden(measures: pl.DataFrame) -> str:
    """The ranges in words."""
    known = _known(measures)
    told = [f"{name} ×{known[m]['value']:,.3g}" for m, name, _ in HIDDEN if m in known]
    return f"Range within a label, 95th over 5th percentile: {'; '.join(told) or 'not known'}."
