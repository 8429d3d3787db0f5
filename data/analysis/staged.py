"""Staged: a workload done by two contestants, where the second gets what the first leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from data import wording
from data.analysis import price_kinds
from data.analysis.cascade import Verifier, agreement, cascade
from data.analysis.grid import Array, Grid
from data.analysis.means import number
from data.analysis.plan import MEASURED, SHARED_TIME, TIME_UNKNOWN, TOKENS_UNKNOWN
from data.analysis.plan import SCHEMA as PLAN
from data.analysis.projection import Workload, array, dollars, limits, longest
from data.analysis.resample import Draws, interval
from data.analysis.router import Route, agreed, checked, counted, known, means
from data.analysis.routing import ROUNDING, wilson
from data.analysis.summary import KNOWN_SHARE

MOST_PAIRS = 8
SCHEMA: dict[str, Any] = {
    **PLAN, "stages": pl.List(pl.String), "assumes": pl.String, "estimated": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Staged:
    """A cascade, with the calls that each stage makes for each sample."""

    route: Route
    calls: Array
    """(stages, I); NaN where the route is not known."""


def neighbours(placed: pl.DataFrame) -> list[tuple[str, str]]:
    """(small, big) pairs worth building a route of: who stand side by side on the frontier, and
    its ends."""
    on = placed.filter(pl.col("place") == "frontier").sort("cost_per_1k_usd", "contestant_id")
    ids = on["contestant_id"].to_list()
    pairs = list(pairwise(ids))[:MOST_PAIRS]
    return [*pairs, (ids[0], ids[-1])] if len(ids) > 2 else pairs


def staged(grid: Grid, small: str, big: str, verifier: Verifier) -> list[Staged]:
    """The cascades of a pair: checked, and with several epochs asked twice, as it is at worst."""
    score, cost = (means(grid, c, (small, big)) for c in ("score", "cost_usd"))
    made = [(checked(grid, (small, big), verifier), cascade(cost, score, verifier).reach)]
    twice = agreed(grid, small, big, 1.0)
    if twice is not None:
        runs, one = np.asarray(grid.column("score")[grid.ids.index(small)]), np.ones(len(score[0]))
        escalated, _ = agreement(runs, 0 * one, score[1], one, 1.0)
        made.append((twice, np.stack([2 * one, escalated])))
    return [Staged(r, np.where(np.isnan(known(r)).any(axis=0), np.nan, n)) for r, n in made]


def plan_staged(
    workload: Workload,
    rows: pl.DataFrame,
    grid: Grid,
    draws: Draws,
    pairs: Sequence[tuple[str, str]],
    verifier: Verifier | None = None,
    size: float | None = None,
) -> pl.DataFrame:
    """The workload done by each cascade of these pairs, as `plan.plan` has it for one contestant.

    `rows` are those given to `plan.plan`; `size`: tokens of one call, where they are not those
    measured. Each sample's own costs, seconds and tokens count as
    often as a stage is asked about it, so that the second stage is charged for what reaches it.
    The hours are those of one stage after the other, each under all the limits: no faster promise
    holds for two contestants that may share a limit. A route that is known for less than 80 % of
    the samples is left out. Adds stages (contestant_id), assumes: what is stated, not measured, and
    estimated: whether the accuracy rests on it. Such a one is no higher than that of the better
    stage on the same samples; what two runs agree on is measured (see router.counted).
    """
    by_id = {row["contestant_id"]: row for row in rows.to_dicts()}
    there = [p for p in pairs if set(p) <= set(grid.ids) and set(p) <= set(by_id)]
    made = [s for p in there for s in staged(grid, *p, verifier or Verifier())]
    share = [float(grid.balance((~np.isnan(s.calls[0])).astype(float))) for s in made]
    made = [s for s, known_share in zip(made, share, strict=True) if known_share >= KNOWN_SHARE]
    if not made or not workload.documents:
        return pl.DataFrame(schema=SCHEMA)
    values = np.stack([_values(grid, s, by_id, size) for s in made])
    point, drawn = grid.balance(values), draws.means(values)
    right = counted(grid, draws, [s.route for s in made], point[:, 0], drawn[:, :, 0])
    point[:, 0], drawn[:, :, 0] = right
    low, high = interval(right[1])
    same = high - low < ROUNDING
    low, high = np.where(same, wilson(grid, values[:, 0], point[:, 0]), [low, high])
    plans = [
        _plan(workload, s, by_id, point[i], drawn[:, i])
        | {"accuracy_low": float(low[i]), "accuracy_high": float(high[i])}
        for i, s in enumerate(made)
    ]
    frame = pl.DataFrame(plans, schema=SCHEMA, orient="row")
    return frame.sort("usd", "contestant_id", nulls_last=True, maintain_order=True)


def _values(
    grid: Grid, s: Staged, by_id: Mapping[str, Mapping[str, Any]], size: float | None
) -> Array:
    """(2 + 4 * stages, I): score, $ of checks, then of each stage its calls, $, seconds, tokens."""
    parts: list[Array] = []
    for calls, who in zip(s.calls, s.route.stages, strict=True):
        cost, seconds, read, written = (_mean(grid, who, by_id[who], c) for c in MEASURED)
        tokens = read + written if size is None else np.full_like(cost, size)
        parts += [calls, calls * cost, calls * seconds, calls * tokens]
    checks = np.maximum(s.route.cost - sum(parts[1::4]), 0.0)
    return np.stack([s.route.score, checks, *parts])


def _mean(grid: Grid, who: str, row: Mapping[str, Any], column: str) -> Array:
    """(I,): a contestant's means by sample; NaN where it says too little to have a mean at all."""
    timed = column != "duration_s" or row.get("price_basis") != "shared"
    told = timed and (column == "cost_usd" or row.get(column) is not None)
    if not told or column not in grid.answers.columns:
        return np.full(grid.samples.height, np.nan)
    return np.asarray(grid.mean(column)[grid.ids.index(who)])


