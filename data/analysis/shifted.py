"""Shifted: accuracy on levels whose texts come from elsewhere than the training split."""

from __future__ import annotations

from typing import Any

import polars as pl

from data.analysis.summary import summarise

SCHEMA: dict[str, Any] = {
    "task": pl.String, "contestant_id": pl.String, "name": pl.String, "kind": pl.String,
    "other_accuracy": pl.Float64, "other_accuracy_low": pl.Float64,
    "other_accuracy_high": pl.Float64, "shifted_accuracy": pl.Float64,
    "shifted_accuracy_low": pl.Float64, "shifted_accuracy_high": pl.Float64,
    "difference": pl.Float64, "difference_low": pl.Float64, "difference_high": pl.Float64,
    "samples": pl.Int64,
}  # fmt: skip
KEYS = ["contestant_id", "task"]


def shifted(levels: pl.DataFrame, marked: pl.DataFrame) -> pl.DataFrame:
    """Each contestant's accuracy on a task's shifted levels beside that on its other levels.

    `levels`: rollup rows; `marked`: (task, level) of shifted ones. Levels weigh the same. The two
    accuracies are of different samples, so `difference` (shifted - other) has an interval made of
    theirs (Zou and Donner 2008): d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to
    d + sqrt((u1 - p1)^2 + (p2 - l2)^2). `samples` are the shifted ones. Who has none of either
    kind is left out; so is a task without either. Sorted by task, kind, name, contestant_id.
    """
    of = levels.filter(pl.col("task").is_in(marked["task"].to_list()))
    if of.is_empty() or marked.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    flags = marked.select("task", pl.col("level").cast(of.schema["level"]), shifted=pl.lit(True))
    of = of.join(flags.unique(), on=["task", "level"], how="left", maintain_order="left")
    apart, rest = (
        summarise(of.filter(pl.col("shifted").fill_null(False) == wanted), ("task",))
        for wanted in (True, False)
    )
    both = apart.filter(pl.col("accuracy").is_not_null()).join(
        rest.filter(pl.col("accuracy").is_not_null()), on=KEYS, suffix="_rest"
    )
    both = both.with_columns(difference=pl.col("accuracy") - pl.col("accuracy_rest"))
    down = _both(
        pl.col("accuracy") - pl.col("accuracy_low"),
        pl.col("accuracy_high_rest") - pl.col("accuracy_rest"),
    )
    up = _both(
        pl.col("accuracy_high") - pl.col("accuracy"),
        pl.col("accuracy_rest") - pl.col("accuracy_low_rest"),
    )
    found = both.select(
        "task", "contestant_id", "name", "kind",
        other_accuracy="accuracy_rest", other_accuracy_low="accuracy_low_rest",
        other_accuracy_high="accuracy_high_rest", shifted_accuracy="accuracy",
        shifted_accuracy_low="accuracy_low", shifted_accuracy_high="accuracy_high",
        difference="difference",
        difference_low=(pl.col("difference") - down).clip(-1.0, 1.0),
        difference_high=(pl.col("difference") + up).clip(-1.0, 1.0),
        samples="samples",
    )  # fmt: skip
    typed = found.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    return typed.sort("task", "kind", "name", "contestant_id")


def _both(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return (one**2 + other**2).sqrt()
