"""Alerts: what is in use beside what could be, and what a price change or a retirement costs.

Pure frames; dollars are per call. The rules of "does as well" are those of the bill (cheaper.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import polars as pl

from data.analysis.bill import MARGIN
from data.analysis.cheaper import (
    CHEAPER,
    ERROR,
    Samples,
    differences,
    free,
    judge,
    samples,
)
from data.analysis.cost_split import of_totals
from data.analysis.grid import Array, Grid
from data.analysis.means import numbers
from data.analysis.summary import FULL_COVERAGE

IN_USE: dict[str, Any] = {"task": pl.String, "contestant_id": pl.String}
BEATEN: dict[str, Any] = {
    **IN_USE, "graded": pl.Boolean, "beaten": pl.Boolean, "by_id": pl.String, "usd": pl.Float64,
    "saving_usd": pl.Float64, "saving_low": pl.Float64, "saving_high": pl.Float64,
    "difference": pl.Float64, "difference_low": pl.Float64, "difference_high": pl.Float64,
    "samples": pl.Int64,
}  # fmt: skip
MOVES: dict[str, Any] = {
    **IN_USE, "by_id": pl.String, "usd": pl.Float64, "by_usd": pl.Float64,
    "difference": pl.Float64, "difference_low": pl.Float64, "difference_high": pl.Float64,
    "samples": pl.Int64,
}  # fmt: skip


def beaten(grid: Grid, in_use: pl.DataFrame, margin: float = MARGIN) -> pl.DataFrame:
    """For each task and contestant in use, whether something cheaper is shown to do as well.

    graded: whether it has graded answers with a known cost; usd: its level-balanced cost of a call;
    by_id: the cheapest that does as well; saving_usd with its interval: what a call would save;
    difference: of accuracy, with its interval. The evidence is null where it is not beaten.
    """
    rows = []
    for task, who in in_use.select("task", "contestant_id").iter_rows():
        row: dict[str, Any] = {"task": task, "contestant_id": who, "graded": False, "beaten": False}
        seen = _samples(grid, task, who)
        if seen is not None:
            row["graded"] = True
            row["usd"] = usd = _balanced(seen, seen.cost[seen.used])
            found = {} if free(seen) else judge(seen, margin, True, 400, 1)
            if found.get("verdict") == CHEAPER:
                row |= {
                    "beaten": True,
                    "by_id": found["alternative_id"],
                    **{k: usd * found[f"share_{k[7:]}"] for k in BEATEN if k.startswith("saving_")},
                    **{k: found[k] for k in list(BEATEN)[-4:]},
                }
        rows.append(row)
    return pl.DataFrame(rows, schema=BEATEN, orient="row")


def newly_beaten(tonight: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Rows of `beaten` tonight that were graded the night before, and not beaten then."""
    then = before.filter(pl.col("graded") & ~pl.col("beaten")).select(IN_USE.keys())
    return tonight.filter(pl.col("beaten")).join(then, on=list(IN_USE), how="semi")


