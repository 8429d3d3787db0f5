"""The Table tab of published results: every one with its source and day."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.pages import published_shelf, tables


def table(rows: pl.DataFrame) -> None:
    """Best score first; a column that says nothing about any row is left out."""
    known = published_shelf.known()
    ids = {name: known[name] for name in rows["source"].unique().to_list()}
    shown = rows.sort("score", "contestant_id", descending=[True, False]).select(
        result="name",
        score="score",
        low=pl.col("score_low") if "score_low" in rows.columns else pl.lit(None, pl.Float64),
        high=pl.col("score_high") if "score_high" in rows.columns else pl.lit(None, pl.Float64),
        cost=pl.col("cost_per_question").round_sig_figs(3),
        run=pl.col("cost_usd").round_sig_figs(4),
        tokens="output_tokens",
        reasoning=100 * pl.col("reasoning_share"),
        seconds="duration_s",
        n="n",
        total="params_total",
        active="params_active",
        thinking=pl.when("thinking")
        .then(pl.lit("yes"))
        .when(~pl.col("thinking"))
        .then(pl.lit("no")),
        weights="weights",
        lab="lab",
        measured="measured",
        measured_by="measured_by",
        evaluator="evaluator",
        source=pl.col("source").replace_strict({k: v.title for k, v in ids.items()}),
        link=pl.col("source").replace_strict(
            {k: v.url for k, v in ids.items()}, return_dtype=pl.String
        ),
        note="note",
    )
    st.caption("Measured by others. Costs, tokens and seconds are of one question.")
    tables.show(
        shown, _columns(), "Results measured by others, with score, cost, size, source and day"
    )


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        "result": config.TextColumn("Result", pinned=True, width=330),
        "score": config.ProgressColumn(
            "Score", min_value=0, max_value=100, format="%.1f", width="medium"
        ),
        "low": config.NumberColumn("95%, from", format="%.1f", width=88),
        "high": config.NumberColumn("to", format="%.1f", width=64),
        "cost": config.NumberColumn("$ / question", format="plain", width=96),
        "run": config.NumberColumn("$ of the run", format="%,.2f", width=96),
        "tokens": config.NumberColumn("Tokens / question", format="%,.0f", width=116),
        "reasoning": config.NumberColumn("Reasoning", format="%.0f%%", width=78),
        "seconds": config.NumberColumn("Seconds / question", format="%,.1f", width=120),
        "n": config.NumberColumn(
            "n", format="%,.0f", width=76, help="Questions, attempts or tasks"
        ),
        "total": config.NumberColumn("Parameters", format="compact", width=104),
        "active": config.NumberColumn("of which active", format="compact", width=104),
        "thinking": config.TextColumn("Thinking", width=76),
        "weights": config.TextColumn("Weights", width=72),
        "lab": config.TextColumn("Lab"),
        "measured": config.DateColumn("Day", width=92),
        "measured_by": config.TextColumn("Measured by", width=92),
        "evaluator": config.TextColumn("Evaluator"),
        "source": config.TextColumn("Source", width="medium"),
        "link": config.LinkColumn("Link", display_text="open", width=60),
        "note": config.TextColumn("Note", width="medium"),
    }
