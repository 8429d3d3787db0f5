"""The frontier moving: what each quality cost at every moment, and how fast that halves.

Two clocks give the points (METHOD 3): release dates at one day's prices, or the prices as they
stood. A chart says which; the same functions read both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from data.analysis.grid import Array
from data.analysis.pareto import tidy

DAYS = 365.25
SHORTEST = 180
"""Days that a quality must have been on sale before a pace is read from its price."""
ALIKE = 0.05
"""Paces that differ by less, as a share, are one to a reader."""
FEWEST_FALLS = 2
COLUMNS: dict[str, pl.DataType] = {
    "quality": pl.Float64(),
    "date": pl.Date(),
    "cost_per_1k_usd": pl.Float64(),
    "contestant_id": pl.String(),
    "name": pl.String(),
}


_PLACED: dict[str, pl.DataType] = {
    "contestant_id": pl.String(), "name": pl.String(), "accuracy": pl.Float64(),
    "cost_per_1k_usd": pl.Float64(), "place": pl.String(), "released": pl.Date(),
}  # fmt: skip


def released(placed: pl.DataFrame) -> pl.DataFrame:
    """Points of the release clock: compared contestants with a release date, on sale from then.

    contestant_id, name, accuracy, cost_per_1k_usd, since, until (null). All at the prices of the
    view: it shows what today's money would have bought from what was out by then.
    """
    return placed.filter(
        (pl.col("place") != "apart")
        & pl.col("released").is_not_null()
        & pl.col("cost_per_1k_usd").is_not_null()
    ).select(
        "contestant_id",
        "name",
        "accuracy",
        "cost_per_1k_usd",
        since="released",
        until=pl.lit(None, pl.Date),
    )


def priced(nights: Sequence[tuple[date, pl.DataFrame]]) -> pl.DataFrame:
    """Points of the price clock from placed frames, each computed at the prices of its date.

    Same columns as `released`; a contestant's cost holds from its date until the next one's, and
    not before the model was released.
    """
    frames = [released(pl.DataFrame(schema=_PLACED))]
    days = sorted(nights, key=lambda one: one[0])
    ends = [*(day for day, _ in days[1:]), None][: len(days)]
    for (day, placed), after in zip(days, ends, strict=True):
        held = placed.filter(
            (pl.col("place") != "apart") & pl.col("cost_per_1k_usd").is_not_null()
        ).select("contestant_id", "name", "accuracy", "cost_per_1k_usd", "released")
        held = held.with_columns(
            since=pl.max_horizontal(pl.lit(day), "released"), until=pl.lit(after, pl.Date)
        )
        frames.append(held.drop("released"))
    points = pl.concat(frames)
    return points.filter(pl.col("until").is_null() | (pl.col("since") < pl.col("until")))


def cost_to_reach(points: pl.DataFrame, qualities: Sequence[float]) -> pl.DataFrame:
    """F_t(q): the cheapest cost of each quality (0..1) whenever it changes.

    One row per quality and day of change: quality, date, cost_per_1k_usd (null from a day on which
    nothing on sale reaches it any more), contestant_id, name. A quality that nothing ever reached
    has no row. Cheapest ties go to the earlier, then to the smaller contestant_id.
    """
    points = points.sort("since", "contestant_id")
    cost = points["cost_per_1k_usd"].to_numpy()
    accuracy = tidy(points["accuracy"].to_numpy())
    since = points["since"].to_physical().to_numpy()
    until = points["until"].to_physical().fill_null(np.iinfo(np.int32).max).to_numpy()
    days = np.unique(np.concatenate([since, until[until < np.iinfo(np.int32).max]]))
    rows: list[dict[str, object]] = []
    for quality in sorted(set(qualities)):
        able = accuracy >= tidy(np.array([quality]))[0]
        last = -1
        for day in days.tolist():
            on_sale = np.flatnonzero(able & (since <= day) & (until > day))
            best = int(on_sale[np.argmin(cost[on_sale])]) if len(on_sale) else -1
            same = best == last or (min(best, last) >= 0 and _same(points, best, last))
            if not same:
                rows.append({"quality": quality, "date": date(1970, 1, 1) + timedelta(days=day)})
                rows[-1] |= _point(points, best)
            last = best
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _point(points: pl.DataFrame, i: int) -> dict[str, object]:
    names = ("cost_per_1k_usd", "contestant_id", "name")
    return {c: points[c][i] if i >= 0 else None for c in names}


def _same(points: pl.DataFrame, i: int, j: int) -> bool:
    """Whether two points are one contestant at one cost, in two periods."""
    return _point(points, i) == _point(points, j)


def halving(costs: pl.DataFrame, until: date | None = None) -> pl.DataFrame:
    """How fast each quality's cost halves, from `cost_to_reach`; one row per quality.

    quality, halving_days = ln 2 / |slope of ln F on t| (least squares over every day from first
    reach to `until`, by default the last change of any quality; METHOD 3), falls (times it became
    cheaper), first and last cost, first_date, days, and reason: why there is no pace, null where
    there is one. Free contestants have no logarithm: a quality that came to cost nothing has no
    pace from that day.
    """
    end = until or costs["date"].max()
    rows = []
    for (quality,), part in costs.group_by("quality", maintain_order=True):
        known = part.filter(pl.col("cost_per_1k_usd") > 0)
        days, logs = _daily(part, end)
        values = known["cost_per_1k_usd"].to_list()
        falls = sum(after < before for before, after in pairwise(values))
        pace, reason = _pace(days, logs, falls)
        rows.append(
            {
                "quality": quality,
                "halving_days": pace,
                "falls": falls,
                "first_cost_per_1k_usd": values[0] if values else None,
                "last_cost_per_1k_usd": values[-1] if values else None,
                "first_date": part["date"].min(),
                "days": len(days),
                "reason": reason,
            }
        )
    schema = {
        "quality": pl.Float64(), "halving_days": pl.Float64(), "falls": pl.Int64(),
        "first_cost_per_1k_usd": pl.Float64(), "last_cost_per_1k_usd": pl.Float64(),
        "first_date": pl.Date(), "days": pl.Int64(), "reason": pl.String(),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _daily(part: pl.DataFrame, end: object) -> tuple[Array, Array]:
    """Days since the first reach, and ln of the cost on each of them, where it is above nothing."""
    if not isinstance(end, date) or part.is_empty():
        return np.zeros(0), np.zeros(0)
    edges = [*part["date"].to_list(), end + timedelta(days=1)]
    days, logs = [], []
    first = edges[0]
    for day, after, cost in zip(edges, edges[1:], part["cost_per_1k_usd"], strict=False):
        span = (min(after, end + timedelta(days=1)) - day).days
        if cost and span > 0:
            days.append((day - first).days + np.arange(span, dtype=float))
            logs.append(np.full(span, math.log(cost)))
    return (np.concatenate(days), np.concatenate(logs)) if days else (np.zeros(0), np.zeros(0))


def _pace(days: Array, logs: Array, falls: int) -> tuple[float | None, str | None]:
    if len(days) < SHORTEST:
        return (
            None,
            f"followed for {len(days)} day{'s' * (len(days) != 1)}; a pace takes {SHORTEST} days",
        )
    if falls < FEWEST_FALLS:
        times = {0: "never became cheaper", 1: "became cheaper once"}.get(falls, "")
        return None, f"{times}; a pace takes {FEWEST_FALLS} falls"
    centred = days - days.mean()
    slope = float((centred * logs).sum() / (centred**2).sum())
    if slope >= 0:
        return None, "did not become cheaper"
    return math.log(2) / -slope, None


def watched(paces: pl.DataFrame) -> dict[str, Any] | None:
    """The pace of the best-watched quality: most falls, then most days; None without a pace."""
    known = paces.filter(pl.col("halving_days").is_not_null())
    if known.is_empty():
        return None
    return known.sort("falls", "days", "quality", descending=True).row(0, named=True)


def sentence(paces: pl.DataFrame, clock: str) -> str:
    """One Markdown sentence on the pace of the best-watched quality; `clock` says which clock."""
    best = watched(paces)
    if best is None:
        why = paces["reason"].drop_nulls()
        reason = f": {why[len(why) // 2]}" if len(why) else ""
        reason = ": no compared contestant has one" if paces.is_empty() else reason
        return f"Too little has changed to read a pace by {clock}{reason}."
    months = best["halving_days"] / (DAYS / 12)
    fell = best["first_cost_per_1k_usd"] / best["last_cost_per_1k_usd"]
    return (
        f"By {clock}, the cost of solving {best['quality']:.0%} "
        f"**halved every {months:.1f} months**{_between(best)} by its slope over all days: it "
        f"fell {fell:.3g}-fold, in {best['falls']} steps "
        f"over {best['days'] / (DAYS / 12):.0f} months{_ends_alone(best)}."
    )


def _ends_alone(pace: Mapping[str, Any]) -> str:
    """Why the whole fall tells another pace, where it does: the two ends ask nothing of the way."""
    fell = pace["first_cost_per_1k_usd"] / pace["last_cost_per_1k_usd"]
    if fell <= 1:
        return ", though the last cost is no lower than the first"
    between = pace["days"] / math.log2(fell)
    if abs(math.log(between / pace["halving_days"])) < ALIKE:
        return ""
    # A fall after the share f of the time moves the slope by 6 f (1 - f) of what it moves the ends.
    return (
        f", a halving every {between / (DAYS / 12):.1f} months from end to end; the slope counts "
        "most what fell in the middle of that time"
    )


def _between(pace: Mapping[str, Any]) -> str:
    """The interval of a halving time in months: ' [3.1, 9.0]'; '' without one."""
    low, high = pace.get("halving_days_low"), pace.get("halving_days_high")
    if low is None:
        return ""
    end = "no upper end" if high is None else f"{high / (DAYS / 12):.1f}"
    return f" [{low / (DAYS / 12):.1f}, {end}]"
