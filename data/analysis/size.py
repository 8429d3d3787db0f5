"""Size: how far parameters explain scores, and whether all of them or the active ones do.

Rows are results on one benchmark: see size_line.py for their columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.analysis import regress
from data.analysis.grid import Array
from data.analysis.size_line import Size, fit
from data.analysis.size_rows import (
    clusters,
    design,
    lab_interval,
    models,
    partial_moments,
    slopes,
    sparse,
    thinking,
    usable,
)
from data.wording import portion

FEWEST = 10
"""Models below which a sentence says nothing but that they are too few."""


def compare(rows: pl.DataFrame) -> pl.DataFrame:
    """Total against active parameters, over the rows that state both: one row a subset.

    subset ('all', 'moe': mixtures of experts alone), n, models, evaluators (null where none is
    named), r2_total and r2_active (0..1, each with thinking as a covariate), thinking_r2 (thinking
    alone; null where it is no term), added_total and added_active (partial R2), p_active: p of
    adding active parameters to total ones, and p_total the other way round (F test on nested
    models; rows count as independent). METHOD 6. Shares are null where no line can be drawn; p is
    null where total and active are one figure (dense models alone) or no degree of freedom is left.
    """
    both = usable(usable(rows, "params_total"), "params_active")
    subsets = {"all": both, "moe": both.filter(sparse())}
    found = [{"subset": name, **_compared(part)} for name, part in subsets.items()]
    real = ["r2_total", "r2_active", "thinking_r2", "added_total", "added_active"]
    schema: dict[str, pl.DataType] = {"subset": pl.String()}
    schema |= dict.fromkeys(["n", "models", "evaluators"], pl.Int64())
    schema |= dict.fromkeys([*real, "p_active", "p_total"], pl.Float64())
    return pl.DataFrame(found, schema=schema, orient="row")


def _compared(rows: pl.DataFrame) -> dict[str, float | None]:
    total, active = fit(rows, "params_total"), fit(rows, "params_active")
    told = [f.thinking_r2 for f in (total, active) if f]
    return {
        "n": rows.height,
        "models": models(rows),
        "evaluators": rows["evaluator"].drop_nulls().n_unique() or None,
        "r2_total": total.r2 if total else None,
        "r2_active": active.r2 if active else None,
        "thinking_r2": told[0] if told else None,
        "added_total": total.partial_r2 if total else None,
        "added_active": active.partial_r2 if active else None,
        "p_active": _p_of_adding(rows, "params_total", "params_active"),
        "p_total": _p_of_adding(rows, "params_active", "params_total"),
    }


def _p_of_adding(rows: pl.DataFrame, first: Size, second: Size) -> float | None:
    """p of the F test of adding the second size to a fit on the first."""
    if rows.is_empty():
        return None
    matrix, y = design(rows, first), rows["score"].to_numpy()
    small = regress.ols(matrix, y)
    large = regress.ols(np.column_stack([matrix, np.log10(rows[second].to_numpy())]), y)
    return regress.f_test(small, large).p if small and large else None


@dataclass(frozen=True)
class Nested:
    """The mix of total and active parameters that explains best."""

    gamma: float | None
    """0: active parameters alone, 1: total ones alone; None where the rows can't tell."""
    low: float | None
    high: float | None
    """90 % interval over resampled labs; None below 5 labs or where too few resamples tell."""
    n: int
    sparse: int
    """Rows that are mixtures of experts: all that can tell."""
    labs: int


def nested(rows: pl.DataFrame, resamples: int = 2000, seed: int = 1) -> Nested:
    """score ~ a + s * (gamma log10 total + (1 - gamma) log10 active) + q * thinking, gamma 0..1.

    METHOD 6. The least-squares gamma with s >= 0, in closed form: the share of the total's slope in
    both slopes when neither is negative, otherwise the better of the two ends. None where dense
    models alone are given, or size does not raise the score at all. The interval draws labs with
    replacement (a row without one stands for its model).
    """
    both = usable(usable(rows, "params_total"), "params_active")
    sizes = np.log10(both.select("params_total", "params_active").to_numpy().astype(float))
    lab = clusters(both)
    count, labs = both.filter(sparse()).height, len(np.unique(lab))
    if not count or both.height < 4 + thinking(both).shape[1]:
        return Nested(None, None, None, both.height, count, labs)
    values = np.column_stack([sizes, both["score"].to_numpy()])
    found = _gamma(partial_moments(values, thinking(both), lab, resamples, seed))
    if np.isnan(found[0]):
        return Nested(None, None, None, both.height, count, labs)
    low, high = lab_interval(found[1:], labs, 0.90) or (None, None)
    return Nested(float(found[0]), low, high, both.height, count, labs)


def _gamma(moments: Array) -> Array:
    """(B, 3, 3) moments of total, active and score to (B,) gamma; NaN where undefined."""
    t, p = slopes(moments)
    with np.errstate(all="ignore"):
        by_total = np.maximum(moments[:, 0, 2], 0) ** 2 / moments[:, 0, 0]
        by_active = np.maximum(moments[:, 1, 2], 0) ** 2 / moments[:, 1, 1]
        ends = np.where(by_total >= by_active, 1.0, 0.0)
        mixed = np.where((t >= 0) & (p >= 0) & (t + p > 0), t / (t + p), ends)
    told = ~np.isnan(t) & (np.maximum(by_total, by_active) > 0)
    return np.where(told, mixed, np.nan)


def sentence(rows: pl.DataFrame, title: str) -> str:
    """One Markdown sentence: what total and active parameters explain, over how many models."""
    every, moe = compare(rows).to_dicts()
    n, total, active = every["models"], every["added_total"], every["added_active"]
    if n < FEWEST:
        return (
            f"**{n or 'No'} model{'' if n == 1 else 's'}** on {title} state"
            f"{'s' if n == 1 else ''} both total and active parameters, too few to say which of "
            f"them explains the scores: add results of models of known size, up to {FEWEST}."
        )
    if total is None or active is None:
        return (
            f"The **{n} models** on {title} are all of one size or one score: add smaller and "
            "larger ones to see what size explains."
        )
    a = "a mixture" if moe["models"] == 1 else "mixtures"
    over = f"over {n} models, {moe['models'] or 'none'} of them {a} of experts"
    if (every["evaluators"] or 1) > 1:
        over += f", measured by {every['evaluators']} evaluators"
    left = " that thinking leaves open" if every["thinking_r2"] is not None else ""
    differences = f"of the differences in score on {title}{left}"
    p = every["p_active"]
    if p is None:
        other = " with other active shares" if moe["models"] else ""
        return (
            f"Parameters explain **{portion(total)}** {differences}, {over}: add mixtures of "
            f"experts{other} to tell total parameters from active ones."
        )
    more = "add nothing that could not be chance" if p >= 0.05 else "still add something"
    return (
        f"Total parameters explain **{portion(total)}** {differences}, active ones "
        f"{portion(active)}, {over}; beside the total, active ones {more} "
        f"({'p < 0.001' if p < 0.001 else f'p = {p:.2g}'})."
    )
