"""Leave one out: what the frontier loses without a lab, a country, a licence, or a task."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from data.analysis.grid import Array
from data.analysis.hull import hypervolume, step_cost
from data.analysis.means import balance_levels, numbers
from data.analysis.pareto import pareto
from data.analysis.weights import level_weights
from data.wording import percent

LEAST = 0.005
"""Changes below half a percent are not worth a word."""


def without(
    placed: pl.DataFrame, by: str, x: str = "cost_per_1k_usd", cost_ref: float | None = None
) -> pl.DataFrame:
    """The frontier with each group of a column left out, one row per group, sorted by group.

    `placed` as frontier.place gives it; `by` is lab, country, licence, weights, model, ... Adds
    contestants, on_frontier, hypervolume_lost (0..1 of the step area under the frontier up to
    `cost_ref`, by default the dearest compared contestant; linear), quality_lost (0..1, best
    accuracy less the best without it) and dearer (geometric mean, over the qualities on the full
    frontier that the others reach too and that are not free, of how many times more they cost
    without it; 1 or more; null where the others reach none). Unknown groups stand as null.
    """
    compared = placed.filter(pl.col("place") != "apart")
    cost, quality = numbers(compared[x]), numbers(compared["accuracy"])
    on = pareto(cost, quality)
    reference = float(cost.max()) if cost_ref is None and len(cost) else (cost_ref or 0.0)
    whole = hypervolume(cost, quality, reference)
    rows = []
    groups = compared[by]
    for value in groups.unique().sort(nulls_last=True):
        out = (groups.is_null() if value is None else (groups == value).fill_null(False)).to_numpy()
        rest = ~out
        left = hypervolume(cost[rest], quality[rest], reference)
        best = float(quality[rest].max()) if rest.any() else 0.0
        rows.append(
            {
                by: value,
                "contestants": int(out.sum()),
                "on_frontier": int((out & on).sum()),
                "hypervolume_lost": 1 - left / whole if whole > 0 else None,
                "quality_lost": float(quality.max()) - best,
                "dearer": _dearer(cost, quality, on, rest),
            }
        )
    schema: dict[str, pl.DataType] = {
        by: placed.schema[by], "contestants": pl.Int64(), "on_frontier": pl.Int64(),
        "hypervolume_lost": pl.Float64(), "quality_lost": pl.Float64(), "dearer": pl.Float64(),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _dearer(cost: Array, quality: Array, on: Array, rest: Array) -> float | None:
    wanted = np.unique(quality[on])
    before = step_cost(cost, quality, wanted)
    after = step_cost(cost[rest], quality[rest], wanted)
    both = np.isfinite(after) & (before > 0)
    return float(np.exp(np.log(after[both] / before[both]).mean())) if both.any() else None


def without_tasks(
    rollup: pl.DataFrame, placed: pl.DataFrame, mix: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Who is on the frontier of cost with each task left out, one row per task.

    task, frontier (contestants on it), left and joined (names, sorted) and kept: the share, 0..1,
    that both frontiers have in common of all that are on either (Jaccard). Both frontiers are
    those of the rollup's means over the contestants compared in `placed`; with one task there is
    nothing to leave out and no row.
    """
    ids = placed.filter(pl.col("place") != "apart").sort("contestant_id")["contestant_id"].to_list()
    names = dict(placed.select("contestant_id", "name").iter_rows())
    weights = level_weights(rollup, mix)
    quality, cost = _levels(rollup, ids, weights)
    tasks = weights["task"].unique().sort().to_list()

    def frontier(kept: pl.DataFrame) -> set[str]:
        at = weights.select("task", "level").join(
            kept.select("task", "level", "weight"), on=["task", "level"], how="left",
            maintain_order="left",
        )["weight"].fill_null(0.0).to_numpy()  # fmt: skip
        means = [balance_levels(values, at) for values in (cost, quality)]
        return {ids[i] for i in np.flatnonzero(pareto(*means))}

    full = frontier(weights)
    rows = []
    for task in tasks if len(tasks) > 1 else []:
        part = frontier(level_weights(weights.filter(pl.col("task") != task), mix))
        rows.append(
            {
                "task": task,
                "frontier": len(part),
                "left": sorted(names[c] for c in full - part),
                "joined": sorted(names[c] for c in part - full),
                "kept": len(full & part) / len(full | part) if full | part else 1.0,
            }
        )
    text = pl.List(pl.String())
    schema = {"task": pl.String(), "frontier": pl.Int64(), "left": text, "joined": text,
              "kept": pl.Float64()}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _levels(rollup: pl.DataFrame, ids: list[str], weights: pl.DataFrame) -> tuple[Array, Array]:
    """(M, L) mean score and cost per answer of each contestant on each level; NaN where unknown."""
    places = weights.select("task", "level").with_row_index("l")
    who = pl.DataFrame({"contestant_id": ids}, schema={"contestant_id": pl.String})
    rows = rollup.join(places, on=["task", "level"]).join(
        who.with_row_index("m"), on="contestant_id"
    )
    at = rows["m"].to_numpy(), rows["l"].to_numpy()
    quality = np.full((len(ids), weights.height), np.nan)
    cost = quality.copy()
    quality[at] = numbers(rows["score_mean"])
    cost[at] = numbers(rows["cost_mean"])
    return quality, cost


def sentence(groups: pl.DataFrame, by: str) -> str:
    """One Markdown sentence: which group the frontier would miss most."""
    known = groups.filter(pl.col(by).is_not_null())
    if known.height < 2:
        n = "One" if known.height else "No"
        return f"{n} known {by} among those compared: it takes two to leave one out."
    most = known.sort(
        "hypervolume_lost", "quality_lost", "dearer", by, descending=[True, True, True, False],
        nulls_last=True,
    ).row(0, named=True)  # fmt: skip
    losses = []
    if (most["hypervolume_lost"] or 0) >= LEAST:
        losses.append(f"the frontier loses {percent(most['hypervolume_lost'])} of its area")
    if most["quality_lost"] >= LEAST:
        losses.append(f"the best capability falls by {100 * most['quality_lost']:.1f} points")
    if (most["dearer"] or 1) >= 1 + LEAST:
        losses.append(f"what others sell too costs {most['dearer']:.2f} times as much")
    if not losses:
        return f"No single {by} carries the frontier: without any one, others sell the same."
    said = losses[0] if len(losses) == 1 else ", ".join(losses[:-1]) + " and " + losses[-1]
    return f"Without **{most[by]}** {said}."
