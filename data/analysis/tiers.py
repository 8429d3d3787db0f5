"""Tiers: the smallest size of model that does each task about as well as the best contestant.

A tier is good enough for a task when its best contestant is not detectably worse than the best of
all on the samples that both answered; with few samples much goes undetected, so how large a
difference would have shown stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from data.analysis.grid import Array, Grid
from data.analysis.means import mean, number
from data.analysis.paired import Contrasts, contrasts, detectable
from data.analysis.parts import best as best_of
from data.analysis.price_kinds import MIXED, WORDS, kind, together
from data.analysis.summary import FULL_COVERAGE, KNOWN_SHARE
from data.wording import points, usd

ORDER = ("< 10B", "10-100B", "> 100B")
"""Tiers from the smallest, as data.catalog.models.size_tier names them."""
UNKNOWN = "size not known"
SCHEMA: dict[str, Any] = {
    "category": pl.String, "task": pl.String, "tier": pl.String, "contestant_id": pl.String,
    "accuracy": pl.Float64, "samples": pl.Int64, "difference": pl.Float64,
    "difference_low": pl.Float64, "difference_high": pl.Float64, "detectable": pl.Float64,
    "detectably_worse": pl.Boolean, "cost_per_1k_usd": pl.Float64, "prices": pl.String,
    "is_best": pl.Boolean, "is_smallest_adequate": pl.Boolean,
}  # fmt: skip


def matrix(grid: Grid, sizes: pl.DataFrame) -> pl.DataFrame:
    """The tier x task matrix: one row for each task and each tier that has a contestant for it.

    `sizes`: contestant_id, price_basis (may be absent) and size_tier (null or unheard of: 'size not
    known', which can be the best of a task but is no tier). Who answered less than FULL_COVERAGE of
    a task's samples takes no part in it; a task that nobody answered has no row.

    category, task, tier; contestant_id: the tier's best on the task by accuracy (0..1, levels equal
    within the task), of equals the cheapest, then the first by id; samples shared with the task's
    best; difference: its score less the best's over these, level-balanced, with its 95 % interval
    difference_low..difference_high (paired, clustered: METHOD 2.1; data.analysis.paired.contrasts
    says what few samples give); detectable: the smallest true difference that so many samples show
    in four cases of five (null where none of them tells the two apart); detectably_worse: the
    interval ends below 0; cost_per_1k_usd of the task (null: too little of it is known); prices:
    whose it and the best's are ('list', 'self-hosted', 'mixed', null: not known); is_best:
    nobody does better; is_smallest_adequate: the smallest tier that is not detectably worse, none
    where the best solves nothing. The best is the luckiest of many and looks a little better than
    it is, so a tier is called worse rather too soon. One sample, all right or all wrong: nothing is
    detectable. Rows by category and task, tiers from the smallest.
    """
    tier = _tiers(grid, sizes)
    kinds = {r["contestant_id"]: kind(r) for r in sizes.iter_rows(named=True)}
    prices = [kinds.get(who) for who in grid.ids]
    score = grid.score
    level_scores = grid.by_level(score)
    answered = grid.by_level((~np.isnan(score)).astype(float))
    costs = _costs(grid)
    found: list[dict[str, Any]] = []
    for task in np.unique(grid.task):
        levels = np.flatnonzero(grid.task[grid.starts] == task)
        covered = answered[:, levels].mean(axis=1) >= FULL_COVERAGE - 1e-12
        accuracy = np.where(covered, mean(level_scores[:, levels]), np.nan)
        if covered.any():
            rows = _of_task(grid, int(task), score, tier, accuracy, costs[:, int(task)])
            found += _with_prices(rows, grid.ids, prices)
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _tiers(grid: Grid, sizes: pl.DataFrame) -> Array:
    """(M,): the tier of each contestant."""
    pairs = sizes.select(pl.col("contestant_id", "size_tier").cast(pl.String)).iter_rows()
    known = {who: tier for who, tier in pairs if tier in ORDER}
    return np.array([known.get(who, UNKNOWN) for who in grid.ids], dtype=object)


def _of_task(
    grid: Grid, task: int, score: Array, tier: Array, accuracy: Array, cost: Array
) -> list[dict[str, Any]]:
    """The rows of one task; some contestant has an accuracy."""
    known = np.isfinite(accuracy)
    best = best_of(accuracy, cost, np.flatnonzero(known))
    sides = {name: np.flatnonzero(known & (tier == name)) for name in (*ORDER, UNKNOWN)}
    rows = [(name, best_of(accuracy, cost, side)) for name, side in sides.items() if len(side)]
    spot = np.flatnonzero(grid.task == task)
    picked = np.array([who for _, who in rows])
    apart = contrasts(
        score[np.ix_(picked, spot)] - score[best, spot],
        grid.level[spot],
        grid.cluster[spot],
        np.ones(len(np.unique(grid.level[spot]))),
    )
    sample = grid.samples.row(int(spot[0]), named=True)
    found, adequate = [], accuracy[best] <= 0
    for i, (name, who) in enumerate(rows):
        own = who == best
        worse = not own and bool(apart.high[i] < 0)
        fits = not adequate and not worse and name != UNKNOWN
        adequate = adequate or fits
        found.append(
            {
                "category": sample["category"],
                "task": sample["task"],
                "tier": name,
                "contestant_id": grid.ids[who],
                "accuracy": float(accuracy[who]),
                **_apart(apart, i, own),
                "detectably_worse": worse,
                "cost_per_1k_usd": None if np.isnan(cost[who]) else 1000 * float(cost[who]),
                "is_best": own,
                "is_smallest_adequate": fits,
            }
        )
    return found


def _with_prices(
    rows: list[dict[str, Any]], ids: Sequence[str], prices: Sequence[str | None]
) -> list[dict[str, Any]]:
    """Rows of a task with the kinds of prices of each one and the best."""
    own = dict(zip(ids, prices, strict=True))
    best = next(own[r["contestant_id"]] for r in rows if r["is_best"])
    return [{**r, "prices": together(own[r["contestant_id"]], best)} for r in rows]


def _apart(apart: Contrasts, i: int, own: bool) -> dict[str, Any]:
    """Columns of the difference to the best; from the best itself there is none to detect."""
    samples = int(apart.samples[i])
    if own:
        return {"samples": samples, "difference": 0.0}
    return {
        "samples": samples,
        "difference": number(apart.difference[i]),
        "difference_low": number(apart.low[i]),
        "difference_high": number(apart.high[i]),
        "detectable": detectable(float(np.nan_to_num(apart.discordant[i])), samples),
    }


def _costs(grid: Grid) -> Array:
    """(M, T): mean dollars of one attempt at each task, levels equal; NaN: too little is known."""
    tasks = int(grid.task.max()) + 1 if len(grid.task) else 0
    if "cost_usd" not in grid.answers.columns:
        return np.full((len(grid.ids), tasks), np.nan)
    by_level = grid.by_level(grid.mean("cost_usd"))
    priced = ~np.isnan(grid.column("cost_usd"))
    tried = ~np.isnan(grid.column("score"))
    known = np.add.reduceat((priced & tried).sum(axis=2), grid.starts, axis=1)
    all_ = np.add.reduceat(tried.sum(axis=2), grid.starts, axis=1)
    out = np.full((len(grid.ids), tasks), np.nan)
    for task in range(tasks):
        levels = np.flatnonzero(grid.task[grid.starts] == task)
        enough = known[:, levels].sum(axis=1) >= KNOWN_SHARE * all_[:, levels].sum(axis=1)
        cost = mean(by_level[:, levels])
        some = ~np.isnan(by_level[:, levels])
        out[:, task] = np.where(enough & (some.mean(axis=1) >= KNOWN_SHARE), cost, np.nan)
    return out


def sentence(found: pl.DataFrame) -> str:
    """One Markdown sentence on how many tasks the smallest tier is enough for, and what that saves.

    Over the tasks that a model of the smallest tier and anybody else took part in.
    """
    keys = ["category", "task"]
    several = found.filter(pl.len().over(keys) > 1)
    known = [tier for tier in ORDER if (several["tier"] == tier).any()]
    if not known:
        return (
            "**Not comparable** yet: no task was answered by models of two sizes; collect the same "
            "tasks with a model below 10B and one above 100B parameters."
        )
    tried = several.filter((pl.col("tier") == known[0]).any().over(keys))
    rows = tried.filter((pl.col("is_best") & (pl.col("accuracy") > 0)).any().over(keys))
    total = rows.select(keys).n_unique()
    unsolved = tried.select(keys).n_unique() - total
    if not total:
        return (
            f"**Nobody solves** anything of the {_tasks(unsolved)} that models of two sizes "
            "answered, so no size is good enough: collect easier tasks."
        )
    rest = f"; nobody solves anything of {_tasks(unsolved)} more" if unsolved else ""
    small = rows.filter((pl.col("tier") == known[0]) & pl.col("is_smallest_adequate"))
    size = {"< 10B": "below 10B", "10-100B": "of 10 to 100B", "> 100B": "above 100B"}[known[0]]
    if small.is_empty():
        none = total - rows.filter("is_smallest_adequate").height
        every = "the only task" if total == 1 else f"all {total} tasks"
        no = {0: "", total: "; no tier is good enough"}.get(
            none, f"; on {none} no tier is good enough"
        )
        return (
            f"On **{every}** compared a model {size} parameters is detectably worse than the "
            f"best{no}{rest}."
        )
    on = "the only task** compared" if total == 1 else f"{small.height} of {total}** tasks"
    said = f"On **{on} a model {size} parameters is not detectably worse than the best"
    if small["is_best"].all():
        said = f"On **{on} a model {size} parameters does best"
    worst = small.filter(~pl.col("is_best"))["difference_low"].median()
    unsure = "" if not isinstance(worst, float) else (
        f"; it could still be {points(max(0.0, -worst))} points worse (median of the intervals)"
    )  # fmt: skip
    return f"{said}{_saving(small, rows)}{unsure}{rest}."


def _tasks(n: int) -> str:
    return "1 task" if n == 1 else f"{n} tasks"


def _saving(small: pl.DataFrame, rows: pl.DataFrame) -> str:
    """What it costs beside the best, over the tasks where both are known, by kind of prices."""
    best = rows.filter("is_best").select("category", "task", dear="cost_per_1k_usd")
    both = small.filter(~pl.col("is_best")).join(best, on=["category", "task"], nulls_equal=True)
    by_kind = (
        both.drop_nulls(["cost_per_1k_usd", "dear"])
        .group_by("prices")
        .agg(pl.col("cost_per_1k_usd", "dear").mean(), n=pl.len())
        .sort("n", "prices", descending=[True, False], nulls_last=True)
    )
    found = [
        f"{usd(cheap)} for 1,000 where the best costs {usd(dear)}"
        + ("" if by_kind.height == 1 and prices != MIXED else f" ({WORDS[prices]})")
        for prices, cheap, dear, _ in by_kind.iter_rows()
        if cheap < dear
    ]
    return f" and costs {' and '.join(found)}" if found else ""
