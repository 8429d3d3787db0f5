"""Versus: two contestants side by side on the samples that both answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from data.analysis.grid import Array, Grid
from data.analysis.means import number
from data.analysis.paired import contrasts
from data.wording import percent, times_less, tokens, usd

MEASURES = {
    "accuracy": ("score", 1.0),
    "cost_per_1k_usd": ("cost_usd", 1000.0),
    "output_tokens": ("output_tokens", 1.0),
    "duration_s": ("duration_s", 1.0),
}
"""What is compared: name -> (column of the answers, factor)."""
SCHEMA = {
    "a": pl.Float64, "b": pl.Float64, "difference": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "p": pl.Float64, "samples": pl.Int64,
}  # fmt: skip


def versus(grid: Grid, a: str, b: str) -> pl.DataFrame:
    """Contestant `a` beside `b`: measure, a, b, difference (a - b), low, high, p, samples.

    One row for each of MEASURES, each over the samples for which both know it, with the paired
    95 % interval of `paired.contrasts`. Accuracy is 0..1, cost US$ per 1,000 tasks, time seconds.
    Null where nothing is shared.
    """
    rows = []
    for name, (column, factor) in MEASURES.items():
        whole = np.ones(grid.samples.height, dtype=bool)
        rows.append({"measure": name, **_row(grid, a, b, column, factor, whole)})
    return pl.DataFrame(rows, schema={"measure": pl.String, **SCHEMA})


def by_task(grid: Grid, a: str, b: str) -> pl.DataFrame:
    """category, task, then accuracy as `versus` has it; the surest advantage of `a` first."""
    rows = []
    for code in np.unique(grid.task):
        of = grid.task == code
        where = grid.samples.row(int(np.flatnonzero(of)[0]), named=True)
        named = {"category": where["category"], "task": where["task"]}
        rows.append(named | _row(grid, a, b, "score", 1.0, of))
    frame = pl.DataFrame(rows, schema={"category": pl.String, "task": pl.String, **SCHEMA})
    return frame.filter(pl.col("samples") > 0).sort(
        pl.col("difference"), "task", descending=[True, False], nulls_last=True
    )


def _row(grid: Grid, a: str, b: str, column: str, factor: float, of: Array) -> dict[str, Any]:
    pair = factor * grid.mean(column)[[grid.ids.index(a), grid.ids.index(b)]]
    pair = np.where(np.isnan(pair).any(axis=0) | ~of, np.nan, pair)
    mean_a, mean_b = (number(v) for v in grid.balance(pair))
    level = grid.level[of]
    found = contrasts(
        (pair[0] - pair[1])[None, of],
        level,
        grid.cluster[of],
        grid.level_weight[np.unique(level)],
        bounded=column == "score",
    )
    told = {k: number(getattr(found, k)[0]) for k in ("difference", "low", "high", "p")}
    return {"a": mean_a, "b": mean_b, **told, "samples": int(found.samples[0])}


def sentence(rows: pl.DataFrame, a: str, b: str) -> str:
    """What the rows of `versus` say, in Markdown; `a` and `b` are names."""
    of = {row["measure"]: row for row in rows.to_dicts()}
    found = of["accuracy"]
    if found["difference"] is None:
        return f"**{a}** and **{b}** have answered no sample in common."
    spent = " and ".join(
        filter(None, (_spent(of["cost_per_1k_usd"], "cost"), _spent(of["output_tokens"], "tokens")))
    )
    on = f"the same {found['samples']:,} sample" + "s" * (found["samples"] != 1)
    return f"On {on}, {_ability(found, a, b)}{f', at {spent}' if spent else ''}."


def _ability(row: dict[str, Any], a: str, b: str) -> str:
    gap = 100 * row["difference"]
    if row["low"] is None or row["low"] <= 0 <= row["high"]:
        span = "" if row["low"] is None else f" [{100 * row['low']:+.1f}, {100 * row['high']:+.1f}]"
        return f"**{a}** and **{b}** are too close to call ({gap:+.1f} points{span})"
    more = "more" if gap > 0 else "fewer"
    ends = sorted((abs(row["low"]), abs(row["high"])))
    return (
        f"**{a}** solves {abs(gap):.1f} [{100 * ends[0]:.1f}, {100 * ends[1]:.1f}] points {more} "
        f"than **{b}** ({percent(row['a'])} against {percent(row['b'])})"
    )


def _spent(row: dict[str, Any], noun: str) -> str:
    """'3.1 times the cost', '1/4 of the tokens', 'the same cost'; nothing where not known."""
    a, b = row["a"], row["b"]
    if a is None or (not a and not b):
        return ""
    if not b or not a:
        say = usd if noun == "cost" else tokens
        return f"{say(a)} against {say(b)}" + (" tokens" if noun == "tokens" else "")
    ratio = a / b
    if 0.995 <= ratio < 1.005:
        return f"the same {noun}"
    if ratio < 1:
        return f"{times_less(1 / ratio)} the {noun}"
    return f"{ratio:,.3g} times the {noun}"