def price_effects(answers: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """What a change of prices and a change of behaviour did to a call, by contestant and task.

    answers: the night before at its prices and at tonight's, tonight at the prices before and at
    its own; rows of the store's answers with cost_usd. Level-balanced means over the samples that
    both nights have and all four can price. Columns: contestant_id, task, samples, before_usd,
    after_usd, price_usd, behaviour_usd (which add up to after - before: see cost_split.of_totals).
    """
    keys = ["contestant_id", "task", "level", "sample_id"]
    names = ("p0q0", "p1q0", "p0q1", "p1q1")
    both = pl.DataFrame(schema={"contestant_id": pl.String, "task": pl.String, "level": pl.Int32,
                                "sample_id": pl.String})  # fmt: skip
    for name, frame in zip(names, answers, strict=True):
        # One unknown cost leaves the sample's unknown: the mean of the rest is another thing.
        known = pl.when(pl.col("cost_usd").null_count() == 0).then(pl.col("cost_usd").mean())
        mine = frame.group_by(keys).agg(known.alias(name)).drop_nulls(name)
        both = mine if name == names[0] else both.join(mine, on=keys, how="inner")
    levels = both.group_by(keys[:3]).agg(pl.len().alias("samples"), pl.col(names).mean())
    tasks = levels.group_by(keys[:2]).agg(pl.col("samples").sum(), pl.col(names).mean())
    tasks = tasks.sort(keys[:2])
    price, behaviour = of_totals(*(numbers(tasks[name]) for name in names))
    return tasks.select(
        "contestant_id",
        "task",
        "samples",
        pl.col("p0q0").alias("before_usd"),
        pl.col("p1q1").alias("after_usd"),
        pl.Series("price_usd", price, dtype=pl.Float64),
        pl.Series("behaviour_usd", behaviour, dtype=pl.Float64),
    )


def moves(
    grid: Grid, in_use: pl.DataFrame, leaving: Collection[str] = (), margin: float = MARGIN
) -> pl.DataFrame:
    """For each task and contestant in use, the cheapest other that is shown to do as well.

    At whatever cost: it is for contestants that go away. `leaving` are no place to move to.
    usd, by_usd: level-balanced costs of a call on the samples of both. by_id null: nobody is shown
    to do as well, or none of those has a known cost.
    """
    rows = []
    for task, who in in_use.select("task", "contestant_id").iter_rows():
        row: dict[str, Any] = {"task": task, "contestant_id": who}
        seen = _samples(grid, task, who)
        if seen is not None:
            row["usd"] = _balanced(seen, seen.cost[seen.used])
            row |= _cheapest(seen, set(leaving), margin)
        rows.append(row)
    return pl.DataFrame(rows, schema=MOVES, orient="row")


def _samples(grid: Grid, task: str, who: str) -> Samples | None:
    priced = "cost_usd" in grid.answers.columns
    cost = grid.mean("cost_usd") if priced else np.full_like(grid.score, np.nan)
    found = samples(grid, grid.score, cost, task, who)
    return None if isinstance(found, str) else found


def _cheapest(seen: Samples, leaving: set[str], margin: float) -> dict[str, Any]:
    others = np.array([name not in leaving for name in seen.ids])
    others &= (np.arange(len(seen.ids)) != seen.used) & (~np.isnan(seen.score)).any(axis=1)
    if not others.any():
        return {}
    # As many tests as there are candidates (Bonferroni), as the bill has it.
    d = differences(seen, ERROR / int(others.sum()))
    equal = others & (d.low > -margin) & (d.high >= 0) & (d.coverage >= FULL_COVERAGE)
    known = ~np.isnan(seen.cost) & ~np.isnan(seen.cost[seen.used])
    dearer = [
        _balanced(seen, np.where(known[m], seen.cost[m] - seen.cost[seen.used], np.nan))
        if equal[m]
        else np.nan
        for m in range(len(seen.ids))
    ]
    if np.isnan(dearer).all():
        return {}
    best = int(np.nanargmin(dearer))
    usd = _balanced(seen, np.where(known[best], seen.cost[seen.used], np.nan))
    return {
        "by_id": seen.ids[best],
        "usd": usd,
        "by_usd": usd + float(dearer[best]),
        "difference": float(d.mean[best]),
        "difference_low": float(d.low[best]),
        "difference_high": float(d.high[best]),
        "samples": int(d.samples[best]),
    }


def _balanced(seen: Samples, values: Array) -> float:
    """Mean over levels of the levels' means of (I,) values; NaN without any."""
    levels = np.arange(int(seen.level.max()) + 1)
    means = [values[(seen.level == n) & ~np.isnan(values)] for n in levels]
    known = [float(m.mean()) for m in means if len(m)]
    return float(np.mean(known)) if known else float("nan")