def _plan(
    w: Workload, s: Staged, by_id: Mapping[str, Mapping[str, Any]], point: Array, drawn: Array
) -> dict[str, Any]:
    stages = [by_id[who] for who in s.route.stages]
    usd, held = _spent(w, stages, point)
    hours = [longest(limit) for limit in held]
    all_usd, all_held = _spent(w, stages, drawn)
    total, spent = number(sum(hours, array(0))), number(usd)
    slowest = held[int(np.argmax([float(h) for h in hours]))] if total is not None else {}
    usd_low, usd_high = _ends(all_usd, spent)
    all_hours = sum((longest(limit) for limit in all_held), array(0))
    hours_low, hours_high = _ends(np.broadcast_to(all_hours, drawn.shape[:1]), total)
    small, big = (str(row.get("name") or row["contestant_id"]) for row in stages)
    twice = s.calls[0][~np.isnan(s.calls[0])].max() > 1
    reason = None if total is not None else _untimed(w, stages)
    return {
        "contestant_id": f"{'2 ' if twice else ''}{' > '.join(s.route.stages)}",
        "name": f"{small}{' twice' if twice else ''} → {big}",
        "documents": int(w.documents),
        "calls": w.calls * float(sum(point[2::4])),
        "usd": spent, "usd_low": usd_low, "usd_high": usd_high,
        "hours": total, "hours_low": hours_low, "hours_high": hours_high,
        "binding": max(slowest, key=lambda k: float(slowest[k])) if slowest else None,
        "accuracy": float(point[0]), "expected_wrong": w.documents * (1 - float(point[0])),
        "feasible": reason is None, "reason": reason,
        "stages": list(s.route.stages), "assumes": s.route.assumes,
        "estimated": s.route.stated,
    }  # fmt: skip


def _spent(
    w: Workload, stages: Sequence[Mapping[str, Any]], means: Array
) -> tuple[Array, list[dict[str, Array]]]:
    """(dollars, the hours that each stage's limits ask for) of means as `_values` has them."""
    usd, held = w.calls * means[..., 1], []
    for k, row in enumerate(stages):
        calls, cost, seconds, tokens = (means[..., 2 + 4 * k + j] for j in range(4))
        own = price_kinds.kind(row) == price_kinds.OWN
        usd = usd + dollars(w, cost, seconds, own)
        held.append(limits(w, seconds, tokens, own, calls))
    return usd, held


def _untimed(w: Workload, stages: Sequence[Mapping[str, Any]]) -> str:
    if any(row.get("price_basis") == "shared" for row in stages):
        return SHARED_TIME
    return TIME_UNKNOWN if any(r.get("duration_s") is None for r in stages) else TOKENS_UNKNOWN


def _ends(values: Array, point: float | None) -> tuple[float | None, float | None]:
    low, high = (number(end) for end in interval(values))
    if point is None or low is None or high is None:
        return None, None
    return min(low, point), max(high, point)


def also(found: pl.DataFrame, chosen: Mapping[str, Any] | None) -> str:
    """What the best of judged cascades adds to a sentence on contestants; '' where it is nothing.

    `chosen`: the contestant that the sentence names; a cascade is worth a word where that lacks
    something, or costs more.
    """
    fit = found.filter(pl.col("lacks").is_null() & pl.col("sure")).sort("usd", "contestant_id")
    if fit.is_empty():
        return ""
    row = fit.row(0, named=True)
    enough = chosen is not None and chosen["lacks"] is None and chosen["sure"]
    if chosen is not None and enough and row["usd"] >= chosen["usd"]:
        return ""
    ends = f" [{wording.amount(row['usd_low'])}–{wording.amount(row['usd_high'])}]"
    price = wording.amount(row["usd"]) + (ends if row["usd_low"] is not None else "")
    check = "an estimate with the check it assumes" if row["estimated"] else "asking twice"
    return f"; the cascade {row['name']} would for {price}, {check}"
