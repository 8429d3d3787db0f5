"""The frontier moving: who stood on it from each day that changed it, and how sure its pace is.

Points come from either clock of `timeline`: contestants with the days between which they were sold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from data.analysis.grid import Array
from data.analysis.intervals import Z
from data.analysis.pareto import pareto, tidy
from data.analysis.resample import known_interval

EPOCH = date(1970, 1, 1)
NEVER = np.iinfo(np.int32).max
STOOD: dict[str, Any] = {
    "date": pl.Date, "contestant_id": pl.String, "name": pl.String, "accuracy": pl.Float64,
    "cost_per_1k_usd": pl.Float64, "new": pl.Boolean,
}  # fmt: skip


def stood(points: pl.DataFrame) -> pl.DataFrame:
    """The frontier whenever it changed: a row for each contestant on it from that day.

    date, contestant_id, name, accuracy (0..1), cost_per_1k_usd, new (it was not on the frontier
    that this one follows); by date, then cost, then contestant_id. A day from which nothing is sold
    any more has one row without a contestant. A contestant at a new price is not new.
    """
    points = points.sort("since", "contestant_id")
    since, until = _days(points)
    rows: list[dict[str, Any]] = []
    before: list[dict[str, Any]] = []
    for day in _changes(since, until):
        sold = points.filter(pl.Series((since <= day) & (until > day)))
        cost, accuracy = sold["cost_per_1k_usd"].to_numpy(), sold["accuracy"].to_numpy()
        best = sold.filter(pl.Series(pareto(cost, accuracy), dtype=pl.Boolean))
        kept = best.select("contestant_id", "name", "accuracy", "cost_per_1k_usd")
        now = kept.sort("cost_per_1k_usd", "contestant_id").to_dicts()
        if now != before:
            known = {row["contestant_id"] for row in before}
            when = {"date": EPOCH + timedelta(days=int(day))}
            rows += [when | r | {"new": r["contestant_id"] not in known} for r in now] or [when]
        before = now
    return pl.DataFrame(rows, schema=STOOD, orient="row")


def paced(
    paces: pl.DataFrame,
    points: pl.DataFrame,
    ids: Sequence[str],
    drawn: Array,
    until: date | None,
    spent: Array | None = None,
) -> pl.DataFrame:
    """`timeline.halving` with halving_days_low and halving_days_high, its 95 % interval.

    `drawn`: (B, M) accuracies of the contestants `ids` in B resamples of the answers; `spent`:
    (B, M) their costs there over those measured (NaN, or None: as measured); `until` is the last
    day that the paces follow. In each resample the cost of a quality is read again from who reaches
    it there and for how much, and so is the slope. The ends are percentiles of the slopes; one that
    does not lie beyond the pace itself, as where the answers stand so that resamples only make it
    slower, lies 1.96 standard deviations of the slopes from it. A slope whose upper end is not
    below 0 leaves no upper end of the halving time (null). Both are null where there is no pace,
    where over a fifth of the resamples have no slope, and where resampling changes nothing.
    """
    low, high = [], []
    for quality, pace in paces.select("quality", "halving_days").iter_rows():
        ends = None
        if pace is not None and until is not None and len(drawn):
            found = slopes(points, ids, drawn, quality, until, spent)
            ends = _ends(found, -math.log(2) / pace)
        low.append(_halving(ends and ends[0]))
        high.append(_halving(ends and ends[1]))
    return paces.with_columns(
        pl.Series("halving_days_low", low, dtype=pl.Float64),
        pl.Series("halving_days_high", high, dtype=pl.Float64),
    )


def _ends(found: Array, slope: float) -> tuple[float, float] | None:
    """The interval of a slope from its resamples, the slope itself inside; None: nothing varies."""
    known = found[np.isfinite(found)]
    ends = known_interval(found) if len(known) and np.ptp(known) > 1e-12 else None
    if ends is None:
        return None
    # A rounding error beside the slope is no width.
    half, near = Z * float(known.std(ddof=1)), 1e-9 * abs(slope)
    low, high = ends
    low = low if low < slope - near else slope - half
    return low, high if high > slope + near else slope + half


def _halving(slope: float | None) -> float | None:
    """Days in which a cost halves that falls so fast; None where it doesn't fall."""
    return math.log(2) / -slope if slope is not None and slope < 0 else None


def slopes(
    points: pl.DataFrame,
    ids: Sequence[str],
    drawn: Array,
    quality: float,
    until: date,
    spent: Array | None = None,
) -> Array:
    """(B,): slope of ln F(q, t) per day in each resample; NaN where it is reached on no two days.

    The same least squares over every day as timeline.halving, a stretch of days at one cost at a
    time. Days on which nobody reaches the quality, or somebody does for nothing, take no part.
    """
    place = {name: i for i, name in enumerate(ids)}
    points = points.filter(pl.col("contestant_id").is_in(list(place))).sort("since")
    since, until_day = _days(points)
    end = (until - EPOCH).days + 1
    starts = np.array([day for day in _changes(since, until_day) if day < end], dtype=float)
    if not len(starts):
        return np.full(len(drawn), np.nan)
    cost = points["cost_per_1k_usd"].to_numpy()
    able = tidy(drawn) >= tidy(np.array([quality]))[0]
    who = [place[one] for one in points["contestant_id"]]
    reached = able[:, who]
    times = np.ones((1, len(who))) if spent is None else np.nan_to_num(spent[:, who], nan=1.0)
    cheapest = np.full((len(drawn), len(starts)), np.inf)
    for k, day in enumerate(starts):
        sold = np.flatnonzero((since <= day) & (until_day > day))
        if len(sold):
            costs = cost[sold] * times[:, sold]
            cheapest[:, k] = np.where(reached[:, sold], costs, np.inf).min(axis=1)
    return _least_squares(starts, np.append(starts[1:], end), cheapest)


def _least_squares(starts: Array, ends: Array, cheapest: Array) -> Array:
    """(B,): slope of the logarithm of (B, K) costs, each held from a start to before its end."""
    known = np.isfinite(cheapest) & (cheapest > 0)
    logs = np.log(np.where(known, cheapest, 1.0))
    # Days are counted from the first one: their squares would swallow the slope's digits.
    first, last = starts - starts[0], ends - starts[0] - 1
    n = last - first + 1
    total = n * (first + last) / 2
    squares = _squares(last) - _squares(first - 1)
    days, sums = known @ n, known @ total
    with np.errstate(all="ignore"):
        middle = sums / days
        above = (known * logs) @ total - middle * ((known * logs) @ n)
        below = known @ squares - middle * sums
        found: Array = np.where(below > 0, above / below, np.nan)
    return found


def _squares(n: Array) -> Array:
    """0 + 1 + 4 + ... + n squared."""
    found: Array = n * (n + 1) * (2 * n + 1) / 6
    return found


def _days(points: pl.DataFrame) -> tuple[Array, Array]:
    """First day of each point, and the day from which it is not sold; days since 1970."""
    since = points["since"].to_physical().to_numpy()
    return since, points["until"].to_physical().fill_null(NEVER).to_numpy()


def _changes(since: Array, until: Array) -> list[int]:
    """The days on which what is sold changes, in order."""
    days = np.unique(np.concatenate([since, until[until < NEVER]]))
    return [int(day) for day in days]
