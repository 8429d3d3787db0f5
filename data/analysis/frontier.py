"""Frontier: what nobody beats on capability at its cost or less, and how sure that is."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.chances import TOKENS, frontier_chances
from data.analysis.grid import Array, Grid
from data.analysis.headline import SPENT
from data.analysis.hull import gap, overspend
from data.analysis.means import numbers
from data.analysis.pareto import pareto, tidy, token_order
from data.analysis.resample import draws
from data.analysis.summary import FULL_COVERAGE, ROUNDING
from data.pricing.cost import REASONS

PICK_SHARE = 0.93
"""The headline pick is the cheapest contestant with this share of the best accuracy."""
AXES = {"cost_per_1k_usd": "cost_usd", "output_tokens": "output_tokens", "duration_s": "duration_s"}
"""What can be traded for capability: summary column to the answers' column behind it."""
RESAMPLES = 400


def place(
    summary: pl.DataFrame, x: str = "cost_per_1k_usd", grid: Grid | None = None
) -> pl.DataFrame:
    """Summary rows with their place on the frontier of accuracy against column `x`.

    Adds place ('frontier', 'beaten', 'apart'), apart_code and apart_reason (why a contestant is
    not compared), beaten_by (contestant_id), beaten_by_name, beaten_ratio (its x over the x of
    the one that beats it), is_pick; overspend (times the x of the cheapest contestant at least as
    capable) and overspend_mixing (of the cheapest random mixture), both 1 or more and null for
    those apart or free; gap (0..1, accuracy that mixing buys beyond it at its x). With `grid`
    p_frontier, the share of paired bootstrap resamples (clusters within levels, both axes computed
    again) in which it is on the frontier, and p_frontier_families, with the tasks of a category
    drawn too; null without it. Against output_tokens, near counts are ties that dollars decide
    (pareto.token_order). Rows come sorted by x, then contestant_id, those apart
    last.
    """
    if "cost_reason" not in summary.columns:
        summary = summary.with_columns(cost_reason=pl.lit(None, pl.String))
    frame = summary.with_columns(_apart(x)).sort(x, "contestant_id", nulls_last=True)
    counted = {"samples", "asked"} <= set(frame.columns)
    frame = frame.with_columns(apart_reason=_reason(x, counted))
    compared = frame["apart_code"].is_null().to_numpy()
    cost = np.where(compared, numbers(frame[x]), np.nan)
    quality = numbers(frame["accuracy"])
    paid = _paid(frame, x, cost)
    on = pareto(paid, quality)
    step, mixing = overspend(cost, quality, compared)
    frame = frame.with_columns(
        place=pl.Series(
            np.where(on, "frontier", np.where(compared, "beaten", "apart")), dtype=pl.String
        ),
        is_pick=pl.Series(_pick(on, cost, quality), dtype=pl.Boolean),
        overspend=pl.Series(step).fill_nan(None),
        overspend_mixing=pl.Series(mixing).fill_nan(None),
        gap=pl.Series(gap(cost, quality, compared)).fill_nan(None),
    )
    frame = frame.with_columns(*_chances(frame, x, grid))
    frame = frame.with_columns(_beaters(frame, cost, paid, tidy(quality), on))
    return frame.sort(pl.col("place") == "apart", maintain_order=True)


def _paid(frame: pl.DataFrame, x: str, cost: Array) -> Array:
    """What the frontier minimises: the cost itself, or the order of token counts (token_order)."""
    usd = numbers(frame["cost_per_1k_usd"]) if x == TOKENS else cost
    return token_order(cost, usd) if x == TOKENS else tidy(cost)


def _apart(x: str) -> pl.Expr:
    blind = pl.col("baseline").fill_null(0.0)
    missing = pl.lit("unpriced") if x == "cost_per_1k_usd" else pl.lit("unknown")
    return (
        pl.when(pl.col("accuracy").is_null()).then(pl.lit("unscored"))
        .when(pl.col("coverage") < FULL_COVERAGE - ROUNDING).then(pl.lit("coverage"))
        .when(pl.col(x).is_null()).then(missing)
        .when(pl.col("accuracy_low") <= blind + ROUNDING).then(pl.lit("guessing"))
        .otherwise(None)
        .alias("apart_code")
    )  # fmt: skip


