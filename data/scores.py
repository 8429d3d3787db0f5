"""Imported scores without attempts, as collections like the catalogue's published ones.

One collection is one metric of one task of one import campaign: what can be compared with each
other, and with nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from data.analysis.intervals import wilson
from data.catalog.results import SCHEMA, Collection
from data.catalog.sources import Source
from data.store import Reader

PREFIX = "imported: "
"""How ids of imported collections begin; ids of the catalogue are file names."""
ORIGINS = {"measured": "whoever ran the tool", "reported": "the model's own maker"}
COSTS = {
    "told": "cost as the file tells it",
    "computed": "cost from tokens at that day's list price",
}
ROWS = (
    "SELECT a.*, c.name, c.model, c.model_id, c.effort, i.format, i.files, i.imported_at "
    "FROM aggregates a LEFT JOIN contestants c USING (contestant_id) "
    "LEFT JOIN imports i USING (run_id) WHERE a.campaign IS NOT NULL "
    "ORDER BY a.campaign, a.task, a.metric DESC, c.name, a.measured_at, a.aggregate_id"
)


@dataclass(frozen=True)
class Imported:
    """One collection."""

    about: Collection
    rows: pl.DataFrame
    """Columns of data.catalog.results.SCHEMA, and note, score_low, score_high (percent, Wilson 95 %
    of n questions; null where n is unknown)."""
    source: Source


def imported(reader: Reader) -> dict[str, Imported]:
    """Collections by id, in a stable order; empty when nothing of the kind was imported."""
    found = reader.sql(ROWS)
    made = {}
    for (campaign, task, metric), part in found.group_by(
        "campaign", "task", "metric", maintain_order=True
    ):
        name = f"{PREFIX}{campaign} · {task} · {metric}"
        made[name] = _collection(name, f"{task}: {metric}", str(metric), part.to_dicts())
    return made


def tasks_by_campaign(reader: Reader) -> dict[str, list[str]]:
    """Tasks of every campaign with imported scores, the campaign that was imported last first."""
    found = reader.sql(
        "SELECT DISTINCT campaign, task, last FROM aggregates JOIN (SELECT campaign, "
        "max(imported_at) AS last FROM imports GROUP BY 1) USING (campaign) "
        "ORDER BY last DESC, campaign, task"
    )
    held = found.group_by("campaign", maintain_order=True).agg("task")
    return dict(held.iter_rows())


def _collection(name: str, title: str, metric: str, rows: list[dict[str, Any]]) -> Imported:
    files = sorted({f for row in rows for f in json.loads(row["files"] or "[]")})
    read = max((row["imported_at"] for row in rows if row["imported_at"]), default=None)
    source = Source(
        id=name,
        title=f"imported from {', '.join(files) or rows[0]['format'] or 'a file'}",
        checked=read.date() if read else date.min,
    )
    about = Collection(
        id=name, title=f"{title} (imported)", source=name, measure="capability", metric=metric,
        note="Imported from another tool's file; scores of whole runs, without attempts.",
    )  # fmt: skip
    twice = {label for label, n in Counter(row["name"] for row in rows).items() if n > 1}
    frame = pl.DataFrame(
        [_row(row, name, metric, row["name"] in twice) for row in rows],
        schema={**SCHEMA, "note": pl.String, "score_low": pl.Float64, "score_high": pl.Float64},
        orient="row",
    )
    return Imported(about, frame, source)


def _row(row: dict[str, Any], collection: str, metric: str, twice: bool) -> dict[str, Any]:
    n, day = row["n"], row["measured_at"] and row["measured_at"].date()
    low, high = wilson(row["value"] * n, n) if n else (None, None)
    # Runs of one model and its settings are told apart by their day.
    label = row["name"] or row["model"] or row["contestant_id"]
    cost = COSTS.get(row["cost_source"] or "", "")
    return {
        **dict.fromkeys(SCHEMA),
        "collection": collection,
        "measure": "capability",
        "metric": metric,
        "closed_book": False,
        "label": f"{label} ({day})" if twice and day else label,
        "model_id": row["model_id"],
        "score": 100 * row["value"],
        "effort": row["effort"],
        "n": n,
        "cost_usd": row["cost_usd"],
        "input_tokens": row["input_tokens"],
        "output_tokens": row["output_tokens"],
        "reasoning_tokens": row["reasoning_tokens"],
        "seconds": row["duration_s"],
        "measured": day,
        "evaluator": ORIGINS.get(row["origin"] or "measured"),
        "source": collection,
        "measured_by": "others",
        "note": "; ".join(part for part in (cost, row["note"]) if part) or None,
        "score_low": None if low is None else 100 * low,
        "score_high": None if high is None else 100 * high,
    }
