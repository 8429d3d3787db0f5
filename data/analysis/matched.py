"""Matched: mixtures of experts beside the dense contestants nearest in size."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from data.analysis.by_model import over_models

NEAR = 2.0
"""A dense contestant is a match within this factor of size."""
MATCHED: dict[str, pl.DataType | type[pl.DataType]] = {
    "contestant_id": pl.String, "name": pl.String, "model": pl.String, "nearest": pl.String,
    "dense": pl.List(pl.String), "size_ratio": pl.Float64, "accuracy_difference": pl.Float64,
    "log_cost_ratio": pl.Float64, "prices": pl.String,
}  # fmt: skip
COMPARED = {
    "nearest": pl.String, "outcome": pl.String, "value": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "contestants": pl.Int64, "models": pl.Int64,
}  # fmt: skip


def matched(rows: pl.DataFrame) -> pl.DataFrame:
    """Every mixture of experts beside the dense contestants nearest in total and in active size.

    One row per contestant and `nearest` ('total', 'active') with a match within a factor 2:
    dense (contestant_ids; all that are equally near), size_ratio (dense total over the mixture's
    total or active), accuracy_difference (-1..1; the mixture's less the mean of the dense),
    log_cost_ratio (log10 of its cost over the dense contestants' geometric mean; against those
    whose prices are of the same kind, null without one and for free), prices. Sorted by
    contestant_id, then nearest. Nearest within a caliper: Cochran and Rubin 1973.
    """
    scored = rows.filter(pl.col("accuracy").is_not_null())
    dense = scored.filter((pl.col("mixture") == "dense") & pl.col("log_total").is_not_null())
    dense = dense.sort("contestant_id")
    size = dense["log_total"].to_numpy()
    found = []
    for row in scored.filter(pl.col("mixture") == "moe").sort("contestant_id").to_dicts():
        for nearest in ("active", "total"):
            if row[f"log_{nearest}"] is None or not len(size):
                continue
            away = np.abs(size - row[f"log_{nearest}"])
            # Sizes that differ by a rounding error are equally near.
            if away.min() <= np.log10(NEAR) + 1e-9:
                near = dense.filter(pl.Series(away <= away.min() + 1e-9))
                found.append(_match(row, nearest, near))
    return pl.DataFrame(found, schema=MATCHED, orient="row")


def _match(row: dict[str, Any], nearest: str, near: pl.DataFrame) -> dict[str, Any]:
    same = pl.col("prices") == pl.lit(row["prices"], pl.String)
    alike = near.filter(same)["log_cost"].drop_nulls().to_numpy()
    away = near["log_total"].to_numpy().mean() - row[f"log_{nearest}"]
    accuracy = near["accuracy"].to_numpy().mean()
    priced = row["log_cost"] is not None and len(alike) > 0
    return {
        **{c: row[c] for c in ("contestant_id", "name", "model", "prices")},
        "nearest": nearest,
        "dense": near["contestant_id"].to_list(),
        "size_ratio": float(10**away),
        "accuracy_difference": float(row["accuracy"] - accuracy),
        "log_cost_ratio": float(row["log_cost"] - alike.mean()) if priced else None,
    }


def compared(matches: pl.DataFrame) -> pl.DataFrame:
    """The matches on average: nearest, outcome, value, low, high, contestants, models.

    Outcome 'accuracy' is the mean difference (-1..1), 'cost' the geometric mean ratio. Every
    mixture's model counts once; intervals, 95 %, are t over models: null with one model or where
    all are alike, and of a difference cut at -1 and 1.
    """
    found = []
    for nearest in ("active", "total"):
        of = matches.filter(pl.col("nearest") == nearest)
        for outcome, column in (("accuracy", "accuracy_difference"), ("cost", "log_cost_ratio")):
            known = of.filter(pl.col(column).is_not_null())
            mean, models = over_models(known[column].to_list(), known["model"].to_list())
            said = [_said(outcome, v) for v in mean]
            found.append((nearest, outcome, *said, known.height, models))
    return pl.DataFrame(found, schema=COMPARED, orient="row")


def _said(outcome: str, value: float | None) -> float | None:
    """A ratio of costs from its log10; a difference in accuracy is never more than 1."""
    if value is None:
        return None
    return 10.0**value if outcome == "cost" else min(1.0, max(-1.0, value))
