"""The Table tab: every contestant of the view with the figures behind its point."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.figures.axes import Axis
from dashboard.pages import tables

PLACES = {"frontier": "✓ frontier", "beaten": "beaten", "apart": "apart"}


def table(placed: pl.DataFrame, axis: Axis) -> None:
    """Frontier first, then by what the chosen axis shows."""
    order = pl.col("place").replace_strict({"frontier": 0, "beaten": 1, "apart": 2}, default=3)
    rows = placed.sort(order, axis.column, "contestant_id", nulls_last=True)
    shown = rows.select(
        contestant="name",
        place=pl.col("place").replace_strict(PLACES, default="apart"),
        chance=100 * pl.col("p_frontier"),
        capability=100 * pl.col("accuracy"),
        interval=_interval(),
        cost=pl.col("cost_per_1k_usd").round_sig_figs(3),
        tokens="output_tokens",
        reasoning=100 * pl.col("reasoning_share"),
        seconds=pl.col("duration_s").round_sig_figs(3),
        # A level that is not known would draw the next one in its place.
        by_level=pl.when(~pl.col("tokens_by_level").list.contains(None)).then("tokens_by_level"),
        coverage=100 * pl.col("coverage"),
        failed="failed",
        lab="lab",
        weights="weights",
        total=pl.col("params_total") / 1e6,
        why="apart_reason",
    )
    usual = ["coverage"] if (shown["coverage"] == 100).all() else []
    usual += ["failed"] if (shown["failed"] == 0).all() else []
    tables.show(
        shown.drop(usual), _columns(), "Contestants with capability, cost, tokens, time and facts"
    )


def _interval() -> pl.Expr:
    ends = [(100 * pl.col(f"accuracy_{end}")).round(0).cast(pl.Int64) for end in ("low", "high")]
    return pl.format("{}–{}", *ends)


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        "contestant": config.TextColumn("Contestant", pinned=True, width="medium"),
        "place": config.TextColumn("Place", width=92),
        "chance": config.NumberColumn(
            "P(frontier)", format="%.0f%%", width=88, help="Share of resamples on the frontier"
        ),
        "capability": config.ProgressColumn(
            "Capability", min_value=0, max_value=100, format="%.1f", width="medium"
        ),
        "interval": config.TextColumn("95%", width=72),
        "cost": config.NumberColumn("$ / 1k tasks", format="plain", width=96),
        "tokens": config.NumberColumn("Tokens / task", format="%,.0f", width=96),
        "reasoning": config.NumberColumn(
            "Reasoning", format="%.0f%%", width=78, help="Share of output; empty: not reported"
        ),
        "seconds": config.NumberColumn("Seconds", format="plain", width=76),
        "by_level": config.LineChartColumn("Tokens by level", width=120),
        "coverage": config.NumberColumn("Coverage", format="%.0f%%", width=80),
        "failed": config.NumberColumn("Failed", width=62),
        "lab": config.TextColumn("Lab"),
        "weights": config.TextColumn("Weights", width=72),
        "total": config.NumberColumn("Million params", format="%,.0f", width=104),
        "why": config.TextColumn("Why apart", width="medium"),
    }
