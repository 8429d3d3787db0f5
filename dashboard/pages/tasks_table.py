"""The tasks' levels as a table and as files: all that the chart's pages show, in one."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import streamlit as st

from dashboard import query
from dashboard.pages import saving, tables
from dashboard.pages.saving import Offer
from data.analysis.levels import sentence
from data.formats import FORMATS

KINDS = ("csv", "md", "json")


def table(rows: pl.DataFrame) -> None:
    """Each level with its difficulty, share right and remark."""
    column = st.column_config
    shown = rows.select(
        task="task",
        level="level",
        difficulty=pl.col("level_difficulty").round(2),
        error=(1.96 * pl.col("level_difficulty_se")).round(2),
        right=100 * pl.col("share_right"),
        samples="samples",
        who="credible",
        remark="remark",
    )
    tables.show(
        shown,
        {
            "task": column.TextColumn("Task", pinned=True),
            "level": column.NumberColumn("Level", width=70),
            "difficulty": column.NumberColumn("Difficulty (logits)", format="%+.2f"),
            "error": column.NumberColumn("± (95 %)", format="%.2f", width=90),
            "right": column.ProgressColumn("Right", min_value=0, max_value=100, format="%.0f%%"),
            "samples": column.NumberColumn("Samples", width=90),
            "who": column.NumberColumn("Credible contestants"),
            "remark": column.TextColumn("Remark"),
        },
        "Each level with its difficulty, share right and remark",
    )


def download(source: query.Source, rows: pl.DataFrame, campaign: str) -> None:
    """Files are made when they are asked for, not on every rerun."""
    # The export layer is loaded only for those who download.
    from data import export, lens_export
    from data.study import Study
    from data.view import View

    command = f'isocost tasks calibrate --json --campaign "{campaign}"'

    def made(kind: str) -> Callable[[], str]:
        def text() -> str:
            meta = export.provenance(Study(source.reader, View(campaign)), command)
            return lens_export.FORMATS[kind]({"levels": rows}, sentence(rows), meta)

        return text

    stem = f"isocost-tasks-{campaign}"
    saving.files(
        "**The table behind the chart**, with what it was made from",
        [Offer(FORMATS[kind].title, kind, f"{stem}.{kind}", made(kind)) for kind in KINDS],
    )
    saving.terminal(command)
    saving.picture()
