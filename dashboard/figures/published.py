"""Published scores against what a question took: one collection's own staircase.

The drawing is the frontier chart's, with words that say who measured and a colour of its own where
no reasoning share is known.
"""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

import polars as pl

from dashboard.figures import axes, frontier
from dashboard.figures.axes import Axis
from dashboard.figures.frontier_plot import Size
from dashboard.figures.frontier_text import Row, makeup
from data.analysis.published import part_of
from data.wording import percent, seconds, tokens, usd

Figure = dict[str, Any]

OTHERS = "#A8506B"
"""Points of which no reasoning share is known: not our scale's grey, and none of its colours."""

COST = replace(
    axes.COST,
    column="cost_per_question",
    title="US$ per question (log scale)",
    short="$ each",
)
TOKENS = replace(
    axes.TOKENS,
    title="Output tokens per question (log scale)",
    short="tokens each",
)
TIME = replace(axes.TIME, title="Seconds per question (log scale)", short="time each")
AXES = {"Cost": COST, "Tokens": TOKENS, "Time": TIME}


def build(placed: pl.DataFrame, axis: Axis, size: Size = "wide") -> Figure:
    """The figure of a placed collection (data.analysis.published.placed)."""
    # The frontier's own hover text is of our attempts; it is replaced, so it needs no beater.
    figure = frontier.build(placed.with_columns(beaten_by_name=pl.lit(None, pl.String)), axis, size)
    figure["layout"]["yaxis"]["ticklabeloverflow"] = "allow"
    figure["layout"]["xaxis"]["title"]["standoff"] = 12
    rows = {row["contestant_id"]: row for row in placed.to_dicts()}
    plain = not coloured(placed)
    for trace in figure["data"]:
        if "customdata" not in trace:
            continue
        shown = [rows[entry[0]] for entry in trace["customdata"]]
        trace["hovertext"] = [hover(row, axis) for row in shown]
        if plain:
            trace["marker"]["color"] = [OTHERS] * len(shown)
    unknown = unplaced(placed, axis).to_dicts()
    if unknown and frontier.points(figure):
        figure["data"].append(_edge(unknown, figure["layout"]["xaxis"]["range"][1], axis))
    return figure


def unplaced(placed: pl.DataFrame, axis: Axis) -> pl.DataFrame:
    """Results of which it is not known what they took, best score first."""
    unknown = placed.filter(pl.col(axis.column).is_null() & pl.col("score").is_not_null())
    return unknown.sort("score", "contestant_id", descending=[True, False])


def _edge(rows: list[Row], end: float, axis: Axis) -> Figure:
    """Hollow points at the right edge: their height is known, their place on the axis is not."""
    return {
        "type": "scatter",
        "name": "unknown",
        "mode": "markers",
        "x": [float(f"{10**end:.6g}")] * len(rows),
        "y": [round(row["score"], 4) for row in rows],
        "customdata": [[row["contestant_id"]] for row in rows],
        "hovertext": [hover(row, axis) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"symbol": "circle-open", "size": 8, "color": OTHERS, "line": {"width": 1.4}},
        "cliponaxis": False,
        "showlegend": False,
    }


def coloured(placed: pl.DataFrame) -> bool:
    """Whether any reasoning share is known; if so colour means what it means on the frontier."""
    return bool(placed["reasoning_share"].is_not_null().any())


def describe(placed: pl.DataFrame, axis: Axis, title: str) -> str:
    """The chart in words, for its alt text."""
    best = placed.filter(pl.col("place") == "frontier").to_dicts()
    beaten = (placed["place"] == "beaten").sum()
    steps = ", ".join(
        f"{r['name']} {r['score']:.1f} at {axis.amount(r[axis.column])}" for r in best[:12]
    )
    what = axis.title.removesuffix(" (log scale)")
    return (
        f"Measured by others, {title}: score (0 to 100) against {what}. "
        f"On its frontier: {steps or 'none'}. {beaten} more beaten.{_unknown(placed, axis)}"
    )


def _unknown(placed: pl.DataFrame, axis: Axis) -> str:
    n = unplaced(placed, axis).height
    return f" {n} hollow at the right edge, whose place is not known." if n else ""


def hover(row: Row, axis: Axis) -> str:
    """What a point says: escaped, since labels and evaluators come from files."""
    lines = [f"<b>{html.escape(row['name'])}</b>"]
    if body := makeup(row):
        lines.append(html.escape(body))
    lines += ["", f"Score  <b>{row['score']:.1f}</b>"]
    if row["cost_usd"] is not None:
        each = usd(row["cost_per_question"])
        lines.append(f"Cost  <b>{each}</b> per question, {usd(row['cost_usd'])} the run")
    if row["output_tokens"] is not None:
        share = row["reasoning_share"]
        known = "" if share is None else f", {percent(share)} reasoning"
        lines.append(f"Tokens  <b>{tokens(row['output_tokens'])}</b> per question{known}")
    if row["duration_s"] is not None:
        lines.append(f"Time  <b>{seconds(row['duration_s'])}</b> per question")
    return "<br>".join([*lines, "", html.escape(standing(row, axis)), *origin(row)])


def standing(row: Row, axis: Axis) -> str:
    """Where the point stands among the same source's results."""
    if row[axis.column] is None:
        return f"No place on this axis: {row['apart_reason'] or 'not told'}"
    if row["place"] != "beaten" or not row["beaten_by_name"]:
        return "On this collection's frontier" if row["place"] == "frontier" else "Nothing right"
    ratio = row["beaten_ratio"]
    if not ratio or ratio < 1.005:
        return f"Beaten by {row['beaten_by_name']} for as much"
    noun = {"cost_per_question": "cost", "output_tokens": "tokens"}.get(axis.column, "time")
    return f"Beaten by {row['beaten_by_name']} at {part_of(ratio)} the {noun}"


def origin(row: Row) -> list[str]:
    """Who measured, when, and where it was read; a line each, escaped."""
    who = row["evaluator"] or "others"
    when = f", {row['measured']:%Y-%m-%d}" if row["measured"] else ""
    lines = [f"Measured by {who}{when}", f"Source: {row['source']}"]
    if row.get("note"):
        lines.append(row["note"] if len(row["note"]) < 90 else row["note"][:89] + "…")
    return [html.escape(" ".join(line.split())) for line in lines]
