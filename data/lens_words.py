"""Cells of a lens's tables as people read them: percentages, dollars, seconds, intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from data.wording import amount, hours, seconds, size, usd

SHARES = {
    "accuracy", "baseline", "coverage", "ste", "thrift", "p_frontier", "p_frontier_families",
    "hypervolume_lost", "kept", "behind_best", "discordant", "sparsity", "hard_accuracy", "otb_f1",
    "auc_oaa", "within_2x", "within_3x", "quality", "tokens_missing", "truncated_share_worst_level",
    "hallucination", "frozen", "fresh", "run_score",
}  # fmt: skip
SIZES = {"logit_estimate"}
POINTS = {
    "difference",
    "gap",
    "quality_lost",
    "above_hull",
    "above_hull_sure",
    "margin",
    "accuracy_difference",
}
ENDS = ("_low", "_high")


def readable(frame: pl.DataFrame) -> list[list[str]]:
    """Header and rows as text: an interval beside its value, no ids where names stand, and no
    column of which nothing is known."""
    shown = shown_columns(frame)
    cells = [_cells(frame, c) for c in shown]
    heads = [head(c) for c in shown]
    return [heads, *([column[i] for column in cells] for i in range(frame.height))]


def numeric(frame: pl.DataFrame) -> list[bool]:
    """Which of the shown columns hold numbers."""
    return [frame.schema[c].is_numeric() for c in shown_columns(frame)]


def shown_columns(frame: pl.DataFrame) -> list[str]:
    """The columns that people are shown: ends of intervals stand beside their values."""
    return [c for c in frame.columns if _shown(frame, c)]


def is_share(column: str) -> bool:
    """Whether a column holds shares, read as percentages."""
    endings = ("_share", "_accuracy")
    return column in SHARES or column.endswith(endings) or column.startswith("accuracy_r")


def _shown(frame: pl.DataFrame, column: str) -> bool:
    if column.endswith(ENDS) and column.rsplit("_", 1)[0] in frame.columns:
        return False
    name = "name" if column == "contestant_id" else column.removesuffix("_id") + "_name"
    if column.endswith("_id") and name in frame.columns:
        return False
    if column == frame.columns[0]:
        return True  # what the row is about
    return frame.is_empty() or frame[column].null_count() < frame.height


def head(column: str) -> str:
    """A column's name as people read it."""
    words = (column if column.endswith("per_s") else column.removesuffix("_s")).replace("_", " ")
    return words.replace("cost per 1k usd", "$ / 1k tasks").removesuffix(" usd")


def _cells(frame: pl.DataFrame, column: str) -> list[str]:
    said = _wording(column, frame.schema[column])
    values = [said(v) for v in frame[column]]
    ends = [column + end for end in ENDS]
    if not set(ends) <= set(frame.columns):
        return values
    low, high = ([said(v) for v in frame[end]] for end in ends)
    return [
        value if "–" in (a, b) and a == b else f"{value} ({a} to {b})"
        for value, a, b in zip(values, low, high, strict=True)
    ]


def _wording(column: str, kind: pl.DataType) -> Callable[[Any], str]:
    """How a column's values are said, by its name: units stand in names."""
    if column in ("measure", "unit"):
        return lambda v: word(v).replace("_", " ")
    if column.startswith("params") or column in SIZES:
        return lambda v: _known(v, lambda x: size(int(x)))
    if not kind.is_float():
        return word
    if (column.startswith("cost") and "usd" in column) or column == "usd_per_hour":
        return lambda v: _known(v, usd)
    if "usd" in column.split("_") and not column.endswith("share"):
        return lambda v: _known(v, amount)
    if is_share(column):
        return lambda v: _known(v, lambda x: f"{100 * x:.1f}%")
    if column in POINTS:
        return lambda v: _known(v, _points)
    if column.endswith("_s") and "per" not in column.split("_"):
        return lambda v: _known(v, seconds)
    return (lambda v: _known(v, hours)) if column == "hours" else word


def _points(value: float) -> str:
    said = f"{100 * value:+.1f} pts"
    return "0.0 pts" if said in ("+0.0 pts", "-0.0 pts") else said


def _known(value: float | None, said: Callable[[float], str]) -> str:
    if value is None:
        return "–"
    return "∞" if math.isinf(value) else said(value)


def word(value: object) -> str:
    """A value as people read it: four digits, a dash for unknown."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Sequence | pl.Series) and not isinstance(value, str):
        return "; ".join(map(word, value))
    return str(value)[:10] if hasattr(value, "isoformat") else str(value)


def _number(value: float) -> str:
    if math.isinf(value):
        return "∞"
    much = abs(value)
    if much >= 1e15 or 0 < much < 1e-4:
        return f"{value:.2e}"
    return f"{value:,.0f}" if much >= 1e3 else f"{value:.4g}"
