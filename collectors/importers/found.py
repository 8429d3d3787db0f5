"""What an importer finds in another tool's file, in our words: the columns of its rows.

An importer is a module with `NAME`-less functions (see collectors/importers/__init__.py) whose
`read` yields batches: lists of rows (mappings) or frames, of one kind each. Columns that a format
does not have are left out; null means "not said". Tokens are totals that include their parts:
cached in input, reasoning in output. Money is US dollars, durations are seconds, times naive UTC
(or aware, and turned into UTC), scores lie in [0, 1].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import polars as pl

Row = Mapping[str, Any]

_CONTESTANT: dict[str, pl.DataType] = {
    **dict.fromkeys(
        ("model", "name", "deployment", "effort", "prompt_style", "kind", "settings"), pl.String()
    ),
    "max_tokens": pl.Int64(),
}
"""model: as the file has it, if possible a LiteLLM string; name: what charts call it (default: the
model); settings: JSON of whatever else tells two contestants apart; kind: writer, reader, rules."""

ATTEMPT: dict[str, pl.DataType] = {
    "place": pl.String(),
    "run": pl.String(),
    "origin": pl.String(),
    **_CONTESTANT,
    **dict.fromkeys(("task", "version", "sample", "category", "cluster"), pl.String()),
    **dict.fromkeys(("level", "epoch", "retries", "calls"), pl.Int64()),
    "baseline": pl.Float64(),
    **dict.fromkeys(("input", "target", "prompt", "text", "answer"), pl.String()),
    "started_at": pl.Datetime("us"),
    **dict.fromkeys(("duration_s", "ttft_s", "billed_usd", "score"), pl.Float64()),
    **dict.fromkeys(
        (
            "input_tokens",
            "cache_read_tokens",
            "cache_write_tokens",
            "output_tokens",
            "reasoning_tokens",
        ),
        pl.Int64(),
    ),
    **dict.fromkeys(
        (
            "usage_source",
            "usage_flags",
            "status",
            "error",
            "finish_reason",
            "served_model",
            "template",
        ),
        pl.String(),
    ),
}
"""One attempt. place: where in the file, for the report; run: the id that the tool gave its run
(default: the file's own hash), so that the same run is stored once; origin: 'measured' (default) by
whoever ran the tool, or 'reported' by the model's own maker; version: of the task or dataset
(default: 'imported'); sample: its id within task and level; status: see data.records.STATUSES
(default: ok)."""

AGGREGATE: dict[str, pl.DataType] = {
    "place": pl.String(),
    "run": pl.String(),
    "origin": pl.String(),
    **_CONTESTANT,
    **dict.fromkeys(("task", "metric", "source", "note"), pl.String()),
    "value": pl.Float64(),
    **dict.fromkeys(("n", "input_tokens", "output_tokens", "reasoning_tokens"), pl.Int64()),
    **dict.fromkeys(("cost_usd", "duration_s"), pl.Float64()),
    "measured_at": pl.Datetime("us"),
}
"""One score of a contestant on a task that has no attempts behind it. value in [0, 1]; n: questions
behind it; tokens and dollars of the whole run; duration_s per question."""

Kind = Literal["attempts", "aggregates"]
COLUMNS: dict[Kind, dict[str, pl.DataType]] = {"attempts": ATTEMPT, "aggregates": AGGREGATE}
REQUIRED: dict[Kind, tuple[str, ...]] = {
    "attempts": ("model", "task", "sample"),
    "aggregates": ("model", "task", "metric", "value"),
}


@dataclass(frozen=True)
class Batch:
    """Rows of one kind; a few thousand at a time."""

    kind: Kind
    rows: Sequence[Row] | pl.DataFrame


@dataclass(frozen=True)
class Options:
    """What the user said beyond the path."""

    mapping: Mapping[str, Any] = field(default_factory=dict)
    """Of the generic table: see collectors/importers/table.py."""
    measured: datetime | None = None
    """When it was measured, for files that don't say."""


BATCH = 5_000


def batched(rows: Iterator[Row], kind: Kind = "attempts", size: int = BATCH) -> Iterator[Batch]:
    """Rows in batches of one kind."""
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) >= size:
            yield Batch(kind, held)
            held = []
    if held:
        yield Batch(kind, held)