def _part(percent: pl.Expr, counted: bool) -> pl.Expr:
    """How little was answered; the share is level-balanced, so the count stands beside it."""
    share = pl.format("{}% by weight", percent)
    if not counted:
        return pl.format("answered {} of these samples", share)
    return pl.format("answered {} of {} samples, {}", "samples", "asked", share)


def _reason(x: str, counted: bool) -> pl.Expr:
    code = pl.col("apart_code")
    # Rounded down to a digit: 94.9 is not said to be the 95 that would do.
    tenths = (pl.col("coverage") * 1000 + ROUNDING).floor().cast(pl.Int64)
    whole, digit = tenths // 10, tenths % 10
    percent = (
        pl.when(digit == 0).then(pl.format("{}", whole)).otherwise(pl.format("{}.{}", whole, digit))
    )
    no_price = pl.when(pl.col("price_basis") == "none").then(pl.lit("no price known"))
    no_cost = pl.coalesce(
        pl.col("cost_reason").replace_strict(REASONS, default=None),
        no_price.otherwise(pl.lit(REASONS["usage_missing"])),
    )
    return (
        pl.when(code == "unscored").then(pl.lit("no attempt was scored"))
        .when(code == "coverage").then(_part(percent, counted))
        .when(code == "unpriced").then(no_cost)
        .when(code == "unknown").then(pl.lit(f"{SPENT[x]} not reported"))
        .when(code == "guessing").then(pl.lit("not measurably better than guessing"))
        .otherwise(None)
    )  # fmt: skip


def _pick(on: Array, cost: Array, quality: Array) -> Array:
    pick = np.zeros(len(on), dtype=bool)
    good = on & (quality >= PICK_SHARE * np.max(quality[on], initial=0.0))
    if good.any():
        candidates = np.flatnonzero(good)
        pick[candidates[np.argmin(cost[candidates])]] = True
    return pick


def _beaters(
    frame: pl.DataFrame, cost: Array, paid: Array, quality: Array, on: Array
) -> list[pl.Series]:
    """For each beaten contestant the cheapest one on the frontier that is at least as capable."""
    ids, names = frame["contestant_id"].to_list(), frame["name"].to_list()
    by: list[int | None] = []
    for i, where in enumerate(frame["place"].to_list()):
        better = [
            j for j in np.flatnonzero(on) if quality[j] >= quality[i] and paid[j] <= paid[i]
        ] if where == "beaten" else []  # fmt: skip
        by.append(int(min(better, key=lambda j: (paid[j], -quality[j]))) if better else None)
    # Nothing over nothing is once the cost of the other; something over nothing is no ratio.
    ratios = [None if j is None else _ratio(cost[i], cost[j]) for i, j in enumerate(by)]
    return [
        pl.Series("beaten_by", [None if j is None else ids[j] for j in by], dtype=pl.String),
        pl.Series("beaten_by_name", [None if j is None else names[j] for j in by], dtype=pl.String),
        pl.Series("beaten_ratio", ratios, dtype=pl.Float64),
    ]


def _ratio(cost: float, other: float) -> float | None:
    if other:
        return float(cost / other)
    return None if cost else 1.0


def _chances(frame: pl.DataFrame, x: str, grid: Grid | None) -> list[pl.Series]:
    """p_frontier and p_frontier_families of the compared contestants, null for the others."""
    compared = frame.filter(pl.col("apart_code").is_null())
    ids = set(compared["contestant_id"])
    found: list[dict[str, float]] = [{}, {}]
    if grid is not None and ids:
        among = np.array([c in ids for c in grid.ids])
        samples = draws(grid, RESAMPLES)
        drawn = [samples, samples.with_tasks()]
        for into, sure in zip(found, frontier_chances(grid, AXES[x], drawn, among), strict=True):
            into.update(zip(grid.ids, sure.tolist(), strict=True))
    names = ("p_frontier", "p_frontier_families")
    return [
        pl.Series(
            name, [known.get(c) if c in ids else None for c in frame["contestant_id"]],
            dtype=pl.Float64,
        )
        for name, known in zip(names, found, strict=True)
    ]  # fmt: skip
