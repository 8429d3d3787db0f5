"""Frames of answers for tests of lenses, from plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

SCHEMA: dict[str, Any] = {
    "contestant_id": pl.String, "category": pl.String, "task": pl.String, "level": pl.Int64,
    "sample_id": pl.String, "cluster": pl.String, "epoch": pl.Int64, "status": pl.String,
    "score": pl.Float64, "input_tokens": pl.Float64, "output_tokens": pl.Float64,
    "reasoning_tokens": pl.Float64, "cost_usd": pl.Float64, "duration_s": pl.Float64,
    "ttft_s": pl.Float64,
}  # fmt: skip


def answers(
    scores: Mapping[str, Any],
    *,
    levels: Sequence[int] | None = None,
    tasks: Sequence[str] | None = None,
    categories: Sequence[str] | None = None,
    clusters: Sequence[str] | None = None,
    drop_missing: bool = True,
    **columns: Mapping[str, Any],
) -> pl.DataFrame:
    """Answers of contestants by name; `scores` are samples or samples x epochs, NaN: missing.

    `levels`, `tasks`, `categories` and `clusters` go with the samples. Further columns
    (output_tokens=, cost_usd=, duration_s=, status=, ...) are by contestant, of the shape of its
    scores or one value for all. A missing score is a missing row unless `drop_missing` is off.
    """
    rows: list[dict[str, Any]] = []
    for name, given in scores.items():
        score = np.atleast_1d(np.asarray(given, dtype=float))
        score = score[:, None] if score.ndim == 1 else score
        values = {c: _filled(v[name], score.shape) for c, v in columns.items() if name in v}
        for i, k in np.ndindex(*score.shape):
            if drop_missing and np.isnan(score[i, k]):
                continue
            task = tasks[i] if tasks else "sums"
            level = int(levels[i]) if levels is not None else 1
            sample_id = f"{task}.1/{level}/{i:05d}"
            rows.append(
                {
                    "contestant_id": name,
                    "category": categories[i] if categories else "math",
                    "task": task,
                    "level": level,
                    "sample_id": sample_id,
                    "cluster": clusters[i] if clusters else sample_id,
                    "epoch": k + 1,
                    "status": "ok",
                    "score": None if np.isnan(score[i, k]) else float(score[i, k]),
                    **{c: _plain(v[i, k]) for c, v in values.items()},
                }
            )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _filled(value: Any, shape: tuple[int, int]) -> np.ndarray:
    array = np.asarray(value)
    if array.ndim == 1:
        array = array[:, None]
    return np.broadcast_to(array, shape)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    return None if np.isnan(value) else float(value)
