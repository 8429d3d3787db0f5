"""`isocost tasks calibrate`: how difficult the levels turned out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from dashboard.commands.models import visible
from dashboard.commands.table import aligned
from data import lenses
from data.analysis.levels import remarked, sentence
from data.errors import ExportError, did_you_mean
from data.store import Reader, queries
from data.study import Study
from data.view import View, newest_campaign

HEADS = ("task", "level", "difficulty", "95 %", "right", "samples", "who", "remark")
Z = 1.96


def calibrate(db: Path, campaign: str | None, task_names: tuple[str, ...], as_json: bool) -> int:
    """Print each level's difficulty in logits, and which are out of order or tell nothing apart."""
    reader = Reader(db)
    name = campaign or newest_campaign(reader)
    known = queries.campaigns(reader)["campaign"].to_list()
    if name not in known:
        raise ExportError(f"No campaign '{name}' in this database.{did_you_mean(name, known)}")
    # One scale for all tasks: those that were not asked for still place the contestants.
    seen = lenses.lens("ability").look(Study(reader, View(name)))
    levels = seen.tables["levels"]
    for wanted in task_names:
        stored = levels["task"].unique().to_list()
        if wanted not in stored:
            raise ExportError(f"No task '{wanted}' in '{name}'.{did_you_mean(wanted, stored)}")
    if task_names:
        levels = levels.filter(pl.col("task").is_in(task_names))
    rows = remarked(levels, seen.tables["out_of_order"])
    said = sentence(rows).replace("**", "")
    if as_json:
        print(json.dumps({"campaign": name, "sentence": said, "levels": rows.to_dicts()}, indent=2))
        return 0
    print(aligned([_row(row) for row in rows.to_dicts()], HEADS))
    print(f"\n{said} Difficulty is in logits on one scale: see docs/method.md, ability.")
    return 0


def _row(row: dict[str, Any]) -> list[str]:
    error, share = row["level_difficulty_se"], row["share_right"]
    return [
        visible(row["task"]),
        str(row["level"]),
        f"{row['level_difficulty']:+.2f}",
        f"±{Z * error:.2f}" if error is not None else "-",
        f"{100 * share:.0f} %" if share is not None else "-",
        f"{row['samples']:,}",
        f"{row['credible']:,}",
        row["remark"] or "",
    ]
